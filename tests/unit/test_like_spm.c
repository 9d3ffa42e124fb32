/* like: spm, against SPM12's own designs (golden/design, golden/matfiles, golden/hrf):
   columns, names, stimulus functions, basis sets, cosine sets, filtered designs. */
#include "design/spm.h"
#include "support.h"
#include "valuebold/design.h"

#include <jansson.h>

/* Tolerances of golden/design/README.md. */
static const double RELATIVE = 1e-9, FLOOR = 1e-12, COSINE = 1e-13;

enum { MOST = 400, MOST_EVENTS = 8, MOST_MODULATORS = 6 };

/* One session of a spec.json as our input; everything lives in arena. */
typedef struct session {
    vb_design_event events[MOST_EVENTS];
    vb_design_modulator modulators[MOST_EVENTS][MOST_MODULATORS];
} session;

static double *numbers(vb_arena *arena, const json_t *list)
{
    double *x = vb_arena_take(arena, json_array_size(list), sizeof *x);

    for (size_t i = 0; i < json_array_size(list); i++)
        x[i] = json_number_value(json_array_get(list, i));
    return x;
}

static const char *text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void read_event(vb_arena *arena, const json_t *c, vb_design_event *event,
                       vb_design_modulator modulators[])
{
    const json_t *pmods = json_object_get(c, "pmods");

    *event =
        (vb_design_event){.name = text(c, "name"),
                          .n_events = json_array_size(json_object_get(c, "onsets")),
                          .onset_s = numbers(arena, json_object_get(c, "onsets")),
                          .duration_s = numbers(arena, json_object_get(c, "durations")),
                          .n_modulators = json_array_size(pmods),
                          .modulators = modulators,
                          .orthogonalise = json_is_true(json_object_get(c, "orth")),
                          .time_modulation = (unsigned)number(c, "tmod")};
    for (size_t k = 0; k < event->n_modulators; k++) {
        const json_t *p = json_array_get(pmods, k);

        modulators[k] =
            (vb_design_modulator){text(p, "name"),
                                  numbers(arena, json_object_get(p, "param")),
                                  (unsigned)number(p, "poly")};
    }
}

static void read_confounds(vb_arena *arena, const char *folder, size_t r,
                           vb_design_run *run)
{
    char path[300];
    vb_table *table;
    double *x;

    snprintf(path, sizeof path, "%s/regress_run-%zu.tsv", folder, r + 1);
    if (!support_exists(path))
        return;
    table = support_table(path);
    cr_assert_eq(table->n_rows, run->n_scans);
    x = vb_arena_take(arena, table->n_rows * table->n_cols, sizeof *x);
    run->n_confounds = table->n_cols;
    run->confounds = x;
    run->confound_names = vb_arena_take(arena, table->n_cols, sizeof(char *));
    for (size_t j = 0; j < table->n_cols; j++) {
        const double *column = support_column(table, table->columns[j]);

        ((const char **)(void *)run->confound_names)[j] =
            vb_arena_string(arena, table->columns[j]);
        for (size_t s = 0; s < table->n_rows; s++)
            x[s * table->n_cols + j] = column[s];
    }
    vb_table_free(table);
}

static vb_design *build(const char *folder, vb_arena *arena, json_t **spec,
                        vb_notes *notes)
{
    char path[300];
    json_t *sessions;
    vb_design_run runs[3];
    session *s = vb_arena_take(arena, 3, sizeof *s);
    vb_design_options options = {.like = "spm"};
    vb_design *design = NULL;
    vb_error err = {0};

    snprintf(path, sizeof path, "%s/spec.json", folder);
    *spec = json_load_file(path, 0, NULL);
    cr_assert(*spec, "%s", path);
    sessions = json_object_get(*spec, "sessions");
    options.hrf = text(*spec, "basis");
    options.microtime = (unsigned)number(*spec, "T");
    options.microtime_onset = (unsigned)number(*spec, "T0");
    options.high_pass_s = number(*spec, "hpf_s");
    options.hrf_length_s = number(*spec, "basis_length");
    options.hrf_order = (unsigned)number(*spec, "basis_order");
    for (size_t r = 0; r < json_array_size(sessions); r++) {
        const json_t *one = json_array_get(sessions, r);
        const json_t *conditions = json_object_get(one, "conds");

        runs[r] =
            (vb_design_run){.label = r ? "2" : "1",
                            .tr_s = number(*spec, "TR"),
                            .n_scans = (size_t)number(one, "nscan"),
                            .in_scans = strcmp(text(*spec, "units"), "scans") == 0,
                            .n_events = json_array_size(conditions),
                            .events = s[r].events};
        for (size_t e = 0; e < runs[r].n_events; e++)
            read_event(arena, json_array_get(conditions, e), &s[r].events[e],
                       s[r].modulators[e]);
        read_confounds(arena, folder, r, &runs[r]);
    }
    cr_assert_eq(vb_design_build(json_array_size(sessions), runs, &options, &design,
                                 notes, &err),
                 VB_OK, "%s: %s", folder, err.text);
    return design;
}

static double largest(size_t n, const double x[])
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* Compares column j of x [n x stride] with a column of the table. */
static void same_column(const char *where, const vb_table *table, size_t j,
                        const double x[], size_t stride)
{
    const double *want = support_column(table, table->columns[j]);
    const double most = largest(table->n_rows, want);
    double off = 0;

    for (size_t s = 0; s < table->n_rows; s++) {
        cr_assert(isfinite(x[s * stride] - want[s]), "%s", where);
        off = fmax(off, fabs(x[s * stride] - want[s]));
    }
    cr_expect(off <= fmax(RELATIVE * most, FLOOR), "%s, %s: off by %g of %g", where,
              table->columns[j], off, most);
}

/* x minus its projection on the cosine set of each run: spm_filter without
   whitening. */
static double *filtered(const vb_design *design, vb_arena *arena)
{
    const size_t p = design->n_cols;
    double *x = vb_arena_take(arena, design->n_scans * p, sizeof *x);

    memcpy(x, design->x, design->n_scans * p * sizeof *x);
    for (size_t r = 0; r < design->n_runs; r++)
        for (size_t k = 0; k < design->n_filter[r]; k++)
            for (size_t j = 0; j < p; j++) {
                const size_t first = design->first_scan[r];
                const size_t n = design->first_scan[r + 1] - first;
                const double *c = design->filter[r] + k;
                double share = 0;

                for (size_t s = 0; s < n; s++)
                    share +=
                        c[s * design->n_filter[r]] * design->x[(first + s) * p + j];
                for (size_t s = 0; s < n; s++)
                    x[(first + s) * p + j] -= share * c[s * design->n_filter[r]];
            }
    return x;
}

static void compare_filter(const char *folder, const vb_design *design, vb_arena *arena)
{
    char path[300];
    vb_table *table;

    for (size_t r = 0; r < design->n_runs; r++) {
        snprintf(path, sizeof path, "%s/spm_K_run-%zu.tsv", folder, r + 1);
        if (!support_exists(path))
            continue;
        table = support_table(path);
        cr_assert_eq(table->n_cols, design->n_filter[r], "%s", path);
        for (size_t j = 0; j < table->n_cols; j++) {
            const double *want = support_column(table, table->columns[j]);

            for (size_t s = 0; s < table->n_rows; s++)
                cr_expect_float_eq(design->filter[r][s * table->n_cols + j], want[s],
                                   COSINE);
        }
        vb_table_free(table);
    }
    snprintf(path, sizeof path, "%s/spm_Xfilt.tsv", folder);
    if (support_exists(path)) {
        const double *x = filtered(design, arena);

        table = support_table(path);
        for (size_t j = 0; j < table->n_cols; j++)
            same_column(path, table, j, x + j, design->n_cols);
        vb_table_free(table);
    }
}

/* Columns whose survival depends on rounding noise in SPM itself (README, d14). */
static bool is_noise(const char *name)
{
    return strstr(name, "CxSVx2^") || strstr(name, "CxSV2^");
}

Test(like_spm, every_design_of_spm12_is_reproduced)
{
    static const char *const cases[] = {"d01_basic_hrf",
                                        "d02_vardur_td",
                                        "d03_pmod1_dur0",
                                        "d04_pmod2_dur3",
                                        "d05_two_pmods_orth",
                                        "d06_two_pmods_noorth",
                                        "d07_three_pmods_orth_tdd",
                                        "d08_three_pmods_noorth_tdd",
                                        "d09_two_sess_T36",
                                        "d10_scans_TRa",
                                        "d11_scans_TRb_T36",
                                        "d12_outside",
                                        "d13_ties",
                                        "d14_degenerate",
                                        "d15_overlap",
                                        "d16_fir",
                                        "d17_gamma",
                                        "d18_fourier",
                                        "d19_fourier_han",
                                        "d20_regress_tmod",
                                        "d21_T0_first",
                                        "d22_T0_last",
                                        "d23_oddT_nohpf"};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        vb_arena *arena = vb_arena_alloc();
        char folder[200], path[300];
        json_t *spec;
        vb_table *want;
        vb_design *design;

        snprintf(folder, sizeof folder, "tests/data/golden/design/%s", cases[c]);
        snprintf(path, sizeof path, "%s/spm_X.tsv", folder);
        design = build(folder, arena, &spec, NULL);
        want = support_table(path);
        cr_assert_eq(design->n_cols, want->n_cols, "%s", cases[c]);
        cr_assert_eq(design->n_scans, want->n_rows, "%s", cases[c]);
        for (size_t j = 0; j < want->n_cols; j++) {
            cr_expect_str_eq(design->columns[j].name, want->columns[j]);
            if (!is_noise(want->columns[j]))
                same_column(cases[c], want, j, design->x + j, design->n_cols);
        }
        compare_filter(folder, design, arena);
        vb_table_free(want);
        vb_design_free(design);
        json_decref(spec);
        vb_arena_free(arena);
    }
}

/* golden/matfiles/reference_v6: two conditions with pmods, orth off and on, tmod; 100
   scans, TR 2, T 16, T0 8. */
Test(like_spm, the_reference_conditions_file_gives_spms_design)
{
    vb_arena *arena = vb_arena_alloc();
    json_t *file =
        json_load_file("tests/data/golden/matfiles/reference_v6.parsed.json", 0, NULL);
    vb_table *want = support_table("tests/data/golden/matfiles/reference_v6_X.tsv");
    static vb_design_event events[2];
    static vb_design_modulator modulators[2][2];
    vb_design_run run = {.label = "1",
                         .tr_s = 2,
                         .n_scans = 100,
                         .n_events = 2,
                         .events = events};
    const vb_design_options options = {.like = "spm"};
    vb_design *design = NULL;

    cr_assert(file);
    for (size_t e = 0; e < 2; e++) {
        const json_t *pmod = json_array_get(json_object_get(file, "pmod"), e);
        const json_t *onsets = json_array_get(json_object_get(file, "onsets"), e);
        const json_t *duration = json_array_get(json_object_get(file, "durations"), e);
        double *durations =
            vb_arena_take(arena, json_array_size(onsets), sizeof *durations);

        for (size_t i = 0; i < json_array_size(onsets); i++)
            durations[i] = json_number_value(json_array_get(duration, 0));
        events[e] =
            (vb_design_event){.name = json_string_value(
                                  json_array_get(json_object_get(file, "names"), e)),
                              .n_events = json_array_size(onsets),
                              .onset_s = numbers(arena, onsets),
                              .duration_s = durations,
                              .n_modulators =
                                  json_array_size(json_object_get(pmod, "name")),
                              .modulators = modulators[e],
                              .orthogonalise = e == 1,
                              .time_modulation = e == 1};
        for (size_t k = 0; k < events[e].n_modulators; k++)
            modulators[e][k] = (vb_design_modulator){
                json_string_value(json_array_get(json_object_get(pmod, "name"), k)),
                numbers(arena, json_array_get(json_object_get(pmod, "param"), k)),
                e == 1 ? 2 : 1};
    }
    cr_assert_eq(vb_design_build(1, &run, &options, &design, NULL, NULL), VB_OK);
    cr_assert_eq(design->n_cols, want->n_cols);
    for (size_t j = 0; j < want->n_cols; j++) {
        cr_expect_str_eq(design->columns[j].name, want->columns[j]);
        same_column("reference_v6", want, j, design->x + j, design->n_cols);
    }
    vb_design_free(design);
    vb_table_free(want);
    json_decref(file);
    vb_arena_free(arena);
}

/* golden/hrf: spm_get_bf after spm_orth. */
Test(like_spm, basis_sets_are_those_of_spm_get_bf)
{
    static const struct {
        const char *file, *hrf;
        double tr_s, bins, length_s;
        unsigned order;
    } cases[] = {{"hrf_tdd_TR2_T16", "spm + derivative + dispersion", 2, 16, 0, 0},
                 {"hrf_tdd_TR1.5_T16", "spm + derivative + dispersion", 1.5, 16, 0, 0},
                 {"hrf_tdd_TR0.8_T16", "spm + derivative + dispersion", .8, 16, 0, 0},
                 {"hrf_tdd_TR0.8_T36", "spm + derivative + dispersion", .8, 36, 0, 0},
                 {"gamma_TR2_T16", "gamma", 2, 16, 32, 3},
                 {"gamma_TR0.8_T36", "gamma", .8, 36, 32, 3},
                 {"fir_TR2_T16", "fir", 2, 16, 20, 10},
                 {"fir_TR0.8_T36", "fir", .8, 36, 8, 10},
                 {"fourier_TR2_T16", "fourier", 2, 16, 32, 3},
                 {"fourier_han_TR2_T16", "fourier (hanning)", 2, 16, 32, 3}};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        vb_arena *arena = vb_arena_alloc();
        char path[200];
        vb_table *want;
        vb_spm_basis basis;

        snprintf(path, sizeof path, "tests/data/golden/hrf/spm_bf_%s.tsv",
                 cases[c].file);
        want = support_table(path);
        cr_assert_eq(vb_spm_basis_build(vb_hrf_find(cases[c].hrf),
                                        cases[c].tr_s / cases[c].bins, cases[c].tr_s,
                                        cases[c].length_s, cases[c].order, arena,
                                        &basis, NULL),
                     VB_OK);
        cr_assert_eq(basis.n_functions, want->n_cols, "%s", path);
        cr_assert_eq(basis.n_bins, want->n_rows, "%s", path);
        for (size_t b = 0; b < basis.n_functions; b++)
            same_column(path, want, b, basis.value + b * basis.n_bins, 1);
        vb_table_free(want);
        vb_arena_free(arena);
    }
}

/* golden/design/d12: stimulus functions with events before the pad, across both
   ends. */
Test(like_spm, stimulus_functions_clamp_at_the_pad_as_spm_does)
{
    static const char *const cases[] = {"d12_outside", "d13_ties", "d15_overlap",
                                        "d01_basic_hrf"};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++)
        for (size_t e = 0; e < 2; e++) {
            vb_arena *arena = vb_arena_alloc();
            char path[300];
            json_t *spec, *condition;
            vb_table *want;
            vb_design_event event;
            vb_design_modulator modulators[MOST_MODULATORS];
            double *u, *onset, *duration, weight[100];
            bool impulses = true;

            snprintf(path, sizeof path, "tests/data/golden/design/%s/spec.json",
                     cases[c]);
            spec = json_load_file(path, 0, NULL);
            condition = json_array_get(
                json_object_get(json_array_get(json_object_get(spec, "sessions"), 0),
                                "conds"),
                e);
            snprintf(path, sizeof path,
                     "tests/data/golden/design/%s/spm_u_run-1_cond-%zu.tsv", cases[c],
                     e + 1);
            if (!condition || !support_exists(path)) {
                json_decref(spec);
                vb_arena_free(arena);
                continue;
            }
            read_event(arena, condition, &event, modulators);
            want = support_table(path);
            u = vb_arena_take(arena, want->n_rows, sizeof *u);
            onset = vb_arena_take(arena, event.n_events, sizeof *onset);
            duration = vb_arena_take(arena, event.n_events, sizeof *duration);
            for (size_t i = 0; i < event.n_events; i++) {
                impulses = impulses && event.duration_s[i] == 0;
                onset[i] = event.onset_s[i] / 0.125;
                duration[i] = event.duration_s[i] / 0.125;
            }
            for (size_t i = 0; i < event.n_events; i++)
                weight[i] = impulses ? 8 : 1;
            vb_spm_stimulus(event.n_events, onset, duration, weight, want->n_rows, u);
            same_column(path, want, 0, u, 1);
            vb_table_free(want);
            json_decref(spec);
            vb_arena_free(arena);
        }
}

Test(like_spm, a_constant_modulator_is_kept_and_said)
{
    vb_arena *arena = vb_arena_alloc();
    json_t *spec;
    vb_notes notes = {0};
    vb_design *design =
        build("tests/data/golden/design/d14_degenerate", arena, &spec, &notes);
    bool said = false;

    cr_expect_str_eq(design->columns[1].title, "A*const");
    for (size_t i = 0; i < notes.n; i++)
        said = said || (strcmp(notes.items[i].code, "modulator-constant") == 0 &&
                        strstr(notes.items[i].where.text, "one place to the left"));
    cr_expect(said);
    vb_notes_free(&notes);
    vb_design_free(design);
    json_decref(spec);
    vb_arena_free(arena);
}

Test(like_spm, titles_sample_time_and_defaults_are_recorded)
{
    static const double onset[] = {5, 25}, duration[] = {0, 0}, w[] = {-1, 1};
    const vb_design_modulator m = {"sv", w, 1};
    const vb_design_event event = {.name = "task",
                                   .n_events = 2,
                                   .onset_s = onset,
                                   .duration_s = duration,
                                   .n_modulators = 1,
                                   .modulators = &m};
    const vb_design_run run = {.label = "1",
                               .tr_s = 2,
                               .n_scans = 40,
                               .n_events = 1,
                               .events = &event};
    const vb_design_options options = {.like = "spm", .hrf = "spm + derivative"};
    vb_design *design = NULL;

    cr_assert_eq(vb_design_build(1, &run, &options, &design, NULL, NULL), VB_OK);
    cr_expect_eq(design->sample_s[0], 0.875, "7/16 of the repetition time");
    cr_expect_str_eq(design->columns[2].title, "task*sv");
    cr_expect_str_eq(design->columns[3].title, "task*sv_derivative");
    cr_expect_str_eq(design->columns[3].name, "Sn(1) taskxsv^1*bf(2)");
    cr_expect_str_eq(design->columns[4].name, "Sn(1) constant");
    cr_expect_eq(design->high_pass_s, 128);
    cr_expect_eq(design->n_filter[0], 1);
    cr_expect(strstr(design->convention, "As SPM12"));
    vb_design_free(design);
}

Test(like_spm, what_spm_does_not_have_is_refused)
{
    const vb_design_run run = {.label = "1", .tr_s = 2, .n_scans = 40};
    static const struct {
        vb_design_options options;
        const char *says;
    } cases[] = {{{.like = "spm", .hrf = "glover"}, "under like: spm"},
                 {{.like = "spm", .drift = "fsl"}, "under like: spm"},
                 {{.like = "spm", .microtime = 16, .microtime_onset = 17},
                  "onset bin 17"},
                 {{.like = "spm", .microtime = 5000}, "5000 bins"},
                 {{.like = "spm", .hrf = "fir", .hrf_order = 4000}, "too many"},
                 {{.like = "spm", .hrf = "fir", .hrf_order = 100, .hrf_length_s = 1},
                  "less than a bin"}};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        vb_design *design = NULL;
        vb_error err = {0};

        cr_expect_eq(vb_design_build(1, &run, &cases[c].options, &design, NULL, &err),
                     VB_EUSAGE, "%zu", c);
        cr_expect(strstr(err.text, cases[c].says), "%s", err.text);
    }
}
