/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl.c - the files of the FSL exporter. */
#include "export_summary.h"
#include "exporters.h"
#include "fsl_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* FSL's own stand-in for an EV without events. */
static const char empty_ev[] = "0 0 0\n";

static vb_status write_ev(const export_plan *plan, size_t ev, size_t r,
                          vb_outputs *outputs, vb_error *err)
{
    char folder[VB_TEXT_MAX], name[VB_TEXT_MAX];
    size_t n;
    double *rows;
    vb_buffer *out;
    vb_status status = export_rows(plan, ev, r, &n, &rows, err);

    export_folder(plan->job, "fsl", folder, sizeof folder);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/%s", folder,
                                fsl_file_name(plan, ev, r, name, sizeof name));
    if (status != VB_OK)
        return status;
    if (n)
        export_put_rows(out, n, 3, rows);
    else
        vb_put_text(out, empty_ev);
    return vb_buffer_ok(out, err);
}

/* FEAT samples in the middle of each scan, whatever the slices. */
static void note_sample_time(const export_plan *plan, size_t r, vb_notes *notes)
{
    const vb_design_run *run = &plan->job->runs[r];
    const double ours_s = plan->job->designs[r]->sample_s[0];
    const double off_s = run->tr_s / 2 - ours_s;

    if (fabs(off_s) > 1e-6 * run->tr_s)
        vb_note_add(notes, VB_WARNING, "export-sample-time", NULL, 0, 0,
                    "run %s is sampled at %g s of each scan; FEAT always samples its "
                    "middle, %g s (%+.3f s off): shift the onsets by that, or use the "
                    "design.mat",
                    run->label, ours_s, run->tr_s / 2, off_s);
}

/* FEAT lays a row without duration over one bin of 0.05 s, and over two when its onset lies
 * in the last tenth of a bin (feat_model.cc, shape 3): that event then counts twice. */
static void note_sticks(const export_plan *plan, size_t r, vb_notes *notes)
{
    static const double bin_s = 0.05;
    const vb_design_run *run = &plan->job->runs[r];

    for (size_t e = 0; e < run->n_events; e++) {
        const vb_design_event *event = &run->events[e];
        size_t n = 0;

        for (size_t i = 0; i < event->n_events; i++) {
            const double bin = event->onset_s[i] / bin_s;

            n += event->duration_s[i] == 0 && bin - floor(bin) >= .9 ? 1 : 0;
        }
        if (n)
            vb_note_add(
                notes, VB_WARNING, "export-fsl-stick", NULL, 0, 0,
                "run %s: %zu of %zu events '%s' have duration 0 and an onset in "
                "the last tenth of FEAT's 0.05 s bins: FEAT gives them twice the "
                "height; give events a duration (0.1 s or more)",
                run->label, n, event->n_events, event->name);
    }
}

static vb_status write_run(const export_plan *plan, size_t r, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    vb_buffer *out;
    vb_status status = VB_OK;

    note_sample_time(plan, r, notes);
    note_sticks(plan, r, notes);
    export_folder(plan->job, "fsl", folder, sizeof folder);
    vb_export_stem(plan->job, r, stem, sizeof stem);
    for (size_t i = 0; i < plan->n_evs && status == VB_OK; i++)
        status = write_ev(plan, i, r, outputs, err);
    if (status == VB_OK && run->n_confounds) {
        status =
            vb_outputs_add(outputs, &out, err, "%s/%s_confounds.txt", folder, stem);
        if (status == VB_OK) {
            export_put_rows(out, run->n_scans, run->n_confounds, run->confounds);
            status = vb_buffer_ok(out, err);
        }
    }
    if (status == VB_OK)
        status = fsl_add_matrices(plan, r, outputs, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/%s_design.fsf", folder, stem);
    return status == VB_OK ? fsl_put_fsf(plan, r, out, notes, err) : status;
}

vb_status vb_fsl_write(const vb_export_job *job, vb_outputs *outputs, vb_notes *notes,
                       vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    char folder[VB_TEXT_MAX];
    vb_buffer *out;
    export_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = fsl_plan_make(job, arena, &plan, notes, err);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = write_run(&plan, r, outputs, notes, err);
    export_folder(job, "fsl", folder, sizeof folder);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/CONVENTIONS.md", folder);
    if (status == VB_OK)
        status = fsl_note(&plan, out, err);
    vb_arena_free(arena);
    return status;
}
