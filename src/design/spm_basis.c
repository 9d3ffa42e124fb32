/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spm_basis.c - SPM's basis sets on microtime bins (spm_get_bf.m, spm_hrf.m).
 *
 *     hrf      each gamma pair scaled to sum 1 on the bins, then differenced
 *     fir      order boxes of length/order seconds, round(length/order/dt) bins each
 *     gamma    g(t; m, 1 s) for m = 4, 8, 16 ...
 *     fourier  1, sin(2 pi i t/L), cos(2 pi i t/L), i = 1..order; Hanning: all times
 *              (1 - cos(2 pi t/L))/2
 */
#include "spm.h"

#include <float.h>
#include <math.h>

static const double PI = 3.14159265358979323846;
static const double LENGTH_S = 32;

enum { ORDER = 3, MOST_FUNCTIONS = 1000, MOST_BINS = 10000000 };

/* Points of MATLAB's 0:step:end. */
static size_t colon_count(double step, double end)
{
    return (size_t)floor(end / step * (1 + DBL_EPSILON)) + 1;
}

static void fill_hrf(const vb_hrf *hrf, double dt_s, vb_spm_basis *basis)
{
    for (size_t b = 0; b < basis->n_functions; b++) {
        double *out = basis->value + b * basis->n_bins;

        for (size_t k = 0; k < hrf->basis[b].n_parts; k++) {
            const vb_double_gamma *g = &hrf->basis[b].part[k].gamma;
            double sum = 0;

            for (size_t i = 0; i < basis->n_bins; i++)
                sum += vb_double_gamma_value(g, (double)i * dt_s);
            for (size_t i = 0; i < basis->n_bins; i++)
                out[i] += hrf->basis[b].part[k].coefficient *
                          (vb_double_gamma_value(g, (double)i * dt_s) / sum);
        }
    }
}

static void fill_fir(vb_spm_basis *basis)
{
    const size_t width = basis->n_bins / basis->n_functions;

    for (size_t b = 0; b < basis->n_functions; b++)
        for (size_t i = 0; i < width; i++)
            basis->value[b * basis->n_bins + b * width + i] = 1;
}

static void fill_gamma(double dt_s, vb_spm_basis *basis)
{
    for (size_t b = 0; b < basis->n_functions; b++) {
        const vb_double_gamma g = {.shape = ldexp(1, (int)b + 2),
                                   .scale_s = 1,
                                   .under_shape = 1,
                                   .under_scale_s = 1};

        for (size_t i = 0; i < basis->n_bins; i++)
            basis->value[b * basis->n_bins + i] =
                vb_double_gamma_value(&g, (double)i * dt_s);
    }
}

static void fill_fourier(bool hanning, vb_spm_basis *basis)
{
    for (size_t i = 0; i < basis->n_bins; i++) {
        const double t = (double)i / (double)(basis->n_bins - 1);
        const double window = hanning ? (1 - cos(2 * PI * t)) / 2 : 1;

        basis->value[i] = window;
        for (size_t b = 1; b < basis->n_functions; b++) {
            const size_t harmonic = (b + 1) / 2;
            const double phase = (double)harmonic * 2 * PI * t;

            basis->value[b * basis->n_bins + i] =
                window * (b % 2 ? sin(phase) : cos(phase));
        }
    }
}

/* Numbers of functions and bins of a set. */
static void measure(const vb_hrf *hrf, double dt_s, double tr_s, double length_s,
                    unsigned order, vb_spm_basis *basis)
{
    switch (hrf->spm_set) {
    case VB_SPM_FIR:
        basis->n_functions = order ? order : (size_t)fmax(round(length_s / tr_s), 1);
        basis->n_bins = basis->n_functions *
                        (size_t)round(length_s / (double)basis->n_functions / dt_s);
        break;
    case VB_SPM_GAMMA:
        basis->n_functions = order ? order : ORDER;
        basis->n_bins = colon_count(dt_s, length_s);
        break;
    case VB_SPM_FOURIER:
    case VB_SPM_FOURIER_HANNING:
        basis->n_functions = 2 * (order ? order : ORDER) + 1;
        basis->n_bins = colon_count(dt_s, length_s);
        break;
    default:
        basis->n_functions = hrf->n_basis;
        basis->n_bins = (size_t)floor(hrf->length_s / dt_s) + 1;
    }
}

vb_status vb_spm_basis_build(const vb_hrf *hrf, double dt_s, double tr_s,
                             double length_s, unsigned order, vb_arena *arena,
                             vb_spm_basis *basis, vb_error *err)
{
    double **columns;

    if (length_s == 0)
        length_s = LENGTH_S;
    if (order > MOST_FUNCTIONS || length_s / dt_s > MOST_BINS)
        return vb_fail(err, VB_EUSAGE,
                       "hrf '%s': %u functions over %g s in bins of %g s are too many",
                       hrf->name, order, length_s, dt_s);
    measure(hrf, dt_s, tr_s, length_s, order, basis);
    if (!basis->n_bins)
        return vb_fail(
            err, VB_EUSAGE,
            "hrf '%s': %zu functions over %g s leave less than a bin of %g s each",
            hrf->name, basis->n_functions, length_s, dt_s);
    basis->value =
        vb_arena_take(arena, basis->n_functions * basis->n_bins, sizeof *basis->value);
    columns = vb_arena_take(arena, basis->n_functions, sizeof *columns);
    if (!basis->value || !columns)
        return vb_fail_memory(err, basis->n_functions * basis->n_bins * sizeof(double));
    for (size_t b = 0; b < basis->n_functions; b++)
        columns[b] = basis->value + b * basis->n_bins;
    switch (hrf->spm_set) {
    case VB_SPM_FIR:
        fill_fir(basis);
        break;
    case VB_SPM_GAMMA:
        fill_gamma(dt_s, basis);
        break;
    case VB_SPM_FOURIER:
    case VB_SPM_FOURIER_HANNING:
        fill_fourier(hrf->spm_set == VB_SPM_FOURIER_HANNING, basis);
        break;
    default:
        fill_hrf(hrf, dt_s, basis);
    }
    return vb_spm_orth(basis->n_bins, basis->n_functions, columns, err);
}
