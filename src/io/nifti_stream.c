/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_stream.c - voxels in blocks of volumes, read by a thread that runs ahead.
 *
 * The reader inflates a piece of a volume at a time, small enough to stay in the cache, gathers
 * its kept voxels into the row of a block, and hands over whole blocks through a ring of
 * window_blocks slots.  Memory is the ring.  A caller that may use one thread only gets its
 * blocks without another.  Behind the last voxel the reader goes on to the end of the gzip
 * stream, because the checksum stands there; how far is bounded, for a small file can hold
 * terabytes of zeros.
 */
#include "gz.h"
#include "nifti_pieces.h"
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
    MAX_DRAIN = 1 << 26, /* bytes behind the data that are read for the checksum */
};

struct vb_nifti_stream {
    const vb_nifti_header *header;
    vb_source *source;
    vb_sample type;
    vb_pieces pieces;
    size_t stride;
    size_t block_volumes, last_volumes, window;
    unsigned char *ring; /* [window][block_volumes x stride] */
    size_t slot_bytes;

    size_t next_volume; /* reader: first volume of the block it fills */
    size_t n_rounded;   /* reader */
    uint64_t extra;     /* reader: bytes met behind the data */
    bool to_end;        /* reader: the last checksum was met */

    bool alone, begun; /* no thread: the caller reads; skipped to the data */
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

/* Volumes of the block that starts at volume t.  The last one is kept short, because nothing hides
 * its work; the one before it is twice as long, so that it is done when the last one is there;
 * the others are as equal as can be. */
static size_t volumes_at(const vb_nifti_stream *s, size_t t)
{
    const size_t n = s->header->n_volumes, longest = s->block_volumes;
    const size_t last = s->last_volumes < longest ? s->last_volumes : longest;
    const size_t tail = n > 3 * last && 2 * last < longest ? 3 * last : last;
    const size_t even = n > tail ? n - tail : 0;
    const size_t n_blocks = (even + longest - 1) / longest;
    const size_t size = n_blocks ? even / n_blocks : 0;
    const size_t n_longer = n_blocks ? even % n_blocks : 0;

    if (t < even)
        return t < n_longer * (size + 1) ? size + 1 : size;
    if (n - t > last)
        return n - t - last;
    return n - t;
}

static vb_status fill_block(vb_nifti_stream *s, unsigned char *slot, vb_error *err)
{
    const size_t row_bytes = s->stride * vb_sample_bytes(s->type);
    const size_t n = volumes_at(s, s->next_volume);

    for (size_t i = 0; i < n; i++) {
        const vb_status status =
            vb_pieces_read(&s->pieces, s->source, s->next_volume + i,
                           slot + i * row_bytes, &s->n_rounded, err);

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

/* What lies behind the data, for the checksum. */
static vb_status drain(vb_nifti_stream *s, vb_error *err)
{
    return vb_source_drain(s->source, MAX_DRAIN, &s->extra, &s->to_end, err);
}

static void *read_ahead(void *argument)
{
    vb_nifti_stream *s = argument;
    vb_error err = {0};
    vb_status status = skip_to_data(s, &err);
    bool stop = false;

    vb_source_read_ahead(s->source);

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
        status = drain(s, &err);
    pthread_mutex_lock(&s->lock);
    s->finished = true;
    s->status = status;
    s->error = err;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static size_t or_default(size_t x, size_t otherwise)
{
    return x ? x : otherwise;
}

static vb_status make_ring(vb_nifti_stream *s, const vb_nifti_options *o, vb_error *err)
{
    const size_t multiple = or_default(o->row_multiple, 1);
    const size_t row = (s->pieces.n_voxels + multiple - 1) / multiple * multiple;

    s->block_volumes = or_default(o->block_volumes, DEFAULT_BLOCK);
    s->last_volumes = or_default(o->last_volumes, DEFAULT_LAST);
    s->alone = o->alone;
    s->window = s->alone ? 1 : or_default(o->window_blocks, DEFAULT_WINDOW);
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
        status = vb_pieces_make(header, options->mask, &s->pieces, err);
    if (status == VB_OK)
        status = make_ring(s, options, err);
    if (status == VB_OK && !s->alone)
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

/* Without a thread: the block is read when it is asked for. */
static vb_status next_alone(vb_nifti_stream *s, bool *ready, vb_error *err)
{
    vb_status status = s->begun ? VB_OK : skip_to_data(s, err);

    s->begun = true;
    *ready = s->next_volume < s->header->n_volumes;
    if (status == VB_OK)
        status = *ready ? fill_block(s, s->ring, err) : drain(s, err);
    return status;
}

/* *ready: there is a block. */
static vb_status next_of_thread(vb_nifti_stream *s, bool *ready, bool *waited,
                                vb_error *err)
{
    vb_status status = VB_OK;

    pthread_mutex_lock(&s->lock);
    if (s->n_freed < s->n_taken) { /* the caller is done with the block before */
        s->n_freed = s->n_taken;
        pthread_cond_broadcast(&s->moved);
    }
    while (s->n_filled == s->n_taken && !s->finished) {
        *waited = true;
        pthread_cond_wait(&s->moved, &s->lock);
    }
    *ready = s->n_filled > s->n_taken;
    if (!*ready)
        status = s->status;
    pthread_mutex_unlock(&s->lock);
    if (status != VB_OK && err)
        *err = s->error;
    return status;
}

vb_status vb_nifti_next(vb_nifti_stream *s, vb_nifti_block *block, vb_notes *notes,
                        vb_error *err)
{
    vb_status status;
    bool ready = false;

    memset(block, 0, sizeof *block);
    status = s->alone ? next_alone(s, &ready, err)
                      : next_of_thread(s, &ready, &block->waited, err);
    if (status != VB_OK)
        return status;
    block->type = s->type;
    block->n_voxels = s->pieces.n_voxels;
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
    vb_pieces_free(&s->pieces);
    free(s->ring);
    free(s);
}
