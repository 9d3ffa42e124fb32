/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * svg.h - drawing as SVG text: shapes, text, axes with round ticks.
 *
 * Lengths are pixels, y grows downwards.  Every text is escaped and made valid XML, so that
 * names out of data files cannot carry markup.  Errors are kept in the buffer (vb_buffer_ok).
 */
#ifndef VB_SVG_H
#define VB_SVG_H

#include "valuebold/buffer.h"
#include <stdbool.h>

/* Colours are CSS texts; none: "none". */
typedef struct vb_svg_style {
    const char *fill, *stroke; /* NULL: none */
    double width;              /* of the stroke, 0: 1 */
    double opacity;            /* 0: 1 */
} vb_svg_style;

typedef enum vb_svg_anchor { VB_SVG_START, VB_SVG_MIDDLE, VB_SVG_END } vb_svg_anchor;

typedef struct vb_svg_font {
    double size; /* px */
    vb_svg_anchor anchor;
    double rotate_deg; /* about the text's point, clockwise */
    bool bold;
    const char *fill; /* NULL: dark grey */
} vb_svg_font;

/* What fits lines of n characters: sans-serif letters are about 0.56 of their size wide. */
double vb_svg_text_width(const char *utf8, double size);
/* s, or its beginning, an ellipsis and its end, at most max characters long (names often
 * differ at both ends); out has at least 4 * max + 8 bytes.  Returns out. */
char *vb_svg_shorten(const char *utf8, size_t max, char out[], size_t size);

void vb_svg_open(vb_buffer *out, double width, double height, const char *title,
                 const char *description);
void vb_svg_close(vb_buffer *out);
/* Opens a group moved to x, y; close with vb_svg_ungroup. */
void vb_svg_group(vb_buffer *out, double x, double y);
void vb_svg_ungroup(vb_buffer *out);

void vb_svg_escape(vb_buffer *out, const char *text);
void vb_svg_text(vb_buffer *out, double x, double y, const vb_svg_font *font,
                 const char *text);
/* The same with the whole name shown on hovering, for shortened text. */
void vb_svg_text_hint(vb_buffer *out, double x, double y, const vb_svg_font *font,
                      const char *text, const char *hint);
void vb_svg_rect(vb_buffer *out, double x, double y, double width, double height,
                 const vb_svg_style *style);
void vb_svg_line(vb_buffer *out, double x1, double y1, double x2, double y2,
                 const vb_svg_style *style);
/* Points (x[i], y[i]); a break at values that are not finite. */
void vb_svg_polyline(vb_buffer *out, size_t n, const double x[], const double y[],
                     const vb_svg_style *style);
/* pixels[rows x cols x 3] stretched to width x height, sharp. */
vb_status vb_svg_image(vb_buffer *out, double x, double y, double width, double height,
                       size_t cols, size_t rows, const unsigned char pixels[],
                       vb_error *err);

/* A scale from data to pixels. */
typedef struct vb_svg_scale {
    double from, to;       /* data */
    double pixel0, pixel1; /* where from and to are */
} vb_svg_scale;

double vb_svg_at(const vb_svg_scale *scale, double x);
/* A round step (1, 2 or 5 times a power of ten) that makes at most n steps of range. */
double vb_svg_step(double range, size_t n);

typedef enum vb_svg_side {
    VB_SVG_BELOW,
    VB_SVG_ABOVE,
    VB_SVG_LEFT,
    VB_SVG_RIGHT
} vb_svg_side;

/* Line, ticks, numbers and a name at the fixed coordinate at. */
void vb_svg_axis(vb_buffer *out, const vb_svg_scale *scale, double at, vb_svg_side side,
                 size_t n_ticks, const char *name);

#endif
