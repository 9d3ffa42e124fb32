/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The design matrix: events and modulators of one or several runs, convolved and
 * sampled, with drift, confounds and constants.
 */
#ifndef VALUEBOLD_DESIGN_H
#define VALUEBOLD_DESIGN_H

#include "valuebold/arena.h"
#include "valuebold/notes.h"
#include "valuebold/rank.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One event type ("condition") in one run.  Borrowed by vb_design_build. */
typedef struct vb_design_modulator {
    const char *name;     /* sv_difference */
    const double *weight; /* [n_events], NaN = the event has no row (counts as 0) */
    unsigned polynomial;  /* 1: linear (0 means 1), 2: also the square ... */
} vb_design_modulator;

typedef struct vb_design_event {
    const char *name;
    size_t n_events;
    const double *onset_s; /* in scans when run->in_scans */
    const double *duration_s;
    size_t n_modulators;
    const vb_design_modulator *modulators;
    bool orthogonalise; /* serially, in the order of modulators (spm: both passes) */
    bool
        durations_vary; /* between runs that are not here: like: afni takes one response
                            for all runs */
    unsigned time_modulation; /* order of modulation by time in minutes; 0: none */
} vb_design_event;

typedef struct vb_design_run {
    const char *label; /* "1" */
    double tr_s;
    size_t n_scans;
    double sample_s; /* scan s is sampled at s * tr_s + sample_s */
    bool in_scans;   /* onsets and durations are in scans (spm only) */
    size_t n_events;
    const vb_design_event *events;
    size_t n_confounds;
    const char *const *confound_names;
    const double *confounds; /* [n_scans x n_confounds] */
} vb_design_run;

/*
 * A response function, or a set of them, as numbers: straight lines between the points,
 * 0 outside.  Values are the response per second to an impulse of area 1, used as they
 * are.  Borrowed.
 */
typedef struct vb_response_file {
    const char *name; /* for messages */
    size_t n, n_functions;
    const double *time_s; /* [n] ascending, 0 or later */
    const double *value;  /* [n x n_functions] */
} vb_response_file;

/* Conventions.  like is an entry of dialects.def: "valuebold", "spm", "fsl", ... */
typedef struct vb_design_options {
    const char *like; /* NULL: valuebold */
    const char
        *hrf; /* entry of hrfs.def, parameters in brackets: "GAM(8.6,0.547)"; NULL:
                        the dialect's default */
    double high_pass_s; /* 0: the dialect's default; INFINITY: none */
    const char *drift;  /* "cosine", "polynomial", "legendre", "fsl", "none"; NULL: the
                           dialect's default */
    unsigned
        drift_order;    /* of polynomials; 0: nilearn 1, else 1 + run length / 150 s */
    unsigned microtime; /* bins a TR; 0: spm (T) 16, nilearn (oversampling) 50 */
    unsigned microtime_onset;         /* spm: T0, 1-based; 0: T/2 */
    double hrf_length_s;              /* of FIR, gamma, Fourier sets; 0: default */
    unsigned hrf_order;               /* number of functions of such sets; 0: default */
    const vb_response_file *hrf_file; /* for hrf "file"; NULL: none */
} vb_design_options;

typedef enum vb_column_kind {
    VB_COLUMN_EVENT,
    VB_COLUMN_MODULATOR,
    VB_COLUMN_CONFOUND,
    VB_COLUMN_DRIFT,
    VB_COLUMN_CONSTANT,
} vb_column_kind;

typedef struct vb_column {
    const char *name;  /* as written to design.tsv; a dialect's own form under `like` */
    const char *title; /* EVENT, EVENT*SIGNAL, confound's name: what contrasts match */
    vb_column_kind kind;
    size_t run;       /* index; all runs have their own columns */
    size_t event;     /* index into run->events, VB_NONE for other kinds */
    size_t modulator; /* index into its modulators, VB_NONE for the event itself */
    unsigned power;   /* of the modulator; 1 usually */
    size_t basis;     /* index of the basis function; 0 is the canonical response */
    double height; /* max(x,0) - min(x,0) of the unfiltered column (FSL's PPheight) */
} vb_column;

typedef struct vb_design {
    vb_arena *arena;
    size_t n_scans, n_cols, n_runs; /* n_scans over all runs */
    double *x;                      /* [n_scans x n_cols] */
    vb_column *columns;
    size_t *first_scan; /* [n_runs + 1] */
    double *tr_s;       /* [n_runs] */
    double *sample_s;   /* [n_runs] time of the sample within a scan, as used */
    const char *like, *hrf, *drift;
    double high_pass_s;
    double **filter; /* spm: [n_runs] DCT set K, [scans of run x n_filter] */
    size_t *n_filter;
    const char *convention; /* a paragraph that says what was done, for users */
} vb_design;

/*
 * Builds the design of the given runs (one, or several side by side, block-diagonal).
 * In the default convention and fsl the drift is part of the matrix (fsl: filtered
 * instead); under spm it is kept apart in filter, as SPM does.
 * Events outside the run are noted with counts; all of them outside is refused (asking
 * for milliseconds).  An event without rows in a run is left out and noted.  A constant
 * modulator is left out and noted ("modulator-constant"), except under spm which keeps
 * the zero column SPM makes.
 */
VB_API vb_status vb_design_build(size_t n_runs, const vb_design_run runs[],
                                 const vb_design_options *options, vb_design **design,
                                 vb_notes *notes, vb_error *err);
VB_API void vb_design_free(vb_design *design); /* NULL is fine */

/* Takes the cosine set of run r (kept apart under spm) off y [scans of run x n_cols],
 * in place; does nothing where there is none.  Data and design both go through it. */
VB_API vb_status vb_design_filter(const vb_design *design, size_t r, size_t n_cols,
                                  double y[], vb_error *err);

/* Rank of the design as it is estimated (under spm: after the filter), in arena. */
VB_API vb_status vb_design_rank(const vb_design *design, vb_arena *arena, vb_rank *rank,
                                vb_error *err);

/* Rank and conditioning of a design (under spm: after the filter). */
typedef struct vb_diagnosis {
    vb_arena *arena;
    size_t rank;
    double condition; /* of the columns scaled to unit length */
    size_t n_aliased; /* columns that are sums of others */
    size_t *aliased;  /* [n_aliased] */
    double *vif;      /* [n_cols]; NaN for constants, INFINITY for aliased columns */
    double
        *correlation; /* [n_cols x n_cols] of the sampled columns; NaN for constants */
    double *sd;       /* [n_cols] */
} vb_diagnosis;

/*
 * VIF: against all other columns, drift and confounds among them.  Correlations and sd
 * over the scans of a column's run; columns of different runs have correlation 0.
 * Notes "design-rank" naming each aliased set, "design-vif" above 5 among event and
 * modulator columns, "design-correlation" above .8 between one of them and any other,
 * "confound-constant", "design-dof" when nothing is left for the error.
 */
VB_API vb_status vb_design_diagnose(const vb_design *design, vb_diagnosis **diagnosis,
                                    vb_notes *notes, vb_error *err);
VB_API void vb_diagnosis_free(vb_diagnosis *diagnosis);

/* What a design can say about a contrast c before there are data, for white noise. */
typedef struct vb_contrast_diagnosis {
    double variance;   /* c (X'X)^-1 c', mean over rows */
    double efficiency; /* its inverse: rows over the trace */
    double vif; /* variance over that of the same columns without correlation; NaN for
                   several rows */
    double detectable; /* effect in noise SD, power 80 % at p < .001 one-sided; NaN for
                          several rows or without degrees of freedom */
    double df;
} vb_contrast_diagnosis;

/* n contrasts that can be estimated, weights[i] [n_rows[i] x n_cols]. */
VB_API vb_status vb_design_judge_contrasts(const vb_design *design, size_t n,
                                           const size_t n_rows[],
                                           const double *const weights[],
                                           vb_contrast_diagnosis out[], vb_error *err);

/* Registries, for help and docs. */
VB_API size_t vb_n_hrfs(void);
VB_API const char *vb_hrf_name(size_t i);
VB_API const char *vb_hrf_meaning(size_t i);
/* Parameters of entry i as "delay=6 s, undershoot=16 s"; "" when it has none.  Returns
 * out. */
VB_API char *vb_hrf_parameters(size_t i, char out[], size_t size);
/* VB_EUSAGE when text is no response function or its parameters make no sense. */
VB_API vb_status vb_hrf_check(const char *text, vb_error *err);
VB_API size_t vb_n_dialects(void);
VB_API const char *vb_dialect_name(size_t i);
VB_API const char *vb_dialect_meaning(size_t i);
/* True when the dialect orthogonalises by rules of its own (spm, fsl) and wants the
 * weights as they are; else the weights handed in are orthogonalised already. */
VB_API bool vb_dialect_orthogonalises(const char *like);
/* Moment of a volume, as a fraction of TR, that the package samples when nobody says
 * otherwise; NaN: the dialect takes the time of the run. */
VB_API double vb_dialect_sample_ref(const char *like);
/* True when the package centres modulators over all runs of a participant (afni). */
VB_API bool vb_dialect_centres_over_runs(const char *like);

#ifdef __cplusplus
}
#endif
#endif
