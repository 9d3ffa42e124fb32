/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.c - the picture of a design: three panels under a title. */
#include "figure_internal.h"

#include <math.h>

enum { MARGIN = 24, TITLE = 20, HEAD = 66, PANEL_GAP = 36, WIDEST_ROW = 1650 };

static vb_status sort_columns(figure *f)
{
    const vb_design *d = f->design;

    f->main = vb_arena_take(f->arena, d->n_cols, sizeof *f->main);
    f->other = vb_arena_take(f->arena, d->n_cols, sizeof *f->other);
    if (!f->main || !f->other)
        return vb_fail_memory(f->err, d->n_cols * sizeof *f->main);
    for (size_t j = 0; j < d->n_cols; j++)
        if (d->columns[j].kind <= VB_COLUMN_MODULATOR)
            f->main[f->n_main++] = j;
        else if (d->columns[j].kind != VB_COLUMN_CONSTANT)
            f->other[f->n_other++] = j;
    return VB_OK;
}

/* "300 scans, TR 2 s, 45 columns; rank 45, condition number 12" */
static void put_summary(const figure *f, vb_buffer *text)
{
    const vb_design *d = f->design;

    vb_putf(text, "%zu scans, TR %g s, sampled at %g s of each scan; %zu columns",
            d->n_scans, d->tr_s[0], d->sample_s[0], d->n_cols);
    if (f->diagnosis)
        vb_putf(text, ", rank %zu, condition number %.3g", f->diagnosis->rank,
                f->diagnosis->condition);
    vb_putf(text, "; like %s, response %s, drift %s", d->like ? d->like : "valuebold",
            d->hrf ? d->hrf : "-", d->drift ? d->drift : "none");
    if (isfinite(d->high_pass_s) && d->high_pass_s > 0)
        vb_putf(text, " (%g s)", d->high_pass_s);
}

static vb_status put_panels(const figure *f, const char *title, const char *summary)
{
    const figure_size matrix = figure_matrix_size(f), r = figure_correlation_size(f),
                      courses = figure_courses_size(f);
    const bool beside = matrix.width + PANEL_GAP + r.width <= WIDEST_ROW;
    const double r_x = beside ? MARGIN + matrix.width + PANEL_GAP : MARGIN;
    const double r_y = beside ? HEAD : HEAD + matrix.height + PANEL_GAP;
    const double upper =
        beside ? fmax(matrix.height, r.height) : matrix.height + PANEL_GAP + r.height;
    const double across = beside && r.width > 0 ? matrix.width + PANEL_GAP + r.width
                                                : fmax(matrix.width, r.width);
    const double width = fmax(fmax(across, courses.width),
                              fmax(vb_svg_text_width(summary, FIGURE_FONT + 1),
                                   vb_svg_text_width(title, TITLE)));
    vb_status status;

    vb_svg_open(f->svg, width + 2 * MARGIN, HEAD + upper + PANEL_GAP + courses.height,
                title, summary);
    vb_svg_text(f->svg, MARGIN, 30, &(vb_svg_font){.size = TITLE, .bold = true}, title);
    vb_svg_text(f->svg, MARGIN, 50,
                &(vb_svg_font){.size = FIGURE_FONT + 1, .fill = "#666666"}, summary);
    status = figure_matrix_put(f, MARGIN, HEAD);
    if (status == VB_OK)
        status = figure_correlation_put(f, r_x, r_y);
    if (status == VB_OK)
        status = figure_courses_put(f, MARGIN, HEAD + upper + PANEL_GAP, width);
    vb_svg_close(f->svg);
    return status == VB_OK ? vb_buffer_ok(f->svg, f->err) : status;
}

vb_status vb_figure_design(const vb_design *design, const vb_design_run *run,
                           const vb_diagnosis *diagnosis, const char *title,
                           vb_buffer *svg, vb_error *err)
{
    figure f = {.design = design,
                .run = run,
                .diagnosis = diagnosis,
                .svg = svg,
                .err = err};
    vb_buffer summary = {0};
    vb_status status;

    if (!design->n_cols || !design->n_scans)
        return vb_fail(err, VB_EINPUT,
                       "a design of %zu scans and %zu columns has no picture",
                       design->n_scans, design->n_cols);
    f.arena = vb_arena_alloc();
    if (!f.arena)
        return vb_fail_memory(err, sizeof f);
    status = sort_columns(&f);
    put_summary(&f, &summary);
    if (status == VB_OK)
        status = vb_buffer_ok(&summary, err);
    if (status == VB_OK)
        status = put_panels(&f, title, summary.bytes);
    vb_buffer_free(&summary);
    vb_arena_free(f.arena);
    return status;
}
