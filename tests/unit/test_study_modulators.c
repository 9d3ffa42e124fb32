/* Modulator tools of a study: interactions, response times, scopes of centring, the ledger of
   orthogonalisation; numbers worked out by hand. */
#include "support.h"
#include "valuebold/study.h"

#include <unistd.h>

#define HEADER "onset\tduration\tx\ty\tresponse_time\n"
/* x 1 2 3 6 (mean 3), y 1 -1 0 4 (mean 1) */
#define RUN                                                                            \
    HEADER "0\t2\t1\t1\t1.5\n10\t2\t2\t-1\tn/a\n20\t2\t3\t0\t0\n30\t2\t6\t4\t2.5\n"
/* x 9 11 (mean 10) and one after the end of 40 s */
#define OTHER HEADER "0\t2\t9\t1\t1\n10\t2\t11\t2\t1\n1000\t2\t99\t2\t1\n"

typedef struct fixture {
    char folder[64], path[2][96];
    vb_spec *spec;
    vb_study *study;
    vb_notes notes;
    vb_error err;
    vb_status status;
} fixture;

static fixture *load_spec(const char *spec)
{
    fixture *f = calloc(1, sizeof *f);

    cr_assert(f);
    f->status =
        vb_spec_parse("s.yaml", spec, strlen(spec), &f->spec, &f->notes, &f->err);
    return f;
}

static fixture *load(const char *like, const char *event, const char *first,
                     const char *second)
{
    char spec[1500];
    const char *paths[2];
    fixture *f;
    vb_study_source source = {.tr_s = 2, .n_scans = 20};

    snprintf(spec, sizeof spec,
             "valuebold: 1\nregressors:\n  task: %s\ndesign: {like: %s}\n", event,
             like);
    f = load_spec(spec);
    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    strcpy(f->folder, "/tmp/test_modulators_XXXXXX");
    cr_assert(mkdtemp(f->folder));
    for (int r = 0; r < 2; r++) {
        const char *text = r ? second : first;
        FILE *file;

        snprintf(f->path[r], sizeof f->path[r], "%s/run%d.tsv", f->folder, r + 1);
        paths[r] = f->path[r];
        if (!text)
            continue;
        file = fopen(f->path[r], "w");
        cr_assert(file);
        fputs(text, file);
        fclose(file);
    }
    source.n_events_files = second ? 2 : 1;
    source.events_files = paths;
    f->status = vb_study_load(f->spec, &source, &f->study, &f->notes, &f->err);
    if (f->status == VB_OK)
        f->status = vb_study_designs(f->study, &f->notes, &f->err);
    return f;
}

static void done(fixture *f)
{
    vb_study_free(f->study);
    vb_spec_free(f->spec);
    vb_notes_free(&f->notes);
    unlink(f->path[0]);
    unlink(f->path[1]);
    rmdir(f->folder);
    free(f);
}

static const vb_note *note(const fixture *f, const char *code)
{
    for (size_t i = 0; i < f->notes.n; i++)
        if (strcmp(f->notes.items[i].code, code) == 0)
            return &f->notes.items[i];
    return NULL;
}

/* Centred x: -2 -1 0 3; centred y: 0 -2 -1 3; products 0 2 0 9, mean 2.75. */
Test(study_modulators, an_interaction_is_the_product_of_centred_modulators)
{
    fixture *f =
        load("valuebold", "{modulators: {both: {interaction: [x, y]}, x: {}, y: {}}}",
             RUN, NULL);
    static const double want[] = {-2.75, -.75, -2.75, 6.25};
    const vb_study_event *event;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    event = &f->study->runs[0].event_types[0];
    for (size_t i = 0; i < 4; i++)
        cr_expect_float_eq(event->weight[0][i], want[i], 1e-12);
    cr_expect_float_eq(event->record[0].raw_max, 9, 1e-12);
    cr_expect_str_eq(f->study->runs[0].design->columns[1].title, "task*both");
    done(f);
}

Test(study_modulators, senseless_interactions_are_refused)
{
    static const struct {
        const char *text, *word;
    } cases[] = {{"{b: {interaction: [x, z]}, x: {}}", "names 'z'"},
                 {"{b: {interaction: [x]}, x: {}}", "two modulators"},
                 {"{b: {interaction: [b, x]}, x: {}}", "names 'b'"},
                 {"{b: {interaction: [x, y], column: x}, x: {}, y: {}}",
                  "leave signal"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char spec[400];
        fixture *f;

        snprintf(spec, sizeof spec,
                 "valuebold: 1\nregressors: {task: {modulators: %s}}\n", cases[i].text);
        f = load_spec(spec);
        cr_expect_eq(f->status, VB_EINPUT, "%s", cases[i].text);
        cr_expect(strstr(f->err.text, cases[i].word), "%s", f->err.text);
        vb_spec_free(f->spec);
        vb_notes_free(&f->notes);
        free(f);
    }
}

/* Run 1 has x 1 2 3 6, run 2 has 9 11 within the run and 99 after its end, which AFNI drops
   before it takes the mean: (12 + 20)/6. */
Test(study_modulators, afni_centres_over_all_runs_what_it_keeps)
{
    fixture *f = load("afni", "{modulators: [x]}", RUN, OTHER);
    const vb_study_event *event;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    event = &f->study->runs[1].event_types[0];
    cr_expect_float_eq(event->record[0].subtracted, 32. / 6, 1e-12);
    cr_expect_float_eq(event->weight[0][0], 9 - 32. / 6, 1e-12);
    cr_expect(isnan(event->weight[0][2]));
    cr_expect_eq(event->record[0].n_missing, 0);
    done(f);
    f = load("spm", "{modulators: [x]}", RUN, OTHER);
    event = &f->study->runs[0].event_types[0];
    cr_expect_float_eq(event->record[0].subtracted, 3, 1e-12, "SPM: of the session");
    done(f);
    f = load("afni", "{modulators: {x: {centre: trials}}}", RUN, OTHER);
    event = &f->study->runs[0].event_types[0];
    cr_expect_float_eq(event->record[0].subtracted, 3, 1e-12, "the spec wins");
    done(f);
}

/* sum xy = 11, sum x^2 = 14, sum y^2 = 14 (centred): r = 11/14, and whichever comes second
   loses r^2 of its variance. */
Test(study_modulators, the_ledger_knows_both_orders)
{
    fixture *f =
        load("valuebold", "{modulators: [x, y], orthogonalise: [y, x]}", RUN, NULL);
    const vb_study_event *event;
    const double r = 11. / 14;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    event = &f->study->runs[0].event_types[0];
    cr_expect_str_eq(event->modulator_names[0], "y", "in the order named");
    for (size_t way = 0; way < 2; way++) {
        const vb_modulator_ledger *ledger = &event->ledger[way];

        cr_expect_float_eq(ledger->before[1], r, 1e-12);
        cr_expect_float_eq(ledger->after[1], 0, 1e-12);
        cr_expect_float_eq(ledger->removed[way ? 0 : 1], r * r, 1e-12);
        cr_expect_float_eq(ledger->removed[way ? 1 : 0], 0, 1e-12);
    }
    cr_expect_float_eq(event->variance_removed[1], r * r, 1e-12);
    done(f);
}

/* Response times 1.5, n/a, 0 (missing too), 2.5: mean 2. */
Test(study_modulators, response_time_can_be_a_modulator)
{
    fixture *f =
        load("valuebold", "{modulators: [x], response_time: modulator}", RUN, NULL);
    const vb_study_event *event;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    event = &f->study->runs[0].event_types[0];
    cr_assert_eq(event->n_modulators, 2);
    cr_expect_str_eq(event->modulator_names[1], "response_time");
    cr_expect_float_eq(event->weight[1][0], -.5, 1e-12);
    cr_expect(isnan(event->weight[1][1]) && isnan(event->weight[1][2]));
    cr_expect(note(f, "response-time-zero"));
    cr_expect_null(note(f, "modulator-response-time"));
    done(f);
}

Test(study_modulators, response_time_can_be_the_duration)
{
    fixture *f =
        load("valuebold", "{modulators: [x], response_time: duration}", RUN, NULL);
    const vb_study_event *event;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    event = &f->study->runs[0].event_types[0];
    cr_expect_eq(event->duration_s[0], 1.5);
    cr_expect_eq(event->duration_s[1], 2, "its own, without a response time");
    cr_expect_eq(event->duration_s[3], 2.5);
    cr_expect(note(f, "response-time-missing"));
    done(f);
}

Test(study_modulators, response_time_can_be_an_event_beside_the_constant_one)
{
    fixture *f =
        load("valuebold",
             "{modulators: [x], response_time: {column: response_time * 2, as: "
             "constant_plus_duration}}",
             RUN, NULL);
    const vb_study_run *run;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    run = &f->study->runs[0];
    cr_assert_eq(run->n_event_types, 2);
    cr_expect_eq(run->event_types[0].duration_s[0], 2);
    cr_expect_str_eq(run->event_types[1].name, "task_response_time");
    cr_assert_eq(run->event_types[1].n, 2);
    cr_expect_eq(run->event_types[1].duration_s[1], 5);
    cr_expect_eq(run->event_types[1].onset_s[1], 30);
    done(f);
}

/* x 1 6 against 1.5 2.5 and a third: r of (1, 1.5) (2, 1.6) (3, 1.4) (6, 2.5) is 2.9 / sqrt(14 x .77) = .88. */
Test(study_modulators, a_modulator_that_goes_with_response_time_is_told)
{
    static const char run[] =
        HEADER "0\t2\t1\t1\t1.5\n10\t2\t2\t-1\t1.6\n20\t2\t3\t0\t1.4\n"
               "30\t2\t6\t4\t2.5\n";
    fixture *f = load("valuebold", "{modulators: [x]}", run, NULL);

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    cr_assert(note(f, "modulator-response-time"));
    cr_expect(strstr(note(f, "modulator-response-time")->where.text,
                     "correlates by 0.88"),
              "%s", note(f, "modulator-response-time")->where.text);
    done(f);
    f = load("valuebold", "{modulators: [x, response_time]}", run, NULL);
    cr_expect_null(note(f, "modulator-response-time"), "a column holds it");
    done(f);
    f = load("valuebold", "{duration: response_time, modulators: [x]}", run, NULL);
    cr_expect_null(note(f, "modulator-response-time"), "the duration does");
    done(f);
}

Test(study_modulators, response_time_needs_its_column)
{
    fixture *f =
        load("valuebold", "{response_time: duration}", "onset\tduration\n0\t1\n", NULL);

    cr_expect_eq(f->status, VB_EINPUT);
    cr_expect(strstr(f->err.text, "no column response_time"), "%s", f->err.text);
    done(f);
}

/* ds005, sub-01: three runs of a mixed-gambles task; 86, 85 and 85 gambles, response times of 0
   where nobody answered, a column with a blank in its name, 240 scans of 2 s. */
Test(study_modulators, real_events_of_gambles_go_through_every_convention)
{
    static const char *const likes[] = {"valuebold", "spm", "fsl", "nilearn", "afni"};
    static const size_t events[] = {86, 85, 85}, extra[] = {8, 1, 0, 10, 5};
    static const char *const participants[] = {"01"};
    char path[600], spec[800];

    support_data_path(path, sizeof path, "ds005_events");
    if (!support_exists(support_data_path(spec, sizeof spec,
                                          "ds005_events/dataset_description.json"))) {
        support_skip("real events of gambles: %s is not there", path);
        return;
    }
    for (size_t i = 0; i < 5; i++) {
        const vb_study_source source = {.bids = {.dir = path,
                                                 .n_participants = 1,
                                                 .participants = participants},
                                        .tr_s = NAN,
                                        .n_scans = 240};
        fixture *f;

        snprintf(spec, sizeof spec,
                 "valuebold: 1\ntask: mixedgamblestask\nregressors:\n  gamble:\n"
                 "    modulators: {gain: {}, loss: {}, pt: {column: gain * `parametric "
                 "gain`}}\n    response_time: modulator\ndesign: {like: %s}\n",
                 likes[i]);
        f = load_spec(spec);
        cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
        f->status = vb_study_load(f->spec, &source, &f->study, &f->notes, &f->err);
        cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
        f->status = vb_study_designs(f->study, &f->notes, &f->err);
        cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
        cr_assert_eq(f->study->n_runs, 3);
        for (size_t r = 0; r < 3; r++) {
            const vb_study_run *run = &f->study->runs[r];

            cr_expect_eq(run->event_types[0].n, events[r]);
            cr_expect_eq(run->tr_s, 2);
            cr_expect_eq(run->design->n_cols, 5 + extra[i], "%s: %zu columns", likes[i],
                         run->design->n_cols);
            cr_expect_eq(run->diagnosis->rank, run->design->n_cols);
            cr_expect_str_eq(run->event_types[0].modulator_names[3], "response_time");
        }
        cr_expect(note(f, "response-time-zero"), "nobody answers in 0 s");
        vb_study_free(f->study);
        vb_spec_free(f->spec);
        vb_notes_free(&f->notes);
        free(f);
    }
}

/* Run 1 has events of 2 s only, run 2 of 2 and 3 s: one response, dmUBLOCK, for both, whose peak
   for 2 s is below 1. */
Test(study_modulators, afni_takes_one_response_for_all_runs)
{
    fixture *f = load("afni", "{}", RUN, HEADER "0\t2\t1\t1\t1\n20\t3\t1\t1\t1\n");
    double most = 0;

    cr_assert_eq(f->status, VB_OK, "%s", f->err.text);
    for (size_t s = 0; s < 5; s++) {
        const vb_design *d = f->study->runs[0].design;

        most = fmax(most, d->x[s * d->n_cols + d->n_cols - 1]);
    }
    cr_expect_gt(most, .2);
    cr_expect_lt(most, .6);
    done(f);
}
