/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fsl_kernel.c - FEAT's grid of 0.05 s.
 *
 * FEAT keeps times in single precision and truncates them to bins, so an onset that
 * falls on the edge of a bin can only be put where FEAT puts it by doing the same.
 */
#include "fsl.h"

/* Rows that cover less than a bin get 1.1 bins, so that one bin is set. */
static const float SHORTEST_BINS = 1.1F;

void vb_fsl_set(double onset_s, double duration_s, double value, size_t n_bins,
                double grid[])
{
    float start = (float)onset_s * VB_FSL_BINS_PER_S + VB_FSL_LEAD_BINS;
    float stop = start + (float)duration_s * VB_FSL_BINS_PER_S;

    if (stop > 0 && stop - start < 1)
        stop = start + SHORTEST_BINS;
    if (start < 0)
        start = 0;
    if (!(start <= (float)n_bins) || stop <= 0)
        return;
    if (stop > (float)n_bins)
        stop = (float)n_bins;
    for (size_t k = (size_t)start; k < (size_t)stop; k++)
        grid[k] = value;
}

void vb_fsl_sample(size_t n_scans, const size_t bin[], const double *restrict grid,
                   size_t n_kernel, const double *restrict kernel,
                   const double *restrict area, double *restrict out)
{
    for (size_t s = 0; s < n_scans; s++) {
        const size_t used = bin[s] + 1 < n_kernel ? bin[s] + 1 : n_kernel;
        const double *at = grid + bin[s];
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        size_t k = 0;

        for (; k + 4 <= used; k += 4) {
            s0 += *(at - k) * kernel[k];
            s1 += *(at - k - 1) * kernel[k + 1];
            s2 += *(at - k - 2) * kernel[k + 2];
            s3 += *(at - k - 3) * kernel[k + 3];
        }
        for (; k < used; k++)
            s0 += *(at - k) * kernel[k];
        out[s] = ((s0 + s1) + (s2 + s3)) / area[used - 1];
    }
}
