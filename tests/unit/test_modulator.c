/* Weights of modulators: missing signals, centring, scaling, orthogonalisation. */
#include "support.h"
#include "valuebold/modulator.h"

#define NA ((double)NAN)

/* Three runs, the first two of one participant. */
static const double run1[] = {1, 2.5, NA, 7, 4.25};
static const double run2[] = {10, 30, 20};
static const double run3[] = {-5, NA, NA, 5.5, 3, -1};
static const double *const raw[] = {run1, run2, run3};
static const size_t n[] = {5, 3, 6}, group[] = {0, 0, 1};

typedef struct result {
    double x[3][6];
    vb_modulator_record record[3];
    vb_notes notes;
    vb_error err;
    vb_status status;
} result;

static result prepare(vb_modulator_rule rule)
{
    result r = {.x = {{0}}};
    double *const out[] = {r.x[0], r.x[1], r.x[2]};

    r.status = vb_modulator_prepare(&rule, "sv", 3, n, group, raw, out, r.record,
                                    &r.notes, &r.err);
    return r;
}

static double mean_of(size_t count, const double x[])
{
    double sum = 0;
    size_t k = 0;

    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i])) {
            sum += x[i];
            k++;
        }
    return sum / (double)k;
}

static double sd_of(size_t count, const double x[])
{
    const double mean = mean_of(count, x);
    double sum = 0;
    size_t k = 0;

    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i])) {
            sum += (x[i] - mean) * (x[i] - mean);
            k++;
        }
    return sqrt(sum / (double)(k - 1));
}

static const vb_note *note(const vb_notes *notes, const char *code)
{
    for (size_t i = 0; i < notes->n; i++)
        if (strcmp(notes->items[i].code, code) == 0)
            return &notes->items[i];
    return NULL;
}

/* By hand: run 1 without the missed trial has mean 14.75/4 = 3.6875. */
Test(modulator, dropped_trials_have_no_weight_and_do_not_count_in_the_mean)
{
    result r = prepare((vb_modulator_rule){.centre = VB_SCOPE_RUN});

    cr_assert_eq(r.status, VB_OK);
    cr_expect(isnan(r.x[0][2]));
    cr_expect_float_eq(r.x[0][0], 1 - 3.6875, 1e-15);
    cr_expect_float_eq(r.x[1][1], 10, 1e-14);
    cr_expect_float_eq(mean_of(6, r.x[2]), 0, 1e-15);
    cr_expect_eq(r.record[0].n, 5);
    cr_expect_eq(r.record[0].n_missing, 1);
    cr_expect_float_eq(r.record[0].raw_mean, 3.6875, 1e-15);
    cr_expect_float_eq(r.record[0].raw_sd, sd_of(5, run1), 1e-15);
    cr_expect_eq(r.record[0].raw_min, 1);
    cr_expect_eq(r.record[0].raw_max, 7);
    cr_expect_float_eq(r.record[0].subtracted, 3.6875, 1e-15);
    cr_expect_eq(r.record[0].divided, 1);
    cr_expect_float_eq(r.record[0].sd, sd_of(5, run1), 1e-15);
    cr_expect_not(r.record[0].constant);
    cr_assert(note(&r.notes, "modulator-missing"));
    cr_expect(strstr(note(&r.notes, "modulator-missing")->where.text, "3 of 14"));
    vb_notes_free(&r.notes);
}

Test(modulator, centring_pools_runs_of_its_scope)
{
    const double subject = (14.75 + 60) / 7, sample = (14.75 + 60 + 2.5) / 11;
    result none = prepare((vb_modulator_rule){.centre = VB_SCOPE_NONE});
    result by_subject = prepare((vb_modulator_rule){.centre = VB_SCOPE_SUBJECT});
    result by_sample = prepare((vb_modulator_rule){.centre = VB_SCOPE_SAMPLE});

    cr_expect_eq(none.x[1][1], 30);
    cr_expect_float_eq(by_subject.x[0][0], 1 - subject, 1e-14);
    cr_expect_float_eq(by_subject.x[1][1], 30 - subject, 1e-14);
    cr_expect_float_eq(by_subject.x[2][3], 5.5 - 0.625, 1e-14,
                       "a participant of its own");
    for (size_t r = 0; r < 3; r++)
        cr_expect_float_eq(by_sample.x[r][0], raw[r][0] - sample, 1e-14);
    vb_notes_free(&none.notes);
    vb_notes_free(&by_subject.notes);
    vb_notes_free(&by_sample.notes);
}

Test(modulator, a_value_for_missed_trials_counts_only_at_the_raw_stage)
{
    result scaled = prepare((vb_modulator_rule){.missed = VB_MISSED_VALUE,
                                                .missed_value = -2,
                                                .centre = VB_SCOPE_RUN});
    result before = prepare((vb_modulator_rule){.missed = VB_MISSED_VALUE,
                                                .missed_value = -2,
                                                .missed_stage = VB_STAGE_RAW,
                                                .centre = VB_SCOPE_RUN});

    cr_expect_eq(scaled.x[0][2], -2, "the weight itself");
    cr_expect_float_eq(scaled.x[0][0], 1 - 3.6875, 1e-15);
    cr_expect_float_eq(before.x[0][2], -2 - 12.75 / 5, 1e-15);
    cr_expect_float_eq(before.x[0][0], 1 - 12.75 / 5, 1e-15);
    cr_expect_float_eq(before.record[0].raw_mean, 3.6875, 1e-15, "raw stays raw");
    vb_notes_free(&scaled.notes);
    vb_notes_free(&before.notes);
}

Test(modulator, the_mean_for_missed_trials_is_that_of_the_others_in_the_run)
{
    result scaled = prepare(
        (vb_modulator_rule){.missed = VB_MISSED_MEAN, .centre = VB_SCOPE_SAMPLE});
    result before = prepare((vb_modulator_rule){.missed = VB_MISSED_MEAN,
                                                .missed_stage = VB_STAGE_RAW,
                                                .centre = VB_SCOPE_NONE});

    cr_expect_float_eq(scaled.x[0][2], 3.6875 - 77.25 / 11, 1e-14);
    cr_expect_float_eq(before.x[0][2], 3.6875, 1e-15);
    cr_expect_float_eq(before.x[2][1], 0.625, 1e-15);
    cr_expect_float_eq(before.record[0].sd, sd_of(5, before.x[0]), 1e-15);
    vb_notes_free(&scaled.notes);
    vb_notes_free(&before.notes);
}

Test(modulator, trials_for_an_event_of_their_own_have_no_weight)
{
    result r = prepare((vb_modulator_rule){.missed = VB_MISSED_OWN_EVENT,
                                           .missed_stage = VB_STAGE_RAW});

    cr_expect(isnan(r.x[0][2]));
    cr_expect(isnan(r.x[2][1]));
    vb_notes_free(&r.notes);
}

Test(modulator, z_has_standard_deviation_1_over_its_scope)
{
    result run = prepare((vb_modulator_rule){.centre = VB_SCOPE_RUN,
                                             .scale = VB_SCALE_Z,
                                             .scale_over = VB_SCOPE_RUN});
    result subject = prepare((vb_modulator_rule){.centre = VB_SCOPE_RUN,
                                                 .scale = VB_SCALE_Z,
                                                 .scale_over = VB_SCOPE_SUBJECT});
    result uncentred =
        prepare((vb_modulator_rule){.centre = VB_SCOPE_NONE, .scale = VB_SCALE_Z});
    double pooled[8];

    for (size_t r = 0; r < 3; r++) {
        cr_expect_float_eq(sd_of(n[r], run.x[r]), 1, 1e-14);
        cr_expect_float_eq(mean_of(n[r], run.x[r]), 0, 1e-14);
        cr_expect_float_eq(run.record[r].sd, 1, 1e-14);
    }
    memcpy(pooled, subject.x[0], 5 * sizeof *pooled);
    memcpy(pooled + 5, subject.x[1], 3 * sizeof *pooled);
    cr_expect_float_eq(sd_of(8, pooled), 1, 1e-14, "both runs together");
    cr_expect_float_eq(mean_of(5, subject.x[0]), 0, 1e-14,
                       "each run centred by itself");
    cr_expect_float_eq(uncentred.x[1][1], 3, 1e-14, "30 / 10: only divided");
    vb_notes_free(&run.notes);
    vb_notes_free(&subject.notes);
    vb_notes_free(&uncentred.notes);
}

Test(modulator, minmax_maps_the_extremes_to_its_targets)
{
    result r = prepare((vb_modulator_rule){.scale = VB_SCALE_MINMAX,
                                           .scale_over = VB_SCOPE_RUN,
                                           .minmax = {-1, 1}});
    result wide = prepare((vb_modulator_rule){.scale = VB_SCALE_MINMAX,
                                              .scale_over = VB_SCOPE_SAMPLE,
                                              .minmax = {0, 7}});
    result centred = prepare((vb_modulator_rule){.scale = VB_SCALE_MINMAX,
                                                 .centre = VB_SCOPE_RUN,
                                                 .minmax = {-1, 1}});

    cr_expect_float_eq(r.x[0][0], -1, 1e-15);
    cr_expect_float_eq(r.x[0][3], 1, 1e-15);
    cr_expect_float_eq(r.x[0][1], -0.5, 1e-15);
    cr_expect_float_eq(wide.x[2][0], 0, 1e-15);
    cr_expect_float_eq(wide.x[1][1], 7, 1e-14);
    cr_expect_float_eq(wide.x[0][0], 7 * 6 / 35.0, 1e-15);
    cr_expect_float_eq(centred.x[0][3] - centred.x[0][0], 2, 1e-15);
    cr_expect_float_eq(mean_of(5, centred.x[0]), 0, 1e-15);
    cr_expect(note(&centred.notes, "modulator-minmax-centred"));
    vb_notes_free(&r.notes);
    vb_notes_free(&wide.notes);
    vb_notes_free(&centred.notes);
}

Test(modulator, per_unit_divides)
{
    result r =
        prepare((vb_modulator_rule){.scale = VB_SCALE_PER_UNIT, .per_unit = 2.5});

    cr_expect_float_eq(r.x[0][1], 1, 1e-15);
    cr_expect_eq(r.record[1].divided, 2.5);
    vb_notes_free(&r.notes);
}

Test(modulator, the_record_gives_weights_from_raw_values)
{
    static const vb_modulator_rule rules[] =
        {{.centre = VB_SCOPE_RUN, .scale = VB_SCALE_Z, .scale_over = VB_SCOPE_SAMPLE},
         {.centre = VB_SCOPE_SUBJECT, .scale = VB_SCALE_PER_UNIT, .per_unit = -3},
         {.scale = VB_SCALE_MINMAX, .minmax = {2, 5}, .scale_over = VB_SCOPE_SUBJECT},
         {.centre = VB_SCOPE_SAMPLE, .scale = VB_SCALE_MINMAX, .minmax = {0, 1}}};

    for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++) {
        result p = prepare(rules[k]);

        for (size_t r = 0; r < 3; r++)
            for (size_t i = 0; i < n[r]; i++)
                if (!isnan(raw[r][i]))
                    cr_expect_float_eq(p.x[r][i],
                                       (raw[r][i] - p.record[r].subtracted) /
                                               p.record[r].divided +
                                           p.record[r].offset,
                                       1e-14);
        vb_notes_free(&p.notes);
    }
}

Test(modulator, order_of_trials_does_not_matter)
{
    static const double forward[] = {1.1, 2.7, NA, 4.2, 9.3},
                        back[] = {9.3, 4.2, NA, 2.7, 1.1};
    const vb_modulator_rule rule = {.centre = VB_SCOPE_RUN, .scale = VB_SCALE_Z};
    const size_t count[] = {5}, one[] = {0};
    double a[5], b[5];
    const double *const in_a[] = {forward}, *const in_b[] = {back};
    double *const out_a[] = {a}, *const out_b[] = {b};
    vb_modulator_record record;

    vb_modulator_prepare(&rule, "x", 1, count, one, in_a, out_a, &record, NULL, NULL);
    vb_modulator_prepare(&rule, "x", 1, count, one, in_b, out_b, &record, NULL, NULL);
    for (size_t i = 0; i < 5; i++)
        if (i != 2)
            cr_expect_float_eq(a[i], b[4 - i], 1e-15);
}

Test(modulator, a_constant_is_marked_even_behind_rounding)
{
    static const double same[] = {0.1 + 0.2, 0.3, 0.3, NA};
    const vb_modulator_rule rule = {.centre = VB_SCOPE_RUN};
    const size_t count[] = {4}, one[] = {0};
    double x[4];
    const double *const in[] = {same};
    double *const out[] = {x};
    vb_modulator_record record;

    cr_assert_eq(vb_modulator_prepare(&rule, "x", 1, count, one, in, out, &record, NULL,
                                      NULL),
                 VB_OK);
    cr_expect(record.constant);
    cr_expect_eq(x[0], x[1]);
    cr_expect_eq(record.sd, 0);
}

Test(modulator, scaling_a_constant_is_refused)
{
    static const double same[] = {3, 3, 3};
    static const vb_modulator_rule rules[] =
        {{.centre = VB_SCOPE_RUN, .scale = VB_SCALE_Z},
         {.centre = VB_SCOPE_NONE, .scale = VB_SCALE_MINMAX, .minmax = {-1, 1}}};
    const size_t count[] = {3}, one[] = {0};
    const double *const in[] = {same};
    double x[3], *const out[] = {x};
    vb_modulator_record record;
    vb_error err = {0};

    for (size_t k = 0; k < 2; k++) {
        cr_expect_eq(vb_modulator_prepare(&rules[k], "effort", 1, count, one, in, out,
                                          &record, NULL, &err),
                     VB_EDOM);
        cr_expect(strstr(err.text, "'effort'") && strstr(err.text, "constant (3)"),
                  "%s", err.text);
    }
}

/* Constant in each run, different between runs: centred over runs nothing is left. */
Test(modulator, z_over_a_wide_scope_of_run_constants_is_refused)
{
    static const double a[] = {3, 3}, b[] = {5, 5};
    const vb_modulator_rule rule = {.centre = VB_SCOPE_RUN,
                                    .scale = VB_SCALE_Z,
                                    .scale_over = VB_SCOPE_SAMPLE};
    const size_t count[] = {2, 2}, groups[] = {0, 1};
    const double *const in[] = {a, b};
    double x[2], y[2], *const out[] = {x, y};
    vb_modulator_record record[2];

    cr_expect_eq(vb_modulator_prepare(&rule, "effort", 2, count, groups, in, out,
                                      record, NULL, NULL),
                 VB_EDOM);
}

Test(modulator, senseless_rules_and_values_are_refused)
{
    static const struct {
        vb_modulator_rule rule;
        const char *says;
    } cases[] = {{{.missed = VB_MISSED_VALUE, .missed_value = NA}, "missed trials"},
                 {{.scale = VB_SCALE_PER_UNIT, .per_unit = 0}, "per_unit is 0"},
                 {{.scale = VB_SCALE_MINMAX, .minmax = {1, 1}}, "minmax is [1, 1]"},
                 {{.scale = VB_SCALE_MINMAX, .minmax = {1, -1}}, "minmax is [1, -1]"}};
    static const double infinite[] = {1, (double)INFINITY};
    const vb_modulator_rule plain = {.centre = VB_SCOPE_RUN};
    const size_t count[] = {2}, one[] = {0};
    const double *const in[] = {infinite};
    double x[2], *const out[] = {x};
    vb_modulator_record record;
    vb_error err = {0};

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        result r = prepare(cases[k].rule);

        cr_expect_eq(r.status, VB_EUSAGE);
        cr_expect(strstr(r.err.text, cases[k].says), "%s", r.err.text);
        vb_notes_free(&r.notes);
    }
    cr_expect_eq(vb_modulator_prepare(&plain, "x", 1, count, one, in, out, &record,
                                      NULL, &err),
                 VB_EDOM);
    cr_expect(strstr(err.text, "event 2: the signal is infinite"), "%s", err.text);
}

Test(modulator, runs_without_trials_or_without_signals_stay_empty)
{
    static const double gone[] = {NA, NA};
    const vb_modulator_rule rule = {.missed = VB_MISSED_MEAN, .centre = VB_SCOPE_RUN};
    const size_t count[] = {2, 0}, groups[] = {0, 0};
    const double *const in[] = {gone, gone};
    double x[2], *const out[] = {x, x};
    vb_modulator_record record[2];

    cr_assert_eq(vb_modulator_prepare(&rule, "x", 2, count, groups, in, out, record,
                                      NULL, NULL),
                 VB_OK);
    cr_expect(isnan(x[0]) && isnan(x[1]));
    cr_expect(record[0].constant && isnan(record[0].raw_mean) && isnan(record[0].sd));
    cr_expect_eq(record[1].n, 0);
}

enum { MOST_TRIALS = 200 };

/* Published values chosen minus other for the task rows of an events file, NaN for
   trials that have none (missed).  Returns the number of task rows. */
static size_t published_differences(const char *events_path, const char *values_path,
                                    const char *signal, double out[])
{
    vb_table *events = support_table(events_path), *values = support_table(values_path);
    const double *onset = support_column(events, "onset");
    const double *at = support_column(values, "onset");
    char chosen[64], other[64];
    size_t count = 0, type;

    snprintf(chosen, sizeof chosen, "%s_chosen", signal);
    snprintf(other, sizeof other, "%s_unchosen", signal);
    type = vb_table_find(events, "trial_type");
    for (size_t t = 0; t < events->n_rows && count < MOST_TRIALS; t++) {
        if (strcmp(vb_table_cell(events, t, type), "task") != 0)
            continue;
        out[count] = NA;
        for (size_t k = 0; k < values->n_rows; k++)
            if (fabs(at[k] - onset[t]) < 1e-6)
                out[count] = support_column(values, chosen)[k] -
                             support_column(values, other)[k];
        count++;
    }
    vb_table_free(events);
    vb_table_free(values);
    return count;
}

/* Third column of a three-column file. */
static size_t published_weights(const char *path, double out[])
{
    FILE *file = fopen(path, "r");
    size_t count = 0;

    cr_assert(file, "%s", path);
    while (count < MOST_TRIALS && fscanf(file, "%*f %*f %lf", &out[count]) == 1)
        count++;
    fclose(file);
    return count;
}

static void check_published(unsigned subject, unsigned run, const char *signal,
                            const char *file)
{
    const vb_modulator_rule rule = {.missed = VB_MISSED_VALUE,
                                    .missed_stage = VB_STAGE_RAW,
                                    .scale = VB_SCALE_MINMAX,
                                    .minmax = {-1, 1}};
    char events[300], values[300], weights[300];
    double raw_values[MOST_TRIALS], x[MOST_TRIALS], want[MOST_TRIALS];
    const double *const in[] = {raw_values};
    double *const out[] = {x};
    const size_t one[] = {0};
    size_t count[1];
    vb_modulator_record record;

    support_data_path(events, sizeof events,
                      "bernacer/sub-%02u/func/sub-%02u_task-effort_run-%u_events.tsv",
                      subject, subject, run);
    support_data_path(values, sizeof values,
                      "bernacer/derivatives/published_sv/sub-%02u/func/"
                      "sub-%02u_task-effort_run-%u_desc-wholesample_values.tsv",
                      subject, subject, run);
    support_data_path(
        weights, sizeof weights,
        "bernacer/derivatives/published_ev/sub-%02u/sub-%02u_run-%u_task_%s.txt",
        subject, subject, run, file);
    count[0] = published_differences(events, values, signal, raw_values);
    cr_assert_eq(published_weights(weights, want), count[0], "%s", weights);
    cr_assert_eq(vb_modulator_prepare(&rule, signal, 1, count, one, in, out, &record,
                                      NULL, NULL),
                 VB_OK);
    for (size_t i = 0; i < count[0]; i++)
        cr_expect_float_eq(x[i], want[i], 5.0001e-6, "%s row %zu", weights, i + 1);
}

/* Weights of a published effort study: difference 0 for missed trials, then min-max
   scaling to [-1, 1] over the run.  Half a unit of their fifth significant digit. */
Test(modulator, the_published_fsl_weights_come_out)
{
    char path[300];

    support_data_path(path, sizeof path,
                      "bernacer/sub-01/func/"
                      "sub-01_task-effort_run-1_events.tsv");
    if (!support_exists(path)) {
        support_skip("published weights: %s is absent", path);
        return;
    }
    for (unsigned subject = 1; subject <= 3; subject++)
        for (unsigned run = 1; run <= 3; run++) {
            check_published(subject, run, "sv", "SV");
            check_published(subject, run, "effort_factor", "ED");
            check_published(subject, run, "risk_factor", "PD");
        }
}

Test(orthogonalise, later_modulators_lose_what_earlier_ones_share)
{
    double a[] = {1, 2, 3, 4, 5, 6}, b[] = {2, 1, 4, 3, 7, 5}, c[] = {0, 1, 0, 2, 0, 4};
    double *const weights[] = {a, b, c};
    double removed[3], ab = 0, ac = 0, bc = 0, sb = 0, sc = 0;

    cr_assert_eq(vb_modulators_orthogonalise(6, 3, weights, removed, NULL), VB_OK);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_float_eq(a[i], (double)i - 2.5, 1e-14, "only the constant goes");
        ab += a[i] * b[i];
        ac += a[i] * c[i];
        bc += b[i] * c[i];
        sb += b[i];
        sc += c[i];
    }
    cr_expect_float_eq(ab, 0, 1e-13);
    cr_expect_float_eq(ac, 0, 1e-13);
    cr_expect_float_eq(bc, 0, 1e-13);
    cr_expect_float_eq(sb, 0, 1e-13);
    cr_expect_float_eq(sc, 0, 1e-13);
    cr_expect_eq(removed[0], 0);
    /* r(a, b)^2 by hand: products sum to 16, both sums of squares 17.5 and 70/3 */
    cr_expect_float_eq(removed[1], 16 * 16 / (17.5 * (70 / 3.0)), 1e-14);
}

Test(orthogonalise, dropped_trials_stay_dropped_and_zero_in_every_product)
{
    double a[] = {1, NA, 3, 7, 5}, b[] = {2, 1, NA, 3, 9};
    double *const weights[] = {a, b};
    double removed[2], product = 0, sum = 0;

    cr_assert_eq(vb_modulators_orthogonalise(5, 2, weights, removed, NULL), VB_OK);
    cr_expect(isnan(a[1]) && isnan(b[2]));
    for (size_t i = 0; i < 5; i++) {
        product += (isnan(a[i]) ? 0 : a[i]) * (isnan(b[i]) ? 0 : b[i]);
        sum += isnan(b[i]) ? 0 : b[i];
    }
    cr_expect_float_eq(product, 0, 1e-13);
    cr_expect_float_eq(sum, 0, 1e-13);
}

Test(orthogonalise, a_sum_of_earlier_ones_becomes_0)
{
    double a[] = {1, 2, 3, 4.5}, b[] = {0.3, 0.1, 0.9, 0.2}, c[4];
    double *const weights[] = {a, b, c};
    double removed[3];

    for (size_t i = 0; i < 4; i++)
        c[i] = 2 * a[i] - 3 * b[i] + 1;
    cr_assert_eq(vb_modulators_orthogonalise(4, 3, weights, removed, NULL), VB_OK);
    cr_expect_eq(removed[2], 1);
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(c[i], 0);
    cr_expect_eq(vb_modulators_orthogonalise(0, 3, weights, removed, NULL), VB_OK);
}
