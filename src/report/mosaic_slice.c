/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mosaic_slice.c - one slice: the background by trilinear interpolation, values by the
 * nearest voxel, so that every patch of colour is a voxel of the map.
 */
#include "mosaic_internal.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const vb_rgb label_colour = {225, 225, 225}, side_colour = {165, 165, 165};
static const vb_rgb outline = {0, 0, 0};
static const double brightest = 190; /* grey: colours stay brighter than background */

/* Greys and mixtures in steps of four of 255, which no eye tells apart: the file is half as
 * large. */
enum { STEP = 4 };

/* Voxel coordinates of a place in mm. */
static void to_voxel(const vb_view *view, const double mm[3], double voxel[3])
{
    for (size_t i = 0; i < 3; i++)
        voxel[i] = view->inverse[i][0] * mm[0] + view->inverse[i][1] * mm[1] +
                   view->inverse[i][2] * mm[2] + view->inverse[i][3];
}

/* Number of the nearest voxel, or VB_NONE outside the image. */
static size_t nearest(const vb_view *view, const double voxel[3])
{
    const size_t *dim = view->mosaic->dim;
    size_t at[3];

    for (size_t i = 0; i < 3; i++) {
        const double x = floor(voxel[i] + 0.5);

        if (!(x >= 0 && x < (double)dim[i]))
            return VB_NONE;
        at[i] = (size_t)x;
    }
    return at[0] + dim[0] * (at[1] + dim[1] * at[2]);
}

static double background_of(const vb_mosaic *m, size_t v)
{
    return m->background ? m->background[v] : !m->mask || m->mask[v] ? 0.5 : 0;
}

/* The weighted mean of the eight voxels around, of those that are there. */
static double background(const vb_view *view, const double voxel[3])
{
    const vb_mosaic *m = view->mosaic;
    const size_t step[3] = {1, m->dim[0], m->dim[0] * m->dim[1]};
    double sum = 0, total = 0, share[3];
    long low[3];

    for (size_t i = 0; i < 3; i++) {
        if (!(voxel[i] > -1 && voxel[i] < (double)m->dim[i]))
            return view->dark;
        low[i] = (long)floor(voxel[i]);
        share[i] = voxel[i] - (double)low[i];
    }
    for (unsigned corner = 0; corner < 8; corner++) {
        double weight = 1, value;
        size_t v = 0;

        for (size_t i = 0; i < 3; i++) {
            const long at = low[i] + (corner >> i & 1);

            if (at < 0 || at >= (long)m->dim[i])
                weight = 0;
            else
                v += (size_t)at * step[i];
            weight *= corner >> i & 1 ? share[i] : 1 - share[i];
        }
        if (!(weight > 0))
            continue;
        value = background_of(m, v);
        if (!isfinite(value))
            continue;
        sum += weight * value;
        total += weight;
    }
    return total > 0 ? sum / total : view->dark;
}

static vb_rgb grey_of(const vb_view *view, double value)
{
    const double share =
        fmin(1, fmax(0, (value - view->dark) / (view->bright - view->dark)));
    const uint8_t grey = (uint8_t)(brightest * share + 0.5);

    return (vb_rgb){grey, grey, grey};
}

static double value_at(const vb_view *view, size_t v)
{
    const vb_mosaic *m = view->mosaic;

    return v == VB_NONE || (m->mask && !m->mask[v]) ? (double)NAN : m->values[v];
}

static bool is_above(const vb_view *view, size_t v)
{
    const double value = value_at(view, v);

    return view->threshold > 0 && fabs(value) >= view->threshold &&
           !(view->mosaic->positive_only && value < 0);
}

/* Whether the pixel lies just outside a patch above the threshold: inside, the line would
 * hide patches of a single voxel. */
static bool is_edge(const vb_view *view, const size_t voxels[], size_t width,
                    size_t height, size_t x, size_t y)
{
    const size_t at = y * width + x;

    if (is_above(view, voxels[at]))
        return false;
    return (x > 0 && is_above(view, voxels[at - 1])) ||
           (x + 1 < width && is_above(view, voxels[at + 1])) ||
           (y > 0 && is_above(view, voxels[at - width])) ||
           (y + 1 < height && is_above(view, voxels[at + width]));
}

static void place_of(const vb_view *view, double mm, size_t width, size_t height,
                     size_t x, size_t y, double out[3])
{
    const vb_axes *axes = &view->axes;
    const double scale = 1 / view->px_per_mm;

    out[axes->through] = mm;
    out[axes->right] = 0.5 * (view->low[axes->right] + view->high[axes->right]) +
                       ((double)x + 0.5 - 0.5 * (double)width) * scale;
    out[axes->up] = 0.5 * (view->low[axes->up] + view->high[axes->up]) -
                    ((double)y + 0.5 - 0.5 * (double)height) * scale;
}

/* One pixel: background, value over it. */
static void paint(const vb_view *view, const double voxel[3], size_t v,
                  vb_canvas *canvas, long x, long y)
{
    const double value = value_at(view, v);
    const size_t at = 3 * ((size_t)y * canvas->width + (size_t)x);

    vb_canvas_blend(canvas, x, y, grey_of(view, background(view, voxel)), 1);
    vb_canvas_blend(canvas, x, y, vb_scale_colour(view, value),
                    vb_scale_share(view, value));
    for (size_t i = at; i < at + 3; i++)
        canvas->pixels[i] = (unsigned char)(canvas->pixels[i] / STEP * STEP);
}

/* A line of text over the slice: its place in the middle, the sides at the ends. */
static void put_texts(const vb_view *view, double mm, vb_canvas *canvas, long left,
                      long top, size_t width)
{
    static const char *const names[] = {"x", "y", "z"};
    const char *const sides[2] = {view->mosaic->plane == VB_SAGITTAL ? "P" : "L",
                                  view->mosaic->plane == VB_SAGITTAL ? "A" : "R"};
    const double room =
        (double)width - 2 * (5 + vb_text_width("R", VB_LABEL_SCALE) + 4);
    const int decimals = floor(mm) >= mm ? 0 : 1;
    const double y = (double)top + 4;
    double space;
    char text[32];

    snprintf(text, sizeof text, "%s %.*f mm", names[view->axes.through], decimals,
             mm + 0.0);
    if (vb_text_width(text, VB_LABEL_SCALE) > room)
        snprintf(text, sizeof text, "%s %.*f", names[view->axes.through], decimals,
                 mm + 0.0);
    space = ((double)width - vb_text_width(text, VB_LABEL_SCALE)) / 2;
    vb_text_draw(canvas, (double)left + floor(space), y, VB_LABEL_SCALE, label_colour,
                 text);
    vb_text_draw(canvas, (double)left + 5, y, VB_LABEL_SCALE, side_colour, sides[0]);
    vb_text_draw(canvas,
                 (double)left + (double)width - 5 -
                     vb_text_width(sides[1], VB_LABEL_SCALE),
                 y, VB_LABEL_SCALE, side_colour, sides[1]);
}

vb_status vb_slice_draw(const vb_view *view, double mm, vb_canvas *canvas, long left,
                        long top, size_t width, size_t height, vb_error *err)
{
    size_t *voxels = malloc(width * height * sizeof *voxels);

    if (!voxels)
        return vb_fail_memory(err, width * height * sizeof *voxels);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            double place[3], voxel[3];

            place_of(view, mm, width, height, x, y, place);
            to_voxel(view, place, voxel);
            voxels[y * width + x] = nearest(view, voxel);
            paint(view, voxel, voxels[y * width + x], canvas, left + (long)x,
                  top + VB_LABEL_BAND + (long)y);
        }
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            if (is_edge(view, voxels, width, height, x, y))
                vb_canvas_blend(canvas, left + (long)x, top + VB_LABEL_BAND + (long)y,
                                outline, 1);
    free(voxels);
    put_texts(view, mm, canvas, left, top, width);
    return VB_OK;
}
