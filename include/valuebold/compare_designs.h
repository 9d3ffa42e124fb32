/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two design matrices column by column: how far apart, and the likely reason.
 */
#ifndef VALUEBOLD_COMPARE_DESIGNS_H
#define VALUEBOLD_COMPARE_DESIGNS_H

#include "valuebold/arena.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A matrix somebody made.  Borrowed. */
typedef struct vb_named_matrix {
    const char *program; /* "SPM", "FSL", "AFNI", "table" */
    size_t n_rows, n_cols;
    const char *const *names; /* [n_cols] */
    const double *x;          /* [n_rows x n_cols], finite */
    double tr_s;              /* NaN: unknown */
} vb_named_matrix;

/* What makes b of a, the simplest first; each allows a factor and all but the first two an
 * offset. */
typedef enum vb_column_relation {
    VB_COLUMNS_SAME,     /* to 1e-6 of the column's largest value */
    VB_COLUMNS_SCALED,   /* b = factor x a */
    VB_COLUMNS_OFFSET,   /* a mean was taken off */
    VB_COLUMNS_MIXED,    /* other event columns of a were taken off: orthogonalised */
    VB_COLUMNS_FILTERED, /* a slow part was taken off */
    VB_COLUMNS_SHIFTED,  /* sampled at another time of the scan */
    VB_COLUMNS_SHIFTED_FILTERED,
    VB_COLUMNS_OTHER,    /* none of these: another response function or duration */
    VB_COLUMNS_CONSTANT, /* one of them does not vary */
    VB_COLUMNS_ONLY_A,
    VB_COLUMNS_ONLY_B,
} vb_column_relation;

typedef struct vb_column_match {
    size_t a, b;    /* VB_NONE: no counterpart */
    bool by_name;   /* else by the highest correlation, above .5 */
    double largest; /* |a - b| */
    double factor;  /* of a in b, least squares (with the offset, where there is one) */
    double correlation;
    double shift_s; /* b shows what a shows so much later; in scans when tr_s is NaN; of
                         SHIFTED, else NaN */
    double explained; /* share of b's variance that the relation explains */
    vb_column_relation relation;
    const char *reason; /* a sentence, in arena */
} vb_column_match;

/*
 * Columns are matched by name first: case, blanks, "_", SPM's "Sn(1) ...*bf(1)", AFNI's
 * "#0" and "Run#1_" do not count, and "*", "_x_" and "x" between event and signal are one
 * (SPM's second and third function are derivative and dispersion).
 * Then what is left by the largest |correlation|, if above .5.
 * matches: in the order of a's columns, then those only b has.  A shift is judged by the
 * slope of a between scans, so that it is rough where columns change fast: b must be
 * explained to 99.5 % for it, to 99.9 % for a filter (cosines longer than 8 scans and 60 s).
 * VB_EINPUT when the numbers of rows differ.
 */
VB_API vb_status vb_designs_compare(const vb_named_matrix *a, const vb_named_matrix *b,
                                    vb_arena *arena, size_t *n,
                                    vb_column_match **matches, vb_error *err);

/* "same", "scaled" ... */
VB_API const char *vb_column_relation_name(vb_column_relation relation);

#ifdef __cplusplus
}
#endif
#endif
