/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_joint_fit.c - runs into the sums of one model, its solution, and its maps. */
#include "glm_joint_internal.h"
#include "small_matrix.h"
#include "valuebold/parallel.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 };

typedef struct joint_work {
    double *c, *u, *effects, *upper;
} joint_work;

typedef struct adding {
    vb_joint *joint;
    const joint_run *run;
    const vb_glm *glm;
    const vb_series *series;
    const size_t *voxel_of;
    const double *sigma2, *factor; /* of the run's voxels */
    double *work;                  /* [n_threads x work_size] */
    size_t work_size;
} adding;

static void poison(const vb_joint *j, double *at)
{
    for (size_t i = 0; i < j->n_sums; i++)
        at[i] = (double)NAN;
}

static void add_voxel(const adding *a, size_t v, double *work)
{
    const vb_joint *j = a->joint;
    const size_t k = a->run->n_rows, rank = j->rank, from = a->voxel_of[v];
    double *c = work, *u = c + k * k, *w = u + k * rank, *upper = w + k;
    double *at = j->values + v * j->stride, *g = at + rank * (rank + 1) / 2, scale;

    if (from == VB_NONE) {
        poison(j, at);
        return;
    }
    scale = a->factor ? a->factor[from] : 1;
    if (a->glm)
        vb_glm_kept(a->glm, from, w, upper);
    else
        vb_series_kept(a->series, from, w, upper);
    for (size_t i = 0; a->factor && i < k; i++)
        w[i] *= scale;
    vb_small_unpack(k, upper, c);
    vb_small_cholesky(k, c);
    memcpy(u, a->run->u, k * rank * sizeof *u);
    for (size_t i = 0; i < rank; i++)
        vb_small_forward(k, c, u + i, rank);
    vb_small_forward(k, c, w, 1);
    for (size_t i = 0; i < rank; i++)
        for (size_t h = 0; h <= i; h++, at++)
            for (size_t r = 0; r < k; r++)
                *at += u[r * rank + i] * u[r * rank + h];
    for (size_t i = 0; i < rank; i++)
        for (size_t r = 0; r < k; r++)
            g[i] += u[r * rank + i] * w[r];
    for (size_t r = 0; r < k; r++)
        g[rank] += w[r] * w[r];
    g[rank + 1] += a->run->df * scale * scale * a->sigma2[from];
}

static void add_chunk(void *context, size_t chunk, size_t worker)
{
    const adding *a = context;
    const size_t n = a->joint->n_voxels;

    for (size_t v = chunk * CHUNK; v < n && v < (chunk + 1) * CHUNK; v++)
        add_voxel(a, v, a->work + worker * a->work_size);
}

static size_t threads(size_t asked)
{
    return asked < 1 ? 1 : asked > VB_MAX_THREADS ? VB_MAX_THREADS : asked;
}

vb_status vb_joint_add(vb_joint *j, size_t run, const vb_glm *glm,
                       const vb_series *series, const size_t voxel_of[],
                       const double factor[], size_t n_threads, vb_error *err)
{
    const size_t k = run < j->n_runs ? j->runs[run].n_rows : 0, n = threads(n_threads);
    adding a = {.joint = j, .glm = glm, .series = series, .voxel_of = voxel_of};
    double *sigma2 = NULL;
    size_t n_fit = 0;
    vb_status status = VB_OK;

    if (run >= j->n_runs || j->is_finished || (!glm && !series))
        return vb_fail(err, VB_EUSAGE, "run %zu of %zu cannot be added", run,
                       j->n_runs);
    a.run = &j->runs[run];
    n_fit = glm ? vb_glm_n_voxels(glm) : vb_series_n_voxels(series);
    a.work_size = k * k + k * j->rank + k + k * (k + 1) / 2;
    a.work = calloc(n * a.work_size + 1, sizeof *a.work);
    sigma2 = calloc(n_fit + 1, sizeof *sigma2);
    if (!a.work || !sigma2)
        status = vb_fail_memory(err, n_fit * sizeof *sigma2);
    else
        status = glm ? vb_glm_map(glm, VB_STAT_SIGMA2, 0, sigma2, err)
                     : vb_series_map(series, VB_STAT_SIGMA2, 0, sigma2, err);
    a.sigma2 = sigma2;
    a.factor = factor;
    if (status == VB_OK)
        vb_parallel((j->n_voxels + CHUNK - 1) / CHUNK, n, add_chunk, &a);
    free(a.work);
    free(sigma2);
    return status;
}

/* ---- solution ---- */

typedef struct solving {
    vb_joint *joint;
    double *work; /* [n_threads x work_size] */
    size_t work_size;
    size_t *n_bad; /* [n_threads] */
} solving;

/* F of the effects e [m] with covariance G = X'X, X [rank x m] */
static double f_value(size_t rank, size_t m, const double *x, double *e, double *gram)
{
    double sum = 0;

    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k <= i; k++) {
            gram[i * m + k] = 0;
            for (size_t r = 0; r < rank; r++)
                gram[i * m + k] += x[r * m + i] * x[r * m + k];
        }
    vb_small_cholesky(m, gram);
    vb_small_forward(m, gram, e, 1);
    for (size_t i = 0; i < m; i++)
        sum += e[i] * e[i];
    return sum / (double)m;
}

static void solve_contrast(const vb_joint *j, const joint_contrast *c, const double *l,
                           const double *z, double sigma2, double *work, double *out)
{
    const size_t rank = j->rank, m = c->n_w;
    double *x = work, *e = x + rank * j->most_w, *gram = e + j->most_w;

    for (size_t i = 0; i < m; i++) {
        e[i] = 0;
        for (size_t r = 0; r < rank; r++)
            x[r * m + i] = c->w[i * rank + r];
        vb_small_forward(rank, l, x + i, m);
        for (size_t r = 0; r < rank; r++)
            e[i] += x[r * m + i] * z[r];
    }
    if (!c->is_t) {
        *out = f_value(rank, m, x, e, gram) / sigma2;
        return;
    }
    out[0] = e[0];
    out[1] = 0;
    for (size_t r = 0; r < rank; r++)
        out[1] += sigma2 * x[r] * x[r];
}

static void solve_voxel(const solving *s, size_t v, double *work, size_t *n_bad)
{
    const vb_joint *j = s->joint;
    const size_t rank = j->rank;
    double *at = j->values + v * j->stride, *l = work, *z = l + rank * rank;
    double *more = z + rank, sum, sigma2;
    const double *m = at;

    for (size_t i = 0; i < rank; i++)
        for (size_t k = 0; k <= i; k++)
            l[i * rank + k] = *m++;
    memcpy(z, m, rank * sizeof *z);
    sum = m[rank] + m[rank + 1];
    vb_small_cholesky(rank, l);
    vb_small_forward(rank, l, z, 1);
    for (size_t i = 0; i < rank; i++)
        sum -= z[i] * z[i];
    sigma2 = sum / j->df;
    *n_bad += isfinite(sigma2) ? 0 : 1;
    at[0] = sigma2;
    for (size_t c = 0; c < j->n_contrasts; c++)
        solve_contrast(j, &j->contrasts[c], l, z, sigma2, more,
                       at + j->contrasts[c].result);
}

static void solve_chunk(void *context, size_t chunk, size_t worker)
{
    const solving *s = context;
    const size_t n = s->joint->n_voxels;

    for (size_t v = chunk * CHUNK; v < n && v < (chunk + 1) * CHUNK; v++)
        solve_voxel(s, v, s->work + worker * s->work_size, &s->n_bad[worker]);
}

vb_status vb_joint_finish(vb_joint *j, size_t n_threads, vb_glm_counts *counts,
                          vb_error *err)
{
    const size_t n = threads(n_threads);
    solving s = {.joint = j};
    size_t n_bad = 0;
    vb_status status = VB_OK;

    if (j->is_finished)
        return vb_fail(err, VB_EUSAGE, "these runs are together already");
    s.work_size = j->rank * (j->rank + 1 + j->most_w) + j->most_w * (j->most_w + 1);
    s.work = calloc(n, s.work_size * sizeof *s.work);
    s.n_bad = calloc(n, sizeof *s.n_bad);
    if (!s.work || !s.n_bad)
        status = vb_fail_memory(err, n * s.work_size * sizeof *s.work);
    else
        vb_parallel((j->n_voxels + CHUNK - 1) / CHUNK, n, solve_chunk, &s);
    for (size_t i = 0; status == VB_OK && i < n; i++)
        n_bad += s.n_bad[i];
    if (status == VB_OK && counts)
        *counts = (vb_glm_counts){.n_fitted = j->n_voxels - n_bad};
    j->is_finished = true;
    free(s.work);
    free(s.n_bad);
    return status;
}

/* ---- maps ---- */

double vb_joint_df(const vb_joint *j)
{
    return j->df;
}

size_t vb_joint_contrast_df(const vb_joint *j, size_t contrast)
{
    return contrast < j->n_contrasts ? j->contrasts[contrast].n_w : 0;
}

static bool has(const vb_joint *j, vb_stat stat, size_t contrast)
{
    const bool there = contrast < j->n_contrasts;

    switch (stat) {
    case VB_STAT_SIGMA2:
        return true;
    case VB_STAT_EFFECT:
    case VB_STAT_VARIANCE:
    case VB_STAT_T:
        return there && j->contrasts[contrast].is_t;
    case VB_STAT_F:
        return there && !j->contrasts[contrast].is_t;
    case VB_STAT_Z:
    case VB_STAT_P:
        return there;
    default:
        return false;
    }
}

vb_status vb_joint_map(const vb_joint *j, vb_stat stat, size_t contrast, double out[],
                       vb_error *err)
{
    const joint_contrast *c = &j->contrasts[contrast];
    size_t row = 0;

    if (!j->is_finished || !has(j, stat, contrast))
        return vb_fail(err, VB_EUSAGE, "contrast %zu has no such map", contrast);
    if (stat != VB_STAT_SIGMA2)
        row = c->result + (stat == VB_STAT_VARIANCE);
    for (size_t v = 0; v < j->n_voxels; v++)
        out[v] = j->values[v * j->stride + row];
    if (stat == VB_STAT_SIGMA2 || stat == VB_STAT_EFFECT || stat == VB_STAT_VARIANCE)
        return VB_OK;
    for (size_t v = 0; c->is_t && v < j->n_voxels; v++)
        out[v] /= sqrt(j->values[v * j->stride + row + 1]);
    if (stat == VB_STAT_Z || stat == VB_STAT_P)
        vb_z_table_apply(c->z, j->n_voxels, out, out);
    if (stat == VB_STAT_P)
        vb_p_from_z(j->n_voxels, out, false, out);
    return VB_OK;
}
