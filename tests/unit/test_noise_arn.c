/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * AR(p) against dense matrices: the covariance from the autocorrelations at all lags, factored
 * by Cholesky; the moments of the residuals as traces of dense products.
 */
#include "glm_support.h"
#include "valuebold/glm_series.h"

enum { N = 110, P = 9, N_VOXELS = 35, MOST = 6 };

static const struct {
    const char *name;
    size_t order;
} models[] = {{"ar2", 2}, {"ar3", 3}, {"ar4", 4}, {"ar6", 6}};
enum { N_MODELS = sizeof models / sizeof models[0] };

static const double first[P] = {1}, second[P] = {0, 0.7, -1.3};

typedef struct problem {
    double x[N * P], y[N_VOXELS * N];
    vb_series_plan *plan;
    vb_series *fit;
} problem;

/* AR(2) noise of many kinds, with a level and a trend */
static void fill(problem *q, uint64_t seed)
{
    dense_design(N, P, 5, q->x);
    for (size_t v = 0; v < N_VOXELS; v++) {
        const double a = 0.02 * (double)v, b = 0.3 - 0.015 * (double)v;
        double e1 = 0, e2 = 0;

        for (size_t t = 0; t < N + 50; t++) {
            const double e = a * e1 + b * e2 + dense_normal(&seed);

            e2 = e1;
            e1 = e;
            if (t >= 50)
                q->y[v * N + t - 50] =
                    800 + 0.2 * (double)t + q->x[(t - 50) * P] + 4 * e;
        }
    }
}

static void run(problem *q, const char *noise)
{
    const vb_contrast contrasts[] = {{"first", 1, (double *)first},
                                     {"second", 1, (double *)second}};
    const vb_series_model m = {.n_scans = N,
                               .n_cols = P,
                               .x = q->x,
                               .noise = noise,
                               .n_contrasts = 2,
                               .contrasts = contrasts};
    const vb_series_data data = {N_VOXELS, VB_SAMPLE_FLOAT64, q->y, 1, 0};
    vb_error err = {0};

    cr_assert_eq(vb_series_plan_alloc(&m, &q->plan, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_series_fit(q->plan, &data, 2, &q->fit, NULL, &err), VB_OK, "%s",
                 err.text);
}

static void release(problem *q)
{
    vb_series_free(q->fit);
    vb_series_plan_free(q->plan);
    free(q);
}

/* Autocorrelations of AR(p), lags 0 ... N - 1, from its response to an impulse: the sum of
 * psi_t psi_{t+k}, without Yule and Walker. */
static void autocorrelations(size_t order, const double phi[], double r[N])
{
    enum { LENGTH = 6000 };
    static double psi[LENGTH];

    for (size_t t = 0; t < LENGTH; t++) {
        psi[t] = t == 0;
        for (size_t i = 1; i <= order && i <= t; i++)
            psi[t] += phi[i - 1] * psi[t - i];
    }
    for (size_t k = 0; k < N; k++) {
        r[k] = 0;
        for (size_t t = 0; t + k < LENGTH; t++)
            r[k] += psi[t] * psi[t + k];
    }
}

/* Generalised least squares with covariance v; effect and variance of contrast c. */
static void gls(const double *v, const double *x, const double *y, const double *c,
                double *effect, double *variance, double *sigma2)
{
    double *l = calloc(N * N, sizeof *l), *w = calloc(N * (P + 1), sizeof *w);
    double a[P * P] = {0}, g[P * P] = {0}, u[P] = {0}, cc[P], rss = 0;

    dense_cholesky(N, v, l);
    for (size_t t = 0; t < N; t++) {
        memcpy(w + t * (P + 1), x + t * P, P * sizeof *w);
        w[t * (P + 1) + P] = y[t];
    }
    dense_solve(N, P + 1, l, w);
    for (size_t t = 0; t < N; t++) {
        for (size_t i = 0; i < P; i++) {
            u[i] += w[t * (P + 1) + i] * w[t * (P + 1) + P];
            for (size_t j = 0; j < P; j++)
                a[i * P + j] += w[t * (P + 1) + i] * w[t * (P + 1) + j];
        }
        rss += w[t * (P + 1) + P] * w[t * (P + 1) + P];
    }
    dense_cholesky(P, a, g);
    memcpy(cc, c, sizeof cc);
    dense_solve(P, 1, g, u);
    dense_solve(P, 1, g, cc);
    *effect = *variance = 0;
    for (size_t i = 0; i < P; i++) {
        *effect += cc[i] * u[i];
        *variance += cc[i] * cc[i];
        rss -= u[i] * u[i];
    }
    *sigma2 = rss / (N - P);
    *variance *= *sigma2;
    free(l);
    free(w);
}

static void toeplitz(const double r[N], double *v)
{
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            v[i * N + j] = r[i > j ? i - j : j - i];
}

Test(noise_arn, effects_and_variances_are_those_of_dense_gls_at_its_coefficients)
{
    for (size_t m = 0; m < N_MODELS; m++) {
        problem *q = calloc(1, sizeof *q);
        double phi[MOST][N_VOXELS], effect[2][N_VOXELS], variance[2][N_VOXELS];
        double sigma2[N_VOXELS], rho[N_VOXELS];
        double *v = calloc(N * N, sizeof *v);
        vb_error err;

        fill(q, 77 + m);
        run(q, models[m].name);
        cr_assert_eq(vb_series_n_parameters(q->fit), models[m].order);
        for (size_t i = 0; i < models[m].order; i++)
            vb_series_parameter(q->fit, i, phi[i]);
        for (size_t i = 0; i < 2; i++) {
            vb_series_map(q->fit, VB_STAT_EFFECT, i, effect[i], &err);
            vb_series_map(q->fit, VB_STAT_VARIANCE, i, variance[i], &err);
        }
        vb_series_map(q->fit, VB_STAT_SIGMA2, 0, sigma2, &err);
        vb_series_map(q->fit, VB_STAT_RHO, 0, rho, &err);
        for (size_t k = 0; k < N_VOXELS; k++) {
            double own[MOST], r[N], e, var, s2;

            for (size_t i = 0; i < models[m].order; i++)
                own[i] = phi[i][k];
            autocorrelations(models[m].order, own, r);
            toeplitz(r, v);
            cr_assert_float_eq(rho[k], r[1] / r[0], 1e-9);
            for (size_t i = 0; i < 2; i++) {
                gls(v, q->x, q->y + k * N, i ? second : first, &e, &var, &s2);
                cr_assert_float_eq(effect[i][k], e, 1e-8 * fmax(1, fabs(e)),
                                   "%s voxel %zu", models[m].name, k);
                cr_assert_float_eq(variance[i][k], var, 1e-8 * var);
                cr_assert_float_eq(sigma2[k], s2, 1e-8 * s2);
            }
        }
        free(v);
        release(q);
    }
}

/* R = I - X (X'X)^-1 X', dense */
static void residual_maker(const double *x, double *r)
{
    double a[P * P] = {0}, g[P * P] = {0}, *w = calloc(N * P, sizeof *w);

    for (size_t t = 0; t < N; t++)
        for (size_t i = 0; i < P; i++)
            for (size_t j = 0; j < P; j++)
                a[i * P + j] += x[t * P + i] * x[t * P + j];
    dense_cholesky(P, a, g);
    for (size_t t = 0; t < N; t++) {
        memcpy(w + t * P, x + t * P, P * sizeof *w);
        dense_solve(P, 1, g, w + t * P);
    }
    for (size_t s = 0; s < N; s++)
        for (size_t t = 0; t < N; t++) {
            r[s * N + t] = s == t;
            for (size_t i = 0; i < P; i++)
                r[s * N + t] -= w[s * P + i] * w[t * P + i];
        }
    free(w);
}

Test(noise_arn, residuals_of_its_noise_would_show_the_autocorrelations_that_are_there)
{
    problem *q = calloc(1, sizeof *q);
    double phi[3][N_VOXELS];
    double *r = calloc(4 * N * N, sizeof *r), *v = r + N * N, *rv = v + N * N;
    double *rvr = rv + N * N;

    fill(q, 3);
    run(q, "ar3");
    for (size_t i = 0; i < 3; i++)
        vb_series_parameter(q->fit, i, phi[i]);
    residual_maker(q->x, r);
    for (size_t k = 0; k < N_VOXELS; k += 8) {
        const double own[3] = {phi[0][k], phi[1][k], phi[2][k]};
        double acf[N], e[N] = {0};

        autocorrelations(3, own, acf);
        toeplitz(acf, v);
        memset(rv, 0, 2 * N * N * sizeof *rv);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                e[i] += r[i * N + j] * q->y[k * N + j];
                for (size_t m = 0; m < N; m++)
                    rv[i * N + m] += r[i * N + j] * v[j * N + m];
            }
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                for (size_t m = 0; m < N; m++)
                    rvr[i * N + m] += rv[i * N + j] * r[j * N + m];
        for (size_t l = 1; l <= 3; l++) {
            double shown = 0, total = 0, expected = 0, all = 0;

            for (size_t t = 0; t < N; t++) {
                all += rvr[t * N + t];
                total += e[t] * e[t];
                if (t < l)
                    continue;
                expected += rvr[t * N + t - l];
                shown += e[t] * e[t - l];
            }
            /* the search ends at steps of 1e-9, some times as far from the end */
            cr_assert_float_eq(shown / total, expected / all, 1e-7, "voxel %zu lag %zu",
                               k, l);
        }
    }
    free(r);
    release(q);
}

Test(noise_arn, a_short_run_or_several_runs_are_refused)
{
    problem *q = calloc(1, sizeof *q);
    const size_t two[] = {55, 55};
    vb_series_model m = {.n_scans = P + 1, .n_cols = P, .x = q->x, .noise = "ar2"};
    vb_error err = {0};

    fill(q, 1);
    cr_assert_eq(vb_series_plan_alloc(&m, &q->plan, &err), VB_EESTIMATE);
    cr_assert(strstr(err.text, "too few"), "%s", err.text);
    m.n_scans = N;
    m.n_runs = 2;
    m.run_scans = two;
    cr_assert_eq(vb_series_plan_alloc(&m, &q->plan, &err), VB_EUSAGE);
    cr_assert(strstr(err.text, "ar2 fits one run"), "%s", err.text);
    q->plan = NULL;
    release(q);
}
