/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture of peri-stimulus curves: everything on it, nothing outside, valid XML. */
#include "support.h"
#include "valuebold/figure_peri.h"
#include "xml_check.h"

enum { REGIONS = 2, TIMES = 13 };

static const char *const regions[REGIONS] = {"vmpfc", "<vs> & \"co\""};

/* Curves of a response over 2 s steps; groups of growing size; the slope's is half of one. */
static vb_peri *curves_of(size_t n_groups, bool slope)
{
    static const char *const names[] = {"SV low", "SV middle", "SV high"};
    const size_t n = n_groups + (slope ? 1 : 0);
    vb_arena *arena = vb_arena_alloc();
    vb_peri *p = vb_arena_take(arena, 1, sizeof *p);

    *p = (vb_peri){.arena = arena,
                   .event = "offer",
                   .n_regions = REGIONS,
                   .n_curves = n,
                   .n_times = TIMES,
                   .level = 0.95};
    p->time_s = vb_arena_take(arena, TIMES, sizeof *p->time_s);
    p->curve = vb_arena_take(arena, n, sizeof *p->curve);
    p->is_slope = vb_arena_take(arena, n, sizeof *p->is_slope);
    p->n_events = vb_arena_take(arena, n, sizeof *p->n_events);
    p->mean = vb_arena_take(arena, REGIONS, sizeof *p->mean);
    p->at = vb_arena_take(arena, REGIONS * n * TIMES, sizeof *p->at);
    for (size_t i = 0; i < TIMES; i++)
        p->time_s[i] = -3 + 2 * (double)i;
    for (size_t k = 0; k < n; k++) {
        p->curve[k] = k < n_groups ? names[k] : "sv_chosen";
        p->is_slope[k] = k == n_groups;
        p->n_events[k] = 20 + k;
    }
    for (size_t v = 0; v < REGIONS; v++)
        for (size_t k = 0; k < n; k++)
            for (size_t i = 0; i < TIMES; i++) {
                const double t = fmax(p->time_s[i], 0);
                const double h = pow(t / 5, 5) * exp(5 - t) - 0.1 * (t > 10 && t < 20);
                const double size = k < n_groups ? 0.2 + 0.1 * (double)k : 0.05;

                p->at[(v * n + k) * TIMES + i] =
                    vb_region_estimate_of(size * h * (v ? -1 : 1),
                                          0.02 + 0.002 * (double)i, 200, 0.95);
            }
    return p;
}

static vb_buffer draw(const vb_peri *p)
{
    vb_buffer svg = {0};
    vb_error err = {0};
    const char *fault;

    cr_assert_eq(vb_figure_peri(p, regions, "sub-01: offer", "percent signal change",
                                &svg, &err),
                 VB_OK, "%s", err.text);
    fault = xml_fault(svg.bytes);
    cr_assert_null(fault, "%.60s", fault);
    return svg;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

/* The picture itself, to be looked at, where VALUEBOLD_PICTURES names a folder. */
static void keep(const vb_buffer *svg, const char *name)
{
    const char *folder = getenv("VALUEBOLD_PICTURES");
    char path[512];
    FILE *file;

    if (!folder)
        return;
    snprintf(path, sizeof path, "%s/%s.svg", folder, name);
    file = fopen(path, "w");
    cr_assert(file);
    fwrite(svg->bytes, 1, svg->n, file);
    fclose(file);
}

Test(figure_peri, shows_every_region_curve_axis_and_number_of_events)
{
    vb_peri *p = curves_of(3, true);
    vb_buffer svg = draw(p);

    cr_expect_eq(count(svg.bytes, "time after onset (s)"), 4, "two panels a region");
    cr_expect_eq(count(svg.bytes, ">percent signal change<"), 2);
    cr_expect_eq(count(svg.bytes, ">percent signal change per unit<"), 2);
    cr_expect(strstr(svg.bytes, "SV low (20 events)"));
    cr_expect(strstr(svg.bytes, "SV high (22 events)"));
    cr_expect(strstr(svg.bytes, "vmpfc: effect of sv_chosen"));
    cr_expect(strstr(svg.bytes, "&lt;vs&gt; &amp; &quot;co&quot;"),
              "names are escaped");
    cr_expect_null(strstr(svg.bytes, "nan"));
    keep(&svg, "peri_groups");
    vb_buffer_free(&svg);
    vb_peri_free(p);
}

Test(figure_peri, draws_a_single_curve_and_one_that_is_all_missing)
{
    vb_peri *p = curves_of(1, false);
    vb_buffer svg;

    p->at[4] = vb_region_estimate_of(NAN, NAN, NAN, 0.95); /* a gap */
    for (size_t i = 0; i < TIMES; i++)
        p->at[TIMES + i] = p->at[4];
    svg = draw(p);
    cr_expect_eq(count(svg.bytes, "time after onset (s)"), 2);
    cr_expect_null(strstr(svg.bytes, "nan"));
    cr_expect_null(strstr(svg.bytes, "inf"));
    cr_expect_eq(count(svg.bytes, "no estimate"), 1);
    keep(&svg, "peri_one");
    vb_buffer_free(&svg);
    vb_peri_free(p);
}

Test(figure_peri, curves_without_times_are_refused)
{
    vb_peri *p = curves_of(1, false);
    vb_buffer svg = {0};
    vb_error err = {0};

    p->n_times = 0;
    cr_expect_eq(vb_figure_peri(p, regions, "t", "u", &svg, &err), VB_EUSAGE);
    vb_buffer_free(&svg);
    vb_peri_free(p);
}
