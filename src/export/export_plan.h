/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export_plan.h - the regressors of all runs of a job, so that every run has the same, and
 * the trials of each: onset, duration, weight.
 */
#ifndef VB_EXPORT_PLAN_H
#define VB_EXPORT_PLAN_H

#include "export_internal.h"

enum { EXPORT_NAME_MAX = 160 };

/* One EV of the study.  All runs have all of them, so that copes are the same. */
typedef struct export_plan_ev {
    const char *title;
    char name[EXPORT_NAME_MAX]; /* camelCase, in file names */
    const export_ev **of;       /* [n_runs] as that run has it; NULL: not at all */
} export_plan_ev;

typedef struct export_plan {
    const vb_export_job *job;
    vb_arena *arena;
    size_t n_basis, n_evs;
    export_plan_ev *evs;
} export_plan;

/* All runs' EVs in order of first appearance.  VB_EINPUT when two become one name, or one
 * becomes no name. */
vb_status export_plan_make(const vb_export_job *job, vb_arena *arena, export_plan *plan,
                           vb_error *err);

bool export_is_empty(const export_plan *plan, size_t ev, size_t r);

/* Weights of an EV over the n trials of its event, as the design takes them: powers and
 * time are centred over the run.  NaN: that trial has no row. */
void export_weights(const vb_design_run *run, const export_ev *ev, size_t n,
                    double w[]);

/* Rows of an EV: time, duration, weight of each event of run r that has one; n_rows 0 when
 * the EV is empty. */
vb_status export_rows(const export_plan *plan, size_t ev, size_t r, size_t *n_rows,
                      double **rows, vb_error *err);

/*
 * Names that programs in Python take for variables: letters, digits and _, an "x" for the
 * star between event and signal ("taskxsv_difference").  [n_evs] in the arena;
 * VB_EINPUT when two EVs become one.
 */
vb_status export_identifiers(const export_plan *plan, const char ***names,
                             vb_error *err);

#endif
