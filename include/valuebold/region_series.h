/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Series of regions out of the volumes of a run, all regions in one pass.
 *
 *     vb_region_extract_alloc    regions of one grid
 *     vb_region_extract_mask     which voxels to read
 *     vb_region_extract_add      volumes, in order
 *     vb_region_extract_finish   what the regions came to; or that another pass is needed
 */
#ifndef VALUEBOLD_REGION_SERIES_H
#define VALUEBOLD_REGION_SERIES_H

#include "valuebold/region.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A region in one run.  Used are its voxels that are in the brain mask (when there is one) and
 * have signal: finite in every volume and not the same in all.
 */
typedef struct vb_region_series {
    size_t n_voxels;    /* of the region in the grid */
    size_t n_brain;     /* of these in the brain mask */
    size_t n_constant;  /* of these the same in all volumes */
    size_t n_nonfinite; /* NaN or infinite in some volume */
    size_t n_used;      /* the others */
    double *mean;       /* [n_scans] over the voxels used; NaN when there is none */
    double *median;     /* [n_scans]; of an even number the mean of the middle two */
    double *weighted;   /* [n_scans] sum of weight * value / sum of weight */
    double tsnr;      /* mean over voxels of mean / sd in time (n - 1), no detrending */
    double tsnr_mean; /* the same of the mean series */
    size_t *voxel;    /* [n_used] in the grid, ascending */
    double *weight;   /* [n_used] */
} vb_region_series;

typedef struct vb_region_extract vb_region_extract;

/*
 * regions are borrowed until vb_region_extract_free, and have voxels below n_vox.  brain
 * [n_vox] (NULL: all) is read in the call only.  The voxels' series are kept when they
 * need at most keep_bytes; otherwise only sums are, and a run with voxels that must be left
 * out has to be read twice.
 */
VB_API vb_status vb_region_extract_alloc(size_t n_regions, const vb_region regions[],
                                         size_t n_vox, size_t n_scans,
                                         const uint8_t brain[], size_t keep_bytes,
                                         vb_region_extract **extract, vb_error *err);
VB_API void vb_region_extract_free(vb_region_extract *extract); /* NULL is fine */

/* mask [n_vox]: 1 for voxels of some region (and of the brain).  Returns how many. */
VB_API size_t vb_region_extract_mask(const vb_region_extract *extract, uint8_t mask[]);

/* The next n_volumes, each a row of `stride` values as stored of which the first are those of
 * the mask in order; the value is slope * stored + inter. */
VB_API vb_status vb_region_extract_add(vb_region_extract *extract, size_t n_volumes,
                                       vb_sample type, const void *values,
                                       size_t stride, double slope, double inter,
                                       vb_error *err);

/* After the last volume.  *again true: all volumes must be added once more (voxels without
 * signal were found and not kept). */
VB_API vb_status vb_region_extract_finish(vb_region_extract *extract, bool *again,
                                          vb_error *err);

/* Region r; valid until vb_region_extract_free. */
VB_API const vb_region_series *vb_region_extract_result(
    const vb_region_extract *extract, size_t r);

/* Series of the voxels used of region r, y [n_scans x n_used].  VB_ENOMEM: they were not
 * kept (with the bytes they need). */
VB_API vb_status vb_region_extract_voxels(const vb_region_extract *extract, size_t r,
                                          double y[], vb_error *err);

/*
 * First eigenvariate of y [n_scans x n_voxels] in SPM's sign and scale: with s1 the largest
 * eigenvalue of y'y, v its eigenvector with sum(v) >= 0 and u = y v / sqrt(s1),
 *
 *     out [n_scans] = u * sqrt(s1 / n_voxels)
 *
 * y is taken as it is: without the mean taken out it is dominated by it.  loading [n_voxels]
 * (may be NULL) is v, *share (may be NULL) s1 / trace.
 * VB_EESTIMATE: y is all zero or not finite.
 * Source: spm_regions.m of SPM12.
 */
VB_API vb_status vb_eigenvariate(size_t n_scans, size_t n_voxels, const double y[],
                                 double out[], double loading[], double *share,
                                 vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
