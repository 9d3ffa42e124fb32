/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The averaged ARMA(1,1) against the same average over dense fits at all 181 points
 * (arma_support.h).
 */
#include "arma_support.h"
#include "valuebold/glm_series.h"

enum { N = 64, P = 7, N_VOXELS = 34, N_POINTS = 181 };

static const double first[P] = {1}, second[P] = {0, 1, -0.6};

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

static void run(problem *q, size_t n_threads, vb_glm_counts *counts)
{
    static const double both[2 * P] = {[0] = 1, [P + 1] = 1};
    const vb_contrast contrasts[] = {{"first", 1, (double *)first},
                                     {"second", 1, (double *)second},
                                     {"both", 2, (double *)both}};
    const vb_series_model m = {.n_scans = N,
                               .n_cols = P,
                               .x = q->x,
                               .noise = "arma11-averaged",
                               .n_contrasts = 3,
                               .contrasts = contrasts};
    const vb_series_data data = {N_VOXELS, VB_SAMPLE_FLOAT64, q->y, 1, 0};
    vb_error err = {0};

    cr_assert_eq(vb_series_plan_alloc(&m, &q->plan, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_series_fit(q->plan, &data, n_threads, &q->fit, counts, &err), VB_OK,
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

typedef struct average {
    double effect[2], product[4]; /* of two contrasts: mean, and mean of (e e' + C) */
    double sigma2, a, b;
} average;

static double along(const double *c, const double *x)
{
    double sum = 0;

    for (size_t i = 0; i < P; i++)
        sum += c[i] * x[i];
    return sum;
}

static double between(const double *c, const double *d, const dense_fit *fit)
{
    double sum = 0;

    for (size_t i = 0; i < P; i++)
        for (size_t j = 0; j < P; j++)
            sum += c[i] * d[j] * fit->cov[i * P + j];
    return sum;
}

/* The average over the grid for two contrasts. */
static average dense_average(const problem *q, size_t voxel, const double *const c[2])
{
    static dense_fit fits[N_POINTS];
    static double a[N_POINTS], b[N_POINTS];
    size_t all[N], n = 0;
    double best = INFINITY, total = 0;
    average out = {{0}, {0}, 0, 0, 0};

    for (size_t t = 0; t < N; t++)
        all[t] = t;
    for (int i = 0; i <= 9; i++)
        for (int k = -9; k <= 9; k++) {
            if (i + k == 0 && i > 0)
                continue;
            a[n] = i / 10.0;
            b[n] = k / 10.0;
            gls(N, all, P, q->x, q->y + voxel * N, a[n], b[n], &fits[n]);
            best = fmin(best, fits[n++].reml);
        }
    cr_assert_eq(n, N_POINTS);
    for (size_t g = 0; g < n; g++) {
        const double p = exp(-0.5 * (fits[g].reml - best));
        const double lambda_v = (1 + 2 * a[g] * b[g] + b[g] * b[g]) / (1 - a[g] * a[g]);

        total += p;
        out.a += p * a[g];
        out.b += p * b[g];
        /* gls() scales V to variance 1 of the noise, the library to that of innovations */
        out.sigma2 += p * fits[g].sigma2 / lambda_v;
        for (size_t i = 0; i < 2; i++) {
            const double e = along(c[i], fits[g].beta);

            out.effect[i] += p * e;
            for (size_t j = 0; j < 2; j++)
                out.product[2 * i + j] +=
                    p * (e * along(c[j], fits[g].beta) +
                         fits[g].sigma2 * between(c[i], c[j], &fits[g]));
        }
    }
    out.a /= total;
    out.b /= total;
    out.sigma2 /= total;
    for (size_t i = 0; i < 2; i++)
        out.effect[i] /= total;
    for (size_t i = 0; i < 4; i++)
        out.product[i] = out.product[i] / total - out.effect[i / 2] * out.effect[i % 2];
    return out;
}

Test(noise_arma11_averaged, equals_the_average_over_dense_fits)
{
    static const double unit[P] = {0, 1};
    problem *q = calloc(1, sizeof *q);
    double effect[2][N_VOXELS], variance[2][N_VOXELS], f[N_VOXELS], sigma2[N_VOXELS];
    double a[N_VOXELS], b[N_VOXELS];

    fill(q, 21);
    run(q, 1, NULL);
    for (size_t i = 0; i < 2; i++) {
        map_of(q, VB_STAT_EFFECT, i, effect[i]);
        map_of(q, VB_STAT_VARIANCE, i, variance[i]);
    }
    map_of(q, VB_STAT_F, 2, f);
    map_of(q, VB_STAT_SIGMA2, 0, sigma2);
    vb_series_parameter(q->fit, 0, a);
    vb_series_parameter(q->fit, 1, b);
    for (size_t v = 0; v < N_VOXELS; v++) {
        const average t = dense_average(q, v, (const double *const[2]){first, second});
        const average u = dense_average(q, v, (const double *const[2]){first, unit});
        const double det = u.product[0] * u.product[3] - u.product[1] * u.product[2];
        const double expected_f = (u.effect[0] * u.effect[0] * u.product[3] -
                                   2 * u.effect[0] * u.effect[1] * u.product[1] +
                                   u.effect[1] * u.effect[1] * u.product[0]) /
                                  det / 2;

        cr_assert_float_eq(a[v], t.a, 1e-8, "voxel %zu", v);
        cr_assert_float_eq(b[v], t.b, 1e-8);
        cr_assert_float_eq(sigma2[v], t.sigma2, 1e-8 * t.sigma2);
        for (size_t i = 0; i < 2; i++) {
            cr_assert_float_eq(effect[i][v], t.effect[i],
                               1e-8 * fmax(1, fabs(t.effect[i])));
            cr_assert_float_eq(variance[i][v], t.product[3 * i],
                               1e-8 * t.product[3 * i]);
        }
        cr_assert_float_eq(f[v], expected_f, 1e-8 * fmax(1, expected_f));
    }
    release(q);
}

Test(noise_arma11_averaged, neighbours_and_threads_do_not_change_a_bit)
{
    problem *q = calloc(1, sizeof *q), *other = calloc(1, sizeof *other);
    double z[N_VOXELS], other_z[N_VOXELS];
    vb_glm_counts counts;

    fill(q, 4);
    fill(other, 4);
    for (size_t v = 0; v < N_VOXELS; v += 3) /* other neighbours, one of them NaN */
        other->y[v * N + 5] = v == 6 ? (double)NAN : 900;
    run(q, 1, NULL);
    run(other, 3, &counts);
    cr_assert_eq(counts.n_nonfinite, 1);
    map_of(q, VB_STAT_Z, 1, z);
    map_of(other, VB_STAT_Z, 1, other_z);
    cr_assert(isnan(other_z[6]));
    for (size_t v = 0; v < N_VOXELS; v++)
        if (v % 3)
            cr_assert_eq(z[v], other_z[v]);
    release(q);
    release(other);
}
