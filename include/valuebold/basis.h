/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The column space of a design, in the form that the loops over series want: an orthonormal
 * basis, rotated so that the precision of AR(1) noise is diagonal in it but for two rows.
 */
#ifndef VALUEBOLD_BASIS_H
#define VALUEBOLD_BASIS_H

#include "valuebold/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_basis {
    size_t n_scans, n_cols, rank;
    double *q;      /* [rank x n_scans] row j holds column j of Q */
    double *lambda; /* [rank] Q'(L + L')Q = diag(lambda) */
    double *r;      /* [n_cols x rank] before the rotation: x_j / norm_j = Q0 r_j */
    double *norm;   /* [n_cols] of the columns; 0 for a column of zeros */
    double *u;      /* [rank x rank] the rotation: Q = Q0 U */
    size_t *pivot;  /* [rank] columns that are no sums of those before them */
    double *work;   /* [rank] */
} vb_basis;

/* x [n_scans x n_cols].  VB_EINPUT for values that are not finite. */
VB_API vb_status vb_basis_make(size_t n_scans, size_t n_cols, const double *x,
                               vb_arena *arena, vb_basis *basis, vb_error *err);

/* w [rank] with c'b = w'Q'y for any solution b of the normal equations.  VB_EESTIMATE when
 * there is none: c [n_cols] is outside the row space. */
VB_API vb_status vb_basis_contrast(const vb_basis *basis, const double *c, double *w,
                                   vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
