/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums and plans: the same numbers whatever the block, the thread, the type and the kernel;
 * voxels and designs that cannot be fitted. */
#include "glm/glm_plan.h"
#include "glm_support.h"

enum { N = 75, P = 9, V = 700 }; /* V: two tiles and a part of a third */

static double *x, *y;
static const double first[P] = {1}, last[P] = {[P - 1] = 1};
static const double two[2 * P] = {[1] = 1, [P + 2] = 1};
static const vb_contrast contrasts[] = {{"first", 1, (double *)first},
                                        {"last", 1, (double *)last},
                                        {"two", 2, (double *)two}};

static void make(void)
{
    x = calloc(N * P, sizeof *x);
    y = calloc(N * V, sizeof *y);
    dense_design(N, P, 5, x);
    dense_series(N, P, x, V, -0.2, 0.8, 6, y);
    for (size_t i = 0; i < N * V; i++) /* whole numbers, so that int16 can hold them */
        y[i] = rint(10 * y[i]) - 9000;
}

static void drop(void)
{
    free(x);
    free(y);
}

TestSuite(glm, .init = make, .fini = drop);

static vb_glm_plan *plan_of(const char *noise)
{
    vb_glm_plan *plan = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = P,
                                                   .x = x,
                                                   .noise = noise,
                                                   .n_contrasts = 3,
                                                   .contrasts = contrasts},
                                   &plan, &err),
                 VB_OK, "%s", err.text);
    return plan;
}

/* All maps behind each other: 3 + 2 x (effect, variance, t, z, p) + (F, z, p) */
enum { N_MAPS = 16 };
static const struct {
    vb_stat stat;
    size_t contrast;
} maps[N_MAPS] = {{VB_STAT_RHO, 0},      {VB_STAT_SIGMA2, 0},   {VB_STAT_R2, 0},
                  {VB_STAT_EFFECT, 0},   {VB_STAT_VARIANCE, 0}, {VB_STAT_T, 0},
                  {VB_STAT_Z, 0},        {VB_STAT_P, 0},        {VB_STAT_EFFECT, 1},
                  {VB_STAT_VARIANCE, 1}, {VB_STAT_T, 1},        {VB_STAT_Z, 1},
                  {VB_STAT_P, 1},        {VB_STAT_F, 2},        {VB_STAT_Z, 2},
                  {VB_STAT_P, 2}};

static double *all_maps(const vb_glm *glm, size_t n_voxels)
{
    double *out = calloc(N_MAPS * n_voxels, sizeof *out);
    vb_error err = {0};

    for (size_t m = 0; m < N_MAPS; m++)
        cr_assert_eq(vb_glm_map(glm, maps[m].stat, maps[m].contrast, out + m * n_voxels,
                                &err),
                     VB_OK, "%s", err.text);
    return out;
}

static double *run(const vb_glm_plan *plan, size_t block, size_t n_threads,
                   vb_sample type, const void *values, double slope, double inter,
                   vb_glm_counts *counts)
{
    vb_glm *glm = NULL;
    vb_error err = {0};
    double *out;

    cr_assert_eq(vb_glm_alloc(plan, V, &glm, &err), VB_OK);
    for (size_t s = 0; s < N; s += block) {
        const size_t n = N - s < block ? N - s : block;

        cr_assert_eq(vb_glm_add(glm, n, type,
                                (const char *)values + s * V * vb_sample_bytes(type), V,
                                n_threads, &err),
                     VB_OK, "%s", err.text);
    }
    cr_assert_eq(vb_glm_finish(glm, slope, inter, n_threads, counts, &err), VB_OK, "%s",
                 err.text);
    out = all_maps(glm, V);
    vb_glm_free(glm);
    return out;
}

static void expect_near(const double *a, const double *b, double tolerance,
                        const char *what)
{
    for (size_t m = 0; m < N_MAPS; m++) {
        double scale = 0;

        for (size_t v = 0; v < V; v++)
            scale = fmax(scale, fabs(b[m * V + v]));
        for (size_t v = 0; v < V; v++)
            cr_expect(fabs(a[m * V + v] - b[m * V + v]) <= tolerance * scale,
                      "%s, map %zu, voxel %zu: %.17g, expected %.17g", what, m, v,
                      a[m * V + v], b[m * V + v]);
    }
}

Test(glm, maps_are_the_same_to_the_bit_for_any_number_of_threads)
{
    static const char *const noises[] = {"ols", "ar1", "ar1-moment", "ar1-plugin"};

    for (size_t k = 0; k < 4; k++) {
        vb_glm_plan *plan = plan_of(noises[k]);
        double *one = run(plan, 32, 1, VB_SAMPLE_FLOAT64, y, 1, 0, NULL);

        for (size_t n = 2; n <= 8; n += 3)
            for (int repeat = 0; repeat < 5; repeat++) {
                double *many = run(plan, 32, n, VB_SAMPLE_FLOAT64, y, 1, 0, NULL);

                cr_expect_arr_eq(one, many, N_MAPS * V * sizeof *one, "%s, %zu threads",
                                 noises[k], n);
                free(many);
            }
        free(one);
        vb_glm_plan_free(plan);
    }
}

/* The base is the mean of the first 4 scans: blocks that hold them change no bit.  With another
   base rounding differs: 1e-10 of the map's maximum; REML's rho is settled to 1e-8. */
Test(glm, maps_do_not_depend_on_the_blocks)
{
    vb_glm_plan *plan = plan_of("ar1");
    double *want = run(plan, 32, 1, VB_SAMPLE_FLOAT64, y, 1, 0, NULL);

    for (size_t block = 1; block <= 75; block += block == 1 ? 3 : 71) {
        double *got = run(plan, block, 1, VB_SAMPLE_FLOAT64, y, 1, 0, NULL);

        if (block == 1)
            expect_near(got, want, 1e-7, "blocks");
        else
            cr_expect_arr_eq(got, want, N_MAPS * V * sizeof *got, "blocks of %zu",
                             block);
        free(got);
    }
    free(want);
    vb_glm_plan_free(plan);
}

Test(glm, the_last_volumes_added_and_fitted_at_once_change_no_bit)
{
    vb_glm_plan *plan = plan_of("ar1");
    vb_error err = {0};
    vb_glm_counts counts;

    for (size_t n_last = 1; n_last <= N; n_last += 37) { /* 75: more than fit at once */
        const size_t before = N - n_last;
        double *want, *got, mean[V];
        vb_glm *glm = NULL;
        size_t n_bytes;

        cr_assert_eq(vb_glm_alloc(plan, V, &glm, &err), VB_OK);
        cr_expect_not_null(vb_glm_memory(glm, &n_bytes));
        cr_expect_geq(n_bytes, V * (2 * P + 6) * sizeof(double));
        cr_expect_eq(vb_glm_mean(glm, mean, &err), VB_EUSAGE);
        cr_assert_eq(vb_glm_add(glm, before, VB_SAMPLE_FLOAT64, y, V, 2, &err), VB_OK);
        cr_expect_eq(vb_glm_add_last(glm, n_last - 1, VB_SAMPLE_FLOAT64, y, V, 1, 0, 2,
                                     &counts, &err),
                     VB_EUSAGE, "too few volumes");
        cr_assert_eq(vb_glm_add_last(glm, n_last, VB_SAMPLE_FLOAT64, y + before * V, V,
                                     2, 5, 3, &counts, &err),
                     VB_OK, "%s", err.text);
        got = all_maps(glm, V);
        cr_expect_eq(counts.n_fitted, V);
        vb_glm_free(glm);

        cr_assert_eq(vb_glm_alloc(plan, V, &glm, &err), VB_OK);
        cr_assert_eq(vb_glm_add(glm, before, VB_SAMPLE_FLOAT64, y, V, 1, &err), VB_OK);
        cr_assert_eq(vb_glm_add(glm, n_last, VB_SAMPLE_FLOAT64, y + before * V, V, 1,
                                &err),
                     VB_OK);
        cr_assert_eq(vb_glm_finish(glm, 2, 5, 1, NULL, &err), VB_OK);
        want = all_maps(glm, V);
        cr_expect_arr_eq(got, want, N_MAPS * V * sizeof *got, "%zu at last", n_last);
        vb_glm_free(glm);
        free(got);
        free(want);
    }
    vb_glm_plan_free(plan);
}

/* With a constant among the columns and without one, where other sums are kept. */
Test(glm, the_mean_over_the_scans_is_that_of_the_data)
{
    for (size_t n_cols = P - 1; n_cols <= P; n_cols++) {
        double part[N * P], mean[V];
        vb_glm_plan *plan = NULL;
        vb_glm *glm = NULL;
        vb_error err = {0};

        for (size_t t = 0; t < N; t++)
            for (size_t j = 0; j < n_cols; j++) /* the constant is the last column */
                part[t * n_cols + j] =
                    n_cols == P || j + 1 < n_cols ? x[t * P + j] : sin((double)t);
        cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                       .n_cols = n_cols,
                                                       .x = part,
                                                       .noise = "ar1"},
                                       &plan, &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(vb_glm_alloc(plan, V, &glm, &err), VB_OK);
        cr_assert_eq(vb_glm_add_last(glm, N, VB_SAMPLE_FLOAT64, y, V, 0.5, 7, 1, NULL,
                                     &err),
                     VB_OK, "%s", err.text);
        cr_assert_eq(vb_glm_mean(glm, mean, &err), VB_OK);
        for (size_t v = 0; v < V; v++) {
            double sum = 0;

            for (size_t t = 0; t < N; t++)
                sum += 0.5 * y[t * V + v] + 7;
            cr_expect_float_eq(mean[v], sum / N, 1e-9, "%zu columns, voxel %zu", n_cols,
                               v);
        }
        vb_glm_free(glm);
        vb_glm_plan_free(plan);
    }
}

Test(glm, all_types_and_kernels_give_the_same_maps)
{
    short *y16 = calloc(N * V, sizeof *y16);
    float *y32 = calloc(N * V, sizeof *y32);
    vb_glm_plan *plan = plan_of("ar1-moment");
    double *want = run(plan, 32, 1, VB_SAMPLE_FLOAT64, y, 1, 0, NULL), *got;

    for (size_t i = 0; i < N * V; i++) {
        y16[i] = (short)y[i];
        y32[i] = (float)y[i];
    }
    got = run(plan, 32, 1, VB_SAMPLE_INT16, y16, 1, 0, NULL);
    cr_expect_arr_eq(got, want, N_MAPS * V * sizeof *got, "int16");
    free(got);
    got = run(plan, 32, 1, VB_SAMPLE_FLOAT32, y32, 1, 0, NULL);
    cr_expect_arr_eq(got, want, N_MAPS * V * sizeof *got, "float32");
    free(got);
    vb_glm_plan_use(plan, &vb_glm_kernels_portable);
    got = run(plan, 32, 1, VB_SAMPLE_INT16, y16, 1, 0, NULL);
    expect_near(got, want, 1e-10, "portable kernels"); /* FMA rounds once, not twice */
    free(got);
    free(want);
    free(y16);
    free(y32);
    vb_glm_plan_free(plan);
}

Test(glm, scaling_of_the_image_is_that_of_the_data)
{
    static const char *const noises[] = {"ols", "ar1-moment"};
    double *scaled = calloc(N * V, sizeof *scaled);

    for (size_t i = 0; i < N * V; i++)
        scaled[i] = -0.371 * y[i] + 512.5;
    for (size_t k = 0; k < 2; k++) {
        vb_glm_plan *plan = plan_of(noises[k]);
        double *want = run(plan, 32, 1, VB_SAMPLE_FLOAT64, scaled, 1, 0, NULL);
        double *got = run(plan, 32, 1, VB_SAMPLE_FLOAT64, y, -0.371, 512.5, NULL);

        expect_near(got, want, 1e-9, noises[k]);
        free(want);
        free(got);
        vb_glm_plan_free(plan);
    }
    free(scaled);
}

/* Dense least squares of glm_support.h with a design that cannot take up the mean. */
Test(glm, a_design_without_a_constant_is_fitted_to_the_data_as_they_are)
{
    static dense_fit fit;
    vb_glm_plan *plan = NULL;
    double *bare = calloc(N * (P - 1), sizeof *bare), *got;
    const double weights[P - 1] = {1}, other[P - 1] = {0, 1};
    const vb_contrast c[] = {{"first", 1, (double *)weights},
                             {"second", 1, (double *)other},
                             {"f", 1, (double *)weights}};
    vb_error err = {0};
    vb_glm *glm;

    for (size_t t = 0; t < N; t++)
        memcpy(bare + t * (P - 1), x + t * P, (P - 1) * sizeof *bare);
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = P - 1,
                                                   .x = bare,
                                                   .noise = "ar1",
                                                   .n_contrasts = 3,
                                                   .contrasts = c},
                                   &plan, &err),
                 VB_OK);
    cr_expect(!plan->has_constant);
    glm = dense_run(plan, N, V, y);
    got = dense_map(glm, V, VB_STAT_EFFECT, 0);
    for (size_t v = 0; v < V; v += 111) {
        double *rho = dense_map(glm, V, VB_STAT_RHO, 0);
        double *sigma2 = dense_map(glm, V, VB_STAT_SIGMA2, 0);

        dense_gls(N, P - 1, bare, y + v, V, rho[v], &fit);
        cr_expect_float_eq(got[v], fit.beta[0], 1e-8 * fabs(fit.beta[0]), "%.17g",
                           got[v]);
        cr_expect_float_eq(sigma2[v] / fit.sigma2, 1, 1e-9);
        free(rho);
        free(sigma2);
    }
    free(got);
    free(bare);
    vb_glm_free(glm);
    vb_glm_plan_free(plan);
}

Test(glm, voxels_that_cannot_be_fitted_are_nan_and_counted)
{
    vb_glm_plan *plan = plan_of("ar1");
    double *want = run(plan, 32, 1, VB_SAMPLE_FLOAT64, y, 1, 0, NULL), *got;
    vb_glm_counts counts;
    static const size_t bad[] = {3, 4, 5, 6, 300, 699};

    y[3] = NAN; /* first scan */
    y[40 * V + 4] = NAN;
    y[74 * V + 300] = INFINITY;
    for (size_t t = 0; t < N; t++) {
        y[t * V + 5] = 0;
        y[t * V + 6] = 1234.567;
        y[t * V + 699] = 20 + 3 * x[t * P]; /* nothing is left over */
    }
    got = run(plan, 32, 1, VB_SAMPLE_FLOAT64, y, 1, 0, &counts);
    cr_expect_eq(counts.n_nonfinite, 3u, "%zu", counts.n_nonfinite);
    cr_expect_eq(counts.n_constant, 3u, "%zu", counts.n_constant);
    cr_expect_eq(counts.n_fitted, V - 6u);
    for (size_t m = 0; m < N_MAPS; m++)
        for (size_t v = 0; v < V; v++) {
            bool is_bad = false;

            for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++)
                is_bad = is_bad || bad[k] == v;
            if (is_bad)
                cr_expect(isnan(got[m * V + v]), "map %zu voxel %zu: %g", m, v,
                          got[m * V + v]);
            else
                cr_expect(got[m * V + v] == want[m * V + v], "map %zu voxel %zu", m, v);
        }
    free(got);
    free(want);
    vb_glm_plan_free(plan);
}

/* A doubled column and a column of zeros change neither rank nor maps; weights on the sum
   of the twins are estimable, on one of them not. */
Test(glm, aliased_columns_leave_the_maps_as_they_are)
{
    enum { WIDE = P + 2 };
    double *wide = calloc(N * WIDE, sizeof *wide), *want, *got;
    const double sum[WIDE] = {[1] = 1, [P] = 1}, one[WIDE] = {[1] = 1};
    const double zero[WIDE] = {[P + 1] = 1}, plain[WIDE] = {[0] = 1};
    const double twice[2 * WIDE] = {[0] = 1, [WIDE] = -2};
    const vb_contrast good[] = {{"sum", 1, (double *)sum},
                                {"plain", 1, (double *)plain},
                                {"same twice", 2, (double *)twice}};
    const vb_contrast bad[] = {{"one", 1, (double *)one}, {"zero", 1, (double *)zero}};
    const double second[P] = {0, 1};
    const vb_contrast narrow[] = {{"second", 1, (double *)second}};
    vb_glm_plan *plan = NULL, *reference = NULL;
    vb_error err = {0};
    vb_glm *a, *b;

    for (size_t t = 0; t < N; t++) {
        memcpy(wide + t * WIDE, x + t * P, P * sizeof *wide);
        wide[t * WIDE + P] = x[t * P + 1];
    }
    for (size_t i = 0; i < 2; i++) {
        cr_expect_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                       .n_cols = WIDE,
                                                       .x = wide,
                                                       .n_contrasts = 1,
                                                       .contrasts = &bad[i]},
                                       &plan, &err),
                     VB_EESTIMATE);
        cr_expect(strstr(err.text, bad[i].name) &&
                      strstr(err.text, "cannot be estimated"),
                  "%s", err.text);
    }
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = WIDE,
                                                   .x = wide,
                                                   .n_contrasts = 3,
                                                   .contrasts = good},
                                   &plan, &err),
                 VB_OK, "%s", err.text);
    cr_expect_eq(vb_glm_rank(plan), (size_t)P);
    cr_expect_eq(vb_glm_df(plan), N - P);
    cr_expect_eq(vb_glm_contrast_df(plan, 2), 1u, "two rows in one direction");
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = P,
                                                   .x = x,
                                                   .n_contrasts = 1,
                                                   .contrasts = narrow},
                                   &reference, &err),
                 VB_OK);
    a = dense_run(plan, N, V, y);
    b = dense_run(reference, N, V, y);
    got = dense_map(a, V, VB_STAT_EFFECT, 0);
    want = dense_map(b, V, VB_STAT_EFFECT, 0);
    for (size_t v = 0; v < V;
         v++) /* the twins share the effect: their sum is all of it */
        cr_expect_float_eq(got[v], want[v], 1e-7, "%.12g, %.12g", got[v], want[v]);
    free(got);
    free(want);
    got = dense_map(a, V, VB_STAT_F, 2);
    want = dense_map(a, V, VB_STAT_T, 1);
    for (size_t v = 0; v < V; v++)
        cr_expect_float_eq(got[v], want[v] * want[v], 1e-9 * fmax(1, got[v]));
    free(got);
    free(want);
    vb_glm_free(a);
    vb_glm_free(b);
    vb_glm_plan_free(plan);
    vb_glm_plan_free(reference);
    free(wide);
}

/* Deleting scans and giving each a column of its own are the same model: white noise. */
Test(glm, a_column_per_censored_scan_is_deletion)
{
    enum { WIDE = P + 2 };
    double *wide = calloc(N * WIDE, sizeof *wide), *short_x, *short_y, *got, *want;
    const double weights[WIDE] = {1};
    const vb_contrast c = {"first", 1, (double *)weights};
    vb_glm_plan *plan = NULL, *deleted = NULL;
    vb_error err = {0};
    vb_glm *a, *b;
    size_t n = 0;

    short_x = calloc(N * P, sizeof *short_x);
    short_y = calloc(N * V, sizeof *short_y);
    for (size_t t = 0; t < N; t++) {
        memcpy(wide + t * WIDE, x + t * P, P * sizeof *wide);
        wide[t * WIDE + P] = t == 17;
        wide[t * WIDE + P + 1] = t == 18;
        if (t == 17 || t == 18)
            continue;
        memcpy(short_x + n * P, x + t * P, P * sizeof *x);
        memcpy(short_y + n * V, y + t * V, V * sizeof *y);
        n++;
    }
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = WIDE,
                                                   .x = wide,
                                                   .noise = "ols",
                                                   .n_contrasts = 1,
                                                   .contrasts = &c},
                                   &plan, &err),
                 VB_OK);
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = n,
                                                   .n_cols = P,
                                                   .x = short_x,
                                                   .noise = "ols",
                                                   .n_contrasts = 1,
                                                   .contrasts = &c},
                                   &deleted, &err),
                 VB_OK);
    cr_expect_eq(vb_glm_df(plan), vb_glm_df(deleted));
    a = dense_run(plan, N, V, y);
    b = dense_run(deleted, n, V, short_y);
    got = dense_map(a, V, VB_STAT_T, 0);
    want = dense_map(b, V, VB_STAT_T, 0);
    for (size_t v = 0; v < V; v++)
        cr_expect_float_eq(got[v], want[v], 1e-9 * fmax(1, fabs(want[v])));
    free(got);
    free(want);
    vb_glm_free(a);
    vb_glm_free(b);
    vb_glm_plan_free(plan);
    vb_glm_plan_free(deleted);
    free(wide);
    free(short_x);
    free(short_y);
}

Test(glm, what_makes_no_sense_is_refused_with_its_reason)
{
    vb_glm_model model = {.n_scans = N, .n_cols = P, .x = x};
    const double nothing[P] = {0};
    const vb_contrast empty = {"empty", 1, (double *)nothing};
    vb_glm_plan *plan = NULL;
    vb_glm *glm = NULL;
    double *zeros = calloc(N * P, sizeof *zeros);
    vb_error err = {0};

    model.noise = "ar2";
    cr_expect_eq(vb_glm_plan_alloc(&model, &plan, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "no noise model 'ar2'") && strstr(err.text, "ar1"), "%s",
              err.text);
    model.noise = NULL;
    model.n_scans = P - 1;
    cr_expect_eq(vb_glm_plan_alloc(&model, &plan, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "no degrees of freedom are left"), "%s", err.text);
    model.n_scans = N;
    model.x = zeros;
    cr_expect_eq(vb_glm_plan_alloc(&model, &plan, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "all columns are zero"), "%s", err.text);
    model.x = x;
    x[2 * P + 4] = NAN;
    cr_expect_eq(vb_glm_plan_alloc(&model, &plan, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "column 5 of scan 3 is nan"), "%s", err.text);
    x[2 * P + 4] = 0.5;
    model.n_contrasts = 1;
    model.contrasts = &empty;
    cr_expect_eq(vb_glm_plan_alloc(&model, &plan, &err), VB_EESTIMATE);
    cr_expect(strstr(err.text, "contrast 'empty'"), "%s", err.text);
    model.contrasts = contrasts;
    cr_assert_eq(vb_glm_plan_alloc(&model, &plan, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_glm_alloc(plan, V, &glm, &err), VB_OK);
    cr_expect_eq(vb_glm_finish(glm, 1, 0, 1, NULL, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "0 volumes were added"), "%s", err.text);
    cr_expect_eq(vb_glm_add(glm, N, VB_SAMPLE_FLOAT64, y, V, 1, &err), VB_OK);
    cr_expect_eq(vb_glm_add(glm, 1, VB_SAMPLE_FLOAT64, y, V, 1, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "1 volumes follow 75"), "%s", err.text);
    cr_expect_eq(vb_glm_map(glm, VB_STAT_RHO, 0, zeros, &err), VB_EUSAGE,
                 "not finished");
    cr_expect_eq(vb_glm_finish(glm, 0, 0, 1, NULL, &err), VB_EUSAGE);
    cr_expect_eq(vb_glm_finish(glm, 1, 0, 1, NULL, &err), VB_OK);
    cr_expect_eq(vb_glm_finish(glm, 1, 0, 1, NULL, &err), VB_EUSAGE, "twice");
    cr_expect_eq(vb_glm_map(glm, VB_STAT_F, 0, zeros, &err), VB_EUSAGE, "a t has no F");
    cr_expect_eq(vb_glm_map(glm, VB_STAT_T, 7, zeros, &err), VB_EUSAGE);
    vb_glm_free(glm);
    vb_glm_plan_free(plan);
    vb_glm_free(NULL);
    vb_glm_plan_free(NULL);
    free(zeros);
}

Test(glm, no_voxels_are_no_error)
{
    vb_glm_plan *plan = plan_of("ar1");
    vb_glm *glm = NULL;
    vb_glm_counts counts;
    vb_error err = {0};

    cr_assert_eq(vb_glm_alloc(plan, 0, &glm, &err), VB_OK);
    cr_expect_eq(vb_glm_add(glm, N, VB_SAMPLE_FLOAT32, NULL, 0, 2, &err), VB_OK);
    cr_expect_eq(vb_glm_finish(glm, 1, 0, 2, &counts, &err), VB_OK);
    cr_expect_eq(counts.n_fitted, 0u);
    vb_glm_free(glm);
    vb_glm_plan_free(plan);
}
