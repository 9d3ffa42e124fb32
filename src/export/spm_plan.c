/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spm_plan.c - which regressors SPM gets, and in which column of its design each stands.
 *
 * SPM's columns: for each session its conditions in the order of the file; within one the
 * event, time modulation, then the parameters with their powers, each times the basis
 * functions; then the session's regressors.  All session constants come last.
 * Source: spm_fMRI_design.m, spm_get_ons.m; column names in golden/matfiles/variants.tsv.
 */
#include "spm_internal.h"

#include <math.h>
#include <string.h>

static const char *label(const vb_export_job *job, size_t r)
{
    return job->run_labels[r] ? job->run_labels[r] : "1";
}

static vb_status check_runs(const vb_export_job *job, vb_error *err)
{
    for (size_t r = 1; r < job->n_runs; r++) {
        if (fabs(job->runs[r].tr_s - job->runs[0].tr_s) > 1e-9)
            return vb_fail(
                err, VB_EINPUT,
                "run %s has a repetition time of %g s, run %s of %g s; one batch "
                "of SPM has one for all its sessions: export them apart",
                label(job, 0), job->runs[0].tr_s, label(job, r), job->runs[r].tr_s);
        if (job->runs[r].in_scans != job->runs[0].in_scans)
            return vb_fail(
                err, VB_EINPUT,
                "runs %s and %s state onsets in different units; one batch of "
                "SPM has one unit",
                label(job, 0), label(job, r));
    }
    return VB_OK;
}

/* T and T0 so that SPM samples where the design was sampled: at (T0 - 1) / T of a scan. */
static void choose_bins(spm_plan *plan, vb_notes *notes)
{
    const vb_export_job *job = plan->job;
    const double tr_s = job->runs[0].tr_s, sample_s = job->designs[0]->sample_s[0];
    double bin;

    plan->fmri_t =
        job->options && job->options->microtime ? job->options->microtime : 16;
    bin = round(sample_s / tr_s * plan->fmri_t);
    bin = fmin(fmax(bin, 0), plan->fmri_t - 1);
    plan->fmri_t0 = (unsigned)bin + 1;
    for (size_t r = 0; r < job->n_runs; r++) {
        const double off_s = job->designs[r]->sample_s[0] - spm_sample_s(plan);

        if (fabs(off_s) > 1e-6 * tr_s)
            vb_note_add(
                notes, VB_WARNING, "export-sample-time", NULL, 0, 0,
                "run %s is sampled at %g s of each scan; SPM's nearest bin is at "
                "%g s (%+.3f s off)",
                label(job, r), job->designs[r]->sample_s[0], spm_sample_s(plan),
                -off_s);
    }
}

double spm_sample_s(const spm_plan *plan)
{
    return (plan->fmri_t0 - 1) * plan->job->runs[0].tr_s / plan->fmri_t;
}

/* SPM refuses a condition without onsets; a modulator that our design leaves out (it is
 * constant) is left out here too. */
static void choose_kept(const spm_plan *plan, size_t r, vb_notes *notes)
{
    const vb_design_run *run = &plan->job->runs[r];
    spm_run *s = &plan->runs[r];

    for (size_t i = 0; i < s->n_evs; i++) {
        const export_ev *ev = &s->evs[i];

        s->kept[i] = run->events[ev->event].n_events > 0;
        if (!s->kept[i]) {
            if (ev->power == 0)
                vb_note_add(notes, VB_WARNING, "export-empty-condition", NULL, 0, 0,
                            "run %s: event '%s' has no rows; SPM refuses a condition "
                            "without onsets, so it is left out there",
                            label(plan->job, r), ev->title);
            continue;
        }
        if (ev->modulator != VB_NONE && ev->power == 1 && !ev->in_design) {
            s->kept[i] = false;
            vb_note_add(
                notes, VB_WARNING, "export-constant-modulator", NULL, 0, 0,
                "run %s: modulator '%s' is not in the design (it is constant) and "
                "is left out for SPM too",
                label(plan->job, r), ev->title);
        }
        if (ev->modulator != VB_NONE && ev->power > 1) /* goes with its first power */
            s->kept[i] = s->kept[i - 1];
    }
}

static vb_status plan_run(spm_plan *plan, size_t r, vb_notes *notes, vb_error *err)
{
    spm_run *s = &plan->runs[r];
    vb_status status = export_list(plan->job, r, plan->arena, &s->n_evs, &s->evs, err);

    if (status != VB_OK)
        return status;
    s->kept = vb_arena_take(plan->arena, s->n_evs, sizeof *s->kept);
    s->spm_column = vb_arena_take(plan->arena, s->n_evs, sizeof *s->spm_column);
    if (!s->kept || !s->spm_column)
        return vb_fail_memory(err, s->n_evs * sizeof *s->spm_column);
    choose_kept(plan, r, notes);
    s->first_column = plan->n_columns;
    for (size_t i = 0; i < s->n_evs; i++) {
        s->spm_column[i] = s->kept[i] ? s->n_columns : VB_NONE;
        s->n_columns += s->kept[i] ? plan->n_basis : 0;
    }
    if (!s->n_columns)
        return vb_fail(err, VB_EINPUT,
                       "run %s has no event with rows; SPM needs at least "
                       "one condition: leave the run out",
                       label(plan->job, r));
    s->n_columns += plan->job->runs[r].n_confounds;
    plan->n_columns += s->n_columns;
    return VB_OK;
}

vb_status spm_plan_make(const vb_export_job *job, vb_arena *arena, spm_plan *plan,
                        vb_notes *notes, vb_error *err)
{
    vb_status status = export_check_job(job, err);

    if (status == VB_OK)
        status = check_runs(job, err);
    if (status != VB_OK)
        return status;
    *plan = (spm_plan){.job = job, .arena = arena, .n_basis = 1};
    plan->runs = vb_arena_take(arena, job->n_runs, sizeof *plan->runs);
    if (!plan->runs)
        return vb_fail_memory(err, job->n_runs * sizeof *plan->runs);
    for (size_t r = 0; r < job->n_runs; r++) {
        const size_t n = export_n_basis(job->designs[r]);

        plan->n_basis = n > plan->n_basis ? n : plan->n_basis;
    }
    choose_bins(plan, notes);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = plan_run(plan, r, notes, err);
    return status;
}

/* Column of SPM's whole design for column j of our design of run r; VB_NONE: none. */
static size_t column_of(const spm_plan *plan, size_t r, size_t j)
{
    const vb_design_run *run = &plan->job->runs[r];
    const vb_column *column = &plan->job->designs[r]->columns[j];
    const spm_run *s = &plan->runs[r];
    const size_t ev = export_ev_of(column, s->n_evs, s->evs);
    const size_t confound = export_confound_of(column, run);

    if (column->kind == VB_COLUMN_CONSTANT)
        return plan->n_columns + r;
    if (confound != VB_NONE)
        return s->first_column + s->n_columns - run->n_confounds + confound;
    if (ev == VB_NONE || !s->kept[ev])
        return VB_NONE;
    return s->first_column + s->spm_column[ev] + column->basis;
}

/* Runs whose contrast c, row i weights a column of the same title. */
static size_t runs_with(const vb_export_job *job, size_t c, size_t i,
                        const vb_column *like)
{
    size_t n = 0;

    for (size_t r = 0; r < job->n_runs; r++) {
        const vb_design *d = job->designs[r];

        for (size_t j = 0; j < d->n_cols; j++)
            if (job->contrasts[r][c].weights[i * d->n_cols + j] != 0 &&
                strcmp(d->columns[j].title, like->title) == 0) {
                n++;
                break;
            }
    }
    return n;
}

vb_status spm_contrast(const spm_plan *plan, size_t c, double **weights,
                       const char **missing, vb_error *err)
{
    const vb_export_job *job = plan->job;
    const size_t n_rows = job->contrasts[0][c].n_rows,
                 n = plan->n_columns + job->n_runs;
    double *w = vb_arena_take(plan->arena, n_rows * n, sizeof *w);

    *weights = NULL;
    *missing = NULL;
    if (!w)
        return vb_fail_memory(err, n_rows * n * sizeof *w);
    for (size_t r = 0; r < job->n_runs; r++) {
        const vb_design *d = job->designs[r];

        for (size_t i = 0; i < n_rows; i++)
            for (size_t j = 0; j < d->n_cols; j++) {
                const double weight = job->contrasts[r][c].weights[i * d->n_cols + j];
                const size_t to = weight != 0 ? column_of(plan, r, j) : VB_NONE;

                if (weight == 0)
                    continue;
                if (to == VB_NONE)
                    *missing = d->columns[j].title;
                else
                    w[i * n + to] =
                        weight / (double)runs_with(job, c, i, &d->columns[j]);
            }
    }
    *weights = *missing ? NULL : w;
    return VB_OK;
}
