/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions by the code of voxels; percent signal change of planted responses. */
#include "glm_support.h"
#include "valuebold/glm_series.h"
#include "valuebold/percent_signal.h"
#include "valuebold/tails.h"

enum { N = 120, P = 9, R = 5 };

static double x[N * P], y[N * R];
static const double first[P] = {1}, second[P] = {0, 1};
static const double both[2 * P] = {[0] = 1, [P + 1] = 1};
static const vb_contrast contrasts[] = {{"first", 1, (double *)first},
                                        {"second", 1, (double *)second},
                                        {"both", 2, (double *)both}};

static void make(void)
{
    dense_design(N, P, 11, x);
    dense_series(N, P, x, R, -0.1, 0.6, 12, y);
}

TestSuite(region_glm, .init = make);

static vb_region_model model_of(const char *noise)
{
    return (vb_region_model){.n_scans = N,
                             .n_cols = P,
                             .x = x,
                             .noise = noise,
                             .n_contrasts = 3,
                             .contrasts = contrasts};
}

static void same(double a, double b, const char *what)
{
    cr_expect(a == b || (isnan(a) && isnan(b)), "%s: %.17g and %.17g", what, a, b);
}

/* the voxelwise model itself, fed in blocks as an image is: not a digit may differ */
Test(region_glm, equals_the_voxelwise_model_of_the_same_series_exactly)
{
    static const char *const noises[] = {"ols", "ar1", "ar1-moment", "ar1-plugin"};

    for (size_t k = 0; k < 4; k++) {
        vb_region_estimate e[R * 3];
        vb_region_noise noise[R];
        const vb_region_model m = model_of(noises[k]);
        vb_glm_plan *plan = NULL;
        vb_glm *glm = NULL;
        double *map;

        cr_assert_eq(vb_region_glm(&m, R, y, 0.95, e, noise, NULL), VB_OK);
        cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                       .n_cols = P,
                                                       .x = x,
                                                       .noise = noises[k],
                                                       .n_contrasts = 3,
                                                       .contrasts = contrasts},
                                       &plan, NULL),
                     VB_OK);
        cr_assert_eq(vb_glm_alloc(plan, R, &glm, NULL), VB_OK);
        for (size_t s = 0; s < N; s += 32)
            cr_assert_eq(vb_glm_add(glm, N - s < 32 ? N - s : 32, VB_SAMPLE_FLOAT64,
                                    y + s * R, R, 2, NULL),
                         VB_OK);
        cr_assert_eq(vb_glm_finish(glm, 1, 0, 2, NULL, NULL), VB_OK);
        for (size_t c = 0; c < 2; c++) {
            map = dense_map(glm, R, VB_STAT_EFFECT, c);
            for (size_t v = 0; v < R; v++)
                same(e[v * 3 + c].effect, map[v], "effect");
            free(map);
            map = dense_map(glm, R, VB_STAT_VARIANCE, c);
            for (size_t v = 0; v < R; v++)
                same(e[v * 3 + c].se, sqrt(map[v]), "se");
            free(map);
            map = dense_map(glm, R, VB_STAT_T, c);
            for (size_t v = 0; v < R; v++)
                same(e[v * 3 + c].statistic, map[v], "t");
            free(map);
        }
        map = dense_map(glm, R, VB_STAT_F, 2);
        for (size_t v = 0; v < R; v++) {
            same(e[v * 3 + 2].statistic, map[v], "F");
            same(e[v * 3 + 2].df1, 2, "df1");
            cr_expect(isnan(e[v * 3 + 2].effect));
        }
        free(map);
        vb_glm_free(glm);
        vb_glm_plan_free(plan);
    }
}

/* the models of whole series take the series as they are: not a digit either */
Test(region_glm, equals_the_voxelwise_models_of_whole_series_exactly)
{
    static const char *const noises[] = {"arma11", "ar2"};

    for (size_t k = 0; k < 2; k++) {
        double by_region[R * N], effect[R], variance[R], df[R];
        const vb_series_data data = {R, VB_SAMPLE_FLOAT64, by_region, 1, 0};
        vb_region_model m = model_of(noises[k]);
        vb_region_estimate e[R * 3];
        vb_series_plan *plan = NULL;
        vb_series *fit = NULL;
        vb_error err = {0};

        m.small_sample = VB_SMALL_SAMPLE_AUTO;
        for (size_t i = 0; i < R * N; i++)
            by_region[i] = y[i % N * R + i / N];
        cr_assert_eq(vb_region_glm(&m, R, y, 0.95, e, NULL, &err), VB_OK, "%s",
                     err.text);
        cr_assert_eq(vb_series_plan_alloc(&(vb_series_model){.n_scans = N,
                                                             .n_cols = P,
                                                             .x = x,
                                                             .noise = noises[k],
                                                             .small_sample =
                                                                 VB_SMALL_SAMPLE_AUTO,
                                                             .n_contrasts = 3,
                                                             .contrasts = contrasts},
                                          &plan, &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(vb_series_fit(plan, &data, 1, &fit, NULL, &err), VB_OK);
        vb_series_map(fit, VB_STAT_EFFECT, 0, effect, NULL);
        vb_series_map(fit, VB_STAT_VARIANCE, 0, variance, NULL);
        vb_series_map(fit, VB_STAT_DF, 0, df, NULL);
        for (size_t v = 0; v < R; v++) {
            same(e[v * 3].effect, effect[v], "effect");
            same(e[v * 3].se, sqrt(variance[v]), "se");
            same(e[v * 3].df, df[v], "df");
        }
        vb_series_free(fit);
        vb_series_plan_free(plan);
    }
}

Test(region_glm, takes_every_noise_model_there_is)
{
    vb_region_estimate e[R * 3];
    vb_error err = {0};

    for (size_t i = 0; i < vb_n_noises(); i++) {
        const char *name = vb_noise_name(i);
        const vb_region_model m = model_of(name);

        /* spm-ar1 pools what passes F > F(0.001): few regions may all fail */
        if (strncmp(name, "spm", 3) == 0)
            continue;
        cr_expect_eq(vb_region_glm(&m, R, y, 0.95, e, NULL, &err), VB_OK, "%s: %s",
                     name, err.text);
        for (size_t v = 0; v < R; v++)
            cr_expect(e[v * 3].se > 0 && e[v * 3 + 2].p <= 1, "%s", name);
    }
}

/* Dense generalised least squares at the rho reported; t quantile .975 at 111 df: 1.98157
 * (R, qt(.975, 111) = 1.981567) */
Test(region_glm, estimate_interval_and_p_are_those_of_dense_least_squares)
{
    vb_region_estimate e[R * 3];
    vb_region_noise noise[R];
    const vb_region_model m = model_of("ar1");

    cr_assert_eq(vb_region_glm(&m, R, y, 0.95, e, noise, NULL), VB_OK);
    for (size_t v = 0; v < R; v++) {
        const vb_region_estimate *a = &e[v * 3];
        dense_fit fit;
        double mean = 0;

        for (size_t s = 0; s < N; s++)
            mean += y[s * R + v] / N;
        dense_gls(N, P, x, y + v, R, noise[v].rho, &fit);
        cr_expect(support_near(a->effect, fit.beta[0], 1e-8));
        cr_expect(support_near(a->se, sqrt(fit.sigma2 * fit.cov[0]), 1e-8));
        cr_expect_float_eq((a->high - a->low) / 2 / a->se, 1.981567, 1e-5);
        cr_expect(support_near(a->p, vb_p_two_sided(vb_tails_t(a->effect / a->se, 111)),
                               1e-10));
        cr_expect(support_near(noise[v].mean, mean, 1e-12));
    }
}

Test(region_glm, a_region_with_a_gap_or_without_variance_is_missing_and_alone)
{
    vb_region_estimate clean[R * 3], e[R * 3];
    const vb_region_model m = model_of("ar1");

    cr_assert_eq(vb_region_glm(&m, R, y, 0.95, clean, NULL, NULL), VB_OK);
    y[7 * R + 1] = NAN;
    for (size_t s = 0; s < N; s++)
        y[s * R + 3] = 5.5;
    cr_assert_eq(vb_region_glm(&m, R, y, 0.95, e, NULL, NULL), VB_OK);
    for (size_t c = 0; c < 3; c++) {
        cr_expect(isnan(e[3 + c].statistic) && isnan(e[3 + c].p) && isnan(e[3 + c].df));
        cr_expect(isnan(e[9 + c].statistic));
        same(e[c].statistic, clean[c].statistic, "a neighbour");
    }
}

Test(region_glm, refuses_a_level_and_a_noise_that_do_not_exist)
{
    vb_region_estimate e[R * 3];
    vb_region_model m = model_of("ar1");
    vb_error err = {0};

    cr_expect_eq(vb_region_glm(&m, R, y, 95, e, NULL, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "0.95"), "%s", err.text);
    m.noise = "arone";
    cr_expect_eq(vb_region_glm(&m, R, y, 0.95, e, NULL, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "arone"), "%s", err.text);
}

/* weights 1/.04 and 1/.16: (25 x 1.3 + 6.25 x 2.1) / 31.25 = 1.46, se sqrt(1/31.25) */
Test(region_glm, runs_are_weighted_by_precision_or_equally_and_gaps_are_left_out)
{
    const vb_region_estimate runs[3] = {vb_region_estimate_of(1.3, 0.2, 100, 0.95),
                                        vb_region_estimate_of(NAN, NAN, 100, 0.95),
                                        vb_region_estimate_of(2.1, 0.4, 90, 0.95)};
    size_t n = 0;
    vb_region_estimate e = vb_region_over_runs(3, runs, VB_FFX_PRECISION, 0.95, &n);

    cr_expect_eq(n, 2);
    cr_expect_float_eq(e.effect, 1.46, 1e-12);
    cr_expect_float_eq(e.se, sqrt(1 / 31.25), 1e-12);
    cr_expect_float_eq(e.df, 190, 0);
    e = vb_region_over_runs(3, runs, VB_FFX_MEAN, 0.95, &n);
    cr_expect_float_eq(e.effect, 1.7, 1e-12);
    cr_expect_float_eq(e.se, sqrt(0.04 + 0.16) / 2, 1e-12);
    e = vb_region_over_runs(1, runs + 1, VB_FFX_MEAN, 0.95, &n);
    cr_expect_eq(n, 0);
    cr_expect(isnan(e.effect) && isnan(e.p));
}

/* ---- percent signal change ---- */

TestSuite(percent_signal);

static const double onset_s[4] = {10.3, 61.1, 110.7, 160.2};
static const double weight[4] = {-1.5, 0.5, 1.5, -0.5};

static vb_design *design_of(const char *like, const double *duration_s,
                            vb_design_event *event, vb_design_run *run,
                            vb_design_options *options)
{
    static vb_design_modulator modulator = {.name = "sv", .weight = weight};
    vb_design *design = NULL;
    vb_error err = {0};

    *event = (vb_design_event){.name = "task",
                               .n_events = 4,
                               .onset_s = onset_s,
                               .duration_s = duration_s,
                               .n_modulators = 1,
                               .modulators = &modulator};
    *run = (vb_design_run){.label = "1",
                           .tr_s = 2,
                           .n_scans = 110,
                           .sample_s = 1,
                           .n_events = 1,
                           .events = event};
    *options = (vb_design_options){.like = like, .high_pass_s = INFINITY};
    cr_assert_eq(vb_design_build(1, run, options, &design, NULL, &err), VB_OK, "%s",
                 err.text);
    return design;
}

/* Peaks of the published functions: SPM's canonical response of area 1 stands 0.21050/s high
 * at 5 s; of FSL's, a box of 3 s: by numerical integration of the double gamma (mean 6 and 16,
 * sd 2.449 and 4, ratio 6). */
Test(percent_signal, an_impulse_peaks_where_the_response_function_does)
{
    const double none[4] = {0};
    vb_design_event event;
    vb_design_run run;
    vb_design_options options;
    double height[8];
    static const char *const likes[] = {"valuebold", "spm"};

    for (size_t k = 0; k < 2; k++) {
        vb_design *d = design_of(likes[k], none, &event, &run, &options);

        cr_assert_eq(vb_peak_heights(VB_PEAK_EVENT, d, &run, &options, NULL, height,
                                     NULL),
                     VB_OK);
        cr_expect_float_eq(height[0], 0.21050, 4e-5, "%s: %g", likes[k], height[0]);
        cr_expect_eq(height[1], height[0], "the modulator's column, per unit");
        cr_expect(isnan(height[d->n_cols - 1]), "a constant has no height");
        vb_design_free(d);
    }
}

/* nilearn's response has a sum of 1 over steps of TR/50: 0.0084339 at TR 2; AFNI's GAM has a
 * peak of 1, its SPMG1 of 0.1754412 (the published formulas). */
Test(percent_signal, other_packages_events_stand_as_high_as_theirs_do)
{
    static const struct {
        const char *like, *hrf;
        double height, tolerance;
    } known[] = {{"nilearn", "spm", 0.0084339, 2e-6},
                 {"afni", "GAM", 1, 1e-3},
                 {"afni", "SPMG1", 0.1754412, 2e-4}};
    const double none[4] = {0};

    for (size_t k = 0; k < 3; k++) {
        vb_design_event event;
        vb_design_run run;
        vb_design_options options;
        vb_design *d = design_of(known[k].like, none, &event, &run, &options);
        double height[64];
        vb_error err = {0};

        options.hrf = known[k].hrf;
        cr_assert_eq(vb_peak_heights(VB_PEAK_EVENT, d, &run, &options, NULL, height,
                                     &err),
                     VB_OK, "%s %s: %s", known[k].like, known[k].hrf, err.text);
        for (size_t j = 0; j < d->n_cols; j++)
            if (d->columns[j].event == 0 && d->columns[j].modulator == VB_NONE &&
                d->columns[j].basis == 0)
                cr_expect_float_eq(height[j], known[k].height, known[k].tolerance,
                                   "%s %s: %.8g", known[k].like, known[k].hrf,
                                   height[j]);
        vb_design_free(d);
    }
}

/* SPM divides impulses by the bin only when all durations are 0; with one longer event the
 * column of an impulse is TR/16 as high. */
Test(percent_signal, spm_switch_of_mixed_durations_is_followed)
{
    const double mixed[4] = {0, 0, 0, 2};
    vb_design_event event;
    vb_design_run run;
    vb_design_options options;
    double height[8];
    vb_design *d = design_of("spm", mixed, &event, &run, &options);

    cr_assert_eq(vb_peak_heights(VB_PEAK_EVENT, d, &run, &options, NULL, height, NULL),
                 VB_OK);
    cr_expect_float_eq(height[0], 0.21050 * 2 / 16, 4e-5 * 2 / 16, "%g", height[0]);
    vb_design_free(d);
}

/* An event of 20 s: SPM's response integrates to 1.0997 at its highest (midpoint rule over
 * 1 ms, t^5 e^-t/5! - t^15 e^-t/15!/6, over its area 5/6): the running integral peaks where
 * h changes sign and falls again within the box. */
Test(percent_signal, long_events_stand_as_high_as_the_integral_of_the_response)
{
    const double longer[4] = {20, 20, 20, 20};
    vb_design_event event;
    vb_design_run run;
    vb_design_options options;
    double height[8], sum = 0, most = 0;
    vb_design *d = design_of("valuebold", longer, &event, &run, &options);

    for (size_t i = 0; i < 20000; i++) {
        const double t = ((double)i + 0.5) * 1e-3;

        sum +=
            1e-3 *
            (exp(5 * log(t) - t - lgamma(6)) - exp(15 * log(t) - t - lgamma(16)) / 6) /
            (5.0 / 6);
        most = fmax(most, sum);
    }
    cr_assert_eq(vb_peak_heights(VB_PEAK_EVENT, d, &run, &options, NULL, height, NULL),
                 VB_OK);
    cr_expect_float_eq(height[0], most, 2e-4, "%g, %g", height[0], most);
    cr_assert_eq(vb_peak_heights(VB_PEAK_UNIT, d, &run, &options, NULL, height, NULL),
                 VB_OK);
    cr_expect_eq(height[0], 1);
    cr_assert_eq(vb_peak_heights(VB_PEAK_COLUMN, d, &run, &options, NULL, height, NULL),
                 VB_OK);
    cr_expect(height[0] > most && height[0] < 1.3, "undershoot counts: %g", height[0]);
    vb_design_free(d);
}

/* With next to no noise (0.01) the planted number comes back: 1000 with a response whose peak is 8 per event
 * and 2 more per unit of the signal is 0.8 % and 0.2 %; sd of the weights sqrt(5/3). */
Test(percent_signal, planted_percentages_come_back_in_every_convention)
{
    static const char *const likes[] = {"valuebold", "spm", "fsl"};
    const double two[4] = {2, 2, 2, 2};

    for (size_t k = 0; k < 3; k++) {
        vb_design_event event;
        vb_design_run run;
        vb_design_options options;
        vb_design *d = design_of(likes[k], two, &event, &run, &options);
        const size_t p = d->n_cols + (strcmp(likes[k], "fsl") == 0);
        double *wide = calloc(110 * p, sizeof *wide);
        double w[2][8] = {{0}}, series[110], height[8], scale[8];
        const double unit[2][8] = {{1}, {0, 1}};
        const vb_contrast raw[2] = {{"event", 1, (double *)unit[0]},
                                    {"sv", 1, (double *)unit[1]}};
        const vb_contrast peaks[2] = {{"event", 1, w[0]}, {"sv", 1, w[1]}};
        vb_region_estimate e[2];
        const double sd = sqrt(5.0 / 3);

        cr_assert_eq(vb_peak_heights(VB_PEAK_EVENT, d, &run, &options, NULL, height,
                                     NULL),
                     VB_OK);
        for (size_t j = 0; j < 8; j++)
            scale[j] = j == 1 ? sd : 1;
        cr_assert(vb_peak_weights(d->n_cols, height, NULL, &raw[0], w[0]));
        cr_assert(vb_peak_weights(d->n_cols, height, scale, &raw[1], w[1]));
        for (size_t s = 0; s < 110; s++) {
            for (size_t j = 0; j < d->n_cols; j++)
                wide[s * p + j] = d->x[s * d->n_cols + j];
            wide[s * p + p - 1] = 1;
            series[s] = 1000 + 8 / height[0] * d->x[s * d->n_cols] +
                        2 / height[1] * d->x[s * d->n_cols + 1] +
                        1e-2 * cos(2.1 * (double)s);
        }
        cr_assert_eq(vb_region_glm(&(vb_region_model){.n_scans = 110,
                                                      .n_cols = p,
                                                      .x = wide,
                                                      .noise = "ols",
                                                      .n_contrasts = 2,
                                                      .contrasts = peaks},
                                   1, series, 0.95, e, NULL, NULL),
                     VB_OK);
        vb_region_percent(1000, &e[0]);
        vb_region_percent(1000, &e[1]);
        cr_expect_float_eq(e[0].effect, 0.8, 2e-4, "%s: %g", likes[k], e[0].effect);
        cr_expect_float_eq(e[1].effect, 0.2 * sd, 2e-4, "%s: %g", likes[k],
                           e[1].effect);
        free(wide);
        vb_design_free(d);
    }
}

Test(percent_signal, contrasts_of_columns_without_height_have_none)
{
    const double height[3] = {0.2, 0.1, NAN}, scale[3] = {1, NAN, 1};
    const double difference[3] = {1, -1, 0}, drift[3] = {0, 0, 1};
    const vb_contrast a = {"difference", 1, (double *)difference};
    const vb_contrast b = {"drift", 1, (double *)drift};
    double w[3];
    vb_region_estimate e = vb_region_estimate_of(3, 1, 50, 0.95);

    cr_expect(vb_peak_weights(3, height, NULL, &a, w));
    cr_expect_float_eq(w[0], 0.2, 1e-15);
    cr_expect_float_eq(w[1], -0.1, 1e-15);
    cr_expect_eq(w[2], 0);
    cr_expect_not(vb_peak_weights(3, height, scale, &a, w));
    cr_expect_not(vb_peak_weights(3, height, NULL, &b, w));
    vb_region_percent(-2, &e);
    cr_expect(isnan(e.effect) && isnan(e.se), "percent of a mean below 0");
    cr_expect_float_eq(e.statistic, 3, 0);
}

Test(percent_signal, rules_are_listed_with_their_meaning)
{
    size_t n = 0;

    while (vb_peak_rule_name(n)) {
        cr_expect(vb_peak_rule_meaning(n) && *vb_peak_rule_meaning(n));
        n++;
    }
    cr_expect_eq(n, 3);
    cr_expect_null(vb_peak_rule_meaning(n));
}
