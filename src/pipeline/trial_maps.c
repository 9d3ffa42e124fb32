/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trial_maps.c - the masked series of a run, some voxels at a time, to an estimate a trial. */
#include "valuebold/trial_maps.h"
#include "glm_internal.h"
#include "valuebold/nifti_write.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Voxels fitted together: their series as double stay in the cache's reach, and every thread
 * has blocks of its own. */
enum { TOGETHER = 1024 };

void vb_trial_maps_free(vb_trial_maps *maps)
{
    if (!maps)
        return;
    free(maps->mask);
    free(maps->estimate);
    free(maps);
}

static double stored(const glm_feed *feed, size_t i)
{
    switch (feed->series_type) {
    case VB_SAMPLE_INT16:
        return ((const int16_t *)feed->series)[i];
    case VB_SAMPLE_FLOAT32:
        return (double)((const float *)feed->series)[i];
    case VB_SAMPLE_FLOAT64:
        break;
    }
    return ((const double *)feed->series)[i];
}

/* Voxels first ... first + n as y [n_scans x n]. */
static void load(const glm_feed *feed, size_t first, size_t n, double y[])
{
    const size_t n_scans = feed->header->n_volumes;

    for (size_t v = 0; v < n; v++)
        for (size_t s = 0; s < n_scans; s++)
            y[s * n + v] =
                feed->slope * stored(feed, (first + v) * n_scans + s) + feed->inter;
}

static void keep(const glm_feed *feed, size_t first, size_t n, const double estimate[],
                 vb_trial_maps *m)
{
    const bool percent = feed->options->scaling == VB_GLM_SCALING_PERCENT;

    for (size_t v = 0; v < n; v++) {
        const double mean = feed->mean[first + v];
        const double factor = !percent ? 1 : mean > 0 ? 100 / mean : (double)NAN;
        bool any = false;

        for (size_t t = 0; t < m->n_trials; t++) {
            const double x = factor * estimate[t * n + v];

            m->estimate[t * m->n_in + first + v] = (float)x;
            any = any || isfinite(x);
        }
        m->n_fitted += any;
    }
}

static vb_status fit_voxels(const vb_trial_maps_job *job, const glm_feed *feed,
                            vb_trial_maps *m, vb_error *err)
{
    const size_t n_scans = feed->header->n_volumes;
    double *y = malloc(n_scans * TOGETHER * sizeof *y);
    double *estimate = malloc(m->n_trials * TOGETHER * sizeof *estimate);
    vb_status status = VB_OK;

    m->estimate = calloc(m->n_in, m->n_trials * sizeof *m->estimate);
    if (!y || !estimate || !m->estimate)
        status = vb_fail_memory(err, m->n_in * m->n_trials * sizeof *m->estimate);
    for (size_t v = 0; v < m->n_in && status == VB_OK; v += TOGETHER) {
        const size_t n = m->n_in - v < TOGETHER ? m->n_in - v : TOGETHER;

        load(feed, v, n, y);
        status = vb_trial_fit(job->plan, n, y, n, NULL, feed->options->n_threads,
                              estimate, NULL, NULL, err);
        if (status == VB_OK)
            keep(feed, v, n, estimate, m);
    }
    free(y);
    free(estimate);
    return status;
}

static vb_status open_run(const vb_trial_maps_job *job, const vb_glm_options *options,
                          vb_trial_maps *m, glm_feed *feed, vb_notes *notes,
                          vb_error *err)
{
    vb_status status = vb_nifti_header_read(job->bold, &m->grid, notes, err);

    if (status == VB_OK)
        status = vb_nifti_check_bold(&m->grid, err);
    if (status == VB_OK && m->grid.n_volumes != job->design->n_scans)
        status = vb_fail_at(err, VB_EINPUT, job->bold, 0, 0,
                            "the image has %zu volumes, the design has %zu scans; they "
                            "must be as many",
                            m->grid.n_volumes, job->design->n_scans);
    if (status != VB_OK)
        return status;
    m->mask = malloc(m->grid.n_vox);
    if (!m->mask)
        return vb_fail_memory(err, m->grid.n_vox);
    status = glm_mask_make(&m->grid, job->brain_mask, options, m->mask, &m->n_in,
                           m->mask_from, NULL, notes, err);
    *feed = (glm_feed){.header = &m->grid,
                       .design = job->design,
                       .options = options,
                       .name = job->name,
                       .mask = m->mask,
                       .n_in = m->n_in};
    return status == VB_OK ? glm_feed_open(feed, err) : status;
}

vb_status vb_trial_maps_fit(const vb_trial_maps_job *job, const vb_glm_options *options,
                            vb_trial_maps **maps, vb_notes *notes, vb_error *err)
{
    vb_glm_options o = *options;
    vb_trial_maps *m = calloc(1, sizeof *m);
    glm_feed feed = {0};
    vb_status status = VB_OK;

    if (!m)
        return vb_fail_memory(err, sizeof *m);
    m->n_trials = job->n_trials;
    o.n_threads = o.n_threads < 1                ? 1
                  : o.n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                                 : o.n_threads;
    if (o.scaling != VB_GLM_SCALING_NONE && o.scaling != VB_GLM_SCALING_PERCENT)
        status = vb_fail(err, VB_EUSAGE,
                         "single trials of voxels are in units of the image or in "
                         "percent; use scaling none or percent");
    if (status == VB_OK)
        status = open_run(job, &o, m, &feed, notes, err);
    if (status == VB_OK) {
        feed.mean = calloc(m->n_in, sizeof *feed.mean);
        status = feed.mean ? glm_feed_run(&feed, notes, err)
                           : vb_fail_memory(err, m->n_in * sizeof *feed.mean);
    }
    if (status == VB_OK)
        status = fit_voxels(job, &feed, m, err);
    glm_feed_close(&feed);
    free(feed.series);
    free(feed.mean);
    if (status == VB_OK && !m->n_fitted)
        status =
            vb_fail_at(err, VB_EESTIMATE, job->bold, 0, 0,
                       "none of the %zu voxels of the mask varies in time", m->n_in);
    if (status != VB_OK) {
        vb_trial_maps_free(m);
        return status;
    }
    if (m->n_fitted < m->n_in)
        vb_note_add(
            notes, VB_WARNING, "trials-voxels", job->bold, 0, 0,
            "%zu of %zu voxels of the mask have no single-trial estimates: they "
            "are constant, not finite, or have no percent",
            m->n_in - m->n_fitted, m->n_in);
    *maps = m;
    return VB_OK;
}

vb_status vb_trial_maps_put(const vb_trial_maps *maps, const char *description,
                            vb_buffer *bytes, vb_error *err)
{
    const vb_map map = {.grid = &maps->grid,
                        .description = description,
                        .intent = VB_MAP_ESTIMATE,
                        .n_volumes = maps->n_trials,
                        .type = VB_NIFTI_FLOAT32,
                        .values = maps->estimate,
                        .mask = maps->mask,
                        .fast = false};

    return vb_nifti_write(&map, bytes, err);
}
