/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the residuals say about the model of the noise.
 *
 * The residuals of ordinary least squares are made white with the noise that was estimated in
 * each voxel; where its model is right nothing is left in them but what the fit itself puts in
 * (a projection makes neighbours negatively correlated), which is worked out and stands beside.
 */
#ifndef VALUEBOLD_RESIDUALS_H
#define VALUEBOLD_RESIDUALS_H

#include "valuebold/glm_series.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    VB_RESIDUAL_LAGS = 3,
    VB_RESIDUAL_FREQUENCIES = 65, /* 0 ... half a cycle a scan, evenly */
};

/* The noise of the voxels, as estimated: AR(p) coefficients, or a and b of ARMA(1,1) with the
 * correlations r_k = lambda a^(k-1), lambda = (b + a)(1 + ab) / (1 + 2ab + b^2). */
typedef struct vb_residual_noise {
    bool
        is_known; /* false: nothing to make the residuals white with (a pooled model) */
    bool is_arma;
    size_t n_parameters;             /* p, or 2; 0 is white noise */
    const double *const *parameters; /* [n_parameters][n_voxels] */
} vb_residual_noise;

typedef struct vb_residual_summary {
    size_t n_voxels; /* that were looked at: those that could be fitted */
    bool is_white_known;
    /* Means over voxels of the correlations at lags 1, 2, 3: of the residuals, of the whitened
     * ones, and what the whitened ones would have if the model were right. */
    double lag[VB_RESIDUAL_LAGS], white_lag[VB_RESIDUAL_LAGS],
        expected_lag[VB_RESIDUAL_LAGS];
    size_t n_box;     /* lags of the Ljung-Box test */
    double box_share; /* of voxels in which it rejects white residuals at 5 % */
    /* Mean spectra of residuals of variance 1; 1 everywhere is white.  Autocovariances up to
     * 32 lags under Parzen's window. */
    double spectrum[VB_RESIDUAL_FREQUENCIES], white_spectrum[VB_RESIDUAL_FREQUENCIES];
} vb_residual_summary;

/*
 * Looks at all voxels of data.  plan: of the design, of any noise model.
 * box [n_voxels] (NULL: nobody asks): p of the Ljung-Box test of each voxel's whitened residuals,
 * NaN where it was not fitted.  Ljung & Box 1978, Biometrika 65:297, on correlations without
 * what the fit puts in, with as many degrees of freedom less as the noise has parameters.
 * Same numbers for any number of threads.
 */
VB_API vb_status vb_residuals_look(const vb_glm_plan *plan, const vb_series_data *data,
                                   const vb_residual_noise *noise, size_t n_threads,
                                   vb_residual_summary *summary, double box[],
                                   vb_error *err);

typedef enum vb_residual_verdict {
    VB_NOISE_ENOUGH, /* lags within 0.03 of what is expected, at most 15 % rejected */
    VB_NOISE_NEARLY, /* within 0.06, at most 30 % */
    VB_NOISE_NOT_ENOUGH,
    VB_NOISE_UNKNOWN, /* pooled model, or no voxel */
} vb_residual_verdict;

VB_API vb_residual_verdict vb_residuals_judge(const vb_residual_summary *summary);

/* That as a sentence, with the numbers; noise is the model's name.  Returns out. */
VB_API char *vb_residuals_sentence(const vb_residual_summary *summary,
                                   const char *noise, char out[], size_t size);

#ifdef __cplusplus
}
#endif
#endif
