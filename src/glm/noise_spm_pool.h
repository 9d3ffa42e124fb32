/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_spm_pool.h - what spm-ar1 knows of a design, and of the voxels it has pooled. */
#ifndef VB_GLM_NOISE_SPM_POOL_H
#define VB_GLM_NOISE_SPM_POOL_H

#include "noise_series.h"
#include "noise_spm.h"
#include "noise_spm_fast.h"

typedef enum spm_kind { SPM_AR1, SPM_AR1_CONVERGED, SPM_FAST } spm_kind;

typedef struct spm_plan {
    spm_kind kind;
    size_t n_parts;                   /* components of a run */
    vb_fast_part parts[VB_FAST_MOST]; /* of SPM_FAST */
    size_t n_cols;
    const double *x;      /* [n_scans x n_cols] */
    const bool *is_drift; /* [n_cols] */
    const bool *is_rest;  /* [n_cols] drift and baseline: not of interest */
    size_t n_contrasts;
    const vb_contrast *contrasts;

    /* the F test that chooses voxels */
    vb_series_rows rest_rows; /* basis of the columns that are not of interest */
    vb_glm_shape rest_shape;
    double effect_df, error_df; /* SPM's: the drift does not count */
    double threshold;
} spm_plan;

typedef struct spm_run {
    size_t n_lags;
    double *lags; /* [n_lags] of V */
    double *band; /* [n_scans x (2 width + 1)] W */
    size_t width;
} spm_run;

typedef struct spm_pooled {
    spm_run *runs;       /* [n_runs] */
    vb_glm_plan *plan;   /* least squares on [W X, drift] */
    vb_series_rows rows; /* its basis */
    double *covariance;  /* [n_pairs] of effects over ResMS; of an F: identity */
    double trace;        /* tr(RB) */
    double rho;          /* lag 1 of V, the mean over scans */
} spm_pooled;

/* fit->pooled and what follows from it. */
vb_status vb_spm_pool(vb_series *fit, const vb_series_source *data, size_t n_threads,
                      vb_error *err);
void vb_spm_pool_free(void *pooled);

/* The covariance of the data, [n_scans x n_scans], from the voxels that pass; and how many. */
vb_status vb_spm_choose(const vb_series *fit, const vb_series_source *data,
                        size_t n_threads, vb_arena *arena, double **cy,
                        size_t *n_chosen, vb_error *err);

/* out := W in, V in; both [n_scans x stride] */
void vb_spm_whiten(const vb_series_plan *plan, const spm_pooled *s, size_t stride,
                   const double *in, double *out);
void vb_spm_colour(const vb_series_plan *plan, const spm_pooled *s, size_t stride,
                   const double *in, double *out);

#endif
