/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_internal.h - the parts of the FSL exporter. */
#ifndef VB_FSL_INTERNAL_H
#define VB_FSL_INTERNAL_H

#include "export_plan.h"

/* The plan of all exports, with FSL's notes. */
vb_status fsl_plan_make(const vb_export_job *job, vb_arena *arena, export_plan *plan,
                        vb_notes *notes, vb_error *err);

/* "sub-01_task-t_run-1_ev-taskXsv.txt" */
char *fsl_file_name(const export_plan *plan, size_t ev, size_t r, char out[],
                    size_t size);

/* One t contrast of the files: a contrast, or a row of an F contrast. */
typedef struct fsl_row {
    const char *name;
    size_t contrast, row;
} fsl_row;

/* Rows of those contrasts that keep[] says, t and F alike, and the F tests among them
 * (f_matrix[f * n_rows + row]). */
vb_status fsl_contrast_rows(const export_plan *plan, const bool keep[], size_t *n_rows,
                            fsl_row **rows, size_t *n_f, double **f_matrix,
                            vb_error *err);

vb_status fsl_put_fsf(const export_plan *plan, size_t r, vb_buffer *out,
                      vb_notes *notes, vb_error *err);
/* Adds design.mat, .con and, where there are F tests, .fts and .grp. */
vb_status fsl_add_matrices(const export_plan *plan, size_t r, vb_outputs *outputs,
                           vb_error *err);
vb_status fsl_note(const export_plan *plan, vb_buffer *out, vb_error *err);

#endif
