/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_peri.c - curves around events: a row of panels for each region. */
#include "valuebold/figure_peri.h"
#include "svg.h"

#include <math.h>
#include <stdio.h>

enum {
    MARGIN = 24,
    TITLE = 18,
    HEAD = 64,
    NAME = 24,   /* above a panel */
    LEFT = 66,   /* axis of a panel */
    WIDTH = 300, /* of its inside */
    HEIGHT = 180,
    BELOW = 52,
    GAP = 28,
    SHOWN = 40, /* characters of a name */
    IN_ROW = 3  /* panels, when a region has one */
};
static const double band_opacity = 0.2;

typedef struct panel {
    const vb_peri *peri;
    size_t region;
    bool slopes; /* the modulator's curve; else those of the groups */
    double x, y; /* upper left corner of its inside */
    vb_svg_scale time, value;
    double *work; /* [4 n_times] */
    vb_buffer *svg;
} panel;

/* Of the lightest and darkest group: from blue by violet to red, so that order is seen. */
static void colour(const vb_peri *p, size_t k, char out[8])
{
    static const unsigned char stops[3][3] = {{0x2b, 0x7b, 0xba},
                                              {0x8a, 0x4f, 0xa3},
                                              {0xc8, 0x37, 0x2d}};
    const size_t n = p->n_curves - (p->is_slope[p->n_curves - 1] ? 1 : 0);
    const double at = n > 1 ? 2 * (double)k / (double)(n - 1) : 0;
    const size_t i = at < 1 ? 0 : 1;
    const double part = at - (double)i;

    if (p->is_slope[k])
        snprintf(out, 8, "#2f7d4f");
    else
        snprintf(out, 8, "#%02x%02x%02x",
                 (unsigned)(stops[i][0] + part * (stops[i + 1][0] - stops[i][0])),
                 (unsigned)(stops[i][1] + part * (stops[i + 1][1] - stops[i][1])),
                 (unsigned)(stops[i][2] + part * (stops[i + 1][2] - stops[i][2])));
}

static const vb_region_estimate *point(const panel *p, size_t k, size_t i)
{
    return &p->peri->at[(p->region * p->peri->n_curves + k) * p->peri->n_times + i];
}

static double reach(const vb_region_estimate *e)
{
    return isfinite(e->se) ? e->se : 0;
}

/* The scale of the panel's curves with their bands, 0 within for responses and slopes; averages
 * without a baseline stand where the signal does. */
static void find_scales(panel *p)
{
    const vb_peri *d = p->peri;
    double low = HUGE_VAL, high = -HUGE_VAL;
    const double half = d->n_times > 1 ? (d->time_s[1] - d->time_s[0]) / 2 : 0.5;

    for (size_t k = 0; k < d->n_curves; k++)
        for (size_t i = 0; i < d->n_times && d->is_slope[k] == p->slopes; i++) {
            const vb_region_estimate *e = point(p, k, i);

            if (!isfinite(e->effect))
                continue;
            low = fmin(low, e->effect - reach(e));
            high = fmax(high, e->effect + reach(e));
        }
    if (!(high >= low))
        low = high = 0;
    if (d->kind == VB_PERI_RESPONSE || p->slopes || low * high <= 0) {
        low = fmin(low, 0);
        high = fmax(high, 0);
    }
    if (!(high - low > 1e-12 * fmax(fabs(low), fabs(high)))) {
        low -= 1;
        high += 1;
    }
    p->value = (vb_svg_scale){low - 0.04 * (high - low), high + 0.04 * (high - low),
                              p->y + HEIGHT, p->y};
    p->time = (vb_svg_scale){fmin(d->time_s[0] - half, 0), 0, p->x, p->x + WIDTH};
    p->time.to = fmax(d->time_s[d->n_times - 1] + half, 0);
}

/* One stretch of values as a filled band and a line. */
static void put_stretch(const panel *p, size_t k, size_t first, size_t n,
                        const char *fill)
{
    double *px = p->work, *py = p->work + 2 * p->peri->n_times;

    for (size_t i = 0; i < n; i++) {
        const vb_region_estimate *e = point(p, k, first + i);

        px[i] = px[2 * n - 1 - i] = vb_svg_at(&p->time, p->peri->time_s[first + i]);
        py[i] = vb_svg_at(&p->value, e->effect + reach(e));
        py[2 * n - 1 - i] = vb_svg_at(&p->value, e->effect - reach(e));
    }
    vb_svg_polyline(p->svg, 2 * n, px, py,
                    &(vb_svg_style){.fill = fill, .opacity = band_opacity});
    for (size_t i = 0; i < n; i++)
        py[i] = vb_svg_at(&p->value, point(p, k, first + i)->effect);
    vb_svg_polyline(p->svg, n, px, py, &(vb_svg_style){.stroke = fill, .width = 1.8});
    for (size_t i = 0; i < n && p->peri->kind == VB_PERI_RESPONSE; i++)
        vb_svg_rect(p->svg, px[i] - 2, py[i] - 2, 4, 4, &(vb_svg_style){.fill = fill});
}

static void put_curve(const panel *p, size_t k)
{
    const size_t n_times = p->peri->n_times;
    char fill[8];

    colour(p->peri, k, fill);
    for (size_t i = 0; i < n_times;) {
        size_t n = 0;

        while (i + n < n_times && isfinite(point(p, k, i + n)->effect))
            n++;
        if (n)
            put_stretch(p, k, i, n, fill);
        i += n + 1;
    }
}

static void put_name(const panel *p, const char *region)
{
    const vb_peri *d = p->peri;
    char first[4 * SHOWN + 8], second[4 * SHOWN + 8], name[8 * SHOWN + 40];

    vb_svg_shorten(region, SHOWN, first, sizeof first);
    vb_svg_shorten(d->curve[d->n_curves - 1], SHOWN, second, sizeof second);
    if (p->slopes)
        snprintf(name, sizeof name, "%s: effect of %s", first, second);
    else
        snprintf(name, sizeof name, "%s", first);
    vb_svg_text_hint(p->svg, p->x, p->y - 10, &(vb_svg_font){.size = 13, .bold = true},
                     name, region);
}

static bool is_empty(const panel *p)
{
    for (size_t k = 0; k < p->peri->n_curves; k++)
        for (size_t i = 0; i < p->peri->n_times && p->peri->is_slope[k] == p->slopes;
             i++)
            if (isfinite(point(p, k, i)->effect))
                return false;
    return true;
}

static void put_panel(panel *p, const char *region, const char *unit)
{
    const double right = p->x + WIDTH;
    char axis[8 * SHOWN];

    find_scales(p);
    put_name(p, region);
    if (p->value.from < 0 && p->value.to > 0)
        vb_svg_line(p->svg, p->x, vb_svg_at(&p->value, 0), right,
                    vb_svg_at(&p->value, 0), &(vb_svg_style){.stroke = "#cccccc"});
    vb_svg_line(p->svg, vb_svg_at(&p->time, 0), p->y, vb_svg_at(&p->time, 0),
                p->y + HEIGHT, &(vb_svg_style){.stroke = "#999999"});
    for (size_t k = 0; k < p->peri->n_curves; k++)
        if (p->peri->is_slope[k] == p->slopes)
            put_curve(p, k);
    if (is_empty(p))
        vb_svg_text(p->svg, p->x + WIDTH / 2.0, p->y + HEIGHT / 2.0 - 6,
                    &(vb_svg_font){.size = 12,
                                   .anchor = VB_SVG_MIDDLE,
                                   .fill = "#777777"},
                    "no estimate");
    vb_svg_axis(p->svg, &p->time, p->y + HEIGHT, VB_SVG_BELOW, 8,
                "time after onset (s)");
    snprintf(axis, sizeof axis, "%.100s%s", unit, p->slopes ? " per unit" : "");
    vb_svg_axis(p->svg, &p->value, p->x, VB_SVG_LEFT, 5, axis);
}

/* "low (12 events)" of every curve; returns the width. */
static double put_legend(const vb_peri *p, double x, double y, vb_buffer *svg)
{
    for (size_t k = 0; k < p->n_curves; k++) {
        char text[4 * SHOWN + 8], words[8 * SHOWN], fill[8];

        vb_svg_shorten(p->curve[k], SHOWN, text, sizeof text);
        snprintf(words, sizeof words, "%s%s (%zu %s)",
                 p->is_slope[k] ? "effect of " : "", text, p->n_events[k],
                 p->n_events[k] == 1 ? "event" : "events");
        colour(p, k, fill);
        if (svg) {
            vb_svg_rect(svg, x, y - 9, 16, 10, &(vb_svg_style){.fill = fill});
            vb_svg_text(svg, x + 21, y, &(vb_svg_font){.size = 12}, words);
        }
        x += 21 + vb_svg_text_width(words, 12) + 18;
    }
    return x;
}

typedef struct layout {
    bool responses, slopes; /* kinds of panels a region has */
    size_t across, down;
    double width, height;
} layout;

static layout lay_out(const vb_peri *p, const char *title, const char *summary)
{
    const bool slopes = p->n_curves && p->is_slope[p->n_curves - 1];
    const bool responses = p->n_curves > (slopes ? 1 : 0);
    const size_t each = slopes && responses ? 2 : 1;
    layout l = {.responses = responses, .slopes = slopes};

    l.across = each == 2 ? 2 : p->n_regions < IN_ROW ? p->n_regions : IN_ROW;
    l.across = l.across ? l.across : 1;
    l.down = (p->n_regions * each + l.across - 1) / l.across;
    l.width = (double)l.across * (LEFT + WIDTH + GAP) - GAP;
    l.width = fmax(l.width, put_legend(p, 0, 0, NULL));
    l.width = fmax(l.width, vb_svg_text_width(title, TITLE));
    l.width = fmax(l.width, vb_svg_text_width(summary, 12)) + 2 * MARGIN;
    l.height = HEAD + (double)l.down * (NAME + HEIGHT + BELOW) + MARGIN;
    return l;
}

static void put_panels(const vb_peri *p, const layout *l, const char *const regions[],
                       const char *unit, double *work, vb_buffer *svg)
{
    size_t n = 0;

    for (size_t v = 0; v < p->n_regions; v++)
        for (int slopes = 0; slopes < 2; slopes++) {
            const size_t down = n / l->across;
            panel one = {.peri = p,
                         .region = v,
                         .slopes = slopes,
                         .work = work,
                         .svg = svg,
                         .x = MARGIN + LEFT +
                              (double)(n % l->across) * (LEFT + WIDTH + GAP),
                         .y = HEAD + NAME + (double)down * (NAME + HEIGHT + BELOW)};

            if (slopes ? !l->slopes : !l->responses)
                continue;
            put_panel(&one, regions[v], unit);
            n++;
        }
}

vb_status vb_figure_peri(const vb_peri *p, const char *const regions[],
                         const char *title, const char *unit, vb_buffer *svg,
                         vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    double *work = arena ? vb_arena_take(arena, 4 * p->n_times, sizeof *work) : NULL;
    const char *summary =
        p->kind == VB_PERI_RESPONSE
            ? "estimated responses (overlap taken apart); bands: \xc2\xb1 1 standard "
              "error"
            : "averages over events; bands: \xc2\xb1 1 standard error over events";
    layout l;

    if (!work || !p->n_times) {
        vb_arena_free(arena);
        return work ? vb_fail(err, VB_EUSAGE, "a picture of curves without times")
                    : vb_fail_memory(err, 4 * p->n_times * sizeof *work);
    }
    l = lay_out(p, title, summary);
    vb_svg_open(svg, l.width, l.height + 16, title, summary);
    vb_svg_text(svg, MARGIN, 28, &(vb_svg_font){.size = TITLE, .bold = true}, title);
    vb_svg_text(svg, MARGIN, 46, &(vb_svg_font){.size = 12, .fill = "#666666"},
                summary);
    put_legend(p, MARGIN, 66, svg);
    vb_svg_group(svg, 0, 16);
    put_panels(p, &l, regions, unit, work, svg);
    vb_svg_ungroup(svg);
    vb_svg_close(svg);
    vb_arena_free(arena);
    return vb_buffer_ok(svg, err);
}
