/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gz_ahead.h - a file read ahead of its use, by a thread of its own. */
#ifndef VB_IO_GZ_AHEAD_H
#define VB_IO_GZ_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vb_ahead vb_ahead;

enum { VB_AHEAD_ROOM = 16 }; /* free bytes before each chunk */

/* Begins to read fd from where it stands; NULL: no thread or no memory, read without. */
vb_ahead *vb_ahead_start(int fd);
void vb_ahead_stop(vb_ahead *ahead); /* NULL is fine; fd stays open */

/* The next chunk, valid until the next call; before it lie VB_AHEAD_ROOM bytes that may be
 * written.  *n 0: the end.  Returns 0, or the errno of read(). */
int vb_ahead_next(vb_ahead *ahead, uint8_t **bytes, size_t *n);

#endif
