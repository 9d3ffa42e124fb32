/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trials_later.c - what happens on a row of its own: in many logs the response or the
 * outcome of a decision is a later row (trial_type "feedback"), not a column of the
 * decision's.  It belongs to the trial that began last before it.
 */
#include "trials_internal.h"

/* The last trial of run r that began at or before onset_s, or VB_NONE. */
static size_t trial_at(const builder *b, size_t r, double onset_s)
{
    size_t low = b->first[r], high = b->first[r + 1];

    while (low < high) { /* trials are in order of onset */
        const size_t middle = low + (high - low) / 2;

        if (b->trials->onset_s[middle] <= onset_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low == b->first[r] ? VB_NONE : low - 1;
}

static vb_status rows_of_run(builder *b, const vb_expr *rows, const char *what,
                             size_t r, size_t row[], bool used[])
{
    const vb_table *table = b->tables[r];
    double *onset_s = vb_arena_take(b->scratch, table->n_rows, sizeof *onset_s);
    bool *marked = vb_arena_take(b->scratch, table->n_rows, sizeof *marked);
    size_t column, n_none = 0;
    vb_status status = vb_table_need(table, "onset", &column, b->err);

    if (!onset_s || !marked)
        return vb_fail_memory(b->err, table->n_rows * sizeof *onset_s);
    if (status == VB_OK)
        status = vb_table_numbers(table, column, onset_s, NULL, NULL, b->err);
    if (status == VB_OK)
        status = vb_rows_filter(rows, table, what, marked, b->err);
    for (size_t t = b->first[r]; t < b->first[r + 1]; t++)
        row[t] = VB_NONE;
    for (size_t i = 0; i < table->n_rows && status == VB_OK; i++) {
        const size_t t = marked[i] ? trial_at(b, r, onset_s[i]) : VB_NONE;

        if (t != VB_NONE && (row[t] == VB_NONE || onset_s[i] < onset_s[row[t]]))
            row[t] = i;
    }
    for (size_t t = b->first[r]; t < b->first[r + 1] && status == VB_OK; t++) {
        n_none += row[t] == VB_NONE;
        if (row[t] != VB_NONE)
            used[row[t]] = true;
    }
    if (status == VB_OK && n_none)
        vb_note_add(
            b->notes, VB_INFO, "trials-no-later-row", b->trials->file[r], 0, 0,
            "%zu of %zu trials have no row for %s before the next trial: missing",
            n_none, b->first[r + 1] - b->first[r], what);
    return status;
}

vb_status vb_later_rows(builder *b, const vb_expr *rows, const char *what, size_t **row,
                        bool ***used)
{
    const vb_trials *trials = b->trials;
    vb_status status = VB_OK;

    *row = vb_arena_take(b->scratch, trials->n_trials, sizeof **row);
    *used = vb_arena_take(b->scratch, trials->n_runs, sizeof **used);
    if (!*row || !*used)
        return vb_fail_memory(b->err, trials->n_trials * sizeof **row);
    for (size_t r = 0; r < trials->n_runs && status == VB_OK; r++) {
        if (b->first[r] == b->first[r + 1])
            continue;
        (*used)[r] = vb_arena_take(b->scratch, b->tables[r]->n_rows, sizeof ***used);
        status = (*used)[r] ? rows_of_run(b, rows, what, r, *row, (*used)[r])
                            : vb_fail_memory(b->err, b->tables[r]->n_rows);
    }
    return status;
}
