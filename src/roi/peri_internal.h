/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peri_internal.h - what the two kinds of peri-stimulus curves share. */
#ifndef VB_ROI_PERI_INTERNAL_H
#define VB_ROI_PERI_INTERNAL_H

#include "valuebold/peristimulus.h"

/* The columns of a job: curves of the groups, of the modulator, of events of no group. */
typedef struct vb_peri_columns {
    size_t n_curves; /* of the result */
    size_t n_all;    /* with that of events of no group */
    size_t n_times;
    double step_s;
    double *weight; /* [n_curves x n_events] of the modulator, centred; 1 for groups */
    bool *in;       /* [n_all x n_events] */
    size_t n_cols;  /* n_all n_times + n_others */
    double *x;      /* [n_scans x n_cols] curves, then the others */
    size_t *n_events; /* [n_curves] with a scan in the window */
} vb_peri_columns;

vb_status vb_peri_columns_make(const vb_peri_job *job, vb_arena *arena,
                               vb_peri_columns *columns, vb_error *err);

/* An empty result with its names; estimates are NaN. */
vb_status vb_peri_take(const vb_peri_job *job, vb_peri_kind kind, size_t n_regions,
                       size_t n_times, double first_s, double step_s, const double y[],
                       vb_peri **peri, vb_error *err);

double vb_peri_level(const vb_peri_job *job);

#endif
