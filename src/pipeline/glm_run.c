/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_run.c - one run: design and image in, fitted voxels out. */
#include "glm_internal.h"
#include "valuebold/pages.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below it, noise is seldom AR(1): Bollmann et al. 2018, NeuroImage 176:152 */
static const double SHORT_TR_S = 1;

void vb_glm_fit_free(vb_glm_fit *fit)
{
    if (!fit)
        return;
    vb_glm_free(fit->glm);
    vb_series_free(fit->series);
    vb_series_plan_free(fit->series_plan);
    vb_glm_plan_free(fit->plan);
    free(fit->percent);
    free(fit->ljung_box);
    free(fit->values);
    free(fit->contrasts);
    free(fit->which);
    free(fit->mask);
    free(fit->mean);
    free(fit->factor);
    free(fit);
}

vb_status glm_read_header(const vb_glm_job *job, vb_nifti_header *header,
                          vb_notes *notes, vb_error *err)
{
    vb_status status = vb_nifti_header_read(job->bold, header, notes, err);

    if (status == VB_OK)
        status = vb_nifti_check_bold(header, err);
    if (status == VB_OK && header->n_volumes != job->design->n_scans)
        status = vb_fail_at(err, VB_EINPUT, job->bold, 0, 0,
                            "the image has %zu volumes, the design has %zu scans; they "
                            "must be as many",
                            header->n_volumes, job->design->n_scans);
    return status;
}

/* The design's, or the image's where a design of plain numbers has none. */
static double tr_of(const vb_glm_job *job, const vb_glm_fit *fit)
{
    const double tr_s = job->design->tr_s[0];

    return isfinite(tr_s) ? tr_s : fit->grid.tr_s;
}

/* The model of glm_series.h beside the plan. */
static vb_status make_series_plan(const vb_glm_job *job, const vb_glm_options *options,
                                  const vb_glm_model *model, vb_arena *arena,
                                  vb_glm_fit *fit, vb_error *err)
{
    vb_series_model series = {.n_scans = model->n_scans,
                              .n_cols = model->n_cols,
                              .x = model->x,
                              .noise = options->noise,
                              .small_sample = options->small_sample,
                              .tr_s = tr_of(job, fit),
                              .n_contrasts = model->n_contrasts,
                              .contrasts = model->contrasts,
                              .n_kept = model->n_kept,
                              .kept = model->kept,
                              .keeps_fit = model->keeps_fit};
    glm_roles roles;
    vb_status status;

    status = glm_roles_of(job->design, model->n_cols, arena, &roles, err);
    if (status != VB_OK)
        return status;
    series.is_drift = roles.is_drift;
    series.is_baseline = roles.is_baseline;
    return vb_series_plan_alloc(&series, &fit->series_plan, err);
}

static vb_status make_plan(const vb_glm_job *job, const vb_glm_options *options,
                           vb_glm_fit *fit, vb_notes *notes, vb_error *err)
{
    const bool series = vb_noise_needs_series(options->noise);
    vb_arena *arena = vb_arena_alloc();
    vb_glm_model model = {0};
    double *kept = (double *)job->kept;
    size_t n_kept = job->n_kept, n = 0;
    const vb_contrast *contrasts = NULL;
    vb_status status = arena ? VB_OK : vb_fail_memory(err, sizeof model);

    if (status == VB_OK && job->keeps_rows)
        status = glm_kept_rows(job, arena, &n_kept, &kept, NULL, NULL, err);
    if (status == VB_OK)
        status =
            glm_percent_contrasts(job, options, fit, arena, &n, &contrasts, notes, err);
    if (status == VB_OK)
        status =
            glm_model_make(job->design, n, contrasts, n_kept, kept, arena, &model, err);
    model.keeps_fit = (options->maps & VB_GLM_MAP(VB_STAT_RESIDUALS)) != 0;
    model.noise = series ? "ols" : options->noise;
    model.small_sample = series ? VB_SMALL_SAMPLE_NONE : options->small_sample;
    if (status == VB_OK)
        status = vb_glm_plan_alloc(&model, &fit->plan, err);
    if (status == VB_OK && series)
        status = make_series_plan(job, options, &model, arena, fit, err);
    if (status == VB_OK)
        fit->df = vb_glm_df(fit->plan);
    fit->n_scans = model.n_scans;
    fit->n_cols = model.n_cols;
    vb_arena_free(arena);
    return status;
}

/* The job's contrasts that this run has. */
static vb_status choose_contrasts(const vb_glm_job *job, vb_glm_fit *fit, vb_error *err)
{
    fit->contrasts = calloc(job->n_contrasts + 1, sizeof *fit->contrasts);
    fit->which = calloc(job->n_contrasts + 1, sizeof *fit->which);
    if (!fit->contrasts || !fit->which)
        return vb_fail_memory(err, job->n_contrasts * sizeof *fit->contrasts);
    for (size_t c = 0; c < job->n_contrasts; c++)
        if (!job->left_out || !job->left_out[c]) {
            fit->which[fit->n_contrasts] = c;
            fit->contrasts[fit->n_contrasts++] = job->contrasts[c];
        }
    return VB_OK;
}

static vb_status fit_series(const glm_feed *feed, vb_glm_fit *fit, vb_error *err)
{
    const vb_series_data data = {.n_voxels = fit->n_in,
                                 .type = feed->series_type,
                                 .values = feed->series,
                                 .slope = feed->slope,
                                 .inter = feed->inter};
    const vb_status status =
        vb_series_fit(fit->series_plan, &data, feed->options->n_threads, &fit->series,
                      &fit->counts, err);

    if (status == VB_OK)
        fit->df = vb_series_df(fit->series);
    return status;
}

/* The mask, and the first blocks on their way. */
static vb_status begin(const vb_glm_job *job, const vb_glm_options *options,
                       vb_glm_fit *fit, glm_feed *feed, vb_notes *notes, vb_error *err)
{
    vb_status status;

    fit->global = (double)NAN;
    fit->mask = malloc(fit->grid.n_vox);
    if (!fit->mask)
        return vb_fail_memory(err, fit->grid.n_vox);
    status = glm_mask_make(&fit->grid, job->brain_mask, options, fit->mask, &fit->n_in,
                           fit->mask_from, &fit->global, notes, err);
    if (status != VB_OK)
        return status;
    *feed = (glm_feed){.header = &fit->grid,
                       .design = job->design,
                       .options = options,
                       .name = job->name,
                       .mask = fit->mask,
                       .n_in = fit->n_in,
                       .counts = &fit->counts};
    return glm_feed_open(feed, err);
}

/* A mask file is read in no time: the image is then being inflated while the model is made
 * ready.  A mask from the image takes a pass over it, before which the model is judged. */
static vb_status prepare(const vb_glm_job *job, const vb_glm_options *options,
                         vb_glm_fit *fit, glm_feed *feed, vb_notes *notes,
                         vb_error *err)
{
    const bool quick = !glm_mask_is_from_image(job->brain_mask, options);
    vb_status status = VB_OK;

    if (quick)
        status = begin(job, options, fit, feed, notes, err);
    if (status == VB_OK)
        status = make_plan(job, options, fit, notes, err);
    if (status == VB_OK && !quick)
        status = begin(job, options, fit, feed, notes, err);
    return status;
}

/* The series, when maps of the residuals are wanted. */
static void keep_values(const vb_glm_options *options, glm_feed *feed, vb_glm_fit *fit)
{
    fit->type = feed->series_type;
    fit->slope = feed->slope;
    fit->inter = feed->inter;
    if (options->maps & VB_GLM_MAP(VB_STAT_RESIDUALS)) {
        fit->values = feed->series;
        feed->series = NULL;
    }
}

static vb_status read_voxels(const vb_glm_job *job, const vb_glm_options *options,
                             vb_glm_fit *fit, glm_feed *feed, vb_notes *notes,
                             vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_status status = VB_OK;

    fit->mean = calloc(fit->n_in, sizeof *fit->mean);
    if (!fit->mean || !arena)
        status = vb_fail_memory(err, fit->n_in * sizeof *fit->mean);
    if (status == VB_OK && !fit->series_plan)
        status = vb_glm_alloc(fit->plan, fit->n_in, &fit->glm, err);
    if (status == VB_OK && fit->glm) {
        size_t n_bytes;
        void *memory = vb_glm_memory(fit->glm, &n_bytes);

        vb_pages_touch(memory, n_bytes); /* while the first block is being inflated */
    }
    feed->glm = fit->glm;
    feed->mean = fit->mean;
    feed->keeps_series = (options->maps & (VB_GLM_MAP(VB_STAT_RESIDUALS) |
                                           VB_GLM_MAP(VB_STAT_LJUNG_BOX))) != 0;
    if (status == VB_OK)
        status = glm_choose_sample(options, fit->n_in, arena, feed, err);
    if (status == VB_OK)
        status = glm_feed_run(feed, notes, err);
    if (status == VB_OK && !fit->glm)
        status = fit_series(feed, fit, err);
    if (status == VB_OK)
        status = glm_look(job, options, feed, fit, notes, err);
    keep_values(options, feed, fit);
    free(feed->series);
    free(feed->sampled);
    vb_arena_free(arena);
    return status;
}

static void note_counts(const vb_glm_job *job, const vb_glm_options *options,
                        const vb_glm_fit *fit, vb_notes *notes)
{
    const vb_glm_counts *c = &fit->counts;
    const double tr_s = tr_of(job, fit);

    if (c->n_nonfinite)
        vb_note_add(
            notes, VB_WARNING, "glm-nonfinite", job->bold, 0, 0,
            "%zu of %zu voxels of the mask have values that are not finite (NaN "
            "or infinite) in some scan and are left out",
            c->n_nonfinite, fit->n_in);
    if (c->n_constant)
        vb_note_add(
            notes, VB_WARNING, "glm-constant", job->bold, 0, 0,
            "%zu of %zu voxels of the mask do not vary in time beyond the model "
            "(constant or zero) and are left out",
            c->n_constant, fit->n_in);
    if (tr_s < SHORT_TR_S && strncmp(options->noise, "ar1", 3) == 0)
        vb_note_add(notes, VB_WARNING, "glm-short-tr", job->bold, 0, 0,
                    "TR is %g s: below 1 s noise has more than the one lag of '%s'",
                    tr_s, options->noise);
}

static vb_status scale(const vb_glm_job *job, const vb_glm_options *options,
                       vb_glm_fit *fit, vb_notes *notes, vb_error *err)
{
    double grand = 0;
    size_t n = 0, n_bad = 0;

    if (options->scaling == VB_GLM_SCALING_NONE)
        return VB_OK;
    fit->factor = malloc(fit->n_in * sizeof *fit->factor);
    if (!fit->factor)
        return vb_fail_memory(err, fit->n_in * sizeof *fit->factor);
    for (size_t v = 0; v < fit->n_in; v++)
        if (isfinite(fit->mean[v])) {
            grand += fit->mean[v];
            n++;
        }
    grand /= n ? (double)n : 1;
    if (options->scaling == VB_GLM_SCALING_SPM && isfinite(fit->global))
        grand = fit->global;
    else if (options->scaling == VB_GLM_SCALING_SPM) {
        const vb_status status =
            glm_mask_survey(&fit->grid, options, NULL, NULL, &grand, err);

        if (status != VB_OK)
            return status;
    }
    for (size_t v = 0; v < fit->n_in; v++) {
        const double mean =
            options->scaling == VB_GLM_SCALING_PERCENT ? fit->mean[v] : grand;

        fit->factor[v] = mean > 0 ? 100 / mean : (double)NAN;
        n_bad += isfinite(fit->mean[v]) && !(mean > 0);
    }
    if (n_bad == n)
        return vb_fail_at(
            err, VB_EESTIMATE, job->bold, 0, 0,
            "the means are not above 0 (%g over the mask), so they are no "
            "100 percent; use scaling 'none'",
            grand);
    if (n_bad)
        vb_note_add(notes, VB_WARNING, "glm-percent", job->bold, 0, 0,
                    "%zu voxels have a mean that is not above 0: no percent of it, and "
                    "their effects are missing",
                    n_bad);
    return VB_OK;
}

vb_status vb_glm_fit_run(const vb_glm_job *job, const vb_glm_options *options,
                         vb_glm_fit **fit, vb_notes *notes, vb_error *err)
{
    vb_glm_options o = *options;
    vb_glm_fit *f = calloc(1, sizeof *f);
    glm_feed feed = {0};
    vb_status status;

    if (!f)
        return vb_fail_memory(err, sizeof *f);
    o.n_threads = o.n_threads < 1                ? 1
                  : o.n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                                 : o.n_threads;
    if (glm_needs_line_filter(job->design))
        f->filter = "high-pass of FSL (Gaussian-weighted local lines), as the design's";
    status = glm_check_noise_fwhm(&o, err);
    if (status == VB_OK)
        status = choose_contrasts(job, f, err);
    if (status == VB_OK)
        status = glm_read_header(job, &f->grid, notes, err);
    if (status == VB_OK)
        status = prepare(job, &o, f, &feed, notes, err);
    if (status == VB_OK)
        status = read_voxels(job, &o, f, &feed, notes, err);
    glm_feed_close(&feed);
    if (status == VB_OK && !f->counts.n_fitted)
        status =
            vb_fail_at(err, VB_EESTIMATE, job->bold, 0, 0,
                       "no voxel varies in time: of %zu in the mask %zu are constant "
                       "or zero and %zu not finite",
                       f->n_in, f->counts.n_constant, f->counts.n_nonfinite);
    if (status == VB_OK) {
        note_counts(job, &o, f, notes);
        status = scale(job, &o, f, notes, err);
    }
    if (status != VB_OK) {
        if (err && !err->file[0])
            snprintf(err->file, sizeof err->file, "%s", job->bold);
        vb_glm_fit_free(f);
        return status;
    }
    *fit = f;
    return VB_OK;
}

/* 100 times the effect at its peak over the voxel's mean. */
static vb_status percent_map(const vb_glm_fit *fit, size_t contrast, double out[],
                             vb_error *err)
{
    const size_t peak =
        fit->percent && contrast < fit->n_contrasts ? fit->percent[contrast] : VB_NONE;
    vb_status status = VB_OK;

    if (peak == VB_NONE)
        for (size_t v = 0; v < fit->n_in; v++)
            out[v] = (double)NAN;
    else if (fit->series)
        status = vb_series_map(fit->series, VB_STAT_EFFECT, peak, out, err);
    else
        status = vb_glm_map(fit->glm, VB_STAT_EFFECT, peak, out, err);
    for (size_t v = 0; status == VB_OK && v < fit->n_in; v++)
        out[v] *= fit->mean[v] > 0 ? 100 / fit->mean[v] : (double)NAN;
    return status;
}

vb_status vb_glm_fit_map(const vb_glm_fit *fit, vb_stat stat, size_t contrast,
                         double out[], vb_error *err)
{
    const bool is_effect = stat == VB_STAT_EFFECT;
    const bool is_square = stat == VB_STAT_VARIANCE || stat == VB_STAT_SIGMA2;
    vb_status status = VB_OK;

    if (stat == VB_STAT_PERCENT)
        return percent_map(fit, contrast, out, err);
    if (stat == VB_STAT_LJUNG_BOX && fit->ljung_box) {
        memcpy(out, fit->ljung_box, fit->n_in * sizeof *out);
        return VB_OK;
    }
    if (fit->series)
        status = vb_series_map(fit->series, stat, contrast, out, err);
    else
        status = vb_glm_map(fit->glm, stat, contrast, out, err);
    if (status != VB_OK || !fit->factor || (!is_effect && !is_square))
        return status;
    for (size_t v = 0; v < fit->n_in; v++)
        out[v] *= is_square ? fit->factor[v] * fit->factor[v] : fit->factor[v];
    return VB_OK;
}
