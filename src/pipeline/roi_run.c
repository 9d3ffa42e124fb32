/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_run.c - all regions of one run, in one pass over its image. */
#include "roi_internal.h"
#include "valuebold/region_adjust.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEEP_BYTES = 96 << 20, BLOCK_BYTES = 8 << 20, BLOCK = 32 };
static const double FEW_IN_BRAIN =
    0.5; /* share below which a region is said to be cut */

static const char *const statistic_names[] = {"mean", "median", "weighted_mean",
                                              "eigenvariate"};

const char *vb_roi_statistic_name(size_t i)
{
    return i < VB_ROI_N_STATISTICS ? statistic_names[i] : NULL;
}

void vb_roi_options_default(vb_roi_options *options)
{
    *options = (vb_roi_options){.statistics = 1u << VB_ROI_MEAN,
                                .mask = "auto",
                                .adjust = "none",
                                .high_pass_s = (double)NAN};
}

vb_status vb_roi_statistics_read(const char *list, unsigned *statistics, vb_error *err)
{
    unsigned found = 0;
    char quoted[VB_QUOTE_MAX];

    for (const char *at = list;; at++) {
        const size_t n = strcspn(at, ",");
        size_t i = 0;

        while (i < VB_ROI_N_STATISTICS && (strlen(statistic_names[i]) != n ||
                                           strncmp(at, statistic_names[i], n) != 0))
            i++;
        if (i == VB_ROI_N_STATISTICS)
            return vb_fail(err, VB_EUSAGE,
                           "'%s' is no list of mean, median, weighted_mean and "
                           "eigenvariate with commas between them",
                           vb_quote(list, quoted));
        found |= 1u << i;
        at += n;
        if (!*at)
            break;
    }
    *statistics = found;
    return VB_OK;
}

void vb_roi_series_free(vb_roi_series *s)
{
    if (!s)
        return;
    vb_region_extract_free(s->extract);
    for (size_t i = 0; i < VB_ROI_N_STATISTICS; i++)
        free(s->series[i]);
    free(s->raw);
    free(s->share);
    free(s->rho);
    free(s);
}

/* ---- reading ---- */

static vb_status read_header(const vb_roi_job *job, const vb_roi_set *set,
                             vb_roi_series *s, vb_notes *notes, vb_error *err)
{
    vb_status status = vb_nifti_header_read(job->bold, &s->image, notes, err);

    if (status == VB_OK)
        status = vb_nifti_check_bold(&s->image, err);
    if (status == VB_OK && job->design && job->design->n_scans != s->image.n_volumes)
        status = vb_fail_at(err, VB_EINPUT, job->bold, 0, 0,
                            "the image has %zu volumes, the design has %zu scans; they "
                            "must be as many",
                            s->image.n_volumes, job->design->n_scans);
    if (status == VB_OK && !vb_roi_set_fits(set, &s->image))
        status = vb_fail_at(err, VB_EINTERNAL, job->bold, 0, 0,
                            "the regions were made for another grid");
    s->n_scans = s->image.n_volumes;
    s->tr_s = isnan(job->tr_s) ? s->image.tr_s : job->tr_s;
    return status;
}

/* brain [n_vox], or NULL for none. */
static vb_status read_brain(const vb_roi_job *job, const vb_roi_options *options,
                            vb_roi_series *s, uint8_t **brain, vb_notes *notes,
                            vb_error *err)
{
    const bool automatic = strcmp(options->mask, "auto") == 0;
    const char *file = automatic                            ? job->brain_mask
                       : strcmp(options->mask, "none") == 0 ? NULL
                                                            : options->mask;
    const char *slash;
    size_t n_in;

    *brain = NULL;
    if (file && automatic && access(file, F_OK) != 0)
        file = NULL;
    snprintf(s->mask_from, sizeof s->mask_from, "none");
    if (!file)
        return VB_OK;
    slash = strrchr(file, '/');
    snprintf(s->mask_from, sizeof s->mask_from, "%s", slash ? slash + 1 : file);
    *brain = malloc(s->image.n_vox);
    if (!*brain)
        return vb_fail_memory(err, s->image.n_vox);
    return vb_nifti_read_mask(file, &s->image, *brain, &n_in, notes, err);
}

static size_t block_volumes(size_t n_voxels)
{
    const size_t n = BLOCK_BYTES / sizeof(double) / (n_voxels + 1);

    return n < 1 ? 1 : n < BLOCK ? n : BLOCK;
}

static vb_status pass(const vb_roi_job *job, const vb_roi_options *options,
                      const uint8_t mask[], size_t n_voxels, vb_roi_series *s,
                      vb_notes *notes, vb_error *err)
{
    const vb_nifti_options how = {.block_volumes = block_volumes(n_voxels),
                                  .mask = mask};
    vb_nifti_stream *stream = NULL;
    vb_nifti_block block;
    size_t done = 0;
    vb_status status = vb_nifti_open(&s->image, &how, &stream, err);

    while (status == VB_OK) {
        status = vb_nifti_next(stream, &block, notes, err);
        if (status != VB_OK || !block.n_volumes)
            break;
        status =
            vb_region_extract_add(s->extract, block.n_volumes, block.type, block.values,
                                  block.stride, s->image.slope, s->image.inter, err);
        done += block.n_volumes;
        if (options->progress)
            options->progress(options->progress_context, job->name, done, s->n_scans);
    }
    vb_nifti_close(stream);
    return status;
}

static vb_status read_voxels(const vb_roi_job *job, const vb_roi_options *options,
                             vb_roi_series *s, vb_notes *notes, vb_error *err)
{
    const size_t keep = options->keep_bytes ? options->keep_bytes : KEEP_BYTES;
    uint8_t *mask = NULL, *brain = NULL;
    size_t n_voxels = 0;
    bool again = true;
    vb_status status = read_brain(job, options, s, &brain, notes, err);

    if (status == VB_OK)
        status = vb_region_extract_alloc(s->set->n, s->set->regions, s->image.n_vox,
                                         s->n_scans, brain, keep, &s->extract, err);
    free(brain);
    if (status == VB_OK && !(mask = calloc(s->image.n_vox, 1)))
        status = vb_fail_memory(err, s->image.n_vox);
    if (status == VB_OK) {
        n_voxels = vb_region_extract_mask(s->extract, mask);
        if (!n_voxels)
            status = vb_fail_at(err, VB_EESTIMATE, job->bold, 0, 0,
                                "no region has a voxel in the brain mask (%s)",
                                s->mask_from);
    }
    for (int n = 0; status == VB_OK && again; n++) {
        status = pass(job, options, mask, n_voxels, s, n ? NULL : notes, err);
        if (status == VB_OK)
            status = vb_region_extract_finish(s->extract, &again, err);
    }
    free(mask);
    return status;
}

/* ---- what was read ---- */

static vb_status judge(const vb_roi_job *job, const vb_roi_series *s, vb_notes *notes,
                       vb_error *err)
{
    size_t n_with = 0;

    for (size_t r = 0; r < s->set->n; r++) {
        const vb_region_series *v = vb_region_extract_result(s->extract, r);
        const char *name = s->set->rois[r].name;

        n_with += v->n_used > 0;
        if (v->n_used && (double)v->n_brain < FEW_IN_BRAIN * (double)v->n_voxels)
            vb_note_add(notes, VB_WARNING, "roi-brain", job->bold, 0, 0,
                        "region '%s': %zu of %zu voxels are in the brain mask (%s)",
                        name, v->n_brain, v->n_voxels, s->mask_from);
        if (v->n_constant + v->n_nonfinite || !v->n_used)
            vb_note_add(
                notes, VB_WARNING, "roi-no-signal", job->bold, 0, 0,
                "region '%s': of %zu voxels (%zu in the brain mask) %zu are "
                "constant or zero and %zu not finite (NaN or infinite); %zu are "
                "used%s",
                name, v->n_voxels, v->n_brain, v->n_constant, v->n_nonfinite, v->n_used,
                v->n_used ? "" : ", so it is n/a in this run");
    }
    if (!n_with)
        return vb_fail_at(
            err, VB_EESTIMATE, job->bold, 0, 0,
            "no region has a voxel with signal: all are constant, zero or "
            "not finite");
    return VB_OK;
}

static const double *values_of(const vb_region_series *v, vb_roi_statistic statistic)
{
    return statistic == VB_ROI_MEAN     ? v->mean
           : statistic == VB_ROI_MEDIAN ? v->median
                                        : v->weighted;
}

static double *gather(const vb_roi_series *s, vb_roi_statistic statistic)
{
    const size_t n = s->set->n;
    double *out = malloc((s->n_scans * n + 1) * sizeof *out);

    for (size_t r = 0; out && r < n; r++) {
        const double *from =
            values_of(vb_region_extract_result(s->extract, r), statistic);

        for (size_t t = 0; t < s->n_scans; t++)
            out[t * n + r] = from[t];
    }
    return out;
}

/* Whitens column r of y [n_scans x n]. */
static vb_status whiten(const vb_roi_series *s, size_t r, size_t n, size_t column,
                        double y[], vb_error *err)
{
    double *one = malloc((s->n_scans + 1) * sizeof *one);
    vb_status status = VB_OK;

    if (!one)
        return vb_fail_memory(err, s->n_scans * sizeof *one);
    for (size_t t = 0; t < s->n_scans; t++)
        one[t] = y[t * n + column];
    if (isfinite(s->rho[r]))
        status = vb_whiten_ar1(s->n_scans, 1, s->rho[r], one, err);
    for (size_t t = 0; t < s->n_scans; t++)
        y[t * n + column] = one[t];
    free(one);
    return status;
}

static vb_status summarise(const vb_roi_job *job, const vb_roi_options *options,
                           vb_roi_statistic statistic, vb_roi_series *s, vb_error *err)
{
    const size_t n = s->set->n;
    double *y = gather(s, statistic);
    vb_status status;

    if (!y)
        return vb_fail_memory(err, s->n_scans * n * sizeof *y);
    s->series[statistic] = y;
    status = roi_process(job, options, s->tr_s, s->n_scans, n, y, &s->n_out, err);
    for (size_t r = 0; status == VB_OK && options->whiten && r < n; r++)
        status = whiten(s, r, n, r, y, err);
    return status;
}

/* The eigenvariate of one region: its voxels processed, their means off. */
static vb_status eigenvariate(const vb_roi_job *job, const vb_roi_options *options,
                              size_t r, vb_roi_series *s, vb_error *err)
{
    const vb_region_series *v = vb_region_extract_result(s->extract, r);
    const size_t n = s->set->n, n_used = v->n_used;
    double *y = malloc((s->n_scans * n_used + 1) * sizeof *y);
    double *one = malloc((s->n_scans + 1) * sizeof *one);
    double *out = s->series[VB_ROI_EIGENVARIATE] + r;
    vb_status status = VB_OK;

    s->share[r] = (double)NAN;
    for (size_t t = 0; t < s->n_scans; t++)
        out[t * n] = (double)NAN;
    if (!y || !one)
        status = vb_fail_memory(err, s->n_scans * n_used * sizeof *y);
    if (status != VB_OK || !n_used)
        goto done;
    for (size_t t = 0; t < s->n_scans; t++)
        one[t] = 1;
    status = vb_region_extract_voxels(s->extract, r, y, err);
    if (status == VB_OK)
        status =
            roi_process(job, options, s->tr_s, s->n_scans, n_used, y, &s->n_out, err);
    if (status == VB_OK)
        status = vb_regress_out(s->n_scans, 1, one, n_used, y, NULL, err);
    for (size_t i = 0; status == VB_OK && options->whiten && i < n_used; i++)
        status = whiten(s, r, n_used, i, y, err);
    if (status == VB_OK)
        status = vb_eigenvariate(s->n_scans, n_used, y, one, NULL, &s->share[r], err);
    for (size_t t = 0; status == VB_OK && t < s->n_scans; t++)
        out[t * n] = one[t];
done:
    free(y);
    free(one);
    return status;
}

static vb_status find_rho(const vb_roi_job *job, const vb_roi_options *options,
                          vb_roi_series *s, vb_error *err)
{
    const size_t n = s->set->n;
    double *y = gather(s, VB_ROI_MEAN);
    vb_status status =
        y ? roi_process(job, options, s->tr_s, s->n_scans, n, y, &s->n_out, err)
          : vb_fail_memory(err, s->n_scans * n * sizeof *y);

    if (status == VB_OK)
        status = roi_find_rho(job, options, s->tr_s, s->n_scans, n, y, s->rho, err);
    free(y);
    return status;
}

static vb_status make_series(const vb_roi_job *job, const vb_roi_options *options,
                             vb_roi_series *s, vb_error *err)
{
    const size_t n = s->set->n;
    vb_status status = VB_OK;

    s->raw = gather(s, VB_ROI_MEAN);
    s->share = malloc((n + 1) * sizeof *s->share);
    s->rho = malloc((n + 1) * sizeof *s->rho);
    if (!s->raw || !s->share || !s->rho)
        return vb_fail_memory(err, s->n_scans * n * sizeof *s->raw);
    for (size_t r = 0; r < n; r++)
        s->share[r] = s->rho[r] = (double)NAN;
    if (options->whiten)
        status = find_rho(job, options, s, err);
    for (size_t i = 0; status == VB_OK && i < VB_ROI_EIGENVARIATE; i++)
        if (options->statistics & 1u << i)
            status = summarise(job, options, (vb_roi_statistic)i, s, err);
    if (status != VB_OK || !(options->statistics & 1u << VB_ROI_EIGENVARIATE))
        return status;
    s->series[VB_ROI_EIGENVARIATE] = malloc((s->n_scans * n + 1) * sizeof(double));
    if (!s->series[VB_ROI_EIGENVARIATE])
        return vb_fail_memory(err, s->n_scans * n * sizeof(double));
    for (size_t r = 0; status == VB_OK && r < n; r++)
        status = eigenvariate(job, options, r, s, err);
    return status;
}

vb_status vb_roi_extract_run(const vb_roi_job *job, const vb_roi_set *set,
                             const vb_roi_options *options, vb_roi_series **series,
                             vb_notes *notes, vb_error *err)
{
    vb_roi_series *s = calloc(1, sizeof *s);
    vb_status status;

    if (!s)
        return vb_fail_memory(err, sizeof *s);
    s->set = set;
    status = read_header(job, set, s, notes, err);
    if (status == VB_OK)
        status = read_voxels(job, options, s, notes, err);
    if (status == VB_OK)
        status = judge(job, s, notes, err);
    if (status == VB_OK)
        status = make_series(job, options, s, err);
    if (status != VB_OK) {
        if (err && !err->file[0])
            snprintf(err->file, sizeof err->file, "%s", job->bold);
        vb_roi_series_free(s);
        return status;
    }
    *series = s;
    return VB_OK;
}
