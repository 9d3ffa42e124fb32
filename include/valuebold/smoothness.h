/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How smooth a statistical image is, and what random field theory makes of it: resels,
 * Euler characteristic densities, p values corrected for the search volume.
 *
 * Smoothness from standardised residuals after Kiebel et al. (1999) NeuroImage 10:756 with
 * the scaling that SPM12 uses; from one z map after Forman et al. (1995) MRM 33:636.
 * Random fields after Worsley et al. (1996) Human Brain Mapping 4:58; cluster sizes after
 * Friston et al. (1994) Human Brain Mapping 1:210.
 */
#ifndef VALUEBOLD_SMOOTHNESS_H
#define VALUEBOLD_SMOOTHNESS_H

#include "valuebold/statistic.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_smoothness {
    double fwhm_voxels[3]; /* never below 1 voxel when made from a z map */
    double fwhm_mm[3];
    double resels[4]; /* R0 ... R3: Euler characteristic, diameter, area, volume */
    size_t n_voxels;  /* of the search volume */
} vb_smoothness;

/* Residual images that are enough: 64, evenly spaced, as SPM takes them (0-based numbers;
 * returns how many). */
enum { VB_SMOOTHNESS_IMAGES = 64 };
VB_API size_t vb_smoothness_images(size_t n_scans, size_t image[VB_SMOOTHNESS_IMAGES]);

/* Sums over residual images; memory: 6 doubles for each voxel of the mask with a full
 * 2 x 2 x 2 neighbourhood. */
typedef struct vb_roughness vb_roughness;

/* mask [dim[0] * dim[1] * dim[2]] is copied.  VB_EESTIMATE: nowhere 2 x 2 x 2 voxels. */
VB_API vb_status vb_roughness_alloc(const size_t dim[3], const uint8_t mask[],
                                    vb_roughness **roughness, vb_error *err);
VB_API void vb_roughness_free(vb_roughness *roughness);

/* One image [n_vox] of residuals divided by the residual standard deviation of their voxel
 * (sqrt(residual sum of squares / df)).  Voxels with a NaN in any image do not count. */
VB_API void vb_roughness_add(vb_roughness *roughness, const double residuals[]);

/* n_scans: residuals in the whole series (not only the images added); df: the residual
 * degrees of freedom.  VB_EESTIMATE: residuals that do not vary in space, or all NaN. */
VB_API vb_status vb_roughness_smoothness(const vb_roughness *roughness, size_t n_scans,
                                         double df, const double voxel_mm[3],
                                         vb_smoothness *smoothness, vb_error *err);

/* From the correlation of neighbours in a single z map [n_vox] (NaN is left out).  Effects
 * in the map make it look smoother than its noise: residuals are better where there are
 * any. */
VB_API vb_status vb_smoothness_from_z(const size_t dim[3], const uint8_t mask[],
                                      const double z[], const double voxel_mm[3],
                                      vb_smoothness *smoothness, vb_error *err);

/* Resel counts of a mask for a FWHM in voxels. */
VB_API void vb_resels(const size_t dim[3], const uint8_t mask[],
                      const double fwhm_voxels[3], double resels[4]);

/* ---- random fields; statistic.df2 (t and F) must be at least 3 ---- */

/* Euler characteristic per resel of dimension 0 ... 3 above x. */
VB_API void vb_rft_densities(const vb_statistic *statistic, double x,
                             double density[4]);

/* P(some peak of the search volume is above x): random field or Bonferroni, whichever is
 * smaller, as SPM reports it. */
VB_API double vb_rft_peak_p(const vb_statistic *statistic, double x,
                            const vb_smoothness *smoothness);

/* The height with that p: the lower of the random field's and Bonferroni's. */
VB_API vb_status vb_rft_height(const vb_statistic *statistic, double alpha,
                               const vb_smoothness *smoothness, double *height,
                               vb_error *err);

/* P(a cluster above height has n_voxels or more), for one cluster (*uncorrected) and for
 * any in the search volume (*corrected). */
VB_API void vb_rft_cluster_p(const vb_statistic *statistic, double height,
                             size_t n_voxels, const vb_smoothness *smoothness,
                             double *uncorrected, double *corrected);

#ifdef __cplusplus
}
#endif
#endif
