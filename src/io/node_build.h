/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node_build.h - one event after the other into a tree; used by both parsers. */
#ifndef VB_IO_NODE_BUILD_H
#define VB_IO_NODE_BUILD_H

#include "valuebold/node.h"

enum {
    VB_NODE_DEPTH = 64
}; /* no spec needs 10; bounds the stack of what walks a tree */

typedef struct vb_place {
    size_t line, column; /* 1-based, in characters */
} vb_place;

/* A list or map that is still open. */
typedef struct vb_node_frame {
    vb_node *node;
    size_t capacity;
    const char *key; /* of a map: read, its value still to come; NULL: a key is next */
    vb_place key_at;
} vb_node_frame;

typedef struct vb_node_builder {
    const char *file, *format; /* "JSON" or "YAML", for messages */
    vb_arena *arena;
    vb_error *err;
    vb_node *root;
    size_t depth;
    vb_node_frame open[VB_NODE_DEPTH];
} vb_node_builder;

/* Refuses at a place of the file being read. */
#define VB_NODE_FAIL(b, at, ...)                                                       \
    vb_fail_at((b)->err, VB_EINPUT, (b)->file, (at).line, (at).column, __VA_ARGS__)

vb_status vb_node_open(vb_node_builder *b, vb_node_kind kind, vb_place at);
/* Also refuses keys that stand twice in the map. */
vb_status vb_node_close(vb_node_builder *b);
/* A scalar, or the key of the map that is open, whichever is due. */
vb_status vb_node_scalar(vb_node_builder *b, const char *text, size_t n, bool quoted,
                         vb_place at);
/* True when the next scalar is a key. */
bool vb_node_wants_key(const vb_node_builder *b);

vb_status vb_node_parse_json(vb_node_builder *b, const char *text, size_t size);
vb_status vb_node_parse_yaml(vb_node_builder *b, const char *text, size_t size);

#endif
