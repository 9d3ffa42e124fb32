/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_fixed.c - fixed effects over runs: effects and variances of each run are kept, its
 * sums are not.
 *
 *     precision   effect = sum e/v / sum 1/v,  variance = 1 / sum 1/v
 *     mean        effect = sum e / n,          variance = sum v / n^2
 *
 * t has the sum of the runs' degrees of freedom.
 */
#include "glm_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct vb_glm_effects {
    char *name;
    vb_nifti_header grid;
    uint8_t *mask; /* [n_vox] */
    size_t n_in, n_contrasts;
    double df;
    double *mean;                 /* [n_in] */
    double **effect, **variance;  /* [n_contrasts][n_in]; NULL for F */
    double **voxel_df;            /* the same, when they differ between voxels */
    const vb_contrast *contrasts; /* of the run */
    const char *filter;
};

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
    free_maps(e->variance, e->n_contrasts);
    free_maps(e->voxel_df, e->n_contrasts);
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
    else
        *status = vb_glm_fit_map(fit, stat, contrast, map, err);
    return map;
}

vb_status vb_glm_effects_take(const vb_glm_fit *fit, const char *name,
                              vb_glm_effects **effects, vb_error *err)
{
    vb_glm_effects *e = calloc(1, sizeof *e);
    vb_status status = VB_OK;

    if (!e)
        return vb_fail_memory(err, sizeof *e);
    e->grid = fit->grid;
    e->n_in = fit->n_in;
    e->n_contrasts = fit->n_contrasts;
    e->contrasts = fit->contrasts;
    e->df = fit->df;
    e->filter = fit->filter;
    e->name = malloc(strlen(name) + 1);
    e->mask = malloc(fit->grid.n_vox);
    e->mean = malloc(fit->n_in * sizeof *e->mean);
    e->effect = calloc(fit->n_contrasts + 1, sizeof *e->effect);
    e->variance = calloc(fit->n_contrasts + 1, sizeof *e->variance);
    e->voxel_df = calloc(fit->n_contrasts + 1, sizeof *e->voxel_df);
    if (!e->name || !e->mask || !e->mean || !e->effect || !e->variance ||
        !e->voxel_df) {
        vb_glm_effects_free(e);
        return vb_fail_memory(err, fit->grid.n_vox);
    }
    memcpy(e->name, name, strlen(name) + 1);
    memcpy(e->mask, fit->mask, fit->grid.n_vox);
    memcpy(e->mean, fit->mean, fit->n_in * sizeof *e->mean);
    for (size_t c = 0; c < fit->n_contrasts && status == VB_OK; c++)
        if (fit->contrasts[c].n_rows == 1) {
            e->effect[c] = keep(fit, VB_STAT_EFFECT, c, &status, err);
            if (status == VB_OK)
                e->variance[c] = keep(fit, VB_STAT_VARIANCE, c, &status, err);
            if (status == VB_OK)
                e->voxel_df[c] = keep(fit, VB_STAT_DF, c, &status, err);
        }
    if (status != VB_OK) {
        vb_glm_effects_free(e);
        return status;
    }
    *effects = e;
    return VB_OK;
}

/* Runs on their common mask. */
typedef struct together {
    size_t n_runs, n_in, n_contrasts;
    uint8_t *mask;
    double df;
    double *mean;                /* [n_in] over the runs */
    double **effect, **variance; /* [n_contrasts][n_in] */
    double **voxel_df;           /* the same: sums of the runs' */
    bool df_differ;
    vb_z_table *z;
} together;

static void free_together(together *t)
{
    free_maps(t->effect, t->n_contrasts);
    free_maps(t->variance, t->n_contrasts);
    free_maps(t->voxel_df, t->n_contrasts);
    free(t->mean);
    free(t->mask);
    vb_z_table_free(t->z);
}

static vb_status common_mask(size_t n_runs, vb_glm_effects *const runs[], together *t,
                             vb_error *err)
{
    const size_t n_vox = runs[0]->grid.n_vox;

    t->mask = malloc(n_vox);
    if (!t->mask)
        return vb_fail_memory(err, n_vox);
    memset(t->mask, 1, n_vox);
    for (size_t r = 0; r < n_runs; r++) {
        const vb_status status =
            r ? vb_nifti_check_grid(&runs[r]->grid, &runs[0]->grid, err) : VB_OK;

        if (status != VB_OK)
            return status;
        t->df += runs[r]->df;
        for (size_t v = 0; v < n_vox; v++)
            t->mask[v] &= runs[r]->mask[v];
    }
    for (size_t v = 0; v < n_vox; v++)
        t->n_in += t->mask[v];
    return t->n_in ? VB_OK
                   : vb_fail_at(err, VB_EESTIMATE, runs[0]->grid.path, 0, 0,
                                "the masks of the %zu runs have no voxel in common",
                                n_runs);
}

/* Voxels of a run's mask that all runs have. */
static void gather(const vb_glm_effects *run, const together *t, const double from[],
                   double to[])
{
    size_t n = 0, at = 0;

    for (size_t v = 0; v < run->grid.n_vox; v++) {
        if (t->mask[v])
            to[n++] = from[at];
        at += run->mask[v];
    }
}

static vb_status combine(vb_glm_effects *const runs[], together *t, size_t c,
                         vb_ffx_weight weight, vb_error *err)
{
    const size_t n = t->n_in, n_runs = t->n_runs;
    double *all = malloc((2 * n_runs + 1) * n * sizeof *all);
    const double **part = calloc(2 * n_runs, sizeof *part);

    t->effect[c] = malloc(n * sizeof(double));
    t->variance[c] = malloc(n * sizeof(double));
    t->voxel_df[c] = calloc(n, sizeof(double));
    if (!all || !part || !t->effect[c] || !t->variance[c] || !t->voxel_df[c]) {
        free(all);
        free(part);
        return vb_fail_memory(err, 2 * n_runs * n * sizeof *all);
    }
    for (size_t r = 0; r < n_runs; r++) {
        double *effect = all + 2 * r * n, *variance = effect + n;

        gather(runs[r], t, runs[r]->effect[c], effect);
        gather(runs[r], t, runs[r]->variance[c], variance);
        part[r] = effect;
        part[n_runs + r] = variance;
        gather(runs[r], t, runs[r]->voxel_df[c], all + 2 * n_runs * n);
        for (size_t v = 0; v < n; v++)
            t->voxel_df[c][v] += all[2 * n_runs * n + v];
    }
    vb_glm_fixed_effects(n_runs, n, part, part + n_runs, weight, t->effect[c],
                         t->variance[c]);
    free(all);
    free(part);
    return VB_OK;
}

static vb_status mean_image(vb_glm_effects *const runs[], together *t, vb_error *err)
{
    double *part = malloc((t->n_in + 1) * sizeof *part);

    t->mean = calloc(t->n_in + 1, sizeof *t->mean);
    if (!part || !t->mean) {
        free(part);
        return vb_fail_memory(err, t->n_in * sizeof *part);
    }
    for (size_t r = 0; r < t->n_runs; r++) {
        gather(runs[r], t, runs[r]->mean, part);
        for (size_t v = 0; v < t->n_in; v++)
            t->mean[v] += part[v] / (double)t->n_runs;
    }
    free(part);
    return VB_OK;
}

static vb_status values_together(const void *source, const glm_map *map, double out[],
                                 vb_error *err)
{
    const together *t = source;
    const double *effect = t->effect[map->contrast];
    const double *variance = t->variance[map->contrast];

    switch (map->stat) {
    case VB_STAT_EFFECT:
        memcpy(out, effect, t->n_in * sizeof *out);
        return VB_OK;
    case VB_STAT_VARIANCE:
        memcpy(out, variance, t->n_in * sizeof *out);
        return VB_OK;
    case VB_STAT_DF:
        memcpy(out, t->voxel_df[map->contrast], t->n_in * sizeof *out);
        return VB_OK;
    case VB_STAT_T:
    case VB_STAT_Z:
    case VB_STAT_P:
        break;
    default:
        return vb_fail(err, VB_EINTERNAL, "runs together have no such map");
    }
    for (size_t v = 0; v < t->n_in; v++)
        out[v] = effect[v] / sqrt(variance[v]);
    for (size_t v = 0; map->stat != VB_STAT_T && t->df_differ && v < t->n_in; v++)
        out[v] = vb_z_from_t_fast(out[v], t->voxel_df[map->contrast][v]);
    if (map->stat != VB_STAT_T && !t->df_differ)
        vb_z_table_apply(t->z, t->n_in, out, out);
    if (map->stat == VB_STAT_P)
        vb_p_from_z(t->n_in, out, false, out);
    return VB_OK;
}

static vb_status put_together(size_t n_runs, vb_glm_effects *const runs[],
                              const vb_glm_options *options, together *t,
                              vb_notes *notes, vb_error *err)
{
    const vb_ffx_weight weight =
        options->runs == VB_GLM_RUNS_PRECISION ? VB_FFX_PRECISION : VB_FFX_MEAN;
    vb_status status = common_mask(n_runs, runs, t, err);

    t->n_runs = n_runs;
    t->effect = calloc(runs[0]->n_contrasts + 1, sizeof *t->effect);
    t->variance = calloc(runs[0]->n_contrasts + 1, sizeof *t->variance);
    t->voxel_df = calloc(runs[0]->n_contrasts + 1, sizeof *t->voxel_df);
    t->df_differ = glm_small_sample(options) != VB_SMALL_SAMPLE_NONE;
    if (status == VB_OK && (!t->effect || !t->variance || !t->voxel_df))
        status = vb_fail_memory(err, runs[0]->n_contrasts * sizeof *t->effect);
    if (status != VB_OK)
        return status;
    t->n_contrasts = runs[0]->n_contrasts;
    status = mean_image(runs, t, err);
    for (size_t c = 0; c < t->n_contrasts && status == VB_OK; c++)
        if (runs[0]->effect[c])
            status = combine(runs, t, c, weight, err);
        else
            vb_note_add(notes, VB_INFO, "glm-runs-f", NULL, 0, 0,
                        "contrast '%.100s' has several rows (F): it is in the maps of "
                        "the single runs only",
                        runs[0]->contrasts[c].name);
    return status == VB_OK ? vb_z_table_t(t->df, &t->z, err) : status;
}

vb_status vb_glm_write_runs(size_t n_runs, vb_glm_effects *const runs[],
                            const vb_glm_options *options, const vb_glm_place *place,
                            vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    together t = {0};
    const char **names = calloc(n_runs, sizeof *names);
    glm_writer w = {.grid = &runs[0]->grid,
                    .n_runs = n_runs,
                    .runs = names,
                    .contrasts = runs[0]->contrasts,
                    .n_contrasts = runs[0]->n_contrasts,
                    .filter = runs[0]->filter,
                    .mask_from = "voxels that are in the masks of all runs",
                    .values = values_together,
                    .source = &t,
                    .options = options,
                    .place = place};
    vb_status status = names ? put_together(n_runs, runs, options, &t, notes, err)
                             : vb_fail_memory(err, n_runs * sizeof *names);

    for (size_t r = 0; names && r < n_runs; r++)
        names[r] = runs[r]->name;
    w.mask = t.mask;
    w.n_in = t.n_in;
    w.df = t.df;
    w.background = t.mean;
    if (status == VB_OK)
        status = glm_write_all(&w, true, outputs, notes, err);
    free_together(&t);
    free(names);
    return status;
}
