/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_spm_choose.c - which voxels spm-ar1 pools, and the covariance of their data.
 *
 *     F = (RSS of the rest - RSS) / df1 / (RSS / df2) > F(0.001),
 *     Cy = mean of y y' df2 / RSS over them
 *
 * y with its level.  Voxels are added in their order, so that the number of threads does not
 * change a bit.
 */
#include "noise_spm_pool.h"

#include "valuebold/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Chosen voxels whose products are added in one go: milliseconds of work for the threads. */
enum { AT_ONCE = 512 };

typedef struct choice {
    const vb_series_plan *plan;
    const vb_series_source *data;
    size_t n_workers;
    vb_series_block *blocks; /* [n_workers] */
    double *scale;           /* [n_voxels] what y is multiplied by; 0: not chosen */
    double *chosen;          /* [n_scans x AT_ONCE] voxels on their way into cy */
    double *cy;              /* [n_scans x n_scans], lower triangle */
} choice;

static void choose_block(void *context, size_t item, size_t worker)
{
    const choice *c = context;
    const spm_plan *s = c->plan->state;
    const vb_glm_kernels *kernels = c->plan->base->kernels;
    const size_t first = item * VB_LANES, n_rows = s->rest_rows.n_rows;
    vb_series_block *b = &c->blocks[worker];
    vb_glm_counts counts = {0};

    vb_series_load(c->plan, c->data, first, b, &counts);
    for (size_t t = 0; t < c->plan->base->n_scans; t++)
        for (size_t v = 0; v < VB_LANES; v++)
            b->y[t * VB_LANES + v] += b->level[v];
    vb_series_sum(kernels, &s->rest_rows, b->y, b);
    kernels->residual(&s->rest_shape, n_rows + VB_N_MOMENTS, n_rows, b->panels,
                      &b->lanes);
    for (size_t v = 0; v < VB_LANES && first + v < c->data->n_voxels; v++) {
        const double f = (b->lanes.r0[v] - b->rss[v]) / s->effect_df;
        const double error = b->rss[v] / s->error_df;

        c->scale[first + v] =
            b->fits[v] && f > s->threshold * error ? sqrt(1 / error) : 0;
    }
}

/* Row i of the triangle: cy_ij += y_i y_j over the voxels at hand. */
static void add_row(void *context, size_t i, size_t worker)
{
    const choice *c = context;
    const size_t n = c->plan->base->n_scans;
    const double *yi = c->chosen + i * AT_ONCE;

    (void)worker;
    for (size_t j = 0; j <= i; j++) {
        const double *yj = c->chosen + j * AT_ONCE;
        double part[4] = {0}; /* four sums, so that the loop vectorises */

        for (size_t v = 0; v < AT_ONCE; v += 4)
            for (size_t k = 0; k < 4; k++)
                part[k] += yi[v + k] * yj[v + k];
        c->cy[i * n + j] += part[0] + part[1] + part[2] + part[3];
    }
}

static size_t add_chosen(const choice *c)
{
    const size_t n = c->plan->base->n_scans;
    size_t n_chosen = 0, n_waiting = 0;

    for (size_t voxel = 0; voxel <= c->data->n_voxels; voxel++) {
        const bool is_end = voxel == c->data->n_voxels;

        if (!is_end && c->scale[voxel] > 0) {
            double *to = c->chosen + n_waiting++;

            vb_series_read(c->plan, c->data, voxel, AT_ONCE, to);
            for (size_t t = 0; t < n; t++)
                to[t * AT_ONCE] *= c->scale[voxel];
            n_chosen++;
        }
        if (n_waiting == AT_ONCE || (is_end && n_waiting)) {
            vb_parallel(n, c->n_workers, add_row, (void *)c);
            memset(c->chosen, 0, n * AT_ONCE * sizeof *c->chosen);
            n_waiting = 0;
        }
    }
    return n_chosen;
}

static vb_status finish(const choice *c, size_t *n_chosen, vb_error *err)
{
    const spm_plan *s = c->plan->state;
    const size_t n = c->plan->base->n_scans;

    *n_chosen = add_chosen(c);
    if (*n_chosen == 0)
        return vb_fail(err, VB_EESTIMATE,
                       "no voxel of %zu shows an effect of interest (F above %.3f, p = "
                       "0.001), so that there is none to pool for spm-ar1; use a model "
                       "with each voxel its own, such as ar1",
                       c->data->n_voxels, s->threshold);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            c->cy[i * n + j] /= (double)*n_chosen;
            c->cy[j * n + i] = c->cy[i * n + j];
        }
    return VB_OK;
}

vb_status vb_spm_choose(const vb_series *fit, const vb_series_source *data,
                        size_t n_threads, vb_arena *arena, double **cy,
                        size_t *n_chosen, vb_error *err)
{
    const size_t n = fit->plan->base->n_scans;
    choice c = {.plan = fit->plan, .data = data};
    vb_status status = VB_OK;

    c.n_workers = n_threads < 1                ? 1
                  : n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                               : n_threads;
    c.blocks = vb_arena_take(arena, c.n_workers, sizeof *c.blocks);
    c.scale = vb_arena_take(arena, data->n_voxels, sizeof *c.scale);
    c.chosen = vb_arena_take(arena, n * AT_ONCE, sizeof *c.chosen);
    c.cy = vb_arena_take(arena, n * n, sizeof *c.cy);
    if (!c.blocks || !c.scale || !c.chosen || !c.cy)
        return vb_fail_memory(err, (data->n_voxels + n * (n + AT_ONCE)) * sizeof *c.cy);
    for (size_t i = 0; i < c.n_workers && status == VB_OK; i++)
        status = vb_series_block_take(fit->plan, &c.blocks[i], err);
    if (status == VB_OK) {
        vb_parallel((data->n_voxels + VB_LANES - 1) / VB_LANES, c.n_workers,
                    choose_block, &c);
        status = finish(&c, n_chosen, err);
    }
    for (size_t i = 0; i < c.n_workers; i++)
        vb_series_block_free(&c.blocks[i]);
    *cy = c.cy;
    return status;
}
