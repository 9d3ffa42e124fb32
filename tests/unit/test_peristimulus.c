/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves around events: known responses come back, groups and slopes apart. */
#include "glm_support.h"
#include "valuebold/peristimulus.h"

enum { N = 240, E = 30, R = 2 };
static const double tr_s = 1.5;

static double onset_s[E], size[E], y[N * R], others[N * 3];
static size_t group[E];

/* A response that is no double gamma: a triangle that rises from 1 s to a peak of 1 at 5 s and
 * is over at 12 s. */
static double triangle(double u)
{
    if (u <= 1 || u >= 12)
        return 0;
    return u < 5 ? (u - 1) / 4 : (12 - u) / 7;
}

/* 30 events 8 to 15 s apart whose responses overlap, of sizes 1 ... 3; scans in the middle of
 * their 1.5 s; a slow cosine and a constant. */
static void make(void)
{
    uint64_t seed = 41;
    double at = 6;

    memset(y, 0, sizeof y);
    for (size_t i = 0; i < E; i++) {
        onset_s[i] = at;
        at += 8 + 7 * dense_uniform(&seed);
        size[i] = 1 + (double)(i % 3);
        group[i] = i % 3;
    }
    for (size_t s = 0; s < N; s++) {
        const double t = (double)s * tr_s + tr_s / 2;
        const double slow = cos(3.141592653589793 * ((double)s + 0.5) / N);

        others[s * 3] = slow;
        others[s * 3 + 1] = 1;
        others[s * 3 + 2] = dense_normal(&seed); /* a nuisance */
        for (size_t i = 0; i < E; i++)
            y[s * R] += 10 * size[i] * triangle(t - onset_s[i]);
        y[s * R] += 500 + 8 * slow + 2 * others[s * 3 + 2] + 0.01 * dense_normal(&seed);
        y[s * R + 1] = 300 + dense_normal(&seed);
    }
}

TestSuite(peristimulus, .init = make);

static const char *const names[] = {"low", "middle", "high"};

static vb_peri_job job_of(void)
{
    return (vb_peri_job){.event = "offer",
                         .n_events = E,
                         .onset_s = onset_s,
                         .from_s = -3,
                         .to_s = 15,
                         .n_scans = N,
                         .tr_s = tr_s,
                         .sample_s = tr_s / 2,
                         .n_others = 3,
                         .others = others,
                         .noise = "ols",
                         .baseline_from_s = NAN,
                         .baseline_to_s = NAN};
}

static vb_peri *fit(const vb_peri_job *job, size_t *n_aliased)
{
    vb_peri *p = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_peri_fit(job, R, y, &p, n_aliased, &err), VB_OK, "%s", err.text);
    return p;
}

static const vb_region_estimate *at(const vb_peri *p, size_t v, size_t k, size_t i)
{
    return &p->at[(v * p->n_curves + k) * p->n_times + i];
}

/* An interval's estimate is the response's mean over where the scans fell in it: within the
 * slope of the triangle (2.5 a second of 10) over some tenths of a second. */
Test(peristimulus, fir_finds_the_response_of_each_group_though_they_overlap)
{
    vb_peri_job job = job_of();
    vb_peri *p;
    size_t n_aliased = 9;

    job.group = group;
    job.n_groups = 3;
    job.group_names = names;
    p = fit(&job, &n_aliased);
    cr_assert_eq(p->n_times, 12);
    cr_assert_eq(p->n_curves, 3);
    cr_expect_eq(n_aliased, 0);
    cr_expect_float_eq(p->time_s[0], -2.25, 1e-12);
    cr_expect_str_eq(p->curve[1], "middle");
    for (size_t k = 0; k < 3; k++) {
        cr_expect_eq(p->n_events[k], 10);
        for (size_t i = 0; i < 12; i++)
            cr_expect_float_eq(at(p, 0, k, i)->effect,
                               10 * (double)(k + 1) * triangle(p->time_s[i]),
                               1.4 * (double)(k + 1), "curve %zu at %g s: %g", k,
                               p->time_s[i], at(p, 0, k, i)->effect);
    }
    vb_peri_free(p);
}

/* Tents at 0.75 s (finer than the scans: the onsets are anywhere between them) on a response
 * of straight lines with knots at 1, 5 and 12 s: 0.75 k never misses one by more than .25 s. */
Test(peristimulus, tents_follow_a_response_finer_than_the_scans)
{
    vb_peri_job job = job_of();
    vb_peri *p;

    job.shape = VB_PERI_TENT;
    job.step_s = 0.75;
    job.modulator = size;
    job.modulator_name = "sv";
    p = fit(&job, NULL);
    cr_assert_eq(p->n_times, 25);
    cr_assert_eq(p->n_curves, 2);
    cr_expect(p->is_slope[1] && !p->is_slope[0]);
    cr_expect_str_eq(p->curve[1], "sv");
    for (size_t i = 0; i < p->n_times; i++) {
        cr_expect_float_eq(p->time_s[i], -3 + 0.75 * (double)i, 1e-12);
        cr_expect_float_eq(at(p, 0, 0, i)->effect, 20 * triangle(p->time_s[i]), 1.5,
                           "mean size 2: %g s %g", p->time_s[i],
                           at(p, 0, 0, i)->effect);
        cr_expect_float_eq(at(p, 0, 1, i)->effect, 10 * triangle(p->time_s[i]), 1.5,
                           "per unit of size: %g s %g", p->time_s[i],
                           at(p, 0, 1, i)->effect);
    }
    vb_peri_free(p);
}

/* The same columns, made here, through dense least squares. */
Test(peristimulus, estimate_and_error_are_those_of_dense_least_squares)
{
    enum { T = 12, P = T + 3 };
    const vb_peri_job job = job_of();
    vb_peri *p = fit(&job, NULL);
    double *x = calloc(N * P, sizeof *x);
    dense_fit dense;

    for (size_t s = 0; s < N; s++) {
        for (size_t i = 0; i < E; i++) {
            const double u = ((double)s + 0.5) * tr_s - onset_s[i];

            if (u >= -3 && u < 15)
                x[s * P + (size_t)((u + 3) / 1.5)] += 1;
        }
        memcpy(x + s * P + T, others + s * 3, 3 * sizeof *x);
    }
    for (size_t v = 0; v < R; v++) {
        dense_gls(N, P, x, y + v, R, 0, &dense);
        for (size_t i = 0; i < T; i++) {
            cr_expect(support_near(at(p, v, 0, i)->effect, dense.beta[i], 1e-7));
            cr_expect(support_near(at(p, v, 0, i)->se,
                                   sqrt(dense.sigma2 * dense.cov[i * P + i]), 1e-7));
            cr_expect_eq(at(p, v, 0, i)->df, N - P);
        }
    }
    free(x);
    vb_peri_free(p);
}

Test(peristimulus, events_without_a_group_are_modelled_but_not_shown)
{
    vb_peri_job job = job_of();
    vb_peri *p;
    size_t two[E];

    for (size_t i = 0; i < E; i++) /* the largest third is of no group */
        two[i] = group[i] == 2 ? VB_NONE : group[i];
    job.group = two;
    job.n_groups = 2;
    job.group_names = names;
    p = fit(&job, NULL);
    cr_assert_eq(p->n_curves, 2);
    cr_expect_float_eq(at(p, 0, 0, 5)->effect, 10 * triangle(p->time_s[5]), 1.4);
    cr_expect(at(p, 0, 0, 5)->se < 1, "their responses are no noise: %g",
              at(p, 0, 0, 5)->se);
    vb_peri_free(p);
}

/* Events every 12 s with a window of 12 s: each scan counts once, which is the constant. */
Test(peristimulus, regular_events_whose_window_fills_the_run_are_refused)
{
    vb_peri_job job = job_of();
    double regular[30];
    vb_peri *p = NULL;
    vb_error err = {0};

    for (size_t i = 0; i < 30; i++)
        regular[i] = 12 * (double)i;
    job.onset_s = regular;
    job.from_s = 0;
    job.to_s = 12;
    cr_expect_eq(vb_peri_fit(&job, R, y, &p, NULL, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "constant") && strstr(err.text, "offer"), "%s",
              err.text);
    job.to_s = -1;
    cr_expect_eq(vb_peri_fit(&job, R, y, &p, NULL, &err), VB_EUSAGE);
    job = job_of();
    job.from_s = 4000;
    job.to_s = 4010;
    cr_expect_eq(vb_peri_fit(&job, R, y, &p, NULL, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "no event"), "%s", err.text);
    cr_expect_null(p);
}

/* Without overlap (every third event kept) an average over onsets is the response itself. */
Test(peristimulus, averages_are_upsampled_and_cleared_of_other_columns)
{
    vb_peri_job job = job_of();
    double apart[E / 2];
    vb_peri *p = NULL;
    vb_error err = {0};

    for (size_t i = 0; i < E / 2; i++)
        apart[i] = 10 + 22.3 * (double)i;
    for (size_t s = 0; s < N; s++) {
        const double t = ((double)s + 0.5) * tr_s;

        y[s * R] = 500 + 20 * others[s * 3] + 2 * others[s * 3 + 2];
        for (size_t i = 0; i < E / 2; i++)
            y[s * R] += 10 * triangle(t - apart[i]);
    }
    job.n_events = E / 2;
    job.onset_s = apart;
    job.baseline_from_s = -2;
    job.baseline_to_s = 0;
    cr_assert_eq(vb_peri_average(&job, R, y, &p, &err), VB_OK, "%s", err.text);
    cr_expect_eq(p->kind, VB_PERI_AVERAGE);
    cr_expect_eq(p->n_times, 49, "a quarter of 1.5 s from -3 to 15");
    for (size_t i = 0; i < p->n_times; i++)
        /* splines round the corners of the triangle by 10 TR/4 or so of its slope 2.5 */
        cr_expect_float_eq(at(p, 0, 0, i)->effect, 10 * triangle(p->time_s[i]), 1.1,
                           "%g s: %g", p->time_s[i], at(p, 0, 0, i)->effect);
    cr_expect_eq(at(p, 1, 0, 20)->df, E / 2 - 1);
    cr_expect(at(p, 1, 0, 20)->se > 0.1 && at(p, 1, 0, 20)->se < 0.6,
              "noise of sd 1 over 15 events with their baseline: %g",
              at(p, 1, 0, 20)->se);
    vb_peri_free(p);
}

Test(peristimulus, runs_are_combined_by_precision_and_percent_is_of_their_mean)
{
    vb_peri_job job = job_of();
    vb_peri *a = fit(&job, NULL), *b, *both = NULL;
    vb_error err = {0};
    double w0, w1;

    for (size_t s = 0; s < N; s++)
        y[s * R + 1] = 500 + 3 * (y[s * R + 1] - 300);
    b = fit(&job, NULL);
    cr_assert_eq(vb_peri_combine(2, (const vb_peri *const[]){a, b}, &both, &err), VB_OK,
                 "%s", err.text);
    w0 = 1 / pow(at(a, 1, 0, 4)->se, 2);
    w1 = 1 / pow(at(b, 1, 0, 4)->se, 2);
    cr_expect(support_near(at(both, 1, 0, 4)->effect,
                           (w0 * at(a, 1, 0, 4)->effect + w1 * at(b, 1, 0, 4)->effect) /
                               (w0 + w1),
                           1e-12));
    cr_expect_eq(both->n_events[0], 60);
    cr_expect_float_eq(both->mean[1], (a->mean[1] + b->mean[1]) / 2, 1e-9);
    w0 = at(both, 0, 0, 4)->effect;
    vb_peri_percent(both);
    cr_expect_float_eq(at(both, 0, 0, 4)->effect, 100 * w0 / both->mean[0], 1e-12);
    b->n_times--;
    vb_peri_free(both);
    cr_expect_eq(vb_peri_combine(2, (const vb_peri *const[]){a, b}, &both, &err),
                 VB_EUSAGE);
    cr_expect(strstr(err.text, "run 2"), "%s", err.text);
    vb_peri_free(a);
    vb_peri_free(b);
}

Test(peristimulus, rows_have_a_header_and_no_tab_of_a_name_breaks_them)
{
    static const char *const regions[R] = {"vm\tpfc", "vs"};
    vb_peri_job job = job_of();
    vb_peri *p;
    vb_table *table;
    vb_buffer text = {0};

    p = fit(&job, NULL);
    vb_peri_put(p, regions, true, &text);
    table = support_table_text("rows", text.bytes);
    cr_assert_eq(table->n_rows, R * 12);
    cr_expect_eq(table->n_cols, 12);
    cr_expect_str_eq(vb_table_cell(table, 0, 0), "vm pfc");
    cr_expect_float_eq(support_column(table, "effect")[3], at(p, 0, 0, 3)->effect, 0);
    cr_expect_float_eq(support_column(table, "time_s")[3], 2.25, 0);
    vb_table_free(table);
    vb_buffer_free(&text);
    vb_peri_free(p);
}

/* ---- groups ---- */

TestSuite(peri_split);

Test(peri_split, thirds_by_rank_keep_ties_together_and_leave_out_what_is_missing)
{
    const double signal[10] = {5, 1, 2, NAN, 9, 3, 3, 3, 7, 8};
    /* ranks below: 5:5 1:0 2:1 9:8 3:2 3:2 3:2 7:6 8:7, times 3 over 9 */
    const size_t expected[10] = {1, 0, 0, VB_NONE, 2, 0, 0, 0, 2, 2};
    size_t g[10];
    double limits[2];

    cr_assert_eq(vb_peri_split_quantiles(10, signal, 3, g, limits, NULL), VB_OK);
    cr_expect_arr_eq(g, expected, sizeof g);
    cr_expect_float_eq(limits[0], 3, 0);
    cr_expect_float_eq(limits[1], 5, 0);
}

Test(peri_split, a_group_that_stays_empty_is_said)
{
    const double signal[4] = {1, 1, 1, 2};
    size_t g[4];
    vb_error err = {0};

    cr_expect_eq(vb_peri_split_quantiles(4, signal, 2, g, NULL, &err), VB_OK);
    cr_expect_eq(vb_peri_split_quantiles(4, signal, 4, g, NULL, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "levels"), "%s", err.text);
    cr_expect_eq(vb_peri_split_quantiles(0, signal, 2, g, NULL, &err), VB_EESTIMATE);
}

Test(peri_split, levels_are_the_values_in_ascending_order)
{
    const double signal[6] = {0.8, 0.2, NAN, 0.8, 0.5, 0.2};
    const size_t expected[6] = {2, 0, VB_NONE, 2, 1, 0};
    size_t g[6], n;
    double levels[3];
    vb_error err = {0};

    cr_assert_eq(vb_peri_split_levels(6, signal, 3, g, levels, &n, NULL), VB_OK);
    cr_expect_eq(n, 3);
    cr_expect_arr_eq(g, expected, sizeof g);
    cr_expect_float_eq(levels[1], 0.5, 0);
    cr_expect_eq(vb_peri_split_levels(6, signal, 2, g, levels, &n, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "3 values"), "%s", err.text);
}
