/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simulate_course.c - choices that later values depend on.
 *
 * The model is run with assumed choices.  Up to the first trial in which the draw differs
 * from what was assumed all values are right; there the assumption is corrected and the
 * model run again.
 */
#include "fit_internal.h"
#include "valuebold/recovery.h"
#include "valuebold/simulate.h"

#include <stdlib.h>
#include <string.h>

static bool depends_on_choices(const vb_model *model)
{
    return (model->learning_rule &&
            (model->spec.learning_by_option || model->spec.learning_net)) ||
           model->effort_learning_rule || model->fatigue_rule;
}

/* What is learned when the simulated choice is not the recorded one. */
static vb_status check_outcomes(const vb_model *model, const vb_trials *trials,
                                vb_error *err)
{
    if (!model->learning_rule && !model->effort_learning_rule)
        return VB_OK;
    if (trials->counterfactual && !model->effort_learning_rule &&
        trials->n_options == 2)
        return VB_OK;
    return vb_fail(
        err, VB_EINPUT,
        "choices of a model that learns by option cannot be simulated without "
        "the outcome of the option that was not taken (trials: counterfactual:)");
}

/* A draw for trial t from the probabilities of an evaluation. */
static size_t draw(const vb_evaluation *e, size_t t, double u)
{
    double at = 0;
    size_t last = VB_NONE;

    for (size_t o = 0; o < e->n_options; o++) {
        const double p = e->probability[o][t];

        if (isnan(p))
            return VB_NONE;
        if (!(p > 0))
            continue;
        last = o;
        at += p;
        if (u < at)
            break;
    }
    return last;
}

static void draw_numbers(const vb_trials *trials, uint64_t seed, const char *label,
                         const char *const run_labels[], double u[])
{
    vb_random random = {{0}};

    for (size_t t = 0; t < trials->n_trials; t++) {
        const size_t run = trials->run ? trials->run[t] : 0;

        if (t == 0 || (trials->run && run != trials->run[t - 1]))
            vb_random_start(&random, seed, label, run_labels ? run_labels[run] : NULL,
                            "choices");
        u[t] = vb_random_uniform(&random);
    }
}

static bool stays_missed(const vb_trials *trials, bool recorded, size_t t)
{
    return recorded && trials->choice && trials->choice[t] == VB_NONE;
}

/* Takes choice o in trial t of mine, with what it brings; counterfactual follows. */
static void take(const vb_trials *trials, vb_trials *mine, size_t t, size_t o)
{
    mine->choice[t] = o;
    if (!mine->outcome)
        return;
    mine->outcome[t] = trials->outcome[t];
    if (mine->counterfactual)
        mine->counterfactual[t] = trials->counterfactual[t];
    if (!mine->counterfactual || o == VB_NONE || !trials->choice ||
        trials->choice[t] == VB_NONE || trials->choice[t] == o)
        return;
    mine->outcome[t] = trials->counterfactual[t];
    mine->counterfactual[t] = trials->outcome[t];
}

static vb_status run_course(const vb_model *model, const vb_trials *trials,
                            vb_trials *mine, size_t n_sets, const double sets[],
                            const size_t set[], bool recorded, const double u[],
                            vb_error *err)
{
    const bool depends = depends_on_choices(model);
    size_t t = 0;

    while (t < trials->n_trials) {
        vb_evaluation *e = NULL;
        const vb_status status = vb_model_run(model, mine, n_sets, sets, set, &e, err);

        if (status != VB_OK)
            return status;
        for (bool right = true; right && t < trials->n_trials; t++) {
            const size_t o =
                stays_missed(trials, recorded, t) ? VB_NONE : draw(e, t, u[t]);

            right = !depends || o == mine->choice[t];
            take(trials, mine, t, o);
        }
        vb_evaluation_free(e);
    }
    return VB_OK;
}

vb_status vb_simulate_course(const vb_model *model, const vb_trials *trials,
                             size_t n_sets, const double sets[], const size_t set[],
                             uint64_t seed, const char *label,
                             const char *const run_labels[], bool recorded,
                             size_t choice[], double outcome[], vb_error *err)
{
    const size_t n = trials->n_trials;
    vb_trials mine = *trials;
    double *u = malloc((2 * n + 1) * sizeof *u);
    vb_status status;

    if (!u)
        return vb_fail_memory(err, 2 * n * sizeof *u);
    status = depends_on_choices(model) ? check_outcomes(model, trials, err) : VB_OK;
    mine.choice = choice;
    mine.response_time_s = NULL;
    if (trials->outcome && outcome)
        mine.outcome = outcome;
    if (trials->counterfactual)
        mine.counterfactual = u + n;
    for (size_t t = 0; t < n; t++)
        take(trials, &mine, t, stays_missed(trials, recorded, t) ? VB_NONE : 0);
    draw_numbers(trials, seed, label, run_labels, u);
    if (status == VB_OK)
        status = run_course(model, trials, &mine, n_sets, sets, set, recorded, u, err);
    free(u);
    return status;
}
