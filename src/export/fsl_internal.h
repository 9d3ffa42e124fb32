/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_internal.h - the parts of the FSL exporter. */
#ifndef VB_FSL_INTERNAL_H
#define VB_FSL_INTERNAL_H

#include "export_internal.h"

enum { FSL_NAME_MAX = 160 };

/* One EV of the study.  All runs have all of them, so that copes are the same. */
typedef struct fsl_ev {
    const char *title;
    char name[FSL_NAME_MAX]; /* camelCase, in file names */
    const export_ev **of;    /* [n_runs] as that run has it; NULL: not at all */
} fsl_ev;

typedef struct fsl_plan {
    const vb_export_job *job;
    vb_arena *arena;
    size_t n_basis, n_evs;
    fsl_ev *evs;
} fsl_plan;

/* All runs' EVs in order of first appearance.  VB_EINPUT when two become one name, or one
 * becomes no name. */
vb_status fsl_plan_make(const vb_export_job *job, vb_arena *arena, fsl_plan *plan,
                        vb_notes *notes, vb_error *err);

bool fsl_is_empty(const fsl_plan *plan, size_t ev, size_t r);

/* Rows of an EV: time, duration, weight of each event of run r that has one; n_rows 0 when
 * the EV is empty.  Powers and time are centred over the run, as in the design. */
vb_status fsl_rows(const fsl_plan *plan, size_t ev, size_t r, size_t *n_rows,
                   double **rows, vb_error *err);

/* "sub-01_task-t_run-1_ev-taskXsv.txt" */
char *fsl_file_name(const fsl_plan *plan, size_t ev, size_t r, char out[], size_t size);

/* One t contrast of the files: a contrast, or a row of an F contrast. */
typedef struct fsl_row {
    const char *name;
    size_t contrast, row;
} fsl_row;

/* Rows of those contrasts that keep[] says, t and F alike, and the F tests among them
 * (f_matrix[f * n_rows + row]). */
vb_status fsl_contrast_rows(const fsl_plan *plan, const bool keep[], size_t *n_rows,
                            fsl_row **rows, size_t *n_f, double **f_matrix,
                            vb_error *err);

vb_status fsl_put_fsf(const fsl_plan *plan, size_t r, vb_buffer *out, vb_notes *notes,
                      vb_error *err);
/* Adds design.mat, .con and, where there are F tests, .fts and .grp. */
vb_status fsl_add_matrices(const fsl_plan *plan, size_t r, vb_outputs *outputs,
                           vb_error *err);
vb_status fsl_note(const fsl_plan *plan, vb_buffer *out, vb_error *err);

#endif
