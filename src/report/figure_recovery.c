/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_recovery.c - parameters and models that were simulated, and what was found. */
#include "svg.h"
#include "valuebold/figure_fit.h"

#include <math.h>
#include <stdio.h>

enum { SIDE = 300, GAP = 24, TOP = 50, COLUMNS = 3, CELL = 78 };
static const char blue[] = "#2b6cb0", red[] = "#c0392b";

static double shown(const vb_recovery_panel *panel, double x)
{
    return panel->log_axes ? log10(x) : x;
}

/* Range of truths and of most estimates: one that ran away must not hide the others. */
static void find_range(const vb_recovery_panel *panel, double *low, double *high)
{
    double margin;

    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < panel->n; i++) {
        const double t = shown(panel, panel->truth[i]);

        if (!isfinite(t))
            continue;
        *low = fmin(*low, t);
        *high = fmax(*high, t);
    }
    if (!(*high > *low)) {
        *low = isfinite(*low) ? *low - 1 : 0;
        *high = *low + 2;
    }
    margin = .25 * (*high - *low);
    *low -= margin;
    *high += margin;
}

static void put_points(vb_buffer *svg, const vb_recovery_panel *panel,
                       const vb_svg_scale *sx, const vb_svg_scale *sy)
{
    const double radius = panel->n > 500 ? 1.5 : 2.5;

    for (size_t i = 0; i < panel->n; i++) {
        const double t = shown(panel, panel->truth[i]);
        const double e = shown(panel, panel->estimate[i]);
        const double inside = fmin(fmax(e, sy->from), sy->to);
        const bool odd = panel->flagged[i] || e < sy->from || e > sy->to;
        const vb_svg_style style = odd ? (vb_svg_style){.stroke = red}
                                       : (vb_svg_style){.fill = blue, .opacity = .5};

        if (isfinite(t) && !isnan(e))
            vb_svg_rect(svg, vb_svg_at(sx, t) - radius, vb_svg_at(sy, inside) - radius,
                        2 * radius, 2 * radius, &style);
    }
}

static void put_panel(vb_buffer *svg, const vb_recovery_panel *panel, double x,
                      double y)
{
    vb_svg_scale sx = {.pixel0 = x + 56, .pixel1 = x + SIDE - 8};
    vb_svg_scale sy = {.pixel0 = y + SIDE - 44, .pixel1 = y + 38};
    double low, high;
    char text[160];

    find_range(panel, &low, &high);
    sx.from = sy.from = low;
    sx.to = sy.to = high;
    vb_svg_text(svg, sx.pixel0, y + 14, &(vb_svg_font){.size = 12, .bold = true},
                vb_svg_shorten(panel->title, 34, text, sizeof text));
    vb_svg_text(svg, sx.pixel0, y + 29, &(vb_svg_font){.size = 10}, panel->fact);
    vb_svg_axis(svg, &sx, sy.pixel0, VB_SVG_BELOW, 5,
                panel->log_axes ? "true, log10" : "true");
    vb_svg_axis(svg, &sy, sx.pixel0, VB_SVG_LEFT, 5,
                panel->log_axes ? "estimated, log10" : "estimated");
    vb_svg_line(svg, sx.pixel0, sy.pixel0, sx.pixel1, sy.pixel1,
                &(vb_svg_style){.stroke = "#999999"});
    put_points(svg, panel, &sx, &sy);
}

vb_status vb_figure_recovery(const char *title, size_t n,
                             const vb_recovery_panel panels[], vb_buffer *svg,
                             vb_error *err)
{
    const size_t columns = n < COLUMNS ? n : COLUMNS;
    const size_t rows = (n + COLUMNS - 1) / COLUMNS;
    const double width = fmax((double)columns * (SIDE + GAP) + GAP, 560);

    vb_svg_open(svg, width, TOP + 20 + (double)rows * (SIDE + GAP), title,
                "Estimated against true parameters of simulated choices");
    vb_svg_text(svg, 14, 24, &(vb_svg_font){.size = 14, .bold = true}, title);
    vb_svg_text(
        svg, 14, 42, &(vb_svg_font){.size = 11},
        "grey line: estimated = true; red, hollow: at a bound, flat, separated or "
        "beyond the axis");
    for (size_t i = 0; i < n; i++)
        put_panel(svg, &panels[i], GAP / 2.0 + (double)(i % COLUMNS) * (SIDE + GAP),
                  TOP + 10 + (double)(i / COLUMNS) * (SIDE + GAP));
    vb_svg_close(svg);
    return vb_buffer_ok(svg, err);
}

static void put_cell(vb_buffer *svg, double x, double y, double share, double count)
{
    char colour[16], text[48];
    const int level = (int)lround(255 - 190 * share);

    snprintf(colour, sizeof colour, "#%02x%02x%02x", (unsigned)(level * 17 / 20),
             (unsigned)(level * 19 / 20), 255U);
    vb_svg_rect(svg, x, y, CELL, CELL,
                &(vb_svg_style){.fill = colour, .stroke = "#ffffff"});
    snprintf(text, sizeof text, "%.0f %%", 100 * share);
    vb_svg_text(svg, x + CELL / 2.0, y + CELL / 2.0,
                &(vb_svg_font){.size = 14,
                               .anchor = VB_SVG_MIDDLE,
                               .fill = share > .6 ? "#ffffff" : "#222222"},
                text);
    snprintf(text, sizeof text, "n = %.0f", count);
    vb_svg_text(svg, x + CELL / 2.0, y + CELL / 2.0 + 16,
                &(vb_svg_font){.size = 10,
                               .anchor = VB_SVG_MIDDLE,
                               .fill = share > .6 ? "#ffffff" : "#222222"},
                text);
}

vb_status vb_figure_confusion(const char *title, size_t n, const char *const names[],
                              const double count[], vb_buffer *svg, vb_error *err)
{
    const double left = 200, top = 190;

    vb_svg_open(svg, fmax(left + (double)n * CELL + 120, 560),
                top + (double)n * CELL + 30, title,
                "Models that made choices and models that explain them best");
    vb_svg_text(svg, 14, 24, &(vb_svg_font){.size = 14, .bold = true}, title);
    vb_svg_text(svg, 14, 44, &(vb_svg_font){.size = 11},
                "rows: model that made the choices; columns: model that explains them "
                "best");
    for (size_t r = 0; r < n; r++) {
        double sum = 0;
        char text[160];

        for (size_t c = 0; c < n; c++)
            sum += count[r * n + c];
        vb_svg_shorten(names[r], 26, text, sizeof text);
        vb_svg_text(svg, left - 8, top + ((double)r + .5) * CELL + 4,
                    &(vb_svg_font){.size = 12, .anchor = VB_SVG_END}, text);
        vb_svg_text(svg, left + ((double)r + .5) * CELL, top - 8,
                    &(vb_svg_font){.size = 12, .rotate_deg = -50}, text);
        for (size_t c = 0; c < n; c++)
            put_cell(svg, left + (double)c * CELL, top + (double)r * CELL,
                     sum > 0 ? count[r * n + c] / sum : 0, count[r * n + c]);
    }
    vb_svg_close(svg);
    return vb_buffer_ok(svg, err);
}
