/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_fixed.c - fixed effects over runs: effects and variances of each run are kept, its
 * sums are not.
 *
 *     precision   effect = sum e/v / sum 1/v,  variance = 1 / sum 1/v
 *     mean        effect = sum e / n,          variance = sum v / n^2
 *
 * and the same with covariances for the rows of an F contrast.  t and F have the sum of the
 * degrees of freedom of the runs that have the contrast.
 */
#include "glm_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One contrast over the runs that have it; voxels are those of the common mask. */
typedef struct over_runs {
    bool is_t;
    size_t n_runs, n_of;
    double df;
    double *effect, *variance, *voxel_df; /* of t, [n_in] */
    double *f;                            /* [n_in] */
    vb_z_table *z;
} over_runs;

typedef struct together {
    size_t n_runs, n_in, n_contrasts;
    uint8_t *mask;
    double df;
    double *mean; /* [n_in] over the runs */
    over_runs *of;
    double *t_df, *contrast_df; /* [n_contrasts] */
    bool df_differ;             /* between voxels */
} together;

static void free_together(together *t)
{
    for (size_t c = 0; t->of && c < t->n_contrasts; c++) {
        free(t->of[c].effect);
        free(t->of[c].variance);
        free(t->of[c].voxel_df);
        free(t->of[c].f);
        vb_z_table_free(t->of[c].z);
    }
    free(t->of);
    free(t->t_df);
    free(t->contrast_df);
    free(t->mean);
    free(t->mask);
}

/* n maps of a run on the common mask. */
static void gather_maps(const vb_glm_effects *run, const together *t, size_t n,
                        const double from[], double to[])
{
    for (size_t i = 0; i < n; i++)
        glm_gather(run->grid.n_vox, run->mask, t->mask, from + i * run->n_in,
                   to + i * t->n_in);
}

static vb_status combine_t(const together *t, over_runs *o, vb_glm_effects *const of[],
                           size_t c, vb_ffx_weight weight,
                           const double *const effects[],
                           const double *const variances[], vb_error *err)
{
    const size_t n = t->n_in;
    double *df = malloc((n + 1) * sizeof *df);

    o->effect = malloc((n + 1) * sizeof(double));
    o->variance = malloc((n + 1) * sizeof(double));
    o->voxel_df = calloc(n + 1, sizeof(double));
    if (!df || !o->effect || !o->variance || !o->voxel_df) {
        free(df);
        return vb_fail_memory(err, n * sizeof *df);
    }
    for (size_t r = 0; r < o->n_runs; r++) {
        gather_maps(of[r], t, 1, of[r]->voxel_df[c], df);
        for (size_t v = 0; v < n; v++)
            o->voxel_df[v] += df[v];
    }
    free(df);
    vb_glm_fixed_effects(o->n_runs, n, effects, variances, weight, o->effect,
                         o->variance);
    return vb_z_table_t(o->df, &o->z, err);
}

static vb_status combine_f(const together *t, over_runs *o, vb_ffx_weight weight,
                           const double *const effects[],
                           const double *const covariances[], vb_error *err)
{
    vb_status status;

    o->f = malloc((t->n_in + 1) * sizeof *o->f);
    if (!o->f)
        return vb_fail_memory(err, t->n_in * sizeof *o->f);
    status = vb_glm_fixed_effects_f(o->n_runs, t->n_in, o->n_of, effects, covariances,
                                    weight, o->f, err);
    return status == VB_OK ? vb_z_table_F((double)o->n_of, o->df, &o->z, err) : status;
}

/* Runs that have all rows of contrast c; how many have them. */
static size_t runs_with(size_t n_runs, vb_glm_effects *const runs[], size_t c,
                        vb_glm_effects *with[], size_t *n_of)
{
    size_t n = 0;

    *n_of = 0;
    for (size_t r = 0; r < n_runs; r++)
        if (runs[r]->effect[c] && runs[r]->n_of[c] > *n_of)
            *n_of = runs[r]->n_of[c];
    for (size_t r = 0; r < n_runs; r++)
        if (runs[r]->effect[c] && runs[r]->n_of[c] == *n_of)
            with[n++] = runs[r];
    return n;
}

static vb_status combine(const together *t, vb_glm_effects *const with[], size_t c,
                         vb_ffx_weight weight, over_runs *o, vb_error *err)
{
    const size_t n = t->n_in, m = o->n_of, pairs = m * (m + 1) / 2;
    double *all = malloc((o->n_runs * (m + pairs) * n + 1) * sizeof *all);
    const double **part = calloc(2 * o->n_runs + 1, sizeof *part);
    vb_status status;

    if (!all || !part) {
        free(all);
        free(part);
        return vb_fail_memory(err, o->n_runs * (m + pairs) * n * sizeof *all);
    }
    for (size_t r = 0; r < o->n_runs; r++) {
        double *effect = all + r * (m + pairs) * n, *covariance = effect + m * n;

        gather_maps(with[r], t, m, with[r]->effect[c], effect);
        gather_maps(with[r], t, pairs, with[r]->covariance[c], covariance);
        part[r] = effect;
        part[o->n_runs + r] = covariance;
    }
    status = o->is_t ? combine_t(t, o, with, c, weight, part, part + o->n_runs, err)
                     : combine_f(t, o, weight, part, part + o->n_runs, err);
    free(all);
    free(part);
    return status;
}

static vb_status combine_all(vb_glm_effects *const runs[], together *t,
                             vb_ffx_weight weight, vb_notes *notes, vb_error *err)
{
    vb_glm_effects **with = calloc(t->n_runs, sizeof(vb_glm_effects *));
    vb_status status = with ? VB_OK : vb_fail_memory(err, t->n_runs * sizeof *with);

    for (size_t c = 0; c < t->n_contrasts && status == VB_OK; c++) {
        over_runs *o = &t->of[c];

        o->is_t = runs[0]->contrasts[c].n_rows == 1;
        o->n_runs = runs_with(t->n_runs, runs, c, with, &o->n_of);
        for (size_t r = 0; r < o->n_runs; r++)
            o->df += with[r]->df;
        t->t_df[c] = o->df;
        t->contrast_df[c] = (double)o->n_of;
        if (o->n_runs < t->n_runs)
            vb_note_add(notes, VB_WARNING, "glm-runs-missing", NULL, 0, 0,
                        "contrast '%.100s': %zu of %zu runs have it, and only these "
                        "are in the maps of the runs together",
                        runs[0]->contrasts[c].name, o->n_runs, t->n_runs);
        if (!o->n_runs)
            status = vb_fail(err, VB_EESTIMATE, "no run has contrast '%.100s'",
                             runs[0]->contrasts[c].name);
        else
            status = combine(t, with, c, weight, o, err);
    }
    free(with);
    return status;
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
        gather_maps(runs[r], t, 1, runs[r]->mean, part);
        for (size_t v = 0; v < t->n_in; v++)
            t->mean[v] += part[v] / (double)t->n_runs;
    }
    free(part);
    return VB_OK;
}

static vb_status common_mask(vb_glm_effects *const runs[], together *t, vb_error *err)
{
    const vb_nifti_header **grids = calloc(t->n_runs, sizeof *grids);
    const uint8_t **masks = calloc(t->n_runs, sizeof *masks);
    vb_status status = VB_OK;

    if (!grids || !masks)
        status = vb_fail_memory(err, t->n_runs * sizeof *grids);
    for (size_t r = 0; status == VB_OK && r < t->n_runs; r++) {
        grids[r] = &runs[r]->grid;
        masks[r] = runs[r]->mask;
        t->df += runs[r]->df;
    }
    if (status == VB_OK)
        status = glm_common_mask(t->n_runs, grids, masks, &t->mask, &t->n_in, err);
    free(grids);
    free(masks);
    return status;
}

static vb_status values_together(const void *source, const glm_map *map, double out[],
                                 vb_error *err)
{
    const together *t = source;
    const over_runs *o = &t->of[map->contrast];
    const size_t bytes = t->n_in * sizeof *out;
    const bool is_z = map->stat == VB_STAT_Z || map->stat == VB_STAT_P;

    if (map->stat == VB_STAT_DF) {
        memcpy(out, o->voxel_df, bytes);
        return VB_OK;
    }
    if (map->stat == VB_STAT_EFFECT || map->stat == VB_STAT_VARIANCE) {
        memcpy(out, map->stat == VB_STAT_EFFECT ? o->effect : o->variance, bytes);
        return VB_OK;
    }
    if (!is_z && map->stat != VB_STAT_T && map->stat != VB_STAT_F)
        return vb_fail(err, VB_EINTERNAL, "runs together have no such map");
    for (size_t v = 0; v < t->n_in; v++)
        out[v] = o->is_t ? o->effect[v] / sqrt(o->variance[v]) : o->f[v];
    if (is_z && o->is_t && t->df_differ)
        for (size_t v = 0; v < t->n_in; v++)
            out[v] = vb_z_from_t_fast(out[v], o->voxel_df[v]);
    else if (is_z)
        vb_z_table_apply(o->z, t->n_in, out, out);
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
    vb_status status;

    t->n_runs = n_runs;
    t->n_contrasts = runs[0]->n_contrasts;
    t->df_differ = glm_small_sample(options) != VB_SMALL_SAMPLE_NONE;
    t->of = calloc(t->n_contrasts + 1, sizeof *t->of);
    t->t_df = calloc(t->n_contrasts + 1, sizeof *t->t_df);
    t->contrast_df = calloc(t->n_contrasts + 1, sizeof *t->contrast_df);
    if (!t->of || !t->t_df || !t->contrast_df)
        return vb_fail_memory(err, t->n_contrasts * sizeof *t->of);
    status = common_mask(runs, t, err);
    if (status == VB_OK)
        status = mean_image(runs, t, err);
    return status == VB_OK ? combine_all(runs, t, weight, notes, err) : status;
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
    w.t_df = t.t_df;
    w.contrast_df = t.contrast_df;
    w.background = t.mean;
    if (status == VB_OK)
        status = glm_write_all(&w, true, outputs, notes, err);
    free_together(&t);
    free(names);
    return status;
}
