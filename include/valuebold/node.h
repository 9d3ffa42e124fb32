/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A YAML or JSON document as a tree in which every node knows its line and column.
 * Scalars stay text: what "no", "1e3" or "012" mean is decided by the field's type.
 */
#ifndef VALUEBOLD_NODE_H
#define VALUEBOLD_NODE_H

#include "valuebold/arena.h"
#include "valuebold/notes.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_node_kind { VB_SCALAR, VB_LIST, VB_MAP } vb_node_kind;

typedef struct vb_node {
    vb_node_kind kind;
    size_t line, column; /* 1-based */
    const char *text;    /* of a scalar; "" for an empty one; never NULL */
    bool quoted;         /* a scalar written with quotes (or a JSON string) */
    bool null;           /* an empty, ~ or null scalar without quotes */
    size_t n;            /* children of a list or map */
    struct vb_node **items;
    const char **keys; /* [n] of a map */
    size_t *key_line, *key_column;
} vb_node;

/*
 * Parses text[0..size) as JSON when its first byte that is no blank is { or [, else as
 * YAML (one document; no anchors, aliases, tags or merge keys).  Duplicate keys are refused
 * in both, and depth over 64; JSON is taken as strictly as RFC 8259 has it.
 * Refusals carry file, line and column (counted in characters).  The tree lives in arena.
 */
VB_API vb_status vb_node_parse(const char *file, const char *text, size_t size,
                               vb_arena *arena, vb_node **root, vb_error *err);

/* The child of a map, or NULL. */
VB_API const vb_node *vb_node_get(const vb_node *map, const char *key);

#ifdef __cplusplus
}
#endif
#endif
