/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events split by a signal, on the events of test_study.c
 * (and twelve more) worked out by hand: SV = R - 2 E^2.
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

/* x of twelve events in the order of onsets; the median of the run is 6.5. */
#define TWELVE                                                                         \
    "onset\tduration\ttrial_type\tx\ty\n"                                              \
    "0\t1\tcue\t1\t2\n5\t1\tcue\t12\t1\n10\t1\tcue\t2\t4\n15\t1\tcue\t11\t3\n"         \
    "20\t1\tcue\t3\t6\n25\t1\tcue\t10\t5\n30\t1\tcue\t4\t8\n35\t1\tcue\t9\t7\n"        \
    "40\t1\tcue\t5\t9\n45\t1\tcue\t8\t9\n50\t1\tcue\t6\t9\n55\t1\tcue\t7\t9\n"
#define PLAIN "acquisition: {tr_s: 2, n_scans: auto}\nregressors:\n  cue: "

static void expect_onsets(const vb_study_event *e, size_t n, const double expected[])
{
    cr_assert(e && e->n == n, "%zu events instead of %zu", e ? e->n : 0, n);
    for (size_t i = 0; i < n; i++)
        cr_expect_eq(e->onset_s[i], expected[i], "%s, event %zu at %g", e->name, i,
                     e->onset_s[i]);
}

Test(split, a_median_makes_a_low_and_a_high_event)
{
    fixture f = load(PLAIN "{split: {signal: x}, modulators: [y]}\n", TWELVE, NULL);

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    cr_assert_eq(f.study->runs[0].n_event_types, 2);
    expect_onsets(event(&f, 0, "cue_low"), 6, (double[]){0, 10, 20, 30, 40, 50});
    expect_onsets(event(&f, 0, "cue_high"), 6, (double[]){5, 15, 25, 35, 45, 55});
    /* y of the low part is 2 4 6 8 9 9, its mean 38/6 */
    cr_expect_float_eq(event(&f, 0, "cue_low")->weight[0][0], 2 - 38. / 6, 1e-14);
    done(&f);
}

/* Type 7 quantiles of 1..12 at thirds: 4.666..., 8.333... */
Test(split, more_parts_are_cut_at_quantiles)
{
    fixture f =
        load(PLAIN "{split: {column: '2*x', into: [few, some, many]}}\n", TWELVE, NULL);

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_onsets(event(&f, 0, "cue_few"), 4, (double[]){0, 10, 20, 30});
    expect_onsets(event(&f, 0, "cue_some"), 4, (double[]){40, 45, 50, 55});
    expect_onsets(event(&f, 0, "cue_many"), 4, (double[]){5, 15, 25, 35});
    done(&f);
    f = load(PLAIN "{split: {signal: x, into: 4}}\n", TWELVE, NULL);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_onsets(event(&f, 0, "cue_q1"), 3, (double[]){0, 10, 20});
    expect_onsets(event(&f, 0, "cue_q4"), 3, (double[]){5, 15, 25});
    done(&f);
}

/* Over both runs the median of 1..12 and 13..24 is 12.5: all of run 1 is low. */
Test(split, the_median_is_the_participants_unless_it_is_the_runs)
{
    static const char more[] = "onset\tduration\ttrial_type\tx\ty\n"
                               "0\t1\tcue\t20\t1\n5\t1\tcue\t30\t2\n"
                               "9\t1\tcue\t5\t2\n";
    fixture f = load(PLAIN "{split: {signal: x, over: run}}\n", TWELVE, more);

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_onsets(event(&f, 0, "cue_low"), 6, (double[]){0, 10, 20, 30, 40, 50});
    expect_onsets(event(&f, 1, "cue_low"), 2, (double[]){0, 9}); /* a cut is below it */
    done(&f);
    f = load(PLAIN "{split: {signal: x}}\n", TWELVE, more);
    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    /* 1 2 3 4 5 5 6 | 7 | 8 9 10 11 12 20 30 */
    expect_onsets(event(&f, 0, "cue_high"), 5, (double[]){5, 15, 25, 35, 45});
    expect_onsets(event(&f, 1, "cue_high"), 2, (double[]){0, 5});
    done(&f);
}

/* Values chosen: 5.5, 3, missing, 8.5. */
Test(split, rows_without_the_signal_are_an_event_of_their_own)
{
    fixture f =
        load(MODEL "  offer: {split: {signal: sv_chosen}}\n", HEADER ROWS, NULL);

    cr_assert_eq(f.status, VB_OK, "%s", f.err.text);
    expect_onsets(event(&f, 0, "offer_low"), 2, (double[]){0, 10});
    expect_onsets(event(&f, 0, "offer_high"), 1, (double[]){30});
    expect_onsets(event(&f, 0, "offer_missed"), 1, (double[]){20});
    done(&f);
}

Test(split, what_cannot_be_split_is_refused_where_it_stands)
{
    static const struct {
        const char *text;
        size_t line, column;
        const char *words;
    } cases[] = {{"{split: {over: run}}", 1, 27, "split needs its signal or column"},
                 {"{split: {signal: x, column: y}}", 1, 27,
                  "a signal or a column, not both"},
                 {"{split: {signal: x, into: [a]}}", 1, 45, "needs two parts or more"},
                 {"{split: {signal: x, into: [a, a]}}", 1, 49, "'a' is named twice"},
                 {"{split: {signal: x, into: [a, missed]}}", 1, 49,
                  "rows without a signal"},
                 {"{split: {signal: x, into: 1}}", 1, 45, "must be at least 2"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        vb_spec *spec = NULL;
        vb_error err = {0};

        snprintf(text, sizeof text, "regressors: {cue: %s}\n", cases[i].text);
        cr_expect_eq(vb_spec_parse("s", text, strlen(text), &spec, NULL, &err),
                     VB_EINPUT);
        cr_expect(err.line == cases[i].line && strstr(err.text, cases[i].words),
                  "%s: %zu:%zu %s", text, err.line, err.column, err.text);
        cr_expect_eq(err.column, cases[i].column, "%s: %zu:%zu", text, err.line,
                     err.column);
        vb_spec_free(spec);
    }
}
