/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roi_images.c - masks, probability maps and atlases into memory.
 *
 * An image is kept as it is stored (an atlas of 0.5 mm is 58 million voxels, and one byte or two
 * each), one at a time.
 */
#include "roi_internal.h"
#include "valuebold/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void roi_images_free(roi_images *images)
{
    free(images->values);
    images->values = NULL;
    images->path[0] = '\0';
}

static void set_volume(roi_images *images, vb_sample type)
{
    const vb_nifti_header *h = &images->header;

    images->volume = (vb_volume){.type = type,
                                 .values = images->values,
                                 .slope = h->slope,
                                 .inter = h->inter};
    memcpy(images->volume.grid.dim, h->dim, sizeof images->volume.grid.dim);
    memcpy(images->volume.grid.affine, h->affine, sizeof h->affine);
}

static vb_status read_volume(roi_images *images, vb_error *err)
{
    const vb_nifti_options how = {.block_volumes = 1, .window_blocks = 1};
    vb_nifti_stream *stream = NULL;
    vb_nifti_block block;
    vb_status status = vb_nifti_open(&images->header, &how, &stream, err);

    if (status == VB_OK)
        status = vb_nifti_next(stream, &block, images->notes, err);
    if (status == VB_OK) {
        const size_t bytes = block.n_voxels * vb_sample_bytes(block.type);

        images->values = malloc(bytes + 1);
        if (!images->values) {
            status = vb_fail_memory(err, bytes);
        } else {
            memcpy(images->values, block.values, bytes);
            set_volume(images, block.type);
            status = vb_nifti_next(stream, &block, images->notes, err); /* checksum */
        }
    }
    vb_nifti_close(stream);
    return status;
}

/* A mask in one space on an image in another is resampled without a word by the affines, which
 * then mean different things. */
static void compare_spaces(roi_images *images)
{
    char own[VB_PATH_MAX], wanted[VB_PATH_MAX];
    const vb_roi_space space = vb_roi_space_of(&images->header, own, sizeof own);

    vb_roi_space_of(images->target, wanted, sizeof wanted);
    if (space != VB_ROI_SPACE_UNKNOWN && images->target_space != VB_ROI_SPACE_UNKNOWN &&
        (space != images->target_space ||
         (space == VB_ROI_SPACE_OTHER && strcmp(own, wanted) != 0)))
        vb_note_add(images->notes, VB_WARNING, "roi-space", images->path, 0, 0,
                    "the region's image is in %s, the image it is wanted on in %s", own,
                    wanted);
}

vb_status roi_images_load(roi_images *images, const vb_region_node *node, vb_error *err)
{
    const char *path = node->base
                           ? vb_path_beside(node->base, node->image, images->arena)
                           : node->image;
    vb_status status;

    if (!path)
        return vb_fail_memory(err, strlen(node->image));
    if (images->values && strcmp(path, images->path) == 0)
        return VB_OK;
    roi_images_free(images);
    status = vb_nifti_header_read(path, &images->header, images->notes, err);
    if (status == VB_OK && images->header.n_volumes != 1)
        status =
            vb_fail_at(err, VB_EINPUT, path, 0, 0,
                       "a region's image has one volume, this one has %zu (dim %zu x "
                       "%zu x %zu)",
                       images->header.n_volumes, images->header.dim[0],
                       images->header.dim[1], images->header.dim[2]);
    snprintf(images->path, sizeof images->path, "%s", path);
    if (status == VB_OK)
        status = read_volume(images, err);
    if (status != VB_OK) {
        roi_images_free(images);
        return status;
    }
    compare_spaces(images);
    return VB_OK;
}

/* What a mask or a probability map should not hold. */
typedef struct contents {
    size_t n_nonfinite, n_inside;
    double first, largest, smallest;
    bool several;
} contents;

static contents look(const vb_volume *volume)
{
    const size_t n = volume->grid.dim[0] * volume->grid.dim[1] * volume->grid.dim[2];
    contents c = {.largest = -INFINITY, .smallest = INFINITY};

    for (size_t v = 0; v < n; v++) {
        const double x = vb_volume_at(volume, v);

        if (!isfinite(x)) {
            c.n_nonfinite++;
            continue;
        }
        c.largest = fmax(c.largest, x);
        c.smallest = fmin(c.smallest, x);
        if (!(fabs(x) > 0))
            continue;
        if (!c.n_inside++)
            c.first = x;
        c.several = c.several || x < c.first || x > c.first;
    }
    return c;
}

static void note_nonfinite(const roi_images *images, const contents *c)
{
    if (c->n_nonfinite)
        vb_note_add(images->notes, VB_WARNING, "mask-nonfinite", images->path, 0, 0,
                    "%zu voxels are not finite (NaN or Inf): taken as outside",
                    c->n_nonfinite);
}

static vb_status judge_probability(roi_images *images, vb_region_source *source,
                                   vb_error *err)
{
    const contents c = look(&images->volume);

    note_nonfinite(images, &c);
    if (c.smallest < 0)
        return vb_fail_at(
            err, VB_EINPUT, images->path, 0, 0,
            "a probability is %g; a map of probabilities has none below 0", c.smallest);
    if (!isnan(source->threshold))
        return VB_OK;
    if (c.largest > 1)
        return vb_fail_at(
            err, VB_EINPUT, images->path, 0, 0,
            "values go up to %g, so the usual threshold 0.5 means nothing; "
            "say one in units of the map: prob(FILE, threshold)",
            c.largest);
    source->threshold = 0.5;
    return VB_OK;
}

vb_status roi_images_get(void *context, const vb_region_node *node,
                         vb_region_source *source, vb_error *err)
{
    roi_images *images = context;
    vb_status status = roi_images_load(images, node, err);

    source->volume = &images->volume;
    if (status != VB_OK)
        return status;
    if (node->kind == VB_REGION_PROBABILITY)
        return judge_probability(images, source, err);
    if (node->kind == VB_REGION_MASK) {
        const contents c = look(&images->volume);

        note_nonfinite(images, &c);
        if (c.several)
            vb_note_add(
                images->notes, VB_WARNING, "mask-values", images->path, 0, 0,
                "mask holds more than two values: every non-zero voxel is taken "
                "as inside");
        return VB_OK;
    }
    status = roi_label_find(node, images->arena, images->notes, &images->label, err);
    source->n_labels = 1;
    source->labels = &images->label;
    return status;
}
