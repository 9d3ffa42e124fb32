/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One estimate for every trial, of regions or voxels.
 *
 *   LSA  least squares, all: one model with a column for each trial
 *   LSS  least squares, separate: for each trial a model with its own column, the sum of the
 *        other trials of its condition, and the sum of each other condition's trials
 *        (Mumford, Turner, Ashby & Poldrack 2012 NeuroImage 59:2636; Turner et al. 2012
 *        PLoS ONE 7:e44934)
 *
 * All LSS models have the columns of one common model (the sums of the conditions and what
 * else there is) and one more, so every trial is a rank-1 update of one fit.  Under AR(1) rho
 * is held at the value of the common model (LSA: of its one model), by restricted maximum
 * likelihood, each series its own.
 *
 * Use: columns (from onsets), plan (once a run), fit (blocks of series), slope.
 */
#ifndef VALUEBOLD_SINGLE_TRIAL_H
#define VALUEBOLD_SINGLE_TRIAL_H

#include "valuebold/design.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- columns ---- */

/*
 * The response to each of n trials by itself, under the convention of options:
 * z [run->n_scans x n], filtered where the convention filters columns.  Only scans, times and
 * sample of run are looked at.  Trials that leave nothing in the run are columns of zeros.
 * Rules about the durations of all events together (SPM's factor, AFNI's) see each trial alone.
 */
VB_API vb_status vb_trial_columns(const vb_design_run *run,
                                  const vb_design_options *options, size_t n,
                                  const double onset_s[], const double duration_s[],
                                  double z[], vb_error *err);

/*
 * One response for whole trials instead of one for each of its events: from the first onset
 * among events of the trial to the last end.
 *   trial [n_events]  0 .. n_trials - 1; VB_NONE: of no trial
 *   onset, duration [n_trials]: out; NaN for a trial without events
 */
VB_API void vb_trial_whole(size_t n_events, const size_t trial[],
                           const double event_onset_s[],
                           const double event_duration_s[], size_t n_trials,
                           double onset_s[], double duration_s[]);

/* ---- plan ---- */

typedef enum vb_trial_method { VB_TRIAL_LSA, VB_TRIAL_LSS } vb_trial_method;

/* Borrowed for the call. */
typedef struct vb_trial_model {
    vb_trial_method method;
    const char *noise; /* "ols" or "ar1"; NULL: "ar1" */
    size_t n_scans, n_trials;
    const double *z; /* [n_scans x n_trials] response to each trial */
    size_t n_conditions;
    const size_t *condition; /* [n_trials] 0 .. n_conditions - 1; NULL: one condition */
    size_t n_others;         /* other events, confounds, drift, constant */
    const double *others;    /* [n_scans x n_others] */
} vb_trial_model;

typedef struct vb_trial_plan vb_trial_plan;

/*
 * VB_EUSAGE: another noise model; VB_EINPUT: a value that is not finite, a condition out of
 * range; VB_EESTIMATE: no degrees of freedom are left (LSA of many trials: take LSS).
 */
VB_API vb_status vb_trial_plan_alloc(const vb_trial_model *model, vb_trial_plan **plan,
                                     vb_error *err);
VB_API void vb_trial_plan_free(vb_trial_plan *plan); /* NULL is fine */

/* Degrees of freedom of the error of trial t's model. */
VB_API double vb_trial_df(const vb_trial_plan *plan, size_t t);
/* Whether trial t can be estimated: false for a column of zeros or one that is a sum of
 * others; the only trial of its condition is no harm. */
VB_API bool vb_trial_is_estimable(const vb_trial_plan *plan, size_t t);

/* ---- fit ---- */

/*
 * Estimates of n_series series: y [n_scans x stride], the first n_series of each row.
 *   rho       [n_series] to hold; NULL: estimated (0 under ols)
 *   estimate  [n_trials x n_series]; NaN where trial or series cannot be estimated
 *   se        [n_trials x n_series]; may be NULL
 *   rho_used  [n_series]; may be NULL
 * Same numbers, to the bit, for any number of threads and any cut into blocks.
 */
VB_API vb_status vb_trial_fit(const vb_trial_plan *plan, size_t n_series,
                              const double y[], size_t stride, const double rho[],
                              size_t n_threads, double estimate[], double se[],
                              double rho_used[], vb_error *err);

/* ---- slope of the estimates on a signal ---- */

typedef enum vb_slope_method {
    VB_SLOPE_OLS,
    VB_SLOPE_HUBER,    /* k = 1.345 */
    VB_SLOPE_BISQUARE, /* c = 4.685 */
} vb_slope_method;

/* Names "ols", "huber", "bisquare"; NULL past the last. */
VB_API const char *vb_slope_method_name(size_t i);

typedef struct vb_slope {
    size_t n;            /* trials with both values */
    double intercept;    /* at signal 0 */
    double slope, se;    /* per unit of the signal */
    double t, df, p;     /* two-sided */
    double low, high;    /* interval */
    double scale;        /* of the residuals: sd, or MAD / 0.6745 */
    double least_weight; /* of a trial; 1 for OLS */
    size_t n_steps;      /* of reweighting; 0 for OLS */
    bool converged;
} vb_slope;

/*
 * estimate = intercept + slope signal + error over trials where both are there.
 * Robust: iteratively reweighted least squares with the scale MAD / 0.6745 of each step, from
 * OLS (bisquare: from Huber's fit), until coefficients change by less than 1e-10; standard
 * errors after Huber (1981) Robust Statistics, eq. 6.7 with its small-sample factor.
 * VB_EESTIMATE: fewer than 3 trials, or a signal without variance.
 */
VB_API vb_status vb_trial_slope(vb_slope_method method, size_t n, const double signal[],
                                const double estimate[], double level, vb_slope *slope,
                                vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
