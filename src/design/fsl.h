/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernels of like_fsl.c.
 */
#ifndef VB_DESIGN_FSL_H
#define VB_DESIGN_FSL_H

#include <stddef.h>

/* FEAT's grid: 0.05 s, from 30 s before the first scan. */
enum { VB_FSL_BINS_PER_S = 20, VB_FSL_LEAD_BINS = 600 };

/*
 * Sets value over the bins of one row of a three-column file; overlapping rows
 * overwrite. Single precision decides bins, as in FEAT.
 */
void vb_fsl_set(double onset_s, double duration_s, double value, size_t n_bins,
                double grid[]);

/*
 * Convolves at sampled bins only: out[s] = sum_k grid[b - k] kernel[k] / sum_k
 * kernel[k], b = bin[s], over the k for which the grid exists.
 */
void vb_fsl_sample(size_t n_scans, const size_t bin[], const double *restrict grid,
                   size_t n_kernel, const double *restrict kernel,
                   const double *restrict area, double *restrict out);

#endif
