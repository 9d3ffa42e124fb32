/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The GLM on images: one run from its NIfTI file to maps, and runs together.
 *
 *     vb_glm_options_read   what the spec's glm section (or an option) says
 *     vb_glm_fit_run        design + image: the fitted voxels of one run
 *     vb_glm_write_run      its maps, still in memory (outputs.h)
 *     vb_glm_write_runs     fixed effects over several fits
 *     vb_study_glm_*        the same for the runs of a study
 */
#ifndef VALUEBOLD_GLM_RUN_H
#define VALUEBOLD_GLM_RUN_H

#include "valuebold/glm.h"
#include "valuebold/glm_series.h"
#include "valuebold/nifti.h"
#include "valuebold/percent_signal.h"
#include "valuebold/residuals.h"
#include "valuebold/study.h"
#include "valuebold/threshold.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what is wanted ---- */

typedef enum vb_glm_scaling {
    VB_GLM_SCALING_NONE,
    VB_GLM_SCALING_PERCENT, /* effects in percent of each voxel's mean over the run */
    VB_GLM_SCALING_GRAND_MEAN, /* so that the mean of all voxels and scans is 100 */
    VB_GLM_SCALING_SPM, /* so that the mean of SPM's global means of the scans is 100 */
} vb_glm_scaling;

typedef enum vb_glm_masking {
    VB_GLM_MASK_AUTO, /* fMRIPrep's brain mask where there is one, else EPI */
    VB_GLM_MASK_EPI, /* from the mean image, by the rule of nilearn's compute_epi_mask */
    VB_GLM_MASK_SPM,  /* above 0.8 of SPM's global mean in every scan */
    VB_GLM_MASK_NONE, /* every voxel */
    VB_GLM_MASK_FILE,
} vb_glm_masking;

typedef enum vb_glm_runs {
    VB_GLM_RUNS_PRECISION, /* weights 1 / variance */
    VB_GLM_RUNS_MEAN,
    VB_GLM_RUNS_NONE,        /* no map over runs */
    VB_GLM_RUNS_CONCATENATE, /* one model over all of them (glm_joint.h) */
    VB_GLM_RUNS_STACK,       /* the same with columns of each run's own, SPM's sessions:
                              a contrast is the mean over the runs that have it */
} vb_glm_runs;

/* Bit of a map in vb_glm_options.maps. */
#define VB_GLM_MAP(stat) (1u << (stat))

/* Texts are borrowed.  See vb_glm_options_default. */
typedef struct vb_glm_options {
    const char *noise;
    vb_small_sample small_sample;
    double noise_fwhm_mm; /* of the smoothing of rho (ar1 and its kin); 0: none */
    double fwhm_mm;       /* of the smoothing before the fit; 0: none */
    vb_glm_scaling scaling;
    vb_glm_masking masking;
    const char *mask_file;
    vb_glm_runs runs;
    unsigned maps;          /* of VB_GLM_MAP; which are written */
    size_t residual_voxels; /* whose residuals judge the noise model; 0: none */
    bool zero_outside;      /* 0 instead of NaN where there is no value */
    bool thresholded;
    vb_threshold threshold; /* of the cluster tables; level 0: usual one of the rule */
    size_t n_threads;       /* 0: 1 */
    /* called as volumes are read; may be NULL */
    void (*progress)(void *context, const char *what, size_t done, size_t total);
    void *progress_context;
} vb_glm_options;

VB_API void vb_glm_options_default(vb_glm_options *options);

/* The glm section of a parsed spec over what options holds; a mask file is looked for beside
 * the spec.  VB_EINPUT with line and column: what vb_spec_parse could not judge. */
VB_API vb_status vb_glm_options_read(const vb_spec *spec, vb_glm_options *options,
                                     vb_notes *notes, vb_error *err);
/* One key of that section (docs/spec.md) as text, e.g. from an option of the command line;
 * maps: with commas between them.  VB_EINPUT as vb_spec_value. */
VB_API vb_status vb_glm_options_set(vb_glm_options *options, const char *key,
                                    const char *text, vb_error *err);

/* ---- one run ---- */

/* Borrowed for the call; contrasts as long as the fit lives. */
typedef struct vb_glm_job {
    const char *name;        /* "sub-01 run 1", for messages and progress */
    const char *bold;        /* file */
    const vb_design *design; /* of one run */
    size_t n_contrasts;
    const vb_contrast *contrasts;
    const bool *left_out; /* [n_contrasts] contrasts this run cannot have; NULL: none */
    const char *brain_mask; /* file VB_GLM_MASK_AUTO takes; NULL: none */
    bool share_events; /* of runs as one model all events and modulators are shared, not
                               only columns that contrasts name */

    /* For VB_STAT_PERCENT: what the design was built from (NULL: the height of a column is its
     * range), and what a weight of each column is in units of its signal (NULL: 1). */
    const vb_design_run *input;
    const vb_design_options *design_options;
    const double *per_unit; /* [design->n_cols] */

    /* For runs together: F contrasts keep the effects of their rows (vb_glm_kept), or these
     * weights [n_kept x design->n_cols] are kept and there are no contrasts. */
    bool keeps_rows;
    size_t n_kept;
    const double *kept;
} vb_glm_job;

/* A fitted run.  Voxels of the mask in file order; read-only. */
typedef struct vb_glm_fit {
    vb_nifti_header grid; /* of the image */
    uint8_t *mask;        /* [grid.n_vox] */
    size_t n_in;          /* voxels of the mask */
    char mask_from[VB_PATH_MAX];
    double *mean;   /* [n_in] over scans, before any scaling */
    double global;  /* SPM's global mean over the scans; NaN: nobody looked */
    double *factor; /* [n_in] the data were multiplied by it; NULL: 1 */
    size_t n_contrasts;
    vb_contrast *contrasts; /* those of the job that are not left out */
    size_t *which;          /* [n_contrasts] their place in the job */
    size_t
        *percent; /* [n_contrasts] contrasts of the plan at the peak; VB_NONE: none */
    const char *percent_rule;      /* how the peak's height was found */
    vb_residual_summary residuals; /* n_voxels 0: nobody looked */
    double *ljung_box;             /* [n_in] when asked for */
    void *values;                  /* series as they were stored, when residuals are */
    vb_sample type;
    double slope, inter; /* of these */
    double tr_s;         /* NaN: unknown */
    vb_glm_plan
        *plan;   /* under a model of glm_series.h that of ols: rank and contrasts */
    vb_glm *glm; /* NULL under a model of glm_series.h */
    vb_series_plan *series_plan;
    vb_series *series;
    double df;
    vb_glm_counts counts;
    size_t n_scans, n_cols; /* of the model, with what was added to the design */
    const char *filter;     /* what was done to the data besides; NULL: nothing */
} vb_glm_fit;

/*
 * Fits one run in one pass over its image (two when the mask is made from the image).
 * Memory: the sums of the voxels in the mask, whatever the number of volumes; under FSL's
 * high-pass, which data and design both go through, also the masked series as float; under a
 * noise model of glm_series.h the masked series as it is stored.
 *
 * VB_EINPUT: no 4D image, as many volumes as the design has scans is demanded, a mask on
 * another grid; VB_EESTIMATE: no degrees of freedom, an empty mask, no voxel that varies.
 * Noted: glm-nonfinite, glm-constant (voxels left out), glm-percent, glm-short-tr.
 */
VB_API vb_status vb_glm_fit_run(const vb_glm_job *job, const vb_glm_options *options,
                                vb_glm_fit **fit, vb_notes *notes, vb_error *err);
VB_API void vb_glm_fit_free(vb_glm_fit *fit); /* NULL is fine */

/* A map, out [n_in], in the units after scaling; as vb_glm_map. */
VB_API vb_status vb_glm_fit_map(const vb_glm_fit *fit, vb_stat stat, size_t contrast,
                                double out[], vb_error *err);

/* ---- maps as files ---- */

/* Where the files go and what their sidecars say besides. */
typedef struct vb_glm_place {
    const char *folder; /* below the output folder; "" or "sub-01" */
    const char *stem;   /* "sub-01_task-effort_run-1" */
    const vb_provenance *provenance;
    const vb_study *study; /* NULL: plain files */
    const vb_study_run *run;
    const char *design_file; /* plain files; may be NULL */
    const vb_design *design; /* for the picture of design and contrasts; NULL: none */
} vb_glm_place;

/* Maps, mask, cluster tables and pictures of a fit. */
VB_API vb_status vb_glm_write_run(const vb_glm_fit *fit, const vb_glm_options *options,
                                  const vb_glm_place *place, vb_outputs *outputs,
                                  vb_notes *notes, vb_error *err);

/* What fixed effects need of a run once its fit is gone. */
typedef struct vb_glm_effects vb_glm_effects;

/* The job is the fit's, with keeps_rows. */
VB_API vb_status vb_glm_effects_take(const vb_glm_fit *fit, const vb_glm_job *job,
                                     vb_glm_effects **effects, vb_error *err);
VB_API void vb_glm_effects_free(vb_glm_effects *effects); /* NULL is fine */

/* Fixed effects over runs, voxels that every run has; each contrast over the runs that have it
 * (noted, glm-runs-missing, when these are not all).  VB_EINPUT: images on different grids. */
VB_API vb_status vb_glm_write_runs(size_t n_runs, vb_glm_effects *const runs[],
                                   const vb_glm_options *options,
                                   const vb_glm_place *place, vb_outputs *outputs,
                                   vb_notes *notes, vb_error *err);

/*
 * Fits runs one after another, writes the maps of each to its place and, as options->runs says,
 * those of all to together (NULL: one run, or VB_GLM_RUNS_NONE).  Under
 * VB_GLM_RUNS_CONCATENATE and VB_GLM_RUNS_STACK a run has maps of its noise only, and none
 * where the noise model has one covariance for all voxels.
 */
typedef struct vb_glm_summary {
    size_t n_runs, n_volumes, n_voxels;
    vb_glm_counts counts; /* of all runs */
} vb_glm_summary;

VB_API vb_status vb_glm_fit_runs(size_t n_runs, const vb_glm_job jobs[],
                                 const vb_glm_place places[],
                                 const vb_glm_place *together,
                                 const vb_glm_options *options, vb_outputs *outputs,
                                 vb_glm_summary *summary, vb_notes *notes,
                                 vb_error *err);
/* Names of all files of vb_glm_fit_runs, as vb_glm_plan_names. */
VB_API vb_status vb_glm_plan_runs(size_t n_runs, const vb_glm_job jobs[],
                                  const vb_glm_place places[],
                                  const vb_glm_place *together,
                                  const vb_glm_options *options, vb_outputs *outputs,
                                  vb_error *err);

/* Empty files of all names a run (over_runs false) or runs together will have, to be held
 * against what is there before the work begins. */
VB_API vb_status vb_glm_plan_names(size_t n_contrasts, const vb_contrast contrasts[],
                                   const bool left_out[], const vb_glm_options *options,
                                   const vb_glm_place *place, bool over_runs,
                                   vb_outputs *outputs, vb_error *err);

/* ---- a study ---- */

/* Judges images and numbers of scans of all selected runs, without reading voxels, and
 * lists in outputs the names of the files to come. */
VB_API vb_status vb_study_glm_check(const vb_study *study,
                                    const vb_glm_options *options,
                                    const vb_provenance *provenance,
                                    vb_outputs *outputs, vb_notes *notes,
                                    vb_error *err);

/* Fits the runs of subject s and writes its maps into outputs. */
VB_API vb_status vb_study_glm_subject(const vb_study *study, size_t s,
                                      const vb_glm_options *options,
                                      const vb_provenance *provenance,
                                      vb_outputs *outputs, vb_glm_summary *summary,
                                      vb_notes *notes, vb_error *err);

/* A design.tsv as a design: its columns are contrasts' names.  VB_EINPUT: no rows, cells
 * that are no numbers or missing, with their line. */
VB_API vb_status vb_design_from_table(const vb_table *table, double tr_s,
                                      vb_design **design, vb_notes *notes,
                                      vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
