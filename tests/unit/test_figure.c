/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture of a design: every name in it, valid, not too large, whatever the columns. */
#include "export_job.h"
#include "valuebold/figure.h"
#include "xml_check.h"

/* d of n_scans x n_cols: two events' worth of main columns, then confounds and a constant. */
static void make_design(vb_design *d, vb_arena *arena, size_t n_scans, size_t n_main,
                        size_t n_confounds)
{
    *d = (vb_design){.arena = arena,
                     .n_scans = n_scans,
                     .n_runs = 1,
                     .like = "valuebold",
                     .hrf = "spm",
                     .drift = "none"};
    d->n_cols = n_main + n_confounds + 1;
    d->tr_s = vb_arena_take(arena, 1, sizeof *d->tr_s);
    d->sample_s = vb_arena_take(arena, 1, sizeof *d->sample_s);
    d->columns = vb_arena_take(arena, d->n_cols, sizeof *d->columns);
    d->x = vb_arena_take(arena, d->n_cols * n_scans, sizeof *d->x);
    d->tr_s[0] = 1.5;
    for (size_t j = 0; j < d->n_cols; j++) {
        vb_column *c = &d->columns[j];

        c->name =
            vb_arena_printf(arena, j < n_main ? "task*signal_%zu" : "confound_%zu", j);
        c->title = c->name;
        c->kind = j + 1 == d->n_cols ? VB_COLUMN_CONSTANT
                  : j < n_main       ? VB_COLUMN_MODULATOR
                                     : VB_COLUMN_CONFOUND;
        c->event = j < n_main ? 0 : VB_NONE;
        c->modulator = j < n_main ? j : VB_NONE;
        for (size_t s = 0; s < n_scans; s++)
            d->x[s * d->n_cols + j] =
                j + 1 == d->n_cols ? 1 : sin(0.1 * (double)(s * (j + 1)));
    }
}

static void make_diagnosis(vb_diagnosis *g, const vb_design *d)
{
    const size_t n = d->n_cols;

    *g = (vb_diagnosis){.rank = n, .condition = 3.5};
    g->vif = vb_arena_take(d->arena, n, sizeof *g->vif);
    g->correlation = vb_arena_take(d->arena, n * n, sizeof *g->correlation);
    for (size_t i = 0; i < n; i++)
        g->vif[i] = i + 1 == n ? (double)NAN : 1.5;
    for (size_t i = 0; i < n * n; i++)
        g->correlation[i] = i / n + 1 == n || i % n + 1 == n ? (double)NAN
                            : i / n == i % n                 ? 1
                                                             : 0.25;
    if (n > 2)
        g->correlation[1] = g->correlation[n] = -0.93;
}

static double attribute(const char *svg, const char *name)
{
    const char *at = strstr(svg, name);

    cr_assert(at);
    return strtod(at + strlen(name), NULL);
}

Test(figure, holds_every_name_and_correlation)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer svg = {0};
    vb_design d;
    vb_diagnosis g;
    vb_error err = {0};

    make_design(&d, arena, 120, 4, 6);
    make_diagnosis(&g, &d);
    cr_assert_eq(vb_figure_design(&d, NULL, &g, "sub-01", &svg, &err), VB_OK, "%s",
                 err.text);
    cr_expect_null(xml_fault(svg.bytes));
    for (size_t j = 0; j < d.n_cols; j++)
        cr_expect(strstr(svg.bytes, d.columns[j].name), "%s", d.columns[j].name);
    cr_expect(strstr(svg.bytes, ">\xe2\x88\x92.93</text>"));
    cr_expect(strstr(svg.bytes, ">.25</text>"));
    cr_expect(strstr(svg.bytes, "rank 11, condition number 3.5"));
    cr_expect(strstr(svg.bytes, "largest |r| 0.93 (task*signal_0, task*signal_1)"));
    cr_expect(strstr(svg.bytes, "VIF 1.50"));
    vb_buffer_free(&svg);
    vb_arena_free(arena);
}

Test(figure, names_with_markup_stay_text)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer svg = {0};
    vb_design d;
    vb_diagnosis g;

    make_design(&d, arena, 60, 2, 1);
    make_diagnosis(&g, &d);
    d.columns[0].name = "<script>alert(1)</script>";
    d.columns[1].name = "a&b\x1b\xff";
    d.columns[2].name = "\"/><image href=\"x\"/>";
    cr_assert_eq(vb_figure_design(&d, NULL, &g, "</title><script>", &svg, NULL), VB_OK);
    cr_expect_null(xml_fault(svg.bytes));
    cr_expect_not(strstr(svg.bytes, "<script") != NULL);
    cr_expect_not(strstr(svg.bytes, "href=\"x\"") != NULL);
    cr_expect(strstr(svg.bytes, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    vb_buffer_free(&svg);
    vb_arena_free(arena);
}

Test(figure, any_number_of_columns_and_scans_gives_a_picture)
{
    static const size_t sizes[][3] = {{1, 1, 0},    {20, 0, 3},  {300, 4, 30},
                                      {300, 45, 0}, {300, 0, 0}, {2000, 3, 60},
                                      {37, 20, 5},  {421, 9, 40}};
    /* as numbers: the letters may stand in the base 64 of the picture */
    static const char *const nans[] = {"\"nan", " nan", ",nan", "(nan", "-nan"};
    double last_width = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        vb_arena *arena = vb_arena_alloc();
        vb_buffer svg = {0};
        vb_design d;
        vb_diagnosis g;
        vb_error err = {0};

        make_design(&d, arena, sizes[i][0], sizes[i][1], sizes[i][2]);
        make_diagnosis(&g, &d);
        cr_assert_eq(vb_figure_design(&d, NULL, i % 2 ? &g : NULL, "t", &svg, &err),
                     VB_OK, "%s", err.text);
        cr_expect_null(xml_fault(svg.bytes), "%zu", i);
        cr_expect_lt(svg.n, 1500000, "%zu bytes", svg.n);
        for (size_t k = 0; k < sizeof nans / sizeof nans[0]; k++)
            cr_expect_null(strstr(svg.bytes, nans[k]), "%s", nans[k]);
        last_width = attribute(svg.bytes, " width=\"");
        cr_expect(last_width > 300 && last_width < 2000, "%g px", last_width);
        vb_buffer_free(&svg);
        vb_arena_free(arena);
    }
}

Test(figure, no_text_is_smaller_than_nine_pixels)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer svg = {0};
    vb_design d;
    vb_diagnosis g;

    make_design(&d, arena, 200, 6, 40);
    make_diagnosis(&g, &d);
    cr_assert_eq(vb_figure_design(&d, NULL, &g, "t", &svg, NULL), VB_OK);
    for (const char *at = svg.bytes; (at = strstr(at, "font-size=\"")); at++)
        cr_expect_geq(strtod(at + 11, NULL), 9);
    vb_buffer_free(&svg);
    vb_arena_free(arena);
}

Test(figure, events_are_marked_where_they_begin)
{
    job_fixture *f = job_make();
    vb_buffer with = {0}, without = {0};

    cr_assert_eq(vb_figure_design(&f->designs[0], &f->runs[0], NULL, "t", &with, NULL),
                 VB_OK);
    cr_assert_eq(vb_figure_design(&f->designs[0], NULL, NULL, "t", &without, NULL),
                 VB_OK);
    /* 4 task rows, their 2 modulators and 2 control rows; one weight is missing */
    {
        size_t n = 0, missing = 0;

        for (const char *at = with.bytes; (at = strstr(at, "stroke=\"#555555\"")); at++)
            n++;
        for (const char *at = with.bytes; (at = strstr(at, "stroke=\"#c0392b\"")); at++)
            missing++;
        cr_expect(n == 4 + 3 + 4 + 2 && missing == 1, "%zu, %zu", n, missing);
    }
    cr_expect_null(strstr(without.bytes, "#555555"));
    cr_expect_null(xml_fault(with.bytes));
    vb_buffer_free(&with);
    vb_buffer_free(&without);
    job_free(f);
}

Test(figure, the_same_design_gives_the_same_bytes)
{
    job_fixture *f = job_make();
    vb_buffer a = {0}, b = {0};

    cr_assert_eq(vb_figure_design(&f->designs[0], &f->runs[0], NULL, "t", &a, NULL),
                 VB_OK);
    cr_assert_eq(vb_figure_design(&f->designs[0], &f->runs[0], NULL, "t", &b, NULL),
                 VB_OK);
    cr_expect(a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0);
    vb_buffer_free(&a);
    vb_buffer_free(&b);
    job_free(f);
}

Test(figure, an_empty_design_is_refused)
{
    vb_design d = {.n_scans = 10};
    vb_buffer svg = {0};
    vb_error err = {0};

    cr_expect_eq(vb_figure_design(&d, NULL, NULL, "t", &svg, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "0 columns"), "%s", err.text);
}
