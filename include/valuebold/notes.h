/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a computation has to say beside its result: warnings with a stable code, things
 * counted out loud, and, where a file is judged as a whole, every refusal in it.
 * The command line prints them, the JSON beside each output repeats them.
 */
#ifndef VALUEBOLD_NOTES_H
#define VALUEBOLD_NOTES_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_severity { VB_INFO, VB_WARNING, VB_REFUSAL } vb_severity;

typedef struct vb_note {
    vb_severity severity;
    const char *code; /* stable, e.g. "events-unsorted"; a string constant */
    vb_error where;   /* place and sentence */
    size_t count;     /* how often this code was met in this file; >= 1 */
} vb_note;

/* Zero-initialise; free with vb_notes_free. */
typedef struct vb_notes {
    vb_note *items;
    size_t n, capacity;
    size_t n_refusals;
    size_t n_lost; /* notes beyond the limit or without memory: counted, not kept */
} vb_notes;

VB_API void vb_notes_free(vb_notes *notes);

/* Adds a note.  notes may be NULL (then nothing happens).  file NULL, line, column 0: no
 * place.  An INFO or WARNING with the same code, file and text only raises its count;
 * at most 1,000 notes are kept, at most 20 refusals a file. */
VB_API void vb_note_add(vb_notes *notes, vb_severity severity, const char *code,
                        const char *file, size_t line, size_t column,
                        const char *format, ...) VB_PRINTF(7, 8);

/* A refusal that does not stop at once: notes it, fills err when it is the first (err
 * still VB_OK), and returns status.  Initialise err to zero. */
VB_API vb_status vb_refuse(vb_notes *notes, vb_error *err, vb_status status,
                           const char *code, const char *file, size_t line,
                           size_t column, const char *format, ...) VB_PRINTF(8, 9);

/* Copies all notes of from behind those of into (which may be NULL). */
VB_API void vb_notes_append(vb_notes *into, const vb_notes *from);

#ifdef __cplusplus
}
#endif
#endif
