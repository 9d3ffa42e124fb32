/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * residuals.c - residuals of voxels, VB_LANES at a time: correlations, spectra, Ljung-Box.
 *
 * What the fit puts into whitened residuals depends on the noise; it is worked out once, at the
 * median of each parameter over the voxels.
 */
#include "glm_plan.h"
#include "residuals_white.h"
#include "sums.h"
#include "valuebold/parallel.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAGS = 33, MOST_BOX = 20 };       /* of the spectrum, with lag 0; of Ljung-Box */
static const double no_variance = 1e-12; /* as finish.c */
static const double pi = 3.14159265358979323846;

/* Sums over voxels, of one item of work: added up in order afterwards. */
typedef struct look_sums {
    size_t n_voxels, n_rejected;
    double raw[LAGS], white[LAGS];
} look_sums;

typedef struct looking {
    const vb_glm_plan *plan;
    const vb_series_data *data;
    const vb_residual_noise *noise;
    size_t n_lags, n_box;
    double expected[LAGS];
    double *work; /* [n_workers x work_size] */
    size_t work_size;
    look_sums *sums; /* [n_blocks] */
    double *box;
} looking;

static double stored(const vb_series_data *d, size_t i)
{
    switch (d->type) {
    case VB_SAMPLE_INT16:
        return ((const int16_t *)d->values)[i];
    case VB_SAMPLE_FLOAT32:
        return (double)((const float *)d->values)[i];
    case VB_SAMPLE_FLOAT64:
        break;
    }
    return ((const double *)d->values)[i];
}

/* y [n x VB_LANES] of the voxels first ..., without their mean where the design has it. */
static void load(const looking *k, size_t first, double *y, double total[VB_LANES])
{
    const vb_series_data *d = k->data;
    const size_t n = k->plan->n_scans;
    const double inter = d->inter / d->slope;

    for (size_t v = 0; v < VB_LANES; v++) {
        const bool exists = first + v < d->n_voxels;
        double mean = 0;

        total[v] = exists ? 0 : (double)NAN;
        for (size_t t = 0; t < n; t++) {
            y[t * VB_LANES + v] = exists ? stored(d, (first + v) * n + t) + inter : 0;
            mean += y[t * VB_LANES + v] / (double)n;
        }
        for (size_t t = 0; t < n; t++) {
            const double x = y[t * VB_LANES + v] - mean;

            if (k->plan->has_constant)
                y[t * VB_LANES + v] = x;
            total[v] += x * x;
        }
    }
}

/* y -= QQ'y, all lanes side by side. */
static void project(const vb_glm_plan *p, double *restrict y)
{
    for (size_t i = 0; i < p->rank; i++) {
        const double *q = p->rows + i;
        double s[VB_LANES] = {0};

        for (size_t t = 0; t < p->n_scans; t++)
            for (size_t v = 0; v < VB_LANES; v++)
                s[v] += q[t * p->n_rows] * y[t * VB_LANES + v];
        for (size_t t = 0; t < p->n_scans; t++)
            for (size_t v = 0; v < VB_LANES; v++)
                y[t * VB_LANES + v] -= q[t * p->n_rows] * s[v];
    }
}

/* Correlations of x [n] at lags 0 ... into r [LAGS]; the sum of squares. */
static double correlations(const looking *k, const double *x, double r[LAGS])
{
    double square;

    memset(r, 0, LAGS * sizeof *r);
    k->plan->kernels->correlate(k->plan->n_scans, k->n_lags, x, x, r);
    square = r[0];
    for (size_t i = 0; i < k->n_lags; i++)
        r[i] /= square;
    return square;
}

/* p of Ljung and Box on correlations without what the fit puts in. */
static double ljung_box(const looking *k, const double r[LAGS])
{
    const double n = (double)k->plan->n_scans;
    double q = 0;

    for (size_t i = 1; i <= k->n_box; i++) {
        const double d = r[i] - k->expected[i];

        q += d * d / (n - (double)i);
    }
    return gsl_cdf_chisq_Q(n * (n + 2) * q,
                           (double)(k->n_box - k->noise->n_parameters));
}

static void look_at(const looking *k, size_t voxel, const double *x, double *white,
                    look_sums *sums)
{
    double r[LAGS], p;
    vb_white filter;

    correlations(k, x, r);
    for (size_t i = 0; i < LAGS; i++)
        sums->raw[i] += r[i];
    sums->n_voxels++;
    if (!k->noise->is_known || !vb_white_of(k->noise, voxel, &filter))
        return;
    vb_white_apply(&filter, k->plan->n_scans, x, white);
    correlations(k, white, r);
    for (size_t i = 0; i < LAGS; i++)
        sums->white[i] += r[i];
    p = ljung_box(k, r);
    sums->n_rejected += p < 0.05;
    if (k->box)
        k->box[voxel] = p;
}

static void look_block(void *context, size_t block, size_t worker)
{
    const looking *k = context;
    const size_t n = k->plan->n_scans, first = block * VB_LANES;
    double *y = k->work + worker * k->work_size, *x = y + n * VB_LANES, *white = x + n;
    double total[VB_LANES];

    load(k, first, y, total);
    project(k->plan, y);
    for (size_t v = 0; v < VB_LANES && first + v < k->data->n_voxels; v++) {
        double left = 0;

        if (k->box)
            k->box[first + v] = (double)NAN;
        for (size_t t = 0; t < n; t++) {
            x[t] = y[t * VB_LANES + v];
            left += x[t] * x[t];
        }
        if (left > no_variance * total[v]) /* else NaN, or nothing but rounding */
            look_at(k, first + v, x, white, &k->sums[block]);
    }
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Of the finite values; 0 when there are none.  scratch [n] */
static double median(size_t n, const double *x, double *scratch)
{
    size_t m = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]))
            scratch[m++] = x[i];
    qsort(scratch, m, sizeof *scratch, compare);
    return m ? scratch[m / 2] : 0;
}

static vb_status find_expected(looking *k, vb_error *err)
{
    const vb_residual_noise *noise = k->noise;
    const double *one[VB_WHITE_MOST];
    double middle[VB_WHITE_MOST], *scratch;
    const vb_residual_noise typical = {true, noise->is_arma, noise->n_parameters, one};
    vb_white white;

    if (!noise->is_known || noise->n_parameters > VB_WHITE_MOST)
        return VB_OK;
    scratch = malloc((k->data->n_voxels + 1) * sizeof *scratch);
    if (!scratch)
        return vb_fail_memory(err, k->data->n_voxels * sizeof *scratch);
    for (size_t i = 0; i < noise->n_parameters; i++) {
        middle[i] = median(k->data->n_voxels, noise->parameters[i], scratch);
        one[i] = &middle[i];
    }
    free(scratch);
    vb_white_of(&typical, 0, &white);
    return vb_white_expected(&white, k->plan->n_scans, k->plan->rank, k->plan->rows,
                             k->plan->n_rows, k->n_lags, k->expected, err);
}

/* Parzen's window, 0 at lag LAGS. */
static double parzen(size_t lag)
{
    const double u = (double)lag / LAGS;

    return u <= 0.5 ? 1 - 6 * u * u * (1 - u) : 2 * (1 - u) * (1 - u) * (1 - u);
}

static void spectrum_of(const double r[LAGS], double out[VB_RESIDUAL_FREQUENCIES])
{
    for (size_t f = 0; f < VB_RESIDUAL_FREQUENCIES; f++) {
        const double w = pi * (double)f / (VB_RESIDUAL_FREQUENCIES - 1);

        out[f] = r[0];
        for (size_t i = 1; i < LAGS; i++)
            out[f] += 2 * parzen(i) * r[i] * cos(w * (double)i);
    }
}

static void add_up(const looking *k, size_t n_blocks, vb_residual_summary *s)
{
    look_sums all = {0};

    for (size_t b = 0; b < n_blocks; b++) {
        all.n_voxels += k->sums[b].n_voxels;
        all.n_rejected += k->sums[b].n_rejected;
        for (size_t i = 0; i < LAGS; i++) {
            all.raw[i] += k->sums[b].raw[i];
            all.white[i] += k->sums[b].white[i];
        }
    }
    *s = (vb_residual_summary){.n_voxels = all.n_voxels,
                               .is_white_known = k->noise->is_known,
                               .n_box = k->n_box};
    if (!all.n_voxels)
        return;
    s->box_share = (double)all.n_rejected / (double)all.n_voxels;
    for (size_t i = 0; i < LAGS; i++) {
        all.raw[i] /= (double)all.n_voxels;
        all.white[i] /= (double)all.n_voxels;
    }
    for (size_t i = 0; i < VB_RESIDUAL_LAGS; i++) {
        s->lag[i] = all.raw[i + 1];
        s->white_lag[i] = all.white[i + 1];
        s->expected_lag[i] = k->expected[i + 1];
    }
    spectrum_of(all.raw, s->spectrum);
    spectrum_of(all.white, s->white_spectrum);
}

vb_status vb_residuals_look(const vb_glm_plan *plan, const vb_series_data *data,
                            const vb_residual_noise *noise, size_t n_threads,
                            vb_residual_summary *summary, double box[], vb_error *err)
{
    const size_t n = plan->n_scans,
                 n_blocks = (data->n_voxels + VB_LANES - 1) / VB_LANES;
    const size_t n_workers = n_threads < 1                ? 1
                             : n_threads > VB_MAX_THREADS ? VB_MAX_THREADS
                                                          : n_threads;
    looking k = {.plan = plan, .data = data, .noise = noise, .box = box};
    vb_status status;

    k.n_lags = n < LAGS ? n : LAGS;
    k.n_box = n / 5 < MOST_BOX ? n / 5 : MOST_BOX;
    if (k.n_box <= noise->n_parameters)
        k.n_box = noise->n_parameters + 1;
    if (k.n_box >= k.n_lags)
        return vb_fail(err, VB_EUSAGE, "%zu scans are too few to look at residuals", n);
    k.work_size = n * (VB_LANES + 2);
    k.work = calloc(n_workers, k.work_size * sizeof *k.work);
    k.sums = calloc(n_blocks + 1, sizeof *k.sums);
    status = k.work && k.sums ? find_expected(&k, err)
                              : vb_fail_memory(err, n_workers * k.work_size * 8);
    if (status == VB_OK) {
        vb_parallel(n_blocks, n_workers, look_block, &k);
        add_up(&k, n_blocks, summary);
    }
    free(k.work);
    free(k.sums);
    return status;
}

/* ---- the verdict ---- */

static const double enough_lag = 0.03, nearly_lag = 0.06;
static const double enough_share = 0.15, nearly_share = 0.30;

vb_residual_verdict vb_residuals_judge(const vb_residual_summary *s)
{
    double worst = 0;

    if (!s->n_voxels || !s->is_white_known)
        return VB_NOISE_UNKNOWN;
    for (size_t i = 0; i < VB_RESIDUAL_LAGS; i++)
        worst = fmax(worst, fabs(s->white_lag[i] - s->expected_lag[i]));
    if (worst <= enough_lag && s->box_share <= enough_share)
        return VB_NOISE_ENOUGH;
    return worst <= nearly_lag && s->box_share <= nearly_share ? VB_NOISE_NEARLY
                                                               : VB_NOISE_NOT_ENOUGH;
}

char *vb_residuals_sentence(const vb_residual_summary *s, const char *noise, char out[],
                            size_t size)
{
    static const char *const verdicts[] =
        {"was enough", "was nearly enough",
         "was not enough: p values may be too small; try another noise model"};
    const vb_residual_verdict verdict = vb_residuals_judge(s);

    if (!s->n_voxels)
        snprintf(out, size, "no voxel has residuals to look at");
    else if (verdict == VB_NOISE_UNKNOWN)
        snprintf(
            out, size,
            "residuals of %zu voxels correlate by %.3f, %.3f and %.3f at lags 1 to "
            "3; '%s' has one covariance for all voxels, which they are not held "
            "against",
            s->n_voxels, s->lag[0], s->lag[1], s->lag[2], noise);
    else
        snprintf(
            out, size,
            "noise model '%s' %s: residuals of %zu voxels, made white, correlate by "
            "%.3f, %.3f and %.3f at lags 1 to 3, where %.3f, %.3f and %.3f are due to "
            "the fit; %.0f %% are not white by Ljung-Box at 5 %%",
            noise, verdicts[verdict], s->n_voxels, s->white_lag[0], s->white_lag[1],
            s->white_lag[2], s->expected_lag[0], s->expected_lag[1], s->expected_lag[2],
            100 * s->box_share);
    return out;
}
