/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_arma11.h - inside of the ARMA(1,1) models; the algebra is in noise_arma11_plan.c. */
#ifndef VB_GLM_NOISE_ARMA11_H
#define VB_GLM_NOISE_ARMA11_H

#include "noise_series.h"

/* The grid: a = 0 ... 0.9, b = -0.9 ... 0.9. */
enum { VB_ARMA_N_A = 10, VB_ARMA_N_B = 19, VB_ARMA_ZERO_B = 9 };

static inline double vb_arma_a(size_t i)
{
    return (double)i / 10;
}

static inline double vb_arma_b(size_t k)
{
    return ((double)k - VB_ARMA_ZERO_B) / 10;
}

/* Sign of a + b; where it is 0 the noise is white, whatever a. */
static inline int vb_arma_sign(size_t i, size_t k)
{
    return (i + k > VB_ARMA_ZERO_B) - (i + k < VB_ARMA_ZERO_B);
}

/* lag-1 autocorrelation */
static inline double vb_arma_lambda(double a, double b)
{
    return (a + b) * (1 + a * b) / (1 + 2 * a * b + b * b);
}

/* What one b needs. */
typedef struct arma_moving {
    vb_glm_shape shape;
    vb_series_rows rows; /* the basis and its lags, without scan 0 where y is 0 */
    double *w;           /* [n_w x rank + 1] */
    double log_det;      /* log|R'R|, [z, (0, M^-1 Q)] = basis R */
} arma_moving;

/* plan->state: [VB_ARMA_N_B], from first_b on. */
vb_status vb_arma_prepare(vb_series_plan *plan, size_t first_b, vb_error *err);

/* Sums of the block under vb_arma_b(k), into b->lanes; u [n_scans x VB_LANES] work space. */
void vb_arma_sums(const vb_series_plan *plan, size_t k, double *u, vb_series_block *b);

size_t vb_arma_work_doubles(const vb_series_plan *plan);

extern const char *const vb_arma_parameter_names[2];

#endif
