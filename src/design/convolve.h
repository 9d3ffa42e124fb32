/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exact convolution of events with a tabulated response, sampled at the scans.
 */
#ifndef VB_DESIGN_CONVOLVE_H
#define VB_DESIGN_CONVOLVE_H

#include "hrf.h"

/* Where the samples of a run lie: scan s at s * tr_s + sample_s. */
typedef struct vb_sampling {
    size_t n_scans;
    double tr_s, sample_s;
} vb_sampling;

/*
 * Adds one event's response to columns:
 *
 *     duration 0   h(t - onset)                           an impulse of area 1
 *     duration d   H(t - onset) - H(t - onset - d)        a box of height 1
 *
 *   n_weights        columns for each basis function: weight[0..n_weights)
 *   column           [n_weights * n_basis] columns of n_scans, weight w and basis b at
 *                    column[w * n_basis + b]
 *   scratch          [n_scans]
 */
void vb_convolve_event(const vb_curves *curves, const vb_sampling *at, double onset_s,
                       double duration_s, size_t n_weights, const double weight[],
                       double *const column[], double scratch[]);

/* Kernels, convolve_kernel.c. */
void vb_curve_impulse(size_t n_nodes, const double *restrict node, double first_s,
                      double tr_s, size_t n, double *restrict out);
void vb_curve_box(size_t n_nodes, const double *restrict node, double first_s,
                  double duration_s, double tr_s, size_t n, double *restrict out);

#endif
