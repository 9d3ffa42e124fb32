/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Diagnosis of the noise model, against dense matrices and simulated noise one knows. */
#include "glm/glm_plan.h"
#include "glm/residuals_white.h"
#include "glm_support.h"
#include "valuebold/residuals.h"

enum { N = 120, P = 8, V = 800 };

static vb_glm_plan *plan_of(const double *x)
{
    vb_glm_plan *plan = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N, .n_cols = P, .x = x},
                                   &plan, &err),
                 VB_OK, "%s", err.text);
    return plan;
}

/* W of a filter as a matrix, from its action on unit vectors, and its inverse by forward
 * substitution. */
static void matrices(const vb_white *white, double *w, double *inverse)
{
    double unit[N], out[N];

    for (size_t j = 0; j < N; j++) {
        memset(unit, 0, sizeof unit);
        unit[j] = 1;
        vb_white_apply(white, N, unit, out);
        for (size_t i = 0; i < N; i++)
            w[i * N + j] = out[i];
    }
    for (size_t j = 0; j < N; j++)
        for (size_t i = 0; i < N; i++) {
            double s = i == j;

            for (size_t k = 0; k < i; k++)
                s -= w[i * N + k] * inverse[k * N + j];
            inverse[i * N + j] = s / w[i * N + i];
        }
}

static void check_expected(vb_white white)
{
    double *x = calloc(N * P, sizeof *x), *w = calloc(4 * N * N, sizeof *w);
    double *inverse = w + N * N, *r = inverse + N * N, *e = r + N * N, out[4], sums[4];
    vb_glm_plan *plan;
    vb_error err = {0};

    dense_design(N, P, 3, x);
    plan = plan_of(x);
    matrices(&white, w, inverse);
    for (size_t i = 0; i < N; i++) /* r = (I - QQ') W^-1 */
        for (size_t j = 0; j < N; j++) {
            r[i * N + j] = inverse[i * N + j];
            for (size_t k = 0; k < P; k++)
                for (size_t t = 0; t < N; t++)
                    r[i * N + j] -= plan->rows[i * plan->n_rows + k] *
                                    plan->rows[t * plan->n_rows + k] *
                                    inverse[t * N + j];
        }
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            for (size_t t = 0; t <= i; t++)
                e[i * N + j] += w[i * N + t] * r[t * N + j];
    memset(sums, 0, sizeof sums);
    for (size_t k = 0; k < 4; k++)
        for (size_t i = k; i < N; i++)
            for (size_t j = 0; j < N; j++)
                sums[k] += e[i * N + j] * e[(i - k) * N + j];
    cr_assert_eq(vb_white_expected(&white, N, P, plan->rows, plan->n_rows, 4, out,
                                   &err),
                 VB_OK);
    for (size_t k = 0; k < 4; k++)
        cr_expect_float_eq(out[k], sums[k] / sums[0], 1e-12, "lag %zu: %g", k, out[k]);
    vb_glm_plan_free(plan);
    free(x);
    free(w);
}

Test(residuals, what_the_fit_puts_in_is_the_trace_of_dense_matrices)
{
    check_expected((vb_white){.n_ar = 0});
    check_expected((vb_white){.n_ar = 1, .ar = {0.6}});
    check_expected((vb_white){.n_ar = 3, .ar = {0.5, -0.2, 0.15}});
    check_expected((vb_white){.n_ar = 1, .ar = {0.8}, .ma = -0.4});
}

/* Noise x_t = a x_{t-1} + e_t + b e_{t-1} in every voxel, series [V x N] */
static double *noise_of(double a, double b, uint64_t seed)
{
    double *series = calloc(V * N, sizeof *series);

    for (size_t v = 0; v < V; v++) {
        double x = 0, e = 0;

        for (int t = -50; t < N; t++) {
            const double now = dense_normal(&seed);

            x = a * x + now + b * e;
            e = now;
            if (t >= 0)
                series[v * N + (size_t)t] = 700 + 4 * x;
        }
    }
    return series;
}

static vb_residual_summary look(const double *series, bool arma, size_t n,
                                const double parameter[], size_t threads, double *box)
{
    static double x[N * P];
    double values[2][V];
    const double *parameters[2] = {values[0], values[1]};
    const vb_residual_noise noise = {true, arma, n, parameters};
    const vb_series_data data = {V, VB_SAMPLE_FLOAT64, series, 1, 0};
    vb_residual_summary s;
    vb_glm_plan *plan;
    vb_error err = {0};

    for (size_t i = 0; i < n; i++)
        for (size_t v = 0; v < V; v++)
            values[i][v] = parameter[i];
    dense_design(N, P, 3, x);
    plan = plan_of(x);
    cr_assert_eq(vb_residuals_look(plan, &data, &noise, threads, &s, box, &err), VB_OK,
                 "%s", err.text);
    vb_glm_plan_free(plan);
    return s;
}

/* standard error of a mean correlation: 1 / sqrt(96,000) = .0032 */
Test(residuals, the_right_model_leaves_what_is_expected_and_is_said_to_be_enough)
{
    double *series = noise_of(0.5, 0, 11), rho = 0.5;
    const vb_residual_summary s = look(series, false, 1, &rho, 1, NULL);
    char text[600];

    cr_expect_eq(s.n_voxels, V);
    for (int k = 0; k < 3; k++)
        cr_expect_float_eq(s.white_lag[k], s.expected_lag[k], 0.012, "%g %g",
                           s.white_lag[k], s.expected_lag[k]);
    cr_expect(s.expected_lag[0] < -0.01); /* a fit makes neighbours negative */
    cr_expect(s.lag[0] > 0.35);
    cr_expect(s.box_share > 0.02 && s.box_share < 0.09, "%g", s.box_share);
    cr_expect_eq(vb_residuals_judge(&s), VB_NOISE_ENOUGH);
    cr_expect(strstr(vb_residuals_sentence(&s, "ar1", text, sizeof text),
                     "noise model 'ar1' was enough"),
              "%s", text);
    cr_expect(s.spectrum[0] > s.spectrum[VB_RESIDUAL_FREQUENCIES - 1]);
    for (int f = 20; f < VB_RESIDUAL_FREQUENCIES; f++)
        cr_expect_float_eq(s.white_spectrum[f], 1, 0.2, "%d: %g", f,
                           s.white_spectrum[f]);
    free(series);
}

Test(residuals, white_noise_on_slow_noise_is_not_ar1_but_arma11)
{
    double *series = noise_of(0.9, -0.6, 12); /* lambda .46 */
    const double rho = 0.46, right[2] = {0.9, -0.6};
    vb_residual_summary s = look(series, false, 1, &rho, 1, NULL);
    char text[600];

    cr_expect_eq(vb_residuals_judge(&s), VB_NOISE_NOT_ENOUGH);
    cr_expect(
        strstr(vb_residuals_sentence(&s, "ar1", text, sizeof text), "was not enough"));
    s = look(series, true, 2, right, 1, NULL);
    cr_expect_eq(vb_residuals_judge(&s), VB_NOISE_ENOUGH, "%s",
                 vb_residuals_sentence(&s, "arma11", text, sizeof text));
    free(series);
}

Test(residuals, threads_change_nothing_and_voxels_without_a_fit_are_nan)
{
    double *series = noise_of(0.3, 0, 13), box[2][V], rho = 0.3;
    vb_residual_summary one, two;

    for (size_t t = 0; t < N; t++)
        series[5 * N + t] = 700;
    series[7 * N + 3] = (double)NAN;
    one = look(series, false, 1, &rho, 1, box[0]);
    two = look(series, false, 1, &rho, 3, box[1]);
    cr_expect_eq(one.n_voxels, V - 2);
    cr_expect_arr_eq(box[0], box[1], sizeof box[0]);
    cr_expect_arr_eq(one.white_spectrum, two.white_spectrum, sizeof one.white_spectrum);
    cr_expect(isnan(box[0][5]) && isnan(box[0][7]) && box[0][6] >= 0 && box[0][6] <= 1);
    free(series);
}

Test(residuals, a_pooled_model_has_no_verdict_but_its_correlations)
{
    double *series = noise_of(0.4, 0, 14), x[N * P];
    const vb_residual_noise noise = {.is_known = false};
    const vb_series_data data = {V, VB_SAMPLE_FLOAT64, series, 1, 0};
    vb_residual_summary s;
    vb_glm_plan *plan;
    vb_error err = {0};
    char text[600];

    dense_design(N, P, 3, x);
    plan = plan_of(x);
    cr_assert_eq(vb_residuals_look(plan, &data, &noise, 1, &s, NULL, &err), VB_OK);
    cr_expect_eq(vb_residuals_judge(&s), VB_NOISE_UNKNOWN);
    cr_expect(s.lag[0] > 0.25);
    cr_expect(strstr(vb_residuals_sentence(&s, "spm-ar1", text, sizeof text),
                     "one covariance for all"));
    vb_glm_plan_free(plan);
    free(series);
}
