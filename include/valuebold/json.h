/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing JSON: nested calls make indented text in a fixed order, numbers with all their
 * digits, strings escaped (also < and > as \u003c, so that it may stand in a page).
 *
 *     vb_json j = {.out = &buffer};
 *     vb_json_open(&j, NULL, '{');
 *     vb_json_text(&j, "name", "sv");
 *     vb_json_close(&j);
 *
 * key is NULL inside a list and at the top.  NaN and infinite numbers become null.
 */
#ifndef VALUEBOLD_JSON_H
#define VALUEBOLD_JSON_H

#include "valuebold/buffer.h"
#include "valuebold/notes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VB_JSON_DEPTH = 32 };

typedef struct vb_json {
    vb_buffer *out;
    size_t depth;
    char kind[VB_JSON_DEPTH]; /* '{' or '[' */
    bool filled[VB_JSON_DEPTH];
    bool flat; /* lists opened while this is set stay on one line */
} vb_json;

VB_API void vb_json_open(vb_json *j, const char *key, char kind); /* kind '{' or '[' */
VB_API void vb_json_close(vb_json *j);
VB_API void vb_json_text(vb_json *j, const char *key,
                         const char *value); /* NULL: null */
VB_API void vb_json_number(vb_json *j, const char *key, double value);
VB_API void vb_json_count(vb_json *j, const char *key, size_t value);
VB_API void vb_json_bool(vb_json *j, const char *key, bool value);
VB_API void vb_json_numbers(vb_json *j, const char *key, size_t n, const double x[]);

/* "warnings": [ {code, text, file, line, column, count} ... ] of all warnings, and
 * "notes" of the infos. */
VB_API void vb_json_notes(vb_json *j, const vb_notes *notes);

#ifdef __cplusplus
}
#endif
#endif
