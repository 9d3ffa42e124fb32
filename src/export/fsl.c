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

static vb_status write_ev(const fsl_plan *plan, size_t ev, size_t r,
                          vb_outputs *outputs, vb_error *err)
{
    char folder[VB_TEXT_MAX], name[VB_TEXT_MAX];
    size_t n;
    double *rows;
    vb_buffer *out;
    vb_status status = fsl_rows(plan, ev, r, &n, &rows, err);

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

static vb_status write_run(const fsl_plan *plan, size_t r, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    vb_buffer *out;
    vb_status status = VB_OK;

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
    fsl_plan plan;
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
