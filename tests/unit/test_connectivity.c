/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Residual series and their correlations. */
#include "glm_support.h"
#include "valuebold/connectivity.h"

enum { N = 160, P = 8, R = 4 };

static double x[N * P], y[N * R];

static void make(void)
{
    dense_design(N, P, 3, x);
    dense_series(N, P, x, R, 0, 0.6, 4, y);
}

TestSuite(connectivity, .init = make);

/* Every residual is what dense least squares leaves, whitened by the Cholesky factor of the
 * AR(1) covariance at the rho said. */
Test(connectivity, residuals_are_those_of_dense_least_squares_whitened)
{
    static const char *const noises[] = {"ols", "ar1"};

    for (size_t k = 0; k < 2; k++) {
        double e[N * R], rho[R], df = 0, *v = calloc(2 * N * N, sizeof *v);
        vb_error err = {0};

        cr_assert_eq(vb_region_residuals(N, P, x, noises[k], R, y, e, rho, &df, &err),
                     VB_OK, "%s", err.text);
        cr_expect_eq(df, N - P);
        for (size_t r = 0; r < R; r++) {
            dense_fit fit;
            double left[N], most = 0;

            dense_gls(N, P, x, y + r, R, rho[r], &fit);
            for (size_t t = 0; t < N; t++) {
                left[t] = y[t * R + r];
                for (size_t j = 0; j < P; j++)
                    left[t] -= x[t * P + j] * fit.beta[j];
                for (size_t s = 0; s < N; s++)
                    v[t * N + s] = pow(rho[r], fabs((double)t - (double)s)) /
                                   (1 - rho[r] * rho[r]);
            }
            dense_cholesky(N, v, v + N * N);
            dense_solve(N, 1, v + N * N, left);
            for (size_t t = 0; t < N; t++)
                most = fmax(most, fabs(left[t] - e[t * R + r]));
            cr_expect(most < 1e-8, "%s, region %zu: %g", noises[k], r, most);
        }
        cr_expect(k == 0 ? rho[3] == 0 : rho[3] > 0.4);
        free(v);
    }
}

/* numpy: corrcoef, and minus the scaled inverse; p by scipy.stats.t with 18 and 16 df. */
Test(connectivity, correlations_equal_numpy)
{
    enum { T = 20 };
    double e[T * R], r[R * R], p[R * R];

    for (size_t i = 0; i < T; i++) {
        const double t = (double)i;

        e[i * R] = sin(1.3 * t);
        e[i * R + 1] = sin(1.3 * t) + 0.8 * cos(2.1 * t);
        e[i * R + 2] = cos(0.7 * t) + 0.3 * sin(1.3 * t);
        e[i * R + 3] = sin(0.4 * t * t);
    }
    for (size_t v = 0; v < R; v++) {
        double mean = 0;

        for (size_t i = 0; i < T; i++)
            mean += e[i * R + v] / T;
        for (size_t i = 0; i < T; i++)
            e[i * R + v] -= mean;
    }
    cr_assert_eq(vb_region_correlation(T, R, e, 19, false, r, p, NULL), VB_OK);
    cr_expect_float_eq(r[1], 0.7437307142266361, 1e-13);
    cr_expect_float_eq(r[2 * R + 1], 0.2654847031145943, 1e-13);
    cr_expect_float_eq(p[1], 0.0001707129864298348, 1e-14);
    cr_expect_float_eq(p[2], 0.1857250107326985, 1e-11);
    cr_expect_eq(r[5], 1);
    cr_expect(isnan(p[5]));
    cr_assert_eq(vb_region_correlation(T, R, e, 19, true, r, p, NULL), VB_OK);
    cr_expect_float_eq(r[1], 0.6846592263087334, 1e-12);
    cr_expect_float_eq(r[3 * R + 2], 0.1753522255002396, 1e-12);
    cr_expect_float_eq(p[R], 0.0017206425981078225, 1e-12);
    cr_expect_float_eq(p[2], 0.5688115437298544, 1e-11);
}

Test(connectivity, a_missing_region_is_left_out_of_the_others_partial_correlations)
{
    double e[N * R], three[N * 3], r[R * R], p[R * R], r3[9], p3[9], df;

    y[5 * R + 1] = NAN;
    cr_assert_eq(vb_region_residuals(N, P, x, NULL, R, y, e, NULL, &df, NULL), VB_OK);
    cr_expect(isnan(e[1]) && !isnan(e[0]));
    for (size_t t = 0; t < N; t++)
        for (size_t v = 0; v < 3; v++)
            three[t * 3 + v] = e[t * R + (v ? v + 1 : 0)];
    cr_assert_eq(vb_region_correlation(N, R, e, df, true, r, p, NULL), VB_OK);
    cr_assert_eq(vb_region_correlation(N, 3, three, df, true, r3, p3, NULL), VB_OK);
    cr_expect(isnan(r[1]) && isnan(r[R + 1]) && isnan(p[R + 2]));
    cr_expect_eq(r[3], r3[2]);
    cr_expect_eq(p[2 * R + 3], p3[5]);
}

Test(connectivity, what_cannot_be_had_is_refused)
{
    double e[N * R], r[R * R], p[R * R], df;
    vb_error err = {0};

    cr_expect_eq(vb_region_residuals(N, P, x, "arma11", R, y, e, NULL, &df, &err),
                 VB_EUSAGE);
    cr_assert_eq(vb_region_residuals(N, P, x, "ols", R, y, e, NULL, &df, &err), VB_OK);
    cr_expect_eq(vb_region_correlation(N, R, e, 3, true, r, p, &err), VB_EESTIMATE);
    for (size_t t = 0; t < N; t++)
        e[t * R + 2] = e[t * R] - 2 * e[t * R + 1];
    cr_expect_eq(vb_region_correlation(N, R, e, df, true, r, p, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "sum of others"), "%s", err.text);
    cr_expect_eq(vb_region_correlation(N, R, e, df, false, r, p, &err), VB_OK);
}

/* 300 sets of 4 regions that have nothing in common but each its own memory (rho .7): partial
 * correlations of whitened residuals are "significant" in 5 % of 1,800 pairs, within 3 standard
 * errors of .5 %; those of OLS residuals far more often. */
Test(connectivity, series_with_memory_do_not_correlate_by_chance)
{
    size_t hits[2] = {0};

    for (uint64_t k = 0; k < 300; k++)
        for (size_t ols = 0; ols < 2; ols++) {
            double e[N * R], r[R * R], p[R * R], df;

            dense_series(N, P, x, R, 0.7, 0.7, 5000 + k, y);
            cr_assert_eq(vb_region_residuals(N, P, x, ols ? "ols" : "ar1", R, y, e,
                                             NULL, &df, NULL),
                         VB_OK);
            cr_assert_eq(vb_region_correlation(N, R, e, df, true, r, p, NULL), VB_OK);
            for (size_t i = 0; i < R; i++)
                for (size_t j = 0; j < i; j++)
                    hits[ols] += p[i * R + j] < 0.05;
        }
    cr_expect(hits[0] > 62 && hits[0] < 118, "%zu of 1800", hits[0]);
    cr_expect(hits[1] > 180, "%zu of 1800 without whitening", hits[1]);
}
