/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tails of t and F and the z of the same tail, against values by mpmath with 60 digits
 * (tests/data/golden/group/dist_*.tsv).
 */
#include "support.h"
#include "valuebold/tails.h"

#include <time.h>

#define GOLDEN "tests/data/golden/group/"

/* A relative error of 1e-11 in p, beyond the range of double in the file, is 1e-11 in ln p;
 * |ln p| itself has 16 digits.  ln p near 0 was made from p = 1 - q with 60 digits, of which
 * 1e-46 leaves 14. */
static bool same_log_p(double a, double b)
{
    if (b > -1e-46)
        return a > -1e-46;
    return fabs(a - b) <= 1e-11 * fmin(1, fabs(b)) + 4e-16 * fabs(b);
}

Test(tails, t_has_the_tails_and_z_of_sixty_digit_arithmetic)
{
    vb_table *table = support_table(GOLDEN "dist_t_to_z.tsv");
    const double *t = support_column(table, "t"), *df = support_column(table, "df");
    const double *log_p = support_column(table, "log_p_right");
    const double *z = support_column(table, "z");

    cr_assert_eq(table->n_rows, 136);
    for (size_t i = 0; i < table->n_rows; i++) {
        const vb_tails tails = vb_tails_t(t[i], df[i]);

        cr_expect(same_log_p(tails.log_upper, log_p[i]),
                  "t %g df %g: ln p %.17g for %.17g", t[i], df[i], tails.log_upper,
                  log_p[i]);
        cr_expect(support_near(vb_z_from_t(t[i], df[i]), z[i], 2e-13),
                  "t %g df %g: z %.17g for %.17g", t[i], df[i],
                  vb_z_from_t(t[i], df[i]), z[i]);
    }
    vb_table_free(table);
}

Test(tails, F_has_the_tails_and_z_of_sixty_digit_arithmetic)
{
    vb_table *table = support_table(GOLDEN "dist_F_to_z.tsv");
    const double *f = support_column(table, "F"), *df1 = support_column(table, "df1");
    const double *df2 = support_column(table, "df2"), *z = support_column(table, "z");
    const double *log_p = support_column(table, "log_p");

    cr_assert_eq(table->n_rows, 54);
    for (size_t i = 0; i < table->n_rows; i++) {
        const vb_tails tails = vb_tails_F(f[i], df1[i], df2[i]);

        cr_expect(same_log_p(tails.log_upper, log_p[i]),
                  "F %g df %g %g: ln p %.17g for %.17g", f[i], df1[i], df2[i],
                  tails.log_upper, log_p[i]);
        /* z near 0 is a difference of halves: 1e-14 absolute */
        cr_expect(log_p[i] > -1e-46 || fabs(vb_z_from_F(f[i], df1[i], df2[i]) - z[i]) <=
                                           1e-14 + 2e-13 * fabs(z[i]),
                  "F %g df %g %g: z %.17g for %.17g", f[i], df1[i], df2[i],
                  vb_z_from_F(f[i], df1[i], df2[i]), z[i]);
    }
    vb_table_free(table);
}

Test(tails, values_come_back_from_their_p)
{
    static const double df[] = {1, 5, 11, 113};
    static const char *const names[] = {"t_df1", "t_df5", "t_df11", "t_df113"};
    vb_table *table = support_table(GOLDEN "dist_inverse.tsv");
    const double *p = support_column(table, "p_right"), *z = support_column(table, "z");
    const double *f = support_column(table, "F_3_113");

    cr_assert_eq(table->n_rows, 10);
    for (size_t i = 0; i < table->n_rows; i++) {
        cr_expect(fabs(vb_z_from_log_p(log(p[i])) - z[i]) <= 1e-15 + 1e-13 * z[i],
                  "p %g: %.17g", p[i], vb_z_from_log_p(log(p[i])));
        /* t of df 1 at p = 0.25 and 0.05: ln p has 16 digits, t has 15 of them */
        for (size_t k = 0; k < 4; k++) {
            const double t = support_column(table, names[k])[i];

            cr_expect(fabs(vb_t_from_log_p(log(p[i]), df[k]) - t) <= 1e-15 + 1e-13 * t,
                      "p %g df %g: %.17g for %.17g", p[i], df[k],
                      vb_t_from_log_p(log(p[i]), df[k]), t);
        }
        cr_expect(support_near(vb_F_from_log_p(log(p[i]), 3, 113), f[i], 1e-13),
                  "p %g: F %.17g for %.17g", p[i], vb_F_from_log_p(log(p[i]), 3, 113),
                  f[i]);
    }
    vb_table_free(table);
}

/* Closed forms: df 1 is the Cauchy distribution, df 2 is 1/2 - t / (2 sqrt(2 + t^2)), F with
 * df1 2 is (1 + 2 f / df2)^(-df2/2). */
Test(tails, closed_forms_hold_far_out)
{
    cr_expect(support_near(vb_tails_t(1e200, 1).log_upper,
                           -200 * log(10) - log(3.14159265358979323846), 1e-14));
    cr_expect(
        support_near(vb_tails_t(1e9, 2).log_upper, -18 * log(10) - log(2), 1e-14));
    cr_expect(support_near(vb_tails_F(1e8, 2, 5).log_upper, -2.5 * log1p(4e7), 1e-14));
    cr_expect(
        support_near(vb_tails_F(50, 2, 2e6).log_upper, -1e6 * log1p(50e-6), 1e-13));
    /* normal: the asymptotic series at z = 1e5 is exact with two terms */
    cr_expect(
        support_near(vb_tails_z(1e5).log_upper,
                     -5e9 - 0.5 * log(2 * 3.14159265358979323846) - log(1e5) - 1e-10,
                     1e-15));
}

Test(tails, a_large_df_is_nearly_normal)
{
    /* z = t - (t^3 + t) / (4 df) + O(df^-2): Abramowitz and Stegun 26.7.5 turned round */
    cr_expect(fabs(vb_z_from_t(3.1, 1e7) - (3.1 - (3.1 * 3.1 * 3.1 + 3.1) / 4e7)) <
                  1e-12,
              "%.17g", vb_z_from_t(3.1, 1e7));
    cr_expect_eq(vb_z_from_t(3.1, INFINITY), 3.1);
}

Test(tails, signs_limits_and_missing_values)
{
    vb_tails tails = vb_tails_t(NAN, 5);

    cr_expect(isnan(tails.log_upper) && isnan(tails.log_lower));
    cr_expect(isnan(vb_z_from_t(NAN, 5)) && isnan(vb_z_from_t(1, 0)) &&
              isnan(vb_z_from_t(1, NAN)) && isnan(vb_z_from_F(-1, 1, 5)) &&
              isnan(vb_z_from_F(NAN, 1, 5)) && isnan(vb_z_from_log_p(0.5)));
    cr_expect_eq(vb_z_from_t(INFINITY, 5), INFINITY);
    cr_expect_eq(vb_z_from_t(-INFINITY, 5), -INFINITY);
    cr_expect_eq(vb_z_from_F(INFINITY, 2, 5), INFINITY);
    cr_expect_eq(vb_z_from_F(0, 2, 5), -INFINITY);
    cr_expect_eq(vb_z_from_t(-2.385, 11), -vb_z_from_t(2.385, 11));
    cr_expect(support_near(vb_z_from_t(3e-12, 11), 3e-9 * vb_z_from_t(1e-3, 11), 1e-6));
    cr_expect(support_near(vb_p_two_sided(vb_tails_t(-1, 1)), 0.5, 1e-14));
    cr_expect(support_near(vb_t_from_log_p(log(0.75), 1), -1, 1e-14));
}

/* The stated error of the polynomials, 1e-11, at places the fit has not seen. */
Test(tails, tables_agree_with_the_direct_values)
{
    static const double df[] = {0.7, 1, 2.6, 11, 113, 280.5, 1e4, 1e7};
    vb_error err = {0};

    for (size_t k = 0; k < sizeof df / sizeof df[0]; k++) {
        vb_z_table *t_table = NULL, *f_table = NULL;
        double worst_t = 0, worst_f = 0;

        cr_assert_eq(vb_z_table_t(df[k], &t_table, &err), VB_OK, "%s", err.text);
        cr_assert_eq(vb_z_table_F(2.5, df[k], &f_table, &err), VB_OK, "%s", err.text);
        for (int i = -4000; i <= 4000; i++) {
            const double x = 60 * pow(i / 4000.0, 3) + 1e-7 * i; /* dense near 0 */
            double z, direct = vb_z_from_t(x, df[k]);

            vb_z_table_apply(t_table, 1, &x, &z);
            if (i)
                worst_t = fmax(worst_t, fabs(z / direct - 1));
            cr_expect(i || !(fabs(z) > 0));
            if (i <= 0)
                continue;
            direct = vb_z_from_F(x, 2.5, df[k]);
            vb_z_table_apply(f_table, 1, &x, &z);
            worst_f = fmax(worst_f, fabs(z - direct) / fmax(1, fabs(direct)));
        }
        cr_expect(worst_t <= 2e-11, "t, df %g: %g", df[k], worst_t);
        cr_expect(worst_f <= 2e-11, "F, df %g: %g", df[k], worst_f);
        vb_z_table_free(t_table);
        vb_z_table_free(f_table);
    }
}

Test(tails, tables_pass_odd_values_on)
{
    const double t[] = {NAN, INFINITY, -INFINITY, -0.0, 0, 1e30, 1e200};
    const double f[] = {NAN, INFINITY, 0, -1};
    double z[7], p[3] = {1.959963984540054, NAN, -40};
    vb_z_table *table = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_z_table_t(11, &table, NULL), VB_OK);
    vb_z_table_apply(table, 7, t, z);
    cr_expect(isnan(z[0]) && z[1] > 1e300 && z[2] < -1e300);
    cr_expect(!(fabs(z[3]) > 0) && !(fabs(z[4]) > 0));
    cr_expect(support_near(z[5], vb_z_from_t(1e30, 11), 1e-11));
    cr_expect(support_near(z[6], vb_z_from_t(1e200, 11), 1e-11));
    vb_z_table_free(table);
    cr_assert_eq(vb_z_table_F(2, 11, &table, NULL), VB_OK);
    vb_z_table_apply(table, 4, f, z);
    cr_expect(isnan(z[0]) && z[1] > 1e300 && z[2] < -1e300 && isnan(z[3]));
    vb_z_table_free(table);
    cr_assert_eq(vb_z_table_t(INFINITY, &table, NULL), VB_OK);
    vb_z_table_apply(table, 1, (double[]){2.385}, z);
    cr_expect_eq(z[0], 2.385);
    vb_z_table_free(table);
    cr_expect_eq(vb_z_table_t(0, &table, &err), VB_EDOM);
    cr_expect_str_eq(err.text, "t has 0 degrees of freedom, expected more than 0");
    cr_expect_eq(vb_z_table_F(1, NAN, &table, &err), VB_EDOM);
    vb_p_from_z(3, p, true, p);
    cr_expect(support_near(p[0], 0.05, 1e-14) && isnan(p[1]) && p[2] >= 0 &&
              p[2] < 1e-300);
    vb_p_from_z(1, (double[]){-40}, false, p);
    cr_expect_eq(p[0], 1);
}

/* P(F <= 1e-6) of 20 and 40 df is the binomial sum over j = 10 ... 29 of C(29, j) y^j
 * (1 - y)^(29 - j), y = 20e-6 / (40 + 20e-6), here from exact fractions. */
Test(tails, a_lower_tail_is_as_exact_as_an_upper_one)
{
    cr_expect(support_near(vb_tails_F(1e-6, 20, 40).log_lower,
                           log(1.9560289907656637e-56), 4e-16));
}

/* A time is printed, not judged: the machine is shared. */
Test(tails, four_hundred_thousand_voxels_of_three_contrasts)
{
    enum { N = 400000 };
    double *t = malloc(N * sizeof *t), *z = malloc(N * sizeof *z);
    vb_z_table *table = NULL;
    clock_t start = clock();

    cr_assert(t && z);
    for (size_t v = 0; v < N; v++)
        t[v] = 5 * sin(0.7 * (double)v);
    start = clock();
    cr_assert_eq(vb_z_table_t(256, &table, NULL), VB_OK);
    printf("z table made in %.1f ms\n",
           1e3 * (double)(clock() - start) / CLOCKS_PER_SEC);
    start = clock();
    for (int contrast = 0; contrast < 3; contrast++)
        vb_z_table_apply(table, N, t, z);
    printf("z of 3 x 400,000 t in %.1f ms\n",
           1e3 * (double)(clock() - start) / CLOCKS_PER_SEC);
    cr_expect(support_near(z[1], vb_z_from_t(t[1], 256), 1e-11));
    vb_z_table_free(table);
    free(t);
    free(z);
}
