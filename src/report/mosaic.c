/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mosaic.c - title, slices in rows, colour bar, and the picture as PNG. */
#include "mosaic_internal.h"
#include "png.h"

#include <math.h>

enum {
    DEFAULT_WIDTH = 1200,
    LEAST_WIDTH = 300,
    LARGEST_WIDTH = 8000,
    MARGIN = 14,
    GAP = 3,
    BAR_BOX = 96, /* bar, ticks and numbers of five characters */
    LEAST_BAR = 150,
    MOST_SLICES = 400,
};

/* mm of free space around the brain, and the share of its height left out at both ends,
 * where slices hold next to nothing. */
static const double border_mm = 3, bottom_share = 0.1, top_share = 0.07;
/* No slice higher than this many times its width: thin slabs seen from the side. */
static const double tallest = 2.5;

typedef struct layout {
    size_t width, height, n_slices, n_columns, n_rows, tile_width, tile_height,
        slice_height;
    long first_top; /* of the first row */
} layout;

static vb_status check(const vb_mosaic *m, vb_error *err)
{
    if (!(m->threshold >= 0) || isinf(m->threshold) || !(m->maximum >= 0) ||
        isinf(m->maximum) || (m->maximum > 0 && m->maximum <= m->threshold))
        return vb_fail(
            err, VB_EDOM,
            "mosaic: threshold %g and maximum %g, expected finite numbers from "
            "0 on, the maximum larger (0: made from the values)",
            m->threshold, m->maximum);
    if (m->width_px && (m->width_px < LEAST_WIDTH || m->width_px > LARGEST_WIDTH))
        return vb_fail(err, VB_EDOM, "mosaic: %zu pixels wide, expected %d to %d",
                       m->width_px, (int)LEAST_WIDTH, (int)LARGEST_WIDTH);
    if (m->n_slices > MOST_SLICES || m->n_columns > MOST_SLICES)
        return vb_fail(err, VB_EDOM,
                       "mosaic: %zu slices in %zu columns, expected at most %d",
                       m->n_slices, m->n_columns, (int)MOST_SLICES);
    return VB_OK;
}

static vb_status arrange(const vb_mosaic *m, vb_view *view, layout *l, vb_error *err)
{
    const bool side = m->plane == VB_SAGITTAL;
    const double across =
        view->high[view->axes.right] - view->low[view->axes.right] + 2 * border_mm;
    const double along =
        view->high[view->axes.up] - view->low[view->axes.up] + 2 * border_mm;
    size_t room;

    l->width = m->width_px ? m->width_px : DEFAULT_WIDTH;
    l->n_columns = m->n_columns ? m->n_columns : side ? 6 : 7;
    l->n_slices = m->n_slices ? m->n_slices : 3 * l->n_columns;
    l->n_columns = l->n_columns < l->n_slices ? l->n_columns : l->n_slices;
    l->n_rows = (l->n_slices + l->n_columns - 1) / l->n_columns;
    room = l->width - 3 * MARGIN - BAR_BOX;
    if (room < l->n_columns * (40 + GAP))
        return vb_fail(
            err, VB_EDOM,
            "mosaic: %zu columns of slices do not fit into %zu pixels, at most "
            "%zu do",
            l->n_columns, l->width, room / (40 + GAP));
    l->tile_width = (room + GAP) / l->n_columns - GAP;
    view->px_per_mm = (double)l->tile_width / across;
    if (along > tallest * across)
        view->px_per_mm *= tallest * across / along;
    l->slice_height = (size_t)ceil(view->px_per_mm * along);
    l->tile_height = l->slice_height + VB_LABEL_BAND;
    l->first_top = MARGIN;
    if (m->title)
        l->first_top += lround(VB_TITLE_SCALE * VB_FONT_ROWS) + 8;
    if (m->caption)
        l->first_top += lround(VB_CAPTION_SCALE * VB_FONT_ROWS) + 8;
    l->height = l->n_rows * (l->tile_height + GAP) - GAP;
    if (l->height < LEAST_BAR)
        l->height = LEAST_BAR;
    l->height += (size_t)l->first_top + MARGIN;
    return VB_OK;
}

static void put_titles(const vb_mosaic *m, const layout *l, vb_canvas *canvas)
{
    const vb_rgb ink = {20, 20, 20}, soft = {90, 90, 90};
    const double room = (double)l->width - 2 * MARGIN;
    double y = MARGIN;
    char text[256];

    if (m->title) {
        vb_text_draw(canvas, MARGIN, y, VB_TITLE_SCALE, ink,
                     vb_text_fit(m->title, VB_TITLE_SCALE, room, text, sizeof text));
        y += VB_TITLE_SCALE * VB_FONT_ROWS + 8;
    }
    if (m->caption)
        vb_text_draw(canvas, MARGIN, floor(y), VB_CAPTION_SCALE, soft,
                     vb_text_fit(m->caption, VB_CAPTION_SCALE, room, text,
                                 sizeof text));
}

/* Evenly spaced over the brain: whole mm apart, at whole mm, where it is large enough. */
static double slice_mm(const vb_view *view, const layout *l, size_t i)
{
    const size_t axis = view->axes.through;
    const double length = view->high[axis] - view->low[axis];
    /* from the side both ends are alike */
    const double cut = view->mosaic->plane == VB_AXIAL ? bottom_share : top_share;
    const double low = view->low[axis] + cut * length;
    const double high = view->high[axis] - top_share * length;
    double step, first;

    if (l->n_slices == 1)
        return floor(0.5 * (view->low[axis] + view->high[axis]) + 0.5);
    step = (high - low) / (double)(l->n_slices - 1);
    if (step >= 1)
        step = floor(step + 0.25); /* rather a little wide than a third too narrow */
    first = 0.5 * (low + high - step * (double)(l->n_slices - 1));
    return (step >= 1 ? floor(first + 0.5) : first) + step * (double)i;
}

vb_status vb_mosaic_png(const vb_mosaic *m, vb_buffer *png, vb_error *err)
{
    const vb_rgb paper = {255, 255, 255}, black = {0, 0, 0};
    vb_canvas canvas = {0};
    vb_view view;
    layout l = {0};
    vb_status status = check(m, err);

    if (status == VB_OK)
        status = vb_view_make(m, &view, err);
    if (status == VB_OK)
        status = arrange(m, &view, &l, err);
    if (status == VB_OK)
        status = vb_canvas_make(l.width, l.height, paper, &canvas, err);
    if (status != VB_OK)
        return status;
    put_titles(m, &l, &canvas);
    vb_canvas_fill(&canvas, MARGIN, l.first_top,
                   l.n_columns * (l.tile_width + GAP) - GAP,
                   l.n_rows * (l.tile_height + GAP) - GAP, black);
    for (size_t i = 0; status == VB_OK && i < l.n_slices; i++)
        status =
            vb_slice_draw(&view, slice_mm(&view, &l, i), &canvas,
                          MARGIN + (long)((i % l.n_columns) * (l.tile_width + GAP)),
                          l.first_top +
                              (long)((i / l.n_columns) * (l.tile_height + GAP)),
                          l.tile_width, l.slice_height, err);
    if (status == VB_OK) {
        vb_scale_draw(&view, &canvas, (long)(l.width - MARGIN - BAR_BOX), l.first_top,
                      BAR_BOX, l.height - (size_t)l.first_top - MARGIN);
        status = vb_png_put(png, canvas.width, canvas.height, canvas.pixels, err);
    }
    vb_canvas_free(&canvas);
    return status;
}
