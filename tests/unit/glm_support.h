/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_support.h - random series and designs, and a plain generalised least squares by
 * Cholesky factors of the dense covariance: slow, and written without a look at src/glm.
 */
#ifndef VB_TEST_GLM_SUPPORT_H
#define VB_TEST_GLM_SUPPORT_H

#include "support.h"
#include "valuebold/glm.h"

#include <stdint.h>

/* splitmix64 and Box-Muller: the same numbers everywhere */
static inline double dense_uniform(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double dense_normal(uint64_t *state)
{
    const double r = sqrt(-2 * log(dense_uniform(state)));

    return r * cos(6.283185307179586 * dense_uniform(state));
}

/* Columns: a smooth signal, one of events, a 20-scan block, random walks, slow cosines and
 * the constant last.  n_cols >= 6. */
static inline void dense_design(size_t n, size_t n_cols, uint64_t seed, double *x)
{
    for (size_t j = 0; j + 1 < n_cols; j++) {
        double walk = 0, smooth = 0;

        for (size_t t = 0; t < n; t++) {
            const double e = dense_normal(&seed);

            smooth = 0.8 * smooth + e;
            walk += 0.3 * e;
            if (j == 0)
                x[t * n_cols + j] = smooth;
            else if (j == 1)
                x[t * n_cols + j] = t % 7 == 3 ? 1 + 0.2 * e : 0;
            else if (j == 2)
                x[t * n_cols + j] = (double)(t / 20 % 2);
            else if (j < 5)
                x[t * n_cols + j] = cos(3.141592653589793 * ((double)t + 0.5) *
                                        (double)(j - 2) / (double)n);
            else
                x[t * n_cols + j] = walk + e;
        }
    }
    for (size_t t = 0; t < n; t++)
        x[t * n_cols + n_cols - 1] = 1;
}

/* y [n x n_voxels]: mean + trend + AR(1) noise of rho_v rising from low to high over the
 * voxels, with some effect of the first column. */
static inline void dense_series(size_t n, size_t n_cols, const double *x,
                                size_t n_voxels, double low, double high, uint64_t seed,
                                double *y)
{
    for (size_t v = 0; v < n_voxels; v++) {
        const double rho =
            low + (high - low) * (double)v / (double)(n_voxels > 1 ? n_voxels - 1 : 1);
        double e = dense_normal(&seed) / sqrt(1 - rho * rho);

        for (size_t t = 0; t < n; t++) {
            if (t)
                e = rho * e + dense_normal(&seed);
            y[t * n_voxels + v] =
                900 + 30 * (double)(v % 5) + 0.7 * x[t * n_cols] + 3 * e;
        }
    }
}

/* l [n x n]: lower Cholesky factor of a; log of the determinant of a. */
static inline double dense_cholesky(size_t n, const double *a, double *l)
{
    double log_det = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double s = a[i * n + j];

            for (size_t k = 0; k < j; k++)
                s -= l[i * n + k] * l[j * n + k];
            l[i * n + j] = i == j ? sqrt(s) : s / l[j * n + j];
            if (i == j)
                log_det += 2 * log(l[i * n + i]);
        }
    return log_det;
}

/* b [n x m] := l^-1 b */
static inline void dense_solve(size_t n, size_t m, const double *l, double *b)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < m; c++) {
            double s = b[i * m + c];

            for (size_t k = 0; k < i; k++)
                s -= l[i * n + k] * b[k * m + c];
            b[i * m + c] = s / l[i * n + i];
        }
}

typedef struct dense_fit {
    double reml;   /* minus twice the restricted log likelihood, up to a constant */
    double sigma2; /* RSS / df of the whitened model */
    double beta[64], cov[64 * 64]; /* (X'V^-1X)^-1, without sigma2 */
} dense_fit;

/* Generalised least squares of one series under V_ij = rho^|i-j| / (1 - rho^2). */
static inline void dense_gls(size_t n, size_t p, const double *x, const double *y,
                             size_t y_stride, double rho, dense_fit *fit)
{
    double *v = calloc(2 * n * n + n * (p + 1) + 2 * p * p, sizeof *v);
    double *l = v + n * n, *w = l + n * n, *a = w + n * (p + 1), *g = a + p * p;
    double log_v, log_a, rss = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            v[i * n + j] = pow(rho, fabs((double)i - (double)j)) / (1 - rho * rho);
    log_v = dense_cholesky(n, v, l);
    for (size_t t = 0; t < n; t++) {
        memcpy(w + t * (p + 1), x + t * p, p * sizeof *w);
        w[t * (p + 1) + p] = y[t * y_stride];
    }
    dense_solve(n, p + 1, l, w);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            for (size_t t = 0; t < n; t++)
                a[i * p + j] += w[t * (p + 1) + i] * w[t * (p + 1) + j];
    log_a = dense_cholesky(p, a, g);
    for (size_t i = 0; i < p; i++) /* the inverse, column by column */
        for (size_t j = 0; j < p; j++) {
            double ei[64] = {0}, ej[64] = {0}, s = 0;

            ei[i] = ej[j] = 1;
            dense_solve(p, 1, g, ei);
            dense_solve(p, 1, g, ej);
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
    fit->reml = (double)(n - p) * log(rss) + log_v + log_a;
    free(v);
}

/* Fits y [n x n_voxels] in one go; returns the maps' owner. */
static inline vb_glm *dense_run(const vb_glm_plan *plan, size_t n, size_t n_voxels,
                                const double *y)
{
    vb_glm *glm = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_glm_alloc(plan, n_voxels, &glm, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_glm_add(glm, n, VB_SAMPLE_FLOAT64, y, n_voxels, 1, &err), VB_OK,
                 "%s", err.text);
    cr_assert_eq(vb_glm_finish(glm, 1, 0, 1, NULL, &err), VB_OK, "%s", err.text);
    return glm;
}

static inline double *dense_map(const vb_glm *glm, size_t n_voxels, vb_stat stat,
                                size_t contrast)
{
    double *map = calloc(n_voxels, sizeof *map);
    vb_error err = {0};

    cr_assert_eq(vb_glm_map(glm, stat, contrast, map, &err), VB_OK, "%s", err.text);
    return map;
}

#endif
