/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_stream.c - voxels in blocks of volumes, read by a thread that runs ahead.
 *
 * The reader inflates a piece of a volume at a time, small enough to stay in the cache, gathers
 * its kept voxels into the row of a block, and hands over whole blocks through a ring of
 * window_blocks slots.  Memory is the ring.  Behind the last voxel the reader goes on to the end of the gzip
 * stream, because the checksum stands there; how far is bounded, for a small file can hold
 * terabytes of zeros.
 */
#include "gz.h"
#include "nifti_convert.h"
#include "valuebold/nifti.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_BLOCK =
        32, /* one cache line of int16 a voxel; measured best for 300 scans */
    DEFAULT_LAST = 16,
    DEFAULT_WINDOW = 2,
    MAX_DRAIN = 1 << 26,   /* bytes behind the data that are read for the checksum */
    PIECE_BYTES = 1 << 17, /* of a volume, read at once */
};

struct vb_nifti_stream {
    const vb_nifti_header *header;
    vb_source *source;
    vb_sample type;
    size_t n_voxels, stride;
    size_t block_volumes, last_volumes, window;
    size_t piece_voxels, n_pieces; /* of a volume; the last may be smaller */
    size_t *first_run;             /* [n_pieces + 1] */
    vb_voxel_run *runs;            /* places within their piece */
    unsigned char *piece;          /* as stored */
    unsigned char *ring;           /* [window][block_volumes x stride] */
    size_t slot_bytes;

    size_t next_volume; /* reader: first volume of the block it fills */
    size_t n_rounded;   /* reader */
    uint64_t extra;     /* reader: bytes met behind the data */
    bool to_end;        /* reader: the last checksum was met */

    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t moved;
    size_t n_filled, n_freed; /* blocks handed over and given back */
    bool stop, finished;
    vb_status status; /* of the reader, once finished */
    vb_error error;

    size_t n_taken, taken_volumes; /* caller: blocks it has had */
};

/* Volumes of the block that starts at volume t: the last one is kept short. */
static size_t volumes_at(const vb_nifti_stream *s, size_t t)
{
    const size_t left = s->header->n_volumes - t;
    size_t n = left > s->last_volumes ? left - s->last_volumes : left;

    return n < s->block_volumes ? n : s->block_volumes;
}

static vb_status read_piece(vb_nifti_stream *s, size_t t, size_t k, size_t *n,
                            vb_error *err)
{
    const vb_nifti_header *h = s->header;
    const size_t first = k * s->piece_voxels, left = h->n_vox - first;
    size_t bytes, got = 0;
    vb_status status;

    *n = left < s->piece_voxels ? left : s->piece_voxels;
    bytes = *n * h->voxel_bytes;
    status = vb_source_read(s->source, s->piece, bytes, &got, err);
    if (status != VB_OK)
        return status;
    if (got < bytes)
        return vb_fail_at(err, VB_EINPUT, h->data_path, 0, 0,
                          "needs %zu bytes of data, has %zu: truncated",
                          h->n_vox * h->voxel_bytes * h->n_volumes,
                          (t * h->n_vox + first) * h->voxel_bytes + got);
    return VB_OK;
}

static vb_status read_volume(vb_nifti_stream *s, size_t t, unsigned char *row,
                             vb_error *err)
{
    const vb_nifti_header *h = s->header;

    for (size_t k = 0; k < s->n_pieces; k++) {
        const size_t run = s->first_run[k];
        size_t n;
        const vb_status status = read_piece(s, t, k, &n, err);

        if (status != VB_OK)
            return status;
        if (h->swapped)
            vb_swap_values(s->piece, n, h->voxel_bytes);
        s->n_rounded += vb_nifti_gather(h->datatype, s->piece,
                                        s->first_run[k + 1] - run, s->runs + run, row);
    }
    return VB_OK;
}

static vb_status fill_block(vb_nifti_stream *s, unsigned char *slot, vb_error *err)
{
    const size_t row_bytes = s->stride * vb_sample_bytes(s->type);
    const size_t n = volumes_at(s, s->next_volume);

    for (size_t i = 0; i < n; i++) {
        const vb_status status =
            read_volume(s, s->next_volume + i, slot + i * row_bytes, err);

        if (status != VB_OK)
            return status;
    }
    s->next_volume += n;
    return VB_OK;
}

static vb_status skip_to_data(vb_nifti_stream *s, vb_error *err)
{
    uint64_t left = s->header->data_offset;
    unsigned char bin[4096];

    while (left) {
        const size_t n = left < sizeof bin ? (size_t)left : sizeof bin;
        size_t got = 0;
        vb_status status = vb_source_read(s->source, bin, n, &got, err);

        if (status != VB_OK)
            return status;
        if (got < n)
            return vb_fail_at(
                err, VB_EINPUT, s->header->data_path, 0, 0,
                "vox_offset %llu is behind the end of the data: truncated",
                (unsigned long long)s->header->data_offset);
        left -= n;
    }
    return VB_OK;
}

static void *read_ahead(void *argument)
{
    vb_nifti_stream *s = argument;
    vb_error err = {0};
    vb_status status = skip_to_data(s, &err);
    bool stop = false;

    while (status == VB_OK && !stop && s->next_volume < s->header->n_volumes) {
        size_t slot;

        pthread_mutex_lock(&s->lock);
        while (!s->stop && s->n_filled - s->n_freed >= s->window)
            pthread_cond_wait(&s->moved, &s->lock);
        stop = s->stop;
        slot = s->n_filled % s->window;
        pthread_mutex_unlock(&s->lock);
        if (stop)
            break;
        status = fill_block(s, s->ring + slot * s->slot_bytes, &err);
        if (status != VB_OK)
            break;
        pthread_mutex_lock(&s->lock);
        s->n_filled++;
        stop = s->stop;
        pthread_cond_broadcast(&s->moved);
        pthread_mutex_unlock(&s->lock);
    }
    if (status == VB_OK && !stop)
        status = vb_source_drain(s->source, MAX_DRAIN, &s->extra, &s->to_end, &err);
    pthread_mutex_lock(&s->lock);
    s->finished = true;
    s->status = status;
    s->error = err;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* Runs of kept voxels of piece k, from run n_runs on; returns how many there are then.  Runs are
 * written on the second pass. */
static size_t runs_of_piece(vb_nifti_stream *s, const uint8_t *mask, size_t k,
                            size_t n_runs, bool write)
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
static vb_status make_runs(vb_nifti_stream *s, const uint8_t *mask, vb_error *err)
{
    const size_t n_vox = s->header->n_vox;

    s->piece_voxels = PIECE_BYTES / s->header->voxel_bytes;
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

static size_t or_default(size_t x, size_t otherwise)
{
    return x ? x : otherwise;
}

static vb_status make_ring(vb_nifti_stream *s, const vb_nifti_options *o, vb_error *err)
{
    const size_t multiple = or_default(o->row_multiple, 1);
    const size_t row = (s->n_voxels + multiple - 1) / multiple * multiple;

    s->block_volumes = or_default(o->block_volumes, DEFAULT_BLOCK);
    s->last_volumes = or_default(o->last_volumes, DEFAULT_LAST);
    s->window = or_default(o->window_blocks, DEFAULT_WINDOW);
    if (s->block_volumes > s->header->n_volumes)
        s->block_volumes = s->header->n_volumes;
    s->stride = row ? row : multiple;
    if (s->stride > SIZE_MAX / sizeof(double) / s->block_volumes / s->window)
        return vb_fail_memory(err, SIZE_MAX);
    s->slot_bytes = s->block_volumes * s->stride * vb_sample_bytes(s->type);
    s->ring = calloc(s->window, s->slot_bytes); /* zeros are the padding of the rows */
    return s->ring ? VB_OK : vb_fail_memory(err, s->window * s->slot_bytes);
}

/* The thread takes no signals: handlers belong to the program's own threads. */
static vb_status start(vb_nifti_stream *s, vb_error *err)
{
    sigset_t all, old;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    failed = pthread_create(&s->thread, NULL, read_ahead, s);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (failed)
        return vb_fail(err, VB_ENOMEM, "no thread could be started: %s",
                       strerror(failed));
    s->has_thread = true;
    return VB_OK;
}

vb_status vb_nifti_open(const vb_nifti_header *header, const vb_nifti_options *options,
                        vb_nifti_stream **stream, vb_error *err)
{
    const vb_nifti_options defaults = {0};
    vb_nifti_stream *s = calloc(1, sizeof *s);
    vb_status status;

    if (!s)
        return vb_fail_memory(err, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->moved, NULL);
    s->header = header;
    s->type = vb_nifti_sample(header->datatype);
    options = options ? options : &defaults;
    status = vb_source_open(header->data_path, NULL, &s->source, err);
    if (status == VB_OK)
        status = make_runs(s, options->mask, err);
    if (status == VB_OK)
        status = make_ring(s, options, err);
    if (status == VB_OK)
        status = start(s, err);
    if (status != VB_OK) {
        vb_nifti_close(s);
        return status;
    }
    *stream = s;
    return VB_OK;
}

static void note_end(const vb_nifti_stream *s, vb_notes *notes)
{
    const char *path = s->header->data_path;
    const uint64_t junk = vb_source_junk(s->source);

    if (!s->to_end)
        vb_note_add(
            notes, VB_WARNING, "nifti-trailing", path, 0, 0,
            "more than %llu bytes after the data: not read, and so the gz checksum "
            "could not be verified",
            (unsigned long long)s->extra);
    else if (s->extra && s->header->gzipped)
        vb_note_add(notes, VB_WARNING, "nifti-trailing", path, 0, 0,
                    "%llu bytes after the data ignored", (unsigned long long)s->extra);
    if (junk)
        vb_note_add(notes, VB_WARNING, "gz-trailing", path, 0, 0,
                    "%llu bytes of trailing garbage after the gz stream ignored",
                    (unsigned long long)junk);
    if (s->n_rounded)
        vb_note_add(notes, VB_WARNING, "nifti-rounded", path, 0, 0,
                    "%zu integers above 2^53 were rounded to double", s->n_rounded);
}

vb_status vb_nifti_next(vb_nifti_stream *s, vb_nifti_block *block, vb_notes *notes,
                        vb_error *err)
{
    vb_status status = VB_OK;
    bool ready;

    memset(block, 0, sizeof *block);
    pthread_mutex_lock(&s->lock);
    if (s->n_freed < s->n_taken) { /* the caller is done with the block before */
        s->n_freed = s->n_taken;
        pthread_cond_broadcast(&s->moved);
    }
    while (s->n_filled == s->n_taken && !s->finished) {
        block->waited = true;
        pthread_cond_wait(&s->moved, &s->lock);
    }
    ready = s->n_filled > s->n_taken;
    if (!ready)
        status = s->status;
    pthread_mutex_unlock(&s->lock);
    if (status != VB_OK) {
        if (err)
            *err = s->error;
        return status;
    }
    block->type = s->type;
    block->n_voxels = s->n_voxels;
    block->stride = s->stride;
    block->first_volume = s->taken_volumes;
    if (!ready) {
        note_end(s, notes);
        return VB_OK;
    }
    block->n_volumes = volumes_at(s, s->taken_volumes);
    block->values = s->ring + s->n_taken % s->window * s->slot_bytes;
    s->taken_volumes += block->n_volumes;
    s->n_taken++;
    return VB_OK;
}

void vb_nifti_close(vb_nifti_stream *s)
{
    if (!s)
        return;
    if (s->has_thread) {
        pthread_mutex_lock(&s->lock);
        s->stop = true;
        pthread_cond_broadcast(&s->moved);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    vb_source_close(s->source);
    pthread_cond_destroy(&s->moved);
    pthread_mutex_destroy(&s->lock);
    free(s->first_run);
    free(s->runs);
    free(s->piece);
    free(s->ring);
    free(s);
}
