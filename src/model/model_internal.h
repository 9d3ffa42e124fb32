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

/* x^p ln x, the derivative of x^p by p; 0 at x = 0, the limit for p > 0. */
static inline double vb_power_log(double x, double p)
{
    return x == 0 ? 0 : vb_power(x, p) * log(x);
}

/* NULL, "" and "none" mean that a part is left out. */
bool vb_part_is_none(const char *name);

/* Fills a unit template ("{value}/{effort}^2") from the task's units; a unit the
 * task does not state is written as the attribute's name and clears *known (may be
 * NULL). */
void vb_unit_fill(const char *template, const char *const units[VB_N_ATTRIBUTES],
                  const char *value_unit, char out[], size_t size, bool *known);

/* log P(o) for log-odds beta * (value of o), with bias added to the first value; a
 * missing value makes all of them missing. */
void vb_log_softmax(size_t n, const double sv[], double beta, double bias,
                    double log_p[]);

/* model_parts.c: parts that do not go together are refused. */
vb_status vb_model_check_parts(const vb_model *model, vb_error *err);
/* model_params.c: fills params and the places of each part's. */
vb_status vb_model_add_params(vb_model *model, const char *const units[VB_N_ATTRIBUTES],
                              vb_error *err);

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
    /* [n_trials] effort of the chosen option, 0 where it asks for none, NaN where nothing
     * was chosen; NULL without choices */
    double *effort;
} model_run;

const double *vb_run_theta(const model_run *run, size_t t);
double *vb_run_array(const model_run *run); /* [n_trials] in the evaluation's arena */
double *vb_run_constant(const model_run *run, double value);
/* Attribute a of option o as stated, or as learned; NULL: neither. */
const double *vb_run_attribute(const model_run *run, vb_attribute a, size_t o);
/* The term of a on x, each trial with its parameters. */
void vb_run_term(const model_run *run, vb_attribute a, const double x[], double out[]);
/* Refuses a value that is infinite, or NaN though nothing it is made of is missing. */
vb_status vb_run_check_value(const model_run *run, size_t o, size_t t, double sv,
                             bool missing);

/* Effort of what was chosen, fatigue, outcomes less their effort cost. */
vb_status vb_run_effort(model_run *run);
vb_status vb_run_learning(model_run *run);
vb_status vb_run_options(model_run *run);
vb_status vb_run_formula(model_run *run, size_t o);
vb_status vb_run_choice_rule(model_run *run);
vb_status vb_run_staged(model_run *run);

/* The value of an option from its utility, factors and costs, f and c by attribute.  A loss
 * that has the weight of losing already is no more weighed by that of winning. */
static inline double vb_combined(const vb_model *model, double utility,
                                 const double f[VB_N_ATTRIBUTES],
                                 const double c[VB_N_ATTRIBUTES])
{
    const vb_combine how = model->spec.combine;
    const bool weighed =
        model->term[VB_LOSS] && model->term[VB_LOSS]->uses & VB_USES_LOSING;
    double sv = utility, share = 1;

    if (how == VB_COMBINE_NET)
        sv = (weighed ? sv * f[VB_PROBABILITY] : sv) - c[VB_LOSS];
    for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++) {
        if (how == VB_COMBINE_NET && weighed && a == VB_PROBABILITY)
            continue;
        if (how == VB_COMBINE_ADD)
            share -= 1 - f[a];
        else
            sv *= f[a];
    }
    if (how == VB_COMBINE_ADD)
        sv *= share;
    for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++)
        if (how != VB_COMBINE_NET || a != VB_LOSS)
            sv -= c[a];
    return sv;
}

#endif
