/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * figure_correlation.c - correlations of the columns: event and modulator columns with each
 * other, with values, and with confounds and drift as colours only; the latter among
 * themselves are nobody's question and would drown the former.
 */
#include "figure_internal.h"

#include <math.h>
#include <stdio.h>

enum { MOST_WITH_VALUES = 16, GAP = 10, BELOW = 44, FACTS = 4, FACT_HEIGHT = 16 };
static const double remarkable = 0.8; /* |r| that vb_design_diagnose warns of */

/* Rows are the main columns, or all others where there are none. */
static size_t n_rows(const figure *f)
{
    return f->n_main ? f->n_main : f->n_other;
}

static const size_t *rows(const figure *f)
{
    return f->n_main ? f->main : f->other;
}

static double cell(const figure *f)
{
    const double n = (double)n_rows(f);

    if (n > MOST_WITH_VALUES)
        return FIGURE_NARROW + 1;
    return fmin(fmax(floor(400 / n), 28), 44);
}

static size_t n_beside(const figure *f)
{
    return f->n_main ? f->n_other : 0;
}

static double row_label_width(const figure *f)
{
    double most = 0;

    for (size_t i = 0; i < n_rows(f); i++) {
        char text[4 * FIGURE_LABEL_MAX + 8];

        vb_svg_shorten(f->design->columns[rows(f)[i]].name, FIGURE_LABEL_MAX, text,
                       sizeof text);
        most = fmax(most, vb_svg_text_width(text, FIGURE_FONT));
    }
    return most + 8;
}

static double label_height(const figure *f)
{
    return fmax(figure_label_height(f, n_rows(f), rows(f)),
                figure_label_height(f, n_beside(f), f->other));
}

figure_size figure_correlation_size(const figure *f)
{
    const size_t beside = n_beside(f);
    double width = row_label_width(f) + cell(f) * (double)n_rows(f);
    double overhang = figure_label_overhang(f, n_rows(f), rows(f));

    if (!f->diagnosis || !n_rows(f))
        return (figure_size){0, 0};
    if (beside) {
        width += GAP + FIGURE_NARROW * (double)beside;
        overhang = fmax(figure_label_overhang(f, beside, f->other),
                        overhang - GAP - FIGURE_NARROW * (double)beside);
    }
    return (figure_size){fmax(width + overhang, 420),
                         FIGURE_HEADING + label_height(f) + 4 +
                             cell(f) * (double)n_rows(f) + BELOW + FACTS * FACT_HEIGHT};
}

static double correlation(const figure *f, size_t a, size_t b)
{
    return f->diagnosis->correlation[a * f->design->n_cols + b];
}

static void put_cell(const figure *f, double x, double y, double width, double height,
                     double r, bool with_value)
{
    unsigned char rgb[3];
    char colour[8], text[16];
    const char *digits = text;

    figure_correlation_colour(r, rgb);
    vb_svg_rect(f->svg, x, y, width, height,
                &(vb_svg_style){.fill = figure_hex(rgb, colour),
                                .stroke = "#ffffff",
                                .width = 1});
    if (!with_value || isnan(r))
        return;
    snprintf(text, sizeof text, "%.2f", fabs(r));
    if (text[0] == '0')
        digits = text + 1; /* .83: room matters here */
    {
        char value[24];

        snprintf(value, sizeof value, "%s%s", r <= -0.005 ? "\xe2\x88\x92" : "",
                 digits);
        vb_svg_text(f->svg, x + width / 2, y + height / 2 + 4,
                    &(vb_svg_font){.size = FIGURE_FONT,
                                   .anchor = VB_SVG_MIDDLE,
                                   .fill = fabs(r) > 0.6 ? "#ffffff" : "#333333"},
                    value);
    }
}

static void put_frame(const figure *f, double x, double y, double width, double height)
{
    vb_svg_rect(f->svg, x + 1, y + 1, width - 2, height - 2,
                &(vb_svg_style){.stroke = "#000000", .width = 2});
}

static void put_rows(const figure *f, double left, double top)
{
    const double c = cell(f), beside = left + c * (double)n_rows(f) + GAP;
    const bool values = n_rows(f) <= MOST_WITH_VALUES;

    for (size_t i = 0; i < n_rows(f); i++) {
        const char *name = f->design->columns[rows(f)[i]].name;
        const double y = top + c * (double)i;
        char text[4 * FIGURE_LABEL_MAX + 8];

        vb_svg_shorten(name, FIGURE_LABEL_MAX, text, sizeof text);
        vb_svg_text_hint(f->svg, left - 6, y + c / 2 + 4,
                         &(vb_svg_font){.size = FIGURE_FONT, .anchor = VB_SVG_END},
                         text, name);
        for (size_t j = 0; j < n_rows(f); j++)
            put_cell(f, left + c * (double)j, y, c, c,
                     correlation(f, rows(f)[i], rows(f)[j]), values && i != j);
        for (size_t j = 0; j < n_beside(f); j++)
            put_cell(f, beside + FIGURE_NARROW * (double)j, y, FIGURE_NARROW, c,
                     correlation(f, rows(f)[i], f->other[j]), false);
    }
    for (size_t i = 0; i < n_rows(f); i++) {
        const double y = top + c * (double)i;

        for (size_t j = 0; j < n_rows(f); j++)
            if (i != j && fabs(correlation(f, rows(f)[i], rows(f)[j])) > remarkable)
                put_frame(f, left + c * (double)j, y, c, c);
        for (size_t j = 0; j < n_beside(f); j++)
            if (fabs(correlation(f, rows(f)[i], f->other[j])) > remarkable)
                put_frame(f, beside + FIGURE_NARROW * (double)j, y, FIGURE_NARROW, c);
    }
}

/* The largest |r| between a row and columns[n] other than itself. */
static double largest(const figure *f, size_t n, const size_t columns[], size_t pair[2])
{
    double most = -1;

    for (size_t i = 0; i < n_rows(f); i++)
        for (size_t j = 0; j < n; j++) {
            const double r = fabs(correlation(f, rows(f)[i], columns[j]));

            if (columns[j] != rows(f)[i] && r > most) {
                most = r;
                pair[0] = rows(f)[i];
                pair[1] = columns[j];
            }
        }
    return most;
}

static void put_fact(const figure *f, double x, double *y, const char *what,
                     double value, const size_t pair[2], size_t n_names)
{
    vb_buffer line = {0};
    char name[2][4 * FIGURE_LABEL_MAX + 8];

    for (size_t i = 0; i < n_names; i++)
        vb_svg_shorten(f->design->columns[pair[i]].name, FIGURE_LABEL_MAX, name[i],
                       sizeof name[i]);
    if (isfinite(value))
        vb_putf(&line, "%s %.2f", what, value);
    else
        vb_putf(&line, "%s infinite", what);
    if (n_names)
        vb_putf(&line, " (%s%s%s)", name[0], n_names > 1 ? ", " : "",
                n_names > 1 ? name[1] : "");
    *y += FACT_HEIGHT;
    if (line.bytes)
        vb_svg_text(f->svg, x, *y, &(vb_svg_font){.size = FIGURE_FONT}, line.bytes);
    vb_buffer_free(&line);
}

static void put_facts(const figure *f, double x, double y)
{
    size_t pair[2] = {0, 0};
    double r = largest(f, n_rows(f), rows(f), pair), worst = -1;

    if (r >= 0)
        put_fact(f, x, &y, "largest |r|", r, pair, 2);
    r = largest(f, n_beside(f), f->other, pair);
    if (r >= 0)
        put_fact(f, x, &y, "largest |r| with a confound or drift", r, pair, 2);
    for (size_t i = 0; i < f->n_main; i++)
        if (f->diagnosis->vif[f->main[i]] > worst) {
            worst = f->diagnosis->vif[f->main[i]];
            pair[0] = f->main[i];
        }
    if (worst >= 0)
        put_fact(f, x, &y, "largest variance inflation (VIF)", worst, pair, 1);
}

vb_status figure_correlation_put(const figure *f, double x, double y)
{
    static const char *const words[3] = {"\342\210\2221", "0", "r = 1"};
    const double left = x + row_label_width(f), c = cell(f);
    const double top = y + FIGURE_HEADING + label_height(f) + 4;
    const double bottom = top + c * (double)n_rows(f);
    vb_status status;

    if (!f->diagnosis || !n_rows(f))
        return VB_OK;
    vb_svg_text(f->svg, x, y + FIGURE_HEADING - 2,
                &(vb_svg_font){.size = FIGURE_HEADING, .bold = true}, "Correlation");
    figure_put_labels(f, n_rows(f), rows(f), left, top - 3, c);
    figure_put_labels(f, n_beside(f), f->other, left + c * (double)n_rows(f) + GAP,
                      top - 3, FIGURE_NARROW);
    put_rows(f, left, top);
    status = figure_put_bar(f, left + 12, bottom + 12, 140, figure_correlation_colour,
                            words);
    vb_svg_text(f->svg, left + 180, bottom + 21, &(vb_svg_font){.size = FIGURE_SMALL},
                "framed: |r| > 0.8");
    put_facts(f, left, bottom + BELOW);
    return status;
}
