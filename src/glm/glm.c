/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm.c - the sums of a set of voxels: memory and results.
 *
 * Voxels are kept in panels of 8 (kernel.h): rows of sums, then the moments; when the voxels
 * are fitted, the results take the place of the sums, row by row for a whole tile, so that a
 * map is read in stretches of 2 KiB.
 */
#include "sums.h"

#include "valuebold/tails.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

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
    g->packed = vb_glm_doubles(plan->n_rows_padded * VB_MOST_VOLUMES);
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
        return c && c->is_t;
    case VB_STAT_F:
        return c && !c->is_t;
    case VB_STAT_Z:
    case VB_STAT_P:
    case VB_STAT_DF:
        return c != NULL;
    default:
        return false;
    }
}

/* Row `row` of the voxel, and of those behind it in its tile. */
static const double *results_of(const vb_glm *g, size_t row, size_t v)
{
    return vb_glm_panel(g, v - v % VB_TILE) + row * VB_TILE + v % VB_TILE;
}

static size_t tile_end(const vb_glm *g, size_t v)
{
    return v + VB_TILE < g->n_voxels ? v + VB_TILE : g->n_voxels;
}

/* Row `row` of all voxels. */
static void copy_row(const vb_glm *g, size_t row, double out[])
{
    for (size_t v = 0; v < g->n_voxels; v += VB_TILE)
        memcpy(out + v, results_of(g, row, v), (tile_end(g, v) - v) * sizeof *out);
}

/* t = effect / sqrt(variance), in place of the effect */
static void divide_row(const vb_glm *g, size_t row, double out[])
{
    for (size_t first = 0; first < g->n_voxels; first += VB_TILE) {
        const double *variance = results_of(g, row, first);

        for (size_t v = first; v < tile_end(g, first); v++)
            out[v] /= sqrt(variance[v - first]);
    }
}

/* z of t or F, each voxel with its own degrees of freedom */
static void convert_row(const vb_glm *g, const vb_glm_contrast *c, size_t df_row,
                        double out[])
{
    for (size_t v = 0; v < g->n_voxels; v++) {
        const double df = *results_of(g, df_row, v);

        out[v] = c->is_t ? vb_z_from_t_fast(out[v], df)
                         : vb_z_from_F(out[v], (double)c->n_w, df);
    }
}

static void map_contrast(const vb_glm *g, vb_stat stat, const vb_glm_contrast *c,
                         double out[])
{
    const size_t df_row = c->is_t ? 2 : 1;
    const size_t row = stat == VB_STAT_VARIANCE ? 1 : stat == VB_STAT_DF ? df_row : 0;

    copy_row(g, c->result + row, out);
    if (stat == VB_STAT_EFFECT || row)
        return;
    if (c->is_t)
        divide_row(g, c->result + 1, out);
    if (stat != VB_STAT_Z && stat != VB_STAT_P)
        return;
    if (c->small)
        convert_row(g, c, c->result + df_row, out);
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
    const double *at = results_of(g, c->result, voxel);

    for (size_t i = 0; i < c->n_w; i++)
        effects[i] = at[i * VB_TILE];
    for (size_t i = 0; i < c->n_pairs; i++)
        covariance[i] = at[(c->n_w + i) * VB_TILE];
}

size_t vb_glm_n_voxels(const vb_glm *g)
{
    return g->n_voxels;
}

vb_status vb_glm_mean(const vb_glm *g, double out[], vb_error *err)
{
    if (!g->is_finished)
        return vb_fail(err, VB_EUSAGE, "the voxels are not fitted yet");
    copy_row(g, VB_RESULT_MEAN, out);
    return VB_OK;
}

void *vb_glm_memory(const vb_glm *g, size_t *n_bytes)
{
    *n_bytes = g->n_tiles * g->panel_rows * VB_TILE * sizeof *g->panels;
    return g->panels;
}

void vb_glm_residual(const vb_glm *g, size_t voxel, double y[])
{
    const vb_glm_contrast *c = &g->plan->fitted;
    const double *at = results_of(g, c->result, voxel);

    for (size_t t = 0; t < g->plan->n_scans; t++) {
        const double *q = g->plan->rows + t * g->plan->n_rows;
        double fit = 0;

        for (size_t i = 0; i < c->n_w; i++)
            fit += q[i] * at[i * VB_TILE];
        y[t] -= fit;
    }
}
