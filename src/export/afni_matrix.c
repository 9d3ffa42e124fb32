/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * afni_matrix.c - all runs in one matrix, as 3dDeconvolve lays it out: each run's baseline,
 * its other regressors, then a column for each regressor that all runs share.
 */
#include "afni_internal.h"

#include <stdio.h>
#include <string.h>

typedef struct layout {
    afni_plan *plan;
    export_matrix *runs; /* [n_runs] */
    size_t n_basis, n_own;
} layout;

static bool is_own(const layout *l, size_t r, size_t j)
{
    const vb_design *d = l->plan->evs.job->designs[r];

    return j >= l->runs[r].n_own || d->columns[j].kind > VB_COLUMN_MODULATOR;
}

/* The title: names carry what another program adds.  Quotes, semicolons and blanks would end
 * a label. */
static const char *label_of(const layout *l, size_t r, size_t j)
{
    const char *name = j < l->runs[r].n_own
                           ? l->plan->evs.job->designs[r]->columns[j].title
                           : l->runs[r].names[j];
    char *label = vb_arena_printf(l->plan->evs.arena, "Run#%zu_%s", r + 1, name);

    for (char *c = label; c && *c; c++)
        if (strchr("\";<>,", *c) || (unsigned char)*c <= ' ')
            *c = '_';
    return label;
}

static void copy_column(layout *l, size_t r, size_t from, size_t to)
{
    xmat *m = &l->plan->matrix;
    const export_matrix *run = &l->runs[r];

    for (size_t i = 0; i < run->n_scans; i++)
        m->x[(m->first_row[r] + i) * m->n_cols + to] = run->x[i * run->n_cols + from];
}

/* Drift and constants of all runs first, then confounds. */
static vb_status put_own(layout *l, bool confounds, size_t *at, vb_error *err)
{
    const vb_export_job *job = l->plan->evs.job;
    xmat *m = &l->plan->matrix;

    for (size_t r = 0; r < job->n_runs; r++)
        for (size_t j = 0; j < l->runs[r].n_cols; j++) {
            const bool confound =
                j < l->runs[r].n_own &&
                job->designs[r]->columns[j].kind == VB_COLUMN_CONFOUND;

            if (!is_own(l, r, j) || confound != confounds)
                continue;
            m->labels[*at] = label_of(l, r, j);
            if (!m->labels[*at])
                return vb_fail_memory(err, VB_TEXT_MAX);
            m->groups[*at] = confounds ? 0 : -1;
            copy_column(l, r, j, (*at)++);
        }
    return VB_OK;
}

static vb_status put_shared(layout *l, size_t *at, vb_error *err)
{
    const export_plan *evs = &l->plan->evs;
    xmat *m = &l->plan->matrix;

    for (size_t i = 0; i < evs->n_evs; i++)
        for (size_t b = 0; b < l->n_basis; b++, ++*at) {
            m->labels[*at] =
                vb_arena_printf(evs->arena, "%s#%zu", l->plan->names[i], b);
            if (!m->labels[*at])
                return vb_fail_memory(err, VB_TEXT_MAX);
            m->groups[*at] = (int)i + 1;
            for (size_t r = 0; r < evs->job->n_runs; r++) {
                const export_ev *ev = evs->evs[i].of[r];
                const size_t j =
                    ev ? export_column(evs->job->designs[r], ev, b) : VB_NONE;

                if (j != VB_NONE)
                    copy_column(l, r, j, *at);
            }
        }
    return VB_OK;
}

/* Column of the joint matrix of column j of run r. */
static size_t place_of(const layout *l, size_t r, size_t j)
{
    const export_plan *evs = &l->plan->evs;
    const vb_column *column = &evs->job->designs[r]->columns[j];
    const xmat *m = &l->plan->matrix;

    for (size_t i = 0; i < evs->n_evs; i++)
        if (evs->evs[i].of[r] && export_ev_of(column, 1, evs->evs[i].of[r]) == 0)
            return l->n_own + i * l->n_basis + column->basis;
    for (size_t k = 0; k < l->n_own; k++) {
        const char *label = label_of(l, r, j);

        if (label && strcmp(m->labels[k], label) == 0)
            return k;
    }
    return VB_NONE;
}

/* A shared column's weight is the mean over the runs that have it; a run's own column
 * counts 1 / n_runs, as in the mean of the runs. */
static void weigh(const layout *l, size_t c, size_t row, double w[])
{
    const vb_export_job *job = l->plan->evs.job;
    const size_t p = l->plan->matrix.n_cols;

    for (size_t r = 0; r < job->n_runs; r++) {
        const vb_design *d = job->designs[r];
        const double *own = job->contrasts[r][c].weights + row * d->n_cols;

        for (size_t j = 0; j < d->n_cols; j++) {
            size_t at, have = 0;

            if (own[j] == 0 || (at = place_of(l, r, j)) == VB_NONE)
                continue;
            for (size_t k = 0; at >= l->n_own && k < job->n_runs; k++) {
                const export_ev *ev =
                    l->plan->evs.evs[(at - l->n_own) / l->n_basis].of[k];

                have += ev && export_column(job->designs[k], ev, 0) != VB_NONE;
            }
            w[row * p + at] += own[j] / (double)(have ? have : job->n_runs);
        }
    }
}

static vb_status put_contrasts(const layout *l, vb_error *err)
{
    const vb_export_job *job = l->plan->evs.job;
    xmat *m = &l->plan->matrix;

    m->n_contrasts = job->n_contrasts;
    m->contrasts =
        vb_arena_take(l->plan->evs.arena, job->n_contrasts, sizeof *m->contrasts);
    if (!m->contrasts)
        return vb_fail_memory(err, job->n_contrasts * sizeof *m->contrasts);
    for (size_t c = 0; c < job->n_contrasts; c++) {
        const vb_contrast *contrast = &job->contrasts[0][c];
        double *w =
            vb_arena_take(l->plan->evs.arena, contrast->n_rows * m->n_cols, sizeof *w);

        if (!w)
            return vb_fail_memory(err, contrast->n_rows * m->n_cols * sizeof *w);
        for (size_t i = 0; i < contrast->n_rows; i++)
            weigh(l, c, i, w);
        m->contrasts[c] = (xmat_contrast){contrast->name, contrast->n_rows, w};
    }
    return VB_OK;
}

static vb_status take(layout *l, vb_error *err)
{
    const vb_export_job *job = l->plan->evs.job;
    vb_arena *arena = l->plan->evs.arena;
    xmat *m = &l->plan->matrix;
    vb_status status = VB_OK;

    l->runs = vb_arena_take(arena, job->n_runs, sizeof *l->runs);
    m->first_row = vb_arena_take(arena, job->n_runs, sizeof *m->first_row);
    if (!l->runs || !m->first_row)
        return vb_fail_memory(err, job->n_runs * sizeof *l->runs);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++) {
        status = export_matrix_of(job->designs[r], arena, &l->runs[r], err);
        m->first_row[r] = m->n_rows;
        m->n_rows += job->designs[r]->n_scans;
        if (export_n_basis(job->designs[r]) > l->n_basis)
            l->n_basis = export_n_basis(job->designs[r]);
        for (size_t j = 0; status == VB_OK && j < l->runs[r].n_cols; j++)
            l->n_own += is_own(l, r, j) ? 1 : 0;
    }
    if (status != VB_OK)
        return status;
    m->n_cols = l->n_own + l->n_basis * l->plan->evs.n_evs;
    m->labels = vb_arena_take(arena, m->n_cols, sizeof *m->labels);
    m->groups = vb_arena_take(arena, m->n_cols, sizeof *m->groups);
    m->x = vb_arena_take(arena, m->n_rows * m->n_cols, sizeof *m->x);
    return m->labels && m->groups && m->x
               ? VB_OK
               : vb_fail_memory(err, m->n_rows * m->n_cols * sizeof *m->x);
}

vb_status afni_matrix(afni_plan *plan, vb_error *err)
{
    layout l = {.plan = plan};
    size_t at = 0;
    vb_status status;

    plan->matrix =
        (xmat){.tr_s = plan->evs.job->runs[0].tr_s, .n_runs = plan->evs.job->n_runs};
    status = take(&l, err);
    if (status == VB_OK)
        status = put_own(&l, false, &at, err);
    if (status == VB_OK)
        status = put_own(&l, true, &at, err);
    if (status == VB_OK)
        status = put_shared(&l, &at, err);
    return status == VB_OK ? put_contrasts(&l, err) : status;
}
