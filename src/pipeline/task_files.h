/* SPDX-License-Identifier: GPL-3.0-or-later */
/* task_files.h - templates/tasks/ as bytes, made by tools/embed.sh. */
#ifndef VB_TASK_FILES_H
#define VB_TASK_FILES_H

typedef struct vb_task_file {
    const char *name;           /* "eefrt/spec.yaml" */
    const unsigned char *bytes; /* its text, NUL-terminated */
} vb_task_file;

extern const vb_task_file vb_task_files[]; /* ends with a NULL name */

#endif
