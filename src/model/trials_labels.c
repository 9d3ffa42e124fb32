/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials_labels.c - which option a cell of the choice column means. */
#include "trials_internal.h"

#include <string.h>

enum { LONGEST_NUMBER = 64 };

/* The next of the labels of one option, which tabs separate; NULL behind the last. */
static const char *next_label(const char **labels, size_t *n)
{
    const char *label = *labels;

    if (!label)
        return NULL;
    *n = strcspn(label, "\t");
    *labels = label[*n] ? label + *n + 1 : NULL;
    return label;
}

static bool same_text(const char *labels, const char *cell)
{
    const size_t n_cell = strlen(cell);
    size_t n;

    for (const char *s = next_label(&labels, &n); s; s = next_label(&labels, &n))
        if (n == n_cell && strncmp(s, cell, n) == 0)
            return true;
    return false;
}

static bool is_number(const char *label, size_t n, double *x)
{
    char text[LONGEST_NUMBER];

    if (n >= sizeof text)
        return false;
    memcpy(text, label, n);
    text[n] = '\0';
    return vb_number_read(text, x) == VB_NUMBER_OK;
}

static bool same_number(const char *labels, double x)
{
    size_t n;
    double y;

    for (const char *s = next_label(&labels, &n); s; s = next_label(&labels, &n))
        if (is_number(s, n, &y) && x == y)
            return true;
    return false;
}

size_t vb_option_of_cell(const char *cell, size_t n, const char *const labels[])
{
    double x;
    vb_number_kind kind;

    for (size_t o = 0; o < n; o++)
        if (same_text(labels[o], cell))
            return o;
    kind = vb_number_read(cell, &x);
    if (kind == VB_NUMBER_MISSING)
        return VB_NONE;
    for (size_t o = 0; o < n && kind == VB_NUMBER_OK; o++)
        if (same_number(labels[o], x))
            return o;
    return n;
}

bool vb_labels_overlap(const char *a, const char *b)
{
    size_t n;

    for (const char *s = next_label(&a, &n); s; s = next_label(&a, &n)) {
        const char *rest = b;
        size_t m;
        double x;

        if (is_number(s, n, &x) && same_number(b, x))
            return true;

        for (const char *t = next_label(&rest, &m); t; t = next_label(&rest, &m))
            if (n == m && strncmp(s, t, n) == 0)
                return true;
    }
    return false;
}

size_t vb_labels_split(vb_arena *arena, size_t n, const char *const labels[],
                       const char ***names)
{
    size_t most = n, n_names = 0, length;

    for (size_t o = 0; o < n; o++)
        for (const char *s = labels[o]; *s; s++)
            most += *s == '\t';
    *names = vb_arena_take(arena, most, sizeof **names);
    for (size_t o = 0; *names && o < n; o++) {
        const char *rest = labels[o];

        for (const char *s = next_label(&rest, &length); s;
             s = next_label(&rest, &length)) {
            const char *name = vb_arena_substring(arena, s, length);

            if (name)
                (*names)[n_names++] = name;
        }
    }
    return n_names;
}
