/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.c - error sentences, with what the user's files put into them made
 * harmless. */
#include "valuebold/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Takes away the beginning of a UTF-8 character whose end has been cut off. */
static void drop_cut_character(char *text)
{
    const size_t n = strlen(text);
    size_t start = n;
    unsigned char c;

    while (start && n - start < 3 && is_continuation(text[start - 1]))
        start--;
    if (!start)
        return;
    c = (unsigned char)text[start - 1];
    if (c >= 0xc0 && n - start < (c >= 0xf0 ? 3u : c >= 0xe0 ? 2u : 1u))
        text[start - 1] = '\0';
}

/* Control characters could drive the user's terminal; UTF-8 bytes (>= 0x80) pass, but
 * no character is cut in two. */
static void copy_escaped(char *out, size_t size, const char *s, size_t max_shown)
{
    size_t used = 0, shown = 0;

    for (; *s; s++, shown++) {
        const unsigned char c = (unsigned char)*s;

        if (shown >= max_shown && !is_continuation(*s)) {
            if (used + 4 <= size)
                used += (size_t)snprintf(out + used, size - used, "...");
            break;
        }
        if (c < 0x20 || c == 0x7f) {
            if (used + 5 > size)
                break;
            used += (size_t)snprintf(out + used, size - used, "\\x%02x", c);
        } else {
            if (used + 2 > size)
                break;
            out[used++] = (char)c;
        }
    }
    out[used] = '\0';
    drop_cut_character(out);
}

char *vb_quote(const char *s, char out[VB_QUOTE_MAX])
{
    copy_escaped(out, VB_QUOTE_MAX, s ? s : "", 60);
    return out;
}

static vb_status fill(vb_error *err, vb_status code, const char *file, size_t line,
                      size_t column, const char *format, va_list args)
{
    char raw[VB_TEXT_MAX];

    if (!err)
        return code;
    err->code = code;
    err->line = line;
    err->column = column;
    copy_escaped(err->file, sizeof err->file, file ? file : "", VB_PATH_MAX);
    vsnprintf(raw, sizeof raw, format, args);
    copy_escaped(err->text, sizeof err->text, raw, VB_TEXT_MAX);
    return code;
}

vb_status vb_fail(vb_error *err, vb_status code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err, code, NULL, 0, 0, format, args);
    va_end(args);
    return code;
}

vb_status vb_fail_at(vb_error *err, vb_status code, const char *file, size_t line,
                     size_t column, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err, code, file, line, column, format, args);
    va_end(args);
    return code;
}

vb_status vb_fail_memory(vb_error *err, size_t bytes)
{
    return vb_fail(err, VB_ENOMEM, "out of memory (needed %zu bytes more)", bytes);
}

int vb_exit_code(vb_status status)
{
    switch (status) {
    case VB_OK:
        return 0;
    case VB_EINTERNAL:
        return 1;
    case VB_EUSAGE:
        return 2;
    case VB_EINPUT:
    case VB_EDOM:
        return 3;
    case VB_EESTIMATE:
        return 4;
    case VB_EIO:
    case VB_ENOMEM:
        return 5;
    }
    return 1;
}

char *vb_error_line(const vb_error *err, char out[], size_t size)
{
    if (!err->file[0])
        snprintf(out, size, "%s", err->text);
    else if (!err->line)
        snprintf(out, size, "%s: %s", err->file, err->text);
    else if (!err->column)
        snprintf(out, size, "%s:%zu: %s", err->file, err->line, err->text);
    else
        snprintf(out, size, "%s:%zu:%zu: %s", err->file, err->line, err->column,
                 err->text);
    return out;
}
