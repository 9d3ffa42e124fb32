/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain from a spec and events to weights and designs, on events small enough to be
 * worked out by hand: SV = R - 2 E^2.
 *
 *   trial  left (R, E)  right (R, E)  choice   SV_left  SV_right  chosen - unchosen
 *   1      6, .5        4, .2         left     5.5      3.92       1.58
 *   2      8, 1         3, 0          right    6        3         -3
 *   3      2, 0         5, .5         n/a      2        4.5        missing
 *   4      9, .5        1, 0          left     8.5      1          7.5
 */
#include "support.h"
#include "valuebold/study.h"

#include <unistd.h>

#define HEADER "onset\tduration\ttrial_type\tr1\te1\tr2\te2\tchoice\tlate\n"
#define ROWS                                                                           \
    "0\t2\ttask\t6\t.5\t4\t.2\tleft\t1.5\n"                                            \
    "10\t2\ttask\t8\t1\t3\t0\tright\t11\n"                                             \
    "15\t1\tfeedback\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\n"                                  \
    "20\t2\ttask\t2\t0\t5\t.5\tn/a\tn/a\n"                                             \
    "30\t2\ttask\t9\t.5\t1\t0\tleft\t33\n"

#define MODEL                                                                          \
    "valuebold: 1\n"                                                                   \
    "task: t\n"                                                                        \
    "acquisition: {tr_s: 2, n_scans: auto}\n"                                          \
    "trials:\n"                                                                        \
    "  rows: trial_type == \"task\"\n"                                                 \
    "  options: {left: {reward: r1, effort: e1}, right: {reward: r2, effort: e2}}\n"   \
    "  choice: choice\n"                                                               \
    "model: {value: {effort: parabolic}, parameters: {effort_k: 2}}\n"                 \
    "regressors:\n"

typedef struct fixture {
    const char *folder, *events[2]; /* static storage: a study borrows its paths */
    vb_spec *spec;
    vb_study *study;
    vb_notes notes;
    vb_error err;
    vb_status status;
} fixture;

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

/* Loads n_runs runs (the same events, the second with its own text) and builds designs. */
static fixture load(const char *spec, const char *events, const char *second)
{
    static char folders[8][64], paths[8][2][96];
    static size_t n_made;
    const size_t k = n_made++ % 8;
    fixture f = {.folder = folders[k], .events = {paths[k][0], paths[k][1]}};
    vb_study_source source = {.tr_s = NAN};

    strcpy(folders[k], "/tmp/test_study_XXXXXX");
    cr_assert(mkdtemp(folders[k]));
    for (int r = 0; r < 2; r++) {
        snprintf(paths[k][r], sizeof paths[k][r], "%s/run%d.tsv", f.folder, r + 1);
        write_file(paths[k][r], r ? (second ? second : "") : events);
    }
    f.status =
        vb_spec_parse("spec.yaml", spec, strlen(spec), &f.spec, &f.notes, &f.err);
    cr_assert_eq(f.status, VB_OK, "%s:%zu %s", f.err.file, f.err.line, f.err.text);
    source.n_events_files = second ? 2 : 1;
    source.events_files = f.events;
    f.status = vb_study_load(f.spec, &source, &f.study, &f.notes, &f.err);
    if (f.status == VB_OK)
        f.status = vb_study_designs(f.study, &f.notes, &f.err);
    return f;
}

static void done(fixture *f)
{
    for (int r = 0; r < 2; r++)
        unlink(f->events[r]);
    rmdir(f->folder);
    vb_study_free(f->study);
    vb_spec_free(f->spec);
    vb_notes_free(&f->notes);
}

static const vb_study_event *event(const fixture *f, size_t run, const char *name)
{
    for (size_t e = 0; e < f->study->runs[run].n_event_types; e++)
        if (strcmp(f->study->runs[run].event_types[e].name, name) == 0)
            return &f->study->runs[run].event_types[e];
    return NULL;
}

static void expect_weights(const vb_study_event *e, size_t k, size_t n,
                           const double expected[])
{
    cr_assert_eq(e->n, n, "%zu events", e->n);
    for (size_t i = 0; i < n; i++) {
        const double w = e->weight[k][i];

        if (isnan(expected[i]))
            cr_expect(isnan(w), "weight %zu is %g", i, w);
        else
            cr_expect_float_eq(w, expected[i], 1e-12, "weight %zu is %.17g", i, w);
    }
}

static bool noted(const fixture *f, const char *code)
{
    for (size_t i = 0; i < f->notes.n; i++)
        if (strcmp(f->notes.items[i].code, code) == 0)
            return true;
    return false;
}

Test(study, a_missed_trial_leaves_the_centred_modulator_by_default)
{
    fixture f =
        load(MODEL "  task: {modulators: [sv_difference]}\n", HEADER ROWS, NULL);
    const double mean = (1.58 - 3 + 7.5) / 3;

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_weights(event(&f, 0, "task"), 0, 4,
                   (double[]){1.58 - mean, -3 - mean, NAN, 7.5 - mean});
    cr_expect(noted(&f, "modulator-missing"));
    done(&f);
}

Test(study, a_value_at_the_raw_stage_counts_in_the_mean_and_one_after_scaling_does_not)
{
    fixture raw = load(MODEL "  task: {modulators: {sv_difference: {missed: {value: 1, "
                             "stage: raw}}}}\n",
                       HEADER ROWS, NULL);
    fixture scaled = load(MODEL "  task: {modulators: {sv_difference: {missed: 1}}}\n",
                          HEADER ROWS, NULL);
    const double with = (1.58 - 3 + 1 + 7.5) / 4, without = (1.58 - 3 + 7.5) / 3;

    cr_assert_eq(raw.status, VB_OK, "%s", raw.err.text);
    cr_assert_eq(scaled.status, VB_OK, "%s", scaled.err.text);
    expect_weights(event(&raw, 0, "task"), 0, 4,
                   (double[]){1.58 - with, -3 - with, 1 - with, 7.5 - with});
    expect_weights(event(&scaled, 0, "task"), 0, 4,
                   (double[]){1.58 - without, -3 - without, 1, 7.5 - without});
    done(&raw);
    done(&scaled);
}

Test(study, own_event_moves_missed_trials_out_of_the_event)
{
    fixture f =
        load(MODEL "  task: {modulators: {sv_difference: {missed: own-event}}}\n",
             HEADER ROWS, NULL);

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_assert(event(&f, 0, "task_missed"));
    cr_expect_eq(event(&f, 0, "task")->n, 3);
    cr_expect_eq(event(&f, 0, "task_missed")->n, 1);
    cr_expect_float_eq(event(&f, 0, "task_missed")->onset_s[0], 20, 0);
    cr_expect_float_eq(event(&f, 0, "task")->raw[0][2], 7.5, 1e-12);
    done(&f);
}

Test(study, centring_over_the_subject_pools_its_runs)
{
    fixture f = load(MODEL "  task: {modulators: {sv_difference: {centre: subject}}}\n",
                     HEADER ROWS, HEADER "5\t2\ttask\t6\t.5\t4\t.2\tright\t6\n");
    const double mean = (1.58 - 3 + 7.5 - 1.58) / 4;

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_weights(event(&f, 0, "task"), 0, 4,
                   (double[]){1.58 - mean, -3 - mean, NAN, 7.5 - mean});
    expect_weights(event(&f, 1, "task"), 0, 1, (double[]){-1.58 - mean});
    done(&f);
}

Test(study, rows_that_are_no_trials_take_the_signals_of_the_trial_before)
{
    fixture f = load(MODEL "  fb: {rows: trial_type == \"feedback\", modulators: "
                           "{sv_chosen: {centre: none}}}\n",
                     HEADER ROWS, NULL);

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_weights(event(&f, 0, "fb"), 0, 1, (double[]){3}); /* trial 2 chose right */
    done(&f);
}

Test(study, a_column_or_expression_can_be_a_modulator_an_onset_and_a_duration)
{
    fixture f =
        load(MODEL "  task: {rows: isna(choice) == 0, onset: late, duration: late - "
                   "onset, modulators: {m: {column: r1 - r2, centre: none}}}\n",
             HEADER ROWS, NULL);
    const vb_study_event *e;

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    e = event(&f, 0, "task");
    expect_weights(e, 0, 3, (double[]){2, 5, 8});
    cr_expect_float_eq(e->onset_s[1], 11, 0);
    cr_expect_float_eq(e->duration_s[2], 3, 0);
    done(&f);
}

Test(study, the_order_of_rows_does_not_matter)
{
    static const char shuffled[] =
        HEADER "30\t2\ttask\t9\t.5\t1\t0\tleft\t33\n"
               "10\t2\ttask\t8\t1\t3\t0\tright\t11\n"
               "0\t2\ttask\t6\t.5\t4\t.2\tleft\t1.5\n"
               "20\t2\ttask\t2\t0\t5\t.5\tn/a\tn/a\n"
               "15\t1\tfeedback\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\n";
    const char *spec = MODEL "  task: {modulators: [sv_difference]}\n";
    fixture a = load(spec, HEADER ROWS, NULL), b = load(spec, shuffled, NULL);

    cr_assert_eq(b.status, VB_OK, "%s", b.err.text);
    cr_expect(noted(&b, "events-unsorted"));
    cr_assert_eq(a.study->runs[0].design->n_cols, b.study->runs[0].design->n_cols);
    cr_expect_arr_eq(a.study->runs[0].design->x, b.study->runs[0].design->x,
                     a.study->runs[0].design->n_cols * a.study->runs[0].n_scans *
                         sizeof(double));
    done(&a);
    done(&b);
}

Test(study, scans_and_sample_time_are_said_aloud)
{
    fixture f = load(MODEL "  task: {}\n", HEADER ROWS, NULL);
    const vb_study_run *run;

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    run = &f.study->runs[0];
    cr_expect_eq(run->n_scans, 32); /* (30 + 2 + 32) / 2 */
    cr_expect_float_eq(run->sample_s, 1, 0);
    cr_expect(noted(&f, "scans-auto"));
    cr_expect(strstr(run->sample_from, "half of TR"), "%s", run->sample_from);
    done(&f);
}

Test(study, refusals_name_file_line_and_what_to_do)
{
    static const struct {
        const char *regressors, *rows, *expected;
        vb_status status;
        size_t line;
    } cases[] = {
        {"  task: {modulators: [sv_diference]}\n", ROWS, "did you mean 'sv_difference'",
         VB_EINPUT, 10},
        {"  task: {modulators: [pe]}\n", ROWS, "learning", VB_EINPUT, 10},
        {"  task: {}\n", "0\tn/a\ttask\t6\t.5\t4\t.2\tleft\t1\n", "duration is n/a",
         VB_EINPUT, 2},
        {"  task: {}\n", "0\t-2\ttask\t6\t.5\t4\t.2\tleft\t1\n", "duration is -2",
         VB_EINPUT, 2},
        {"  task: {}\n", "n/a\t2\ttask\t6\t.5\t4\t.2\tleft\t1\n", "onset is n/a",
         VB_EINPUT, 2},
        {"  task: {}\n", "", "no rows", VB_EINPUT, 1},
        {"  task: {}\n", "0\t2\ttask\tinf\t.5\t4\t.2\tleft\t1\n", "inf", VB_EINPUT, 2},
        {"  task: {onset: latte}\n", ROWS, "did you mean 'late'", VB_EINPUT, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char spec[4096], events[4096];
        fixture f;

        snprintf(spec, sizeof spec, "%s%s", MODEL, cases[i].regressors);
        snprintf(events, sizeof events, "%s%s", HEADER, cases[i].rows);
        f = load(spec, events, NULL);
        cr_expect_eq(f.status, cases[i].status, "case %zu: status %d", i,
                     (int)f.status);
        cr_expect(strstr(f.err.text, cases[i].expected), "case %zu: '%s'", i,
                  f.err.text);
        if (cases[i].line)
            cr_expect_eq(f.err.line, cases[i].line, "case %zu: line %zu of %s", i,
                         f.err.line, f.err.file);
        done(&f);
    }
}

Test(study, orthogonalisation_is_left_to_dialects_that_have_their_own)
{
    static const char regressors[] =
        "  task: {modulators: {sv_left: {missed: mean}, sv_right: {missed: mean}}, "
        "orthogonalise: [sv_left, sv_right]}\n";
    static const char *const designs[] = {"", "design: {like: fsl}\n",
                                          "design: {like: spm}\n"};

    for (size_t i = 0; i < 3; i++) {
        char spec[4096];
        const vb_study_event *e;
        double dot = 0;
        fixture f;

        snprintf(spec, sizeof spec, "%s%s%s", MODEL, regressors, designs[i]);
        f = load(spec, HEADER ROWS, NULL);
        cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
        e = event(&f, 0, "task");
        for (size_t t = 0; t < e->n; t++)
            dot += e->weight[0][t] * e->weight[1][t];
        /* centred, by hand: sv_left .0 .5 -3.5 3, sv_right .815 -.105 1.395 -2.105 */
        if (i)
            cr_expect_float_eq(dot, -.0525 - 4.8825 - 6.315, 1e-12, "%g", dot);
        else
            cr_expect_float_eq(dot, 0, 1e-12, "%g", dot);
        cr_expect_eq(f.study->runs[0].input.events[0].orthogonalise, i > 0);
        done(&f);
    }
}

Test(study, the_sidecar_says_what_each_column_is)
{
    const vb_provenance provenance = {"0.0.0", "valuebold trials"};
    vb_outputs outputs = {0};
    fixture f =
        load(MODEL "  task: {modulators: [sv_difference]}\n", HEADER ROWS, NULL);
    const vb_output *sidecar;

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_assert_eq(vb_study_write_trials(f.study, &provenance, false, &f.notes, &outputs,
                                       &f.err),
                 VB_OK, "%s", f.err.text);
    sidecar =
        vb_outputs_find(&outputs, "sub-01/func/sub-01_task-t_desc-trials_events.json");
    cr_assert(sidecar);
    cr_expect(strstr(sidecar->bytes.bytes, "subjective value; chosen minus unchosen"));
    cr_expect(strstr(sidecar->bytes.bytes, "subjective value; of option 'left'"));
    cr_expect(strstr(sidecar->bytes.bytes, "\"MissedTrials\": 1"));
    vb_outputs_free(&outputs);
    done(&f);
}

/* Choices and outcomes on rows of their own, as many logs have them. */
Test(study, choices_and_outcomes_may_stand_on_later_rows)
{
    static const char spec[] =
        "valuebold: 1\n"
        "acquisition: {tr_s: 2, n_scans: 40}\n"
        "trials:\n"
        "  rows: trial_type == \"cue\"\n"
        "  options: {a: {reward: 1}, b: {reward: 2}}\n"
        "  choice: {column: key, labels: {a: [1], b: [2]}, rows: trial_type == "
        "\"press\"}\n"
        "  outcome: {value: won, rows: trial_type == \"fb\"}\n"
        "model:\n"
        "  learning: {rule: rescorla_wagner}\n"
        "  parameters: {learning_rate: 0.5}\n"
        "regressors:\n"
        "  fb: {rows: trial_type == \"fb\", modulators: {pe: {centre: none}}}\n";
    static const char events[] = "onset\tduration\ttrial_type\tkey\twon\n"
                                 "0\t1\tcue\tn/a\tn/a\n"
                                 "1\t0\tpress\t2\tn/a\n"
                                 "2\t1\tfb\tn/a\t4\n"
                                 "10\t1\tcue\tn/a\tn/a\n"
                                 "20\t1\tcue\tn/a\tn/a\n"
                                 "21\t0\tpress\t1\tn/a\n"
                                 "21.5\t0\tpress\t2\tn/a\n"
                                 "23\t1\tfb\tn/a\t1\n";
    fixture f = load(spec, events, NULL);
    const vb_trials *trials;

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    trials = f.study->subjects[0].trials;
    cr_expect_eq(trials->choice[0], 1);
    cr_expect_eq(trials->choice[1], VB_NONE, "no press before the next cue");
    cr_expect_eq(trials->choice[2], 0, "the first press counts");
    /* expectation 0, then 2 (half of 4): prediction errors 4 and 1 - 2 */
    expect_weights(event(&f, 0, "fb"), 0, 2, (double[]){4, -1});
    cr_expect(noted(&f, "trials-no-later-row"));
    done(&f);
}

Test(study, rows_beside_trials_may_take_the_next_trial_and_sharing_one_is_a_warning)
{
    static const char events[] = HEADER "0\t2\ttask\t6\t.5\t4\t.2\tleft\t1\n"
                                        "3\t1\tfeedback\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\n"
                                        "5\t1\tfeedback\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\n"
                                        "10\t2\ttask\t8\t1\t3\t0\tright\t11\n";
    const char *fb = MODEL "  fb: {rows: trial_type == \"feedback\", %s modulators: "
                           "{sv_chosen: {centre: none}}}\n";
    char spec[4096];
    fixture f;

    snprintf(spec, sizeof spec, fb, "");
    f = load(spec, events, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_weights(event(&f, 0, "fb"), 0, 2, (double[]){5.5, 5.5});
    cr_expect(noted(&f, "event-shares-trial"));
    cr_expect(noted(&f, "event-signals-of-trial"));
    done(&f);
    snprintf(spec, sizeof spec, fb, "signals_of: next,");
    f = load(spec, events, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_weights(event(&f, 0, "fb"), 0, 2, (double[]){3, 3});
    done(&f);
}

Test(study, a_malformed_cell_under_a_column_modulator_is_refused)
{
    fixture f = load(MODEL "  task: {modulators: {m: {column: late * 2}}}\n",
                     HEADER "0\t2\ttask\t6\t.5\t4\t.2\tleft\t1,5\n", NULL);

    cr_expect_eq(f.status, VB_EINPUT);
    cr_expect(strstr(f.err.text, "1,5"), "%s", f.err.text);
    cr_expect_eq(f.err.line, 2, "line %zu", f.err.line);
    done(&f);
}

Test(study, every_failing_run_is_listed)
{
    fixture f = load(MODEL "  task: {}\n", "x\ty\n0\t1\n", "x\ty\n0\t1\n");

    cr_expect_eq(f.status, VB_EINPUT);
    cr_expect_geq(f.notes.n_refusals, 2, "%zu refusals", f.notes.n_refusals);
    done(&f);
}

/* A source column sv_difference of other numbers must not pass for the model's. */
Test(study, a_source_column_of_a_signals_name_does_not_hide_the_signal)
{
    static const char events[] =
        "onset\tduration\ttrial_type\tr1\te1\tr2\te2\tchoice\tlate\tsv_difference\tsv_"
        "left\n"
        "0\t2\ttask\t6\t.5\t4\t.2\tleft\t1\t99\t5.5\n";
    const vb_provenance provenance = {"0.0.0", "valuebold trials"};
    vb_outputs outputs = {0};
    fixture f = load(MODEL "  task: {}\n", events, NULL);
    const vb_output *table;

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_assert_eq(vb_study_write_trials(f.study, &provenance, false, &f.notes, &outputs,
                                       &f.err),
                 VB_OK, "%s", f.err.text);
    table =
        vb_outputs_find(&outputs, "sub-01/func/sub-01_task-t_desc-trials_events.tsv");
    cr_assert(table);
    cr_expect(strstr(table->bytes.bytes, "\tmodel_sv_difference\t"));
    cr_expect_null(strstr(table->bytes.bytes, "model_sv_left"));
    vb_outputs_free(&outputs);
    done(&f);
}

/* T0 = round(sample / TR * 16) + 1, sampled at (T0 - 1) / 16 TR: 0.25 TR is bin 5 of 16. */
Test(study, a_stated_reference_slice_sets_spms_microtime_onset)
{
    char spec[4096];
    fixture f;

    snprintf(spec, sizeof spec, "%s  task: {}\ndesign: {like: spm}\n", MODEL);
    f = load(spec, HEADER ROWS, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_expect_float_eq(f.study->runs[0].design->sample_s[0], 2 * 7.0 / 16, 1e-12,
                       "nobody states one: SPM's default");
    cr_expect_not(noted(&f, "sample-time"));
    done(&f);
    snprintf(spec, sizeof spec,
             "valuebold: 1\nacquisition: {tr_s: 2, n_scans: 40, slice_time_ref: 0.25}\n"
             "regressors: {e: {rows: trial_type == \"task\"}}\ndesign: {like: spm}\n");
    f = load(spec, HEADER ROWS, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_expect_float_eq(f.study->runs[0].design->sample_s[0], 0.5, 1e-12);
    done(&f);
    snprintf(spec, sizeof spec,
             "valuebold: 1\nacquisition: {tr_s: 2, n_scans: 40, slice_time_ref: 0}\n"
             "regressors: {e: {rows: trial_type == \"task\"}}\ndesign: {like: fsl}\n");
    f = load(spec, HEADER ROWS, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_expect(noted(&f, "sample-time"), "FEAT samples the middle");
    done(&f);
}

Test(study, a_trial_left_out_of_an_uncentred_modulator_is_not_taken_for_zero_silently)
{
    static const char regressors[] =
        "  task: {modulators: {sv_difference: {centre: none}}%s}\n%s";
    const double mean = (1.58 - 3 + 7.5) / 3;
    char spec[4096];
    fixture f;
    int n = snprintf(spec, sizeof spec, "%s", MODEL);

    snprintf(spec + n, sizeof spec - (size_t)n, regressors, "", "");
    f = load(spec, HEADER ROWS, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_expect(noted(&f, "modulator-drop-uncentred"));
    done(&f);
    /* SPM centres over all trials of the condition: the mean leaves nothing there */
    snprintf(spec + n, sizeof spec - (size_t)n, regressors, ", orthogonalise: true",
             "design: {like: spm}\n");
    f = load(spec, HEADER ROWS, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_weights(event(&f, 0, "task"), 0, 4, (double[]){1.58, -3, mean, 7.5});
    done(&f);
}

Test(study, times_in_milliseconds_are_questioned_before_memory_is_taken)
{
    static const struct {
        const char *rows, *design, *expected;
    } cases[] = {
        {"0\t2\ttask\t6\t.5\t4\t.2\tleft\t1\n30000000\t2\ttask\t6\t.5\t4\t."
         "2\tleft\t1\n",
         "", "milliseconds"},
        {"0\t2\ttask\t6\t.5\t4\t.2\tleft\t1\n", "design: {high_pass_s: 0.0078}\n",
         "Hz"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char spec[4096], events[4096];
        fixture f;

        snprintf(spec, sizeof spec, "%s  task: {}\n%s", MODEL, cases[i].design);
        snprintf(events, sizeof events, "%s%s", HEADER, cases[i].rows);
        f = load(spec, events, NULL);
        cr_expect_neq(f.status, VB_OK);
        cr_expect(strstr(f.err.text, cases[i].expected), "%s", f.err.text);
        done(&f);
    }
    {
        fixture f =
            load("valuebold: 1\nacquisition: {tr_s: 2, n_scans: 40}\n"
                 "regressors: {e: {rows: trial_type == \"task\", duration: 3500}}\n",
                 HEADER ROWS, NULL);

        cr_expect_eq(f.status, VB_EINPUT);
        cr_expect(strstr(f.err.text, "durations in milliseconds"), "%s", f.err.text);
        done(&f);
    }
}

Test(study, rows_without_offer_and_choice_are_questioned)
{
    char spec[4096];
    fixture f;
    char *rows;

    snprintf(spec, sizeof spec, "%s  task: {rows: trial_type == \"task\"}\n", MODEL);
    rows = strstr(spec, "  rows: trial_type");
    memmove(rows, strchr(rows, '\n') + 1, strlen(strchr(rows, '\n') + 1) + 1);
    f = load(spec, HEADER ROWS, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_expect(noted(&f, "trials-empty"), "the feedback row is no trial");
    done(&f);
    f = load(MODEL "  task: {}\n", HEADER ROWS, NULL);
    cr_expect_not(noted(&f, "trials-empty"));
    done(&f);
}
