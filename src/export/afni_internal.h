/* SPDX-License-Identifier: GPL-3.0-or-later */
/* afni_internal.h - the parts of the AFNI exporter. */
#ifndef VB_AFNI_INTERNAL_H
#define VB_AFNI_INTERNAL_H

#include "export_matrix.h"
#include "export_plan.h"
#include "xmat.h"

/* What the rows of a timing file hold beside the time. */
typedef enum afni_durations {
    AFNI_IMPULSES, /* all durations 0 */
    AFNI_ONE,      /* all the same: part of the model */
    AFNI_VARYING,  /* ":duration" in every row */
} afni_durations;

/* One -stim_times option: an event, and its modulators. */
typedef struct afni_stim {
    size_t first_ev, n_evs; /* of plan->evs: the event, then what modulates it */
    const char *label;
    afni_durations durations;
    double duration_s; /* of AFNI_ONE */
    char model[128];   /* "BLOCK(2,1)" */
    bool same;         /* the model is our response function */
} afni_stim;

typedef struct afni_plan {
    export_plan evs;
    const char **names; /* [n_evs] */
    size_t n_stims;
    afni_stim *stims;
    xmat matrix; /* all runs together, as 3dDeconvolve builds it */
} afni_plan;

/* Groups the regressors by event, chooses models and builds the matrix.  VB_EINPUT when
 * runs differ in TR. */
vb_status afni_plan_make(const vb_export_job *job, vb_arena *arena, afni_plan *plan,
                         vb_error *err);
vb_status afni_matrix(afni_plan *plan, vb_error *err);

/* One row of a timing file: the trials of a run.  weight[i * n + k] of trial i, n = number
 * of modulators; a trial without a value has weight 0.  n_trials may be 0. */
typedef struct afni_trials {
    size_t n_trials, n_modulators;
    double *onset_s, *duration_s, *weight;
} afni_trials;
vb_status afni_trials_of(const afni_plan *plan, size_t stim, size_t r,
                         afni_trials *trials, vb_error *err);

/* "sub-01_task-t_event-task_times.1D" */
char *afni_file_name(const afni_plan *plan, size_t stim, char out[], size_t size);

/* The contrast over events as -gltsym wants it ("+task[1] -control[0]"); false when it
 * weighs other columns. */
bool afni_put_contrast(const afni_plan *plan, size_t contrast, vb_buffer *out);

/* Columns of drift and confounds that 3dDeconvolve takes from a file. */
size_t afni_n_regressors(const afni_plan *plan);

vb_status afni_put_script(const afni_plan *plan, vb_buffer *out, vb_error *err);
vb_status afni_note(const afni_plan *plan, vb_buffer *out, vb_error *err);

#endif
