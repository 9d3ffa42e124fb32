/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_spm_band.c - the banded Toeplitz matrices of spm-ar1, and W of any.
 *
 * V^(-1/2) is summed up as a series of Chebyshev's polynomials of V: V has few diagonals and
 * a condition number of 3 or so, and the eigenvectors that would do as well cost n^3.  The
 * symbol f(w) = v_0 + 2 sum v_k cos(kw) bounds the eigenvalues of a Toeplitz matrix of any
 * size (Grenander & Szego 1958), and the series converges like
 * ((sqrt(cond) - 1) / (sqrt(cond) + 1))^k (Trefethen 2013, Approximation Theory, ch. 8).
 */
#include "noise_spm.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* spm_Ce.m: expansion about a = 0.2, the derivative as a forward difference of spm_diff.m's
 * step; spm_Q.m leaves out lags of 1e-4 and less. */
static const double expansion_point = 0.2, least_lag = 1e-4;

static double lag_of(double a, size_t k)
{
    const double value = pow(a, (double)k);

    return value > least_lag ? value : 0;
}

void vb_spm_components(double parts[VB_SPM_PARTS][VB_SPM_LAGS])
{
    const double step = exp(-8), a = expansion_point;

    for (size_t k = 0; k < VB_SPM_LAGS; k++) {
        const double slope = (lag_of(a + step, k) - lag_of(a, k)) / step;

        parts[0][k] = lag_of(a, k) - a * slope;
        parts[1][k] = lag_of(a, k) + a * slope;
    }
}

bool vb_spm_factor(size_t n, const double lags[VB_SPM_LAGS], double *l)
{
    for (size_t t = 0; t < n; t++) {
        double *row = l + t * VB_SPM_LAGS;

        for (size_t k = VB_SPM_LAGS; k-- > 0;) {
            const double *other = row - k * VB_SPM_LAGS;
            double s = lags[k];

            row[k] = 0;
            if (k > t)
                continue;
            for (size_t i = k + 1; i < VB_SPM_LAGS && i <= t; i++)
                s -= row[i] * other[i - k];
            if (k == 0 && !(s > 0))
                return false;
            row[k] = k ? s / other[0] : sqrt(s);
        }
    }
    return true;
}

void vb_spm_solve(size_t n, const double *l, size_t m, double *b)
{
    for (size_t t = 0; t < n; t++)
        for (size_t k = VB_SPM_LAGS; k-- > 0;) {
            const double f = l[t * VB_SPM_LAGS + k];

            for (size_t j = 0; k && k <= t && j < m; j++)
                b[t * m + j] -= f * b[(t - k) * m + j];
            for (size_t j = 0; !k && j < m; j++)
                b[t * m + j] /= f;
        }
    for (size_t t = n; t-- > 0;)
        for (size_t k = VB_SPM_LAGS; k-- > 0;) {
            const double f =
                k && t + k < n ? l[(t + k) * VB_SPM_LAGS + k] : l[t * VB_SPM_LAGS];

            for (size_t j = 0; k && t + k < n && j < m; j++)
                b[t * m + j] -= f * b[(t + k) * m + j];
            for (size_t j = 0; !k && j < m; j++)
                b[t * m + j] /= f;
        }
}

/* Bounds of the eigenvalues, from the symbol on a grid finer than its 5 lags can bend. */
static void bounds(const double lags[VB_SPM_LAGS], double *low, double *high)
{
    enum { POINTS = 2000 };

    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i <= POINTS; i++) {
        double f = lags[0];

        for (size_t k = 1; k < VB_SPM_LAGS; k++)
            f += 2 * lags[k] * cos((double)(k * i) * pi / POINTS);
        *low = fmin(*low, f);
        *high = fmax(*high, f);
    }
    *low -= 1e-5 * (*high - *low);
    *high += 1e-5 * (*high - *low);
}

/* Coefficients of x^(-1/2) on low ... high in Chebyshev's polynomials. */
static void series(double low, double high, size_t n_terms, double *c)
{
    const double middle = 0.5 * (high + low), half = 0.5 * (high - low);

    for (size_t k = 0; k < n_terms; k++) {
        c[k] = 0;
        for (size_t j = 0; j < n_terms; j++) {
            const double w = pi * ((double)j + 0.5) / (double)n_terms;

            c[k] += cos((double)k * w) / sqrt(middle + half * cos(w));
        }
        c[k] *= (k ? 2.0 : 1.0) / (double)n_terms;
    }
}

/* Row t of out = (2 (V - middle) / half) in - before, rows of n; the first step without 2. */
static void next(size_t n, const double lags[VB_SPM_LAGS], double middle, double factor,
                 const double *in, double *out)
{
    for (size_t t = 0; t < n; t++) {
        double *row = out + t * n;

        for (size_t j = 0; j < n; j++)
            row[j] = factor * (lags[0] - middle) * in[t * n + j] - row[j];
        for (size_t k = 1; k < VB_SPM_LAGS; k++) {
            const double f = factor * lags[k];

            for (size_t j = 0; t >= k && j < n; j++)
                row[j] += f * in[(t - k) * n + j];
            for (size_t j = 0; t + k < n && j < n; j++)
                row[j] += f * in[(t + k) * n + j];
        }
    }
}

static void sum_series(size_t n, const double lags[VB_SPM_LAGS], double low,
                       double high, size_t n_terms, const double *c, double *work,
                       double *w)
{
    const double middle = 0.5 * (high + low), half = 0.5 * (high - low);
    double *now = work, *before = work + n * n;

    memset(work, 0, 2 * n * n * sizeof *work);
    for (size_t t = 0; t < n; t++)
        before[t * n + t] = 1;
    next(n, lags, middle, 1 / half, before, now); /* T_1 */
    for (size_t i = 0; i < n * n; i++)
        w[i] = c[0] * before[i] + c[1] * now[i];
    for (size_t k = 2; k < n_terms; k++) {
        double *swap = before;

        next(n, lags, middle, 2 / half, now, before);
        before = now;
        now = swap;
        for (size_t i = 0; i < n * n; i++)
            w[i] += c[k] * now[i];
    }
}

static bool keep_band(size_t n, const double *w, vb_arena *arena, double **band,
                      size_t *width)
{
    *width = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            if (fabs(w[i * n + j]) > VB_SPM_TINY && j - i > *width)
                *width = j - i;
    *band = vb_arena_take(arena, n * (2 * *width + 1), sizeof **band);
    for (size_t i = 0; *band && i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (fabs(w[i * n + j]) > VB_SPM_TINY)
                (*band)[i * (2 * *width + 1) + *width + j - i] = w[i * n + j];
    return *band != NULL;
}

vb_status vb_spm_inverse_root(size_t n, const double lags[VB_SPM_LAGS], vb_arena *arena,
                              double **band, size_t *width, vb_error *err)
{
    /* terms until 1e-17 is left; 400 would be a condition number of 400 */
    enum { MOST_TERMS = 400, LEAST_TERMS = 8 };
    double low, high, rate, wanted, c[MOST_TERMS], *work;
    size_t n_terms;
    vb_arena *temporary;
    vb_status status = VB_OK;

    bounds(lags, &low, &high);
    rate = low > 0 ? (sqrt(high / low) - 1) / (sqrt(high / low) + 1) : 1;
    wanted = MOST_TERMS;
    if (rate < 1)
        wanted = log(1e-17) / log(rate);
    if (wanted >= MOST_TERMS)
        return vb_fail(
            err, VB_EESTIMATE,
            "the pooled covariance of the noise is not positive definite (its "
            "spectrum goes down to %g of its largest value); use a model with "
            "each voxel its own, such as ar1",
            low / high);
    n_terms = wanted < LEAST_TERMS ? LEAST_TERMS : (size_t)wanted + 1;
    temporary = vb_arena_alloc();
    work = temporary ? vb_arena_take(temporary, 3 * n, n * sizeof *work) : NULL;
    if (work) {
        series(low, high, n_terms, c);
        sum_series(n, lags, low, high, n_terms, c, work, work + 2 * n * n);
    }
    if (!work || !keep_band(n, work + 2 * n * n, arena, band, width))
        status = vb_fail_memory(err, 3 * n * n * sizeof *work);
    if (temporary)
        vb_arena_free(temporary);
    return status;
}

/* u' [n x n], lambda [n] of the matrix with these lags */
static bool eigenvectors(size_t n, const double lags[], double *v, double *u,
                         double *lambda)
{
    gsl_matrix_view vm = gsl_matrix_view_array(v, n, n);
    gsl_matrix_view um = gsl_matrix_view_array(u, n, n);
    gsl_vector_view lv = gsl_vector_view_array(lambda, n);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
    int failed = 1;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            v[i * n + j] = lags[i > j ? i - j : j - i];
    if (work)
        failed = gsl_eigen_symmv(&vm.matrix, &lv.vector, &um.matrix, work);
    gsl_eigen_symmv_free(work);
    return !failed;
}

vb_status vb_spm_inverse_root_dense(size_t n, const double lags[], vb_arena *arena,
                                    double **band, size_t *width, vb_error *err)
{
    vb_arena *temporary = vb_arena_alloc();
    double *w = temporary ? vb_arena_take(temporary, 2 * n + 1, n * sizeof *w) : NULL;
    double *u = w ? w + n * n : NULL, *lambda = w ? w + 2 * n * n : NULL;
    vb_status status = VB_OK;

    if (!w || !eigenvectors(n, lags, w, u, lambda))
        status = vb_fail_memory(err, 3 * n * n * sizeof *w);
    for (size_t k = 0; status == VB_OK && k < n; k++)
        if (!(lambda[k] > 0))
            status =
                vb_fail(err, VB_EESTIMATE,
                        "the pooled covariance of the noise is not positive definite; "
                        "use a model with each voxel its own, such as arma11");
    if (status == VB_OK) {
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++)
                u[i * n + k] /= sqrt(sqrt(lambda[k])); /* W = (u s)(u s)' */
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double sum = 0;

                for (size_t k = 0; k < n; k++)
                    sum += u[i * n + k] * u[j * n + k];
                w[i * n + j] = sum;
            }
        if (!keep_band(n, w, arena, band, width))
            status = vb_fail_memory(err, 2 * n * n * sizeof *w);
    }
    if (temporary)
        vb_arena_free(temporary);
    return status;
}
