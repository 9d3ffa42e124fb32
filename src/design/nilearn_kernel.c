/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nilearn_kernel.c - nilearn's kernels and fine grid.
 *
 * A kernel has round(32 s / step) points from 0 to 32 s, both ends included, step = TR /
 * oversampling; its gammas start one step late; the undershoot of 'spm' is 0.167, and
 * the dispersion derivative of 'glover' keeps an undershoot of dispersion 1.  Each is
 * scaled to sum 1 before differences are taken (onset 0.1 s, dispersion 0.01).
 *
 * The fine grid runs from 24 s before the first scan to the last scan times 1 + 1/(n-1).
 * Sums and products are taken in numpy's order, since an onset on a grid point goes to
 * that point or the next by the last bit.
 */
#include "nilearn.h"

#include "hrf_adjust.h"

#include <math.h>

static const double MIN_ONSET_S = -24;
static const double SPM_WEIGHT = .167;
static const double ONSET_STEP_S = .1, DISPERSION_STEP = .01;

enum { MOST_POINTS = 20000000 };

static double weight_of(const vb_hrf *hrf)
{
    if (hrf->nilearn == VB_NILEARN_GLOVER)
        return hrf->p[VB_RATIO];
    return hrf->given[VB_RATIO] ? 1 / hrf->p[VB_RATIO] : SPM_WEIGHT;
}

/* One kernel, sum 1. */
static void fill_gammas(const vb_hrf *hrf, size_t n, double dt_s, double onset_s,
                        double dispersion, double under_dispersion, double out[])
{
    const double *p = hrf->p, step_s = p[VB_LENGTH] / (double)(n - 1);
    const vb_double_gamma g = {.shape = p[VB_PEAK_DELAY] / dispersion,
                               .scale_s = dispersion,
                               .under_shape = p[VB_UNDER_DELAY] / under_dispersion,
                               .under_scale_s = under_dispersion,
                               .under_weight = weight_of(hrf),
                               .onset_s = dt_s};
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        const double t = i + 1 < n ? (double)i * step_s : p[VB_LENGTH];

        out[i] = vb_double_gamma_value(&g, t - p[VB_ONSET] - onset_s);
        sum += out[i];
    }
    for (size_t i = 0; i < n; i++)
        out[i] /= sum;
}

static void fill_set(const vb_hrf *hrf, double dt_s, double spare[],
                     vb_nilearn_kernels *k)
{
    const double dispersion = hrf->p[VB_PEAK_DISPERSION];
    const double under = hrf->p[VB_UNDER_DISPERSION];
    /* nilearn's dispersion derivatives leave the undershoot's dispersion at 1 */
    const double derived_under = hrf->given[VB_UNDER_DISPERSION] ? under : 1;
    double *own = k->value + 2 * k->n;

    fill_gammas(hrf, k->n, dt_s, 0, dispersion, under, k->value);
    if (k->n_functions > 1) {
        double *later = k->value + k->n;

        fill_gammas(hrf, k->n, dt_s, ONSET_STEP_S, dispersion, under, later);
        for (size_t i = 0; i < k->n; i++)
            later[i] = 1 / ONSET_STEP_S * (k->value[i] - later[i]);
    }
    if (k->n_functions < 3)
        return;
    fill_gammas(hrf, k->n, dt_s, 0, dispersion, derived_under, spare);
    fill_gammas(hrf, k->n, dt_s, 0, dispersion + DISPERSION_STEP, derived_under, own);
    for (size_t i = 0; i < k->n; i++)
        own[i] = 1 / DISPERSION_STEP * (spare[i] - own[i]);
}

vb_status vb_nilearn_kernels_make(const vb_hrf *hrf, double tr_s, unsigned oversampling,
                                  size_t n_delays, vb_arena *arena,
                                  vb_nilearn_kernels *k, vb_error *err)
{
    const double dt_s = tr_s / oversampling;
    const bool gammas =
        hrf->nilearn == VB_NILEARN_SPM || hrf->nilearn == VB_NILEARN_GLOVER;
    double *spare;

    k->n_functions = hrf->nilearn == VB_NILEARN_FIR ? n_delays : hrf->n_basis;
    if (gammas)
        k->n = (size_t)rint(hrf->p[VB_LENGTH] / dt_s);
    else
        k->n = hrf->nilearn == VB_NILEARN_FIR ? n_delays * oversampling : 1;
    if (k->n < (gammas ? 2 : 1) || k->n > MOST_POINTS)
        return vb_fail(err, VB_EUSAGE,
                       "like: nilearn: %u points a scan of %g s make no kernel",
                       oversampling, tr_s);
    k->value = vb_arena_take(arena, k->n * k->n_functions, sizeof *k->value);
    spare = vb_arena_take(arena, k->n, sizeof *spare);
    if (!k->value || !spare)
        return vb_fail_memory(err, k->n * k->n_functions * sizeof *spare);
    if (gammas)
        fill_set(hrf, dt_s, spare, k);
    else if (hrf->nilearn == VB_NILEARN_NONE)
        k->value[0] = 1;
    else
        for (size_t b = 0; b < n_delays; b++)
            for (size_t i = 0; i < oversampling; i++)
                k->value[b * k->n + b * oversampling + i] = 1.0 / oversampling;
    return VB_OK;
}

/* numpy.linspace */
static void linspace(double from, double to, size_t n, double out[])
{
    const double step = n > 1 ? (to - from) / (double)(n - 1) : 0;

    for (size_t i = 0; i < n; i++)
        out[i] = (double)i * step + from;
    if (n > 1)
        out[n - 1] = to;
}

vb_status vb_nilearn_grid_make(size_t n_scans, double tr_s, double start_s,
                               unsigned oversampling, vb_arena *arena,
                               vb_nilearn_grid *grid, vb_error *err)
{
    const double n = (double)n_scans;
    double last_s, points;

    if (n_scans < 2)
        return vb_fail(err, VB_EUSAGE, "like: nilearn needs at least two scans");
    *grid = (vb_nilearn_grid){.n_scans = n_scans, .tr_s = HUGE_VAL};
    grid->frame = vb_arena_take(arena, n_scans, sizeof(double));
    if (!grid->frame)
        return vb_fail_memory(err, n_scans * sizeof(double));
    linspace(start_s, (n - 1 + start_s / tr_s) * tr_s, n_scans, grid->frame);
    for (size_t s = 1; s < n_scans; s++)
        grid->tr_s = fmin(grid->tr_s, grid->frame[s] - grid->frame[s - 1]);
    last_s = grid->frame[n_scans - 1];
    points = (n - 1) * 1.0 / (last_s - grid->frame[0]);
    points *=
        (last_s * (1 + 1.0 / (n - 1)) - grid->frame[0] - MIN_ONSET_S) * oversampling;
    points = rint(points + 1);
    if (!(points >= 2 && points < MOST_POINTS))
        return vb_fail(err, VB_EUSAGE,
                       "like: nilearn: %zu scans at %u points each are too many",
                       n_scans, oversampling);
    grid->n_fine = (size_t)points;
    grid->fine = vb_arena_take(arena, grid->n_fine, sizeof(double));
    if (!grid->fine)
        return vb_fail_memory(err, grid->n_fine * sizeof(double));
    linspace(grid->frame[0] + MIN_ONSET_S, last_s * (1 + 1.0 / (n - 1)), grid->n_fine,
             grid->fine);
    return VB_OK;
}

size_t vb_nilearn_search(size_t n, const double times[], double t)
{
    size_t low = 0, high = n;

    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (times[middle] < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void vb_nilearn_stimulus(const vb_nilearn_grid *grid, size_t n_events,
                         const double onset_s[], const double duration_s[],
                         const double weight[], double u[])
{
    const size_t last = grid->n_fine - 1;
    double sum = 0;

    for (size_t i = 0; i <= last; i++)
        u[i] = 0;
    for (size_t i = 0; i < n_events; i++) {
        size_t on = vb_nilearn_search(grid->n_fine, grid->fine, onset_s[i]);
        size_t off =
            vb_nilearn_search(grid->n_fine, grid->fine, onset_s[i] + duration_s[i]);

        if (isnan(weight[i]))
            continue;
        on = on < last ? on : last;
        off = off < last ? off : last;
        if (off < last && off == on)
            off++;
        u[on] += weight[i];
        u[off] -= weight[i];
    }
    for (size_t i = 0; i <= last; i++) {
        sum += u[i];
        u[i] = sum;
    }
}

/* Point i of the convolution. */
static double convolved(const double u[], size_t n_kernel, const double kernel[],
                        size_t i)
{
    const size_t n = i + 1 < n_kernel ? i + 1 : n_kernel;
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += u[i - k] * kernel[k];
    return sum;
}

void vb_nilearn_sample(const vb_nilearn_grid *grid, const double u[], size_t n_kernel,
                       const double kernel[], size_t skip, double out[])
{
    const size_t n = grid->n_fine - skip;

    for (size_t s = 0; s < grid->n_scans; s++) {
        const double t = grid->frame[s];
        size_t after = vb_nilearn_search(n, grid->fine, t);
        double low, high;

        after = after < 1 ? 1 : after < n ? after : n - 1;
        low = convolved(u, n_kernel, kernel, after - 1 + skip);
        high = convolved(u, n_kernel, kernel, after + skip);
        out[s] = (high - low) / (grid->fine[after] - grid->fine[after - 1]) *
                     (t - grid->fine[after - 1]) +
                 low;
    }
}
