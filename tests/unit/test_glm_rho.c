/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An autocorrelation that is given, and one that is smoothed over neighbours: against dense
 * generalised least squares, and against weighted means by direct summation.
 */
#include "glm_support.h"
#include "golden_maps.h"
#include "valuebold/glm_run.h"

#include <string.h>

#define GOLDEN "tests/data/golden/glm/"

enum { N = 70, P = 6, V = 40 };

Test(glm_rho, voxels_are_fitted_at_the_autocorrelation_given)
{
    static const double first[P] = {1};
    static double x[N * P], y[N * V];
    const vb_contrast contrast = {"first", 1, (double *)first};
    vb_glm_plan *plan = NULL;
    vb_glm *own, *glm = NULL;
    double estimate[V], given[V], *t, *rho, *own_rho;
    vb_error err = {0};

    dense_design(N, P, 5, x);
    dense_series(N, P, x, V, -0.3, 0.8, 6, y);
    cr_assert_eq(vb_glm_plan_alloc(&(vb_glm_model){.n_scans = N,
                                                   .n_cols = P,
                                                   .x = x,
                                                   .n_contrasts = 1,
                                                   .contrasts = &contrast},
                                   &plan, &err),
                 VB_OK, "%s", err.text);
    own = dense_run(plan, N, V, y);
    own_rho = dense_map(own, V, VB_STAT_RHO, 0);
    cr_assert_eq(vb_glm_alloc(plan, V, &glm, &err), VB_OK);
    cr_expect_eq(vb_glm_rho(glm, 1, 0, 2, estimate, &err), VB_EUSAGE); /* no scan yet */
    cr_assert_eq(vb_glm_add(glm, N, VB_SAMPLE_FLOAT64, y, V, 1, &err), VB_OK);
    cr_assert_eq(vb_glm_rho(glm, 1, 0, 2, estimate, &err), VB_OK, "%s", err.text);
    for (size_t v = 0; v < V; v++) {
        cr_expect_eq(estimate[v], own_rho[v]);
        given[v] = v == 3 ? (double)NAN : 0.02 * (double)v - 0.2;
    }
    vb_glm_use_rho(glm, given);
    cr_assert_eq(vb_glm_finish(glm, 1, 0, 2, NULL, &err), VB_OK, "%s", err.text);
    t = dense_map(glm, V, VB_STAT_T, 0);
    rho = dense_map(glm, V, VB_STAT_RHO, 0);
    for (size_t v = 0; v < V; v++) {
        const double at = v == 3 ? estimate[v] : given[v];
        static dense_fit fit;

        dense_gls(N, P, x, y + v, V, at, &fit);
        cr_expect_float_eq(rho[v], at, 1e-15);
        cr_expect_float_eq(t[v], fit.beta[0] / sqrt(fit.sigma2 * fit.cov[0]), 1e-9);
    }
    free(t);
    free(rho);
    free(own_rho);
    vb_glm_free(own);
    vb_glm_free(glm);
    vb_glm_plan_free(plan);
}

/* ---- images ---- */

enum { N_COLS = 7, N_SCANS = 120 };
static const double choice[N_COLS] = {1};
static const vb_contrast contrasts[] = {{"choice", 1, (double *)choice}};

static vb_status try(const char *noise, double noise_fwhm_mm, double fwhm_mm,
                     vb_glm_fit **fit, vb_error *err)
{
    vb_table *table = support_table(GOLDEN "nilearn_design_run-1.tsv");
    vb_design *design = NULL;
    vb_glm_options options;
    vb_status status;

    vb_glm_options_default(&options);
    options.noise = noise;
    options.small_sample = VB_SMALL_SAMPLE_NONE;
    options.masking = VB_GLM_MASK_FILE;
    options.mask_file = GOLDEN "mask.nii";
    options.noise_fwhm_mm = noise_fwhm_mm;
    options.fwhm_mm = fwhm_mm;
    options.n_threads = 2;
    cr_assert_eq(vb_design_from_table(table, 2, &design, NULL, err), VB_OK);
    status = vb_glm_fit_run(&(vb_glm_job){.name = "run",
                                          .bold = GOLDEN "run-1_bold.nii",
                                          .design = design,
                                          .n_contrasts = 1,
                                          .contrasts = contrasts},
                            &options, fit, NULL, err);
    vb_design_free(design);
    vb_table_free(table);
    return status;
}

static double *map_of(const vb_glm_fit *fit, vb_stat stat)
{
    double *out = malloc(fit->n_in * sizeof *out);
    vb_error err = {0};

    cr_assert(out);
    cr_assert_eq(vb_glm_fit_map(fit, stat, 0, out, &err), VB_OK, "%s", err.text);
    return out;
}

/* Weighted mean over the voxels of the mask that have a value, 4 sd far along each axis. */
static double smoothed(const vb_glm_fit *fit, const double *in, const size_t *at,
                       size_t v, double fwhm_mm)
{
    const size_t nx = fit->grid.dim[0], ny = fit->grid.dim[1];
    double sum = 0, weight = 0;

    for (size_t u = 0; u < fit->n_in; u++) {
        double square = 0;
        bool near = isfinite(in[u]);
        const double d[3] = {(double)(at[u] % nx) - (double)(at[v] % nx),
                             (double)(at[u] / nx % ny) - (double)(at[v] / nx % ny),
                             (double)(at[u] / nx / ny) - (double)(at[v] / nx / ny)};

        for (size_t a = 0; a < 3; a++) {
            const double sd = fwhm_mm / fit->grid.voxel_mm[a] / sqrt(8 * log(2));

            near = near && fabs(d[a]) <= floor(4 * sd + 0.5);
            square += d[a] * d[a] / (sd * sd);
        }
        sum += near ? exp(-0.5 * square) * in[u] : 0;
        weight += near ? exp(-0.5 * square) : 0;
    }
    return sum / weight;
}

static void compare(double fwhm_mm)
{
    vb_glm_fit *own = NULL, *fit = NULL;
    vb_nifti_header h;
    vb_table *table = support_table(GOLDEN "nilearn_design_run-1.tsv");
    double *y = golden_image(GOLDEN "run-1_bold.nii", &h);
    double *x = calloc(N_SCANS * N_COLS, sizeof *x);
    double *rho, *rough, *t, *rough_t;
    size_t at[2048], n = 0, n_moved = 0;
    vb_error err = {0};

    cr_assert_eq(try("ar1", 0, fwhm_mm, &own, &err), VB_OK, "%s", err.text);
    cr_assert_eq(try("ar1", 8, fwhm_mm, &fit, &err), VB_OK, "%s", err.text);
    rough = map_of(own, VB_STAT_RHO);
    rho = map_of(fit, VB_STAT_RHO);
    t = map_of(fit, VB_STAT_T);
    rough_t = map_of(own, VB_STAT_T);
    for (size_t i = 0; i < fit->grid.n_vox; i++)
        if (fit->mask[i])
            at[n++] = i;
    for (size_t j = 0; j < N_COLS; j++)
        for (size_t s = 0; s < N_SCANS; s++)
            x[s * N_COLS + j] = support_column(table, table->columns[j])[s];
    for (size_t v = 0; v < fit->n_in; v++) {
        static dense_fit dense;

        if (isnan(rough[v])) {
            cr_expect(isnan(rho[v]) && isnan(t[v]));

            continue;
        }
        cr_expect_float_eq(rho[v], smoothed(fit, rough, at, v, 8), 1e-12, "voxel %zu",
                           v);
        n_moved += fabs(rho[v] - rough[v]) > 0.01;
        if (fwhm_mm > 0 || v % 40)
            continue;
        dense_gls(N_SCANS, N_COLS, x, y + at[v], h.n_vox, rho[v], &dense);
        cr_expect_float_eq(t[v], dense.beta[0] / sqrt(dense.sigma2 * dense.cov[0]),
                           1e-8);
    }
    cr_expect(n_moved > fit->n_in / 2, "%zu moved", n_moved);
    for (size_t v = 0; v < fit->n_in; v++) /* and the means are there */
        cr_expect(isnan(fit->mean[v]) || fabs(fit->mean[v] - own->mean[v]) < 1e-9);
    free(rough);
    free(rough_t);
    free(rho);
    free(t);
    free(x);
    free(y);
    vb_table_free(table);
    vb_glm_fit_free(own);
    vb_glm_fit_free(fit);
}

Test(glm_rho, a_smoothed_map_is_the_weighted_mean_and_the_fit_is_at_it)
{
    compare(0);
}

Test(glm_rho, smoothed_images_may_have_it_too)
{
    compare(4);
}

Test(glm_rho, noise_without_an_autocorrelation_is_refused)
{
    static const char *const without[] = {"ols", "arma11", "spm-ar1", "ar3"};

    for (size_t i = 0; i < 4; i++) {
        vb_glm_fit *fit = NULL;
        vb_error err = {0};

        cr_expect_eq(try(without[i], 6, 0, &fit, &err), VB_EUSAGE);
        cr_expect(strstr(err.text, without[i]), "%s", err.text);
    }
}
