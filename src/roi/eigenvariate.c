/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * eigenvariate.c - the first eigenvariate of a region, as spm_regions.m defines it.
 *
 * Of y'y or y y', whichever is smaller, only the first eigenvector is wanted: Lanczos with full
 * reorthogonalisation finds it to rounding in some tens of products, where a full
 * decomposition of 300 x 300 takes a tenth of a second a region.
 */
#include "valuebold/region_series.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_EVERY = 8 };
static const double RESIDUAL =
    1e-15; /* of the eigenvector, relative to the eigenvalue */

typedef struct lanczos {
    size_t m;        /* size of the matrix */
    const double *g; /* [m x m] */
    double *q;       /* [most x m] basis */
    double *alpha, *beta;
    size_t most;
} lanczos;

static double dot(size_t n, const double a[], const double b[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Largest eigenvalue and vector (top [k]) of the k x k tridiagonal matrix. */
static vb_status solve_small(const lanczos *l, size_t k, double *value, double top[],
                             vb_error *err)
{
    gsl_matrix *t = gsl_matrix_calloc(k, k), *vectors = gsl_matrix_alloc(k, k);
    gsl_vector *values = gsl_vector_alloc(k);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(k);
    vb_status status = VB_OK;
    size_t best = 0;

    if (!t || !vectors || !values || !work) {
        status = vb_fail_memory(err, k * k * sizeof(double));
        goto done;
    }
    for (size_t i = 0; i < k; i++) {
        gsl_matrix_set(t, i, i, l->alpha[i]);
        if (i + 1 < k) {
            gsl_matrix_set(t, i, i + 1, l->beta[i]);
            gsl_matrix_set(t, i + 1, i, l->beta[i]);
        }
    }
    if (gsl_eigen_symmv(t, values, vectors, work) != 0) {
        status = vb_fail(err, VB_EINTERNAL, "eigenvalues of %zu x %zu", k, k);
        goto done;
    }
    for (size_t i = 1; i < k; i++)
        if (gsl_vector_get(values, i) > gsl_vector_get(values, best))
            best = i;
    *value = gsl_vector_get(values, best);
    for (size_t i = 0; i < k; i++)
        top[i] = gsl_matrix_get(vectors, i, best);
done:
    if (work)
        gsl_eigen_symmv_free(work);
    gsl_vector_free(values);
    gsl_matrix_free(vectors);
    gsl_matrix_free(t);
    return status;
}

/* Row k + 1 of the basis from row k; false: the space is exhausted. */
static bool step(lanczos *l, size_t k)
{
    const double *q = l->q + k * l->m;
    double *w = l->q + (k + 1) * l->m, norm, scale;

    for (size_t i = 0; i < l->m; i++)
        w[i] = dot(l->m, l->g + i * l->m, q);
    scale = sqrt(dot(l->m, w, w));
    l->alpha[k] = dot(l->m, q, w);
    for (int twice = 0; twice < 2; twice++)
        for (size_t j = 0; j <= k; j++) {
            const double *other = l->q + j * l->m;
            const double c = dot(l->m, other, w);

            for (size_t i = 0; i < l->m; i++)
                w[i] -= c * other[i];
        }
    norm = sqrt(dot(l->m, w, w));
    l->beta[k] = norm;
    if (!(norm > 1e-14 * scale))
        return false;
    for (size_t i = 0; i < l->m; i++)
        w[i] /= norm;
    return true;
}

/* A start that no sensible eigenvector is orthogonal to: the matrix times an uneven vector. */
static bool first_vector(lanczos *l)
{
    double norm;

    for (size_t i = 0; i < l->m; i++) {
        double sum = 0;

        for (size_t j = 0; j < l->m; j++)
            sum += l->g[i * l->m + j] * (1 + 0.3 * sin(1.7 * (double)j));
        l->q[i] = sum;
    }
    norm = sqrt(dot(l->m, l->q, l->q));
    for (size_t i = 0; i < l->m; i++)
        l->q[i] /= norm;
    return isfinite(norm) && norm > 0;
}

/* v [m] of the largest eigenvalue of g. */
static vb_status largest(size_t m, const double g[], double v[], double *value,
                         vb_error *err)
{
    lanczos l = {.m = m, .g = g, .most = m};
    double *top = malloc((m + 1) * sizeof *top);
    vb_status status = VB_OK;
    bool more = true;

    l.q = calloc((m + 1) * m, sizeof *l.q);
    l.alpha = calloc(m + 1, sizeof *l.alpha);
    l.beta = calloc(m + 1, sizeof *l.beta);
    if (!top || !l.q || !l.alpha || !l.beta)
        status = vb_fail_memory(err, (m + 1) * m * sizeof *l.q);
    else if (!first_vector(&l))
        status =
            vb_fail(err, VB_EESTIMATE,
                    "the series are all zero or not finite: there is no eigenvariate");
    for (size_t k = 0; more && status == VB_OK; k++) {
        more = step(&l, k) && k + 1 < m;
        if (more && (k + 1) % CHECK_EVERY)
            continue;
        status = solve_small(&l, k + 1, value, top, err);
        if (status != VB_OK || (more && l.beta[k] * fabs(top[k]) > RESIDUAL * *value))
            continue;
        more = false;
        memset(v, 0, m * sizeof *v);
        for (size_t j = 0; j <= k; j++)
            for (size_t i = 0; i < m; i++)
                v[i] += top[j] * l.q[j * m + i];
    }
    free(top);
    free(l.q);
    free(l.alpha);
    free(l.beta);
    return status;
}

/* y'y [n_voxels] or y y' [n_scans], the smaller one. */
static void square(size_t n_scans, size_t n_voxels, const double y[], double g[])
{
    const bool over_scans = n_voxels <= n_scans;
    const size_t m = over_scans ? n_voxels : n_scans;

    memset(g, 0, m * m * sizeof *g);
    if (over_scans) {
        for (size_t t = 0; t < n_scans; t++)
            for (size_t i = 0; i < m; i++)
                for (size_t j = i; j < m; j++)
                    g[i * m + j] += y[t * m + i] * y[t * m + j];
    } else {
        for (size_t s = 0; s < m; s++)
            for (size_t t = s; t < m; t++)
                g[s * m + t] = dot(n_voxels, y + s * n_voxels, y + t * n_voxels);
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < i; j++)
            g[i * m + j] = g[j * m + i];
}

/* out and v from the eigenvector of the smaller matrix. */
static void expand(size_t n_scans, size_t n_voxels, const double y[],
                   const double small[], double value, double u[], double v[])
{
    const double root = sqrt(value);
    double sum = 0;

    if (n_voxels <= n_scans) {
        memcpy(v, small, n_voxels * sizeof *v);
        for (size_t t = 0; t < n_scans; t++)
            u[t] = dot(n_voxels, y + t * n_voxels, v) / root;
    } else {
        memcpy(u, small, n_scans * sizeof *u);
        memset(v, 0, n_voxels * sizeof *v);
        for (size_t t = 0; t < n_scans; t++)
            for (size_t i = 0; i < n_voxels; i++)
                v[i] += y[t * n_voxels + i] * u[t] / root;
    }
    for (size_t i = 0; i < n_voxels; i++)
        sum += v[i];
    for (size_t i = 0; sum < 0 && i < n_voxels; i++)
        v[i] = -v[i];
    for (size_t t = 0; t < n_scans; t++)
        u[t] *= (sum < 0 ? -root : root) / sqrt((double)n_voxels);
}

vb_status vb_eigenvariate(size_t n_scans, size_t n_voxels, const double y[],
                          double out[], double loading[], double *share, vb_error *err)
{
    const size_t m = n_voxels <= n_scans ? n_voxels : n_scans;
    double *g = NULL, *small = NULL, *v = NULL, *u = NULL, value = 0, trace = 0;
    vb_status status = VB_OK;

    if (!m)
        return vb_fail(err, VB_EESTIMATE, "no voxel or no scan: no eigenvariate");
    g = malloc(m * m * sizeof *g);
    small = malloc(m * sizeof *small);
    v = malloc(n_voxels * sizeof *v);
    u = malloc(n_scans * sizeof *u);
    if (!g || !small || !v || !u)
        status = vb_fail_memory(err, m * m * sizeof *g);
    if (status == VB_OK) {
        square(n_scans, n_voxels, y, g);
        for (size_t i = 0; i < m; i++)
            trace += g[i * m + i];
        status = largest(m, g, small, &value, err);
    }
    if (status == VB_OK) {
        expand(n_scans, n_voxels, y, small, value, u, v);
        memcpy(out, u, n_scans * sizeof *out);
        if (loading)
            memcpy(loading, v, n_voxels * sizeof *loading);
        if (share)
            *share = value / trace;
    }
    free(g);
    free(small);
    free(v);
    free(u);
    return status;
}
