/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_choice.c - choice probabilities of every trial, and how likely the choices made
 * are, lapses included: P' = lapse/n + (1 - lapse) P.
 */
#include "model_internal.h"

#include <math.h>

/* A rule compares values, and an option without a reward has none in any trial. */
static vb_status check(const model_run *run)
{
    const vb_choice_rule *rule = run->model->choice_rule;
    const size_t n = run->trials->n_options;

    if (rule->n_options && rule->n_options != n)
        return vb_fail(
            run->err, VB_EINPUT,
            "model: choice rule '%s' is for %zu options, and the task has %zu",
            rule->name, rule->n_options, n);
    for (size_t o = 0; o < n; o++)
        if (!run->trials->options[o].value && !run->model->spec.formula &&
            !vb_run_attribute(run, VB_REWARD, o))
            return vb_fail(
                run->err, VB_EINPUT,
                "model: choice rule '%s' needs the value of every option, but option "
                "'%s' states no reward; state one (0 when it brings nothing), or learn "
                "it (model: learning: {rule: ..., by_option: true})",
                rule->name, run->trials->options[o].name);
    return VB_OK;
}

static double attribute_at(const model_run *run, vb_attribute a, size_t o, size_t t)
{
    const double *x = vb_run_attribute(run, a, o);

    return x ? x[t] : (double)NAN;
}

/* log P of each option, lapses included. */
static void log_probabilities(const model_run *run, const vb_choice_input *in,
                              const double theta[], const double *lapse, double log_p[])
{
    const vb_choice_rule *rule = run->model->choice_rule;

    if (rule->log_probabilities_of)
        rule->log_probabilities_of(in, theta, log_p);
    else
        rule->log_probabilities(in->n_options, in->sv, theta, log_p);
    for (size_t o = 0; lapse && *lapse > 0 && o < in->n_options; o++)
        log_p[o] = log(*lapse / (double)in->n_options + (1 - *lapse) * exp(log_p[o]));
}

static void probabilities(const model_run *run, const vb_choice_input *in,
                          const double theta[], const double *lapse, double p[])
{
    const vb_choice_rule *rule = run->model->choice_rule;

    if (rule->log_probabilities_of) {
        rule->log_probabilities_of(in, theta, p);
        for (size_t o = 0; o < in->n_options; o++)
            p[o] = exp(p[o]);
    } else {
        rule->probabilities(in->n_options, in->sv, theta, p);
    }
    for (size_t o = 0; lapse && o < in->n_options; o++)
        p[o] = *lapse / (double)in->n_options + (1 - *lapse) * p[o];
}

static double log_likelihood(const model_run *run, vb_choice_input *in, size_t t,
                             const double theta[], const double *lapse)
{
    const vb_trials *trials = run->trials;
    double log_p[VB_MAX_OPTIONS];

    if (trials->choice[t] == VB_NONE)
        return (double)NAN;
    in->choice = trials->choice[t];
    if (run->model->choice_rule->log_density && trials->response_time_s &&
        !isnan(trials->response_time_s[t])) {
        in->response_time_s = trials->response_time_s[t];
        return run->model->choice_rule->log_density(in, theta);
    }
    log_probabilities(run, in, theta, lapse, log_p);
    return log_p[in->choice];
}

vb_status vb_run_choice_rule(model_run *run)
{
    const vb_model *model = run->model;
    const size_t n = run->trials->n_options;
    vb_evaluation *e = run->out;
    const vb_status status = check(run);

    if (status != VB_OK)
        return status;
    for (size_t o = 0; o < n; o++) {
        e->probability[o] = vb_run_array(run);
        if (!e->probability[o])
            return VB_ENOMEM;
    }
    if (run->trials->choice && !(e->log_likelihood = vb_run_array(run)))
        return VB_ENOMEM;
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const double *all = vb_run_theta(run, t);
        const double *theta = all + model->first_choice_param;
        const double *lapse =
            model->lapse_param == VB_NONE ? NULL : &all[model->lapse_param];
        double sv[VB_MAX_OPTIONS], p[VB_MAX_OPTIONS];
        double reward[VB_MAX_OPTIONS], effort[VB_MAX_OPTIONS];
        vb_choice_input in = {.n_options = n,
                              .sv = sv,
                              .reward = reward,
                              .effort = effort};

        for (size_t o = 0; o < n; o++) {
            sv[o] = e->sv[o][t];
            reward[o] = attribute_at(run, VB_REWARD, o, t);
            effort[o] = attribute_at(run, VB_EFFORT, o, t);
        }
        probabilities(run, &in, theta, lapse, p);
        for (size_t o = 0; o < n; o++)
            e->probability[o][t] = p[o];
        if (e->log_likelihood)
            e->log_likelihood[t] = log_likelihood(run, &in, t, theta, lapse);
    }
    return VB_OK;
}
