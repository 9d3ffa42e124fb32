/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trial_kernel.c - see trial_kernel.h for the shapes.  Series run innermost, so every loop is
 * the same arithmetic for each of them, whatever the others hold.
 *
 * In the rotated basis Q'KQ = diag(1 + rho^2 - rho lambda) - rho^2 FF' with F' the first and
 * last row of Q: solving takes one pass over the diagonal and a 2 x 2 matrix (Woodbury).
 * A trial of LSS adds one column z to the common model.  With S the sum of its condition,
 *
 *     a z + b (S - z) = (a - b) z + b S,
 *
 * so its estimate is a = gamma + b where gamma is z's coefficient beside the common model and
 * b = b_S - gamma P, P being S's share in what the common model makes of z:
 *
 *     gamma = z'K r_z / z'K z_r,   var(a) = (1 - P)^2 / z'K z_r + var(b_S).
 *
 * The sums start from the OLS residual r, because y'Ky - ... of a series with mean 1000 would
 * cancel; what is taken off lies in the column space and is put back into the coefficients.
 */
#include "trial_kernel.h"

#include <string.h>

enum { L = VB_TRIAL_LANES };

/* out [m x L] = rows [m x n] y [n x L] */
static void multiply(size_t m, size_t n, const double *restrict rows,
                     const double *restrict y, double *restrict out)
{
    for (size_t i = 0; i < m; i++) {
        const double *row = rows + i * n;
        double sum[L] = {0};

        for (size_t s = 0; s < n; s++)
            for (size_t v = 0; v < L; v++)
                sum[v] += row[s] * y[s * L + v];
        memcpy(out + i * L, sum, sizeof sum);
    }
}

void vb_trial_sums(const vb_trial_shape *p, vb_trial_lanes *l)
{
    const size_t n = p->n_scans;

    memset(l->square, 0, sizeof l->square);
    memset(l->r0, 0, sizeof l->r0);
    memset(l->r1, 0, sizeof l->r1);
    for (size_t s = 0; s < n; s++)
        for (size_t v = 0; v < L; v++)
            l->square[v] += l->y[s * L + v] * l->y[s * L + v];
    multiply(p->rank, n, p->q, l->y, l->base);
    for (size_t i = 0; i < p->rank; i++)
        for (size_t s = 0; s < n; s++)
            for (size_t v = 0; v < L; v++)
                l->y[s * L + v] -= p->q[i * n + s] * l->base[i * L + v];
    for (size_t s = 0; s < n; s++)
        for (size_t v = 0; v < L; v++)
            l->r0[v] += l->y[s * L + v] * l->y[s * L + v];
    for (size_t s = 1; s < n; s++)
        for (size_t v = 0; v < L; v++)
            l->r1[v] += l->y[s * L + v] * l->y[(s - 1) * L + v];
    multiply(p->rank, n, p->dq, l->y, l->lag);
    if (!p->z)
        return;
    multiply(p->n_trials, n, p->z, l->y, l->zr);
    multiply(p->n_trials, n, p->dz, l->y, l->dzr);
}

/* corner = (I - rho^2 F' inv F)^-1 */
static void make_corner(const vb_trial_shape *p, vb_trial_lanes *l)
{
    double a[L] = {0}, b[L] = {0}, c[L] = {0};

    for (size_t i = 0; i < p->rank; i++)
        for (size_t v = 0; v < L; v++) {
            const double d = l->inv[i * L + v];

            a[v] += p->first[i] * p->first[i] * d;
            b[v] += p->first[i] * p->last[i] * d;
            c[v] += p->last[i] * p->last[i] * d;
        }
    for (size_t v = 0; v < L; v++) {
        const double r2 = l->rho[v] * l->rho[v];
        const double a1 = 1 - r2 * a[v], c1 = 1 - r2 * c[v], b1 = -r2 * b[v];
        const double det = a1 * c1 - b1 * b1;

        l->corner[0][v] = c1 / det;
        l->corner[1][v] = -b1 / det;
        l->corner[2][v] = a1 / det;
    }
}

/* rho^2 p'Cq: what the corner adds to x'inv y, with p = F'inv x and q = F'inv y */
static inline double corner_form(const vb_trial_lanes *l, size_t v, double p0,
                                 double p1, double q0, double q1)
{
    return l->rho[v] * l->rho[v] *
           (p0 * (l->corner[0][v] * q0 + l->corner[1][v] * q1) +
            p1 * (l->corner[1][v] * q0 + l->corner[2][v] * q1));
}

/* beta = (Q'KQ)^-1 Q'Kr and ss = r'Kr - (Q'Kr)'beta */
static void solve_base(const vb_trial_shape *p, vb_trial_lanes *l)
{
    const double *first = l->y, *last = l->y + (p->n_scans - 1) * L;
    double e0[L] = {0}, e1[L] = {0};

    for (size_t i = 0; i < p->rank; i++)
        for (size_t v = 0; v < L; v++) {
            const double rho = l->rho[v];
            const double g =
                -rho * l->lag[i * L + v] -
                rho * rho * (p->first[i] * first[v] + p->last[i] * last[v]);

            l->beta[i * L + v] = l->inv[i * L + v] * g;
            e0[v] += p->first[i] * l->beta[i * L + v];
            e1[v] += p->last[i] * l->beta[i * L + v];
        }
    for (size_t v = 0; v < L; v++) {
        const double rho = l->rho[v], r2 = rho * rho;

        l->ss[v] = (1 + r2) * l->r0[v] - 2 * rho * l->r1[v] -
                   r2 * (first[v] * first[v] + last[v] * last[v]);
    }
    for (size_t i = 0; i < p->rank; i++)
        for (size_t v = 0; v < L; v++) {
            const double rho = l->rho[v], r2 = rho * rho;
            const double to0 = l->corner[0][v] * e0[v] + l->corner[1][v] * e1[v];
            const double to1 = l->corner[1][v] * e0[v] + l->corner[2][v] * e1[v];
            const double g = -rho * l->lag[i * L + v] -
                             r2 * (p->first[i] * first[v] + p->last[i] * last[v]);

            l->beta[i * L + v] +=
                r2 * l->inv[i * L + v] * (p->first[i] * to0 + p->last[i] * to1);
            l->ss[v] -= g * l->beta[i * L + v];
        }
}

static void solve_weights(const vb_trial_shape *p, vb_trial_lanes *l, size_t c)
{
    const double *w = p->w + c * p->rank;
    double value[L] = {0}, var[L] = {0}, e0[L] = {0}, e1[L] = {0};

    for (size_t i = 0; i < p->rank; i++)
        for (size_t v = 0; v < L; v++) {
            const double x = w[i] * l->inv[i * L + v];

            value[v] += w[i] * (l->base[i * L + v] + l->beta[i * L + v]);
            var[v] += w[i] * x;
            e0[v] += p->first[i] * x;
            e1[v] += p->last[i] * x;
        }
    for (size_t v = 0; v < L; v++)
        var[v] += corner_form(l, v, e0[v], e1[v], e0[v], e1[v]);
    memcpy(l->value + c * L, value, sizeof value);
    memcpy(l->var + c * L, var, sizeof var);
    memcpy(l->end + 2 * c * L, e0, sizeof e0);
    memcpy(l->end + (2 * c + 1) * L, e1, sizeof e1);
}

void vb_trial_solve(const vb_trial_shape *p, vb_trial_lanes *l)
{
    for (size_t i = 0; i < p->rank; i++)
        for (size_t v = 0; v < L; v++)
            l->inv[i * L + v] =
                1 / (1 + l->rho[v] * l->rho[v] - l->rho[v] * p->lambda[i]);
    make_corner(p, l);
    solve_base(p, l);
    for (size_t c = 0; c < p->n_weights; c++)
        solve_weights(p, l, c);
}

/* With u = Q'Kz: u'inv u, F'inv u, w'inv u and u'beta. */
typedef struct projection {
    double uu[L], e0[L], e1[L], wu[L], ub[L];
} projection;

static void project(const vb_trial_shape *p, const vb_trial_lanes *l, size_t t,
                    const double *w, projection *o)
{
    const double *qz = p->qz + t * p->rank, *dqz = p->dqz + t * p->rank;
    const double z0 = p->z_first[t], z1 = p->z_last[t];

    memset(o, 0, sizeof *o);
    for (size_t i = 0; i < p->rank; i++) {
        const double ends = p->first[i] * z0 + p->last[i] * z1;

        for (size_t v = 0; v < L; v++) {
            const double rho = l->rho[v], r2 = rho * rho;
            const double u = (1 + r2) * qz[i] - rho * dqz[i] - r2 * ends;
            const double x = l->inv[i * L + v] * u;

            o->uu[v] += u * x;
            o->e0[v] += p->first[i] * x;
            o->e1[v] += p->last[i] * x;
            o->wu[v] += w[i] * x;
            o->ub[v] += u * l->beta[i * L + v];
        }
    }
}

void vb_trial_update(const vb_trial_shape *p, const vb_trial_lanes *l, size_t t,
                     size_t c, double estimate[VB_TRIAL_LANES],
                     double variance[VB_TRIAL_LANES], double ss[VB_TRIAL_LANES])
{
    const double *first = l->y, *last = l->y + (p->n_scans - 1) * L;
    const double z0 = p->z_first[t], z1 = p->z_last[t];
    projection o;

    project(p, l, t, p->w + c * p->rank, &o);
    for (size_t v = 0; v < L; v++) {
        const double rho = l->rho[v], r2 = rho * rho;
        const double zkz =
            (1 + r2) * p->z_square[t] - rho * p->z_lag[t] - r2 * (z0 * z0 + z1 * z1);
        const double zkr = (1 + r2) * l->zr[t * L + v] - rho * l->dzr[t * L + v] -
                           r2 * (z0 * first[v] + z1 * last[v]);
        const double left =
            zkz - o.uu[v] - corner_form(l, v, o.e0[v], o.e1[v], o.e0[v], o.e1[v]);
        const double share =
            o.wu[v] + corner_form(l, v, l->end[2 * c * L + v],
                                  l->end[(2 * c + 1) * L + v], o.e0[v], o.e1[v]);
        const double zy = zkr - o.ub[v], gamma = zy / left;

        estimate[v] = gamma * (1 - share) + l->value[c * L + v];
        variance[v] = (1 - share) * (1 - share) / left + l->var[c * L + v];
        ss[v] = l->ss[v] - zy * gamma;
    }
}
