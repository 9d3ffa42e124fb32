/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_arma11_plan.c - ARMA(1,1) turned into AR(1), for each b of the grid.
 *
 *     y_t = u_t + b u_{t-1},   u_t = a u_{t-1} + e_t,   e_t ~ N(0, sigma2)
 *
 * The moving average is undone for each b.  With u_0 free,
 *
 *     u_t = y_t - b u_{t-1}   =>   (u_0 ... u_T)' = (0, M^-1 y)' + z u_0,   z_t = (-b)^t,
 *
 * M^-1 the recursion from u_0 = 0, of determinant 1.  u is AR(1) of T + 1 scans, and u_0, of
 * which nothing is known but y, is integrated out over all values: that is what REML does
 * with one more column.  So the likelihood of (a, b) is exactly that of a in an AR(1) model
 * with T + 1 scans and the design [z, (0, M^-1 X)], for which the sums of glm.h hold all: per
 * b twice rank + 1 sums a voxel, then O(rank) for every a.  The whole grid costs what 19
 * passes of the AR(1) model do, and needs no coarse-to-fine search that could miss.
 *
 * Reference: Patterson & Thompson (1971) Biometrika 58:545. */
#include "noise_arma11.h"

#include <math.h>
#include <string.h>

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
                      arma_moving *m)
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
    m->shape = (vb_glm_shape){.n_scans = n,
                              .rank = rank,
                              .has_lag = true,
                              .exact_start = true,
                              .lambda = shape,
                              .first = shape + rank,
                              .last = shape + 2 * rank};
    for (size_t i = 0; i < VB_ARMA_N_A; i++) {
        double *columns = vb_arena_take(keep, 3 * rank, sizeof *columns);

        if (!columns)
            return false;
        vb_glm_node_fill(&m->shape, vb_arma_a(i), columns, &m->nodes[i]);
    }
    return vb_series_pack(keep, n - 1, 2 * rank, rows, &m->rows);
}

static vb_status prepare_b(const vb_series_plan *plan, double b, vb_arena *temporary,
                           arma_moving *m, vb_error *err)
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

vb_status vb_arma_prepare(vb_series_plan *plan, const vb_series_model *model,
                          vb_error *err)
{
    arma_plan *s = vb_arena_take(plan->arena, 1, sizeof *s);
    vb_status status = VB_OK;

    (void)model;
    if (!s)
        return vb_fail_memory(err, sizeof *s);
    if (plan->n_runs > 1)
        return vb_fail(err, VB_EUSAGE,
                       "%s fits one run at a time, and was given %zu; fit the runs and "
                       "combine them as fixed effects",
                       plan->noise->name, plan->n_runs);
    for (size_t k = 0; k < VB_ARMA_N_B && status == VB_OK; k++) {
        vb_arena *temporary = vb_arena_alloc();

        if (!temporary)
            return vb_fail_memory(err, sizeof *s);
        status = prepare_b(plan, vb_arma_b(k), temporary, &s->moving[k], err);
        vb_arena_free(temporary);
    }
    plan->state = s;
    if (status == VB_OK && plan->small_sample != VB_SMALL_SAMPLE_NONE)
        status = vb_arma_tables(plan, err);
    return status;
}

size_t vb_arma_work_doubles(const vb_series_plan *plan)
{
    const vb_glm_plan *p = plan->base;

    return (p->n_scans + p->n_w + p->n_pairs + 2 * VB_ARMA_POINTS) * VB_LANES;
}

arma_work vb_arma_work(const vb_series_plan *plan, double *doubles)
{
    const vb_glm_plan *p = plan->base;
    arma_work w = {.u = doubles};

    w.effects = w.u + p->n_scans * VB_LANES;
    w.covariance = w.effects + p->n_w * VB_LANES;
    w.f = w.covariance + p->n_pairs * VB_LANES;
    w.log_ss = w.f + VB_ARMA_POINTS * VB_LANES;
    return w;
}

void vb_arma_sums(const vb_series_plan *plan, size_t k, double *u, vb_series_block *b)
{
    const vb_glm_kernels *kernels = plan->base->kernels;
    const arma_plan *s = plan->state;
    const arma_moving *m = &s->moving[k];

    undo(plan->base->n_scans, VB_LANES, vb_arma_b(k), b->y, u);
    vb_series_sum(kernels, &m->rows, u, b);
    kernels->residual(&m->shape, m->rows.n_rows + VB_N_MOMENTS, m->rows.n_rows,
                      b->panels, &b->lanes);
    vb_series_calm(b, m->shape.rank, &b->lanes);
}
