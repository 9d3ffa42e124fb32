/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slow drifts: SPM's cosine set, polynomials and FSL's line filter.
 */
#ifndef VALUEBOLD_DRIFT_H
#define VALUEBOLD_DRIFT_H

#include "valuebold/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Number of cosines, without the constant, that SPM's spm_filter.m takes for a cut-off:
 * fix(2 n TR / cutoff + 1) - 1, at most n - 1.  INFINITY gives 0.
 */
VB_API size_t vb_cosine_count(size_t n_scans, double tr_s, double cutoff_s);

/* Cosine j = 1, 2, ...: sqrt(2/n) cos(pi (2 i + 1) j / (2 n)), i = 0..n-1. */
VB_API void vb_cosine_fill(size_t n_scans, size_t j, double out[]);

/* Legendre polynomial of this order over -1..1, first to last scan (3dDeconvolve's
 * -polort). */
VB_API void vb_legendre_fill(size_t n_scans, unsigned order, double out[]);

/*
 * Orders 1..order of (t / t_last)^k, t = i tr_s + start_s, each made orthogonal to the
 * constant and the lower orders (nilearn's polynomial drift), into out[k - 1].
 * VB_EUSAGE: t_last is 0.
 */
VB_API vb_status vb_polynomial_fill(size_t n_scans, double tr_s, double start_s,
                                    size_t order, double *const out[], vb_error *err);

/*
 * FSL's high-pass: y minus a Gaussian-weighted local straight line, plus the line's
 * value at the first scan, then the mean off.  sigma_scans = cutoff_s / (2 TR); the
 * window reaches floor(3 sigma) scans to each side and is cut at the ends.  With w the
 * weights and x the distance in scans, the line's value at a scan is
 *
 *     (sum w x^2  sum w y - sum w x  sum w x y) / (sum w x^2  sum w - (sum w x)^2)
 */
typedef struct vb_line {
    size_t n_scans, reach;
    double *weight, *moment;      /* [2 reach + 1] w and w x */
    double *sum, *first, *second; /* [n_scans] sums of w, w x, w x^2 */
} vb_line;

VB_API vb_status vb_line_make(size_t n_scans, double sigma_scans, vb_arena *arena,
                              vb_line *line, vb_error *err);
/* y [n_scans] is replaced; scratch [n_scans]. */
VB_API void vb_line_filter(const vb_line *line, double y[], double scratch[]);

#ifdef __cplusplus
}
#endif
#endif
