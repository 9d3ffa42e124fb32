/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure_courses.c - time courses of events and modulators, with the events below them. */
#include "figure_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { RANGE = 44, FACTS = 76, MARKS = 18, ROW_GAP = 6, BELOW = 44 };
static const char *const later_bases[] = {"#d08c2e", "#a05aa8", "#6b8e23"};

/* Columns that share event, modulator and power are the basis functions of one row. */
static bool begins_row(const figure *f, size_t i)
{
    return f->design->columns[f->main[i]].basis == 0 || i == 0;
}

static size_t count_rows(const figure *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n_main; i++)
        n += begins_row(f, i);
    return n;
}

static double curve_height(const figure *f)
{
    const size_t n = count_rows(f);

    return n <= 8 ? 50 : n <= 16 ? 38 : 26;
}

static double row_height(const figure *f)
{
    return curve_height(f) + (f->run ? MARKS : 0) + ROW_GAP;
}

/* Room for the longest name and the numbers of the range. */
static double name_width(const figure *f)
{
    double most = 0;

    for (size_t i = 0; i < f->n_main; i++) {
        char text[4 * FIGURE_LABEL_MAX + 8];

        vb_svg_shorten(f->design->columns[f->main[i]].name, FIGURE_LABEL_MAX, text,
                       sizeof text);
        most = fmax(most, vb_svg_text_width(text, FIGURE_FONT + 1));
    }
    return most + RANGE;
}

figure_size figure_courses_size(const figure *f)
{
    if (!f->n_main)
        return (figure_size){0, 0};
    return (figure_size){name_width(f) + 500 + FACTS,
                         FIGURE_HEADING + 10 + row_height(f) * (double)count_rows(f) +
                             BELOW};
}

typedef struct course {
    size_t first, n;  /* into figure->main */
    double low, high; /* of its values, 0 included */
    vb_svg_scale time, value;
    double marks; /* y of the middle of the marks */
} course;

static void put_curve(const figure *f, const course *c, size_t basis, double *px,
                      double *py)
{
    const vb_design *d = f->design;
    const size_t j = f->main[c->first + basis];
    const vb_svg_style style = {.stroke = basis
                                              ? later_bases[(basis - 1) % 3]
                                              : figure_kind_colour(d->columns[j].kind),
                                .width = basis ? 1 : 1.4};

    for (size_t s = 0; s < d->n_scans; s++) {
        px[s] = vb_svg_at(&c->time, (double)s * d->tr_s[0] + d->sample_s[0]);
        py[s] = vb_svg_at(&c->value, d->x[s * d->n_cols + j]);
    }
    vb_svg_polyline(f->svg, d->n_scans, px, py, &style);
}

/* A mark for each event: of modulators as high as its weight, a cross-bar where it has none;
 * of events up to the line. */
static void put_marks(const figure *f, const course *c)
{
    const vb_column *column = &f->design->columns[f->main[c->first]];
    const vb_design_event *event;
    const double *weight = NULL;
    double most = 0;

    if (!f->run || column->event == VB_NONE || column->event >= f->run->n_events)
        return;
    event = &f->run->events[column->event];
    if (column->modulator != VB_NONE && column->modulator < event->n_modulators)
        weight = event->modulators[column->modulator].weight;
    for (size_t i = 0; weight && i < event->n_events; i++)
        if (!isnan(weight[i]))
            most = fmax(most, fabs(weight[i]));
    for (size_t i = 0; i < event->n_events; i++) {
        const double t = event->onset_s[i] * (f->run->in_scans ? f->run->tr_s : 1);
        const double x = vb_svg_at(&c->time, t);
        const bool missing = weight && isnan(weight[i]);
        const double h = !weight ? 4
                         : missing || !(most > 0)
                             ? 0
                             : weight[i] / most * (MARKS / 2.0 - 1);

        if (t < c->time.from || t > c->time.to)
            continue;
        if (missing)
            vb_svg_line(f->svg, x - 1.5, c->marks, x + 1.5, c->marks,
                        &(vb_svg_style){.stroke = "#c0392b", .width = 1.5});
        else
            vb_svg_line(f->svg, x, c->marks + (weight ? 0 : 4), x, c->marks - h,
                        &(vb_svg_style){.stroke = "#555555"});
    }
}

static void find_range(const figure *f, course *c)
{
    const vb_design *d = f->design;

    for (size_t b = 0; b < c->n; b++)
        for (size_t s = 0; s < d->n_scans; s++) {
            const double v = d->x[s * d->n_cols + f->main[c->first + b]];

            c->low = fmin(c->low, v);
            c->high = fmax(c->high, v);
        }
    if (!(c->high > c->low))
        c->high = c->low + 1;
}

static void put_range(const figure *f, const course *c, double x, double top)
{
    const vb_svg_font font = {.size = 9, .anchor = VB_SVG_END, .fill = "#777777"};
    char text[32];

    if (curve_height(f) < 38)
        return;
    snprintf(text, sizeof text, "%.2g", c->high);
    vb_svg_text(f->svg, x - 4, top + 8, &font, text);
    if (c->low >= 0)
        return;
    snprintf(text, sizeof text, "%s%.2g", "\xe2\x88\x92", -c->low);
    vb_svg_text(f->svg, x - 4, top + curve_height(f), &font, text);
}

static void put_names(const figure *f, const course *c, double x, double right,
                      double top)
{
    const vb_column *column = &f->design->columns[f->main[c->first]];
    const double middle = top + curve_height(f) / 2 + 4;
    char text[4 * FIGURE_LABEL_MAX + 8], fact[48];

    vb_svg_shorten(column->name, FIGURE_LABEL_MAX, text, sizeof text);
    vb_svg_text_hint(f->svg, x, middle,
                     &(vb_svg_font){.size = FIGURE_FONT + 1,
                                    .fill = figure_kind_colour(column->kind)},
                     text, column->name);
    if (!f->diagnosis || isnan(f->diagnosis->vif[f->main[c->first]]))
        return;
    if (isinf(f->diagnosis->vif[f->main[c->first]]))
        snprintf(fact, sizeof fact, "VIF \xe2\x88\x9e");
    else
        snprintf(fact, sizeof fact, "VIF %.2f", f->diagnosis->vif[f->main[c->first]]);
    vb_svg_text(f->svg, right + 10, middle, &(vb_svg_font){.size = FIGURE_SMALL}, fact);
}

vb_status figure_courses_put(const figure *f, double x, double y, double width)
{
    const vb_design *d = f->design;
    const double left = x + name_width(f), right = x + width - FACTS;
    const double span_s = (double)d->n_scans * d->tr_s[0];
    double top = y + FIGURE_HEADING + 10;
    double *px = vb_arena_take(f->arena, 2 * d->n_scans, sizeof *px);

    if (!f->n_main)
        return VB_OK;
    if (!px)
        return vb_fail_memory(f->err, 2 * d->n_scans * sizeof *px);
    vb_svg_text(f->svg, x, y + FIGURE_HEADING - 2,
                &(vb_svg_font){.size = FIGURE_HEADING, .bold = true}, "Time courses");
    for (size_t i = 0; i < f->n_main;) {
        course c = {.first = i, .time = {0, span_s, left, right}};

        for (c.n = 1; i + c.n < f->n_main && !begins_row(f, i + c.n); c.n++)
            ;
        find_range(f, &c);
        c.value = (vb_svg_scale){c.low, c.high, top + curve_height(f), top};
        c.marks = top + curve_height(f) + MARKS / 2.0 + 2;
        vb_svg_line(f->svg, left, vb_svg_at(&c.value, 0), right, vb_svg_at(&c.value, 0),
                    &(vb_svg_style){.stroke = "#dddddd"});
        for (size_t b = c.n; b-- > 0;)
            put_curve(f, &c, b, px, px + d->n_scans);
        put_marks(f, &c);
        put_range(f, &c, left, top);
        put_names(f, &c, x, right, top);
        top += row_height(f);
        i += c.n;
    }
    vb_svg_axis(f->svg, &(vb_svg_scale){0, span_s, left, right}, top, VB_SVG_BELOW, 12,
                "time (s)");
    return vb_buffer_ok(f->svg, f->err);
}
