/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions of a whole study: series, models, time courses, single trials and connectivity of every
 * run, and long tables of all of them.
 *
 *     vb_roi_report_alloc      what is wanted
 *     vb_roi_report_run        a run's series into its files and the tables
 *     vb_roi_report_subject    when a subject's runs are through: its runs together
 *     vb_roi_report_finish     the tables of all, tests over subjects
 */
#ifndef VALUEBOLD_ROI_STUDY_H
#define VALUEBOLD_ROI_STUDY_H

#include "valuebold/glm_run.h"
#include "valuebold/percent_signal.h"
#include "valuebold/region_group.h"
#include "valuebold/roi_run.h"
#include "valuebold/single_trial.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Time courses about one event: EVENT, EVENT*MODULATOR. */
typedef struct vb_roi_peri {
    const char *event, *modulator; /* modulator NULL: none */
} vb_roi_peri;

/* Borrowed as long as the report lives. */
typedef struct vb_roi_analysis {
    bool without_glm;          /* contrasts of the study are not fitted */
    const vb_glm_options *glm; /* noise, small_sample, runs */
    vb_peak_rule peak;         /* of percent signal change */
    double level;              /* of intervals; 0: 0.95 */

    size_t n_peri;
    const vb_roi_peri *peri;
    double from_s, to_s; /* window of the time courses */
    size_t n_split;      /* groups of events by a modulator: 0 levels, 1 none */
    bool average;        /* event-locked averages instead of the linear model */

    size_t n_trial_events; /* single trials of these events, in one model */
    const char *const *trial_events;
    vb_trial_method trial_method;
    bool whole_trials; /* one response from a trial's first onset to its last end */
    bool trial_maps; /* and an image of the estimates of all voxels, a volume a trial */
    vb_slope_method slope;

    size_t n_seeds; /* regions whose interactions with the events are looked at */
    const char *const *seeds;
    bool correlation; /* partial correlations of the residual series */

    const char *glm_maps;     /* output folder of glm on the same study; NULL: none */
    vb_group_test group_test; /* over subjects, from three on */
    const char *group_column; /* of participants.tsv, of two-group and covariate */
    const vb_table *participants;
    uint64_t seed;
} vb_roi_analysis;

VB_API void vb_roi_analysis_default(vb_roi_analysis *analysis);

typedef struct vb_roi_report vb_roi_report;

/* study, options, analysis and provenance are kept by reference.  VB_EUSAGE: an event,
 * modulator or column that is not there, with what there is. */
VB_API vb_status vb_roi_report_alloc(const vb_study *study,
                                     const vb_roi_options *options,
                                     const vb_roi_analysis *analysis,
                                     const vb_provenance *provenance,
                                     vb_roi_report **report, vb_error *err);
VB_API void vb_roi_report_free(vb_roi_report *report); /* NULL is fine */

/* Run r of the study, whose series these are.  All runs have the same regions (noted:
 * roi-regions-differ when they do not: they go by their names). */
VB_API vb_status vb_roi_report_run(vb_roi_report *report, size_t r,
                                   const vb_roi_series *series, vb_outputs *outputs,
                                   vb_notes *notes, vb_error *err);
VB_API vb_status vb_roi_report_subject(vb_roi_report *report, size_t s,
                                       vb_outputs *outputs, vb_notes *notes,
                                       vb_error *err);
VB_API vb_status vb_roi_report_finish(vb_roi_report *report, vb_outputs *outputs,
                                      vb_notes *notes, vb_error *err);

/* Adds the names of the files vb_roi_report_finish will make. */
VB_API vb_status vb_roi_report_names(const vb_roi_report *report, vb_outputs *outputs,
                                     vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
