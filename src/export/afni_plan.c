/* SPDX-License-Identifier: GPL-3.0-or-later */
/* afni_plan.c - events as AFNI's stimuli: which trials, which model. */
#include "afni_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The run's event behind a stimulus, or NULL. */
static const vb_design_event *event_of(const afni_plan *plan, size_t stim, size_t r)
{
    const export_ev *ev = plan->evs.evs[plan->stims[stim].first_ev].of[r];

    return ev && !ev->empty ? &plan->evs.job->runs[r].events[ev->event] : NULL;
}

static void judge_durations(const afni_plan *plan, size_t stim)
{
    const vb_export_job *job = plan->evs.job;
    afni_stim *s = &plan->stims[stim];
    double first = (double)NAN;

    s->durations = AFNI_ONE;
    for (size_t r = 0; r < job->n_runs; r++) {
        const vb_design_event *event = event_of(plan, stim, r);

        for (size_t i = 0; event && i < event->n_events; i++) {
            const double d = export_seconds(&job->runs[r], event->duration_s[i]);

            if (isnan(first))
                first = d;
            else if (d != first)
                s->durations = AFNI_VARYING;
        }
    }
    s->duration_s = isnan(first) ? 0 : first;
    if (s->durations == AFNI_ONE && s->duration_s == 0)
        s->durations = AFNI_IMPULSES;
}

/* AFNI's own functions keep their name; SPMG1 to 3 have SPM's shape, cut at 25 s. */
static const char *family(const char *hrf, size_t n_basis, bool *same)
{
    static const char *const own[] = {"GAM",      "TWOGAM",    "SPMG1",    "SPMG2",
                                      "SPMG3",    "BLOCK",     "BLOCK5",   "UBLOCK",
                                      "UBLOCK5",  "dmBLOCK",   "dmUBLOCK", "afni",
                                      "dmBLOCK5", "dmUBLOCK5", "TENT"};
    const size_t n = strcspn(hrf, "(");

    *same = true;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strlen(own[i]) == n && strncmp(hrf, own[i], n) == 0)
            return own[i];
    *same = false;
    return n_basis == 1 ? "SPMG1" : n_basis == 2 ? "SPMG2" : "SPMG3";
}

/* Only dmUBLOCK and its kin take a duration for each trial (3dDeconvolve's help). */
static void choose_model(const afni_plan *plan, afni_stim *s)
{
    const vb_design *design = plan->evs.job->designs[0];
    const char *hrf = design->hrf ? design->hrf : "spm";
    const char *name = family(hrf, export_n_basis(design), &s->same);
    const bool block = strstr(name, "BLOCK") || strcmp(name, "afni") == 0;
    /* under like: afni the response alone decides, as its name says */
    const bool as_named =
        strcmp(design->like, "afni") == 0 && strcmp(name, "afni") != 0;
    char duration[VB_NUMBER_MAX];

    vb_number_write(s->duration_s, 12, duration);
    if (s->same && (strchr(hrf, '(') || as_named))
        snprintf(s->model, sizeof s->model, "%s", hrf);
    else if (s->durations == AFNI_VARYING)
        snprintf(s->model, sizeof s->model, "%s",
                 strncmp(name, "dm", 2) == 0 ? name : "dmUBLOCK");
    else if (block && s->durations == AFNI_ONE)
        snprintf(s->model, sizeof s->model, "%s(%s,1)",
                 strstr(name, "5") ? "BLOCK5" : "BLOCK", duration);
    else if (block || (strcmp(name, "GAM") == 0 && s->duration_s == 0))
        snprintf(s->model, sizeof s->model, "GAM");
    else if (strcmp(name, "GAM") == 0) /* its first arguments are its shape */
        snprintf(s->model, sizeof s->model, "GAM(8.6,0.547,%s)", duration);
    else
        snprintf(s->model, sizeof s->model, "%s(%s)", name, duration);
    s->same &= s->durations != AFNI_VARYING || block;
    /* the rows hold durations exactly when the model asks for them */
    if (strncmp(s->model, "dm", 2) == 0)
        s->durations = AFNI_VARYING;
    else if (s->durations == AFNI_VARYING)
        s->durations = AFNI_ONE;
}

static bool same_event(const export_plan_ev *a, const export_plan_ev *b)
{
    const size_t n = strcspn(a->title, "*");

    return strcspn(b->title, "*") == n && strncmp(a->title, b->title, n) == 0;
}

/* A modulator that only a later run has stands last in the plan: it goes to its event. */
static vb_status order_by_event(export_plan *plan, vb_error *err)
{
    export_plan_ev *sorted = vb_arena_take(plan->arena, plan->n_evs, sizeof *sorted);
    bool *done = vb_arena_take(plan->arena, plan->n_evs, sizeof *done);
    size_t k = 0;

    if (!sorted || !done)
        return vb_fail_memory(err, plan->n_evs * sizeof *sorted);
    for (size_t i = 0; i < plan->n_evs; i++)
        for (size_t j = i; j < plan->n_evs; j++)
            if (!done[j] && same_event(&plan->evs[i], &plan->evs[j]) &&
                (j == i || done[i])) {
                sorted[k++] = plan->evs[j];
                done[j] = true;
            }
    plan->evs = sorted;
    return VB_OK;
}

static bool empty_everywhere(const export_plan *plan, size_t ev)
{
    for (size_t r = 0; r < plan->job->n_runs; r++)
        if (!export_is_empty(plan, ev, r))
            return false;
    return true;
}

/* AFNI stops at a column of zeros: regressors that no run has are left out. */
static void drop_empty(export_plan *plan)
{
    size_t k = 0;

    for (size_t i = 0; i < plan->n_evs; i++)
        if (!empty_everywhere(plan, i))
            plan->evs[k++] = plan->evs[i];
    plan->n_evs = k;
}

static vb_status group(afni_plan *plan, vb_error *err)
{
    const export_plan *evs = &plan->evs;

    plan->stims = vb_arena_take(evs->arena, evs->n_evs, sizeof *plan->stims);
    if (!plan->stims)
        return vb_fail_memory(err, evs->n_evs * sizeof *plan->stims);
    for (size_t i = 0; i < evs->n_evs; i++) {
        afni_stim *s;

        if (i && same_event(&evs->evs[i - 1], &evs->evs[i])) {
            plan->stims[plan->n_stims - 1].n_evs++;
            continue;
        }
        s = &plan->stims[plan->n_stims++];
        *s = (afni_stim){.first_ev = i, .n_evs = 1, .label = plan->names[i]};
        judge_durations(plan, plan->n_stims - 1);
        choose_model(plan, s);
    }
    return VB_OK;
}

vb_status afni_plan_make(const vb_export_job *job, vb_arena *arena, afni_plan *plan,
                         vb_error *err)
{
    vb_status status;

    *plan = (afni_plan){.n_stims = 0};
    status = export_plan_make(job, arena, &plan->evs, err);
    for (size_t r = 1; r < job->n_runs && status == VB_OK; r++)
        if (job->runs[r].tr_s != job->runs[0].tr_s)
            status =
                vb_fail(err, VB_EINPUT,
                        "run %s has TR %g s, run %s %g s; AFNI's matrix has one TR "
                        "for all runs: export them apart (--run)",
                        job->runs[r].label, job->runs[r].tr_s, job->runs[0].label,
                        job->runs[0].tr_s);
    if (status == VB_OK)
        status = order_by_event(&plan->evs, err);
    if (status == VB_OK) {
        drop_empty(&plan->evs);
        status = export_identifiers(&plan->evs, &plan->names, err);
    }
    if (status == VB_OK)
        status = group(plan, err);
    return status == VB_OK ? afni_matrix(plan, err) : status;
}

vb_status afni_trials_of(const afni_plan *plan, size_t stim, size_t r,
                         afni_trials *trials, vb_error *err)
{
    const vb_design_run *run = &plan->evs.job->runs[r];
    const vb_design_event *event = event_of(plan, stim, r);
    const afni_stim *s = &plan->stims[stim];
    const size_t n = event ? event->n_events : 0, k = s->n_evs - 1;
    vb_arena *arena = plan->evs.arena;
    double *w = vb_arena_take(arena, n, sizeof *w);

    *trials = (afni_trials){.n_trials = n,
                            .n_modulators = k,
                            .onset_s = vb_arena_take(arena, n, sizeof(double)),
                            .duration_s = vb_arena_take(arena, n, sizeof(double)),
                            .weight = vb_arena_take(arena, n * k, sizeof(double))};
    if (!w || !trials->onset_s || !trials->duration_s || !trials->weight)
        return vb_fail_memory(err, n * (k + 2) * sizeof *w);
    for (size_t i = 0; i < n; i++) {
        trials->onset_s[i] = export_seconds(run, event->onset_s[i]);
        trials->duration_s[i] = export_seconds(run, event->duration_s[i]);
    }
    for (size_t m = 0; m < k; m++) {
        const export_plan_ev *ev = &plan->evs.evs[s->first_ev + 1 + m];

        if (!ev->of[r] || ev->of[r]->empty)
            continue;
        export_weights(run, ev->of[r], n, w);
        for (size_t i = 0; i < n; i++)
            trials->weight[i * k + m] = isnan(w[i]) ? 0 : w[i];
    }
    return VB_OK;
}

char *afni_file_name(const afni_plan *plan, size_t stim, char out[], size_t size)
{
    char stem[VB_TEXT_MAX];

    vb_export_stem(plan->evs.job, VB_NONE, stem, sizeof stem);
    snprintf(out, size, "%s_event-%s_times.1D", stem, plan->stims[stim].label);
    return out;
}
