/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish.h - the steps of a publication, shared by publish*.c. */
#ifndef VB_IO_PUBLISH_H
#define VB_IO_PUBLISH_H

#include "valuebold/arena.h"
#include "valuebold/file.h"

#include <stdatomic.h>

/* What a signal handler reads must be there before the first file is made, and changes
 * only by these atomic flags. */
typedef struct vb_publication {
    vb_arena *arena;
    const vb_outputs *outputs;
    const char *folder;
    vb_overwrite overwrite;
    int root;              /* the output folder; -1: not open yet */
    const char **temp;     /* [outputs->n] relative to root */
    atomic_bool *has_temp; /* [outputs->n] */
    const char **backup;   /* [outputs->n] second names of the files replaced */
    atomic_bool *has_backup;
    size_t n_above; /* folder and its parents, outermost first; as given */
    const char **above;
    atomic_bool *made_above;
    size_t n_inside; /* folders below root, parents first; relative to root */
    const char **inside;
    atomic_bool *made_inside;
} vb_publication;

/* Plans all names; nothing is made. */
vb_status vb_publication_plan(vb_publication *p, vb_error *err);
/* Opens or makes the folders. */
vb_status vb_publication_folders(vb_publication *p, vb_error *err);
/* Writes the temporaries and has the disk take them. */
vb_status vb_publication_write(vb_publication *p, vb_error *err);
/* Gives all temporaries their names, or none. */
vb_status vb_publication_commit(vb_publication *p, vb_error *err);
/* Removes temporaries, backups and the folders made; async-signal-safe. */
void vb_publication_undo(vb_publication *p);

/* "folder/path" for messages. */
const char *vb_publication_name(const vb_publication *p, const char *path,
                                char out[VB_PATH_MAX]);
/* True for a left-over of a publication of this machine whose process is dead. */
bool vb_is_stale_temp(const char *name);
/* ".valuebold-MACHINE-PID-RANDOM", and with "-i.tmp" beside path; NULL without memory. */
char *vb_temp_stem(vb_arena *arena);
char *vb_temp_name(vb_arena *arena, const char *stem, const char *path, size_t i);

/* Starts writing to disk what fd holds (a hint); waits until it is written; has the file
 * system commit everything up to now. 0, or -1 and errno. */
void vb_disk_start(int fd);
int vb_disk_wait(int fd);
int vb_disk_flush(int fd);

/* True when an output is the folder's own description and is there already, word for
 * word: every run into a folder brings it, and none needs to write it again. */
bool vb_is_there_already(int root, const vb_output *output);

#endif
