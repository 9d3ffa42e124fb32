/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_arma11_average.c - t tests that know how little a series says about its noise.
 *
 * Effect and parameters are those of the best point h of the grid.  Variance and degrees of
 * freedom come from all points g, each with its posterior probability p_g under a flat prior
 * of effects, log sigma2 and points,
 *
 *     p_g ~ exp(-F_g / 2),   F_g minus twice the REML log likelihood.
 *
 * Given g, the variance of the effect, v_g = phi_g SS_g / df, is known as well as df degrees of
 * freedom say: its logarithm with a variance of 2 / df.  Over all points,
 *
 *     L    = sum p_g log v_g,              W = 2 / df + sum p_g (log v_g)^2 - L^2,
 *     df*  = 2 / W                         (Satterthwaite's rule, on logarithms),
 *     v*   = exp(L) + SS_h / df sum p_g d_hg.
 *
 * d_hg is what the effect wanders because the point is estimated: the variance of the effect
 * as fitted with g where the noise is that of h, less phi_h, which is that of the best.  phi
 * and d depend on design and contrast only: tables.
 *
 * The points are those of the whole square a, b = -0.9 ... 0.9.  With a + b > 0 alone, white
 * noise could only be taken for more than it is; with a >= 0 alone, a weak autocorrelation for
 * a slower one; and t would be too small (docs/validation.md).
 *
 * References: Harville (1974) Biometrika 61:383 (REML as a marginal posterior); Kenward &
 * Roger (1997) Biometrics 53:983; Satterthwaite (1946) Biometrics Bulletin 2:110. */
#include "noise_arma11.h"

#include <math.h>
#include <string.h>

/* ---- tables ---- */

/* What becomes of the weights x_t of one contrast and point as t goes on: x'x, and for each a
 * sum of x_t (x_{t-1} + a x_{t-2} + ...). */
typedef struct lagged {
    double square, past[VB_ARMA_N_A], sum[VB_ARMA_N_A];
} lagged;

static void take_weight(lagged *l, double x)
{
    l->square += x * x;
    for (size_t i = 0; i < VB_ARMA_N_A; i++) {
        l->sum[i] += x * l->past[i];
        l->past[i] = vb_arma_a(i) * l->past[i] + x;
    }
}

/* x'V x under point (i, k), for innovations of variance 1 */
static double form(const lagged *l, size_t i, size_t k)
{
    const double a = vb_arma_a(i), b = vb_arma_b(k);
    const double variance = (1 + 2 * a * b + b * b) / (1 - a * a);

    return variance * (l->square + 2 * vb_arma_lambda(a, b) * l->sum[i]);
}

/* The weights of scans t ... t + VB_LANES - 1 in the effects of all points: those are what
 * single scans of 1 give. */
static void take_scans(const vb_series_plan *plan, size_t t, vb_series_block *b,
                       lagged *all)
{
    const vb_glm_plan *p = plan->base;
    const arma_plan *s = plan->state;
    const arma_work w = vb_arma_work(plan, b->work);

    memset(b->y, 0, p->n_scans * VB_LANES * sizeof *b->y);
    for (size_t v = 0; v < VB_LANES && t + v < p->n_scans; v++)
        b->y[(t + v) * VB_LANES + v] = 1;
    for (size_t k = 0; k < VB_ARMA_N_B; k++) {
        vb_arma_sums(plan, k, w.u, b);
        for (size_t i = 0; i < VB_ARMA_N_A; i++) {
            lagged *l = all + k * VB_ARMA_N_A + i;

            for (size_t v = 0; v < VB_LANES; v++)
                b->lanes.rho[v] = vb_arma_a(i);
            p->kernels->solve(&s->moving[k].shape, &b->lanes, p->n_w, s->moving[k].w, 0,
                              NULL, w.effects, w.covariance);
            for (size_t c = 0; c < s->n_tables; c++, l += VB_ARMA_POINTS) {
                const size_t row = p->contrasts[s->tables[c].contrast].first_w;

                for (size_t v = 0; v < VB_LANES && t + v < p->n_scans; v++)
                    take_weight(l, w.effects[row * VB_LANES + v]);
            }
        }
    }
}

static void fill_table(const lagged *l, arma_table *t)
{
    for (size_t h = 0; h < VB_ARMA_POINTS; h++) {
        const size_t i = h % VB_ARMA_N_A, k = h / VB_ARMA_N_A;
        const double phi = form(&l[h], i, k);

        t->log_phi[h] = log(phi);
        t->log_phi_squared[h] = log(phi) * log(phi);
        for (size_t g = 0; g < VB_ARMA_POINTS; g++)
            t->scatter[h * VB_ARMA_POINTS + g] = fmax(0, form(&l[g], i, k) - phi);
    }
}

static bool take_tables(vb_series_plan *plan, size_t n)
{
    const vb_glm_plan *p = plan->base;
    arma_plan *s = plan->state;
    const size_t size = VB_ARMA_POINTS * (VB_ARMA_POINTS + 2);

    s->tables = vb_arena_take(plan->arena, n, sizeof *s->tables);
    for (size_t i = 0; s->tables && i < p->n_contrasts; i++) {
        double *doubles;

        if (!p->contrasts[i].is_t)
            continue;
        doubles = vb_arena_take(plan->arena, size, sizeof *doubles);
        if (!doubles)
            return false;
        s->tables[s->n_tables++] =
            (arma_table){.contrast = i,
                         .log_phi = doubles,
                         .log_phi_squared = doubles + VB_ARMA_POINTS,
                         .scatter = doubles + 2 * VB_ARMA_POINTS};
    }
    return s->tables != NULL;
}

vb_status vb_arma_tables(vb_series_plan *plan, vb_error *err)
{
    const vb_glm_plan *p = plan->base;
    const arma_plan *s = plan->state;
    vb_arena *temporary;
    lagged *all;
    vb_series_block b;
    vb_status status;
    size_t n = 0;

    for (size_t i = 0; i < p->n_contrasts; i++)
        n += p->contrasts[i].is_t;
    if (n == 0)
        return VB_OK;
    if (!take_tables(plan, n))
        return vb_fail_memory(err,
                              n * VB_ARMA_POINTS * VB_ARMA_POINTS * sizeof(double));
    temporary = vb_arena_alloc();
    all = temporary ? vb_arena_take(temporary, n * VB_ARMA_POINTS, sizeof *all) : NULL;
    status = all ? vb_series_block_take(plan, &b, err)
                 : vb_fail_memory(err, n * VB_ARMA_POINTS * sizeof *all);
    if (status == VB_OK) {
        for (size_t v = 0; v < VB_LANES; v++)
            b.fits[v] = true;
        for (size_t t = 0; t < p->n_scans; t += VB_LANES)
            take_scans(plan, t, &b, all);
        for (size_t c = 0; c < n; c++)
            fill_table(all + c * VB_ARMA_POINTS, &s->tables[c]);
        vb_series_block_free(&b);
    }
    if (temporary)
        vb_arena_free(temporary);
    return status;
}

/* ---- voxels ---- */

/* What all contrasts share. */
typedef struct shares {
    double log_ss[VB_LANES], log_ss_squared[VB_LANES]; /* means over the points */
} shares;

/* f becomes the probability of its point, log_ss that times log SS. */
static void weigh(arma_work *w, shares *all)
{
    /* of twice the log likelihood: points less probable than 1e-17 of the best count as 0 */
    const double most = 78;
    double total[VB_LANES] = {0}, least[VB_LANES];

    memset(all, 0, sizeof *all);
    for (size_t v = 0; v < VB_LANES; v++)
        least[v] = w->least[v];
    for (size_t g = 0; g < VB_ARMA_POINTS; g++)
        for (size_t v = 0; v < VB_LANES; v++)
            least[v] =
                w->f[g * VB_LANES + v] < least[v] ? w->f[g * VB_LANES + v] : least[v];
    for (size_t g = 0; g < VB_ARMA_POINTS; g++) {
        double *f = w->f + g * VB_LANES;

        for (size_t v = 0; v < VB_LANES; v++) {
            f[v] = f[v] - least[v] < most ? exp(-0.5 * (f[v] - least[v])) : 0;
            total[v] += f[v];
        }
    }
    for (size_t v = 0; v < VB_LANES; v++)
        total[v] = 1 / total[v];
    for (size_t g = 0; g < VB_ARMA_POINTS; g++) {
        double *f = w->f + g * VB_LANES, *log_ss = w->log_ss + g * VB_LANES;

        for (size_t v = 0; v < VB_LANES; v++) {
            const double log_here = log_ss[v];

            f[v] *= total[v];
            log_ss[v] *= f[v];
            all->log_ss[v] += log_ss[v];
            all->log_ss_squared[v] += log_ss[v] * log_here;
        }
    }
}

static void average(const vb_glm_plan *p, const arma_table *t, const arma_work *w,
                    const shares *all, vb_series_block *b)
{
    const vb_glm_contrast *contrast = &p->contrasts[t->contrast];
    double *growth = b->growth + t->contrast * VB_LANES;
    double *df = b->df + t->contrast * VB_LANES;
    double log_phi[VB_LANES], squared[VB_LANES], product[VB_LANES];

    p->kernels->weighted(VB_ARMA_POINTS, t->log_phi, w->f, log_phi);
    p->kernels->weighted(VB_ARMA_POINTS, t->log_phi_squared, w->f, squared);
    p->kernels->weighted(VB_ARMA_POINTS, t->log_phi, w->log_ss, product);
    for (size_t v = 0; v < VB_LANES; v++) {
        const double *d = t->scatter + w->at[v] * VB_ARMA_POINTS;
        const double phi = b->covariance[contrast->first_pair * VB_LANES + v];
        const double mean = log_phi[v] + all->log_ss[v];
        const double spread =
            squared[v] + 2 * product[v] + all->log_ss_squared[v] - mean * mean;
        double scatter = 0;

        for (size_t g = 0; g < VB_ARMA_POINTS; g++)
            scatter += w->f[g * VB_LANES + v] * d[g];
        growth[v] = exp(mean) / (p->df * b->sigma2[v] * phi) + scatter / phi;
        df[v] = 2 / (2 / p->df + fmax(0, spread));
    }
}

void vb_arma_average(const vb_series_plan *plan, arma_work *w, vb_series_block *b)
{
    const arma_plan *s = plan->state;
    shares all;

    weigh(w, &all);
    for (size_t c = 0; c < s->n_tables; c++)
        average(plan->base, &s->tables[c], w, &all, b);
}
