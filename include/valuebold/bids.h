/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding the files of a BIDS data set: runs of a task, their events, sidecars, confounds
 * and images.
 */
#ifndef VALUEBOLD_BIDS_H
#define VALUEBOLD_BIDS_H

#include "valuebold/arena.h"
#include "valuebold/notes.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One run.  Paths are NULL when there is no such file. */
typedef struct vb_bids_run {
    const char *participant; /* "01", without sub- */
    const char *session;     /* NULL: none */
    const char *task;
    const char *run;       /* "1" as written; NULL: the only run */
    const char *events;    /* path of the events.tsv */
    const char *bold;      /* raw or preprocessed image: the derivative when found */
    const char *confounds; /* fMRIPrep's, beside it */
    /* From the sidecars (inherited from data set, subject, session level), then the
     * image's header: */
    double tr_s;           /* NaN: nobody says */
    const char *tr_source; /* file that said so */
    size_t n_scans;        /* 0: nobody says */
    const char *n_scans_source;
    double start_time_s; /* StartTime; NaN: not stated */
    bool slice_time_corrected;
    double slice_time_mid_s; /* (first + last of SliceTiming) / 2; NaN: not stated */
    const char *timing_source;
} vb_bids_run;

typedef struct vb_bids {
    vb_arena *arena;
    size_t n_runs;
    vb_bids_run *runs; /* sorted by participant, session, run (numbers as numbers) */
    size_t n_participants;
    const char **participants;
} vb_bids;

typedef struct vb_bids_query {
    const char *dir;
    const char
        *derivatives;  /* fMRIPrep folder; NULL: dir/derivatives/fmriprep if there */
    const char *space; /* of the preprocessed image; NULL: any */
    const char *task;  /* NULL: the only one there is, else refused with the list */
    size_t n_participants;           /* 0: all */
    const char *const *participants; /* with or without sub- */
    size_t n_sessions;
    const char *const *sessions;
    size_t n_run_labels;
    const char *const *run_labels; /* "1" also finds run-01 */
} vb_bids_query;

/* Refused, with the nearest or the list of what there is: a folder that is none, a task,
 * participant, session or run not found, labels that are no BIDS labels, a sidecar that is
 * no JSON, a RepetitionTime that is not a number in 0..100 s, sidecar and header TR that
 * differ by over 0.001 s. */
VB_API vb_status vb_bids_find(const vb_bids_query *query, vb_bids **bids,
                              vb_notes *notes, vb_error *err);
VB_API void vb_bids_free(vb_bids *bids);

/* Fills tr_s, start_time_s and slice timing of run from one sidecar file. */
VB_API vb_status vb_bids_read_sidecar(const char *path, vb_arena *arena,
                                      vb_bids_run *run, vb_notes *notes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
