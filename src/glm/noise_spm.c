/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise_spm.c - one covariance for all voxels, as SPM12 estimates and uses it.
 *
 * 1. Voxels whose F of all effects of interest under white noise passes p = 0.001 give the
 *    covariance of the data, each scaled to unit variance (noise_spm_pool.c).
 * 2. Per run, REML of two components, AR(1) at 0.2 and its derivative (noise_spm_reml.c), or
 *    of FAST's many (noise_spm_fast.c).
 * 3. V = sum h_i Q_i, scaled to trace n over all runs; W = V^(-1/2).
 * 4. Least squares of W y on W X, with the drift taken out afterwards: on [W X, drift].
 * 5. ResMS = RSS / tr(RB), B = W V W', degrees of freedom tr(RB)^2 / tr(RBRB)
 *    (Satterthwaite), t = c'b / sqrt(ResMS c'X^+ B X^+'c).
 *
 * Reference: SPM12 r7771 spm_est_non_sphericity.m, spm_spm.m, spm_Ce.m; Friston et al.
 * (2002) NeuroImage 16:484.  One V for all voxels misses what differs between them. */
#include "noise_spm_pool.h"

#include <math.h>
#include <string.h>

/* ---- the plan ---- */

static bool copy_contrasts(vb_arena *arena, const vb_series_model *m, spm_plan *s)
{
    vb_contrast *copies = vb_arena_take(arena, m->n_contrasts, sizeof *copies);

    s->n_contrasts = m->n_contrasts;
    s->contrasts = copies;
    for (size_t i = 0; copies && i < m->n_contrasts; i++) {
        const vb_contrast *c = &m->contrasts[i];
        const size_t n = c->n_rows * m->n_cols;

        copies[i].name = vb_arena_string(arena, c->name ? c->name : "");
        copies[i].n_rows = c->n_rows;
        copies[i].weights = vb_arena_take(arena, n, sizeof *copies[i].weights);
        if (!copies[i].name || !copies[i].weights)
            return false;
        memcpy(copies[i].weights, c->weights, n * sizeof *copies[i].weights);
    }
    return copies != NULL;
}

/* Rank and basis of the columns of a kind. */
static vb_status part_basis(const spm_plan *s, size_t n_scans, const bool *takes,
                            vb_arena *arena, vb_basis *basis, vb_error *err)
{
    double *x = vb_arena_take(arena, n_scans * s->n_cols, sizeof *x);
    bool is_empty = true;

    basis->rank = 0;
    if (!x)
        return vb_fail_memory(err, n_scans * s->n_cols * sizeof *x);
    for (size_t j = 0; j < s->n_cols; j++) {
        is_empty = is_empty && !takes[j];
        for (size_t t = 0; takes[j] && t < n_scans; t++)
            x[t * s->n_cols + j] = s->x[t * s->n_cols + j];
    }
    return is_empty ? VB_OK : vb_basis_make(n_scans, s->n_cols, x, arena, basis, err);
}

/* Rows of the model without the effects of interest, to test them against. */
static vb_status reduce(vb_series_plan *plan, spm_plan *s, vb_arena *temporary,
                        vb_error *err)
{
    const size_t n = plan->base->n_scans;
    double *rows, *lambda = vb_arena_take(plan->arena, s->n_cols + 1, sizeof *lambda);
    vb_basis drift, rest;
    vb_status status = part_basis(s, n, s->is_drift, temporary, &drift, err);

    if (status == VB_OK)
        status = part_basis(s, n, s->is_rest, temporary, &rest, err);
    if (status != VB_OK)
        return status;
    rows = vb_arena_take(temporary, n * (rest.rank + 1), sizeof *rows);
    for (size_t i = 0; rows && i < rest.rank; i++)
        for (size_t t = 0; t < n; t++)
            rows[t * rest.rank + i] = rest.q[i * n + t];
    if (!lambda || !rows ||
        !vb_series_pack(plan->arena, n, rest.rank, rows, &s->rest_rows))
        return vb_fail_memory(err, n * (rest.rank + 1) * sizeof *rows);
    s->rest_shape = (vb_glm_shape){.n_scans = n,
                                   .rank = rest.rank,
                                   .lambda = lambda,
                                   .first = lambda,
                                   .last = lambda};
    s->effect_df = (double)(plan->base->rank - rest.rank);
    s->error_df = (double)(n - (plan->base->rank - drift.rank));
    if (plan->base->rank == rest.rank)
        return vb_fail(err, VB_EESTIMATE,
                       "the design has no effect of interest: spm-ar1 pools the voxels "
                       "that show one");
    s->threshold = vb_F_from_log_p(log(0.001), s->effect_df, s->error_df);
    return VB_OK;
}

static vb_status prepare_any(vb_series_plan *plan, const vb_series_model *m,
                             spm_kind kind, vb_error *err)
{
    const size_t size = m->n_scans * m->n_cols;
    spm_plan *s = vb_arena_take(plan->arena, 1, sizeof *s);
    double *x = vb_arena_take(plan->arena, size, sizeof *x);
    bool *kinds = vb_arena_take(plan->arena, 2 * m->n_cols, sizeof *kinds);
    vb_arena *temporary;
    vb_status status;

    if (!s || !x || !kinds || !copy_contrasts(plan->arena, m, s))
        return vb_fail_memory(err, size * sizeof *x);
    memcpy(x, m->x, size * sizeof *x);
    for (size_t j = 0; j < m->n_cols; j++) {
        kinds[j] = m->is_drift && m->is_drift[j];
        kinds[m->n_cols + j] = kinds[j] || (m->is_baseline && m->is_baseline[j]);
    }
    s->kind = kind;
    s->n_parts = VB_SPM_PARTS;
    if (kind == SPM_FAST)
        s->n_parts = vb_fast_parts(m->tr_s, s->parts);
    s->n_cols = m->n_cols;
    s->x = x;
    s->is_drift = kinds;
    s->is_rest = kinds + m->n_cols;
    plan->state = s;
    temporary = vb_arena_alloc();
    if (!temporary)
        return vb_fail_memory(err, size * sizeof *x);
    status = reduce(plan, s, temporary, err);
    vb_arena_free(temporary);
    return status;
}

static vb_status prepare(vb_series_plan *plan, const vb_series_model *m, vb_error *err)
{
    return prepare_any(plan, m, SPM_AR1, err);
}

static vb_status prepare_converged(vb_series_plan *plan, const vb_series_model *m,
                                   vb_error *err)
{
    return prepare_any(plan, m, SPM_AR1_CONVERGED, err);
}

static vb_status prepare_fast(vb_series_plan *plan, const vb_series_model *m,
                              vb_error *err)
{
    if (!(m->tr_s > 0 && m->tr_s < 64))
        return vb_fail(
            err, VB_EUSAGE,
            "spm-fast needs the repetition time, above 0 and below 64 s; it is "
            "%g",
            m->tr_s);
    return prepare_any(plan, m, SPM_FAST, err);
}

/* ---- the voxels ---- */

static size_t work_doubles(const vb_series_plan *plan)
{
    return plan->base->n_scans * VB_LANES;
}

static void fit(const vb_series *series, vb_series_block *b)
{
    const vb_glm_plan *p = series->plan->base;
    const spm_pooled *s = series->pooled;
    const vb_glm_plan *white = s->plan;
    double *wy = b->work;

    for (size_t t = 0; t < p->n_scans; t++)
        for (size_t v = 0; v < VB_LANES; v++)
            b->y[t * VB_LANES + v] += b->level[v];
    memset(b->level, 0, sizeof b->level); /* the whitened constant is none */
    vb_spm_whiten(series->plan, s, VB_LANES, b->y, wy);
    vb_series_sum(p->kernels, &s->rows, wy, b);
    p->kernels->residual(&white->shape, s->rows.n_rows + VB_N_MOMENTS, s->rows.n_rows,
                         b->panels, &b->lanes);
    vb_series_calm(b, white->rank, &b->lanes);
    for (size_t i = 0; i < white->n_w; i++)
        for (size_t v = 0; v < VB_LANES; v++) {
            double sum = 0;

            for (size_t k = 0; k < white->rank; k++)
                sum += white->w[i * white->rank + k] * b->lanes.s[k * VB_LANES + v];
            b->effects[i * VB_LANES + v] = sum;
        }
    for (size_t i = 0; i < white->n_pairs; i++)
        for (size_t v = 0; v < VB_LANES; v++)
            b->covariance[i * VB_LANES + v] = s->covariance[i];
    for (size_t v = 0; v < VB_LANES; v++) {
        b->sigma2[v] = b->lanes.r0[v] / s->trace;
        b->rho[v] = s->rho;
    }
}

#define SPM_SOURCE                                                                     \
    "SPM12 r7771: spm_est_non_sphericity.m, spm_reml.m; Friston et al. (2002) "        \
    "NeuroImage "                                                                      \
    "16:465"

const vb_series_noise vb_series_noise_spm_ar1 = {
    .name = "spm-ar1",
    .meaning =
        "one AR(1)-like covariance for all voxels by pooled REML that stops where "
        "SPM12 stops; for comparison with SPM",
    .source = SPM_SOURCE,
    .prepare = prepare,
    .work_doubles = work_doubles,
    .pool = vb_spm_pool,
    .pool_free = vb_spm_pool_free,
    .fit = fit,
};

const vb_series_noise vb_series_noise_spm_ar1_converged = {
    .name = "spm-ar1-converged",
    .meaning = "the same, iterated until nothing changes",
    .source = SPM_SOURCE,
    .prepare = prepare_converged,
    .work_doubles = work_doubles,
    .pool = vb_spm_pool,
    .pool_free = vb_spm_pool_free,
    .fit = fit,
};

const vb_series_noise vb_series_noise_spm_fast = {
    .name = "spm-fast",
    .meaning =
        "one covariance of many time constants for all voxels by pooled REML, SPM12's "
        "FAST; for short TR, and for comparison with SPM",
    .source = "SPM12 r7771: spm_Ce.m, spm_reml.m; Corbin et al. (2018) Hum Brain Mapp "
              "39:3884",
    .prepare = prepare_fast,
    .work_doubles = work_doubles,
    .pool = vb_spm_pool,
    .pool_free = vb_spm_pool_free,
    .fit = fit,
};
