/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * connectivity.c - residual series, their correlations and partial correlations.
 *
 * Two series that both remember their past correlate by chance more than their scans would
 * allow; whitened by their own rho they do not (Haugh 1976 J Am Stat Assoc 71:378).
 */
#include "valuebold/connectivity.h"
#include "valuebold/basis.h"
#include "valuebold/glm.h"
#include "valuebold/tails.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A region of which the others leave less than this share of the variance. */
static const double nothing_left = 1e-10;

typedef struct whitening {
    size_t n, n_cols, n_regions;
    const double *x, *y;
    double *rho; /* [n_regions] */
    double *wx;  /* [n x n_cols] work space */
    double *e;   /* [n x n_regions] out */
} whitening;

static vb_status check_noise(const char *noise, vb_error *err)
{
    if (!noise || strcmp(noise, "ols") == 0 || strcmp(noise, "ar1") == 0)
        return VB_OK;
    return vb_fail(err, VB_EUSAGE,
                   "residuals: no noise model '%.60s'; there is: ols, ar1", noise);
}

/* rho of every region; NaN where it cannot be fitted.  *df is that of the design. */
static vb_status fit_rho(const whitening *w, const char *noise, double *df,
                         vb_error *err)
{
    vb_glm_plan *plan = NULL;
    vb_glm *glm = NULL;
    vb_status status =
        vb_glm_plan_alloc(&(vb_glm_model){.n_scans = w->n,
                                          .n_cols = w->n_cols,
                                          .x = w->x,
                                          .noise = noise ? noise : "ar1"},
                          &plan, err);

    if (status == VB_OK)
        status = vb_glm_alloc(plan, w->n_regions, &glm, err);
    if (status == VB_OK)
        status = vb_glm_add(glm, w->n, VB_SAMPLE_FLOAT64, w->y, w->n_regions, 1, err);
    if (status == VB_OK)
        status = vb_glm_finish(glm, 1, 0, 1, NULL, err);
    if (status == VB_OK)
        status = vb_glm_map(glm, VB_STAT_RHO, 0, w->rho, err);
    if (status == VB_OK)
        *df = vb_glm_df(plan);
    vb_glm_free(glm);
    vb_glm_plan_free(plan);
    return status;
}

/* x_t - rho x_{t-1}; the first scan times sqrt(1 - rho^2), its exact weight. */
static void whiten(size_t n, double rho, const double *x, size_t stride, double *out,
                   size_t out_stride)
{
    out[0] = sqrt(1 - rho * rho) * x[0];
    for (size_t t = 1; t < n; t++)
        out[t * out_stride] = x[t * stride] - rho * x[(t - 1) * stride];
}

static vb_status clear_region(whitening *w, size_t v, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    double *e = arena ? vb_arena_take(arena, w->n, sizeof *e) : NULL;
    vb_basis basis;
    vb_status status = VB_OK;

    if (!e) {
        vb_arena_free(arena);
        return vb_fail_memory(err, w->n * sizeof *e);
    }
    for (size_t j = 0; j < w->n_cols; j++)
        whiten(w->n, w->rho[v], w->x + j, w->n_cols, w->wx + j, w->n_cols);
    whiten(w->n, w->rho[v], w->y + v, w->n_regions, e, 1);
    status = vb_basis_make(w->n, w->n_cols, w->wx, arena, &basis, err);
    for (int pass = 0; pass < 2 && status == VB_OK; pass++)
        for (size_t i = 0; i < basis.rank; i++) {
            double d = 0;

            for (size_t t = 0; t < w->n; t++)
                d += basis.q[i * w->n + t] * e[t];
            for (size_t t = 0; t < w->n; t++)
                e[t] -= d * basis.q[i * w->n + t];
        }
    for (size_t t = 0; t < w->n && status == VB_OK; t++)
        w->e[t * w->n_regions + v] = e[t];
    vb_arena_free(arena);
    return status;
}

vb_status vb_region_residuals(size_t n_scans, size_t n_cols, const double x[],
                              const char *noise, size_t n_regions, const double y[],
                              double e[], double rho[], double *df, vb_error *err)
{
    whitening w = {.n = n_scans,
                   .n_cols = n_cols,
                   .n_regions = n_regions,
                   .x = x,
                   .y = y,
                   .rho = calloc(n_regions + 1, sizeof(double)),
                   .wx = calloc(n_scans * n_cols + 1, sizeof(double)),
                   .e = e};
    vb_status status = check_noise(noise, err);

    if (status == VB_OK && (!w.rho || !w.wx))
        status = vb_fail_memory(err, n_scans * n_cols * sizeof(double));
    if (status == VB_OK && n_regions)
        status = fit_rho(&w, noise, df, err);
    for (size_t v = 0; v < n_regions && status == VB_OK; v++)
        if (!isnan(w.rho[v]))
            status = clear_region(&w, v, err);
        else
            for (size_t t = 0; t < n_scans; t++)
                e[t * n_regions + v] = NAN;
    if (status == VB_OK && rho)
        memcpy(rho, w.rho, n_regions * sizeof *rho);
    free(w.rho);
    free(w.wx);
    return status;
}

/* ---- correlations ---- */

/* Regions whose values are all there and vary; returns how many. */
static size_t find_usable(size_t n, size_t n_regions, const double e[], size_t use[],
                          double size[])
{
    size_t n_use = 0;

    for (size_t v = 0; v < n_regions; v++) {
        double square = 0;

        for (size_t t = 0; t < n; t++)
            square += e[t * n_regions + v] * e[t * n_regions + v];
        if (!(isfinite(square) && square > 0))
            continue;
        size[n_use] = sqrt(square);
        use[n_use++] = v;
    }
    return n_use;
}

/* Lower Cholesky factor of c in place; false when a region has nothing of its own. */
static bool factorise(size_t k, double *c)
{
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = c[i * k + j];

            for (size_t m = 0; m < j; m++)
                sum -= c[i * k + m] * c[j * k + m];
            if (i == j && !(sum > nothing_left))
                return false;
            c[i * k + j] = i == j ? sqrt(sum) : sum / c[j * k + j];
        }
    return true;
}

/* Partial correlations: minus the inverse of c, scaled to a diagonal of 1.  work [k x k]. */
static vb_status invert(size_t k, double *c, double *work, vb_error *err)
{
    if (!factorise(k, c))
        return vb_fail(err, VB_EESTIMATE,
                       "%zu regions: one is a sum of others; partial correlations need "
                       "each to have something of its own",
                       k);
    for (size_t col = 0; col < k; col++) /* columns of the factor's inverse */
        for (size_t i = 0; i < k; i++) {
            double sum = i == col ? 1 : 0;

            for (size_t m = col; m < i; m++)
                sum -= c[i * k + m] * work[m * k + col];
            work[i * k + col] = i < col ? 0 : sum / c[i * k + i];
        }
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) {
            double sum = 0;

            for (size_t m = 0; m < k; m++)
                sum += work[m * k + i] * work[m * k + j];
            c[i * k + j] = sum;
        }
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++)
            work[i * k + j] = -c[i * k + j] / sqrt(c[i * k + i] * c[j * k + j]);
    memcpy(c, work, k * k * sizeof *c);
    return VB_OK;
}

static void put(size_t k, const double *c, const size_t use[], size_t n_regions,
                double f, double r[], double p[])
{
    for (size_t i = 0; i < n_regions * n_regions; i++)
        r[i] = p[i] = NAN;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) {
            const size_t at = use[i] * n_regions + use[j];
            const double value = i == j ? 1 : fmax(-1, fmin(1, c[i * k + j]));

            r[at] = value;
            if (i != j)
                p[at] = vb_p_two_sided(
                    vb_tails_t(value * sqrt(f / (1 - value * value)), f));
        }
}

vb_status vb_region_correlation(size_t n_scans, size_t n_regions, const double e[],
                                double df, bool partial, double r[], double p[],
                                vb_error *err)
{
    size_t *use = calloc(n_regions + 1, sizeof *use), k = 0;
    double *size = calloc(n_regions + 1, sizeof *size);
    double *c = calloc(n_regions * n_regions + 1, 2 * sizeof *c), f;
    vb_status status = VB_OK;

    if (use && size)
        k = find_usable(n_scans, n_regions, e, use, size);
    f = df - 1 - (partial && k > 2 ? (double)k - 2 : 0);
    if (!use || !size || !c)
        status = vb_fail_memory(err, 2 * n_regions * n_regions * sizeof *c);
    else if (k < 2 || !(f >= 1))
        status =
            vb_fail(err, VB_EESTIMATE,
                    "correlations of %zu regions with %g degrees of freedom", k, df);
    for (size_t i = 0; i < k && status == VB_OK; i++)
        for (size_t j = 0; j < k; j++) {
            double sum = 0;

            for (size_t t = 0; t < n_scans; t++)
                sum += e[t * n_regions + use[i]] * e[t * n_regions + use[j]];
            c[i * k + j] = i == j ? 1 : sum / size[i] / size[j];
        }
    if (status == VB_OK && partial)
        status = invert(k, c, c + k * k, err);
    if (status == VB_OK)
        put(k, c, use, n_regions, f, r, p);
    free(c);
    free(use);
    free(size);
    return status;
}
