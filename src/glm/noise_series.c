/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_series.c - plans of models that need whole series, and their registry. */
#include "noise_series.h"

static vb_status take_runs(vb_series_plan *p, const vb_series_model *m, vb_error *err)
{
    size_t total = 0;

    p->n_runs = m->n_runs ? m->n_runs : 1;
    p->run_scans = vb_arena_take(p->arena, p->n_runs, sizeof *p->run_scans);
    if (!p->run_scans)
        return vb_fail_memory(err, p->n_runs * sizeof *p->run_scans);
    if (!m->n_runs) {
        p->run_scans[0] = m->n_scans;
        return VB_OK;
    }
    for (size_t r = 0; r < m->n_runs; r++) {
        p->run_scans[r] = m->run_scans[r];
        if (m->run_scans[r] == 0 || m->run_scans[r] > m->n_scans - total)
            return vb_fail(
                err, VB_EUSAGE,
                "run %zu has %zu scans, but %zu of the design's %zu are left", r + 1,
                m->run_scans[r], m->n_scans - total, m->n_scans);
        total += m->run_scans[r];
    }
    if (total != m->n_scans)
        return vb_fail(err, VB_EUSAGE, "the runs have %zu scans, the design has %zu",
                       total, m->n_scans);
    return VB_OK;
}

bool vb_series_pack(vb_arena *arena, size_t n_scans, size_t n_rows, const double *rows,
                    vb_series_rows *out)
{
    out->n_scans = n_scans;
    out->n_rows = (n_rows + VB_ROWS - 1) / VB_ROWS * VB_ROWS;
    out->packed = vb_arena_take(arena, n_scans * out->n_rows, sizeof *out->packed);
    if (!out->packed)
        return false;
    for (size_t i = 0; i < n_rows; i++)
        for (size_t t = 0; t < n_scans; t++)
            out->packed[(i / VB_ROWS * n_scans + t) * VB_ROWS + i % VB_ROWS] =
                rows[t * n_rows + i];
    return true;
}

static vb_status fill_plan(vb_series_plan *p, const vb_series_model *m, vb_error *err)
{
    const vb_glm_model white = {.n_scans = m->n_scans,
                                .n_cols = m->n_cols,
                                .x = m->x,
                                .noise = "ols",
                                .n_contrasts = m->n_contrasts,
                                .contrasts = m->contrasts,
                                .n_kept = m->n_kept,
                                .kept = m->kept,
                                .keeps_fit = m->keeps_fit};
    vb_status status = vb_series_noise_find(m->noise, &p->noise, err);

    if (status == VB_OK)
        status = take_runs(p, m, err);
    if (status == VB_OK)
        status = vb_glm_plan_alloc(&white, &p->base, err);
    if (status == VB_OK &&
        !vb_series_pack(p->arena, m->n_scans, p->base->n_rows, p->base->rows, &p->rows))
        status = vb_fail_memory(err, m->n_scans * p->base->n_rows * sizeof(double));
    if (status == VB_OK)
        status = vb_small_sample_resolve(p->noise->name, m->small_sample,
                                         &p->small_sample, err);
    if (status == VB_OK)
        status = p->noise->prepare(p, m, err);
    return status;
}

vb_status vb_series_plan_alloc(const vb_series_model *model, vb_series_plan **plan,
                               vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_series_plan *p = arena ? vb_arena_take(arena, 1, sizeof *p) : NULL;
    vb_status status;

    if (!p) {
        if (arena)
            vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *p);
    }
    p->arena = arena;
    status = fill_plan(p, model, err);
    if (status != VB_OK) {
        vb_series_plan_free(p);
        return status;
    }
    *plan = p;
    return VB_OK;
}

void vb_series_plan_free(vb_series_plan *plan)
{
    if (!plan)
        return;
    vb_glm_plan_free(plan->base);
    vb_arena_free(plan->arena);
}
