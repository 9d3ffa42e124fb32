/* Responses by name and parameters, and sets through knots, in the default convention. */
#include "design/hrf.h"
#include "support.h"
#include "valuebold/design.h"

static const double onset[] = {4}, none[] = {0}, two[] = {2};

static vb_design *build(const vb_design_options *options, const double duration[],
                        vb_error *err)
{
    const vb_design_event event = {.name = "task",
                                   .n_events = 1,
                                   .onset_s = onset,
                                   .duration_s = duration};
    const vb_design_run run = {.label = "1",
                               .tr_s = 2,
                               .n_scans = 30,
                               .n_events = 1,
                               .events = &event};
    vb_design *design = NULL;

    vb_design_build(1, &run, options, &design, NULL, err);
    return design;
}

/* spm_hrf(0.1, [5 14 1.1 0.9 5 1 30], 16) of SPM12, scaled to sum 1. */
Test(hrf_sets, parameters_in_brackets_are_those_of_spm_hrf)
{
    static const char *const forms[] = {"spm(5,14,1.1,0.9,5,1,30)",
                                        "spm(delay=5, undershoot=14, dispersion=1.1, "
                                        "undershoot_dispersion=0.9, ratio=5, "
                                        "onset=1, length=30)"};
    vb_table *table = support_table("tests/data/golden/hrf/spm_hrf_custom_params.tsv");
    const double *want = support_column(table, table->columns[0]);

    for (size_t f = 0; f < 2; f++) {
        vb_arena *arena = vb_arena_alloc();
        const vb_hrf_request request = {.tr_s = 2};
        const vb_hrf *hrf;
        vb_error err = {0};
        double sum = 0;

        cr_assert_eq(vb_hrf_choose(forms[f], &request, arena, &hrf, &err), VB_OK, "%s",
                     err.text);
        cr_expect_eq(hrf->length_s, 30);
        for (size_t i = 0; i < table->n_rows; i++)
            sum += vb_double_gamma_value(&hrf->basis[0].part[0].gamma, .1 * (double)i);
        for (size_t i = 0; i < table->n_rows; i++)
            cr_expect_float_eq(vb_double_gamma_value(&hrf->basis[0].part[0].gamma,
                                                     .1 * (double)i) /
                                   sum,
                               want[i], 1e-12);
        vb_arena_free(arena);
    }
    vb_table_free(table);
}

/* An event at the start of scan 2 (from 0): the response at delay k is that of scan 2 + k. */
Test(hrf_sets, fir_columns_are_single_scans)
{
    const vb_design_options options = {.hrf = "fir",
                                       .hrf_order = 5,
                                       .hrf_length_s = 10,
                                       .drift = "none"};
    vb_error err = {0};
    vb_design *design = build(&options, none, &err);

    cr_assert(design, "%s", err.text);
    cr_assert_eq(design->n_cols, 6);
    cr_expect_str_eq(design->columns[3].name, "task_delay_3");
    for (size_t b = 0; b < 5; b++)
        for (size_t s = 0; s < 30; s++)
            cr_expect_eq(design->x[s * 6 + b], s == 2 + b ? 1 : 0, "%zu %zu", b, s);
    vb_design_free(design);
}

/* Tents at 0, 4, 8 s: scan 3 is 2 s after the onset, half way between the first two. Their
   integral over a box of 2 s to 2 s after the onset: 1.5 s and 0.5 s. */
Test(hrf_sets, tents_interpolate)
{
    const vb_design_options options = {.hrf = "TENT(0,8,3)", .drift = "none"};
    vb_error err = {0};
    vb_design *design = build(&options, none, &err);

    cr_assert(design, "%s", err.text);
    cr_expect_eq(design->x[2 * 4 + 0], 1);
    cr_expect_float_eq(design->x[3 * 4 + 0], .5, 1e-8);
    cr_expect_float_eq(design->x[3 * 4 + 1], .5, 1e-8);
    cr_expect_float_eq(design->x[6 * 4 + 2], 1, 1e-8);
    cr_expect_eq(design->x[7 * 4 + 2], 0);
    vb_design_free(design);
    design = build(&options, two, &err);
    cr_expect_float_eq(design->x[3 * 4 + 0], 1.5, 1e-8);
    cr_expect_float_eq(design->x[3 * 4 + 1], .5, 1e-8);
    vb_design_free(design);
}

/* (0, 0) (2, 1) (4, .5), 0 beyond 4 s; its integral to 4 s is 1 + 1.5. */
Test(hrf_sets, a_response_from_a_table_is_followed_in_straight_lines)
{
    static const double time_s[] = {0, 2, 4}, value[] = {0, 1, .5};
    const vb_response_file file = {.name = "kernel.tsv",
                                   .n = 3,
                                   .n_functions = 1,
                                   .time_s = time_s,
                                   .value = value};
    vb_design_options options = {.hrf = "file", .hrf_file = &file, .drift = "none"};
    vb_error err = {0};
    vb_design *design = build(&options, none, &err);

    cr_assert(design, "%s", err.text);
    cr_expect_float_eq(design->x[3 * 2], 1, 1e-8);
    cr_expect_float_eq(design->x[4 * 2], .5, 1e-8, "still there at its last time");
    cr_expect_eq(design->x[5 * 2], 0);
    vb_design_free(design);
    design = build(&options, two, &err);
    cr_expect_float_eq(design->x[4 * 2], 1.5, 1e-8, "integral from 2 to 4 s");
    vb_design_free(design);
    options.hrf_file = NULL;
    cr_expect_null(build(&options, none, &err));
    cr_expect(strstr(err.text, "hrf_file"), "%s", err.text);
}

Test(hrf_sets, times_of_a_table_must_ascend)
{
    static const double time_s[] = {0, 2, 2}, value[] = {0, 1, .5};
    const vb_response_file file = {.name = "kernel.tsv",
                                   .n = 3,
                                   .n_functions = 1,
                                   .time_s = time_s,
                                   .value = value};
    const vb_design_options options = {.hrf = "file", .hrf_file = &file};
    vb_error err = {0};

    cr_expect_null(build(&options, none, &err));
    cr_expect(strstr(err.text, "kernel.tsv: time 2 s in row 3"), "%s", err.text);
}

/* AFNI's shapes as responses of area 1: GAM peaks at p q = 4.7042 s with 1/4.06006 (B0 of
   the semantics; its tail beyond 11.1 s is 0.4 %). */
Test(hrf_sets, afnis_shapes_are_responses_of_area_1)
{
    static const char *const names[] =
        {"GAM",   "GAM(6,0.9)",  "TWOGAM(8.6,0.547,0.2,8.6,1.2)",
         "SPMG1", "BLOCK",       "BLOCK5",
         "spm",   "fsl(mean=5)", "glover(undershoot_ratio=0.35)"};
    vb_arena *arena = vb_arena_alloc();

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const vb_hrf_request request = {.tr_s = 2};
        const vb_hrf *hrf;
        vb_error err = {0};

        cr_assert_eq(vb_hrf_choose(names[i], &request, arena, &hrf, &err), VB_OK, "%s",
                     err.text);
        cr_expect_float_eq(vb_hrf_integral(hrf, 0, 1e9), 1, 1e-11, "%s", names[i]);
        if (i == 0)
            cr_expect_float_eq(vb_hrf_response(hrf, 0, 4.7042), 1 / 4.06006, 2e-3);
    }
    vb_arena_free(arena);
}

Test(hrf_sets, what_a_convention_lacks_is_refused)
{
    static const struct {
        const char *like, *hrf, *word;
    } cases[] = {{NULL, "BLOCK(2,1)", "available under like: valuebold"},
                 {NULL, "none", "available under like: valuebold"},
                 {"nilearn", "fsl", "available under like: nilearn"},
                 {"spm", "GAM", "available under like: spm"},
                 {NULL, "spm(delay=1,dispersion=1)", "too steeply"},
                 {NULL, "spm(ratio=0)", "ratio is 0"},
                 {NULL, "spm(delya=5)", "did you mean 'delay'"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vb_design_options options = {.like = cases[i].like, .hrf = cases[i].hrf};
        vb_error err = {0};

        cr_expect_null(build(&options, none, &err));
        cr_expect_eq(err.code, VB_EUSAGE);
        cr_expect(strstr(err.text, cases[i].word), "%s", err.text);
    }
}

Test(hrf_sets, settings_without_effect_are_told)
{
    static const struct {
        vb_design_options options;
        const char *code;
    } cases[] = {{{.hrf_order = 3}, "hrf-size-ignored"},
                 {{.drift_order = 3}, "drift-order-ignored"},
                 {{.drift = "legendre", .high_pass_s = 100}, "high-pass-ignored"}};
    const vb_design_event event = {.name = "task",
                                   .n_events = 1,
                                   .onset_s = onset,
                                   .duration_s = none};
    const vb_design_run run = {.label = "1",
                               .tr_s = 2,
                               .n_scans = 30,
                               .n_events = 1,
                               .events = &event};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_design *design = NULL;
        vb_notes notes = {0};
        vb_error err = {0};

        cr_assert_eq(vb_design_build(1, &run, &cases[i].options, &design, &notes, &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(notes.n, 1);
        cr_expect_str_eq(notes.items[0].code, cases[i].code);
        vb_notes_free(&notes);
        vb_design_free(design);
    }
}

/* Orthogonal polynomials of nilearn, first order by hand: (t - mean)/t_last. */
Test(hrf_sets, drifts_are_columns_of_the_default_too)
{
    vb_design_options options = {.drift = "polynomial", .drift_order = 2};
    vb_error err = {0};
    vb_design *design = build(&options, none, &err);

    cr_assert(design, "%s", err.text);
    cr_assert_eq(design->n_cols, 4);
    cr_expect_float_eq(design->x[0 * 4 + 1], -.5, 1e-12);
    cr_expect_float_eq(design->x[29 * 4 + 1], .5, 1e-12);
    vb_design_free(design);
    options = (vb_design_options){.drift = "legendre"};
    design = build(&options, none, &err);
    cr_assert_eq(design->n_cols, 3, "60 s: order 1");
    cr_expect_eq(design->x[0 * 3 + 1], -1);
    vb_design_free(design);
}
