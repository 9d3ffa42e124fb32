/* SPDX-License-Identifier: GPL-3.0-or-later */
/* init_profile.c - what the columns hold, over all runs. */
#include "init_internal.h"

#include <math.h>
#include <string.h>

size_t init_find(const init_profile *profile, const char *name)
{
    for (size_t c = 0; c < profile->n_columns; c++)
        if (strcmp(profile->columns[c].name, name) == 0)
            return c;
    return VB_NONE;
}

static void add_value(init_column *column, const char *cell)
{
    for (size_t v = 0; v < column->n_values; v++)
        if (strcmp(column->values[v], cell) == 0) {
            column->counts[v]++;
            return;
        }
    if (column->n_values == INIT_MAX_VALUES) {
        column->more_values = true;
        return;
    }
    column->unusable = column->unusable || (strchr(cell, '"') && strchr(cell, '\'')) ||
                       strchr(cell, '\t');
    column->values[column->n_values] = cell;
    column->counts[column->n_values++] = 1;
}

static void add_cell(init_column *column, const char *cell)
{
    double x;
    const vb_number_kind kind = vb_number_read(cell, &x);

    column->n_rows++;
    if (kind == VB_NUMBER_MISSING) {
        column->n_missing++;
        return;
    }
    add_value(column, cell);
    if (kind != VB_NUMBER_OK)
        return;
    if (!column->n_numeric || x < column->min)
        column->min = x;
    if (!column->n_numeric || x > column->max)
        column->max = x;
    column->n_numeric++;
}

vb_status init_profile_columns(const vb_init_view *view, vb_arena *arena,
                               init_profile *profile, vb_error *err)
{
    *profile = (init_profile){.view = view, .arena = arena};
    for (size_t t = 0; t < view->n_tables; t++) {
        const vb_table *table = view->tables[t];
        size_t onset;
        vb_status status = vb_table_need(table, "onset", &onset, err);

        if (status)
            return status;
        profile->n_rows += table->n_rows;
        for (size_t c = 0; c < table->n_cols; c++) {
            size_t at = init_find(profile, table->columns[c]);

            if (at == VB_NONE) {
                if (profile->n_columns == INIT_MAX_COLUMNS)
                    return vb_fail_at(
                        err, VB_EINPUT, table->name, 1, 0,
                        "more than %d columns; is this a table of events?",
                        INIT_MAX_COLUMNS);
                at = profile->n_columns++;
                profile->columns[at].name = table->columns[c];
                profile->columns[at].unusable =
                    strpbrk(table->columns[c], "`\t") != NULL;
            }
            for (size_t r = 0; r < table->n_rows; r++)
                add_cell(&profile->columns[at], vb_table_cell(table, r, c));
        }
    }
    return VB_OK;
}
