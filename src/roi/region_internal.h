/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_internal.h - what the makers of regions share. */
#ifndef VB_ROI_REGION_INTERNAL_H
#define VB_ROI_REGION_INTERNAL_H

#include "valuebold/region.h"
#include <stdbool.h>

/* Voxels added one by one, in ascending order. */
typedef struct region_list {
    vb_region *region;
    size_t capacity;
    bool lost;
} region_list;

void region_put(region_list *list, size_t voxel, double weight);
/* VB_ENOMEM (and the region freed) when something was lost. */
vb_status region_done(region_list *list, vb_error *err);

/* out = m * (x, 1) */
void region_apply(const double m[3][4], const double x[3], double out[3]);
/* floor(x + 0.5) within 0 ... n - 1 into *i; false: outside. */
bool region_nearest(double x, size_t n, size_t *i);

#endif
