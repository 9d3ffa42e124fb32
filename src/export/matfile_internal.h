/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * matfile_internal.h - the numbers of MAT-file level 5 that writer and reader share.
 * Source: The MathWorks, "MAT-File Format", tables 1-1 (data types) and 1-3 (classes).
 */
#ifndef VB_MATFILE_INTERNAL_H
#define VB_MATFILE_INTERNAL_H

/* Types of stored data. */
enum {
    MI_INT8 = 1,
    MI_UINT8 = 2,
    MI_INT16 = 3,
    MI_UINT16 = 4,
    MI_INT32 = 5,
    MI_UINT32 = 6,
    MI_SINGLE = 7,
    MI_DOUBLE = 9,
    MI_INT64 = 12,
    MI_UINT64 = 13,
    MI_MATRIX = 14,
    MI_COMPRESSED = 15,
    MI_UTF8 = 16,
    MI_UTF16 = 17,
    MI_UTF32 = 18
};

/* Classes of arrays. */
enum {
    MX_CELL = 1,
    MX_STRUCT = 2,
    MX_OBJECT = 3,
    MX_CHAR = 4,
    MX_SPARSE = 5,
    MX_DOUBLE = 6,
    MX_SINGLE = 7,
    MX_INT8 = 8,
    MX_UINT8 = 9,
    MX_INT16 = 10,
    MX_UINT16 = 11,
    MX_INT32 = 12,
    MX_UINT32 = 13,
    MX_INT64 = 14,
    MX_UINT64 = 15,
    MX_FUNCTION = 16,
    MX_OPAQUE = 17
};

enum { MAT_LOGICAL = 0x0200, MAT_COMPLEX = 0x0800 }; /* bits of the array flags */
enum { MAT_HEADER = 128, MAT_TEXT = 116, MAT_NAME_MAX = 63, MAT_DEPTH = 32 };

#endif
