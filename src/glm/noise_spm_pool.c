/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_spm_pool.c - the covariance that all voxels share, and what follows from it. */
#include "noise_spm_pool.h"

#include <math.h>
#include <string.h>

void vb_spm_whiten(const vb_series_plan *plan, const spm_pooled *s, size_t stride,
                   const double *in, double *out)
{
    for (size_t r = 0; r < plan->n_runs; r++) {
        const size_t n = plan->run_scans[r], width = s->runs[r].width;

        for (size_t t = 0; t < n; t++) {
            const double *band = s->runs[r].band + t * (2 * width + 1);
            const size_t from = t > width ? t - width : 0;

            memset(out + t * stride, 0, stride * sizeof *out);
            for (size_t u = from; u <= t + width && u < n; u++)
                for (size_t v = 0; v < stride; v++)
                    out[t * stride + v] += band[width + u - t] * in[u * stride + v];
        }
        in += n * stride;
        out += n * stride;
    }
}

void vb_spm_colour(const vb_series_plan *plan, const spm_pooled *s, size_t stride,
                   const double *in, double *out)
{
    for (size_t r = 0; r < plan->n_runs; r++) {
        const size_t n = plan->run_scans[r];
        const double *lags = s->runs[r].lags;
        const size_t n_lags = s->runs[r].n_lags;

        for (size_t t = 0; t < n; t++) {
            const size_t from = t >= n_lags ? t - n_lags + 1 : 0;

            memset(out + t * stride, 0, stride * sizeof *out);
            for (size_t u = from; u < t + n_lags && u < n; u++)
                for (size_t v = 0; v < stride; v++)
                    out[t * stride + v] +=
                        lags[u > t ? u - t : t - u] * in[u * stride + v];
        }
        in += n * stride;
        out += n * stride;
    }
}

/* ---- V and W ---- */

/* Two components, in proportion to h. */
static vb_status fit_ar1(const vb_spm_reml *problem, double h[], spm_run *run,
                         vb_error *err)
{
    double parts[VB_SPM_PARTS][VB_SPM_LAGS];
    const vb_status status = vb_spm_reml_fit(problem, h, err);

    vb_spm_components(parts);
    for (size_t k = 0; k < VB_SPM_LAGS && status == VB_OK; k++)
        run->lags[k] = h[0] * parts[0][k] + h[1] * parts[1][k];
    return status;
}

static vb_status fit_fast(const spm_plan *s, const vb_spm_reml *p, double h[],
                          spm_run *run, vb_error *err)
{
    vb_fast_problem problem = {.n = p->n,
                               .n_cols = p->n_cols,
                               .n_parts = s->n_parts,
                               .q = p->q,
                               .cy = p->cy,
                               .cy_stride = p->cy_stride};
    double all[VB_FAST_MOST];
    vb_status status;

    memcpy(problem.parts, s->parts, sizeof problem.parts);
    status = vb_fast_fit(&problem, all, run->lags, err);
    for (size_t i = 0; i < s->n_parts && status == VB_OK; i++)
        h[i] = all[i];
    return status;
}

static vb_status reml_of_run(const vb_series_plan *plan, size_t run, size_t first,
                             const double *cy, double h[], spm_run *out, vb_error *err)
{
    const spm_plan *s = plan->state;
    const size_t n_scans = plan->base->n_scans, n = plan->run_scans[run];
    vb_arena *arena = vb_arena_alloc();
    vb_basis basis;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, n * s->n_cols * sizeof(double));
    status = vb_basis_make(n, s->n_cols, s->x + first * s->n_cols, arena, &basis, err);
    if (status == VB_OK && basis.rank + s->n_parts > n)
        status =
            vb_fail(err, VB_EESTIMATE,
                    "run %zu: %zu scans are too few for %zu columns and their noise",
                    run + 1, n, basis.rank);
    if (status == VB_OK) {
        const vb_spm_reml problem = {.n = n,
                                     .n_cols = basis.rank,
                                     .q = basis.q,
                                     .cy = cy + first * n_scans + first,
                                     .cy_stride = n_scans,
                                     .to_the_end = s->kind == SPM_AR1_CONVERGED};

        status = s->kind == SPM_FAST ? fit_fast(s, &problem, h, out, err)
                                     : fit_ar1(&problem, h, out, err);
    }
    vb_arena_free(arena);
    return status;
}

/* h of every run, V scaled to trace n over all, W. */
static vb_status make_v(vb_series *fit, spm_pooled *pooled, const double *cy,
                        vb_error *err)
{
    const vb_series_plan *plan = fit->plan;
    const spm_plan *s = plan->state;
    const double n_scans = (double)plan->base->n_scans;
    double trace = 0;
    size_t first = 0;
    vb_status status = VB_OK;

    for (size_t r = 0; r < plan->n_runs && status == VB_OK; r++) {
        spm_run *run = &pooled->runs[r];

        run->n_lags = s->kind == SPM_FAST ? plan->run_scans[r] : VB_SPM_LAGS;
        run->lags = vb_arena_take(fit->arena, run->n_lags, sizeof *run->lags);
        status = run->lags ? reml_of_run(plan, r, first, cy, fit->h + r * s->n_parts,
                                         run, err)
                           : vb_fail_memory(err, run->n_lags * sizeof *run->lags);
        first += plan->run_scans[r];
        if (status == VB_OK)
            trace += (double)plan->run_scans[r] * run->lags[0];
    }
    for (size_t r = 0; r < plan->n_runs && status == VB_OK; r++) {
        spm_run *run = &pooled->runs[r];

        for (size_t k = 0; k < run->n_lags; k++)
            run->lags[k] *= n_scans / trace;
        pooled->rho +=
            (double)plan->run_scans[r] / n_scans * run->lags[1] / run->lags[0];
        status = (s->kind == SPM_FAST
                      ? vb_spm_inverse_root_dense
                      : vb_spm_inverse_root)(plan->run_scans[r], run->lags, fit->arena,
                                             &run->band, &run->width, err);
    }
    return status;
}

/* ---- what follows from V ---- */

/* [W X, drift] and its basis */
static vb_status whiten_design(vb_series *fit, spm_pooled *pooled, vb_error *err)
{
    const vb_series_plan *plan = fit->plan;
    const spm_plan *s = plan->state;
    const size_t n = plan->base->n_scans;
    double *x = vb_arena_take(fit->arena, n * s->n_cols, sizeof *x);
    vb_status status;

    if (!x)
        return vb_fail_memory(err, n * s->n_cols * sizeof *x);
    vb_spm_whiten(plan, pooled, s->n_cols, s->x, x);
    for (size_t j = 0; j < s->n_cols; j++)
        for (size_t t = 0; s->is_drift[j] && t < n; t++)
            x[t * s->n_cols + j] = s->x[t * s->n_cols + j];
    status = vb_glm_plan_alloc(&(vb_glm_model){.n_scans = n,
                                               .n_cols = s->n_cols,
                                               .x = x,
                                               .noise = "ols",
                                               .n_contrasts = s->n_contrasts,
                                               .contrasts = s->contrasts},
                               &pooled->plan, err);
    if (status == VB_OK && !vb_series_pack(fit->arena, n, pooled->plan->n_rows,
                                           pooled->plan->rows, &pooled->rows))
        status = vb_fail_memory(err, n * pooled->plan->n_rows * sizeof *x);
    return status;
}

/* tr(RB) and tr(RBRB), R = I - QQ', by the columns of B; g = Q'BQ [rank x rank], from bq =
 * BQ [n x rank]; work [3 n]. */
static void trace_forms(const vb_series_plan *plan, const spm_pooled *pooled,
                        const double *bq, double *g, double *work, double traces[2])
{
    const vb_glm_plan *p = pooled->plan;
    const size_t n = p->n_scans, rank = p->rank;
    double *e = work, *a = work + n, *b = work + 2 * n;

    traces[0] = traces[1] = 0;
    for (size_t t = 0; t < n; t++) {
        memset(e, 0, n * sizeof *e);
        e[t] = 1;
        vb_spm_whiten(plan, pooled, 1, e, a);
        vb_spm_colour(plan, pooled, 1, a, b);
        vb_spm_whiten(plan, pooled, 1, b, a);
        traces[0] += a[t];
        for (size_t u = 0; u < n; u++)
            traces[1] += a[u] * a[u];
    }
    for (size_t i = 0; i < rank; i++)
        for (size_t j = 0; j < rank; j++) {
            double s = 0;

            for (size_t t = 0; t < n; t++)
                s += p->rows[t * rank + i] * bq[t * rank + j];
            g[i * rank + j] = s;
            traces[0] -= i == j ? s : 0;
            traces[1] += s * s;
        }
    for (size_t i = 0; i < n * rank; i++)
        traces[1] -= 2 * bq[i] * bq[i];
}

static double form(size_t rank, const double *a, const double *g, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < rank; i++)
        for (size_t j = 0; j < rank; j++)
            sum += a[i] * g[i * rank + j] * b[j];
    return sum;
}

/* Variances of the t contrasts, and the degrees of freedom of the F's: tr(MB)^2 / tr(MBMB),
 * M the projection on the effects tested, whose rows w are orthonormal. */
static void contrast_forms(vb_series *fit, spm_pooled *pooled, const double *g)
{
    const vb_glm_plan *p = pooled->plan;

    for (size_t i = 0; i < p->n_contrasts; i++) {
        const vb_glm_contrast *c = &p->contrasts[i];
        double trace = 0, squared = 0;

        for (size_t k = 0; k < c->n_pairs; k++) {
            const size_t *pair = p->pairs[c->first_pair + k];
            const double value =
                form(p->rank, p->w + pair[0] * p->rank, g, p->w + pair[1] * p->rank);

            trace += pair[0] == pair[1] ? value : 0;
            squared += (pair[0] == pair[1] ? 1 : 2) * value * value;
            pooled->covariance[c->first_pair + k] =
                c->is_t ? value : pair[0] == pair[1];
        }
        if (c->is_t)
            continue;
        fit->f_scale[i] = 1 / trace;
        fit->f_df[i] = trace * trace / squared;
    }
}

static vb_status follow(vb_series *fit, spm_pooled *pooled, vb_arena *temporary,
                        vb_error *err)
{
    const vb_glm_plan *p = pooled->plan;
    const size_t n = p->n_scans, rank = p->rank;
    double *bq = vb_arena_take(temporary, 2 * n * rank, sizeof *bq);
    double *g = vb_arena_take(temporary, rank * rank, sizeof *g);
    double *work = vb_arena_take(temporary, 3 * n, sizeof *work);
    double traces[2];

    pooled->covariance =
        vb_arena_take(fit->arena, p->n_pairs, sizeof *pooled->covariance);
    if (!bq || !g || !work || !pooled->covariance)
        return vb_fail_memory(err, 2 * n * rank * sizeof *bq);
    vb_spm_whiten(fit->plan, pooled, rank, p->rows, bq);
    vb_spm_colour(fit->plan, pooled, rank, bq, bq + n * rank);
    vb_spm_whiten(fit->plan, pooled, rank, bq + n * rank, bq);
    trace_forms(fit->plan, pooled, bq, g, work, traces);
    pooled->trace = traces[0];
    fit->df = traces[0] * traces[0] / traces[1];
    contrast_forms(fit, pooled, g);
    return VB_OK;
}

vb_status vb_spm_pool(vb_series *fit, const vb_series_source *data, size_t n_threads,
                      vb_error *err)
{
    const size_t n_runs = fit->plan->n_runs;
    const spm_plan *s = fit->plan->state;
    spm_pooled *pooled = vb_arena_take(fit->arena, 1, sizeof *pooled);
    vb_arena *temporary = vb_arena_alloc();
    double *cy = NULL;
    vb_status status = VB_OK;

    fit->pooled = pooled;
    fit->n_h = s->n_parts * n_runs;
    fit->h = vb_arena_take(fit->arena, fit->n_h, sizeof *fit->h);
    if (pooled)
        pooled->runs = vb_arena_take(fit->arena, n_runs, sizeof *pooled->runs);
    if (!temporary || !pooled || !pooled->runs || !fit->h)
        status = vb_fail_memory(err, n_runs * sizeof *pooled->runs);
    if (status == VB_OK)
        status = vb_spm_choose(fit, data, n_threads, temporary, &cy,
                               &fit->n_pooled_voxels, err);
    if (status == VB_OK)
        status = make_v(fit, pooled, cy, err);
    if (status == VB_OK)
        status = whiten_design(fit, pooled, err);
    if (status == VB_OK)
        status = follow(fit, pooled, temporary, err);
    if (temporary)
        vb_arena_free(temporary);
    return status;
}

void vb_spm_pool_free(void *pooled)
{
    if (pooled)
        vb_glm_plan_free(((spm_pooled *)pooled)->plan);
}
