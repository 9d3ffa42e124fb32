/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sums.h - inside of vb_glm, shared by glm.c, add.c and finish.c. */
#ifndef VB_GLM_SUMS_H
#define VB_GLM_SUMS_H

#include "glm_plan.h"

enum { VB_MOST_VOLUMES = 64 }; /* added in one go */

struct vb_glm {
    const vb_glm_plan *plan;
    size_t n_voxels, n_tiles, panel_rows;
    size_t n_added; /* scans so far */
    bool is_finished;
    const double *rho; /* [n_voxels] given; NULL: estimated */
    double *panels;    /* [n_tiles x VB_TILE / VB_PANEL][panel_rows][VB_PANEL] */
    double *packed;    /* [n_rows_padded x VB_MOST_VOLUMES] */
};

/* n doubles aligned for the kernels, not zeroed; to be freed.  NULL without memory.  (Zeroed
 * pages would be touched twice: the first block writes them all.) */
double *vb_glm_doubles(size_t n);

/* Row 0 of the panel of voxel v. */
static inline double *vb_glm_panel(const vb_glm *glm, size_t v)
{
    return glm->panels + v / VB_PANEL * glm->panel_rows * VB_PANEL;
}

/* Volumes on their way into the sums of all tiles, at most VB_MOST_VOLUMES. */
typedef struct vb_glm_addition {
    vb_glm *glm;
    vb_glm_feed feed; /* of the first tile */
    size_t value_bytes;
    double *columns; /* [n_workers][VB_TILE x VB_MOST_VOLUMES] */
} vb_glm_addition;

/* Takes the work space of n_workers for volumes of that type.  VB_EUSAGE: more volumes than
 * scans are left. */
vb_status vb_glm_addition_take(vb_glm *glm, size_t n_volumes, vb_sample type,
                               size_t stride, size_t n_workers,
                               vb_glm_addition *addition, vb_error *err);
void vb_glm_addition_free(vb_glm_addition *addition);
/* The next n volumes are those at values. */
void vb_glm_addition_set(vb_glm_addition *addition, size_t n, const void *values);
/* Adds them to one tile. */
void vb_glm_addition_tile(const vb_glm_addition *addition, size_t tile, size_t worker);

#endif
