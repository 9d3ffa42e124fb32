/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_plan.c - the regressors of a study and the trials of each. */
#include "export_plan.h"
#include "valuebold/names.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t find_title(const export_plan *plan, const char *title)
{
    for (size_t i = 0; i < plan->n_evs; i++)
        if (strcmp(plan->evs[i].title, title) == 0)
            return i;
    return VB_NONE;
}

/* The names become file names: BIDS labels of letters and digits. */
static vb_status name_ev(export_plan *plan, export_plan_ev *ev, vb_error *err)
{
    vb_camel(ev->title, ev->name, sizeof ev->name);
    if (!vb_is_label(ev->name))
        return vb_fail(
            err, VB_EINPUT,
            "the column '%s' gives no name for a file: no letter or digit of "
            "ASCII is left of it, or more than 100 are; rename the event or "
            "modulator in the spec",
            ev->title);
    for (size_t i = 0; i < plan->n_evs; i++)
        if (strcmp(plan->evs[i].name, ev->name) == 0)
            return vb_fail(err, VB_EINPUT,
                           "the columns '%s' and '%s' would both be written to "
                           "'..._ev-%s.txt'; rename one of them in the spec",
                           plan->evs[i].title, ev->title, ev->name);
    return VB_OK;
}

static vb_status add_run(export_plan *plan, size_t r, size_t n, export_ev evs[],
                         vb_error *err)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = find_title(plan, evs[i].title);

        if (at == VB_NONE) {
            export_plan_ev ev = {.title = evs[i].title};
            vb_status status;

            ev.of = vb_arena_take(plan->arena, plan->job->n_runs, sizeof *ev.of);
            if (!ev.of)
                return vb_fail_memory(err, plan->job->n_runs * sizeof *ev.of);
            status = name_ev(plan, &ev, err);
            if (status != VB_OK)
                return status;
            at = plan->n_evs++;
            plan->evs[at] = ev;
        }
        plan->evs[at].of[r] = &evs[i];
    }
    return VB_OK;
}

bool export_is_empty(const export_plan *plan, size_t ev, size_t r)
{
    return !plan->evs[ev].of[r] || plan->evs[ev].of[r]->empty;
}

vb_status export_plan_make(const vb_export_job *job, vb_arena *arena, export_plan *plan,
                           vb_error *err)
{
    vb_status status = export_check_job(job, err);
    export_ev **evs;
    size_t *n, total = 0;

    if (status != VB_OK)
        return status;
    *plan = (export_plan){.job = job, .arena = arena, .n_basis = 1};
    evs = vb_arena_take(arena, job->n_runs, sizeof *evs);
    n = vb_arena_take(arena, job->n_runs, sizeof *n);
    if (!evs || !n)
        return vb_fail_memory(err, job->n_runs * sizeof *evs);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++) {
        const size_t n_basis = export_n_basis(job->designs[r]);

        plan->n_basis = n_basis > plan->n_basis ? n_basis : plan->n_basis;
        status = export_list(job, r, arena, &n[r], &evs[r], err);
        total += n[r];
    }
    plan->evs = vb_arena_take(arena, total, sizeof *plan->evs);
    if (!plan->evs)
        return vb_fail_memory(err, total * sizeof *plan->evs);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = add_run(plan, r, n[r], evs[r], err);
    if (status == VB_OK && !plan->n_evs)
        status = vb_fail(err, VB_EINPUT, "there is no event to export");
    return status;
}

static void centre(size_t n, double x[])
{
    double sum = 0, count = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) {
            sum += x[i];
            count++;
        }
    for (size_t i = 0; i < n && count > 0; i++)
        x[i] -= sum / count;
}

/* As the design makes them: time is centred before its powers are taken, and every power
 * above the first, of time or of a modulator, is centred again. */
void export_weights(const vb_design_run *run, const export_ev *ev, size_t n, double w[])
{
    const bool time = ev->power && ev->modulator == VB_NONE;
    const export_ev first = {.event = ev->event,
                             .modulator = ev->modulator,
                             .power = ev->power ? 1 : 0};

    for (size_t i = 0; i < n; i++)
        w[i] = export_weight(run, &first, i);
    if (time)
        centre(n, w);
    for (size_t i = 0; i < n; i++) {
        const double x = w[i];

        for (unsigned p = 1; p < ev->power; p++)
            w[i] *= x;
    }
    if (time || ev->power > 1)
        centre(n, w);
}

vb_status export_rows(const export_plan *plan, size_t ev, size_t r, size_t *n_rows,
                      double **rows, vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    const export_ev *of = plan->evs[ev].of[r];
    const vb_design_event *event;
    double *w, *out;
    size_t k = 0;

    *n_rows = 0;
    *rows = NULL;
    if (export_is_empty(plan, ev, r))
        return VB_OK;
    event = &run->events[of->event];
    w = vb_arena_take(plan->arena, event->n_events, sizeof *w);
    out = vb_arena_take(plan->arena, event->n_events, 3 * sizeof *out);
    if (!w || !out)
        return vb_fail_memory(err, event->n_events * 3 * sizeof *out);
    export_weights(run, of, event->n_events, w);
    for (size_t i = 0; i < event->n_events; i++) {
        if (isnan(w[i]))
            continue;
        out[3 * k] = export_seconds(run, event->onset_s[i]);
        out[3 * k + 1] = export_seconds(run, event->duration_s[i]);
        out[3 * k++ + 2] = w[i];
    }
    *n_rows = k;
    *rows = out;
    return VB_OK;
}

static const char *identifier(const char *title, vb_arena *arena)
{
    vb_buffer out = {0};
    const char *name;

    if (isdigit((unsigned char)title[0]))
        vb_put_char(&out, '_');
    for (const char *s = title; *s; s++)
        if (*s == '*')
            vb_put_char(&out, 'x');
        else
            vb_put_char(&out, isalnum((unsigned char)*s) ? *s : '_');
    name = vb_buffer_ok(&out, NULL) == VB_OK ? vb_arena_string(arena, out.bytes) : NULL;
    vb_buffer_free(&out);
    return name;
}

vb_status export_identifiers(const export_plan *plan, const char ***names,
                             vb_error *err)
{
    const char **all = vb_arena_take(plan->arena, plan->n_evs, sizeof *all);

    *names = all;
    for (size_t i = 0; i < plan->n_evs; i++) {
        if (all)
            all[i] = identifier(plan->evs[i].title, plan->arena);
        if (!all || !all[i])
            return vb_fail_memory(err, plan->n_evs * sizeof *all);
        for (size_t k = 0; k < i; k++)
            if (strcmp(all[k], all[i]) == 0)
                return vb_fail(err, VB_EINPUT,
                               "the columns '%s' and '%s' would both be called '%s' in "
                               "Python; rename one of them in the spec",
                               plan->evs[k].title, plan->evs[i].title, all[i]);
    }
    return VB_OK;
}
