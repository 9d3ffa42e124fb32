/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_spm_fast.c - weights of FAST's covariance components by REML, as SPM12.
 *
 *     C = sum h_i Q_i,   Q_i Toeplitz, T^power exp(-T / constant), T = lag TR
 *
 * for the first six constants 2^k s from floor(log2(TR / 4)) to 6 on, powers 0, 1, 2.  The
 * scheme is that of noise_spm_reml.c; where the covariance it ends at is not positive
 * definite, or its weights cannot be told apart, components that the data do not need are left
 * out and it starts again, with priors twice as precise.
 *
 * A product with Q_i is a recursion over the scans in both directions, so that a step costs
 * O(n^2) a component besides the inverse of C.
 * Reference: SPM12 r7771 spm_Ce.m, spm_reml.m, spm_dx.m; Corbin et al. (2018) Hum Brain Mapp
 * 39:3884. */
#include "noise_spm_fast.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

enum { MOST_STEPS = 32, MOST_STARTS = 40, POWERS = 3 };
static const double stop_at = 0.1, far_away = 1e6;
static const double least_rate = -4;     /* below it no component is left out */
static const double most_condition = 16; /* of its logarithm */
static const double prior_precision = 3.3546262790251185e-4; /* exp(-8) */
static const double least_added = 1.2664165549094176e-14;    /* exp(-32), spm_inv.m */

size_t vb_fast_parts(double tr_s, vb_fast_part parts[VB_FAST_MOST])
{
    const int first = (int)floor(log2(tr_s / 4)), last = 6;
    size_t n = 0;

    for (int k = first; k <= last && n < VB_FAST_MOST; k++)
        for (int power = 0; power < POWERS; power++)
            parts[n++] =
                (vb_fast_part){exp(-tr_s / ldexp(1, k)), pow(tr_s, power), power};
    return n;
}

static double lag_of(const vb_fast_part *part, size_t lag)
{
    return part->unit * pow((double)lag, part->power) * pow(part->decay, (double)lag);
}

/* The components in turn, and room. */
typedef struct reml {
    const vb_fast_problem *p;
    size_t m;
    size_t part[VB_FAST_MOST];
    double *c;    /* [n x n] C, its inverse, then P */
    double *u;    /* [n x n] I - P Y */
    double *pq;   /* [m][n x n] P Q_i */
    double *icx;  /* [n x n_cols] */
    double *a;    /* [n_cols x n_cols] */
    double *lags; /* [n] of C */
    size_t *order;
} reml;

/* out = Q in, rows of n: with F_j(t) the sum over s <= t of (t - s)^j r^(t - s) x_s,
 * F_0 = r F_0 + x, F_1 = r (F_1 + F_0), F_2 = r (F_2 + 2 F_1 + F_0), the last ones of t - 1;
 * the same from the end, without s = t. */
static void times_part(size_t n, const vb_fast_part *part, const double *in,
                       double *out)
{
    const double r = part->decay;

    for (size_t row = 0; row < n; row++, in += n, out += n) {
        double f[POWERS] = {0}, b[POWERS] = {0}, last = 0;

        for (size_t t = 0; t < n; t++) {
            f[2] = r * (f[2] + 2 * f[1] + f[0]);
            f[1] = r * (f[1] + f[0]);
            f[0] = r * f[0] + in[t];
            out[t] = part->unit * f[part->power];
        }
        for (size_t t = n; t-- > 0;) {
            b[2] = r * (b[2] + 2 * b[1] + b[0] + last);
            b[1] = r * (b[1] + b[0] + last);
            b[0] = r * (b[0] + last);
            out[t] += part->unit * b[part->power];
            last = in[t];
        }
    }
}

/* sum over i, j of a_ij b_ji, in tiles that stay in the cache */
static double trace_of_product(size_t n, const double *a, const double *b)
{
    enum { TILE = 32 };
    double sum = 0;

    for (size_t i0 = 0; i0 < n; i0 += TILE)
        for (size_t j0 = 0; j0 < n; j0 += TILE)
            for (size_t i = i0; i < n && i < i0 + TILE; i++)
                for (size_t j = j0; j < n && j < j0 + TILE; j++)
                    sum += a[i * n + j] * b[j * n + i];
    return sum;
}

static void add_lags(const reml *r, const double h[])
{
    memset(r->lags, 0, r->p->n * sizeof *r->lags);
    for (size_t i = 0; i < r->m; i++)
        for (size_t k = 0; k < r->p->n; k++)
            r->lags[k] += h[i] * lag_of(&r->p->parts[r->part[i]], k);
}

static void fill_covariance(const reml *r, double *c)
{
    const size_t n = r->p->n;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            c[i * n + j] = r->lags[i > j ? i - j : j - i];
}

/* What spm_inv.m adds to the diagonal of a symmetric matrix. */
static double added(size_t n, const double *a)
{
    double norm = 0;

    for (size_t i = 0; i < n; i++) {
        double sum = 0;

        for (size_t j = 0; j < n; j++)
            sum += fabs(a[i * n + j]);
        norm = fmax(norm, sum);
    }
    return fmax((nextafter(norm, INFINITY) - norm) * (double)n, least_added);
}

static void invert(const reml *r, size_t n, double *a)
{
    vb_fast_invert(n, added(n, a), r->order, a);
}

/* c becomes P, u I - P Y */
static void project(const reml *r, const double h[])
{
    const size_t n = r->p->n, m = r->p->n_cols;

    add_lags(r, h);
    fill_covariance(r, r->c);
    invert(r, n, r->c);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++) {
            double sum = 0;

            for (size_t j = 0; j < n; j++)
                sum += r->c[i * n + j] * r->p->q[k * n + j];
            r->icx[i * m + k] = sum;
        }
    for (size_t k = 0; k < m; k++)
        for (size_t l = 0; l < m; l++) {
            r->a[k * m + l] = 0;
            for (size_t i = 0; i < n; i++)
                r->a[k * m + l] += r->p->q[k * n + i] * r->icx[i * m + l];
        }
    invert(r, m, r->a);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++) {
            double f = 0;

            for (size_t l = 0; l < m; l++)
                f += r->icx[i * m + l] * r->a[l * m + k];
            for (size_t j = 0; j < n; j++)
                r->c[i * n + j] -= f * r->icx[j * m + k];
        }
    for (size_t i = 0; i < n; i++) {
        double *row = r->u + i * n;

        memset(row, 0, n * sizeof *row);
        row[i] = 1;
        for (size_t k = 0; k < n; k++)
            for (size_t j = 0; j < n; j++)
                row[j] -= r->c[i * n + k] * r->p->cy[k * r->p->cy_stride + j];
    }
}

/* Gradient g and expected curvature [m x m] at h, with the prior. */
static void derive(const reml *r, const double h[], double prior, double g[],
                   double *curvature)
{
    const size_t n = r->p->n, m = r->m;

    project(r, h);
    for (size_t i = 0; i < m; i++) {
        times_part(n, &r->p->parts[r->part[i]], r->c, r->pq + i * n * n);
        g[i] = -0.5 * trace_of_product(n, r->pq + i * n * n, r->u) - prior * h[i];
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++)
            curvature[i * m + j] = curvature[j * m + i] =
                -0.5 * trace_of_product(n, r->pq + i * n * n, r->pq + j * n * n) -
                (i == j ? prior : 0);
}

/* dh = (exp(H t) - I) H^-1 g by the eigenvectors of H, t = exp(rate) |H|^(-1/m); the predicted
 * change of the evidence g'dh, NaN without memory. */
static double step_of(size_t m, const double *curvature, const double g[], double rate,
                      double dh[])
{
    double copy[VB_FAST_MOST * VB_FAST_MOST], u[VB_FAST_MOST * VB_FAST_MOST];
    double lambda[VB_FAST_MOST], log_det = 0, t, change = 0;
    gsl_matrix_view cm = gsl_matrix_view_array(copy, m, m);
    gsl_matrix_view um = gsl_matrix_view_array(u, m, m);
    gsl_vector_view lv = gsl_vector_view_array(lambda, m);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(m);

    if (!work)
        return (double)NAN;
    memcpy(copy, curvature, m * m * sizeof *copy);
    gsl_eigen_symmv(&cm.matrix, &lv.vector, &um.matrix, work);
    gsl_eigen_symmv_free(work);
    for (size_t i = 0; i < m; i++)
        log_det += log(fabs(lambda[i]));
    t = exp(rate - log_det / (double)m);
    memset(dh, 0, m * sizeof *dh);
    for (size_t k = 0; k < m; k++) {
        double along = 0;

        for (size_t i = 0; i < m; i++)
            along += u[i * m + k] * g[i];
        along *= (t > exp(16) ? -1 : expm1(lambda[k] * t)) / lambda[k];
        for (size_t i = 0; i < m; i++)
            dh[i] += along * u[i * m + k];
    }
    for (size_t i = 0; i < m; i++)
        change += g[i] * dh[i];
    return change;
}

/* Until SPM stops; false: start again with a more precise prior.  The last curvature stays. */
static bool ascend(const reml *r, double prior, double *rate, double h[],
                   double *curvature)
{
    double g[VB_FAST_MOST], dh[VB_FAST_MOST], last = INFINITY;

    for (size_t i = 0; i < r->m; i++) /* the first with a diagonal has all of it */
        h[i] = 0;
    for (size_t i = 0; i < r->m; i++)
        if (r->p->parts[r->part[i]].power == 0) {
            h[i] = 1;
            break;
        }
    for (size_t k = 0; k < MOST_STEPS; k++) {
        double change, largest = 0;

        derive(r, h, prior, g, curvature);
        change = step_of(r->m, curvature, g, *rate, dh);
        for (size_t i = 0; i < r->m; i++) {
            h[i] += dh[i];
            largest = fmax(largest, fabs(dh[i]));
        }
        *rate = change > last ? fmax(*rate - 1, -8) : fmin(*rate + 0.25, 8);
        if (!isfinite(change) || largest > far_away)
            return false;
        last = change;
        if (change < stop_at)
            break;
    }
    return true;
}

/* Whether C is positive definite at h, by Cholesky's factor in place of c. */
static bool is_positive(const reml *r, const double h[])
{
    const size_t n = r->p->n;
    double *c = r->c;

    add_lags(r, h);
    fill_covariance(r, c);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double s = c[i * n + j];

            for (size_t k = 0; k < j; k++)
                s -= c[i * n + k] * c[j * n + k];
            if (i == j && !(s > 0))
                return false;
            c[i * n + j] = i == j ? sqrt(s) : s / c[j * n + j];
        }
    return true;
}

/* Logarithm of the condition number in the 1-norm. */
static double log_condition(size_t m, const double *a, size_t order[])
{
    double inverse[VB_FAST_MOST * VB_FAST_MOST], most[2] = {0, 0};

    memcpy(inverse, a, m * m * sizeof *inverse);
    vb_fast_invert(m, 0, order, inverse);
    for (size_t j = 0; j < m; j++) {
        double sum[2] = {0, 0};

        for (size_t i = 0; i < m; i++) {
            sum[0] += fabs(a[i * m + j]);
            sum[1] += fabs(inverse[i * m + j]);
        }
        most[0] = fmax(most[0], sum[0]);
        most[1] = fmax(most[1], sum[1]);
    }
    return log(most[0] * most[1]);
}

static vb_status search(reml *r, double h[VB_FAST_MOST], vb_error *err)
{
    double prior = prior_precision, rate = 4, curvature[VB_FAST_MOST * VB_FAST_MOST];
    double weights[VB_FAST_MOST];

    for (size_t start = 0; start < MOST_STARTS && r->m > 0; start++, prior *= 2) {
        const size_t m = r->m;
        bool positive, kept[VB_FAST_MOST];

        if (!ascend(r, prior, &rate, weights, curvature))
            continue;
        positive = is_positive(r, weights);
        for (size_t i = 0; i < m * m; i++)
            curvature[i] = -curvature[i];
        if ((positive && log_condition(m, curvature, r->order) <= most_condition) ||
            rate <= least_rate) {
            memset(h, 0, VB_FAST_MOST * sizeof *h);
            for (size_t i = 0; i < m; i++)
                h[r->part[i]] = weights[i];
            add_lags(r, weights);
            return VB_OK;
        }
        vb_fast_reduce(m, weights, curvature, prior, kept);
        r->m = 0;
        for (size_t i = 0; i < m; i++)
            if (kept[i])
                r->part[r->m++] = r->part[i];
    }
    return vb_fail(
        err, VB_EESTIMATE,
        "the pooled covariance of the noise finds no weights; use a model with "
        "each voxel its own, such as arma11");
}

vb_status vb_fast_fit(const vb_fast_problem *problem, double h[VB_FAST_MOST],
                      double *lags, vb_error *err)
{
    const size_t n = problem->n, m = problem->n_cols;
    reml r = {.p = problem, .m = problem->n_parts, .lags = lags};
    vb_arena *arena = vb_arena_alloc();
    double *square =
        arena ? vb_arena_take(arena, (problem->n_parts + 2) * n, n * sizeof *square)
              : NULL;
    vb_status status = VB_OK;

    if (square) {
        r.c = square;
        r.u = square + n * n;
        r.pq = square + 2 * n * n;
        r.icx = vb_arena_take(arena, n * m, sizeof *r.icx);
        r.a = vb_arena_take(arena, m * m, sizeof *r.a);
        r.order = vb_arena_take(arena, n + VB_FAST_MOST, sizeof *r.order);
    }
    if (!square || !r.icx || !r.a || !r.order)
        status = vb_fail_memory(err, (problem->n_parts + 2) * n * n * sizeof *square);
    for (size_t i = 0; i < r.m; i++)
        r.part[i] = i;
    if (status == VB_OK)
        status = search(&r, h, err);
    if (arena)
        vb_arena_free(arena);
    return status;
}
