/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmat_read.c - AFNI's matrix files, read. */
#include "valuebold/number.h"
#include "xmat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_MAX = 64 };

typedef struct reader {
    const char *file;
    vb_arena *arena;
    xmat *m;
    vb_error *err;
} reader;

static size_t count(const char *s, size_t n, char c)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        k += s[i] == c;
    return k;
}

/* "a ; b ; c" */
static vb_status read_labels(reader *in, const char *s, size_t n)
{
    const size_t n_labels = count(s, n, ';') + 1;
    size_t k = 0;

    in->m->labels = vb_arena_take(in->arena, n_labels + 1, sizeof *in->m->labels);
    if (!in->m->labels)
        return vb_fail_memory(in->err, n_labels * sizeof *in->m->labels);
    for (const char *end = s + n; k < n_labels; k++) {
        const char *stop = memchr(s, ';', (size_t)(end - s));
        size_t length;

        stop = stop ? stop : end;
        while (s < stop && *s == ' ')
            s++;
        for (length = (size_t)(stop - s); length && s[length - 1] == ' ';)
            length--;
        in->m->labels[k] = vb_arena_substring(in->arena, s, length);
        if (!in->m->labels[k])
            return vb_fail_memory(in->err, length);
        s = stop < end ? stop + 1 : end;
    }
    in->m->n_cols = n_labels;
    return VB_OK;
}

static vb_status read_runs(reader *in, size_t line, const char *s, size_t n)
{
    const size_t n_runs = count(s, n, ',') + 1;
    char copy[CELL_MAX];

    in->m->first_row = vb_arena_take(in->arena, n_runs, sizeof *in->m->first_row);
    if (!in->m->first_row)
        return vb_fail_memory(in->err, n_runs * sizeof *in->m->first_row);
    for (size_t r = 0; r < n_runs; r++) {
        const size_t length = strcspn(s, ",\"");
        char *end;
        long first;

        snprintf(copy, sizeof copy, "%.*s", (int)length, s);
        first = strtol(copy, &end, 10);
        if (end == copy || *end || first < 0 ||
            (r && (size_t)first <= in->m->first_row[r - 1]))
            return vb_fail_at(in->err, VB_EINPUT, in->file, line, 0,
                              "RunStart: '%s' is no first row of a run", copy);
        in->m->first_row[r] = (size_t)first;
        s += length + (s[length] == ',');
    }
    in->m->n_runs = n_runs;
    return VB_OK;
}

/* One line "#  KEY = "VALUE"". */
static vb_status read_attribute(reader *in, size_t line, const char *s, size_t n)
{
    const char *equals = memchr(s, '=', n), *value, *close;
    char cell[CELL_MAX];
    size_t length;

    if (!equals || !(value = memchr(equals, '"', n - (size_t)(equals - s))))
        return VB_OK;
    value++;
    close = memchr(value, '"', n - (size_t)(value - s));
    if (!close)
        return vb_fail_at(in->err, VB_EINPUT, in->file, line, 0,
                          "the quotes of this attribute are not closed");
    length = (size_t)(close - value);
    s += strspn(s, "# ");
    if (strncmp(s, "ColumnLabels", 12) == 0)
        return read_labels(in, value, length);
    if (strncmp(s, "RunStart", 8) == 0)
        return read_runs(in, line, value, length);
    if (strncmp(s, "RowTR", 5) == 0) {
        snprintf(cell, sizeof cell, "%.*s", (int)length, value);
        if (vb_number_read(cell, &in->m->tr_s) != VB_NUMBER_OK)
            return vb_fail_at(in->err, VB_EINPUT, in->file, line, 0,
                              "RowTR: '%s' is no number", cell);
    }
    return VB_OK;
}

/* The numbers of one line into row; *n_cols is 0 before the first. */
static vb_status read_row(reader *in, size_t line, const char *s, size_t n,
                          size_t *n_cols, double *row)
{
    const char *end = s + n;
    size_t k = 0;

    for (;;) {
        char cell[CELL_MAX];
        size_t length;

        while (s < end && strchr(" \t\r,", *s))
            s++;
        if (s == end)
            break;
        for (length = 0; s + length < end && !strchr(" \t\r,", s[length]);)
            length++;
        snprintf(cell, sizeof cell, "%.*s", (int)length, s);
        if (vb_number_read(cell, &row[k]) != VB_NUMBER_OK)
            return vb_fail_at(in->err, VB_EINPUT, in->file, line, k + 1,
                              "'%s' is no number", cell);
        k++;
        s += length;
        if (*n_cols && k > *n_cols)
            break;
    }
    if (*n_cols && k != *n_cols)
        return vb_fail_at(in->err, VB_EINPUT, in->file, line, 0,
                          "this row has %s%zu numbers, the rows above have %zu",
                          k > *n_cols ? "at least " : "", k, *n_cols);
    *n_cols = k;
    return VB_OK;
}

/* Names for a matrix without attributes. */
static vb_status finish(reader *in, size_t n_cols)
{
    xmat *m = in->m;
    const size_t n_labels = m->n_cols;

    if (!m->n_rows || !n_cols)
        return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                          "there are no numbers in this file");
    if (n_labels && n_labels != n_cols)
        return vb_fail_at(in->err, VB_EINPUT, in->file, 0, 0,
                          "ColumnLabels names %zu columns, the rows have %zu", n_labels,
                          n_cols);
    m->n_cols = n_cols;
    if (n_labels)
        return VB_OK;
    m->labels = vb_arena_take(in->arena, n_cols, sizeof *m->labels);
    for (size_t j = 0; m->labels && j < n_cols; j++) {
        m->labels[j] = vb_arena_printf(in->arena, "column_%zu", j + 1);
        if (!m->labels[j])
            m->labels = NULL;
    }
    return m->labels ? VB_OK : vb_fail_memory(in->err, n_cols * sizeof *m->labels);
}

vb_status xmat_read(const char *file, const char *text, vb_arena *arena, xmat *out,
                    vb_error *err)
{
    reader in = {file, arena, out, err};
    size_t line = 1, n_cols = 0, lines = count(text, strlen(text), '\n') + 1;
    vb_status status = VB_OK;

    *out = (xmat){.tr_s = (double)NAN};
    for (const char *s = text; *s && status == VB_OK; line++) {
        const size_t n = strcspn(s, "\n");
        const size_t blank = strspn(s, " \t\r");

        if (s[blank] == '#') {
            status = read_attribute(&in, line, s + blank, n - blank);
        } else if (blank < n) {
            if (!out->x) { /* a number takes a character and a blank at least */
                const size_t most = n / 2 + 1;

                out->x =
                    vb_arena_take(arena, (lines - line + 2) * most, sizeof *out->x);
                if (!out->x)
                    return vb_fail_memory(err, lines * most * sizeof *out->x);
            }
            status = read_row(&in, line, s, n, &n_cols, out->x + out->n_rows * n_cols);
            out->n_rows++;
        }
        s += n + (s[n] == '\n');
    }
    return status == VB_OK ? finish(&in, n_cols) : status;
}
