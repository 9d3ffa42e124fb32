/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions of interest as sets of voxels of a grid.
 *
 *     vb_region_sphere, _box, _point       at mm coordinates
 *     vb_region_labels, _probability       from an image on any grid
 *     vb_region_union, _intersection       of two regions of one grid
 *
 * Nothing here reads a file; coordinates are in the space of the grid.
 */
#ifndef VALUEBOLD_REGION_H
#define VALUEBOLD_REGION_H

#include "valuebold/sample.h"
#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* (x, y, z) in mm = affine * (i, j, k, 1), indices from 0; a voxel is the cell of half a
 * step around its centre. */
typedef struct vb_grid {
    size_t dim[3];
    double affine[3][4];
} vb_grid;

/* Zero-initialise; free with vb_region_free. */
typedef struct vb_region {
    size_t n;
    size_t *voxel;  /* [n] ascending: i + dim[0] * (j + dim[1] * k) */
    double *weight; /* [n] the probability; 1 for regions without one */
    /* Voxels the region would have if the grid went on without end, and those of them that
     * are in it: their ratio is the share of the region in the field of view.  Of a region
     * from an image these are counted in that image's voxels. */
    size_t n_whole, n_inside;
} vb_region;

VB_API void vb_region_free(vb_region *region); /* zeroed afterwards */

/* Share of the region within the field of view, 0 ... 1. */
VB_API double vb_region_inside(const vb_region *region);

/* Voxels whose centre lies at most radius_mm from centre_mm (the rule of SPM and nilearn; 1e-6
 * mm of slack for rounding).
 * VB_EINPUT: no voxel centre is that near (with the distance of the nearest), or the sphere is
 * outside the grid; coordinates or radius not finite, radius not above 0 or over 300 mm. */
VB_API vb_status vb_region_sphere(const vb_grid *grid, const double centre_mm[3],
                                  double radius_mm, vb_region *region, vb_error *err);

/* Voxels whose centre lies in the box of the given edges, parallel to the mm axes; errors as
 * for spheres. */
VB_API vb_status vb_region_box(const vb_grid *grid, const double centre_mm[3],
                               const double size_mm[3], vb_region *region,
                               vb_error *err);

/* The voxel that holds the point (nilearn's sphere without a radius). */
VB_API vb_status vb_region_point(const vb_grid *grid, const double at_mm[3],
                                 vb_region *region, vb_error *err);

/* A 3D image in memory; value = slope * stored + inter. */
typedef struct vb_volume {
    vb_grid grid;
    vb_sample type;
    const void *values; /* [dim[0] * dim[1] * dim[2]] first index fastest */
    double slope, inter;
} vb_volume;

/* Value of voxel v. */
VB_API double vb_volume_at(const vb_volume *volume, size_t v);

/* Voxels of grid whose centre falls into a voxel of image that has one of the labels, or any
 * value but 0 when n_labels is 0 (a mask).  NaN is no label and outside a mask.
 * Nearest neighbour: the index is floor(x + 0.5), as in SPM, nilearn.
 * VB_EINPUT: image has no such voxel, none of them lies in grid. */
VB_API vb_status vb_region_labels(const vb_grid *grid, const vb_volume *image,
                                  size_t n_labels, const double labels[],
                                  vb_region *region, vb_error *err);

/* A region for each of the ascending labels in one pass; regions [n_labels].  A label that the
 * image or the grid does not have leaves its region without voxels (n 0). */
VB_API vb_status vb_region_labels_each(const vb_grid *grid, const vb_volume *image,
                                       size_t n_labels, const double labels[],
                                       vb_region regions[], vb_error *err);

/* Voxels of grid where the image, linearly interpolated, is at least threshold; the
 * interpolated value is the weight.  Beyond the outermost voxel centres the image is 0; NaN
 * counts as 0. */
VB_API vb_status vb_region_probability(const vb_grid *grid, const vb_volume *image,
                                       double threshold, vb_region *region,
                                       vb_error *err);

/* Voxels of either (the larger weight) or both (the smaller one).  What lies outside the
 * grid: of the union the sum of both, of the intersection the worse of the two.
 * An empty intersection is VB_EINPUT. */
VB_API vb_status vb_region_union(const vb_region *a, const vb_region *b, vb_region *out,
                                 vb_error *err);
VB_API vb_status vb_region_intersection(const vb_region *a, const vb_region *b,
                                        vb_region *out, vb_error *err);

/* mm of index ijk (from 0, need not be whole), and back.  VB_EINPUT: a singular affine. */
VB_API void vb_grid_mm(const vb_grid *grid, const double ijk[3], double mm[3]);
VB_API vb_status vb_grid_inverse(const vb_grid *grid, double inverse[3][4],
                                 vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
