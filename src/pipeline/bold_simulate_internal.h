/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bold_simulate_internal.h - the noise of simulated images. */
#ifndef VB_PIPELINE_BOLD_SIMULATE_INTERNAL_H
#define VB_PIPELINE_BOLD_SIMULATE_INTERNAL_H

#include "valuebold/bold_simulate.h"
#include "valuebold/nifti.h"

/* Of one voxel, of the plan's sd, out [n_scans].  Each voxel has random numbers of its own. */
void bold_noise_series(const vb_bold_plan *plan, const char *participant,
                       const char *run, size_t voxel, size_t n_scans, double out[]);

/* Of all voxels, smoothed by noise_fwhm_mm: *noise [n_scans x n_vox], to be freed. */
vb_status bold_noise_field(const vb_bold_plan *plan, const char *participant,
                           const char *run, const vb_nifti_header *grid, size_t n_scans,
                           size_t n_threads, float **noise, vb_error *err);

#endif
