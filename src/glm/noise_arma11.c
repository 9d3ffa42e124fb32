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

/* Sums of squares of a point to their logarithms, and f. */
static void likelihood(const vb_glm_plan *p, const arma_moving *m, size_t i,
                       double log_ss[VB_LANES], double f[VB_LANES])
{
    const double log_det = m->log_det + m->nodes[i].log_det;

    for (size_t v = 0; v < VB_LANES; v++) {
        log_ss[v] = log(log_ss[v]);
        f[v] = p->df * log_ss[v] + log_det;
    }
}

/* Tries the points from `first` on at this b; lanes->rho becomes the best a of those that may
 * be the estimate, better says where it beats all before. */
static bool try_points(const vb_glm_plan *p, const arma_moving *m, size_t first,
                       size_t k, vb_glm_lanes *l, arma_work *w, bool better[VB_LANES])
{
    const size_t row = (k * VB_ARMA_N_A + first) * VB_LANES;
    bool any = false;

    memset(better, 0, VB_LANES * sizeof *better);
    memset(l->rho, 0, sizeof l->rho);
    p->kernels->scan(&m->shape, l, VB_ARMA_N_A - first, m->nodes + first,
                     w->log_ss + row);
    for (size_t i = first; i < VB_ARMA_N_A; i++) {
        const size_t point = k * VB_ARMA_N_A + i;
        double *f = w->f + point * VB_LANES;

        likelihood(p, m, i, w->log_ss + point * VB_LANES, f);
        if (!vb_arma_is_estimate(i, k))
            continue;
        for (size_t v = 0; v < VB_LANES; v++)
            if (f[v] < w->least[v]) {
                w->least[v] = f[v];
                w->at[v] = point;
                l->rho[v] = vb_arma_a(i);
                better[v] = any = true;
            }
    }
    return any;
}

/* Keeps what this b gave, where it is the best so far. */
static void keep(const vb_glm_plan *p, size_t k, const arma_work *w,
                 const bool better[VB_LANES], vb_series_block *b)
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
            b->effects[i * VB_LANES + v] = w->effects[i * VB_LANES + v];
        for (size_t i = 0; i < p->n_pairs; i++)
            b->covariance[i * VB_LANES + v] = w->covariance[i * VB_LANES + v];
    }
}

static void fit(const vb_series *series, vb_series_block *b)
{
    const vb_glm_plan *p = series->plan->base;
    const arma_plan *s = series->plan->state;
    arma_work w = vb_arma_work(series->plan, b->work);
    bool better[VB_LANES];

    for (size_t v = 0; v < VB_LANES; v++)
        w.least[v] = HUGE_VAL;
    for (size_t k = 0; k < VB_ARMA_N_B; k++) {
        const arma_moving *m = &s->moving[k];
        size_t first = 0;

        while (!s->n_tables && first < VB_ARMA_N_A && !vb_arma_is_estimate(first, k))
            first++;
        if (first == VB_ARMA_N_A) /* b = -0.9 has no a with a + b > 0 */
            continue;
        vb_arma_sums(series->plan, k, w.u, b);
        if (!try_points(p, m, first, k, &b->lanes, &w, better))
            continue;
        p->kernels->solve(&m->shape, &b->lanes, p->n_w, m->w, p->n_pairs,
                          (const size_t(*)[2])p->pairs, w.effects, w.covariance);
        keep(p, k, &w, better, b);
    }
    if (s->n_tables)
        vb_arma_average(series->plan, &w, b);
}

static const char *const parameter_names[] = {"arma_a", "arma_b"};

const vb_series_noise vb_series_noise_arma11 = {
    .name = "arma11",
    .meaning =
        "ARMA(1,1) by exact restricted maximum likelihood on a grid of 0.1, each "
        "voxel its own",
    .source = "AFNI 3dREMLfit; Patterson & Thompson (1971) Biometrika 58:545",
    .small_sample = VB_SMALL_SAMPLE_AVERAGED,
    .n_parameters = 2,
    .parameter_names = parameter_names,
    .n_row_sets = 2,
    .prepare = vb_arma_prepare,
    .work_doubles = vb_arma_work_doubles,
    .fit = fit,
};
