/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_sharing.h - runs as one model: what is common to its two ways, voxel by voxel
 * (glm_concatenate.c) and with one covariance for all voxels (glm_pooled.c). */
#ifndef VB_PIPELINE_GLM_SHARING_H
#define VB_PIPELINE_GLM_SHARING_H

#include "glm_internal.h"

typedef struct glm_sharing {
    size_t n_runs;
    const vb_glm_job *jobs;
    const vb_glm_options *options;
    vb_arena *arena;
    /* made by glm_share */
    size_t n_shared;
    const char **titles; /* [n_shared] */
    size_t **columns; /* [n_runs][n_shared] of the run's design; VB_NONE: it has none */
    vb_contrast *contrasts; /* on the shared columns */
} glm_sharing;

/* Shared are the columns (by title) that a contrast names in some run, and all events and
 * modulators where the job says so.  Under VB_GLM_RUNS_STACK they are the columns of each run
 * that a contrast names, for other runs to say nothing about. */
vb_status glm_share(glm_sharing *sharing, vb_error *err);
bool glm_is_shared(const glm_sharing *sharing, size_t run, size_t column);

/* The same for a noise model that pools its covariance over voxels. */
vb_status glm_pooled(glm_sharing *sharing, const vb_glm_place *together,
                     vb_outputs *outputs, vb_glm_summary *summary, vb_notes *notes,
                     vb_error *err);

#endif
