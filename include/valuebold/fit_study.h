/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models fitted to the choices of a study, as the spec's section fit says.
 *
 *     vb_fit_study_load   choices of every participant, models and their settings
 *     vb_fit_study_run    fits, in parallel; the same numbers for any number of threads
 *     vb_fit_study_write  parameters.tsv and .json, fit.txt ..., still in memory
 *
 * A participant whose choices are refused, or tell nothing, does not stop the others: it is
 * named among the refusals, and the status of the whole is that of the first of them.
 */
#ifndef VALUEBOLD_FIT_STUDY_H
#define VALUEBOLD_FIT_STUDY_H

#include "valuebold/fit.h"
#include "valuebold/hierarchical.h"
#include "valuebold/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where choices are: as for a study, or in one table of all participants. */
typedef struct vb_fit_source {
    vb_study_source study;
    /* NULL: none; else a TSV with participant_id, perhaps session (session_id) and run
     * (run_id), and the columns of the spec; rows without onset count in their order */
    const char *choices;
    /* NULL: participants.tsv of the data set, or the table of choices; else the TSV that
     * holds the covariates */
    const char *participants;
} vb_fit_source;

/* Choices that are fitted at once. */
typedef struct vb_fit_unit {
    const char *participant;
    const char *session, *run; /* NULL: all of them together */
    size_t n_blocks;
    vb_fit_block *blocks;
    const char *file; /* of its first trial, for messages */
    size_t line;
    vb_error failure; /* code VB_OK: none */
} vb_fit_unit;

typedef struct vb_fit_result {
    vb_fit_options options; /* with the values that its staircases fixed */
    vb_likelihood *likelihood;
    vb_fit *fit;      /* NULL after a failure */
    vb_error failure; /* code VB_OK: none */
} vb_fit_result;

typedef struct vb_fit_study {
    vb_arena *arena;
    const vb_spec *spec;
    vb_study *study;   /* runs and events; NULL: from a table */
    bool borrowed;     /* study is not freed with it */
    vb_table *choices; /* NULL: from runs */
    char choices_sha256[65];
    size_t n_trials_tables, n_trials;
    vb_table **tables;  /* parts of choices */
    vb_trials **trials; /* of all units */
    size_t n_units;
    vb_fit_unit *units;
    /* the spec's model is the first, called "model" unless it is among those to compare */
    size_t n_models;
    const char **names;
    vb_model *models;
    vb_fit_options *options;
    vb_fit_result *results; /* [n_models x n_units] */
    /* [n_models x n_units] negative log-likelihood of choices left out (fit.cross_validate),
     * NaN where it cannot be had; NULL: not asked */
    double *cross_validated;
    /* method: hierarchical */
    double *covariates;     /* [n_units x n_covariates] as in the file; NULL: none */
    double *covariate_mean; /* [n_covariates] subtracted before the fit */
    size_t n_members, *members; /* units that the groups are made of */
    vb_group **groups;          /* [n_models] of the members; NULL: another method */
    vb_hbi *hbi;                /* over the models; NULL with one model */
} vb_fit_study;

/* Refused as a whole: a spec without trials or choice rule, settings of parameters no model
 * has, files that cannot be read.  spec is kept by reference. */
VB_API vb_status vb_fit_study_load(const vb_spec *spec, const vb_fit_source *source,
                                   vb_fit_study **fits, vb_notes *notes, vb_error *err);
VB_API void vb_fit_study_free(vb_fit_study *fits); /* NULL is fine */

/* All fits.  VB_OK also when participants fail; vb_fit_study_failure tells. */
VB_API vb_status vb_fit_study_run(vb_fit_study *fits, size_t n_threads, vb_notes *notes,
                                  vb_error *err);
/* Status of the first participant that failed under the spec's model; err is its sentence. */
VB_API vb_status vb_fit_study_failure(const vb_fit_study *fits, vb_error *err);

VB_API const vb_fit_result *vb_fit_study_result(const vb_fit_study *fits, size_t model,
                                                size_t unit);

/* parameters.tsv and .json of the spec's model, model-NAME_parameters.* of the others,
 * fit.txt, a summary for people. */
VB_API vb_status vb_fit_study_write(const vb_fit_study *fits,
                                    const vb_provenance *provenance,
                                    const vb_notes *notes, vb_outputs *outputs,
                                    vb_error *err);
/* The summary alone. */
VB_API void vb_fit_study_summary(const vb_fit_study *fits, vb_buffer *text);

#ifdef __cplusplus
}
#endif
#endif
