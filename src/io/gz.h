/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gz.h - bytes of a regular file, inflated when it is gzip by content. */
#ifndef VB_IO_GZ_H
#define VB_IO_GZ_H

#include "valuebold/status.h"
#include <stdbool.h>
#include <stdint.h>

/* deflate cannot expand more than this: 258 bytes for 2 bits (RFC 1951). */
enum { VB_GZ_MAX_EXPANSION = 1032 };

typedef enum vb_gz_result {
    VB_GZ_MORE,       /* wants more input, or has filled the output */
    VB_GZ_MEMBER_END, /* member complete, its CRC-32 and length are right */
    VB_GZ_DAMAGED,    /* not deflate, or a broken header */
    VB_GZ_CHECKSUM,   /* CRC-32 or length differ */
} vb_gz_result;

/* One inflater: in and out move on as bytes are used and made. */
typedef struct vb_gz_engine {
    const char *name;
    void *(*alloc)(void);
    void (*reset)(void *state);
    vb_gz_result (*run)(void *state, const uint8_t **in, size_t *n_in, uint8_t **out,
                        size_t *n_out);
    void (*free)(void *state);
} vb_gz_engine;

extern const vb_gz_engine vb_gz_zlib; /* everywhere */
#ifndef VB_NO_ISAL
extern const vb_gz_engine vb_gz_isal; /* about 1.6 times as fast */
#endif

typedef struct vb_source vb_source;

/* Opens path for one pass.  Refuses what is no regular file (VB_EINPUT), and compressed
 * files of another kind by the name of the kind.  engine NULL: the fastest there is. */
vb_status vb_source_open(const char *path, const vb_gz_engine *engine,
                         vb_source **source, vb_error *err);
void vb_source_close(vb_source *source); /* NULL is fine */

/* From now on a thread of its own reads a large compressed file; nothing else changes. */
void vb_source_read_ahead(vb_source *source);

bool vb_source_is_gzip(const vb_source *source);
uint64_t vb_source_file_bytes(const vb_source *source); /* as stored */

/* Reads up to n bytes; *got < n only at the end of the file, whose members are then all
 * complete and right.  VB_EINPUT "gz stream ends early", "gz checksum differs". */
vb_status vb_source_read(vb_source *source, void *bytes, size_t n, size_t *got,
                         vb_error *err);

/* What follows: reads on until the end, but at most max_bytes.  *extra: bytes met;
 * *to_end: the end was reached, and with it the last checksum. */
vb_status vb_source_drain(vb_source *source, uint64_t max_bytes, uint64_t *extra,
                          bool *to_end, vb_error *err);

/* Bytes behind the last gzip member that are neither a member nor zero padding; known at
 * the end of the file. */
uint64_t vb_source_junk(const vb_source *source);

#endif
