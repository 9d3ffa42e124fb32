/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matfile_scan.c - elements, numbers and text of a MAT-file, every length checked. */
#include "matfile_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

vb_status mat_refuse(const mat_file *f, const char *format, ...)
{
    char text[VB_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return vb_fail_at(f->err, VB_EINPUT, f->name, 0, 0, "%s", text);
}

uint64_t mat_unsigned(const mat_file *f, const unsigned char *p, size_t bytes)
{
    uint64_t v = 0;

    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | p[f->swapped ? i : bytes - 1 - i];
    return v;
}

vb_status mat_next(const mat_file *f, mat_span *span, mat_element *element)
{
    size_t n, tag = 8, stored;
    uint32_t word;

    if (span->n < 8)
        return mat_refuse(f,
                          "the file ends within an element: %zu bytes are left where a "
                          "tag of 8 should stand; it was cut short",
                          span->n);
    word = (uint32_t)mat_unsigned(f, span->p, 4);
    if (word >> 16) { /* small element: size and type in one word, data in the next */
        element->type = word & 0xFFFF;
        n = word >> 16;
        if (n > 4)
            return mat_refuse(f, "a small element claims %zu bytes, at most 4 fit", n);
        tag = 4;
        stored = 4;
    } else {
        element->type = word;
        n = (size_t)mat_unsigned(f, span->p + 4, 4);
        if (n > span->n - 8)
            return mat_refuse(f,
                              "an element claims %zu bytes, but only %zu are left; the "
                              "file was cut short or is damaged",
                              n, span->n - 8);
        stored = n;
        if (element->type != MI_COMPRESSED) /* those alone are not padded */
            stored += (8 - n % 8) % 8;
        if (stored > span->n - 8)
            stored = span->n - 8; /* the last one may lack its padding */
    }
    element->data = (mat_span){span->p + tag, n};
    span->p += tag + stored;
    span->n -= tag + stored;
    return VB_OK;
}

size_t mat_number_size(unsigned type)
{
    switch (type) {
    case MI_INT8:
    case MI_UINT8:
        return 1;
    case MI_INT16:
    case MI_UINT16:
        return 2;
    case MI_INT32:
    case MI_UINT32:
    case MI_SINGLE:
        return 4;
    case MI_DOUBLE:
    case MI_INT64:
    case MI_UINT64:
        return 8;
    default:
        return 0;
    }
}

static double number(const mat_file *f, unsigned type, const unsigned char *p)
{
    const size_t bytes = mat_number_size(type);
    const uint64_t bits = mat_unsigned(f, p, bytes);
    const uint32_t low = (uint32_t)bits;
    double x;
    float single;

    switch (type) {
    case MI_DOUBLE:
        memcpy(&x, &bits, sizeof x);
        return x;
    case MI_SINGLE:
        memcpy(&single, &low, sizeof single);
        return (double)single;
    case MI_INT8:
    case MI_INT16:
    case MI_INT32:
    case MI_INT64: {
        /* Two's complement: the top bit counts negative. */
        const uint64_t top = (uint64_t)1 << (8 * bytes - 1);

        return (double)(bits & (top - 1)) - (bits & top ? (double)top : 0);
    }
    default:
        return (double)bits;
    }
}

vb_status mat_read_numbers(const mat_file *f, const mat_element *data, size_t n,
                           double out[])
{
    const size_t bytes = mat_number_size(data->type);

    if (!bytes)
        return mat_refuse(f,
                          "numbers stored as data type %u, which is none of MATLAB's "
                          "numeric types",
                          data->type);
    if (data->data.n / bytes != n || data->data.n % bytes)
        return mat_refuse(f,
                          "an array of %zu values is stored in %zu bytes of %zu each; "
                          "the file is damaged",
                          n, data->data.n, bytes);
    for (size_t i = 0; i < n; i++)
        out[i] = number(f, data->type, data->data.p + i * bytes);
    return VB_OK;
}

static void put_character(vb_buffer *out, uint32_t c)
{
    if (c < 0x80) {
        vb_put_char(out, (char)c);
        return;
    }
    if (c < 0x800) {
        vb_put_char(out, (char)(0xC0 | c >> 6));
    } else {
        if (c < 0x10000) {
            vb_put_char(out, (char)(0xE0 | c >> 12));
        } else {
            vb_put_char(out, (char)(0xF0 | c >> 18));
            vb_put_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        }
        vb_put_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
    }
    vb_put_char(out, (char)(0x80 | (c & 0x3F)));
}

/* Code units of the char array, one an element of the array, into units[n]. */
static vb_status read_units(const mat_file *f, const mat_element *data, size_t n,
                            uint32_t units[])
{
    const unsigned type = data->type;
    const size_t size = type == MI_UTF16 || type == MI_UINT16 || type == MI_INT16   ? 2
                        : type == MI_UTF32 || type == MI_UINT32 || type == MI_INT32 ? 4
                        : type == MI_UTF8 || type == MI_UINT8 || type == MI_INT8    ? 1
                                                                                    : 0;

    if (!size)
        return mat_refuse(f, "text stored as data type %u, which is no text", type);
    if (data->data.n / size < n)
        return mat_refuse(
            f,
            "a text of %zu characters is stored in %zu bytes; the file is "
            "damaged",
            n, data->data.n);
    for (size_t i = 0; i < n; i++)
        units[i] = (uint32_t)mat_unsigned(f, data->data.p + i * size, size);
    return VB_OK;
}

/* units[0], units[step] ... (n of them) as UTF-8. */
static bool put_row(vb_buffer *out, const uint32_t units[], size_t n, size_t step)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t c = units[i * step];

        if (c >= 0xD800 && c < 0xDC00 && i + 1 < n) {
            const uint32_t low = units[++i * step];

            if (low < 0xDC00 || low > 0xDFFF)
                return false;
            c = 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
        }
        if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
            return false;
        put_character(out, c);
    }
    return true;
}

/* Bytes of a row that are already UTF-8 (as scipy and newer MATLAB write them). */
static bool is_utf8(const mat_span *s)
{
    for (size_t i = 0; i < s->n;) {
        const unsigned char c = s->p[i];
        const size_t more = c < 0x80 ? 0 : c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;

        if (!c || (c >= 0x80 && c < 0xC2) || c > 0xF4 || more >= s->n - i)
            return false;
        for (size_t j = 1; j <= more; j++)
            if ((s->p[i + j] & 0xC0) != 0x80)
                return false;
        i += more + 1;
    }
    return true;
}

vb_status mat_read_text(const mat_file *f, const mat_element *data, size_t rows,
                        size_t cols, const char **text)
{
    vb_status status = VB_OK;
    vb_buffer out = {0};
    uint32_t *units = NULL;
    bool fine = true;

    if (data->type == MI_UTF8 && rows <= 1) {
        fine = is_utf8(&data->data);
        if (fine)
            vb_put(&out, data->data.p, data->data.n);
    } else if (rows && cols) {
        units = vb_arena_take(f->arena, rows * cols, sizeof *units);
        if (!units)
            return vb_fail_memory(f->err, rows * cols * sizeof *units);
        status = read_units(f, data, rows * cols, units);
        for (size_t r = 0; r < rows && fine && status == VB_OK; r++) {
            if (r)
                vb_put_char(&out, '\n');
            fine = put_row(&out, units + r, cols, rows);
        }
    }
    if (status == VB_OK && !fine)
        status = mat_refuse(f, "a text holds bytes or numbers that are no Unicode "
                               "characters");
    if (status == VB_OK)
        status = vb_buffer_ok(&out, f->err);
    if (status == VB_OK) {
        *text = vb_arena_string(f->arena, out.bytes ? out.bytes : "");
        if (!*text)
            status = vb_fail_memory(f->err, out.n);
    }
    vb_buffer_free(&out);
    return status;
}
