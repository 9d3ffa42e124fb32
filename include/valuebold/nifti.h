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
#include "valuebold/sample.h"
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

    size_t n_dims;    /* 1..7 */
    size_t dim[7];    /* 1 beyond n_dims */
    size_t n_vox;     /* dim[0] * dim[1] * dim[2]: voxels of a volume */
    size_t n_volumes; /* product of the other dimensions */
    vb_nifti_type datatype;
    size_t voxel_bytes;
    uint64_t data_offset; /* of the first voxel in the (inflated) data file */

    /* value = slope * stored + inter; 1 and 0 where the header scales nothing */
    double slope, inter;

    double voxel_mm[3]; /* absolute values of pixdim[1..3], in mm */
    double tr_s;        /* NaN: the header has none (or the image is 3D) */

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

/* ---- voxels, streamed ---- */

typedef struct vb_nifti_stream vb_nifti_stream;

/* Zero-initialise for the defaults. */
typedef struct vb_nifti_options {
    size_t block_volumes; /* volumes a block; 0: 32 */
    size_t last_volumes; /* at most so many in the last block, whose work nothing hides;
                              0: 16 */
    size_t window_blocks; /* blocks in memory, the one in use included; 0: 2 */
    bool alone;           /* no thread of its own: vb_nifti_next reads */
    size_t row_multiple;  /* rows of a block are padded with zeros to it; 0: 1 */
    const uint8_t *mask;  /* [n_vox] voxels to keep (non-zero); NULL: all.  Borrowed for
                              the call that takes it */
} vb_nifti_options;

/* Volumes first_volume ... first_volume + n_volumes - 1 as stored, not yet scaled: one row
 * of `stride` values a volume, the first n_voxels of them the kept voxels in file order. */
typedef struct vb_nifti_block {
    size_t first_volume, n_volumes;
    size_t n_voxels, stride;
    vb_sample type;
    const void *values; /* [n_volumes x stride] */
    bool waited; /* it was not ready when it was asked for: reading sets the pace */
} vb_nifti_block;

/*
 * Begins to read the voxels of a checked header: a thread of its own inflates and gathers
 * ahead of the caller, within the window, whatever the length of the series; another one, nearly
 * idle, reads large compressed files for it.
 * int8, uint8 and int16 arrive as int16, uint16 and float32 as float32, all else as
 * float64; 64-bit integers above 2^53 are rounded and noted.
 * The header must stay valid until vb_nifti_close.
 */
VB_API vb_status vb_nifti_open(const vb_nifti_header *header,
                               const vb_nifti_options *options,
                               vb_nifti_stream **stream, vb_error *err);

/*
 * The next block; it stays valid until the next call.  n_volumes 0: the end, after the
 * last checksum was found right.  Only then are the values vouched for.
 * VB_EINPUT: the data end early, the gzip stream is damaged or its checksum differs.
 * Noted at the end: nifti-trailing, gz-trailing, nifti-rounded.
 */
VB_API vb_status vb_nifti_next(vb_nifti_stream *stream, vb_nifti_block *block,
                               vb_notes *notes, vb_error *err);
VB_API void vb_nifti_close(vb_nifti_stream *stream); /* NULL is fine, at any time */

/* All voxels of all volumes as scaled values: values [n_volumes x n_vox], the caller's. */
VB_API vb_status vb_nifti_read(const vb_nifti_header *header, double values[],
                               vb_notes *notes, vb_error *err);

/*
 * Reads a mask on the grid of another image: mask [grid->n_vox] becomes 1 where the value
 * is finite and not 0; *n_in counts them.
 * VB_EINPUT: another grid, several volumes, or an empty mask.
 * Noted: mask-nonfinite (NaN counts as outside), mask-values (more than two values),
 * mask-small (a single voxel).
 */
VB_API vb_status vb_nifti_read_mask(const char *path, const vb_nifti_header *grid,
                                    uint8_t mask[], size_t *n_in, vb_notes *notes,
                                    vb_error *err);

/* What one pass over a series shows. */
typedef struct vb_nifti_survey {
    double mean;        /* of all finite values of all volumes, scaled */
    size_t n_nonfinite; /* voxels with a NaN or infinite value in some volume */
    size_t n_constant;  /* voxels with the same finite value in all volumes */
    size_t n_varying;   /* the others */
} vb_nifti_survey;

/* Surveys a series.  Noted: nifti-nonfinite.  VB_EESTIMATE: no voxel varies in time. */
VB_API vb_status vb_nifti_survey_read(const vb_nifti_header *header,
                                      vb_nifti_survey *survey, vb_notes *notes,
                                      vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
