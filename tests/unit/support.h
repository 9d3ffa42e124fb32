/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support.h - what unit tests share: reading files, tables of reference numbers, public
 * data that may be absent.
 *
 * Tests run from the root of the repository.  Everything here aborts the test with a
 * sentence when a file that ought to be there is not.
 */
#ifndef VB_TEST_SUPPORT_H
#define VB_TEST_SUPPORT_H

#include "valuebold/table.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole file, NUL-terminated beyond *size (may be NULL); the caller frees it.
 * NULL when it cannot be opened. */
static inline char *support_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t n = 0, room = 0;

    if (!file)
        return NULL;
    do {
        if (n + 1 >= room) {
            room = room ? 2 * room : 65536;
            text = realloc(text, room);
            cr_assert(text, "no memory for %s", path);
        }
        n += fread(text + n, 1, room - n - 1, file);
    } while (!feof(file) && !ferror(file));
    fclose(file);
    text[n] = '\0';
    if (size)
        *size = n;
    return text;
}

/* A tab-separated file; free with vb_table_free. */
static inline vb_table *support_table(const char *path)
{
    size_t size;
    char *text = support_read(path, &size);
    vb_table *table = NULL;
    vb_error err = {0};

    cr_assert(text, "%s cannot be read (tests run from the repository's root)", path);
    cr_assert_eq(vb_table_parse(path, text, size, &table, NULL, &err), VB_OK, "%s: %s",
                 path, err.text);
    free(text);
    return table;
}

/* The same from text written in the test. */
static inline vb_table *support_table_text(const char *name, const char *text)
{
    vb_table *table = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_table_parse(name, text, strlen(text), &table, NULL, &err), VB_OK,
                 "%s", err.text);
    return table;
}

/* A column as numbers [n_rows], NaN where missing, in the table's arena. */
static inline double *support_column(const vb_table *table, const char *name)
{
    double *x = vb_arena_take(table->arena, table->n_rows, sizeof *x);
    vb_error err = {0};
    size_t c = 0;

    cr_assert(x);
    cr_assert_eq(vb_table_need(table, name, &c, &err), VB_OK, "%s", err.text);
    cr_assert_eq(vb_table_numbers(table, c, x, NULL, NULL, &err), VB_OK, "%s",
                 err.text);
    return x;
}

/* Path below the folder of public data: $VALUEBOLD_DATA, or ../shared/data. */
static inline char *support_data_path(char out[], size_t size, const char *format, ...)
    VB_PRINTF(3, 4);
static inline char *support_data_path(char out[], size_t size, const char *format, ...)
{
    const char *root = getenv("VALUEBOLD_DATA");
    va_list args;
    int n = snprintf(out, size, "%s/", root && *root ? root : "../shared/data");

    va_start(args, format);
    vsnprintf(out + n, size - (size_t)n, format, args);
    va_end(args);
    return out;
}

static inline bool support_exists(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file)
        fclose(file);
    return file != NULL;
}

/* Says that something was not tested, in a form that the test runner counts; the caller
 * returns. */
static inline void support_skip(const char *format, ...) VB_PRINTF(1, 2);
static inline void support_skip(const char *format, ...)
{
    va_list args;

    fputs("SKIP: ", stdout);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout); /* tests are forked processes that leave without it */
}

/* |a - b| <= tolerance * max(|a|, |b|), or both NaN. */
static inline bool support_near(double a, double b, double tolerance)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    return fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

#endif
