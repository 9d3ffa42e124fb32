/* SPDX-License-Identifier: GPL-3.0-or-later */
/* single_trial_plan.c - the common model of all trials, and what each trial adds to it. */
#include "single_trial_plan.h"
#include "valuebold/basis.h"

#include <math.h>
#include <string.h>

/* A trial whose column keeps less than this share of its square beside the common model is a
 * sum of other columns: rounding leaves some 1e-15. */
static const double least_left = 1e-10;

static vb_status check(const vb_trial_model *m, vb_error *err)
{
    if (m->noise && strcmp(m->noise, "ols") != 0 && strcmp(m->noise, "ar1") != 0)
        return vb_fail(err, VB_EUSAGE,
                       "single trials: no noise model '%.60s'; there is: ols, ar1",
                       m->noise);
    if (!m->n_trials || m->n_scans < 2)
        return vb_fail(err, VB_EUSAGE, "single trials: %zu trials in %zu scans",
                       m->n_trials, m->n_scans);
    for (size_t t = 0; t < m->n_trials; t++)
        if (m->condition && m->condition[t] >= m->n_conditions)
            return vb_fail(
                err, VB_EINPUT,
                "single trials: trial %zu is of condition %zu, there are %zu", t + 1,
                m->condition[t] + 1, m->n_conditions);
    for (size_t i = 0; i < m->n_scans * m->n_trials; i++)
        if (!isfinite(m->z[i]))
            return vb_fail(err, VB_EINPUT,
                           "single trials: the column of trial %zu is %g in scan %zu, "
                           "expected a finite number",
                           i % m->n_trials + 1, m->z[i], i / m->n_trials + 1);
    return VB_OK;
}

static size_t n_sums(const vb_trial_model *m)
{
    if (m->method == VB_TRIAL_LSA)
        return m->n_trials;
    return m->condition ? m->n_conditions : 1;
}

static size_t sum_of(const vb_trial_model *m, size_t t)
{
    if (m->method == VB_TRIAL_LSA)
        return t;
    return m->condition ? m->condition[t] : 0;
}

/* The common model [n_scans x n_cols]: trials (LSA) or sums of conditions, then the others. */
static double *common_design(const vb_trial_model *m, size_t n_cols, vb_arena *arena)
{
    double *x = vb_arena_take(arena, m->n_scans * n_cols, sizeof *x);

    for (size_t s = 0; x && s < m->n_scans; s++) {
        double *row = x + s * n_cols;

        for (size_t t = 0; t < m->n_trials; t++)
            row[sum_of(m, t)] += m->z[s * m->n_trials + t];
        if (m->n_others)
            memcpy(row + n_sums(m), m->others + s * m->n_others,
                   m->n_others * sizeof *row);
    }
    return x;
}

static vb_status take(vb_trial_plan *p, size_t n, double **out, vb_error *err)
{
    *out = vb_arena_take(p->arena, n, sizeof **out);
    return *out ? VB_OK : vb_fail_memory(err, n * sizeof **out);
}

/* row [n] -> its two shifts added */
static void shift_sum(size_t n, const double *row, double *out)
{
    for (size_t s = 0; s < n; s++)
        out[s] = (s ? row[s - 1] : 0) + (s + 1 < n ? row[s + 1] : 0);
}

static vb_status take_basis(vb_trial_plan *p, const vb_basis *b, vb_error *err)
{
    const size_t n = b->n_scans;
    double *dq, *ends;
    vb_status status = take(p, b->rank * n, &dq, err);

    if (status == VB_OK)
        status = take(p, 2 * b->rank, &ends, err);
    if (status != VB_OK)
        return status;
    for (size_t i = 0; i < b->rank; i++) {
        shift_sum(n, b->q + i * n, dq + i * n);
        ends[i] = b->q[i * n];
        ends[b->rank + i] = b->q[i * n + n - 1];
    }
    p->shape.n_scans = n;
    p->shape.rank = b->rank;
    p->shape.q = b->q;
    p->shape.dq = dq;
    p->shape.lambda = b->lambda;
    p->shape.first = ends;
    p->shape.last = ends + b->rank;
    p->df = (double)n - (double)b->rank;
    return VB_OK;
}

/* Weights of the sums among the columns; known [n_sums] says which can be estimated. */
static vb_status take_weights(vb_trial_plan *p, const vb_basis *b, size_t n,
                              bool *known, vb_error *err)
{
    double *w, *c = vb_arena_take(p->arena, b->n_cols, sizeof *c);
    vb_status status = take(p, n * b->rank, &w, err);

    if (status != VB_OK || !c)
        return vb_fail_memory(err, b->n_cols * sizeof *c);
    for (size_t k = 0; k < n; k++) {
        c[k] = 1;
        known[k] = vb_basis_contrast(b, c, w + k * b->rank, NULL) == VB_OK;
        c[k] = 0;
        if (!known[k])
            memset(w + k * b->rank, 0, b->rank * sizeof *w);
    }
    p->shape.n_weights = n;
    p->shape.w = w;
    return VB_OK;
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Columns of the trials as the kernel wants them. */
static vb_status take_columns(vb_trial_plan *p, const vb_trial_model *m, vb_error *err)
{
    const size_t n = m->n_scans, n_trials = m->n_trials, rank = p->shape.rank;
    double *z, *qz, *ends;
    vb_status status = take(p, 2 * n_trials * n, &z, err);

    if (status == VB_OK)
        status = take(p, 2 * n_trials * rank, &qz, err);
    if (status == VB_OK)
        status = take(p, 4 * n_trials, &ends, err);
    if (status != VB_OK)
        return status;
    for (size_t t = 0; t < n_trials; t++) {
        double *row = z + t * n, *shifted = z + (n_trials + t) * n;

        for (size_t s = 0; s < n; s++)
            row[s] = m->z[s * n_trials + t];
        shift_sum(n, row, shifted);
        for (size_t i = 0; i < rank; i++) {
            qz[t * rank + i] = dot(n, p->shape.q + i * n, row);
            qz[(n_trials + t) * rank + i] = dot(n, p->shape.dq + i * n, row);
        }
        ends[t] = row[0];
        ends[n_trials + t] = row[n - 1];
        ends[2 * n_trials + t] = dot(n, row, row);
        ends[3 * n_trials + t] = dot(n, row, shifted);
    }
    p->shape.z = z;
    p->shape.dz = z + n_trials * n;
    p->shape.qz = qz;
    p->shape.dqz = qz + n_trials * rank;
    p->shape.z_first = ends;
    p->shape.z_last = ends + n_trials;
    p->shape.z_square = ends + 2 * n_trials;
    p->shape.z_lag = ends + 3 * n_trials;
    return VB_OK;
}

static bool is_zero(const vb_trial_model *m, size_t t)
{
    for (size_t s = 0; s < m->n_scans; s++)
        if (fabs(m->z[s * m->n_trials + t]) > 0)
            return false;
    return true;
}

/* What each trial is; seen [n_sums]: trials that leave something in the run. */
static void judge(vb_trial_plan *p, const vb_trial_model *m, const bool *known,
                  size_t *seen)
{
    const size_t rank = p->shape.rank;

    for (size_t t = 0; t < m->n_trials; t++)
        seen[sum_of(m, t)] += !is_zero(m, t);
    for (size_t t = 0; t < m->n_trials; t++) {
        const size_t k = sum_of(m, t);

        p->weight[t] = k;
        p->kind[t] = VB_TRIAL_NONE;
        if (!known[k] || is_zero(m, t))
            continue;
        if (m->method == VB_TRIAL_LSA || seen[k] == 1) {
            p->kind[t] = VB_TRIAL_WEIGHT;
        } else {
            const double *qz = p->shape.qz + t * rank;
            const double all = p->shape.z_square[t];

            if (all - dot(rank, qz, qz) > least_left * all)
                p->kind[t] = VB_TRIAL_UPDATE;
        }
    }
}

static vb_status make(vb_trial_plan *p, const vb_trial_model *m, vb_error *err)
{
    const size_t n_cols = n_sums(m) + m->n_others;
    double *x = common_design(m, n_cols, p->arena);
    bool *known = vb_arena_take(p->arena, n_sums(m), sizeof *known);
    size_t *seen = vb_arena_take(p->arena, n_sums(m), sizeof *seen);
    vb_basis basis;
    vb_status status;

    p->kind = vb_arena_take(p->arena, m->n_trials, sizeof *p->kind);
    p->weight = vb_arena_take(p->arena, m->n_trials, sizeof *p->weight);
    if (!x || !known || !seen || !p->kind || !p->weight)
        return vb_fail_memory(err, m->n_scans * n_cols * sizeof *x);
    p->shape.n_trials = m->n_trials;
    status = vb_basis_make(m->n_scans, n_cols, x, p->arena, &basis, err);
    if (status == VB_OK)
        status = take_basis(p, &basis, err);
    if (status == VB_OK && p->df < (m->method == VB_TRIAL_LSA ? 1 : 2))
        return vb_fail(err, VB_EESTIMATE,
                       "single trials: %zu scans, and the model takes %zu of them%s",
                       m->n_scans, basis.rank,
                       m->method == VB_TRIAL_LSA
                           ? "; separate models (LSS) take one column a condition"
                           : "");
    if (status == VB_OK)
        status = take_weights(p, &basis, n_sums(m), known, err);
    if (status == VB_OK && m->method == VB_TRIAL_LSS)
        status = take_columns(p, m, err);
    if (status == VB_OK)
        judge(p, m, known, seen);
    if (status == VB_OK && (!m->noise || strcmp(m->noise, "ar1") == 0))
        status = vb_glm_plan_alloc(&(vb_glm_model){.n_scans = m->n_scans,
                                                   .n_cols = n_cols,
                                                   .x = x,
                                                   .noise = "ar1"},
                                   &p->noise, err);
    return status;
}

vb_status vb_trial_plan_alloc(const vb_trial_model *model, vb_trial_plan **plan,
                              vb_error *err)
{
    vb_status status = check(model, err);
    vb_arena *arena;
    vb_trial_plan *p;

    if (status != VB_OK)
        return status;
    arena = vb_arena_alloc();
    p = arena ? vb_arena_take(arena, 1, sizeof *p) : NULL;
    if (!p) {
        vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *p);
    }
    p->arena = arena;
    status = make(p, model, err);
    if (status != VB_OK) {
        vb_trial_plan_free(p);
        return status;
    }
    *plan = p;
    return VB_OK;
}

void vb_trial_plan_free(vb_trial_plan *plan)
{
    if (!plan)
        return;
    vb_glm_plan_free(plan->noise);
    vb_arena_free(plan->arena);
}

double vb_trial_df(const vb_trial_plan *plan, size_t t)
{
    return plan->df - (plan->kind[t] == VB_TRIAL_UPDATE ? 1 : 0);
}

bool vb_trial_is_estimable(const vb_trial_plan *plan, size_t t)
{
    return plan->kind[t] != VB_TRIAL_NONE;
}
