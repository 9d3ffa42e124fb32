/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_pooled.c - runs as one model under a noise that all voxels share, as SPM fits several
 * sessions: one design, one ResMS, the covariance of each run from the voxels pooled over
 * all of them, voxels that are in the masks of all runs.
 *
 * A voxel's noise is known only when all voxels of all runs have been read, so that the
 * masked series of all runs are in memory, as they are stored.  Each image is inflated once
 * for them, and once before when its mask is made from it or it is scaled by SPM's global
 * mean (one pass for both).
 */
#include "glm_pooled.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- voxels ---- */

static vb_status take_memory(glm_pooling *p, vb_error *err)
{
    const size_t n = p->s->n_runs;
    vb_arena *a = p->s->arena;

    p->grids = vb_arena_take(a, n, sizeof *p->grids);
    p->masks = vb_arena_take(a, n, sizeof *p->masks);
    p->global = vb_arena_take(a, n, sizeof *p->global);
    p->feeds = vb_arena_take(a, n, sizeof *p->feeds);
    p->scale = vb_arena_take(a, n, sizeof *p->scale);
    p->factors = vb_arena_take(a, n, sizeof *p->factors);
    p->data = vb_arena_take(a, n, sizeof *p->data);
    return p->grids && p->masks && p->global && p->feeds && p->scale && p->factors &&
                   p->data
               ? VB_OK
               : vb_fail_memory(err, n * sizeof *p->feeds);
}

static vb_status read_headers(glm_pooling *p, vb_notes *notes, vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < p->s->n_runs && status == VB_OK; r++) {
        p->global[r] = (double)NAN;
        status = glm_read_header(&p->s->jobs[r], &p->grids[r], notes, err);
        if (status == VB_OK && r)
            status = vb_nifti_check_grid(&p->grids[r], &p->grids[0], err);
        if (glm_needs_line_filter(p->s->jobs[r].design))
            p->filter =
                "high-pass of FSL (Gaussian-weighted local lines), as the design's";
    }
    return status;
}

static vb_status make_masks(glm_pooling *p, vb_notes *notes, vb_error *err)
{
    const glm_sharing *s = p->s;
    const vb_nifti_header **grids =
        vb_arena_take(s->arena, s->n_runs, sizeof(vb_nifti_header *));
    char from[VB_PATH_MAX];
    vb_status status = grids ? VB_OK : vb_fail_memory(err, s->n_runs * sizeof *grids);

    for (size_t r = 0; r < s->n_runs && status == VB_OK; r++) {
        const vb_glm_job *job = &s->jobs[r];
        size_t n_in;

        grids[r] = &p->grids[r];
        p->masks[r] = vb_arena_take(s->arena, p->grids[r].n_vox, 1);
        if (!p->masks[r])
            return vb_fail_memory(err, p->grids[r].n_vox);
        status = glm_mask_make(&p->grids[r], job->brain_mask, s->options, p->masks[r],
                               &n_in, from, &p->global[r], notes, err);
    }
    return status == VB_OK
               ? glm_common_mask(s->n_runs, grids, (const uint8_t *const *)p->masks,
                                 &p->mask, &p->n_in, err)
               : status;
}

static vb_status read_run(glm_pooling *p, size_t r, vb_notes *notes, vb_error *err)
{
    const vb_glm_job *job = &p->s->jobs[r];
    glm_feed *feed = &p->feeds[r];
    vb_status status;

    *feed = (glm_feed){.header = &p->grids[r],
                       .design = job->design,
                       .options = p->s->options,
                       .name = job->name,
                       .mask = p->mask,
                       .n_in = p->n_in,
                       .mean = vb_arena_take(p->s->arena, p->n_in, sizeof(double))};
    if (!feed->mean)
        return vb_fail_memory(err, p->n_in * sizeof(double));
    status = glm_feed_open(feed, err);
    if (status == VB_OK)
        status = glm_feed_run(feed, notes, err);
    glm_feed_close(feed);
    p->data[r] = (vb_series_data){.n_voxels = p->n_in,
                                  .type = feed->series_type,
                                  .values = feed->series,
                                  .slope = feed->slope,
                                  .inter = feed->inter};
    return status;
}

/* ---- scaling ---- */

static vb_status find_scale(glm_pooling *p, size_t r, vb_error *err)
{
    const double *mean = p->feeds[r].mean;
    double sum = 0;
    size_t n = 0;
    vb_status status = VB_OK;

    if (p->s->options->scaling == VB_GLM_SCALING_SPM) {
        if (!isfinite(p->global[r]))
            status = glm_mask_survey(&p->grids[r], p->s->options, NULL, NULL,
                                     &p->global[r], err);
        p->scale[r] = 100 / p->global[r];
    } else {
        for (size_t v = 0; v < p->n_in; v++)
            if (isfinite(mean[v])) {
                sum += mean[v];
                n++;
            }
        p->scale[r] = 100 / (sum / (double)n);
    }
    if (status == VB_OK && !(p->scale[r] > 0 && isfinite(p->scale[r])))
        return vb_fail_at(err, VB_EESTIMATE, p->s->jobs[r].bold, 0, 0,
                          "the means are not above 0, so they are no 100 percent; use "
                          "scaling 'none'");
    p->data[r].slope *= p->scale[r];
    p->data[r].inter *= p->scale[r];
    return status;
}

/* Each voxel by its mean over the run. */
static vb_status find_factors(glm_pooling *p, size_t r, vb_notes *notes, vb_error *err)
{
    const double *mean = p->feeds[r].mean;
    double *factor = vb_arena_take(p->s->arena, p->n_in, sizeof *factor);
    size_t n_bad = 0;

    if (!factor)
        return vb_fail_memory(err, p->n_in * sizeof *factor);
    p->factors[r] = factor;
    for (size_t v = 0; v < p->n_in; v++) {
        factor[v] = mean[v] > 0 ? 100 / mean[v] : (double)NAN;
        n_bad += isfinite(mean[v]) && !(mean[v] > 0);
    }
    if (n_bad)
        vb_note_add(notes, VB_WARNING, "glm-percent", p->s->jobs[r].bold, 0, 0,
                    "%zu voxels have a mean that is not above 0: no percent of it, and "
                    "their effects are missing",
                    n_bad);
    return VB_OK;
}

static vb_status scale(glm_pooling *p, vb_notes *notes, vb_error *err)
{
    vb_status status = VB_OK;

    if (p->s->options->scaling == VB_GLM_SCALING_NONE)
        return VB_OK;
    for (size_t r = 0; r < p->s->n_runs && status == VB_OK; r++)
        status = p->s->options->scaling == VB_GLM_SCALING_PERCENT
                     ? find_factors(p, r, notes, err)
                     : find_scale(p, r, err);
    return status;
}

static vb_status read_voxels(glm_pooling *p, vb_glm_summary *summary, vb_notes *notes,
                             vb_error *err)
{
    const size_t n = p->s->n_runs;
    vb_status status = make_masks(p, notes, err);

    if (status == VB_OK) {
        p->mean = vb_arena_take(p->s->arena, p->n_in, sizeof *p->mean);
        if (!p->mean)
            status = vb_fail_memory(err, p->n_in * sizeof *p->mean);
    }
    for (size_t r = 0; r < n && status == VB_OK; r++) {
        status = read_run(p, r, notes, err);
        for (size_t v = 0; status == VB_OK && v < p->n_in; v++)
            p->mean[v] += p->feeds[r].mean[v] / (double)n;
        summary->n_runs++;
        summary->n_volumes += p->grids[r].n_volumes;
        summary->n_voxels += p->n_in;
    }
    return status == VB_OK ? scale(p, notes, err) : status;
}

/* ---- the fit ---- */

static void note_counts(const glm_pooling *p, vb_notes *notes)
{
    if (p->counts.n_nonfinite)
        vb_note_add(
            notes, VB_WARNING, "glm-nonfinite", p->s->jobs[0].bold, 0, 0,
            "%zu of %zu voxels of the mask have values that are not finite (NaN "
            "or infinite) in some scan of some run and are left out",
            p->counts.n_nonfinite, p->n_in);
    if (p->counts.n_constant)
        vb_note_add(
            notes, VB_WARNING, "glm-constant", p->s->jobs[0].bold, 0, 0,
            "%zu of %zu voxels of the mask do not vary in time beyond the model "
            "(constant or zero) and are left out",
            p->counts.n_constant, p->n_in);
}

static void note_maps(const vb_glm_options *options, vb_notes *notes)
{
    const unsigned none = VB_GLM_MAP(VB_STAT_PERCENT) | VB_GLM_MAP(VB_STAT_LJUNG_BOX) |
                          VB_GLM_MAP(VB_STAT_RESIDUALS);

    if (options->maps & none)
        vb_note_add(notes, VB_WARNING, "glm-pooled-maps", NULL, 0, 0,
                    "runs as one model under '%s' have no maps of percent, ljungbox "
                    "and errorts: none are written",
                    options->noise);
}

static vb_status fit(glm_pooling *p, vb_glm_summary *summary, vb_notes *notes,
                     vb_error *err)
{
    const bool each = p->s->options->scaling == VB_GLM_SCALING_PERCENT;
    const vb_status status =
        vb_series_fit_runs(p->plan, p->data,
                           each ? (const double *const *)p->factors : NULL,
                           p->s->options->n_threads, &p->fit, &p->counts, err);

    if (status != VB_OK)
        return status;
    for (size_t r = 0; r < p->s->n_runs; r++)
        summary->counts.n_fitted += p->counts.n_fitted;
    summary->counts.n_nonfinite += p->counts.n_nonfinite;
    summary->counts.n_constant += p->counts.n_constant;
    if (!p->counts.n_fitted)
        return vb_fail_at(
            err, VB_EESTIMATE, p->s->jobs[0].bold, 0, 0,
            "no voxel varies in time: of %zu in the mask %zu are constant "
            "or zero and %zu not finite",
            p->n_in, p->counts.n_constant, p->counts.n_nonfinite);
    note_counts(p, notes);
    return VB_OK;
}

static vb_status values_pooled(const void *source, const glm_map *map, double out[],
                               vb_error *err)
{
    const glm_pooling *p = source;

    return vb_series_map(p->fit, map->stat, map->contrast, out, err);
}

static vb_status write_pooled(const glm_pooling *p, const vb_glm_place *place,
                              vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    const glm_sharing *s = p->s;
    const size_t n = s->jobs[0].n_contrasts;
    const char **names = vb_arena_take(s->arena, s->n_runs, sizeof(char *));
    double *df = vb_arena_take(s->arena, n, sizeof *df);
    const bool by_run = s->options->scaling == VB_GLM_SCALING_GRAND_MEAN ||
                        s->options->scaling == VB_GLM_SCALING_SPM;
    const glm_writer w = {.grid = &p->grids[0],
                          .mask = p->mask,
                          .n_in = p->n_in,
                          .n_contrasts = n,
                          .contrasts = s->contrasts,
                          .df = vb_series_df(p->fit),
                          .contrast_df = df,
                          .background = p->mean,
                          .mask_from = "voxels that are in the masks of all runs",
                          .counts = &p->counts,
                          .n_runs = s->n_runs,
                          .runs = names,
                          .filter = p->filter,
                          .pooled = p->fit,
                          .scale = by_run ? p->scale : NULL,
                          .values = values_pooled,
                          .source = p,
                          .options = s->options,
                          .place = place};

    if (!names || !df)
        return vb_fail_memory(err, n * sizeof *df);
    for (size_t r = 0; r < s->n_runs; r++)
        names[r] = s->jobs[r].name;
    for (size_t c = 0; c < n; c++)
        df[c] = vb_series_contrast_df(p->fit, c);
    return glm_write_all(&w, true, outputs, notes, err);
}

vb_status glm_pooled(glm_sharing *sharing, const vb_glm_place *together,
                     vb_outputs *outputs, vb_glm_summary *summary, vb_notes *notes,
                     vb_error *err)
{
    vb_glm_options options = *sharing->options;
    glm_pooling p = {.s = sharing};
    vb_status status = glm_check_noise_fwhm(&options, err);

    options.n_threads = options.n_threads < 1                ? 1
                        : options.n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                                             : options.n_threads;
    sharing->options = &options;
    if (status == VB_OK)
        status = take_memory(&p, err);
    if (status == VB_OK)
        status = read_headers(&p, notes, err);
    if (status == VB_OK)
        status = glm_share(sharing, err);
    if (status == VB_OK)
        status = glm_pooled_plan(&p, err);
    if (status == VB_OK)
        note_maps(sharing->options, notes);
    if (status == VB_OK)
        status = read_voxels(&p, summary, notes, err);
    if (status == VB_OK)
        status = fit(&p, summary, notes, err);
    if (status == VB_OK)
        status = write_pooled(&p, together, outputs, notes, err);
    vb_series_free(p.fit);
    vb_series_plan_free(p.plan);
    for (size_t r = 0; p.feeds && r < sharing->n_runs; r++)
        free(p.feeds[r].series);
    free(p.mask);
    return status;
}
