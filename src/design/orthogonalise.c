/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * orthogonalise.c - serial Gram-Schmidt of modulators over the events.
 *
 * A modulator is regressed, over the events where it has a row, on the constant and the
 * earlier modulators (0 where these have none); its residual is 0 at the other events,
 * so it is orthogonal to them over all events too, and a dropped trial stays dropped.
 * Orthogonalisation gives the shared variance to the earlier modulator and changes
 * nothing else (Mumford et al. 2015, PLoS ONE 10:e0126255).
 */
#include "valuebold/modulator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A direction is spent when less than this share of its length is left. */
static const double SPENT = 1e-10;

static double dot(size_t n, const double a[], const double b[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Takes the components along q[0..n_q) (unit or zero vectors) off x, twice against
 * cancellation. */
static void project_off(size_t n, size_t n_q, const double q[], double x[])
{
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < n_q; k++) {
            const double share = dot(n, q + k * n, x);

            for (size_t i = 0; i < n; i++)
                x[i] -= share * q[k * n + i];
        }
}

/* Unit vectors of the constant and the m earlier weights on the rows of own. */
static void basis_on_rows(size_t n, size_t m, double *const weights[],
                          const double own[], double q[])
{
    for (size_t k = 0; k <= m; k++) {
        double *v = q + k * n, before, length;

        for (size_t i = 0; i < n; i++) {
            const double x = k ? weights[k - 1][i] : 1;

            v[i] = isnan(own[i]) || isnan(x) ? 0 : x;
        }
        before = sqrt(dot(n, v, v));
        project_off(n, k, q, v);
        length = sqrt(dot(n, v, v));
        for (size_t i = 0; i < n; i++)
            v[i] = length > SPENT * before ? v[i] / length : 0;
    }
}

vb_status vb_modulators_orthogonalise(size_t n, size_t n_modulators,
                                      double *const weights[],
                                      double variance_removed[], vb_error *err)
{
    double *q, *x;

    if (!n || !n_modulators)
        return VB_OK;
    q = calloc(n * (n_modulators + 1), sizeof *q);
    x = calloc(n, sizeof *x);
    if (!q || !x) {
        free(q);
        free(x);
        return vb_fail_memory(err, n * (n_modulators + 1) * sizeof *q);
    }
    for (size_t m = 0; m < n_modulators; m++) {
        double centred, left;

        basis_on_rows(n, m, weights, weights[m], q);
        for (size_t i = 0; i < n; i++)
            x[i] = isnan(weights[m][i]) ? 0 : weights[m][i];
        project_off(n, 1, q, x);
        centred = dot(n, x, x);
        project_off(n, m + 1, q, x);
        left = dot(n, x, x);
        if (left <= SPENT * SPENT * centred) { /* nothing of its own is left */
            memset(x, 0, n * sizeof *x);
            left = 0;
        }
        variance_removed[m] = centred > 0 ? 1 - left / centred : 0;
        for (size_t i = 0; i < n; i++)
            if (!isnan(weights[m][i]))
                weights[m][i] = x[i];
    }
    free(q);
    free(x);
    return VB_OK;
}

/* Correlation over the events where both have a row. */
static double correlation(size_t n, const double a[], const double b[])
{
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0, count = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(a[i]) && !isnan(b[i])) {
            ma += a[i];
            mb += b[i];
            count++;
        }
    for (size_t i = 0; i < n && count > 0; i++)
        if (!isnan(a[i]) && !isnan(b[i])) {
            const double x = a[i] - ma / count, y = b[i] - mb / count;

            aa += x * x;
            bb += y * y;
            ab += x * y;
        }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : (double)NAN;
}

static void correlate_all(size_t n, size_t m, const double *const x[], double out[])
{
    for (size_t a = 0; a < m; a++)
        for (size_t b = 0; b < m; b++)
            out[a * m + b] = correlation(n, x[a], x[b]);
}

vb_status vb_modulators_ledger(size_t n, size_t n_modulators,
                               const double *const weights[], const size_t order[],
                               vb_modulator_ledger *ledger, vb_error *err)
{
    const size_t m = n_modulators;
    double *copy = malloc((n * m + m) * sizeof *copy), **own = malloc(m * sizeof *own);
    const double **by_index = calloc(m, sizeof *by_index);
    vb_status status = VB_OK;

    if (!copy || !own || !by_index) {
        status = vb_fail_memory(err, n * m * sizeof *copy);
    } else {
        double *removed = copy + n * m;

        for (size_t k = 0; k < m; k++) {
            own[k] = copy + k * n;
            memcpy(own[k], weights[order[k]], n * sizeof *copy);
            by_index[order[k]] = own[k];
        }
        correlate_all(n, m, weights, ledger->before);
        status = vb_modulators_orthogonalise(n, m, own, removed, err);
        correlate_all(n, m, by_index, ledger->after);
        for (size_t k = 0; k < m; k++)
            ledger->removed[order[k]] = removed[k];
    }
    free(copy);
    free(own);
    free(by_index);
    return status;
}
