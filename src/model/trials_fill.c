/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials_fill.c - what each trial offered, what was chosen, and what came of it. */
#include "trials_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_CONDITIONS = 256 };

static const char *cell_of(const builder *b, size_t t, size_t column)
{
    return vb_table_cell(b->tables[b->trials->run[t]], b->trials->row[t], column);
}

static const char *file_of(const builder *b, size_t t)
{
    return b->trials->file[b->trials->run[t]];
}

double *vb_trials_numbers(const builder *b)
{
    double *x = vb_arena_take(b->trials->arena, b->trials->n_trials, sizeof *x);

    if (!x)
        vb_fail_memory(b->err, b->trials->n_trials * sizeof *x);
    return x;
}

/* Evaluates expr on the trials of all runs; goes on to the next run after a fault. */
vb_status vb_trials_evaluate(builder *b, const vb_expr *expr, const char *what,
                             double out[])
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < b->trials->n_runs; r++) {
        vb_error err = {0};

        if (b->first[r] == b->first[r + 1])
            continue;
        if (vb_rows_numbers(expr, b->tables[r], what, b->keep[r], b->column[r], NULL,
                            b->notes, &err) != VB_OK) {
            status = err.code;
            if (b->err->code == VB_OK)
                *b->err = err;
            continue;
        }
        for (size_t t = b->first[r]; t < b->first[r + 1]; t++)
            out[t] = b->column[r][b->trials->row[t]];
    }
    return status;
}

/* More than all of it is likely per cent. */
static void warn_above_whole(const builder *b, const char *option, const double x[])
{
    const char *unit = b->spec->units[VB_EFFORT];
    char number[VB_NUMBER_MAX], quoted[VB_QUOTE_MAX];

    if (!unit || (strncmp(unit, "fraction", strlen("fraction")) != 0 &&
                  strncmp(unit, "proportion", strlen("proportion")) != 0))
        return;
    for (size_t r = 0; r < b->trials->n_runs; r++) {
        size_t n = 0, line = 0;
        double most = 1;

        for (size_t t = b->first[r]; t < b->first[r + 1]; t++) {
            if (x[t] > 1 && !n++)
                line = b->trials->line[t];
            most = x[t] > most ? x[t] : most;
        }
        if (n)
            vb_note_add(
                b->notes, VB_WARNING, "attribute-unit", b->trials->file[r], line, 0,
                "effort of option '%s' is above 1 in %zu trial%s (up to %s), "
                "but its unit is '%s'; of a column in per cent write COLUMN/100",
                option, n, n == 1 ? "" : "s", vb_number_shortest(most, number),
                vb_quote(unit, quoted));
    }
}

/* Refuses impossible values and notes missing ones, one note a run. */
static void judge(builder *b, vb_attribute a, const char *option, const double x[])
{
    const vb_trials *trials = b->trials;
    const char *name = vb_attribute_name(a);

    for (size_t r = 0; r < trials->n_runs; r++) {
        size_t n_missing = 0, line = 0;

        for (size_t t = b->first[r]; t < b->first[r + 1]; t++) {
            const char *why = vb_attribute_refuses(a, x[t]);
            char number[VB_NUMBER_MAX];

            if (isnan(x[t]) && !n_missing++)
                line = trials->line[t];
            if (!why)
                continue;
            vb_refuse(b->notes, b->err, VB_EINPUT, "attribute-refused", trials->file[r],
                      trials->line[t], 0, "%s of option '%s': %s %s", name, option,
                      vb_number_shortest(x[t], number), why);
        }
        if (n_missing)
            vb_note_add(b->notes, VB_WARNING, "trials-missing-attribute",
                        trials->file[r], line, 0,
                        "%s of option '%s' is missing (n/a) in %zu trial%s", name,
                        option, n_missing, n_missing == 1 ? "" : "s");
    }
}

vb_status vb_fill_attributes(builder *b)
{
    vb_trials *trials = b->trials;

    for (size_t o = 0; o < trials->n_options; o++) {
        const vb_option_spec *spec = &b->spec->options[o];
        char quoted[VB_QUOTE_MAX];

        trials->options[o].name = vb_arena_string(trials->arena, spec->name);
        if (!trials->options[o].name)
            return vb_fail_memory(b->err, strlen(spec->name));
        vb_quote(spec->name, quoted);
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
            char what[VB_QUOTE_MAX + 64];
            double *x;

            if (!spec->attribute[a])
                continue;
            x = vb_trials_numbers(b);
            if (!x)
                return VB_ENOMEM;
            snprintf(what, sizeof what, "%s of option '%s'", vb_attribute_name(a),
                     quoted);
            if (vb_trials_evaluate(b, spec->attribute[a], what, x) == VB_OK)
                judge(b, a, quoted, x);
            if (a == VB_EFFORT)
                warn_above_whole(b, quoted, x);
            trials->options[o].attribute[a] = x;
        }
    }
    return b->err->code;
}

/* A column of run r as numbers of its trials, if the table has it; a word is
 * refused. */
static void read_optional(builder *b, size_t r, const char *name, double out[],
                          bool *found)
{
    const vb_table *table = b->tables[r];
    const size_t column = vb_table_find(table, name);

    for (size_t t = b->first[r]; t < b->first[r + 1]; t++) {
        vb_number_kind kind;
        char quoted[VB_QUOTE_MAX];
        const char *cell;

        out[t] = NAN;
        if (column == VB_NONE)
            continue;
        *found = true;
        cell = cell_of(b, t, column);
        kind = vb_number_read(cell, &out[t]);
        if (kind == VB_NUMBER_OK || kind == VB_NUMBER_MISSING)
            continue;
        vb_refuse(b->notes, b->err, VB_EINPUT, "not-a-number", table->name,
                  b->trials->line[t], column + 1, "column '%s': '%s' %s", name,
                  vb_quote(cell, quoted), vb_number_why(kind));
    }
}

vb_status vb_fill_times(builder *b)
{
    vb_trials *trials = b->trials;
    double *duration_s = vb_trials_numbers(b), *response_s = vb_trials_numbers(b);
    bool has_duration = false, has_response = false;

    if (!duration_s || !response_s)
        return VB_ENOMEM;
    for (size_t r = 0; r < trials->n_runs; r++) {
        size_t n_negative = 0, line = 0;

        read_optional(b, r, "duration", duration_s, &has_duration);
        read_optional(b, r, "response_time", response_s, &has_response);
        for (size_t t = b->first[r]; t < b->first[r + 1]; t++)
            if (response_s[t] < 0 && !n_negative++)
                line = trials->line[t];
        if (n_negative)
            vb_note_add(b->notes, VB_WARNING, "response-time-negative", trials->file[r],
                        line, 0, "%zu response time%s below 0 s; used as they are",
                        n_negative, n_negative == 1 ? "" : "s");
    }
    trials->duration_s = duration_s;
    trials->response_time_s = has_response ? response_s : NULL;
    return b->err->code;
}

/* Outcomes from rows of their own. */
static vb_status evaluate_later(builder *b, double out[])
{
    size_t *row;
    bool **used;
    vb_status status =
        vb_later_rows(b, b->spec->outcome_rows, "trials.outcome", &row, &used);

    for (size_t r = 0; r < b->trials->n_runs && status == VB_OK; r++) {
        if (b->first[r] == b->first[r + 1])
            continue;
        status = vb_rows_numbers(b->spec->outcome, b->tables[r], "trials.outcome",
                                 used[r], b->column[r], NULL, b->notes, b->err);
        for (size_t t = b->first[r]; t < b->first[r + 1]; t++)
            out[t] = row[t] == VB_NONE ? (double)NAN : b->column[r][row[t]];
    }
    return status;
}

/* One note a run in which nothing came of any trial. */
static void note_no_outcome(const builder *b, const double outcome[])
{
    for (size_t r = 0; r < b->trials->n_runs; r++) {
        size_t t = b->first[r];

        while (t < b->first[r + 1] && isnan(outcome[t]))
            t++;
        if (b->first[r] < b->first[r + 1] && t == b->first[r + 1])
            vb_note_add(b->notes, VB_WARNING, "trials-no-outcome", b->trials->file[r],
                        0, 0,
                        "none of the %zu trials has an outcome; when outcomes stand on "
                        "rows of their own write outcome: {value: COLUMN, rows: EXPR}",
                        b->first[r + 1] - b->first[r]);
    }
}

static vb_status fill_conditions(builder *b)
{
    vb_trials *trials = b->trials;
    const size_t *column = vb_trials_column(b, b->spec->condition_column);

    if (!column)
        return b->err->code;
    trials->condition =
        vb_arena_take(trials->arena, trials->n_trials, sizeof *trials->condition);
    trials->conditions =
        vb_arena_take(trials->arena, MAX_CONDITIONS, sizeof *trials->conditions);
    if (!trials->condition || !trials->conditions)
        return vb_fail_memory(b->err, trials->n_trials * sizeof *trials->condition);
    for (size_t t = 0; t < trials->n_trials; t++) {
        const char *cell = cell_of(b, t, column[trials->run[t]]);
        size_t c = 0;

        while (c < trials->n_conditions && strcmp(trials->conditions[c], cell) != 0)
            c++;
        if (c == MAX_CONDITIONS)
            return vb_fail_at(
                b->err, VB_EINPUT, file_of(b, t), trials->line[t], 0,
                "column '%s' has over %d different values; a condition is "
                "one of a few",
                b->spec->condition_column, MAX_CONDITIONS);
        if (c == trials->n_conditions) {
            trials->conditions[c] = vb_arena_string(trials->arena, cell);
            if (!trials->conditions[c])
                return vb_fail_memory(b->err, strlen(cell));
            trials->n_conditions++;
        }
        trials->condition[t] = c;
    }
    return VB_OK;
}

static vb_status fill_first_cue(builder *b)
{
    vb_trials *trials = b->trials;
    const size_t *column = vb_trials_column(b, b->spec->first_cue_column);

    if (!column)
        return b->err->code;
    trials->first_cue =
        vb_arena_take(trials->arena, trials->n_trials, sizeof *trials->first_cue);
    if (!trials->first_cue)
        return vb_fail_memory(b->err, trials->n_trials * sizeof *trials->first_cue);
    for (size_t t = 0; t < trials->n_trials; t++) {
        const size_t c = column[trials->run[t]];
        const char *cell = cell_of(b, t, c);
        const vb_attribute a = vb_attribute_find(cell);
        char quoted[VB_QUOTE_MAX];
        double ignored;

        trials->first_cue[t] = a;
        if (a == VB_REWARD || a == VB_EFFORT ||
            (a == VB_N_ATTRIBUTES &&
             vb_number_read(cell, &ignored) == VB_NUMBER_MISSING))
            continue;
        vb_refuse(b->notes, b->err, VB_EINPUT, "first-cue-unknown", file_of(b, t),
                  trials->line[t], c + 1,
                  "column '%s': '%s' is no first cue; expected effort or reward",
                  b->spec->first_cue_column, vb_quote(cell, quoted));
    }
    return b->err->code;
}

vb_status vb_fill_labels(builder *b)
{
    if (b->spec->outcome) {
        double *outcome = vb_trials_numbers(b);

        if (!outcome)
            return VB_ENOMEM;
        if (b->spec->outcome_rows)
            evaluate_later(b, outcome);
        else
            vb_trials_evaluate(b, b->spec->outcome, "trials.outcome", outcome);
        if (b->err->code == VB_OK)
            note_no_outcome(b, outcome);
        b->trials->outcome = outcome;
    }
    if (b->spec->condition_column && b->err->code == VB_OK)
        fill_conditions(b);
    if (b->spec->first_cue_column && b->err->code == VB_OK)
        fill_first_cue(b);
    return b->err->code;
}
