/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One model over several runs: some effects b are shared, everything else (baseline, drift,
 * confounds) and the noise are each run's own.
 *
 *     y_r = S_r b + N_r g_r + e_r,    e_r ~ (0, sigma2 V_r),    runs independent
 *
 * Each run is fitted by itself (glm.h, glm_series.h) and hands over the effects of weights
 * W_r b that it can estimate, with their covariance C_r over sigma2, and its residual sum of
 * squares.  At these V_r that is all the data say about b: the generalised least squares of
 * all scans together is
 *
 *     M = sum W_r' C_r^-1 W_r,   b = M^-1 sum W_r' C_r^-1 w_r,
 *     SS = sum SS_r + sum (w_r - W_r b)' C_r^-1 (w_r - W_r b)
 *
 * exactly, with df = scans - rank of all columns.  Under white noise it is the least squares of
 * the runs stacked.  V_r is estimated in each run, from its own residuals.
 */
#ifndef VALUEBOLD_GLM_JOINT_H
#define VALUEBOLD_GLM_JOINT_H

#include "valuebold/glm_series.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Weights W_r of the shared effects that a run can estimate beside columns of its own, as many
 * as there are: the columns themselves where each can be.
 * shared [n_scans x n_shared], a column of zeros where the run has none; own [n_scans x n_own].
 * *rows [*n_rows x n_shared] in arena.
 */
VB_API vb_status vb_joint_rows(size_t n_scans, size_t n_shared, const double *shared,
                               size_t n_own, const double *own, vb_arena *arena,
                               size_t *n_rows, double **rows, vb_error *err);

/* Borrowed for the call. */
typedef struct vb_joint_model {
    size_t n_shared, n_runs;
    const size_t *n_rows;      /* [n_runs] */
    const double *const *rows; /* [n_runs][n_rows x n_shared] of vb_joint_rows */
    const double *df;          /* [n_runs] scans minus rank */
    size_t n_contrasts;
    const vb_contrast *contrasts; /* weights [n_rows x n_shared] */
} vb_joint_model;

typedef struct vb_joint vb_joint;

/* Memory: (n_shared + 1) (n_shared + 2) / 2 numbers a voxel, whatever the number of runs.
 * VB_EESTIMATE: a contrast that the runs together cannot estimate. */
VB_API vb_status vb_joint_alloc(const vb_joint_model *model, size_t n_voxels,
                                vb_joint **joint, vb_error *err);
VB_API void vb_joint_free(vb_joint *joint); /* NULL is fine */

/*
 * Adds a fitted run, of glm or (glm NULL) of series, whose kept weights are its rows.
 * voxel_of [n_voxels]: the run's voxel for each of the joint's, VB_NONE where it has none;
 * such voxels, and those it could not fit, are NaN in every map.
 * factor: of the run's voxels, the data were to be multiplied by it; NULL: 1.
 */
VB_API vb_status vb_joint_add(vb_joint *joint, size_t run, const vb_glm *glm,
                              const vb_series *series, const size_t voxel_of[],
                              const double factor[], size_t n_threads, vb_error *err);

/* Solves; to be called once, after all runs.  counts may be NULL. */
VB_API vb_status vb_joint_finish(vb_joint *joint, size_t n_threads,
                                 vb_glm_counts *counts, vb_error *err);

VB_API double vb_joint_df(const vb_joint *joint);
/* First degrees of freedom of contrast i. */
VB_API size_t vb_joint_contrast_df(const vb_joint *joint, size_t contrast);
/* Effect, variance, t, F, z, p of a contrast, or sigma2; as vb_glm_map. */
VB_API vb_status vb_joint_map(const vb_joint *joint, vb_stat stat, size_t contrast,
                              double out[], vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
