/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export_matrix.h - the whole matrix of a run for programs that estimate with it as it is:
 * the design's columns, and after them the cosine set that is kept apart under `like: spm`
 * ("cosine_1" ...).  Under `like: fsl` the columns are filtered instead, and the data must
 * be too: export_needs_filter() says so.
 */
#ifndef VB_EXPORT_MATRIX_H
#define VB_EXPORT_MATRIX_H

#include "export_internal.h"

typedef struct export_matrix {
    size_t n_scans, n_cols;
    size_t n_own;       /* columns of the design; the rest are the cosine set's */
    const char **names; /* [n_cols] */
    double *x;          /* [n_scans x n_cols] */
} export_matrix;

vb_status export_matrix_of(const vb_design *design, vb_arena *arena,
                           export_matrix *matrix, vb_error *err);

/* Notes "export-filtered" when data must be filtered before this design fits them. */
void export_note_filter(const vb_export_job *job, const char *program, vb_notes *notes);

/* A header of names and rows of numbers, separated by tabs. */
void export_put_table(vb_buffer *out, size_t n, size_t n_cols,
                      const char *const names[], const double x[]);

#endif
