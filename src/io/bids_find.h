/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_find.h - a search under way, shared by bids*.c. */
#ifndef VB_IO_BIDS_FIND_H
#define VB_IO_BIDS_FIND_H

#include "bids_names.h"

enum { VB_BIDS_LISTED = 64, VB_BIDS_ADVICE = 600 };

/* One participant, or one session of one: what its folders hold. */
typedef struct vb_bids_place {
    const char *participant, *session; /* session NULL: none */
    vb_bids_listing level[3];          /* participant's and session's folder, func */
    vb_bids_listing derivatives;       /* func of the derivatives */
} vb_bids_place;

typedef struct vb_bids_search {
    vb_bids_query query; /* labels without prefix */
    vb_bids *bids;
    vb_arena *arena;
    vb_notes *notes;
    vb_error *err;
    const char *derivatives; /* NULL: none */
    const char *task;
    vb_bids_listing top; /* the data set's own folder */
    size_t n_places, capacity;
    vb_bids_place *places;
    size_t n_sessions; /* met so far, wanted or not; for messages */
    const char *sessions[VB_BIDS_LISTED];
} vb_bids_search;

/* Files of one run while it is put together. */
typedef struct vb_bids_found {
    const vb_bids_place *place;
    const char *run;            /* label */
    const vb_bids_name *events; /* NULL: none */
    const vb_bids_name *bold;   /* raw */
} vb_bids_found;

/* Labels of the query checked and without "sub-", "ses-", "run-". */
vb_status vb_bids_check_query(vb_bids_search *s);
/* Reads the folders of the participants and sessions asked for. */
vb_status vb_bids_read_folders(vb_bids_search *s);
/* The task of the query, or the only one. */
vb_status vb_bids_decide_task(vb_bids_search *s);
/* Runs of one place, added to bids->runs; *capacity is theirs. */
vb_status vb_bids_add_runs(vb_bids_search *s, const vb_bids_place *place,
                           size_t *capacity);
/* Everything else about a run: sidecars, derivatives, header. */
vb_status vb_bids_complete(vb_bids_search *s, const vb_bids_found *found,
                           vb_bids_run *run);

/* True when label is asked for: in labels[n], or n is 0. */
bool vb_bids_wanted(const char *label, size_t n, const char *const labels[]);
/* Appends s to set[VB_BIDS_LISTED] unless it is there or the set is full. */
void vb_bids_collect(const char *s, size_t *n, const char *set[]);
/* "a, b, c".  Returns out. */
char *vb_bids_join(size_t n, const char *const set[], char out[VB_BIDS_ADVICE]);

#endif
