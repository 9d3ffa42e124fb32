/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_plan.c - the EVs of a study and the rows of their three-column files. */
#include "fsl_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t find_title(const fsl_plan *plan, const char *title)
{
    for (size_t i = 0; i < plan->n_evs; i++)
        if (strcmp(plan->evs[i].title, title) == 0)
            return i;
    return VB_NONE;
}

/* The names become file names: BIDS labels of letters and digits. */
static vb_status name_ev(fsl_plan *plan, fsl_ev *ev, vb_error *err)
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

static vb_status add_run(fsl_plan *plan, size_t r, size_t n, export_ev evs[],
                         vb_error *err)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = find_title(plan, evs[i].title);

        if (at == VB_NONE) {
            fsl_ev ev = {.title = evs[i].title};
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

bool fsl_is_empty(const fsl_plan *plan, size_t ev, size_t r)
{
    return !plan->evs[ev].of[r] || plan->evs[ev].of[r]->empty;
}

static void note_empty(const fsl_plan *plan, vb_notes *notes)
{
    for (size_t i = 0; i < plan->n_evs; i++)
        for (size_t r = 0; r < plan->job->n_runs; r++)
            if (fsl_is_empty(plan, i, r))
                vb_note_add(
                    notes, VB_WARNING, "export-empty-ev", NULL, 0, 0,
                    "run %s: '%s' has no rows or is constant there; FSL gets an "
                    "empty EV, so that all runs have the same EVs",
                    plan->job->run_labels[r] ? plan->job->run_labels[r] : "1",
                    plan->evs[i].title);
}

vb_status fsl_plan_make(const vb_export_job *job, vb_arena *arena, fsl_plan *plan,
                        vb_notes *notes, vb_error *err)
{
    vb_status status = export_check_job(job, err);
    export_ev **evs;
    size_t *n, total = 0;

    if (status != VB_OK)
        return status;
    *plan = (fsl_plan){.job = job, .arena = arena, .n_basis = 1};
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
    if (status == VB_OK)
        note_empty(plan, notes);
    return status;
}

char *fsl_file_name(const fsl_plan *plan, size_t ev, size_t r, char out[], size_t size)
{
    char stem[VB_TEXT_MAX];

    vb_export_stem(plan->job, r, stem, sizeof stem);
    snprintf(out, size, "%s_ev-%s.txt", stem, plan->evs[ev].name);
    return out;
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
static void weights_of(const vb_design_run *run, const export_ev *ev, size_t n,
                       double w[])
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

vb_status fsl_rows(const fsl_plan *plan, size_t ev, size_t r, size_t *n_rows,
                   double **rows, vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    const export_ev *of = plan->evs[ev].of[r];
    const vb_design_event *event;
    double *w, *out;
    size_t k = 0;

    *n_rows = 0;
    *rows = NULL;
    if (fsl_is_empty(plan, ev, r))
        return VB_OK;
    event = &run->events[of->event];
    w = vb_arena_take(plan->arena, event->n_events, sizeof *w);
    out = vb_arena_take(plan->arena, event->n_events, 3 * sizeof *out);
    if (!w || !out)
        return vb_fail_memory(err, event->n_events * 3 * sizeof *out);
    weights_of(run, of, event->n_events, w);
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

vb_status fsl_contrast_rows(const fsl_plan *plan, const bool keep[], size_t *n_rows,
                            fsl_row **rows, size_t *n_f, double **f_matrix,
                            vb_error *err)
{
    const vb_export_job *job = plan->job;
    size_t n = 0, tests = 0, k = 0, f = 0;
    fsl_row *all;
    double *matrix;

    for (size_t c = 0; c < job->n_contrasts; c++) {
        n += keep[c] ? job->contrasts[0][c].n_rows : 0;
        tests += keep[c] && job->contrasts[0][c].n_rows > 1;
    }
    all = vb_arena_take(plan->arena, n, sizeof *all);
    matrix = vb_arena_take(plan->arena, n * tests, sizeof *matrix);
    if (!all || !matrix)
        return vb_fail_memory(err, n * sizeof *all);
    for (size_t c = 0; c < job->n_contrasts; c++) {
        const vb_contrast *contrast = &job->contrasts[0][c];

        if (!keep[c])
            continue;
        for (size_t i = 0; i < contrast->n_rows; i++, k++) {
            all[k] = (fsl_row){contrast->name, c, i};
            if (contrast->n_rows == 1)
                continue;
            matrix[f * n + k] = 1;
            all[k].name = vb_arena_printf(plan->arena, "%s_%zu", contrast->name, i + 1);
            if (!all[k].name)
                return vb_fail_memory(err, VB_TEXT_MAX);
        }
        f += contrast->n_rows > 1;
    }
    *n_rows = n;
    *rows = all;
    *n_f = tests;
    *f_matrix = matrix;
    return VB_OK;
}
