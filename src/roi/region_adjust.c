/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_adjust.c - columns regressed out of series, AR(1) noise made white. */
#include "valuebold/region_adjust.h"

#include <math.h>
#include <stdlib.h>

static const double SPENT = 1e-10; /* a column is when less of its length is left */

static double dot(size_t n, const double a[], const double b[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Gram-Schmidt, twice against cancellation: q [at most n_cols][n]. */
static size_t basis_of(size_t n, size_t n_cols, const double x[], double q[])
{
    size_t rank = 0;

    for (size_t c = 0; c < n_cols; c++) {
        double *v = q + rank * n, before, length;

        for (size_t t = 0; t < n; t++)
            v[t] = x[t * n_cols + c];
        before = sqrt(dot(n, v, v));
        for (int twice = 0; twice < 2; twice++)
            for (size_t k = 0; k < rank; k++) {
                const double share = dot(n, q + k * n, v);

                for (size_t t = 0; t < n; t++)
                    v[t] -= share * q[k * n + t];
            }
        length = sqrt(dot(n, v, v));
        if (!(length > SPENT * before))
            continue;
        for (size_t t = 0; t < n; t++)
            v[t] /= length;
        rank++;
    }
    return rank;
}

vb_status vb_regress_out(size_t n_scans, size_t n_cols, const double x[],
                         size_t n_series, double y[], size_t *rank, vb_error *err)
{
    double *q = malloc((n_cols + 1) * n_scans * sizeof *q);
    double *share = malloc((n_series + 1) * sizeof *share);
    size_t found = 0;
    vb_status status = VB_OK;

    if (!q || !share)
        status = vb_fail_memory(err, (n_cols + 1) * n_scans * sizeof *q);
    for (size_t i = 0; i < n_scans * n_cols && status == VB_OK; i++)
        if (!isfinite(x[i]))
            status = vb_fail(err, VB_EINPUT, "column %zu is not finite in scan %zu",
                             i % n_cols + 1, i / n_cols + 1);
    if (status == VB_OK)
        found = basis_of(n_scans, n_cols, x, q);
    for (size_t k = 0; k < found; k++) {
        for (size_t i = 0; i < n_series; i++)
            share[i] = 0;
        for (size_t t = 0; t < n_scans; t++)
            for (size_t i = 0; i < n_series; i++)
                share[i] += q[k * n_scans + t] * y[t * n_series + i];
        for (size_t t = 0; t < n_scans; t++)
            for (size_t i = 0; i < n_series; i++)
                y[t * n_series + i] -= q[k * n_scans + t] * share[i];
    }
    if (rank && status == VB_OK)
        *rank = found;
    free(q);
    free(share);
    return status;
}

vb_status vb_whiten_ar1(size_t n_scans, size_t n_series, double rho, double y[],
                        vb_error *err)
{
    if (!(fabs(rho) < 1))
        return vb_fail(err, VB_EDOM, "rho is %g; it must be between -1 and 1", rho);
    for (size_t i = 0; i < n_series; i++) {
        for (size_t t = n_scans; t-- > 1;)
            y[t * n_series + i] -= rho * y[(t - 1) * n_series + i];
        if (n_scans)
            y[i] *= sqrt(1 - rho * rho);
    }
    return VB_OK;
}
