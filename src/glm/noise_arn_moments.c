/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_arn_moments.c - the autocorrelations of AR(p) noise from those of the residuals.
 *
 * With H = D_l Q - Q (Q'D_l Q) / 2:  R D_l R = D_l - QH' - HQ'.  V is Toeplitz with v_k, so
 *
 *     tr(S_l V) = (T - l) v_l - sum_j [c(q_j, h_j; 0) v_0
 *                 + sum_{k > 0} (c(q_j, h_j; k) + c(h_j, q_j; k)) v_k],
 *     tr(S_0 V) = T v_0 - sum_j [c(q_j, q_j; 0) v_0 + 2 sum_{k > 0} c(q_j, q_j; k) v_k],
 *
 * c(x, y; k) = sum x_t y_{t+k}.  The first p autocorrelations, from which Yule and Walker's
 * recursion gives all others, move by what the residuals show beyond what they would show,
 * until that is nothing.
 */
#include "noise_arn.h"

#include <math.h>
#include <string.h>

/* Lags are summed until this is left of the autocorrelation. */
static const double faded = 1e-9;
/* A step this small ends the search; the error left is some times as large. */
static const double settled = 1e-9;
/* Partial autocorrelations stay inside, so that the noise is stationary. */
static const double most_partial = 0.98;
enum { MOST_LAGS = 500, MOST_STEPS = 200 };

/* H of column j: D_l q_j - sum_i q_i g_ij / 2 */
static void make_h(const vb_glm_plan *p, size_t l, size_t j, const double *gram,
                   double *h)
{
    const size_t n = p->n_scans, rank = p->rank;

    for (size_t t = 0; t < n; t++) {
        h[t] = (t >= l ? p->rows[(t - l) * rank + j] : 0) +
               (t + l < n ? p->rows[(t + l) * rank + j] : 0);
        for (size_t i = 0; i < rank; i++)
            h[t] -= 0.5 * p->rows[t * rank + i] * gram[i * rank + j];
    }
}

bool vb_arn_expect(const vb_glm_plan *p, size_t order, vb_arena *arena, arn_plan *s)
{
    const size_t n = p->n_scans, rank = p->rank, n_lags = n < MOST_LAGS ? n : MOST_LAGS;
    double *sums = vb_arena_take(arena, n_lags, sizeof *sums);
    double *back = vb_arena_take(arena, n_lags, sizeof *back);
    double *q = vb_arena_take(arena, n, sizeof *q);
    double *h = vb_arena_take(arena, n, sizeof *h);

    s->n_lags = n_lags;
    s->expected = vb_arena_take(arena, (order + 1) * n_lags, sizeof *s->expected);
    if (!sums || !back || !q || !h || !s->expected)
        return false;
    for (size_t l = 0; l <= order; l++) {
        double *out = s->expected + l * n_lags;

        memset(sums, 0, n_lags * sizeof *sums);
        memset(back, 0, n_lags * sizeof *back);
        for (size_t j = 0; j < rank; j++) {
            for (size_t t = 0; t < n; t++)
                q[t] = p->rows[t * rank + j];
            if (l)
                make_h(p, l, j, s->gram + (l - 1) * rank * rank, h);
            p->kernels->correlate(n, n_lags, q, l ? h : q, sums);
            p->kernels->correlate(n, n_lags, l ? h : q, q, back);
        }
        out[0] = -sums[0];
        for (size_t k = 1; k < n_lags; k++)
            out[k] = -sums[k] - back[k];
        out[l] += (double)(n - l);
    }
    return true;
}

/* phi of the autocorrelations rho [p], by Levinson and Durbin; rho is moved where the
 * partial autocorrelation would leave the stationary region. */
static void levinson(size_t p, double rho[], double phi[])
{
    double error = 1, old[VB_ARN_MOST];

    for (size_t m = 0; m < p; m++) {
        double known = 0, partial;

        for (size_t i = 0; i < m; i++)
            known += phi[i] * rho[m - 1 - i];
        partial = (rho[m] - known) / error;
        partial = fmax(-most_partial, fmin(most_partial, partial));
        rho[m] = known + partial * error;
        memcpy(old, phi, m * sizeof *old);
        for (size_t i = 0; i < m; i++)
            phi[i] = old[i] - partial * old[m - 1 - i];
        phi[m] = partial;
        error *= 1 - partial * partial;
    }
}

/* What residuals of noise with these autocorrelations would show, lags 1 ... p. */
static void predict(const arn_plan *s, const double rho[], const double phi[],
                    double shown[])
{
    const size_t p = s->order;
    double sums[VB_ARN_MOST + 1], window[VB_ARN_MOST] = {0}; /* v_{k-1} ... v_{k-p} */

    for (size_t l = 0; l <= p; l++)
        sums[l] = s->expected[l * s->n_lags];
    window[0] = 1;
    for (size_t k = 1; k < s->n_lags; k++) {
        double v = 0, largest = 0;

        for (size_t i = 0; i < p; i++)
            v += phi[i] * window[i];
        if (k <= p)
            v = rho[k - 1];
        for (size_t l = 0; l <= p; l++)
            sums[l] += s->expected[l * s->n_lags + k] * v;
        memmove(window + 1, window, (p - 1) * sizeof *window);
        window[0] = v;
        for (size_t i = 0; i < p; i++)
            largest = fmax(largest, fabs(window[i]));
        if (k > p && largest < faded)
            break;
    }
    for (size_t l = 1; l <= p; l++)
        shown[l - 1] = sums[l] / sums[0];
}

double vb_arn_estimate(const arn_plan *s, const double observed[], double phi[])
{
    double rho[VB_ARN_MOST], shown[VB_ARN_MOST];

    memcpy(rho, observed, s->order * sizeof *rho);
    levinson(s->order, rho, phi);
    for (size_t k = 0; k < MOST_STEPS; k++) {
        double step = 0;

        predict(s, rho, phi, shown);
        for (size_t l = 0; l < s->order; l++) {
            const double before = rho[l];

            rho[l] += observed[l] - shown[l];
            step = fmax(step, fabs(rho[l] - before));
        }
        levinson(s->order, rho, phi);
        if (step < settled)
            break;
    }
    return rho[0];
}
