/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions with each other: residual series of a design, and their correlations.
 */
#ifndef VALUEBOLD_CONNECTIVITY_H
#define VALUEBOLD_CONNECTIVITY_H

#include "valuebold/status.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Residuals of y [n_scans x n_regions] beside x [n_scans x n_cols], e of the same shape.
 *   noise  "ols", or "ar1": whitened, each series by its own rho (by restricted maximum
 *          likelihood), so that what is left has no memory and correlations have the degrees
 *          of freedom they claim; NULL: "ar1"
 *   rho    [n_regions]; may be NULL
 *   df     scans minus rank
 * A series with missing values or without variance is NaN.
 */
VB_API vb_status vb_region_residuals(size_t n_scans, size_t n_cols, const double x[],
                                     const char *noise, size_t n_regions,
                                     const double y[], double e[], double rho[],
                                     double *df, vb_error *err);

/*
 * Correlations of residuals e [n_scans x n_regions] with df degrees of freedom in each series.
 *   partial  true: of what all other regions leave of each pair
 *   r, p     [n_regions x n_regions], two-sided p from t = r sqrt(f / (1 - r^2)) with
 *            f = df - 1, less n_regions - 2 when partial; diagonal 1 and NaN
 * A region that is NaN is left out: its rows and columns are NaN.
 * VB_EESTIMATE: fewer degrees of freedom than that takes, or regions that are sums of others.
 */
VB_API vb_status vb_region_correlation(size_t n_scans, size_t n_regions,
                                       const double e[], double df, bool partial,
                                       double r[], double p[], vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
