/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mosaic_scale.c - colours of values and the bar that explains them.  Red to yellow above
 * zero, blue to pale cyan below: told apart with any colour vision, and brighter is larger.
 */
#include "mosaic_internal.h"
#include "valuebold/number.h"

#include <math.h>

enum { N_STOPS = 4, BAR_WIDTH = 22, TICK = 6, GREY = 110, LINE_GAP = 17 };

/* Opacity just below the threshold is 1 in the paper; a little less keeps the edge visible
 * where the outline is thin. */
static const double most_faded = 0.85;

static const vb_rgb warm[N_STOPS] = {{178, 10, 28},
                                     {232, 72, 18},
                                     {253, 164, 30},
                                     {255, 246, 140}};
static const vb_rgb cold[N_STOPS] = {{30, 40, 170},
                                     {22, 96, 228},
                                     {36, 176, 250},
                                     {170, 248, 255}};

static uint8_t between(uint8_t a, uint8_t b, double share)
{
    return (uint8_t)(a + share * (b - a) + 0.5);
}

vb_rgb vb_scale_colour(const vb_view *view, double value)
{
    const vb_rgb *stops = value < 0 ? cold : warm;
    const double length = view->maximum - view->threshold;
    double place =
        (N_STOPS - 1) * (length > 0 ? (fabs(value) - view->threshold) / length : 1);
    size_t i;
    double share;

    place = fmin(N_STOPS - 1, fmax(0, place));
    i = place < N_STOPS - 1 ? (size_t)place : N_STOPS - 2;
    share = place - (double)i;
    return (vb_rgb){between(stops[i].r, stops[i + 1].r, share),
                    between(stops[i].g, stops[i + 1].g, share),
                    between(stops[i].b, stops[i + 1].b, share)};
}

double vb_scale_share(const vb_view *view, double value)
{
    const double ratio = view->threshold > 0 ? fabs(value) / view->threshold : 1;

    if (isnan(value) || !(fabs(value) > 0) ||
        (view->mosaic->positive_only && value < 0))
        return 0;
    return ratio >= 1 ? 1 : most_faded * ratio * ratio;
}

static void put_tick(vb_canvas *canvas, const vb_view *view, long x, long top,
                     double height, double value)
{
    const vb_rgb ink = {40, 40, 40};
    const double low = view->mosaic->positive_only ? 0 : -view->maximum;
    const double y =
        (double)top + (height - 1) * (view->maximum - value) / (view->maximum - low);
    char text[VB_NUMBER_MAX];

    vb_canvas_fill(canvas, x, lround(y), TICK, 1, ink);
    vb_number_write(value, 3, text);
    vb_text_draw(canvas, (double)(x + TICK + 4),
                 floor(y - VB_LABEL_SCALE * VB_FONT_CAPITAL / 2 + 0.5), VB_LABEL_SCALE,
                 ink, text);
}

/* Ends first, then the threshold and zero as long as there is room; halves where there is
 * no threshold. */
static void put_ticks(const vb_view *view, vb_canvas *canvas, long x, long top,
                      double height)
{
    const double top_value = view->maximum;
    const double low = view->mosaic->positive_only ? 0 : -top_value;
    const double apart = LINE_GAP * (top_value - low) / height;
    const double inner = view->threshold > 0 ? view->threshold : top_value / 2;
    const double wish[] = {top_value, low, inner, -inner, 0};
    double placed[sizeof wish / sizeof wish[0]] = {0};
    size_t n = 0;

    for (size_t i = 0; i < sizeof wish / sizeof wish[0]; i++) {
        bool room = wish[i] >= low && wish[i] <= top_value;

        for (size_t k = 0; k < n; k++)
            room = room && fabs(wish[i] - placed[k]) >= apart;
        if (!room)
            continue;
        placed[n++] = wish[i];
        put_tick(canvas, view, x, top, height, wish[i] + 0.0);
    }
}

void vb_scale_draw(const vb_view *view, vb_canvas *canvas, long left, long top,
                   size_t width, size_t height)
{
    const vb_rgb grey = {GREY, GREY, GREY}, ink = {40, 40, 40};
    const long bar_top = top + (view->mosaic->unit ? 2 * LINE_GAP : LINE_GAP / 2);
    const size_t bar_height = (size_t)(top + (long)height - bar_top) - LINE_GAP / 2;
    const double low = view->mosaic->positive_only ? 0 : -view->maximum;
    char text[64];

    if (view->mosaic->unit)
        vb_text_draw(canvas, (double)left, (double)top + 2, VB_LABEL_SCALE, ink,
                     vb_text_fit(view->mosaic->unit, VB_LABEL_SCALE, (double)width,
                                 text, sizeof text));
    for (size_t j = 0; j < bar_height; j++) {
        const double value = view->maximum - (double)j / (double)(bar_height - 1) *
                                                 (view->maximum - low);
        const long y = bar_top + (long)j;

        vb_canvas_fill(canvas, left, y, BAR_WIDTH, 1, grey);
        for (long i = 0; i < BAR_WIDTH; i++)
            vb_canvas_blend(canvas, left + i, y, vb_scale_colour(view, value),
                            vb_scale_share(view, value));
    }
    put_ticks(view, canvas, left + BAR_WIDTH, bar_top, (double)bar_height);
}
