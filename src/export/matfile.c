/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matfile.c - the tree of values of a MAT-file. */
#include "valuebold/matfile.h"

#include <stdint.h>
#include <string.h>

static vb_mat *value(vb_arena *arena, const char *name, vb_mat_kind kind,
                     const char *class_name, size_t rows, size_t cols)
{
    vb_mat *m = vb_arena_take(arena, 1, sizeof *m);

    if (!m)
        return NULL;
    m->name = vb_arena_string(arena, name);
    m->class_name = class_name;
    m->kind = kind;
    m->rows = rows;
    m->cols = cols;
    return m->name && (!cols || rows <= SIZE_MAX / cols) ? m : NULL;
}

vb_mat *vb_mat_numbers(vb_arena *arena, const char *name, size_t rows, size_t cols,
                       const double x[])
{
    vb_mat *m = value(arena, name, VB_MAT_NUMBERS, "double", rows, cols);

    if (!m)
        return NULL;
    m->numbers = vb_arena_take(arena, rows * cols, sizeof *m->numbers);
    if (!m->numbers)
        return NULL;
    if (rows > 0 && cols > 0)
        memcpy(m->numbers, x, rows * cols * sizeof *x);
    return m;
}

vb_mat *vb_mat_logical(vb_arena *arena, const char *name, bool truth)
{
    vb_mat *m = value(arena, name, VB_MAT_LOGICAL, "logical", 1, 1);

    if (!m)
        return NULL;
    m->numbers = vb_arena_take(arena, 1, sizeof *m->numbers);
    if (!m->numbers)
        return NULL;
    m->numbers[0] = truth ? 1 : 0;
    return m;
}

vb_mat *vb_mat_text(vb_arena *arena, const char *name, const char *utf8)
{
    vb_mat *m = value(arena, name, VB_MAT_TEXT, "char", *utf8 ? 1 : 0, 0);

    if (!m)
        return NULL;
    m->text = vb_arena_string(arena, utf8);
    for (const char *c = utf8; *c; c++) {
        /* MATLAB counts UTF-16 units: one a character, two beyond the basic plane. */
        m->cols += ((unsigned char)*c & 0xC0) != 0x80;
        m->cols += (unsigned char)*c >= 0xF0;
    }
    return m->text ? m : NULL;
}

vb_mat *vb_mat_cell(vb_arena *arena, const char *name, size_t rows, size_t cols)
{
    vb_mat *m = value(arena, name, VB_MAT_CELL, "cell", rows, cols);

    if (!m)
        return NULL;
    m->items = vb_arena_take(arena, rows * cols, sizeof *m->items);
    return m->items ? m : NULL;
}

vb_mat *vb_mat_struct(vb_arena *arena, const char *name, size_t rows, size_t cols,
                      size_t n_fields, const char *const fields[])
{
    vb_mat *m = value(arena, name, VB_MAT_STRUCT, "struct", rows, cols);

    if (!m || (n_fields && rows * cols > SIZE_MAX / n_fields))
        return NULL;
    m->n_fields = n_fields;
    m->fields = vb_arena_take(arena, n_fields, sizeof *m->fields);
    m->items = vb_arena_take(arena, rows * cols * n_fields, sizeof *m->items);
    if (!m->fields || !m->items)
        return NULL;
    for (size_t f = 0; f < n_fields; f++) {
        m->fields[f] = vb_arena_string(arena, fields[f]);
        if (!m->fields[f])
            return NULL;
    }
    return m;
}

void vb_mat_put(vb_mat *into, size_t i, vb_mat *item)
{
    if (into)
        into->items[i] = item;
}

const vb_mat *vb_mat_find(size_t n, vb_mat *const variables[], const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(variables[i]->name, name) == 0)
            return variables[i];
    return NULL;
}

const vb_mat *vb_mat_field(const vb_mat *s, size_t element, const char *field)
{
    if (s->kind != VB_MAT_STRUCT || element >= s->rows * s->cols)
        return NULL;
    for (size_t f = 0; f < s->n_fields; f++)
        if (strcmp(s->fields[f], field) == 0)
            return s->items[element * s->n_fields + f];
    return NULL;
}
