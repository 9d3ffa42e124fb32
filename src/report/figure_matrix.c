/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_matrix.c - the design matrix as an image with its axes. */
#include "figure_internal.h"

#include <math.h>
#include <stdlib.h>

enum {
    HEIGHT = 420, /* of the image, about */
    WIDTH = 560,  /* of the image, where the columns allow it */
    MANY = 40,    /* columns: the picture is as wide as their correlations */
    WIDE = 860,   /* of the image then */
    WIDEST = 36,  /* of a column */
    AXIS = 60,    /* left and right */
    STRIP = 5,    /* colours of the kinds, above the image */
    BELOW = 64    /* legend and colour bar */
};

static double column_width(const figure *f)
{
    const size_t n = f->design->n_cols;
    const double w = floor((n > MANY ? WIDE : WIDTH) / (double)n);

    return fmin(fmax(w, FIGURE_NARROW), WIDEST);
}

double figure_matrix_step(const figure *f)
{
    return column_width(f);
}

double figure_matrix_left(void)
{
    return AXIS;
}

/* A whole number of pixels a scan where there are few, else the nominal height. */
static double image_height(const figure *f)
{
    const double row = floor((double)HEIGHT / (double)f->design->n_scans);

    return row >= 1 ? fmin(row, 20) * (double)f->design->n_scans : HEIGHT;
}

static size_t *all_columns(const figure *f)
{
    size_t *all = vb_arena_take(f->arena, f->design->n_cols, sizeof *all);

    for (size_t j = 0; all && j < f->design->n_cols; j++)
        all[j] = j;
    return all;
}

figure_size figure_matrix_size(const figure *f)
{
    const size_t n = f->design->n_cols, *all = all_columns(f);
    const double width = column_width(f) * (double)n;

    if (!all)
        return (figure_size){0, 0};
    return (figure_size){AXIS + width +
                             fmax(AXIS, figure_label_overhang(f, n, all) + 8),
                         FIGURE_HEADING + figure_label_height(f, n, all) + STRIP + 4 +
                             image_height(f) + BELOW};
}

/* Every cell `across` pixels wide, so that no viewer blurs one column into the next. */
static vb_status put_image(const figure *f, double x, double y, double width,
                           double height)
{
    const vb_design *d = f->design;
    const size_t across = (size_t)column_width(f), cols = across * d->n_cols;
    const size_t down = (size_t)fmax(1, floor(height / (double)d->n_scans));
    unsigned char *pixels = vb_arena_take(f->arena, cols * d->n_scans * down, 3);

    if (!pixels)
        return vb_fail_memory(f->err, cols * d->n_scans * down * 3);
    for (size_t j = 0; j < d->n_cols; j++) {
        double most = 0;

        for (size_t s = 0; s < d->n_scans; s++)
            most = fmax(most, fabs(d->x[s * d->n_cols + j]));
        for (size_t s = 0; s < d->n_scans; s++) {
            unsigned char rgb[3];

            figure_matrix_colour(most > 0 ? d->x[s * d->n_cols + j] / most : 0, rgb);
            for (size_t k = 0; k < across * down; k++) {
                unsigned char *p = pixels + 3 * ((s * down + k / across) * cols +
                                                 j * across + k % across);

                p[0] = rgb[0];
                p[1] = rgb[1];
                p[2] = rgb[2];
            }
        }
    }
    return vb_svg_image(f->svg, x, y, width, height, cols, d->n_scans * down, pixels,
                        f->err);
}

static void put_strip(const figure *f, double x, double y, double step)
{
    for (size_t j = 0; j < f->design->n_cols; j++)
        vb_svg_rect(f->svg, x + step * (double)j + 0.5, y, step - 1, STRIP,
                    &(vb_svg_style){
                        .fill = figure_kind_colour(f->design->columns[j].kind)});
}

static void put_legend(const figure *f, double x, double y)
{
    for (int k = VB_COLUMN_EVENT; k <= VB_COLUMN_CONSTANT; k++) {
        const char *name = figure_kind_name((vb_column_kind)k);
        bool there = false;

        for (size_t j = 0; j < f->design->n_cols; j++)
            there = there || (int)f->design->columns[j].kind == k;
        if (!there)
            continue;
        vb_svg_rect(f->svg, x, y - 9, 10, 10,
                    &(vb_svg_style){.fill = figure_kind_colour((vb_column_kind)k)});
        vb_svg_text(f->svg, x + 14, y, &(vb_svg_font){.size = FIGURE_SMALL}, name);
        x += 14 + vb_svg_text_width(name, FIGURE_SMALL) + 14;
    }
}

vb_status figure_matrix_put(const figure *f, double x, double y)
{
    static const char *const words[3] = {"\xe2\x88\x92max", "0", "max"};
    const vb_design *d = f->design;
    const double step = column_width(f), width = step * (double)d->n_cols;
    const double height = image_height(f), left = x + AXIS;
    const size_t *all = all_columns(f);
    const vb_svg_scale scans = {0, (double)d->n_scans, 0, height};
    const vb_svg_scale seconds = {0, (double)d->n_scans * d->tr_s[0], 0, height};
    double top;
    vb_status status;

    if (!all)
        return vb_fail_memory(f->err, d->n_cols * sizeof *all);
    vb_svg_text(f->svg, x, y + FIGURE_HEADING - 2,
                &(vb_svg_font){.size = FIGURE_HEADING, .bold = true}, "Design matrix");
    top = y + FIGURE_HEADING + figure_label_height(f, d->n_cols, all);
    figure_put_labels(f, d->n_cols, all, left, top - 3, step);
    put_strip(f, left, top, step);
    top += STRIP + 2;
    status = put_image(f, left, top, width, height);
    vb_svg_rect(f->svg, left, top, width, height, &(vb_svg_style){.stroke = "#666666"});
    vb_svg_group(f->svg, 0, top);
    vb_svg_axis(f->svg, &scans, left - 3, VB_SVG_LEFT, 10, "scan");
    vb_svg_axis(f->svg, &seconds, left + width + 3, VB_SVG_RIGHT, 10, "time (s)");
    vb_svg_ungroup(f->svg);
    put_legend(f, left, top + height + 20);
    if (status == VB_OK)
        status = figure_put_bar(f, left + 12, top + height + 32, 140,
                                figure_matrix_colour, words);
    return status;
}
