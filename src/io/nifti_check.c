/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_check.c - whether an image is a series, and whether two share a grid. */
#include "nifti_affine.h"

#include <string.h>

/* 1e-3 mm, as for sform against qform. */
static const double same_place_mm = 1e-3;

vb_status vb_nifti_check_bold(const vb_nifti_header *h, vb_error *err)
{
    if (h->n_dims < 4)
        return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                          "BOLD must be 4D, this image has %zu dimensions (%zu x %zu x "
                          "%zu)",
                          h->n_dims, h->dim[0], h->dim[1], h->dim[2]);
    for (size_t i = 4; i < 7; i++)
        if (h->dim[i] != 1)
            return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                              "BOLD must be 4D, this image has dim[%zu] = %zu", i + 1,
                              h->dim[i]);
    if (h->n_volumes < 2)
        return vb_fail_at(err, VB_EINPUT, h->path, 0, 0,
                          "BOLD must be a series, this image has 1 volume");
    return VB_OK;
}

vb_status vb_nifti_check_grid(const vb_nifti_header *image, const vb_nifti_header *grid,
                              vb_error *err)
{
    double d;

    if (memcmp(image->dim, grid->dim, 3 * sizeof image->dim[0]) != 0)
        return vb_fail_at(
            err, VB_EINPUT, image->path, 0, 0,
            "grid of %zu x %zu x %zu voxels differs from %zu x %zu x %zu of "
            "%s; resample it to that grid first",
            image->dim[0], image->dim[1], image->dim[2], grid->dim[0], grid->dim[1],
            grid->dim[2], grid->path);
    d = vb_nifti_corner_distance(grid->dim, image->affine, grid->affine);
    if (!(d <= same_place_mm))
        return vb_fail_at(
            err, VB_EINPUT, image->path, 0, 0,
            "affine differs by up to %.3g mm from that of %s; resample it to "
            "that grid first",
            d, grid->path);
    return VB_OK;
}
