/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the signal does around events: finite impulse responses with standard errors, split by
 * a modulator, its effect over peri-stimulus time, and event-locked averages.
 *
 *     vb_peri_split_*   events into groups
 *     vb_peri_fit       curves of one run by a linear model
 *     vb_peri_average   curves of one run by averaging, upsampled
 *     vb_peri_combine   runs together
 *     vb_peri_put       rows of a table; figure_peri.h draws them
 */
#ifndef VALUEBOLD_PERISTIMULUS_H
#define VALUEBOLD_PERISTIMULUS_H

#include "valuebold/arena.h"
#include "valuebold/buffer.h"
#include "valuebold/region_glm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- groups of events ---- */

/* group[i] is 0 .. n_groups - 1 by equal shares of the ranks of signal [n] (ties stay
 * together, in the lower group); VB_NONE where the signal is missing.  limits [n_groups - 1]
 * (may be NULL): the largest value of each group but the last.  VB_EESTIMATE when a group
 * stays empty. */
VB_API vb_status vb_peri_split_quantiles(size_t n, const double signal[],
                                         size_t n_groups, size_t group[],
                                         double limits[], vb_error *err);
/* By value: levels [at most most] gets the distinct values in ascending order.  VB_EINPUT
 * when there are more. */
VB_API vb_status vb_peri_split_levels(size_t n, const double signal[], size_t most,
                                      size_t group[], double levels[], size_t *n_levels,
                                      vb_error *err);

/* ---- what is asked ---- */

typedef enum vb_peri_shape {
    VB_PERI_FIR, /* boxes: scans in [t, t + step) after an event count for t + step/2 */
    VB_PERI_TENT, /* straight lines between values at t, t + step ... */
} vb_peri_shape;

/* Borrowed for the call. */
typedef struct vb_peri_job {
    const char *event; /* name, for rows and pictures */
    size_t n_events;
    const double *onset_s;
    const size_t *group; /* [n_events], VB_NONE: modelled, but no curve of the result;
                            NULL: all are of one group */
    size_t n_groups;     /* 0 with group NULL */
    const char *const *group_names; /* [n_groups]; NULL with group NULL */
    /* Curve of the effect of a modulator, per unit, beside those of the groups: weights
     * [n_events], centred over their mean here, missing ones 0.  NULL: none. */
    const double *modulator;
    const char *modulator_name;

    double from_s, to_s; /* window about the onset, e.g. -4 to 20 */
    double step_s;       /* 0: the repetition time (averages: a quarter of it) */
    vb_peri_shape shape;

    size_t n_scans;
    double tr_s, sample_s; /* scan s is at s tr_s + sample_s */
    size_t n_others;      /* the model's other columns: other events, drift, constant */
    const double *others; /* [n_scans x n_others] */
    const char *noise;    /* NULL: "ar1" */
    vb_small_sample small_sample;
    double level; /* of intervals; 0: 0.95 */
    /* averages: taken off each event's curve is its mean over from .. to seconds; NaN: none */
    double baseline_from_s, baseline_to_s;
} vb_peri_job;

/* ---- curves ---- */

typedef enum vb_peri_kind { VB_PERI_RESPONSE, VB_PERI_AVERAGE } vb_peri_kind;

typedef struct vb_peri {
    vb_arena *arena;
    vb_peri_kind kind;
    const char *event;
    size_t n_regions, n_curves, n_times;
    double *time_s;     /* [n_times] after the onset */
    const char **curve; /* [n_curves] group names; the modulator's last */
    bool *is_slope;     /* [n_curves] true: per unit of the modulator */
    size_t *n_events;   /* [n_curves] that reach into the run */
    double *mean;       /* [n_regions] of the series */
    double level;
    vb_region_estimate *at; /* [n_regions x n_curves x n_times] */
} vb_peri;

/*
 * Curves of y [n_scans x n_regions] by least squares under the noise model: one column for each
 * time of each curve beside the other columns.  Times no event reaches are NaN; times that
 * cannot be told from other columns are NaN and *n_aliased (may be NULL) counts them.
 * VB_EESTIMATE: none can be estimated (regular events whose window covers the run add up to the
 * constant: make it shorter), or no degrees of freedom are left; VB_EUSAGE: a window without
 * times.
 */
VB_API vb_status vb_peri_fit(const vb_peri_job *job, size_t n_regions, const double y[],
                             vb_peri **peri, size_t *n_aliased, vb_error *err);

/*
 * Means over events of the series, on a grid of step_s by cubic splines between scans; standard
 * errors from the scatter of events, df = events - 1; a modulator's curve is the slope over
 * events.  What the other columns make of the series, estimated by least squares beside the
 * curves of vb_peri_fit, is taken off but for its mean.  Overlapping responses are not told
 * apart: that is what vb_peri_fit is for.
 * VB_EESTIMATE: the other columns cannot be told from the curves.
 */
VB_API vb_status vb_peri_average(const vb_peri_job *job, size_t n_regions,
                                 const double y[], vb_peri **peri, vb_error *err);

/* Curves of several runs of one job, by precision; times missing in a run count in the
 * others.  VB_EUSAGE: runs with other regions, curves or times. */
VB_API vb_status vb_peri_combine(size_t n_runs, const vb_peri *const runs[],
                                 vb_peri **peri, vb_error *err);
VB_API void vb_peri_free(vb_peri *peri); /* NULL is fine */

/* All effects in percent of each region's mean. */
VB_API void vb_peri_percent(vb_peri *peri);

/* Tab-separated rows, with a header when header is true: region, event, curve, time_s,
 * n_events, effect, se, low, high, t, df, p. */
VB_API void vb_peri_put(const vb_peri *peri, const char *const regions[], bool header,
                        vb_buffer *out);

#ifdef __cplusplus
}
#endif
#endif
