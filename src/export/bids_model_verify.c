/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_model_verify.c - reads the overlay's events back and compares them with the job. */
#include "bids_model_internal.h"
#include "export_tables.h"
#include "exporters.h"

static vb_status check_run(const export_plan *plan, const char *const names[], size_t r,
                           const vb_outputs *outputs, size_t *n_values, vb_error *err)
{
    enum { STRIDE = sizeof(bids_row) / sizeof(double) };

    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    const vb_output *file;
    vb_table *table = NULL;
    bids_row *rows;
    double *w;
    size_t n;
    vb_status status = bids_rows(plan, r, &n, &rows, err);

    export_folder(plan->job, "bids-model", folder, sizeof folder);
    vb_export_stem(plan->job, r, stem, sizeof stem);
    w = vb_arena_take(plan->arena, n, sizeof *w);
    if (status == VB_OK && !w)
        status = vb_fail_memory(err, n * sizeof *w);
    if (status == VB_OK)
        status =
            export_need(outputs, &file, err, "%s/func/%s_events.tsv", folder, stem);
    if (status == VB_OK)
        status = export_parse_table(file, n, &table, err);
    if (status == VB_OK && n)
        status = export_check_column(table, "onset", n, STRIDE, &rows[0].onset_s,
                                     n_values, err);
    if (status == VB_OK && n)
        status = export_check_column(table, "duration", n, STRIDE, &rows[0].duration_s,
                                     n_values, err);
    for (size_t k = 0; k < plan->n_evs && status == VB_OK; k++) {
        status = bids_weights(plan, r, k, n, rows, w, err);
        if (status == VB_OK)
            status = export_check_column(table, names[k], n, 1, w, n_values, err);
    }
    vb_table_free(table);
    return status;
}

vb_status vb_bids_model_verify(const vb_export_job *job, const vb_outputs *outputs,
                               size_t *n_values, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    const vb_output *model;
    const char **names = NULL;
    export_plan plan;
    size_t n = 0;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = export_plan_make(job, arena, &plan, err);
    if (status == VB_OK)
        status = bids_variables(&plan, &names, err);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = check_run(&plan, names, r, outputs, &n, err);
    if (status == VB_OK)
        status = export_need(outputs, &model, err,
                             "export/bids-model/model-%s_smdl.json", job->task);
    if (status == VB_OK)
        *n_values = n;
    vb_arena_free(arena);
    return status;
}
