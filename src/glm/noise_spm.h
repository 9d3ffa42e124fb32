/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_spm.h - one AR(1)-like covariance for all voxels, as SPM estimates it. */
#ifndef VB_GLM_NOISE_SPM_H
#define VB_GLM_NOISE_SPM_H

#include "valuebold/arena.h"
#include <stdbool.h>

/* Lags of a component: 0.2^k falls below 1e-4, where SPM cuts it, at k = 6. */
enum { VB_SPM_LAGS = 6, VB_SPM_PARTS = 2 };

/* The two components of a run, Toeplitz and banded, by lag: Q -/+ a dQ/da at a = 0.2. */
void vb_spm_components(double parts[VB_SPM_PARTS][VB_SPM_LAGS]);

/* ---- Toeplitz matrices with lags 0 ... VB_SPM_LAGS - 1 ---- */

/* Cholesky's factor l [n x VB_SPM_LAGS], l[t][k] its element (t, t - k); false when the
 * matrix is not positive definite. */
bool vb_spm_factor(size_t n, const double lags[VB_SPM_LAGS], double *l);

/* b [n x m] := C^-1 b */
void vb_spm_solve(size_t n, const double *l, size_t m, double *b);

/*
 * C^(-1/2), the symmetric one, entries up to VB_SPM_TINY set to 0 as SPM does.
 * band [n x (2 width + 1)]: band[t][width + k] = W(t, t + k), from the arena.
 * VB_EESTIMATE when C is not positive definite.
 */
#define VB_SPM_TINY 1e-6
vb_status vb_spm_inverse_root(size_t n, const double lags[VB_SPM_LAGS], vb_arena *arena,
                              double **band, size_t *width, vb_error *err);

/* The same of any covariance, by its eigenvectors: O(n^3). */
vb_status vb_spm_inverse_root_dense(size_t n, const double lags[], vb_arena *arena,
                                    double **band, size_t *width, vb_error *err);

/* ---- REML ---- */

typedef struct vb_spm_reml {
    size_t n, n_cols;
    const double *q;  /* [n_cols x n] orthonormal basis of the run's design and drift */
    const double *cy; /* covariance of the data, row stride cy_stride */
    size_t cy_stride;
    bool to_the_end; /* until h is still, not until SPM stops */
} vb_spm_reml;

/* h of the two components.  VB_EESTIMATE when the covariance on the way is not positive
 * definite. */
vb_status vb_spm_reml_fit(const vb_spm_reml *problem, double h[VB_SPM_PARTS],
                          vb_error *err);

#endif
