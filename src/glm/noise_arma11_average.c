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
 *     v*   = exp(L) + v_h sum p_g d_hg.
 *
 * d_hg is what the effect wanders because the point is estimated: the variance of the effect
 * as fitted with g where the noise is that of h, over phi_h, which is that of the best, less 1.
 * phi and d depend on design and contrast only: tables.  For an F of m rows phi is a matrix; its
 * log is then that of its determinant over m, d a trace over m, and F is divided by v* / v_h.
 *
 * The points are those of the whole square a, b = -0.9 ... 0.9.  With a + b > 0 alone, white
 * noise could only be taken for more than it is; with a >= 0 alone, a weak autocorrelation for
 * a slower one; and t would be too small (docs/validation.md).
 *
 * References: Harville (1974) Biometrika 61:383 (REML as a marginal posterior); Kenward &
 * Roger (1997) Biometrics 53:983; Satterthwaite (1946) Biometrics Bulletin 2:110. */
#include "noise_arma11.h"
#include "small_matrix.h"

#include <math.h>
#include <string.h>

/* ---- tables ---- */

/* Sums over the scans of the weights x, y of two rows in the effects of a point: x'y, and for
 * each a that of x_t (y_{t-1} + a y_{t-2} + ...) and of y_t (x_{t-1} + ...). */
typedef struct lagged {
    double square, sum[VB_ARMA_N_A];
} lagged;

/* A contrast on its way to a table. */
typedef struct tabling {
    const vb_glm_contrast *contrast;
    lagged *pairs; /* [VB_ARMA_POINTS x n_pairs] */
    double *past;  /* [VB_ARMA_POINTS x n_w x VB_ARMA_N_A] x_{t-1} + a x_{t-2} + ... */
    double *g, *forms; /* [n_w x n_w] */
} tabling;

/* The weights of the next scan: those of the rows in lane v of effects. */
static void take_weight(const tabling *t, size_t point, const double *effects, size_t v)
{
    const size_t m = t->contrast->n_w;
    const double *x = effects + t->contrast->first_w * VB_LANES + v;
    double *past = t->past + point * m * VB_ARMA_N_A;
    lagged *pair = t->pairs + point * t->contrast->n_pairs;

    for (size_t i = 0; i < m; i++)
        for (size_t j = i; j < m; j++, pair++) {
            const double xi = x[i * VB_LANES], xj = x[j * VB_LANES];

            pair->square += xi * xj;
            for (size_t k = 0; k < VB_ARMA_N_A; k++)
                pair->sum[k] +=
                    xi * past[j * VB_ARMA_N_A + k] + xj * past[i * VB_ARMA_N_A + k];
        }
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < VB_ARMA_N_A; k++) {
            double *p = past + i * VB_ARMA_N_A + k;

            *p = vb_arma_a(k) * *p + x[i * VB_LANES];
        }
}

/* The weights of scans t ... t + VB_LANES - 1 in the effects of all points: those are what
 * single scans of 1 give. */
static void take_scans(const vb_series_plan *plan, size_t t, vb_series_block *b,
                       const tabling *all)
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
            for (size_t v = 0; v < VB_LANES; v++)
                b->lanes.rho[v] = vb_arma_a(i);
            p->kernels->solve(&s->moving[k].shape, &b->lanes, p->n_w, s->moving[k].w, 0,
                              NULL, w.effects, w.covariance);
            for (size_t c = 0; c < s->n_tables; c++)
                for (size_t v = 0; v < VB_LANES && t + v < p->n_scans; v++)
                    take_weight(&all[c], k * VB_ARMA_N_A + i, w.effects, v);
        }
    }
}

/* The covariance, over the variance of the innovations, of the effects fitted with point g where
 * the noise is that of point h: out [n_w x n_w]. */
static void forms(const tabling *t, size_t h, size_t g, double *out)
{
    const double a = vb_arma_a(h % VB_ARMA_N_A), b = vb_arma_b(h / VB_ARMA_N_A);
    const double variance = (1 + 2 * a * b + b * b) / (1 - a * a);
    const lagged *pair = t->pairs + g * t->contrast->n_pairs;
    const size_t m = t->contrast->n_w;

    for (size_t i = 0; i < m; i++)
        for (size_t j = i; j < m; j++, pair++)
            out[i * m + j] = out[j * m + i] =
                variance *
                (pair->square + vb_arma_lambda(a, b) * pair->sum[h % VB_ARMA_N_A]);
}

static void fill_table(const tabling *t, arma_table *out)
{
    const size_t m = t->contrast->n_w;
    const double share = 1 / (double)m;

    for (size_t h = 0; h < VB_ARMA_POINTS; h++) {
        double log_phi = 0;

        forms(t, h, h, t->g);
        vb_small_cholesky(m, t->g);
        for (size_t i = 0; i < m; i++)
            log_phi += 2 * share * log(t->g[i * m + i]);
        out->log_phi[h] = log_phi;
        out->log_phi_squared[h] = log_phi * log_phi;
        if (!vb_arma_is_estimate(h % VB_ARMA_N_A, h / VB_ARMA_N_A))
            continue; /* nobody asks what adds to it */
        for (size_t g = 0; g < VB_ARMA_POINTS; g++) {
            double trace = 0; /* of phi_h^-1 times the forms */

            forms(t, h, g, t->forms);
            for (size_t i = 0; i < m; i++)
                vb_small_forward(m, t->g, t->forms + i, m);
            for (size_t i = 0; i < m; i++) {
                vb_small_forward(m, t->g, t->forms + i * m, 1);
                trace += t->forms[i * m + i];
            }
            out->scatter[h * VB_ARMA_POINTS + g] = fmax(0, share * trace - 1);
        }
    }
}

static bool take_table(vb_arena *arena, size_t contrast, arma_table *out)
{
    double *doubles =
        vb_arena_take(arena, VB_ARMA_POINTS * (VB_ARMA_POINTS + 2), sizeof *doubles);

    if (!doubles)
        return false;
    *out = (arma_table){.contrast = contrast,
                        .log_phi = doubles,
                        .log_phi_squared = doubles + VB_ARMA_POINTS,
                        .scatter = doubles + 2 * VB_ARMA_POINTS};
    return true;
}

static bool take_tabling(vb_arena *arena, const vb_glm_contrast *c, tabling *out)
{
    const size_t m = c->n_w;

    *out = (tabling){.contrast = c,
                     .pairs = vb_arena_take(arena, VB_ARMA_POINTS * c->n_pairs,
                                            sizeof(lagged)),
                     .past = vb_arena_take(arena, VB_ARMA_POINTS * m * VB_ARMA_N_A,
                                           sizeof(double)),
                     .g = vb_arena_take(arena, m * m, sizeof(double)),
                     .forms = vb_arena_take(arena, m * m, sizeof(double))};
    return out->pairs && out->past && out->g && out->forms;
}

static vb_status make_tables(vb_series_plan *plan, vb_arena *temporary, vb_error *err)
{
    const vb_glm_plan *p = plan->base;
    arma_plan *s = plan->state;
    const size_t n = p->n_contrasts;
    tabling *all = vb_arena_take(temporary, n, sizeof *all);
    vb_series_block b;
    vb_status status;

    s->tables = vb_arena_take(plan->arena, n, sizeof *s->tables);
    if (!all || !s->tables)
        return vb_fail_memory(err, n * sizeof *all);
    for (size_t i = 0; i < n; i++)
        if (!take_table(plan->arena, i, &s->tables[i]) ||
            !take_tabling(temporary, &p->contrasts[i], &all[i]))
            return vb_fail_memory(err,
                                  VB_ARMA_POINTS * VB_ARMA_POINTS * sizeof(double));
    s->n_tables = n;
    status = vb_series_block_take(plan, &b, err);
    if (status != VB_OK)
        return status;
    for (size_t v = 0; v < VB_LANES; v++)
        b.fits[v] = true;
    for (size_t t = 0; t < p->n_scans; t += VB_LANES)
        take_scans(plan, t, &b, all);
    for (size_t c = 0; c < n; c++)
        fill_table(&all[c], &s->tables[c]);
    vb_series_block_free(&b);
    return VB_OK;
}

vb_status vb_arma_tables(vb_series_plan *plan, vb_error *err)
{
    vb_arena *temporary = vb_arena_alloc();
    vb_status status;

    if (!temporary)
        return vb_fail_memory(err, sizeof(tabling));
    status = make_tables(plan, temporary, err);
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
    double *growth = b->growth + t->contrast * VB_LANES;
    double *df = b->df + t->contrast * VB_LANES;
    double log_phi[VB_LANES], squared[VB_LANES], product[VB_LANES];

    p->kernels->weighted(VB_ARMA_POINTS, t->log_phi, w->f, log_phi);
    p->kernels->weighted(VB_ARMA_POINTS, t->log_phi_squared, w->f, squared);
    p->kernels->weighted(VB_ARMA_POINTS, t->log_phi, w->log_ss, product);
    for (size_t v = 0; v < VB_LANES; v++) {
        const double *d = t->scatter + w->at[v] * VB_ARMA_POINTS;
        const double log_v = log(p->df * b->sigma2[v]) + t->log_phi[w->at[v]];
        const double mean = log_phi[v] + all->log_ss[v];
        const double spread =
            squared[v] + 2 * product[v] + all->log_ss_squared[v] - mean * mean;
        double scatter = 0;

        for (size_t g = 0; g < VB_ARMA_POINTS; g++)
            scatter += w->f[g * VB_LANES + v] * d[g];
        growth[v] = exp(mean - log_v) + scatter;
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
