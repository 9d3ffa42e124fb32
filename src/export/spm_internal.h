/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spm_internal.h - the parts of the SPM exporter. */
#ifndef VB_SPM_INTERNAL_H
#define VB_SPM_INTERNAL_H

#include "export_internal.h"
#include "valuebold/matfile.h"

/* One run as SPM gets it. */
typedef struct spm_run {
    size_t n_evs;
    export_ev *evs; /* all regressors of the run */
    bool *kept;     /* [n_evs] is in the conditions file */
    size_t
        *spm_column; /* [n_evs] 0-based column of its first basis function in the run */
    size_t n_columns;    /* of the run: conditions, then regressors */
    size_t first_column; /* of the run in the whole design */
} spm_run;

typedef struct spm_plan {
    const vb_export_job *job;
    vb_arena *arena;
    size_t n_basis;
    spm_run *runs;
    size_t n_columns; /* of all runs; session constants follow */
    unsigned fmri_t, fmri_t0;
} spm_plan;

/* Where everything goes; also what SPM cannot do is refused or noted here. */
vb_status spm_plan_make(const vb_export_job *job, vb_arena *arena, spm_plan *plan,
                        vb_notes *notes, vb_error *err);

/* Time of SPM's sample within a scan, s. */
double spm_sample_s(const spm_plan *plan);

/* The variables of the conditions file of run r, and of its regressors file. */
vb_status spm_conditions(const spm_plan *plan, size_t r, vb_buffer *out, vb_error *err);
vb_status spm_regressors(const spm_plan *plan, size_t r, vb_buffer *out, vb_error *err);

/* Contrast c over all of SPM's columns, [n_rows x n_columns + n_runs]; *weights NULL when
 * SPM's design lacks a column the contrast needs, with *missing naming it. */
vb_status spm_contrast(const spm_plan *plan, size_t c, double **weights,
                       const char **missing, vb_error *err);

vb_status spm_batch(const spm_plan *plan, vb_buffer *out, vb_notes *notes,
                    vb_error *err);
vb_status spm_note(const spm_plan *plan, vb_buffer *out, vb_error *err);

#endif
