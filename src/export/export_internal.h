/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export_internal.h - what the exporters share: the regressors of a run, where each stands
 * in the design, and text for other programs.
 */
#ifndef VB_EXPORT_INTERNAL_H
#define VB_EXPORT_INTERNAL_H

#include "template.h"
#include "valuebold/export.h"
#include "valuebold/number.h"

#include <stdbool.h>

/*
 * One regressor before convolution: an event (modulator VB_NONE, power 0), its modulation
 * by time (modulator VB_NONE, power 1, 2 ...) or by a power of one of its modulators.
 */
typedef struct export_ev {
    size_t event, modulator;
    unsigned power;
    const char *title; /* as contrasts and design.tsv call it */
    bool in_design;    /* the design has a column of it */
    bool empty; /* no row: no events, or no modulated ones, or not in the design */
} export_ev;

/* All regressors of run r, an event first, then its modulation by time, then its modulators
 * with their powers; in arena. */
vb_status export_list(const vb_export_job *job, size_t r, vb_arena *arena, size_t *n,
                      export_ev **evs, vb_error *err);

/* Column of the design, or VB_NONE. */
size_t export_column(const vb_design *design, const export_ev *ev, size_t basis);
/* The regressor a column comes from: index into evs, or VB_NONE (confounds, drift ...). */
size_t export_ev_of(const vb_column *column, size_t n, const export_ev evs[]);
/* The confound a column is: index into run->confound_names, or VB_NONE. */
size_t export_confound_of(const vb_column *column, const vb_design_run *run);
/* Basis functions of the design's event columns; at least 1. */
size_t export_n_basis(const vb_design *design);
/* The number of powers of a modulator, at least 1. */
unsigned export_n_powers(const vb_design_modulator *modulator);

/* Weight of row i: 1 for the event, minutes^power for time, value^power for a modulator
 * (NaN stays NaN). */
double export_weight(const vb_design_run *run, const export_ev *ev, size_t i);
/* Onset or duration in seconds. */
double export_seconds(const vb_design_run *run, double x);

/* The cut-off of the high-pass filter in s; INFINITY when there is none. */
double export_high_pass_s(const vb_design *design);

/* Families of response functions that other programs know. */
typedef enum export_basis {
    EXPORT_CANONICAL, /* double gamma, with derivatives when there are several functions */
    EXPORT_GAMMA,     /* one gamma density */
    EXPORT_GAMMA_SET,
    EXPORT_FIR,
    EXPORT_FOURIER,
    EXPORT_FOURIER_HANNING,
} export_basis;
export_basis export_basis_of(const vb_design *design);
/* Length in s of the sets (SPM's 32 s where the options say nothing). */
double export_basis_length_s(const vb_export_job *job);

/* VB_EINPUT when s, a path or name that is `what`, holds a control character. */
vb_status export_check_text(const char *s, const char *what, vb_error *err);
/* s within '...' of MATLAB, and within "..." of Tcl. */
void export_put_matlab(vb_buffer *out, const char *s);
void export_put_tcl(vb_buffer *out, const char *s);
/* s as a literal of Python, quotes included. */
void export_put_python(vb_buffer *out, const char *s);

/* "export/NAME/sub-L[/ses-S]". */
char *export_folder(const vb_export_job *job, const char *name, char out[],
                    size_t size);
/* One line a numeric row: n x n_cols, separated by tabs, all digits. */
void export_put_rows(vb_buffer *out, size_t n, size_t n_cols, const double x[]);
/* Checks what every exporter needs: finite onsets, durations and confounds, labels. */
vb_status export_check_job(const vb_export_job *job, vb_error *err);

/* The output at PATH, or VB_EINPUT saying that it is missing. */
vb_status export_need(const vb_outputs *outputs, const vb_output **found, vb_error *err,
                      const char *path_format, ...) VB_PRINTF(4, 5);

#endif
