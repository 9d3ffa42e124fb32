/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - look-ups and numbers of a parsed table; table_parse.c makes it. */
#include "valuebold/table.h"
#include "valuebold/names.h"

#include <stdlib.h>
#include <string.h>

void vb_table_free(vb_table *table)
{
    if (!table)
        return;
    vb_arena_free(table->arena);
    free(table);
}

size_t vb_table_find(const vb_table *table, const char *column)
{
    for (size_t c = 0; c < table->n_cols; c++)
        if (strcmp(table->columns[c], column) == 0)
            return c;
    return VB_NONE;
}

vb_status vb_table_need(const vb_table *table, const char *column, size_t *index,
                        vb_error *err)
{
    const size_t c = vb_table_find(table, column);
    char quoted[VB_QUOTE_MAX], advice[512];

    if (c == VB_NONE)
        return vb_fail_at(err, VB_EINPUT, table->name, 1, 0, "no column '%s'%s",
                          vb_quote(column, quoted),
                          vb_suggest(column, table->columns, table->n_cols, advice,
                                     sizeof advice));
    *index = c;
    return VB_OK;
}

const char *vb_table_cell(const vb_table *table, size_t row, size_t col)
{
    return table->cells[row * table->n_cols + col];
}

vb_status vb_table_numbers(const vb_table *table, size_t col, double out[],
                           size_t *n_missing, vb_notes *notes, vb_error *err)
{
    vb_status status = VB_OK;
    vb_error first = {0};
    size_t missing = 0;

    for (size_t r = 0; r < table->n_rows; r++) {
        const char *cell = vb_table_cell(table, r, col);
        const vb_number_kind kind = vb_number_read(cell, &out[r]);
        char quoted[VB_QUOTE_MAX];

        if (kind == VB_NUMBER_MISSING)
            missing++;
        else if (kind != VB_NUMBER_OK)
            status = vb_refuse(notes, &first, VB_EINPUT, "not-a-number", table->name,
                               table->line[r], col + 1, "column '%s': '%s' %s",
                               table->columns[col], vb_quote(cell, quoted),
                               vb_number_why(kind));
    }
    if (n_missing)
        *n_missing = missing;
    if (status != VB_OK && err)
        *err = first;
    return status;
}
