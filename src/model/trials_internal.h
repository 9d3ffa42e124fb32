/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trial table under construction, shared by trials.c and trials_fill.c. */
#ifndef VB_TRIALS_INTERNAL_H
#define VB_TRIALS_INTERNAL_H

#include "valuebold/trials.h"

typedef struct builder {
    const vb_trials_spec *spec;
    vb_table *const *tables;
    vb_trials *trials;
    vb_arena *scratch;
    bool **keep;     /* [n_runs][n_rows] rows that are trials */
    double **column; /* [n_runs][n_rows] scratch numbers of one expression */
    size_t *first;   /* [n_runs + 1] first trial of each run */
    vb_notes *notes;
    vb_error *err; /* never NULL here */
} builder;

/* Where a column is in every run's table: [n_runs], as tables of runs may differ; NULL
 * after a fault. */
size_t *vb_trials_column(builder *b, const char *name);

/* Option whose labels hold the cell, as text or as a number; VB_NONE when the cell is
 * missing, n when it is none of them. */
size_t vb_option_of_cell(const char *cell, size_t n, const char *const labels[]);
/* True when two options share a label, as text or as a number. */
bool vb_labels_overlap(const char *a, const char *b);

/* All labels one by one, for messages; returns how many. */
size_t vb_labels_split(vb_arena *arena, size_t n, const char *const labels[],
                       const char ***names);

/* For each trial the row, in its run's table, of the first row passing `rows` from the
 * trial on and before the next one, VB_NONE where there is none: (*row)[n_trials], and
 * which rows those are: (*used)[n_runs][n_rows].  Both in scratch. */
vb_status vb_later_rows(builder *b, const vb_expr *rows, const char *what, size_t **row,
                        bool ***used);

/* Each needs run, row, line and first filled in; faults are noted, *err has the
 * first. */
vb_status vb_fill_attributes(builder *b);
vb_status vb_fill_choices(builder *b);
vb_status vb_fill_times(builder *b);
vb_status vb_fill_labels(builder *b); /* outcome, condition, first cue */
vb_status vb_fill_extra(builder *b);  /* values, cues, columns of a formula ... */
/* [n_trials] in the trials' arena. */
double *vb_trials_numbers(const builder *b);
/* expr on the trials of all runs; goes on to the next run after a fault. */
vb_status vb_trials_evaluate(builder *b, const vb_expr *expr, const char *what,
                             double out[]);

/* Warns of rows that look like no trials at all. */
void vb_note_empty_trials(const builder *b);

#endif
