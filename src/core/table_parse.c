/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table_parse.c - BIDS TSV into cells.
 *
 * The text is copied once and cut in place: fields are NUL-terminated where they stand.
 */
#include "valuebold/names.h"
#include "valuebold/table.h"

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
        const size_t more = c < 0x80             ? 0
                            : (c >> 5) == 0x06   ? 1
                            : (c >> 4) == 0x0e   ? 2
                            : (c >> 3) == 0x1e   ? 3
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
static vb_status check_bytes(const char *name, const char *text, size_t size, vb_error *err)
{
    const char *nul = memchr(text, 0, size);
    size_t at;

    if (size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
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
        return vb_fail_at(err, VB_EINPUT, name, 1, 0,
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

static vb_status check_header(reader *r, vb_table *t)
{
    vb_error first = {0};
    char quoted[VB_QUOTE_MAX];

    if (t->n_cols == 1 && (strpbrk(t->columns[0], ",;")))
        return vb_fail_at(r->err, VB_EINPUT, r->name, 1, 0,
                          "one column found ('%s'); the separator must be a tab",
                          vb_quote(t->columns[0], quoted));
    for (size_t c = 0; c < t->n_cols; c++)
        for (size_t d = 0; d < c && t->columns[c][0]; d++)
            if (strcmp(t->columns[c], t->columns[d]) == 0)
                vb_refuse(r->notes, &first, VB_EINPUT, "table-duplicate-column", r->name, 1,
                          c + 1, "duplicate column '%s' (also column %zu)",
                          vb_quote(t->columns[c], quoted), d + 1);
    if (first.code != VB_OK && r->err)
        *r->err = first;
    return first.code;
}

/* A column without a name is left out when nothing is in it, else refused. */
static vb_status drop_unnamed(reader *r, vb_table *t)
{
    for (size_t c = t->n_cols; c-- > 0;) {
        if (t->columns[c][0])
            continue;
        for (size_t row = 0; row < t->n_rows; row++) {
            const char *cell = t->cells[row * t->n_cols + c];
            char quoted[VB_QUOTE_MAX];

            if (cell[0] && strcmp(cell, "n/a") != 0)
                return vb_fail_at(r->err, VB_EINPUT, r->name, t->line[row], c + 1,
                                  "column %zu has values ('%s') but no name; name it in "
                                  "line 1 or remove it",
                                  c + 1, vb_quote(cell, quoted));
        }
        vb_note_add(r->notes, VB_WARNING, "table-unnamed-column", r->name, 1, c + 1,
                    "column %zu has no name and no values: left out", c + 1);
        for (size_t row = 0, k = 0; row < t->n_rows; row++)
            for (size_t d = 0; d < t->n_cols; d++)
                if (d != c)
                    t->cells[k++] = t->cells[row * t->n_cols + d];
        memmove(&t->columns[c], &t->columns[c + 1],
                (t->n_cols - c - 1) * sizeof t->columns[0]);
        t->n_cols--;
    }
    return VB_OK;
}

static vb_status read_rows(reader *r, vb_table *t, size_t max_rows)
{
    vb_error first = {0};
    char *line, *end;
    size_t n_blank = 0;

    t->cells = vb_arena_take(t->arena, max_rows * t->n_cols + 1, sizeof t->cells[0]);
    t->line = vb_arena_take(t->arena, max_rows + 1, sizeof t->line[0]);
    if (!t->cells || !t->line)
        return vb_fail_memory(r->err, max_rows * t->n_cols * sizeof t->cells[0]);
    while (next_line(r, &line, &end)) {
        size_t n;

        if (end - line > MAX_LINE)
            return vb_fail_at(r->err, VB_EINPUT, r->name, r->line, 0,
                              "line of %zu bytes; the limit is %d", (size_t)(end - line),
                              MAX_LINE);
        if (is_blank(line, end) && t->n_cols > 1) {
            n_blank++;
            continue;
        }
        n = cut(line, end, t->cells + t->n_rows * t->n_cols, t->n_cols);
        if (n != t->n_cols)
            vb_refuse(r->notes, &first, VB_EINPUT, "table-ragged", r->name, r->line, 0,
                      "line %zu has %zu fields, the header has %zu columns", r->line, n,
                      t->n_cols);
        t->line[t->n_rows++] = r->line;
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

    for (size_t i = 0; i < r->size; i++)
        n_lines += r->text[i] == '\n';
    if (n_lines > MAX_ROWS)
        return vb_fail_at(r->err, VB_EINPUT, r->name, 0, 0,
                          "%zu lines; the limit is %d rows", n_lines, MAX_ROWS);
    if (!next_line(r, &line, &end) || is_blank(line, end))
        return vb_fail_at(r->err, VB_EINPUT, r->name, 1, 0,
                          "no header: the first line is empty");
    for (char *s = line; s < end; s++)
        n_tabs += *s == '\t';
    t->columns = vb_arena_take(t->arena, n_tabs + 1, sizeof t->columns[0]);
    if (!t->columns)
        return vb_fail_memory(r->err, n_tabs);
    t->n_cols = cut(line, end, t->columns, n_tabs + 1);
    status = check_header(r, t);
    if (status == VB_OK)
        status = read_rows(r, t, n_lines);
    if (status == VB_OK)
        status = drop_unnamed(r, t);
    return status;
}

vb_status vb_table_parse(const char *name, const char *text, size_t size, vb_table **table,
                         vb_notes *notes, vb_error *err)
{
    reader r = {.name = name, .notes = notes, .err = err};
    vb_table *t = NULL;
    vb_status status = check_bytes(name, text, size, err);

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
