/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trials.c - events tables into the trial table: which rows, in which order.
 *
 * The order is that of onsets, so that neither learning nor a history depends on the
 * order of rows in the file; trials_fill.c then reads what each trial offered and what
 * came of it.
 */
#include "trials_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Forms of signals: an option of that name could not be told from them. */
static const char *const reserved[] = {"chosen", "unchosen", "difference", "sum",
                                       "abs_difference"};

static const char *label_of(const vb_trials_spec *spec, size_t o)
{
    return spec->choice_label[o] ? spec->choice_label[o] : spec->options[o].name;
}

static vb_status check_spec(const vb_trials_spec *spec, size_t n_runs, vb_error *err)
{
    char quoted[VB_QUOTE_MAX];

    if (!n_runs || !spec->n_options || spec->n_options > VB_MAX_OPTIONS)
        return vb_fail(
            err, VB_EUSAGE,
            "trials: %zu runs and %zu options; at least one run and 1..%d options "
            "are needed",
            n_runs, spec->n_options, VB_MAX_OPTIONS);
    for (size_t o = 0; o < spec->n_options; o++) {
        const char *name = spec->options[o].name;

        for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
            if (strcmp(name, reserved[i]) == 0)
                return vb_fail(
                    err, VB_EINPUT,
                    "trials: an option cannot be called '%s', which is a form of "
                    "every signal (sv_%s); give it another name",
                    name, name);
        for (size_t k = 0; k < o; k++) {
            if (strcmp(name, spec->options[k].name) == 0)
                return vb_fail(err, VB_EINPUT, "trials: two options are called '%s'",
                               vb_quote(name, quoted));
            if (spec->choice_column &&
                vb_labels_overlap(label_of(spec, o), label_of(spec, k)))
                return vb_fail(
                    err, VB_EINPUT,
                    "trials: '%s' in column '%s' would mean both option %zu and "
                    "option %zu",
                    vb_quote(label_of(spec, o), quoted), spec->choice_column, k + 1,
                    o + 1);
        }
    }
    return VB_OK;
}

typedef struct moment {
    double onset_s;
    size_t row;
} moment;

/* Rows of one onset keep the order of the file. */
static int by_onset(const void *left, const void *right)
{
    const moment *a = left, *b = right;

    if (a->onset_s != b->onset_s)
        return a->onset_s < b->onset_s ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Marks the rows of run r that are trials; returns how many there are. */
static vb_status mark_rows(builder *b, size_t r, size_t *n)
{
    const vb_table *table = b->tables[r];
    vb_status status = VB_OK;

    b->keep[r] = vb_arena_take(b->scratch, table->n_rows, sizeof *b->keep[r]);
    b->column[r] = vb_arena_take(b->scratch, table->n_rows, sizeof *b->column[r]);
    if (!b->keep[r] || !b->column[r])
        return vb_fail_memory(b->err, table->n_rows * sizeof *b->column[r]);
    if (b->spec->rows)
        status =
            vb_rows_filter(b->spec->rows, table, "trials.rows", b->keep[r], b->err);
    else
        memset(b->keep[r], 1, table->n_rows * sizeof *b->keep[r]);
    *n = 0;
    for (size_t row = 0; status == VB_OK && row < table->n_rows; row++)
        *n += b->keep[r][row];
    return status;
}

/* The onsets of the trials of run r, as moments in the order of the file. */
static vb_status read_onsets(builder *b, size_t r, moment moments[])
{
    const vb_table *table = b->tables[r];
    vb_error first = {0};
    size_t column, n = 0;
    vb_status status = vb_table_need(table, "onset", &column, b->err);

    if (status != VB_OK)
        return status;
    for (size_t row = 0; row < table->n_rows; row++) {
        const char *cell = vb_table_cell(table, row, column);
        char quoted[VB_QUOTE_MAX];
        double onset_s;
        vb_number_kind kind;

        if (!b->keep[r][row])
            continue;
        kind = vb_number_read(cell, &onset_s);
        if (kind != VB_NUMBER_OK)
            vb_refuse(b->notes, &first, VB_EINPUT, "onset-not-a-number", table->name,
                      table->line[row], column + 1,
                      "column 'onset': '%s' %s; a trial needs its onset in seconds",
                      vb_quote(cell, quoted), vb_number_why(kind));
        moments[n++] = (moment){.onset_s = onset_s, .row = row};
    }
    if (first.code != VB_OK)
        *b->err = first;
    return first.code;
}

/* Fills run, row, line and onset_s of the trials of run r. */
static vb_status order_run(builder *b, size_t r)
{
    const vb_table *table = b->tables[r];
    vb_trials *trials = b->trials;
    const size_t from = b->first[r], n = b->first[r + 1] - from;
    moment *moments = vb_arena_take(b->scratch, n, sizeof *moments);
    bool sorted = true;
    vb_status status;

    if (!moments)
        return vb_fail_memory(b->err, n * sizeof *moments);
    status = n ? read_onsets(b, r, moments) : VB_OK;
    if (status != VB_OK)
        return status;
    for (size_t i = 1; i < n; i++)
        sorted = sorted && moments[i - 1].onset_s <= moments[i].onset_s;
    if (!sorted) {
        vb_note_add(
            b->notes, VB_WARNING, "events-unsorted", table->name, 0, 0,
            "rows are not in order of onset; they are taken in the order of onset");
        qsort(moments, n, sizeof *moments, by_onset);
    }
    for (size_t i = 0; i < n; i++) {
        trials->run[from + i] = r;
        trials->row[from + i] = moments[i].row;
        trials->line[from + i] = table->line[moments[i].row];
        trials->onset_s[from + i] = moments[i].onset_s;
    }
    return VB_OK;
}

static vb_status refuse_none(const builder *b, vb_error *err)
{
    const vb_table *table = b->tables[0];
    char quoted[VB_QUOTE_MAX];
    size_t n_rows = 0;

    for (size_t r = 0; r < b->trials->n_runs; r++)
        n_rows += b->tables[r]->n_rows;
    if (!n_rows)
        return vb_fail_at(err, VB_EINPUT, table->name, 0, 0,
                          "no event: the table has a header and no rows");
    return vb_fail_at(err, VB_EINPUT, table->name, 0, 0,
                      "none of the %zu rows%s is a trial: '%s' is true for no row",
                      n_rows, b->trials->n_runs > 1 ? " of all runs" : "",
                      vb_quote(b->spec->rows ? vb_expr_text(b->spec->rows) : "",
                               quoted));
}

/* All that does not depend on the number of trials. */
static vb_status prepare(builder *b, size_t n_runs)
{
    vb_trials *trials = b->trials;

    trials->n_runs = n_runs;
    trials->n_options = b->spec->n_options;
    trials->varies_known = true;
    for (size_t o = 0; o < trials->n_options; o++)
        trials->options[o].varies = vb_option_spec_varies(&b->spec->options[o]);
    trials->file = vb_arena_take(trials->arena, n_runs, sizeof *trials->file);
    b->keep = vb_arena_take(b->scratch, n_runs, sizeof *b->keep);
    b->column = vb_arena_take(b->scratch, n_runs, sizeof *b->column);
    b->first = vb_arena_take(b->scratch, n_runs + 1, sizeof *b->first);
    if (!trials->file || !b->keep || !b->column || !b->first)
        return vb_fail_memory(b->err, n_runs * sizeof *b->first);
    for (size_t r = 0; r < n_runs; r++) {
        trials->file[r] = vb_arena_string(trials->arena, b->tables[r]->name);
        if (!trials->file[r])
            return vb_fail_memory(b->err, strlen(b->tables[r]->name));
    }
    return VB_OK;
}

/* Orders all runs; the faults of later runs are noted too, b->err keeps the first. */
static vb_status each_run(builder *b)
{
    vb_error *const first = b->err;

    for (size_t r = 0; r < b->trials->n_runs; r++) {
        vb_error err = {0};

        b->err = &err;
        if (order_run(b, r) != VB_OK && first->code == VB_OK)
            *first = err;
    }
    b->err = first;
    return first->code;
}

static vb_status order_all(builder *b)
{
    vb_trials *trials = b->trials;
    const size_t n_runs = trials->n_runs;
    vb_status status = VB_OK;

    for (size_t r = 0; status == VB_OK && r < n_runs; r++) {
        size_t n = 0;

        status = mark_rows(b, r, &n);
        b->first[r + 1] = b->first[r] + n;
    }
    if (status != VB_OK)
        return status;
    trials->n_trials = b->first[n_runs];
    if (!trials->n_trials)
        return refuse_none(b, b->err);
    trials->run = vb_arena_take(trials->arena, trials->n_trials, sizeof *trials->run);
    trials->row = vb_arena_take(trials->arena, trials->n_trials, sizeof *trials->row);
    trials->line = vb_arena_take(trials->arena, trials->n_trials, sizeof *trials->line);
    trials->onset_s =
        vb_arena_take(trials->arena, trials->n_trials, sizeof *trials->onset_s);
    if (!trials->run || !trials->row || !trials->line || !trials->onset_s)
        return vb_fail_memory(b->err, trials->n_trials * sizeof *trials->onset_s);
    return each_run(b);
}

/* Goes on after a fault, so that all of them are noted; b->err keeps the first. */
static vb_status fill_all(builder *b)
{
    static vb_status (*const steps[])(builder *) = {vb_fill_times, vb_fill_attributes,
                                                    vb_fill_choices, vb_fill_labels,
                                                    vb_fill_extra};
    vb_error *const first = b->err;
    vb_status status = VB_OK;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        vb_error err = {0};

        b->err = &err;
        if (steps[i](b) != VB_OK && status == VB_OK) {
            status = err.code;
            *first = err;
        }
    }
    b->err = first;
    return status;
}

vb_status vb_trials_build(const vb_trials_spec *spec, size_t n_runs,
                          vb_table *const tables[], vb_trials **trials, vb_notes *notes,
                          vb_error *err)
{
    vb_error first = {0};
    builder b = {.spec = spec, .tables = tables, .notes = notes, .err = &first};
    vb_status status = check_spec(spec, n_runs, &first);

    if (status != VB_OK)
        goto done;
    b.scratch = vb_arena_alloc();
    b.trials = calloc(1, sizeof *b.trials);
    if (b.trials)
        b.trials->arena = vb_arena_alloc();
    if (!b.scratch || !b.trials || !b.trials->arena) {
        status = vb_fail_memory(&first, sizeof *b.trials);
        goto done;
    }
    status = prepare(&b, n_runs);
    if (status == VB_OK)
        status = order_all(&b);
    if (status == VB_OK)
        status = fill_all(&b);
    if (status == VB_OK)
        vb_note_empty_trials(&b);
done:
    vb_arena_free(b.scratch);
    if (status != VB_OK) {
        vb_trials_free(b.trials);
        if (err)
            *err = first;
        return status;
    }
    *trials = b.trials;
    return VB_OK;
}

void vb_trials_free(vb_trials *trials)
{
    if (!trials)
        return;
    vb_arena_free(trials->arena);
    free(trials);
}

bool vb_option_spec_varies(const vb_option_spec *option)
{
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        if (option->attribute[a] && vb_expr_n_names(option->attribute[a]))
            return true;
    for (size_t i = 0; i < option->n_own; i++)
        if (vb_expr_n_names(option->own[i]))
            return true;
    return option->value && vb_expr_n_names(option->value);
}

bool vb_trials_option_varies(const vb_trials *trials, size_t o)
{
    if (trials->varies_known)
        return trials->options[o].varies;
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
        const double *x = trials->options[o].attribute[a];
        double seen = NAN;

        for (size_t t = 0; x && t < trials->n_trials; t++) {
            if (isnan(seen))
                seen = x[t];
            else if (!isnan(x[t]) && x[t] != seen)
                return true;
        }
    }
    return false;
}

size_t vb_trials_varying_option(const vb_trials *trials, size_t *n_varying)
{
    size_t found = VB_NONE, n = 0;

    for (size_t o = 0; o < trials->n_options; o++)
        if (vb_trials_option_varies(trials, o)) {
            found = o;
            n++;
        }
    if (n_varying)
        *n_varying = n;
    if (trials->n_options == 1)
        return 0;
    return n == 1 ? found : VB_NONE;
}
