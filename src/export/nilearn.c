/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nilearn.c - events, designs and a script for nilearn. */
#include "exporters.h"
#include "nilearn_internal.h"

#include <stdlib.h>
#include <string.h>

vb_status nilearn_plan_make(const vb_export_job *job, vb_arena *arena,
                            nilearn_plan *plan, vb_error *err)
{
    vb_status status = export_plan_make(job, arena, &plan->evs, err);

    if (status == VB_OK)
        status = export_identifiers(&plan->evs, &plan->names, err);
    if (status != VB_OK)
        return status;
    plan->matrices = vb_arena_take(arena, job->n_runs, sizeof *plan->matrices);
    if (!plan->matrices)
        return vb_fail_memory(err, job->n_runs * sizeof *plan->matrices);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = export_matrix_of(job->designs[r], arena, &plan->matrices[r], err);
    return status;
}

/* By time; rows of one time stay in the order of the regressors. */
static int by_time(const void *a, const void *b)
{
    const nilearn_row *x = a, *y = b;

    if (x->onset_s != y->onset_s)
        return x->onset_s < y->onset_s ? -1 : 1;
    return x->ev < y->ev ? -1 : x->ev > y->ev;
}

vb_status nilearn_rows(const nilearn_plan *plan, size_t r, size_t *n,
                       nilearn_row **rows, vb_error *err)
{
    const export_plan *evs = &plan->evs;
    const vb_design_run *run = &evs->job->runs[r];
    size_t most = 0, k = 0;
    nilearn_row *all;

    for (size_t i = 0; i < evs->n_evs; i++)
        if (!export_is_empty(evs, i, r))
            most += run->events[evs->evs[i].of[r]->event].n_events;
    *n = 0;
    *rows = all = vb_arena_take(evs->arena, most, sizeof *all);
    if (!all)
        return vb_fail_memory(err, most * sizeof *all);
    for (size_t i = 0; i < evs->n_evs; i++) {
        size_t n_rows;
        double *x;
        vb_status status = export_rows(evs, i, r, &n_rows, &x, err);

        if (status != VB_OK)
            return status;
        for (size_t t = 0; t < n_rows; t++)
            all[k++] = (nilearn_row){x[3 * t], x[3 * t + 1], x[3 * t + 2], i};
    }
    if (k)
        qsort(all, k, sizeof *all, by_time);
    *n = k;
    return VB_OK;
}

static vb_status add(const nilearn_plan *plan, size_t r, const char *suffix,
                     vb_outputs *outputs, vb_buffer **out, vb_error *err)
{
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];

    export_folder(plan->evs.job, "nilearn", folder, sizeof folder);
    vb_export_stem(plan->evs.job, r, stem, sizeof stem);
    return vb_outputs_add(outputs, out, err, "%s/%s_%s", folder, stem, suffix);
}

static vb_status write_events(const nilearn_plan *plan, size_t r, vb_outputs *outputs,
                              vb_error *err)
{
    nilearn_row *rows;
    vb_buffer *out;
    size_t n;
    vb_status status = nilearn_rows(plan, r, &n, &rows, err);

    if (status == VB_OK)
        status = add(plan, r, "events.tsv", outputs, &out, err);
    if (status != VB_OK)
        return status;
    vb_put_text(out, "onset\tduration\ttrial_type\tmodulation\n");
    for (size_t i = 0; i < n; i++) {
        vb_put_number(out, rows[i].onset_s);
        vb_put_char(out, '\t');
        vb_put_number(out, rows[i].duration_s);
        vb_putf(out, "\t%s\t", plan->names[rows[i].ev]);
        vb_put_number(out, rows[i].modulation);
        vb_put_char(out, '\n');
    }
    return vb_buffer_ok(out, err);
}

static vb_status write_run(const nilearn_plan *plan, size_t r, vb_outputs *outputs,
                           vb_error *err)
{
    const vb_design_run *run = &plan->evs.job->runs[r];
    const export_matrix *m = &plan->matrices[r];
    vb_buffer *out;
    vb_status status = write_events(plan, r, outputs, err);

    if (status == VB_OK)
        status = add(plan, r, "design.tsv", outputs, &out, err);
    if (status == VB_OK) {
        export_put_table(out, m->n_scans, m->n_cols, m->names, m->x);
        status = vb_buffer_ok(out, err);
    }
    if (status != VB_OK || !run->n_confounds)
        return status;
    status = add(plan, r, "confounds.tsv", outputs, &out, err);
    if (status != VB_OK)
        return status;
    export_put_table(out, run->n_scans, run->n_confounds, run->confound_names,
                     run->confounds);
    return vb_buffer_ok(out, err);
}

/* nilearn's kernels are not ours to the last digit; the design file is. */
static void note_kernel(const vb_export_job *job, vb_notes *notes)
{
    bool same;
    const char *theirs = nilearn_hrf(job->designs[0], &same);

    if (!same)
        vb_note_add(notes, VB_WARNING, "export-nilearn-kernel", NULL, 0, 0,
                    "nilearn has no response function like `%s`: a design it builds "
                    "from the events uses '%s'; the design.tsv keeps ours",
                    job->designs[0]->hrf, theirs);
}

vb_status vb_nilearn_write(const vb_export_job *job, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    char folder[VB_TEXT_MAX];
    vb_buffer *out;
    nilearn_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = nilearn_plan_make(job, arena, &plan, err);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = write_run(&plan, r, outputs, err);
    if (status == VB_OK)
        status = add(&plan, VB_NONE, "glm.py", outputs, &out, err);
    if (status == VB_OK)
        status = nilearn_put_script(&plan, out, err);
    export_folder(job, "nilearn", folder, sizeof folder);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/CONVENTIONS.md", folder);
    if (status == VB_OK)
        status = nilearn_note(&plan, out, err);
    if (status == VB_OK) {
        export_note_filter(job, "nilearn", notes);
        note_kernel(job, notes);
    }
    vb_arena_free(arena);
    return status;
}
