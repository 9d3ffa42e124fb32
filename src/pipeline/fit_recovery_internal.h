/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recovery by simulation: what is computed and what is written share this. */
#ifndef VB_PIPELINE_FIT_RECOVERY_INTERNAL_H
#define VB_PIPELINE_FIT_RECOVERY_INTERNAL_H

#include "fit_internal.h"
#include "valuebold/fit_recovery.h"
#include "valuebold/recovery.h"

typedef struct fit_recovery_report {
    const vb_simulation *simulation;
    size_t n_units;
    vb_recovery_unit *units;
    size_t *members; /* units of the study they are */
    vb_recovery *recovery;
    double *confusion; /* [n_models x n_models]; NULL: one model */
    size_t n_failed;   /* data sets some model could not be fitted to */
} fit_recovery_report;

/* Participants with their true numbers under model m. */
vb_status fit_recovery_units(vb_fit_study *fits, size_t m,
                             const vb_simulation *simulation, vb_recovery_unit **units,
                             size_t **members, size_t *n, vb_notes *notes,
                             vb_error *err);

vb_status fit_recovery_write(const vb_fit_study *fits,
                             const fit_recovery_report *report,
                             const vb_provenance *provenance, vb_outputs *outputs,
                             vb_error *err);
void fit_recovery_put(const vb_fit_study *fits, const fit_recovery_report *report,
                      vb_buffer *text);

#endif
