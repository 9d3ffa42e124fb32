/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spm_kernel.c - stimulus functions on bins, and their convolution at the scans only.
 *
 * Only the sampled points are computed: n_scans * n_kernel products instead of
 * n_bins * n_kernel.  Four partial sums keep the adder busy; their order is fixed.
 */
#include "spm.h"

#include <math.h>

void vb_spm_stimulus(size_t n_events, const double onset[], const double duration[],
                     const double weight[], size_t n_bins, double u[])
{
    double sum = 0;

    for (size_t i = 0; i < n_events; i++) {
        /* both ends are clamped to the pad's first bin, each by itself */
        const double bin = round(onset[i]) + VB_SPM_PAD_BINS;
        const double on = fmax(bin, 0), off = fmax(bin + round(duration[i]) + 1, 0);

        if (on < (double)n_bins)
            u[(size_t)on] += weight[i];
        if (off < (double)n_bins)
            u[(size_t)off] -= weight[i];
    }
    for (size_t k = 0; k < n_bins; k++) {
        sum += u[k];
        u[k] = sum;
    }
}

void vb_spm_sample(size_t n_scans, size_t step_bins, size_t first_bin, size_t n_kernel,
                   const double *restrict u, const double *restrict reversed,
                   double *restrict out)
{
    for (size_t s = 0; s < n_scans; s++) {
        const double *at = u + first_bin + s * step_bins;
        double a = 0, b = 0, c = 0, d = 0;
        size_t k = 0;

        for (; k + 4 <= n_kernel; k += 4) {
            a += at[k] * reversed[k];
            b += at[k + 1] * reversed[k + 1];
            c += at[k + 2] * reversed[k + 2];
            d += at[k + 3] * reversed[k + 3];
        }
        for (; k < n_kernel; k++)
            a += at[k] * reversed[k];
        out[s] = (a + b) + (c + d);
    }
}
