/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_pooled_plan.c - the design over several runs, whole. */
#include "glm_pooled.h"

#include <math.h>
#include <string.h>

typedef struct stacking {
    vb_glm_model *models; /* [n_runs] */
    glm_roles *roles;     /* [n_runs] */
    size_t n_scans, n_cols, *run_scans;
    double *x;
    bool *is_drift, *is_baseline; /* [n_cols] */
    vb_contrast *contrasts;
} stacking;

static vb_status take_models(const glm_pooling *p, stacking *k, vb_error *err)
{
    const glm_sharing *s = p->s;

    k->models = vb_arena_take(s->arena, s->n_runs, sizeof *k->models);
    k->roles = vb_arena_take(s->arena, s->n_runs, sizeof *k->roles);
    k->run_scans = vb_arena_take(s->arena, s->n_runs, sizeof *k->run_scans);
    if (!k->models || !k->roles || !k->run_scans)
        return vb_fail_memory(err, s->n_runs * sizeof *k->models);
    k->n_cols = s->n_shared;
    for (size_t r = 0; r < s->n_runs; r++) {
        const vb_design *design = s->jobs[r].design;
        vb_glm_model *m = &k->models[r];
        vb_status status = glm_model_make(design, 0, NULL, 0, NULL, s->arena, m, err);

        if (status == VB_OK)
            status = glm_roles_of(design, m->n_cols, s->arena, &k->roles[r], err);
        if (status != VB_OK)
            return status;
        k->run_scans[r] = m->n_scans;
        k->n_scans += m->n_scans;
        for (size_t c = 0; c < m->n_cols; c++)
            k->n_cols += !glm_is_shared(s, r, c);
    }
    return VB_OK;
}

/* Column from of run r, whose first scan is first, becomes a part of column to. */
static void put_column(stacking *k, size_t r, size_t from, size_t first, size_t to)
{
    const vb_glm_model *m = &k->models[r];

    for (size_t t = 0; t < m->n_scans; t++)
        k->x[(first + t) * k->n_cols + to] = m->x[t * m->n_cols + from];
    k->is_drift[to] = k->roles[r].is_drift[from];
    k->is_baseline[to] = k->roles[r].is_baseline[from];
}

static vb_status stack(const glm_pooling *p, stacking *k, vb_error *err)
{
    const glm_sharing *s = p->s;
    size_t first = 0, own = s->n_shared;

    k->x = vb_arena_take(s->arena, k->n_scans * k->n_cols, sizeof *k->x);
    k->is_drift = vb_arena_take(s->arena, k->n_cols, sizeof *k->is_drift);
    k->is_baseline = vb_arena_take(s->arena, k->n_cols, sizeof *k->is_baseline);
    k->contrasts =
        vb_arena_take(s->arena, s->jobs[0].n_contrasts, sizeof *k->contrasts);
    if (!k->x || !k->is_drift || !k->is_baseline || !k->contrasts)
        return vb_fail_memory(err, k->n_scans * k->n_cols * sizeof *k->x);
    for (size_t r = 0; r < s->n_runs; r++) {
        for (size_t i = 0; i < s->n_shared; i++)
            if (s->columns[r][i] != VB_NONE)
                put_column(k, r, s->columns[r][i], first, i);
        for (size_t c = 0; c < k->models[r].n_cols; c++)
            if (!glm_is_shared(s, r, c))
                put_column(k, r, c, first, own++);
        first += k->run_scans[r];
    }
    for (size_t c = 0; c < s->jobs[0].n_contrasts; c++) {
        vb_contrast *to = &k->contrasts[c];

        *to = s->contrasts[c];
        to->weights = vb_arena_take(s->arena, to->n_rows * k->n_cols, sizeof(double));
        if (!to->weights)
            return vb_fail_memory(err, to->n_rows * k->n_cols * sizeof(double));
        for (size_t i = 0; i < to->n_rows; i++)
            memcpy(to->weights + i * k->n_cols,
                   s->contrasts[c].weights + i * s->n_shared,
                   s->n_shared * sizeof(double));
    }
    return VB_OK;
}

/* spm-fast's components are as long in seconds for all runs. */
static vb_status find_tr(const glm_pooling *p, double *tr_s, vb_error *err)
{
    for (size_t r = 0; r < p->s->n_runs; r++) {
        const double of_design = p->s->jobs[r].design->tr_s[0];
        const double of = isfinite(of_design) ? of_design : p->grids[r].tr_s;

        if (r == 0)
            *tr_s = of;
        else if (fabs(of - *tr_s) > 1e-3 * *tr_s &&
                 strcmp(p->s->options->noise, "spm-fast") == 0)
            return vb_fail_at(err, VB_EINPUT, p->s->jobs[r].bold, 0, 0,
                              "the repetition time is %g s, that of %s is %g s; one "
                              "model under spm-fast has one",
                              of, p->s->jobs[0].name, *tr_s);
    }
    return VB_OK;
}

vb_status glm_pooled_plan(glm_pooling *p, vb_error *err)
{
    const glm_sharing *s = p->s;
    stacking k = {0};
    double tr_s = (double)NAN;
    vb_status status = find_tr(p, &tr_s, err);

    if (status == VB_OK)
        status = take_models(p, &k, err);
    if (status == VB_OK)
        status = stack(p, &k, err);
    if (status == VB_OK)
        status = vb_series_plan_alloc(&(vb_series_model){.n_scans = k.n_scans,
                                                         .n_cols = k.n_cols,
                                                         .x = k.x,
                                                         .noise = s->options->noise,
                                                         .small_sample =
                                                             s->options->small_sample,
                                                         .n_contrasts =
                                                             s->jobs[0].n_contrasts,
                                                         .contrasts = k.contrasts,
                                                         .is_drift = k.is_drift,
                                                         .is_baseline = k.is_baseline,
                                                         .tr_s = tr_s,
                                                         .n_runs = s->n_runs,
                                                         .run_scans = k.run_scans},
                                      &p->plan, err);
    return status;
}
