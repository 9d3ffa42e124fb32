/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * matfile_read.c - MAT-files of level 5 as values.
 *
 * Independent of the writer: it takes what MATLAB, Octave and scipy write (compressed or
 * not, either byte order, small elements, every numeric class).  Nothing in the file is
 * believed: each length is checked against the bytes there are before it is used, and no
 * allocation is larger than the bytes it is to hold allow.
 */
#include "matfile_scan.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

/* No study's conditions come near this; it bounds what a small hostile file can demand. */
static const size_t inflated_max = (size_t)256 << 20;

static const char *class_name(unsigned mx)
{
    static const char *const names[] =
        {"?",      "cell",   "struct",          "object", "char",   "sparse", "double",
         "single", "int8",   "uint8",           "int16",  "uint16", "int32",  "uint32",
         "int64",  "uint64", "function_handle", "opaque"};

    return mx < sizeof names / sizeof names[0] ? names[mx] : "?";
}

static vb_status read_matrix(mat_file *f, mat_span span, size_t depth, vb_mat **out);

static vb_status read_dimensions(const mat_file *f, mat_span *span, vb_mat *m)
{
    mat_element e;
    vb_status status = mat_next(f, span, &e);
    size_t n = 1;

    if (status != VB_OK)
        return status;
    if (e.type != MI_INT32 || e.data.n < 8 || e.data.n % 4 || e.data.n > 4 * 32)
        return mat_refuse(f, "an array without valid dimensions; the file is damaged");
    m->rows = (size_t)mat_unsigned(f, e.data.p, 4);
    for (size_t i = 1; i < e.data.n / 4; i++) {
        const size_t d = (size_t)mat_unsigned(f, e.data.p + 4 * i, 4);

        if (d > INT32_MAX || (d && n > INT32_MAX / d))
            return mat_refuse(
                f, "an array with impossible dimensions; the file is damaged");
        n *= d;
    }
    m->cols = n;
    if (m->rows > INT32_MAX || (n && m->rows > INT32_MAX / n))
        return mat_refuse(f,
                          "an array with impossible dimensions; the file is damaged");
    return VB_OK;
}

static vb_status read_name(const mat_file *f, mat_span *span, const char **name)
{
    mat_element e;
    vb_status status = mat_next(f, span, &e);

    if (status != VB_OK)
        return status;
    if (mat_number_size(e.type) != 1 || memchr(e.data.p, 0, e.data.n))
        return mat_refuse(f, "an array without a valid name; the file is damaged");
    *name = vb_arena_substring(f->arena, (const char *)e.data.p, e.data.n);
    return *name ? VB_OK : vb_fail_memory(f->err, e.data.n);
}

/* count arrays one after the other; each needs a tag of 8 bytes at least. */
static vb_status read_items(mat_file *f, mat_span *span, size_t depth, size_t count,
                            vb_mat *m)
{
    if (count > span->n / 8)
        return mat_refuse(f, "a %s claims %zu values in %zu bytes; the file is damaged",
                          m->class_name, count, span->n);
    m->items = vb_arena_take(f->arena, count, sizeof *m->items);
    if (!m->items)
        return vb_fail_memory(f->err, count * sizeof *m->items);
    for (size_t i = 0; i < count; i++) {
        mat_element e;
        vb_status status = mat_next(f, span, &e);

        if (status == VB_OK && e.type != MI_MATRIX)
            status =
                mat_refuse(f, "a %s holds data type %u where an array should stand",
                           m->class_name, e.type);
        if (status == VB_OK)
            status = read_matrix(f, e.data, depth + 1, &m->items[i]);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

static vb_status read_struct(mat_file *f, mat_span *span, size_t depth, vb_mat *m)
{
    const size_t n = m->rows * m->cols;
    mat_element length, names;
    vb_status status = mat_next(f, span, &length);
    size_t each;

    if (status == VB_OK)
        status = mat_next(f, span, &names);
    if (status != VB_OK)
        return status;
    each = length.data.n == 4 ? (size_t)mat_unsigned(f, length.data.p, 4) : 0;
    if (length.type != MI_INT32 || !each || names.data.n % each)
        return mat_refuse(f, "a struct without valid field names; the file is damaged");
    m->n_fields = names.data.n / each;
    if (m->n_fields && n > SIZE_MAX / m->n_fields)
        return mat_refuse(f,
                          "a struct with impossible dimensions; the file is damaged");
    m->fields = vb_arena_take(f->arena, m->n_fields, sizeof *m->fields);
    if (!m->fields)
        return vb_fail_memory(f->err, m->n_fields * sizeof *m->fields);
    for (size_t i = 0; i < m->n_fields; i++) {
        const char *name = (const char *)names.data.p + i * each;
        const char *end = memchr(name, 0, each);

        m->fields[i] =
            vb_arena_substring(f->arena, name, end ? (size_t)(end - name) : each);
        if (!m->fields[i])
            return vb_fail_memory(f->err, each);
    }
    return read_items(f, span, depth, n * m->n_fields, m);
}

static vb_status read_number_array(const mat_file *f, mat_span *span, vb_mat *m)
{
    const size_t n = m->rows * m->cols;
    mat_element e;
    vb_status status = mat_next(f, span, &e);

    if (status != VB_OK)
        return status;
    if (n > e.data.n) /* before allocating: a number takes at least a byte */
        return mat_refuse(f,
                          "an array of %zu values is stored in %zu bytes; the file is "
                          "damaged",
                          n, e.data.n);
    m->numbers = vb_arena_take(f->arena, n, sizeof *m->numbers);
    if (!m->numbers)
        return vb_fail_memory(f->err, n * sizeof *m->numbers);
    return mat_read_numbers(f, &e, n, m->numbers);
}

static vb_status read_char_array(const mat_file *f, mat_span *span, vb_mat *m)
{
    mat_element e;
    vb_status status = mat_next(f, span, &e);

    if (status != VB_OK)
        return status;
    if (m->rows * m->cols > e.data.n)
        return mat_refuse(
            f,
            "a text of %zu characters is stored in %zu bytes; the file is "
            "damaged",
            m->rows * m->cols, e.data.n);
    return mat_read_text(f, &e, m->rows, m->cols, &m->text);
}

static vb_status read_contents(mat_file *f, mat_span *span, unsigned flags,
                               size_t depth, vb_mat *m)
{
    const unsigned mx = flags & 255;

    if (mx >= MX_DOUBLE && mx <= MX_UINT64 && !(flags & MAT_COMPLEX)) {
        m->kind = VB_MAT_NUMBERS;
        if (flags & MAT_LOGICAL) {
            m->kind = VB_MAT_LOGICAL;
            m->class_name = "logical";
        }
        return read_number_array(f, span, m);
    }
    switch (mx) {
    case MX_CELL:
        m->kind = VB_MAT_CELL;
        return read_items(f, span, depth, m->rows * m->cols, m);
    case MX_STRUCT:
        m->kind = VB_MAT_STRUCT;
        return read_struct(f, span, depth, m);
    case MX_CHAR:
        m->kind = VB_MAT_TEXT;
        return read_char_array(f, span, m);
    default:
        m->kind = VB_MAT_OTHER;
        return VB_OK;
    }
}

static vb_status read_matrix(mat_file *f, mat_span span, size_t depth, vb_mat **out)
{
    vb_mat *m = vb_arena_take(f->arena, 1, sizeof *m);
    mat_element e;
    vb_status status;
    unsigned flags;

    if (!m)
        return vb_fail_memory(f->err, sizeof *m);
    if (depth > MAT_DEPTH)
        return mat_refuse(f, "cells or structs nested over %d deep", MAT_DEPTH);
    if (!span.n) { /* an empty array may be written as nothing at all */
        *m = (vb_mat){.name = "", .class_name = "double", .kind = VB_MAT_NUMBERS};
        *out = m;
        return VB_OK;
    }
    status = mat_next(f, &span, &e);
    if (status != VB_OK)
        return status;
    if (e.type != MI_UINT32 || e.data.n != 8)
        return mat_refuse(f, "an array without valid flags; the file is damaged");
    flags = (unsigned)mat_unsigned(f, e.data.p, 4);
    m->class_name = class_name(flags & 255);
    if ((flags & 255) == MX_OPAQUE) { /* no dimensions; the name comes at once */
        m->kind = VB_MAT_OTHER;
        status = read_name(f, &span, &m->name);
    } else {
        status = read_dimensions(f, &span, m);
        if (status == VB_OK)
            status = read_name(f, &span, &m->name);
        if (status == VB_OK)
            status = read_contents(f, &span, flags, depth, m);
    }
    if (status == VB_OK)
        *out = m;
    return status;
}

/* Decompresses one element into out. */
static vb_status inflate_element(mat_file *f, mat_span in, vb_buffer *out)
{
    unsigned char chunk[16384];
    z_stream z = {0};
    int code = inflateInit(&z);

    if (code != Z_OK)
        return vb_fail_memory(f->err, sizeof chunk);
    z.next_in = (unsigned char *)(uintptr_t)in.p; /* zlib does not write to it */
    z.avail_in = (uInt)in.n;                      /* an element has 32-bit length */
    while (code == Z_OK) {
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        code = inflate(&z, Z_NO_FLUSH);
        f->inflated += sizeof chunk - z.avail_out;
        if (f->inflated > inflated_max)
            break;
        vb_put(out, chunk, sizeof chunk - z.avail_out);
        if (code == Z_OK && !z.avail_in && z.avail_out)
            break; /* the input ended before the stream did */
    }
    inflateEnd(&z);
    if (f->inflated > inflated_max)
        return mat_refuse(f, "more than %zu MB after decompression",
                          inflated_max >> 20);
    if (code != Z_STREAM_END)
        return mat_refuse(f,
                          "a compressed element does not decompress; the file was cut "
                          "short or is damaged");
    return vb_buffer_ok(out, f->err);
}

static vb_status read_variable(mat_file *f, mat_element e, vb_mat **out)
{
    vb_buffer plain = {0};
    vb_status status = VB_OK;

    if (e.type == MI_COMPRESSED) {
        mat_span span;

        status = inflate_element(f, e.data, &plain);
        span = (mat_span){(const unsigned char *)plain.bytes, plain.n};
        if (status == VB_OK)
            status = mat_next(f, &span, &e);
    }
    if (status == VB_OK && e.type != MI_MATRIX)
        status = mat_refuse(f, "data type %u where a variable should stand", e.type);
    if (status == VB_OK)
        status = read_matrix(f, e.data, 0, out);
    vb_buffer_free(&plain);
    return status;
}

static vb_status check_header(mat_file *f, const unsigned char *p, size_t size)
{
    static const unsigned char hdf5[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

    if ((size >= 8 && memcmp(p, hdf5, 8) == 0) ||
        (size >= 512 + 8 && memcmp(p + 512, hdf5, 8) == 0))
        return mat_refuse(
            f, "this is a MAT-file of version 7.3 (HDF5), which is not read; "
               "in MATLAB, save it again with save(..., '-v7')");
    if (size >= MAT_HEADER && p[126] == 'I' && p[127] == 'M')
        f->swapped = false;
    else if (size >= MAT_HEADER && p[126] == 'M' && p[127] == 'I')
        f->swapped = true;
    else if (size >= 20 && p[1] <= 20 && !p[2] && !p[3] && !p[5] && !p[6])
        /* level 4 has no header: a type word of at most 4052, then the dimensions */
        return mat_refuse(f,
                          "this looks like a MAT-file of version 4, which cannot hold "
                          "the cells of a conditions file; save it again with '-v7'");
    else
        return mat_refuse(f,
                          "this is no MAT-file: the mark 'IM' is missing at byte 126");
    if (mat_unsigned(f, p + 124, 2) != 0x0100)
        return mat_refuse(
            f, "a MAT-file of version %#x, where 0x100 (level 5) was expected",
            (unsigned)mat_unsigned(f, p + 124, 2));
    return VB_OK;
}

vb_status vb_mat_read(const char *file, const void *bytes, size_t size, vb_arena *arena,
                      size_t *n, vb_mat ***variables, vb_error *err)
{
    mat_file f = {.name = file, .arena = arena, .err = err};
    vb_status status = check_header(&f, bytes, size);
    mat_span span;
    vb_mat **all = NULL;
    size_t count = 0, capacity = 0;

    if (status != VB_OK)
        return status;
    span = (mat_span){(const unsigned char *)bytes + MAT_HEADER, size - MAT_HEADER};
    while (span.n) {
        mat_element e;

        if (count == capacity) {
            vb_mat **more = vb_arena_take(arena, 2 * capacity + 16, sizeof *more);

            if (!more)
                return vb_fail_memory(err, (2 * capacity + 16) * sizeof *more);
            if (count)
                memcpy(more, all, count * sizeof *all);
            all = more;
            capacity = 2 * capacity + 16;
        }
        status = mat_next(&f, &span, &e);
        if (status == VB_OK)
            status = read_variable(&f, e, &all[count]);
        if (status != VB_OK)
            return status;
        count++;
    }
    *n = count;
    *variables = all;
    return VB_OK;
}
