/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contrast_diagnosis.c - what a design can say about a contrast before there are data.
 *
 *     variance    c (X'X)^-1 c', per unit of noise variance, white noise
 *     efficiency  1 / variance; for several rows the number of rows over the trace
 *     VIF         variance over that of the same columns about their means without any
 *                 correlation, sum_j c_j^2 / SS_j
 *     detectable  (t_.999(df) + t_.8(df)) sqrt(variance): the effect, in standard
 *                 deviations of the noise, found with a power of 80 % at p < .001,
 *                 one-sided
 */
#include "filter.h"
#include "valuebold/design.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static const double P = .001, POWER = .8;

/* Length squared of R'^-1 c over the independent columns. */
static double variance_of(const vb_rank *k, const double c[], double z[])
{
    double sum = 0;

    for (size_t i = 0; i < k->rank; i++) {
        z[i] = c[k->pivot[i]] / k->length[k->pivot[i]];
        for (size_t l = 0; l < i; l++)
            z[i] -= k->r[l * k->n_cols + i] * z[l];
        z[i] /= k->r[i * k->n_cols + i];
        sum += z[i] * z[i];
    }
    return sum;
}

/* Sum of squares of column j about its mean in its run. */
static double squares(const vb_design *d, const double x[], size_t j)
{
    const size_t first = d->first_scan[d->columns[j].run];
    const size_t end = d->first_scan[d->columns[j].run + 1];
    double mean = 0, sum = 0;

    for (size_t s = first; s < end; s++)
        mean += x[s * d->n_cols + j] / (double)(end - first);
    for (size_t s = first; s < end; s++)
        sum += (x[s * d->n_cols + j] - mean) * (x[s * d->n_cols + j] - mean);
    return sum;
}

static void judge(const vb_design *d, const double x[], const vb_rank *rank, double df,
                  size_t n_rows, const double weights[], double z[],
                  vb_contrast_diagnosis *out)
{
    double trace = 0, alone = 0;

    for (size_t row = 0; row < n_rows; row++)
        trace += variance_of(rank, weights + row * d->n_cols, z);
    *out = (vb_contrast_diagnosis){.variance = trace / (double)n_rows,
                                   .efficiency = (double)n_rows / trace,
                                   .vif = NAN,
                                   .detectable = NAN,
                                   .df = df};
    if (n_rows != 1)
        return;
    for (size_t j = 0; j < d->n_cols; j++)
        if (weights[j] != 0)
            alone += weights[j] * weights[j] / squares(d, x, j);
    if (isfinite(alone) && alone > 0)
        out->vif = fmax(trace / alone, 1);
    if (df >= 1)
        out->detectable =
            (gsl_cdf_tdist_Qinv(P, df) + gsl_cdf_tdist_Pinv(POWER, df)) * sqrt(trace);
}

vb_status vb_design_judge_contrasts(const vb_design *design, size_t n,
                                    const size_t n_rows[],
                                    const double *const weights[],
                                    vb_contrast_diagnosis out[], vb_error *err)
{
    const size_t size = design->n_scans * design->n_cols;
    vb_arena *scratch = vb_arena_alloc();
    double *x = scratch ? vb_arena_take(scratch, size, sizeof *x) : NULL;
    double *z = x ? vb_arena_take(scratch, design->n_cols, sizeof *z) : NULL;
    vb_rank rank;
    double lost = 0;
    vb_status status =
        z ? vb_design_estimated(design, x, err) : vb_fail_memory(err, size * sizeof *x);

    if (status == VB_OK)
        status = vb_rank_find(design->n_scans, design->n_cols, x, scratch, &rank, err);
    for (size_t r = 0; r < design->n_runs; r++)
        lost += (double)design->n_filter[r];
    for (size_t i = 0; i < n && status == VB_OK; i++)
        judge(design, x, &rank, (double)design->n_scans - (double)rank.rank - lost,
              n_rows[i], weights[i], z, &out[i]);
    vb_arena_free(scratch);
    return status;
}
