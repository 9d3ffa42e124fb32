/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ARMA(1,1) against an exhaustive search with dense matrices: the covariance written down
 * from its autocorrelation, factored by Cholesky, at every point of the grid.
 */
#include "arma_support.h"
#include "glm/noise_series.h"
#include "valuebold/glm_series.h"
#include "valuebold/tails.h"

#include <string.h>

enum { N_VOXELS = 37 };

static const struct {
    size_t n, n_cols;
    uint64_t seed;
    bool has_constant;
} sets[] = {{60, 6, 1, true}, {90, 11, 2, true}, {75, 7, 3, false}};
enum { N_SETS = sizeof sets / sizeof sets[0] };

typedef struct problem {
    size_t n, p;
    double *x, *y; /* y [N_VOXELS x n] */
    vb_series_plan *plan;
    vb_series *fit;
} problem;

static const double first[64] = {1}, difference[64] = {0, 1, -1};

/* ARMA noise of all kinds, with a level, a trend and an effect */
static void make_series(problem *q, uint64_t seed)
{
    for (size_t v = 0; v < N_VOXELS; v++) {
        const double a = (double)(v % 10) / 10.3, b = (double)(v % 7) / 4.0 - 0.8;
        double u = dense_normal(&seed) / sqrt(1 - a * a);

        for (size_t t = 0; t < q->n; t++) {
            const double before = u;

            u = a * u + dense_normal(&seed);
            q->y[v * q->n + t] = 700 + 40 * (double)(v % 5) + 0.1 * (double)t +
                                 0.9 * q->x[t * q->p] + 2.5 * (u + b * before);
        }
    }
}

static problem make(size_t set)
{
    problem q = {.n = sets[set].n, .p = sets[set].n_cols};

    q.x = calloc(q.n * q.p, sizeof *q.x);
    q.y = calloc(q.n * N_VOXELS, sizeof *q.y);
    dense_design(q.n, q.p, sets[set].seed, q.x);
    for (size_t t = 0; !sets[set].has_constant && t < q.n; t++)
        q.x[t * q.p + q.p - 1] = sin(0.37 * (double)t);
    make_series(&q, sets[set].seed + 9);
    return q;
}

static void run(problem *q, vb_sample type, const void *values, double slope,
                double inter, size_t n_threads, vb_glm_counts *counts)
{
    double *rows = calloc(3 * q->p, sizeof *rows);
    const vb_contrast contrasts[] = {{"first", 1, (double *)first},
                                     {"difference", 1, (double *)difference},
                                     {"three", 3, rows}};
    const vb_series_data data = {N_VOXELS, type, values, slope, inter};
    vb_error err = {0};

    for (size_t i = 0; i < 3; i++)
        rows[i * q->p + i] = 1;
    if (!q->plan)
        cr_assert_eq(vb_series_plan_alloc(&(vb_series_model){.n_scans = q->n,
                                                             .n_cols = q->p,
                                                             .x = q->x,
                                                             .noise = "arma11",
                                                             .n_contrasts = 3,
                                                             .contrasts = contrasts},
                                          &q->plan, &err),
                     VB_OK, "%s", err.text);
    cr_assert_eq(vb_series_fit(q->plan, &data, n_threads, &q->fit, counts, &err), VB_OK,
                 "%s", err.text);
    free(rows);
}

static void release(problem *q)
{
    vb_series_free(q->fit);
    vb_series_plan_free(q->plan);
    free(q->x);
    free(q->y);
}

static double at(const vb_series *fit, vb_stat stat, size_t contrast, size_t voxel)
{
    double map[N_VOXELS];
    vb_error err = {0};

    cr_assert_eq(vb_series_map(fit, stat, contrast, map, &err), VB_OK, "%s", err.text);
    return map[voxel];
}

static double quadratic(size_t p, const double *c, const dense_fit *fit)
{
    double sum = 0;

    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            sum += c[i] * c[j] * fit->cov[i * p + j];
    return sum;
}

/* F of the first three coefficients by Cramer's way: solve G z = e densely */
static double dense_f(size_t p, const dense_fit *fit)
{
    double g[9], l[9], e[3];

    for (size_t i = 0; i < 3; i++) {
        e[i] = fit->beta[i];
        for (size_t j = 0; j < 3; j++)
            g[i * 3 + j] = fit->cov[i * p + j];
    }
    memset(l, 0, sizeof l);
    dense_cholesky(3, g, l);
    dense_solve(3, 1, l, e);
    return (e[0] * e[0] + e[1] * e[1] + e[2] * e[2]) / 3 / fit->sigma2;
}

Test(noise_arma11, finds_the_point_of_the_exhaustive_search_and_its_gls_fit)
{
    size_t n_white = 0, n_other = 0;

    for (size_t set = 0; set < N_SETS; set++) {
        problem q = make(set);
        double a[N_VOXELS], b[N_VOXELS];
        size_t all[256];

        for (size_t t = 0; t < q.n; t++)
            all[t] = t;
        run(&q, VB_SAMPLE_FLOAT64, q.y, 1, 0, 1, NULL);
        vb_series_parameter(q.fit, 0, a);
        vb_series_parameter(q.fit, 1, b);
        for (size_t v = 0; v < N_VOXELS; v++) {
            dense_fit best, here;
            double best_a = 0, best_b = 0, t;

            exhaust(q.n, all, q.p, q.x, q.y + v * q.n, &best_a, &best_b, &best);
            gls(q.n, all, q.p, q.x, q.y + v * q.n, a[v], b[v], &here);
            /* the likelihood says it, for all points of white noise are one */
            cr_assert_float_eq(here.reml, best.reml, 1e-6, "set %zu voxel %zu", set, v);
            if (best_a + best_b > 0.01) {
                cr_assert_float_eq(a[v], best_a, 1e-12);
                cr_assert_float_eq(b[v], best_b, 1e-12);
                n_other++;
            } else {
                n_white++;
            }
            t = best.beta[0] / sqrt(best.sigma2 * quadratic(q.p, first, &best));
            /* 1e-6 is asked for; what is left is rounding of sums about a level of 700 */
            cr_assert_float_eq(at(q.fit, VB_STAT_EFFECT, 0, v), best.beta[0], 1e-8);
            cr_assert_float_eq(at(q.fit, VB_STAT_T, 0, v), t, 1e-8 * fmax(1, fabs(t)));
            t = (best.beta[1] - best.beta[2]) /
                sqrt(best.sigma2 * quadratic(q.p, difference, &best));
            cr_assert_float_eq(at(q.fit, VB_STAT_T, 1, v), t, 1e-8 * fmax(1, fabs(t)));
            t = best.sigma2 * quadratic(q.p, first, &best);
            cr_assert_float_eq(at(q.fit, VB_STAT_VARIANCE, 0, v), t, 1e-8 * t);
            t = dense_f(q.p, &best);
            cr_assert_float_eq(at(q.fit, VB_STAT_F, 2, v), t, 1e-8 * t);
        }
        release(&q);
    }
    cr_assert(n_white > 2 && n_other > 50, "%zu white, %zu other", n_white, n_other);
}

Test(noise_arma11, a_column_for_a_scan_leaves_it_out_with_true_distances)
{
    enum { N_OUT = 4 };
    static const size_t out[N_OUT] = {10, 11, 30, 59};
    problem q = make(0);
    double *x = calloc(q.n * (q.p + N_OUT), sizeof *x), a[N_VOXELS], b[N_VOXELS];
    size_t kept[256], n_kept = 0;
    const size_t p = q.p;

    for (size_t t = 0; t < q.n; t++) {
        memcpy(x + t * (p + N_OUT), q.x + t * p, p * sizeof *x);
        kept[n_kept++] = t;
        for (size_t i = 0; i < N_OUT; i++)
            if (out[i] == t) {
                x[t * (p + N_OUT) + p + i] = 1;
                n_kept--;
                for (size_t v = 0; v < N_VOXELS; v++)
                    q.y[v * q.n + t] += 500; /* a spike that would ruin all */
            }
    }
    cr_assert_eq(n_kept, q.n - N_OUT);
    {
        double *short_x = q.x;

        q.x = x;
        q.p = p + N_OUT;
        run(&q, VB_SAMPLE_FLOAT64, q.y, 1, 0, 1, NULL);
        q.x = short_x;
    }
    vb_series_parameter(q.fit, 0, a);
    vb_series_parameter(q.fit, 1, b);
    for (size_t v = 0; v < N_VOXELS; v++) {
        dense_fit best, here;
        double best_a = 0, best_b = 0, t;

        exhaust(n_kept, kept, p, q.x, q.y + v * q.n, &best_a, &best_b, &best);
        gls(n_kept, kept, p, q.x, q.y + v * q.n, a[v], b[v], &here);
        cr_assert_float_eq(here.reml, best.reml, 1e-6, "voxel %zu", v);
        t = best.beta[0] / sqrt(best.sigma2 * quadratic(p, first, &best));
        cr_assert_float_eq(at(q.fit, VB_STAT_T, 0, v), t, 1e-7 * fmax(1, fabs(t)));
    }
    free(x);
    release(&q);
}

Test(noise_arma11, scaled_integers_and_threads_do_not_matter)
{
    problem q = make(1), twin = make(1);
    int16_t *stored = calloc(q.n * N_VOXELS, sizeof *stored);
    float *single = calloc(q.n * N_VOXELS, sizeof *single);

    for (size_t i = 0; i < q.n * N_VOXELS; i++) {
        stored[i] = (int16_t)lrint(q.y[i] * 10);
        single[i] = (float)(stored[i] * 0.1 + 33);
        twin.y[i] = (double)stored[i] * 0.1 + 33;
    }
    run(&q, VB_SAMPLE_INT16, stored, 0.1, 33, 1, NULL);
    run(&twin, VB_SAMPLE_FLOAT64, twin.y, 1, 0, 3, NULL);
    for (size_t v = 0; v < N_VOXELS; v++) {
        const double effect = at(twin.fit, VB_STAT_EFFECT, 0, v);

        cr_assert_float_eq(at(q.fit, VB_STAT_EFFECT, 0, v), effect, 1e-9);
        cr_assert_float_eq(at(q.fit, VB_STAT_T, 1, v), at(twin.fit, VB_STAT_T, 1, v),
                           1e-9);
        cr_assert_float_eq(at(q.fit, VB_STAT_SIGMA2, 0, v),
                           at(twin.fit, VB_STAT_SIGMA2, 0, v), 1e-9);
    }
    vb_series_free(q.fit);
    run(&q, VB_SAMPLE_FLOAT32, single, 1, 0, 2, NULL);
    for (size_t v = 0; v < N_VOXELS; v++) /* floats of 700 have steps of 6e-5 */
        cr_assert_float_eq(at(q.fit, VB_STAT_EFFECT, 0, v),
                           at(twin.fit, VB_STAT_EFFECT, 0, v), 1e-3);
    free(stored);
    free(single);
    release(&q);
    release(&twin);
}

Test(noise_arma11, portable_and_fast_kernels_agree)
{
    problem q = make(2), twin = make(2);

    run(&q, VB_SAMPLE_FLOAT64, q.y, 1, 0, 1, NULL);
    run(&twin, VB_SAMPLE_FLOAT64, twin.y, 1, 0, 1, NULL);
    vb_series_free(twin.fit);
    vb_glm_plan_use(twin.plan->base, &vb_glm_kernels_portable);
    run(&twin, VB_SAMPLE_FLOAT64, twin.y, 1, 0, 1, NULL);
    for (size_t v = 0; v < N_VOXELS; v++)
        for (size_t c = 0; c < 2; c++) {
            const double t = at(q.fit, VB_STAT_T, c, v);

            cr_assert_float_eq(at(twin.fit, VB_STAT_T, c, v), t,
                               1e-9 * fmax(1, fabs(t)));
        }
    release(&q);
    release(&twin);
}

/* every value of rho at once, and one by one */
Test(noise_arma11, scanning_equals_the_likelihood_at_each_value)
{
    enum { NODES = 7 };
    const vb_glm_kernels *all[] = {&vb_glm_kernels_portable, vb_glm_kernels_best()};
    problem q = make(1);
    vb_glm_model m = {.n_scans = q.n, .n_cols = q.p, .x = q.x, .noise = "ar1"};
    vb_glm_plan *plan = NULL;
    vb_glm_node nodes[NODES];
    double *sums, *columns, ss[NODES * VB_LANES], rho[VB_LANES], f[VB_LANES];
    vb_glm_lanes l;
    vb_error err = {0};
    uint64_t seed = 3;

    cr_assert_eq(vb_glm_plan_alloc(&m, &plan, &err), VB_OK, "%s", err.text);
    sums = aligned_alloc(64, plan->rank * VB_LANES * sizeof *sums);
    columns = calloc(3 * plan->rank * NODES, sizeof *columns);
    l.z = sums;
    for (size_t i = 0; i < plan->rank * VB_LANES; i++)
        sums[i] = 0.05 * dense_normal(&seed); /* of residuals: small where d is */
    for (size_t v = 0; v < VB_LANES; v++) {
        l.r0[v] = 60 + (double)v;
        l.r1[v] = 10 * dense_normal(&seed);
        l.r_first[v] = dense_normal(&seed);
        l.r_last[v] = dense_normal(&seed);
    }
    for (size_t k = 0; k < NODES; k++)
        vb_glm_node_fill(&plan->shape, -0.9 + 0.3 * (double)k,
                         columns + 3 * plan->rank * k, &nodes[k]);
    for (size_t i = 0; i < 2; i++) {
        all[i]->scan(&plan->shape, &l, NODES, nodes, ss);
        for (size_t k = 0; k < NODES; k++) {
            for (size_t v = 0; v < VB_LANES; v++)
                rho[v] = nodes[k].rho;
            all[i]->likelihood(&plan->shape, &l, rho, f);
            for (size_t v = 0; v < VB_LANES; v++)
                cr_assert_float_eq((double)(plan->n_scans - plan->rank) *
                                           log(ss[k * VB_LANES + v]) +
                                       nodes[k].log_det,
                                   f[v], 1e-9, "%s", all[i]->name);
        }
    }
    free(sums);
    free(columns);
    vb_glm_plan_free(plan);
    release(&q);
}

Test(noise_arma11, voxels_without_variance_or_with_nan_are_nan_and_counted)
{
    problem q = make(0), clean = make(0);
    vb_glm_counts counts;

    q.y[3 * q.n + 7] = NAN;
    q.y[5 * q.n + 1] = INFINITY;
    for (size_t t = 0; t < q.n; t++)
        q.y[4 * q.n + t] = 812;
    run(&q, VB_SAMPLE_FLOAT64, q.y, 1, 0, 2, &counts);
    run(&clean, VB_SAMPLE_FLOAT64, clean.y, 1, 0, 1, NULL);
    cr_assert_eq(counts.n_nonfinite, 2);
    cr_assert_eq(counts.n_constant, 1);
    cr_assert_eq(counts.n_fitted, N_VOXELS - 3);
    for (size_t v = 0; v < N_VOXELS; v++) {
        const double z = at(q.fit, VB_STAT_Z, 0, v);

        if (v >= 3 && v <= 5)
            cr_assert(isnan(z) && isnan(at(q.fit, VB_STAT_F, 2, v)) &&
                      isnan(at(q.fit, VB_STAT_RHO, 0, v)));
        else
            cr_assert_eq(z,
                         at(clean.fit, VB_STAT_Z, 0, v)); /* neighbours: to the bit */
    }
    release(&q);
    release(&clean);
}

Test(noise_arma11, maps_agree_with_each_other)
{
    problem q = make(2);
    double a[N_VOXELS], b[N_VOXELS], map[N_VOXELS];
    vb_error err = {0};

    run(&q, VB_SAMPLE_FLOAT64, q.y, 1, 0, 1, NULL);
    cr_assert_eq(vb_series_n_parameters(q.fit), 2);
    cr_assert_str_eq(vb_series_parameter_name(q.fit, 1), "arma_b");
    cr_assert_null(vb_series_parameter_name(q.fit, 2));
    vb_series_parameter(q.fit, 0, a);
    vb_series_parameter(q.fit, 1, b);
    cr_assert_float_eq(vb_series_df(q.fit), (double)(q.n - q.p), 1e-12);
    for (size_t v = 0; v < N_VOXELS; v++) {
        const double t = at(q.fit, VB_STAT_T, 0, v), z = at(q.fit, VB_STAT_Z, 0, v);
        const double lambda =
            (a[v] + b[v]) * (1 + a[v] * b[v]) / (1 + 2 * a[v] * b[v] + b[v] * b[v]);
        const double r2 = at(q.fit, VB_STAT_R2, 0, v);

        cr_assert_float_eq(z, vb_z_from_t(t, (double)(q.n - q.p)), 1e-9);
        cr_assert_float_eq(at(q.fit, VB_STAT_P, 0, v), 0.5 * erfc(z / sqrt(2)), 1e-12);
        cr_assert_float_eq(at(q.fit, VB_STAT_RHO, 0, v), lambda, 1e-14);
        cr_assert(r2 < 1);
    }
    cr_assert_not(vb_series_has(q.fit, VB_STAT_F, 0));
    cr_assert_not(vb_series_has(q.fit, VB_STAT_T, 2));
    cr_assert_not(vb_series_has(q.fit, VB_STAT_Z, 3));
    cr_assert_eq(vb_series_map(q.fit, VB_STAT_T, 2, map, &err), VB_EUSAGE);
    release(&q);
}

Test(noise_arma11, what_cannot_be_planned_is_refused)
{
    problem q = make(0);
    const size_t two[] = {30, 30}, wrong[] = {30, 31}, less[] = {30, 20};
    vb_series_model m = {.n_scans = q.n, .n_cols = q.p, .x = q.x, .noise = "arma1"};
    vb_series_data data = {N_VOXELS, VB_SAMPLE_FLOAT64, q.y, 0, 0};
    vb_error err = {0};

    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_EUSAGE);
    cr_assert(strstr(err.text, "arma11"), "%s", err.text);
    m.noise = "arma11";
    m.n_runs = 2;
    m.run_scans = wrong;
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_EUSAGE);
    cr_assert(strstr(err.text, "31"), "%s", err.text);
    m.run_scans = less;
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_EUSAGE);
    m.run_scans = two;
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_EUSAGE);
    cr_assert(strstr(err.text, "one run"), "%s", err.text);
    m.n_runs = 0;
    q.x[5] = NAN;
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_EINPUT);
    q.x[5] = 0;
    cr_assert_eq(vb_series_plan_alloc(&m, &q.plan, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_series_fit(q.plan, &data, 1, &q.fit, NULL, &err), VB_EUSAGE);
    release(&q);
}
