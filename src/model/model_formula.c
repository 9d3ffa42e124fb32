/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_formula.c - the value of an option by a formula of the user's.
 *
 * A name in it is an attribute of the option (reward or R, ..., or one of the task's own), a
 * declared parameter, or a column of the events, looked for in this order.  It is evaluated in blocks of trials,
 * each step of the formula over the whole block.
 */
#include "model_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <string.h>

/* What name i of the formula stands for in each trial. */
typedef struct binding {
    const double *values; /* [n_trials] */
    size_t param;         /* in local theta, VB_NONE: values */
} binding;

static vb_attribute attribute_of(const char *name)
{
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        if (strcmp(name, vb_attribute_name(a)) == 0 ||
            (name[0] == vb_attribute_letter(a) && !name[1]))
            return a;
    return VB_N_ATTRIBUTES;
}

static vb_status check_attribute(const model_run *run, vb_attribute a, size_t o,
                                 const double x[])
{
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        const char *why = vb_attribute_refuses(a, x[t]);
        char number[VB_NUMBER_MAX];

        if (why)
            return vb_fail_trial(run->trials, t, VB_EDOM, run->err,
                                 "%s of option '%s' is %s: %s", vb_attribute_name(a),
                                 run->trials->options[o].name,
                                 vb_number_shortest(x[t], number), why);
    }
    return VB_OK;
}

/* An attribute of the task's own: *found when some option has it. */
static vb_status bind_own(const model_run *run, size_t o, const char *name, binding *b,
                          bool *found)
{
    const vb_trials *trials = run->trials;

    *found = false;
    for (size_t k = 0; k < trials->n_options; k++)
        for (size_t i = 0; i < trials->options[k].n_own; i++) {
            if (strcmp(trials->options[k].own_names[i], name) != 0)
                continue;
            *found = true;
            if (k == o)
                b->values = trials->options[k].own[i];
        }
    if (*found && !b->values)
        return vb_fail(
            run->err, VB_EINPUT,
            "model: the formula's '%s' is an attribute that option '%s' does "
            "not state (trials: options: attributes:)",
            name, trials->options[o].name);
    return VB_OK;
}

static vb_status bind(model_run *run, size_t o, const char *name, binding *b)
{
    const vb_formula *formula = run->model->spec.formula;
    const vb_attribute a = attribute_of(name);
    bool found;
    vb_status status;

    b->param = VB_NONE;
    if (a != VB_N_ATTRIBUTES) {
        b->values = vb_run_attribute(run, a, o);
        if (!b->values)
            b->values = vb_run_constant(run, a == VB_REWARD        ? (double)NAN
                                             : a == VB_PROBABILITY ? 1
                                                                   : 0);
        return b->values ? check_attribute(run, a, o, b->values) : VB_ENOMEM;
    }
    status = bind_own(run, o, name, b, &found);
    if (status != VB_OK || found)
        return status;
    for (size_t i = 0; i < formula->n_params; i++)
        if (strcmp(formula->params[i].name, name) == 0) {
            b->param = run->model->first_formula_param + i;
            return VB_OK;
        }
    for (size_t c = 0; c < run->trials->n_columns; c++)
        if (strcmp(run->trials->column_names[c], name) == 0) {
            b->values = run->trials->columns[c];
            return VB_OK;
        }
    return vb_fail_at(
        run->err, VB_EINPUT, formula->file, formula->line, 0,
        "the formula's '%s' is neither an attribute nor a parameter nor a "
        "column",
        name);
}

/* Values that are no numbers must be due to something missing. */
static vb_status check_values(const model_run *run, size_t o, size_t n,
                              const binding bound[], const double sv[])
{
    for (size_t t = 0; t < run->trials->n_trials; t++) {
        bool missing = false;

        if (isfinite(sv[t]))
            continue;
        for (size_t i = 0; i < n; i++)
            missing = missing || (bound[i].values && isnan(bound[i].values[t]));
        if (vb_run_check_value(run, o, t, sv[t], missing) != VB_OK)
            return vb_fail_trial(
                run->trials, t, VB_EDOM, run->err,
                "the formula's value of option '%s' is %s here: '%s'; check its "
                "attributes and the parameters",
                run->trials->options[o].name, isinf(sv[t]) ? "infinite" : "undefined",
                vb_expr_text(run->model->spec.formula->expr));
    }
    return VB_OK;
}

static vb_status evaluate(model_run *run, size_t n, const binding bound[], double sv[])
{
    const vb_expr *expr = run->model->spec.formula->expr;
    const double **names = vb_arena_take(run->out->arena, n + 1, sizeof *names);
    bool *constant = vb_arena_take(run->out->arena, n + 1, sizeof *constant);
    const size_t room = vb_expr_block_room(expr);
    double *scratch = vb_arena_take(run->out->arena, room, sizeof *scratch);

    if (!names || !constant || !scratch)
        return vb_fail_memory(run->err, room * sizeof *scratch);
    for (size_t t = 0, end; t < run->trials->n_trials; t = end) {
        const double *theta = vb_run_theta(run, t);

        for (end = t + 1; end < run->trials->n_trials && end - t < VB_EXPR_BLOCK &&
                          (!run->set || run->set[end] == run->set[t]);)
            end++;
        for (size_t i = 0; i < n; i++) {
            constant[i] = bound[i].param != VB_NONE;
            names[i] = constant[i] ? theta + bound[i].param : bound[i].values + t;
        }
        vb_expr_block(expr, end - t, names, constant, scratch, sv + t);
    }
    return VB_OK;
}

vb_status vb_run_formula(model_run *run, size_t o)
{
    const vb_expr *expr = run->model->spec.formula->expr;
    const size_t n = vb_expr_n_names(expr);
    binding *bound = vb_arena_take(run->out->arena, n + 1, sizeof *bound);
    double *sv = vb_run_array(run);
    vb_status status = VB_OK;

    if (!bound || !sv)
        return VB_ENOMEM;
    for (size_t i = 0; i < n && status == VB_OK; i++)
        status = bind(run, o, vb_expr_name(expr, i), &bound[i]);
    if (status == VB_OK)
        status = evaluate(run, n, bound, sv);
    if (status == VB_OK)
        status = check_values(run, o, n, bound, sv);
    run->out->utility[o] = run->out->benefit[o] = run->out->sv[o] = sv;
    return status;
}
