/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolving parameters: the table's side and the model's side share this. */
#ifndef VB_PARAMETERS_INTERNAL_H
#define VB_PARAMETERS_INTERNAL_H

#include "valuebold/parameters.h"

typedef enum key_kind {
    KEY_PARTICIPANT,
    KEY_SESSION,
    KEY_RUN,
    KEY_CONDITION,
    N_KEYS
} key_kind;

typedef struct parameters {
    const vb_parameters_spec *spec;
    const vb_model *model;
    vb_notes *notes;
    size_t key_column[N_KEYS];    /* VB_NONE: no such column */
    size_t column[VB_MAX_PARAMS]; /* of each parameter, VB_NONE: not in the table */
    double factor[VB_MAX_PARAMS]; /* from the unit of that column to the task's */
} parameters;

/* Holds the unit given for parameter i (NULL: none) against the task's; *factor converts
 * the number where the spec states how, else it is 1. */
vb_status vb_parameters_unit(const parameters *p, size_t i, const char *given,
                             const char *file, size_t line, double *factor,
                             vb_error *err);

/* Finds and checks the columns of spec->table. */
vb_status vb_parameters_open(parameters *p, vb_error *err);
/* Notes the parameters the table does not give, so that fixed[n_params] (NaN: none)
 * holds: "parameter-fixed", and as a warning "parameter-fallback" when an unused column
 * is called nearly the same. */
void vb_parameters_note_fallbacks(const parameters *p, const double fixed[]);
/* The most specific row that applies to the labels (NULL: none). */
vb_status vb_parameters_row(const parameters *p, const char *const labels[N_KEYS],
                            size_t *found, vb_error *err);
/* Writes those entries of theta that the row gives. */
vb_status vb_parameters_read(const parameters *p, size_t row, const char *participant,
                             double theta[], vb_error *err);

#endif
