/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c - JSON text, one value a call. */
#include "valuebold/json.h"
#include "valuebold/number.h"

#include <math.h>
#include <string.h>

static void put_string(vb_buffer *out, const char *s)
{
    vb_put_char(out, '"');
    for (; *s; s++) {
        const unsigned char c = (unsigned char)*s;

        if (c == '"' || c == '\\')
            vb_putf(out, "\\%c", c);
        else if (c == '\n')
            vb_put_text(out, "\\n");
        else if (c == '\t')
            vb_put_text(out, "\\t");
        else if (c < 0x20 || c == '<' || c == '>' || c == 0x7f)
            vb_putf(out, "\\u%04x", c);
        else
            vb_put_char(out, (char)c);
    }
    vb_put_char(out, '"');
}

static void new_line(vb_json *j)
{
    if (j->flat)
        return;
    vb_put_char(j->out, '\n');
    for (size_t i = 0; i < j->depth; i++)
        vb_put_text(j->out, "  ");
}

/* Comma, new line and key before a value. */
static void lead(vb_json *j, const char *key)
{
    if (j->depth) {
        if (j->filled[j->depth - 1])
            vb_put_text(j->out, j->flat ? ", " : ",");
        j->filled[j->depth - 1] = true;
        new_line(j);
    }
    if (key) {
        put_string(j->out, key);
        vb_put_text(j->out, ": ");
    }
}

void vb_json_open(vb_json *j, const char *key, char kind)
{
    lead(j, key);
    vb_put_char(j->out, kind);
    if (j->depth == VB_JSON_DEPTH) { /* our own bug: make it visible, not unsafe */
        j->out->lost = true;
        return;
    }
    j->kind[j->depth] = kind;
    j->filled[j->depth++] = false;
}

void vb_json_close(vb_json *j)
{
    if (!j->depth)
        return;
    j->depth--;
    if (j->filled[j->depth])
        new_line(j);
    vb_put_char(j->out, j->kind[j->depth] == '{' ? '}' : ']');
    if (!j->depth)
        vb_put_char(j->out, '\n');
}

void vb_json_text(vb_json *j, const char *key, const char *value)
{
    lead(j, key);
    if (value)
        put_string(j->out, value);
    else
        vb_put_text(j->out, "null");
}

void vb_json_number(vb_json *j, const char *key, double value)
{
    lead(j, key);
    if (isfinite(value))
        vb_put_number(j->out, value);
    else
        vb_put_text(j->out, "null");
}

void vb_json_count(vb_json *j, const char *key, size_t value)
{
    lead(j, key);
    vb_putf(j->out, "%zu", value);
}

void vb_json_bool(vb_json *j, const char *key, bool value)
{
    lead(j, key);
    vb_put_text(j->out, value ? "true" : "false");
}

void vb_json_numbers(vb_json *j, const char *key, size_t n, const double x[])
{
    const bool was_flat = j->flat;

    vb_json_open(j, key, '[');
    j->flat = true;
    for (size_t i = 0; i < n; i++)
        vb_json_number(j, NULL, x[i]);
    vb_json_close(j);
    j->flat = was_flat;
}

static void put_notes(vb_json *j, const char *key, const vb_notes *notes,
                      vb_severity severity)
{
    vb_json_open(j, key, '[');
    for (size_t i = 0; i < notes->n; i++) {
        const vb_note *note = &notes->items[i];

        if (note->severity != severity)
            continue;
        vb_json_open(j, NULL, '{');
        vb_json_text(j, "code", note->code);
        vb_json_text(j, "text", note->where.text);
        if (note->where.file[0])
            vb_json_text(j, "file", note->where.file);
        if (note->where.line)
            vb_json_count(j, "line", note->where.line);
        if (note->where.column)
            vb_json_count(j, "column", note->where.column);
        vb_json_count(j, "count", note->count);
        vb_json_close(j);
    }
    vb_json_close(j);
}

void vb_json_notes(vb_json *j, const vb_notes *notes)
{
    put_notes(j, "warnings", notes, VB_WARNING);
    put_notes(j, "notes", notes, VB_INFO);
}
