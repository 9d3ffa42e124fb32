/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files to be written, still in memory: a path below the output folder and its bytes.
 * Makers (design, exporters, reports) only fill this list; src/io publishes it whole or
 * not at all.
 */
#ifndef VALUEBOLD_OUTPUTS_H
#define VALUEBOLD_OUTPUTS_H

#include "valuebold/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_output {
    char *path; /* relative, '/' separated, no "." or ".." parts */
    vb_buffer bytes;
} vb_output;

/* Zero-initialise; free with vb_outputs_free. */
typedef struct vb_outputs {
    vb_output *items;
    size_t n, capacity;
} vb_outputs;

/* A new empty file; *bytes stays valid until the next call.  Refuses paths that are
 * absolute, hold "..", or are there already (VB_EINTERNAL). */
VB_API vb_status vb_outputs_add(vb_outputs *outputs, vb_buffer **bytes, vb_error *err,
                                const char *path_format, ...) VB_PRINTF(4, 5);
/* The file of that path, or NULL. */
VB_API const vb_output *vb_outputs_find(const vb_outputs *outputs, const char *path);
VB_API void vb_outputs_free(vb_outputs *outputs);

#ifdef __cplusplus
}
#endif
#endif
