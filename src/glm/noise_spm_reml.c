/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_spm_reml.c - weights of covariance components by REML, step by step as SPM12.
 *
 *     C = sum h_i Q_i,   P = C^-1 - C^-1 X (X'C^-1 X)^-1 X'C^-1
 *     g_i = -tr(P Q_i (I - P Y)) / 2,   H_ij = -tr(P Q_i P Q_j) / 2
 *
 * Y is the covariance of the data.  A step solves dh/dt = g + H dh for a time that the
 * determinant of H sets: h += (exp(H t) - I) H^-1 g, t = exp(tau) |H|^(-1/m), tau from 4
 * on, up by 1/4 when the predicted change g'dh falls and down by 1 when it rises.  SPM stops
 * at a predicted change below 0.1, which leaves h up to some per cent from its limit.
 *
 * C has few diagonals: all is O(n^2 columns), where SPM takes O(n^3).
 * References: SPM12 r7771 spm_reml.m, spm_dx.m; Friston et al. (2002) NeuroImage 16:465.
 */
#include "noise_spm.h"

#include <math.h>
#include <string.h>

/* Prior precision of h, about 0. */
static const double prior = 3.3546262790251185e-4; /* exp(-8) */
static const double stop_at = 0.1;
/* Where to_the_end ends: a step as small as the rounding of h. */
static const double still = 1e-12;
enum { MOST_STEPS = 32, MOST_STEPS_TO_THE_END = 200 };

typedef struct reml {
    const vb_spm_reml *p;
    double parts[VB_SPM_PARTS][VB_SPM_LAGS];
    double *l;                /* [n x VB_SPM_LAGS] */
    double *ic;               /* [n x n] P */
    double *pq[VB_SPM_PARTS]; /* [n x n] P Q_i */
    double *py;               /* [n x n] P Y */
    double *icx;              /* [n x n_cols] C^-1 X */
    double *a;                /* [n_cols x n_cols] X'C^-1 X, then its Cholesky factor */
    double *b;                /* [n_cols x n] */
} reml;

/* Lower Cholesky factor in place */
static bool factor(size_t m, double *a)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++) {
            double s = a[i * m + j];

            for (size_t k = 0; k < j; k++)
                s -= a[i * m + k] * a[j * m + k];
            if (i == j && !(s > 0))
                return false;
            a[i * m + j] = i == j ? sqrt(s) : s / a[j * m + j];
        }
    return true;
}

/* b [m x n] := A^-1 b with the factor l of A */
static void back_solve(size_t m, const double *l, size_t n, double *b)
{
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < i; k++)
            for (size_t j = 0; j < n; j++)
                b[i * n + j] -= l[i * m + k] * b[k * n + j];
        for (size_t j = 0; j < n; j++)
            b[i * n + j] /= l[i * m + i];
    }
    for (size_t i = m; i-- > 0;) {
        for (size_t k = i + 1; k < m; k++)
            for (size_t j = 0; j < n; j++)
                b[i * n + j] -= l[k * m + i] * b[k * n + j];
        for (size_t j = 0; j < n; j++)
            b[i * n + j] /= l[i * m + i];
    }
}

/* z [n x n] := P z, with C^-1 X and the factor of X'C^-1 X at hand */
static void project(const reml *r, double *z)
{
    const size_t n = r->p->n, m = r->p->n_cols;

    memset(r->b, 0, m * n * sizeof *r->b);
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++)
                r->b[i * n + j] += r->icx[t * m + i] * z[t * n + j];
    back_solve(m, r->a, n, r->b);
    vb_spm_solve(n, r->l, n, z);
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++)
                z[t * n + j] -= r->icx[t * m + i] * r->b[i * n + j];
}

static bool prepare_step(const reml *r, const double h[VB_SPM_PARTS])
{
    const size_t n = r->p->n, m = r->p->n_cols;
    double lags[VB_SPM_LAGS] = {0};

    for (size_t i = 0; i < VB_SPM_PARTS; i++)
        for (size_t k = 0; k < VB_SPM_LAGS; k++)
            lags[k] += h[i] * r->parts[i][k];
    if (!vb_spm_factor(n, lags, r->l))
        return false;
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < m; i++)
            r->icx[t * m + i] = r->p->q[i * n + t];
    vb_spm_solve(n, r->l, m, r->icx);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) {
            r->a[i * m + j] = 0;
            for (size_t t = 0; t < n; t++)
                r->a[i * m + j] += r->p->q[i * n + t] * r->icx[t * m + j];
        }
    return factor(m, r->a);
}

/* out = in Q, Q Toeplitz */
static void times_part(size_t n, const double lags[VB_SPM_LAGS], const double *in,
                       double *out)
{
    for (size_t t = 0; t < n; t++)
        for (size_t j = 0; j < n; j++) {
            double s = lags[0] * in[t * n + j];

            for (size_t k = 1; k < VB_SPM_LAGS; k++)
                s += lags[k] * ((j >= k ? in[t * n + j - k] : 0) +
                                (j + k < n ? in[t * n + j + k] : 0));
            out[t * n + j] = s;
        }
}

/* tr(ab) */
static double trace_of_product(size_t n, const double *a, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            sum += a[i * n + j] * b[j * n + i];
    return sum;
}

/* Gradient and expected curvature at h; false when C is not positive definite. */
static bool derive(const reml *r, const double h[VB_SPM_PARTS], double g[VB_SPM_PARTS],
                   double curvature[VB_SPM_PARTS][VB_SPM_PARTS])
{
    const size_t n = r->p->n;

    if (!prepare_step(r, h))
        return false;
    memset(r->ic, 0, n * n * sizeof *r->ic);
    for (size_t t = 0; t < n; t++) {
        r->ic[t * n + t] = 1;
        memcpy(r->py + t * n, r->p->cy + t * r->p->cy_stride, n * sizeof *r->py);
    }
    project(r, r->ic);
    project(r, r->py);
    for (size_t i = 0; i < VB_SPM_PARTS; i++) {
        double trace = 0;

        times_part(n, r->parts[i], r->ic, r->pq[i]);
        for (size_t t = 0; t < n; t++)
            trace += r->pq[i][t * n + t];
        g[i] = -0.5 * (trace - trace_of_product(n, r->pq[i], r->py));
    }
    for (size_t i = 0; i < VB_SPM_PARTS; i++)
        for (size_t j = 0; j < VB_SPM_PARTS; j++)
            curvature[i][j] = -0.5 * trace_of_product(n, r->pq[i], r->pq[j]);
    return true;
}

/* dh = (exp(H t) - I) H^-1 g by the eigenvectors of H, 2 x 2 and symmetric. */
static void step_of(double c[VB_SPM_PARTS][VB_SPM_PARTS], const double g[VB_SPM_PARTS],
                    double tau, double dh[VB_SPM_PARTS])
{
    const double angle = 0.5 * atan2(2 * c[0][1], c[0][0] - c[1][1]);
    const double determinant = c[0][0] * c[1][1] - c[0][1] * c[1][0];
    const double t = exp(tau - 0.5 * log(fabs(determinant)));
    const double v[2][2] = {{cos(angle), sin(angle)}, {-sin(angle), cos(angle)}};

    dh[0] = dh[1] = 0;
    for (size_t i = 0; i < 2; i++) {
        const double *u = v[i];
        const double lambda = u[0] * (c[0][0] * u[0] + c[0][1] * u[1]) +
                              u[1] * (c[1][0] * u[0] + c[1][1] * u[1]);
        const double along = expm1(lambda * t) / lambda * (u[0] * g[0] + u[1] * g[1]);

        dh[0] += along * u[0];
        dh[1] += along * u[1];
    }
}

static vb_status iterate(const reml *r, double h[VB_SPM_PARTS], vb_error *err)
{
    const bool to_the_end = r->p->to_the_end;
    const size_t most = to_the_end ? MOST_STEPS_TO_THE_END : MOST_STEPS;
    double tau = 4, last = INFINITY;

    h[0] = 1; /* SPM12; SPM25 starts from 1, 1 */
    h[1] = 0;
    for (size_t k = 0; k < most; k++) {
        double g[VB_SPM_PARTS], c[VB_SPM_PARTS][VB_SPM_PARTS], dh[VB_SPM_PARTS], change;

        if (!derive(r, h, g, c))
            return vb_fail(
                err, VB_EESTIMATE,
                "the pooled covariance of the noise is not positive definite at "
                "h = %g, %g; use a model with each voxel its own, such as ar1",
                h[0], h[1]);
        for (size_t i = 0; i < VB_SPM_PARTS; i++) {
            g[i] -= prior * h[i];
            c[i][i] -= prior;
        }
        step_of(c, g, tau, dh);
        change = g[0] * dh[0] + g[1] * dh[1];
        h[0] += dh[0];
        h[1] += dh[1];
        tau = change > last ? fmax(tau - 1, -8) : fmin(tau + 0.25, 8);
        last = change;
        if (to_the_end ? fabs(dh[0]) + fabs(dh[1]) < still : change < stop_at)
            break;
    }
    return VB_OK;
}

vb_status vb_spm_reml_fit(const vb_spm_reml *problem, double h[VB_SPM_PARTS],
                          vb_error *err)
{
    const size_t n = problem->n, m = problem->n_cols;
    reml r = {.p = problem};
    vb_arena *arena = vb_arena_alloc();
    double *square = arena ? vb_arena_take(arena, 4 * n, n * sizeof *square) : NULL;
    double *rest =
        arena ? vb_arena_take(arena, n * (VB_SPM_LAGS + 2 * m) + m * m, sizeof *rest)
              : NULL;
    vb_status status;

    if (square && rest) {
        vb_spm_components(r.parts);
        r.ic = square;
        r.py = square + n * n;
        r.pq[0] = square + 2 * n * n;
        r.pq[1] = square + 3 * n * n;
        r.l = rest;
        r.icx = r.l + n * VB_SPM_LAGS;
        r.b = r.icx + n * m;
        r.a = r.b + n * m;
        status = iterate(&r, h, err);
    } else {
        status =
            vb_fail_memory(err, (4 * n * n + n * (VB_SPM_LAGS + 2 * m)) * sizeof *rest);
    }
    if (arena)
        vb_arena_free(arena);
    return status;
}
