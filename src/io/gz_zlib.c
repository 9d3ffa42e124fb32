/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gz_zlib.c - inflating with zlib, where ISA-L is not to be had. */
#include "gz.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* zlib's windowBits for "32 KiB window, gzip wrapper with CRC-32 and length checked". */
enum { GZIP_WINDOW = 15 + 16 };

static void *zlib_alloc(void)
{
    z_stream *z = calloc(1, sizeof *z);

    if (z && inflateInit2(z, GZIP_WINDOW) != Z_OK) {
        free(z);
        return NULL;
    }
    return z;
}

static void zlib_reset(void *state)
{
    inflateReset(state);
}

static void zlib_free(void *state)
{
    if (state)
        inflateEnd(state);
    free(state);
}

static vb_gz_result zlib_run(void *state, const uint8_t **in, size_t *n_in,
                             uint8_t **out, size_t *n_out)
{
    z_stream *z = state;
    const uInt given = *n_in > UINT_MAX ? UINT_MAX : (uInt)*n_in;
    const uInt room = *n_out > UINT_MAX ? UINT_MAX : (uInt)*n_out;
    int result;

    z->next_in = (z_const Bytef *)(uintptr_t)*in; /* zlib does not write to it */
    z->avail_in = given;
    z->next_out = *out;
    z->avail_out = room;
    result = inflate(z, Z_NO_FLUSH);
    *in += given - z->avail_in;
    *n_in -= given - z->avail_in;
    *out += room - z->avail_out;
    *n_out -= room - z->avail_out;
    if (result == Z_STREAM_END)
        return VB_GZ_MEMBER_END;
    if (result == Z_OK || result == Z_BUF_ERROR)
        return VB_GZ_MORE;
    /* "incorrect data check", "incorrect length check", "header crc mismatch" */
    if (z->msg && (strstr(z->msg, "check") || strstr(z->msg, "crc")) &&
        !strstr(z->msg, "header check"))
        return VB_GZ_CHECKSUM;
    return VB_GZ_DAMAGED;
}

const vb_gz_engine vb_gz_zlib = {
    .name = "zlib",
    .alloc = zlib_alloc,
    .reset = zlib_reset,
    .run = zlib_run,
    .free = zlib_free,
};
