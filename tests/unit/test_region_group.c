/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests over subjects: the voxels of the golden second level as regions; arrangements counted
 * by hand; error rates. */
#include "glm_support.h"
#include "valuebold/region_group.h"

#include <stdint.h>

enum { SUBJECTS = 12 };

/* Values [SUBJECTS x n] of the golden images at the voxels of a table's i, j, k. */
static double *golden_values(const vb_table *table)
{
    const double *i = support_column(table, "i"), *j = support_column(table, "j");
    const double *k = support_column(table, "k");
    double *values = calloc(SUBJECTS * table->n_rows, sizeof *values);

    for (size_t s = 0; s < SUBJECTS; s++) {
        char path[64];
        size_t size;
        char *file;
        int16_t dim[4];

        snprintf(path, sizeof path, "tests/data/golden/group/con_%02zu.nii", s + 1);
        file = support_read(path, &size);
        cr_assert(file && size > 352, "%s", path);
        memcpy(dim, file + 40, sizeof dim);
        for (size_t v = 0; v < table->n_rows; v++) {
            float x;

            memcpy(&x,
                   file + 352 +
                       4 * ((size_t)i[v] +
                            (size_t)dim[1] *
                                ((size_t)j[v] + (size_t)dim[2] * (size_t)k[v])),
                   sizeof x);
            values[s * table->n_rows + v] = (double)x;
        }
        free(file);
    }
    return values;
}

static vb_table *golden(const char *name)
{
    char path[96];

    snprintf(path, sizeof path, "tests/data/golden/group/%s.tsv", name);
    return support_table(path);
}

static vb_region_group_result *test_of(const vb_region_group *data,
                                       vb_region_group_info *info)
{
    vb_region_group_result *r = calloc(data->n_regions, sizeof *r);
    vb_error err = {0};

    cr_assert_eq(vb_region_group_test(data, r, info, &err), VB_OK, "%s", err.text);
    return r;
}

TestSuite(region_group);

/* numpy, all 256 sign flips of 8 subjects: counts are exact */
Test(region_group, exact_sign_flips_are_those_of_the_reference_to_the_count)
{
    vb_table *table = golden("signflip_voxels_n8");
    double *values = golden_values(table);
    const double *t = support_column(table, "t");
    const double *own = support_column(table, "p_unc_two");
    const double *all = support_column(table, "p_fwe_two");
    vb_region_group_info info;
    vb_region_group_result *r = test_of(&(vb_region_group){.n_subjects = 8,
                                                           .n_regions = table->n_rows,
                                                           .values = values},
                                        &info);

    cr_expect(info.exact);
    cr_expect_eq(info.n_permutations, 256);
    for (size_t v = 0; v < table->n_rows; v++) {
        cr_expect(support_near(r[v].t, t[v], 1e-10), "voxel %zu: %g %g", v, r[v].t,
                  t[v]);
        cr_expect_float_eq(r[v].p_permutation, own[v], 1e-12, "voxel %zu", v);
        cr_expect_float_eq(r[v].p_corrected, all[v], 1e-12, "voxel %zu", v);
    }
    free(r);
    free(values);
    vb_table_free(table);
}

/* numpy: pooled and Welch's t; ours is second minus first */
Test(region_group, two_groups_equal_the_reference_pooled_and_after_welch)
{
    vb_table *table = golden("two_sample"), *subjects = golden("subjects");
    double *values = golden_values(table);
    const double *who = support_column(subjects, "group");
    const char *const columns[2][2] = {{"t", "p_two"}, {"t_welch", "p_two_welch"}};
    size_t group[SUBJECTS];

    for (size_t s = 0; s < SUBJECTS; s++)
        group[s] = (size_t)who[s] - 1;
    for (size_t k = 0; k < 2; k++) {
        const double *t = support_column(table, columns[k][0]);
        const double *p = support_column(table, columns[k][1]);
        vb_region_group_info info;
        vb_region_group_result *r =
            test_of(&(vb_region_group){.test = VB_GROUP_TWO_GROUP,
                                       .n_subjects = SUBJECTS,
                                       .n_regions = table->n_rows,
                                       .values = values,
                                       .group = group,
                                       .unequal_variances = k == 1},
                    &info);

        cr_expect(info.exact);
        cr_expect_eq(info.n_permutations, 924, "12 choose 6");
        for (size_t v = 0; v < table->n_rows; v++) {
            cr_expect(support_near(-r[v].t, t[v], 1e-9), "%g %g", r[v].t, t[v]);
            cr_expect(support_near(r[v].p, p[v], 1e-8));
            cr_expect(r[v].p_permutation >= 2.0 / 924 - 1e-12);
            cr_expect(r[v].p_corrected >= r[v].p_permutation);
        }
        free(r);
    }
    vb_table_free(table);
    vb_table_free(subjects);
    free(values);
}

Test(region_group, covariate_and_group_beside_a_covariate_equal_the_reference)
{
    vb_table *table = golden("regression"), *ancova = golden("ancova");
    vb_table *subjects = golden("subjects");
    double *values = golden_values(table);
    const double *who = support_column(subjects, "group");
    const double *covariate = support_column(subjects, "covariate");
    const double *t = support_column(table, "t_slope");
    const double *both = support_column(ancova, "t_g1-g2");
    const double *t0 = support_column(table, "t_intercept");
    size_t group[SUBJECTS];
    vb_region_group data = {.test = VB_GROUP_COVARIATE,
                            .n_subjects = SUBJECTS,
                            .n_regions = table->n_rows,
                            .values = values,
                            .group = group,
                            .covariate = covariate,
                            .n_permutations = 200};
    vb_region_group_result *r;
    vb_region_group_info info;

    for (size_t s = 0; s < SUBJECTS; s++)
        group[s] = (size_t)who[s] - 1;
    r = test_of(&data, &info);
    cr_expect_not(info.exact, "12! are too many");
    cr_expect_eq(info.n_permutations, 201);
    for (size_t v = 0; v < table->n_rows; v++)
        cr_expect(support_near(r[v].t, t[v], 1e-9));
    free(r);
    data.test = VB_GROUP_TWO_GROUP;
    data.n_nuisance = 1;
    data.nuisance = covariate;
    r = test_of(&data, &info);
    for (size_t v = 0; v < table->n_rows; v++)
        cr_expect(support_near(-r[v].t, both[v], 1e-9));
    free(r);
    data.test = VB_GROUP_ONE_SAMPLE;
    r = test_of(&data, &info);
    cr_expect_eq(info.n_permutations, 4096);
    for (size_t v = 0; v < table->n_rows; v++) {
        cr_expect(support_near(r[v].t, t0[v], 1e-9));
        cr_expect_eq(r[v].df, 10);
    }
    free(r);
    vb_table_free(table);
    vb_table_free(ancova);
    vb_table_free(subjects);
    free(values);
}

/* By hand: values 1 2 3 with a covariate 1 2 3 lie on a line but for .1; of 6 orders two give
 * |r| as large (itself and its mirror). Five subjects 3 1 | 9 8 10: of 10 labels, |difference|
 * as large as 7 only in the one observed. One-sample 1 2 4: |sum| 7 twice in 8. */
Test(region_group, arrangements_counted_by_hand)
{
    const double line[3] = {1, 2.1, 3}, covariate[3] = {1, 2, 3};
    const double two[5] = {3, 1, 9, 8, 10}, one[3] = {1, 2, 4};
    const size_t group[5] = {0, 0, 1, 1, 1};
    vb_region_group_info info;
    vb_region_group_result *r = test_of(&(vb_region_group){.test = VB_GROUP_COVARIATE,
                                                           .n_subjects = 3,
                                                           .n_regions = 1,
                                                           .values = line,
                                                           .covariate = covariate},
                                        &info);

    cr_expect_eq(info.n_permutations, 6);
    cr_expect_float_eq(r->p_permutation, 2 / 6.0, 1e-12);
    cr_expect_float_eq(r->effect, 1, 1e-12);
    free(r);
    r = test_of(&(vb_region_group){.test = VB_GROUP_TWO_GROUP,
                                   .n_subjects = 5,
                                   .n_regions = 1,
                                   .values = two,
                                   .group = group},
                &info);
    cr_expect_eq(info.n_permutations, 10);
    cr_expect_float_eq(r->p_permutation, 1 / 10.0, 1e-12);
    cr_expect_float_eq(r->effect, 7, 1e-12);
    /* pooled variance (2 + 2) / 3 */
    cr_expect_float_eq(r->d, 7 / sqrt(4 / 3.0), 1e-12);
    free(r);
    r = test_of(&(vb_region_group){.n_subjects = 3, .n_regions = 1, .values = one},
                &info);
    cr_expect_eq(info.n_permutations, 8);
    cr_expect_float_eq(r->p_permutation, 2 / 8.0, 1e-12);
    /* mean 7/3, variance 7/3 */
    cr_expect_float_eq(r->d, sqrt(7 / 3.0), 1e-12);
    free(r);
}

Test(region_group, missing_values_leave_the_other_regions_as_they_are)
{
    enum { N = 7, R = 3 };
    const size_t group[N] = {0, 1, 0, 1, 0, 1, 0};
    double values[N * R], few[6];
    uint64_t seed = 3;
    vb_region_group_result *r, *alone;
    vb_region_group_info info;

    for (size_t i = 0; i < N * R; i++)
        values[i] = dense_normal(&seed) + 0.4;
    values[4 * R + 1] = NAN;
    for (size_t i = 0; i < N; i++)
        values[i * R + 2] = 3.3; /* no variance */
    for (size_t i = 0, n = 0; i < N; i++)
        if (i != 4)
            few[n++] = values[i * R + 1];
    r = test_of(&(vb_region_group){.n_subjects = N, .n_regions = R, .values = values},
                &info);
    alone = test_of(&(vb_region_group){.n_subjects = 6, .n_regions = 1, .values = few},
                    &info);
    cr_expect_eq(r[1].n, 6);
    cr_expect_float_eq(r[1].t, alone->t, 1e-12);
    cr_expect_float_eq(r[1].p_permutation, alone->p_permutation, 1e-12,
                       "a sign that nobody has counts twice everywhere");
    cr_expect(isnan(r[2].t) && isnan(r[2].p_corrected));
    cr_expect_eq(r[0].n, 7);
    free(r);
    r = test_of(&(vb_region_group){.test = VB_GROUP_TWO_GROUP,
                                   .n_subjects = N,
                                   .n_regions = R,
                                   .values = values,
                                   .group = group},
                &info);
    cr_expect(r[1].p_permutation > 0 && r[1].p_permutation <= 1);
    cr_expect(isnan(r[2].p));
    free(r);
    free(alone);
}

/* 400 data sets of 6 regions without any effect, drawn flips of 16 subjects: the corrected p is
 * below .05 in 5 % of them; sqrt(.05 .95 / 400) = 1.1 %, limits at 3 of these. */
Test(region_group, the_largest_of_all_regions_keeps_the_error_rate)
{
    enum { SETS = 400, N = 16, R = 6 };
    double values[N * R];
    uint64_t seed = 99;
    size_t n_false = 0;

    for (size_t k = 0; k < SETS; k++) {
        vb_region_group_result r[R];
        bool any = false;

        for (size_t i = 0; i < N; i++) {
            const double common = dense_normal(&seed);

            for (size_t v = 0; v < R; v++)
                values[i * R + v] = common + dense_normal(&seed);
        }
        cr_assert_eq(vb_region_group_test(&(vb_region_group){.n_subjects = N,
                                                             .n_regions = R,
                                                             .values = values,
                                                             .most_exact = 1,
                                                             .n_permutations = 399,
                                                             .seed = k},
                                          r, NULL, NULL),
                     VB_OK);
        for (size_t v = 0; v < R; v++)
            any = any || r[v].p_corrected <= 0.05;
        n_false += any;
    }
    cr_expect(n_false >= 7 && n_false <= 33, "%zu of 400", n_false);
}

Test(region_group, drawn_arrangements_depend_on_the_seed_alone)
{
    double values[24];
    uint64_t seed = 5;
    vb_region_group data = {.n_subjects = 24,
                            .n_regions = 1,
                            .values = values,
                            .n_permutations = 500,
                            .most_exact = 1000,
                            .seed = 1};
    vb_region_group_result a, b, c;

    for (size_t i = 0; i < 24; i++)
        values[i] = dense_normal(&seed) + 0.3;
    cr_assert_eq(vb_region_group_test(&data, &a, NULL, NULL), VB_OK);
    cr_assert_eq(vb_region_group_test(&data, &b, NULL, NULL), VB_OK);
    data.seed = 2;
    cr_assert_eq(vb_region_group_test(&data, &c, NULL, NULL), VB_OK);
    cr_expect_eq(a.p_permutation, b.p_permutation);
    cr_expect_neq(a.p_permutation, c.p_permutation);
    cr_expect_float_eq(a.p_permutation, a.p, 0.05, "both estimate the same");
}

Test(region_group, what_a_test_needs_is_asked_for)
{
    const double values[4] = {1, 2, 3, 5}, same[4] = {2, 2, 2, 2};
    const double gap[4] = {1, NAN, 2, 3};
    const size_t one[4] = {0, 0, 0, 1}, odd[4] = {0, 1, 2, 1};
    vb_region_group_result r;
    vb_region_group d = {.n_subjects = 4, .n_regions = 1, .values = values};
    vb_error err = {0};

    d.test = VB_GROUP_TWO_GROUP;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EUSAGE);
    d.group = one;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "3 and 1"), "%s", err.text);
    d.group = odd;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "subject 3"), "%s", err.text);
    d.test = VB_GROUP_COVARIATE;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EUSAGE);
    d.covariate = same;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "same"), "%s", err.text);
    d.covariate = gap;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "subject 2"), "%s", err.text);
    d.test = VB_GROUP_ONE_SAMPLE;
    d.unequal_variances = true;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EUSAGE);
    d.unequal_variances = false;
    d.n_nuisance = 1;
    d.nuisance = gap;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EINPUT);
    d.n_nuisance = 0;
    d.n_subjects = 2;
    cr_expect_eq(vb_region_group_test(&d, &r, NULL, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "2 subjects"), "%s", err.text);
}
