/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_glm.c - series of regions through the voxelwise model: regions are voxels here. */
#include "valuebold/region_glm.h"
#include "valuebold/glm_series.h"
#include "valuebold/tails.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Scans at a time: as images come, and fast. */
enum { AS_IMAGES = 32 };

typedef struct fitting {
    const vb_region_model *model;
    size_t n_regions;
    const double *y; /* [n_scans x n_regions] */
    double level;
    vb_glm_plan
        *plan; /* under a model of glm_series.h that of ols: rank of contrasts */
    vb_glm *glm;
    vb_series_plan *series_plan;
    vb_series *series;
    double *map; /* [4 x n_regions] */
} fitting;

static vb_status fit_sums(fitting *f, const vb_glm_model *model, vb_error *err)
{
    vb_status status = vb_glm_plan_alloc(model, &f->plan, err);

    if (status == VB_OK)
        status = vb_glm_alloc(f->plan, f->n_regions, &f->glm, err);
    for (size_t s = 0; s < model->n_scans && status == VB_OK; s += AS_IMAGES) {
        const size_t left = model->n_scans - s;

        status =
            vb_glm_add(f->glm, left < AS_IMAGES ? left : AS_IMAGES, VB_SAMPLE_FLOAT64,
                       f->y + s * f->n_regions, f->n_regions, 1, err);
    }
    if (status == VB_OK)
        status = vb_glm_finish(f->glm, 1, 0, 1, NULL, err);
    return status;
}

static vb_status fit_series(fitting *f, const vb_glm_model *model, vb_error *err)
{
    const size_t n = model->n_scans;
    double *by_region = calloc(f->n_regions * n, sizeof *by_region);
    const vb_series_model series = {.n_scans = n,
                                    .n_cols = model->n_cols,
                                    .x = model->x,
                                    .noise = model->noise,
                                    .small_sample = model->small_sample,
                                    .n_contrasts = model->n_contrasts,
                                    .contrasts = model->contrasts,
                                    .is_drift = f->model->is_drift,
                                    .is_baseline = f->model->is_baseline};
    const vb_series_data data = {f->n_regions, VB_SAMPLE_FLOAT64, by_region, 1, 0};
    vb_glm_model ols = *model;
    vb_status status;

    if (!by_region)
        return vb_fail_memory(err, f->n_regions * n * sizeof *by_region);
    for (size_t s = 0; s < n; s++)
        for (size_t v = 0; v < f->n_regions; v++)
            by_region[v * n + s] = f->y[s * f->n_regions + v];
    ols.noise = "ols";
    ols.small_sample = VB_SMALL_SAMPLE_NONE;
    status = vb_glm_plan_alloc(&ols, &f->plan, err);
    if (status == VB_OK)
        status = vb_series_plan_alloc(&series, &f->series_plan, err);
    if (status == VB_OK)
        status = vb_series_fit(f->series_plan, &data, 1, &f->series, NULL, err);
    free(by_region);
    return status;
}

static vb_status get(const fitting *f, vb_stat stat, size_t contrast, double out[],
                     vb_error *err)
{
    return f->series ? vb_series_map(f->series, stat, contrast, out, err)
                     : vb_glm_map(f->glm, stat, contrast, out, err);
}

vb_region_estimate vb_region_estimate_of(double effect, double se, double df,
                                         double level)
{
    const double t = effect / se;
    const double reach = se * vb_t_from_log_p(log((1 - level) / 2), df);

    if (!(isfinite(effect) && se > 0))
        return (vb_region_estimate){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    return (vb_region_estimate){.effect = effect,
                                .se = se,
                                .low = effect - reach,
                                .high = effect + reach,
                                .statistic = t,
                                .df1 = 1,
                                .df = df,
                                .p = vb_p_two_sided(vb_tails_t(t, df))};
}

static vb_status take_t(fitting *f, size_t c, vb_region_estimate out[], vb_error *err)
{
    const size_t n = f->n_regions;
    double *effect = f->map, *variance = f->map + n, *t = f->map + 2 * n;
    double *df = f->map + 3 * n;
    vb_status status = get(f, VB_STAT_EFFECT, c, effect, err);

    if (status == VB_OK)
        status = get(f, VB_STAT_VARIANCE, c, variance, err);
    if (status == VB_OK)
        status = get(f, VB_STAT_T, c, t, err);
    if (status == VB_OK)
        status = get(f, VB_STAT_DF, c, df, err);
    for (size_t v = 0; v < n && status == VB_OK; v++) {
        vb_region_estimate *e = &out[v * f->model->n_contrasts + c];

        *e = vb_region_estimate_of(effect[v], sqrt(variance[v]), df[v], f->level);
        if (!isnan(e->statistic)) {
            e->statistic = t[v]; /* to the last bit */
            e->p = vb_p_two_sided(vb_tails_t(t[v], df[v]));
        }
    }
    return status;
}

static vb_status take_f(fitting *f, size_t c, vb_region_estimate out[], vb_error *err)
{
    const size_t n = f->n_regions;
    const double df1 = (double)vb_glm_contrast_df(f->plan, c);
    double *df = f->map + 2 * n;
    double *value = f->map, *p = f->map + n;
    vb_status status = get(f, VB_STAT_F, c, value, err);

    if (status == VB_OK)
        status = get(f, VB_STAT_P, c, p, err);
    if (status == VB_OK)
        status = get(f, VB_STAT_DF, c, df, err);
    for (size_t v = 0; v < n && status == VB_OK; v++) {
        const double no = isnan(value[v]) ? (double)NAN : 0;

        out[v * f->model->n_contrasts + c] =
            (vb_region_estimate){NAN, NAN, NAN, NAN, value[v], df1 + no, df[v], p[v]};
    }
    return status;
}

static vb_status take_noise(fitting *f, vb_region_noise out[], vb_error *err)
{
    const size_t n = f->n_regions, n_scans = f->model->n_scans;
    vb_status status = get(f, VB_STAT_RHO, 0, f->map, err);

    if (status == VB_OK)
        status = get(f, VB_STAT_SIGMA2, 0, f->map + n, err);
    if (status == VB_OK)
        status = get(f, VB_STAT_R2, 0, f->map + 2 * n, err);
    for (size_t v = 0; v < n && status == VB_OK; v++) {
        double sum = 0;

        for (size_t s = 0; s < n_scans; s++)
            sum += f->y[s * n + v];
        out[v] = (vb_region_noise){.mean = sum / (double)n_scans,
                                   .rho = f->map[v],
                                   .sigma2 = f->map[n + v],
                                   .r2 = f->map[2 * n + v]};
    }
    return status;
}

static vb_status take_all(fitting *f, vb_region_estimate estimates[],
                          vb_region_noise noise[], vb_error *err)
{
    vb_status status = VB_OK;

    f->map = calloc(f->n_regions, 4 * sizeof *f->map);
    if (!f->map)
        return vb_fail_memory(err, f->n_regions * 4 * sizeof *f->map);
    for (size_t c = 0; c < f->model->n_contrasts && status == VB_OK; c++)
        status = f->model->contrasts[c].n_rows == 1 ? take_t(f, c, estimates, err)
                                                    : take_f(f, c, estimates, err);
    if (status == VB_OK && noise)
        status = take_noise(f, noise, err);
    return status;
}

vb_status vb_region_glm(const vb_region_model *m, size_t n_regions, const double y[],
                        double level, vb_region_estimate estimates[],
                        vb_region_noise noise[], vb_error *err)
{
    fitting f = {.model = m, .n_regions = n_regions, .y = y, .level = level};
    const vb_glm_model model = {.n_scans = m->n_scans,
                                .n_cols = m->n_cols,
                                .x = m->x,
                                .noise = m->noise ? m->noise : "ar1",
                                .small_sample = m->small_sample,
                                .n_contrasts = m->n_contrasts,
                                .contrasts = m->contrasts};
    vb_status status;

    if (!(level > 0 && level < 1))
        return vb_fail(err, VB_EUSAGE,
                       "a confidence level of %g; it must lie between 0 and 1, as 0.95",
                       level);
    if (!n_regions)
        return VB_OK;
    status = vb_noise_needs_series(model.noise) ? fit_series(&f, &model, err)
                                                : fit_sums(&f, &model, err);
    if (status == VB_OK)
        status = take_all(&f, estimates, noise, err);
    free(f.map);
    vb_series_free(f.series);
    vb_series_plan_free(f.series_plan);
    vb_glm_free(f.glm);
    vb_glm_plan_free(f.plan);
    return status;
}

vb_region_estimate vb_region_over_runs(size_t n_runs, const vb_region_estimate runs[],
                                       vb_ffx_weight weight, double level,
                                       size_t *n_used)
{
    double sum = 0, weights = 0, variance = 0, df = 0;
    size_t n = 0;

    for (size_t r = 0; r < n_runs; r++) {
        const double v = runs[r].se * runs[r].se;
        const double w = weight == VB_FFX_PRECISION ? 1 / v : 1;

        if (!(isfinite(runs[r].effect) && v > 0))
            continue;
        sum += w * runs[r].effect;
        variance += w * w * v;
        weights += w;
        df += runs[r].df;
        n++;
    }
    if (n_used)
        *n_used = n;
    return vb_region_estimate_of(sum / weights, sqrt(variance) / weights, df, level);
}
