/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gunzip.c - gzip members one behind the other (RFC 1952), by zlib. */
#define ZLIB_CONST
#include "gunzip.h"

#include <string.h>
#include <zlib.h>

enum { CHUNK = 1 << 16, GZIP_ONLY = 16 };

bool vb_is_gzip(const char *bytes, size_t n)
{
    return n >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0;
}

static vb_status damaged(const char *path, const char *what, vb_error *err)
{
    return vb_fail_at(err, VB_EINPUT, path, 0, 0, "gz %s", what);
}

/* One member; on VB_OK the stream stands behind it. */
static vb_status member(z_stream *z, const char *path, size_t max_bytes, vb_buffer *plain,
                        vb_error *err)
{
    unsigned char chunk[CHUNK];
    int result = Z_OK;

    while (result != Z_STREAM_END) {
        z->next_out = chunk;
        z->avail_out = sizeof chunk;
        result = inflate(z, Z_NO_FLUSH);
        if (result == Z_MEM_ERROR)
            return vb_fail_memory(err, sizeof chunk);
        if (result == Z_BUF_ERROR)
            return damaged(path, "stream ends early; the file is cut short", err);
        if (result != Z_OK && result != Z_STREAM_END)
            return damaged(path, z->msg && strstr(z->msg, "check")
                                     ? "checksum differs; the file is damaged"
                                     : "stream is damaged",
                           err);
        vb_put(plain, chunk, sizeof chunk - z->avail_out);
        if (plain->n > max_bytes)
            return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                              "inflates to more than %zu bytes, the limit for a file of "
                              "this kind", max_bytes);
    }
    return vb_buffer_ok(plain, err);
}

vb_status vb_gunzip(const char *path, const vb_buffer *stored, size_t max_bytes,
                    vb_buffer *plain, vb_error *err)
{
    z_stream z = {0};
    vb_status status = VB_OK;

    if (stored->n > 0xffffffffu) /* zlib counts in 32 bits */
        return damaged(path, "file is larger than 4 GB", err);
    if (inflateInit2(&z, MAX_WBITS + GZIP_ONLY) != Z_OK)
        return vb_fail_memory(err, sizeof z);
    z.next_in = (const unsigned char *)stored->bytes;
    z.avail_in = (uInt)stored->n;
    do {
        status = member(&z, path, max_bytes, plain, err);
        inflateReset(&z);
    } while (status == VB_OK && z.avail_in &&
             vb_is_gzip((const char *)z.next_in, z.avail_in));
    for (; status == VB_OK && z.avail_in; z.avail_in--, z.next_in++)
        if (*z.next_in) /* zero padding is allowed */
            status = damaged(path, "stream is followed by other bytes", err);
    inflateEnd(&z);
    return status;
}
