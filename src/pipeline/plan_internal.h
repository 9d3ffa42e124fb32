/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a plan from its tree, and the steps of vb_plan_simulate. */
#ifndef VB_PLAN_INTERNAL_H
#define VB_PLAN_INTERNAL_H

#include "valuebold/json.h"
#include "valuebold/plan.h"

/* --- reading (plan_read.c): every fault is noted, status stays bad --- */
typedef struct plan_reader {
    const char *file;
    vb_arena *arena;
    vb_notes *notes;
    vb_error *err;
    vb_status status;
} plan_reader;

#define PLAN_REFUSE(r, node, ...)                                                      \
    ((r)->status = vb_refuse((r)->notes, (r)->err, VB_EINPUT, "plan-value", (r)->file, \
                             (node)->line, (node)->column, __VA_ARGS__))

/* n zeroed elements, or NULL and status VB_ENOMEM. */
void *plan_take(plan_reader *r, size_t n, size_t size);
/* Refuses keys of map that are not among names[n]; false when map is no map. */
bool plan_keys(plan_reader *r, const vb_node *map, const char *what,
               const char *const names[], size_t n);
/* These take NULL for an absent node and then give otherwise. */
const char *plan_text(plan_reader *r, const vb_node *node, const char *what,
                      const char *otherwise);
double plan_number(plan_reader *r, const vb_node *node, const char *what, double lower,
                   double upper, double otherwise);
size_t plan_count(plan_reader *r, const vb_node *node, const char *what, double lower,
                  double upper, size_t otherwise);
vb_distribution plan_distribution(plan_reader *r, const vb_node *node, const char *what,
                                  double otherwise);

/* The `events` section (plan_event.c). */
void plan_read_events(plan_reader *r, const vb_node *node, vb_plan *plan);

/* --- simulating --- */
/* Everything one call shares. */
typedef struct plan_job {
    const vb_plan *plan;
    const vb_spec *spec; /* NULL: nobody chooses */
    const char *version;
    vb_arena *arena;
    vb_notes *notes;
    size_t n_columns;
    const char **columns;   /* of the events tables, in order */
    size_t response_column, /* VB_NONE: the table has no such column */
        response_time_column, outcome_column;
    vb_model model;
    double *theta; /* [participants x model.n_params] as drawn */
    vb_plan_counts counts;
} plan_job;

/* One run in the making. */
typedef struct plan_run {
    const char *participant, *label;
    size_t n;                          /* events */
    size_t *event;                     /* [n] index into plan->events */
    const char **cells;                /* [n x n_columns] */
    double *onset_s, *response_time_s; /* [n]; NaN: no response */
    double *difficulty;                /* [n] of the choice; NaN: no choice */
    bool *trial;                       /* [n] a choice is made here */
    bool *missed;                      /* [n] known beforehand; NULL: not yet */
} plan_run;

enum { PLAN_ONSET, PLAN_DURATION, PLAN_TYPE, PLAN_FIRST_FREE };

/* Order and contents of one run's rows (plan_draw.c). */
vb_status plan_draw_run(const plan_job *job, plan_run *run, vb_error *err);
/* Parameters of all participants (plan_choose.c). */
vb_status plan_draw_parameters(plan_job *job, vb_error *err);
/* The cell that means an option; NULL: no memory. */
const char *plan_choice_label(const vb_trials_spec *spec, size_t option,
                              vb_arena *arena);
/* Choices and outcomes of a participant's runs. */
vb_status plan_choose(plan_job *job, size_t participant, plan_run runs[],
                      vb_error *err);
/* Choice and outcome of trial t into its row; u: uniform number for the outcome. */
vb_status plan_write_choice(plan_job *job, const vb_trials *trials, size_t t,
                            size_t choice, double difficulty, double u, plan_run *run,
                            vb_error *err);
/* The run as the events table a reader would see, its onsets standing for the order. */
vb_status plan_table(const plan_job *job, plan_run *run, vb_table *table,
                     vb_error *err);
/* The same where a choice depends on those before (plan_turns.c). */
bool plan_has_next(const vb_plan *plan);
bool plan_takes_turns(const plan_job *job);
vb_status plan_choose_in_turn(plan_job *job, size_t participant, plan_run runs[],
                              vb_error *err);
/* Missed responses, response times, onsets (plan_times.c). */
vb_status plan_time_run(plan_job *job, plan_run *run, vb_error *err);
/* Files (plan_write.c, plan_columns.c). */
vb_status plan_write_columns(const plan_job *job, vb_outputs *outputs, vb_error *err);
vb_status plan_write_run(const plan_job *job, const plan_run *run, vb_outputs *outputs,
                         vb_error *err);
vb_status plan_write_study(const plan_job *job, vb_outputs *outputs, vb_error *err);

#endif
