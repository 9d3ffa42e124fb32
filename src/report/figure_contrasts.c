/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_contrasts.c - the design matrix with the contrasts beneath it, column under column. */
#include "figure_internal.h"
#include "valuebold/figure_glm.h"

#include <math.h>
#include <stdio.h>

enum {
    MARGIN = 24,
    TITLE = 18,
    HEAD = 62,
    ROW = 22,
    ROW_GAP = 3,
    BETWEEN = 9,
    NAME_GAP = 10,
    LEGIBLE = 26 /* px: the narrowest cell with its weight written in it */
};

static double most_of(size_t n, const double c[])
{
    double most = 0;

    for (size_t j = 0; j < n; j++)
        most = fmax(most, fabs(c[j]));
    return most;
}

/* One row of weights at y, each cell under its column. */
static void put_row(const figure *f, const double c[], double x, double y)
{
    const double step = figure_matrix_step(f), most = most_of(f->design->n_cols, c);

    for (size_t j = 0; j < f->design->n_cols; j++) {
        const double left = x + step * (double)j;
        const bool weighs = fabs(c[j]) > 0;
        unsigned char rgb[3];
        char hex[8], text[16];

        figure_correlation_colour(weighs && most > 0 ? 0.85 * c[j] / most : 0, rgb);
        vb_svg_rect(f->svg, left, y, step, ROW,
                    &(vb_svg_style){.fill = figure_hex(rgb, hex), .stroke = "#cccccc"});
        if (!weighs || step < LEGIBLE)
            continue;
        snprintf(text, sizeof text, "%.3g", c[j]);
        vb_svg_text(f->svg, left + step / 2, y + ROW - 7,
                    &(vb_svg_font){.size = FIGURE_SMALL,
                                   .anchor = VB_SVG_MIDDLE,
                                   .fill =
                                       fabs(c[j]) > 0.6 * most ? "#ffffff" : "#111111"},
                    text);
    }
}

static const char *kind_of(const vb_contrast *c, char out[], size_t size)
{
    if (c->n_rows == 1)
        snprintf(out, size, "t");
    else
        snprintf(out, size, "F, %zu rows", c->n_rows);
    return out;
}

static void put_name(const figure *f, const vb_contrast *contrast, double x, double y)
{
    char text[4 * FIGURE_LABEL_MAX + 8], whole[4 * FIGURE_LABEL_MAX + 48], kind[32];

    vb_svg_shorten(contrast->name, FIGURE_LABEL_MAX, text, sizeof text);
    snprintf(whole, sizeof whole, "%s (%s)", text,
             kind_of(contrast, kind, sizeof kind));
    vb_svg_text_hint(f->svg, x, y, &(vb_svg_font){.size = FIGURE_FONT + 1}, whole,
                     contrast->name);
}

static double names_width(size_t n, const vb_contrast contrasts[])
{
    double most = 0;

    for (size_t i = 0; i < n; i++) {
        char text[4 * FIGURE_LABEL_MAX + 8];

        vb_svg_shorten(contrasts[i].name, FIGURE_LABEL_MAX, text, sizeof text);
        most = fmax(most, vb_svg_text_width(text, FIGURE_FONT + 1));
    }
    return most + vb_svg_text_width(" (F, 10 rows)", FIGURE_FONT + 1);
}

static double rows_height(size_t n, const vb_contrast contrasts[])
{
    double height = FIGURE_HEADING + 8;

    for (size_t i = 0; i < n; i++)
        height += (double)(contrasts[i].n_rows * (ROW + ROW_GAP) + BETWEEN);
    return height;
}

static vb_status draw(const figure *f, size_t n, const vb_contrast contrasts[],
                      const char *title)
{
    const size_t p = f->design->n_cols;
    const figure_size matrix = figure_matrix_size(f);
    const double left = MARGIN + figure_matrix_left();
    const double right = left + figure_matrix_step(f) * (double)p + NAME_GAP;
    const double width = fmax(matrix.width + MARGIN, right + names_width(n, contrasts));
    double y = HEAD + matrix.height + 18;
    char summary[160];
    vb_status status;

    snprintf(summary, sizeof summary, "%zu scans, %zu columns, %zu contrast%s",
             f->design->n_scans, p, n, n == 1 ? "" : "s");
    vb_svg_open(f->svg, fmax(width, MARGIN + vb_svg_text_width(title, TITLE)) + MARGIN,
                y + rows_height(n, contrasts) + MARGIN, title, summary);
    vb_svg_text(f->svg, MARGIN, 30, &(vb_svg_font){.size = TITLE, .bold = true}, title);
    vb_svg_text(f->svg, MARGIN, 50,
                &(vb_svg_font){.size = FIGURE_FONT + 1, .fill = "#666666"}, summary);
    status = figure_matrix_put(f, MARGIN, HEAD);
    vb_svg_text(f->svg, MARGIN, y + FIGURE_HEADING - 2,
                &(vb_svg_font){.size = FIGURE_HEADING, .bold = true},
                "Contrasts: weights of the columns above");
    y += FIGURE_HEADING + 8;
    for (size_t i = 0; i < n; i++) {
        put_name(f, &contrasts[i], right, y + ROW - 7);
        for (size_t r = 0; r < contrasts[i].n_rows; r++) {
            put_row(f, contrasts[i].weights + r * p, left, y);
            y += ROW + ROW_GAP;
        }
        y += BETWEEN;
    }
    vb_svg_close(f->svg);
    return status == VB_OK ? vb_buffer_ok(f->svg, f->err) : status;
}

vb_status vb_figure_contrasts(const vb_design *design, size_t n_contrasts,
                              const vb_contrast contrasts[], const char *title,
                              vb_buffer *svg, vb_error *err)
{
    figure f = {.design = design, .svg = svg, .err = err};
    vb_status status;

    if (!design->n_cols || !design->n_scans)
        return vb_fail(err, VB_EINPUT,
                       "a design of %zu scans and %zu columns has no picture",
                       design->n_scans, design->n_cols);
    f.arena = vb_arena_alloc();
    if (!f.arena)
        return vb_fail_memory(err, sizeof f);
    status = draw(&f, n_contrasts, contrasts, title);
    vb_arena_free(f.arena);
    return status;
}
