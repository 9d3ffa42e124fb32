/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_fields.h - the fields of a NIfTI-1 or -2 header in one form and byte order. */
#ifndef VB_IO_NIFTI_FIELDS_H
#define VB_IO_NIFTI_FIELDS_H

#include "valuebold/status.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    VB_NIFTI1_HEADER = 348,
    VB_NIFTI1_DATA = 352, /* least vox_offset of a single file: header + extender */
    VB_NIFTI2_HEADER = 540,
    VB_NIFTI2_DATA = 544,
};

/* As stored, except for byte order: nothing here has been judged but size and magic. */
typedef struct vb_nifti_fields {
    int version;
    bool swapped, pair; /* pair: the voxels are in an .img */
    bool eol_lost;      /* NIfTI-2: the four line-end bytes of the magic are zero */
    size_t header_bytes, least_offset;
    int64_t dim[8];
    int datatype, bitpix, intent_code, xyzt_units;
    double vox_offset, slope, inter;
    double pixdim[8];
    int qform_code, sform_code;
    double quatern[3], qoffset[3];
    double srow[3][4];
} vb_nifti_fields;

/* bytes [n]: the start of the file.  VB_EINPUT for what is no NIfTI header, with the
 * reason; path is for messages. */
vb_status vb_nifti_fields_parse(const uint8_t *bytes, size_t n, const char *path,
                                vb_nifti_fields *fields, vb_error *err);

/* The affine of the quaternion (method 2 of nifti1.h).  *renormalised: b^2 + c^2 + d^2
 * was above 1. */
void vb_nifti_qform(const vb_nifti_fields *fields, double affine[3][4],
                    bool *renormalised);

#endif
