/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm.c - the sums of a set of voxels: memory, blocks of volumes, results.
 *
 * Voxels are kept in panels of 8 (kernel.h): rows of sums, then the moments; when the voxels
 * are fitted, the results take the place of the sums.
 */
#include "sums.h"

#include "valuebold/parallel.h"
#include "valuebold/tails.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VOLUMES = 64, CACHE_LINE = 64 };

double *vb_glm_doubles(size_t n)
{
    if (n > SIZE_MAX / sizeof(double) - CACHE_LINE)
        return NULL;
    return aligned_alloc(CACHE_LINE,
                         (n * sizeof(double) / CACHE_LINE + 1) * CACHE_LINE);
}

vb_status vb_glm_alloc(const vb_glm_plan *plan, size_t n_voxels, vb_glm **glm,
                       vb_error *err)
{
    const size_t n_tiles = (n_voxels + VB_TILE - 1) / VB_TILE;
    const size_t sums = plan->n_rows_padded + VB_N_MOMENTS;
    vb_glm *g = calloc(1, sizeof *g);

    if (!g)
        return vb_fail_memory(err, sizeof *g);
    g->plan = plan;
    g->n_voxels = n_voxels;
    g->n_tiles = n_tiles;
    g->panel_rows = sums > plan->n_results ? sums : plan->n_results;
    if (n_tiles < SIZE_MAX / 16 / VB_TILE / g->panel_rows)
        g->panels = vb_glm_doubles(n_tiles * g->panel_rows * VB_TILE);
    g->packed = vb_glm_doubles(plan->n_rows_padded * MOST_VOLUMES);
    if (!g->panels || !g->packed) {
        vb_glm_free(g);
        return vb_fail_memory(err, n_tiles * VB_TILE * sums * sizeof(double));
    }
    *glm = g;
    return VB_OK;
}

void vb_glm_free(vb_glm *g)
{
    if (!g)
        return;
    free(g->panels);
    free(g->packed);
    free(g);
}

/* The rows of the design for the next n scans, in the order in which they are used. */
static void pack(vb_glm *g, size_t n)
{
    const vb_glm_plan *p = g->plan;

    for (size_t i = 0; i < p->n_rows_padded; i += VB_ROWS)
        for (size_t b = 0; b < n; b++)
            for (size_t r = 0; r < VB_ROWS; r++)
                g->packed[i * n + b * VB_ROWS + r] =
                    i + r < p->n_rows ? p->rows[(g->n_added + b) * p->n_rows + i + r]
                                      : 0;
}

typedef struct addition {
    vb_glm *glm;
    vb_glm_feed feed; /* of the first tile */
    size_t value_bytes;
    double *columns; /* [n_workers][VB_TILE x MOST_VOLUMES] */
} addition;

static void add_tile(void *context, size_t tile, size_t worker)
{
    const addition *a = context;
    const vb_glm *g = a->glm;
    const size_t left = g->n_voxels - tile * VB_TILE;
    vb_glm_feed feed = a->feed;

    feed.values = (const char *)feed.values + tile * VB_TILE * a->value_bytes;
    feed.n_voxels = left < VB_TILE ? left : VB_TILE;
    feed.columns = a->columns + worker * VB_TILE * MOST_VOLUMES;
    g->plan->kernels->add(&feed, vb_glm_panel(g, tile * VB_TILE));
}

vb_status vb_glm_add(vb_glm *g, size_t n_volumes, vb_sample type, const void *values,
                     size_t stride, size_t n_threads, vb_error *err)
{
    const vb_glm_plan *p = g->plan;
    const size_t bytes = vb_sample_bytes(type);
    addition a = {.glm = g, .value_bytes = bytes};

    if (g->is_finished || n_volumes > p->n_scans - g->n_added)
        return vb_fail(err, VB_EUSAGE,
                       "%zu volumes follow %zu, but the design has %zu scans",
                       n_volumes, g->n_added, p->n_scans);
    n_threads = n_threads < 1                ? 1
                : n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                             : n_threads;
    a.columns = vb_glm_doubles(n_threads * VB_TILE * MOST_VOLUMES);
    if (!a.columns)
        return vb_fail_memory(err, n_threads * VB_TILE * MOST_VOLUMES * sizeof(double));
    for (size_t done = 0; done < n_volumes;) {
        const size_t left = n_volumes - done;
        const size_t n = left < MOST_VOLUMES ? left : MOST_VOLUMES;

        pack(g, n);
        a.feed = (vb_glm_feed){.type = type,
                               .stride = stride,
                               .n_volumes = n,
                               .values = (const char *)values + done * stride * bytes,
                               .is_first = g->n_added == 0,
                               .packed = g->packed,
                               .n_rows = p->n_rows_padded,
                               .panel_rows = g->panel_rows};
        vb_parallel(g->n_tiles, n_threads, add_tile, &a);
        g->n_added += n;
        done += n;
    }
    free(a.columns);
    return VB_OK;
}

static const vb_glm_contrast *contrast_of(const vb_glm *g, size_t i)
{
    return i < g->plan->n_contrasts ? &g->plan->contrasts[i] : NULL;
}

bool vb_glm_has(const vb_glm *g, vb_stat stat, size_t contrast)
{
    const vb_glm_contrast *c = contrast_of(g, contrast);

    switch (stat) {
    case VB_STAT_RHO:
    case VB_STAT_SIGMA2:
    case VB_STAT_R2:
        return true;
    case VB_STAT_EFFECT:
    case VB_STAT_VARIANCE:
    case VB_STAT_T:
    case VB_STAT_DF:
        return c && c->is_t;
    case VB_STAT_F:
        return c && !c->is_t;
    case VB_STAT_Z:
    case VB_STAT_P:
        break;
    }
    return c != NULL;
}

/* Row `row` of all voxels. */
static void copy_row(const vb_glm *g, size_t row, double out[])
{
    for (size_t v = 0; v < g->n_voxels; v++)
        out[v] = vb_glm_panel(g, v)[row * VB_PANEL + v % VB_PANEL];
}

/* t = effect / sqrt(variance), in place of the effect */
static void divide_row(const vb_glm *g, size_t row, double out[])
{
    for (size_t v = 0; v < g->n_voxels; v++)
        out[v] /= sqrt(vb_glm_panel(g, v)[row * VB_PANEL + v % VB_PANEL]);
}

/* z of t, each voxel with its own degrees of freedom */
static void convert_row(const vb_glm *g, size_t df_row, double out[])
{
    for (size_t v = 0; v < g->n_voxels; v++) {
        const double df = vb_glm_panel(g, v)[df_row * VB_PANEL + v % VB_PANEL];

        out[v] = vb_z_from_t_fast(out[v], df);
    }
}

static void map_contrast(const vb_glm *g, vb_stat stat, const vb_glm_contrast *c,
                         double out[])
{
    const size_t row = stat == VB_STAT_VARIANCE ? 1 : stat == VB_STAT_DF ? 2 : 0;

    copy_row(g, c->result + row, out);
    if (stat == VB_STAT_EFFECT || row)
        return;
    if (c->is_t)
        divide_row(g, c->result + 1, out);
    if (stat != VB_STAT_Z && stat != VB_STAT_P)
        return;
    if (c->small)
        convert_row(g, c->result + 2, out);
    else
        vb_z_table_apply(c->z, g->n_voxels, out, out);
    if (stat == VB_STAT_P)
        vb_p_from_z(g->n_voxels, out, false, out);
}

vb_status vb_glm_map(const vb_glm *g, vb_stat stat, size_t contrast, double out[],
                     vb_error *err)
{
    if (!g->is_finished || !vb_glm_has(g, stat, contrast))
        return vb_fail(err, VB_EUSAGE, "contrast %zu has no such map", contrast);
    if (stat == VB_STAT_RHO)
        copy_row(g, VB_RESULT_RHO, out);
    else if (stat == VB_STAT_SIGMA2)
        copy_row(g, VB_RESULT_SIGMA2, out);
    else if (stat == VB_STAT_R2)
        copy_row(g, VB_RESULT_R2, out);
    else
        map_contrast(g, stat, contrast_of(g, contrast), out);
    return VB_OK;
}

void vb_glm_kept(const vb_glm *g, size_t voxel, double effects[], double covariance[])
{
    const vb_glm_contrast *c = &g->plan->kept;
    const double *at = vb_glm_panel(g, voxel) + c->result * VB_PANEL + voxel % VB_PANEL;

    for (size_t i = 0; i < c->n_w; i++)
        effects[i] = at[i * VB_PANEL];
    for (size_t i = 0; i < c->n_pairs; i++)
        covariance[i] = at[(c->n_w + i) * VB_PANEL];
}

size_t vb_glm_n_voxels(const vb_glm *g)
{
    return g->n_voxels;
}
