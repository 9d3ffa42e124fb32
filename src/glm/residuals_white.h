/* SPDX-License-Identifier: GPL-3.0-or-later */
/* residuals_white.h - the filter that makes the noise of a voxel white. */
#ifndef VB_GLM_RESIDUALS_WHITE_H
#define VB_GLM_RESIDUALS_WHITE_H

#include "valuebold/residuals.h"

enum { VB_WHITE_MOST = 16 }; /* coefficients of an AR */

typedef struct vb_white {
    size_t n_ar;
    double ar[VB_WHITE_MOST]; /* x_t = sum ar_k x_{t-k} + e_t + ma e_{t-1} */
    double ma;
} vb_white;

/* Of voxel v; false: parameters that are not finite. */
bool vb_white_of(const vb_residual_noise *noise, size_t v, vb_white *white);

/* x [n] becomes e; values before the first count as 0. */
void vb_white_apply(const vb_white *white, size_t n, const double *x, double *e);
/* The adjoint of the inverse: out = W'^-1 x. */
void vb_white_adjoint_inverse(const vb_white *white, size_t n, const double *x,
                              double *out);

/* Lags 0 ... n_lags - 1 of the mean of e_t e_{t+k} for e = W R x, x of that noise, R the residual
 * forming matrix of the orthonormal rows q [n x stride, rank used], over lag 0. */
vb_status vb_white_expected(const vb_white *white, size_t n, size_t rank,
                            const double *q, size_t stride, size_t n_lags, double out[],
                            vb_error *err);

#endif
