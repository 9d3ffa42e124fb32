/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Choices simulated on the trials of a study, and what fits make of them.
 */
#ifndef VALUEBOLD_FIT_RECOVERY_H
#define VALUEBOLD_FIT_RECOVERY_H

#include "valuebold/fit_study.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_simulation {
    uint64_t seed;
    size_t n_repeats; /* data sets of each participant */
    size_t n_threads;
    /* NULL: fitted to the study's choices (vb_fit_study_run came before); else numbers for
     * everybody or a table, as for vb_parameters_resolve */
    const vb_parameters_spec *parameters;
} vb_simulation;

/* recovery.tsv, recovery_summary.tsv, recovery.json and recovery.svg; with several models
 * (fitted, not given) also confusion.tsv and confusion.svg.  Summary in text. */
VB_API vb_status vb_fit_study_recover(vb_fit_study *fits,
                                      const vb_simulation *simulation,
                                      const vb_provenance *provenance, vb_buffer *text,
                                      vb_outputs *outputs, vb_notes *notes,
                                      vb_error *err);

/* The choices of repeat 0 in place of those that were made: choices.tsv, or events.tsv of
 * every run; parameters in simulated_parameters.tsv. */
VB_API vb_status vb_fit_study_simulate(vb_fit_study *fits,
                                       const vb_simulation *simulation,
                                       vb_outputs *outputs, vb_notes *notes,
                                       vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
