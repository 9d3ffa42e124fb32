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

/* Units are compared without blanks; one the task does not state cannot be compared. */
static bool same_unit(const char *a, const char *b)
{
    for (;;) {
        while (*a == ' ')
            a++;
        while (*b == ' ')
            b++;
        if (*a != *b)
            return false;
        if (!*a)
            return true;
        a++;
        b++;
    }
}

static bool is_no_unit(const char *unit)
{
    return !unit || !*unit || strcmp(unit, "1") == 0;
}

static vb_status check_unit(const parameters *p, size_t i, const char *given,
                            const char *file, size_t line, vb_error *err)
{
    const char *expected = p->model->params[i].unit;
    char quoted[VB_QUOTE_MAX];

    if (!given || (is_no_unit(given) && is_no_unit(expected)) ||
        same_unit(given, expected))
        return VB_OK;
    if (!p->model->params[i].unit_known) {
        vb_note_add(p->notes, VB_INFO, "parameter-unit-unchecked", file, 0, 0,
                    "parameter %s is in %s; the task states no unit to compare it with "
                    "(trials: units:)",
                    p->model->params[i].name, vb_quote(given, quoted));
        return VB_OK;
    }
    return vb_fail_at(
        err, VB_EINPUT, file, line, 0,
        "parameter %s is in '%s', but the task's units make it '%s'; convert "
        "it, or correct the units",
        p->model->params[i].name, vb_quote(given, quoted), *expected ? expected : "1");
}

static vb_status read_fixed(const parameters *p, double theta[], vb_error *err)
{
    const vb_parameters_spec *spec = p->spec;
    const char *names[VB_MAX_PARAMS];

    for (size_t i = 0; i < p->model->n_params; i++)
        theta[i] = NAN;
    for (size_t k = 0; k < spec->n_fixed; k++) {
        const size_t i = vb_model_param(p->model, spec->fixed_name[k]);
        const size_t line = spec->fixed_line ? spec->fixed_line[k] : 0;
        char quoted[VB_QUOTE_MAX], advice[512];
        vb_status status;

        vb_quote(spec->fixed_name[k], quoted);
        if (i == VB_NONE)
            return vb_fail_at(err, VB_EINPUT, spec->file, line, 0,
                              "the model has no parameter '%s'%s", quoted,
                              vb_suggest(spec->fixed_name[k], names,
                                         list_params(p->model, names), advice,
                                         sizeof advice));
        if (!isnan(theta[i]))
            return vb_fail_at(err, VB_EINPUT, spec->file, line, 0,
                              "parameter %s is given twice ('%s')",
                              p->model->params[i].name, quoted);
        if (!isfinite(spec->fixed_value[k]))
            return vb_fail_at(err, VB_EINPUT, spec->file, line, 0,
                              "parameter %s is not a finite number",
                              p->model->params[i].name);
        theta[i] = spec->fixed_value[k];
        status = check_unit(p, i, spec->fixed_unit ? spec->fixed_unit[k] : NULL,
                            spec->file, line, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

static vb_status check_table_units(const parameters *p, vb_error *err)
{
    const vb_parameters_spec *spec = p->spec;

    for (size_t k = 0; k < spec->n_table_units; k++) {
        const size_t i = vb_model_param(p->model, spec->table_unit_name[k]);
        vb_status status;

        if (i == VB_NONE || p->column[i] == VB_NONE)
            continue; /* a column the model does not use */
        status = check_unit(p, i, spec->table_unit[k], spec->table->name, 0, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

/* Every parameter must come from somewhere. */
static vb_status check_complete(const parameters *p, const double fixed[],
                                vb_error *err)
{
    const vb_table *table = p->spec->table;
    char absent[512] = "", advice[512] = "";
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
                      "the model needs %s %s, which %s nowhere given%s%s",
                      n == 1 ? "parameter" : "parameters", absent,
                      n == 1 ? "is" : "are",
                      table ? "" : " (model: parameters: in the spec)", advice);
}

/* What the sets of one participant are made from. */
typedef struct resolver {
    const parameters *p;
    const double *fixed;
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

static vb_status fill_set(const resolver *r, size_t row, double theta[], vb_error *err)
{
    const vb_table *table = r->p->spec->table;
    vb_status status = VB_OK;

    memcpy(theta, r->fixed, r->p->model->n_params * sizeof *theta);
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
                           size_t set_row[], size_t set_of[], size_t set[],
                           vb_error *err)
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
        while (k < *n_sets && set_row[k] != row)
            k++;
        if (k == *n_sets) {
            status = fill_set(r, row, theta + k * n_params, err);
            if (status != VB_OK)
                return status;
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
    size_t *set_of = vb_arena_take(arena, most, sizeof *set_of);
    size_t n = 0;
    vb_status status;

    if (!all || !of_trial || !set_row || !set_of)
        return vb_fail_memory(err, most * sizeof *all);
    status = fill_sets(r, &n, all, set_row, set_of, of_trial, err);
    if (status != VB_OK)
        return status;
    *n_sets = n;
    *theta = all;
    *set = of_trial;
    return VB_OK;
}

vb_status vb_parameters_resolve(const vb_parameters_spec *spec, const vb_model *model,
                                const char *participant, const char *session,
                                const char *const run_labels[], const vb_trials *trials,
                                vb_arena *arena, size_t *n_sets, double **theta,
                                size_t **set, vb_notes *notes, vb_error *err)
{
    parameters p = {.spec = spec, .model = model, .notes = notes};
    double fixed[VB_MAX_PARAMS];
    const resolver r = {.p = &p,
                        .fixed = fixed,
                        .participant = participant,
                        .session = session,
                        .run_labels = run_labels,
                        .trials = trials,
                        .n_conditions =
                            trials->n_conditions ? trials->n_conditions : 1};
    vb_status status = read_fixed(&p, fixed, err);

    if (status == VB_OK && spec->table)
        status = vb_parameters_open(&p, err);
    if (status == VB_OK && spec->table)
        status = check_table_units(&p, err);
    if (status == VB_OK)
        status = check_complete(&p, fixed, err);
    if (status == VB_OK && spec->table)
        vb_parameters_note_fallbacks(&p, fixed);
    return status == VB_OK ? resolve(&r, arena, n_sets, theta, set, err) : status;
}
