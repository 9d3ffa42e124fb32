/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xmat.h - AFNI's matrix files (.xmat.1D): NIML attributes in comments, then the rows.
 *
 *     # <matrix
 *     #  ni_type = "3*double"
 *     #  ColumnLabels = "Run#1Pol#0 ; task#0 ; task#1"
 *     #  RunStart = "0,150"
 *     # >
 *      1 0.5 0
 *     # </matrix>
 *
 * Attributes as 3dDeconvolve writes and 3dREMLfit wants them (3dDeconvolve.c,
 * ONED_matrix_save; 3dREMLfit.c): RowTR, NRowFull, GoodList, RunStart, ColumnGroups (-1
 * baseline, 0 other baseline, k stimulus k), StimBots and StimTops, GltMatrix_00000k.
 */
#ifndef VB_XMAT_H
#define VB_XMAT_H

#include "valuebold/arena.h"
#include "valuebold/buffer.h"

typedef struct xmat_contrast {
    const char *name;
    size_t n_rows;
    const double *weights; /* [n_rows x n_cols] */
} xmat_contrast;

typedef struct xmat {
    size_t n_rows, n_cols;
    double tr_s;         /* NaN: not said */
    const char **labels; /* [n_cols] */
    int *groups;         /* [n_cols]; NULL: not said */
    size_t n_runs;
    size_t *first_row; /* [n_runs] */
    double *x;         /* [n_rows x n_cols] */
    size_t n_contrasts;
    xmat_contrast *contrasts;
} xmat;

/* Labels must hold no quote, semicolon or blank.  Columns of one stimulus stand side by
 * side; stimuli are labelled as their first column is, without "#0". */
void xmat_put(vb_buffer *out, const xmat *m, const char *made_by);

/* Independent of the above; also a plain table of numbers under any comments.  The matrix
 * lives in arena; contrasts are not read. */
vb_status xmat_read(const char *file, const char *text, vb_arena *arena, xmat *out,
                    vb_error *err);

#endif
