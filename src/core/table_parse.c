/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table_parse.c - BIDS TSV into cells.
 *
 * The text is copied once and cut in place: fields are NUL-terminated where they stand.
 */
#include "table_internal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINE = 1000000, MAX_ROWS = 10000000 };

typedef struct reader {
    const char *name;
    char *text; /* a copy; cut into fields */
    size_t size, at, line;
    vb_notes *notes;
    vb_error *err;
} reader;

/* First byte that is not part of well-formed UTF-8, or VB_NONE (RFC 3629). */
static size_t bad_utf8(const unsigned char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        const unsigned char c = s[i];
        const size_t more = c < 0x80           ? 0
                            : (c >> 5) == 0x06 ? 1
                            : (c >> 4) == 0x0e ? 2
                            : (c >> 3) == 0x1e ? 3
                                               : 9;

        if (more == 9 || c == 0xc0 || c == 0xc1 || c > 0xf4 || more >= n - i)
            return i;
        for (size_t k = 1; k <= more; k++)
            if ((s[i + k] & 0xc0) != 0x80)
                return i;
        i += more + 1;
    }
    return VB_NONE;
}

static size_t line_of(const char *text, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

/* What no table may hold, whatever its columns. */
static vb_status check_bytes(const char *name, const char *text, size_t size,
                             vb_error *err)
{
    const char *nul = memchr(text, 0, size);
    size_t at;

    if (size >= 2 &&
        (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return vb_fail_at(err, VB_EINPUT, name, 1, 0,
                          "UTF-16 text; save the table as UTF-8");
    if (nul)
        return vb_fail_at(err, VB_EINPUT, name, line_of(text, (size_t)(nul - text)), 0,
                          "NUL byte; this is not a text table, or it is damaged");
    at = bad_utf8((const unsigned char *)text, size);
    if (at != VB_NONE)
        return vb_fail_at(err, VB_EINPUT, name, line_of(text, at), 0,
                          "invalid UTF-8 byte 0x%02x; save the table as UTF-8",
                          (unsigned)(unsigned char)text[at]);
    if (!memchr(text, '\n', size) && memchr(text, '\r', size))
        return vb_fail_at(
            err, VB_EINPUT, name, 1, 0,
            "line ends are CR only (old Macintosh); save with LF or CRLF");
    return VB_OK;
}

static void trim(char **field, size_t *n)
{
    while (*n && (**field == ' ')) {
        (*field)++;
        (*n)--;
    }
    while (*n && (*field)[*n - 1] == ' ')
        (*n)--;
}

/* The closing quote of the field that opens at field[0], or NULL; a doubled quote is
 * none. */
static char *closing_quote(char *field, const char *end)
{
    for (char *s = field + 1; s < end; s++) {
        if (*s != '"')
            continue;
        if (s + 1 == end || s[1] != '"')
            return s;
        s++;
    }
    return NULL;
}

/* "a ""b""" -> a "b"; tabs inside are kept.  Returns the length. */
static size_t unquote(char *field, const char *close)
{
    char *to = field;

    for (const char *from = field + 1; from < close; from++) {
        if (*from == '"')
            from++;
        *to++ = *from;
    }
    return (size_t)(to - field);
}

/* Cuts one line into at most max fields; returns how many there are, counting on. */
static size_t cut(char *line, char *end, const char **fields, size_t max)
{
    size_t n_fields = 0;

    for (;;) {
        char *stop = memchr(line, '\t', (size_t)(end - line)), *field = line;
        size_t n;
        bool last;

        n = (size_t)((stop ? stop : end) - line);
        if (line < end && *line == '"') {
            char *close = closing_quote(line, end);

            /* text after the closing quote: not a quoted field, taken as it stands */
            if (close && (close + 1 == end || close[1] == '\t')) {
                stop = close + 1 == end ? NULL : close + 1;
                n = unquote(line, close);
            }
        }
        last = !stop;
        trim(&field, &n);
        if (n_fields < max)
            fields[n_fields] = field;
        n_fields++;
        if (last) {
            field[n] = '\0';
            return n_fields;
        }
        line = stop + 1;
        field[n] = '\0';
    }
}

/* Next line without its end, or false at the end of the text. */
static bool next_line(reader *r, char **line, char **end)
{
    char *stop;

    if (r->at >= r->size)
        return false;
    *line = r->text + r->at;
    stop = memchr(*line, '\n', r->size - r->at);
    *end = stop ? stop : r->text + r->size;
    r->at = (size_t)(*end - r->text) + (stop ? 1 : 0);
    r->line++;
    if (*end > *line && (*end)[-1] == '\r')
        (*end)--;
    return true;
}

static bool is_blank(const char *line, const char *end)
{
    while (line < end && *line == ' ')
        line++;
    return line == end;
}

/* One past the last byte that is not blank. */
static size_t end_of_content(const reader *r)
{
    size_t n = r->size;

    while (n && strchr(" \r\n", r->text[n - 1]))
        n--;
    return n;
}

/* A line without anything; in a table of one column it may be an empty cell, but not
 * behind the last value. */
static bool is_left_out(const reader *r, const vb_table *t, size_t end_of_text,
                        const char *line, const char *end)
{
    return is_blank(line, end) &&
           (t->n_cols > 1 || (size_t)(line - r->text) >= end_of_text);
}

/* cells has room for every field of the text, so rows of the right length fit; a
 * ragged row is refused and takes no place. */
static vb_status read_rows(reader *r, vb_table *t)
{
    const size_t end_of_text = end_of_content(r);
    vb_error first = {0};
    char *line, *end;
    size_t n_blank = 0;

    while (next_line(r, &line, &end)) {
        size_t n;

        if (end - line > MAX_LINE)
            return vb_fail_at(r->err, VB_EINPUT, r->name, r->line, 0,
                              "line of %zu bytes; the limit is %d",
                              (size_t)(end - line), MAX_LINE);
        if (is_left_out(r, t, end_of_text, line, end)) {
            n_blank++;
            continue;
        }
        n = cut(line, end, t->cells + t->n_rows * t->n_cols, t->n_cols);
        if (n == t->n_cols)
            t->line[t->n_rows++] = r->line;
        else
            vb_refuse(r->notes, &first, VB_EINPUT, "table-ragged", r->name, r->line, 0,
                      "line %zu has %zu fields, the header has %zu columns", r->line, n,
                      t->n_cols);
    }
    if (n_blank)
        vb_note_add(r->notes, VB_WARNING, "table-blank-lines", r->name, 0, 0,
                    "%zu blank line%s left out", n_blank, n_blank == 1 ? "" : "s");
    if (first.code != VB_OK && r->err)
        *r->err = first;
    return first.code;
}

static vb_status parse(reader *r, vb_table *t)
{
    vb_status status;
    char *line, *end;
    size_t n_lines = 1, n_tabs = 0;

    for (size_t i = 0; i < r->size; i++) {
        n_lines += r->text[i] == '\n';
        n_tabs += r->text[i] == '\t';
    }
    if (n_lines > MAX_ROWS)
        return vb_fail_at(r->err, VB_EINPUT, r->name, 0, 0,
                          "%zu lines; the limit is %d rows", n_lines, MAX_ROWS);
    if (!next_line(r, &line, &end) || is_blank(line, end))
        return vb_fail_at(r->err, VB_EINPUT, r->name, 1, 0,
                          "no header: the first line is empty");
    if (end - line > MAX_LINE)
        return vb_fail_at(r->err, VB_EINPUT, r->name, 1, 0,
                          "header of %zu bytes; the limit is %d", (size_t)(end - line),
                          MAX_LINE);
    t->columns = vb_arena_take(t->arena, n_tabs + 1, sizeof t->columns[0]);
    t->cells = vb_arena_take(t->arena, n_tabs + n_lines, sizeof t->cells[0]);
    t->line = vb_arena_take(t->arena, n_lines, sizeof t->line[0]);
    if (!t->columns || !t->cells || !t->line)
        return vb_fail_memory(r->err, (n_tabs + n_lines) * sizeof t->cells[0]);
    t->n_cols = cut(line, end, t->columns, n_tabs + 1);
    status = vb_table_check_header(t, r->notes, r->err);
    if (status == VB_OK)
        status = read_rows(r, t);
    if (status == VB_OK)
        status = vb_table_drop_unnamed(t, r->notes, r->err);
    return status;
}

vb_status vb_table_parse(const char *name, const char *text, size_t size,
                         vb_table **table, vb_notes *notes, vb_error *err)
{
    reader r = {.name = name, .notes = notes, .err = err};
    vb_table *t = NULL;
    vb_status status;

    if (!size) /* text may be NULL then */
        return vb_fail_at(err, VB_EINPUT, name, 0, 0,
                          "empty file: a header line is needed");
    status = check_bytes(name, text, size, err);
    if (status != VB_OK)
        return status;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        size -= 3;
    }
    t = calloc(1, sizeof *t);
    if (t)
        t->arena = vb_arena_alloc();
    if (!t || !t->arena) {
        status = vb_fail_memory(err, sizeof *t);
        goto done;
    }
    t->name = vb_arena_string(t->arena, name);
    r.text = vb_arena_substring(t->arena, text, size);
    r.size = size;
    status = t->name && r.text ? parse(&r, t) : vb_fail_memory(err, size);
done:
    if (status != VB_OK) {
        if (t)
            vb_table_free(t);
        return status;
    }
    *table = t;
    return VB_OK;
}
