/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gz_pack.c - gzip of what is in memory, without a time or a name in its header, so that
 * equal input gives equal bytes.
 *
 * On float32 maps (97 x 115 x 97, a third in the mask) libdeflate's level 1 is as small as
 * its level 6; ISA-L's level 1 is as small again and ten times as fast (2 instead of 23 ms),
 * but its match finder depends on the processor, so the bytes may differ between machines.
 */
#include "gz_pack.h"

#ifndef VB_NO_ISAL
#include <isa-l/igzip_lib.h>
#endif
#include <libdeflate.h>
#include <stdlib.h>

/* Hands packed, of room + 1 bytes of which n are filled, over to an empty buffer. */
static void hand_over(vb_buffer *bytes, void *packed, size_t n)
{
    void *shrunk = realloc(packed, n + 1);

    if (shrunk) /* else it stays where and as large as it is */
        packed = shrunk;
    *bytes = (vb_buffer){.bytes = packed, .n = n, .capacity = n + 1};
    bytes->bytes[n] = '\0';
}

static size_t pack_best(const uint8_t *raw, size_t n, int level, uint8_t **packed,
                        size_t *room)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(level);
    size_t size = 0;

    *room = libdeflate_gzip_compress_bound(compressor, n);
    *packed = compressor ? malloc(*room + 1) : NULL;
    if (*packed)
        size = libdeflate_gzip_compress(compressor, raw, n, *packed, *room);
    libdeflate_free_compressor(compressor);
    return size;
}

#ifdef VB_NO_ISAL
static size_t pack_fast(const uint8_t *raw, size_t n, uint8_t **packed, size_t *room)
{
    return pack_best(raw, n, 1, packed, room);
}
#else
/* ISA-L leaves the upper halves of the vector registers in use, and on Intel's processors every
 * SSE instruction that follows, libm's among them, then waits for them: ten times slower. */
#if defined(__x86_64__)
__attribute__((target("avx"))) static void clear_upper_halves(void)
{
    __builtin_ia32_vzeroupper();
}
#endif

static void leave_isal(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx"))
        clear_upper_halves();
#endif
}

static size_t pack_fast(const uint8_t *raw, size_t n, uint8_t **packed, size_t *room)
{
    const size_t piece = (size_t)1 << 30; /* the stream counts in 32 bits */
    uint8_t *work = malloc(ISAL_DEF_LVL1_DEFAULT);
    size_t size = 0, at = 0;
    struct isal_zstream stream;

    /* stored blocks of at least 16 kB cost 5 bytes each; header and trailer 18 */
    *room = n + n / 1024 + 4096;
    *packed = work ? malloc(*room + 1) : NULL;
    if (!*packed) {
        free(work);
        return 0;
    }
    isal_deflate_init(&stream);
    stream.level = 1;
    stream.level_buf = work;
    stream.level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    stream.gzip_flag = IGZIP_GZIP;
    do {
        const size_t in = n - at < piece ? n - at : piece;
        const size_t out = *room - size < piece ? *room - size : piece;

        stream.next_in = (uint8_t *)raw + at; /* it does not write there */
        stream.avail_in = (uint32_t)in;
        stream.end_of_stream = at + in == n;
        stream.next_out = *packed + size;
        stream.avail_out = (uint32_t)out;
        if (!out || isal_deflate(&stream) != COMP_OK)
            break;
        at += in - stream.avail_in;
        size += out - stream.avail_out;
    } while (stream.internal_state.state != ZSTATE_END);
    leave_isal();
    free(work);
    return stream.internal_state.state == ZSTATE_END ? size : 0;
}
#endif

vb_status vb_gzip_pack(const uint8_t *raw, size_t n, int level, bool fast,
                       vb_buffer *bytes, vb_error *err)
{
    uint8_t *packed = NULL;
    size_t room = 0;
    const size_t size = fast ? pack_fast(raw, n, &packed, &room)
                             : pack_best(raw, n, level, &packed, &room);

    if (!packed)
        return vb_fail_memory(err, room);
    if (!size) {
        free(packed);
        return vb_fail(err, VB_EINTERNAL, "gzip: %zu bytes did not fit into %zu", n,
                       room);
    }
    hand_over(bytes, packed, size);
    return VB_OK;
}
