/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_atlas.c - the regions as an image of labels with its table, and a picture of where they
 * lie. */
#include "roi_internal.h"
#include "valuebold/mosaic.h"
#include "valuebold/nifti_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPTION_MAX = 512, MOST_LABELS = 32767 };

/* label [n_vox]: 1 + index of the first region that has the voxel. */
static size_t fill_labels(const vb_roi_set *set, int16_t label[])
{
    size_t n_shared = 0;

    for (size_t r = 0; r < set->n; r++)
        for (size_t i = 0; i < set->regions[r].n; i++) {
            int16_t *at = &label[set->regions[r].voxel[i]];

            n_shared += *at > 0;
            if (!*at)
                *at = (int16_t)(r + 1);
        }
    return n_shared;
}

static vb_status add_file(const vb_roi_who *who, const char *end, vb_buffer **bytes,
                          vb_outputs *outputs, vb_error *err)
{
    return vb_outputs_add(outputs, bytes, err, "%s%s%s_desc-regions_%s", who->folder,
                          who->folder[0] ? "/" : "", who->stem, end);
}

static vb_status write_table(const vb_roi_set *set, const vb_roi_who *who,
                             vb_outputs *outputs, vb_error *err)
{
    vb_buffer *out;
    vb_json j = {0};
    vb_status status = add_file(who, "dseg.tsv", &out, outputs, err);

    if (status == VB_OK) {
        vb_put_text(out, "index\tname\n");
        for (size_t r = 0; r < set->n; r++)
            vb_putf(out, "%zu\t%s\n", r + 1, set->rois[r].name);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = add_file(who, "dseg.json", &out, outputs, err);
    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    vb_json_text(
        &j, "Description",
        "Regions on the grid of the image; a voxel of several is of the first");
    vb_json_text(&j, "Space", set->space);
    vb_json_open(&j, "Regions", '{');
    for (size_t r = 0; r < set->n; r++) {
        vb_json_open(&j, set->rois[r].name, '{');
        roi_put_definition(&j, set, r);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

/* The first volume of an image, scaled; what is wrong behind it is found when it is read. */
static vb_status first_volume(const vb_nifti_header *image, double values[],
                              vb_error *err)
{
    const vb_nifti_options how = {.block_volumes = 1, .window_blocks = 1};
    vb_nifti_stream *stream = NULL;
    vb_nifti_block block;
    vb_status status = vb_nifti_open(image, &how, &stream, err);

    if (status == VB_OK)
        status = vb_nifti_next(stream, &block, NULL, err);
    if (status == VB_OK) {
        const vb_volume volume = {.type = block.type,
                                  .values = block.values,
                                  .slope = image->slope,
                                  .inter = image->inter};

        for (size_t v = 0; v < image->n_vox; v++)
            values[v] = vb_volume_at(&volume, v);
    }
    vb_nifti_close(stream);
    return status;
}

static vb_status draw(const vb_roi_set *set, const vb_nifti_header *image,
                      const int16_t label[], const vb_roi_who *who, vb_outputs *outputs,
                      vb_error *err)
{
    double *values = malloc(2 * image->n_vox * sizeof *values);
    char caption[CAPTION_MAX] = "";
    vb_mosaic mosaic = {.background = values,
                        .positive_only = true,
                        .maximum = (double)set->n,
                        .title = who->stem,
                        .caption = caption,
                        .unit = "region"};
    vb_buffer *png;
    vb_status status = values ? first_volume(image, values, err)
                              : vb_fail_memory(err, 2 * image->n_vox * sizeof *values);

    for (size_t r = 0; r < set->n && strlen(caption) < 150; r++)
        snprintf(caption + strlen(caption), sizeof caption - strlen(caption),
                 "%s%zu %.60s", r ? ", " : "", r + 1, set->rois[r].name);
    if (status == VB_OK) {
        mosaic.values = values + image->n_vox;
        for (size_t v = 0; v < image->n_vox; v++)
            values[image->n_vox + v] = label[v] ? (double)label[v] : (double)NAN;
        memcpy(mosaic.dim, set->grid.dim, sizeof mosaic.dim);
        memcpy(mosaic.affine, set->grid.affine, sizeof mosaic.affine);
        status = add_file(who, "mosaic.png", &png, outputs, err);
    }
    if (status == VB_OK)
        status = vb_mosaic_png(&mosaic, png, err);
    free(values);
    return status;
}

vb_status vb_roi_write_regions(const vb_roi_set *set, const vb_nifti_header *image,
                               const vb_roi_who *who, vb_outputs *outputs,
                               vb_notes *notes, vb_error *err)
{
    int16_t *label = calloc(image->n_vox + 1, sizeof *label);
    const vb_map map = {.grid = image,
                        .description = "regions of interest",
                        .intent = VB_MAP_LABEL,
                        .type = VB_NIFTI_INT16,
                        .values = label};
    vb_buffer *bytes;
    size_t n_shared;
    vb_status status =
        label ? VB_OK : vb_fail_memory(err, image->n_vox * sizeof *label);

    if (status == VB_OK && set->n > MOST_LABELS)
        status = vb_fail(err, VB_EINPUT, "%zu regions are more than an image can hold",
                         set->n);
    if (status == VB_OK) {
        n_shared = fill_labels(set, label);
        if (n_shared)
            vb_note_add(notes, VB_INFO, "roi-overlap", image->path, 0, 0,
                        "%zu voxels are in several regions; the image of labels gives "
                        "them to the first",
                        n_shared);
        status = add_file(who, "dseg.nii.gz", &bytes, outputs, err);
    }
    if (status == VB_OK)
        status = vb_nifti_write(&map, bytes, err);
    if (status == VB_OK)
        status = write_table(set, who, outputs, err);
    if (status == VB_OK)
        status = draw(set, image, label, who, outputs, err);
    free(label);
    return status;
}
