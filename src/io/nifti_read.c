/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_read.c - what is built on the stream: whole images, masks, a survey of a series. */
#include "valuebold/nifti.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* n values from voxel `first` of row `row` of a block, scaled. */
static void scale_part(const vb_nifti_header *h, const vb_nifti_block *b, size_t row,
                       size_t first, size_t n, double values[])
{
    const size_t at = row * b->stride + first;

    switch (b->type) {
    case VB_SAMPLE_INT16:
        for (size_t v = 0; v < n; v++)
            values[v] = h->slope * ((const int16_t *)b->values)[at + v] + h->inter;
        return;
    case VB_SAMPLE_FLOAT32:
        for (size_t v = 0; v < n; v++)
            values[v] =
                h->slope * (double)((const float *)b->values)[at + v] + h->inter;
        return;
    case VB_SAMPLE_FLOAT64:
        for (size_t v = 0; v < n; v++)
            values[v] = h->slope * ((const double *)b->values)[at + v] + h->inter;
        return;
    }
}

static void scale_row(const vb_nifti_header *h, const vb_nifti_block *b, size_t row,
                      double values[])
{
    scale_part(h, b, row, 0, b->n_voxels, values);
}

vb_status vb_nifti_read(const vb_nifti_header *h, double values[], vb_notes *notes,
                        vb_error *err)
{
    const vb_nifti_options options = {.block_volumes = 1};
    vb_nifti_stream *stream = NULL;
    vb_nifti_block block = {0};
    vb_status status = vb_nifti_open(h, &options, &stream, err);

    while (status == VB_OK) {
        status = vb_nifti_next(stream, &block, notes, err);
        if (status != VB_OK || !block.n_volumes)
            break;
        for (size_t i = 0; i < block.n_volumes; i++)
            scale_row(h, &block, i, values + (block.first_volume + i) * h->n_vox);
    }
    vb_nifti_close(stream);
    return status;
}

/* What has been seen of a mask. */
typedef struct mask_census {
    size_t n, n_nonfinite, n_other, count;
    double one;
} mask_census;

static void take_mask(size_t n, const double values[], uint8_t mask[], mask_census *c)
{
    for (size_t v = 0; v < n; v++) {
        const bool finite = isfinite(values[v]), in = finite && fabs(values[v]) > 0;

        c->n_nonfinite += !finite;
        if (in && !c->count)
            c->one = values[v];
        c->n_other += in && fabs(values[v] - c->one) > 0;
        mask[v] = in;
        c->count += in;
    }
}

/* Piece by piece: no image of doubles is needed. */
static vb_status read_mask_values(const vb_nifti_header *h, uint8_t mask[],
                                  mask_census *c, vb_notes *notes, vb_error *err)
{
    enum { PIECE = 2048 };
    const vb_nifti_options options = {.block_volumes = 1, .alone = true};
    vb_nifti_stream *stream = NULL;
    vb_nifti_block block = {0};
    vb_status status = vb_nifti_open(h, &options, &stream, err);

    while (status == VB_OK) {
        status = vb_nifti_next(stream, &block, notes, err);
        if (status != VB_OK || !block.n_volumes)
            break;
        for (size_t v = 0; v < h->n_vox; v += PIECE) {
            const size_t n = h->n_vox - v < PIECE ? h->n_vox - v : PIECE;
            double values[PIECE];

            scale_part(h, &block, 0, v, n, values);
            take_mask(n, values, mask + v, c);
        }
    }
    vb_nifti_close(stream);
    return status;
}

static vb_status judge_mask(const char *path, const mask_census *c, size_t *n_in,
                            vb_notes *notes, vb_error *err)
{
    if (!c->count)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "mask is empty: no voxel of %zu is non-zero", c->n);
    if (c->n_nonfinite)
        vb_note_add(
            notes, VB_WARNING, "mask-nonfinite", path, 0, 0,
            "%zu voxels of the mask are not finite (NaN or Inf): taken as outside",
            c->n_nonfinite);
    if (c->n_other)
        vb_note_add(notes, VB_WARNING, "mask-values", path, 0, 0,
                    "mask holds more than two values: every non-zero voxel is taken as "
                    "inside");
    if (c->count == 1)
        vb_note_add(notes, VB_WARNING, "mask-small", path, 0, 0,
                    "mask holds a single voxel");
    *n_in = c->count;
    return VB_OK;
}

vb_status vb_nifti_read_mask(const char *path, const vb_nifti_header *grid,
                             uint8_t mask[], size_t *n_in, vb_notes *notes,
                             vb_error *err)
{
    vb_nifti_header h;
    mask_census census = {0};
    vb_status status = vb_nifti_header_read(path, &h, notes, err);

    if (status == VB_OK)
        status = vb_nifti_check_grid(&h, grid, err);
    if (status == VB_OK && h.n_volumes != 1)
        status = vb_fail_at(err, VB_EINPUT, path, 0, 0,
                            "mask has %zu volumes, expected 1", h.n_volumes);
    if (status != VB_OK)
        return status;
    census.n = h.n_vox;
    status = read_mask_values(&h, mask, &census, notes, err);
    return status == VB_OK ? judge_mask(path, &census, n_in, notes, err) : status;
}

enum { VARIES = 1, NOT_FINITE = 2 };

/* first [n], flags [n]: the voxel's first value and what has been seen of it. */
static void survey_volume(size_t n, const double values[], bool is_first,
                          double first[], uint8_t flags[], double *sum,
                          size_t *n_finite)
{
    for (size_t v = 0; v < n; v++) {
        if (!isfinite(values[v])) {
            flags[v] |= NOT_FINITE;
            continue;
        }
        *sum += values[v];
        (*n_finite)++;
        if (is_first)
            first[v] = values[v];
        else if (fabs(values[v] - first[v]) > 0)
            flags[v] |= VARIES;
    }
}

static vb_status judge_survey(const vb_nifti_header *h, const uint8_t flags[],
                              vb_nifti_survey *survey, vb_notes *notes, vb_error *err)
{
    for (size_t v = 0; v < h->n_vox; v++) {
        survey->n_nonfinite += (flags[v] & NOT_FINITE) != 0;
        survey->n_constant += flags[v] == 0;
        survey->n_varying += flags[v] == VARIES;
    }
    if (survey->n_nonfinite)
        vb_note_add(notes, VB_WARNING, "nifti-nonfinite", h->data_path, 0, 0,
                    "%zu voxel%s with non-finite values (NaN or Inf) left out",
                    survey->n_nonfinite, survey->n_nonfinite == 1 ? "" : "s");
    if (!survey->n_varying)
        return vb_fail_at(err, VB_EESTIMATE, h->data_path, 0, 0,
                          "no voxel varies in time: all are zero or constant");
    return VB_OK;
}

vb_status vb_nifti_survey_read(const vb_nifti_header *h, vb_nifti_survey *survey,
                               vb_notes *notes, vb_error *err)
{
    double *values = calloc(h->n_vox, 2 * sizeof *values), sum = 0;
    uint8_t *flags = calloc(h->n_vox, 1);
    vb_nifti_stream *stream = NULL;
    vb_nifti_block block = {0};
    vb_nifti_survey seen = {0};
    size_t n_finite = 0;
    vb_status status = VB_OK;

    if (!values || !flags)
        status = vb_fail_memory(err, h->n_vox * (2 * sizeof *values + 1));
    if (status == VB_OK)
        status = vb_nifti_open(h, NULL, &stream, err);
    while (status == VB_OK) {
        status = vb_nifti_next(stream, &block, notes, err);
        if (status != VB_OK || !block.n_volumes)
            break;
        for (size_t i = 0; i < block.n_volumes; i++) {
            scale_row(h, &block, i, values);
            survey_volume(h->n_vox, values, block.first_volume + i == 0,
                          values + h->n_vox, flags, &sum, &n_finite);
        }
    }
    if (status == VB_OK)
        status = judge_survey(h, flags, &seen, notes, err);
    if (status == VB_OK) {
        seen.mean = n_finite ? sum / (double)n_finite : (double)NAN;
        *survey = seen;
    }
    vb_nifti_close(stream);
    free(values);
    free(flags);
    return status;
}
