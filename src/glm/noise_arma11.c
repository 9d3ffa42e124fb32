/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_arma11.c - ARMA(1,1) by exact restricted maximum likelihood, each voxel its own.
 *
 *     y_t = u_t + b u_{t-1},   u_t = a u_{t-1} + e_t,   e_t ~ N(0, sigma2)
 *
 * on the grid a = 0 ... 0.9, b = -0.9 ... 0.9 (step 0.1) with a + b > 0, and (0, 0): for b < 0
 * that is AR(1) noise plus white noise, what fMRI series look like.  Autocorrelation lambda a^(k-1),
 * lambda = (a + b)(1 + a b) / (1 + 2 a b + b^2).
 *
 * The moving average is undone for each b.  With u_0 free,
 *
 *     u_t = y_t - b u_{t-1}   =>   (u_0 ... u_T)' = (0, M^-1 y)' + z u_0,   z_t = (-b)^t,
 *
 * M^-1 the recursion from u_0 = 0, of determinant 1.  u is AR(1) of T + 1 scans, and u_0, of
 * which nothing is known but y, is integrated out over all values: that is what REML does
 * with one more column.  So the likelihood of (a, b) is exactly that of a in an AR(1) model
 * with T + 1 scans and the design [z, (0, M^-1 X)], for which the sums of glm.h hold all: per
 * b twice rank + 1 sums a voxel, then O(rank) for every a.  The whole grid costs what 18
 * passes of the AR(1) model do, and needs no coarse-to-fine search that could miss.
 *
 * The grid is AFNI's, a step wider.  References: Patterson & Thompson (1971) Biometrika
 * 58:545; the grid: AFNI 3dREMLfit, remla.c. */
#include "noise_series.h"

#include <math.h>
#include <string.h>

enum { N_A = 10, N_B = 18, ZERO_B = 8 }; /* a + b > 0 leaves no point at b = -0.9 */

static double grid_a(size_t i)
{
    return (double)i / 10;
}

static double grid_b(size_t i)
{
    return ((double)i - ZERO_B) / 10;
}

/* lambda > 0, or white noise once */
static bool on_grid(size_t i, size_t k)
{
    return i + k > ZERO_B || (i == 0 && k == ZERO_B);
}

/* What one b needs. */
typedef struct moving_average {
    vb_glm_shape shape;
    vb_series_rows rows; /* the basis and its lags, without scan 0 where y is 0 */
    double *w;           /* [n_w x rank + 1] */
    double log_det;      /* log|R'R|, [z, (0, M^-1 Q)] = basis R */
} moving_average;

/* out_t = in_t - b out_{t-1} */
static void undo(size_t n, size_t stride, double b, const double *in, double *out)
{
    for (size_t t = 0; t < n; t++)
        for (size_t k = 0; k < stride; k++)
            out[t * stride + k] =
                in[t * stride + k] - (t ? b * out[(t - 1) * stride + k] : 0);
}

/* [z, (0, M^-1 Q)], [n_scans + 1 x rank + 1] */
static double *augmented(const vb_glm_plan *p, double b, vb_arena *arena)
{
    const size_t n = p->n_scans, rank = p->rank, cols = rank + 1;
    double *x = vb_arena_take(arena, (n + 1) * cols, sizeof *x);
    double *q = vb_arena_take(arena, n * rank, sizeof *q), z = 1;

    if (!x || !q)
        return NULL;
    undo(n, rank, b, p->rows, q);
    for (size_t t = 0; t <= n; t++, z *= -b) {
        x[t * cols] = z;
        if (t)
            memcpy(x + t * cols + 1, q + (t - 1) * rank, rank * sizeof *x);
    }
    return x;
}

/* Basis and lags, scan by scan from scan 1 on; the ends; and log|R'R|. */
static bool fill_rows(const vb_basis *basis, vb_arena *keep, vb_arena *temporary,
                      moving_average *m)
{
    const size_t n = basis->n_scans, rank = basis->rank;
    double *rows = vb_arena_take(temporary, n * 2 * rank, sizeof *rows);
    double *shape = vb_arena_take(keep, 3 * rank, sizeof *shape);

    if (!rows || !shape)
        return false;
    for (size_t i = 0; i < rank; i++) {
        const double *q = basis->q + i * n;

        for (size_t t = 1; t < n; t++) {
            rows[(t - 1) * 2 * rank + i] = q[t];
            rows[(t - 1) * 2 * rank + rank + i] = q[t - 1] + (t + 1 < n ? q[t + 1] : 0);
        }
        shape[i] = basis->lambda[i];
        shape[rank + i] = q[0];
        shape[2 * rank + i] = q[n - 1];
        m->log_det += 2 * log(basis->norm[i] * basis->r[i * basis->n_cols + i]);
    }
    m->shape = (vb_glm_shape){.n_scans = n, .rank = rank, .has_lag = true,
                              .exact_start = true, .lambda = shape, .first = shape + rank,
                              .last = shape + 2 * rank};
    return vb_series_pack(keep, n - 1, 2 * rank, rows, &m->rows);
}

static vb_status prepare_b(const vb_series_plan *plan, double b, vb_arena *temporary,
                           moving_average *m, vb_error *err)
{
    const vb_glm_plan *p = plan->base;
    const size_t cols = p->rank + 1;
    const double *x = augmented(p, b, temporary);
    double *c = vb_arena_take(temporary, cols, sizeof *c);
    vb_basis basis;
    vb_status status;

    m->w = vb_arena_take(plan->arena, p->n_w * cols, sizeof *m->w);
    if (!x || !c || !m->w)
        return vb_fail_memory(err, (p->n_scans + 1) * cols * sizeof(double));
    status = vb_basis_make(p->n_scans + 1, cols, x, temporary, &basis, err);
    if (status != VB_OK)
        return status;
    if (basis.rank != cols) /* M^-1 keeps the rank, and only z has a scan 0 */
        return vb_fail(err, VB_EINTERNAL, "the design loses rank at b = %g", b);
    if (!fill_rows(&basis, plan->arena, temporary, m))
        return vb_fail_memory(err, (p->n_scans + 1) * 2 * cols * sizeof(double));
    for (size_t i = 0; i < p->n_w && status == VB_OK; i++) {
        memcpy(c + 1, p->w + i * p->rank, p->rank * sizeof *c);
        status = vb_basis_contrast(&basis, c, m->w + i * cols, err);
    }
    return status;
}

static vb_status prepare(vb_series_plan *plan, const vb_series_model *model, vb_error *err)
{
    moving_average *all = vb_arena_take(plan->arena, N_B, sizeof *all);
    vb_status status = VB_OK;

    (void)model;
    if (!all)
        return vb_fail_memory(err, N_B * sizeof *all);
    if (plan->n_runs > 1)
        return vb_fail(err, VB_EUSAGE,
                       "arma11 fits one run at a time, and was given %zu; fit the runs and "
                       "combine them as fixed effects",
                       plan->n_runs);
    for (size_t k = 0; k < N_B && status == VB_OK; k++) {
        vb_arena *temporary = vb_arena_alloc();

        if (!temporary)
            return vb_fail_memory(err, sizeof *all);
        status = prepare_b(plan, grid_b(k), temporary, &all[k], err);
        vb_arena_free(temporary);
    }
    plan->state = all;
    return status;
}

static size_t work_doubles(const vb_series_plan *plan)
{
    const vb_glm_plan *p = plan->base;

    return (p->n_scans + p->n_w + p->n_pairs) * VB_LANES;
}

/* The best a for each voxel at this b, into lanes->rho; minus twice its log likelihood. */
static void search_a(const vb_glm_plan *p, const moving_average *m, size_t k,
                     vb_glm_lanes *l, double best[VB_LANES])
{
    double at[VB_LANES], f[VB_LANES];
    bool is_first = true;

    for (size_t i = 0; i < N_A; i++) {
        if (!on_grid(i, k))
            continue;
        for (size_t v = 0; v < VB_LANES; v++)
            at[v] = grid_a(i);
        p->kernels->likelihood(&m->shape, l, at, f);
        for (size_t v = 0; v < VB_LANES; v++)
            if (is_first || f[v] < best[v]) {
                best[v] = f[v];
                l->rho[v] = at[v];
            }
        is_first = false;
    }
    for (size_t v = 0; v < VB_LANES; v++)
        best[v] += m->log_det;
}

/* Keeps what this b gave, where it is the best so far. */
static void keep(const vb_glm_plan *p, size_t k, const double *effects,
                 const double *covariance, const bool better[VB_LANES], vb_series_block *b)
{
    for (size_t v = 0; v < VB_LANES; v++) {
        const double a = b->lanes.rho[v], ma = grid_b(k);

        if (!better[v])
            continue;
        b->sigma2[v] = b->lanes.ss[v] / p->df;
        b->rho[v] = (a + ma) * (1 + a * ma) / (1 + 2 * a * ma + ma * ma);
        b->parameters[v] = a;
        b->parameters[VB_LANES + v] = ma;
        for (size_t i = 0; i < p->n_w; i++)
            b->effects[i * VB_LANES + v] = effects[i * VB_LANES + v];
        for (size_t i = 0; i < p->n_pairs; i++)
            b->covariance[i * VB_LANES + v] = covariance[i * VB_LANES + v];
    }
}

static void fit(const vb_series *series, vb_series_block *b)
{
    const vb_glm_plan *p = series->plan->base;
    const moving_average *all = series->plan->state;
    double *u = b->work, *effects = u + p->n_scans * VB_LANES;
    double *covariance = effects + p->n_w * VB_LANES;
    double best[VB_LANES], here[VB_LANES];
    bool better[VB_LANES];

    for (size_t k = 0; k < N_B; k++) {
        const moving_average *m = &all[k];

        undo(p->n_scans, VB_LANES, grid_b(k), b->y, u);
        vb_series_sum(p->kernels, &m->rows, u, b);
        p->kernels->residual(&m->shape, m->rows.n_rows + VB_N_MOMENTS, m->rows.n_rows,
                             b->panels, &b->lanes);
        vb_series_calm(b, m->shape.rank, &b->lanes);
        search_a(p, m, k, &b->lanes, here);
        for (size_t v = 0; v < VB_LANES; v++) {
            better[v] = k == 0 || here[v] < best[v];
            if (better[v])
                best[v] = here[v];
        }
        p->kernels->solve(&m->shape, &b->lanes, p->n_w, m->w, p->n_pairs,
                          (const size_t (*)[2])p->pairs, effects, covariance);
        keep(p, k, effects, covariance, better, b);
    }
}

static const char *const parameter_names[] = {"arma_a", "arma_b"};

const vb_series_noise vb_series_noise_arma11 = {
    .name = "arma11",
    .meaning = "ARMA(1,1) by exact restricted maximum likelihood on a grid of 0.1, each "
               "voxel its own",
    .source = "AFNI 3dREMLfit; Patterson & Thompson (1971) Biometrika 58:545",
    .n_parameters = 2,
    .parameter_names = parameter_names,
    .n_row_sets = 2,
    .prepare = prepare,
    .work_doubles = work_doubles,
    .fit = fit,
};
