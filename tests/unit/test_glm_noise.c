/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Noise models against dense matrices: generalised least squares by the Cholesky factor of
 * the Toeplitz covariance, REML by brute force, phi by traces (glm_support.h).
 */
#include "glm/glm_plan.h"
#include "glm_support.h"

static const double first[16] = {1}, difference[16] = {0, 1, -1};

static const struct {
    size_t n, n_cols;
    double low, high; /* rho */
    uint64_t seed;
} sets[] = {{60, 6, -0.5, 0.9, 1}, {120, 11, 0, 0.7, 2}, {200, 16, 0.2, 0.95, 3}};
enum { N_SETS = sizeof sets / sizeof sets[0], N_VOXELS = 37 };

typedef struct problem {
    size_t n, p;
    double *x, *y;
    vb_glm_plan *plan;
    vb_glm *glm;
} problem;

static problem make(size_t set, const char *noise)
{
    problem q = {.n = sets[set].n, .p = sets[set].n_cols};
    double *rows = calloc(3 * q.p, sizeof *rows);
    const vb_contrast contrasts[] = {{"first", 1, (double *)first},
                                     {"difference", 1, (double *)difference},
                                     {"three", 3, rows}};
    vb_error err = {0};

    q.x = calloc(q.n * q.p, sizeof *q.x);
    q.y = calloc(q.n * N_VOXELS, sizeof *q.y);
    dense_design(q.n, q.p, sets[set].seed, q.x);
    dense_series(q.n, q.p, q.x, N_VOXELS, sets[set].low, sets[set].high,
                 sets[set].seed + 9, q.y);
    for (size_t i = 0; i < 3; i++)
        rows[i * q.p + i] = 1;
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = q.n,
                                                   .n_cols = q.p,
                                                   .x = q.x,
                                                   .noise = noise,
                                                   .n_contrasts = 3,
                                                   .contrasts = contrasts},
                                   &q.plan, &err),
                 VB_OK, "%s", err.text);
    q.glm = dense_run(q.plan, q.n, N_VOXELS, q.y);
    free(rows);
    return q;
}

static void release(problem *q)
{
    vb_glm_free(q->glm);
    vb_glm_plan_free(q->plan);
    free(q->x);
    free(q->y);
}

static double quadratic(size_t p, const double *c, const dense_fit *fit)
{
    double sum = 0;

    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            sum += c[i] * fit->cov[i * p + j] * c[j];
    return sum;
}

/* F of columns 0, 1, 2 */
static double dense_f(size_t p, const dense_fit *fit)
{
    double g[9], l[9], e[3], sum = 0;

    for (size_t i = 0; i < 3; i++) {
        e[i] = fit->beta[i];
        for (size_t j = 0; j < 3; j++)
            g[i * 3 + j] = fit->cov[i * p + j];
    }
    dense_cholesky(3, g, l);
    dense_solve(3, 1, l, e);
    for (size_t i = 0; i < 3; i++)
        sum += e[i] * e[i];
    return sum / (3 * fit->sigma2);
}

/* 1e-9 of the value, or of 1 where it is smaller: what the dense matrices keep of 16 digits
   with condition numbers of some 1e4. */
static void expect_near(double ours, double want, const char *what, size_t set,
                        size_t v)
{
    cr_expect_float_eq(ours, want, 1e-9 * fmax(1, fabs(want)),
                       "%s, set %zu voxel %zu: "
                       "%.17g, expected %.17g",
                       what, set, v, ours, want);
}

static void expect_dense(const char *noise)
{
    for (size_t set = 0; set < N_SETS; set++) {
        problem q = make(set, noise);
        double *rho = dense_map(q.glm, N_VOXELS, VB_STAT_RHO, 0);
        double *sigma2 = dense_map(q.glm, N_VOXELS, VB_STAT_SIGMA2, 0);
        double *f = dense_map(q.glm, N_VOXELS, VB_STAT_F, 2);

        for (size_t c = 0; c < 2; c++) {
            const double *weights = c ? difference : first;
            double *effect = dense_map(q.glm, N_VOXELS, VB_STAT_EFFECT, c);
            double *variance = dense_map(q.glm, N_VOXELS, VB_STAT_VARIANCE, c);
            double *t = dense_map(q.glm, N_VOXELS, VB_STAT_T, c);

            for (size_t v = 0; v < N_VOXELS; v++) {
                static dense_fit fit;
                double want = 0, var;

                dense_gls(q.n, q.p, q.x, q.y + v, N_VOXELS, rho[v], &fit);
                for (size_t j = 0; j < q.p; j++)
                    want += weights[j] * fit.beta[j];
                var = fit.sigma2 * quadratic(q.p, weights, &fit);
                expect_near(effect[v], want, "effect", set, v);
                expect_near(variance[v], var, "variance", set, v);
                expect_near(t[v], want / sqrt(var), "t", set, v);
                expect_near(sigma2[v], fit.sigma2, "sigma2", set, v);
                expect_near(f[v], dense_f(q.p, &fit), "F", set, v);
            }
            free(effect);
            free(variance);
            free(t);
        }
        free(rho);
        free(sigma2);
        free(f);
        release(&q);
    }
}

Test(glm_noise, least_squares_at_any_rho_equals_dense_matrices)
{
    expect_dense("ols");
    expect_dense("ar1");
    expect_dense("ar1-moment");
}

/* The lowest point of the dense REML criterion: a grid of 0.02 over all rho, then golden
   section, which stops at sqrt(rounding of F / F'') = 1e-7 or so. */
static double brute_force(const problem *q, size_t v)
{
    static dense_fit fit;
    double best = 0, lowest = INFINITY, a, b;

    for (int i = -48; i <= 48; i++) {
        dense_gls(q->n, q->p, q->x, q->y + v, N_VOXELS, 0.02 * i, &fit);
        if (fit.reml < lowest) {
            lowest = fit.reml;
            best = 0.02 * i;
        }
    }
    a = fmax(best - 0.02, -0.98);
    b = fmin(best + 0.02, 0.98);
    for (int i = 0; i < 32; i++) {
        const double x = b - 0.6180339887498949 * (b - a);
        const double y = a + 0.6180339887498949 * (b - a);
        double fx;

        dense_gls(q->n, q->p, q->x, q->y + v, N_VOXELS, x, &fit);
        fx = fit.reml;
        dense_gls(q->n, q->p, q->x, q->y + v, N_VOXELS, y, &fit);
        if (fx < fit.reml)
            b = y;
        else
            a = x;
    }
    return 0.5 * (a + b);
}

Test(glm_noise, ar1_is_the_optimum_of_the_restricted_likelihood)
{
    for (size_t set = 0; set < 2; set++) {
        problem q = make(set, "ar1");
        double *rho = dense_map(q.glm, N_VOXELS, VB_STAT_RHO, 0);

        for (size_t v = 0; v < N_VOXELS; v += set ? 9 : 1) {
            const double want = brute_force(&q, v);

            cr_expect_float_eq(rho[v], want, 1e-6,
                               "set %zu voxel %zu: %.9f, expected %.9f", set, v, rho[v],
                               want);
        }
        free(rho);
        release(&q);
    }
}

/* Difference quotients of the criterion at five points.  Lanes of made-up residuals, such as no
   series need have. */
static void expect_slopes(const vb_glm_plan *plan, const vb_glm_kernels *k)
{
    const vb_glm_shape *shape = &plan->shape;
    const size_t size = shape->rank * VB_LANES;
    double *work = aligned_alloc(64, (4 * size * sizeof *work + 63) / 64 * 64);
    vb_glm_lanes l = {.s = work,
                      .z = work + size,
                      .g = work + 2 * size,
                      .di = work + 3 * size};
    double rho[VB_LANES], slope[VB_LANES], bend[VB_LANES];

    for (size_t i = 0; i < 4 * size; i++)
        work[i] = sin(1.7 * (double)i);
    for (size_t v = 0; v < VB_LANES; v++) {
        rho[v] = -0.9 + 1.8 * (double)v / (VB_LANES - 1);
        l.r0[v] = 900 + (double)v;
        l.r1[v] = 0.4 * rho[v] * l.r0[v];
        l.r_first[v] = 2 - 0.1 * (double)v;
        l.r_last[v] = -1 + 0.1 * (double)v;
    }
    k->slopes(shape, &l, rho, slope, bend);
    for (size_t v = 0; v < VB_LANES; v++) {
        const double h = 1e-3 * (1 - rho[v] * rho[v]);
        double at[VB_LANES], f[5][VB_LANES], want;

        for (int i = -2; i <= 2; i++) {
            memcpy(at, rho, sizeof at);
            at[v] += i * h;
            k->likelihood(shape, &l, at, f[i + 2]);
        }
        want = (8 * (f[3][v] - f[1][v]) - f[4][v] + f[0][v]) / (12 * h);
        cr_expect_float_eq(slope[v], want, 1e-7 * fmax(10, fabs(want)),
                           "%s slope at %.3f: %.12g, expected %.12g", k->name, rho[v],
                           slope[v], want);
        want = (16 * (f[3][v] + f[1][v]) - f[4][v] - f[0][v] - 30 * f[2][v]) /
               (12 * h * h);
        cr_expect_float_eq(bend[v], want, 1e-5 * fmax(10, fabs(want)),
                           "%s bend at %.3f: %.12g, expected %.12g", k->name, rho[v],
                           bend[v], want);
    }
    free(work);
}

Test(glm_noise, slopes_of_the_criterion_are_its_difference_quotients)
{
    problem q = make(1, "ar1");

    expect_slopes(q.plan, &vb_glm_kernels_portable);
    expect_slopes(q.plan, vb_glm_kernels_best());
    release(&q);
}

/* phi = tr(R D R V) / 2 tr(R V), with all matrices written out */
Test(glm_noise, the_bias_table_is_the_ratio_of_traces)
{
    problem q = make(0, "ar1-moment");
    const size_t n = q.n, p = q.p;
    double *r = calloc(3 * n * n, sizeof *r), *rd = r + n * n, *rdr = rd + n * n;
    static dense_fit fit;

    dense_gls(n, p, q.x, q.y, N_VOXELS, 0, &fit); /* cov = (X'X)^-1 */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            r[i * n + j] = i == j;
            for (size_t a = 0; a < p; a++)
                for (size_t b = 0; b < p; b++)
                    r[i * n + j] -=
                        q.x[i * p + a] * fit.cov[a * p + b] * q.x[j * p + b];
        }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            rd[i * n + j] =
                (j ? r[i * n + j - 1] : 0) + (j + 1 < n ? r[i * n + j + 1] : 0);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                rdr[i * n + j] += rd[i * n + k] * r[k * n + j];
    for (size_t node = 0; node < VB_PHI_NODES; node += 95) {
        const double rho = -VB_PHI_MOST + (double)node * VB_PHI_STEP;
        double upper = 0, lower = 0;

        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                const double v = pow(rho, fabs((double)i - (double)j));

                upper += rdr[i * n + j] * v;
                lower += r[i * n + j] * v;
            }
        cr_expect_float_eq(q.plan->phi[node], 0.5 * upper / lower, 1e-10,
                           "rho %.3f: %.12g", rho, q.plan->phi[node]);
    }
    free(r);
    release(&q);
}

/* 4,000 series of AR(1) noise, rho 0.4, 200 scans, 16 columns: the mean of an unbiased
   estimate has a standard error of sqrt((1 - rho^2) / 200 / 4000) = .001. */
Test(glm_noise, both_corrected_estimates_are_nearly_unbiased_and_the_plugin_is_not)
{
    enum { N = 200, P = 16, V = 4000 };
    static const char *const names[] = {"ar1", "ar1-moment", "ar1-plugin"};
    double *x = calloc(N * P, sizeof *x), *y = calloc((size_t)N * V, sizeof *y);
    vb_error err = {0};

    dense_design(N, P, 77, x);
    dense_series(N, P, x, V, 0.4, 0.4, 78, y);
    for (size_t k = 0; k < 3; k++) {
        vb_glm_plan *plan = NULL;
        vb_glm *glm;
        double *rho, sum = 0;

        cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                       .n_cols = P,
                                                       .x = x,
                                                       .noise = names[k]},
                                       &plan, &err),
                     VB_OK, "%s", err.text);
        glm = dense_run(plan, N, V, y);
        rho = dense_map(glm, V, VB_STAT_RHO, 0);
        for (size_t v = 0; v < V; v++)
            sum += rho[v];
        if (k < 2)
            cr_expect_float_eq(sum / V, 0.4, 0.012, "%s: %.4f", names[k], sum / V);
        else
            cr_expect(sum / V < 0.36, "plugin: %.4f", sum / V);
        free(rho);
        vb_glm_free(glm);
        vb_glm_plan_free(plan);
    }
    free(x);
    free(y);
}

Test(glm_noise, the_registry_names_its_models)
{
    cr_expect(vb_n_noises() >= 11);
    cr_expect_str_eq(vb_noise_name(0), "ar1");
    for (size_t i = 0; i < vb_n_noises(); i++)
        cr_expect(strlen(vb_noise_meaning(i)) > 20 && strlen(vb_noise_source(i)) > 10);
    cr_expect(vb_noise_needs_series("arma11") && !vb_noise_needs_series("ar1") &&
              !vb_noise_needs_series("no such"));
    cr_expect_eq(vb_noise_n_parameters("ar3"), 3u);
    cr_expect_str_eq(vb_noise_parameter_name("arma11", 1), "arma_b");
    cr_expect(!vb_noise_parameter_name("arma11", 2) && !vb_noise_n_parameters("ols"));
    cr_expect(!vb_noise_name(99) && !vb_noise_meaning(99) && !vb_noise_source(99));
}
