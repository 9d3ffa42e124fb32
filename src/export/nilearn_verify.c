/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nilearn_verify.c - reads nilearn's tables back and compares them with the job. */
#include "export_tables.h"
#include "exporters.h"
#include "nilearn_internal.h"

#include <string.h>

static vb_status find(const nilearn_plan *plan, const vb_outputs *outputs, size_t r,
                      const char *suffix, const vb_output **found, vb_error *err)
{
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];

    export_folder(plan->evs.job, "nilearn", folder, sizeof folder);
    vb_export_stem(plan->evs.job, r, stem, sizeof stem);
    return export_need(outputs, found, err, "%s/%s_%s", folder, stem, suffix);
}

static vb_status check_table(const vb_output *file, size_t n, size_t n_cols,
                             const char *const names[], const double x[],
                             size_t *n_values, vb_error *err)
{
    vb_table *table = NULL;
    vb_status status = export_parse_table(file, n, &table, err);

    for (size_t j = 0; j < n_cols && status == VB_OK; j++)
        status = export_check_column(table, names[j], n, n_cols, x + j, n_values, err);
    vb_table_free(table);
    return status;
}

static vb_status check_events(const nilearn_plan *plan, const vb_outputs *outputs,
                              size_t r, size_t *n_values, vb_error *err)
{
    enum { COLUMNS = sizeof(nilearn_row) / sizeof(double) };

    const vb_output *file;
    vb_table *table = NULL;
    nilearn_row *rows;
    size_t n, type;
    vb_status status = nilearn_rows(plan, r, &n, &rows, err);

    if (status == VB_OK)
        status = find(plan, outputs, r, "events.tsv", &file, err);
    if (status == VB_OK)
        status = export_parse_table(file, n, &table, err);
    if (status == VB_OK)
        status = vb_table_need(table, "trial_type", &type, err);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        const char *found = vb_table_cell(table, i, type),
                   *wanted = plan->names[rows[i].ev];

        if (strcmp(found, wanted) != 0)
            status = vb_fail_at(err, VB_EINPUT, file->path, table->line[i], type + 1,
                                "the file has the trial type '%s', the study '%s'",
                                found, wanted);
    }
    if (status == VB_OK && n)
        status = export_check_column(table, "onset", n, COLUMNS, &rows[0].onset_s,
                                     n_values, err);
    if (status == VB_OK && n)
        status = export_check_column(table, "duration", n, COLUMNS, &rows[0].duration_s,
                                     n_values, err);
    if (status == VB_OK && n)
        status = export_check_column(table, "modulation", n, COLUMNS,
                                     &rows[0].modulation, n_values, err);
    vb_table_free(table);
    return status;
}

static vb_status check_run(const nilearn_plan *plan, const vb_outputs *outputs,
                           size_t r, size_t *n_values, vb_error *err)
{
    const vb_design_run *run = &plan->evs.job->runs[r];
    const export_matrix *m = &plan->matrices[r];
    const vb_output *file;
    vb_status status = check_events(plan, outputs, r, n_values, err);

    if (status == VB_OK)
        status = find(plan, outputs, r, "design.tsv", &file, err);
    if (status == VB_OK)
        status =
            check_table(file, m->n_scans, m->n_cols, m->names, m->x, n_values, err);
    if (status != VB_OK || !run->n_confounds)
        return status;
    status = find(plan, outputs, r, "confounds.tsv", &file, err);
    if (status == VB_OK)
        status = check_table(file, run->n_scans, run->n_confounds, run->confound_names,
                             run->confounds, n_values, err);
    return status;
}

vb_status vb_nilearn_verify(const vb_export_job *job, const vb_outputs *outputs,
                            size_t *n_values, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    const vb_output *script;
    nilearn_plan plan;
    size_t n = 0;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = nilearn_plan_make(job, arena, &plan, err);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++)
        status = check_run(&plan, outputs, r, &n, err);
    if (status == VB_OK)
        status = find(&plan, outputs, VB_NONE, "glm.py", &script, err);
    if (status == VB_OK)
        *n_values = n;
    vb_arena_free(arena);
    return status;
}
