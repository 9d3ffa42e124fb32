/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise.h - what a noise model is: one file noise_*.c, one line of noise.def.
 */
#ifndef VB_GLM_NOISE_H
#define VB_GLM_NOISE_H

#include "glm_plan.h"

struct vb_noise {
    const char *name, *meaning, *source;
    vb_small_sample small_sample; /* what it offers */
    bool has_lag;                 /* wants the lagged sums */
    bool exact_start;             /* the first scan has its exact weight */
    bool has_bias;                /* wants plan->phi */
    bool has_curves;              /* wants plan->shape.curves */
    /* Sets lanes->rho of all lanes; NULL: 0.  |rho| <= VB_RHO_MOST. */
    void (*estimate)(const vb_glm_plan *plan, vb_glm_lanes *lanes);
};

/* The entry of that name; name NULL: the default.  VB_EUSAGE: none, with the nearest. */
vb_status vb_noise_find(const char *name, const vb_noise **noise, vb_error *err);

/* noise_ar1_moment.c */
void vb_ar1_moment(const vb_glm_plan *plan, vb_glm_lanes *lanes);

#endif
