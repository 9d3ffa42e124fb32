/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_designs.h - the parts of the comparison of designs. */
#ifndef VB_COMPARE_DESIGNS_INTERNAL_H
#define VB_COMPARE_DESIGNS_INTERNAL_H

#include "valuebold/compare_designs.h"

enum { COMPARE_NAME_MAX = 256 };

/* The name without what programs add to it; see vb_designs_compare. */
void compare_canonical(const char *name, char out[COMPARE_NAME_MAX]);

/* Least squares by Gram-Schmidt, a column at a time. */
typedef struct compare_fit {
    size_t n, n_q, most;
    double *q;        /* [most x n] orthonormal */
    double *residual; /* [n] of the target */
    double *work;     /* [n] */
} compare_fit;

vb_status compare_fit_take(size_t n, size_t most, vb_arena *arena, compare_fit *fit,
                           vb_error *err);
/* Starts with target and no columns. */
void compare_fit_begin(compare_fit *fit, const double target[]);
/* Takes the part along column off the target; false when the column is a sum of earlier
 * ones (then nothing happens) or there is no room. */
bool compare_fit_add(compare_fit *fit, const double column[]);
double compare_fit_rss(const compare_fit *fit);
double compare_fit_largest(const compare_fit *fit);

/* Why column b differs from a: fills factor, shift, relation, explained, reason. */
typedef struct compare_pair {
    const vb_named_matrix *a, *b;
    vb_arena *arena;
    compare_fit fit;
    double *x, *y, *slope, *other; /* [n] columns a and b, and work */
} compare_pair;

vb_status compare_explain(compare_pair *pair, vb_column_match *match, vb_error *err);

#endif
