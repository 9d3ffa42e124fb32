/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * small_sample.c - t and F tests that know that rho was estimated, after Kenward & Roger.
 *
 * With a = A^-1 w, x = Qa, K' = dK/drho, h = Q'K'x and v = var(rho-hat) = (1 - rho^2) / df:
 *
 *   phi     = w'A^-1 w                    variance of the effect over sigma2
 *   phi'    = -x'K'x                      its derivative
 *   lambda  = x'K'VK'x - h'A^-1 h         variance of d(effect)/drho over sigma2
 *   growth  = 1 + 2 v lambda / phi        once for the wandering effect, once for the
 *                                         variance being too small on average
 *   1 / df* = 1 / df + v (phi' / phi)^2 / 2    (Satterthwaite)
 *
 * For an F of m rows phi is a matrix, and the ratios are traces over m: of phi^-1 lambda and of
 * phi^-1 phi', the slope of log|phi|; its F is divided by the growth.
 *
 * They depend on the design, the contrast and rho only: tabulated once, O(scans x rank) a
 * node.  The variance of rho is the asymptotic one; sigma2 and rho are taken as independent,
 * which they are up to 1 / df.
 * References: Kenward & Roger (1997) Biometrics 53:983; Satterthwaite (1946) Biometrics
 * Bulletin 2:110.
 */
#include "glm_plan.h"
#include "small_matrix.h"

#include <math.h>
#include <string.h>

/* A^-1 b in place, by Woodbury's identity (kernel_solve.h). */
static void solve_one(const vb_glm_shape *s, double rho, double *b)
{
    const double r2 = rho * rho;
    double bu = 0, bf = 0, uu = 0, uf = 0, ff = 0, det, xu, xf;

    for (size_t i = 0; i < s->rank; i++) {
        const double di = 1 / (1 + r2 - rho * s->lambda[i]), u = s->last[i],
                     f = s->first[i];

        bu += b[i] * u * di;
        bf += b[i] * f * di;
        uu += u * u * di;
        uf += u * f * di;
        ff += f * f * di;
    }
    det = (1 - r2 * uu) * (1 - r2 * ff) - r2 * uf * r2 * uf;
    xu = r2 / det * ((1 - r2 * ff) * bu + r2 * uf * bf);
    xf = r2 / det * ((1 - r2 * uu) * bf + r2 * uf * bu);
    for (size_t i = 0; i < s->rank; i++)
        b[i] =
            (b[i] + s->last[i] * xu + s->first[i] * xf) / (1 + r2 - rho * s->lambda[i]);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* K'x: 2 rho x_t - x_{t-1} - x_{t+1}, without the first term at both ends. */
static void slope_of_precision(size_t n, double rho, const double *x, double *out)
{
    for (size_t t = 0; t < n; t++) {
        const double before = t ? x[t - 1] : 0, after = t + 1 < n ? x[t + 1] : 0;

        out[t] = (t && t + 1 < n ? 2 * rho * x[t] : 0) - before - after;
    }
}

/* y'Vy, V_ij = rho^|i-j| / (1 - rho^2) */
static double toeplitz_form(size_t n, double rho, const double *y)
{
    double sum = 0, past = 0; /* sum of rho^k y_{t-k}, k >= 1 */

    for (size_t t = 0; t < n; t++) {
        sum += y[t] * (y[t] + 2 * past);
        past = rho * (past + y[t]);
    }
    return sum / (1 - rho * rho);
}

/* lambda / phi and phi' / phi of one row w. */
static void row_forms(const vb_glm_plan *p, const double *w, double rho, double *work,
                      double *spread, double *slope)
{
    const size_t n = p->n_scans, rank = p->rank;
    double *x = work, *kx = work + n, *a = work + 2 * n, phi, lambda;

    for (size_t i = 0; i < rank; i++)
        a[i] = w[i];
    solve_one(&p->shape, rho, a);
    phi = dot(rank, w, a);
    for (size_t t = 0; t < n; t++)
        x[t] = dot(rank, p->rows + t * p->n_rows, a);
    slope_of_precision(n, rho, x, kx);
    *slope = -dot(n, x, kx) / phi;
    lambda = toeplitz_form(n, rho, kx);
    for (size_t i = 0; i < rank; i++) /* h takes the place of a, A^-1 h that of x */
        a[i] = 0;
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < rank; i++)
            a[i] += p->rows[t * p->n_rows + i] * kx[t];
    for (size_t i = 0; i < rank; i++)
        x[i] = a[i];
    solve_one(&p->shape, rho, x);
    lambda -= dot(rank, a, x);
    *spread = fmax(lambda, 0) / phi;
}

/* The rows of an F [m x rank] in combinations whose effects are independent at this rho, with
 * variance 1: traces over the contrast are then sums over rows.  work [m x rank + m x m] */
static const double *independent_rows(const vb_glm_plan *p, size_t m, const double *w,
                                      double rho, double *work)
{
    const size_t rank = p->rank;
    double *a = work, *g = work + m * rank;

    memcpy(a, w, m * rank * sizeof *a);
    for (size_t i = 0; i < m; i++) {
        solve_one(&p->shape, rho, a + i * rank);
        for (size_t j = 0; j < m; j++)
            g[j * m + i] = dot(rank, w + j * rank, a + i * rank);
    }
    vb_small_cholesky(m, g);
    memcpy(a, w, m * rank * sizeof *a);
    for (size_t i = 0; i < rank; i++)
        vb_small_forward(m, g, a + i, rank);
    return a;
}

static void fill_node(const vb_glm_plan *p, size_t m, const double *w, double rho,
                      double *work, double *growth, double *inverse_df)
{
    const double v = (1 - rho * rho) / p->df;
    double spread = 0, slope = 0;

    if (m > 1)
        w = independent_rows(p, m, w, rho, work + 3 * p->n_scans);
    for (size_t i = 0; i < m; i++) {
        double row_spread, row_slope;

        row_forms(p, w + i * p->rank, rho, work, &row_spread, &row_slope);
        spread += row_spread / (double)m;
        slope += row_slope / (double)m;
    }
    *growth = 1 + 2 * v * spread;
    *inverse_df = 1 / p->df + 0.5 * v * slope * slope;
}

size_t vb_small_sample_work(const vb_glm_plan *p, size_t n_w)
{
    return 3 * p->n_scans + n_w * (p->rank + n_w);
}

void vb_small_sample_fill(const vb_glm_plan *p, size_t n_w, const double *w,
                          double *work, vb_small_sample_table *table)
{
    for (size_t i = 0; i < VB_KR_NODES; i++)
        fill_node(p, n_w, w, -VB_RHO_MOST + (double)i * VB_KR_STEP, work,
                  &table->growth[i], &table->inverse_df[i]);
}

void vb_small_sample_at(const vb_small_sample_table *table, double rho, double *growth,
                        double *df)
{
    const double x = (rho + VB_RHO_MOST) / VB_KR_STEP;
    const size_t i = x > 0 ? (size_t)fmin(x, VB_KR_NODES - 2) : 0;
    const double part = x - (double)i;
    const double *g = table->growth + i, *d = table->inverse_df + i;

    *growth = g[0] + part * (g[1] - g[0]);
    *df = 1 / (d[0] + part * (d[1] - d[0]));
}
