/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simulate.c - choices a model makes on given trials.
 *
 * One uniform number a trial is held against the cumulative choice probabilities, so that a
 * small change of theta changes few choices (common random numbers).
 */
#include "valuebold/simulate.h"

#include <math.h>

/* Entropy of p[n] in units of ln n; 0 log 0 is 0. */
static double relative_entropy(size_t n, const double p[])
{
    double h = 0;

    for (size_t o = 0; o < n; o++)
        if (p[o] > 0)
            h -= p[o] * log(p[o]);
    return n > 1 ? h / log((double)n) : 0;
}

/* Option where the cumulative probability passes u. */
static size_t option_at(size_t n, const double p[], double u)
{
    double at = 0;
    size_t last = 0;

    for (size_t o = 0; o < n; o++) {
        if (!(p[o] > 0))
            continue;
        last = o;
        at += p[o];
        if (u < at)
            break;
    }
    return last;
}

static void choose(const vb_evaluation *e, size_t t, double u, size_t *choice,
                   double *difficulty)
{
    double p[VB_MAX_OPTIONS] = {0};
    bool missing = false;

    for (size_t o = 0; o < e->n_options; o++) {
        p[o] = e->probability[o][t];
        missing = missing || isnan(p[o]);
    }
    *choice = missing ? VB_NONE : option_at(e->n_options, p, u);
    if (difficulty)
        *difficulty = missing ? (double)NAN : relative_entropy(e->n_options, p);
}

vb_status vb_simulate_choices(const vb_model *model, const vb_trials *trials,
                              size_t n_sets, const double theta[], const size_t set[],
                              uint64_t seed, const char *participant,
                              const char *const run_labels[], size_t choice[],
                              double difficulty[], vb_error *err)
{
    vb_evaluation *e = NULL;
    vb_random random = {{0}};
    vb_status status;

    if (!model->choice_rule)
        return vb_fail(err, VB_EINPUT,
                       "choices are to be simulated, and the model has no choice rule; "
                       "say choice_rule: softmax");
    status = vb_model_run(model, trials, n_sets, theta, set, &e, err);
    if (status)
        return status;
    for (size_t t = 0; t < trials->n_trials; t++) {
        if (t == 0 || trials->run[t] != trials->run[t - 1])
            vb_random_start(&random, seed, participant, run_labels[trials->run[t]],
                            "choices");
        choose(e, t, vb_random_uniform(&random), &choice[t],
               difficulty ? &difficulty[t] : NULL);
    }
    vb_evaluation_free(e);
    return VB_OK;
}
