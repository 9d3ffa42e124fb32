/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clusters_internal.h - shared by the files about clusters. */
#ifndef VB_GLM_CLUSTERS_INTERNAL_H
#define VB_GLM_CLUSTERS_INTERNAL_H

#include "valuebold/threshold.h"

/* Where the neighbours of a voxel are; fills in to 26 steps and returns how many. */
typedef struct vb_step {
    int d[3];
    ptrdiff_t offset; /* in voxels */
} vb_step;

size_t vb_neighbours(const size_t dim[3], size_t connectivity, vb_step steps[26]);

/* Whether voxel at moved by the step is inside the image. */
static inline bool vb_step_inside(const vb_step *step, const size_t at[3],
                                  const size_t dim[3])
{
    for (size_t i = 0; i < 3; i++)
        if ((step->d[i] < 0 && at[i] == 0) || (step->d[i] > 0 && at[i] + 1 >= dim[i]))
            return false;
    return true;
}

/* The peaks of one cluster, highest first, each at least distance_mm from those before:
 * members [n] are its voxels.  *peaks is allocated, at most max_peaks long. */
vb_status vb_cluster_peaks(const vb_stat_map *map, const vb_threshold *threshold,
                           int sign, size_t n, const size_t members[], vb_peak **peaks,
                           size_t *n_peaks, vb_error *err);

#endif
