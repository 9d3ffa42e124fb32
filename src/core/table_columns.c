/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table_columns.c - the names of a table's columns: one each, and none twice. */
#include "table_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct named {
    const char *name;
    size_t column;
} named;

static int by_name(const void *left, const void *right)
{
    const named *a = left, *b = right;
    const int order = strcmp(a->name, b->name);

    return order ? order : (a->column > b->column) - (a->column < b->column);
}

/* Sorted first: a header may have a hundred thousand columns. */
static vb_status check_duplicates(const vb_table *t, vb_notes *notes, vb_error *err)
{
    named *names = vb_arena_take(t->arena, t->n_cols, sizeof *names);
    vb_error first = {0};
    char quoted[VB_QUOTE_MAX];

    if (!names)
        return vb_fail_memory(err, t->n_cols * sizeof *names);
    for (size_t c = 0; c < t->n_cols; c++)
        names[c] = (named){t->columns[c], c};
    qsort(names, t->n_cols, sizeof *names, by_name);
    for (size_t i = 1; i < t->n_cols; i++)
        if (*names[i].name && strcmp(names[i].name, names[i - 1].name) == 0)
            vb_refuse(notes, &first, VB_EINPUT, "table-duplicate-column", t->name, 1,
                      names[i].column + 1, "duplicate column '%s' (also column %zu)",
                      vb_quote(names[i].name, quoted), names[i - 1].column + 1);
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}

vb_status vb_table_check_header(const vb_table *t, vb_notes *notes, vb_error *err)
{
    char quoted[VB_QUOTE_MAX];

    if (t->n_cols == 1 && strpbrk(t->columns[0], ",; "))
        return vb_fail_at(err, VB_EINPUT, t->name, 1, 0,
                          "one column found ('%s'); the separator must be a tab",
                          vb_quote(t->columns[0], quoted));
    return check_duplicates(t, notes, err);
}

/* The first value below a column without a name, or VB_NONE: it is empty throughout. */
static size_t first_value(const vb_table *t, size_t column)
{
    for (size_t row = 0; row < t->n_rows; row++) {
        const char *cell = t->cells[row * t->n_cols + column];

        if (cell[0] && strcmp(cell, "n/a") != 0)
            return row;
    }
    return VB_NONE;
}

/* Moves the columns that have a name together. */
static void compact(vb_table *t)
{
    size_t n_named = 0, to = 0;

    for (size_t row = 0; row < t->n_rows; row++)
        for (size_t c = 0; c < t->n_cols; c++)
            if (t->columns[c][0])
                t->cells[to++] = t->cells[row * t->n_cols + c];
    for (size_t c = 0; c < t->n_cols; c++)
        if (t->columns[c][0])
            t->columns[n_named++] = t->columns[c];
    t->n_cols = n_named;
}

vb_status vb_table_drop_unnamed(vb_table *t, vb_notes *notes, vb_error *err)
{
    size_t n = 0, last = 0;

    for (size_t c = 0; c < t->n_cols; c++) {
        char quoted[VB_QUOTE_MAX];
        size_t row;

        if (t->columns[c][0])
            continue;
        row = first_value(t, c);
        if (row != VB_NONE)
            return vb_fail_at(err, VB_EINPUT, t->name, t->line[row], c + 1,
                              "column %zu has values ('%s') but no name; name it in "
                              "line 1 or remove it",
                              c + 1, vb_quote(t->cells[row * t->n_cols + c], quoted));
        last = c;
        n++;
    }
    if (!n)
        return VB_OK;
    if (n == 1)
        vb_note_add(notes, VB_WARNING, "table-unnamed-column", t->name, 1, last + 1,
                    "column %zu has no name and no values: left out", last + 1);
    else
        vb_note_add(notes, VB_WARNING, "table-unnamed-column", t->name, 1, last + 1,
                    "%zu columns have no name and no values: left out", n);
    compact(t);
    return VB_OK;
}
