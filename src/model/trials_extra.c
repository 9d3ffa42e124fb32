/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trials_extra.c - what only some models look at: stated values, cues that stand for
 * options, effort met, what the other option would have brought, columns of formulas.
 */
#include "trials_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CUES = 1024 };

static vb_status take_expr(builder *b, const vb_expr *expr, const char *what,
                           double **out)
{
    if (!expr)
        return VB_OK;
    *out = vb_trials_numbers(b);
    return *out ? vb_trials_evaluate(b, expr, what, *out) : VB_ENOMEM;
}

static vb_status fill_values(builder *b)
{
    vb_status status = VB_OK;

    for (size_t o = 0; o < b->trials->n_options; o++) {
        char what[VB_QUOTE_MAX + 32], quoted[VB_QUOTE_MAX];
        double *value = NULL;

        snprintf(what, sizeof what, "value of option '%s'",
                 vb_quote(b->spec->options[o].name, quoted));
        if (take_expr(b, b->spec->options[o].value, what, &value) != VB_OK)
            status = b->err->code;
        b->trials->options[o].value = value;
    }
    return status;
}

/* Attributes of the task's own; any number will do. */
static vb_status fill_own(builder *b)
{
    vb_trials *trials = b->trials;
    vb_status status = VB_OK;

    for (size_t o = 0; o < trials->n_options; o++) {
        const vb_option_spec *spec = &b->spec->options[o];
        vb_option *option = &trials->options[o];

        if (!spec->n_own)
            continue;
        option->own_names = vb_arena_take(trials->arena, spec->n_own, sizeof(char *));
        option->own = vb_arena_take(trials->arena, spec->n_own, sizeof(double *));
        if (!option->own_names || !option->own)
            return vb_fail_memory(b->err, spec->n_own * sizeof(double *));
        for (size_t i = 0; i < spec->n_own; i++) {
            char what[2 * VB_QUOTE_MAX + 32], name[VB_QUOTE_MAX], quoted[VB_QUOTE_MAX];

            snprintf(what, sizeof what, "%s of option '%s'",
                     vb_quote(spec->own_names[i], name), vb_quote(spec->name, quoted));
            option->own_names[i] = vb_arena_string(trials->arena, spec->own_names[i]);
            if (!option->own_names[i])
                return vb_fail_memory(b->err, strlen(spec->own_names[i]));
            if (take_expr(b, spec->own[i], what, &option->own[i]) != VB_OK)
                status = b->err->code;
            option->n_own++;
        }
    }
    return status;
}

/* Effort and time have no negative amounts. */
static void refuse_negative(builder *b, const double *x, const char *what)
{
    for (size_t t = 0; x && t < b->trials->n_trials; t++)
        if (x[t] < 0) {
            char number[VB_NUMBER_MAX];

            vb_refuse(b->notes, b->err, VB_EINPUT, "attribute-refused",
                      b->trials->file[b->trials->run[t]], b->trials->line[t], 0,
                      "%s: %s is negative; it must be 0 or more", what,
                      vb_number_shortest(x[t], number));
        }
}

/* Index of the name among the cues; VB_NONE when it is missing. */
static vb_status cue_of(builder *b, const char *cell, size_t t, size_t *cue)
{
    vb_trials *trials = b->trials;
    double ignored;

    *cue = VB_NONE;
    if (vb_number_read(cell, &ignored) == VB_NUMBER_MISSING)
        return VB_OK;
    for (*cue = 0; *cue < trials->n_cues; (*cue)++)
        if (strcmp(trials->cues[*cue], cell) == 0)
            return VB_OK;
    if (trials->n_cues == MAX_CUES)
        return vb_fail_at(b->err, VB_EINPUT, trials->file[trials->run[t]],
                          trials->line[t], 0,
                          "over %d different cues; what is learned about is one of a "
                          "few",
                          MAX_CUES);
    trials->cues[*cue] = vb_arena_string(trials->arena, cell);
    return trials->cues[trials->n_cues++] ? VB_OK
                                          : vb_fail_memory(b->err, strlen(cell));
}

static vb_status fill_cues(builder *b)
{
    vb_trials *trials = b->trials;

    for (size_t o = 0; o < trials->n_options; o++) {
        const char *name = b->spec->options[o].cue_column;
        const size_t *column;
        size_t *cue;

        if (!name)
            continue;
        column = vb_trials_column(b, name);
        if (!column)
            return b->err->code;
        cue = vb_arena_take(trials->arena, trials->n_trials, sizeof *cue);
        if (!trials->cues)
            trials->cues = vb_arena_take(trials->arena, MAX_CUES, sizeof *trials->cues);
        if (!cue || !trials->cues)
            return vb_fail_memory(b->err, trials->n_trials * sizeof *cue);
        for (size_t t = 0; t < trials->n_trials; t++) {
            const vb_table *table = b->tables[trials->run[t]];
            const char *cell =
                vb_table_cell(table, trials->row[t], column[trials->run[t]]);

            if (cue_of(b, cell, t, &cue[t]) != VB_OK)
                return b->err->code;
        }
        trials->options[o].cue = cue;
    }
    return VB_OK;
}

static vb_status refuse_column(builder *b, size_t i, const vb_table *table)
{
    const vb_column_use *use = &b->spec->columns;
    vb_arena *arena = vb_arena_alloc();
    const size_t n = use->n_known + table->n_cols;
    const char **names = arena ? vb_arena_take(arena, n, sizeof *names) : NULL;
    char quoted[VB_QUOTE_MAX], text[VB_QUOTE_MAX], advice[512] = "";

    for (size_t k = 0; names && k < n; k++)
        names[k] = k < use->n_known ? use->known[k] : table->columns[k - use->n_known];
    if (names)
        vb_suggest(use->names[i], names, n, advice, sizeof advice);
    vb_arena_free(arena);
    return vb_fail_at(b->err, VB_EINPUT, use->file, use->line,
                      use->column ? use->column + use->at[i] - 1 : 0,
                      "character %zu of the formula '%s': '%s' is neither an attribute "
                      "nor a parameter (model: parameters or bounds) nor a column of "
                      "%s%s",
                      use->at[i], vb_quote(use->text, text),
                      vb_quote(use->names[i], quoted), table->name, advice);
}

/* Column i of the formula, in the trials of all runs. */
static vb_status fill_column(builder *b, size_t i, double out[])
{
    const vb_column_use *use = &b->spec->columns;

    for (size_t r = 0; r < b->trials->n_runs; r++) {
        const vb_table *table = b->tables[r];
        vb_error first = {0};
        size_t column;

        if (b->first[r] == b->first[r + 1])
            continue;
        column = vb_table_find(table, use->names[i]);
        if (column == VB_NONE)
            return refuse_column(b, i, table);
        for (size_t t = b->first[r]; t < b->first[r + 1]; t++) {
            const char *cell = vb_table_cell(table, b->trials->row[t], column);
            const vb_number_kind kind = vb_number_read(cell, &out[t]);
            char quoted[VB_QUOTE_MAX];

            if (kind == VB_NUMBER_OK)
                continue;
            out[t] = NAN;
            if (kind != VB_NUMBER_MISSING)
                vb_refuse(b->notes, &first, VB_EINPUT, "not-a-number", table->name,
                          b->trials->line[t], column + 1,
                          "column '%s' of the formula: '%s' %s", use->names[i],
                          vb_quote(cell, quoted), vb_number_why(kind));
        }
        if (first.code != VB_OK) {
            *b->err = first;
            return first.code;
        }
    }
    return VB_OK;
}

static vb_status fill_columns(builder *b)
{
    vb_trials *trials = b->trials;
    const size_t n = b->spec->columns.n;
    vb_status status = VB_OK;

    if (!n)
        return VB_OK;
    trials->column_names = vb_arena_take(trials->arena, n, sizeof(char *));
    trials->columns = vb_arena_take(trials->arena, n, sizeof(double *));
    if (!trials->column_names || !trials->columns)
        return vb_fail_memory(b->err, n * sizeof(char *));
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        trials->column_names[i] =
            vb_arena_string(trials->arena, b->spec->columns.names[i]);
        trials->columns[i] = vb_trials_numbers(b);
        if (!trials->column_names[i] || !trials->columns[i])
            return VB_ENOMEM;
        trials->n_columns++;
        status = fill_column(b, i, trials->columns[i]);
    }
    return status;
}

vb_status vb_fill_extra(builder *b)
{
    vb_trials *trials = b->trials;
    vb_status status = fill_values(b);

    if (status == VB_OK)
        status = fill_own(b);
    if (status == VB_OK)
        status = fill_cues(b);
    if (status == VB_OK)
        status = take_expr(b, b->spec->effort_outcome, "model.learning.effort.outcome",
                           &trials->effort_outcome);
    if (status == VB_OK)
        status = take_expr(b, b->spec->counterfactual, "model.learning.counterfactual",
                           &trials->counterfactual);
    if (status == VB_OK)
        status = take_expr(b, b->spec->learning_time_s, "model.learning.time",
                           &trials->learning_time_s);
    if (status == VB_OK) {
        refuse_negative(b, trials->effort_outcome, "model.learning.effort.outcome");
        refuse_negative(b, trials->learning_time_s, "model.learning.time");
        status = b->err->code;
    }
    return status == VB_OK ? fill_columns(b) : status;
}
