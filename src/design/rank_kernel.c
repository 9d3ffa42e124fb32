/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rank_kernel.c - inner products and updates of columns [n].
 *
 * Four partial sums: the compiler may not reorder a sum by itself, and this order is
 * fixed.
 */
#include "rank_kernel.h"

double vb_column_dot(size_t n, const double *restrict a, const double *restrict b)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    size_t i = 0;

    for (; i + 4 <= n; i += 4) {
        s0 += a[i] * b[i];
        s1 += a[i + 1] * b[i + 1];
        s2 += a[i + 2] * b[i + 2];
        s3 += a[i + 3] * b[i + 3];
    }
    for (; i < n; i++)
        s0 += a[i] * b[i];
    return (s0 + s1) + (s2 + s3);
}

double vb_column_reduce(size_t n, const double *restrict q, double *restrict x,
                        double *left)
{
    const double along = vb_column_dot(n, q, x);
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    size_t i = 0;

    for (; i + 4 <= n; i += 4) {
        x[i] -= along * q[i];
        x[i + 1] -= along * q[i + 1];
        x[i + 2] -= along * q[i + 2];
        x[i + 3] -= along * q[i + 3];
        s0 += x[i] * x[i];
        s1 += x[i + 1] * x[i + 1];
        s2 += x[i + 2] * x[i + 2];
        s3 += x[i + 3] * x[i + 3];
    }
    for (; i < n; i++) {
        x[i] -= along * q[i];
        s0 += x[i] * x[i];
    }
    *left = (s0 + s1) + (s2 + s3);
    return along;
}
