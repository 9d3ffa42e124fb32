/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c - two tables of numbers, cell by cell. */
#include "valuebold/compare.h"
#include "valuebold/file.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Significant digits printed: of "0.39943" 5, of "200" 3, of "2" 1. */
static int printed_digits(const char *s)
{
    int digits = 0;
    bool started = false;

    for (; *s && *s != 'e' && *s != 'E'; s++) {
        if (!isdigit((unsigned char)*s))
            continue;
        started |= *s != '0';
        digits += started ? 1 : 0;
    }
    return digits;
}

/* Unit of the last of `digits` significant digits of x. */
static double last_unit(double x, int digits)
{
    return pow(10, (x == 0 ? -1 : floor(log10(fabs(x)))) + 1 - digits);
}

/* A name for each column where the file has none; FSL's files have no header. */
static vb_status parse(const char *name, const char *text, size_t size,
                       vb_table **table, bool *headerless, vb_error *err)
{
    char cell[VB_NUMBER_MAX];
    const size_t n = strcspn(text, " \t\r\n");
    vb_buffer with_header = {0};
    vb_notes ignored = {0};
    vb_status status;
    double x;

    snprintf(cell, sizeof cell, "%.*s", (int)(n < sizeof cell ? n : sizeof cell - 1),
             text);
    *headerless = n && n < sizeof cell && vb_number_read(cell, &x) == VB_NUMBER_OK;
    if (*headerless) {
        const size_t line = strcspn(text, "\n");
        size_t columns = 1;
        bool blank = false;

        for (size_t i = 0; i < line; i++) { /* blanks and tabs separate alike there */
            const bool now = strchr(" \t\r", text[i]) != NULL;

            columns += blank && !now ? 1 : 0;
            blank = now;
        }
        for (size_t c = 0; c < columns; c++)
            vb_putf(&with_header, "%scolumn_%zu", c ? "\t" : "", c + 1);
        vb_put_char(&with_header, '\n');
        for (size_t i = 0; i < size; i++) {
            if (!strchr(" \t\r", text[i]))
                vb_put_char(&with_header, text[i]);
            else if (i + 1 < size && !strchr(" \t\r\n", text[i + 1]))
                vb_put_char(&with_header, '\t');
        }
        status = vb_buffer_ok(&with_header, err);
        if (status == VB_OK)
            status = vb_table_parse(name, with_header.bytes, with_header.n, table,
                                    &ignored, err);
    } else {
        status = vb_table_parse(name, text, size, table, &ignored, err);
    }
    vb_buffer_free(&with_header);
    vb_notes_free(&ignored);
    return status;
}

/* Row of ours that has the key of row `row` of theirs: searched from where the last was. */
static size_t find_row(const vb_table *ours, size_t key_ours, const char *key,
                       size_t start)
{
    double wanted, here;
    const bool number = vb_number_read(key, &wanted) == VB_NUMBER_OK;

    for (size_t i = 0; i < ours->n_rows; i++) {
        const size_t row = (start + i) % ours->n_rows;
        const char *cell = vb_table_cell(ours, row, key_ours);

        if (strcmp(cell, key) == 0)
            return row;
        if (number && vb_number_read(cell, &here) == VB_NUMBER_OK && here == wanted)
            return row;
    }
    return VB_NONE;
}

static void differ(vb_comparison *total, const vb_table *theirs, size_t row,
                   size_t column, const char *what, const char *ours_cell)
{
    char a[VB_QUOTE_MAX], b[VB_QUOTE_MAX];

    if (!total->n_differ)
        vb_fail_at(&total->first, VB_EINPUT, theirs->name, theirs->line[row],
                   column + 1, "%s: ours '%s', theirs '%s'", what,
                   vb_quote(ours_cell, a),
                   vb_quote(vb_table_cell(theirs, row, column), b));
    total->n_differ++;
}

static void compare_cell(const vb_table *theirs, size_t row, size_t column,
                         const char *ours_cell, int digits, double tolerance,
                         vb_comparison *total)
{
    const char *theirs_cell = vb_table_cell(theirs, row, column);
    double a, b, off, unit;
    const vb_number_kind kind_a = vb_number_read(ours_cell, &a);
    const vb_number_kind kind_b = vb_number_read(theirs_cell, &b);

    total->n_values++;
    if (kind_a != VB_NUMBER_OK || kind_b != VB_NUMBER_OK) {
        const bool both_missing =
            kind_a == VB_NUMBER_MISSING && kind_b == VB_NUMBER_MISSING;

        if (!both_missing && strcmp(ours_cell, theirs_cell) != 0)
            differ(total, theirs, row, column, "not both numbers", ours_cell);
        return;
    }
    off = fabs(a - b);
    unit = last_unit(b, digits);
    total->largest = fmax(total->largest, off);
    total->largest_units = fmax(total->largest_units, off / unit);
    /* 1e-6 of a unit: room for the rounding of a - b where the true value is a tie */
    if (off > (tolerance > 0 ? tolerance : .5 * unit * (1 + 1e-6)))
        differ(total, theirs, row, column, theirs->columns[column], ours_cell);
}

static vb_status compare_column(const vb_table *ours, const vb_table *theirs, size_t a,
                                size_t b, const size_t row_of[], double tolerance,
                                vb_comparison *total)
{
    int digits = 1;

    for (size_t row = 0; row < theirs->n_rows; row++) {
        const int here = printed_digits(vb_table_cell(theirs, row, b));

        digits = here > digits ? here : digits;
    }
    for (size_t row = 0; row < theirs->n_rows; row++)
        if (row_of[row] != VB_NONE)
            compare_cell(theirs, row, b, vb_table_cell(ours, row_of[row], a), digits,
                         tolerance, total);
    return VB_OK;
}

/* For each row of theirs the row of ours. */
static vb_status match_rows(const vb_table *ours, const vb_table *theirs,
                            const char *key, size_t row_of[], vb_comparison *total,
                            vb_error *err)
{
    size_t key_ours, key_theirs, start = 0;
    vb_status status;

    if (!key) {
        for (size_t row = 0; row < theirs->n_rows; row++)
            row_of[row] = row < ours->n_rows ? row : VB_NONE;
        if (ours->n_rows != theirs->n_rows && theirs->n_rows) {
            char rows[32];

            snprintf(rows, sizeof rows, "%zu rows", ours->n_rows);
            differ(total, theirs, theirs->n_rows - 1, 0, "number of rows", rows);
        }
        return VB_OK;
    }
    status = vb_table_need(ours, key, &key_ours, err);
    if (status == VB_OK)
        status = vb_table_need(theirs, key, &key_theirs, err);
    for (size_t row = 0; row < theirs->n_rows && status == VB_OK; row++) {
        row_of[row] =
            find_row(ours, key_ours, vb_table_cell(theirs, row, key_theirs), start);
        if (row_of[row] == VB_NONE)
            differ(total, theirs, row, key_theirs, "row not in ours", "");
        else
            start = row_of[row] + 1;
    }
    return status;
}

static vb_status compare_all(const vb_table *ours, const vb_table *theirs,
                             bool headerless, const vb_compare_rule *rule,
                             const size_t row_of[], vb_comparison *total, vb_error *err)
{
    vb_status status = VB_OK;

    if (headerless && ours->n_cols != theirs->n_cols)
        return vb_fail_at(err, VB_EINPUT, ours->name, 0, 0, "%zu columns, %s has %zu",
                          ours->n_cols, theirs->name, theirs->n_cols);
    for (size_t k = 0; k < (rule->n_pairs ? rule->n_pairs : theirs->n_cols); k++) {
        size_t a = k, b = k;

        if (rule->n_pairs) {
            status = vb_table_need(ours, rule->ours[k], &a, err);
            if (status == VB_OK)
                status = vb_table_need(theirs, rule->theirs[k], &b, err);
        } else {
            status = vb_table_need(ours, theirs->columns[k], &a, err);
        }
        if (status != VB_OK)
            return status;
        compare_column(ours, theirs, a, b, row_of, rule->tolerance, total);
    }
    return VB_OK;
}

vb_status vb_compare_tables(const char *ours_name, const char *ours, size_t ours_size,
                            const char *theirs_name, const char *theirs,
                            size_t theirs_size, const vb_compare_rule *rule,
                            vb_comparison *total, vb_error *err)
{
    vb_table *a = NULL, *b = NULL;
    size_t *row_of = NULL;
    bool headerless_a, headerless_b;
    vb_status status = parse(ours_name, ours, ours_size, &a, &headerless_a, err);

    if (status == VB_OK)
        status = parse(theirs_name, theirs, theirs_size, &b, &headerless_b, err);
    if (status != VB_OK)
        goto done;
    if (headerless_a != headerless_b) {
        status =
            vb_fail_at(err, VB_EINPUT, ours_name, 1, 0,
                       "one of the tables has a header and the other (%s) has none",
                       theirs_name);
        goto done;
    }
    row_of = calloc(b->n_rows + 1, sizeof *row_of);
    if (!row_of) {
        status = vb_fail_memory(err, b->n_rows * sizeof *row_of);
        goto done;
    }
    total->n_files++;
    total->n_rows += b->n_rows;
    status = match_rows(a, b, rule->key, row_of, total, err);
    if (status == VB_OK)
        status = compare_all(a, b, headerless_a, rule, row_of, total, err);
done:
    free(row_of);
    vb_table_free(a);
    vb_table_free(b);
    return status;
}

vb_status vb_compare_files(const char *ours, const char *theirs,
                           const vb_compare_rule *rule, vb_comparison *total,
                           vb_error *err)
{
    vb_buffer a = {0}, b = {0};
    vb_status status = vb_file_read(ours, 0, &a, err);

    if (status == VB_OK)
        status = vb_file_read(theirs, 0, &b, err);
    if (status == VB_OK)
        status = vb_compare_tables(ours, a.n ? a.bytes : "", a.n, theirs,
                                   b.n ? b.bytes : "", b.n, rule, total, err);
    vb_buffer_free(&a);
    vb_buffer_free(&b);
    return status;
}
