/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.c - bump allocation in chained blocks; a large request gets a block of its
 * own. */
#include "valuebold/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16384 };

typedef struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
} block;

struct vb_arena {
    block *first;
};

vb_arena *vb_arena_alloc(void)
{
    return calloc(1, sizeof(vb_arena));
}

void vb_arena_free(vb_arena *arena)
{
    if (!arena)
        return;
    for (block *b = arena->first; b;) {
        block *next = b->next;

        free(b);
        b = next;
    }
    free(arena);
}

static block *block_alloc(size_t size)
{
    block *b;

    if (size > SIZE_MAX - sizeof *b)
        return NULL;
    b = calloc(1, sizeof *b + size); /* calloc: callers rely on zeroed memory */
    if (b)
        b->size = size;
    return b;
}

void *vb_arena_take(vb_arena *arena, size_t n, size_t size)
{
    const size_t align = alignof(max_align_t);
    block *b = arena->first;
    size_t need;
    void *p;

    if (size && n > (SIZE_MAX - align) / size)
        return NULL;
    need = (n * size + align - 1) / align * align;
    if (!need)
        need = align;
    if (need > BLOCK_BYTES / 4) { /* keep the current block in front */
        block *own = block_alloc(need);

        if (!own)
            return NULL;
        own->used = need;
        if (b) {
            own->next = b->next;
            b->next = own;
        } else {
            arena->first = own;
        }
        return own->bytes;
    }
    if (!b || b->size - b->used < need) {
        b = block_alloc(BLOCK_BYTES);
        if (!b)
            return NULL;
        b->next = arena->first;
        arena->first = b;
    }
    p = b->bytes + b->used;
    b->used += need;
    return p;
}

char *vb_arena_substring(vb_arena *arena, const char *s, size_t n)
{
    char *copy = vb_arena_take(arena, n + 1, 1);

    if (copy && n)
        memcpy(copy, s, n);
    return copy;
}

char *vb_arena_string(vb_arena *arena, const char *s)
{
    return vb_arena_substring(arena, s, strlen(s));
}

char *vb_arena_printf(vb_arena *arena, const char *format, ...)
{
    va_list args;
    char *out;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        return NULL;
    out = vb_arena_take(arena, (size_t)n + 1, 1);
    if (!out)
        return NULL;
    va_start(args, format);
    vsnprintf(out, (size_t)n + 1, format, args);
    va_end(args);
    return out;
}
