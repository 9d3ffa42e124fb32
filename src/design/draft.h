/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the dialects share while a design is built: the checked input, the columns made
 * so far, and the terms (event, modulators, powers) of one event.
 */
#ifndef VB_DESIGN_DRAFT_H
#define VB_DESIGN_DRAFT_H

#include "hrf.h"
#include "valuebold/design.h"

typedef struct vb_dialect vb_dialect;

typedef struct vb_draft {
    vb_arena *arena, *scratch; /* the design's; freed when it is built */
    const vb_dialect *dialect;
    const vb_hrf *hrf;
    vb_design_options options; /* with all defaults filled in */
    size_t n_runs;
    const vb_design_run *runs;
    size_t n_cols, capacity;
    vb_column *columns;
    double **values; /* [n_cols] column of its run's scans */
    double *sample_s;
    double **filter;
    size_t *n_filter;
    vb_curves curves;             /* valuebold */
    size_t n_kernel;              /* fsl: the response on its grid */
    double *kernel, *kernel_area; /* values, running sums */
    vb_notes *notes;
    vb_error *err;
} vb_draft;

/* A convention: one file and one line in dialects.def. */
struct vb_dialect {
    const char *name, *meaning;
    const char *hrf; /* defaults */
    double high_pass_s;
    const char *drift;
    const char *const *drifts;         /* those it knows, NULL at the end */
    bool in_scans;                     /* takes onsets in scans */
    const char *before, *early, *late; /* what becomes of events outside the run */
    const char *duplicate, *mixed; /* of rows of one time, of impulses among boxes */
    double sample_ref;           /* of TR, when nobody says otherwise; NAN: the run's */
    bool centres_over_runs;      /* modulators over all runs of a participant */
    bool orthogonalises_columns; /* not the weights */
    bool own_orthogonalisation;  /* takes weights as they are, also when asked to */
    bool (*takes)(const vb_hrf *hrf);
    vb_status (*begin)(vb_draft *d);         /* once */
    vb_status (*run)(vb_draft *d, size_t r); /* columns of run r but the constant */
    enum { VB_CONSTANT_NONE, VB_CONSTANT_EACH_RUN, VB_CONSTANT_LAST } constant;
    const char *(*convention)(const vb_draft *d); /* in d->arena; NULL: no memory */
};

size_t vb_dialect_count(void);
const vb_dialect *vb_dialect_at(size_t i);

/* Adds a column: zeroed *values [scans of run].  what->name NULL: made of the title. */
vb_status vb_draft_add(vb_draft *d, const vb_column *what, double **values);

/* max(x, 0) - min(x, 0): FSL's PPheight. */
double vb_column_height(size_t n, const double x[]);

/* The event and its modulators as trial weights. */
typedef struct vb_term {
    vb_column_kind kind;
    size_t modulator; /* VB_NONE for the event and for time */
    unsigned power;
    const char *title;  /* EVENT, EVENT*SIGNAL, EVENT*SIGNAL_power2 */
    const char *signal; /* NULL for the event */
    double *weight;     /* [n_events]; NaN where the trial has no row */
} vb_term;

/*
 * Terms of event e of run r: the event itself, time modulation, modulators, each by
 * power; onsets for time in minutes.
 */
typedef enum vb_terms_mode {
    VB_TERMS_OWN, /* powers above 1 and time are centred over the events, orthogonalised
                     if asked for; terms without variance are left out and noted */
    VB_TERMS_KEPT, /* the same, but terms without variance stay, and are noted */
    VB_TERMS_RAW,  /* everything as it is (SPM) */
} vb_terms_mode;
vb_status vb_terms_of(vb_draft *d, size_t r, size_t e, vb_terms_mode mode,
                      size_t *n_terms, vb_term **terms);

/* A column of event e, run r: title made of the term and the suffix of the basis
 * function; name NULL: made of the title. */
vb_status vb_draft_add_term(vb_draft *d, size_t r, size_t e, const vb_term *term,
                            const char *suffix, size_t basis, const char *name,
                            double **values);

/* Confounds of run r as they are, or with their mean off; spm: "Sn(1) name". */
vb_status vb_draft_confounds(vb_draft *d, size_t r, bool centre, bool spm_names);

/* Drift columns of run r as the options say: cosines, polynomials; names "drift_1". */
vb_status vb_draft_drift(vb_draft *d, size_t r);
/* Order of the polynomials of run r. */
unsigned vb_draft_drift_order(const vb_draft *d, size_t r);
/* What they are, as a sentence for convention(). */
const char *vb_draft_drift_sentence(const vb_draft *d);

/* Input checks: first whatever has no sense, then what the events leave to say. */
vb_status vb_draft_check(vb_draft *d);
vb_status vb_draft_check_events(vb_draft *d, size_t r);

/* Indices of the rows in order of onset, then duration, then row; NULL: no memory. */
size_t *vb_event_order(const vb_design_event *event, vb_arena *arena);

/* Response tails of events that end earlier than this are not modelled (32 s long, all
 * but the last 8 s of them gone by the first scan). */
#define VB_EARLIEST_END_S (-24.0)

#endif
