/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nifti_pieces.h - volumes read piece by piece, their kept voxels into a row. */
#ifndef VB_IO_NIFTI_PIECES_H
#define VB_IO_NIFTI_PIECES_H

#include "gz.h"
#include "nifti_convert.h"

/* To be zero before vb_pieces_make; free it whatever that returned. */
typedef struct vb_pieces {
    const vb_nifti_header *header;
    size_t n_voxels;               /* kept */
    size_t piece_voxels, n_pieces; /* of a volume; the last may be smaller */
    size_t *first_run;             /* [n_pieces + 1] */
    vb_voxel_run *runs;            /* places within their piece */
    unsigned char *piece;          /* as stored */
} vb_pieces;

/* mask [n_vox]; NULL: all voxels. */
vb_status vb_pieces_make(const vb_nifti_header *header, const uint8_t *mask,
                         vb_pieces *pieces, vb_error *err);
void vb_pieces_free(vb_pieces *pieces);

/* Reads volume t, which comes next; *n_rounded grows by the integers that were rounded. */
vb_status vb_pieces_read(vb_pieces *pieces, vb_source *source, size_t t,
                         unsigned char *row, size_t *n_rounded, vb_error *err);

#endif
