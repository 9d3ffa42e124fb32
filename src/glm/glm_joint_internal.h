/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_joint_internal.h - inside of vb_joint, shared by glm_joint.c and glm_joint_fit.c. */
#ifndef VB_GLM_GLM_JOINT_INTERNAL_H
#define VB_GLM_GLM_JOINT_INTERNAL_H

#include "valuebold/glm_joint.h"
#include "valuebold/tails.h"

typedef struct joint_run {
    size_t n_rows;
    double *u; /* [n_rows x rank] W B' */
    double df;
} joint_run;

typedef struct joint_contrast {
    size_t n_w;
    bool is_t;
    double *w; /* [n_w x rank] */
    size_t result;
    vb_z_table *z;
} joint_contrast;

struct vb_joint {
    vb_arena *arena;
    size_t n_shared, rank, n_runs, n_contrasts, n_voxels, most_rows, most_w;
    double *basis; /* [rank x n_shared] */
    joint_run *runs;
    joint_contrast *contrasts;
    double df;
    size_t n_sums, n_results; /* numbers a voxel before and after */
    double *values;           /* [n_voxels x max of both] */
    size_t stride;
    bool is_finished;
};

#endif
