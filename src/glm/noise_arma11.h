/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_arma11.h - inside of the ARMA(1,1) model; the algebra is in noise_arma11_plan.c. */
#ifndef VB_GLM_NOISE_ARMA11_H
#define VB_GLM_NOISE_ARMA11_H

#include "noise_series.h"

/* The grid: a, b = -0.9 ... 0.9.  Point (i, k) has number k VB_ARMA_N_A + i.  The estimate is
 * one with a >= 0; the others are for averages over what may be. */
enum {
    VB_ARMA_N_A = 19,
    VB_ARMA_N_B = 19,
    VB_ARMA_ZERO = 9,
    VB_ARMA_POINTS = VB_ARMA_N_A * VB_ARMA_N_B,
};

static inline double vb_arma_a(size_t i)
{
    return ((double)i - VB_ARMA_ZERO) / 10;
}

static inline double vb_arma_b(size_t k)
{
    return ((double)k - VB_ARMA_ZERO) / 10;
}

/* Whether the estimate may lie there: a >= 0 and a + b > 0, and white noise once. */
static inline bool vb_arma_is_estimate(size_t i, size_t k)
{
    const bool is_positive = i >= VB_ARMA_ZERO && i + k > 2 * VB_ARMA_ZERO;

    return is_positive || (i == VB_ARMA_ZERO && k == VB_ARMA_ZERO);
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
    vb_glm_node nodes[VB_ARMA_N_A];
} arma_moving;

/* Of every contrast, by point; see noise_arma11_average.c. */
typedef struct arma_table {
    size_t contrast;
    double *log_phi; /* [VB_ARMA_POINTS] phi: variance of the effect over sigma2 */
    double *log_phi_squared; /* [VB_ARMA_POINTS] */
    double *
        scatter; /* [VB_ARMA_POINTS x VB_ARMA_POINTS] share that fitting with the second
                        point adds to phi where the noise is that of the first */
} arma_table;

/* plan->state */
typedef struct arma_plan {
    arma_moving moving[VB_ARMA_N_B];
    size_t n_tables; /* 0: the noise counts as known */
    arma_table *tables;
} arma_plan;

/* A block under way. */
typedef struct arma_work {
    double *u; /* [n_scans x VB_LANES] */
    double *effects, *covariance;
    double *f; /* [VB_ARMA_POINTS x VB_LANES] minus twice the REML log likelihood */
    double *log_ss;         /* [VB_ARMA_POINTS x VB_LANES] */
    double least[VB_LANES]; /* f of the estimate */
    size_t at[VB_LANES];    /* its point */
} arma_work;

arma_work vb_arma_work(const vb_series_plan *plan, double *doubles);
size_t vb_arma_work_doubles(const vb_series_plan *plan);

/* Sums of the block under vb_arma_b(k), into b->lanes; u [n_scans x VB_LANES] work space. */
void vb_arma_sums(const vb_series_plan *plan, size_t k, double *u, vb_series_block *b);

vb_status vb_arma_prepare(vb_series_plan *plan, const vb_series_model *model,
                          vb_error *err);

/* Fills plan->state's tables. */
vb_status vb_arma_tables(vb_series_plan *plan, vb_error *err);

/* Growth and degrees of freedom of the block's contrasts; destroys f and log_ss. */
void vb_arma_average(const vb_series_plan *plan, arma_work *w, vb_series_block *b);

#endif
