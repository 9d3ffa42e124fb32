/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_plan.c - from a design to what the kernels need: basis, rows, contrasts, tables. */
#include "glm_plan.h"

#include "noise.h"

#include <math.h>
#include <string.h>

/* A constant whose projection misses less than this share is in the column space. */
static const double constant_left = 1e-10;

static vb_status no_memory(vb_error *err)
{
    return vb_fail_memory(err, sizeof(vb_glm_plan));
}

/* Q, then DQ, scan by scan; and what a constant image of 1 would give. */
static vb_status make_rows(vb_glm_plan *p, const vb_basis *b, vb_error *err)
{
    const size_t n = p->n_scans, rank = p->rank;
    double *ends = vb_arena_take(p->arena, 2 * rank, sizeof *ends);
    double inside = 0;

    p->n_rows = p->noise->has_lag ? 2 * rank : rank;
    p->n_rows_padded = (p->n_rows + VB_ROWS - 1) / VB_ROWS * VB_ROWS;
    p->rows = vb_arena_take(p->arena, n * p->n_rows, sizeof *p->rows);
    p->on_one = vb_arena_take(p->arena, 2 * rank, sizeof *p->on_one);
    if (!ends || !p->rows || !p->on_one)
        return no_memory(err);
    for (size_t i = 0; i < rank; i++) {
        const double *q = b->q + i * n;

        ends[i] = q[0];
        ends[rank + i] = q[n - 1];
        for (size_t t = 0; t < n; t++) {
            const double d = (t ? q[t - 1] : 0) + (t + 1 < n ? q[t + 1] : 0);

            p->rows[t * p->n_rows + i] = q[t];
            if (p->noise->has_lag)
                p->rows[t * p->n_rows + rank + i] = d;
            p->on_one[i] += q[t];
            p->on_one[rank + i] += d;
        }
        inside += p->on_one[i] * p->on_one[i];
    }
    p->has_constant = (double)n - inside < constant_left * (double)n;
    p->shape = (vb_glm_shape){.n_scans = n,
                              .rank = rank,
                              .has_lag = p->noise->has_lag,
                              .exact_start = p->noise->exact_start,
                              .lambda = b->lambda,
                              .first = ends,
                              .last = ends + rank};
    return VB_OK;
}

/* Removes from w [rank] its part along the n rows of before, twice; false: nothing left. */
static bool orthogonalise(size_t rank, size_t n, const double *before, double *w)
{
    double size = 0, left = 0;

    for (size_t i = 0; i < rank; i++)
        size += w[i] * w[i];
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < n; k++) {
            const double *u = before + k * rank;
            double d = 0;

            for (size_t i = 0; i < rank; i++)
                d += u[i] * w[i];
            for (size_t i = 0; i < rank; i++)
                w[i] -= d * u[i];
        }
    for (size_t i = 0; i < rank; i++)
        left += w[i] * w[i];
    if (left <= 1e-12 * size) /* a squared ratio: 1e-6, as estimability */
        return false;
    for (size_t i = 0; i < rank; i++)
        w[i] /= sqrt(left);
    return true;
}

static bool is_zero(size_t n, const double *c)
{
    for (size_t i = 0; i < n; i++)
        if (fabs(c[i]) > 0 || isnan(c[i]))
            return false;
    return true;
}

/* Rows of one contrast; those of an F are made orthonormal, which leaves the F as it is. */
static vb_status add_contrast(vb_glm_plan *p, const vb_basis *b, const vb_contrast *c,
                              vb_glm_contrast *out, vb_error *err)
{
    out->name = vb_arena_string(p->arena, c->name ? c->name : "");
    out->is_t = c->n_rows == 1;
    out->first_w = p->n_w;
    out->first_pair = p->n_pairs;
    out->result = p->n_results;
    if (!out->name)
        return no_memory(err);
    for (size_t r = 0; r < c->n_rows; r++) {
        double *w = p->w + p->n_w * p->rank;
        vb_error why = {0};

        if (!out->is_t && is_zero(b->n_cols, c->weights + r * b->n_cols))
            continue; /* of a column this run has not */
        if (vb_basis_contrast(b, c->weights + r * b->n_cols, w, &why) != VB_OK)
            return vb_fail(err, VB_EESTIMATE, "contrast '%.60s' %s", out->name,
                           why.text);
        if (out->is_t ||
            orthogonalise(p->rank, out->n_w, p->w + out->first_w * p->rank, w)) {
            out->n_w++;
            p->n_w++;
        }
    }
    for (size_t i = 0; i < out->n_w; i++)
        for (size_t j = i; j < out->n_w; j++) {
            p->pairs[p->n_pairs][0] = out->first_w + i;
            p->pairs[p->n_pairs++][1] = out->first_w + j;
        }
    out->n_pairs = p->n_pairs - out->first_pair;
    p->n_results += out->is_t ? 3 : 2;
    return VB_OK;
}

static vb_status add_kept(vb_glm_plan *p, const vb_basis *b, const vb_glm_model *m,
                          vb_error *err)
{
    vb_glm_contrast *out = &p->kept;
    vb_status status = VB_OK;

    *out = (vb_glm_contrast){.name = "kept",
                             .n_w = m->n_kept,
                             .first_w = p->n_w,
                             .first_pair = p->n_pairs,
                             .result = p->n_results};
    for (size_t i = 0; i < m->n_kept && status == VB_OK; i++)
        status = vb_basis_contrast(b, m->kept + i * b->n_cols,
                                   p->w + p->n_w++ * p->rank, err);
    for (size_t i = 0; i < m->n_kept; i++)
        for (size_t j = i; j < m->n_kept; j++) {
            p->pairs[p->n_pairs][0] = out->first_w + i;
            p->pairs[p->n_pairs++][1] = out->first_w + j;
        }
    out->n_pairs = p->n_pairs - out->first_pair;
    p->n_results += out->n_w + out->n_pairs;
    return status;
}

/* Weights of which the effects are the coefficients of Q. */
static void add_fitted(vb_glm_plan *p, const vb_glm_model *m)
{
    p->fitted = (vb_glm_contrast){.name = "fitted",
                                  .n_w = m->keeps_fit ? p->rank : 0,
                                  .first_w = p->n_w,
                                  .result = p->n_results};
    for (size_t i = 0; i < p->fitted.n_w; i++)
        p->w[p->n_w++ * p->rank + i] = 1;
    p->n_results += p->fitted.n_w;
}

static vb_status make_small_sample(vb_glm_plan *p, vb_error *err)
{
    double *work = NULL;

    for (size_t i = 0; i < p->n_contrasts; i++) {
        vb_glm_contrast *c = &p->contrasts[i];

        c->small = vb_arena_take(p->arena, 1, sizeof *c->small);
        work = vb_arena_take(p->arena, vb_small_sample_work(p, c->n_w), sizeof *work);
        if (!work || !c->small)
            return no_memory(err);
        vb_small_sample_fill(p, c->n_w, p->w + c->first_w * p->rank, work, c->small);
    }
    return VB_OK;
}

static vb_status make_contrasts(vb_glm_plan *p, const vb_basis *b,
                                const vb_glm_model *m, vb_error *err)
{
    size_t n_w = m->n_kept + (m->keeps_fit ? p->rank : 0),
           n_pairs = m->n_kept * (m->n_kept + 1) / 2;
    vb_status status = VB_OK;

    for (size_t i = 0; i < m->n_contrasts; i++) {
        const size_t n = m->contrasts[i].n_rows;

        n_w += n;
        n_pairs += n * (n + 1) / 2;
    }
    p->n_contrasts = m->n_contrasts;
    p->n_results = VB_RESULT_CONTRASTS;
    p->contrasts = vb_arena_take(p->arena, m->n_contrasts, sizeof *p->contrasts);
    p->w = vb_arena_take(p->arena, n_w * p->rank, sizeof *p->w);
    p->kappa = vb_arena_take(p->arena, n_w, sizeof *p->kappa);
    p->pairs = vb_arena_take(p->arena, n_pairs, sizeof *p->pairs);
    if (!p->contrasts || !p->w || !p->kappa || !p->pairs)
        return no_memory(err);
    for (size_t i = 0; i < m->n_contrasts && status == VB_OK; i++)
        status = add_contrast(p, b, &m->contrasts[i], &p->contrasts[i], err);
    if (status == VB_OK)
        status = add_kept(p, b, m, err);
    add_fitted(p, m);
    for (size_t k = 0; k < p->n_w; k++)
        for (size_t i = 0; i < p->rank; i++)
            p->kappa[k] += p->w[k * p->rank + i] * p->on_one[i];
    return status;
}

static vb_status make_phi(vb_glm_plan *p, const vb_basis *b, vb_error *err)
{
    double *work = vb_arena_take(p->arena, p->n_scans + 2 * VB_PHI_LAGS, sizeof *work);

    p->phi = vb_arena_take(p->arena, VB_PHI_NODES, sizeof *p->phi);
    if (!work || !p->phi)
        return no_memory(err);
    vb_glm_phi(p->kernels, b, work, work + p->n_scans, p->phi);
    return VB_OK;
}

static vb_status make_curves(vb_glm_plan *p, vb_error *err)
{
    double(*table)[VB_N_CURVES] =
        vb_arena_take(p->arena, VB_CURVE_NODES, sizeof *table);

    if (!table)
        return no_memory(err);
    p->kernels->curves(&p->shape, table);
    p->shape.curves = (const double(*)[VB_N_CURVES])table;
    return VB_OK;
}

/* Contrasts with as many rows share a table; the first of them owns it. */
static vb_status make_z_tables(vb_glm_plan *p, vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t i = 0; i < p->n_contrasts && status == VB_OK; i++) {
        vb_glm_contrast *c = &p->contrasts[i];

        for (size_t k = 0; k < i && !c->z; k++)
            if (p->contrasts[k].is_t == c->is_t && p->contrasts[k].n_w == c->n_w)
                c->z = p->contrasts[k].z;
        if (c->z)
            continue;
        c->owns_z = true;
        status = c->is_t ? vb_z_table_t(p->df, &c->z, err)
                         : vb_z_table_F((double)c->n_w, p->df, &c->z, err);
    }
    return status;
}

static vb_status fill_plan(vb_glm_plan *p, const vb_glm_model *m, vb_error *err)
{
    vb_basis basis;
    vb_small_sample small = VB_SMALL_SAMPLE_NONE;
    vb_status status = vb_noise_find(m->noise, &p->noise, err);

    if (status == VB_OK)
        status = vb_small_sample_resolve(p->noise->name, m->small_sample, &small, err);
    if (status == VB_OK)
        status = vb_basis_make(m->n_scans, m->n_cols, m->x, p->arena, &basis, err);
    if (status != VB_OK)
        return status;
    p->kernels = vb_glm_kernels_best();
    p->n_scans = m->n_scans;
    p->rank = basis.rank;
    if (p->rank >= p->n_scans)
        return vb_fail(err, VB_EESTIMATE,
                       "%zu scans, rank %zu: no degrees of freedom are left",
                       p->n_scans, p->rank);
    p->df = (double)(p->n_scans - p->rank);
    status = make_rows(p, &basis, err);
    if (status == VB_OK)
        status = make_contrasts(p, &basis, m, err);
    if (status == VB_OK && p->noise->has_bias)
        status = make_phi(p, &basis, err);
    if (status == VB_OK && p->noise->has_curves)
        status = make_curves(p, err);
    if (status == VB_OK && small == VB_SMALL_SAMPLE_KENWARD_ROGER)
        status = make_small_sample(p, err);
    if (status == VB_OK)
        status = make_z_tables(p, err);
    return status;
}

vb_status vb_glm_plan_alloc(const vb_glm_model *model, vb_glm_plan **plan,
                            vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_glm_plan *p = arena ? vb_arena_take(arena, 1, sizeof *p) : NULL;
    vb_status status;

    if (!p) {
        if (arena)
            vb_arena_free(arena);
        return no_memory(err);
    }
    p->arena = arena;
    status = fill_plan(p, model, err);
    if (status != VB_OK) {
        vb_glm_plan_free(p);
        return status;
    }
    *plan = p;
    return VB_OK;
}

void vb_glm_plan_free(vb_glm_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; plan->contrasts && i < plan->n_contrasts; i++)
        if (plan->contrasts[i].owns_z)
            vb_z_table_free(plan->contrasts[i].z);
    vb_arena_free(plan->arena);
}

void vb_glm_plan_use(vb_glm_plan *plan, const vb_glm_kernels *kernels)
{
    plan->kernels = kernels;
}

size_t vb_glm_rank(const vb_glm_plan *plan)
{
    return plan->rank;
}

double vb_glm_df(const vb_glm_plan *plan)
{
    return plan->df;
}

size_t vb_glm_contrast_df(const vb_glm_plan *plan, size_t contrast)
{
    return contrast < plan->n_contrasts ? plan->contrasts[contrast].n_w : 0;
}

size_t vb_glm_n_kept(const vb_glm_plan *plan)
{
    return plan->kept.n_w;
}
