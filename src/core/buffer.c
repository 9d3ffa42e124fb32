/* SPDX-License-Identifier: GPL-3.0-or-later */
/* buffer.c - growing bytes. */
#include "valuebold/buffer.h"
#include "valuebold/number.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vb_buffer_free(vb_buffer *b)
{
    free(b->bytes);
    *b = (vb_buffer){0};
}

/* Room for n more bytes and the NUL. */
static bool grow(vb_buffer *b, size_t n)
{
    size_t capacity = b->capacity ? b->capacity : 256;
    char *bytes;

    if (b->lost || n > SIZE_MAX / 4 - b->n) {
        b->lost = true;
        return false;
    }
    if (b->n + n + 1 <= b->capacity)
        return true;
    while (capacity < b->n + n + 1)
        capacity *= 2;
    bytes = realloc(b->bytes, capacity);
    if (!bytes) {
        b->lost = true;
        return false;
    }
    b->bytes = bytes;
    b->capacity = capacity;
    return true;
}

void vb_put(vb_buffer *b, const void *bytes, size_t n)
{
    if (!grow(b, n))
        return;
    if (n)
        memcpy(b->bytes + b->n, bytes, n);
    b->n += n;
    b->bytes[b->n] = '\0';
}

void vb_put_text(vb_buffer *b, const char *s)
{
    vb_put(b, s, strlen(s));
}

void vb_put_char(vb_buffer *b, char c)
{
    vb_put(b, &c, 1);
}

void vb_putf(vb_buffer *b, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !grow(b, (size_t)n)) {
        b->lost = true;
        return;
    }
    va_start(args, format);
    vsnprintf(b->bytes + b->n, (size_t)n + 1, format, args);
    va_end(args);
    b->n += (size_t)n;
}

void vb_put_number(vb_buffer *b, double x)
{
    char text[VB_NUMBER_MAX];

    vb_put_text(b, vb_number_shortest(x, text));
}

void vb_put_digits(vb_buffer *b, double x, int digits)
{
    char text[VB_NUMBER_MAX];

    vb_put_text(b, vb_number_write(x, digits, text));
}

vb_status vb_buffer_ok(const vb_buffer *b, vb_error *err)
{
    return b->lost ? vb_fail_memory(err, b->n) : VB_OK;
}
