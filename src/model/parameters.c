/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parameters.c - the parameter sets of a participant, from fixed numbers and a
 * table. */
#include "parameters_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Names of the model's parameters, for suggestions. */
static size_t list_params(const vb_model *model, const char *names[VB_MAX_PARAMS])
{
    for (size_t i = 0; i < model->n_params; i++)
        names[i] = model->params[i].name;
    return model->n_params;
}

/* Whether fixed number k holds in the condition (NULL: there is one only). */
static bool holds(const vb_parameters_spec *spec, size_t k, const char *condition)
{
    const char *only = spec->fixed_condition ? spec->fixed_condition[k] : NULL;

    return !only || (condition && strcmp(only, condition) == 0);
}

/* The fixed numbers of one condition. */
static vb_status read_fixed(const parameters *p, const char *condition, double theta[],
                            vb_error *err)
{
    const vb_parameters_spec *spec = p->spec;
    const char *names[VB_MAX_PARAMS];

    for (size_t i = 0; i < p->model->n_params; i++)
        theta[i] = NAN;
    for (size_t k = 0; k < spec->n_fixed; k++) {
        const size_t i = vb_model_param(p->model, spec->fixed_name[k]);
        const size_t line = spec->fixed_line ? spec->fixed_line[k] : 0;
        char quoted[VB_QUOTE_MAX], advice[512];
        double factor = 1;
        vb_status status;

        vb_quote(spec->fixed_name[k], quoted);
        if (i == VB_NONE)
            return vb_fail_at(err, VB_EINPUT, spec->file, line, 0,
                              "the model has no parameter '%s'%s", quoted,
                              vb_suggest(spec->fixed_name[k], names,
                                         list_params(p->model, names), advice,
                                         sizeof advice));
        if (!holds(spec, k, condition))
            continue;
        if (!isnan(theta[i]))
            return vb_fail_at(err, VB_EINPUT, spec->file, line, 0,
                              "parameter %s is given twice ('%s')",
                              p->model->params[i].name, quoted);
        if (!isfinite(spec->fixed_value[k]))
            return vb_fail_at(err, VB_EINPUT, spec->file, line, 0,
                              "parameter %s is not a finite number",
                              p->model->params[i].name);
        status = vb_parameters_unit(p, i, spec->fixed_unit ? spec->fixed_unit[k] : NULL,
                                    spec->file, line, &factor, err);
        if (status != VB_OK)
            return status;
        theta[i] = spec->fixed_value[k] * factor;
    }
    return VB_OK;
}

static vb_status check_table_units(parameters *p, vb_error *err)
{
    const vb_parameters_spec *spec = p->spec;

    for (size_t k = 0; k < spec->n_table_units; k++) {
        const size_t i = vb_model_param(p->model, spec->table_unit_name[k]);
        vb_status status;

        if (i == VB_NONE || p->column[i] == VB_NONE)
            continue; /* a column the model does not use */
        status = vb_parameters_unit(p, i, spec->table_unit[k], spec->table->name, 0,
                                    &p->factor[i], err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

static bool differ_by_condition(const vb_parameters_spec *spec)
{
    for (size_t k = 0; spec->fixed_condition && k < spec->n_fixed; k++)
        if (spec->fixed_condition[k])
            return true;
    return false;
}

/* Every parameter must come from somewhere. */
static vb_status check_complete(const parameters *p, const char *condition,
                                const double fixed[], vb_error *err)
{
    const vb_table *table = p->spec->table;
    const char *where = differ_by_condition(p->spec) ? condition : NULL;
    char absent[512] = "", advice[512] = "", quoted[VB_QUOTE_MAX];
    const char *first = "";
    size_t used = 0, n = 0;

    for (size_t i = 0; i < p->model->n_params && used < sizeof absent; i++)
        if (isnan(fixed[i]) && (!table || p->column[i] == VB_NONE)) {
            const char *unit = p->model->params[i].unit;

            used += (size_t)snprintf(absent + used, sizeof absent - used, "%s%s%s%s%s",
                                     n ? ", " : "", p->model->params[i].name,
                                     *unit ? " (" : "", unit, *unit ? ")" : "");
            first = n++ ? first : p->model->params[i].name;
        }
    if (!n)
        return VB_OK;
    if (table)
        vb_suggest(first, table->columns, table->n_cols, advice, sizeof advice);
    return vb_fail_at(err, VB_EINPUT, table ? table->name : p->spec->file,
                      table ? 1 : 0, 0,
                      "the model needs %s %s, which %s nowhere given%s%s%s%s%s",
                      n == 1 ? "parameter" : "parameters", absent,
                      n == 1 ? "is" : "are", where ? " for condition '" : "",
                      where ? vb_quote(where, quoted) : "", where ? "'" : "",
                      table ? "" : " (model: parameters: in the spec)", advice);
}

/* What the sets of one participant are made from. */
typedef struct resolver {
    const parameters *p;
    const double *fixed; /* [n_conditions x n_params] */
    bool by_condition;   /* these differ */
    const char *participant, *session;
    const char *const *run_labels;
    const vb_trials *trials;
    size_t n_conditions;
} resolver;

/* Parameters of one run and condition; *row is the table's row, VB_NONE without a
 * table. */
static vb_status find_set(const resolver *r, size_t run, size_t condition, size_t *row,
                          vb_error *err)
{
    const char *const labels[N_KEYS] = {[KEY_PARTICIPANT] = r->participant,
                                        [KEY_SESSION] = r->session,
                                        [KEY_RUN] =
                                            r->run_labels ? r->run_labels[run] : NULL,
                                        [KEY_CONDITION] =
                                            r->trials->condition
                                                ? r->trials->conditions[condition]
                                                : NULL};

    *row = VB_NONE;
    return r->p->spec->table ? vb_parameters_row(r->p, labels, row, err) : VB_OK;
}

static vb_status fill_set(const resolver *r, size_t row, size_t condition,
                          double theta[], vb_error *err)
{
    const vb_table *table = r->p->spec->table;
    vb_status status = VB_OK;

    memcpy(theta, r->fixed + condition * r->p->model->n_params,
           r->p->model->n_params * sizeof *theta);
    if (row != VB_NONE)
        status = vb_parameters_read(r->p, row, r->participant, theta, err);
    if (status == VB_OK)
        status =
            vb_model_check(r->p->model, theta, table ? table->name : r->p->spec->file,
                           table ? table->line[row]
                           : r->p->spec->n_fixed && r->p->spec->fixed_line
                               ? r->p->spec->fixed_line[0]
                               : 0,
                           r->p->notes, err);
    return status;
}

/* Gives every trial its set; one set a row of the table that is used. */
static vb_status fill_sets(const resolver *r, size_t *n_sets, double theta[],
                           size_t set_row[], size_t set_condition[], size_t set_of[],
                           size_t set[], vb_error *err)
{
    const size_t n_params = r->p->model->n_params;

    for (size_t t = 0; t < r->trials->n_trials; t++) {
        const size_t run = r->trials->run ? r->trials->run[t] : 0;
        const size_t condition = r->trials->condition ? r->trials->condition[t] : 0;
        size_t *known = &set_of[run * r->n_conditions + condition], k = 0, row;
        vb_status status;

        if (*known) { /* one more than its index */
            set[t] = *known - 1;
            continue;
        }
        status = find_set(r, run, condition, &row, err);
        if (status != VB_OK)
            return status;
        while (k < *n_sets && (set_row[k] != row ||
                               (r->by_condition && set_condition[k] != condition)))
            k++;
        if (k == *n_sets) {
            status = fill_set(r, row, condition, theta + k * n_params, err);
            if (status != VB_OK)
                return status;
            set_condition[k] = condition;
            set_row[(*n_sets)++] = row;
        }
        *known = k + 1;
        set[t] = k;
    }
    return VB_OK;
}

static vb_status resolve(const resolver *r, vb_arena *arena, size_t *n_sets,
                         double **theta, size_t **set, vb_error *err)
{
    const size_t most = (r->trials->n_runs ? r->trials->n_runs : 1) * r->n_conditions;
    double *all = vb_arena_take(arena, most, r->p->model->n_params * sizeof *all);
    size_t *of_trial = vb_arena_take(arena, r->trials->n_trials, sizeof *of_trial);
    size_t *set_row = vb_arena_take(arena, most, sizeof *set_row);
    size_t *set_condition = vb_arena_take(arena, most, sizeof *set_condition);
    size_t *set_of = vb_arena_take(arena, most, sizeof *set_of);
    size_t n = 0;
    vb_status status;

    if (!all || !of_trial || !set_row || !set_condition || !set_of)
        return vb_fail_memory(err, most * sizeof *all);
    status = fill_sets(r, &n, all, set_row, set_condition, set_of, of_trial, err);
    if (status != VB_OK)
        return status;
    *n_sets = n;
    *theta = all;
    *set = of_trial;
    return VB_OK;
}

/* Fixed numbers of every condition. */
static vb_status read_all_fixed(parameters *p, const vb_trials *trials, size_t n,
                                double fixed[], vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t c = 0; c < n && status == VB_OK; c++)
        status = read_fixed(p, trials->condition ? trials->conditions[c] : NULL,
                            fixed + c * p->model->n_params, err);
    return status;
}

static vb_status check_fixed(parameters *p, const vb_trials *trials, size_t n,
                             const double fixed[], vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t c = 0; c < n && status == VB_OK; c++)
        status = check_complete(p, trials->condition ? trials->conditions[c] : NULL,
                                fixed + c * p->model->n_params, err);
    return status;
}

vb_status vb_parameters_resolve(const vb_parameters_spec *spec, const vb_model *model,
                                const char *participant, const char *session,
                                const char *const run_labels[], const vb_trials *trials,
                                vb_arena *arena, size_t *n_sets, double **theta,
                                size_t **set, vb_notes *notes, vb_error *err)
{
    const size_t n = trials->n_conditions ? trials->n_conditions : 1;
    parameters p = {.spec = spec, .model = model, .notes = notes};
    double *fixed = vb_arena_take(arena, n, (model->n_params + 1) * sizeof *fixed);
    const resolver r = {.p = &p,
                        .fixed = fixed,
                        .by_condition = differ_by_condition(spec),
                        .participant = participant,
                        .session = session,
                        .run_labels = run_labels,
                        .trials = trials,
                        .n_conditions = n};
    vb_status status;

    if (!fixed)
        return vb_fail_memory(err, n * sizeof *fixed);
    status = read_all_fixed(&p, trials, n, fixed, err);
    if (status == VB_OK && spec->table)
        status = vb_parameters_open(&p, err);
    if (status == VB_OK && spec->table)
        status = check_table_units(&p, err);
    if (status == VB_OK)
        status = check_fixed(&p, trials, n, fixed, err);
    if (status == VB_OK && spec->table)
        vb_parameters_note_fallbacks(&p, fixed);
    return status == VB_OK ? resolve(&r, arena, n_sets, theta, set, err) : status;
}
