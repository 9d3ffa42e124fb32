/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of a fit study, one file each. */
#ifndef VB_PIPELINE_FIT_INTERNAL_H
#define VB_PIPELINE_FIT_INTERNAL_H

#include "study_internal.h"
#include "valuebold/fit_study.h"

/* Models of the spec and their settings (fit_models.c). */
vb_status fit_study_models(vb_fit_study *fits, vb_error *err);
/* Units from runs (fit_runs.c), and from one table (fit_table.c). */
vb_status fit_study_units(vb_fit_study *fits, const vb_study_source *source,
                          vb_notes *notes, vb_error *err);
vb_status fit_study_runs(vb_fit_study *fits, vb_notes *notes, vb_error *err);
vb_status fit_study_table(vb_fit_study *fits, const char *path,
                          const vb_study_source *source, vb_notes *notes,
                          vb_error *err);

/* The table of parameters of one model. */
void fit_study_put_table(const vb_fit_study *fits, size_t m, vb_buffer *out);

/* A unit cannot be fitted: said with its name, and kept. */
void fit_study_fail(vb_fit_unit *unit, const vb_error *why, vb_notes *notes);
/* Notes of building trials, refusals with the name of the unit. */
void fit_study_pass_notes(const char *participant, const vb_notes *from, vb_notes *to);

/* Fits to all sessions or runs but one, tried on that one (fit_validate.c). */
vb_status fit_study_validate(vb_fit_study *fits, size_t n_threads, vb_notes *notes,
                             vb_error *err);

/* Covariates of the group mean from a table (fit_covariates.c). */
vb_status fit_study_covariates(vb_fit_study *fits, const vb_fit_source *source,
                               vb_notes *notes, vb_error *err);
/* Hierarchical fits from the likelihoods (fit_group.c), and what they say
 * (fit_group_write.c). */
vb_status fit_study_groups(vb_fit_study *fits, size_t n_threads, vb_notes *notes,
                           vb_error *err);
vb_status fit_study_write_groups(const vb_fit_study *fits, vb_outputs *outputs,
                                 vb_error *err);
void fit_study_put_group(const vb_fit_study *fits, size_t m, vb_buffer *text);

/* choices.svg: the fitted curve over the choices (fit_pictures.c). */
vb_status fit_study_write_picture(const vb_fit_study *fits, vb_outputs *outputs,
                                  vb_error *err);

/* Models side by side, for participants and the sample (fit_compare.c). */
typedef struct fit_comparison {
    size_t n; /* participants whom every model fits */
    /* [n_models]: sums over these */
    double *nll, *aic, *bic, *log_evidence, *cross_validated;
    size_t *n_best; /* participants with the lowest BIC */
    double *frequency, *exceedance, *protected_exceedance;
    double bor;
    bool by_evidence; /* frequencies are of log evidences, not of -BIC/2 */
} fit_comparison;
vb_status fit_study_compare(const vb_fit_study *fits, fit_comparison *c, vb_error *err);
vb_status fit_study_write_comparison(const vb_fit_study *fits, vb_outputs *outputs,
                                     vb_error *err);
void fit_study_put_comparison(const vb_fit_study *fits, vb_buffer *text);

/* "sub-01 ses-2" into out; returns out. */
char *fit_unit_name(const vb_fit_unit *unit, char out[], size_t size);

#endif
