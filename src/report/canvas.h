/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * canvas.h - a picture of pixels, rectangles and text for PNG files.
 */
#ifndef VB_REPORT_CANVAS_H
#define VB_REPORT_CANVAS_H

#include "valuebold/status.h"

#include <stdint.h>

typedef struct vb_rgb {
    uint8_t r, g, b;
} vb_rgb;

typedef struct vb_canvas {
    size_t width, height;
    unsigned char *pixels; /* [height x width x 3] */
} vb_canvas;

/* All pixels of one colour; free pixels with vb_canvas_free. */
vb_status vb_canvas_make(size_t width, size_t height, vb_rgb colour, vb_canvas *canvas,
                         vb_error *err);
void vb_canvas_free(vb_canvas *canvas);

/* Mixes colour in with a share of 0 to 1; places outside are ignored, as below. */
void vb_canvas_blend(vb_canvas *canvas, long x, long y, vb_rgb colour, double share);
void vb_canvas_fill(vb_canvas *canvas, long x, long y, size_t width, size_t height,
                    vb_rgb colour);

/* A font of 5 x 9 dots: capitals are 7 high, two rows are below the line.  scale is pixels
 * a dot; edges are smoothed.  y is the top of capitals. */
enum { VB_FONT_CAPITAL = 7, VB_FONT_ROWS = 9 };
double vb_text_width(const char *utf8, double scale);
void vb_text_draw(vb_canvas *canvas, double x, double y, double scale, vb_rgb colour,
                  const char *utf8);

/* text shortened with "..." to be at most width pixels wide; returns out. */
char *vb_text_fit(const char *utf8, double scale, double width, char out[],
                  size_t size);

/* Rows of dots of a character code, bit 4 on the left; a box for those the font lacks. */
const uint8_t *vb_font_glyph(uint32_t code);

#endif
