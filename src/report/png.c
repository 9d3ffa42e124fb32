/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * png.c - pixels as PNG: signature, header, one compressed stream, end.
 * Source: W3C, Portable Network Graphics Specification (2nd ed.), sections 5 and 11.
 */
#include "png.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { RGB = 3 };

/* 9 would take three times as long and save a tenth. */
static const int level = 6;

static void big_endian(unsigned char out[4], uint32_t v)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(v >> (24 - 8 * i) & 255);
}

static void put_chunk(vb_buffer *out, const char type[4], const void *data, size_t n)
{
    unsigned char word[4];
    uLong crc = crc32(crc32(0, NULL, 0), (const Bytef *)type, 4);

    if (n) /* zlib takes a NULL buffer for "start again" */
        crc = crc32(crc, data, (uInt)n);
    big_endian(word, (uint32_t)n);
    vb_put(out, word, 4);
    vb_put(out, type, 4);
    vb_put(out, data, n);
    big_endian(word, (uint32_t)crc);
    vb_put(out, word, 4);
}

vb_status vb_png_put(vb_buffer *out, size_t width, size_t height,
                     const unsigned char pixels[], vb_error *err)
{
    static const unsigned char signature[8] = {137,  'P',  'N', 'G',
                                               '\r', '\n', 26,  '\n'};
    unsigned char header[13] = {[8] = 8 /* bits */, [9] = 2 /* RGB */};
    const size_t row = RGB * width + 1;
    unsigned char *raw = NULL, *packed = NULL;
    vb_status status = VB_OK;
    uLongf n;

    if (!width || !height || width > INT32_MAX / RGB - 1 || height > INT32_MAX / row)
        return vb_fail(err, VB_EINPUT, "a picture of %zu x %zu pixels cannot be made",
                       width, height);
    n = compressBound((uLong)(row * height));
    raw = malloc(row * height);
    packed = malloc(n);
    if (!raw || !packed) {
        status = vb_fail_memory(err, row * height + n);
        goto done;
    }
    for (size_t y = 0; y < height; y++) {
        const unsigned char *line = pixels + y * RGB * width;
        const unsigned char *above = y ? line - RGB * width : NULL;
        unsigned char *to = raw + y * row;

        *to++ = 2; /* filter "up": the difference to the row above, small in pictures */
        for (size_t i = 0; i < RGB * width; i++)
            to[i] = (unsigned char)(line[i] - (above ? above[i] : 0));
    }
    if (compress2(packed, &n, raw, (uLong)(row * height), level) != Z_OK) {
        status = vb_fail_memory(err, n);
        goto done;
    }
    big_endian(header, (uint32_t)width);
    big_endian(header + 4, (uint32_t)height);
    vb_put(out, signature, sizeof signature);
    put_chunk(out, "IHDR", header, sizeof header);
    put_chunk(out, "IDAT", packed, n);
    put_chunk(out, "IEND", NULL, 0);
    status = vb_buffer_ok(out, err);
done:
    free(raw);
    free(packed);
    return status;
}

void vb_base64_put(vb_buffer *out, const void *bytes, size_t n)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i += 3) {
        const uint32_t v = (uint32_t)p[i] << 16 |
                           (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                           (i + 2 < n ? (uint32_t)p[i + 2] : 0);
        const char quad[4] = {digits[v >> 18], digits[v >> 12 & 63],
                              i + 1 < n ? digits[v >> 6 & 63] : '=',
                              i + 2 < n ? digits[v & 63] : '='};

        vb_put(out, quad, sizeof quad);
    }
}
