/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slices of a statistical map on a background image, as a PNG picture.
 *
 * Values below the threshold are faded, not hidden (Taylor et al. 2023 NeuroImage
 * 274:120138): their opacity is (|value| / threshold)^2, those above are opaque and have an
 * outline.  Slices are planes of the mm space, also for oblique images; left is left.
 */
#ifndef VALUEBOLD_MOSAIC_H
#define VALUEBOLD_MOSAIC_H

#include "valuebold/buffer.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_plane { VB_AXIAL, VB_SAGITTAL, VB_CORONAL } vb_plane;

/* Zero-initialise for the defaults; all is borrowed for the call. */
typedef struct vb_mosaic {
    size_t dim[3];
    double affine[3][4];      /* mm = affine * (i, j, k, 1), as of vb_nifti_header */
    const double *background; /* [n_vox] e.g. the mean image; NULL: the mask in grey */
    const double *values;     /* [n_vox] the statistic; NaN has no colour */
    const uint8_t *mask;      /* [n_vox] where values count, NULL: everywhere */

    double threshold;   /* 0: none is faded */
    double maximum;     /* end of the colour scale; 0: made from the values */
    bool positive_only; /* F maps, and maps of which one side is tested */

    vb_plane plane;
    size_t n_slices;  /* 0: 21 (axial, coronal) or 18 (sagittal) */
    size_t n_columns; /* 0: 7 or 6 */
    size_t width_px;  /* 0: 1200; 300 to 8000 */

    const char
        *title; /* UTF-8; ASCII is drawn, other characters as boxes; NULL: none */
    const char *caption; /* second line, smaller; NULL: none */
    const char *unit;    /* over the colour bar, e.g. "t(113)"; NULL: none */
} vb_mosaic;

/* Appends the picture; the same map gives the same bytes.
 * VB_EDOM: a threshold, maximum or width that cannot be; VB_EINPUT: a singular affine, or
 * nothing to show (no voxel in the mask). */
VB_API vb_status vb_mosaic_png(const vb_mosaic *mosaic, vb_buffer *png, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
