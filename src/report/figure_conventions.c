/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * figure_conventions.c - one run's columns under every convention, over each other: each in
 * the unit of the design (times its beta) and where it is sampled by default, so
 * that what is left to see is shape and time.
 */
#include "figure_internal.h"
#include "valuebold/conventions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 24,
    HEAD = 92,
    ROW = 104,
    GAP = 22,
    WIDTH = 620,
    TABLE = 330,
    LINE = 15,
    MOST_ROWS = 12,
    FOOT = 56
};

/* What is shown of a run: most differences are those of single responses. */
static const double SHOWN_S = 200;

static const char *const own_colour = "#222222";
static const char *const colours[] = {"#1f5fa8", "#d0721e", "#2e8b57", "#a0399a",
                                      "#777777"};

typedef struct picture {
    const vb_conventions *c;
    vb_buffer *svg;
    double *x, *y; /* [n_scans] */
    double left, right;
} picture;

static const char *colour_of(size_t i)
{
    return colours[i % (sizeof colours / sizeof colours[0])];
}

/* Values of a column by title, about their mean, into y; false: there is none. */
static bool take(const vb_design *d, const char *title, double y[])
{
    double mean = 0;
    size_t c = 0;

    while (c < d->n_cols &&
           (d->columns[c].basis || strcmp(d->columns[c].title, title) != 0))
        c++;
    if (c == d->n_cols)
        return false;
    for (size_t s = 0; s < d->n_scans; s++) {
        y[s] = d->x[s * d->n_cols + c];
        mean += y[s] / (double)d->n_scans;
    }
    for (size_t s = 0; s < d->n_scans; s++)
        y[s] -= mean;
    return true;
}

/* Time of the last scan that is shown. */
static size_t shown(const picture *p)
{
    const double scans = ceil(SHOWN_S / p->c->own->tr_s[0]);

    return scans < (double)p->c->own->n_scans ? (size_t)scans : p->c->own->n_scans;
}

static void put_curve(const picture *p, const char *colour, double width,
                      const vb_svg_scale *value, double scale)
{
    const vb_design *d = p->c->own;
    const size_t n = shown(p);
    const vb_svg_scale time = {0, (double)n * d->tr_s[0], p->left, p->right};

    for (size_t s = 0; s < n; s++) { /* at the time its scan begins */
        p->x[s] = vb_svg_at(&time, (double)s * d->tr_s[0]);
        p->y[s] = vb_svg_at(value, p->y[s] * scale);
    }
    vb_svg_polyline(p->svg, n, p->x, p->y,
                    &(vb_svg_style){.stroke = colour, .width = width});
}

/* "spm  4.98  .999  .97  12 %" beside the row. */
static void put_numbers(const picture *p, size_t k, double top)
{
    const double x = p->right + 24;
    const char *heads[] = {"", "beta", "r", "r same time", "largest off"};
    const double at[] = {0, 92, 150, 228, 306};

    for (size_t h = 1; h < 5; h++)
        vb_svg_text(p->svg, x + at[h], top + 2,
                    &(vb_svg_font){.size = FIGURE_SMALL,
                                   .anchor = VB_SVG_END,
                                   .fill = "#777777"},
                    heads[h]);
    for (size_t i = 0; i < p->c->n; i++) {
        const vb_convention_column *c = &p->c->item[i].column[k];
        const double y = top + LINE * (double)(i + 1) + 4;
        char text[4][24];

        snprintf(text[0], sizeof text[0], "%.4g", c->beta);
        snprintf(text[1], sizeof text[1], "%.3f", c->r);
        snprintf(text[2], sizeof text[2], "%.4f", c->r_aligned);
        snprintf(text[3], sizeof text[3], "%.0f %%", 100 * c->off);
        vb_svg_text(p->svg, x, y,
                    &(vb_svg_font){.size = FIGURE_FONT, .fill = colour_of(i)},
                    p->c->item[i].like);
        for (size_t h = 0; h < 4; h++)
            vb_svg_text(p->svg, x + at[h + 1], y,
                        &(vb_svg_font){.size = FIGURE_FONT, .anchor = VB_SVG_END},
                        isnan(c->beta) ? "\xe2\x80\x93" : text[h]);
    }
}

static void put_row(const picture *p, size_t k, double top)
{
    const vb_design *own = p->c->own;
    const char *title = own->columns[p->c->column[k]].title;
    const size_t n = own->n_scans; /* all of them, or flat beginnings fill the row */
    vb_svg_scale value = {0, 0, top + ROW - GAP, top + 8};
    char text[4 * FIGURE_LABEL_MAX + 8];

    take(own, title, p->y);
    for (size_t s = 0; s < n; s++) {
        value.from = fmin(value.from, p->y[s]);
        value.to = fmax(value.to, p->y[s]);
    }
    if (!(value.to > value.from))
        value.to = value.from + 1;
    value.to += .15 * (value.to - value.from); /* others may reach higher */
    value.from -= .1 * (value.to - value.from);
    vb_svg_shorten(title, FIGURE_LABEL_MAX, text, sizeof text);
    vb_svg_text_hint(p->svg, p->left, top + 2,
                     &(vb_svg_font){.size = FIGURE_FONT + 1, .bold = true}, text,
                     title);
    vb_svg_line(p->svg, p->left, vb_svg_at(&value, 0), p->right, vb_svg_at(&value, 0),
                &(vb_svg_style){.stroke = "#dddddd"});
    put_curve(p, own_colour, 2.6, &value, 1);
    for (size_t i = 0; i < p->c->n; i++)
        if (take(p->c->item[i].design, title, p->y))
            put_curve(p, colour_of(i), 1.3, &value, p->c->item[i].column[k].beta);
    vb_svg_axis(p->svg, &value, p->left, VB_SVG_LEFT, 3, "");
    put_numbers(p, k, top);
}

/* Names, responses and sample times, in their colours. */
static void put_legend(const picture *p)
{
    double x = MARGIN;

    for (size_t i = 0; i <= p->c->n; i++) {
        const bool own = i == 0;
        const char *like = own ? p->c->own->like : p->c->item[i - 1].like;
        const char *hrf = own ? p->c->own->hrf : p->c->item[i - 1].hrf;
        const char *colour = own ? own_colour : colour_of(i - 1);
        char text[120];

        snprintf(text, sizeof text, "%.20s (%.30s, sampled at %.3g s)", like, hrf,
                 own ? p->c->own->sample_s[0] : p->c->item[i - 1].sample_s);
        vb_svg_line(p->svg, x, 66, x + 20, 66,
                    &(vb_svg_style){.stroke = colour, .width = own ? 2.6 : 1.6});
        vb_svg_text(p->svg, x + 26, 70, &(vb_svg_font){.size = FIGURE_FONT}, text);
        x += 26 + vb_svg_text_width(text, FIGURE_FONT) + 18;
    }
}

static double legend_width(const vb_conventions *c)
{
    double width = 0;

    for (size_t i = 0; i <= c->n; i++)
        width +=
            44 +
            vb_svg_text_width(i ? c->item[i - 1].like : c->own->like, FIGURE_FONT) +
            vb_svg_text_width(i ? c->item[i - 1].hrf : c->own->hrf, FIGURE_FONT) +
            vb_svg_text_width(" (, sampled at 0.875 s)", FIGURE_FONT);
    return width;
}

vb_status vb_figure_conventions(const vb_conventions *conventions, const char *title,
                                vb_buffer *svg, vb_error *err)
{
    const size_t rows =
        conventions->n_columns < MOST_ROWS ? conventions->n_columns : MOST_ROWS;
    const size_t n = conventions->own->n_scans;
    const double width = fmax(MARGIN + 60 + WIDTH + 24 + TABLE + MARGIN,
                              2 * MARGIN + legend_width(conventions));
    const double bottom = HEAD + ROW * (double)rows;
    vb_arena *arena = vb_arena_alloc();
    picture p = {.c = conventions,
                 .svg = svg,
                 .left = MARGIN + 60,
                 .right = MARGIN + 60 + WIDTH};

    p.x = arena ? vb_arena_take(arena, 2 * n, sizeof *p.x) : NULL;
    if (!p.x) {
        vb_arena_free(arena);
        return vb_fail_memory(err, 2 * n * sizeof *p.x);
    }
    p.y = p.x + n;
    vb_svg_open(
        svg, width, bottom + FOOT, title,
        "the columns of one run under every convention, in the unit of the design");
    vb_svg_text(svg, MARGIN, 30, &(vb_svg_font){.size = 20, .bold = true}, title);
    vb_svg_text(
        svg, MARGIN, 50, &(vb_svg_font){.size = FIGURE_FONT + 1, .fill = "#666666"},
        "columns about their mean, each times its beta, at the scan they belong to; "
        "beta: the effect found there for an effect of 1 here");
    put_legend(&p);
    for (size_t k = 0; k < rows; k++)
        put_row(&p, k, HEAD + ROW * (double)k);
    vb_svg_axis(svg,
                &(vb_svg_scale){0, (double)shown(&p) * conventions->own->tr_s[0],
                                p.left, p.right},
                bottom - GAP + 8, VB_SVG_BELOW, 12, "beginning of the scan (s)");
    vb_svg_close(svg);
    vb_arena_free(arena);
    return vb_buffer_ok(svg, err);
}
