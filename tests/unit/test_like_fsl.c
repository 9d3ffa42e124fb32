/* like: fsl, against an independent computation (tests/reference/feat_design.py) and by
   hand. */
#include "design/fsl.h"
#include "design/hrf.h"
#include "support.h"
#include "valuebold/design.h"

enum { N = 90 };

static const double onset[] = {-40, -31,   -4.4,   12.35, 13.1,
                               50,  77.77, 120.05, 190,   500};
static const double duration[] = {2, 3, 2, 2, 4, 0, 0.02, 6.5, 30, 2};
static const double weight[] = {0.5, -1, 0.25, -0.75, 2, -2, 1.5, 0.1, -0.6, 9};
static const vb_design_modulator sv = {"sv", weight, 1};

static vb_design_event task(void)
{
    return (vb_design_event){.name = "task",
                             .n_events = 10,
                             .onset_s = onset,
                             .duration_s = duration,
                             .n_modulators = 1,
                             .modulators = &sv};
}

static vb_design *build(const vb_design_event *event, const vb_design_options *options,
                        bool confound, vb_notes *notes)
{
    static const char *const names[] = {"csf"};
    static double csf[N];
    vb_design_run run = {.label = "1",
                         .tr_s = 2.2,
                         .n_scans = N,
                         .n_events = 1,
                         .events = event};
    vb_design *design = NULL;
    vb_error err = {0};

    for (size_t s = 0; s < N; s++)
        csf[s] = (double)((7 * s * s + 3 * s) % 11);
    if (confound) {
        run.n_confounds = 1;
        run.confound_names = names;
        run.confounds = csf;
    }
    cr_assert_eq(vb_design_build(1, &run, options, &design, notes, &err), VB_OK, "%s",
                 err.text);
    return design;
}

/* tests/data/reference/feat_design.tsv: whole-grid convolution and least-squares lines
   in numpy; 1e-12 leaves room for the different order of sums. */
Test(like_fsl, columns_agree_with_a_plain_computation)
{
    const vb_design_event event = task();
    const vb_design_options options = {.like = "fsl",
                                       .hrf = "fsl + derivative",
                                       .high_pass_s = 60};
    const vb_design_options unfiltered = {.like = "fsl",
                                          .hrf = "fsl + derivative",
                                          .drift = "none"};
    vb_table *want = support_table("tests/data/reference/feat_design.tsv");
    vb_design *design = build(&event, &options, true, NULL);
    vb_design *plain = build(&event, &unfiltered, true, NULL);

    cr_assert_eq(design->n_cols, 5, "no constant");
    for (size_t j = 0; j < 5; j++) {
        const double *x = support_column(want, want->columns[j]);
        const double *raw = support_column(want, want->columns[5 + j]);
        double low = 0, high = 0;

        cr_expect_str_eq(design->columns[j].name, want->columns[j]);
        for (size_t s = 0; s < N; s++) {
            cr_expect_float_eq(design->x[s * 5 + j], x[s], 1e-12, "%s %zu",
                               want->columns[j], s);
            cr_expect_float_eq(plain->x[s * 5 + j], raw[s], 1e-12);
            low = fmin(low, raw[s]);
            high = fmax(high, raw[s]);
        }
        cr_expect_float_eq(design->columns[j].height, high - low, 1e-12,
                           "heights are those of the unfiltered columns");
    }
    cr_expect_str_eq(design->drift, "fsl");
    cr_expect_str_eq(plain->drift, "none");
    cr_expect_float_eq(design->sample_s[0], 1.1, 1e-12);
    vb_design_free(design);
    vb_design_free(plain);
    vb_table_free(want);
}

Test(like_fsl, a_later_row_overwrites_and_an_impulse_takes_one_bin)
{
    double grid[800] = {0}, sum = 0;

    vb_fsl_set(1, 1, 2, 800, grid);
    vb_fsl_set(1.5, 1, -1, 800, grid);
    cr_expect_eq(grid[619], 0);
    cr_expect_eq(grid[620], 2);
    cr_expect_eq(grid[630], -1, "set, not added");
    cr_expect_eq(grid[649], -1);
    cr_expect_eq(grid[650], 0);
    vb_fsl_set(5, 0, 3, 800, grid);
    cr_expect_eq(grid[700], 3);
    cr_expect_eq(grid[701], 0);
    for (size_t k = 0; k < 800; k++)
        sum += grid[k];
    vb_fsl_set(1000, 2, 7, 800, grid);
    vb_fsl_set(-40, 2, 7, 800, grid);
    for (size_t k = 0; k < 800; k++)
        sum -= grid[k];
    cr_expect_eq(sum, 0, "rows outside the grid set nothing");
    vb_fsl_set(-35, 6, 7, 800, grid);
    cr_expect_eq(grid[0], 7, "a row that reaches into it begins at its first bin");
    cr_expect_eq(grid[19], 7);
    cr_expect_eq(grid[20], 0);
}

/* Dividing by the kernel weights used makes a constant grid come out constant. */
Test(like_fsl, convolution_is_renormalised_at_the_beginning)
{
    enum { bins = 900 };
    double grid[bins], kernel[720], area[720], sum = 0, out[3];
    const size_t bin[] = {40, 600, 899};

    for (size_t k = 0; k < bins; k++)
        grid[k] = 2.5;
    for (size_t k = 0; k < 720; k++)
        kernel[k] = vb_double_gamma_value(&vb_hrf_find("fsl")->basis[0].part[0].gamma,
                                          0.05 * (double)k);
    for (size_t k = 0; k < 720; k++)
        area[k] = sum += kernel[k];
    vb_fsl_sample(3, bin, grid, 720, kernel, area, out);
    for (size_t s = 0; s < 3; s++)
        cr_expect_float_eq(out[s], 2.5, 1e-12);
}

Test(like_fsl, columns_have_mean_0_and_derivatives_are_orthogonal)
{
    const vb_design_event event = task();
    const vb_design_options options = {.like = "fsl", .hrf = "fsl gamma + derivative"};
    vb_design *design = build(&event, &options, false, NULL);

    cr_expect_eq(design->high_pass_s, 100);
    for (size_t j = 0; j < 4; j++) {
        double sum = 0;

        for (size_t s = 0; s < N; s++)
            sum += design->x[s * 4 + j];
        cr_expect_float_eq(sum, 0, 1e-12);
    }
    for (size_t j = 0; j < 4; j += 2) {
        double product = 0;

        for (size_t s = 0; s < N; s++)
            product += design->x[s * 4 + j] * design->x[s * 4 + j + 1];
        cr_expect_float_eq(product, 0, 1e-12);
    }
    vb_design_free(design);
}

Test(like_fsl, orthogonalisation_is_of_columns)
{
    vb_design_event event = task();
    const vb_design_options options = {.like = "fsl"};
    vb_design *design;
    double product = 0;

    event.orthogonalise = true;
    design = build(&event, &options, false, NULL);
    cr_assert_eq(design->n_cols, 2);
    for (size_t s = 0; s < N; s++)
        product += design->x[s * 2] * design->x[s * 2 + 1];
    cr_expect_float_eq(product, 0, 1e-12);
    vb_design_free(design);
}

Test(like_fsl, trials_without_a_weight_have_no_row)
{
    static const double at[] = {10, 30}, two[] = {2, 2}, w[] = {NAN, 1},
                        none[] = {0, 1};
    const vb_design_modulator m[] = {{"a", w, 1}, {"b", none, 1}};
    const vb_design_event event = {.name = "t",
                                   .n_events = 2,
                                   .onset_s = at,
                                   .duration_s = two,
                                   .n_modulators = 2,
                                   .modulators = m};
    const vb_design_options options = {.like = "fsl"};
    vb_notes notes = {0};
    vb_design *design = build(&event, &options, false, &notes);

    /* one row of weight 1 is constant, so it is left out as a modulator without
       variance; 0 and 1 give the same grid and stay */
    cr_expect_eq(design->n_cols, 2);
    cr_expect_str_eq(design->columns[1].name, "t*b");
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(like_fsl, duplicates_and_outside_events_are_said_in_fsls_words)
{
    static const double at[] = {10, 10, 30, 400}, two[] = {2, 2, 2, 2};
    const vb_design_event event = {.name = "t",
                                   .n_events = 4,
                                   .onset_s = at,
                                   .duration_s = two};
    const vb_design_options options = {.like = "fsl"};
    vb_notes notes = {0};
    vb_design *design = build(&event, &options, false, &notes);
    bool set = false, after = false;

    for (size_t i = 0; i < notes.n; i++) {
        set = set || (strcmp(notes.items[i].code, "events-duplicate") == 0 &&
                      strstr(notes.items[i].where.text, "weight is set"));
        after = after || strcmp(notes.items[i].code, "events-after-run") == 0;
    }
    cr_expect(set && after);
    cr_expect(strstr(design->convention, "As FSL's FEAT"));
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(like_fsl, what_feat_does_not_have_is_refused)
{
    static const vb_design_options cases[] = {{.like = "fsl", .hrf = "spm"},
                                              {.like = "fsl", .hrf = "fir"},
                                              {.like = "fsl", .drift = "cosine"}};
    const vb_design_event event = task();
    vb_design_run run = {.label = "1",
                         .tr_s = 2.2,
                         .n_scans = N,
                         .n_events = 1,
                         .events = &event};

    for (size_t c = 0; c < 3; c++) {
        vb_design *design = NULL;
        vb_error err = {0};

        cr_expect_eq(vb_design_build(1, &run, &cases[c], &design, NULL, &err),
                     VB_EUSAGE);
        cr_expect(strstr(err.text, "under like: fsl"), "%s", err.text);
    }
}
