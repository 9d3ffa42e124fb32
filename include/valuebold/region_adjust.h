/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be done to series before they are summed up: columns regressed out, noise
 * whitened.
 */
#ifndef VALUEBOLD_REGION_ADJUST_H
#define VALUEBOLD_REGION_ADJUST_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Takes the columns of x [n_scans x n_cols] out of every series of y [n_scans x n_series]: what
 * is left is orthogonal to them.  A column that adds nothing to those before it (less than 1e-10
 * of its length) is passed over; *rank (may be NULL) counts the others.
 * This is SPM's adjustment of a volume of interest: for a contrast c the columns are those of
 * the reduced design X (I - c c+), for everything those of X.
 * VB_EINPUT: x is not finite.
 */
VB_API vb_status vb_regress_out(size_t n_scans, size_t n_cols, const double x[],
                                size_t n_series, double y[], size_t *rank,
                                vb_error *err);

/* y_t - rho y_(t-1) of every series of y [n_scans x n_series], in place; the first scan times
 * sqrt(1 - rho^2), so that AR(1) noise of that rho is white. |rho| < 1. */
VB_API vb_status vb_whiten_ar1(size_t n_scans, size_t n_series, double rho, double y[],
                               vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
