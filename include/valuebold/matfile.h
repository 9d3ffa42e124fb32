/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MATLAB's MAT-files, level 5: numbers, text, logicals, cells and structs as a tree.
 *
 * Written uncompressed and little-endian, with a fixed header text, so that the same
 * values give the same bytes.  Read in either byte order, compressed ("-v7") or not
 * ("-v6").
 *
 * Source of the format: The MathWorks, "MAT-File Format", chapter 1 (level 5).
 */
#ifndef VALUEBOLD_MATFILE_H
#define VALUEBOLD_MATFILE_H

#include "valuebold/arena.h"
#include "valuebold/buffer.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_mat_kind {
    VB_MAT_NUMBERS, /* any numeric class, held as double */
    VB_MAT_LOGICAL, /* numbers holds 0 and 1 */
    VB_MAT_TEXT,    /* a char array */
    VB_MAT_CELL,
    VB_MAT_STRUCT,
    VB_MAT_OTHER, /* known to be there, its values not read: complex numbers, sparse
                       matrices, objects, function handles */
} vb_mat_kind;

/*
 * One value.  Shapes are rows x cols, stored column by column as MATLAB does; an array of
 * more dimensions counts as rows x (product of the others).
 *   numbers  [rows * cols] of NUMBERS and LOGICAL
 *   text     of TEXT, UTF-8; the rows of a char matrix are separated by newlines
 *   items    [rows * cols] of CELL; [rows * cols * n_fields] of STRUCT, the fields of
 *            one element together
 */
typedef struct vb_mat {
    const char *name; /* "" inside cells and structs */
    const char
        *class_name; /* MATLAB's: "double", "single", "int32", "char", "cell" ... */
    vb_mat_kind kind;
    size_t rows, cols;
    double *numbers;
    const char *text;
    size_t n_fields;
    const char **fields;
    struct vb_mat **items;
} vb_mat;

/* New values; NULL when there is no memory, in which case everything put into them may be
 * NULL too: a tree is checked once, by vb_mat_write.  Numbers and text are copied. */
VB_API vb_mat *vb_mat_numbers(vb_arena *arena, const char *name, size_t rows,
                              size_t cols, const double x[]);
VB_API vb_mat *vb_mat_logical(vb_arena *arena, const char *name, bool value);
/* One row of text (1 x n, or 0 x 0 when empty). */
VB_API vb_mat *vb_mat_text(vb_arena *arena, const char *name, const char *utf8);
/* Cells and elements are to be filled by assigning items (vb_mat_put does so safely). */
VB_API vb_mat *vb_mat_cell(vb_arena *arena, const char *name, size_t rows, size_t cols);
VB_API vb_mat *vb_mat_struct(vb_arena *arena, const char *name, size_t rows,
                             size_t cols, size_t n_fields, const char *const fields[]);
/* items[i] = value, when into is there. */
VB_API void vb_mat_put(vb_mat *into, size_t i, vb_mat *value);

/*
 * The file of variables[n].  NULL anywhere in the tree is VB_ENOMEM; a value of kind
 * OTHER, a name that is no MATLAB name (a letter, then letters, digits and _; at most 63),
 * text that is no UTF-8 or an array over 2^31 - 1 elements is VB_EINPUT.
 */
VB_API vb_status vb_mat_write(size_t n, vb_mat *const variables[], vb_buffer *out,
                              vb_error *err);

/*
 * All variables of bytes[0..size), in the order of the file; they live in arena.
 * Refused with VB_EINPUT and a sentence: a version 7.3 file (HDF5), version 4, no MAT-file
 * at all, lengths and shapes that contradict each other, nesting over 32, text that is no
 * Unicode, more than 256 MB after decompression.
 */
VB_API vb_status vb_mat_read(const char *file, const void *bytes, size_t size,
                             vb_arena *arena, size_t *n, vb_mat ***variables,
                             vb_error *err);

/* The variable of that name, or NULL. */
VB_API const vb_mat *vb_mat_find(size_t n, vb_mat *const variables[], const char *name);
/* The field of one element of a struct, or NULL. */
VB_API const vb_mat *vb_mat_field(const vb_mat *s, size_t element, const char *field);

#ifdef __cplusplus
}
#endif
#endif
