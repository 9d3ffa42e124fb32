/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_fit.c - choices under the curve that was fitted to them. */
#include "valuebold/figure_fit.h"
#include "svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SMALL = 190, LARGE = 320, COLUMNS = 5, BINS = 8, MOST_SHOWN = 100, TOP = 60 };
static const char blue[] = "#2b6cb0", dark[] = "#333333";

typedef struct trial {
    double x, p;
    bool taken;
} trial;

static int compare(const void *a, const void *b)
{
    const double x = ((const trial *)a)->x, y = ((const trial *)b)->x;

    return (x > y) - (x < y);
}

/* Share k/n with its 95 % interval (Wilson). */
static void interval(double k, double n, double *low, double *high)
{
    const double z = 1.96, share = k / n, middle = share + z * z / (2 * n);
    const double half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));

    *low = (middle - half) / (1 + z * z / n);
    *high = (middle + half) / (1 + z * z / n);
}

static void put_bin(vb_buffer *svg, const vb_svg_scale *sx, const vb_svg_scale *sy,
                    const trial trials[], size_t n)
{
    double x = 0, k = 0, low, high;

    for (size_t i = 0; i < n; i++) {
        x += trials[i].x / (double)n;
        k += trials[i].taken;
    }
    interval(k, (double)n, &low, &high);
    x = vb_svg_at(sx, x);
    vb_svg_line(svg, x, vb_svg_at(sy, low), x, vb_svg_at(sy, high),
                &(vb_svg_style){.stroke = dark});
    vb_svg_rect(svg, x - 3, vb_svg_at(sy, k / (double)n) - 3, 6, 6,
                &(vb_svg_style){.fill = dark});
}

/* Bins of nearly equal counts that do not part trials of one x. */
static void put_bins(vb_buffer *svg, const vb_svg_scale *sx, const vb_svg_scale *sy,
                     const trial trials[], size_t n)
{
    for (size_t from = 0, bin = 0; from < n; bin++) {
        size_t to = n * (bin + 1) / BINS;

        if (to <= from)
            continue;
        while (to < n && trials[to].x - trials[to - 1].x < 1e-12)
            to++;
        put_bin(svg, sx, sy, trials + from, to - from);
        from = to;
    }
}

static vb_status put_panel(vb_buffer *svg, const vb_choice_panel *panel, double x,
                           double y, double side, const char *x_name,
                           const char *y_name, vb_error *err)
{
    trial *trials = malloc((panel->n + 1) * sizeof *trials);
    double *px = malloc((panel->n + 1) * sizeof *px);
    double *py = malloc((panel->n + 1) * sizeof *py);
    vb_svg_scale sx = {.from = -1, .to = 1, .pixel0 = x + 44, .pixel1 = x + side - 10};
    const vb_svg_scale sy = {.from = 0,
                             .to = 1,
                             .pixel0 = y + side - 40,
                             .pixel1 = y + 22};
    size_t n = 0, n_points = 0;
    char text[160];

    if (!trials || !px || !py) {
        free(trials);
        free(px);
        free(py);
        return vb_fail_memory(err, panel->n * sizeof *trials);
    }
    for (size_t i = 0; i < panel->n; i++)
        if (isfinite(panel->x[i]) && isfinite(panel->p[i]))
            trials[n++] = (trial){panel->x[i], panel->p[i], panel->taken[i]};
    qsort(trials, n, sizeof *trials, compare);
    if (n && trials[n - 1].x > trials[0].x) {
        const double margin = .05 * (trials[n - 1].x - trials[0].x);

        sx.from = trials[0].x - margin;
        sx.to = trials[n - 1].x + margin;
    }
    vb_svg_text(svg, (sx.pixel0 + sx.pixel1) / 2, y + 13,
                &(vb_svg_font){.size = 11, .anchor = VB_SVG_MIDDLE, .bold = true},
                vb_svg_shorten(panel->title, 26, text, sizeof text));
    vb_svg_axis(svg, &sx, sy.pixel0, VB_SVG_BELOW, side > 250 ? 6 : 4, x_name);
    vb_svg_axis(svg, &sy, sx.pixel0, VB_SVG_LEFT, 4, y_name);
    if (sx.from < 0 && sx.to > 0)
        vb_svg_line(svg, vb_svg_at(&sx, 0), sy.pixel0, vb_svg_at(&sx, 0), sy.pixel1,
                    &(vb_svg_style){.stroke = "#dddddd"});
    for (size_t i = 0; i < n; i++) { /* points that would fall together are one */
        const double at = vb_svg_at(&sx, trials[i].x);

        if (n_points && i + 1 < n && at - px[n_points - 1] < .4)
            continue;
        px[n_points] = at;
        py[n_points++] = vb_svg_at(&sy, trials[i].p);
    }
    vb_svg_polyline(svg, n_points, px, py,
                    &(vb_svg_style){.stroke = blue, .width = 1.8});
    put_bins(svg, &sx, &sy, trials, n);
    free(trials);
    free(px);
    free(py);
    return VB_OK;
}

vb_status vb_figure_choices(const char *title, const char *y_name,
                            const char *first_x_name, const char *x_name, size_t n,
                            const vb_choice_panel panels[], vb_buffer *svg,
                            vb_error *err)
{
    const size_t shown = n > MOST_SHOWN + 1 ? MOST_SHOWN + 1 : n;
    const size_t small = shown > 1 ? shown - 1 : 0;
    const size_t rows = (small + COLUMNS - 1) / COLUMNS;
    const double width = COLUMNS * SMALL + 20;
    vb_status status = VB_OK;
    char text[256];

    vb_svg_open(
        svg, width, TOP + LARGE + (double)rows * SMALL + 20, title,
        "Share of choices of the first option against what they depend on, with the "
        "fitted curve");
    vb_svg_text(svg, 14, 24, &(vb_svg_font){.size = 14, .bold = true}, title);
    snprintf(
        text, sizeof text,
        "line: model; squares: share of choices in bins of equal counts, with 95 %% "
        "intervals%s",
        shown < n ? "; the first 100 participants" : "");
    vb_svg_text(svg, 14, 44, &(vb_svg_font){.size = 11}, text);
    if (n)
        status = put_panel(svg, &panels[0], 10, TOP, LARGE, first_x_name, y_name, err);
    for (size_t i = 0; i < small && status == VB_OK; i++)
        status = put_panel(svg, &panels[i + 1], 10 + (double)(i % COLUMNS) * SMALL,
                           TOP + LARGE + (double)(i / COLUMNS) * SMALL, SMALL, x_name,
                           i % COLUMNS ? "" : y_name, err);
    vb_svg_close(svg);
    return status == VB_OK ? vb_buffer_ok(svg, err) : status;
}
