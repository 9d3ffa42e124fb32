/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_arn.h - inside of the AR(p) models. */
#ifndef VB_GLM_NOISE_ARN_H
#define VB_GLM_NOISE_ARN_H

#include "noise_series.h"

enum { VB_ARN_MOST = 6 };

typedef struct arn_plan {
    size_t order, n_lags;
    vb_series_rows lags; /* D_kQ, k = 1 ... order, D_k = L^k + L'^k */
    double *gram;        /* [order x rank x rank] Q'D_kQ */
    double *expected;    /* [order + 1 x n_lags]: tr(S_l V) = sum of expected_lk v_k */
} arn_plan;

typedef struct arn_precision {
    double diagonal[VB_ARN_MOST + 1];
    double corner[VB_ARN_MOST]
                 [VB_ARN_MOST]; /* what K lacks in its first rows and columns */
} arn_precision;

/* Fills n_lags and expected; false without memory. */
bool vb_arn_expect(const vb_glm_plan *p, size_t order, vb_arena *arena, arn_plan *out);

/* phi [order] from the autocorrelations of the residuals, lags 1 ... order; returns the
 * lag-1 autocorrelation of the noise.  Always stationary. */
double vb_arn_estimate(const arn_plan *s, const double observed[], double phi[]);

#endif
