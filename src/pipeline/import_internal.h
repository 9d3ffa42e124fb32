/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_internal.h - what the importers fill and the writer reads. */
#ifndef VB_IMPORT_INTERNAL_H
#define VB_IMPORT_INTERNAL_H

#include "valuebold/arena.h"
#include "valuebold/import.h"

enum { IMPORT_EVENTS = 200, IMPORT_MODULATORS = 50, IMPORT_RUNS = 64 };

typedef struct import_modulator {
    const char *name;
    double *weight; /* [n] NaN: no row */
    unsigned power; /* highest */
} import_modulator;

typedef struct import_event {
    const char *name;
    size_t n;
    double *onset_s, *duration_s;
    size_t n_modulators;
    import_modulator *modulators; /* import_add_modulator makes room */
    unsigned time_modulation;
    bool orthogonalise;
} import_event;

typedef struct import_run {
    size_t n_events;
    import_event *events; /* import_add_event makes room */
} import_run;

typedef struct import_study {
    vb_arena *arena;
    const vb_import_options *options;
    const char *like, *source; /* source: for the spec's first comment */
    size_t n_runs;
    import_run *runs;
    double tr_s, high_pass_s; /* NaN: not known */
    vb_notes *notes;
} import_study;

/* A new event or modulator, empty; VB_EINPUT when there are too many. */
vb_status import_add_event(import_study *study, import_run *run, const char *file,
                           import_event **event, vb_error *err);
vb_status import_add_modulator(import_study *study, import_event *event,
                               const char *file, import_modulator **modulator,
                               vb_error *err);

/* Rows of three numbers separated by blanks; *n 0 and VB_OK, with *why filled, when the
 * text is something else.  why: room for VB_TEXT_MAX. */
vb_status import_three_columns(const char *text, vb_arena *arena, size_t *n,
                               double **rows, char why[VB_TEXT_MAX], vb_error *err);

/* Notes what does not map, and keeps it for the spec's comments. */
void import_unmapped(import_study *study, const char *file, const char *format, ...)
    VB_PRINTF(3, 4);

vb_status import_spm(import_study *study, const char *path, import_run *run,
                     vb_error *err);
/* Labels of the runs whose files lie in one folder ("..._run-2_..."), in order; n 0: the
 * folder is one run. */
vb_status import_fsl_labels(import_study *study, const char *folder, size_t *n,
                            const char ***labels, vb_error *err);
/* label: only files of that run; NULL: all. */
vb_status import_fsl(import_study *study, const char *folder, const char *label,
                     import_run *run, vb_error *err);
/* Writes spec.yaml itself. */
vb_status import_bids_model(import_study *study, const char *path, vb_outputs *outputs,
                            vb_error *err);

vb_status import_write(const import_study *study, vb_outputs *outputs, vb_error *err);

/* s as a name of an expression: letters, digits and _; returns out. */
char *import_identifier(const char *s, char out[], size_t size);
/* s as a double-quoted YAML scalar. */
void import_put_yaml(vb_buffer *out, const char *s);
/* The first comment, what was unmapped, and the keys up to acquisition. */
void import_put_head(const import_study *study, const char *task, vb_buffer *out);

#endif
