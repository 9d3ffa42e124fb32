/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_series_read.c - series of voxels, of one run or of several, on their way into a block. */
#include "noise_series.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Residual over total sum of squares below which only rounding is left (as finish.c). */
static const double no_variance = 1e-12;

/* y[t * stride] = slope * stored + inter */
static void read_run(const vb_series_data *d, size_t n, size_t voxel, double slope,
                     double inter, size_t stride, double *y)
{
    const size_t first = voxel * n;

    switch (d->type) {
    case VB_SAMPLE_INT16:
        for (size_t t = 0; t < n; t++)
            y[t * stride] =
                slope * (double)((const int16_t *)d->values)[first + t] + inter;
        return;
    case VB_SAMPLE_FLOAT32:
        for (size_t t = 0; t < n; t++)
            y[t * stride] =
                slope * (double)((const float *)d->values)[first + t] + inter;
        return;
    case VB_SAMPLE_FLOAT64:
        break;
    }
    for (size_t t = 0; t < n; t++)
        y[t * stride] = slope * ((const double *)d->values)[first + t] + inter;
}

void vb_series_read(const vb_series_plan *plan, const vb_series_source *s, size_t voxel,
                    size_t stride, double *y)
{
    if (s->n_runs == 1 && !s->factors) { /* unit is its slope */
        const vb_series_data *d = s->runs;

        read_run(d, plan->base->n_scans, voxel, 1, d->inter / d->slope, stride, y);
        return;
    }
    for (size_t r = 0; r < s->n_runs; r++) {
        const vb_series_data *d = &s->runs[r];
        const double *of = s->factors ? s->factors[r] : NULL;
        const double factor = of ? of[voxel] : 1;

        read_run(d, plan->run_scans[r], voxel, factor * d->slope, factor * d->inter,
                 stride, y);
        y += plan->run_scans[r] * stride;
    }
}

/* Sum of squares about the mean of each run of a series y[t * VB_LANES]. */
static double sum_of_squares(const vb_series_plan *plan, const double *y)
{
    double total = 0;

    for (size_t r = 0; r < plan->n_runs; r++) {
        const size_t n = plan->run_scans[r];
        double sum = 0;

        for (size_t t = 0; t < n; t++)
            sum += y[t * VB_LANES];
        for (size_t t = 0; t < n; t++) {
            const double centred = y[t * VB_LANES] - sum / (double)n;

            total += centred * centred;
        }
        y += n * VB_LANES;
    }
    return total;
}

/* Series of one voxel into lane v, without its level; false when a value is not finite. */
static bool load_lane(const vb_series_plan *plan, const vb_series_source *s,
                      size_t voxel, vb_series_block *b, size_t v)
{
    const size_t n = plan->base->n_scans;
    double sum = 0;

    vb_series_read(plan, s, voxel, VB_LANES, b->y + v);
    b->total[v] = sum_of_squares(plan, b->y + v);
    for (size_t t = 0; t < n; t++)
        sum += b->y[t * VB_LANES + v];
    b->level[v] = plan->base->has_constant ? sum / (double)n : 0;
    for (size_t t = 0; t < n; t++)
        b->y[t * VB_LANES + v] -= b->level[v];
    return isfinite(b->total[v]);
}

static void clear_lane(size_t n, vb_series_block *b, size_t v)
{
    b->level[v] = 0;
    for (size_t t = 0; t < n; t++)
        b->y[t * VB_LANES + v] = 0;
}

void vb_series_load(const vb_series_plan *plan, const vb_series_source *d, size_t first,
                    vb_series_block *b, vb_glm_counts *counts)
{
    const vb_glm_plan *p = plan->base;
    const size_t n_rows = plan->rows.n_rows;
    bool finite[VB_LANES];

    for (size_t v = 0; v < VB_LANES; v++) {
        finite[v] = first + v < d->n_voxels && load_lane(plan, d, first + v, b, v);
        if (!finite[v])
            clear_lane(p->n_scans, b, v);
    }
    vb_series_sum(p->kernels, &plan->rows, b->y, b);
    p->kernels->residual(&p->shape, n_rows + VB_N_MOMENTS, n_rows, b->panels,
                         &b->lanes);
    for (size_t v = 0; v < VB_LANES; v++) {
        const bool exists = first + v < d->n_voxels;

        b->rss[v] = b->lanes.r0[v];
        b->fits[v] = finite[v] && b->rss[v] > no_variance * b->lanes.squares[v];
        counts->n_fitted += b->fits[v];
        counts->n_nonfinite += exists && !finite[v];
        counts->n_constant += finite[v] && !b->fits[v];
        if (!b->fits[v])
            clear_lane(p->n_scans, b, v);
    }
}

void vb_series_calm(const vb_series_block *b, size_t rank, vb_glm_lanes *l)
{
    for (size_t v = 0; v < VB_LANES; v++) {
        if (b->fits[v])
            continue;
        l->r0[v] = l->squares[v] = 1;
        l->r1[v] = l->r_first[v] = l->r_last[v] = 0;
        for (size_t i = 0; i < rank; i++)
            l->s[i * VB_LANES + v] = l->z[i * VB_LANES + v] = 0;
    }
}
