/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node.c - the tree of a YAML or JSON document, built without recursion. */
#include "node_build.h"

#include <stdlib.h>
#include <string.h>

bool vb_node_wants_key(const vb_node_builder *b)
{
    const vb_node_frame *top = b->depth ? &b->open[b->depth - 1] : NULL;

    return top && top->node->kind == VB_MAP && !top->key;
}

/* Doubles the children's arrays; the old ones stay in the arena, at most as much again. */
static bool grow(vb_arena *arena, vb_node_frame *frame)
{
    const size_t capacity = frame->capacity ? 2 * frame->capacity : 8;
    vb_node *node = frame->node;
    struct vb_node **items = vb_arena_take(arena, capacity, sizeof *items);

    if (!items)
        return false;
    if (node->n)
        memcpy(items, node->items, node->n * sizeof *items);
    node->items = items;
    if (node->kind == VB_MAP) {
        const char **keys = vb_arena_take(arena, capacity, sizeof *keys);
        size_t *line = vb_arena_take(arena, capacity, sizeof *line);
        size_t *column = vb_arena_take(arena, capacity, sizeof *column);

        if (!keys || !line || !column)
            return false;
        if (node->n) {
            memcpy(keys, node->keys, node->n * sizeof *keys);
            memcpy(line, node->key_line, node->n * sizeof *line);
            memcpy(column, node->key_column, node->n * sizeof *column);
        }
        node->keys = keys;
        node->key_line = line;
        node->key_column = column;
    }
    frame->capacity = capacity;
    return true;
}

/* Puts node where it belongs: into the list or map that is open, or on top. */
static vb_status add(vb_node_builder *b, vb_node *node)
{
    vb_node_frame *top = b->depth ? &b->open[b->depth - 1] : NULL;
    vb_node *parent;

    if (!top) {
        b->root = node;
        return VB_OK;
    }
    parent = top->node;
    if (parent->n == top->capacity && !grow(b->arena, top))
        return vb_fail_memory(b->err, (parent->n + 1) * sizeof node);
    if (parent->kind == VB_MAP) {
        parent->keys[parent->n] = top->key;
        parent->key_line[parent->n] = top->key_at.line;
        parent->key_column[parent->n] = top->key_at.column;
        top->key = NULL;
    }
    parent->items[parent->n++] = node;
    return VB_OK;
}

static vb_node *new_node(vb_node_builder *b, vb_node_kind kind, vb_place at)
{
    vb_node *node = vb_arena_take(b->arena, 1, sizeof *node);

    if (!node) {
        vb_fail_memory(b->err, sizeof *node);
        return NULL;
    }
    node->kind = kind;
    node->line = at.line;
    node->column = at.column;
    node->text = "";
    return node;
}

vb_status vb_node_open(vb_node_builder *b, vb_node_kind kind, vb_place at)
{
    vb_node *node;
    vb_status status;

    if (vb_node_wants_key(b))
        return VB_NODE_FAIL(b, at,
                            "a list or map cannot be a key here; a key is one word");
    if (b->depth == VB_NODE_DEPTH)
        return VB_NODE_FAIL(b, at, "%s nested deeper than %d levels", b->format,
                            VB_NODE_DEPTH);
    node = new_node(b, kind, at);
    if (!node)
        return VB_ENOMEM;
    status = add(b, node);
    if (status == VB_OK)
        b->open[b->depth++] = (vb_node_frame){.node = node};
    return status;
}

static bool is_null(const char *text)
{
    return !*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 ||
           strcmp(text, "Null") == 0 || strcmp(text, "NULL") == 0;
}

vb_status vb_node_scalar(vb_node_builder *b, const char *text, size_t n, bool quoted,
                         vb_place at)
{
    char *copy;
    vb_node *node;

    if (memchr(text, 0, n))
        return VB_NODE_FAIL(b, at, "a NUL character in a text");
    copy = vb_arena_substring(b->arena, text, n);
    if (!copy)
        return vb_fail_memory(b->err, n + 1);
    if (vb_node_wants_key(b)) {
        b->open[b->depth - 1].key = copy;
        b->open[b->depth - 1].key_at = at;
        return VB_OK;
    }
    node = new_node(b, VB_SCALAR, at);
    if (!node)
        return VB_ENOMEM;
    node->text = copy;
    node->quoted = quoted;
    node->null = !quoted && is_null(copy);
    return add(b, node);
}

typedef struct keyed {
    const char *key;
    size_t at;
} keyed;

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    const int order = strcmp(x->key, y->key);

    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Sorted, because a hostile map of 10^5 keys must not take 10^10 comparisons. */
static vb_status refuse_duplicates(vb_node_builder *b, const vb_node *map)
{
    keyed *sorted = malloc((map->n + 1) * sizeof *sorted);
    size_t first = VB_NONE, second = VB_NONE;
    char quoted[VB_QUOTE_MAX];

    if (!sorted)
        return vb_fail_memory(b->err, map->n * sizeof *sorted);
    for (size_t i = 0; i < map->n; i++)
        sorted[i] = (keyed){map->keys[i], i};
    qsort(sorted, map->n, sizeof *sorted, by_key);
    for (size_t i = 1; i < map->n; i++)
        if (strcmp(sorted[i - 1].key, sorted[i].key) == 0 && sorted[i].at < second) {
            first = sorted[i - 1].at;
            second = sorted[i].at;
        }
    free(sorted);
    if (second == VB_NONE)
        return VB_OK;
    return vb_fail_at(b->err, VB_EINPUT, b->file, map->key_line[second],
                      map->key_column[second],
                      "duplicate key '%s': it stands in line %zu already",
                      vb_quote(map->keys[second], quoted), map->key_line[first]);
}

vb_status vb_node_close(vb_node_builder *b)
{
    const vb_node *node;

    if (!b->depth)
        return vb_fail(b->err, VB_EINTERNAL, "a %s list or map ends that never began",
                       b->format);
    node = b->open[--b->depth].node;
    return node->kind == VB_MAP ? refuse_duplicates(b, node) : VB_OK;
}

static bool looks_like_json(const char *text, size_t size)
{
    while (size && (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r')) {
        text++;
        size--;
    }
    return size && (*text == '{' || *text == '[');
}

vb_status vb_node_parse(const char *file, const char *text, size_t size,
                        vb_arena *arena, vb_node **root, vb_error *err)
{
    vb_node_builder b = {.file = file, .arena = arena, .err = err};
    vb_status status;

    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (looks_like_json(text, size)) {
        b.format = "JSON";
        status = vb_node_parse_json(&b, text, size);
    } else {
        b.format = "YAML";
        status = vb_node_parse_yaml(&b, text, size);
    }
    if (status != VB_OK)
        return status;
    if (!b.root || (b.root->kind == VB_SCALAR && b.root->null))
        return vb_fail_at(err, VB_EINPUT, file, 0, 0, "the file is empty");
    *root = b.root;
    return VB_OK;
}

const vb_node *vb_node_get(const vb_node *map, const char *key)
{
    for (size_t i = 0; map->kind == VB_MAP && i < map->n; i++)
        if (strcmp(map->keys[i], key) == 0)
            return map->items[i];
    return NULL;
}
