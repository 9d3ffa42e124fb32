/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several runs as one model, against least squares on the stacked design and generalised least
 * squares with each run's own covariance, both dense (glm_support.h). */
#include "glm_support.h"
#include "valuebold/glm_joint.h"

enum { RUNS = 3, SHARED = 3, OWN = 4, V = 40, P = SHARED + RUNS * OWN };
static const size_t scans[RUNS] = {80, 61, 95};
enum { N = 80 + 61 + 95 };

typedef struct data {
    double *x[RUNS], *y[RUNS]; /* [scans x (SHARED + OWN)], [scans x V] */
    double *stacked;           /* [N x P] */
} data;

/* kind 1: run 1 lacks column 2; 2: there columns 0 and 1 are the same */
static void make(data *d, int kind)
{
    const size_t p = SHARED + OWN;
    size_t at = 0;

    d->stacked = calloc(N * P, sizeof *d->stacked);
    for (size_t r = 0; r < RUNS; at += scans[r++]) {
        const size_t n = scans[r];

        d->x[r] = calloc(n * p, sizeof(double));
        d->y[r] = calloc(n * V, sizeof(double));
        dense_design(n, p, 40 + r, d->x[r]);
        for (size_t t = 0; kind && r == 1 && t < n; t++)
            d->x[r][t * p + (kind == 1 ? 2 : 1)] = kind == 1 ? 0 : d->x[r][t * p];
        dense_series(n, p, d->x[r], V, 0.1 + 0.1 * (double)r, 0.5, 90 + r, d->y[r]);
        for (size_t t = 0; t < n; t++)
            for (size_t j = 0; j < p; j++)
                d->stacked[(at + t) * P + (j < SHARED ? j : j + r * OWN)] =
                    d->x[r][t * p + j];
    }
}

static void drop(data *d)
{
    for (size_t r = 0; r < RUNS; r++) {
        free(d->x[r]);
        free(d->y[r]);
    }
    free(d->stacked);
}

static const double one[SHARED] = {1, -0.5, 0.25};
static const double several[3 * SHARED] = {1, 0, 0, 0, 1, 1, 2, 1, 1};
static const vb_contrast contrasts[] = {{"one", 1, (double *)one},
                                        {"several", 3, (double *)several}};

/* Fits the runs one by one and together; rho [RUNS x V] as they were estimated. */
static vb_joint *fit(const data *d, const char *noise, bool series, size_t n_contrasts,
                     const vb_contrast c[], double *rho)
{
    const size_t p = SHARED + OWN;
    vb_arena *arena = vb_arena_alloc();
    size_t n_rows[RUNS], voxel_of[V];
    double *rows[RUNS], *kept[RUNS], df[RUNS];
    vb_glm_plan *plans[RUNS] = {NULL};
    vb_series_plan *series_plans[RUNS] = {NULL};
    vb_joint *joint = NULL;
    vb_error err = {0};

    for (size_t v = 0; v < V; v++)
        voxel_of[v] = v;
    for (size_t r = 0; r < RUNS; r++) {
        const size_t n = scans[r];
        double *s = vb_arena_take(arena, n * SHARED, sizeof *s);
        double *o = vb_arena_take(arena, n * OWN, sizeof *o);

        for (size_t t = 0; t < n; t++) {
            memcpy(s + t * SHARED, d->x[r] + t * p, SHARED * sizeof *s);
            memcpy(o + t * OWN, d->x[r] + t * p + SHARED, OWN * sizeof *o);
        }
        cr_assert_eq(vb_joint_rows(n, SHARED, s, OWN, o, arena, &n_rows[r], &rows[r],
                                   &err),
                     VB_OK);
        kept[r] = vb_arena_take(arena, n_rows[r] * p, sizeof(double));
        for (size_t i = 0; i < n_rows[r]; i++)
            memcpy(kept[r] + i * p, rows[r] + i * SHARED, SHARED * sizeof(double));
    }
    for (size_t r = 0; r < RUNS; r++) {
        const vb_glm_model m = {.n_scans = scans[r],
                                .n_cols = p,
                                .x = d->x[r],
                                .noise = series ? "ols" : noise,
                                .n_kept = n_rows[r],
                                .kept = kept[r]};
        const vb_series_model sm = {.n_scans = scans[r],
                                    .n_cols = p,
                                    .x = d->x[r],
                                    .noise = noise,
                                    .n_kept = n_rows[r],
                                    .kept = kept[r]};

        cr_assert_eq(vb_glm_plan_alloc(&m, &plans[r], &err), VB_OK, "%s", err.text);
        df[r] = vb_glm_df(plans[r]);
        if (series)
            cr_assert_eq(vb_series_plan_alloc(&sm, &series_plans[r], &err), VB_OK);
    }
    cr_assert_eq(vb_joint_alloc(&(vb_joint_model){.n_shared = SHARED,
                                                  .n_runs = RUNS,
                                                  .n_rows = n_rows,
                                                  .rows = (const double *const *)rows,
                                                  .df = df,
                                                  .n_contrasts = n_contrasts,
                                                  .contrasts = c},
                                V, &joint, &err),
                 VB_OK, "%s", err.text);
    for (size_t r = 0; r < RUNS; r++) {
        vb_glm *glm = NULL;
        vb_series *s = NULL;

        if (series) {
            double *major = calloc(scans[r] * V, sizeof *major);
            const vb_series_data values = {V, VB_SAMPLE_FLOAT64, major, 1, 0};

            for (size_t t = 0; t < scans[r]; t++)
                for (size_t v = 0; v < V; v++)
                    major[v * scans[r] + t] = d->y[r][t * V + v];
            cr_assert_eq(vb_series_fit(series_plans[r], &values, 1, &s, NULL, &err),
                         VB_OK);
            free(major);
        } else {
            glm = dense_run(plans[r], scans[r], V, d->y[r]);
            vb_glm_map(glm, VB_STAT_RHO, 0, rho + r * V, &err);
        }
        cr_assert_eq(vb_joint_add(joint, r, glm, s, voxel_of, NULL, 2, &err), VB_OK,
                     "%s", err.text);
        vb_glm_free(glm);
        vb_series_free(s);
    }
    cr_assert_eq(vb_joint_finish(joint, 2, NULL, &err), VB_OK);
    for (size_t r = 0; r < RUNS; r++) {
        vb_glm_plan_free(plans[r]);
        vb_series_plan_free(series_plans[r]);
    }
    vb_arena_free(arena);
    return joint;
}

/* The stacked runs, each run's covariance with its own rho. */
static dense_fit dense(const data *d, size_t v, const double rho[RUNS])
{
    double *x = calloc(N * P, sizeof *x), *y = calloc(N, sizeof *y);
    dense_fit f;
    size_t at = 0;

    memcpy(x, d->stacked, N * P * sizeof *x);
    for (size_t r = 0; r < RUNS; at += scans[r++])
        for (size_t t = scans[r]; t-- > 0;) { /* whiten by differences, from the end */
            const double a = sqrt(1 - rho[r] * rho[r]);

            y[at + t] = d->y[r][t * V + v];
            y[at + t] = t ? y[at + t] - rho[r] * d->y[r][(t - 1) * V + v] : a * y[at];
            for (size_t j = 0; j < P; j++)
                x[(at + t) * P + j] =
                    t ? x[(at + t) * P + j] - rho[r] * x[(at + t - 1) * P + j]
                      : a * x[at * P + j];
        }
    dense_gls(N, P, x, y, 1, 0, &f);
    free(x);
    free(y);
    return f;
}

/* a'b and a'Cb of shared effects */
static double effect_of(const dense_fit *f, const double *a)
{
    return a[0] * f->beta[0] + a[1] * f->beta[1] + a[2] * f->beta[2];
}

static double covariance_of(const dense_fit *f, const double *a, const double *b)
{
    double s = 0;

    for (size_t i = 0; i < SHARED; i++)
        for (size_t j = 0; j < SHARED; j++)
            s += f->sigma2 * a[i] * b[j] * f->cov[i * P + j];
    return s;
}

/* of the rows a and b, the inverse of their covariance written out */
static double f_of(const dense_fit *f, const double *a, const double *b)
{
    const double e0 = effect_of(f, a), e1 = effect_of(f, b);
    const double aa = covariance_of(f, a, a), ab = covariance_of(f, a, b),
                 bb = covariance_of(f, b, b);

    return (bb * e0 * e0 - 2 * ab * e0 * e1 + aa * e1 * e1) / (aa * bb - ab * ab) / 2;
}

static void compare(const data *d, const char *noise)
{
    double rho[RUNS * V] = {0}, effect[V], variance[V], sigma2[V], f[V];
    vb_error err = {0};
    vb_joint *joint = fit(d, noise, false, 2, contrasts, rho);

    cr_expect_float_eq(vb_joint_df(joint), N - P, 0);
    cr_expect_eq(vb_joint_contrast_df(joint, 1), 2);
    vb_joint_map(joint, VB_STAT_EFFECT, 0, effect, &err);
    vb_joint_map(joint, VB_STAT_VARIANCE, 0, variance, &err);
    vb_joint_map(joint, VB_STAT_SIGMA2, 0, sigma2, &err);
    vb_joint_map(joint, VB_STAT_F, 1, f, &err);
    for (size_t v = 0; v < V; v += 3) {
        double own[RUNS], var;
        dense_fit want;

        for (size_t r = 0; r < RUNS; r++)
            own[r] = rho[r * V + v];
        want = dense(d, v, own);
        var = covariance_of(&want, one, one);
        cr_expect_float_eq(effect[v], effect_of(&want, one), 1e-8 * sqrt(var));
        cr_expect_float_eq(variance[v], var, 1e-8 * var);
        cr_expect_float_eq(sigma2[v], want.sigma2, 1e-8 * want.sigma2);
        cr_expect_float_eq(f[v], f_of(&want, several, several + SHARED), 1e-7 * f[v]);
    }
    vb_joint_free(joint);
}

Test(glm_joint, runs_together_are_least_squares_on_the_stacked_design)
{
    data d;

    make(&d, 0);
    compare(&d, "ols");
    drop(&d);
}

Test(glm_joint, under_ar1_they_are_generalised_least_squares_with_each_runs_rho)
{
    data d;

    make(&d, 0);
    compare(&d, "ar1");
    drop(&d);
}

Test(glm_joint, a_run_that_lacks_a_column_says_nothing_about_it)
{
    data d;

    make(&d, 1);
    compare(&d, "ols");
    drop(&d);
}

/* The others tell the two apart; this run still tells their sum. */
Test(glm_joint, columns_that_one_run_cannot_tell_apart_are_no_harm)
{
    data d;

    make(&d, 2);
    compare(&d, "ar1");
    drop(&d);
}

Test(glm_joint, f_of_one_row_is_the_square_of_t_and_rows_that_are_sums_add_nothing)
{
    static const double twice[2 * SHARED] = {1, -0.5, 0.25, -2, 1, -0.5};
    const vb_contrast c[] = {{"t", 1, (double *)one}, {"F", 2, (double *)twice}};
    double rho[RUNS * V], t[V], f[V], z[V];
    vb_error err = {0};
    vb_joint *joint;
    data d;

    make(&d, 0);
    joint = fit(&d, "ar1", false, 2, c, rho);
    cr_expect_eq(vb_joint_contrast_df(joint, 1), 1);
    vb_joint_map(joint, VB_STAT_T, 0, t, &err);
    vb_joint_map(joint, VB_STAT_F, 1, f, &err);
    cr_expect_eq(vb_joint_map(joint, VB_STAT_Z, 1, z, &err), VB_OK);
    cr_expect_eq(vb_joint_map(joint, VB_STAT_T, 1, z, &err), VB_EUSAGE);
    for (size_t v = 0; v < V; v++)
        cr_expect_float_eq(f[v], t[v] * t[v], 1e-9 * f[v]);
    vb_joint_free(joint);
    drop(&d);
}

/* arma11 of whole series; b = 0 and a = rho is its AR(1), so that the two come close */
Test(glm_joint, models_of_whole_series_join_the_same_way)
{
    double rho[RUNS * V], t[V], s[V], worst = 0;
    vb_error err = {0};
    vb_joint *a, *b;
    data d;

    make(&d, 0);
    a = fit(&d, "ar1", false, 1, contrasts, rho);
    b = fit(&d, "arma11", true, 1, contrasts, rho);
    vb_joint_map(a, VB_STAT_T, 0, t, &err);
    vb_joint_map(b, VB_STAT_T, 0, s, &err);
    for (size_t v = 0; v < V; v++)
        worst = fmax(worst, fabs(t[v] - s[v]) / (1 + fabs(t[v])));
    cr_expect_lt(worst, 0.4, "%g", worst);
    vb_joint_free(a);
    vb_joint_free(b);
    drop(&d);
}

Test(glm_joint, what_no_run_can_estimate_is_refused)
{
    static const double w[2] = {1, -1};
    const vb_contrast c = {"a - b", 1, (double *)w};
    const double both[2] = {1, 1}, df = 10;
    const double *const rows[] = {both};
    const size_t n_rows = 1;
    vb_joint *joint = NULL;
    vb_error err = {0};

    cr_expect_eq(vb_joint_alloc(&(vb_joint_model){.n_shared = 2,
                                                  .n_runs = 1,
                                                  .n_rows = &n_rows,
                                                  .rows = rows,
                                                  .df = &df,
                                                  .n_contrasts = 1,
                                                  .contrasts = &c},
                                4, &joint, &err),
                 VB_EESTIMATE);
    cr_expect(strstr(err.text, "'a - b' cannot be estimated"), "%s", err.text);
}
