/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Noise models that need the whole series of a voxel, not only the sums of glm.h.
 *
 *     y = X b + e,    e ~ (0, sigma2 V)
 *
 * arma11             V = ARMA(1,1), each voxel its own, by exact REML on a grid
 * ar2 ar3 ar4 ar6    V = AR(p), each voxel its own, from corrected moments of the residuals
 * spm-ar1            one V for all voxels, by pooled REML as SPM12 does it
 * spm-ar1-converged  the same, iterated until nothing changes
 * spm-fast           one V for all voxels of up to 18 components, SPM12's FAST
 *
 * A volume that is to be left out is a column that is 1 there and 0 elsewhere: under
 * generalised least squares that equals leaving the scan out with the true distances in time
 * between the others.
 *
 * Use: plan (once a design), fit (series of all voxels), maps.
 */
#ifndef VALUEBOLD_GLM_SERIES_H
#define VALUEBOLD_GLM_SERIES_H

#include "valuebold/glm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- plan ---- */

typedef struct vb_series_plan vb_series_plan;

/* Borrowed for the call. */
typedef struct vb_series_model {
    size_t n_scans, n_cols;
    const double *x;   /* [n_scans x n_cols], without missing values */
    const char *noise; /* entry of noise.def that needs series */
    vb_small_sample small_sample;
    size_t n_contrasts;
    const vb_contrast *contrasts; /* weights [n_rows x n_cols]; 1 row: t, more: F */
    size_t n_kept;                /* as in vb_glm_model */
    const double *kept;
    bool keeps_fit;

    /* What the columns are for; only spm-ar1 and spm-fast look at it.  NULL: none is. */
    const bool *is_drift; /* [n_cols] high-pass filter: taken out after whitening */
    const bool
        *is_baseline; /* [n_cols] not an effect of interest: constants, confounds */

    double tr_s; /* from scan to scan; only spm-fast looks at it */

    /* Scans of each run, one after another; noise does not reach from run to run.  0: all
     * are one run.  Only spm-ar1 and spm-fast take several. */
    size_t n_runs;
    const size_t *run_scans;
} vb_series_model;

/*
 * Prepares a model.
 * VB_EUSAGE: no such noise model (names the nearest), or it has not that small_sample, runs that do not add up or are too
 * many; VB_EINPUT: a value of the design is not finite; VB_EESTIMATE: no degrees of freedom
 * are left, or a contrast is not estimable.
 */
VB_API vb_status vb_series_plan_alloc(const vb_series_model *model,
                                      vb_series_plan **plan, vb_error *err);
VB_API void vb_series_plan_free(vb_series_plan *plan); /* NULL is fine */

/* ---- fit ---- */

/* Series of all voxels, voxel-major; the data are slope * stored + inter. */
typedef struct vb_series_data {
    size_t n_voxels;
    vb_sample type;
    const void *values; /* [n_voxels x n_scans] */
    double slope, inter;
} vb_series_data;

typedef struct vb_series vb_series;

/*
 * Fits all voxels.  Voxels that cannot be fitted are NaN in every map, and counted; counts
 * may be NULL.  Same results, to the bit, for any number of threads.  The plan must stay
 * valid; a pooled model (spm-ar1) keeps what it has pooled in the fit, not in the plan.
 * VB_EUSAGE: no scaling by this slope; VB_EESTIMATE: a pooled model finds no voxel to pool.
 */
VB_API vb_status vb_series_fit(const vb_series_plan *plan, const vb_series_data *data,
                               size_t n_threads, vb_series **fit, vb_glm_counts *counts,
                               vb_error *err);
/* The same for the plan's runs, each stored by itself: runs [n_runs of the plan], all of as
 * many voxels.  factors [n_runs][n_voxels]: what the data of a voxel are multiplied by; NULL,
 * or NULL for a run: 1. */
VB_API vb_status vb_series_fit_runs(const vb_series_plan *plan,
                                    const vb_series_data runs[],
                                    const double *const factors[], size_t n_threads,
                                    vb_series **fit, vb_glm_counts *counts,
                                    vb_error *err);
VB_API void vb_series_free(vb_series *fit); /* NULL is fine */

/* Degrees of freedom of the error: scans minus rank, or Satterthwaite's for a pooled V. */
VB_API double vb_series_df(const vb_series *fit);

/* First degrees of freedom of an F: the rank of its rows, or under a pooled V SPM's
 * effective ones; 1 of a t. */
VB_API double vb_series_contrast_df(const vb_series *fit, size_t contrast);

/* Whether contrast i has that map (see vb_glm_has). */
VB_API bool vb_series_has(const vb_series *fit, vb_stat stat, size_t contrast);

/* Writes a map, out [n_voxels].  RHO is the lag-1 autocorrelation of the noise; SIGMA2 of
 * arma11 the variance of its innovations, of spm-ar1 ResMS.  VB_EUSAGE: no such map. */
VB_API vb_status vb_series_map(const vb_series *fit, vb_stat stat, size_t contrast,
                               double out[], vb_error *err);

VB_API size_t vb_series_n_voxels(const vb_series *fit);
/* As vb_glm_kept. */
VB_API void vb_series_kept(const vb_series *fit, size_t voxel, double effects[],
                           double covariance[]);

/* As vb_glm_residual. */
VB_API void vb_series_residual(const vb_series *fit, size_t voxel, double y[]);

/* ---- parameters of the noise ---- */

/* Parameters a voxel: "arma_a" and "arma_b", "phi_1" ...; spm-ar1 has none. */
VB_API size_t vb_series_n_parameters(const vb_series *fit);
VB_API const char *vb_series_parameter_name(const vb_series *fit, size_t i);
/* out [n_voxels]; i < vb_series_n_parameters() */
VB_API void vb_series_parameter(const vb_series *fit, size_t i, double out[]);

/* Parameters for all voxels together: spm-ar1 has 2 a run, spm-fast up to 18, the weights h of its covariance
 * components.  Returns how many; *values belongs to the fit. */
VB_API size_t vb_series_pooled(const vb_series *fit, const double **values);
/* Voxels that were pooled. */
VB_API size_t vb_series_n_pooled_voxels(const vb_series *fit);

#ifdef __cplusplus
}
#endif
#endif
