/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files in and out.  Reading takes regular files only; writing publishes a whole set of
 * outputs or nothing.
 */
#ifndef VALUEBOLD_FILE_H
#define VALUEBOLD_FILE_H

#include "valuebold/notes.h"
#include "valuebold/outputs.h"
#include "valuebold/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The whole file, gunzipped when it starts with 1f 8b; at most max_bytes after that (0: 1
 * GB).  Refuses folders, pipes, devices (VB_EINPUT, with strerror). */
VB_API vb_status vb_file_read(const char *path, size_t max_bytes, vb_buffer *bytes,
                              vb_error *err);

/* Reads and parses a TSV. */
VB_API vb_status vb_file_read_table(const char *path, vb_table **table, vb_notes *notes,
                                    vb_error *err);

/* path as seen from the folder file stands in ("study/spec.yaml", "p.tsv" gives
 * "study/p.tsv"; an absolute path stays); in arena, NULL without memory. */
VB_API char *vb_path_beside(const char *file, const char *path, vb_arena *arena);

typedef enum vb_overwrite { VB_KEEP_OLD, VB_REPLACE_OLD } vb_overwrite;

/*
 * Publishes all outputs below folder (made when absent, with its parents).
 * With VB_KEEP_OLD any file that is there already is refused before anything is written.
 * Each file is written under a temporary name in its own folder (O_EXCL), flushed and
 * closed with checks, and renamed only when all have been written; on failure or a signal
 * (see vb_file_cleanup) temporaries and folders made here are removed and old files are
 * untouched.
 */
VB_API vb_status vb_outputs_publish(const vb_outputs *outputs, const char *folder,
                                    vb_overwrite overwrite, vb_error *err);

/* Refuses what vb_outputs_publish would refuse, without writing: an existing file under
 * VB_KEEP_OLD, a folder that is no folder or cannot be written to.  To be called before
 * long work. */
VB_API vb_status vb_outputs_check(const vb_outputs *outputs, const char *folder,
                                  vb_overwrite overwrite, vb_error *err);

/*
 * Removes what a publication under way has made so far; async-signal-safe, for handlers of
 * signals that end the program.  Only one publication runs at a time (others wait), and
 * its last step, the renaming, holds signals back.  Install handlers so that the thread
 * that publishes is the one that gets the signals.
 */
VB_API void vb_file_cleanup(void);

/* SHA-256 of bytes as 64 lower-case hexadecimal digits. */
VB_API void vb_sha256(const void *bytes, size_t n, char hex[65]);

#ifdef __cplusplus
}
#endif
#endif
