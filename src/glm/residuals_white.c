/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * residuals_white.c - whitening filters, and what a fit leaves in whitened residuals.
 *
 * With noise x = W^-1 z, z white, whitened residuals are e = W (I - QQ') W^-1 z = (I - BC') z,
 * B = WQ, C = W'^-1 Q.  Their covariance I - BC' - CB' + B(C'C)B' gives the sums at lag k in
 * O(n rank^2) operations.
 */
#include "residuals_white.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool vb_white_of(const vb_residual_noise *noise, size_t v, vb_white *white)
{
    *white = (vb_white){.n_ar = 0};
    for (size_t i = 0; i < noise->n_parameters; i++)
        if (!isfinite(noise->parameters[i][v]) || i >= VB_WHITE_MOST)
            return false;
    if (noise->is_arma) {
        const double a = noise->parameters[0][v], b = noise->parameters[1][v];

        white->n_ar = 1;
        white->ar[0] = a;
        white->ma = b;
        return true;
    }
    white->n_ar = noise->n_parameters;
    for (size_t i = 0; i < white->n_ar; i++)
        white->ar[i] = noise->parameters[i][v];
    return true;
}

void vb_white_apply(const vb_white *w, size_t n, const double *x, double *e)
{
    for (size_t t = 0; t < n; t++) {
        double s = x[t];

        for (size_t k = 1; k <= w->n_ar && k <= t; k++)
            s -= w->ar[k - 1] * x[t - k];
        e[t] = s - (t ? w->ma * e[t - 1] : 0);
    }
}

void vb_white_adjoint_inverse(const vb_white *w, size_t n, const double *x, double *out)
{
    /* W = M^-1 A with A = I - sum ar_k L^k and M = I + ma L: W'^-1 = A'^-1 M' ... read from
     * the end, where L' looks ahead */
    for (size_t t = n; t-- > 0;) {
        double s = x[t] + (t + 1 < n ? w->ma * x[t + 1] : 0);

        for (size_t k = 1; k <= w->n_ar && t + k < n; k++)
            s += w->ar[k - 1] * out[t + k];
        out[t] = s;
    }
}

/* Columns of q, filtered: b = WQ and c = W'^-1 Q, [rank x n]. */
static void filter_columns(const vb_white *w, size_t n, size_t rank, const double *q,
                           size_t stride, double *b, double *c, double *column)
{
    for (size_t i = 0; i < rank; i++) {
        for (size_t t = 0; t < n; t++)
            column[t] = q[t * stride + i];
        vb_white_apply(w, n, column, b + i * n);
        vb_white_adjoint_inverse(w, n, column, c + i * n);
    }
}

static double lagged(size_t n, size_t k, const double *x, const double *y)
{
    double s = 0;

    for (size_t t = k; t < n; t++)
        s += x[t] * y[t - k];
    return s;
}

vb_status vb_white_expected(const vb_white *w, size_t n, size_t rank, const double *q,
                            size_t stride, size_t n_lags, double out[], vb_error *err)
{
    double *b = malloc((3 * rank * n + n + 1) * sizeof *b), *c = b + rank * n;
    double *d = c + rank * n, *column = d + rank * n;

    if (!b)
        return vb_fail_memory(err, 3 * rank * n * sizeof *b);
    filter_columns(w, n, rank, q, stride, b, c, column);
    for (size_t i = 0; i < rank; i++) { /* d = b (C'C), row by row */
        memset(d + i * n, 0, n * sizeof *d);
        for (size_t j = 0; j < rank; j++) {
            const double g = lagged(n, 0, c + i * n, c + j * n);

            for (size_t t = 0; t < n; t++)
                d[i * n + t] += g * b[j * n + t];
        }
    }
    for (size_t k = 0; k < n_lags; k++) {
        out[k] = k ? 0 : (double)n;
        for (size_t i = 0; i < rank; i++)
            out[k] += lagged(n, k, d + i * n, b + i * n) -
                      lagged(n, k, b + i * n, c + i * n) -
                      lagged(n, k, c + i * n, b + i * n);
    }
    for (size_t k = n_lags; k-- > 0;)
        out[k] /= out[0];
    free(b);
    return VB_OK;
}
