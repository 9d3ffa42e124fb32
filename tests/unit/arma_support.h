/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arma_support.h - generalised least squares and REML under ARMA(1,1) with dense matrices, and
 * the exhaustive search over the grid: slow, and written without a look at src/glm.
 */
#ifndef VB_TEST_ARMA_SUPPORT_H
#define VB_TEST_ARMA_SUPPORT_H

#include "glm_support.h"

/* r(0) = 1, r(k) = lambda a^(k-1): Box & Jenkins, section 3.4 */
static inline void covariance(size_t n, const size_t at[], double a, double b,
                              double *v)
{
    const double lambda = (a + b) * (1 + a * b) / (1 + 2 * a * b + b * b);

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const double lag = fabs((double)at[i] - (double)at[j]);

            v[i * n + j] = lag < 0.5 ? 1 : lambda * pow(a, lag - 1);
        }
}

/* dense_gls of glm_support.h for any covariance of the rows `at` */
static inline void gls(size_t n, const size_t at[], size_t p, const double *x,
                       const double *y, double a, double b, dense_fit *fit)
{
    double *v = calloc(2 * n * n + n * (p + 1) + 2 * p * p, sizeof *v);
    double *l = v + n * n, *w = l + n * n, *g = w + n * (p + 1), *gl = g + p * p;
    double log_v, log_g, rss = 0;

    covariance(n, at, a, b, v);
    log_v = dense_cholesky(n, v, l);
    for (size_t t = 0; t < n; t++) {
        memcpy(w + t * (p + 1), x + at[t] * p, p * sizeof *w);
        w[t * (p + 1) + p] = y[at[t]];
    }
    dense_solve(n, p + 1, l, w);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            for (size_t t = 0; t < n; t++)
                g[i * p + j] += w[t * (p + 1) + i] * w[t * (p + 1) + j];
    log_g = dense_cholesky(p, g, gl);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++) {
            double ei[64] = {0}, ej[64] = {0}, s = 0;

            ei[i] = ej[j] = 1;
            dense_solve(p, 1, gl, ei);
            dense_solve(p, 1, gl, ej);
            for (size_t k = 0; k < p; k++)
                s += ei[k] * ej[k];
            fit->cov[i * p + j] = s;
        }
    for (size_t i = 0; i < p; i++) {
        fit->beta[i] = 0;
        for (size_t j = 0; j < p; j++)
            for (size_t t = 0; t < n; t++)
                fit->beta[i] +=
                    fit->cov[i * p + j] * w[t * (p + 1) + j] * w[t * (p + 1) + p];
    }
    for (size_t t = 0; t < n; t++) {
        double r = w[t * (p + 1) + p];

        for (size_t j = 0; j < p; j++)
            r -= w[t * (p + 1) + j] * fit->beta[j];
        rss += r * r;
    }
    fit->sigma2 = rss / (double)(n - p);
    fit->reml = (double)(n - p) * log(rss) + log_v + log_g;
    free(v);
}

/* The best point of the grid a 0 ... 0.9, b -0.9 ... 0.9, a + b >= 0.  Points with a + b = 0
 * are all white noise. */
static inline void exhaust(size_t n, const size_t at[], size_t p, const double *x,
                           const double *y, double *best_a, double *best_b,
                           dense_fit *best)
{
    *best = (dense_fit){.reml = INFINITY};
    for (int i = 0; i <= 9; i++)
        for (int k = -i; k <= 9; k++) {
            dense_fit fit;

            gls(n, at, p, x, y, i / 10.0, k / 10.0, &fit);
            if (fit.reml < best->reml) {
                *best = fit;
                *best_a = i / 10.0;
                *best_b = k / 10.0;
            }
        }
}

#endif
