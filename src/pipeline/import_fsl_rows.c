/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_fsl_rows.c - the text of a three-column file. */
#include "import_internal.h"
#include "valuebold/number.h"

#include <stdio.h>
#include <string.h>

enum { CELL = 64 };

/* The cells of one line; at most 4 are looked at.  False when one is no number. */
static bool read_line(const char *s, size_t n, double row[4], size_t *n_cells,
                      char bad[CELL])
{
    const char *end = s + n;

    *n_cells = 0;
    while (*n_cells < 4) {
        size_t length = 0;

        while (s < end && strchr(" \t\r", *s))
            s++;
        if (s == end)
            break;
        while (s + length < end && !strchr(" \t\r", s[length]))
            length++;
        snprintf(bad, CELL, "%.*s", (int)length, s);
        if (vb_number_read(bad, &row[*n_cells]) != VB_NUMBER_OK)
            return false;
        ++*n_cells;
        s += length;
    }
    return true;
}

vb_status import_three_columns(const char *text, vb_arena *arena, size_t *n,
                               double **rows, char why[VB_TEXT_MAX], vb_error *err)
{
    size_t lines = 1, line = 1;
    double *all;

    *n = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    *rows = all = vb_arena_take(arena, lines, 3 * sizeof *all);
    if (!all)
        return vb_fail_memory(err, lines * 3 * sizeof *all);
    snprintf(why, VB_TEXT_MAX, "it is empty");
    for (const char *s = text; *s; line++) {
        const size_t length = strcspn(s, "\n");
        double row[4];
        size_t n_cells;
        char bad[CELL] = "";

        if (!read_line(s, length, row, &n_cells, bad)) {
            snprintf(why, VB_TEXT_MAX, "'%s' in line %zu is no number", bad, line);
            *n = 0;
            return VB_OK;
        }
        if (n_cells && n_cells != 3) {
            snprintf(why, VB_TEXT_MAX, "line %zu has %zu%s numbers", line, n_cells,
                     n_cells == 4 ? " or more" : "");
            *n = 0;
            return VB_OK;
        }
        if (n_cells)
            memcpy(all + 3 * (*n)++, row, 3 * sizeof *all);
        s += length + (s[length] == '\n');
    }
    return VB_OK;
}
