/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voxelwise general linear model, in one pass over the volumes.
 *
 *     y = X b + e,    e ~ (0, sigma2 V(rho))
 *
 * For white and AR(1) noise the sums Q'y, Q'(L + L')y, y'y, y_t y_{t-1} and the two end
 * points (Q an orthonormal basis of X, L the shift by one scan) hold all that the data say:
 * least squares, each voxel's own rho and generalised least squares at it follow from them
 * exactly, with O(columns) work a voxel, whatever the number of volumes.
 *
 * Use: plan (once a design), sums (once a set of voxels), add (blocks of volumes in order),
 * finish, maps.
 */
#ifndef VALUEBOLD_GLM_H
#define VALUEBOLD_GLM_H

#include "valuebold/contrast.h"
#include "valuebold/notes.h"
#include "valuebold/sample.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- plan ---- */

typedef struct vb_glm_plan vb_glm_plan;

/*
 * What is made of the noise's parameters being estimates, in t and F tests.  Every noise model
 * has one way or none.
 */
typedef enum vb_small_sample {
    VB_SMALL_SAMPLE_NONE, /* they count as known: df = scans - rank */
    VB_SMALL_SAMPLE_AUTO, /* the noise model's own way, or none where it has none */
    /* ar1, ar1-moment: variances grow by what rho's uncertainty adds to them, F shrinks by it,
     * and both have the degrees of freedom of Satterthwaite, voxel by voxel.  Kenward & Roger (1997)
     * Biometrics 53:983, with (1 - rho^2) / df for the variance of rho. */
    VB_SMALL_SAMPLE_KENWARD_ROGER,
    /* arma11: variance and degrees of freedom are averages over all noises of the grid, by
     * the probability the voxel's series gives them.  Harville (1974) Biometrika 61:383. */
    VB_SMALL_SAMPLE_AVERAGED,
} vb_small_sample;

/* A design without missing values, and what is wanted of it.  Borrowed for the call. */
typedef struct vb_glm_model {
    size_t n_scans, n_cols;
    const double *x; /* [n_scans x n_cols] */
    const char
        *noise; /* entry of noise.def that needs no series: "ols" ...; NULL: "ar1" */
    vb_small_sample small_sample;
    size_t n_contrasts;
    const vb_contrast *contrasts; /* weights [n_rows x n_cols]; 1 row: t, more: F */
    /* Weights whose effects are kept with their covariance (vb_glm_kept), which is what runs
     * need to be put together; each estimable, none a sum of the others. */
    size_t n_kept;
    const double *kept; /* [n_kept x n_cols] */
    bool
        keeps_fit; /* what was fitted is kept too (vb_glm_residual): rank numbers a voxel */
} vb_glm_model;

/*
 * Prepares a model.  Columns that are sums of others are no harm: the degrees of freedom
 * come from the rank.
 * VB_EUSAGE: no such noise model (names the nearest), or it has not that small_sample;
 * VB_EINPUT: a value of the design is not finite; VB_EESTIMATE: no degrees of freedom are left, or a contrast is not estimable.
 */
VB_API vb_status vb_glm_plan_alloc(const vb_glm_model *model, vb_glm_plan **plan,
                                   vb_error *err);
VB_API void vb_glm_plan_free(vb_glm_plan *plan); /* NULL is fine */

VB_API size_t vb_glm_rank(const vb_glm_plan *plan);
/* Degrees of freedom of the error: scans minus rank. */
VB_API double vb_glm_df(const vb_glm_plan *plan);
/* Independent rows of contrast i: the first degrees of freedom of its F. */
VB_API size_t vb_glm_contrast_df(const vb_glm_plan *plan, size_t contrast);

/* Noise models, those of glm_series.h too; NULL past the last. */
VB_API size_t vb_n_noises(void);
VB_API const char *vb_noise_name(size_t i);
VB_API const char *vb_noise_meaning(size_t i);
VB_API const char *vb_noise_source(size_t i);

/* Of a noise model by its name, NULL being the default; of a name that is none, as if there
 * were nothing.  Whether it needs glm_series.h; its own way with small samples; parameters
 * besides rho that it has in each voxel (vb_series_parameter). */
VB_API bool vb_noise_needs_series(const char *noise);
VB_API vb_small_sample vb_noise_small_sample(const char *noise);
VB_API bool vb_noise_estimates_rho(const char *noise); /* for vb_glm_rho */
VB_API size_t vb_noise_n_parameters(const char *noise);
VB_API const char *vb_noise_parameter_name(const char *noise, size_t i);

/* "none", "auto", "kenward_roger", "averaged"; NULL beyond. */
VB_API const char *vb_small_sample_name(size_t i);

/* ---- sums ---- */

typedef struct vb_glm vb_glm;

/* Takes the memory for the sums of n_voxels voxels: about 16 (rank + 3) bytes each.  The plan
 * must stay valid. */
VB_API vb_status vb_glm_alloc(const vb_glm_plan *plan, size_t n_voxels, vb_glm **glm,
                              vb_error *err);
VB_API void vb_glm_free(vb_glm *glm); /* NULL is fine */
/* That memory, of which nothing is written before the first block; for vb_pages_touch. */
VB_API void *vb_glm_memory(const vb_glm *glm, size_t *n_bytes);

/*
 * Adds the next n_volumes volumes: values [n_volumes x stride] of that type, the first
 * n_voxels of each row are the voxels.  Blocks come in scan order; 32 volumes at a time are
 * fast.  Same sums, to the bit, for any number of threads.
 * VB_EUSAGE: more volumes than the design has scans.
 */
VB_API vb_status vb_glm_add(vb_glm *glm, size_t n_volumes, vb_sample type,
                            const void *values, size_t stride, size_t n_threads,
                            vb_error *err);

/* What became of the voxels. */
typedef struct vb_glm_counts {
    size_t n_fitted;
    size_t n_nonfinite; /* with a NaN or infinite value in some scan */
    size_t
        n_constant; /* without residual variance: constant, zero, or fitted exactly */
} vb_glm_counts;

/*
 * Fits all voxels; the data are slope * stored + inter.  To be called once, after the last
 * scan (VB_EUSAGE otherwise).  Voxels that cannot be fitted are NaN in every map, and
 * counted.  counts may be NULL.
 */
VB_API vb_status vb_glm_finish(vb_glm *glm, double slope, double inter,
                               size_t n_threads, vb_glm_counts *counts, vb_error *err);

/*
 * The voxels' own estimates of rho, rho [n_voxels], NaN where there is no fit; after the last
 * scan and before vb_glm_finish, which takes those of vb_glm_use_rho in place of its own: these,
 * smoothed say.  (small_sample then still counts rho as one voxel's estimate.)  Values that are
 * not finite: the voxel's own.  rho is borrowed until the voxels are fitted.
 */
VB_API vb_status vb_glm_rho(const vb_glm *glm, double slope, double inter,
                            size_t n_threads, double rho[], vb_error *err);
VB_API void vb_glm_use_rho(vb_glm *glm, const double rho[]);

/* vb_glm_add of the last volumes and vb_glm_finish in one, to the same bits; the sums pass
 * through memory once less. */
VB_API vb_status vb_glm_add_last(vb_glm *glm, size_t n_volumes, vb_sample type,
                                 const void *values, size_t stride, double slope,
                                 double inter, size_t n_threads, vb_glm_counts *counts,
                                 vb_error *err);

/* ---- maps ---- */

typedef enum vb_stat {
    VB_STAT_EFFECT, /* of a t contrast, in units of the data per unit of the columns */
    VB_STAT_VARIANCE, /* of that effect */
    VB_STAT_T,
    VB_STAT_F,
    VB_STAT_Z,      /* z of the same tail probability, of t or F */
    VB_STAT_DF,     /* of the error: the plan's, or Satterthwaite's */
    VB_STAT_P,      /* upper tail, one-sided; in double, for 1e-300 is no float */
    VB_STAT_RHO,    /* lag-1 autocorrelation of the noise; no contrast */
    VB_STAT_SIGMA2, /* SS / df: variance of the white innovations; no contrast */
    VB_STAT_R2,     /* of the OLS fit, about the mean; no contrast */

    /* Made of images only (glm_run.h): vb_glm_map has none of them. */
    VB_STAT_PERCENT,   /* effect of a t contrast in percent of the mean, at its peak */
    VB_STAT_NOISE,     /* parameters of the noise */
    VB_STAT_LJUNG_BOX, /* p of the test of whitened residuals */
    VB_STAT_RESIDUALS, /* y - Xb, 4D */
} vb_stat;

/* Whether contrast i has that map: t contrasts have no F, F contrasts only F, Z, P and DF. */
VB_API bool vb_glm_has(const vb_glm *glm, vb_stat stat, size_t contrast);

/* Writes a map, out [n_voxels], after vb_glm_finish; contrast is not looked at for RHO,
 * SIGMA2 and R2.  VB_EUSAGE: no such map.  May be called from several threads at once. */
VB_API vb_status vb_glm_map(const vb_glm *glm, vb_stat stat, size_t contrast,
                            double out[], vb_error *err);

/* Of one voxel: the effects of the model's kept weights, [n_kept] in units of the data, and their
 * covariance over sigma2, upper triangle row by row; NaN where the voxel was not fitted. */
VB_API void vb_glm_kept(const vb_glm *glm, size_t voxel, double effects[],
                        double covariance[]);
/* Takes the fitted model off y [n_scans], the voxel's series in units of the data; NaN where the
 * voxel was not fitted.  For a model with keeps_fit. */
VB_API void vb_glm_residual(const vb_glm *glm, size_t voxel, double y[]);
VB_API size_t vb_glm_n_kept(const vb_glm_plan *plan);
VB_API size_t vb_glm_n_voxels(const vb_glm *glm);

/* Mean over the scans of slope * stored + inter, out [n_voxels], after vb_glm_finish; not
 * finite where a scan is not.  VB_EUSAGE: before that. */
VB_API vb_status vb_glm_mean(const vb_glm *glm, double out[], vb_error *err);

/* ---- runs together ---- */

typedef enum vb_ffx_weight {
    VB_FFX_MEAN,      /* mean of the effects; variance = sum of variances / n^2 */
    VB_FFX_PRECISION, /* weights 1 / variance; variance = 1 / sum of weights */
} vb_ffx_weight;

/*
 * Fixed effects over n_runs runs: effects[r], variances[r] [n_voxels].  A run that is not
 * finite in a voxel, or whose variance there is not above 0, makes the voxel NaN.
 * effect, variance [n_voxels]: out.  t = effect / sqrt(variance) has the sum of the runs'
 * degrees of freedom.
 */
VB_API void vb_glm_fixed_effects(size_t n_runs, size_t n_voxels,
                                 const double *const effects[],
                                 const double *const variances[], vb_ffx_weight weight,
                                 double effect[], double variance[]);

/*
 * The same for the m rows of an F contrast: effects[r] [m x n_voxels], covariances[r]
 * [m (m + 1) / 2 x n_voxels], upper triangle row by row.  F [n_voxels] has m and the sum of the
 * runs' degrees of freedom.
 */
VB_API vb_status vb_glm_fixed_effects_f(size_t n_runs, size_t n_voxels, size_t m,
                                        const double *const effects[],
                                        const double *const covariances[],
                                        vb_ffx_weight weight, double f[],
                                        vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
