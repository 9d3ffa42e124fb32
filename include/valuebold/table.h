/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tab-separated table in memory (events.tsv, confounds, parameters), as text cells with
 * the line each row came from, so that every complaint can name its place.
 */
#ifndef VALUEBOLD_TABLE_H
#define VALUEBOLD_TABLE_H

#include "valuebold/arena.h"
#include "valuebold/notes.h"
#include "valuebold/number.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cells[r * n_cols + c]; line[r] is the 1-based line of row r (the header is line 1).
 * Everything lives in arena. */
typedef struct vb_table {
    vb_arena *arena;
    const char *name; /* file name for messages */
    size_t n_rows, n_cols;
    const char **columns; /* [n_cols] */
    const char **cells;   /* [n_rows x n_cols] */
    size_t *line;         /* [n_rows] */
} vb_table;

/*
 * Parses text[0..size), the whole file, as BIDS TSV.  name is used in messages.
 *
 * Accepted: UTF-8 byte order mark, CRLF, missing last newline, double-quoted fields
 * (a quote inside is doubled; a quoted tab is kept), blanks around fields (trimmed).
 * Noted as warnings: blank lines, columns without a name that are empty throughout
 * (left out).
 * Refused (all of them are noted, err has the first): commas or semicolons instead of tabs,
 * ragged rows, two columns of one name, a column without a name, no header, NUL bytes,
 * UTF-16, bytes that are no UTF-8, CR-only line ends, lines over 1 MB, over 10^7 rows.
 */
VB_API vb_status vb_table_parse(const char *name, const char *text, size_t size,
                                vb_table **table, vb_notes *notes, vb_error *err);
VB_API void vb_table_free(vb_table *table); /* NULL is fine */

/* Index of the column, or VB_NONE. */
VB_API size_t vb_table_find(const vb_table *table, const char *column);
/* The same; absent is an error that lists what there is and the nearest name. */
VB_API vb_status vb_table_need(const vb_table *table, const char *column, size_t *index,
                               vb_error *err);
VB_API const char *vb_table_cell(const vb_table *table, size_t row, size_t col);

/*
 * Column as numbers into out[n_rows]; missing cells become NaN and are counted in
 * *n_missing (may be NULL).  A cell that is no finite number is refused with line,
 * column and what was found; all such cells are noted.
 */
VB_API vb_status vb_table_numbers(const vb_table *table, size_t col, double out[],
                                  size_t *n_missing, vb_notes *notes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
