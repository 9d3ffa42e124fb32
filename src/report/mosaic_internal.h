/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mosaic_internal.h - shared by the files about mosaics. */
#ifndef VB_REPORT_MOSAIC_INTERNAL_H
#define VB_REPORT_MOSAIC_INTERNAL_H

#include "canvas.h"
#include "valuebold/mosaic.h"

/* Axes of the mm space that a plane shows to the right, upwards, and cuts. */
typedef struct vb_axes {
    size_t right, up, through;
} vb_axes;

/* What all slices share. */
typedef struct vb_view {
    const vb_mosaic *mosaic;
    vb_axes axes;
    double inverse[3][4];      /* voxel = inverse * (x, y, z, 1) */
    double low[3], high[3];    /* mm that the mask reaches, voxel edges included */
    double dark, bright;       /* background values shown black and white */
    double threshold, maximum; /* of the colour scale */
    double px_per_mm;
} vb_view;

/* VB_EINPUT as vb_mosaic_png. */
vb_status vb_view_make(const vb_mosaic *mosaic, vb_view *view, vb_error *err);

/* Pixels over each slice for its place and the sides. */
enum { VB_LABEL_BAND = 19 };

/* Slice at mm of the plane's third axis, width x height pixels, below its label at (left,
 * top); all of it must be on the canvas. */
vb_status vb_slice_draw(const vb_view *view, double mm, vb_canvas *canvas, long left,
                        long top, size_t width, size_t height, vb_error *err);

/* Colour of a value and how opaque it is. */
vb_rgb vb_scale_colour(const vb_view *view, double value);
double vb_scale_share(const vb_view *view, double value);
/* The bar with its numbers, in the box. */
void vb_scale_draw(const vb_view *view, vb_canvas *canvas, long left, long top,
                   size_t width, size_t height);

/* Sizes of text: pixels a dot of the font. */
#define VB_LABEL_SCALE 1.6
#define VB_TITLE_SCALE 2.4
#define VB_CAPTION_SCALE 1.6

#endif
