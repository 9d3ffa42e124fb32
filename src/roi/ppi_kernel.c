/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ppi_kernel.c - products of all rows, four at a time: each value of across serves all four,
 * and rows of the result stay in the first-level cache. */
#include "ppi_internal.h"

#include <string.h>

enum { ROWS = 4 };

void vb_ppi_square(size_t n, size_t q, const double *restrict a,
                   const double *restrict across, double *restrict square)
{
    memset(square, 0, n * n * sizeof *square);
    for (size_t s = 0; s < n; s += ROWS) {
        const size_t m = n - s < ROWS ? n - s : ROWS;

        for (size_t j = 0; j < q && m == ROWS; j++) {
            const double *row = across + j * n;
            const double w0 = a[s * q + j], w1 = a[(s + 1) * q + j];
            const double w2 = a[(s + 2) * q + j], w3 = a[(s + 3) * q + j];
            double *out = square + s * n;

            for (size_t t = 0; t < n; t++) {
                out[t] += w0 * row[t];
                out[n + t] += w1 * row[t];
                out[2 * n + t] += w2 * row[t];
                out[3 * n + t] += w3 * row[t];
            }
        }
        for (size_t i = s; i < n && m < ROWS; i++)
            for (size_t j = 0; j < q; j++)
                for (size_t t = 0; t < n; t++)
                    square[i * n + t] += a[i * q + j] * across[j * n + t];
    }
}
