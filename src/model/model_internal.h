/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the model room share and nobody else needs. */
#ifndef VB_MODEL_INTERNAL_H
#define VB_MODEL_INTERNAL_H

#include "valuebold/model.h"

#include <math.h>

/* Bits of vb_term.attributes. */
enum {
    OF_REWARD = 1u << VB_REWARD,
    OF_EFFORT = 1u << VB_EFFORT,
    OF_PROBABILITY = 1u << VB_PROBABILITY,
    OF_DELAY = 1u << VB_DELAY,
    OF_LOSS = 1u << VB_LOSS,
};

/* x^p where a missing x stays missing: pow(NAN, 0) is 1 in C. */
static inline double vb_power(double x, double p)
{
    return isnan(x) ? x : pow(x, p);
}

/* NULL, "" and "none" mean that a part is left out. */
bool vb_part_is_none(const char *name);

/* Fills a unit template ("{value}/{effort}^2") from the task's units; a unit the
 * task does not state is written as the attribute's name and clears *known (may be
 * NULL). */
void vb_unit_fill(const char *template, const char *const units[VB_N_ATTRIBUTES],
                  const char *value_unit, char out[], size_t size, bool *known);

/* Fails with the place of trial t, as far as it is known. */
vb_status vb_fail_trial(const vb_trials *trials, size_t t, vb_status code,
                        vb_error *err, const char *format, ...) VB_PRINTF(5, 6);

/* model_run.c fills an evaluation in these steps; theta_of gives the parameters of a
 * trial. */
typedef struct model_run {
    const vb_model *model;
    const vb_trials *trials;
    const double *theta; /* [n_sets x n_params] */
    const size_t *set;   /* [n_trials] or NULL */
    vb_evaluation *out;
    vb_error *err;
} model_run;

const double *vb_run_theta(const model_run *run, size_t t);
double *vb_run_array(const model_run *run); /* [n_trials] in the evaluation's arena */
vb_status vb_run_learning(model_run *run);
vb_status vb_run_staged(model_run *run);

#endif
