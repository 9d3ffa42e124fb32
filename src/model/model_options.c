/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_options.c - the value of each option from the terms of its attributes.
 *
 *     multiply   SV = U f_effort f_probability f_delay - c_effort - c_delay - c_loss
 *     add        SV = U (1 - sum (1 - f)) - c_effort - c_delay - c_loss
 *     net        SV = (U - c_loss) f_effort f_probability f_delay - c_effort - c_delay;
 *                with loss gamble (U f_probability - c_loss) f_effort f_delay - ...
 *
 * Trials are independent here, so a missing (NaN) input simply gives a missing value;
 * what goes from trial to trial has been worked out before.
 */
#include "model_internal.h"
#include "valuebold/number.h"

#include <math.h>
#include <string.h>

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

/* Value at x by straight lines between the levels, from factor 1 at 0. */
static double between_levels(const vb_model *model, double x, const double values[])
{
    const double *levels = model->spec.levels;
    size_t i = 0;
    double from, before;

    if (isnan(x))
        return x;
    while (i + 1 < model->spec.n_levels && x > levels[i])
        i++;
    from = i ? levels[i - 1] : 0;
    before = i ? values[i - 1] : 1;
    return before + (values[i] - before) * ((x - from) / (levels[i] - from));
}

static const char *refuses(const vb_model *model, vb_attribute a, double x,
                           const double theta[])
{
    const vb_term *term = model->term[a];

    if (!term || isnan(x))
        return NULL;
    if (term->uses & VB_USES_LEVELS && x > model->spec.levels[model->spec.n_levels - 1])
        return "beyond the highest of model.levels, where no value is given";
    return term->refuses ? term->refuses(x, theta) : NULL;
}

/* Refuses impossible attributes (of trials made by hand) and those the term cannot
 * take. */
static vb_status check_input(const model_run *run, vb_attribute a, size_t o,
                             const double x[])
{
    const size_t first = run->model->first_param[a];

    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const char *why = vb_attribute_refuses(a, x[t]);
        char number[VB_NUMBER_MAX];

        if (!why)
            why = refuses(run->model, a, x[t], vb_run_theta(run, t) + first);
        if (why)
            return vb_fail_trial(run->trials, t, VB_EDOM, run->err,
                                 "%s of option '%s' is %s: %s", vb_attribute_name(a),
                                 run->trials->options[o].name,
                                 vb_number_shortest(x[t], number), why);
    }
    return VB_OK;
}

void vb_run_term(const model_run *run, vb_attribute a, const double x[], double out[])
{
    const vb_term *term = run->model->term[a];
    const size_t first = run->model->first_param[a];

    for (size_t t = 0, end; t < run->trials->n_trials; t = end) {
        const double *theta = vb_run_theta(run, t) + first;

        end = end_of_set(run, t);
        if (!(term->uses & VB_USES_LEVELS)) {
            term->run(end - t, x + t, theta, out + t);
            continue;
        }
        for (size_t i = t; i < end; i++)
            out[i] = between_levels(run->model, x[i], theta);
    }
}

/* Default of an attribute that the task does not state. */
static double unstated(vb_attribute a)
{
    return a == VB_REWARD ? (double)NAN : a == VB_PROBABILITY ? 1 : 0;
}

const double *vb_run_attribute(const model_run *run, vb_attribute a, size_t o)
{
    const double *stated = run->trials->options[o].attribute[a];

    if (stated)
        return stated;
    return a == VB_REWARD   ? run->out->learned[o]
           : a == VB_EFFORT ? run->out->learned_effort[o]
                            : NULL;
}

static vb_status run_utility(model_run *run, size_t o)
{
    const double *reward = vb_run_attribute(run, VB_REWARD, o);
    double *utility = vb_run_array(run);
    vb_status status;

    if (!reward)
        reward = vb_run_constant(run, unstated(VB_REWARD));
    if (!utility || !reward)
        return VB_ENOMEM;
    run->out->utility[o] = utility;
    status = check_input(run, VB_REWARD, o, reward);
    if (status != VB_OK)
        return status;
    if (run->model->term[VB_REWARD])
        vb_run_term(run, VB_REWARD, reward, utility);
    else
        memcpy(utility, reward, run->trials->n_trials * sizeof *utility);
    return VB_OK;
}

/* The weight of losing, f_P(1 - P). */
static vb_status weigh_by_losing(model_run *run, size_t o, double out[])
{
    const double *p = run->trials->options[o].attribute[VB_PROBABILITY];
    double *losing = vb_run_array(run), *weight = vb_run_array(run);

    if (!losing || !weight)
        return VB_ENOMEM;
    if (!p && run->trials->options[o].attribute[VB_LOSS])
        return vb_fail(
            run->err, VB_EINPUT,
            "model: the loss of option '%s' counts with the probability of "
            "losing, but the option states no probability (0.5 in most mixed "
            "gambles)",
            run->trials->options[o].name);
    for (size_t t = 0; t < run->trials->n_trials; t++)
        losing[t] = p ? 1 - p[t] : 0;
    vb_run_term(run, VB_PROBABILITY, losing, weight);
    for (size_t t = 0; t < run->trials->n_trials; t++)
        out[t] *= weight[t];
    return VB_OK;
}

/* What a term needs besides its attribute. */
static vb_status apply_uses(model_run *run, vb_attribute a, size_t o, double out[])
{
    const vb_term *term = run->model->term[a];
    const double *rate = run->out->expectation, *fatigue = run->out->fatigue;

    for (size_t t = 0; term->uses & VB_USES_RATE && t < run->trials->n_trials; t++)
        out[t] *= rate[t];
    for (size_t t = 0; a == VB_EFFORT && fatigue && t < run->trials->n_trials; t++)
        out[t] *= fatigue[t];
    return term->uses & VB_USES_LOSING ? weigh_by_losing(run, o, out) : VB_OK;
}

/* Factor or cost of attribute a; ones and zeros stand for what there is not. */
static vb_status run_attribute(model_run *run, vb_attribute a, size_t o)
{
    const vb_term *term = run->model->term[a];
    const double *x = vb_run_attribute(run, a, o);
    double *out;
    vb_status status = VB_OK;

    if (!x && !term)
        return VB_OK;
    if (!x)
        x = vb_run_constant(run, unstated(a));
    if (!x)
        return VB_ENOMEM;
    status = check_input(run, a, o, x);
    if (status != VB_OK || !term)
        return status;
    out = vb_run_array(run);
    if (!out)
        return VB_ENOMEM;
    if (term->uses & VB_USES_UTILITY && run->model->term[VB_REWARD]) {
        double *utility = vb_run_array(run);

        if (!utility)
            return VB_ENOMEM;
        vb_run_term(run, VB_REWARD, x, utility);
        x = utility;
    }
    vb_run_term(run, a, x, out);
    if (term->kind == VB_FACTOR)
        run->out->factor[a][o] = out;
    else
        run->out->cost[a][o] = out;
    return apply_uses(run, a, o, out);
}

/* Whether an attribute that counts for the value of option o is missing. */
static bool is_missing(const model_run *run, size_t o, size_t t)
{
    const double *reward = vb_run_attribute(run, VB_REWARD, o);

    if (!reward || isnan(reward[t]))
        return true;
    for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++) {
        const double *x = vb_run_attribute(run, a, o);

        if (run->model->term[a] && x && isnan(x[t]))
            return true;
    }
    return false;
}

vb_status vb_run_check_value(const model_run *run, size_t o, size_t t, double sv,
                             bool missing)
{
    if (!isinf(sv) && (!isnan(sv) || missing))
        return VB_OK;
    return vb_fail_trial(
        run->trials, t, VB_EDOM, run->err,
        "the value of option '%s' is %s; check its attributes and the parameters",
        run->trials->options[o].name,
        isinf(sv) ? "infinite"
                  : "undefined: a part of it is infinite and meets zero or another "
                    "infinity");
}

static vb_status combine(model_run *run, size_t o)
{
    const vb_evaluation *e = run->out;
    double *sv = vb_run_array(run), *benefit = vb_run_array(run);

    if (!sv || !benefit)
        return VB_ENOMEM;
    run->out->sv[o] = sv;
    run->out->benefit[o] = benefit;
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        double f[VB_N_ATTRIBUTES], c[VB_N_ATTRIBUTES];

        for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++) {
            f[a] = e->factor[a][o][t];
            c[a] = e->cost[a][o][t];
        }
        sv[t] = vb_combined(run->model, e->utility[o][t], f, c);
        benefit[t] = e->utility[o][t] * f[VB_PROBABILITY];
        if (!isfinite(sv[t])) {
            const vb_status status =
                vb_run_check_value(run, o, t, sv[t], is_missing(run, o, t));

            if (status != VB_OK)
                return status;
        }
    }
    return VB_OK;
}

/* An option whose value is stated has no parts. */
static vb_status take_stated(model_run *run, size_t o, const double value[])
{
    double *sv = vb_run_array(run);

    if (!sv)
        return VB_ENOMEM;
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        sv[t] = value[t];
        if (isinf(sv[t]))
            return vb_run_check_value(run, o, t, sv[t], false);
    }
    run->out->utility[o] = run->out->benefit[o] = run->out->sv[o] = sv;
    return VB_OK;
}

vb_status vb_run_options(model_run *run)
{
    double *ones = vb_run_constant(run, 1), *zeros = vb_run_array(run);

    if (!ones || !zeros)
        return VB_ENOMEM;
    for (size_t o = 0; o < run->trials->n_options; o++) {
        const double *value = run->trials->options[o].value;
        vb_status status = VB_OK;

        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
            run->out->factor[a][o] = ones;
            run->out->cost[a][o] = zeros;
        }
        if (value) {
            status = take_stated(run, o, value);
        } else if (run->model->spec.formula) {
            status = vb_run_formula(run, o);
        } else {
            status = run_utility(run, o);
            for (vb_attribute a = VB_EFFORT; status == VB_OK && a < VB_N_ATTRIBUTES;
                 a++)
                status = run_attribute(run, a, o);
            if (status == VB_OK)
                status = combine(run, o);
        }
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}
