/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_common.c - the regressors of a run and where each stands in the design. */
#include "export_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

unsigned export_n_powers(const vb_design_modulator *modulator)
{
    return modulator->polynomial ? modulator->polynomial : 1;
}

static bool comes_from(const vb_column *c, const export_ev *ev)
{
    if (c->kind != VB_COLUMN_EVENT && c->kind != VB_COLUMN_MODULATOR)
        return false;
    if (c->event != ev->event || c->modulator != ev->modulator)
        return false;
    return ev->power == 0 ? c->kind == VB_COLUMN_EVENT
                          : c->kind == VB_COLUMN_MODULATOR && c->power == ev->power;
}

size_t export_column(const vb_design *design, const export_ev *ev, size_t basis)
{
    for (size_t j = 0; j < design->n_cols; j++)
        if (comes_from(&design->columns[j], ev) && design->columns[j].basis == basis)
            return j;
    return VB_NONE;
}

size_t export_ev_of(const vb_column *column, size_t n, const export_ev evs[])
{
    for (size_t i = 0; i < n; i++)
        if (comes_from(column, &evs[i]))
            return i;
    return VB_NONE;
}

size_t export_confound_of(const vb_column *column, const vb_design_run *run)
{
    if (column->kind == VB_COLUMN_CONFOUND)
        for (size_t i = 0; i < run->n_confounds; i++)
            if (strcmp(column->title, run->confound_names[i]) == 0)
                return i;
    return VB_NONE;
}

size_t export_n_basis(const vb_design *design)
{
    size_t n = 1;

    for (size_t j = 0; j < design->n_cols; j++)
        if (design->columns[j].kind <= VB_COLUMN_MODULATOR &&
            design->columns[j].basis >= n)
            n = design->columns[j].basis + 1;
    return n;
}

double export_seconds(const vb_design_run *run, double x)
{
    return run->in_scans ? x * run->tr_s : x;
}

/* x^power as a product, so that power 1 leaves every bit as it is. */
static double power_of(double x, unsigned power)
{
    double product = x;

    for (unsigned p = 1; p < power; p++)
        product *= x;
    return product;
}

double export_weight(const vb_design_run *run, const export_ev *ev, size_t i)
{
    const vb_design_event *event = &run->events[ev->event];

    if (ev->power == 0)
        return 1;
    if (ev->modulator == VB_NONE) /* SPM counts time in minutes */
        return power_of(export_seconds(run, event->onset_s[i]) / 60, ev->power);
    return power_of(event->modulators[ev->modulator].weight[i], ev->power);
}

static bool has_rows(const vb_design_run *run, const export_ev *ev)
{
    for (size_t i = 0; i < run->events[ev->event].n_events; i++)
        if (!isnan(export_weight(run, ev, i)))
            return true;
    return false;
}

static const char *title_of(const vb_design_event *event, const export_ev *ev,
                            vb_arena *arena)
{
    const char *name;

    if (ev->power == 0)
        return vb_arena_string(arena, event->name);
    name = ev->modulator == VB_NONE ? "time" : event->modulators[ev->modulator].name;
    if (ev->power == 1)
        return vb_arena_printf(arena, "%s*%s", event->name, name);
    return vb_arena_printf(arena, "%s*%s_power%u", event->name, name, ev->power);
}

static size_t count_evs(const vb_design_event *event)
{
    size_t n = 1 + event->time_modulation;

    for (size_t m = 0; m < event->n_modulators; m++)
        n += export_n_powers(&event->modulators[m]);
    return n;
}

vb_status export_list(const vb_export_job *job, size_t r, vb_arena *arena, size_t *n,
                      export_ev **evs, vb_error *err)
{
    const vb_design_run *run = &job->runs[r];
    const vb_design *design = job->designs[r];
    export_ev *all;
    size_t k = 0;

    for (size_t e = 0; e < run->n_events; e++)
        k += count_evs(&run->events[e]);
    *n = k;
    *evs = all = vb_arena_take(arena, k, sizeof *all);
    if (!all)
        return vb_fail_memory(err, k * sizeof *all);
    k = 0;
    for (size_t e = 0; e < run->n_events; e++) {
        const vb_design_event *event = &run->events[e];

        for (unsigned p = 0; p <= event->time_modulation; p++)
            all[k++] = (export_ev){.event = e, .modulator = VB_NONE, .power = p};
        for (size_t m = 0; m < event->n_modulators; m++)
            for (unsigned p = 1; p <= export_n_powers(&event->modulators[m]); p++)
                all[k++] = (export_ev){.event = e, .modulator = m, .power = p};
    }
    for (size_t i = 0; i < k; i++) {
        export_ev *ev = &all[i];

        ev->in_design = export_column(design, ev, 0) != VB_NONE;
        ev->empty = !ev->in_design || !has_rows(run, ev);
        ev->title = title_of(&run->events[ev->event], ev, arena);
        if (!ev->title)
            return vb_fail_memory(err, VB_TEXT_MAX);
    }
    return VB_OK;
}

double export_high_pass_s(const vb_design *design)
{
    if (design->high_pass_s <= 0 || !isfinite(design->high_pass_s) ||
        (design->drift && strcmp(design->drift, "none") == 0))
        return (double)INFINITY;
    return design->high_pass_s;
}

export_basis export_basis_of(const vb_design *design)
{
    static const struct {
        const char *hrf; /* entries of hrfs.def; all others are canonical */
        export_basis basis;
    } known[] = {{"fsl gamma", EXPORT_GAMMA},
                 {"fsl gamma + derivative", EXPORT_GAMMA},
                 {"gamma", EXPORT_GAMMA_SET},
                 {"fir", EXPORT_FIR},
                 {"fourier", EXPORT_FOURIER},
                 {"fourier (hanning)", EXPORT_FOURIER_HANNING}};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (design->hrf && strcmp(design->hrf, known[i].hrf) == 0)
            return known[i].basis;
    return EXPORT_CANONICAL;
}

double export_basis_length_s(const vb_export_job *job)
{
    static const double spm_length_s = 32; /* spm_hrf.m, p(7) */

    return job->options && job->options->hrf_length_s > 0 ? job->options->hrf_length_s
                                                          : spm_length_s;
}
