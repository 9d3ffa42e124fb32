/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is freed all at once.  A table, a spec, a design owns one arena, so building
 * it needs no ladder of frees: on error the arena goes and everything with it.
 */
#ifndef VALUEBOLD_ARENA_H
#define VALUEBOLD_ARENA_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_arena vb_arena;

/* NULL when there is no memory. */
VB_API vb_arena *vb_arena_alloc(void);
VB_API void vb_arena_free(vb_arena *arena); /* NULL is fine */

/* n zeroed elements of size bytes, aligned for any type; NULL on overflow or when there
 * is no memory.  n or size 0 gives a valid pointer. */
VB_API void *vb_arena_take(vb_arena *arena, size_t n, size_t size);

/* Copies; NULL when there is no memory. */
VB_API char *vb_arena_string(vb_arena *arena, const char *s);
VB_API char *vb_arena_substring(vb_arena *arena, const char *s, size_t n);
VB_API char *vb_arena_printf(vb_arena *arena, const char *format, ...) VB_PRINTF(2, 3);

#ifdef __cplusplus
}
#endif
#endif
