/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kernel_body.h - included once by each kernel_*.c, which defines
 *   VB_WIDTH          doubles of a vector register
 *   VB_SPLAT(x)       x in all places of a vector
 *   VB_FMA(c, a, b)   c += a * b on vectors
 *   VB_MADD(a, b, c)  a * b + c on doubles
 *   VB_KERNELS        name of the table
 *   VB_KERNELS_NAME   the same as text
 */

/* (may_alias: the sums are doubles elsewhere) */
typedef double vec __attribute__((vector_size(8 * VB_WIDTH), may_alias));
typedef double vec_anywhere
    __attribute__((vector_size(8 * VB_WIDTH), aligned(8), may_alias));

#define EACH_LANE for (size_t v = 0; v < VB_LANES; v++)
#define LANES_AT(array) (*(const vec_anywhere *)((array) + at))

#include "kernel_add.h"
#include "kernel_scan.h"
#include "kernel_slopes.h"
#include "kernel_solve.h"

static void correlate(size_t n, size_t n_lags, const double *x, const double *y,
                      double *sums)
{
    enum { PARTS = 8 }; /* independent sums, so that the loop vectorises */

    for (size_t k = 0; k < n_lags && k < n; k++) {
        double part[PARTS] = {0}, total = 0;
        size_t t = 0;

        for (; t + PARTS <= n - k; t += PARTS)
            for (size_t j = 0; j < PARTS; j++)
                part[j] = VB_MADD(x[t + j], y[t + k + j], part[j]);
        for (; t < n - k; t++)
            total += x[t] * y[t + k];
        for (size_t j = 0; j < PARTS; j++)
            total += part[j];
        sums[k] += total;
    }
}

const vb_glm_kernels VB_KERNELS = {
    .name = VB_KERNELS_NAME,
    .add = add,
    .residual = residual,
    .likelihood = likelihood,
    .scan = scan,
    .weighted = weighted,
    .curves = curves,
    .slopes = slopes,
    .solve = solve,
    .correlate = correlate,
};
