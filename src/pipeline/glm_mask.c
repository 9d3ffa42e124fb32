/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_mask.c - which voxels are fitted, and one pass over an image to find out. */
#include "glm_internal.h"
#include "valuebold/parallel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* spm_global.m: the mean of the voxels above an eighth of the mean of all */
static const double SPM_GLOBAL_SHARE = 1.0 / 8;
static const double SPM_MASK_SHARE = 0.8; /* spm_defaults: mask.thresh */

typedef struct survey {
    const vb_nifti_header *grid;
    vb_nifti_block block;
    double *sum;
    uint8_t *spm;
    double global[64]; /* of the volumes of the block */
} survey;

enum { MOST_VOLUMES = sizeof((survey *)0)->global / sizeof(double) };

static double value_at(const survey *s, size_t volume, size_t voxel)
{
    const size_t i = volume * s->block.stride + voxel;
    const double slope = s->grid->slope, inter = s->grid->inter;

    switch (s->block.type) {
    case VB_SAMPLE_INT16:
        return slope * ((const int16_t *)s->block.values)[i] + inter;
    case VB_SAMPLE_FLOAT32:
        return slope * (double)((const float *)s->block.values)[i] + inter;
    case VB_SAMPLE_FLOAT64:
        break;
    }
    return slope * ((const double *)s->block.values)[i] + inter;
}

/* SPM's global mean of one volume. */
static void find_global(void *context, size_t volume, size_t worker)
{
    survey *s = context;
    double limit = -(double)INFINITY, mean = (double)NAN;

    (void)worker;
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0;
        size_t n = 0;

        for (size_t v = 0; v < s->grid->n_vox; v++) {
            const double y = value_at(s, volume, v);

            if (isfinite(y) && y > limit) {
                sum += y;
                n++;
            }
        }
        mean = n ? sum / (double)n : (double)NAN;
        limit = mean * SPM_GLOBAL_SHARE;
    }
    s->global[volume] = mean;
}

static void take_chunk(void *context, size_t chunk, size_t worker)
{
    const survey *s = context;
    const size_t first = chunk * GLM_CHUNK, bytes = vb_sample_bytes(s->block.type);
    const size_t left = s->grid->n_vox - first, n = left < GLM_CHUNK ? left : GLM_CHUNK;

    (void)worker;
    for (size_t volume = 0; volume < s->block.n_volumes; volume++) {
        const char *values = s->block.values;

        if (s->sum) /* of the stored values; scaled when all are there */
            glm_add_to(s->block.type,
                       values + (volume * s->block.stride + first) * bytes, n,
                       s->sum + first);
        for (size_t v = first; s->spm && v < first + n; v++)
            s->spm[v] &= /* NaN: not above */
                value_at(s, volume, v) > SPM_MASK_SHARE * s->global[volume];
    }
}

vb_status glm_mask_survey(const vb_nifti_header *grid, const vb_glm_options *options,
                          double sum[], uint8_t spm[], double *global, vb_error *err)
{
    const vb_nifti_options how = {.block_volumes = 8,
                                  .last_volumes = 8,
                                  .alone = options->n_threads == 1};
    const size_t n_chunks = (grid->n_vox + GLM_CHUNK - 1) / GLM_CHUNK;
    survey s = {.grid = grid, .sum = sum, .spm = spm};
    vb_nifti_stream *stream = NULL;
    size_t done = 0;
    vb_status status = vb_nifti_open(grid, &how, &stream, err);

    if (sum)
        memset(sum, 0, grid->n_vox * sizeof *sum);
    if (global)
        *global = 0;
    if (spm)
        memset(spm, 1, grid->n_vox);
    while (status == VB_OK) {
        /* what is to be said about the file is noted when its voxels are fitted */
        status = vb_nifti_next(stream, &s.block, NULL, err);
        if (status != VB_OK || !s.block.n_volumes)
            break;
        if (s.block.n_volumes > MOST_VOLUMES) {
            status =
                vb_fail(err, VB_EINTERNAL, "a block of %zu volumes", s.block.n_volumes);
            break;
        }
        if (spm || global)
            vb_parallel(s.block.n_volumes, options->n_threads, find_global, &s);
        vb_parallel(n_chunks, options->n_threads, take_chunk, &s);
        for (size_t b = 0; global && b < s.block.n_volumes; b++)
            *global += s.global[b] / (double)grid->n_volumes;
        done += s.block.n_volumes;
        if (options->progress)
            options->progress(options->progress_context, "mask", done, grid->n_volumes);
    }
    vb_nifti_close(stream);
    for (size_t v = 0; sum && v < grid->n_vox; v++)
        sum[v] = grid->slope * sum[v] + (double)grid->n_volumes * grid->inter;
    return status;
}

static size_t count(const uint8_t mask[], size_t n_vox)
{
    size_t n = 0;

    for (size_t v = 0; v < n_vox; v++)
        n += mask[v] != 0;
    return n;
}

/* A mask made from the image. */
static vb_status mask_from_image(const vb_nifti_header *grid,
                                 const vb_glm_options *options, bool spm,
                                 uint8_t mask[], char from[VB_PATH_MAX], double *global,
                                 vb_error *err)
{
    double *sum = NULL;
    vb_status status;

    if (spm) {
        snprintf(from, VB_PATH_MAX, "above 0.8 of SPM's global mean in every scan");
        return glm_mask_survey(grid, options, NULL, mask, global, err);
    }
    snprintf(from, VB_PATH_MAX,
             "mean image, by the rule of nilearn's compute_epi_mask");
    sum = malloc(grid->n_vox * sizeof *sum);
    if (!sum)
        return vb_fail_memory(err, grid->n_vox * sizeof *sum);
    status = glm_mask_survey(grid, options, sum, NULL, global, err);
    for (size_t v = 0; v < grid->n_vox; v++)
        sum[v] /= (double)grid->n_volumes;
    if (status == VB_OK)
        status = glm_mask_epi(grid, sum, mask, err);
    free(sum);
    return status;
}

static const char *file_of(const char *brain_mask, const vb_glm_options *options)
{
    if (options->masking == VB_GLM_MASK_FILE)
        return options->mask_file;
    return options->masking == VB_GLM_MASK_AUTO && brain_mask &&
                   access(brain_mask, F_OK) == 0
               ? brain_mask
               : NULL;
}

bool glm_mask_is_from_image(const char *brain_mask, const vb_glm_options *options)
{
    return options->masking != VB_GLM_MASK_NONE && !file_of(brain_mask, options);
}

vb_status glm_mask_make(const vb_nifti_header *grid, const char *brain_mask,
                        const vb_glm_options *options, uint8_t mask[], size_t *n_in,
                        char from[VB_PATH_MAX], double *global, vb_notes *notes,
                        vb_error *err)
{
    const bool wants_global = options->scaling == VB_GLM_SCALING_SPM;
    const char *file = file_of(brain_mask, options);
    vb_status status;

    if (file) {
        const char *slash = strrchr(file, '/');

        snprintf(from, VB_PATH_MAX, "%s", slash ? slash + 1 : file);
        return vb_nifti_read_mask(file, grid, mask, n_in, notes, err);
    }
    if (options->masking == VB_GLM_MASK_NONE) {
        snprintf(from, VB_PATH_MAX, "none: every voxel");
        memset(mask, 1, grid->n_vox);
        *n_in = grid->n_vox;
        return VB_OK;
    }
    status = mask_from_image(grid, options, options->masking == VB_GLM_MASK_SPM, mask,
                             from, wants_global ? global : NULL, err);
    *n_in = status == VB_OK ? count(mask, grid->n_vox) : 0;
    if (status == VB_OK && !*n_in)
        return vb_fail_at(err, VB_EESTIMATE, grid->path, 0, 0,
                          "no voxel is in the mask (%s): the image is small, has no "
                          "background or varies little; give a mask file, or mask "
                          "'none' for all voxels",
                          from);
    return status;
}
