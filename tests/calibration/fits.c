/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fits.c - every noise model through the library's public calls. */
#include "fits.h"

#include "simulate.h"
#include "valuebold/glm_series.h"

#include <stdio.h>
#include <stdlib.h>

const method methods[N_METHODS] = {
    {.title = "ols", .noise = "ols"},
    {.title = "ar1-plugin", .noise = "ar1-plugin"},
    {.title = "ar1-moment", .noise = "ar1-moment", .small_sample = true},
    {.title = "ar1, small_sample: none", .noise = "ar1", .has_limit = true},
    {.title = "ar1", .noise = "ar1", .small_sample = true, .has_limit = true},
    {.title = "ar3", .noise = "ar3", .is_series = true},
    {.title = "arma11, small_sample: none",
     .noise = "arma11",
     .is_series = true,
     .has_limit = true},
    {.title = "arma11",
     .noise = "arma11",
     .is_series = true,
     .small_sample = true,
     .has_limit = true},
};

const char *const test_names[N_TESTS] = {"SV", "block"};

void demand(int status, const char *text)
{
    if (status == VB_OK)
        return;
    fprintf(stderr, "calibration: %s\n", text);
    exit(1);
}

outcome outcome_take(size_t n)
{
    double *z = malloc(4 * n * sizeof *z);

    demand(z == NULL, "no memory");
    return (outcome){z, z + n, z + 2 * n, z + 3 * n};
}

static void make_contrasts(double *weights, size_t n_cols, vb_contrast out[N_TESTS])
{
    weights[COLUMN_SV] = 1;
    weights[n_cols + COLUMN_BLOCK] = 1;
    for (size_t i = 0; i < N_TESTS; i++)
        out[i] = (vb_contrast){test_names[i], 1, weights + i * n_cols};
}

static void fit_sums(const method *m, vb_glm_model *model, size_t n_series,
                     const double *y, const outcome out[N_TESTS])
{
    const size_t n = model->n_scans;
    double *by_scan = malloc(n * n_series * sizeof *by_scan);
    vb_glm_plan *plan = NULL;
    vb_glm *glm = NULL;
    vb_error err = {0};

    demand(by_scan == NULL, "no memory");
    for (size_t v = 0; v < n_series; v++)
        for (size_t t = 0; t < n; t++)
            by_scan[t * n_series + v] = y[v * n + t];
    if (m->small_sample)
        model->small_sample = VB_SMALL_SAMPLE_AUTO;
    demand(vb_glm_plan_alloc(model, &plan, &err), err.text);
    demand(vb_glm_alloc(plan, n_series, &glm, &err), err.text);
    demand(vb_glm_add(glm, n, VB_SAMPLE_FLOAT64, by_scan, n_series, 1, &err), err.text);
    demand(vb_glm_finish(glm, 1, 0, 1, NULL, &err), err.text);
    for (size_t i = 0; i < N_TESTS; i++) {
        demand(vb_glm_map(glm, VB_STAT_Z, i, out[i].z, &err), err.text);
        demand(vb_glm_map(glm, VB_STAT_EFFECT, i, out[i].effect, &err), err.text);
        demand(vb_glm_map(glm, VB_STAT_VARIANCE, i, out[i].variance, &err), err.text);
        demand(vb_glm_map(glm, VB_STAT_DF, i, out[i].df, &err), err.text);
    }
    vb_glm_free(glm);
    vb_glm_plan_free(plan);
    free(by_scan);
}

static void fit_series(const method *m, const vb_glm_model *model, size_t n_series,
                       const double *y, const outcome out[N_TESTS])
{
    const vb_series_model whole = {.n_scans = model->n_scans,
                                   .n_cols = model->n_cols,
                                   .x = model->x,
                                   .noise = model->noise,
                                   .small_sample = m->small_sample
                                                       ? VB_SMALL_SAMPLE_AUTO
                                                       : VB_SMALL_SAMPLE_NONE,
                                   .n_contrasts = N_TESTS,
                                   .contrasts = model->contrasts};
    const vb_series_data data = {n_series, VB_SAMPLE_FLOAT64, y, 1, 0};
    vb_series_plan *plan = NULL;
    vb_series *fit = NULL;
    vb_error err = {0};

    demand(vb_series_plan_alloc(&whole, &plan, &err), err.text);
    demand(vb_series_fit(plan, &data, 1, &fit, NULL, &err), err.text);
    for (size_t i = 0; i < N_TESTS; i++) {
        demand(vb_series_map(fit, VB_STAT_Z, i, out[i].z, &err), err.text);
        demand(vb_series_map(fit, VB_STAT_EFFECT, i, out[i].effect, &err), err.text);
        demand(vb_series_map(fit, VB_STAT_VARIANCE, i, out[i].variance, &err),
               err.text);
        demand(vb_series_map(fit, VB_STAT_DF, i, out[i].df, &err), err.text);
    }
    vb_series_free(fit);
    vb_series_plan_free(plan);
}

void fit_all(const method *m, size_t n_scans, size_t n_cols, const double *x,
             size_t n_series, const double *y, const outcome out[N_TESTS])
{
    double *weights = calloc(N_TESTS * n_cols, sizeof *weights);
    vb_contrast contrasts[N_TESTS];
    vb_glm_model model = {.n_scans = n_scans,
                          .n_cols = n_cols,
                          .x = x,
                          .noise = m->noise,
                          .n_contrasts = N_TESTS,
                          .contrasts = contrasts};

    demand(weights == NULL, "no memory");
    make_contrasts(weights, n_cols, contrasts);
    if (m->is_series)
        fit_series(m, &model, n_series, y, out);
    else
        fit_sums(m, &model, n_series, y, out);
    free(weights);
}
