/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Psycho-physiological interactions: does a seed's influence on a region depend on the task?
 *
 * BOLD is a response to neural activity, and interactions happen there: the seed's series is
 * deconvolved, multiplied with the psychological variables, and convolved again (Gitelman,
 * Penny, Ashburner & Friston 2003 NeuroImage 19:200).  One column for each condition is the
 * generalised form (McLaren, Ries, Xu & Johnson 2012 NeuroImage 61:1277).
 *
 *     y = H D a + C b + e,   a ~ N(0, s2_a I),  e ~ N(0, s2_e I)
 *
 * D are cosines over the run in bins of TR / microtime, H the response sampled at the scans, C
 * confounds.  The ratio of the two variances, by which a is shrunk, is estimated by restricted
 * maximum likelihood (empirical Bayes, as SPM's spm_peb_ppi, which fixes neither).
 */
#ifndef VALUEBOLD_PPI_H
#define VALUEBOLD_PPI_H

#include "valuebold/design.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A psychological variable: boxes as high as their weights.  An event of duration 0 is a box
 * of one bin with area 1. */
typedef struct vb_ppi_condition {
    const char *name;
    size_t n_events;
    const double *onset_s, *duration_s;
    const double *weight; /* [n_events], missing ones 0; NULL: 1 */
} vb_ppi_condition;

/* One run.  Borrowed for the call. */
typedef struct vb_ppi_model {
    size_t n_scans;
    double tr_s, sample_s;
    const char *hrf;         /* of the valuebold convention; NULL: its default */
    unsigned microtime;      /* bins a TR; 0: 16 */
    size_t n_confounds;      /* drift, motion, constant ...: taken off the seed */
    const double *confounds; /* [n_scans x n_confounds] */
    size_t n_conditions;
    const vb_ppi_condition *conditions;
} vb_ppi_model;

typedef struct vb_ppi vb_ppi;

/* VB_EINPUT: values that are not finite; VB_EUSAGE: no condition; VB_EESTIMATE: the confounds
 * leave nothing. */
VB_API vb_status vb_ppi_alloc(const vb_ppi_model *model, vb_ppi **ppi, vb_error *err);
VB_API void vb_ppi_free(vb_ppi *ppi); /* NULL is fine */

/* What was made of a seed. */
typedef struct vb_ppi_info {
    double ratio;     /* s2_a |HD|^2 / n over s2_e: signal to noise of the prior */
    double explained; /* share of the adjusted seed's variance that H D a reproduces */
} vb_ppi_info;

/*
 * Columns of one seed [n_scans]:
 *   physiological  [n_scans] the seed without its confounds; beside the interactions it must
 *                  be in the model, as must the conditions' own columns
 *   interaction    [n_scans x n_conditions] (neural x psychological) * response
 *   neural         [n_scans * microtime] bin k is at k TR / microtime; may be NULL
 *   info           may be NULL
 * All have mean 0.  VB_EINPUT: the seed has missing values; VB_EESTIMATE: no variance.
 */
VB_API vb_status vb_ppi_columns(const vb_ppi *ppi, const double seed[],
                                double physiological[], double interaction[],
                                double neural[], vb_ppi_info *info, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
