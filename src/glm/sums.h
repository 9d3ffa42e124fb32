/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sums.h - inside of vb_glm, shared by glm.c and finish.c. */
#ifndef VB_GLM_SUMS_H
#define VB_GLM_SUMS_H

#include "glm_plan.h"

struct vb_glm {
    const vb_glm_plan *plan;
    size_t n_voxels, n_tiles, panel_rows;
    size_t n_added; /* scans so far */
    bool is_finished;
    double *panels; /* [n_tiles x VB_TILE / VB_PANEL][panel_rows][VB_PANEL] */
    double *packed; /* [n_rows_padded x MOST_VOLUMES] */
};

/* n doubles aligned for the kernels, not zeroed; to be freed.  NULL without memory.  (Zeroed
 * pages would be touched twice: the first block writes them all.) */
double *vb_glm_doubles(size_t n);

/* Row 0 of the panel of voxel v. */
static inline double *vb_glm_panel(const vb_glm *glm, size_t v)
{
    return glm->panels + v / VB_PANEL * glm->panel_rows * VB_PANEL;
}

#endif
