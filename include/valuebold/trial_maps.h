/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Single-trial estimates of every voxel: an image with one volume a trial.
 */
#ifndef VALUEBOLD_TRIAL_MAPS_H
#define VALUEBOLD_TRIAL_MAPS_H

#include "valuebold/glm_run.h"
#include "valuebold/single_trial.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One run.  Borrowed for the call. */
typedef struct vb_trial_maps_job {
    const char *name; /* for messages and progress */
    const char *bold;
    const char *brain_mask;  /* file VB_GLM_MASK_AUTO takes; NULL: none */
    const vb_design *design; /* of the run: says whether its filter is the data's */
    const vb_trial_plan *plan;
    size_t n_trials;
} vb_trial_maps_job;

typedef struct vb_trial_maps {
    vb_nifti_header grid;
    uint8_t *mask; /* [grid.n_vox] */
    size_t n_in;   /* voxels of the mask */
    char mask_from[VB_PATH_MAX];
    size_t n_trials;
    float *
        estimate; /* [n_trials x n_in] in percent of each voxel's mean or as the image */
    size_t n_fitted;
} vb_trial_maps;

/*
 * Reads the run once and fits all voxels of the mask.  Of options count mask, smoothing,
 * scaling none and percent, threads and progress.
 * Memory: the masked series as stored, and 4 bytes a voxel and trial.
 * VB_EUSAGE: another scaling; VB_EINPUT: another number of volumes than the plan's scans;
 * VB_EESTIMATE: an empty mask, no voxel that varies.
 */
VB_API vb_status vb_trial_maps_fit(const vb_trial_maps_job *job,
                                   const vb_glm_options *options, vb_trial_maps **maps,
                                   vb_notes *notes, vb_error *err);
VB_API void vb_trial_maps_free(vb_trial_maps *maps); /* NULL is fine */

/* The image as NIfTI bytes: NaN where a trial or voxel has no estimate, 0 outside the mask. */
VB_API vb_status vb_trial_maps_put(const vb_trial_maps *maps, const char *description,
                                   vb_buffer *bytes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
