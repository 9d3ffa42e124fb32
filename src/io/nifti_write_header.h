/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_write_header.h - the bytes before the voxels of a map. */
#ifndef VB_IO_NIFTI_WRITE_HEADER_H
#define VB_IO_NIFTI_WRITE_HEADER_H

#include "nifti_fields.h"
#include "valuebold/nifti_write.h"

/* NIfTI-2 when a dimension does not fit into 16 bits. */
int vb_map_version(const vb_map *map);

/* Header and the four bytes that say "no extension": VB_NIFTI1_DATA or VB_NIFTI2_DATA bytes,
 * according to vb_map_version. */
void vb_map_header(const vb_map *map, uint8_t bytes[VB_NIFTI2_DATA]);

/* Quaternion of the rotation nearest to affine, offsets, voxel sizes and qfac (pixdim[0])
 * into fields, whose version is set.  False when affine is sheared, so that no quaternion gives it back to within
 * 1e-3 mm on a grid of dim. */
bool vb_nifti_set_qform(const double affine[3][4], const size_t dim[3],
                        vb_nifti_fields *fields);

#endif
