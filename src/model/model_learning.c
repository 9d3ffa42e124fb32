/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_learning.c - a learning rule over the trials, in their order.
 *
 * One expectation of the outcome, or one an option of which the chosen one is updated.
 * A trial without an outcome (or, by option, without a choice) teaches nothing and has
 * no prediction error.
 */
#include "model_internal.h"

#include <math.h>

/* Without one outcome every expectation is the initial one, which is no result. */
static vb_status check_outcomes(const model_run *run)
{
    const vb_trials *trials = run->trials;
    const bool by_option = run->model->spec.learning_by_option;
    bool any = false;

    for (size_t t = 0; t < trials->n_trials; t++) {
        if (!isfinite(trials->outcome[t]))
            continue;
        any = true;
        if (!by_option || trials->choice[t] != VB_NONE)
            return VB_OK;
    }
    if (any)
        return vb_fail_at(run->err, VB_EINPUT, trials->file ? trials->file[0] : NULL, 0,
                          0,
                          "no trial has both a choice and an outcome, so that nothing "
                          "can be learned by option; check trials.choice and "
                          "trials.outcome");
    return vb_fail_at(run->err, VB_EINPUT, trials->file ? trials->file[0] : NULL, 0, 0,
                      "no trial has an outcome, so that nothing can be learned; when "
                      "outcomes stand on "
                      "rows of their own write outcome: {value: COLUMN, rows: EXPR}");
}

static vb_status check(const model_run *run)
{
    const bool by_option = run->model->spec.learning_by_option;

    if (!run->trials->outcome)
        return vb_fail(
            run->err, VB_EINPUT,
            "model: learning rule '%s' needs outcomes; say which column holds "
            "them (trials: outcome:)",
            run->model->learning_rule->name);
    if (by_option && !run->trials->choice)
        return vb_fail(
            run->err, VB_EINPUT,
            "model: learning by option needs choices; say which column holds "
            "them (trials: choice:)");
    return check_outcomes(run);
}

static vb_status take_arrays(model_run *run)
{
    const bool by_option = run->model->spec.learning_by_option;

    run->out->expectation = vb_run_array(run);
    run->out->pe = vb_run_array(run);
    if (!run->out->expectation || !run->out->pe)
        return VB_ENOMEM;
    for (size_t o = 0; by_option && o < run->trials->n_options; o++) {
        run->out->learned[o] = vb_run_array(run);
        if (!run->out->learned[o])
            return VB_ENOMEM;
    }
    return VB_OK;
}

vb_status vb_run_learning(model_run *run)
{
    const vb_learning_rule *rule = run->model->learning_rule;
    const vb_model_spec *spec = &run->model->spec;
    const vb_trials *trials = run->trials;
    const size_t n_states = spec->learning_by_option ? trials->n_options : 1;
    double state[VB_MAX_OPTIONS][VB_MAX_STATE] = {{0}};
    vb_status status = check(run);

    if (status == VB_OK)
        status = take_arrays(run);
    if (status != VB_OK)
        return status;
    for (size_t t = 0; t < trials->n_trials; t++) {
        const double *theta = vb_run_theta(run, t) + run->model->first_learning_param;
        const bool new_run = t && trials->run && trials->run[t] != trials->run[t - 1];
        size_t at = 0;

        if (t == 0 || (new_run && !spec->learning_carries_over))
            for (size_t o = 0; o < n_states; o++)
                rule->start(spec->learning_initial, theta, state[o]);
        if (spec->learning_by_option) {
            at = trials->choice[t];
            for (size_t o = 0; o < n_states; o++)
                run->out->learned[o][t] = state[o][0];
        }
        run->out->expectation[t] = at == VB_NONE ? (double)NAN : state[at][0];
        run->out->pe[t] = NAN;
        if (at != VB_NONE && isfinite(trials->outcome[t]))
            rule->update(state[at], trials->outcome[t], theta, &run->out->pe[t]);
    }
    return VB_OK;
}
