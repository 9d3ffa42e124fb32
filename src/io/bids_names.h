/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_names.h - file names of a data set taken apart, and folders listed. */
#ifndef VB_IO_BIDS_NAMES_H
#define VB_IO_BIDS_NAMES_H

#include "valuebold/bids.h"

enum { VB_BIDS_ENTITIES = 16 };

/* sub-01_task-effort_run-1_events.tsv: entities sub, task, run; suffix "events";
 * extension ".tsv" (all from the first dot on). */
typedef struct vb_bids_name {
    const char *path, *suffix, *extension;
    size_t n;
    const char *key[VB_BIDS_ENTITIES], *value[VB_BIDS_ENTITIES];
} vb_bids_name;

typedef struct vb_bids_listing {
    size_t n;
    vb_bids_name *names; /* sorted by path, numbers as numbers */
} vb_bids_listing;

/* Value of an entity, or NULL. */
const char *vb_bids_entity(const vb_bids_name *name, const char *key);
bool vb_bids_is(const vb_bids_name *name, const char *suffix, const char *extension);
bool vb_bids_is_image(const vb_bids_name *name); /* .nii or .nii.gz */

/* "2" before "10", "1" before "01"; NULL before all. */
int vb_natural_order(const char *a, const char *b);
/* Equal, or the same number ("1" and "01"); NULL equals NULL only. */
bool vb_same_label(const char *a, const char *b);

/* True when every entity of general is in special with the same label: a sidecar of that
 * name holds for that file (the inheritance principle). */
bool vb_bids_applies(const vb_bids_name *general, const vb_bids_name *special);

/* Files of a folder with BIDS names; none when there is no such folder. */
vb_status vb_bids_list(vb_arena *arena, const char *folder, vb_bids_listing *listing,
                       vb_error *err);
/* Labels of the folders "PREFIXlabel" in folder, sorted; *found (may be NULL): whether
 * there is such a folder at all. */
vb_status vb_bids_folders(vb_arena *arena, const char *folder, const char *prefix,
                          size_t *n, const char ***labels, bool *found, vb_error *err);

#endif
