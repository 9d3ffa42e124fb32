/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arma11 with small_sample: averages over all points of the grid by dense matrices, from the
 * equations alone.
 */
#include "arma_support.h"
#include "valuebold/glm_series.h"
#include "valuebold/tails.h"

#include <string.h>

enum { N = 36, P = 5, N_VOXELS = 21, N_A = 19, N_B = 19, POINTS = N_A * N_B };

static const double first[P] = {1}, second[P] = {0, 1, -2};

typedef struct problem {
    double x[N * P], y[N_VOXELS * N];
    vb_series_plan *plan;
    vb_series *fit;
} problem;

/* white noise, AR and AR + white, with a level, a trend and an effect */
static void fill(problem *q, uint64_t seed)
{
    dense_design(N, P, 8, q->x);
    for (size_t v = 0; v < N_VOXELS; v++) {
        const double a = 0.06 * (double)(v % 15);
        double u = dense_normal(&seed) / sqrt(1 - a * a);

        for (size_t t = 0; t < N; t++) {
            u = a * u + dense_normal(&seed);
            q->y[v * N + t] = 650 + 0.3 * (double)t + 1.5 * q->x[t * P] + 3 * u +
                              2 * (double)(v % 2) * dense_normal(&seed);
        }
    }
}

static void run(problem *q, const char *noise, vb_small_sample small, size_t n_threads)
{
    static const double both[2 * P] = {[0] = 1, [P + 1] = 1};
    const vb_contrast contrasts[] = {{"first", 1, (double *)first},
                                     {"both", 2, (double *)both},
                                     {"second", 1, (double *)second}};
    const vb_series_model m = {.n_scans = N,
                               .n_cols = P,
                               .x = q->x,
                               .noise = noise,
                               .small_sample = small,
                               .n_contrasts = 3,
                               .contrasts = contrasts};
    const vb_series_data data = {N_VOXELS, VB_SAMPLE_FLOAT64, q->y, 1, 0};
    vb_error err = {0};

    cr_assert_eq(vb_series_plan_alloc(&m, &q->plan, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_series_fit(q->plan, &data, n_threads, &q->fit, NULL, &err), VB_OK,
                 "%s", err.text);
}

static void release(problem *q)
{
    vb_series_free(q->fit);
    vb_series_plan_free(q->plan);
    free(q);
}

static void map_of(const problem *q, vb_stat stat, size_t contrast, double out[])
{
    vb_error err = {0};

    cr_assert_eq(vb_series_map(q->fit, stat, contrast, out, &err), VB_OK, "%s",
                 err.text);
}

static double along(const double *c, const double *x)
{
    double sum = 0;

    for (size_t i = 0; i < P; i++)
        sum += c[i] * x[i];
    return sum;
}

static double quadratic(const double *c, const dense_fit *fit)
{
    double sum = 0;

    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < P; j++)
            sum += c[i] * c[j] * fit->cov[i * P + j];
    return sum;
}

/* a and b of point g, of the square grid */
static double a_of(size_t g)
{
    return ((double)(g % N_A) - 9) / 10;
}

static double b_of(size_t g)
{
    return ((double)(g / N_A) - 9) / 10;
}

/* The weights of the scans in the effect c'b of every point: [POINTS x N]. */
static void weights(const double *x, const double *c, double *out)
{
    size_t all[N];

    for (size_t t = 0; t < N; t++)
        all[t] = t;
    for (size_t g = 0; g < POINTS; g++)
        for (size_t t = 0; t < N; t++) {
            static dense_fit fit;
            double y[N] = {0};

            y[t] = 1;
            gls(N, all, P, x, y, a_of(g), b_of(g), &fit);
            out[g * N + t] = along(c, fit.beta);
        }
}

/* x'R x under the correlations of point g */
static double form(const double *x, size_t g)
{
    static double r[N * N];
    size_t all[N];
    double sum = 0;

    for (size_t t = 0; t < N; t++)
        all[t] = t;
    covariance(N, all, a_of(g), b_of(g), r);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            sum += x[i] * r[i * N + j] * x[j];
    return sum;
}

typedef struct expected {
    double effect, variance, df;
} expected;

static expected average(const problem *q, const double *c, const double *x_of, size_t v)
{
    static dense_fit fits[POINTS];
    size_t all[N], h = POINTS;
    double least = INFINITY, total = 0, mean = 0, square = 0, scatter = 0;

    for (size_t t = 0; t < N; t++)
        all[t] = t;
    for (size_t g = 0; g < POINTS; g++) {
        const bool is_white = fabs(a_of(g)) < 0.05 && fabs(b_of(g)) < 0.05;
        const bool may_be = a_of(g) > -0.05 && a_of(g) + b_of(g) > 0.05;

        gls(N, all, P, q->x, q->y + v * N, a_of(g), b_of(g), &fits[g]);
        least = fmin(least, fits[g].reml);
        if ((may_be || is_white) && (h == POINTS || fits[g].reml < fits[h].reml))
            h = g;
    }
    for (size_t g = 0; g < POINTS; g++) {
        const double p = exp(-0.5 * (fits[g].reml - least));
        const double log_v = log(fits[g].sigma2 * quadratic(c, &fits[g]));

        total += p;
        mean += p * log_v;
        square += p * log_v * log_v;
        scatter += p * (form(x_of + g * N, h) - form(x_of + h * N, h));
    }
    mean /= total;
    return (expected){along(c, fits[h].beta),
                      exp(mean) + fits[h].sigma2 * scatter / total,
                      2 / (2.0 / (N - P) + square / total - mean * mean)};
}

Test(noise_arma11_average, equals_the_average_over_dense_fits)
{
    static const double *const c[2] = {first, second};
    problem *q = calloc(1, sizeof *q);
    double *x_of = calloc(POINTS * N, sizeof *x_of);

    fill(q, 21);
    run(q, "arma11", VB_SMALL_SAMPLE_AVERAGED, 1);
    for (size_t i = 0; i < 2; i++) {
        double effect[N_VOXELS], variance[N_VOXELS], df[N_VOXELS], z[N_VOXELS];

        map_of(q, VB_STAT_EFFECT, 2 * i, effect);
        map_of(q, VB_STAT_VARIANCE, 2 * i, variance);
        map_of(q, VB_STAT_DF, 2 * i, df);
        map_of(q, VB_STAT_Z, 2 * i, z);
        weights(q->x, c[i], x_of);
        for (size_t v = 0; v < N_VOXELS; v++) {
            const expected e = average(q, c[i], x_of, v);

            /* 1e-8: rounding of sums about a level of 650 */
            cr_assert_float_eq(effect[v], e.effect, 1e-8 * fmax(1, fabs(e.effect)),
                               "voxel %zu", v);
            cr_assert_float_eq(variance[v], e.variance, 1e-8 * e.variance);
            cr_assert_float_eq(df[v], e.df, 1e-6 * e.df);
            cr_assert(df[v] > 1 && df[v] <= N - P);
            cr_assert_float_eq(z[v], vb_z_from_t(e.effect / sqrt(e.variance), e.df),
                               1e-6);
        }
    }
    free(x_of);
    release(q);
}

/* F of the first two coefficients: |phi| for phi, a trace for the scatter. */
static expected average_f(const problem *q, const double *x_of[2], size_t v)
{
    static dense_fit fits[POINTS];
    size_t all[N], h = POINTS;
    double least = INFINITY, total = 0, mean = 0, square = 0, scatter = 0, log_h = 0;
    double inverse[4] = {0}, f = 0, growth;

    for (size_t t = 0; t < N; t++)
        all[t] = t;
    for (size_t g = 0; g < POINTS; g++) {
        const bool is_white = fabs(a_of(g)) < 0.05 && fabs(b_of(g)) < 0.05;
        const bool may_be = a_of(g) > -0.05 && a_of(g) + b_of(g) > 0.05;

        gls(N, all, P, q->x, q->y + v * N, a_of(g), b_of(g), &fits[g]);
        least = fmin(least, fits[g].reml);
        if ((may_be || is_white) && (h == POINTS || fits[g].reml < fits[h].reml))
            h = g;
    }
    for (size_t i = 0; i < 4; i++) { /* the inverse of the 2 x 2 part at h */
        const double *c = fits[h].cov;
        const double det = c[0] * c[P + 1] - c[1] * c[P];

        inverse[i] = (i == 0 ? c[P + 1] : i == 3 ? c[0] : -c[1]) / det;
        f +=
            inverse[i] * fits[h].beta[i / 2] * fits[h].beta[i % 2] / fits[h].sigma2 / 2;
    }
    for (size_t g = 0; g < POINTS; g++) {
        const double p = exp(-0.5 * (fits[g].reml - least)), *c = fits[g].cov;
        const double log_v =
            log(fits[g].sigma2) + 0.5 * log(c[0] * c[P + 1] - c[1] * c[P]);
        double both[N], trace = 0;

        for (size_t t = 0; t < N; t++)
            both[t] = x_of[0][g * N + t] + x_of[1][g * N + t];
        for (size_t i = 0; i < 2; i++)
            trace += inverse[3 * i] * form(x_of[i] + g * N, h);
        trace += inverse[1] *
                 (form(both, h) - form(x_of[0] + g * N, h) - form(x_of[1] + g * N, h));
        total += p;
        mean += p * log_v;
        square += p * log_v * log_v;
        scatter += p * (trace / 2 - 1);
        log_h = g == h ? log_v : log_h;
    }
    mean /= total;
    growth = exp(mean - log_h) + scatter / total;
    return (expected){.effect = f / growth,
                      .df = 2 / (2.0 / (N - P) + square / total - mean * mean)};
}

Test(noise_arma11_average, an_f_has_the_average_of_its_determinant)
{
    static const double unit[P] = {0, 1};
    problem *q = calloc(1, sizeof *q);
    double *x_of = calloc(2 * POINTS * N, sizeof *x_of);
    const double *rows[2] = {x_of, x_of + POINTS * N};
    double f[N_VOXELS], df[N_VOXELS], z[N_VOXELS];

    fill(q, 33);
    run(q, "arma11", VB_SMALL_SAMPLE_AVERAGED, 2);
    map_of(q, VB_STAT_F, 1, f);
    map_of(q, VB_STAT_DF, 1, df);
    map_of(q, VB_STAT_Z, 1, z);
    weights(q->x, first, x_of);
    weights(q->x, unit, x_of + POINTS * N);
    for (size_t v = 0; v < N_VOXELS; v++) {
        const expected e = average_f(q, rows, v);

        cr_assert_float_eq(f[v], e.effect, 1e-7 * fmax(1, e.effect), "voxel %zu", v);
        cr_assert_float_eq(df[v], e.df, 1e-6 * e.df);
        cr_assert_float_eq(z[v], vb_z_from_F(e.effect, 2, e.df), 1e-6);
    }
    free(x_of);
    release(q);
}

Test(noise_arma11_average, the_estimate_is_that_without_it)
{
    static const vb_stat same[] = {VB_STAT_EFFECT, VB_STAT_RHO, VB_STAT_SIGMA2};
    problem *plain = calloc(1, sizeof *plain), *small = calloc(1, sizeof *small);
    double a[N_VOXELS], b[N_VOXELS];

    fill(plain, 4);
    fill(small, 4);
    run(plain, "arma11", VB_SMALL_SAMPLE_NONE, 1);
    run(small, "arma11", VB_SMALL_SAMPLE_AUTO, 3);
    for (size_t i = 0; i < 3; i++) {
        map_of(plain, same[i], 0, a);
        map_of(small, same[i], 0, b);
        for (size_t v = 0; v < N_VOXELS; v++)
            cr_assert_eq(a[v], b[v]);
    }
    map_of(plain, VB_STAT_DF, 0, a);
    for (size_t v = 0; v < N_VOXELS; v++)
        cr_assert_eq(a[v], (double)(N - P));
    release(plain);
    release(small);
}

Test(noise_arma11_average, neighbours_and_threads_do_not_change_a_bit)
{
    problem *q = calloc(1, sizeof *q), *other = calloc(1, sizeof *other);
    double z[N_VOXELS], other_z[N_VOXELS];

    fill(q, 4);
    fill(other, 4);
    for (size_t v = 0; v < N_VOXELS; v += 3) /* other neighbours, one of them NaN */
        other->y[v * N + 5] = v == 6 ? (double)NAN : 900;
    run(q, "arma11", VB_SMALL_SAMPLE_AUTO, 1);
    run(other, "arma11", VB_SMALL_SAMPLE_AUTO, 3);
    map_of(q, VB_STAT_Z, 2, z);
    map_of(other, VB_STAT_Z, 2, other_z);
    cr_assert(isnan(other_z[6]));
    for (size_t v = 0; v < N_VOXELS; v++)
        if (v % 3)
            cr_assert_eq(z[v], other_z[v]);
    release(q);
    release(other);
}

Test(noise_arma11_average, a_correction_the_noise_model_has_not_is_refused)
{
    problem q = {.plan = NULL};
    vb_series_model m = {.n_scans = N,
                         .n_cols = P,
                         .x = q.x,
                         .noise = "arma11",
                         .small_sample = VB_SMALL_SAMPLE_KENWARD_ROGER};
    vb_error err = {0};

    dense_design(N, P, 8, q.x);
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_EUSAGE);
    cr_assert(strstr(err.text, "'auto', which is 'averaged'"), "%s", err.text);
    m.noise = "ar3";
    m.small_sample = VB_SMALL_SAMPLE_AVERAGED;
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_EUSAGE);
    m.small_sample = VB_SMALL_SAMPLE_AUTO; /* it has none: nothing to do */
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_OK, "%s", err.text);
    vb_series_plan_free(q.plan);
    cr_expect_eq(vb_noise_small_sample(NULL), VB_SMALL_SAMPLE_KENWARD_ROGER);
    cr_expect_eq(vb_noise_small_sample("arma11"), VB_SMALL_SAMPLE_AVERAGED);
    cr_expect_eq(vb_noise_small_sample("ols"), VB_SMALL_SAMPLE_NONE);
    cr_expect_eq(vb_noise_small_sample("no such"), VB_SMALL_SAMPLE_NONE);
    cr_expect_str_eq(vb_small_sample_name(VB_SMALL_SAMPLE_AVERAGED), "averaged");
    cr_expect_null(vb_small_sample_name(4));
}
