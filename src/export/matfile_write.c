/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * matfile_write.c - values as an uncompressed little-endian MAT-file of level 5.
 *
 * A file is a 128-byte header and data elements; an element is a tag (type, bytes), the
 * data, and zeros up to a multiple of 8.  Data of 1 to 4 bytes stand inside the tag ("small
 * element").  An array is an element of elements: flags, dimensions, name, contents.  The
 * header holds no time, so that equal values give equal bytes.
 */
#include "matfile_internal.h"
#include "valuebold/matfile.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
    FIELD_MAX = 32
}; /* bytes a field name takes, with its NUL, as MATLAB writes them */

static void put_u32(vb_buffer *out, uint64_t v)
{
    const unsigned char b[4] = {(unsigned char)(v & 255), (unsigned char)(v >> 8 & 255),
                                (unsigned char)(v >> 16 & 255),
                                (unsigned char)(v >> 24 & 255)};

    vb_put(out, b, sizeof b);
}

static void put_double(vb_buffer *out, double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    put_u32(out, bits & UINT32_MAX);
    put_u32(out, bits >> 32);
}

/* Pads to 8 bytes; the start of every element is at a multiple of 8. */
static void pad(vb_buffer *out)
{
    static const char zeros[8];

    vb_put(out, zeros, (8 - out->n % 8) % 8);
}

static void put_element(vb_buffer *out, unsigned type, const void *data, size_t n)
{
    if (n >= 1 && n <= 4) {
        put_u32(out, type | (uint64_t)n << 16);
    } else {
        put_u32(out, type);
        put_u32(out, n);
    }
    vb_put(out, data, n);
    pad(out);
}

/* Starts an element whose length is known later; returns where its data begin. */
static size_t open_element(vb_buffer *out, unsigned type)
{
    put_u32(out, type);
    put_u32(out, 0);
    return out->n;
}

static vb_status close_element(vb_buffer *out, size_t start, vb_error *err)
{
    uint64_t n = out->n - start;

    if (out->lost)
        return vb_fail_memory(err, out->n);
    if (n > UINT32_MAX)
        return vb_fail(err, VB_EINPUT,
                       "an array of %zu bytes is too large for a MAT-file of level 5, "
                       "which holds at most 4294967295",
                       (size_t)n);
    for (int i = 0; i < 4; i++, n >>= 8)
        out->bytes[start - 4 + (size_t)i] = (char)(n & 255);
    pad(out);
    return VB_OK;
}

/* One character of UTF-8 from *s; returns its code point, or UINT32_MAX. */
static uint32_t next_character(const char **s)
{
    const unsigned char *p = (const unsigned char *)*s;
    const int more = p[0] < 0x80 ? 0 : p[0] >= 0xF0 ? 3 : p[0] >= 0xE0 ? 2 : 1;
    static const uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
    uint32_t c = p[0];

    if ((c >= 0x80 && c < 0xC2) || c > 0xF4)
        return UINT32_MAX;
    if (more)
        c &= 0x3Fu >> more;
    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return UINT32_MAX;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    *s += more + 1;
    return c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? UINT32_MAX
                                                                          : c;
}

static void put_u16(vb_buffer *out, uint32_t v)
{
    const unsigned char b[2] = {(unsigned char)(v & 255),
                                (unsigned char)(v >> 8 & 255)};

    vb_put(out, b, sizeof b);
}

static vb_status put_utf16(const vb_mat *m, vb_buffer *out, vb_error *err)
{
    vb_status status = VB_OK;
    vb_buffer units = {0};

    for (const char *s = m->text; *s && status == VB_OK;) {
        const uint32_t c = next_character(&s);
        char quoted[VB_QUOTE_MAX];

        if (c == UINT32_MAX) {
            status = vb_fail(err, VB_EINPUT, "the text '%s' is no UTF-8",
                             vb_quote(m->text, quoted));
        } else if (c < 0x10000) {
            put_u16(&units, c);
        } else {
            put_u16(&units, 0xD800 + ((c - 0x10000) >> 10));
            put_u16(&units, 0xDC00 + ((c - 0x10000) & 0x3FF));
        }
    }
    if (status == VB_OK)
        status = vb_buffer_ok(&units, err);
    if (status == VB_OK)
        put_element(out, MI_UTF16, units.bytes, units.n);
    vb_buffer_free(&units);
    return status;
}

static vb_status put_field_names(const vb_mat *m, vb_buffer *out, vb_error *err)
{
    const char length[4] = {FIELD_MAX, 0, 0, 0};
    size_t start;

    put_element(out, MI_INT32, length, sizeof length);
    start = open_element(out, MI_INT8);
    for (size_t f = 0; f < m->n_fields; f++) {
        char name[FIELD_MAX] = {0};
        const size_t n = strlen(m->fields[f]);

        if (n >= FIELD_MAX)
            return vb_fail(err, VB_EINPUT, "the field name '%s' has more than %d bytes",
                           m->fields[f], FIELD_MAX - 1);
        memcpy(name, m->fields[f], n);
        vb_put(out, name, sizeof name);
    }
    return close_element(out, start, err);
}

static unsigned class_of(const vb_mat *m)
{
    switch (m->kind) {
    case VB_MAT_CELL:
        return MX_CELL;
    case VB_MAT_STRUCT:
        return MX_STRUCT;
    case VB_MAT_TEXT:
        return MX_CHAR;
    case VB_MAT_LOGICAL:
        return MX_UINT8 | MAT_LOGICAL;
    case VB_MAT_NUMBERS:
    case VB_MAT_OTHER:
        break;
    }
    return MX_DOUBLE; /* every numeric class is held, and written, as double */
}

static vb_status put_value(const vb_mat *m, size_t depth, vb_buffer *out,
                           vb_error *err);

static vb_status put_items(const vb_mat *m, size_t depth, vb_buffer *out, vb_error *err)
{
    const size_t n = m->rows * m->cols * (m->kind == VB_MAT_STRUCT ? m->n_fields : 1);
    vb_status status = VB_OK;

    for (size_t i = 0; i < n && status == VB_OK; i++)
        status = put_value(m->items[i], depth + 1, out, err);
    return status;
}

static vb_status put_contents(const vb_mat *m, size_t depth, vb_buffer *out,
                              vb_error *err)
{
    const size_t n = m->rows * m->cols;
    vb_status status = VB_OK;
    size_t start;

    switch (m->kind) {
    case VB_MAT_NUMBERS:
        start = open_element(out, MI_DOUBLE);
        for (size_t i = 0; i < n; i++)
            put_double(out, m->numbers[i]);
        return close_element(out, start, err);
    case VB_MAT_LOGICAL: {
        const char truth = n && m->numbers[0] != 0 ? 1 : 0;

        put_element(out, MI_UINT8, &truth, n);
        return VB_OK;
    }
    case VB_MAT_TEXT:
        return put_utf16(m, out, err);
    case VB_MAT_STRUCT:
        status = put_field_names(m, out, err);
        return status == VB_OK ? put_items(m, depth, out, err) : status;
    case VB_MAT_CELL:
        return put_items(m, depth, out, err);
    case VB_MAT_OTHER:
        break;
    }
    return vb_fail(err, VB_EINPUT, "a value of class %s cannot be written",
                   m->class_name);
}

static vb_status put_value(const vb_mat *m, size_t depth, vb_buffer *out, vb_error *err)
{
    size_t start;
    vb_status status;

    if (!m)
        return vb_fail_memory(err, sizeof *m);
    if (depth > MAT_DEPTH)
        return vb_fail(err, VB_EINPUT, "values nested over %d deep", MAT_DEPTH);
    if (m->rows > INT32_MAX || m->cols > INT32_MAX)
        return vb_fail(err, VB_EINPUT,
                       "an array of %zu x %zu is too large for a MAT-file of level 5",
                       m->rows, m->cols);
    if (m->kind == VB_MAT_LOGICAL && m->rows * m->cols > 1)
        return vb_fail(err, VB_EINPUT,
                       "a logical array of %zu x %zu: only single logical "
                       "values are written",
                       m->rows, m->cols);
    start = open_element(out, MI_MATRIX);
    put_u32(out, MI_UINT32);
    put_u32(out, 8);
    put_u32(out, class_of(m));
    put_u32(out, 0);
    put_u32(out, MI_INT32);
    put_u32(out, 8);
    put_u32(out, m->rows);
    put_u32(out, m->cols);
    put_element(out, MI_INT8, m->name, strlen(m->name));
    status = put_contents(m, depth, out, err);
    return status == VB_OK ? close_element(out, start, err) : status;
}

static bool is_variable_name(const char *s)
{
    size_t n = 0;

    if (!isalpha((unsigned char)s[0]))
        return false;
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    return !s[n] && n <= MAT_NAME_MAX;
}

vb_status vb_mat_write(size_t n, vb_mat *const variables[], vb_buffer *out,
                       vb_error *err)
{
    char header[MAT_HEADER];
    static const char text[] = "MATLAB 5.0 MAT-file, written by valuebold";
    const size_t before = out->n;

    if (before)
        return vb_fail(err, VB_EUSAGE,
                       "a MAT-file begins in an empty buffer, this one "
                       "holds %zu bytes",
                       before);
    memset(header, ' ', MAT_TEXT);
    memset(header + MAT_TEXT, 0, sizeof header - MAT_TEXT);
    memcpy(header, text, sizeof text - 1);
    header[125] = 1; /* version 0x0100, low byte first */
    header[126] = 'I';
    header[127] = 'M';
    vb_put(out, header, sizeof header);
    for (size_t i = 0; i < n; i++) {
        vb_status status;

        if (variables[i] && !is_variable_name(variables[i]->name))
            return vb_fail(err, VB_EINPUT, "'%s' is no name for a MATLAB variable",
                           variables[i]->name);
        status = put_value(variables[i], 0, out, err);
        if (status != VB_OK)
            return status;
    }
    return vb_buffer_ok(out, err);
}
