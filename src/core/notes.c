/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notes.c - warnings and refusals, collected. */
#include "valuebold/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NOTES = 1000, MAX_REFUSALS_A_FILE = 20 };

void vb_notes_free(vb_notes *notes)
{
    free(notes->items);
    *notes = (vb_notes){0};
}

static size_t refusals_in(const vb_notes *notes, const char *file)
{
    size_t n = 0;

    for (size_t i = 0; i < notes->n; i++)
        n += notes->items[i].severity == VB_REFUSAL &&
             strcmp(notes->items[i].where.file, file) == 0;
    return n;
}

static void keep(vb_notes *notes, const vb_note *note)
{
    if (note->severity == VB_REFUSAL)
        notes->n_refusals += note->count;
    for (size_t i = 0; i < notes->n && note->severity != VB_REFUSAL; i++) {
        vb_note *old = &notes->items[i];

        if (old->severity == note->severity && strcmp(old->code, note->code) == 0 &&
            strcmp(old->where.file, note->where.file) == 0 &&
            strcmp(old->where.text, note->where.text) == 0) {
            old->count += note->count;
            return;
        }
    }
    if (notes->n >= MAX_NOTES ||
        (note->severity == VB_REFUSAL &&
         refusals_in(notes, note->where.file) >= MAX_REFUSALS_A_FILE)) {
        notes->n_lost++;
        return;
    }
    if (notes->n == notes->capacity) {
        const size_t capacity = notes->capacity ? 2 * notes->capacity : 8;
        vb_note *items = realloc(notes->items, capacity * sizeof *items);

        if (!items) {
            notes->n_lost++;
            return;
        }
        notes->items = items;
        notes->capacity = capacity;
    }
    notes->items[notes->n++] = *note;
}

void vb_note_add(vb_notes *notes, vb_severity severity, const char *code,
                 const char *file, size_t line, size_t column, const char *format, ...)
{
    vb_note note = {.severity = severity, .code = code, .count = 1};
    char text[VB_TEXT_MAX];
    va_list args;

    if (!notes)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vb_fail_at(&note.where, severity == VB_REFUSAL ? VB_EINPUT : VB_OK, file, line,
               column, "%s", text);
    keep(notes, &note);
}

vb_status vb_refuse(vb_notes *notes, vb_error *err, vb_status status, const char *code,
                    const char *file, size_t line, size_t column, const char *format,
                    ...)
{
    vb_note note = {.severity = VB_REFUSAL, .code = code, .count = 1};
    char text[VB_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vb_fail_at(&note.where, status, file, line, column, "%s", text);
    if (err && err->code == VB_OK)
        *err = note.where;
    if (notes)
        keep(notes, &note);
    return status;
}

void vb_notes_append(vb_notes *into, const vb_notes *from)
{
    if (!into)
        return;
    for (size_t i = 0; i < from->n; i++)
        keep(into, &from->items[i]);
    into->n_lost += from->n_lost;
}
