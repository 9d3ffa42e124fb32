/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A study in memory: the spec carried out on the events of every run, up to design
 * matrices and the files that show them.
 *
 *     vb_study_load      events, trials, parameters, model, modulators
 *     vb_study_designs   design matrices, diagnoses, contrasts
 *     vb_study_write_*   files, still in memory (outputs.h)
 */
#ifndef VALUEBOLD_STUDY_H
#define VALUEBOLD_STUDY_H

#include "valuebold/bids.h"
#include "valuebold/outputs.h"
#include "valuebold/signals.h"
#include "valuebold/spec.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where the data are: a BIDS folder, or plain files of one participant.  Borrowed. */
typedef struct vb_study_source {
    vb_bids_query bids;    /* dir NULL: plain files */
    size_t n_events_files; /* plain: one a run, in run order */
    const char *const *events_files;
    const char *participant; /* plain: label, NULL: "01" */
    size_t n_bold_files;     /* plain: as many as events files, or 0 */
    const char *const *bold_files;
    const char *sidecar;      /* overrides what BIDS finds; NULL: none */
    const char *confounds;    /* plain: of the one run; NULL: none */
    double tr_s;              /* NaN: not given; wins over everything */
    size_t n_scans;           /* 0: not given; wins over everything */
    const char *parameters;   /* file that replaces the spec's parameters; or NULL */
    const char *contrasts;    /* JSON file that replaces the spec's contrasts */
    bool without_acquisition; /* TR and scans are not needed (trials only) */
    size_t n_draws; /* of the parameters, for the spread of signals; 0: none */
    double draw_seed;
    bool keep_going; /* a run that is refused is marked, the others go on */
} vb_study_source;

/* One event of the spec in one run, its rows in order of onset. */
typedef struct vb_study_event {
    const char *name;  /* EVENT, or EVENT_missed */
    size_t spec_event; /* index into spec->events */
    size_t n;
    size_t *row;   /* [n] row of the events table */
    size_t *trial; /* [n] trial whose signals it takes; VB_NONE: none */
    double *onset_s, *duration_s;
    size_t n_modulators;
    const char **modulator_names;
    double **raw;                /* [n_modulators][n] */
    double **weight;             /* [n_modulators][n] */
    vb_modulator_record *record; /* [n_modulators] */
    double *variance_removed;    /* [n_modulators] by orthogonalisation, else 0 */
    vb_modulator_ledger
        ledger[2]; /* of the order in the spec and of its reverse; for two
                                      modulators and more */
    double *rt_s;  /* [rows of the table] response times; NULL: not known */
    bool plain;    /* made by the program: no modulation by time */
} vb_study_event;

/* A column of confounds and where it comes from. */
typedef struct vb_study_confound {
    const char *name;
    const char *from; /* "table", "computed", "scrub" */
    const char *unit; /* NULL: not known */
    double *values;   /* [n_scans] */
    size_t n_filled;  /* n/a filled in, first row only */
} vb_study_confound;

typedef struct vb_study_run {
    const vb_bids_run *files;
    size_t subject; /* index of its subject */
    bool selected;  /* false: loaded only because numbers of others depend on it */
    bool refused;   /* its events could not be taken (keep_going) */
    vb_table *events;
    char sha256[65];              /* of the events file */
    double *onset_s, *duration_s; /* [rows]; duration NaN where n/a */
    double tr_s, sample_s;
    size_t n_scans;
    const char *tr_from, *n_scans_from, *sample_from; /* sentences for users */
    bool sample_stated; /* spec or sidecar states the sample time; false: assumed */
    size_t n_event_types;
    vb_study_event *event_types;
    const char *confounds_file; /* NULL: none read */
    char confounds_sha256[65];
    size_t n_confounds;
    const char **confound_names;
    double *confounds;           /* [n_scans x n_confounds] */
    vb_study_confound *confound; /* [n_confounds] */
    size_t n_censored;
    size_t *censored;    /* volumes, from 0 */
    vb_design_run input; /* what the design is built from; borrows the above */
    vb_design *design;
    vb_diagnosis *diagnosis;
    vb_contrast *contrasts;        /* [spec contrasts] */
    vb_contrast_diagnosis *judged; /* [spec contrasts] */
    const char **missing; /* [spec contrasts] a name this run lacks; NULL: none */
} vb_study_run;

/* One participant in one session. */
typedef struct vb_study_subject {
    const char *participant, *session;
    size_t first_run, n_runs; /* into study->runs */
    vb_trials *trials;        /* NULL when the spec has none */
    vb_evaluation *evaluation;
    size_t n_sets;
    double *theta;
    size_t *set;
    size_t n_draws; /* the model under draws of the parameters */
    vb_evaluation **draws;
    bool selected; /* some run of it is */
} vb_study_subject;

typedef struct vb_study {
    vb_arena *arena;
    const vb_spec *spec;
    vb_model model;
    vb_bids *bids;
    /* files read beside the spec and the events, NULL where there is none, and their
     * SHA-256 */
    const char *parameters_file, *units_file, *contrasts_file;
    char parameters_sha256[65], units_sha256[65], contrasts_sha256[65];
    struct vb_fit_study *fits; /* model.parameters: fit; else NULL */
    const char *hrf_file;      /* response from a table */
    char hrf_sha256[65];
    vb_response_file response;
    size_t n_contrasts;
    const vb_contrast_spec *contrasts;
    size_t n_runs, n_subjects;
    vb_study_run *runs; /* grouped by subject */
    vb_study_subject *subjects;
} vb_study;

/* Reads and judges everything; all faults found are noted, err has the first.  spec is
 * kept by reference. */
VB_API vb_status vb_study_load(const vb_spec *spec, const vb_study_source *source,
                               vb_study **study, vb_notes *notes, vb_error *err);
VB_API void vb_study_free(vb_study *study); /* NULL is fine */

/* Design, diagnosis and contrasts of every selected run; where a run lacks a column that a
 * contrast names, spec->missing says what then.  A name that no run has is refused. */
VB_API vb_status vb_study_designs(vb_study *study, vb_notes *notes, vb_error *err);

/* What provenance needs to know about the call. */
typedef struct vb_provenance {
    const char *version;      /* "0.1.0" */
    const char *command_line; /* as typed, without absolute paths */
} vb_provenance;

/* OUT/dataset_description.json; and the files of the fit where parameters were fitted. */
VB_API vb_status vb_study_write_description(const vb_study *study,
                                            const vb_provenance *provenance,
                                            vb_outputs *outputs, vb_error *err);
/* sub-L/func/..._desc-trials_events.tsv and .json of every selected run: the events with
 * signals of the model as columns.  all: every signal there is; else the usual ones (sums,
 * absolute differences and A_minus_B of subjective value only) and what the regressors
 * use. */
VB_API vb_status vb_study_write_trials(const vb_study *study,
                                       const vb_provenance *provenance, bool all,
                                       const vb_notes *notes, vb_outputs *outputs,
                                       vb_error *err);
/* sub-L/func/..._design.{tsv,json,svg}. */
VB_API vb_status vb_study_write_designs(const vb_study *study,
                                        const vb_provenance *provenance, bool pictures,
                                        const vb_notes *notes, vb_outputs *outputs,
                                        vb_error *err);
/* sub-L/func/..._diagnosis.{json,tsv,svg}: VIF, correlations, efficiency, events outside
 * the run, factors between the packages' effects. */
VB_API vb_status vb_study_write_diagnoses(vb_study *study,
                                          const vb_provenance *provenance,
                                          vb_outputs *outputs, vb_error *err);
/* export/NAME/sub-L/...; *n_verified counts the values read back (NULL: not verified). */
VB_API vb_status vb_study_export(const vb_study *study, const char *exporter,
                                 const vb_provenance *provenance, vb_outputs *outputs,
                                 size_t *n_verified, vb_notes *notes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
