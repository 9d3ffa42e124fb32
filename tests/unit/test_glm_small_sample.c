/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kenward and Roger's correction: its parts from dense matrices, and what it does to error
 * rates where the uncertainty of rho shows most (a block design in short series).
 */
#include "glm/glm_plan.h"
#include "glm_support.h"
#include "valuebold/tails.h"

enum { N = 60, P = 6 };

static double x[N * P];
static const double block[P] = {[2] = 1};
static const double pair[2 * P] = {[0] = 1, [P + 1] = 1};
static const vb_contrast contrasts[] = {{"block", 1, (double *)block},
                                        {"pair", 2, (double *)pair}};

static vb_glm_plan *plan_of(const char *noise, vb_small_sample small)
{
    vb_glm_plan *plan = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = P,
                                                   .x = x,
                                                   .noise = noise,
                                                   .small_sample = small,
                                                   .n_contrasts = 2,
                                                   .contrasts = contrasts},
                                   &plan, &err),
                 VB_OK, "%s", err.text);
    return plan;
}

/* c'(X'V^-1X)^-1 c, and in b the vector (X'V^-1X)^-1 c */
static double dense_phi(double rho, double b[P])
{
    static dense_fit fit;
    static const double y[N] = {1, 2};
    double phi = 0;

    dense_gls(N, P, x, y, 1, rho, &fit);
    for (size_t i = 0; i < P; i++) {
        b[i] = 0;
        for (size_t j = 0; j < P; j++)
            b[i] += fit.cov[i * P + j] * block[j];
        phi += block[i] * b[i];
    }
    return phi;
}

/* K is quadratic in rho, so this difference is its derivative, times a vector. */
static void dense_slope(double rho, const double *in, double *out)
{
    for (size_t i = 0; i < N; i++) {
        out[i] = 0;
        for (size_t j = 0; j < N; j++) {
            double k[2];

            for (int s = 0; s < 2; s++) {
                const double r = rho + (s ? 0.25 : -0.25);
                const bool end = i == 0 || i == N - 1;

                k[s] = i == j                     ? (end ? 1 : 1 + r * r)
                       : i == j + 1 || j == i + 1 ? -r
                                                  : 0;
            }
            out[i] += (k[1] - k[0]) / 0.5 * in[j];
        }
    }
}

Test(glm_small_sample, its_parts_are_those_of_dense_matrices)
{
    vb_glm_plan *plan;

    dense_design(N, P, 21, x);
    plan = plan_of("ar1", VB_SMALL_SAMPLE_KENWARD_ROGER);
    for (size_t node = 4; node < VB_KR_NODES; node += 15) {
        const double rho = -VB_RHO_MOST + (double)node * VB_KR_STEP, h = 1e-4;
        static dense_fit fit;
        double b[P], bin[P], series[N], slope[N], form = 0, back = 0, v, relative, phi;

        relative =
            (log(dense_phi(rho + h, bin)) - log(dense_phi(rho - h, bin))) / (2 * h);
        phi = dense_phi(rho, b);
        for (size_t t = 0; t < N; t++) {
            series[t] = 0;
            for (size_t i = 0; i < P; i++)
                series[t] += x[t * P + i] * b[i];
        }
        dense_slope(rho, series, slope);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                form += slope[i] * pow(rho, fabs((double)i - (double)j)) * slope[j] /
                        (1 - rho * rho);
        dense_gls(N, P, x, series, 1, rho, &fit); /* for the inverse alone */
        for (size_t i = 0; i < P; i++)
            for (size_t j = 0; j < P; j++) {
                double hi = 0, hj = 0;

                for (size_t t = 0; t < N; t++) {
                    hi += x[t * P + i] * slope[t];
                    hj += x[t * P + j] * slope[t];
                }
                back += hi * fit.cov[i * P + j] * hj;
            }
        v = (1 - rho * rho) / (N - P);
        /* 1e-8: what two rounded logarithms leave of a quotient over 2e-4 */
        cr_expect_float_eq(plan->contrasts[0].small->growth[node],
                           1 + 2 * v * (form - back) / phi, 1e-8, "rho %.2f", rho);
        cr_expect_float_eq(plan->contrasts[0].small->inverse_df[node],
                           1.0 / (N - P) + 0.5 * v * relative * relative, 1e-6,
                           "rho %.2f", rho);
    }
    vb_glm_plan_free(plan);
}

/* log|c'(X'V^-1X)^-1 c| of the rows of `pair` */
static double dense_log_det(double rho)
{
    static dense_fit fit;
    static const double y[N] = {1, 2};

    dense_gls(N, P, x, y, 1, rho, &fit);
    return log(fit.cov[0] * fit.cov[P + 1] - fit.cov[1] * fit.cov[P]);
}

/* An F whose rows are uncorrelated has the mean growth of its rows; the degrees of freedom come
 * from the slope of the determinant; other rows of the same space change nothing. */
Test(glm_small_sample, an_f_has_the_traces_of_its_rows)
{
    static const double mixed[2 * P] = {[0] = 3, [1] = 1, [P] = -2, [P + 1] = 0.5};
    static const double alone[2 * P] = {[0] = 1, [P] = -4};
    static const double row[P] = {1};
    static const vb_contrast several[] = {{"pair", 2, (double *)pair},
                                          {"mixed", 2, (double *)mixed},
                                          {"alone", 2, (double *)alone},
                                          {"row", 1, (double *)row}};
    vb_glm_plan *plan = NULL;
    vb_error err = {0};

    dense_design(N, P, 25, x);
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = P,
                                                   .x = x,
                                                   .small_sample = VB_SMALL_SAMPLE_AUTO,
                                                   .n_contrasts = 4,
                                                   .contrasts = several},
                                   &plan, &err),
                 VB_OK, "%s", err.text);
    for (size_t node = 9; node < VB_KR_NODES; node += 10) {
        const double rho = -VB_RHO_MOST + (double)node * VB_KR_STEP, h = 1e-4;
        const double slope =
            (dense_log_det(rho + h) - dense_log_det(rho - h)) / (2 * h) / 2;
        const double v = (1 - rho * rho) / (N - P);
        const vb_small_sample_table *t[4];

        for (size_t i = 0; i < 4; i++)
            t[i] = plan->contrasts[i].small;
        cr_expect_float_eq(t[0]->inverse_df[node],
                           1.0 / (N - P) + 0.5 * v * slope * slope, 1e-6, "rho %.2f",
                           rho);
        cr_expect_float_eq(t[1]->inverse_df[node], t[0]->inverse_df[node], 1e-10);
        cr_expect_float_eq(t[1]->growth[node], t[0]->growth[node], 1e-10);
        cr_expect_float_eq(t[2]->growth[node], t[3]->growth[node], 1e-10);
        cr_expect_float_eq(t[2]->inverse_df[node], t[3]->inverse_df[node], 1e-10);
        cr_expect(t[0]->growth[node] > 1);
    }
    vb_glm_plan_free(plan);
}

Test(glm_small_sample, f_shrinks_and_its_z_has_the_voxels_degrees_of_freedom)
{
    enum { V = 20 };
    static double y[N * V];
    vb_glm_plan *plans[2];
    vb_glm *glm[2];
    double *f[2], *df, *z, *rho;

    dense_design(N, P, 26, x);
    dense_series(N, P, x, V, 0.1, 0.8, 27, y);
    for (int k = 0; k < 2; k++) {
        plans[k] = plan_of("ar1", k ? VB_SMALL_SAMPLE_AUTO : VB_SMALL_SAMPLE_NONE);
        glm[k] = dense_run(plans[k], N, V, y);
        f[k] = dense_map(glm[k], V, VB_STAT_F, 1);
    }
    df = dense_map(glm[1], V, VB_STAT_DF, 1);
    z = dense_map(glm[1], V, VB_STAT_Z, 1);
    rho = dense_map(glm[1], V, VB_STAT_RHO, 0);
    for (size_t v = 0; v < V; v++) {
        double growth, expected;

        vb_small_sample_at(plans[1]->contrasts[1].small, rho[v], &growth, &expected);
        cr_expect_float_eq(df[v], expected, 1e-9);
        cr_expect_float_eq(f[0][v] / f[1][v], growth, 1e-12);
        cr_expect_float_eq(z[v], vb_z_from_F(f[1][v], 2, df[v]), 1e-12);
    }
    free(df);
    free(z);
    free(rho);
    for (int k = 0; k < 2; k++) {
        free(f[k]);
        vb_glm_free(glm[k]);
        vb_glm_plan_free(plans[k]);
    }
}

Test(glm_small_sample, variance_and_df_change_and_nothing_else_does)
{
    enum { V = 50 };
    static double y[N * V];
    vb_glm_plan *plain, *small;
    vb_glm *a, *b;
    double *maps[2][7];
    static const vb_stat stats[] = {VB_STAT_EFFECT,   VB_STAT_RHO, VB_STAT_SIGMA2,
                                    VB_STAT_VARIANCE, VB_STAT_DF,  VB_STAT_T,
                                    VB_STAT_Z};

    dense_design(N, P, 22, x);
    dense_series(N, P, x, V, -0.5, 0.97, 23, y);
    plain = plan_of("ar1", VB_SMALL_SAMPLE_NONE);
    small = plan_of("ar1", VB_SMALL_SAMPLE_KENWARD_ROGER);
    a = dense_run(plain, N, V, y);
    b = dense_run(small, N, V, y);
    for (size_t k = 0; k < 7; k++) {
        maps[0][k] = dense_map(a, V, stats[k], 0);
        maps[1][k] = dense_map(b, V, stats[k], 0);
    }
    for (size_t v = 0; v < V; v++) {
        double growth, df;

        for (size_t k = 0; k < 3; k++)
            cr_expect_eq(maps[0][k][v], maps[1][k][v]);
        vb_small_sample_at(small->contrasts[0].small, maps[1][1][v], &growth, &df);
        cr_expect(growth >= 1 && df <= N - P && df > 2, "%g, %g", growth, df);
        cr_expect_eq(maps[0][4][v], N - P);
        cr_expect_float_eq(maps[1][4][v], df, 1e-9);
        cr_expect_float_eq(maps[1][3][v] / maps[0][3][v], growth, 1e-12);
        cr_expect_float_eq(maps[1][6][v], vb_z_from_t(maps[1][5][v], df), 3e-8);
        cr_expect(fabs(maps[1][6][v]) <= fabs(maps[0][6][v]) + 1e-12);
    }
    for (size_t k = 0; k < 7; k++) {
        free(maps[0][k]);
        free(maps[1][k]);
    }
    vb_glm_free(a);
    vb_glm_free(b);
    vb_glm_plan_free(plain);
    vb_glm_plan_free(small);
    plain = plan_of("ols", VB_SMALL_SAMPLE_AUTO); /* no rho, nothing to correct */
    cr_expect(!plain->contrasts[0].small);
    vb_glm_plan_free(plain);
}

/* Against the exact function: 3e-8 where Hill's series is used, equal elsewhere. */
Test(glm_small_sample, z_with_a_df_for_each_voxel_is_exact_enough)
{
    for (double df = 2.5; df < 2000; df *= 1.37)
        for (double t = -40; t <= 40; t += 0.37)
            cr_expect_float_eq(vb_z_from_t_fast(t, df), vb_z_from_t(t, df), 3e-8,
                               "t %g, df %g", t, df);
    cr_expect(isnan(vb_z_from_t_fast(NAN, 50)));
    cr_expect(isnan(vb_z_from_t_fast(1, NAN)));
}

/* 60 scans, rho .5, 30,000 null series over 6 designs (the effect planted in them is that of
   another column).  With rho taken as known the block's t test exceeds its 5 % by far; the
   correction is of first order in 1 / scans, so in series as short as these it must remove
   most of the excess, not all.  One binomial standard error is .13 %. */
Test(glm_small_sample, most_of_the_excess_of_short_series_goes)
{
    enum { V = 5000, DESIGNS = 6 };
    double *y = malloc(sizeof *y * N * V), rate[2] = {0};

    for (uint64_t d = 0; d < DESIGNS; d++) {
        dense_design(N, P, 100 + d, x);
        dense_series(N, P, x, V, 0.5, 0.5, 200 + d, y);
        for (int k = 0; k < 2; k++) {
            vb_glm_plan *plan = plan_of("ar1", k ? VB_SMALL_SAMPLE_KENWARD_ROGER
                                                 : VB_SMALL_SAMPLE_NONE);
            vb_glm *glm = dense_run(plan, N, V, y);
            double *z = dense_map(glm, V, VB_STAT_Z, 0);

            for (size_t v = 0; v < V; v++)
                rate[k] += fabs(z[v]) > 1.959963984540054;
            free(z);
            vb_glm_free(glm);
            vb_glm_plan_free(plan);
        }
    }
    rate[0] /= DESIGNS * V;
    rate[1] /= DESIGNS * V;
    cr_expect(rate[0] > 0.06, "rho known: %.4f", rate[0]);
    cr_expect(rate[1] > 0.045 && rate[1] - 0.05 < 0.5 * (rate[0] - 0.05),
              "rho known: %.4f, corrected: %.4f", rate[0], rate[1]);
    free(y);
}
