/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_extract.h - what is known of regions while their run is read. */
#ifndef VB_ROI_REGION_EXTRACT_H
#define VB_ROI_REGION_EXTRACT_H

#include "valuebold/region_series.h"

/* A voxel of the union and what has been seen of it. */
typedef struct voxel_state {
    double first, sum, square; /* of the differences from the first value */
    uint8_t varies, nonfinite;
} voxel_state;

/* A region's voxels in rows of the union. */
typedef struct region_members {
    size_t n, n_used;
    size_t *row; /* [n] the first n_used are used */
    double *weight;
    size_t *voxel;
} region_members;

struct vb_region_extract {
    size_t n_regions, n_scans, n_union;
    const vb_region *regions;
    size_t *voxel; /* [n_union] ascending */
    voxel_state *state;
    region_members *members;
    vb_region_series *series;
    double *row, *scratch; /* [n_union] */
    size_t keep_bytes, n_added;
    bool keeps, second; /* second: voxels are judged already */
    vb_sample type;
    double slope, inter;
    void *kept; /* [n_scans x n_union] as stored */
};

#endif
