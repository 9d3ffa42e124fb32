/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_effort.c - effort made, and what comes of it: fatigue that makes later effort
 * dearer, and outcomes less the effort they took.
 *
 * The effort made is that of the chosen option as offered, or, where efforts are learned,
 * as it turned out.  A trial without a choice is a rest.
 */
#include "model_internal.h"

#include <math.h>

static bool is_new_run(const vb_trials *trials, size_t t)
{
    return t && trials->run && trials->run[t] != trials->run[t - 1];
}

static vb_status find_effort(model_run *run)
{
    const vb_trials *trials = run->trials;

    run->effort = vb_run_array(run);
    for (size_t t = 0; run->effort && t < trials->n_trials; t++) {
        const size_t o = trials->choice[t];
        const double *stated;

        run->effort[t] = NAN;
        if (o == VB_NONE)
            continue;
        stated = trials->options[o].attribute[VB_EFFORT];
        run->effort[t] = trials->effort_outcome ? trials->effort_outcome[t]
                         : stated               ? stated[t]
                                                : 0;
        if (run->effort[t] < 0)
            return vb_fail_trial(trials, t, VB_EDOM, run->err,
                                 "effort of option '%s' is negative; it must be 0 or "
                                 "more",
                                 trials->options[o].name);
    }
    return run->effort ? VB_OK : VB_ENOMEM;
}

static vb_status run_fatigue(model_run *run)
{
    const vb_fatigue_rule *rule = run->model->fatigue_rule;
    double state[VB_MAX_STATE] = {0};

    if (!run->effort)
        return vb_fail(run->err, VB_EINPUT,
                       "model: fatigue rule '%s' needs choices, as only chosen effort "
                       "tires; say which column holds them (trials: choice:)",
                       rule->name);
    run->out->fatigue = vb_run_array(run);
    if (!run->out->fatigue)
        return VB_ENOMEM;
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const double *theta = vb_run_theta(run, t) + run->model->first_fatigue_param;

        if (!t ||
            (is_new_run(run->trials, t) && !run->model->spec.fatigue_carries_over))
            rule->start(state);
        run->out->fatigue[t] = rule->level(state);
        rule->update(state, isnan(run->effort[t]) ? 0 : run->effort[t], theta);
    }
    return VB_OK;
}

/* payoff - c(E) of the chosen option, or payoff * f(E) where effort discounts. */
static vb_status find_net_outcome(model_run *run)
{
    const vb_term *term = run->model->term[VB_EFFORT];
    const double *outcome = run->trials->outcome;
    double *net = vb_run_array(run), *taken = vb_run_array(run);

    if (!net || !taken)
        return VB_ENOMEM;
    run->out->net_outcome = net;
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const double *theta = vb_run_theta(run, t) + run->model->first_param[VB_EFFORT];
        const double e = run->effort[t];
        const char *why = term->refuses && !isnan(e) ? term->refuses(e, theta) : NULL;

        if (why)
            return vb_fail_trial(run->trials, t, VB_EDOM, run->err,
                                 "effort of the chosen option: %s", why);
    }
    vb_run_term(run, VB_EFFORT, run->effort, taken);
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const double tired = run->out->fatigue ? run->out->fatigue[t] : 1;

        net[t] = term->kind == VB_FACTOR ? outcome[t] * taken[t]
                                         : outcome[t] - tired * taken[t];
    }
    return VB_OK;
}

vb_status vb_run_effort(model_run *run)
{
    const vb_model *model = run->model;
    vb_status status = VB_OK;

    if (run->trials->choice)
        status = find_effort(run);
    if (status == VB_OK && model->fatigue_rule)
        status = run_fatigue(run);
    if (status == VB_OK && run->effort && run->trials->outcome &&
        model->term[VB_EFFORT])
        status = find_net_outcome(run);
    if (status == VB_OK && model->spec.learning_net && !run->out->net_outcome)
        return vb_fail(run->err, VB_EINPUT,
                       "model: learning from outcomes less their effort cost (net) "
                       "needs choices and outcomes (trials: choice:, outcome:)");
    return status;
}
