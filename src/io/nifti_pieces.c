/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_pieces.c - a piece of a volume at a time, small enough to be in the cache still when
 * its checksum is taken and its voxels are gathered.
 */
#include "nifti_pieces.h"

#include <stdlib.h>

enum { PIECE_BYTES = 1 << 17 };

/* Runs of kept voxels of piece k, from run n_runs on; returns how many there are then.  Runs are
 * written on the second pass. */
static size_t runs_of_piece(vb_pieces *s, const uint8_t *mask, size_t k, size_t n_runs,
                            bool write)
{
    const size_t first = k * s->piece_voxels, n_vox = s->header->n_vox;
    const size_t end =
        n_vox - first < s->piece_voxels ? n_vox : first + s->piece_voxels;

    for (size_t v = first; v < end;) {
        const size_t start = v;

        while (v < end && (!mask || mask[v]))
            v++;
        if (v == start) {
            v++;
            continue;
        }
        if (write)
            s->runs[n_runs] = (vb_voxel_run){start - first, s->n_voxels, v - start};
        n_runs++;
        s->n_voxels += v - start;
    }
    return n_runs;
}

/* The kept voxels as runs of neighbours; counts first, so that memory is taken once. */
vb_status vb_pieces_make(const vb_nifti_header *header, const uint8_t *mask,
                         vb_pieces *s, vb_error *err)
{
    const size_t n_vox = header->n_vox;

    s->header = header;
    s->piece_voxels = PIECE_BYTES / header->voxel_bytes;
    s->n_pieces = (n_vox + s->piece_voxels - 1) / s->piece_voxels;
    s->piece = malloc(PIECE_BYTES);
    s->first_run = calloc(s->n_pieces + 1, sizeof *s->first_run);
    if (!s->piece || !s->first_run)
        return vb_fail_memory(err, PIECE_BYTES);
    for (int pass = 0; pass < 2; pass++) {
        size_t n = 0;

        s->n_voxels = 0;
        for (size_t k = 0; k < s->n_pieces; k++) {
            s->first_run[k] = n;
            n = runs_of_piece(s, mask, k, n, pass);
        }
        s->first_run[s->n_pieces] = n;
        if (!pass) {
            s->runs = calloc(n + 1, sizeof *s->runs);
            if (!s->runs)
                return vb_fail_memory(err, (n + 1) * sizeof *s->runs);
        }
    }
    return VB_OK;
}

void vb_pieces_free(vb_pieces *s)
{
    free(s->first_run);
    free(s->runs);
    free(s->piece);
}

static vb_status read_piece(vb_pieces *s, vb_source *source, size_t t, size_t k,
                            size_t *n, vb_error *err)
{
    const vb_nifti_header *h = s->header;
    const size_t first = k * s->piece_voxels, left = h->n_vox - first;
    size_t bytes, got = 0;
    vb_status status;

    *n = left < s->piece_voxels ? left : s->piece_voxels;
    bytes = *n * h->voxel_bytes;
    status = vb_source_read(source, s->piece, bytes, &got, err);
    if (status != VB_OK)
        return status;
    if (got < bytes)
        return vb_fail_at(err, VB_EINPUT, h->data_path, 0, 0,
                          "needs %zu bytes of data, has %zu: truncated",
                          h->n_vox * h->voxel_bytes * h->n_volumes,
                          (t * h->n_vox + first) * h->voxel_bytes + got);
    return VB_OK;
}

vb_status vb_pieces_read(vb_pieces *s, vb_source *source, size_t t, unsigned char *row,
                         size_t *n_rounded, vb_error *err)
{
    const vb_nifti_header *h = s->header;

    for (size_t k = 0; k < s->n_pieces; k++) {
        const size_t run = s->first_run[k];
        size_t n;
        const vb_status status = read_piece(s, source, t, k, &n, err);

        if (status != VB_OK)
            return status;
        if (h->swapped)
            vb_swap_values(s->piece, n, h->voxel_bytes);
        *n_rounded += vb_nifti_gather(h->datatype, s->piece, s->first_run[k + 1] - run,
                                      s->runs + run, row);
    }
    return VB_OK;
}
