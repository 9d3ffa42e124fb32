/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_model_internal.h - the parts of the exporter to BIDS Stats Models. */
#ifndef VB_BIDS_MODEL_INTERNAL_H
#define VB_BIDS_MODEL_INTERNAL_H

#include "export_plan.h"

/* Names of the variables, [n_evs]: as in Python, with "_event" behind those that pybids uses
 * for something else ("task", an entity of BIDS, becomes "task_event"). */
vb_status bids_variables(const export_plan *plan, const char ***names, vb_error *err);

/* One row of the overlay's events: trial i of event e of the run. */
typedef struct bids_row {
    double onset_s, duration_s;
    size_t event, trial;
} bids_row;

/* All trials of run r by time. */
vb_status bids_rows(const export_plan *plan, size_t r, size_t *n, bids_row **rows,
                    vb_error *err);
/* The column of a regressor over these rows; 0 where it has no trial or no value. */
vb_status bids_weights(const export_plan *plan, size_t r, size_t ev, size_t n,
                       const bids_row rows[], double out[], vb_error *err);

/* The model; notes contrasts that it cannot hold. */
vb_status bids_put_model(const export_plan *plan, const char *const names[],
                         vb_buffer *out, vb_notes *notes, vb_error *err);
vb_status bids_note(const export_plan *plan, vb_buffer *out, vb_error *err);

#endif
