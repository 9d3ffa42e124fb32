/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_arma11_averaged.c - ARMA(1,1) that knows how little a series says about its noise.
 *
 * Instead of the best point of the grid, all points, each with its posterior probability
 * under a flat prior of points, effects and log sigma2:
 *
 *     p_g ~ exp(-F_g / 2),   F_g minus twice the REML log likelihood,
 *     effect   = sum p_g effect_g
 *     variance = sum p_g (variance_g + effect_g^2) - effect^2
 *
 * The second part of the variance is what differs between the fits that the data allow.  The
 * grid has both signs of the autocorrelation, a = 0 ... 0.9 and b = -0.9 ... 0.9, white noise
 * once: with a + b > 0 alone, white noise can only be taken for more than it is, and its t is
 * too small (docs/validation.md).
 *
 * References: Harville (1974) Biometrika 61:383 (REML as a marginal posterior); Hoeting et
 * al. (1999) Statist Sci 14:382. */
#include "noise_arma11.h"

#include <math.h>
#include <string.h>

/* Points this improbable beside the best so far are left out: t changes by less than their
 * number times that. */
static const double negligible = 1e-12;

static bool on_grid(size_t i, size_t k)
{
    return vb_arma_sign(i, k) != 0 || i == 0;
}

static vb_status prepare(vb_series_plan *plan, const vb_series_model *model,
                         vb_error *err)
{
    (void)model;
    return vb_arma_prepare(plan, 0, err);
}

/* Sums over the points so far, in units of the best one's probability. */
typedef struct mixture {
    double best[VB_LANES]; /* F of the best point */
    double weight[VB_LANES];
} mixture;

/* Weight of the next point of each lane, into now; the sums so far shrink when it is better
 * than all before.  False when no lane wants it. */
static bool weigh(mixture *m, const double f[VB_LANES], double now[VB_LANES],
                  double shrink[VB_LANES])
{
    bool is_wanted = false;

    for (size_t v = 0; v < VB_LANES; v++) {
        const bool is_first = !(m->weight[v] > 0);
        const double ratio = is_first ? 0 : exp(-0.5 * fabs(f[v] - m->best[v]));
        const bool is_best = is_first || f[v] < m->best[v];

        now[v] = is_best ? 1 : ratio < negligible ? 0 : ratio;
        shrink[v] = is_best ? ratio : 1;
        if (is_best)
            m->best[v] = f[v];
        m->weight[v] = m->weight[v] * shrink[v] + now[v];
        is_wanted = is_wanted || now[v] > 0;
    }
    return is_wanted;
}

/* sum := sum * shrink + now * x */
static void mix(const double now[VB_LANES], const double shrink[VB_LANES],
                const double *x, double *sum)
{
    for (size_t v = 0; v < VB_LANES; v++)
        sum[v] = sum[v] * shrink[v] + now[v] * x[v];
}

/* Adds a point; effects and covariance are its own, b holds the sums. */
static void add_point(const vb_glm_plan *p, double a, double ma,
                      const double now[VB_LANES], const double shrink[VB_LANES],
                      const double *effects, const double *covariance,
                      vb_series_block *b)
{
    double s2[VB_LANES], x[VB_LANES];

    for (size_t v = 0; v < VB_LANES; v++)
        s2[v] = b->lanes.ss[v] / p->df;
    mix(now, shrink, s2, b->sigma2);
    for (size_t i = 0; i < p->n_w; i++)
        mix(now, shrink, effects + i * VB_LANES, b->effects + i * VB_LANES);
    for (size_t k = 0; k < p->n_pairs; k++) {
        const double *e = effects + p->pairs[k][0] * VB_LANES;
        const double *f = effects + p->pairs[k][1] * VB_LANES;

        for (size_t v = 0; v < VB_LANES; v++)
            x[v] = s2[v] * covariance[k * VB_LANES + v] + e[v] * f[v];
        mix(now, shrink, x, b->covariance + k * VB_LANES);
    }
    for (size_t v = 0; v < VB_LANES; v++) {
        b->rho[v] = b->rho[v] * shrink[v] + now[v] * vb_arma_lambda(a, ma);
        b->parameters[v] = b->parameters[v] * shrink[v] + now[v] * a;
        b->parameters[VB_LANES + v] =
            b->parameters[VB_LANES + v] * shrink[v] + now[v] * ma;
    }
}

static void divide(const vb_glm_plan *p, const mixture *m, vb_series_block *b)
{
    for (size_t v = 0; v < VB_LANES; v++) {
        const double share = 1 / m->weight[v];

        b->sigma2[v] *= share;
        b->rho[v] *= share;
        b->parameters[v] *= share;
        b->parameters[VB_LANES + v] *= share;
        for (size_t i = 0; i < p->n_w; i++)
            b->effects[i * VB_LANES + v] *= share;
        for (size_t k = 0; k < p->n_pairs; k++) {
            const double both = b->effects[p->pairs[k][0] * VB_LANES + v] *
                                b->effects[p->pairs[k][1] * VB_LANES + v];
            double *c = b->covariance + k * VB_LANES + v;

            *c = (*c * share - both) / b->sigma2[v];
        }
    }
}

static void clear(const vb_glm_plan *p, vb_series_block *b)
{
    memset(b->sigma2, 0, sizeof b->sigma2);
    memset(b->rho, 0, sizeof b->rho);
    memset(b->parameters, 0, 2 * VB_LANES * sizeof *b->parameters);
    memset(b->effects, 0, p->n_w * VB_LANES * sizeof *b->effects);
    memset(b->covariance, 0, p->n_pairs * VB_LANES * sizeof *b->covariance);
}

static void fit(const vb_series *series, vb_series_block *b)
{
    const vb_glm_plan *p = series->plan->base;
    const arma_moving *all = series->plan->state;
    double *u = b->work, *effects = u + p->n_scans * VB_LANES;
    double *covariance = effects + p->n_w * VB_LANES;
    double f[VB_LANES], now[VB_LANES], shrink[VB_LANES];
    mixture m = {{0}, {0}};

    clear(p, b);
    for (size_t k = 0; k < VB_ARMA_N_B; k++) {
        vb_arma_sums(series->plan, k, u, b);
        for (size_t i = 0; i < VB_ARMA_N_A; i++) {
            if (!on_grid(i, k))
                continue;
            for (size_t v = 0; v < VB_LANES; v++)
                b->lanes.rho[v] = vb_arma_a(i);
            p->kernels->likelihood(&all[k].shape, &b->lanes, b->lanes.rho, f);
            for (size_t v = 0; v < VB_LANES; v++)
                f[v] += all[k].log_det;
            if (!weigh(&m, f, now, shrink))
                continue;
            p->kernels->solve(&all[k].shape, &b->lanes, p->n_w, all[k].w, p->n_pairs,
                              (const size_t(*)[2])p->pairs, effects, covariance);
            add_point(p, vb_arma_a(i), vb_arma_b(k), now, shrink, effects, covariance,
                      b);
        }
    }
    divide(p, &m, b);
}

const vb_series_noise vb_series_noise_arma11_averaged = {
    .name = "arma11-averaged",
    .meaning =
        "ARMA(1,1) averaged over all points of the grid by their probability, so that "
        "variances know how uncertain the noise is",
    .source =
        "Harville (1974) Biometrika 61:383; Hoeting et al. (1999) Statist Sci 14:382",
    .n_parameters = 2,
    .parameter_names = vb_arma_parameter_names,
    .n_row_sets = 2,
    .prepare = prepare,
    .work_doubles = vb_arma_work_doubles,
    .fit = fit,
};
