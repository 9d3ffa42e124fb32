/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gaussian smoothing of volumes that keeps missing values and masks apart:
 *
 *     out(x) = sum_u g(x - u) m(u) in(u) / sum_u g(x - u) m(u),   m = 1 inside, 0 outside
 *
 * so that a voxel is the weighted mean of the voxels near it that count, at the edge of the
 * image and of the mask too: nothing outside is mixed in as 0, and a constant image
 * stays constant.  (nilearn and SPM take zeros or mirror images there.)  g is sampled at
 * voxel centres and cut off at 4 sd, as scipy and nilearn do; sd = FWHM / sqrt(8 ln 2).
 */
#ifndef VALUEBOLD_SMOOTH_H
#define VALUEBOLD_SMOOTH_H

#include "valuebold/status.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What volumes of one grid, mask and width have in common.  Any number of threads may use
 * one plan, each with a workspace of its own. */
typedef struct vb_smooth vb_smooth;
typedef struct vb_smooth_work vb_smooth_work;

/*
 * fwhm_mm along the three axes of the image; 0: not along this one.
 * mask [n_vox] is copied; NULL: the whole image.
 * VB_EDOM: a FWHM that is negative, not a number, or wider than the image.
 */
VB_API vb_status vb_smooth_alloc(const size_t dim[3], const double voxel_mm[3],
                                 const double fwhm_mm[3], const uint8_t mask[],
                                 vb_smooth **plan, vb_error *err);
VB_API void vb_smooth_free(vb_smooth *plan);

VB_API vb_status vb_smooth_work_alloc(const vb_smooth *plan, vb_smooth_work **work,
                                      vb_error *err);
VB_API void vb_smooth_work_free(vb_smooth_work *work);

/*
 * Smooths a volume [n_vox] in place, without allocating.  Voxels outside the mask are left
 * as they are.  NaN and infinite values inside it do not count for their neighbours and
 * stay; returns how many there were.
 */
VB_API size_t vb_smooth_float(const vb_smooth *plan, vb_smooth_work *work,
                              float volume[]);
VB_API size_t vb_smooth_double(const vb_smooth *plan, vb_smooth_work *work,
                               double volume[]);

#ifdef __cplusplus
}
#endif
#endif
