/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_arma11.c - ARMA(1,1) by exact restricted maximum likelihood, each voxel its own.
 *
 *     y_t = u_t + b u_{t-1},   u_t = a u_{t-1} + e_t,   e_t ~ N(0, sigma2)
 *
 * on the grid a = 0 ... 0.9, b = -0.9 ... 0.9 (step 0.1) with a + b > 0, and (0, 0): for b < 0
 * that is AR(1) noise plus white noise, what fMRI series look like.  Autocorrelation lambda
 * a^(k-1), lambda = (a + b)(1 + a b) / (1 + 2 a b + b^2).  All points are tried
 * (noise_arma11_plan.c says why that is cheap), so no search can miss.
 *
 * The grid is AFNI's, a step wider.  References: Patterson & Thompson (1971) Biometrika
 * 58:545; the grid: AFNI 3dREMLfit, remla.c. */
#include "noise_arma11.h"

#include <math.h>
#include <string.h>

/* b = -0.9 has no a with a + b > 0 */
enum { FIRST_B = 1 };

static bool on_grid(size_t i, size_t k)
{
    return vb_arma_sign(i, k) > 0 || (i == 0 && k == VB_ARMA_ZERO_B);
}

static vb_status prepare(vb_series_plan *plan, const vb_series_model *model,
                         vb_error *err)
{
    (void)model;
    return vb_arma_prepare(plan, FIRST_B, err);
}

/* The best a for each voxel at this b, into lanes->rho; minus twice its log likelihood. */
static void search_a(const vb_glm_plan *p, const arma_moving *m, size_t k,
                     vb_glm_lanes *l, double best[VB_LANES])
{
    double at[VB_LANES], f[VB_LANES];
    bool is_first = true;

    for (size_t i = 0; i < VB_ARMA_N_A; i++) {
        if (!on_grid(i, k))
            continue;
        for (size_t v = 0; v < VB_LANES; v++)
            at[v] = vb_arma_a(i);
        p->kernels->likelihood(&m->shape, l, at, f);
        for (size_t v = 0; v < VB_LANES; v++)
            if (is_first || f[v] < best[v]) {
                best[v] = f[v];
                l->rho[v] = at[v];
            }
        is_first = false;
    }
    for (size_t v = 0; v < VB_LANES; v++)
        best[v] += m->log_det;
}

/* Keeps what this b gave, where it is the best so far. */
static void keep(const vb_glm_plan *p, size_t k, const double *effects,
                 const double *covariance, const bool better[VB_LANES],
                 vb_series_block *b)
{
    for (size_t v = 0; v < VB_LANES; v++) {
        const double a = b->lanes.rho[v], ma = vb_arma_b(k);

        if (!better[v])
            continue;
        b->sigma2[v] = b->lanes.ss[v] / p->df;
        b->rho[v] = vb_arma_lambda(a, ma);
        b->parameters[v] = a;
        b->parameters[VB_LANES + v] = ma;
        for (size_t i = 0; i < p->n_w; i++)
            b->effects[i * VB_LANES + v] = effects[i * VB_LANES + v];
        for (size_t i = 0; i < p->n_pairs; i++)
            b->covariance[i * VB_LANES + v] = covariance[i * VB_LANES + v];
    }
}

static void fit(const vb_series *series, vb_series_block *b)
{
    const vb_glm_plan *p = series->plan->base;
    const arma_moving *all = series->plan->state;
    double *u = b->work, *effects = u + p->n_scans * VB_LANES;
    double *covariance = effects + p->n_w * VB_LANES;
    double best[VB_LANES], here[VB_LANES];
    bool better[VB_LANES];

    for (size_t v = 0; v < VB_LANES; v++)
        best[v] = HUGE_VAL;
    for (size_t k = FIRST_B; k < VB_ARMA_N_B; k++) {
        const arma_moving *m = &all[k];

        vb_arma_sums(series->plan, k, u, b);
        search_a(p, m, k, &b->lanes, here);
        for (size_t v = 0; v < VB_LANES; v++) {
            better[v] = here[v] < best[v];
            if (better[v])
                best[v] = here[v];
        }
        p->kernels->solve(&m->shape, &b->lanes, p->n_w, m->w, p->n_pairs,
                          (const size_t(*)[2])p->pairs, effects, covariance);
        keep(p, k, effects, covariance, better, b);
    }
}

const vb_series_noise vb_series_noise_arma11 = {
    .name = "arma11",
    .meaning =
        "ARMA(1,1) by exact restricted maximum likelihood on a grid of 0.1, each "
        "voxel its own",
    .source = "AFNI 3dREMLfit; Patterson & Thompson (1971) Biometrika 58:545",
    .n_parameters = 2,
    .parameter_names = vb_arma_parameter_names,
    .n_row_sets = 2,
    .prepare = prepare,
    .work_doubles = vb_arma_work_doubles,
    .fit = fit,
};
