/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roi_peri_groups.c - events into groups by a modulator.
 *
 * Quantiles are those of the subject's trials, levels those of the study's, so that a group
 * means the same in all runs that are put together.
 */
#include "roi_report.h"

#include <string.h>

enum { MOST_LEVELS = 12 };

/* Signals of a modulator in the runs first .. last of the study, one after the other; *mine is
 * where those of run r begin. */
static size_t gather_signals(const vb_study *study, const vb_roi_peri *p, size_t first,
                             size_t last, size_t r, double out[], size_t *mine)
{
    size_t n = 0;

    for (size_t k = first; k <= last; k++) {
        const vb_study_run *run = &study->runs[k];
        const size_t e = run->design ? roi_event_find(run, p->event) : VB_NONE;
        const size_t m = e == VB_NONE
                             ? VB_NONE
                             : roi_modulator_find(&run->event_types[e], p->modulator);

        if (k == r)
            *mine = n;
        for (size_t i = 0; m != VB_NONE && i < run->event_types[e].n; i++, n++)
            if (out)
                out[n] = run->event_types[e].raw[m][i];
    }
    return n;
}

static vb_status name_groups(roi_groups *g, bool levels, const double level[],
                             vb_arena *arena, vb_error *err)
{
    static const char *const three[] = {"low", "middle", "high"};
    char number[VB_NUMBER_MAX];

    g->name = vb_arena_take(arena, g->n, sizeof *g->name);
    for (size_t i = 0; g->name && i < g->n; i++) {
        g->name[i] = levels
                         ? vb_arena_string(arena, vb_number_write(level[i], 6, number))
                     : g->n == 2 ? three[2 * i]
                     : g->n == 3 ? three[i]
                                 : vb_arena_printf(arena, "%zu of %zu", i + 1, g->n);
        if (!g->name[i])
            return vb_fail_memory(err, 64);
    }
    return g->name ? VB_OK : vb_fail_memory(err, 64);
}

vb_status roi_peri_groups(const vb_roi_report *report, const vb_roi_peri *p, size_t r,
                          vb_arena *arena, roi_groups *g, vb_error *err)
{
    const vb_study *study = report->study;
    const vb_study_subject *subject = &study->subjects[study->runs[r].subject];
    const bool levels = report->analysis->n_split == 0;
    const size_t first = levels ? 0 : subject->first_run;
    const size_t last =
        levels ? study->n_runs - 1 : subject->first_run + subject->n_runs - 1;
    size_t mine = 0, n, *group;
    double *signal, level[MOST_LEVELS];
    vb_status status;

    *g = (roi_groups){0};
    if (!p->modulator || report->analysis->n_split == 1)
        return VB_OK;
    n = gather_signals(study, p, first, last, r, NULL, &mine);
    signal = vb_arena_take(arena, n, sizeof *signal);
    group = vb_arena_take(arena, n, sizeof *group);
    if (!signal || !group)
        return vb_fail_memory(err, n * sizeof *signal);
    gather_signals(study, p, first, last, r, signal, &mine);
    g->n = report->analysis->n_split;
    status =
        levels ? vb_peri_split_levels(n, signal, MOST_LEVELS, group, level, &g->n, err)
               : vb_peri_split_quantiles(n, signal, g->n, group, NULL, err);
    g->group = group + mine;
    return status == VB_OK ? name_groups(g, levels, level, arena, err) : status;
}
