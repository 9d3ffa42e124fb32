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

/* One stream a run. */
typedef struct stream {
    vb_random random;
    uint64_t seed;
    const char *participant;
    const char *const *run_labels;
} stream;

static double next_uniform(stream *s, const vb_trials *trials, size_t t)
{
    const size_t run = trials->run ? trials->run[t] : 0;

    if (t == 0 || (trials->run && run != trials->run[t - 1]))
        vb_random_start(&s->random, s->seed, s->participant, s->run_labels[run],
                        "choices");
    return vb_random_uniform(&s->random);
}

/* What was chosen makes later effort dearer, so that each trial is run when those before
 * are known: again from the first one, as tasks have some hundred trials. */
static vb_status choose_in_turn(const vb_model *model, const vb_trials *trials,
                                size_t n_sets, const double theta[], const size_t set[],
                                stream *s, size_t choice[], double difficulty[],
                                vb_error *err)
{
    vb_trials so_far = *trials;

    so_far.choice = choice;
    for (size_t t = 0; t < trials->n_trials; t++) {
        vb_evaluation *e = NULL;
        vb_status status;

        choice[t] = VB_NONE;
        so_far.n_trials = t + 1;
        status = vb_model_run(model, &so_far, n_sets, theta, set, &e, err);
        if (status != VB_OK)
            return status;
        choose(e, t, next_uniform(s, trials, t), &choice[t],
               difficulty ? &difficulty[t] : NULL);
        vb_evaluation_free(e);
    }
    return VB_OK;
}

vb_status vb_simulate_choices(const vb_model *model, const vb_trials *trials,
                              size_t n_sets, const double theta[], const size_t set[],
                              uint64_t seed, const char *participant,
                              const char *const run_labels[], size_t choice[],
                              double difficulty[], vb_error *err)
{
    stream own = {.seed = seed, .participant = participant, .run_labels = run_labels};
    vb_evaluation *e = NULL;
    vb_status status;

    if (!model->choice_rule)
        return vb_fail(err, VB_EINPUT,
                       "choices are to be simulated, and the model has no choice rule; "
                       "say choice_rule: softmax");
    if (model->fatigue_rule)
        return choose_in_turn(model, trials, n_sets, theta, set, &own, choice,
                              difficulty, err);
    status = vb_model_run(model, trials, n_sets, theta, set, &e, err);
    if (status)
        return status;
    for (size_t t = 0; t < trials->n_trials; t++)
        choose(e, t, next_uniform(&own, trials, t), &choice[t],
               difficulty ? &difficulty[t] : NULL);
    vb_evaluation_free(e);
    return VB_OK;
}

/* Sets x[t] where it is missing; the value that was there. */
static double fill(double x[], size_t t, double value)
{
    const double was = x ? x[t] : 0;

    if (x && isnan(was))
        x[t] = value;
    return was;
}

vb_status vb_simulate_next_choice(const vb_model *model, vb_trials *trials,
                                  const double theta[], double u, size_t *choice,
                                  double *difficulty, vb_error *err)
{
    const size_t last = trials->n_trials - 1;
    vb_evaluation *e = NULL;
    vb_status status;
    size_t choice_was;
    double outcome, effort, time_s;

    if (!model->choice_rule || !trials->n_trials || !trials->choice)
        return vb_fail(err, VB_EINPUT,
                       "the next choice needs a choice rule, and a trial with choices");
    /* What the last trial will bring does not bear on its choice, and a model of which
     * nothing could be learned at all would be refused: so something stands there. */
    choice_was = trials->choice[last];
    outcome = fill(trials->outcome, last, 0);
    effort = fill(trials->effort_outcome, last, 0);
    time_s = fill(trials->learning_time_s, last, 1);
    if (choice_was == VB_NONE)
        trials->choice[last] = 0;
    status = vb_model_run(model, trials, 1, theta, NULL, &e, err);
    trials->choice[last] = choice_was;
    if (trials->outcome)
        trials->outcome[last] = outcome;
    if (trials->effort_outcome)
        trials->effort_outcome[last] = effort;
    if (trials->learning_time_s)
        trials->learning_time_s[last] = time_s;
    if (status == VB_OK)
        choose(e, last, u, choice, difficulty);
    vb_evaluation_free(e);
    return status;
}
