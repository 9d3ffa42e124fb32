/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nilearn_internal.h - the parts of the nilearn exporter. */
#ifndef VB_NILEARN_INTERNAL_H
#define VB_NILEARN_INTERNAL_H

#include "export_matrix.h"
#include "export_plan.h"

typedef struct nilearn_plan {
    export_plan evs;
    const char **names; /* [n_evs] trial_type, and the column nilearn makes of it */
    export_matrix *matrices; /* [n_runs] */
} nilearn_plan;

/* One row of an events table. */
typedef struct nilearn_row {
    double onset_s, duration_s, modulation;
    size_t ev;
} nilearn_row;

vb_status nilearn_plan_make(const vb_export_job *job, vb_arena *arena,
                            nilearn_plan *plan, vb_error *err);

/* Rows of run r in the order of time. */
vb_status nilearn_rows(const nilearn_plan *plan, size_t r, size_t *n,
                       nilearn_row **rows, vb_error *err);

/* nilearn's name of the response function; *same is false when it has none like ours. */
const char *nilearn_hrf(const vb_design *design, bool *same);

/* glm.py and CONVENTIONS.md */
vb_status nilearn_put_script(const nilearn_plan *plan, vb_buffer *out, vb_error *err);
vb_status nilearn_note(const nilearn_plan *plan, vb_buffer *out, vb_error *err);

#endif
