/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_plan.c - the EVs of a study and the rows of their three-column files. */
#include "fsl_internal.h"

#include <stdio.h>

static void note_empty(const export_plan *plan, vb_notes *notes)
{
    for (size_t i = 0; i < plan->n_evs; i++)
        for (size_t r = 0; r < plan->job->n_runs; r++)
            if (export_is_empty(plan, i, r))
                vb_note_add(
                    notes, VB_WARNING, "export-empty-ev", NULL, 0, 0,
                    "run %s: '%s' has no rows or is constant there; FSL gets an "
                    "empty EV, so that all runs have the same EVs",
                    plan->job->run_labels[r] ? plan->job->run_labels[r] : "1",
                    plan->evs[i].title);
}

vb_status fsl_plan_make(const vb_export_job *job, vb_arena *arena, export_plan *plan,
                        vb_notes *notes, vb_error *err)
{
    vb_status status = export_plan_make(job, arena, plan, err);

    if (status == VB_OK)
        note_empty(plan, notes);
    return status;
}

char *fsl_file_name(const export_plan *plan, size_t ev, size_t r, char out[],
                    size_t size)
{
    char stem[VB_TEXT_MAX];

    vb_export_stem(plan->job, r, stem, sizeof stem);
    snprintf(out, size, "%s_ev-%s.txt", stem, plan->evs[ev].name);
    return out;
}

vb_status fsl_contrast_rows(const export_plan *plan, const bool keep[], size_t *n_rows,
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
