/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_tables.c - tables of an export read back and compared. */
#include "export_tables.h"

#include <math.h>

static const double tolerance = 1e-8; /* relative; below 1 absolute */

vb_status export_parse_table(const vb_output *file, size_t n, vb_table **table,
                             vb_error *err)
{
    const char *text = file->bytes.bytes ? file->bytes.bytes : "";
    vb_status status =
        vb_table_parse(file->path, text, file->bytes.n, table, NULL, err);

    if (status == VB_OK && (*table)->n_rows != n)
        status = vb_fail_at(err, VB_EINPUT, file->path, 0, 0,
                            "the file has %zu rows, the study %zu; it was edited, or "
                            "belongs to another study",
                            (*table)->n_rows, n);
    return status;
}

vb_status export_check_column(const vb_table *table, const char *name, size_t n,
                              size_t stride, const double x[], size_t *n_values,
                              vb_error *err)
{
    size_t column;
    vb_status status = vb_table_need(table, name, &column, err);

    for (size_t i = 0; i < n && status == VB_OK; i++) {
        const double wanted = x[i * stride];
        const char *cell = vb_table_cell(table, i, column);
        double found;

        if (vb_number_read(cell, &found) != VB_NUMBER_OK ||
            !(fabs(found - wanted) <= tolerance * fmax(1, fabs(wanted))))
            return vb_fail_at(err, VB_EINPUT, table->name, table->line[i], column + 1,
                              "%s: the file has %s, the study %.10g; it was edited, or "
                              "belongs to another study",
                              name, cell, wanted);
        ++*n_values;
    }
    return status;
}
