/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rank, conditioning and null space of a design matrix.
 */
#ifndef VALUEBOLD_RANK_H
#define VALUEBOLD_RANK_H

#include "valuebold/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Pivoted QR of the columns of X scaled to unit length.  A column adds to the rank when
 * more than VB_RANK_TOLERANCE of its length is left beside the columns before it.
 */
#define VB_RANK_TOLERANCE 1e-10

typedef struct vb_rank {
    size_t n_rows, n_cols, rank;
    size_t *pivot;  /* [n_cols] columns in the order taken; the first rank span X */
    double *length; /* [n_cols] of the columns as given */
    double *r;      /* [n_cols x n_cols] upper triangle in the order of pivot, scaled */
    double condition; /* largest over smallest singular value of the scaled columns;
                         INFINITY when rank < n_cols */
    size_t n_null;    /* n_cols - rank */
    double
        *relation; /* [n_null x n_cols] weights w of the scaled columns that sum to 0,
                         one for each column beyond the rank, largest weight 1 */
    double *null;  /* [n_null x n_cols] orthonormal vectors v with X v = 0 */
} vb_rank;

/* x [n_rows x n_cols], row-major, finite.  The result lives in arena. */
VB_API vb_status vb_rank_find(size_t n_rows, size_t n_cols, const double x[],
                              vb_arena *arena, vb_rank *rank, vb_error *err);

/* Length of the part of c [n_cols] outside the row space, over the length of c: c'b can
 * be estimated when it is 0 (norm(c - c X+ X) / norm(c)). */
VB_API double vb_rank_outside(const vb_rank *rank, const double c[]);

#ifdef __cplusplus
}
#endif
#endif
