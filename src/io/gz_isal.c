/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gz_isal.c - inflating with Intel's ISA-L, which streams and is the fastest on BOLD. */
#include "gz.h"

#ifndef VB_NO_ISAL
#include <isa-l/igzip_lib.h>
#include <limits.h>
#include <stdlib.h>

static void isal_restart(void *state)
{
    struct inflate_state *z = state;

    isal_inflate_reset(z);
    z->crc_flag = ISAL_GZIP; /* wrapper read, CRC-32 and length checked */
}

static void *isal_alloc(void)
{
    struct inflate_state *z = malloc(sizeof *z);

    if (z) {
        isal_inflate_init(z);
        z->crc_flag = ISAL_GZIP;
    }
    return z;
}

static vb_gz_result isal_run(void *state, const uint8_t **in, size_t *n_in,
                             uint8_t **out, size_t *n_out)
{
    struct inflate_state *z = state;
    const uint32_t given = *n_in > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)*n_in;
    const uint32_t room = *n_out > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)*n_out;
    int result;

    z->next_in = (uint8_t *)(uintptr_t)*in; /* ISA-L does not write to it */
    z->avail_in = given;
    z->next_out = *out;
    z->avail_out = room;
    result = isal_inflate(z);
    *in += given - z->avail_in;
    *n_in -= given - z->avail_in;
    *out += room - z->avail_out;
    *n_out -= room - z->avail_out;
    if (result == ISAL_INCORRECT_CHECKSUM)
        return VB_GZ_CHECKSUM;
    if (result < 0)
        return VB_GZ_DAMAGED;
    return z->block_state == ISAL_BLOCK_FINISH ? VB_GZ_MEMBER_END : VB_GZ_MORE;
}

const vb_gz_engine vb_gz_isal = {
    .name = "isa-l",
    .alloc = isal_alloc,
    .reset = isal_restart,
    .run = isal_run,
    .free = free,
};
#else
typedef int vb_gz_isal_is_left_out; /* ISO C wants one declaration */
#endif
