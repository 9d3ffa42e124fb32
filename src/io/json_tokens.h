/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_tokens.h - the words of a JSON text. */
#ifndef VB_IO_JSON_TOKENS_H
#define VB_IO_JSON_TOKENS_H

#include "node_build.h"

typedef struct vb_json_scanner {
    const char *text;
    size_t size, at;
    vb_place place; /* of text[at] */
} vb_json_scanner;

typedef struct vb_json_token {
    char kind; /* { } [ ] : , " for a string, v for anything else; 0 at the end */
    const char *text;
    size_t n; /* a string has its quotes; one without its end reaches to the text's */
    vb_place place;
} vb_json_token;

vb_json_token vb_json_next(vb_json_scanner *s);

/* The text of a string token into out[t->n], *n bytes of it.  Returns NULL, or what is
 * wrong with it and in *at where. */
const char *vb_json_unescape(const vb_json_token *t, char *out, size_t *n,
                             vb_place *at);

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? */
bool vb_json_is_number(const char *s);

#endif
