/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One estimate a trial: against a model of its own for every trial, by dense matrices. */
#include "glm_support.h"
#include "valuebold/single_trial.h"

#include <time.h>

enum { N = 150, T = 30, C = 3, O = 7, S = 11 };

static double z[N * T], others[N * O], y[N * S];
static size_t condition[T];

/* Trials some 4 scans apart with responses of 6 scans, so that neighbours overlap; three
 * conditions, the last with a single trial; random walks, cosines and a constant beside them;
 * series with AR(1) noise of rho -.1 to .6. */
static void make(void)
{
    double x[N * O];
    uint64_t seed = 77;

    for (size_t t = 0; t < T; t++) {
        const double onset = 2 + 4.7 * (double)t + dense_uniform(&seed);

        condition[t] = t == 13 ? 2 : t % 2;
        for (size_t s = 0; s < N; s++) {
            const double u = (double)s - onset;

            z[s * T + t] = u > 0 ? u * u * exp(-u) : 0;
        }
    }
    dense_design(N, O, 5, x);
    memcpy(others, x, sizeof others);
    dense_series(N, O, others, S, -0.1, 0.6, 6, y);
    for (size_t t = 0; t < T; t++)
        for (size_t v = 0; v < S; v++) {
            const double size = 4 + 2 * dense_normal(&seed);

            for (size_t s = 0; s < N; s++)
                y[s * S + v] += size * z[s * T + t];
        }
}

TestSuite(single_trial, .init = make);

static vb_trial_model model_of(vb_trial_method method, const char *noise)
{
    return (vb_trial_model){.method = method,
                            .noise = noise,
                            .n_scans = N,
                            .n_trials = T,
                            .z = z,
                            .n_conditions = C,
                            .condition = condition,
                            .n_others = O,
                            .others = others};
}

static vb_trial_plan *plan_of(vb_trial_method method, const char *noise)
{
    const vb_trial_model m = model_of(method, noise);
    vb_trial_plan *plan = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_trial_plan_alloc(&m, &plan, &err), VB_OK, "%s", err.text);
    return plan;
}

/* The design that a plain program would fit for trial t; returns its columns, x [N x 64]. */
static size_t plain_design(vb_trial_method method, size_t t, double *x)
{
    const size_t p = method == VB_TRIAL_LSA ? T + O : (t == 13 ? C : C + 1) + O;

    memset(x, 0, N * p * sizeof *x);
    for (size_t s = 0; s < N; s++) {
        double *row = x + s * p;

        for (size_t k = 0; k < T; k++)
            if (method == VB_TRIAL_LSA)
                row[k] = z[s * T + k];
            else if (k == t)
                row[0] += z[s * T + k];
            else if (condition[k] == condition[t])
                row[C] += z[s * T + k];
            else /* the two other conditions, in columns 1 and 2 */
                row[1 + (condition[k] > condition[t] ? condition[k] - 1
                                                     : condition[k])] += z[s * T + k];
        memcpy(row + p - O, others + s * O, O * sizeof *row);
    }
    return p;
}

static void compare(vb_trial_method method, const char *noise)
{
    vb_trial_plan *plan = plan_of(method, noise);
    double *estimate = calloc(T * S, sizeof *estimate);
    double *se = calloc(T * S, sizeof *se), rho[S];
    double *x = calloc(N * 64, sizeof *x), most = 0;
    vb_error err = {0};

    cr_assert_eq(vb_trial_fit(plan, S, y, S, NULL, 1, estimate, se, rho, &err), VB_OK,
                 "%s", err.text);
    for (size_t v = 0; v < S; v += 5)
        for (size_t t = 0; t < T; t++) {
            const size_t p = plain_design(method, t, x);
            const size_t c = method == VB_TRIAL_LSA ? t : 0;
            dense_fit fit;

            dense_gls(N, p, x, y + v, S, rho[v], &fit);
            most = fmax(most, fabs(estimate[t * S + v] / fit.beta[c] - 1));
            most =
                fmax(most,
                     fabs(se[t * S + v] / sqrt(fit.sigma2 * fit.cov[c * p + c]) - 1));
            cr_expect_eq(vb_trial_df(plan, t), (double)(N - p), "trial %zu", t);
        }
    cr_expect(most < 1e-8, "relative difference %g", most);
    if (strcmp(noise, "ols") == 0)
        cr_expect_eq(rho[0], 0);
    else
        cr_expect(fabs(rho[S - 1]) > 0.2, "rho %g", rho[S - 1]);
    free(estimate);
    free(se);
    free(x);
    vb_trial_plan_free(plan);
}

Test(single_trial, lss_equals_a_model_for_every_trial_under_ols)
{
    compare(VB_TRIAL_LSS, "ols");
}

Test(single_trial, lss_equals_a_model_for_every_trial_under_ar1_at_the_rho_of_all)
{
    compare(VB_TRIAL_LSS, "ar1");
}

Test(single_trial, lsa_equals_one_dense_model_under_ols)
{
    compare(VB_TRIAL_LSA, "ols");
}

Test(single_trial, lsa_equals_one_dense_model_under_ar1)
{
    compare(VB_TRIAL_LSA, "ar1");
}

/* rho of the common model by the voxelwise code, for the conditions' sums and the others */
Test(single_trial, rho_is_that_of_the_model_with_all_trials)
{
    vb_trial_plan *plan = plan_of(VB_TRIAL_LSS, "ar1");
    double *estimate = calloc(T * S, sizeof *estimate), rho[S], held[S];
    double *x = calloc(N * (C + O), sizeof *x), *map;
    vb_glm_plan *glm_plan = NULL;
    vb_glm *glm;

    for (size_t s = 0; s < N; s++) {
        for (size_t t = 0; t < T; t++)
            x[s * (C + O) + condition[t]] += z[s * T + t];
        memcpy(x + s * (C + O) + C, others + s * O, O * sizeof *x);
    }
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = C + O,
                                                   .x = x,
                                                   .noise = "ar1"},
                                   &glm_plan, NULL),
                 VB_OK);
    glm = dense_run(glm_plan, N, S, y);
    map = dense_map(glm, S, VB_STAT_RHO, 0);
    cr_assert_eq(vb_trial_fit(plan, S, y, S, NULL, 1, estimate, NULL, rho, NULL),
                 VB_OK);
    for (size_t v = 0; v < S; v++)
        cr_expect_float_eq(rho[v], map[v], 1e-9);
    for (size_t v = 0; v < S; v++)
        held[v] = 0.31;
    cr_assert_eq(vb_trial_fit(plan, S, y, S, held, 1, estimate, NULL, rho, NULL),
                 VB_OK);
    cr_expect_eq(rho[4], 0.31, "what is given is held");
    free(estimate);
    free(x);
    free(map);
    vb_glm_free(glm);
    vb_glm_plan_free(glm_plan);
    vb_trial_plan_free(plan);
}

Test(single_trial, threads_blocks_and_neighbours_change_no_bit)
{
    vb_trial_plan *plan = plan_of(VB_TRIAL_LSS, "ar1");
    double *a = calloc(T * S, sizeof *a), *b = calloc(T * S, sizeof *b);
    double one[T];

    cr_assert_eq(vb_trial_fit(plan, S, y, S, NULL, 1, a, NULL, NULL, NULL), VB_OK);
    cr_assert_eq(vb_trial_fit(plan, S, y, S, NULL, 7, b, NULL, NULL, NULL), VB_OK);
    cr_expect_arr_eq(a, b, T * S * sizeof *a);
    for (size_t v = 0; v < S; v++) {
        cr_assert_eq(vb_trial_fit(plan, 1, y + v, S, NULL, 1, one, NULL, NULL, NULL),
                     VB_OK);
        for (size_t t = 0; t < T; t++)
            cr_expect_eq(one[t], a[t * S + v]);
    }
    free(a);
    free(b);
    vb_trial_plan_free(plan);
}

Test(single_trial, what_cannot_be_estimated_is_missing_and_nothing_else)
{
    double *a = calloc(T * S, sizeof *a), *b = calloc(T * S, sizeof *b);
    vb_trial_plan *plan = plan_of(VB_TRIAL_LSS, "ar1");

    cr_assert_eq(vb_trial_fit(plan, S, y, S, NULL, 1, a, NULL, NULL, NULL), VB_OK);
    vb_trial_plan_free(plan);
    for (size_t s = 0; s < N;
         s++) { /* trial 29 lies beyond the run; series 2 is constant */
        z[s * T + 29] = 0;
        y[s * S + 2] = 512;
    }
    y[17 * S + 5] = NAN;
    plan = plan_of(VB_TRIAL_LSS, "ar1");
    cr_expect_not(vb_trial_is_estimable(plan, 29));
    cr_expect(vb_trial_is_estimable(plan, 13), "the only one of its condition");
    cr_assert_eq(vb_trial_fit(plan, S, y, S, NULL, 1, b, NULL, NULL, NULL), VB_OK);
    for (size_t t = 0; t < T; t++)
        for (size_t v = 0; v < S; v++)
            cr_expect_eq((int)isnan(b[t * S + v]), t == 29 || v == 2 || v == 5,
                         "trial %zu, series %zu", t, v);
    vb_trial_plan_free(plan);
    free(a);
    free(b);
}

Test(single_trial, too_many_trials_for_lsa_are_refused_with_the_way_out)
{
    vb_trial_model m = model_of(VB_TRIAL_LSA, "ols");
    vb_trial_plan *plan = NULL;
    vb_error err = {0};
    double *wide = calloc(N * N, sizeof *wide);

    for (size_t s = 0; s < N; s++)
        wide[s * N + s] = 1;
    m.n_trials = N;
    m.z = wide;
    m.condition = NULL;
    cr_expect_eq(vb_trial_plan_alloc(&m, &plan, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "LSS"), "%s", err.text);
    m = model_of(VB_TRIAL_LSS, "arma11");
    cr_expect_eq(vb_trial_plan_alloc(&m, &plan, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "arma11"), "%s", err.text);
    m = model_of(VB_TRIAL_LSS, "ols");
    m.n_conditions = 2;
    cr_expect_eq(vb_trial_plan_alloc(&m, &plan, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "trial 14"), "%s", err.text);
    m = model_of(VB_TRIAL_LSS, "ols");
    z[3 * T + 4] = NAN;
    cr_expect_eq(vb_trial_plan_alloc(&m, &plan, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "trial 5") && strstr(err.text, "scan 4"), "%s",
              err.text);
    cr_expect_null(plan);
    free(wide);
}

/* ---- columns ---- */

Test(single_trial, columns_of_trials_add_up_to_the_column_of_their_event)
{
    static const char *const likes[] = {"valuebold", "spm", "afni", "nilearn", "fsl"};
    const double onset_s[5] = {-3, 12.4, 30.1, 33, 310}; /* the last after the run */
    double duration_s[5] = {2, 2, 2, 4, 2};
    const vb_design_event event = {.name = "task",
                                   .n_events = 4,
                                   .onset_s = onset_s,
                                   .duration_s = duration_s};
    const vb_design_run run = {.label = "1",
                               .tr_s = 1.5,
                               .n_scans = 60,
                               .sample_s = 0.75,
                               .n_events = 1,
                               .events = &event};

    for (size_t k = 0; k < 5; k++) {
        const vb_design_options options = {.like = likes[k]};
        size_t j = 0;
        double columns[60 * 5];
        vb_design *d = NULL;
        vb_error err = {0};

        if (strcmp(likes[k], "afni") == 0)
            duration_s[3] = 2; /* AFNI takes no durations that differ */
        cr_assert_eq(vb_design_build(1, &run, &options, &d, NULL, &err), VB_OK, "%s",
                     err.text);
        cr_assert_eq(vb_trial_columns(&run, &options, 5, onset_s, duration_s, columns,
                                      &err),
                     VB_OK, "%s", err.text);
        while (d->columns[j].kind != VB_COLUMN_EVENT)
            j++;
        for (size_t s = 0; s < 60; s++) {
            double sum = 0;

            for (size_t t = 0; t < 4; t++)
                sum += columns[s * 5 + t];
            /* FEAT lets the later of two events win in a bin: those two overlap */
            if (k < 4)
                cr_expect_float_eq(sum, d->x[s * d->n_cols + j], 1e-12, "%s scan %zu",
                                   likes[k], s);
            cr_expect_eq(columns[s * 5 + 4], 0);
        }
        vb_design_free(d);
    }
}

Test(single_trial, whole_trials_last_from_their_first_onset_to_their_last_end)
{
    const size_t trial[6] = {1, 0, 1, VB_NONE, 1, 7};
    const double onset[6] = {10, 2, 12.5, 0, 11, 3}, duration[6] = {1, 3, 2, 9, 0, 1};
    double from[3], length[3];

    vb_trial_whole(6, trial, onset, duration, 3, from, length);
    cr_expect_float_eq(from[0], 2, 0);
    cr_expect_float_eq(length[0], 3, 1e-15);
    cr_expect_float_eq(from[1], 10, 0);
    cr_expect_float_eq(length[1], 4.5, 1e-15);
    cr_expect(isnan(from[2]) && isnan(length[2]));
}

/* Users wait for it: 100 trials, 8 regions, 300 scans within 0.2 s, columns included.  CPU
 * time, which other work on the machine does not touch; sanitizers take longer. */
Test(single_trial, a_hundred_trials_in_eight_regions_take_less_than_a_fifth_of_a_second)
{
    enum { SCANS = 300, TRIALS = 100, REGIONS = 8 };
    double onset_s[TRIALS], duration_s[TRIALS];
    double *columns = calloc(SCANS * TRIALS, sizeof *columns);
    double *x = calloc(SCANS * 20, sizeof *x), *series = calloc(SCANS * 8, sizeof *x);
    double *estimate = calloc(TRIALS * REGIONS, sizeof *estimate);
    const vb_design_run run = {.label = "1",
                               .tr_s = 2,
                               .n_scans = SCANS,
                               .sample_s = 1};
    vb_trial_plan *plan = NULL;
    const clock_t start = clock();
    double took_s;

    for (size_t t = 0; t < TRIALS; t++) {
        onset_s[t] = 5 + 5.8 * (double)t;
        duration_s[t] = 2;
    }
    dense_design(SCANS, 20, 8, x);
    dense_series(SCANS, 20, x, REGIONS, 0.1, 0.5, 9, series);
    cr_assert_eq(vb_trial_columns(&run, NULL, TRIALS, onset_s, duration_s, columns,
                                  NULL),
                 VB_OK);
    cr_assert_eq(vb_trial_plan_alloc(&(vb_trial_model){.method = VB_TRIAL_LSS,
                                                       .n_scans = SCANS,
                                                       .n_trials = TRIALS,
                                                       .z = columns,
                                                       .n_others = 20,
                                                       .others = x},
                                     &plan, NULL),
                 VB_OK);
    cr_assert_eq(vb_trial_fit(plan, REGIONS, series, REGIONS, NULL, 1, estimate, NULL,
                              NULL, NULL),
                 VB_OK);
    took_s = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf("LSS of 100 trials x 8 regions: %.3f s\n", took_s);
#if !defined(__SANITIZE_ADDRESS__)
    cr_expect(took_s < 0.2, "%g s", took_s);
#endif
    vb_trial_plan_free(plan);
    free(columns);
    free(x);
    free(series);
    free(estimate);
}

/* ---- slopes ---- */

TestSuite(trial_slope);

static const double signal[24] = {0.0,    3.075,  -0.567, -2.477, 1.882,  2.895,
                                  -1.5,   -1.154, 3.377,  2.09,   -1.884, 0.653,
                                  4.199,  0.974,  -1.515, 2.577,  4.238,  -0.057,
                                  -0.385, 4.22,   3.587,  -0.629, 1.316,  5.257};
static const double height[24] = {3.4,   4.086, 2.843, -0.155, 4.517, 18.497,
                                  1.409, 1.685, 4.883, 4.683,  0.32,  3.819,
                                  4.986, 4.179, 0.414, 5.359,  5.216, -6.533,
                                  1.872, 5.986, 8.477, 1.679,  4.063, 6.033};

/* statsmodels 0.15.0: OLS; RLM with HuberT and TukeyBiweight (started from Huber's fit), tol
 * 1e-13, covariance H1.  Three of the points are outliers. */
Test(trial_slope, equals_statsmodels_ols_huber_and_bisquare)
{
    static const double expected[3][4] = {{2.411500790124549, 1.1216353253682485,
                                           0.3216940189361708, 1},
                                          {2.5096962134000638, 0.8424860739309408,
                                           0.08878706465241636, 0.10577980858268672},
                                          {2.5523392403555434, 0.8023327815149388,
                                           0.08014603483719425, 0}};

    for (size_t k = 0; k < 3; k++) {
        vb_slope a;

        cr_assert_eq(vb_trial_slope((vb_slope_method)k, 24, signal, height, 0.95, &a,
                                    NULL),
                     VB_OK);
        cr_expect(support_near(a.intercept, expected[k][0], 1e-9), "%s %.12g",
                  vb_slope_method_name(k), a.intercept);
        cr_expect(support_near(a.slope, expected[k][1], 1e-9), "%.12g", a.slope);
        cr_expect(support_near(a.se, expected[k][2], 1e-8), "%.12g", a.se);
        cr_expect_float_eq(a.least_weight, expected[k][3], 1e-8);
        cr_expect(a.converged && a.n == 24 && a.df == 22);
        cr_expect(a.low < a.slope && a.slope < a.high && a.p < 0.01);
    }
    cr_expect_null(vb_slope_method_name(3));
}

Test(trial_slope, trials_without_estimate_or_signal_are_left_out)
{
    double x[26], y[26];
    vb_slope a, b;

    memcpy(x, signal, sizeof signal);
    memcpy(y, height, sizeof height);
    x[24] = NAN;
    y[24] = 1e6;
    x[25] = 3;
    y[25] = NAN;
    cr_assert_eq(vb_trial_slope(VB_SLOPE_HUBER, 26, x, y, 0.95, &a, NULL), VB_OK);
    cr_assert_eq(vb_trial_slope(VB_SLOPE_HUBER, 24, x, y, 0.95, &b, NULL), VB_OK);
    cr_expect(a.slope == b.slope && a.n == 24);
}

/* 17 of 21 points lie on y = 2 + 3x: the residuals' median is 0 */
Test(trial_slope, a_line_that_most_trials_lie_on_is_found)
{
    double x[21], y[21];
    vb_slope a;

    for (size_t i = 0; i < 21; i++) {
        x[i] = (double)i;
        y[i] = 2 + 3 * x[i] + (i % 5 == 3 ? 20 + (double)i : 0);
    }
    cr_assert_eq(vb_trial_slope(VB_SLOPE_BISQUARE, 21, x, y, 0.95, &a, NULL), VB_OK);
    cr_expect_float_eq(a.slope, 3, 1e-6, "%g", a.slope);
    cr_expect_float_eq(a.intercept, 2, 1e-5, "%g", a.intercept);
}

Test(trial_slope, refuses_too_few_trials_and_a_constant_signal)
{
    const double x[3] = {2, 2, 2}, y[3] = {1, 4, NAN};
    vb_slope a;
    vb_error err = {0};

    cr_expect_eq(vb_trial_slope(VB_SLOPE_OLS, 3, x, y, 0.95, &a, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "2 of 3"), "%s", err.text);
    cr_expect_eq(vb_trial_slope(VB_SLOPE_OLS, 3, x, (double[3]){1, 4, 3}, 0.95, &a,
                                &err),
                 VB_EESTIMATE);
    cr_expect(strstr(err.text, "same"), "%s", err.text);
    cr_expect_eq(vb_trial_slope(VB_SLOPE_OLS, 0, x, y, 0.95, &a, &err), VB_EESTIMATE);
}
