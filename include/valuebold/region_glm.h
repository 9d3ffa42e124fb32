/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The general linear model on series of regions, by the same code as on voxels: the same
 * design, noise models and contrasts give the same numbers, bit by bit.
 * Effects in percent signal change are in percent_signal.h.
 */
#ifndef VALUEBOLD_REGION_GLM_H
#define VALUEBOLD_REGION_GLM_H

#include "valuebold/glm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One run.  Borrowed for the call. */
typedef struct vb_region_model {
    size_t n_scans, n_cols;
    const double *x;   /* [n_scans x n_cols], without missing values */
    const char *noise; /* entry of noise.def; NULL: "ar1" */
    vb_small_sample small_sample;
    size_t n_contrasts;
    const vb_contrast *contrasts; /* weights [n_rows x n_cols]; 1 row: t, more: F */
    /* [n_cols]; see vb_series_model; only spm-ar1 looks at them.  NULL: none is. */
    const bool *is_drift, *is_baseline;
} vb_region_model;

/* What is known of one effect.  All NaN where it could not be estimated. */
typedef struct vb_region_estimate {
    double effect, se; /* in units of the series per unit of the columns; NaN of F */
    double low, high;  /* confidence interval of the effect, from t; NaN of F */
    double statistic;  /* t or F */
    double df1;        /* of F; 1 for t */
    double df;         /* of the error */
    double p;          /* t: two-sided, F: upper tail */
} vb_region_estimate;

/* The noise of one region's series. */
typedef struct vb_region_noise {
    double mean;   /* of the series over the scans */
    double rho;    /* lag-1 autocorrelation */
    double sigma2; /* see VB_STAT_SIGMA2 */
    double r2;
} vb_region_noise;

/*
 * Fits y [n_scans x n_regions].
 *   level      of the confidence intervals, 0.95
 *   estimates  [n_regions x n_contrasts]
 *   noise      [n_regions]; may be NULL
 * A region with a missing value, or without variance, is NaN throughout.
 * VB_EUSAGE: no such noise model, a level outside (0, 1); VB_EINPUT: a value of the design is
 * not finite; VB_EESTIMATE: no degrees of freedom, a contrast that cannot be estimated.
 */
VB_API vb_status vb_region_glm(const vb_region_model *model, size_t n_regions,
                               const double y[], double level,
                               vb_region_estimate estimates[], vb_region_noise noise[],
                               vb_error *err);

/* t, two-sided p and interval of an effect with its standard error; df may be INFINITY. */
VB_API vb_region_estimate vb_region_estimate_of(double effect, double se, double df,
                                                double level);

/*
 * Runs together, fixed effects: runs[r] is the same estimate in run r.  Weights 1 / variance
 * (precision) or 1 / n; runs where it is NaN are left out and *n_used says how many were
 * not.  Degrees of freedom add up.  t only.
 */
VB_API vb_region_estimate vb_region_over_runs(size_t n_runs,
                                              const vb_region_estimate runs[],
                                              vb_ffx_weight weight, double level,
                                              size_t *n_used);

#ifdef __cplusplus
}
#endif
#endif
