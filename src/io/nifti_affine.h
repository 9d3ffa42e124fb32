/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_affine.h - which orientation of a header is used, and what must be said of it. */
#ifndef VB_IO_NIFTI_AFFINE_H
#define VB_IO_NIFTI_AFFINE_H

#include "nifti_fields.h"
#include "valuebold/nifti.h"

/* Fills voxel_mm, affine, space and the two codes; path, dim must be set. */
vb_status vb_nifti_orient(const vb_nifti_fields *fields, vb_nifti_header *header,
                          vb_notes *notes, vb_error *err);

/* Largest distance in mm between the corners of the grid under a and under b. */
double vb_nifti_corner_distance(const size_t dim[3], const double a[3][4],
                                const double b[3][4]);

#endif
