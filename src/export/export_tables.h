/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_tables.h - tables of an export read back and compared. */
#ifndef VB_EXPORT_TABLES_H
#define VB_EXPORT_TABLES_H

#include "export_internal.h"
#include "valuebold/table.h"

/* The table of an output; VB_EINPUT unless it has n rows. */
vb_status export_parse_table(const vb_output *file, size_t n, vb_table **table,
                             vb_error *err);

/* Compares a column with x[i * stride], i < n, to 1e-8 of the value (seconds to 1e-6), and
 * counts the values into *n_values. */
vb_status export_check_column(const vb_table *table, const char *name, size_t n,
                              size_t stride, const double x[], size_t *n_values,
                              vb_error *err);

#endif
