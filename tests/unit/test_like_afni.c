/* like: afni, against AFNI's formulas and the values its code computes (golden/hrf), and
   the columns 3dDeconvolve should make of one event set (golden/formats). */
#include "design/afni.h"
#include "support.h"
#include "valuebold/design.h"
#include "valuebold/drift.h"
#include "valuebold/modulator.h"

static vb_arena *arena;

static void begin(void)
{
    arena = vb_arena_alloc();
}

static void end(void)
{
    vb_arena_free(arena);
}

TestSuite(like_afni, .init = begin, .fini = end);

static bool noted(const vb_notes *notes, const char *code)
{
    for (size_t i = 0; i < notes->n; i++)
        if (strcmp(notes->items[i].code, code) == 0)
            return true;
    return false;
}

static vb_afni_response response(const char *name, double duration_s)
{
    const vb_hrf_request request = {.tr_s = 2};
    const vb_hrf *hrf;
    vb_afni_response made;
    vb_error err = {0};

    cr_assert_eq(vb_hrf_choose(name, &request, arena, &hrf, &err), VB_OK, "%s",
                 err.text);
    cr_assert_eq(vb_afni_response_make(hrf, duration_s, arena, &made, &err), VB_OK,
                 "%s", err.text);
    return made;
}

typedef struct curve {
    const char *column, *hrf;
    size_t function;
    double until_s, event_s;
} curve;

static void same_curves(const char *path, size_t n, const curve curves[],
                        double tolerance)
{
    vb_table *table = support_table(path);
    const double *t = support_column(table, "time_s");

    for (size_t c = 0; c < n; c++) {
        const vb_afni_response r = response(curves[c].hrf, 0);
        const double *want = support_column(table, curves[c].column);
        double most = 0, off = 0, at = 0;

        for (size_t i = 0; i < table->n_rows; i++) {
            const double got =
                vb_afni_response_at(&r, curves[c].function, t[i], curves[c].event_s);

            if (t[i] > curves[c].until_s)
                break;
            most = fmax(most, fabs(want[i]));
            if (fabs(got - want[i]) > off) {
                off = fabs(got - want[i]);
                at = t[i];
            }
        }
        cr_expect(off <= tolerance * (tolerance < 1e-6 ? 1 : most),
                  "%s: off by %g at %g s", curves[c].column, off, at);
    }
    vb_table_free(table);
}

/* GAM ends at 11.1 s in both files; with parameters it goes on. */
Test(like_afni, responses_are_the_published_formulas)
{
    static const curve curves[] = {{"GAM", "GAM(8.6,0.547)", 0, 11.05, 0},
                                   {"GAM", "GAM", 0, 11.05, 0},
                                   {"SPMG1", "SPMG1", 0, 99, 0},
                                   {"SPMG2_b", "SPMG2", 1, 99, 0},
                                   {"SPMG3_c", "SPMG3", 2, 99, 0},
                                   {"BLOCK(0.5)", "BLOCK(0.5)", 0, 99, 0},
                                   {"BLOCK(1,1)", "BLOCK4(1,1)", 0, 99, 0},
                                   {"BLOCK(20)", "BLOCK(20)", 0, 99, 0},
                                   {"BLOCK(20,1)", "BLOCK(20,1)", 0, 99, 0},
                                   {"UBLOCK(3)", "UBLOCK(3)", 0, 99, 0},
                                   {"BLOCK5(10)", "BLOCK5(10)", 0, 99, 0},
                                   {"BLOCK5(3,1)", "BLOCK5(3,1)", 0, 99, 0},
                                   {"UBLOCK5(20)", "UBLOCK5(20)", 0, 99, 0},
                                   {"BLOCK(3)", "dmBLOCK", 0, 99, 3},
                                   {"BLOCK(3,1)", "dmBLOCK(1)", 0, 99, 3},
                                   {"UBLOCK(10)", "dmUBLOCK", 0, 99, 10}};

    same_curves("tests/data/golden/hrf/afni_formula_hrfs.tsv",
                sizeof curves / sizeof curves[0], curves, 1e-9);
}

/* The values AFNI's own code computes in single precision: 1e-5 of the peak; 5e-5 where it
   adds hundreds of steps of 0.01 s, whose times drift by 1e-4 s, and for SPMG3's hundredfold
   difference of numbers of .17. */
Test(like_afni, responses_are_those_of_afnis_code)
{
    static const curve curves[] = {{"GAM", "GAM", 0, 11.05, 0},
                                   {"SPMG1", "SPMG1", 0, 99, 0},
                                   {"SPMG2_b", "SPMG2", 1, 99, 0},
                                   {"SPMG1(0)", "SPMG1(0)", 0, 99, 0},
                                   {"BLOCK(0.5)", "BLOCK(0.5)", 0, 99, 0},
                                   {"BLOCK(20,1)", "BLOCK(20,1)", 0, 99, 0},
                                   {"BLOCK5(3)", "BLOCK5(3)", 0, 99, 0},
                                   {"UBLOCK(3)", "UBLOCK(3)", 0, 99, 0},
                                   {"dmUBLOCK(-4)_dur10", "dmUBLOCK(-4)", 0, 99, 10}},
                       coarse[] = {{"GAM(8.6,0.547,3)", "GAM(8.6,0.547,3)", 0, 99, 0},
                                   {"SPMG3_c", "SPMG3", 2, 99, 0},
                                   {"SPMG1(3)", "SPMG1(3)", 0, 99, 0},
                                   {"SPMG1(10)", "SPMG1(10)", 0, 99, 0},
                                   {"SPMG2(3)_b", "SPMG2(3)", 1, 99, 0}};

    same_curves("tests/data/golden/hrf/afni_source_float32.tsv",
                sizeof curves / sizeof curves[0], curves, 1e-5);
    same_curves("tests/data/golden/hrf/afni_source_float32.tsv",
                sizeof coarse / sizeof coarse[0], coarse, 5e-5);
}

/* B0 of the semantics: SPMG1 peaks with 0.1754412 at 5.0 s, GAM with 1 at 4.7042 s; BLOCK4
   and BLOCK5 of a short impulse have areas 5.118577 and 5.699065 a second of duration. */
Test(like_afni, peaks_and_areas_are_known)
{
    const vb_afni_response spmg = response("SPMG1", 0), gam = response("GAM", 0),
                           four = response("BLOCK4(0.001)", 0),
                           five = response("BLOCK5(0.001)", 0);
    double a4 = 0, a5 = 0;

    cr_expect_float_eq(vb_afni_response_at(&spmg, 0, 5, 0), .1754412, 1e-7);
    cr_expect_eq(vb_afni_response_at(&spmg, 0, 25, 0), 0);
    cr_expect_float_eq(vb_afni_response_at(&gam, 0, 4.7042, 0), 1, 1e-12);
    for (size_t i = 0; i < 1600; i++) {
        a4 += .01 * vb_afni_response_at(&four, 0, .01 * (double)i, 0) / .001;
        a5 += .01 * vb_afni_response_at(&five, 0, .01 * (double)i, 0) / .001;
    }
    cr_expect_float_eq(a4, 5.118577, 6e-3, "%g, cut off at 15 s", a4);
    cr_expect_float_eq(a5, 5.699065, 2e-2, "%g, cut off at 15 s", a5);
}

/* TWOGAM(8.6,.547,.2,8.6,1.2) at 4.7042 s by hand: 1 - .2 (4.7042/10.32)^8.6 e^(8.6 -
   4.7042/1.2) = 1 - .2 * .124871 (bc); its largest value is near there, so 1 after
   scaling. */
Test(like_afni, a_difference_of_gammas_peaks_at_1)
{
    const vb_afni_response r = response("TWOGAM(8.6,0.547,0.2,8.6,1.2)", 0);
    double most = 0, least = 0;

    for (size_t i = 0; i < 4000; i++) {
        most = fmax(most, vb_afni_response_at(&r, 0, .01 * (double)i, 0));
        least = fmin(least, vb_afni_response_at(&r, 0, .01 * (double)i, 0));
    }
    cr_expect_float_eq(most, 1, 1e-9);
    cr_expect_float_eq(vb_afni_response_at(&r, 0, 12, 0) /
                           vb_afni_response_at(&r, 0, 4.7, 0),
                       (pow(12 / 4.7042, 8.6) * exp(8.6 - 12 / .547) -
                        .2 * pow(12 / 10.32, 8.6) * exp(8.6 - 12 / 1.2)) /
                           (pow(4.7 / 4.7042, 8.6) * exp(8.6 - 4.7 / .547) -
                            .2 * pow(4.7 / 10.32, 8.6) * exp(8.6 - 4.7 / 1.2)),
                       1e-9);
    cr_expect_lt(least, -.1);
}

/* Triangles at 0, 2 ... 14 s; halfway between two both are 1/2, at both ends the first and
   last are 1. */
Test(like_afni, tents_are_piecewise_linear)
{
    const vb_afni_response r = response("TENT(0,14,8)", 0);

    cr_assert_eq(r.n_functions, 8);
    cr_expect_eq(vb_afni_response_at(&r, 0, 0, 0), 1);
    cr_expect_eq(vb_afni_response_at(&r, 7, 14, 0), 1);
    cr_expect_float_eq(vb_afni_response_at(&r, 1, 3, 0), .5, 1e-12);
    cr_expect_float_eq(vb_afni_response_at(&r, 2, 3, 0), .5, 1e-12);
    cr_expect_eq(vb_afni_response_at(&r, 3, 3, 0), 0);
    cr_expect_eq(vb_afni_response_at(&r, 0, -.01, 0), 0);
    cr_expect_eq(vb_afni_response_at(&r, 7, 14.01, 0), 0);
}

enum { MOST_EVENTS = 40, RUNS = 2 };

typedef struct trials {
    size_t n;
    double onset_s[MOST_EVENTS], duration_s[MOST_EVENTS], sv[MOST_EVENTS],
        rt[MOST_EVENTS];
} trials;

/* The choices of a run of golden/formats. */
static trials choices(size_t r)
{
    char path[200];
    vb_table *table;
    const double *onset, *duration, *sv, *rt;
    size_t type;
    trials t = {0};

    snprintf(path, sizeof path,
             "tests/data/golden/formats/sub-01_task-x_run-%zu_events.tsv", r + 1);
    table = support_table(path);
    onset = support_column(table, "onset");
    duration = support_column(table, "duration");
    sv = support_column(table, "SV");
    rt = support_column(table, "response_time");
    type = vb_table_find(table, "trial_type");
    for (size_t i = 0; i < table->n_rows; i++)
        if (strcmp(vb_table_cell(table, i, type), "choice") == 0) {
            t.onset_s[t.n] = onset[i];
            t.duration_s[t.n] = duration[i];
            t.sv[t.n] = sv[i];
            t.rt[t.n++] = rt[i];
        }
    vb_table_free(table);
    return t;
}

/* AM2's columns: weights centred over both runs, no event crossing from one to the
   other. */
Test(like_afni, columns_are_those_3ddeconvolve_should_make)
{
    static const struct {
        const char *hrf, *column;
        size_t modulator; /* 0: none, 1: SV, 2: RT */
    } cases[] = {{"BLOCK(2,1)", "BLOCK(2,1)", 0},
                 {"BLOCK(2,1)", "AM2_SV_BLOCK(2,1)_mean", 0},
                 {"BLOCK(2,1)", "AM2_SV_BLOCK(2,1)_mod", 1},
                 {"dmBLOCK", "dmBLOCK", 0},
                 {"dmBLOCK(1)", "dmBLOCK(1)", 0},
                 {"dmBLOCK(1)", "AM2_dmBLOCK(1)_SV", 1},
                 {"dmBLOCK(1)", "AM2_dmBLOCK(1)_RT", 2}};
    static const size_t n_scans[RUNS] = {90, 80};
    const vb_modulator_rule rule = {.centre = VB_SCOPE_SUBJECT};
    vb_table *table =
        support_table("tests/data/golden/formats/afni_expected_columns.tsv");
    trials t[RUNS] = {choices(0), choices(1)};
    const size_t n[RUNS] = {t[0].n, t[1].n}, group[RUNS] = {0, 0};
    double *sv[RUNS] = {t[0].sv, t[1].sv}, *rt[RUNS] = {t[0].rt, t[1].rt};
    vb_modulator_record record[RUNS];
    vb_design_event events[RUNS];
    vb_design_modulator modulators[RUNS][2];
    vb_design_run runs[RUNS];

    cr_assert_eq(vb_modulator_prepare(&rule, "sv", RUNS, n, group,
                                      (const double *const *)sv, sv, record, NULL,
                                      NULL),
                 VB_OK);
    cr_expect_float_eq(record[1].subtracted, 6.06445, 1e-9, "formats_meta.json");
    cr_assert_eq(vb_modulator_prepare(&rule, "rt", RUNS, n, group,
                                      (const double *const *)rt, rt, record, NULL,
                                      NULL),
                 VB_OK);
    cr_expect_float_eq(record[0].subtracted, 1.21398, 1e-9, "formats_meta.json");
    for (size_t r = 0; r < RUNS; r++) {
        modulators[r][0] = (vb_design_modulator){"SV", t[r].sv, 1};
        modulators[r][1] = (vb_design_modulator){"RT", t[r].rt, 1};
        events[r] = (vb_design_event){.name = "choice",
                                      .n_events = t[r].n,
                                      .onset_s = t[r].onset_s,
                                      .duration_s = t[r].duration_s,
                                      .n_modulators = 2,
                                      .modulators = modulators[r]};
        runs[r] = (vb_design_run){.label = r ? "2" : "1",
                                  .tr_s = 2,
                                  .n_scans = n_scans[r],
                                  .n_events = 1,
                                  .events = &events[r]};
    }
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const vb_design_options options = {.like = "afni", .hrf = cases[c].hrf};
        const double *want = support_column(table, cases[c].column);
        vb_design *design = NULL;
        vb_error err = {0};
        double off = 0;

        cr_assert_eq(vb_design_build(RUNS, runs, &options, &design, NULL, &err), VB_OK,
                     "%s", err.text);
        cr_assert_eq(design->n_scans, table->n_rows);
        for (size_t s = 0; s < table->n_rows; s++) {
            const size_t r = s >= 90;
            /* per run: orders 0..2, then choice, SV, RT */
            const double x =
                design->x[s * design->n_cols + r * 6 + 3 + cases[c].modulator];

            off = fmax(off, fabs(x - want[s]));
        }
        cr_expect_lt(off, 1e-9, "%s", cases[c].column);
        vb_design_free(design);
    }
    vb_table_free(table);
}

static const double onset[] = {0, 10, 20, 138, 139, -1},
                    duration[] = {2, 2, 2, 2, 2, 2}, zero[6] = {0},
                    mixed[] = {1, 2, 0, 4, 5, 6};

static vb_design *build(const double durations[], const char *hrf, vb_notes *notes)
{
    const vb_design_event event = {.name = "task",
                                   .n_events = 6,
                                   .onset_s = onset,
                                   .duration_s = durations};
    const vb_design_run run = {.label = "1",
                               .tr_s = 2,
                               .n_scans = 70,
                               .n_events = 1,
                               .events = &event};
    const vb_design_options options = {.like = "afni", .hrf = hrf};
    vb_design *design = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_design_build(1, &run, &options, &design, notes, &err), VB_OK, "%s",
                 err.text);
    return design;
}

/* 70 scans of 2 s: 140 s, so order 1 (1 + floor(140/150)); the last volume starts at 138 s,
   so that the event there is kept and those at 139 and -1 s are not. */
Test(like_afni, columns_stand_in_afnis_order_under_its_names)
{
    static const char *const names[] = {"Run#1Pol#0", "Run#1Pol#1", "task#0"};
    vb_notes notes = {0};
    vb_design *design = build(zero, NULL, &notes);

    cr_assert_eq(design->n_cols, 3);
    for (size_t j = 0; j < 3; j++)
        cr_expect_str_eq(design->columns[j].name, names[j]);
    cr_expect_eq(design->x[1], -1, "Legendre order 1 at the first scan");
    cr_expect_eq(design->x[69 * 3 + 1], 1);
    cr_expect_float_eq(design->x[1 * 3 + 2], pow(2 / 4.7042, 8.6) * exp(8.6 - 2 / .547),
                       1e-12, "the event at -1 s has no response");
    cr_expect_float_eq(design->x[69 * 3 + 2], 0, 1e-12, "starts with the last volume");
    cr_expect(noted(&notes, "events-negative-onset"));
    vb_notes_free(&notes);
    vb_design_free(design);
}

/* A script that is made of the design's name must be readable for 3dDeconvolve. */
Test(like_afni, responses_are_named_as_afni_writes_them)
{
    static const char *const names[][2] = {{"GAM", "GAM"},
                                           {"GAM(8.6, 0.547)", "GAM(8.6,0.547)"},
                                           {"GAM(d=3)", "GAM(8.6,0.547,3)"},
                                           {"block(d=2,p=1)", "BLOCK(2,1)"},
                                           {"dmUBLOCK(-4)", "dmUBLOCK(-4)"},
                                           {"TENT(n=5, c=8)", "TENT(0,8,5)"},
                                           {"TENT", "TENT(0,14,8)"},
                                           {"TWOGAM", "TWOGAM(8.6,0.547,0.2,8.6,1.2)"},
                                           {"SPMG2(3)", "SPMG2(3)"}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const vb_hrf_request request = {.tr_s = 2};
        const vb_hrf *hrf;
        vb_error err = {0};

        cr_assert_eq(vb_hrf_choose(names[i][0], &request, arena, &hrf, &err), VB_OK,
                     "%s", err.text);
        cr_expect_str_eq(hrf->name, names[i][1]);
    }
}

/* What an AFNI user takes for such events. */
Test(like_afni, the_response_follows_the_durations_unless_named)
{
    const vb_afni_response gam = response("afni", 0), block = response("afni", 2),
                           dm = response("afni", (double)NAN);
    vb_notes notes = {0};
    vb_design *design;

    cr_expect_str_eq(vb_afni_response_name(&gam, arena), "GAM");
    cr_expect_str_eq(vb_afni_response_name(&block, arena), "BLOCK(2,1)");
    cr_expect_str_eq(vb_afni_response_name(&dm, arena), "dmUBLOCK");
    design = build(mixed, NULL, &notes);
    cr_expect(noted(&notes, "duration-zero"), "a block of 0 s has no response");
    vb_design_free(design);
    vb_notes_free(&notes);
    design = build(duration, "GAM", &notes);
    cr_expect(noted(&notes, "durations-ignored"));
    vb_design_free(design);
    vb_notes_free(&notes);
}

/* P_2 = (3 x^2 - 1)/2, P_3 = (5 x^3 - 3 x)/2 */
Test(like_afni, legendre_polynomials_are_those_of_the_tables)
{
    double x[5];

    vb_legendre_fill(5, 2, x);
    cr_expect_float_eq(x[1], (3 * .25 - 1) / 2, 1e-15);
    cr_expect_float_eq(x[2], -.5, 1e-15);
    vb_legendre_fill(5, 3, x);
    cr_expect_float_eq(x[3], (5 * .125 - 1.5) / 2, 1e-15);
    cr_expect_float_eq(x[4], 1, 1e-15);
}

Test(like_afni, senseless_responses_are_refused_with_a_reason)
{
    static const struct {
        const char *hrf, *word;
    } cases[] = {{"BLOCK", "BLOCK(2,1)"},
                 {"BLOCK(-2,1)", "must lie between"},
                 {"BLOCK(2,1,3)", "one more"},
                 {"GAM(p=8,p=9)", "given twice"},
                 {"GAM(k=8)", "none of its parameters"},
                 {"GAM(x)", "not a number"},
                 {"TENT(14,0,8)", "b must lie before c"},
                 {"TENT(0,14,7.5)", "whole number"},
                 {"TENTT(0,14,8)", "did you mean 'TENT'"},
                 {"spm", "not available"}};
    const vb_design_event event = {.name = "task",
                                   .n_events = 6,
                                   .onset_s = onset,
                                   .duration_s = duration};
    const vb_design_run run = {.label = "1",
                               .tr_s = 2,
                               .n_scans = 70,
                               .n_events = 1,
                               .events = &event};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const vb_design_options options = {.like = "afni", .hrf = cases[c].hrf};
        vb_design *design = NULL;
        vb_error err = {0};
        const char *word = strcmp(cases[c].hrf, "spm") == 0
                               ? "available under like: afni"
                               : cases[c].word;

        cr_expect_eq(vb_design_build(1, &run, &options, &design, NULL, &err), VB_EUSAGE,
                     "%s", cases[c].hrf);
        cr_expect(strstr(err.text, word), "%s", err.text);
    }
}
