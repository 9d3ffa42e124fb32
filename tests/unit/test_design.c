/* Design matrices in the default convention: columns, names, runs, notes, refusals. */
#include "design/hrf.h"
#include "support.h"
#include "valuebold/design.h"

#define NA ((double)NAN)

static const double onset[] = {4.2, 31.7, 58.05, 80.4, 101.3}, zero[5],
                    two[] = {2, 2, 2, 2, 2};
static const double sv[] = {1.5, -2, 0.25, 3, -2.75}, effort[] = {-1, 0.5, 0.5, 1, -1};
static const vb_design_modulator modulators[] = {{"sv", sv, 1}, {"effort", effort, 1}};

static vb_design_event task(void)
{
    return (vb_design_event){.name = "task",
                             .n_events = 5,
                             .onset_s = onset,
                             .duration_s = two,
                             .n_modulators = 2,
                             .modulators = modulators};
}

static vb_design_run run_of(const vb_design_event *events, size_t n_events)
{
    return (vb_design_run){.label = "1",
                           .tr_s = 2,
                           .n_scans = 70,
                           .sample_s = 0.875,
                           .n_events = n_events,
                           .events = events};
}

static vb_design *build(const vb_design_run *run, const vb_design_options *options,
                        vb_notes *notes)
{
    vb_design *design = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_design_build(1, run, options, &design, notes, &err), VB_OK, "%s",
                 err.text);
    return design;
}

static size_t column(const vb_design *design, const char *name)
{
    for (size_t j = 0; j < design->n_cols; j++)
        if (strcmp(design->columns[j].name, name) == 0)
            return j;
    cr_assert(false, "no column '%s'", name);
    return 0;
}

static const vb_note *note(const vb_notes *notes, const char *code)
{
    for (size_t i = 0; i < notes->n; i++)
        if (strcmp(notes->items[i].code, code) == 0)
            return &notes->items[i];
    return NULL;
}

Test(design, columns_come_event_modulators_confounds_drift_constant)
{
    static const char *const want[] = {"task",    "task*sv", "task*effort", "trans_x",
                                       "drift_1", "drift_2", "constant"};
    static const char *const names[] = {"trans_x"};
    const vb_design_event event = task();
    vb_design_run run = run_of(&event, 1);
    double confound[70];
    vb_design *design;

    for (size_t s = 0; s < 70; s++)
        confound[s] = (double)(s % 7);
    run.n_confounds = 1;
    run.confound_names = names;
    run.confounds = confound;
    design = build(&run, NULL, NULL);
    cr_assert_eq(design->n_cols, 7);
    for (size_t j = 0; j < 7; j++) {
        cr_expect_str_eq(design->columns[j].name, want[j]);
        cr_expect_str_eq(design->columns[j].title, want[j]);
    }
    cr_expect_eq(design->n_scans, 70);
    cr_expect_eq(design->columns[0].kind, VB_COLUMN_EVENT);
    cr_expect_eq(design->columns[0].modulator, VB_NONE);
    cr_expect_eq(design->columns[2].kind, VB_COLUMN_MODULATOR);
    cr_expect_eq(design->columns[2].modulator, 1);
    cr_expect_eq(design->columns[3].kind, VB_COLUMN_CONFOUND);
    cr_expect_eq(design->columns[3].event, VB_NONE);
    cr_expect_eq(design->columns[4].kind, VB_COLUMN_DRIFT);
    cr_expect_eq(design->columns[6].kind, VB_COLUMN_CONSTANT);
    cr_expect_eq(design->x[7 * 12 + 3], confound[12], "confounds are used as given");
    cr_expect_eq(design->x[7 * 12 + 6], 1);
    cr_expect_str_eq(design->like, "valuebold");
    cr_expect_str_eq(design->hrf, "spm");
    cr_expect_str_eq(design->drift, "cosine");
    cr_expect_eq(design->high_pass_s, 128);
    cr_expect_eq(design->sample_s[0], 0.875);
    cr_expect(strstr(design->convention, "not rounded to bins"));
    vb_design_free(design);
}

/* Column by the formula sum_i w_i (H(t - onset_i) - H(t - onset_i - 2)), H from GSL. */
Test(design, values_are_the_exact_convolution_at_the_sample_times)
{
    const vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    const vb_hrf *spm = vb_hrf_find("spm");
    vb_design *design = build(&run, NULL, NULL);

    for (size_t s = 0; s < 70; s++) {
        double main = 0, value = 0;

        for (size_t i = 0; i < 5; i++) {
            const double t = 2 * (double)s + 0.875 - onset[i];
            const double box =
                vb_hrf_integral(spm, 0, t) - vb_hrf_integral(spm, 0, t - 2);

            main += box;
            value += sv[i] * box;
        }
        cr_expect_float_eq(design->x[s * design->n_cols], main, 1e-13);
        cr_expect_float_eq(design->x[s * design->n_cols + 1], value, 1e-13);
    }
    vb_design_free(design);
}

Test(design, a_modulator_is_linear_in_its_weights)
{
    double both[5];
    const vb_design_modulator sum[] = {{"sv", sv, 1},
                                       {"effort", effort, 1},
                                       {"both", both, 1}};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_design *design;

    for (size_t i = 0; i < 5; i++)
        both[i] = 2 * sv[i] - 0.5 * effort[i];
    event.modulators = sum;
    event.n_modulators = 3;
    design = build(&run, NULL, NULL);
    for (size_t s = 0; s < 70; s++) {
        const double *x = design->x + s * design->n_cols;

        cr_expect_float_eq(x[3], 2 * x[1] - 0.5 * x[2], 1e-14);
    }
    vb_design_free(design);
}

Test(design, the_order_of_rows_does_not_matter)
{
    static const double back[] = {101.3, 80.4, 58.05, 31.7, 4.2};
    static const double sv_back[] = {-2.75, 3, 0.25, -2, 1.5},
                        e_back[] = {-1, 1, .5, .5, -1};
    const vb_design_modulator m[] = {{"sv", sv_back, 1}, {"effort", e_back, 1}};
    const vb_design_event a = task();
    vb_design_event b = task();
    vb_design_run run = run_of(&a, 1);
    vb_design *forward = build(&run, NULL, NULL), *backward;

    b.onset_s = back;
    b.modulators = m;
    run.events = &b;
    backward = build(&run, NULL, NULL);
    cr_expect_arr_eq(forward->x, backward->x,
                     forward->n_scans * forward->n_cols * sizeof *forward->x);
    vb_design_free(forward);
    vb_design_free(backward);
}

Test(design, a_trial_without_a_row_counts_as_weight_0)
{
    static const double hole[] = {1.5, NA, 0.25, 3, -2.75},
                        nought[] = {1.5, 0, .25, 3, -2.75};
    const vb_design_modulator m[] = {{"hole", hole, 1}, {"nought", nought, 1}};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_design *design;

    event.modulators = m;
    design = build(&run, NULL, NULL);
    for (size_t s = 0; s < 70; s++)
        cr_expect_eq(design->x[s * design->n_cols + 1],
                     design->x[s * design->n_cols + 2]);
    vb_design_free(design);
}

Test(design, derivatives_follow_their_column)
{
    const vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    const vb_design_options options = {.hrf = "spm + derivative + dispersion"};
    vb_design *design = build(&run, &options, NULL);

    cr_expect_str_eq(design->columns[0].name, "task");
    cr_expect_str_eq(design->columns[1].name, "task_derivative");
    cr_expect_str_eq(design->columns[2].name, "task_dispersion");
    cr_expect_str_eq(design->columns[4].name, "task*sv_derivative");
    cr_expect_eq(design->columns[4].basis, 1);
    cr_expect_eq(design->columns[4].modulator, 0);
    vb_design_free(design);
}

/* Squares centred over the events: by hand for effort, mean of squares 3.5/5. */
Test(design, powers_and_time_are_centred_over_the_events)
{
    double square[5], minutes[5], mean = 0;
    const vb_design_modulator m[] = {{"effort", effort, 2}};
    const vb_design_modulator same[] = {{"square", square, 1}, {"minutes", minutes, 1}};
    vb_design_event event = task();
    vb_design_run run = run_of(&event, 1);
    vb_design *a, *b;

    for (size_t i = 0; i < 5; i++) {
        square[i] = effort[i] * effort[i] - 0.7;
        mean += onset[i] / 5;
    }
    for (size_t i = 0; i < 5; i++)
        minutes[i] = (onset[i] - mean) / 60;
    event.modulators = m;
    event.n_modulators = 1;
    event.time_modulation = 1;
    a = build(&run, NULL, NULL);
    event.modulators = same;
    event.n_modulators = 2;
    event.time_modulation = 0;
    b = build(&run, NULL, NULL);
    cr_expect_str_eq(a->columns[1].name, "task*time");
    cr_expect_str_eq(a->columns[3].name, "task*effort_power2");
    cr_expect_eq(a->columns[3].power, 2);
    for (size_t s = 0; s < 70; s++) {
        cr_expect_float_eq(a->x[s * a->n_cols + 3], b->x[s * b->n_cols + 1], 1e-14);
        cr_expect_float_eq(a->x[s * a->n_cols + 1], b->x[s * b->n_cols + 2], 1e-14);
    }
    vb_design_free(a);
    vb_design_free(b);
}

Test(design, orthogonalise_changes_only_the_later_modulator)
{
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_design *plain = build(&run, NULL, NULL), *serial;
    double off = 0;

    event.orthogonalise = true;
    serial = build(&run, NULL, NULL);
    for (size_t s = 0; s < 70; s++) {
        const double *p = plain->x + s * plain->n_cols,
                     *q = serial->x + s * serial->n_cols;

        cr_expect_float_eq(p[0], q[0], 1e-15);
        cr_expect_float_eq(p[1], q[1], 1e-14, "sv has mean 0 already");
        off = fmax(off, fabs(p[2] - q[2]));
    }
    cr_expect_gt(off, 0.01);
    vb_design_free(plain);
    vb_design_free(serial);
}

Test(design, a_modulator_that_orthogonalisation_uses_up_is_left_out)
{
    double both[5];
    const vb_design_modulator m[] = {{"sv", sv, 1},
                                     {"effort", effort, 1},
                                     {"both", both, 1}};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_notes notes = {0};
    vb_design *design;

    for (size_t i = 0; i < 5; i++)
        both[i] = sv[i] - 3 * effort[i] + 2;
    event.modulators = m;
    event.n_modulators = 3;
    event.orthogonalise = true;
    design = build(&run, NULL, &notes);
    cr_expect_str_eq(design->columns[2].name, "task*effort");
    cr_expect_eq(design->columns[3].kind, VB_COLUMN_DRIFT);
    cr_assert(note(&notes, "modulator-constant"));
    cr_expect(strstr(notes.items[0].where.text, "'task*both' is a sum of the earlier"));
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(design, hundreds_of_confounds_fit)
{
    enum { many = 300 };
    static char text[many][8];
    static const char *names[many];
    static double confounds[70 * many];
    const vb_design_event event = task();
    vb_design_run run = run_of(&event, 1);
    vb_design *design;

    for (size_t j = 0; j < many; j++) {
        snprintf(text[j], sizeof text[j], "c%zu", j);
        names[j] = text[j];
    }
    for (size_t i = 0; i < 70 * many; i++)
        confounds[i] = (double)(i * i % 101);
    run.n_confounds = many;
    run.confound_names = names;
    run.confounds = confounds;
    design = build(&run, NULL, NULL);
    cr_expect_eq(design->n_cols, 3 + many + 3);
    cr_expect_eq(design->x[41 * design->n_cols + column(design, "c222")],
                 confounds[41 * many + 222]);
    cr_expect_eq(design->x[41 * design->n_cols + column(design, "constant")], 1);
    vb_design_free(design);
}

Test(design, runs_stand_side_by_side_with_their_own_columns)
{
    const vb_design_event event = task();
    vb_design_run runs[] = {run_of(&event, 1), run_of(&event, 1)};
    vb_design *design = NULL;
    vb_error err = {0};

    runs[1].label = "02";
    runs[1].n_scans = 60;
    runs[1].tr_s = 2.2;
    cr_assert_eq(vb_design_build(2, runs, NULL, &design, NULL, &err), VB_OK, "%s",
                 err.text);
    cr_expect_eq(design->n_scans, 130);
    cr_expect_eq(design->n_cols, 12);
    cr_expect_str_eq(design->columns[0].name, "run-1_task");
    cr_expect_str_eq(design->columns[7].name, "run-02_task*sv");
    cr_expect_str_eq(design->columns[7].title, "task*sv");
    cr_expect_str_eq(design->columns[11].name, "run-02_constant");
    cr_expect_eq(design->columns[7].run, 1);
    cr_expect_eq(design->first_scan[1], 70);
    cr_expect_eq(design->first_scan[2], 130);
    cr_expect_eq(design->tr_s[1], 2.2);
    for (size_t s = 0; s < 130; s++)
        for (size_t j = 0; j < 12; j++)
            if ((s < 70) != (design->columns[j].run == 0))
                cr_expect_eq(design->x[s * 12 + j], 0);
    cr_expect_eq(design->x[5 * 12 + column(design, "run-1_constant")], 1);
    vb_design_free(design);
}

Test(design, drift_can_be_left_out_or_filtered)
{
    const vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    const vb_design_options none = {.drift = "none"},
                            inf = {.high_pass_s = (double)INFINITY};
    const vb_design_options line = {.drift = "fsl", .high_pass_s = 60};
    vb_design *a = build(&run, &none, NULL), *b = build(&run, &inf, NULL);
    vb_design *c = build(&run, &line, NULL);
    double sum = 0;

    cr_expect_eq(a->n_cols, 4);
    cr_expect_eq(b->n_cols, 4);
    cr_expect_str_eq(b->drift, "none");
    cr_expect(isinf(a->high_pass_s));
    cr_expect_eq(c->n_cols, 4);
    for (size_t s = 0; s < 70; s++)
        sum += c->x[s * 4 + 1];
    cr_expect_float_eq(sum, 0, 1e-12, "filtered columns have mean 0");
    cr_expect_eq(c->x[4 * 3 + 3], 1, "the constant stays");
    cr_expect_float_eq(c->columns[0].height, a->columns[0].height, 1e-15, "unfiltered");
    vb_design_free(a);
    vb_design_free(b);
    vb_design_free(c);
}

Test(design, events_outside_the_run_are_counted)
{
    static const double early[] = {-300, -1, 20, 60, 640};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_notes notes = {0};
    vb_design *design;

    event.onset_s = early;
    design = build(&run, NULL, &notes);
    cr_assert(note(&notes, "events-before-run"));
    cr_expect(strstr(note(&notes, "events-before-run")->where.text, "1 of 5"));
    cr_assert(note(&notes, "events-negative-onset"));
    cr_expect(strstr(note(&notes, "events-negative-onset")->where.text, "-1 s"));
    cr_assert(note(&notes, "events-after-run"));
    cr_expect(strstr(note(&notes, "events-after-run")->where.text, "640 s"));
    cr_expect_gt(design->x[0], 0, "the tail of the event at -1 s");
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(design, onsets_in_milliseconds_are_refused)
{
    static const double late[] = {4200, 31700, 58050, 80400, 101300};
    static const double gone[] = {-420, -317, -580, -804, -101};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_design *design = NULL;
    vb_error err = {0};

    event.onset_s = late;
    cr_expect_eq(vb_design_build(1, &run, NULL, &design, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "milliseconds?"), "%s", err.text);
    cr_expect(strstr(err.text, "all 5 onsets"), "%s", err.text);
    event.onset_s = gone;
    cr_expect_eq(vb_design_build(1, &run, NULL, &design, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "before the first scan"), "%s", err.text);
    cr_expect_null(design);
}

Test(design, duplicates_are_summed_and_noted)
{
    static const double twice[] = {4.2, 31.7, 31.7, 80.4, 101.3};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_notes notes = {0};
    vb_design *design;

    event.onset_s = twice;
    design = build(&run, NULL, &notes);
    cr_assert(note(&notes, "events-duplicate"));
    cr_expect(strstr(note(&notes, "events-duplicate")->where.text, "summed"));
    cr_expect_float_eq(design->x[19 * design->n_cols] / design->x[5 * design->n_cols],
                       2, 0.2);
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(design, durations_beyond_the_next_onset_are_noted)
{
    /* a wrong unit that still fits into the run */
    static const double ms[] = {64, 81.2, 57.7, 120.3, 99.1};
    static const double one_long[] = {2, 60, 2, 2, 2};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_notes notes = {0};
    vb_design *design;

    event.duration_s = ms;
    design = build(&run, NULL, &notes);
    cr_assert(note(&notes, "events-overlap"));
    cr_expect(strstr(note(&notes, "events-overlap")->where.text,
                     "4 of 5 events 'task' begin before the one before them ended (the "
                     "longest lasts 120.3 s)"));
    vb_notes_free(&notes);
    vb_design_free(design);
    event.duration_s = one_long;
    design = build(&run, NULL, &notes);
    cr_expect_null(note(&notes, "events-overlap"));
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(design, mixed_durations_and_empty_events_are_noted)
{
    static const double mixed[] = {2, 0, 2, 2, 0};
    vb_design_event events[2] = {task(), {.name = "control"}};
    const vb_design_run run = run_of(events, 2);
    vb_notes notes = {0};
    vb_design *design;

    events[0].duration_s = mixed;
    design = build(&run, NULL, &notes);
    cr_assert(note(&notes, "durations-mixed"));
    cr_expect(strstr(note(&notes, "durations-mixed")->where.text, "2 of 5"));
    cr_assert(note(&notes, "event-empty"));
    cr_expect(strstr(note(&notes, "event-empty")->where.text, "'control'"));
    cr_expect_eq(design->n_cols, 6);
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(design, constant_and_empty_modulators_are_left_out_and_noted)
{
    static const double same[] = {0.3, 0.1 + 0.2, 0.3, NA, 0.3},
                        gone[] = {NA, NA, NA, NA, NA};
    static const double ones[] = {1, -1, 1, -1, 1};
    const vb_design_modulator m[] = {{"effort", same, 1},
                                     {"rt", gone, 1},
                                     {"sign", ones, 2},
                                     {"sv", sv, 1}};
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_notes notes = {0};
    vb_design *design;

    event.modulators = m;
    event.n_modulators = 4;
    design = build(&run, NULL, &notes);
    cr_expect_str_eq(design->columns[1].name, "task*sign");
    cr_expect_str_eq(design->columns[2].name, "task*sv",
                     "the square of +-1 is constant");
    cr_expect_eq(notes.n, 3);
    cr_assert(note(&notes, "modulator-constant"));
    cr_expect(strstr(notes.items[0].where.text, "task*effort"));
    cr_expect(strstr(notes.items[0].where.text, "no variance"));
    vb_notes_free(&notes);
    vb_design_free(design);
}

Test(design, zero_duration_events_have_the_height_of_the_response)
{
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    vb_design *design;

    event.duration_s = zero;
    design = build(&run, NULL, NULL);
    cr_expect_float_eq(design->x[4 * design->n_cols],
                       vb_hrf_response(vb_hrf_find("spm"), 0, 8.875 - 4.2), 1e-12);
    cr_expect_leq(design->columns[0].height, 0.2105 + 0.0188);
    vb_design_free(design);
}

/* Everything that is refused, with a word of what it says. */
Test(design, senseless_input_is_refused_with_a_reason)
{
    static const double infinite[] = {1, 2, (double)INFINITY, 4, 5},
                        missing[] = {1, 2, NA, 4, 5};
    static const double negative[] = {2, 2, -2, 2, 2};
    static const char *const names[] = {"csf"};
    double confound[70] = {0};
    const vb_design_modulator bad[] = {{"sv", infinite, 1}};
    vb_design_event event = task();
    vb_design_run run = run_of(&event, 1);
    vb_design_options options = {0};
    vb_design *design = NULL;
    vb_error err = {0};

#define REFUSED(status, word)                                                          \
    do {                                                                               \
        cr_expect_eq(vb_design_build(1, &run, &options, &design, NULL, &err), status); \
        cr_expect(strstr(err.text, word), "%s", err.text);                             \
        cr_expect_null(design);                                                        \
        event = task();                                                                \
        run = run_of(&event, 1);                                                       \
        options = (vb_design_options){0};                                              \
    } while (0)

    event.onset_s = missing;
    REFUSED(VB_EINPUT, "row 3: the onset is");
    event.onset_s = infinite;
    REFUSED(VB_EINPUT, "row 3: the onset is inf");
    event.duration_s = negative;
    REFUSED(VB_EINPUT, "row 3: the duration is -2 s");
    event.duration_s = missing;
    REFUSED(VB_EINPUT, "the duration is");
    event.modulators = bad;
    event.n_modulators = 1;
    REFUSED(VB_EINPUT, "'task*sv', row 3: the weight is infinite");
    run.tr_s = 0;
    REFUSED(VB_EINPUT, "repetition time is 0 s");
    run.tr_s = 2000;
    REFUSED(VB_EINPUT, "milliseconds?");
    run.tr_s = NA;
    REFUSED(VB_EINPUT, "repetition time");
    run.n_scans = 0;
    REFUSED(VB_EINPUT, "0 scans");
    run.sample_s = 2.5;
    REFUSED(VB_EINPUT, "sampled 2.5 s");
    run.in_scans = true;
    REFUSED(VB_EUSAGE, "like: spm");
    confound[19] = NA;
    run.n_confounds = 1;
    run.confound_names = names;
    run.confounds = confound;
    REFUSED(VB_EINPUT, "'csf', scan 20");
    options.like = "smp";
    REFUSED(VB_EUSAGE, "like: 'smp'");
    options.hrf = "glove";
    REFUSED(VB_EUSAGE, "did you mean 'glover'?");
    options.hrf = "fourier";
    REFUSED(VB_EUSAGE, "available under like: valuebold");
    options.drift = "cosin";
    REFUSED(VB_EUSAGE, "did you mean 'cosine'?");
    options.high_pass_s = -1;
    REFUSED(VB_EUSAGE, "cut-off is -1 s");
    options.hrf_length_s = NA;
    REFUSED(VB_EUSAGE, "length");
    event.name = "constant";
    REFUSED(VB_EINPUT, "two columns of the design are named 'constant'");
    cr_expect_eq(vb_design_build(0, NULL, NULL, &design, NULL, &err), VB_EUSAGE);
}

/* SPM's design with 512 bins a scan, sampled at the same time.  What is left is the
   rounding of each onset to half a bin, 2 ms: times the steepest slope, 0.08/s^2, the
   largest weight, 3, and two events that overlap, it is below 1e-3. */
Test(design, the_default_is_the_limit_of_spms_bins)
{
    vb_design_event event = task();
    const vb_design_run run = run_of(&event, 1);
    const vb_design_options spm = {.like = "spm",
                                   .microtime = 512,
                                   .microtime_onset = 225};
    vb_design *ours, *theirs;

    event.duration_s = zero;
    ours = build(&run, NULL, NULL);
    theirs = build(&run, &spm, NULL);
    cr_expect_eq(theirs->sample_s[0], 0.875);
    for (size_t s = 0; s < 70; s++)
        for (size_t j = 0; j < 3; j++)
            cr_expect_float_eq(ours->x[s * ours->n_cols + j],
                               theirs->x[s * theirs->n_cols + j], 1e-3, "%zu %zu", s,
                               j);
    vb_design_free(ours);
    vb_design_free(theirs);
}

Test(design, conventions_are_listed_with_their_meaning)
{
    cr_expect_geq(vb_n_dialects(), 1);
    cr_expect_str_eq(vb_dialect_name(0), "valuebold", "the first is the default");
    for (size_t i = 0; i < vb_n_dialects(); i++)
        cr_expect_gt(strlen(vb_dialect_meaning(i)), 20);
    cr_expect_null(vb_dialect_name(vb_n_dialects()));
}
