/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_report.h - what is gathered over the runs of a study, and the parts that gather it. */
#ifndef VB_PIPELINE_ROI_REPORT_H
#define VB_PIPELINE_ROI_REPORT_H

#include "roi_internal.h"
#include "valuebold/peristimulus.h"
#include "valuebold/roi_study.h"

typedef enum roi_table {
    ROI_COVERAGE,
    ROI_GLM,
    ROI_PERI,
    ROI_SLOPES,
    ROI_PPI,
    ROI_CORRELATION,
    ROI_GROUP,
    ROI_MAPS,
    ROI_N_TABLES,
} roi_table;

/* What an effect is in. */
typedef enum roi_unit {
    ROI_SIGNAL,       /* of the image, per unit of the columns */
    ROI_PERCENT,      /* of the series' mean, at the peak of one event */
    ROI_PERCENT_UNIT, /* the same per unit of the modulator's signal */
    ROI_PERCENT_SD,   /* per standard deviation of it */
    ROI_N_UNITS,
    ROI_FISHER_Z = ROI_N_UNITS, /* atanh of a correlation */
} roi_unit;

const char *roi_unit_name(roi_unit unit);

typedef struct roi_effect {
    size_t subject, run; /* of the study; run VB_NONE: the subject's runs together */
    size_t region;       /* index into the report's names */
    size_t contrast;     /* of the study, or behind these an interaction with a seed */
    roi_unit unit;
    vb_region_estimate estimate;
} roi_effect;

/* An effect that is no contrast of the study: an interaction of a seed with an event, or the
 * partial correlation with a region (condition NULL). */
typedef struct roi_ppi {
    const char *seed, *condition, *name;
} roi_ppi;

struct vb_roi_report {
    const vb_study *study;
    const vb_roi_options *options;
    const vb_roi_analysis *analysis;
    const vb_provenance *provenance;
    double level;
    vb_arena *arena;
    vb_buffer table[ROI_N_TABLES];
    size_t n_regions, regions_capacity; /* names, in the order they were met */
    const char **regions;
    size_t n_effects, effects_capacity;
    roi_effect *effects;
    size_t n_ppi, ppi_capacity;
    roi_ppi *ppi;
    vb_outputs signals; /* desc-trials_events.tsv of all runs, made when first wanted */
    vb_peri **peri;     /* [n_peri x n_runs of the study], of the subject under way */
    const char **peri_region; /* names of their regions */
    size_t n_peri_regions;
    const vb_roi_set *set; /* of the last run */
};

/* Index of a region's name, which is added when it is new; VB_NONE: no memory. */
size_t roi_region_index(vb_roi_report *report, const char *name);

/* y [n_scans x n] and x [n_scans x *n_cols] of a run as a linear model takes them (SPM's cosines
 * as columns, FSL's filter applied); all in arena. */
vb_status roi_model_make(const vb_roi_report *report, size_t r,
                         const vb_roi_series *series, vb_arena *arena,
                         vb_region_model *model, double **y, vb_error *err);
/* The same less columns of design column c where drop[c]. */
vb_status roi_others_make(const vb_region_model *model, const bool drop[],
                          vb_arena *arena, size_t *n, double **others, vb_error *err);

vb_status roi_run_glm(vb_roi_report *report, size_t r, const vb_roi_series *series,
                      vb_notes *notes, vb_error *err);
vb_status roi_subject_glm(vb_roi_report *report, size_t s, vb_error *err);
vb_status roi_group(vb_roi_report *report, vb_notes *notes, vb_error *err);
vb_status roi_run_peri(vb_roi_report *report, size_t r, const vb_roi_series *series,
                       vb_notes *notes, vb_error *err);
/* Groups of one event of one run. */
typedef struct roi_groups {
    size_t n;
    size_t *group; /* [events] */
    const char **name;
} roi_groups;

/* None when there is no modulator, or no split is wanted. */
vb_status roi_peri_groups(const vb_roi_report *report, const vb_roi_peri *p, size_t r,
                          vb_arena *arena, roi_groups *groups, vb_error *err);
vb_status roi_subject_peri(vb_roi_report *report, size_t s, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err);
vb_status roi_run_trials(vb_roi_report *report, size_t r, const vb_roi_series *series,
                         vb_outputs *outputs, vb_notes *notes, vb_error *err);
vb_status roi_run_connect(vb_roi_report *report, size_t r, const vb_roi_series *series,
                          vb_outputs *outputs, vb_notes *notes, vb_error *err);
/* Interactions of one seed with the events of a run. */
vb_status roi_run_seed(vb_roi_report *report, size_t r, const vb_roi_series *series,
                       const char *name, const vb_roi_place *place,
                       const vb_region_model *base, const double y[],
                       vb_outputs *outputs, vb_error *err);
/* Index of such an effect behind the study's contrasts, which is added when it is new; VB_NONE:
 * no memory. */
size_t roi_ppi_index(vb_roi_report *report, const char *seed, const char *condition);
/* A row of the table of interactions. */
void roi_put_ppi(vb_roi_report *report, const vb_roi_who *who,
                 const roi_effect *effect);

/* Keeps an effect for runs together and tests over subjects. */
vb_status roi_keep_effect(vb_roi_report *report, const roi_effect *effect,
                          vb_error *err);
/* Name and rows of a contrast of the study or an interaction. */
const char *roi_effect_name(const vb_roi_report *report, size_t contrast);
size_t roi_effect_rows(const vb_roi_report *report, size_t contrast);

/* The JSON beside a run's table of trials. */
vb_status roi_write_trial_sidecar(const vb_roi_report *report,
                                  const vb_roi_place *place, vb_outputs *outputs,
                                  vb_error *err);
/* The plan's estimates of all voxels of run r as an image, and its JSON. */
vb_status roi_write_trial_maps(const vb_roi_report *report, size_t r,
                               const vb_trial_plan *plan, size_t n_trials,
                               vb_outputs *outputs, vb_notes *notes, vb_error *err);

/* Maps of glm under the names of place; check refuses a folder without any of the study. */
vb_status roi_study_maps(vb_roi_report *report, const vb_roi_set *set,
                         const vb_roi_place *place, vb_notes *notes, vb_error *err);
vb_status roi_study_maps_check(const vb_roi_report *report, vb_error *err);
/* Refuses a participants.tsv that does not have what the test needs. */
vb_status roi_group_check(const vb_roi_report *report, vb_error *err);

/* Event type of a name in a run; VB_NONE. */
size_t roi_event_find(const vb_study_run *run, const char *name);
/* Modulator of an event type; VB_NONE. */
size_t roi_modulator_find(const vb_study_event *event, const char *name);
/* "effect\tse\tlow\thigh\tstatistic\tdf1\tdf\tp" with a tab in front of each. */
void roi_put_estimate(vb_buffer *out, const vb_region_estimate *e);
extern const char roi_estimate_columns[];

#endif
