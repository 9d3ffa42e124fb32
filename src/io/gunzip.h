/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gunzip.h - gzip in memory, for tables and texts; images are streamed elsewhere. */
#ifndef VB_IO_GUNZIP_H
#define VB_IO_GUNZIP_H

#include "valuebold/buffer.h"

bool vb_is_gzip(const char *bytes, size_t n);

/* All members of stored into plain (at most max_bytes), lengths and checksums checked. */
vb_status vb_gunzip(const char *path, const vb_buffer *stored, size_t max_bytes,
                    vb_buffer *plain, vb_error *err);

#endif
