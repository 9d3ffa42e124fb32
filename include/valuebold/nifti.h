/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NIfTI images: headers checked field by field, voxels streamed in blocks of volumes.
 *
 * NIfTI-1 and -2, .nii, .nii.gz, .hdr + .img (either of them compressed), both byte
 * orders.  What a file is, its content says and not its name.
 * Source: nifti1.h and nifti2.h of https://nifti.nimh.nih.gov.
 */
#ifndef VALUEBOLD_NIFTI_H
#define VALUEBOLD_NIFTI_H

#include "valuebold/notes.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Datatype codes of the standard; these ten are read. */
typedef enum vb_nifti_type {
    VB_NIFTI_UINT8 = 2,
    VB_NIFTI_INT16 = 4,
    VB_NIFTI_INT32 = 8,
    VB_NIFTI_FLOAT32 = 16,
    VB_NIFTI_FLOAT64 = 64,
    VB_NIFTI_INT8 = 256,
    VB_NIFTI_UINT16 = 512,
    VB_NIFTI_UINT32 = 768,
    VB_NIFTI_INT64 = 1024,
    VB_NIFTI_UINT64 = 1280,
} vb_nifti_type;

/* Where affine comes from. */
typedef enum vb_nifti_space {
    VB_NIFTI_SFORM,
    VB_NIFTI_QFORM,
    VB_NIFTI_VOXEL_SIZES, /* both codes are 0: sizes only, origin at the first voxel */
} vb_nifti_space;

typedef struct vb_nifti_header {
    char path[VB_PATH_MAX];      /* file that holds the header */
    char data_path[VB_PATH_MAX]; /* file that holds the voxels: path, or the .img */
    int version;                 /* 1 or 2 */
    bool gzipped;                /* the data file is compressed */
    bool swapped;                /* byte order is not this machine's */

    size_t n_dims;          /* 1..7 */
    size_t dim[7];          /* 1 beyond n_dims */
    size_t n_vox;           /* dim[0] * dim[1] * dim[2]: voxels of a volume */
    size_t n_volumes;       /* product of the other dimensions */
    vb_nifti_type datatype;
    size_t voxel_bytes;
    uint64_t data_offset;   /* of the first voxel in the (inflated) data file */

    /* value = slope * stored + inter; 1 and 0 where the header scales nothing */
    double slope, inter;

    double voxel_mm[3];     /* absolute values of pixdim[1..3], in mm */
    double tr_s;            /* NaN: the header has none (or the image is 3D) */

    /* (x, y, z) in mm = affine * (i, j, k, 1), i, j, k from 0 */
    double affine[3][4];
    vb_nifti_space space;
    int qform_code, sform_code; /* as in the file */
} vb_nifti_header;

/*
 * Reads and checks the header of path (.nii, .nii.gz, .hdr; .img stands for its .hdr).
 * The dimensions are held against the size of the data file (compressed: against the most
 * that deflate can hold, 1032 times its size) before anything is believed, so that what
 * follows may allocate by them.
 *
 * Refused (VB_EINPUT, file named): what is no regular file, no NIfTI, damaged, cut short,
 * of a datatype that is not real, without a usable orientation, or with a repetition time
 * that can only be milliseconds called seconds.  VB_EUSAGE: x.img and x.img.gz both exist.
 * Noted (warnings): nifti-bitpix, nifti-extension, nifti-scaling, nifti-trailing,
 * nifti-voxel-size, nifti-quaternion, nifti-orientation, nifti-tr, nifti-magic, gz-name.
 * notes and err may be NULL.
 */
VB_API vb_status vb_nifti_header_read(const char *path, vb_nifti_header *header,
                                      vb_notes *notes, vb_error *err);

/* "int16" ... of a datatype code; NULL for codes that are not read. */
VB_API const char *vb_nifti_type_name(int datatype);

/* Refuses (VB_EINPUT) what is not a series: BOLD must be 4D with at least 2 volumes; a
 * fifth and later dimension of 1 is accepted. */
VB_API vb_status vb_nifti_check_bold(const vb_nifti_header *header, vb_error *err);

/* Refuses (VB_EINPUT, both grids in the text) an image, e.g. a mask, whose dimensions
 * differ from those of grid or whose corners lie more than 1e-3 mm elsewhere. */
VB_API vb_status vb_nifti_check_grid(const vb_nifti_header *image,
                                     const vb_nifti_header *grid, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
