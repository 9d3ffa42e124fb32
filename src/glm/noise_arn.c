/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_arn.c - AR(p), p above 1, each voxel its own.
 *
 *     e_t = phi_1 e_{t-1} + ... + phi_p e_{t-p} + innovation
 *
 * The autocorrelations are those whose residuals would show what the OLS residuals show: with
 * S_l = R (L^l + L'^l) R / 2,
 *
 *     r'L^l r / r'r = tr(S_l V) / tr(S_0 V),   l = 1 ... p,
 *
 * V the AR(p) covariance of these autocorrelations at all lags (noise_arn_moments.c); the fit
 * of many columns takes autocorrelation away, and this puts it back.  phi follows by Yule and
 * Walker's equations; then generalised least squares with the exact inverse of V,
 *
 *     K_ij = sum over m <= min(i, j) of a_m a_{m+|i-j|},  a = (1, -phi_1, ... -phi_p),
 *
 * which has p diagonals and a p x p corner at each end.
 * References: Worsley et al. (2002) NeuroImage 15:1, appendix A.4, where V ends at lag p;
 * Siddiqui (1958) Ann Math Stat 29:585 for K. */
#include "noise_arn.h"

#include <math.h>
#include <string.h>

/* ---- the plan ---- */

/* D_k Q behind each other, scan by scan: [n x p rank] */
static bool lagged_rows(const vb_series_plan *plan, size_t order, vb_arena *temporary,
                        vb_series_rows *out)
{
    const vb_glm_plan *p = plan->base;
    const size_t n = p->n_scans, rank = p->rank, width = order * rank;
    double *rows = vb_arena_take(temporary, n * width, sizeof *rows);

    for (size_t t = 0; rows && t < n; t++)
        for (size_t k = 1; k <= order; k++)
            for (size_t i = 0; i < rank; i++)
                rows[t * width + (k - 1) * rank + i] =
                    (t >= k ? p->rows[(t - k) * rank + i] : 0) +
                    (t + k < n ? p->rows[(t + k) * rank + i] : 0);
    return rows && vb_series_pack(plan->arena, n, width, rows, out);
}

/* Q'D_kQ, k = 1 ... p */
static void lagged_gram(const vb_glm_plan *p, size_t order, double *gram)
{
    const size_t n = p->n_scans, rank = p->rank;

    for (size_t k = 1; k <= order; k++) {
        double *g = gram + (k - 1) * rank * rank;

        for (size_t t = k; t < n; t++)
            for (size_t i = 0; i < rank; i++)
                for (size_t j = 0; j < rank; j++)
                    g[i * rank + j] +=
                        p->rows[t * rank + i] * p->rows[(t - k) * rank + j] +
                        p->rows[(t - k) * rank + i] * p->rows[t * rank + j];
    }
}

static vb_status prepare(vb_series_plan *plan, size_t order, vb_error *err)
{
    const vb_glm_plan *p = plan->base;
    arn_plan *s = vb_arena_take(plan->arena, 1, sizeof *s);
    vb_arena *temporary;
    bool has_memory;

    if (plan->n_runs > 1)
        return vb_fail(err, VB_EUSAGE,
                       "%s fits one run at a time, and was given %zu; fit the runs and "
                       "combine them as fixed effects",
                       plan->noise->name, plan->n_runs);
    if (p->n_scans < p->rank + 4 * order)
        return vb_fail(err, VB_EESTIMATE,
                       "%zu scans are too few for %zu columns and noise of order %zu",
                       p->n_scans, p->rank, order);
    temporary = vb_arena_alloc();
    if (s)
        s->gram =
            vb_arena_take(plan->arena, order * p->rank * p->rank, sizeof *s->gram);
    has_memory =
        temporary && s && s->gram && lagged_rows(plan, order, temporary, &s->lags);
    if (has_memory) {
        s->order = order;
        lagged_gram(p, order, s->gram);
        has_memory = vb_arn_expect(p, order, plan->arena, s);
    }
    if (temporary)
        vb_arena_free(temporary);
    plan->state = s;
    return has_memory
               ? VB_OK
               : vb_fail_memory(err, p->n_scans * order * p->rank * sizeof(double));
}

/* ---- the precision ---- */

/* Diagonals c_k of K away from the ends, and what is missing in its corners. */
static void precision(size_t order, const double phi[], arn_precision *k)
{
    double a[VB_ARN_MOST + 1] = {1};

    for (size_t i = 0; i < order; i++)
        a[i + 1] = -phi[i];
    memset(k, 0, sizeof *k);
    for (size_t lag = 0; lag <= order; lag++)
        for (size_t m = 0; m + lag <= order; m++)
            k->diagonal[lag] += a[m] * a[m + lag];
    for (size_t i = 0; i < order; i++)
        for (size_t j = 0; j < order; j++) {
            const size_t lag = i > j ? i - j : j - i;

            for (size_t m = (i < j ? i : j) + 1; m + lag <= order; m++)
                k->corner[i][j] += a[m] * a[m + lag];
        }
}

/* out := K y of lane v */
static void times_precision(size_t n, size_t order, const arn_precision *k,
                            const double *y, size_t v, double *out)
{
    for (size_t t = 0; t < n; t++) {
        double s = k->diagonal[0] * y[t * VB_LANES + v];

        for (size_t lag = 1; lag <= order; lag++)
            s += k->diagonal[lag] * ((t >= lag ? y[(t - lag) * VB_LANES + v] : 0) +
                                     (t + lag < n ? y[(t + lag) * VB_LANES + v] : 0));
        out[t * VB_LANES + v] = s;
    }
    for (size_t i = 0; i < order; i++)
        for (size_t j = 0; j < order; j++) {
            out[i * VB_LANES + v] -= k->corner[i][j] * y[j * VB_LANES + v];
            out[(n - 1 - i) * VB_LANES + v] -=
                k->corner[i][j] * y[(n - 1 - j) * VB_LANES + v];
        }
}

/* a [rank x rank] -= rows' C rows, row i of Q at first + i step */
static void take_corner(size_t rank, size_t order, const arn_precision *k,
                        const double *first, ptrdiff_t step, double *a)
{
    for (size_t i = 0; i < order; i++) {
        const double *qi = first + (ptrdiff_t)i * step;

        for (size_t j = 0; j < order; j++) {
            const double *qj = first + (ptrdiff_t)j * step;
            const double c = k->corner[i][j];

            for (size_t r = 0; r < rank; r++)
                for (size_t s = 0; s <= r; s++)
                    a[r * rank + s] -= c * qi[r] * qj[s];
        }
    }
}

/* Lower Cholesky factor of Q'KQ.  It is positive definite, as K is. */
static void factor(const vb_glm_plan *p, const arn_plan *s, const arn_precision *k,
                   double *a)
{
    const size_t rank = p->rank, n = p->n_scans;

    memset(a, 0, rank * rank * sizeof *a);
    for (size_t i = 0; i < rank; i++)
        a[i * rank + i] = k->diagonal[0];
    for (size_t lag = 1; lag <= s->order; lag++)
        for (size_t i = 0; i < rank; i++)
            for (size_t j = 0; j <= i; j++)
                a[i * rank + j] +=
                    k->diagonal[lag] * s->gram[((lag - 1) * rank + i) * rank + j];
    take_corner(rank, s->order, k, p->rows, (ptrdiff_t)rank, a);
    take_corner(rank, s->order, k, p->rows + (n - 1) * rank, -(ptrdiff_t)rank, a);
    for (size_t i = 0; i < rank; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * rank + j];

            for (size_t m = 0; m < j; m++)
                sum -= a[i * rank + m] * a[j * rank + m];
            a[i * rank + j] = i == j ? sqrt(sum) : sum / a[j * rank + j];
        }
}

/* b := l^-1 b */
static void forward(size_t rank, const double *l, double *b)
{
    for (size_t i = 0; i < rank; i++) {
        for (size_t m = 0; m < i; m++)
            b[i] -= l[i * rank + m] * b[m];
        b[i] /= l[i * rank + i];
    }
}

/* ---- the voxels ---- */

static size_t work_doubles(const vb_series_plan *plan)
{
    const vb_glm_plan *p = plan->base;

    return p->n_scans * VB_LANES + (p->rank + p->n_w + 1) * p->rank;
}

/* r'L^l r of every lane, l = 0 ... p, from sums with Q and D_kQ. */
static void residual_moments(const vb_glm_plan *p, const vb_series_plan *plan,
                             vb_series_block *b, double out[VB_ARN_MOST + 1][VB_LANES])
{
    const arn_plan *s = plan->state;
    const size_t n = p->n_scans, rank = p->rank;

    vb_series_sum(p->kernels, &plan->rows, b->y, b);
    p->kernels->residual(&p->shape, plan->rows.n_rows + VB_N_MOMENTS, plan->rows.n_rows,
                         b->panels, &b->lanes);
    vb_series_sum(p->kernels, &s->lags, b->y, b);
    for (size_t v = 0; v < VB_LANES; v++) {
        const double *panel =
            b->panels + v / VB_PANEL * VB_PANEL * (s->lags.n_rows + VB_N_MOMENTS) +
            v % VB_PANEL;

        out[0][v] = b->lanes.r0[v];
        for (size_t l = 1; l <= s->order; l++) {
            const double *gram = s->gram + (l - 1) * rank * rank;
            double sum = 0;

            for (size_t t = l; t < n; t++)
                sum += b->y[t * VB_LANES + v] * b->y[(t - l) * VB_LANES + v];
            for (size_t i = 0; i < rank; i++) {
                const double si = b->lanes.s[i * VB_LANES + v];
                double g = 0;

                for (size_t j = 0; j < rank; j++)
                    g += gram[i * rank + j] * b->lanes.s[j * VB_LANES + v];
                sum += si * (0.5 * g - panel[((l - 1) * rank + i) * VB_PANEL]);
            }
            out[l][v] = sum;
        }
    }
}

/* Least squares of lane v from u = Q'Ky and y'Ky; scratch [rank x rank], then rows of
 * rank. */
static void solve_lane(const vb_glm_plan *p, size_t v, double form, const double *l,
                       double *rows, vb_series_block *b)
{
    const size_t rank = p->rank;
    double *u = rows + p->n_w * rank;

    for (size_t i = 0; i < rank; i++)
        u[i] = b->lanes.s[i * VB_LANES + v];
    forward(rank, l, u);
    for (size_t i = 0; i < rank; i++)
        form -= u[i] * u[i];
    b->sigma2[v] = form / p->df;
    memcpy(rows, p->w, p->n_w * rank * sizeof *rows);
    for (size_t k = 0; k < p->n_w; k++) {
        double sum = 0;

        forward(rank, l, rows + k * rank);
        for (size_t i = 0; i < rank; i++)
            sum += rows[k * rank + i] * u[i];
        b->effects[k * VB_LANES + v] = sum;
    }
    for (size_t k = 0; k < p->n_pairs; k++) {
        double sum = 0;

        for (size_t i = 0; i < rank; i++)
            sum += rows[p->pairs[k][0] * rank + i] * rows[p->pairs[k][1] * rank + i];
        b->covariance[k * VB_LANES + v] = sum;
    }
}

static void fit(const vb_series *series, vb_series_block *b)
{
    const vb_series_plan *plan = series->plan;
    const vb_glm_plan *p = plan->base;
    const arn_plan *s = plan->state;
    double *ky = b->work, *a = ky + p->n_scans * VB_LANES,
           *rows = a + p->rank * p->rank;
    double moments[VB_ARN_MOST + 1][VB_LANES], form[VB_LANES] = {0};
    arn_precision k[VB_LANES];

    residual_moments(p, plan, b, moments);
    for (size_t v = 0; v < VB_LANES; v++) {
        double observed[VB_ARN_MOST] = {0}, phi[VB_ARN_MOST];

        for (size_t l = 0; b->fits[v] && l < s->order; l++)
            observed[l] = moments[l + 1][v] / moments[0][v];
        b->rho[v] = vb_arn_estimate(s, observed, phi);
        for (size_t l = 0; l < s->order; l++)
            b->parameters[l * VB_LANES + v] = phi[l];
        precision(s->order, phi, &k[v]);
        times_precision(p->n_scans, s->order, &k[v], b->y, v, ky);
        for (size_t t = 0; t < p->n_scans; t++)
            form[v] += b->y[t * VB_LANES + v] * ky[t * VB_LANES + v];
    }
    vb_series_sum(p->kernels, &plan->rows, ky, b);
    p->kernels->residual(&p->shape, plan->rows.n_rows + VB_N_MOMENTS, plan->rows.n_rows,
                         b->panels, &b->lanes); /* for lanes.s = Q'Ky */
    for (size_t v = 0; v < VB_LANES; v++) {
        factor(p, s, &k[v], a);
        solve_lane(p, v, form[v], a, rows, b);
    }
}

static const char *const names[VB_ARN_MOST] = {"phi_1", "phi_2", "phi_3",
                                               "phi_4", "phi_5", "phi_6"};

#define AR(p)                                                                          \
    static vb_status prepare_##p(vb_series_plan *plan, const vb_series_model *m,       \
                                 vb_error *err)                                        \
    {                                                                                  \
        (void)m;                                                                       \
        return prepare(plan, p, err);                                                  \
    }                                                                                  \
    const vb_series_noise vb_series_noise_ar##p = {                                    \
        .name = "ar" #p,                                                               \
        .meaning = "AR(" #p ") from the OLS residuals, corrected for what the design " \
                   "takes away; each voxel its own",                                   \
        .source = "Worsley et al. (2002) NeuroImage 15:1",                             \
        .n_parameters = p,                                                             \
        .parameter_names = names,                                                      \
        .n_row_sets = p,                                                               \
        .prepare = prepare_##p,                                                        \
        .work_doubles = work_doubles,                                                  \
        .fit = fit,                                                                    \
    }

AR(2);
AR(3);
AR(4);
AR(6);
