/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters of a model by participant, session, run and condition, from a table (TSV)
 * or from one set of numbers.
 */
#ifndef VALUEBOLD_PARAMETERS_H
#define VALUEBOLD_PARAMETERS_H

#include "valuebold/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 1 from = number to: {"min", 60, "s"}. */
typedef struct vb_unit_conversion {
    const char *from;
    double number;
    const char *to;
} vb_unit_conversion;

/* What a spec or the command line gives.  Borrowed. */
typedef struct vb_parameters_spec {
    size_t n_fixed; /* numbers in the spec, for everybody */
    const char **fixed_name;
    double *fixed_value;
    const char *file; /* where the fixed ones stand, for messages; NULL: unknown */
    const size_t *fixed_line; /* [n_fixed] lines there; NULL: unknown */
    const char **fixed_unit;  /* NULL entries: not stated */
    /* [n_fixed] condition in which the number holds, NULL entries: all; NULL: all */
    const char *const *fixed_condition;
    /* NULL: none.  Columns: participant_id (left out: one row for everybody), any of
     * session (or session_id), run (or run_id) and condition, then parameters by full
     * or short name; other columns are left alone.  Wins over fixed numbers. */
    const vb_table *table;
    size_t n_table_units; /* from the table's JSON sidecar */
    const char **table_unit_name, **table_unit;
    size_t n_conversions; /* of units that may be converted; others are refused */
    const vb_unit_conversion *conversions;
} vb_parameters_spec;

/*
 * The parameter sets a participant needs: theta [n_sets x n_params] and, for each
 * trial, set[t], both in arena.  One set a row of the table that is used, or a row and
 * condition when fixed numbers differ by condition.
 *
 * A table row applies when each of its key cells equals the label (with or without
 * "sub-", "ses-", "run-", leading zeros of a run) or is n/a or empty; of those that
 * apply the one with most keys is taken.
 * Refused: participant not there (says who is), two rows that apply equally, a missing
 * or non-finite value, a value out of bounds, a unit that is not the model's, a
 * participant_id that is no BIDS label, parameters the model needs and nobody gives,
 * fixed names the model does not have.
 * Noted: a parameter the table does not give, so that the fixed number holds
 * ("parameter-fixed"); a number converted from its unit to the task's, as stated
 * ("parameter-converted"); a warning when a column no one uses is called nearly the same
 * ("parameter-fallback").
 * run_labels[n_runs]; session may be NULL.
 */
VB_API vb_status vb_parameters_resolve(const vb_parameters_spec *spec,
                                       const vb_model *model, const char *participant,
                                       const char *session,
                                       const char *const run_labels[],
                                       const vb_trials *trials, vb_arena *arena,
                                       size_t *n_sets, double **theta, size_t **set,
                                       vb_notes *notes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
