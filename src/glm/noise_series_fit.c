/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_series_fit.c - runs a model of whole series over all voxels, VB_LANES at a time.
 *
 * A voxel that cannot be fitted goes through the same arithmetic with zeros, so that the
 * loops have no branches, and is NaN in the results.
 */
#include "noise_series.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- blocks ---- */

vb_status vb_series_block_take(const vb_series_plan *plan, vb_series_block *b,
                               vb_error *err)
{
    const vb_glm_plan *p = plan->base;
    const size_t rank = p->rank + 1;
    const size_t sets = plan->noise->n_row_sets ? plan->noise->n_row_sets : 1;
    const size_t rows = sets * rank + VB_ROWS + VB_N_MOMENTS;
    const size_t work = plan->noise->work_doubles ? plan->noise->work_doubles(plan) : 0;

    memset(b, 0, sizeof *b);
    b->y = vb_glm_doubles(p->n_scans * VB_LANES);
    b->columns = vb_glm_doubles(p->n_scans * VB_LANES);
    b->panels = vb_glm_doubles(rows * VB_LANES);
    b->lanes.s = vb_glm_doubles(4 * rank * VB_LANES);
    b->effects = vb_glm_doubles(p->n_w * VB_LANES);
    b->covariance = vb_glm_doubles(p->n_pairs * VB_LANES);
    b->parameters = vb_glm_doubles(plan->noise->n_parameters * VB_LANES);
    b->growth = vb_glm_doubles(2 * p->n_contrasts * VB_LANES);
    b->work = vb_glm_doubles(work);
    if (!b->y || !b->columns || !b->panels || !b->lanes.s || !b->effects ||
        !b->covariance || !b->parameters || !b->growth || !b->work) {
        vb_series_block_free(b);
        return vb_fail_memory(err,
                              (2 * p->n_scans + 6 * rank) * VB_LANES * sizeof(double));
    }
    b->lanes.z = b->lanes.s + rank * VB_LANES;
    b->lanes.g = b->lanes.s + 2 * rank * VB_LANES;
    b->lanes.di = b->lanes.s + 3 * rank * VB_LANES;
    b->df = b->growth + p->n_contrasts * VB_LANES;
    return VB_OK;
}

void vb_series_block_free(vb_series_block *b)
{
    free(b->y);
    free(b->columns);
    free(b->panels);
    free(b->lanes.s);
    free(b->effects);
    free(b->covariance);
    free(b->parameters);
    free(b->growth);
    free(b->work);
    memset(b, 0, sizeof *b);
}

void vb_series_sum(const vb_glm_kernels *kernels, const vb_series_rows *rows,
                   const double *y, vb_series_block *b)
{
    const size_t panel_rows = rows->n_rows + VB_N_MOMENTS;
    const vb_glm_feed feed = {.type = VB_SAMPLE_FLOAT64,
                              .values = y,
                              .stride = VB_LANES,
                              .n_volumes = rows->n_scans,
                              .n_voxels = VB_LANES,
                              .packed = rows->packed,
                              .n_rows = rows->n_rows,
                              .panel_rows = panel_rows,
                              .columns = b->columns};

    /* not a first block: the sums go on from 0, with base 0 and a scan of 0 before */
    memset(b->panels, 0, panel_rows * VB_LANES * sizeof *b->panels);
    kernels->add(&feed, b->panels);
}

/* ---- results ---- */

/* e'G^-1 e of lane v by Cholesky's factor of G, which comes as upper triangle; scratch
 * [m x m + m]. */
static double wald(const vb_glm_contrast *c, const vb_series_block *b, size_t v,
                   double *l)
{
    const size_t m = c->n_w;
    const double *pair = b->covariance + c->first_pair * VB_LANES + v;
    double *x = l + m * m, sum = 0;

    for (size_t i = 0; i < m; i++)
        for (size_t j = i; j < m; j++, pair += VB_LANES)
            l[j * m + i] = *pair;
    for (size_t i = 0; i < m; i++) {
        x[i] = b->effects[(c->first_w + i) * VB_LANES + v];
        for (size_t j = 0; j <= i; j++) {
            double s = l[i * m + j];

            for (size_t k = 0; k < j; k++)
                s -= l[i * m + k] * l[j * m + k];
            l[i * m + j] = i == j ? sqrt(s) : s / l[j * m + j];
        }
        for (size_t k = 0; k < i; k++)
            x[i] -= l[i * m + k] * x[k];
        x[i] /= l[i * m + i];
        sum += x[i] * x[i];
    }
    return sum;
}

typedef struct job {
    vb_series *fit;
    const vb_series_source *data;
    size_t n_workers, factor_size;
    vb_series_block *blocks; /* [n_workers] */
    vb_glm_counts *counts;   /* [n_workers] */
    double *factors;         /* [n_workers x factor_size] */
} job;

static void write_voxel(const job *j, const vb_series_block *b, size_t v, size_t voxel,
                        double *factor)
{
    const vb_series *f = j->fit;
    const vb_glm_plan *p = f->plan->base;
    const double a = j->data->unit, nothing = (double)NAN;
    const bool fits = b->fits[v];
    double *out = f->results + voxel;
    size_t row = VB_SERIES_CONTRASTS;

    out[VB_SERIES_RHO * f->n_voxels] = fits ? b->rho[v] : nothing;
    out[VB_SERIES_SIGMA2 * f->n_voxels] = fits ? a * a * b->sigma2[v] : nothing;
    out[VB_SERIES_R2 * f->n_voxels] = fits ? 1 - b->rss[v] / b->total[v] : nothing;
    for (size_t i = 0; i < p->n_contrasts; i++) {
        const vb_glm_contrast *c = &p->contrasts[i];
        const double effect = b->effects[c->first_w * VB_LANES + v];
        double *at = out + row * f->n_voxels;

        row += c->is_t ? 3 : 2;
        if (!fits)
            at[0] = nothing;
        else if (c->is_t)
            at[0] = a * (effect + p->kappa[c->first_w] * b->level[v]);
        else
            at[0] = f->f_scale[i] * wald(c, b, v, factor) / b->sigma2[v] /
                    b->growth[i * VB_LANES + v];
        if (!c->is_t) {
            at[f->n_voxels] = fits ? b->df[i * VB_LANES + v] : nothing;
            continue;
        }
        at[f->n_voxels] = fits ? a * a * b->sigma2[v] * b->growth[i * VB_LANES + v] *
                                     b->covariance[c->first_pair * VB_LANES + v]
                               : nothing;
        at[2 * f->n_voxels] = fits ? b->df[i * VB_LANES + v] : nothing;
    }
    for (size_t i = 0; i < p->kept.n_w + p->fitted.n_w; i++, row++) {
        const bool fitted = i >= p->kept.n_w;
        const size_t w =
            fitted ? p->fitted.first_w + i - p->kept.n_w : p->kept.first_w + i;

        out[row * f->n_voxels] =
            fits ? a * (b->effects[w * VB_LANES + v] + p->kappa[w] * b->level[v])
                 : nothing;
    }
    for (size_t i = 0; i < p->kept.n_pairs; i++, row++)
        out[row * f->n_voxels] =
            fits ? b->covariance[(p->kept.first_pair + i) * VB_LANES + v] : nothing;
    for (size_t i = 0; i < f->plan->noise->n_parameters; i++)
        out[(row + i) * f->n_voxels] = fits ? b->parameters[i * VB_LANES + v] : nothing;
}

static void fit_block(void *context, size_t item, size_t worker)
{
    const job *j = context;
    const size_t first = item * VB_LANES;
    vb_series_block *b = &j->blocks[worker];

    vb_series_load(j->fit->plan, j->data, first, b, &j->counts[worker]);
    for (size_t i = 0; i < j->fit->plan->base->n_contrasts * VB_LANES; i++) {
        b->growth[i] = 1;
        b->df[i] = j->fit->df;
    }
    j->fit->plan->noise->fit(j->fit, b);
    for (size_t v = 0; v < VB_LANES && first + v < j->fit->n_voxels; v++)
        write_voxel(j, b, v, first + v, j->factors + worker * j->factor_size);
}

static vb_status run_job(vb_series *f, const vb_series_source *d, size_t n_threads,
                         vb_glm_counts *total, vb_error *err)
{
    const vb_glm_plan *p = f->plan->base;
    job j = {.fit = f, .data = d};
    vb_status status = VB_OK;

    for (size_t i = 0; i < p->n_contrasts; i++)
        if (p->contrasts[i].n_w * (p->contrasts[i].n_w + 1) > j.factor_size)
            j.factor_size = p->contrasts[i].n_w * (p->contrasts[i].n_w + 1);
    j.n_workers = n_threads < 1                ? 1
                  : n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                               : n_threads;
    j.blocks = vb_arena_take(f->arena, j.n_workers, sizeof *j.blocks);
    j.counts = vb_arena_take(f->arena, j.n_workers, sizeof *j.counts);
    j.factors = vb_arena_take(f->arena, j.n_workers * j.factor_size, sizeof *j.factors);
    if (!j.blocks || !j.counts || !j.factors)
        return vb_fail_memory(err, j.n_workers * sizeof *j.blocks);
    for (size_t i = 0; i < j.n_workers && status == VB_OK; i++)
        status = vb_series_block_take(f->plan, &j.blocks[i], err);
    if (status == VB_OK)
        vb_parallel((f->n_voxels + VB_LANES - 1) / VB_LANES, j.n_workers, fit_block,
                    &j);
    for (size_t i = 0; i < j.n_workers; i++) {
        total->n_fitted += j.counts[i].n_fitted;
        total->n_nonfinite += j.counts[i].n_nonfinite;
        total->n_constant += j.counts[i].n_constant;
        vb_series_block_free(&j.blocks[i]);
    }
    return status;
}

static vb_status fill_fit(vb_series *f, const vb_series_source *d, size_t n_threads,
                          vb_glm_counts *counts, vb_error *err)
{
    const vb_glm_plan *p = f->plan->base;
    vb_status status = VB_OK;

    f->n_voxels = d->n_voxels;
    f->df = p->df;
    f->n_rows = VB_SERIES_CONTRASTS + f->plan->noise->n_parameters;
    for (size_t i = 0; i < p->n_contrasts; i++)
        f->n_rows += p->contrasts[i].is_t ? 3 : 2;
    f->n_rows += p->kept.n_w + p->fitted.n_w + p->kept.n_pairs;
    f->results =
        d->n_voxels < SIZE_MAX / 16 / f->n_rows
            ? vb_arena_take(f->arena, d->n_voxels * f->n_rows, sizeof *f->results)
            : NULL;
    f->f_df = vb_arena_take(f->arena, p->n_contrasts, sizeof *f->f_df);
    f->f_scale = vb_arena_take(f->arena, p->n_contrasts, sizeof *f->f_scale);
    if (!f->results || !f->f_df || !f->f_scale)
        return vb_fail_memory(err, d->n_voxels * f->n_rows * sizeof *f->results);
    for (size_t i = 0; i < p->n_contrasts; i++) {
        f->f_df[i] = (double)p->contrasts[i].n_w;
        f->f_scale[i] = 1 / f->f_df[i];
    }
    if (f->plan->noise->pool)
        status = f->plan->noise->pool(f, d, n_threads, err);
    if (status == VB_OK)
        status = run_job(f, d, n_threads, counts, err);
    return status;
}

static vb_status fit_source(const vb_series_plan *plan, const vb_series_source *data,
                            size_t n_threads, vb_series **fit, vb_glm_counts *counts,
                            vb_error *err)
{
    vb_arena *arena;
    vb_series *f;
    vb_glm_counts total = {0};
    vb_status status;

    for (size_t r = 0; r < data->n_runs; r++) {
        const vb_series_data *d = &data->runs[r];

        if (!isfinite(d->slope) || !isfinite(d->inter) || fabs(d->slope) <= 0)
            return vb_fail(err, VB_EUSAGE, "scaling by slope %g and inter %g", d->slope,
                           d->inter);
    }
    arena = vb_arena_alloc();
    f = arena ? vb_arena_take(arena, 1, sizeof *f) : NULL;
    if (!f) {
        if (arena)
            vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *f);
    }
    f->arena = arena;
    f->plan = plan;
    status = fill_fit(f, data, n_threads, &total, err);
    if (status != VB_OK) {
        vb_series_free(f);
        return status;
    }
    if (counts)
        *counts = total;
    *fit = f;
    return VB_OK;
}

vb_status vb_series_fit(const vb_series_plan *plan, const vb_series_data *data,
                        size_t n_threads, vb_series **fit, vb_glm_counts *counts,
                        vb_error *err)
{
    const vb_series_source source = {.n_voxels = data->n_voxels,
                                     .n_runs = 1,
                                     .runs = data,
                                     .unit = data->slope};

    return fit_source(plan, &source, n_threads, fit, counts, err);
}

vb_status vb_series_fit_runs(const vb_series_plan *plan, const vb_series_data runs[],
                             const double *const factors[], size_t n_threads,
                             vb_series **fit, vb_glm_counts *counts, vb_error *err)
{
    const vb_series_source source = {.n_voxels = runs[0].n_voxels,
                                     .n_runs = plan->n_runs,
                                     .runs = runs,
                                     .factors = factors,
                                     .unit = 1};

    if (plan->n_runs == 1 && !factors)
        return vb_series_fit(plan, runs, n_threads, fit, counts, err);
    for (size_t r = 1; r < plan->n_runs; r++)
        if (runs[r].n_voxels != runs[0].n_voxels)
            return vb_fail(err, VB_EUSAGE, "run %zu has %zu voxels, the first %zu",
                           r + 1, runs[r].n_voxels, runs[0].n_voxels);
    return fit_source(plan, &source, n_threads, fit, counts, err);
}

void vb_series_free(vb_series *fit)
{
    if (!fit)
        return;
    if (fit->plan->noise->pool_free)
        fit->plan->noise->pool_free(fit->pooled);
    vb_arena_free(fit->arena);
}
