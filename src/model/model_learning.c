/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_learning.c - learning rules over the trials, in their order.
 *
 * One expectation of the outcome, or one an option (or cue that stands for it) of which
 * the chosen one is updated, and the other one too where the model says what it would have
 * brought.  Effort met may be learned beside it, in the same way.  A trial without an
 * outcome (or, by option, without a choice) teaches nothing and has no prediction error.
 */
#include "model_internal.h"

#include <math.h>

/* Memory of one learner: state[VB_MAX_STATE] a slot. */
typedef struct learner {
    const vb_learning_rule *rule;
    size_t first_param;
    double initial;
    double (*state)[VB_MAX_STATE];
} learner;

typedef struct learning {
    model_run *run;
    size_t n_slots;
    const double *outcome; /* what is learned from: outcomes, or outcomes less effort */
    learner reward, effort;
} learning;

/* Without one outcome every expectation is the initial one, which is no result. */
static vb_status check_outcomes(const model_run *run)
{
    const vb_trials *trials = run->trials;
    const bool by_option = run->model->spec.learning_by_option;
    const char *file = trials->file ? trials->file[0] : NULL;
    bool any = false;

    for (size_t t = 0; t < trials->n_trials; t++) {
        if (!isfinite(trials->outcome[t]))
            continue;
        any = true;
        if (!by_option || trials->choice[t] != VB_NONE)
            return VB_OK;
    }
    if (any)
        return vb_fail_at(run->err, VB_EINPUT, file, 0, 0,
                          "no trial has both a choice and an outcome, so that nothing "
                          "can be learned by option; check trials.choice and "
                          "trials.outcome");
    return vb_fail_at(run->err, VB_EINPUT, file, 0, 0,
                      "no trial has an outcome, so that nothing can be learned; when "
                      "outcomes stand on "
                      "rows of their own write outcome: {value: COLUMN, rows: EXPR}");
}

static vb_status check_needs(const model_run *run)
{
    const vb_model *model = run->model;
    const vb_trials *trials = run->trials;
    const char *name = model->learning_rule->name;

    if (model->learning_rule->needs & VB_NEEDS_TIME && !trials->learning_time_s)
        return vb_fail(run->err, VB_EINPUT,
                       "model: learning rule '%s' needs the time each trial took; say "
                       "which column holds it (model: learning: time:)",
                       name);
    if (model->learning_rule->needs & VB_NEEDS_EFFORT && !trials->choice)
        return vb_fail(run->err, VB_EINPUT,
                       "model: learning rule '%s' needs the effort of the chosen "
                       "option; say which column holds choices (trials: choice:)",
                       name);
    if (model->effort_learning_rule && !trials->effort_outcome)
        return vb_fail(run->err, VB_EINPUT,
                       "model: learning about effort needs the effort met in each "
                       "trial; say which column holds it (model: learning: effort: "
                       "{outcome: COLUMN})");
    if (model->spec.counterfactual == VB_COUNTERFACTUAL_STATED &&
        !trials->counterfactual)
        return vb_fail(run->err, VB_EINPUT,
                       "model: counterfactual learning needs what the other option "
                       "would have brought (model: learning: counterfactual: COLUMN)");
    if (model->spec.counterfactual != VB_COUNTERFACTUAL_NONE && trials->n_options != 2)
        return vb_fail(
            run->err, VB_EINPUT,
            "model: counterfactual learning is for two options, and the task "
            "has %zu",
            trials->n_options);
    return VB_OK;
}

/* A rate is an amount over a time. */
static vb_status check_times(const model_run *run)
{
    const vb_trials *trials = run->trials;

    if (!(run->model->learning_rule->needs & VB_NEEDS_TIME))
        return VB_OK;
    for (size_t t = 0; t < trials->n_trials; t++)
        if (isfinite(trials->outcome[t]) && trials->learning_time_s[t] <= 0)
            return vb_fail_trial(trials, t, VB_EDOM, run->err,
                                 "the trial took no time (model: learning: time:), so "
                                 "that its outcome has no rate");
    return VB_OK;
}

static vb_status check(const model_run *run)
{
    const bool by_option = run->model->spec.learning_by_option;
    vb_status status;

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
    status = check_needs(run);
    if (status == VB_OK)
        status = check_times(run);
    return status == VB_OK ? check_outcomes(run) : status;
}

static vb_status take_arrays(model_run *run)
{
    vb_evaluation *e = run->out;
    const bool by_option = run->model->spec.learning_by_option;
    const bool effort = run->model->effort_learning_rule != NULL;
    double **const arrays[] = {&e->expectation, &e->pe, &e->learning_rate};

    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (!(*arrays[i] = vb_run_array(run)))
            return VB_ENOMEM;
    if (run->model->spec.counterfactual != VB_COUNTERFACTUAL_NONE &&
        !(e->pe_unchosen = vb_run_array(run)))
        return VB_ENOMEM;
    if (effort && (!(e->effort_expectation = vb_run_array(run)) ||
                   !(e->effort_pe = vb_run_array(run))))
        return VB_ENOMEM;
    for (size_t o = 0; by_option && o < run->trials->n_options; o++)
        if (!(e->learned[o] = vb_run_array(run)) ||
            (effort && !(e->learned_effort[o] = vb_run_array(run))))
            return VB_ENOMEM;
    return VB_OK;
}

/* What is learned about when option o is at hand in trial t: its cue, or the option. */
static size_t slot_of(const learning *l, size_t o, size_t t)
{
    const vb_trials *trials = l->run->trials;

    if (!l->run->model->spec.learning_by_option)
        return 0;
    if (o == VB_NONE)
        return VB_NONE;
    return trials->options[o].cue ? trials->options[o].cue[t] : trials->n_cues + o;
}

static const double *theta_of(const learning *l, const learner *who, size_t t)
{
    return vb_run_theta(l->run, t) + who->first_param;
}

static void start(const learning *l, const learner *who, size_t t)
{
    for (size_t s = 0; who->rule && s < l->n_slots; s++)
        who->rule->start(who->initial, theta_of(l, who, t), who->state[s]);
}

static double expected(const learner *who, size_t slot)
{
    return slot == VB_NONE ? (double)NAN : who->state[slot][0];
}

/* Learns and returns the prediction error, NaN when there is nothing to learn from. */
static double learn(const learning *l, const learner *who, size_t slot, size_t t,
                    double outcome, double *rate)
{
    const model_run *run = l->run;
    const double *theta = theta_of(l, who, t);
    const vb_learning_input in = {.outcome = outcome,
                                  .effort = run->effort ? run->effort[t] : (double)NAN,
                                  .time_s = run->trials->learning_time_s
                                                ? run->trials->learning_time_s[t]
                                                : (double)NAN};
    double pe = NAN, before[VB_MAX_STATE];

    if (slot == VB_NONE || !isfinite(outcome) ||
        (who->rule->needs & VB_NEEDS_EFFORT && isnan(in.effort)) ||
        (who->rule->needs & VB_NEEDS_TIME && isnan(in.time_s)))
        return pe;
    for (size_t i = 0; i < VB_MAX_STATE; i++)
        before[i] = who->state[slot][i];
    if (who->rule->learn)
        who->rule->learn(who->state[slot], &in, theta, &pe);
    else
        who->rule->update(who->state[slot], outcome, theta, &pe);
    if (rate)
        *rate = who->rule->rate ? who->rule->rate(before, pe, theta)
                                : (who->state[slot][0] - before[0]) / pe;
    return pe;
}

/* What the option not chosen would have brought. */
static double counterfactual(const learning *l, size_t t)
{
    return l->run->model->spec.counterfactual == VB_COUNTERFACTUAL_STATED
               ? l->run->trials->counterfactual[t]
               : -l->outcome[t];
}

static void learn_trial(const learning *l, size_t t)
{
    const model_run *run = l->run;
    const vb_trials *trials = run->trials;
    const size_t choice = trials->choice ? trials->choice[t] : VB_NONE;
    const size_t slot = slot_of(l, choice, t);
    vb_evaluation *e = run->out;

    for (size_t o = 0; run->model->spec.learning_by_option && o < trials->n_options;
         o++) {
        e->learned[o][t] = expected(&l->reward, slot_of(l, o, t));
        if (l->effort.rule)
            e->learned_effort[o][t] = expected(&l->effort, slot_of(l, o, t));
    }
    e->expectation[t] = expected(&l->reward, slot);
    e->learning_rate[t] = NAN;
    e->pe[t] = learn(l, &l->reward, slot, t, l->outcome[t], &e->learning_rate[t]);
    if (l->effort.rule) {
        e->effort_expectation[t] = expected(&l->effort, slot);
        e->effort_pe[t] =
            learn(l, &l->effort, slot, t, trials->effort_outcome[t], NULL);
    }
    if (e->pe_unchosen) {
        const size_t other = choice == VB_NONE ? VB_NONE : slot_of(l, 1 - choice, t);

        e->pe_unchosen[t] =
            other == slot ? (double)NAN
                          : learn(l, &l->reward, other, t, counterfactual(l, t), NULL);
    }
}

static vb_status prepare(learning *l)
{
    const model_run *run = l->run;
    const vb_model *m = run->model;
    const vb_trials *trials = run->trials;

    l->n_slots = m->spec.learning_by_option ? trials->n_cues + trials->n_options : 1;
    l->outcome = m->spec.learning_net ? run->out->net_outcome : trials->outcome;
    l->reward = (learner){.rule = m->learning_rule,
                          .first_param = m->first_learning_param,
                          .initial = m->spec.learning_initial};
    l->effort = (learner){.rule = m->effort_learning_rule,
                          .first_param = m->first_effort_learning_param,
                          .initial = m->spec.effort_learning_initial};
    l->reward.state =
        vb_arena_take(run->out->arena, l->n_slots, sizeof *l->reward.state);
    l->effort.state =
        vb_arena_take(run->out->arena, l->n_slots, sizeof *l->effort.state);
    return l->reward.state && l->effort.state
               ? VB_OK
               : vb_fail_memory(run->err, l->n_slots * sizeof *l->reward.state);
}

vb_status vb_run_learning(model_run *run)
{
    const vb_trials *trials = run->trials;
    learning l = {.run = run};
    vb_status status = check(run);

    if (status == VB_OK)
        status = take_arrays(run);
    if (status == VB_OK)
        status = prepare(&l);
    if (status != VB_OK)
        return status;
    for (size_t t = 0; t < trials->n_trials; t++) {
        const bool new_run = t && trials->run && trials->run[t] != trials->run[t - 1];

        if (t == 0 || (new_run && !run->model->spec.learning_carries_over)) {
            start(&l, &l.reward, t);
            start(&l, &l.effort, t);
        }
        learn_trial(&l, t);
    }
    return VB_OK;
}
