/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sums.h - inside of vb_glm, shared by glm.c and finish.c. */
#ifndef VB_GLM_SUMS_H
#define VB_GLM_SUMS_H

#include "glm_plan.h"

struct vb_glm {
    const vb_glm_plan *plan;
    size_t n_voxels, n_tiles, tile_rows;
    size_t n_added; /* scans so far */
    bool is_finished;
    double *tiles;  /* [n_tiles][tile_rows x VB_TILE] */
    double *packed; /* [n_rows_padded x MOST_VOLUMES] */
};

#endif
