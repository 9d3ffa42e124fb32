/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A first spec for data one has: what the events tables hold, what it may mean, and a spec
 * in which every guess says why it was made and what else it could be.
 */
#ifndef VALUEBOLD_INIT_H
#define VALUEBOLD_INIT_H

#include "valuebold/buffer.h"
#include "valuebold/node.h"
#include "valuebold/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is known of the data.  Borrowed. */
typedef struct vb_init_view {
    const char *source; /* the folder or file, as typed */
    const char *task;   /* NULL: not known */
    size_t n_participants;
    size_t n_tables; /* events, one table a run; at least one */
    vb_table *const *tables;
    const vb_node
        *columns; /* the task's events.json, column -> {Units, ...}; NULL: none */
    double tr_s;  /* NaN: no sidecar or image says */
    const char *tr_source;
    size_t n_confounds; /* columns of a confounds table */
    const char *const *confounds;
} vb_init_view;

/*
 * The spec, YAML with comments, which vb_spec_parse accepts.  A value nobody can guess stands
 * as a comment to be filled in, or as a placeholder that says so.
 * Refused: tables without an onset column, more than 200 columns.
 */
VB_API vb_status vb_init_write(const vb_init_view *view, vb_buffer *yaml,
                               vb_error *err);

/*
 * Looks at path, a BIDS folder or one events file, and writes the spec.
 *   task   of the folder; NULL: its only one
 * At most 200 runs are read.  Refusals are those of vb_bids_find and of tables.
 */
VB_API vb_status vb_init_look(const char *path, const char *task, vb_buffer *yaml,
                              vb_notes *notes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
