/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fdr.c - adjusted p values: q_(i) = min over j >= i of c n p_(j) / j, p sorted upwards,
 * c = 1 (BH) or 1 + 1/2 + ... + 1/n (BY).
 */
#include "valuebold/threshold.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct entry {
    double p;
    size_t at;
} entry;

static int by_p(const void *a, const void *b)
{
    const double x = ((const entry *)a)->p, y = ((const entry *)b)->p;

    return (x > y) - (x < y);
}

vb_status vb_fdr_adjust(vb_fdr method, size_t n, const double p[], double q[],
                        vb_error *err)
{
    entry *sorted =
        n < SIZE_MAX / sizeof *sorted ? malloc((n + 1) * sizeof *sorted) : NULL;
    size_t n_tests = 0;
    double factor = 1, least = 1;

    if (!sorted)
        return vb_fail_memory(err, n * sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i]))
            sorted[n_tests++] = (entry){p[i], i};
    for (size_t i = 0; i < n; i++)
        q[i] = (double)NAN;
    qsort(sorted, n_tests, sizeof *sorted, by_p);
    if (method == VB_FDR_BY)
        for (size_t i = 2; i <= n_tests; i++)
            factor += 1 / (double)i;
    for (size_t i = n_tests; i > 0; i--) {
        least = fmin(least, factor * (double)n_tests * sorted[i - 1].p / (double)i);
        q[sorted[i - 1].at] = least;
    }
    free(sorted);
    return VB_OK;
}
