/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spm_conditions.c - SPM's multiple-conditions and multiple-regressors files.
 *
 * Always written, and only in forms SPM accepts (golden/matfiles/variants.tsv): names,
 * onsets, durations as 1 x N cells; one duration an onset; pmod as a 1 x N struct whose
 * fields are cells; orth as a cell of logicals, for every condition, since SPM takes a
 * missing one as true; tmod, where it is used, with an entry for every condition.
 */
#include "spm_internal.h"

#include <math.h>

enum { PMOD_NAME, PMOD_PARAM, PMOD_POLY };
static const char *const pmod_fields[] = {"name", "param", "poly"};

static vb_mat *column(vb_arena *arena, size_t n, const double x[])
{
    return vb_mat_numbers(arena, "", n, 1, x);
}

/* Weights as they enter the design: no row is 0, the mean of a centred modulator. */
static vb_mat *param(vb_arena *arena, size_t n, const double weight[])
{
    vb_mat *m = column(arena, n, weight);

    for (size_t i = 0; m && i < n; i++)
        if (isnan(m->numbers[i]))
            m->numbers[i] = 0;
    return m;
}

/* Is modulator m of event e in the file? */
static bool keeps(const spm_run *s, size_t e, size_t m)
{
    for (size_t i = 0; i < s->n_evs; i++)
        if (s->evs[i].event == e && s->evs[i].modulator == m)
            return s->kept[i];
    return false;
}

static void fill_pmod(const spm_plan *plan, size_t r, size_t e, vb_mat *pmod, size_t at)
{
    const vb_design_event *event = &plan->job->runs[r].events[e];
    vb_mat *fields[3];
    size_t n = 0, k = 0;

    for (size_t m = 0; m < event->n_modulators; m++)
        n += keeps(&plan->runs[r], e, m);
    for (size_t f = 0; f < 3; f++) {
        fields[f] = vb_mat_cell(plan->arena, "", n ? 1 : 0, n);
        vb_mat_put(pmod, 3 * at + f, fields[f]);
    }
    for (size_t m = 0; m < event->n_modulators; m++) {
        const vb_design_modulator *modulator = &event->modulators[m];
        const double power = export_n_powers(modulator);

        if (!keeps(&plan->runs[r], e, m))
            continue;
        vb_mat_put(fields[PMOD_NAME], k, vb_mat_text(plan->arena, "", modulator->name));
        vb_mat_put(fields[PMOD_PARAM], k,
                   param(plan->arena, event->n_events, modulator->weight));
        vb_mat_put(fields[PMOD_POLY], k++, column(plan->arena, 1, &power));
    }
}

vb_status spm_conditions(const spm_plan *plan, size_t r, vb_buffer *out, vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    vb_arena *arena = plan->arena;
    size_t n = 0, c = 0, n_pmod = 0, n_tmod = 0, n_variables = 4;
    vb_mat *names, *onsets, *durations, *orth, *pmod, *tmod, *all[6];

    for (size_t e = 0; e < run->n_events; e++) {
        n += run->events[e].n_events > 0;
        n_pmod += run->events[e].n_modulators;
        n_tmod += run->events[e].time_modulation > 0;
    }
    names = all[0] = vb_mat_cell(arena, "names", 1, n);
    onsets = all[1] = vb_mat_cell(arena, "onsets", 1, n);
    durations = all[2] = vb_mat_cell(arena, "durations", 1, n);
    orth = all[3] = vb_mat_cell(arena, "orth", 1, n);
    pmod = vb_mat_struct(arena, "pmod", 1, n, 3, pmod_fields);
    tmod = vb_mat_cell(arena, "tmod", 1, n);
    for (size_t e = 0; e < run->n_events; e++) {
        const vb_design_event *event = &run->events[e];
        const double time_order = event->time_modulation;

        if (!event->n_events)
            continue;
        vb_mat_put(names, c, vb_mat_text(arena, "", event->name));
        vb_mat_put(onsets, c, column(arena, event->n_events, event->onset_s));
        vb_mat_put(durations, c, column(arena, event->n_events, event->duration_s));
        vb_mat_put(orth, c, vb_mat_logical(arena, "", event->orthogonalise));
        vb_mat_put(tmod, c, column(arena, 1, &time_order));
        fill_pmod(plan, r, e, pmod, c++);
    }
    if (n_pmod)
        all[n_variables++] = pmod;
    if (n_tmod)
        all[n_variables++] = tmod;
    return vb_mat_write(n_variables, all, out, err);
}

vb_status spm_regressors(const spm_plan *plan, size_t r, vb_buffer *out, vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    const size_t n = run->n_scans, k = run->n_confounds;
    double *x = vb_arena_take(plan->arena, n * k, sizeof *x);
    vb_mat *all[2];

    if (!x)
        return vb_fail_memory(err, n * k * sizeof *x);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++)
            x[j * n + i] = run->confounds[i * k + j]; /* MATLAB stores columns */
    all[0] = vb_mat_numbers(plan->arena, "R", n, k, x);
    all[1] = vb_mat_cell(plan->arena, "names", 1, k);
    for (size_t j = 0; j < k; j++)
        vb_mat_put(all[1], j, vb_mat_text(plan->arena, "", run->confound_names[j]));
    return vb_mat_write(2, all, out, err);
}
