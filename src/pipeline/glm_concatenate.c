/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_concatenate.c - the runs as one model: shared events, everything else each run's own.
 *
 * Shared are the columns (by title) that a contrast names in some run, and all events and
 * modulators where the job says so.  Each run is fitted by itself with the effects it can
 * estimate of them kept (glm_joint.h), so that memory holds the sums of one run at a time.
 */
#include "glm_sharing.h"
#include "valuebold/glm_joint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct joining {
    glm_sharing s;
    size_t *n_rows;
    double **rows, **kept,
        *df; /* [n_runs] see glm_joint.h; kept: on the design's columns */
    vb_joint *joint;
    vb_nifti_header *grids; /* [n_runs] */
    uint8_t **masks;        /* [n_runs][n_vox] */
    uint8_t *common;        /* voxels of all runs */
    size_t n_first, n_in;   /* of the first run's mask, of common */
    double *mean, *values;  /* [n_in] over the runs; scratch [n_first] */
    const char *filter;
} joining;

/* ---- what each run can say ---- */

static vb_status prepare_run(joining *j, size_t r, vb_error *err)
{
    const vb_design *design = j->s.jobs[r].design;
    vb_glm_model model;
    vb_glm_plan *plan = NULL;
    double *shared, *own;
    size_t n_own = 0, p;
    vb_status status =
        glm_model_make(design, 0, NULL, 0, NULL, j->s.arena, &model, err);

    if (status != VB_OK)
        return status;
    model.noise = "ols";
    status = vb_glm_plan_alloc(&model, &plan, err);
    if (status != VB_OK)
        return status;
    j->df[r] = vb_glm_df(plan);
    vb_glm_plan_free(plan);
    p = model.n_cols;
    shared = vb_arena_take(j->s.arena, model.n_scans * j->s.n_shared, sizeof *shared);
    own = vb_arena_take(j->s.arena, model.n_scans * p, sizeof *own);
    if (!shared || !own)
        return vb_fail_memory(err, model.n_scans * p * sizeof *own);
    for (size_t c = 0; c < p; c++)
        n_own += !glm_is_shared(&j->s, r, c);
    for (size_t t = 0; t < model.n_scans; t++) {
        size_t to = t * n_own;

        for (size_t i = 0; i < j->s.n_shared; i++)
            if (j->s.columns[r][i] != VB_NONE)
                shared[t * j->s.n_shared + i] = model.x[t * p + j->s.columns[r][i]];
        for (size_t c = 0; c < p; c++)
            if (!glm_is_shared(&j->s, r, c))
                own[to++] = model.x[t * p + c];
    }
    status = vb_joint_rows(model.n_scans, j->s.n_shared, shared, n_own, own, j->s.arena,
                           &j->n_rows[r], &j->rows[r], err);
    if (status != VB_OK)
        return status;
    j->kept[r] =
        vb_arena_take(j->s.arena, j->n_rows[r] * design->n_cols, sizeof(double));
    if (!j->kept[r])
        return vb_fail_memory(err, j->n_rows[r] * design->n_cols * sizeof(double));
    for (size_t k = 0; k < j->n_rows[r]; k++)
        for (size_t i = 0; i < j->s.n_shared; i++)
            if (j->s.columns[r][i] != VB_NONE)
                j->kept[r][k * design->n_cols + j->s.columns[r][i]] =
                    j->rows[r][k * j->s.n_shared + i];
    return VB_OK;
}

static vb_status prepare(joining *j, vb_error *err)
{
    const size_t n = j->s.n_runs;
    vb_status status;

    j->n_rows = vb_arena_take(j->s.arena, n, sizeof *j->n_rows);
    j->rows = vb_arena_take(j->s.arena, n, sizeof *j->rows);
    j->kept = vb_arena_take(j->s.arena, n, sizeof *j->kept);
    j->df = vb_arena_take(j->s.arena, n, sizeof *j->df);
    j->grids = vb_arena_take(j->s.arena, n, sizeof *j->grids);
    j->masks = vb_arena_take(j->s.arena, n, sizeof *j->masks);
    if (!j->n_rows || !j->rows || !j->kept || !j->df || !j->grids || !j->masks)
        return vb_fail_memory(err, n * sizeof *j->grids);
    status = glm_share(&j->s, err);
    for (size_t r = 0; r < n && status == VB_OK; r++)
        status = prepare_run(j, r, err);
    return status;
}

/* ---- voxels ---- */

/* The joint's voxels are those of the first run's mask. */
static vb_status start_joint(joining *j, const vb_glm_fit *fit, vb_error *err)
{
    const vb_joint_model model = {.n_shared = j->s.n_shared,
                                  .n_runs = j->s.n_runs,
                                  .n_rows = j->n_rows,
                                  .rows = (const double *const *)j->rows,
                                  .df = j->df,
                                  .n_contrasts = j->s.jobs[0].n_contrasts,
                                  .contrasts = j->s.contrasts};

    j->n_first = fit->n_in;
    j->filter = fit->filter;
    return vb_joint_alloc(&model, fit->n_in, &j->joint, err);
}

static vb_status add_run(joining *j, size_t r, const vb_glm_fit *fit, vb_error *err)
{
    const size_t n_vox = fit->grid.n_vox;
    size_t *voxel_of = calloc(j->n_first + 1, sizeof *voxel_of), at = 0, n = 0;
    vb_status status = voxel_of ? VB_OK : vb_fail_memory(err, j->n_first);

    for (size_t v = 0; voxel_of && v < n_vox; v++) {
        if (j->masks[0][v])
            voxel_of[n++] = fit->mask[v] ? at : VB_NONE;
        at += fit->mask[v];
    }
    if (status == VB_OK)
        status = vb_joint_add(j->joint, r, fit->glm, fit->series, voxel_of, fit->factor,
                              j->s.options->n_threads, err);
    free(voxel_of);
    return status;
}

/* fit: of run r; its mean, mask and grid are kept. */
static vb_status take_run(joining *j, size_t r, const vb_glm_fit *fit, double **mean,
                          vb_error *err)
{
    vb_status status = VB_OK;

    j->grids[r] = fit->grid;
    j->masks[r] = vb_arena_take(j->s.arena, fit->grid.n_vox, 1);
    *mean = vb_arena_take(j->s.arena, fit->n_in, sizeof **mean);
    if (!j->masks[r] || !*mean)
        return vb_fail_memory(err, fit->grid.n_vox);
    memcpy(j->masks[r], fit->mask, fit->grid.n_vox);
    memcpy(*mean, fit->mean, fit->n_in * sizeof **mean);
    if (r == 0)
        status = start_joint(j, fit, err);
    else
        status = vb_nifti_check_grid(&j->grids[r], &j->grids[0], err);
    return status == VB_OK ? add_run(j, r, fit, err) : status;
}

static vb_status fit_runs(joining *j, const vb_glm_place places[], double **means,
                          vb_outputs *outputs, vb_glm_summary *summary, vb_notes *notes,
                          vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < j->s.n_runs && status == VB_OK; r++) {
        vb_glm_options options = *j->s.options;
        vb_glm_job job = j->s.jobs[r];
        vb_glm_fit *fit = NULL;

        options.small_sample = VB_SMALL_SAMPLE_NONE;
        job.n_contrasts = 0;
        job.n_kept = j->n_rows[r];
        job.kept = j->kept[r];
        status = vb_glm_fit_run(&job, &options, &fit, notes, err);
        if (status == VB_OK)
            status = vb_glm_write_run(fit, &options, &places[r], outputs, notes, err);
        if (status == VB_OK)
            status = take_run(j, r, fit, &means[r], err);
        if (status == VB_OK)
            glm_count(fit, summary);
        vb_glm_fit_free(fit);
    }
    return status;
}

static vb_status finish(joining *j, double *const means[], vb_error *err)
{
    const vb_nifti_header **grids =
        vb_arena_take(j->s.arena, j->s.n_runs, sizeof(vb_nifti_header *));
    vb_status status;

    if (!grids)
        return vb_fail_memory(err, j->s.n_runs * sizeof *grids);
    for (size_t r = 0; r < j->s.n_runs; r++)
        grids[r] = &j->grids[r];
    status = glm_common_mask(j->s.n_runs, grids, (const uint8_t *const *)j->masks,
                             &j->common, &j->n_in, err);
    if (status != VB_OK)
        return status;
    j->mean = vb_arena_take(j->s.arena, j->n_in, sizeof *j->mean);
    j->values = vb_arena_take(j->s.arena, j->n_in, sizeof *j->values);
    if (!j->mean || !j->values)
        return vb_fail_memory(err, j->n_in * sizeof *j->mean);
    for (size_t r = 0; r < j->s.n_runs; r++) {
        glm_gather(j->grids[0].n_vox, j->masks[r], j->common, means[r], j->values);
        for (size_t v = 0; v < j->n_in; v++)
            j->mean[v] += j->values[v] / (double)j->s.n_runs;
    }
    return vb_joint_finish(j->joint, j->s.options->n_threads, NULL, err);
}

static vb_status values_joint(const void *source, const glm_map *map, double out[],
                              vb_error *err)
{
    const joining *j = source;
    double *all = malloc((j->n_first + 1) * sizeof *all);
    vb_status status = all ? vb_joint_map(j->joint, map->stat, map->contrast, all, err)
                           : vb_fail_memory(err, j->n_first * sizeof *all);

    if (status == VB_OK)
        glm_gather(j->grids[0].n_vox, j->masks[0], j->common, all, out);
    free(all);
    return status;
}

static vb_status write_joint(joining *j, const vb_glm_place *place, vb_outputs *outputs,
                             vb_notes *notes, vb_error *err)
{
    vb_glm_options options = *j->s.options;
    const size_t n = j->s.jobs[0].n_contrasts;
    const char **names = vb_arena_take(j->s.arena, j->s.n_runs, sizeof(char *));
    double *df = vb_arena_take(j->s.arena, n, sizeof *df);
    glm_writer w = {.grid = &j->grids[0],
                    .mask = j->common,
                    .n_in = j->n_in,
                    .n_contrasts = n,
                    .contrasts = j->s.contrasts,
                    .df = vb_joint_df(j->joint),
                    .contrast_df = df,
                    .background = j->mean,
                    .mask_from = "voxels that are in the masks of all runs",
                    .n_runs = j->s.n_runs,
                    .runs = names,
                    .filter = j->filter,
                    .values = values_joint,
                    .source = j,
                    .options = &options,
                    .place = place};

    if (!names || !df)
        return vb_fail_memory(err, n * sizeof *df);
    options.small_sample = VB_SMALL_SAMPLE_NONE;
    for (size_t r = 0; r < j->s.n_runs; r++)
        names[r] = j->s.jobs[r].name;
    for (size_t c = 0; c < n; c++)
        df[c] = (double)vb_joint_contrast_df(j->joint, c);
    return glm_write_all(&w, true, outputs, notes, err);
}

vb_status glm_concatenate(size_t n_runs, const vb_glm_job jobs[],
                          const vb_glm_place places[], const vb_glm_place *together,
                          const vb_glm_options *options, vb_outputs *outputs,
                          vb_glm_summary *summary, vb_notes *notes, vb_error *err)
{
    joining j = {.s = {.n_runs = n_runs, .jobs = jobs, .options = options}};
    double **means;
    vb_status status = VB_OK;

    j.s.arena = vb_arena_alloc();
    means = j.s.arena ? vb_arena_take(j.s.arena, n_runs, sizeof *means) : NULL;
    if (!means)
        status = vb_fail_memory(err, n_runs * sizeof *means);
    if (status == VB_OK && glm_is_pooled(options)) {
        status = glm_pooled(&j.s, together, outputs, summary, notes, err);
        vb_arena_free(j.s.arena);
        return status;
    }
    if (status == VB_OK && glm_small_sample(options) != VB_SMALL_SAMPLE_NONE)
        vb_note_add(notes,
                    options->small_sample == VB_SMALL_SAMPLE_AUTO ? VB_INFO
                                                                  : VB_WARNING,
                    "glm-small-sample", NULL, 0, 0,
                    "runs as one model take rho for known: small_sample has no effect");
    if (status == VB_OK)
        status = prepare(&j, err);
    if (status == VB_OK)
        status = fit_runs(&j, places, means, outputs, summary, notes, err);
    if (status == VB_OK)
        status = finish(&j, means, err);
    if (status == VB_OK)
        status = write_joint(&j, together, outputs, notes, err);
    vb_joint_free(j.joint);
    free(j.common);
    vb_arena_free(j.s.arena);
    return status;
}
