/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_spm_fast.h - many Toeplitz components for all voxels, as SPM's FAST. */
#ifndef VB_GLM_NOISE_SPM_FAST_H
#define VB_GLM_NOISE_SPM_FAST_H

#include "valuebold/arena.h"
#include <stdbool.h>

enum { VB_FAST_MOST = 18 };

/* The components: lag T^power exp(-T / constant_s), T = lag tr_s. */
typedef struct vb_fast_part {
    double decay; /* exp(-tr_s / constant_s) */
    double unit;  /* tr_s^power */
    int power;    /* 0, 1, 2 */
} vb_fast_part;

size_t vb_fast_parts(double tr_s, vb_fast_part parts[VB_FAST_MOST]);

typedef struct vb_fast_problem {
    size_t n, n_cols, n_parts;
    const double *q;  /* [n_cols x n] orthonormal basis of the run's design and drift */
    const double *cy; /* covariance of the data, row stride cy_stride */
    size_t cy_stride;
    vb_fast_part parts[VB_FAST_MOST];
} vb_fast_problem;

/* h of the components, 0 of those left out, and the covariance by lag, lags [n]. */
vb_status vb_fast_fit(const vb_fast_problem *problem, double h[VB_FAST_MOST],
                      double *lags, vb_error *err);

/* noise_spm_fast_reduce.c: which components an estimate can do without.  h with precision
 * `precision` [n x n] under a prior of `prior` about 0; kept says which stay. */
void vb_fast_reduce(size_t n, const double *h, const double *precision, double prior,
                    bool kept[]);

/* a [n x n] := (a + added I)^-1; returns log|det| of what was inverted.  order [n] work space.
 * Not finite when it is singular. */
double vb_fast_invert(size_t n, double added, size_t order[], double *a);

#endif
