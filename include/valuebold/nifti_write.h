/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maps as NIfTI bytes: on the grid of an input image, with what they hold (t with its
 * degrees of freedom, p, ...) in the header, ready to be published.
 */
#ifndef VALUEBOLD_NIFTI_WRITE_H
#define VALUEBOLD_NIFTI_WRITE_H

#include "valuebold/buffer.h"
#include "valuebold/nifti.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the values are: NIfTI's intent_code. */
typedef enum vb_map_intent {
    VB_MAP_NONE = 0,
    VB_MAP_T = 3,
    VB_MAP_F = 4,
    VB_MAP_Z = 5,
    VB_MAP_P = 22,
    VB_MAP_ESTIMATE = 1001,
    VB_MAP_LABEL = 1002,
} vb_map_intent;

/* One map.  Zero-initialise; all is borrowed for the call. */
typedef struct vb_map {
    const vb_nifti_header *grid; /* dimensions, voxel sizes and orientation are kept */
    const char *description;     /* header's descrip: at most 79 bytes are kept */
    vb_map_intent intent;
    double df1, df2; /* VB_MAP_T: df1; VB_MAP_F: both */

    /* 4D when above 1 (0: 1 volume); tr_s is written when it is a number above 0 */
    size_t n_volumes;
    double tr_s;

    /* UINT8, INT16, INT32, FLOAT32 or FLOAT64; stored as they come, NaN stays */
    vb_nifti_type type;
    const void
        *values; /* [n_volumes x n_vox], or [n_volumes x n_in_mask] with a mask */
    const uint8_t *mask; /* [n_vox] or NULL; values stand in file order of its non-zero
                            voxels */
    double outside;      /* value of the other voxels; NaN for floating types only */

    int level; /* of gzip, 1..12; 0: 1, which is as small as 6 for statistical maps */
    bool
        fast; /* gzip by ISA-L: as small, in a tenth of the time, but the compressed bytes
                   may differ between processors */
    bool plain; /* not compressed */
} vb_map;

/*
 * Writes a single-file image into an empty buffer: NIfTI-1, NIfTI-2 when a dimension is
 * above 32,767.  Little-endian on every machine, no time stamp, header bytes without a
 * meaning are zero: the bytes depend on the map and libdeflate's version alone (but see fast).
 *
 * sform and qform are both set to the affine of grid.  Where a code of grid is 0 it takes
 * the other's; where both are (orientation unknown) they become 2, "aligned", since
 * the map lies as its input does.  A sheared affine has no quaternion: qform_code is 0 then.
 *
 * VB_EINTERNAL: no values, a type that is not written, a buffer in use; VB_EDOM: a level or
 * outside value that cannot be.
 */
VB_API vb_status vb_nifti_write(const vb_map *map, vb_buffer *bytes, vb_error *err);

/* The same for n maps into n buffers, by up to n_threads threads; the bytes are the same
 * for any number of them.  On error the one of the first map that failed is told. */
VB_API vb_status vb_nifti_write_many(size_t n, const vb_map maps[],
                                     vb_buffer *const bytes[], size_t n_threads,
                                     vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
