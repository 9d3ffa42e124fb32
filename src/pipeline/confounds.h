/* SPDX-License-Identifier: GPL-3.0-or-later */
/* confounds.h - a run's confounds while they are picked from its table. */
#ifndef VB_PIPELINE_CONFOUNDS_H
#define VB_PIPELINE_CONFOUNDS_H

#include "study_internal.h"

typedef struct vb_picker {
    vb_study *study;
    vb_study_run *run;
    const vb_table *table;
    const vb_node *meta; /* the table's JSON sidecar, NULL: none */
    const char *meta_path;
    size_t n, capacity;
    vb_study_confound *column; /* picked ones, in order */
    vb_notes *notes;
    vb_error *err;
} vb_picker;

/* "acompcor(6 mask=wm)": the name, and what stands in brackets or as digits behind it. */
enum { CONFOUND_ARGUMENTS = 6, CONFOUND_NAME_MAX = 80 };
typedef struct vb_confound_call {
    char name[CONFOUND_NAME_MAX];
    size_t n;
    struct {
        char key[CONFOUND_NAME_MAX], value[CONFOUND_NAME_MAX]; /* key "": by place */
    } argument[CONFOUND_ARGUMENTS];
} vb_confound_call;

/* Index of the column under its standard name or the name older fMRIPrep gave it, or
 * VB_NONE. */
size_t confound_column(const vb_table *table, const char *name);
/* Columns PREFIX followed by a number (older names too) in order of the number, into
 * index[n_cols]; returns how many. */
size_t confound_numbered(const vb_table *table, const char *prefix, size_t index[]);

/* Adds the table's column c, or one under its standard name, computed when the table lacks it
 * and its parts are there (NAME_derivative1, NAME_power2, framewise_displacement).  A name
 * picked already is not added again.  *found false: there is no such column. */
vb_status confound_add_column(vb_picker *p, size_t c);
vb_status confound_add(vb_picker *p, const char *name, bool *found);
/* The series [n_scans] behind a name, as the table has it (NaN where n/a), in the study's
 * arena; *values NULL: there is none.  *computed: made here. */
vb_status confound_series(vb_picker *p, const char *name, double **values,
                          bool *computed);
/* Adds values as a column of this name. */
vb_status confound_add_values(vb_picker *p, const char *name, double values[],
                              const char *from);

/* One file each: adds what a strategy stands for; *known false: it is none of theirs. */
vb_status confound_strategy(vb_picker *p, const char *text, bool *known);
vb_status confound_compcor(vb_picker *p, const vb_confound_call *call, bool *known);
vb_status confound_scrub(vb_picker *p, const vb_confound_call *call);

/* Names of the strategies, NULL at the end. */
extern const char *const confound_strategies[];

#endif
