/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_feed.c - the voxels of an image into the sums of the model, in one pass.
 *
 * Straight: blocks as they are stored, gathered by the reading thread.  With smoothing:
 * whole volumes as float, smoothed within the mask, each by one thread.  With FSL's
 * high-pass: the masked series is kept (float) and filtered at the end.
 */
#include "glm_internal.h"
#include "valuebold/drift.h"
#include "valuebold/parallel.h"
#include "valuebold/smooth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 32, LAST = 4, PADDED = 16, SMOOTH_BLOCK = 8 };

/* f: what to do with a stored value x of row in[] */
#define EACH(type_, in_, n_, body)                                                     \
    do {                                                                               \
        const type_ *in = (const type_ *)(in_);                                        \
        for (size_t i = 0; i < (n_); i++) {                                            \
            const double x = (double)in[i];                                            \
            body;                                                                      \
        }                                                                              \
    } while (0)

void glm_to_float(vb_sample type, const void *stored, size_t n, double slope,
                  double inter, float out[])
{
    switch (type) {
    case VB_SAMPLE_INT16:
        EACH(int16_t, stored, n, out[i] = (float)(slope * x + inter));
        break;
    case VB_SAMPLE_FLOAT32:
        EACH(float, stored, n, out[i] = (float)(slope * x + inter));
        break;
    case VB_SAMPLE_FLOAT64:
        EACH(double, stored, n, out[i] = (float)(slope * x + inter));
        break;
    }
}

void glm_add_to(vb_sample type, const void *stored, size_t n, double sum[])
{
    switch (type) {
    case VB_SAMPLE_INT16:
        EACH(int16_t, stored, n, sum[i] += x);
        break;
    case VB_SAMPLE_FLOAT32:
        EACH(float, stored, n, sum[i] += x);
        break;
    case VB_SAMPLE_FLOAT64:
        EACH(double, stored, n, sum[i] += x);
        break;
    }
}

typedef struct feeding {
    glm_feed *feed;
    size_t n_threads; /* for the block in hand */
    vb_nifti_block block;
    vb_arena *arena;
    /* rows of masked values, scaled: n_rows of capacity */
    float *rows;
    size_t n_rows, capacity, n_chunks;
    size_t n_delivered; /* volumes */
    vb_smooth *smooth;
    vb_smooth_work *work[VB_MAX_THREADS];
    float *volumes; /* [SMOOTH_BLOCK x n_vox] */
    vb_line line;
    double *series; /* [n_threads x 2 x n_scans] */
} feeding;

static void sum_chunk(void *context, size_t chunk, size_t worker)
{
    const feeding *f = context;
    const size_t first = chunk * GLM_CHUNK, bytes = vb_sample_bytes(f->block.type);
    const size_t left = f->feed->n_in - first;

    (void)worker;
    for (size_t b = 0; b < f->block.n_volumes; b++)
        glm_add_to(f->block.type,
                   (const char *)f->block.values +
                       (b * f->block.stride + first) * bytes,
                   left < GLM_CHUNK ? left : GLM_CHUNK, f->feed->mean + first);
}

static bool is_last(const feeding *f)
{
    return f->block.first_volume + f->block.n_volumes == f->feed->header->n_volumes;
}

/* Masked volumes to where they are wanted: the sums, the series.  The last ones as they are
 * stored are fitted in the same pass over the sums. */
static vb_status deliver(feeding *f, size_t n_volumes, vb_sample type,
                         const void *values, size_t stride, vb_error *err)
{
    glm_feed *feed = f->feed;
    const size_t n_threads = f->n_threads;
    const glm_rows rows = {values, stride, n_volumes, f->n_delivered,
                           vb_sample_bytes(type)};
    vb_status status = VB_OK;

    f->n_delivered += n_volumes;
    feed->series_type = type;
    if (feed->n_sample)
        status = glm_keep_sample(feed, &rows, err);
    if (status == VB_OK && (!feed->glm || feed->keeps_series))
        status = glm_keep_series(feed, &rows, n_threads, err);
    if (status != VB_OK || !feed->glm)
        return status;
    feed->is_fitted = !f->rows && is_last(f) && !(feed->options->noise_fwhm_mm > 0);
    return feed->is_fitted
               ? vb_glm_add_last(feed->glm, n_volumes, type, values, stride,
                                 feed->header->slope, feed->header->inter, n_threads,
                                 feed->counts, err)
               : vb_glm_add(feed->glm, n_volumes, type, values, stride, n_threads, err);
}

static vb_status take_straight(feeding *f, vb_error *err)
{
    if (!f->feed->glm) /* else the mean is among its results */
        vb_parallel(f->n_chunks, f->n_threads, sum_chunk, f);
    return deliver(f, f->block.n_volumes, f->block.type, f->block.values,
                   f->block.stride, err);
}

/* Volume b of the block: to float, smoothed, its masked voxels into their row. */
static void take_volume(void *context, size_t b, size_t worker)
{
    feeding *f = context;
    const vb_nifti_header *h = f->feed->header;
    const size_t row = b * f->block.stride * vb_sample_bytes(f->block.type);
    const char *values = (const char *)f->block.values + row;
    float *to = f->rows + (f->n_rows + b) * f->feed->n_in;
    float *volume = f->smooth ? f->volumes + b * h->n_vox : to;
    size_t n = 0;

    glm_to_float(f->block.type, values, f->block.n_voxels, h->slope, h->inter, volume);
    if (!f->smooth)
        return;
    vb_smooth_float(f->smooth, f->work[worker], volume);
    for (size_t v = 0; v < h->n_vox; v++)
        if (f->feed->mask[v])
            to[n++] = volume[v];
}

static void sum_rows(void *context, size_t chunk, size_t worker)
{
    const feeding *f = context;
    const size_t first = chunk * GLM_CHUNK, left = f->feed->n_in - first;

    (void)worker;
    for (size_t b = 0; b < f->block.n_volumes; b++)
        glm_add_to(VB_SAMPLE_FLOAT32, f->rows + (f->n_rows + b) * f->feed->n_in + first,
                   left < GLM_CHUNK ? left : GLM_CHUNK, f->feed->mean + first);
}

static vb_status add_rows(feeding *f, size_t first, size_t n, vb_error *err)
{
    return deliver(f, n, VB_SAMPLE_FLOAT32, f->rows + first * f->feed->n_in,
                   f->feed->n_in, err);
}

static vb_status take_rows(feeding *f, vb_error *err)
{
    vb_status status = VB_OK;

    vb_parallel(f->block.n_volumes, f->n_threads, take_volume, f);
    vb_parallel(f->n_chunks, f->n_threads, sum_rows, f);
    f->n_rows += f->block.n_volumes;
    if (f->series || f->n_rows + f->block.n_volumes <= f->capacity)
        return VB_OK;
    status = add_rows(f, 0, f->n_rows, err);
    f->n_rows = 0;
    return status;
}

static void filter_chunk(void *context, size_t chunk, size_t worker)
{
    const feeding *f = context;
    const size_t n = f->n_rows, n_in = f->feed->n_in;
    const size_t end = (chunk + 1) * GLM_CHUNK < n_in ? (chunk + 1) * GLM_CHUNK : n_in;
    double *y = f->series + worker * 2 * n;

    for (size_t v = chunk * GLM_CHUNK; v < end; v++) {
        for (size_t s = 0; s < n; s++)
            y[s] = (double)f->rows[s * n_in + v];
        vb_line_filter(&f->line, y, y + n);
        for (size_t s = 0; s < n; s++)
            f->rows[s * n_in + v] = (float)y[s];
    }
}

static vb_status finish_rows(feeding *f, vb_error *err)
{
    vb_status status = VB_OK;

    if (f->series)
        vb_parallel(f->n_chunks, f->feed->options->n_threads, filter_chunk, f);
    for (size_t s = 0; s < f->n_rows && status == VB_OK; s += BLOCK)
        status = add_rows(f, s, f->n_rows - s < BLOCK ? f->n_rows - s : BLOCK, err);
    return status;
}

static vb_status prepare_smooth(feeding *f, vb_error *err)
{
    const vb_nifti_header *h = f->feed->header;
    const double fwhm = f->feed->options->fwhm_mm, fwhm_mm[3] = {fwhm, fwhm, fwhm};
    vb_status status =
        vb_smooth_alloc(h->dim, h->voxel_mm, fwhm_mm, f->feed->mask, &f->smooth, err);

    for (size_t i = 0; i < f->feed->options->n_threads && status == VB_OK; i++)
        status = vb_smooth_work_alloc(f->smooth, &f->work[i], err);
    if (status != VB_OK)
        return status;
    f->volumes = calloc(h->n_vox, SMOOTH_BLOCK * sizeof *f->volumes);
    return f->volumes ? VB_OK
                      : vb_fail_memory(err, h->n_vox * SMOOTH_BLOCK * sizeof(float));
}

static vb_status prepare_filter(feeding *f, vb_error *err)
{
    const vb_design *d = f->feed->design;
    const size_t n = d->n_scans;

    f->arena = vb_arena_alloc();
    if (f->arena)
        f->series = vb_arena_take(f->arena, f->feed->options->n_threads * n,
                                  2 * sizeof *f->series);
    if (!f->series)
        return vb_fail_memory(err, n * 2 * sizeof *f->series);
    return vb_line_make(n, d->high_pass_s / (2 * d->tr_s[0]), f->arena, &f->line, err);
}

static vb_status prepare(feeding *f, vb_error *err)
{
    const bool filters = glm_needs_line_filter(f->feed->design);
    vb_status status = VB_OK;

    f->n_chunks = (f->feed->n_in + GLM_CHUNK - 1) / GLM_CHUNK;
    if (f->feed->options->fwhm_mm > 0)
        status = prepare_smooth(f, err);
    if (status == VB_OK && filters)
        status = prepare_filter(f, err);
    if (status != VB_OK || (!filters && !f->smooth))
        return status;
    f->capacity = filters ? f->feed->header->n_volumes : BLOCK;
    f->rows = calloc(f->feed->n_in, f->capacity * sizeof *f->rows);
    return f->rows ? VB_OK
                   : vb_fail_memory(err, f->feed->n_in * f->capacity * sizeof *f->rows);
}

/* While the reading thread sets the pace it has a processor to itself: what is done here then
 * fits into the time of the others.  Where it does not, or nothing is left to read, all work
 * here. */
static size_t threads_for(const feeding *f)
{
    const size_t n = f->feed->options->n_threads;

    return n > 1 && f->block.waited && !is_last(f) ? n - 1 : n;
}

static vb_status read_all(feeding *f, vb_notes *notes, vb_error *err)
{
    glm_feed *feed = f->feed;
    size_t done = 0;
    vb_status status = VB_OK;

    while (status == VB_OK) {
        status = vb_nifti_next(feed->stream, &f->block, notes, err);
        if (status != VB_OK || !f->block.n_volumes)
            break;
        f->n_threads = threads_for(f);
        status = f->rows ? take_rows(f, err) : take_straight(f, err);
        done += f->block.n_volumes;
        if (feed->options->progress)
            feed->options->progress(feed->options->progress_context, feed->name, done,
                                    feed->header->n_volumes);
    }
    f->n_threads = feed->options->n_threads;
    glm_feed_close(feed);
    return status;
}

vb_status glm_feed_open(glm_feed *feed, vb_error *err)
{
    const bool smooths = feed->options->fwhm_mm > 0;
    const vb_nifti_options how = {.block_volumes = smooths ? SMOOTH_BLOCK : BLOCK,
                                  .last_volumes = smooths ? SMOOTH_BLOCK : LAST,
                                  .row_multiple = PADDED,
                                  .alone = feed->options->n_threads == 1,
                                  .mask = smooths ? NULL : feed->mask};

    return vb_nifti_open(feed->header, &how, &feed->stream, err);
}

void glm_feed_close(glm_feed *feed)
{
    vb_nifti_close(feed->stream);
    feed->stream = NULL;
}

static void finish_sums(const feeding *f)
{
    const glm_feed *feed = f->feed;
    const double n = (double)feed->header->n_volumes;

    for (size_t v = 0; v < feed->n_in; v++)
        feed->mean[v] = feed->slope * (feed->mean[v] / n) + feed->inter;
}

static vb_status fit_sums(const feeding *f, vb_error *err)
{
    const glm_feed *feed = f->feed;
    double *rho = NULL;
    vb_status status = VB_OK;

    if (feed->options->noise_fwhm_mm > 0) {
        rho = malloc(feed->n_in * sizeof *rho);
        status = rho ? glm_smooth_rho(feed, f->n_threads, rho, err)
                     : vb_fail_memory(err, feed->n_in * sizeof *rho);
        vb_glm_use_rho(feed->glm, rho);
    }
    if (status == VB_OK)
        status = vb_glm_finish(feed->glm, feed->slope, feed->inter, f->n_threads,
                               feed->counts, err);
    vb_glm_use_rho(feed->glm, NULL);
    free(rho);
    return status;
}

vb_status glm_feed_run(glm_feed *feed, vb_notes *notes, vb_error *err)
{
    feeding f = {.feed = feed, .n_threads = feed->options->n_threads};
    vb_status status = prepare(&f, err);

    if (status == VB_OK)
        status = read_all(&f, notes, err);
    if (status == VB_OK && f.rows)
        status = finish_rows(&f, err);
    feed->slope = f.rows ? 1 : feed->header->slope;
    feed->inter = f.rows ? 0 : feed->header->inter;
    if (status == VB_OK && feed->glm && !feed->is_fitted)
        status = fit_sums(&f, err);
    if (feed->glm && !f.rows && status == VB_OK)
        status = vb_glm_mean(feed->glm, feed->mean, err);
    else
        finish_sums(&f);
    for (size_t i = 0; i < VB_MAX_THREADS; i++)
        vb_smooth_work_free(f.work[i]);
    vb_smooth_free(f.smooth);
    vb_arena_free(f.arena);
    free(f.volumes);
    free(f.rows);
    return status;
}
