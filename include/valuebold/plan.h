/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a simulated task: which events a run has, when, what they offer, and who
 * answers how.  From it comes a BIDS data set of events that looks as a scanner's log would.
 *
 *     vb_plan_parse      the plan, a YAML or JSON file
 *     vb_plan_simulate   the data set, still in memory (outputs.h)
 */
#ifndef VALUEBOLD_PLAN_H
#define VALUEBOLD_PLAN_H

#include "valuebold/outputs.h"
#include "valuebold/simulate.h"
#include "valuebold/spec.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A column and the values one of which a row gets, each equally often in the long run. */
typedef struct vb_plan_column {
    const char *name;
    size_t n_values;
    const char **values; /* text, as it is written to the table */
    vb_expr
        *next; /* `{start:, next:}`: expression on the row before of this event type,
                      its choice included; NULL: drawn */
} vb_plan_column;

/* One event type. */
typedef struct vb_plan_event {
    const char *name; /* cell of trial_type */
    const char *description;
    size_t n_a_run;
    double duration_s;
    size_t n_columns;
    vb_plan_column *columns;
    vb_expr *where;    /* rows that are drawn again until it holds; NULL: none */
    size_t n_variants; /* rows given whole, one of which is drawn; columns besides */
    size_t *variant_n; /* [n_variants] cells of each */
    vb_plan_column **variants; /* [n_variants][variant_n], one value each */
    double missed;             /* probability that no response is given */
    bool has_response_time;
    vb_distribution response_time_s;
    double difficulty; /* added to the log of the response time of a hardest choice */
    size_t line, at;
} vb_plan_event;

typedef enum vb_plan_after {
    VB_AFTER_RESPONSE,
    VB_AFTER_EVENT,
    VB_AFTER_ONSET
} vb_plan_after;

typedef struct vb_plan {
    vb_arena *arena;
    const char *file, *name, *description, *task;
    uint64_t seed;
    size_t n_participants;
    const char **participants; /* labels without sub- */
    size_t n_runs;
    const char **runs;       /* labels; one run without a label is NULL */
    double tr_s;             /* NaN: no sidecar is written */
    const char *spec_file;   /* relative to the plan's folder; NULL: nobody chooses */
    const char *choice_rule; /* instead of the spec's; NULL: the spec's */
    size_t n_parameters;
    const char **parameter_name;
    vb_distribution *parameter;
    size_t *parameter_line;
    double first_onset_s;
    vb_plan_after after; /* what the gap counts from */
    vb_distribution gap_s;
    size_t max_repeats;         /* of one event type in a row; 0: any number */
    const char *first_event;    /* NULL: any */
    const char *outcome_column; /* NULL: no outcomes */
    size_t n_events;
    vb_plan_event *events;
    size_t n_columns; /* `columns`: order and meaning of columns */
    const char **column_name, **column_text, **column_unit; /* NULL: not stated */
} vb_plan;

/* Parses and checks text; all faults found are noted, err has the first.  Unknown keys
 * name line, column and the nearest valid one. */
VB_API vb_status vb_plan_parse(const char *file, const char *text, size_t size,
                               vb_plan **plan, vb_notes *notes, vb_error *err);
VB_API void vb_plan_free(vb_plan *plan); /* NULL is fine */

/* Participants sub-01 ... instead of the plan's; n >= 1. */
VB_API vb_status vb_plan_set_participants(vb_plan *plan, size_t n, vb_error *err);

typedef struct vb_plan_counts {
    size_t n_participants, n_runs, n_rows, n_trials, n_missed;
} vb_plan_counts;

/*
 * The data set: dataset_description.json, README, participants.tsv and .json, the task's
 * events.json (and bold.json when tr_s is stated), sub-L/func/..._events.tsv, and the
 * parameters each participant was given in derivatives/simulation/parameters.{tsv,json}.
 *
 *   spec     whose trials, options and model make the choices; NULL when plan->spec_file is
 *            NULL.  Its own parameters are not used
 *   version  of the program, for GeneratedBy
 *
 * Numbers of a run depend on the seed and on the labels of participant and run alone.
 * Refused: parameters the model needs and the plan does not draw, draws that the model's
 * bounds refuse, columns the spec needs and no event has, a `where` no combination of values
 * meets, an order that cannot be had, events that would overlap.
 */
VB_API vb_status vb_plan_simulate(const vb_plan *plan, const vb_spec *spec,
                                  const char *version, vb_outputs *outputs,
                                  vb_plan_counts *counts, vb_notes *notes,
                                  vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
