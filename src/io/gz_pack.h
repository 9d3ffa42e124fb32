/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gz_pack.h - bytes in memory into one gzip member. */
#ifndef VB_IO_GZ_PACK_H
#define VB_IO_GZ_PACK_H

#include "valuebold/buffer.h"
#include <stdbool.h>
#include <stdint.h>

enum { VB_GZIP_BEST = 12 };

/* bytes is empty.  fast: ISA-L, level is ignored; otherwise libdeflate at level 1 to 12. */
vb_status vb_gzip_pack(const uint8_t *raw, size_t n, int level, bool fast,
                       vb_buffer *bytes, vb_error *err);

#endif
