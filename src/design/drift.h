/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slow drifts: SPM's cosine set and FSL's line filter.
 */
#ifndef VB_DESIGN_DRIFT_H
#define VB_DESIGN_DRIFT_H

#include "valuebold/status.h"

/*
 * Number of cosines, without the constant, that SPM's spm_filter.m takes for a cut-off:
 * fix(2 n TR / cutoff + 1) - 1, at most n - 1.  INFINITY gives 0.
 */
size_t vb_cosine_count(size_t n_scans, double tr_s, double cutoff_s);

/* Cosine j = 1, 2, ...: sqrt(2/n) cos(pi (2 i + 1) j / (2 n)), i = 0..n-1. */
void vb_cosine_fill(size_t n_scans, size_t j, double out[]);

/*
 * FSL's high-pass: y minus a Gaussian-weighted local straight line, plus the line's
 * value at the first scan, then the mean off.  sigma_scans = cutoff_s / (2 TR); the
 * window reaches floor(3 sigma) scans to each side and is cut at the ends.
 *   scratch  [n_scans]; y [n_scans] is replaced
 */
void vb_line_filter(size_t n_scans, double sigma_scans, double y[], double scratch[]);

#endif
