/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Percent signal change, per event and per unit and standard deviation of a modulator.
 *
 *     percent = 100 * effect * height / mean of the series over the run
 *
 * An effect is per unit of its column; how high that column stands for one event depends on
 * response function, duration and package.  The height is therefore part of the result, with
 * the rule it was made by (after Mumford 2007, "A guide to calculating percent change with
 * featquery", and Pernet 2014, Front Neurosci 8:1).
 */
#ifndef VALUEBOLD_PERCENT_SIGNAL_H
#define VALUEBOLD_PERCENT_SIGNAL_H

#include "valuebold/region_glm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_peak_rule {
    VB_PEAK_EVENT, /* "event": peak of the column's response to one event by itself, of the
                      median duration, on a grid of at most 0.1 s */
    VB_PEAK_COLUMN, /* "column": largest minus smallest value of the column (FSL) */
    VB_PEAK_UNIT,   /* "unit": 1; the effect as it is, of boxes the plateau */
} vb_peak_rule;

/* Rules for help and docs; NULL past the last. */
VB_API const char *vb_peak_rule_name(size_t i);
VB_API const char *vb_peak_rule_meaning(size_t i);

/*
 * Height of every column of a design of one run, height [design->n_cols].
 *   run, options  what the design was built from (its convention is followed: the isolated
 *                 event is built by vb_design_build with the same options)
 *   duration_s    [run->n_events] duration of the event meant; NULL: the median of each event
 * NaN for columns that have no height: confounds, drift, constants, further basis functions,
 * powers above 1.
 */
VB_API vb_status vb_peak_heights(vb_peak_rule rule, const vb_design *design,
                                 const vb_design_run *run,
                                 const vb_design_options *options,
                                 const double duration_s[], double height[],
                                 vb_error *err);

/*
 * Weights of the contrast whose effect is that of contrast (1 row) at the peak: weight of
 * column j times height[j] times scale[j].  scale [n_cols] (NULL: 1) turns weights of a
 * modulator into what one wants to speak of: 1 / divided of its record is per unit of the
 * signal, its sd per standard deviation.
 * out [n_cols].  False, and out untouched, when a column the contrast needs has no height or
 * scale (NaN), or when it has several rows.
 */
VB_API bool vb_peak_weights(size_t n_cols, const double height[], const double scale[],
                            const vb_contrast *contrast, double out[]);

/* Effect, standard error and interval in percent of mean; NaN where mean is not above 0.
 * t, df and p stay as they are. */
VB_API void vb_region_percent(double mean, vb_region_estimate *estimate);

#ifdef __cplusplus
}
#endif
#endif
