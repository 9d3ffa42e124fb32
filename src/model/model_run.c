/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_run.c - all quantities of a model on trials.
 *
 *     SV = U(R) f_effort f_probability f_delay - c_effort - c_delay - c_loss
 *
 * Trials are independent here, so a missing (NaN) input simply gives a missing value;
 * what goes from trial to trial is in model_learning.c and model_staged.c.
 */
#include "model_internal.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

vb_status vb_fail_trial(const vb_trials *trials, size_t t, vb_status code,
                        vb_error *err, const char *format, ...)
{
    const size_t r = trials->run ? trials->run[t] : 0;
    const char *file = trials->file ? trials->file[r] : NULL;
    char text[VB_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (file && trials->line)
        return vb_fail_at(err, code, file, trials->line[t], 0, "%s", text);
    return vb_fail(err, code, "run %zu, trial %zu: %s", r + 1, t + 1, text);
}

const double *vb_run_theta(const model_run *run, size_t t)
{
    return run->theta + (run->set ? run->set[t] : 0) * run->model->n_params;
}

double *vb_run_array(const model_run *run)
{
    double *x = vb_arena_take(run->out->arena, run->trials->n_trials, sizeof *x);

    if (!x)
        vb_fail_memory(run->err, run->trials->n_trials * sizeof *x);
    return x;
}

static double *constant(const model_run *run, double value)
{
    double *x = vb_run_array(run);

    for (size_t t = 0; x && t < run->trials->n_trials; t++)
        x[t] = value;
    return x;
}

/* One past the last trial from t on that uses the same parameters. */
static size_t end_of_set(const model_run *run, size_t t)
{
    size_t end = t + 1;

    if (!run->set)
        return run->trials->n_trials;
    while (end < run->trials->n_trials && run->set[end] == run->set[t])
        end++;
    return end;
}

/* Refuses impossible attributes (of trials made by hand) and those the term cannot
 * take. */
static vb_status check_input(const model_run *run, vb_attribute a, size_t o,
                             const double x[])
{
    const vb_term *term = run->model->term[a];
    const size_t first = run->model->first_param[a];

    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const char *why = vb_attribute_refuses(a, x[t]);
        char number[VB_NUMBER_MAX];

        if (!why && term && term->refuses && !isnan(x[t]))
            why = term->refuses(x[t], vb_run_theta(run, t) + first);
        if (why)
            return vb_fail_trial(run->trials, t, VB_EDOM, run->err,
                                 "%s of option '%s' is %s: %s", vb_attribute_name(a),
                                 run->trials->options[o].name,
                                 vb_number_shortest(x[t], number), why);
    }
    return VB_OK;
}

static void run_term(const model_run *run, vb_attribute a, const double x[],
                     double out[])
{
    const size_t first = run->model->first_param[a];

    for (size_t t = 0, end; t < run->trials->n_trials; t = end) {
        end = end_of_set(run, t);
        run->model->term[a]->run(end - t, x + t, vb_run_theta(run, t) + first, out + t);
    }
}

/* Default of an attribute that the task does not state. */
static double unstated(vb_attribute a)
{
    return a == VB_REWARD ? (double)NAN : a == VB_PROBABILITY ? 1 : 0;
}

static vb_status run_utility(model_run *run, size_t o)
{
    const double *stated = run->trials->options[o].attribute[VB_REWARD];
    const double *reward = stated;
    double *utility = vb_run_array(run);
    vb_status status;

    if (!utility)
        return VB_ENOMEM;
    run->out->utility[o] = utility;
    if (!reward) /* a reward that is learned, or none */
        reward = run->out->learned[o] ? run->out->learned[o]
                                      : constant(run, unstated(VB_REWARD));
    if (!reward)
        return VB_ENOMEM;
    status = check_input(run, VB_REWARD, o, reward);
    if (status != VB_OK)
        return status;
    if (run->model->term[VB_REWARD])
        run_term(run, VB_REWARD, reward, utility);
    else
        memcpy(utility, reward, run->trials->n_trials * sizeof *utility);
    return VB_OK;
}

/* Factor or cost of attribute a; ones and zeros stand for what there is not. */
static vb_status run_attribute(model_run *run, vb_attribute a, size_t o, double *ones,
                               double *zeros)
{
    const vb_term *term = run->model->term[a];
    const double *x = run->trials->options[o].attribute[a];
    double *out;
    vb_status status = VB_OK;

    run->out->factor[a][o] = ones;
    run->out->cost[a][o] = zeros;
    if (x)
        status = check_input(run, a, o, x);
    if (status != VB_OK || !term)
        return status;
    if (!x) {
        x = constant(run, unstated(a));
        if (!x)
            return VB_ENOMEM;
        status = check_input(run, a, o, x);
        if (status != VB_OK)
            return status;
    }
    out = vb_run_array(run);
    if (!out)
        return VB_ENOMEM;
    run_term(run, a, x, out);
    if (term->kind == VB_FACTOR)
        run->out->factor[a][o] = out;
    else
        run->out->cost[a][o] = out;
    return VB_OK;
}

/* Whether an attribute that counts for the value of option o is missing. */
static bool is_missing(const model_run *run, size_t o, size_t t)
{
    const double *const *attribute = run->trials->options[o].attribute;
    const double *reward =
        attribute[VB_REWARD] ? attribute[VB_REWARD] : run->out->learned[o];

    if (!reward || isnan(reward[t]))
        return true;
    for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++)
        if (run->model->term[a] && attribute[a] && isnan(attribute[a][t]))
            return true;
    return false;
}

static vb_status combine(model_run *run, size_t o)
{
    const vb_evaluation *e = run->out;
    double *sv = vb_run_array(run), *benefit = vb_run_array(run);

    if (!sv || !benefit)
        return VB_ENOMEM;
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        sv[t] = e->utility[o][t];
        for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++)
            sv[t] *= e->factor[a][o][t];
        for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++)
            sv[t] -= e->cost[a][o][t];
        benefit[t] = e->utility[o][t] * e->factor[VB_PROBABILITY][o][t];
        if (isinf(sv[t]) || (isnan(sv[t]) && !is_missing(run, o, t)))
            return vb_fail_trial(
                run->trials, t, VB_EDOM, run->err,
                "the value of option '%s' is %s; check its attributes and the "
                "parameters",
                run->trials->options[o].name,
                isinf(sv[t]) ? "infinite"
                             : "undefined: a part of it is infinite and meets zero or "
                               "another infinity");
    }
    run->out->sv[o] = sv;
    run->out->benefit[o] = benefit;
    return VB_OK;
}

static vb_status run_options(model_run *run)
{
    double *ones = constant(run, 1), *zeros = vb_run_array(run);

    if (!ones || !zeros)
        return VB_ENOMEM;
    for (size_t o = 0; o < run->trials->n_options; o++) {
        vb_status status = run_utility(run, o);

        run->out->factor[VB_REWARD][o] = ones;
        run->out->cost[VB_REWARD][o] = zeros;
        for (vb_attribute a = VB_EFFORT; status == VB_OK && a < VB_N_ATTRIBUTES; a++)
            status = run_attribute(run, a, o, ones, zeros);
        if (status == VB_OK)
            status = combine(run, o);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

/* A rule compares values, and an option without a reward has none in any trial. */
static vb_status check_values(const model_run *run)
{
    for (size_t o = 0; o < run->trials->n_options; o++)
        if (!run->trials->options[o].attribute[VB_REWARD] && !run->out->learned[o])
            return vb_fail(
                run->err, VB_EINPUT,
                "model: choice rule '%s' needs the value of every option, but option "
                "'%s' states no reward; state one (0 when it brings nothing), or learn "
                "it (model: learning: {rule: ..., by_option: true})",
                run->model->choice_rule->name, run->trials->options[o].name);
    return VB_OK;
}

static vb_status run_choice_rule(model_run *run)
{
    const vb_choice_rule *rule = run->model->choice_rule;
    const size_t n = run->trials->n_options;
    vb_evaluation *e = run->out;
    const vb_status status = check_values(run);

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
        const double *theta = vb_run_theta(run, t) + run->model->first_choice_param;
        double sv[VB_MAX_OPTIONS], p[VB_MAX_OPTIONS];

        for (size_t o = 0; o < n; o++)
            sv[o] = e->sv[o][t];
        rule->probabilities(n, sv, theta, p);
        for (size_t o = 0; o < n; o++)
            e->probability[o][t] = p[o];
        if (!e->log_likelihood)
            continue;
        rule->log_probabilities(n, sv, theta, p);
        e->log_likelihood[t] =
            run->trials->choice[t] == VB_NONE ? (double)NAN : p[run->trials->choice[t]];
    }
    return VB_OK;
}

vb_status vb_model_run(const vb_model *model, const vb_trials *trials, size_t n_sets,
                       const double theta[], const size_t set[],
                       vb_evaluation **evaluation, vb_error *err)
{
    vb_evaluation *e = NULL;
    model_run run = {.model = model,
                     .trials = trials,
                     .theta = theta,
                     .set = set,
                     .err = err};
    vb_status status = VB_OK;

    for (size_t t = 0; set && t < trials->n_trials; t++)
        if (set[t] >= n_sets)
            return vb_fail(err, VB_EINTERNAL, "trial %zu uses parameter set %zu of %zu",
                           t + 1, set[t] + 1, n_sets);
    e = calloc(1, sizeof *e);
    if (e)
        e->arena = vb_arena_alloc();
    if (!e || !e->arena) {
        vb_evaluation_free(e);
        return vb_fail_memory(err, sizeof *e);
    }
    e->n_trials = trials->n_trials;
    e->n_options = trials->n_options;
    run.out = e;
    if (model->learning_rule) /* first, as what is learned may be a reward */
        status = vb_run_learning(&run);
    if (status == VB_OK)
        status = run_options(&run);
    if (status == VB_OK && model->choice_rule)
        status = run_choice_rule(&run);
    if (status == VB_OK && model->spec.staged)
        status = vb_run_staged(&run);
    if (status != VB_OK) {
        vb_evaluation_free(e);
        return status;
    }
    *evaluation = e;
    return VB_OK;
}

void vb_evaluation_free(vb_evaluation *evaluation)
{
    if (!evaluation)
        return;
    vb_arena_free(evaluation->arena);
    free(evaluation);
}
