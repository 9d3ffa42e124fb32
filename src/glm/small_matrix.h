/* SPDX-License-Identifier: GPL-3.0-or-later */
/* small_matrix.h - Cholesky's factor of matrices of a few rows, one voxel at a time. */
#ifndef VB_GLM_SMALL_MATRIX_H
#define VB_GLM_SMALL_MATRIX_H

#include <math.h>
#include <stddef.h>

/* a [n x n], lower triangle, becomes L with a = LL'; NaN where it is not positive definite. */
static inline void vb_small_cholesky(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double s = a[i * n + j];

            for (size_t k = 0; k < j; k++)
                s -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i == j ? sqrt(s) : s / a[j * n + j];
        }
}

/* x [n, stride apart] becomes L^-1 x */
static inline void vb_small_forward(size_t n, const double *l, double *x, size_t stride)
{
    for (size_t i = 0; i < n; i++) {
        double s = x[i * stride];

        for (size_t k = 0; k < i; k++)
            s -= l[i * n + k] * x[k * stride];
        x[i * stride] = s / l[i * n + i];
    }
}

/* An upper triangle, row by row, into the lower one of a [n x n]. */
static inline void vb_small_unpack(size_t n, const double *upper, double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            a[j * n + i] = *upper++;
}

#endif
