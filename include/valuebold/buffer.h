/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing byte buffer: every text and binary output is made in one of these, so that
 * outputs can be tested from memory and published whole or not at all.
 * After a failed allocation the buffer is "lost": later calls do nothing, and
 * vb_buffer_ok says so once at the end.
 */
#ifndef VALUEBOLD_BUFFER_H
#define VALUEBOLD_BUFFER_H

#include "valuebold/status.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero-initialise.  bytes is NUL-terminated beyond n, and owned by the buffer. */
typedef struct vb_buffer {
    char *bytes;
    size_t n, capacity;
    bool lost;
} vb_buffer;

VB_API void vb_buffer_free(vb_buffer *b);
VB_API void vb_put(vb_buffer *b, const void *bytes, size_t n);
VB_API void vb_put_text(vb_buffer *b, const char *s);
VB_API void vb_put_char(vb_buffer *b, char c);
VB_API void vb_putf(vb_buffer *b, const char *format, ...) VB_PRINTF(2, 3);

/* The shortest decimal that reads back as exactly x; "n/a" when x is not finite. */
VB_API void vb_put_number(vb_buffer *b, double x);
/* x with the given significant digits (%.{digits}g), independent of the locale. */
VB_API void vb_put_digits(vb_buffer *b, double x, int digits);

/* VB_OK, or VB_ENOMEM when some byte was lost. */
VB_API vb_status vb_buffer_ok(const vb_buffer *b, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
