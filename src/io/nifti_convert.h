/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_convert.h - stored values of one volume into a row of a block. */
#ifndef VB_IO_NIFTI_CONVERT_H
#define VB_IO_NIFTI_CONVERT_H

#include "valuebold/nifti.h"

/* n neighbouring voxels to keep, from voxel `at` of the volume to place `to` of the row. */
typedef struct vb_voxel_run {
    size_t at, to, n;
} vb_voxel_run;

/* How values of a datatype are handed on. */
vb_sample vb_nifti_sample(vb_nifti_type type);

/* Reverses the bytes of n values of 1, 2, 4 or 8 bytes. */
void vb_swap_values(void *values, size_t n, size_t bytes);

/* Gathers the runs of a volume into a row.  Returns how many 64-bit integers were beyond
 * 2^53 and have been rounded. */
size_t vb_nifti_gather(vb_nifti_type type, const void *volume, size_t n_runs,
                       const vb_voxel_run runs[], void *row);

#endif
