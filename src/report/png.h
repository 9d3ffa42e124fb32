/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png.h - pixels as a PNG image (8-bit RGB, one zlib stream), the same bytes every time. */
#ifndef VB_PNG_H
#define VB_PNG_H

#include "valuebold/buffer.h"

/* pixels[height x width x 3], rows from the top.  VB_EINPUT above 2^31 - 1 bytes. */
vb_status vb_png_put(vb_buffer *out, size_t width, size_t height,
                     const unsigned char pixels[], vb_error *err);

/* bytes[n] in base 64, for data: addresses. */
void vb_base64_put(vb_buffer *out, const void *bytes, size_t n);

#endif
