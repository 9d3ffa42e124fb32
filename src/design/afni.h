/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Response models of AFNI's 3dDeconvolve, evaluated as it does.
 */
#ifndef VB_DESIGN_AFNI_H
#define VB_DESIGN_AFNI_H

#include "hrf.h"

/* A model with its parameters, ready to be evaluated. */
typedef struct vb_afni_response {
    vb_afni_model model;
    unsigned power; /* BLOCK4, BLOCK5 */
    size_t n_functions;
    double p, q, ratio, p2, q2; /* GAM, TWOGAM */
    double top_s;               /* GAM, TWOGAM: 0 beyond */
    double duration_s; /* BLOCK, UBLOCK, and models convolved with a box; NaN: none */
    double peak;       /* of the block models */
    double scale;      /* TWOGAM */
    const vb_hrf *tents;
    /* GAM, TWOGAM and SPMG with a duration: running sums on steps of 0.01 s, peak 1 */
    size_t n_table;
    double *table; /* [n_functions x n_table] */
} vb_afni_response;

/* duration_s: of the events, for BY_DURATION: 0 makes GAM, NaN (several) dmUBLOCK, else
 * BLOCK(duration_s, 1). */
vb_status vb_afni_response_make(const vb_hrf *hrf, double duration_s, vb_arena *arena,
                                vb_afni_response *response, vb_error *err);

/* Function b at t_s after the onset of an event that lasts duration_s (which only the dm
 * models look at). */
double vb_afni_response_at(const vb_afni_response *response, size_t b, double t_s,
                           double duration_s);

/* "BLOCK(2,1)": how 3dDeconvolve is told; in arena. */
const char *vb_afni_response_name(const vb_afni_response *response, vb_arena *arena);

/* True when the response depends on the events' own durations. */
bool vb_afni_takes_durations(const vb_afni_response *response);

#endif
