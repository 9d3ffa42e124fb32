/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * effect.h - the regressor a contrast stands for, as FSL reports it.
 *
 *     x_c = X Q c / (c'Q c),   Q = pinv(X'X)
 *
 * x_c is the time course whose coefficient is c'b.  Its height, max(x_c, 0) - min(x_c, 0),
 * turns an effect into percent signal change (featquery); the required effect is the change
 * in percent that white noise of 0.66 % would let pass at z = 5.3, FEAT's defaults for
 * noise and critical_z (FEAT itself adds the autocorrelation of the noise).
 * Source: feat_model.cc, RequiredEffect().
 */
#ifndef VB_EFFECT_H
#define VB_EFFECT_H

#include "valuebold/arena.h"

typedef struct effect_solver {
    size_t n_scans, n_cols, rank;
    const double *x; /* [n_scans x n_cols], borrowed */
    double *scale;   /* [n_cols] 1 / column length; 0 for a zero column */
    double *factor;  /* [n_cols x n_cols] Cholesky factor of the pivoted columns */
    size_t *pivot;   /* [n_cols] */
    double *work;    /* [n_scans + 2 n_cols] */
} effect_solver;

vb_status effect_prepare(const double x[], size_t n_scans, size_t n_cols,
                         vb_arena *arena, effect_solver *solver, vb_error *err);

/* For an estimable contrast c[n_cols]; 0 and 0 for one whose columns are all zero. */
void effect_of(const effect_solver *solver, const double c[], double *height,
               double *required_percent);

#endif
