/* SPDX-License-Identifier: GPL-3.0-or-later */
/* single_trial_plan.h - a model of single trials made ready. */
#ifndef VB_ROI_SINGLE_TRIAL_PLAN_H
#define VB_ROI_SINGLE_TRIAL_PLAN_H

#include "trial_kernel.h"
#include "valuebold/arena.h"
#include "valuebold/glm.h"
#include "valuebold/single_trial.h"

/* What a trial's estimate is. */
typedef enum vb_trial_kind {
    VB_TRIAL_NONE,   /* cannot be estimated */
    VB_TRIAL_WEIGHT, /* of the common model: LSA, or the only trial of its condition */
    VB_TRIAL_UPDATE, /* LSS: one column more */
} vb_trial_kind;

struct vb_trial_plan {
    vb_arena *arena;
    vb_trial_shape shape;
    double df;           /* of the common model */
    vb_trial_kind *kind; /* [n_trials] */
    size_t *weight;      /* [n_trials] row of shape.w */
    vb_glm_plan *noise;  /* of the common model, for rho; NULL: ols */
};

#endif
