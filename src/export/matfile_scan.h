/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matfile_scan.h - the stored bytes of a MAT-file: elements, numbers and text. */
#ifndef VB_MATFILE_SCAN_H
#define VB_MATFILE_SCAN_H

#include "matfile_internal.h"
#include "valuebold/matfile.h"

#include <stdint.h>

/* What does not change while a file is read. */
typedef struct mat_file {
    const char *name;
    vb_arena *arena;
    bool swapped;    /* the file's byte order is not little-endian */
    size_t inflated; /* bytes decompressed so far */
    vb_error *err;
} mat_file;

/* Bytes still to be read. */
typedef struct mat_span {
    const unsigned char *p;
    size_t n;
} mat_span;

/* One element: its type and data. */
typedef struct mat_element {
    unsigned type;
    mat_span data;
} mat_element;

vb_status mat_refuse(const mat_file *f, const char *format, ...) VB_PRINTF(2, 3);

/* Unsigned number of 1, 2, 4 or 8 bytes in the file's order. */
uint64_t mat_unsigned(const mat_file *f, const unsigned char *p, size_t bytes);

/* Takes the next element off span. */
vb_status mat_next(const mat_file *f, mat_span *span, mat_element *element);

/* Bytes of one number of a stored type; 0 when the type is no number. */
size_t mat_number_size(unsigned type);

/* data as n doubles; n must be what data hold. */
vb_status mat_read_numbers(const mat_file *f, const mat_element *data, size_t n,
                           double out[]);

/* data as the UTF-8 text of a char array of rows x cols. */
vb_status mat_read_text(const mat_file *f, const mat_element *data, size_t rows,
                        size_t cols, const char **text);

#endif
