/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_pooled.h - runs as one model under a noise that all voxels share. */
#ifndef VB_PIPELINE_GLM_POOLED_H
#define VB_PIPELINE_GLM_POOLED_H

#include "glm_sharing.h"

typedef struct glm_pooling {
    const glm_sharing *s;
    vb_series_plan *plan;
    vb_nifti_header *grids; /* [n_runs] */
    uint8_t **masks;        /* [n_runs][n_vox] */
    double *global;         /* [n_runs] SPM's; NaN: not looked for yet */
    uint8_t *mask;          /* voxels of all runs; malloc'd */
    size_t n_in;
    glm_feed *feeds;      /* [n_runs]; their series are malloc'd */
    double *scale;        /* [n_runs] */
    double **factors;     /* [n_runs][n_in]; NULL: 1 */
    double *mean;         /* [n_in] over the runs */
    vb_series_data *data; /* [n_runs] */
    vb_series *fit;
    vb_glm_counts counts;
    const char *filter;
} glm_pooling;

/* The design over all runs, shared columns first, then those of each run; its plan. */
vb_status glm_pooled_plan(glm_pooling *p, vb_error *err);

#endif
