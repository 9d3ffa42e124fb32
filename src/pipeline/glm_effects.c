/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_effects.c - what runs together need of each run: effects and their covariance. */
#include "glm_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows of F contrasts ---- */

/* Whether row is no sum of the n orthonormal ones of basis [n x p], which then gets it. */
static bool adds_to(size_t p, size_t n, double *basis, const double *row)
{
    double *w = basis + n * p, size = 0, left = 0;

    memcpy(w, row, p * sizeof *w);
    for (size_t i = 0; i < p; i++)
        size += w[i] * w[i];
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < n; k++) {
            double d = 0;

            for (size_t i = 0; i < p; i++)
                d += basis[k * p + i] * w[i];
            for (size_t i = 0; i < p; i++)
                w[i] -= d * basis[k * p + i];
        }
    for (size_t i = 0; i < p; i++)
        left += w[i] * w[i];
    if (!(left > 1e-12 * size)) /* as the plan judges rows of F */
        return false;
    for (size_t i = 0; i < p; i++)
        w[i] /= sqrt(left);
    return true;
}

vb_status glm_kept_rows(const vb_glm_job *job, vb_arena *arena, size_t *n_kept,
                        double **kept, size_t kept_of[], size_t n_of[], vb_error *err)
{
    const size_t p = job->design->n_cols;
    size_t most = 0, total = 0;
    double *basis;

    for (size_t c = 0; c < job->n_contrasts; c++) {
        total += job->contrasts[c].n_rows;
        if (job->contrasts[c].n_rows > most)
            most = job->contrasts[c].n_rows;
    }
    basis = vb_arena_take(arena, (most + 1) * p, sizeof *basis);
    *kept = vb_arena_take(arena, total * p, sizeof **kept);
    *n_kept = 0;
    if (!basis || !*kept)
        return vb_fail_memory(err, total * p * sizeof **kept);
    for (size_t c = 0; c < job->n_contrasts; c++) {
        const vb_contrast *contrast = &job->contrasts[c];
        size_t n = 0;

        if (kept_of)
            kept_of[c] = *n_kept;
        for (size_t r = 0; contrast->n_rows > 1 && r < contrast->n_rows; r++) {
            if (job->left_out && job->left_out[c])
                break;
            if (!adds_to(p, n, basis, contrast->weights + r * p))
                continue;
            memcpy(*kept + (*n_kept)++ * p, contrast->weights + r * p,
                   p * sizeof **kept);
            n++;
        }
        if (n_of)
            n_of[c] = n;
    }
    return VB_OK;
}

/* ---- effects ---- */

static void free_maps(double **maps, size_t n)
{
    for (size_t c = 0; maps && c < n; c++)
        free(maps[c]);
    free(maps);
}

void vb_glm_effects_free(vb_glm_effects *e)
{
    if (!e)
        return;
    free_maps(e->effect, e->n_contrasts);
    free_maps(e->covariance, e->n_contrasts);
    free_maps(e->voxel_df, e->n_contrasts);
    free(e->n_of);
    free(e->mean);
    free(e->mask);
    free(e->name);
    free(e);
}

static double *keep(const vb_glm_fit *fit, vb_stat stat, size_t contrast,
                    vb_status *status, vb_error *err)
{
    double *map = malloc(fit->n_in * sizeof *map);

    if (!map)
        *status = vb_fail_memory(err, fit->n_in * sizeof *map);
    else if (*status == VB_OK)
        *status = vb_glm_fit_map(fit, stat, contrast, map, err);
    return map;
}

static vb_status take_t(const vb_glm_fit *fit, size_t c, vb_glm_effects *e,
                        vb_error *err)
{
    const size_t to = fit->which[c];
    vb_status status = VB_OK;

    e->n_of[to] = 1;
    e->effect[to] = keep(fit, VB_STAT_EFFECT, c, &status, err);
    e->covariance[to] = keep(fit, VB_STAT_VARIANCE, c, &status, err);
    e->voxel_df[to] = keep(fit, VB_STAT_DF, c, &status, err);
    return status;
}

/* Place of the pair i, j (i <= j) of n in an upper triangle, row by row. */
static size_t pair_at(size_t n, size_t i, size_t j)
{
    return i * n - i * (i + 1) / 2 + j;
}

/* The rows first ... of what the fit kept, n_kept in all, in the units of the maps. */
static vb_status take_f(const vb_glm_fit *fit, size_t to, size_t first, size_t n_kept,
                        const double sigma2[], vb_glm_effects *e, vb_error *err)
{
    const size_t m = e->n_of[to], n = fit->n_in;
    double *effects = calloc(n_kept + n_kept * (n_kept + 1) / 2, sizeof *effects);
    double *covariance = effects + n_kept;

    e->effect[to] = calloc(m * n + 1, sizeof(double));
    e->covariance[to] = calloc(m * (m + 1) / 2 * n + 1, sizeof(double));
    if (!effects || !e->effect[to] || !e->covariance[to]) {
        free(effects);
        return vb_fail_memory(err, m * (m + 1) / 2 * n * sizeof(double));
    }
    for (size_t v = 0; v < n; v++) {
        size_t pair = 0;

        if (fit->series)
            vb_series_kept(fit->series, v, effects, covariance);
        else
            vb_glm_kept(fit->glm, v, effects, covariance);
        for (size_t i = 0; i < m; i++) {
            e->effect[to][i * n + v] =
                effects[first + i] * (fit->factor ? fit->factor[v] : 1);
            for (size_t k = i; k < m; k++) /* sigma2 is scaled already */
                e->covariance[to][pair++ * n + v] =
                    sigma2[v] * covariance[pair_at(n_kept, first + i, first + k)];
        }
    }
    free(effects);
    return VB_OK;
}

static vb_status take_all_f(const vb_glm_fit *fit, const vb_glm_job *job,
                            vb_glm_effects *e, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    size_t *first =
        arena ? vb_arena_take(arena, job->n_contrasts, sizeof *first) : NULL;
    size_t *n_of = arena ? vb_arena_take(arena, job->n_contrasts, sizeof *n_of) : NULL;
    double *sigma2 = malloc((fit->n_in + 1) * sizeof *sigma2), *kept;
    size_t n_kept = 0;
    vb_status status = first && n_of && sigma2
                           ? glm_kept_rows(job, arena, &n_kept, &kept, first, n_of, err)
                           : vb_fail_memory(err, fit->n_in * sizeof *sigma2);

    if (status == VB_OK && n_kept)
        status = vb_glm_fit_map(fit, VB_STAT_SIGMA2, 0, sigma2, err);
    for (size_t c = 0; status == VB_OK && c < fit->n_contrasts; c++) {
        const size_t to = fit->which[c];

        if (fit->contrasts[c].n_rows == 1)
            continue;
        e->n_of[to] = n_of[to];
        status = take_f(fit, to, first[to], n_kept, sigma2, e, err);
    }
    vb_arena_free(arena);
    free(sigma2);
    return status;
}

static vb_status take_memory(const vb_glm_fit *fit, const vb_glm_job *job,
                             vb_glm_effects *e, vb_error *err)
{
    const size_t n = job->n_contrasts + 1;

    e->name = malloc(strlen(job->name) + 1);
    e->mask = malloc(fit->grid.n_vox);
    e->mean = malloc(fit->n_in * sizeof *e->mean);
    e->n_of = calloc(n, sizeof *e->n_of);
    e->effect = calloc(n, sizeof *e->effect);
    e->covariance = calloc(n, sizeof *e->covariance);
    e->voxel_df = calloc(n, sizeof *e->voxel_df);
    if (!e->name || !e->mask || !e->mean || !e->n_of || !e->effect || !e->covariance ||
        !e->voxel_df)
        return vb_fail_memory(err, fit->grid.n_vox);
    memcpy(e->name, job->name, strlen(job->name) + 1);
    memcpy(e->mask, fit->mask, fit->grid.n_vox);
    memcpy(e->mean, fit->mean, fit->n_in * sizeof *e->mean);
    return VB_OK;
}

vb_status vb_glm_effects_take(const vb_glm_fit *fit, const vb_glm_job *job,
                              vb_glm_effects **effects, vb_error *err)
{
    vb_glm_effects *e = calloc(1, sizeof *e);
    vb_status status;

    if (!e)
        return vb_fail_memory(err, sizeof *e);
    e->grid = fit->grid;
    e->n_in = fit->n_in;
    e->n_contrasts = job->n_contrasts;
    e->contrasts = job->contrasts;
    e->df = fit->df;
    e->filter = fit->filter;
    status = take_memory(fit, job, e, err);
    for (size_t c = 0; c < fit->n_contrasts && status == VB_OK; c++)
        if (fit->contrasts[c].n_rows == 1)
            status = take_t(fit, c, e, err);
    if (status == VB_OK)
        status = take_all_f(fit, job, e, err);
    if (status != VB_OK) {
        vb_glm_effects_free(e);
        return status;
    }
    *effects = e;
    return VB_OK;
}

/* ---- voxels of all runs ---- */

vb_status glm_common_mask(size_t n_runs, const vb_nifti_header *const grids[],
                          const uint8_t *const masks[], uint8_t **mask, size_t *n_in,
                          vb_error *err)
{
    const size_t n_vox = grids[0]->n_vox;
    uint8_t *common = malloc(n_vox);

    if (!common)
        return vb_fail_memory(err, n_vox);
    memset(common, 1, n_vox);
    *n_in = 0;
    for (size_t r = 0; r < n_runs; r++) {
        const vb_status status =
            r ? vb_nifti_check_grid(grids[r], grids[0], err) : VB_OK;

        if (status != VB_OK) {
            free(common);
            return status;
        }
        for (size_t v = 0; v < n_vox; v++)
            common[v] &= masks[r][v];
    }
    for (size_t v = 0; v < n_vox; v++)
        *n_in += common[v];
    *mask = common;
    if (*n_in)
        return VB_OK;
    free(common);
    *mask = NULL;
    return vb_fail_at(err, VB_EESTIMATE, grids[0]->path, 0, 0,
                      "the masks of the %zu runs have no voxel in common", n_runs);
}

void glm_gather(size_t n_vox, const uint8_t run_mask[], const uint8_t common[],
                const double from[], double to[])
{
    size_t n = 0, at = 0;

    for (size_t v = 0; v < n_vox; v++) {
        if (common[v])
            to[n++] = from[at];
        at += run_mask[v];
    }
}
