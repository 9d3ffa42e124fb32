/* One run under every convention, and what a design says of contrasts before there are
   data; by hand and with scipy's t quantiles. */
#include "support.h"
#include "valuebold/conventions.h"
#include "valuebold/figure.h"
#include "xml_check.h"

enum { SCANS = 150, EVENTS = 14 };

static double onset[EVENTS], zero[EVENTS], ten[EVENTS], weight[EVENTS];

static vb_design_run irregular(const double duration[], vb_design_event *event,
                               vb_design_modulator *modulator)
{
    for (size_t i = 0; i < EVENTS; i++) {
        /* whole bins of FSL: of others it sets two by its factor of 1.1 */
        onset[i] = round(53 + 197 * (double)i + 31 * sin((double)(i * i))) / 10;
        ten[i] = 10;
        weight[i] = cos(2.3 * (double)i);
    }
    *modulator = (vb_design_modulator){"sv", weight, 1};
    *event = (vb_design_event){.name = "task",
                               .n_events = EVENTS,
                               .onset_s = onset,
                               .duration_s = duration,
                               .n_modulators = 1,
                               .modulators = modulator};
    return (vb_design_run){.label = "1",
                           .tr_s = 2,
                           .n_scans = SCANS,
                           .sample_s = 1,
                           .n_events = 1,
                           .events = event};
}

static const vb_convention *find(const vb_conventions *v, const char *like)
{
    for (size_t i = 0; i < v->n; i++)
        if (strcmp(v->item[i].like, like) == 0)
            return &v->item[i];
    cr_assert_fail("%s", like);
    return NULL;
}

static vb_conventions *compare(const vb_design_run *run,
                               const vb_design_options *options)
{
    vb_conventions *v = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_conventions_compare(run, options, &v, &err), VB_OK, "%s", err.text);
    return v;
}

/* Impulses: area 1 here and in SPM, one point of TR/50 = .04 s in nilearn, one bin of .05 s in
   FSL, and a peak of 1 in AFNI.  numpy's slopes of SPM's response on Glover's and on GAM are
   .5976 and .2403; overlap of responses shifts them by a tenth. */
Test(conventions, effects_of_impulses_change_their_unit_by_the_known_factors)
{
    vb_design_event event;
    vb_design_modulator modulator;
    const vb_design_run run = irregular(zero, &event, &modulator);
    vb_conventions *v = compare(&run, NULL);

    cr_assert_eq(v->n_columns, 2);
    cr_assert_eq(v->n, 4);
    for (size_t k = 0; k < 2; k++) {
        cr_expect_float_eq(find(v, "spm")->column[k].beta, 1, .01);
        cr_expect_float_eq(find(v, "fsl")->column[k].beta, 20, .3);
        cr_expect_float_eq(find(v, "nilearn")->column[k].beta, 25 * .5976, 1.5);
        cr_expect_float_eq(find(v, "afni")->column[k].beta, .2403, .024);
        cr_expect_gt(find(v, "spm")->column[k].r_aligned, .9995);
        cr_expect_gt(find(v, "spm")->column[k].r_aligned, find(v, "spm")->column[k].r);
        cr_expect_lt(find(v, "nilearn")->column[k].r,
                     find(v, "nilearn")->column[k].r_aligned - .02, "one second off");
    }
    cr_expect_eq(find(v, "spm")->sample_s, .875);
    cr_expect_eq(find(v, "nilearn")->sample_s, 0);
    cr_expect_str_eq(find(v, "nilearn")->hrf, "glover");
    vb_conventions_free(v);
}

/* Boxes of 10 s: SPM and FSL agree within SPM's extra bin, 1.25 %; numpy's slopes on Glover's
   and on BLOCK(10,1) are .696 and 1.106. */
Test(conventions, effects_of_long_events_agree_where_plateaus_are_1)
{
    vb_design_event event;
    vb_design_modulator modulator;
    const vb_design_run run = irregular(ten, &event, &modulator);
    vb_conventions *v = compare(&run, NULL);

    cr_expect_float_eq(find(v, "spm")->column[1].beta, 1, .0125);
    cr_expect_float_eq(find(v, "fsl")->column[1].beta, 1, .005);
    cr_expect_float_eq(find(v, "nilearn")->column[1].beta, .696, .02);
    cr_expect_float_eq(find(v, "afni")->column[1].beta, 1.106, .05);
    vb_conventions_free(v);
}

/* Slopes in both directions multiply to the square of the correlation. */
Test(conventions, factors_of_both_directions_belong_together)
{
    vb_design_event event;
    vb_design_modulator modulator;
    const vb_design_run run = irregular(zero, &event, &modulator);
    const vb_design_options fsl = {.like = "fsl"};
    vb_conventions *here = compare(&run, NULL), *there = compare(&run, &fsl);

    cr_expect_float_eq(find(here, "fsl")->column[0].beta *
                           find(there, "valuebold")->column[0].beta,
                       pow(find(here, "fsl")->column[0].r_aligned, 2), 2e-3);
    vb_conventions_free(here);
    vb_conventions_free(there);
}

Test(conventions, the_picture_is_sound_xml_and_names_them_all)
{
    static const char *const names[] = {"valuebold", "spm", "fsl", "nilearn", "afni"};
    vb_design_event event;
    vb_design_modulator modulator;
    const vb_design_run run = irregular(zero, &event, &modulator);
    vb_conventions *v = compare(&run, NULL);
    vb_buffer svg = {0};
    vb_error err = {0};

    cr_assert_eq(vb_figure_conventions(v, "a <title> & more", &svg, &err), VB_OK, "%s",
                 err.text);
    for (size_t i = 0; i < 5; i++)
        cr_expect(strstr(svg.bytes, names[i]), "%s", names[i]);
    cr_expect(strstr(svg.bytes, "a &lt;title&gt; &amp; more"));
    cr_expect(strstr(svg.bytes, "beginning of the scan (s)"));
    vb_buffer_free(&svg);
    vb_conventions_free(v);
}

/* Two columns about 0 with sums of squares 4 and correlation r, beside a constant:
   (X'X)^-1 = [1 -r; -r 1] / (4 (1 - r^2)); so the variance of a is 1/(4 (1 - r^2)), that of
   a - b 2/(4 (1 - r)), and their inflations 1/(1 - r^2) and 1/(1 - r).  df = 8 - 3 = 5; scipy:
   t.ppf(.999, 5) = 5.89342953136, t.ppf(.8, 5) = .919543780242. */
Test(conventions, contrasts_are_judged_as_by_hand)
{
    static const double a[8] = {1, -1, 1, -1, 0, 0, 0, 0},
                        b[8] = {1, -1, 0, 0, 1, -1, 0, 0};
    static const double one[] = {1, 0, 0}, minus[] = {1, -1, 0},
                        both[] = {1, 0, 0, 0, 1, 0};
    static const size_t rows[] = {1, 1, 2};
    const double *const weights[] = {one, minus, both};
    const double r = .5;
    double x[24];
    vb_column columns[3] = {{.name = "a", .kind = VB_COLUMN_EVENT},
                            {.name = "b", .kind = VB_COLUMN_EVENT},
                            {.name = "constant", .kind = VB_COLUMN_CONSTANT}};
    size_t first[2] = {0, 8}, n_filter[1] = {0};
    double *filter[1] = {NULL};
    const vb_design design = {.n_scans = 8,
                              .n_cols = 3,
                              .n_runs = 1,
                              .x = x,
                              .columns = columns,
                              .first_scan = first,
                              .filter = filter,
                              .n_filter = n_filter};
    vb_contrast_diagnosis out[3];
    vb_error err = {0};

    for (size_t s = 0; s < 8; s++) {
        x[3 * s] = a[s];
        x[3 * s + 1] = b[s];
        x[3 * s + 2] = 1;
    }
    cr_assert_eq(vb_design_judge_contrasts(&design, 3, rows, weights, out, &err),
                 VB_OK);
    cr_expect_eq(out[0].df, 5);
    cr_expect_float_eq(out[0].variance, 1 / (4 * (1 - r * r)), 1e-12);
    cr_expect_float_eq(out[0].vif, 1 / (1 - r * r), 1e-12);
    cr_expect_float_eq(out[0].detectable,
                       (5.89342953136 + .919543780242) * sqrt(1 / (4 * (1 - r * r))),
                       1e-9);
    cr_expect_float_eq(out[1].efficiency, 4 * (1 - r) / 2, 1e-12);
    cr_expect_float_eq(out[1].vif, 1 / (1 - r), 1e-12);
    cr_expect_float_eq(out[2].efficiency, 4 * (1 - r * r), 1e-12,
                       "rows over the trace");
    cr_expect(isnan(out[2].vif) && isnan(out[2].detectable));
}
