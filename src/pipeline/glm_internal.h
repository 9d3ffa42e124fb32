/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_internal.h - steps of a run's fit, one file each. */
#ifndef VB_PIPELINE_GLM_INTERNAL_H
#define VB_PIPELINE_GLM_INTERNAL_H

#include "valuebold/glm_run.h"
#include "valuebold/json.h"

/* Values per item of parallel work over voxels: 32 KiB of doubles. */
enum { GLM_CHUNK = 4096 };

/* The header, and whether image and design belong together. */
vb_status glm_read_header(const vb_glm_job *job, vb_nifti_header *header,
                          vb_notes *notes, vb_error *err);

/* The design as the model takes it: with SPM's cosines or the constant that FSL's data
 * imply as further columns.  In arena. */
vb_status glm_model_make(const vb_design *design, size_t n_contrasts,
                         const vb_contrast contrasts[], size_t n_kept,
                         const double kept[], vb_arena *arena, vb_glm_model *model,
                         vb_error *err);
/* Rows [*n_kept x n_cols] of the job's F contrasts, in arena; kept_of [n_contrasts] is the first
 * of each, n_of how many: rows that are sums of others of their contrast are none. */
vb_status glm_kept_rows(const vb_glm_job *job, vb_arena *arena, size_t *n_kept,
                        double **kept, size_t kept_of[], size_t n_of[], vb_error *err);
/* What the columns of that model are for. */
typedef struct glm_roles {
    bool *is_drift, *is_baseline; /* [n_cols] */
} glm_roles;
vb_status glm_roles_of(const vb_design *design, size_t n_cols, vb_arena *arena,
                       glm_roles *roles, vb_error *err);
/* What is done about the noise being an estimate: never VB_SMALL_SAMPLE_AUTO. */
vb_small_sample glm_small_sample(const vb_glm_options *options);
/* True when the data have to go through FSL's line filter. */
bool glm_needs_line_filter(const vb_design *design);

/* mask [grid->n_vox]; *n_in counts it, from says where it comes from.  *global (may be NULL):
 * SPM's, where a pass over the image was made and it is to be scaled so; else untouched. */
vb_status glm_mask_make(const vb_nifti_header *grid, const char *brain_mask,
                        const vb_glm_options *options, uint8_t mask[], size_t *n_in,
                        char from[VB_PATH_MAX], double *global, vb_notes *notes,
                        vb_error *err);
/* True when that takes a pass over the image. */
bool glm_mask_is_from_image(const char *brain_mask, const vb_glm_options *options);
/* The brain mask that fMRIPrep writes beside an image; NULL: not an image of its names. */
const char *glm_brain_mask_of(const char *bold, char out[VB_PATH_MAX]);
/* nilearn's rule on a mean image [n_vox], which is smoothed and made finite. */
vb_status glm_mask_epi(const vb_nifti_header *grid, double mean[], uint8_t mask[],
                       vb_error *err);
/* Sums over the scans of all voxels, sum [n_vox], SPM's implicit mask spm [n_vox], and the mean
 * over the scans of SPM's global mean; any of them may be NULL. */
vb_status glm_mask_survey(const vb_nifti_header *grid, const vb_glm_options *options,
                          double sum[], uint8_t spm[], double *global, vb_error *err);

/* Reads the image once, adds its voxels to glm and fits them.  *slope and *inter are what is
 * left to scale.  To be zero but for what is given. */
typedef struct glm_feed {
    const vb_nifti_header *header;
    const vb_design *design;
    const vb_glm_options *options;
    const char *name;
    const uint8_t *mask;
    size_t n_in;
    vb_nifti_stream *stream;
    vb_glm *glm;           /* takes the sums; NULL: the series are kept */
    vb_glm_counts *counts; /* of glm */
    bool is_fitted;
    bool keeps_series; /* beside glm too */
    void *series; /* [n_in x n_scans], when glm is NULL or so; the caller's to free */
    size_t n_sample;
    const size_t
        *sample;   /* [n_sample] voxels of which the series is kept in any case */
    void *sampled; /* [n_sample x n_scans]; the caller's to free */
    vb_sample series_type;
    double *mean; /* [n_in] over the scans, of the scaled values; zeros before */
    double slope, inter;
} glm_feed;
/* Begins to read: what is done until glm_feed_run costs no time. */
vb_status glm_feed_open(glm_feed *feed, vb_error *err);
vb_status glm_feed_run(glm_feed *feed, vb_notes *notes, vb_error *err);
void glm_feed_close(glm_feed *feed);

/* Masked voxels of some volumes, [n_volumes x stride] values of so many bytes. */
typedef struct glm_rows {
    const char *values;
    size_t stride, n_volumes, first_volume, bytes;
} glm_rows;
/* Into feed->series, and of its sample into feed->sampled; both are made at first. */
vb_status glm_keep_series(glm_feed *feed, const glm_rows *rows, size_t n_threads,
                          vb_error *err);
vb_status glm_keep_sample(glm_feed *feed, const glm_rows *rows, vb_error *err);

/* Refuses to smooth the autocorrelation of a noise model that has none. */
vb_status glm_check_noise_fwhm(const vb_glm_options *options, vb_error *err);
/* rho [n_in]: the voxels' estimates from all scans, smoothed by noise_fwhm_mm. */
vb_status glm_smooth_rho(const glm_feed *feed, size_t n_threads, double rho[],
                         vb_error *err);

typedef struct glm_writer glm_writer;

/* ---- residuals ---- */

/* Which voxels' residuals are looked at: evenly spaced, in arena. */
vb_status glm_choose_sample(const vb_glm_options *options, size_t n_in, vb_arena *arena,
                            glm_feed *feed, vb_error *err);
/* Looks at the residuals of what feed has kept; notes the verdict. */
vb_status glm_look(const vb_glm_job *job, const vb_glm_options *options,
                   const glm_feed *feed, vb_glm_fit *fit, vb_notes *notes,
                   vb_error *err);
/* Their JSON and picture. */
vb_status glm_write_residuals(const vb_glm_fit *fit, const glm_writer *writer,
                              vb_outputs *outputs, vb_error *err);
/* The picture of the place's design with the contrasts beneath. */
vb_status glm_write_design(const glm_writer *writer, vb_outputs *outputs,
                           vb_error *err);
/* The residuals of a fit that has its values, 4D. */
vb_status glm_write_errorts(const vb_glm_fit *fit, const glm_writer *writer,
                            vb_outputs *outputs, vb_error *err);

/* The contrasts of the fit, and behind them those at the peak of each t contrast that has one:
 * *all [*n] in arena. */
vb_status glm_percent_contrasts(const vb_glm_job *job, const vb_glm_options *options,
                                vb_glm_fit *fit, vb_arena *arena, size_t *n,
                                const vb_contrast **all, vb_notes *notes,
                                vb_error *err);

/* slope * stored + inter of n values. */
void glm_to_float(vb_sample type, const void *stored, size_t n, double slope,
                  double inter, float out[]);
/* sum [n] += stored [n]. */
void glm_add_to(vb_sample type, const void *stored, size_t n, double sum[]);

/* ---- maps ---- */

/* A map to be written; values [n_in] of the mask. */
typedef struct glm_map {
    vb_stat stat;
    size_t contrast;  /* VB_NONE: of no contrast */
    size_t parameter; /* of VB_STAT_NOISE */
} glm_map;

typedef vb_status (*glm_values)(const void *source, const glm_map *map, double out[],
                                vb_error *err);

/* What maps of a run and of runs together have in common. */
struct glm_writer {
    const vb_nifti_header *grid;
    const uint8_t *mask;
    size_t n_in;
    size_t n_contrasts;
    const vb_contrast *contrasts;
    double df;
    const double *t_df;        /* [n_contrasts] where contrasts differ; NULL: df */
    const double *contrast_df; /* [n_contrasts] of F */
    const double *background;  /* [n_in] mean image; NULL: none */
    const char *mask_from;
    const vb_glm_counts *counts; /* NULL: several runs */
    size_t n_runs;
    const char *const *runs; /* [n_runs] names */
    const char *filter;
    const char *percent_rule;             /* of VB_STAT_PERCENT; NULL: none */
    const vb_residual_summary *residuals; /* NULL: none */
    const vb_series *pooled; /* a fit whose noise all voxels share; NULL: none */
    const double
        *scale; /* [n_runs] the data of the runs were multiplied by it; or NULL */
    glm_values values;
    const void *source;
    const vb_glm_options *options;
    const vb_glm_place *place;
};

/* Degrees of freedom of the error for a contrast; VB_NONE: of the model. */
double glm_df_of(const glm_writer *writer, size_t contrast);

vb_status glm_write_all(const glm_writer *writer, bool over_runs, vb_outputs *outputs,
                        vb_notes *notes, vb_error *err);
/* The maps of a run or of runs; returns how many, at most capacity. */
size_t glm_list_maps(size_t n_contrasts, const vb_contrast contrasts[],
                     const vb_glm_options *options, bool over_runs, size_t capacity,
                     glm_map maps[]);
/* "FOLDER/STEM_contrast-C_stat-t_statmap" */
void glm_map_name(const vb_glm_place *place, const vb_contrast contrasts[],
                  const char *noise, const glm_map *map, char out[VB_PATH_MAX]);
/* "FOLDER/STEM_contrast-C_" and last, e.g. "clusters.tsv" */
void glm_contrast_name(const vb_glm_place *place, const vb_contrast *contrast,
                       const char *last, char out[VB_PATH_MAX]);
const char *glm_stat_name(vb_stat stat);

/* The JSON beside a map. */
vb_status glm_put_sidecar(const glm_writer *writer, const glm_map *map, vb_buffer *out,
                          vb_error *err);
/* What every sidecar of glm says, into an open object. */
void glm_put_common(vb_json *j, const glm_writer *writer, size_t contrast);

/* Clusters (TSV, JSON) and picture of one contrast; value [n_in] its t or F map. */
vb_status glm_write_clusters(const glm_writer *writer, size_t contrast,
                             vb_outputs *outputs, vb_notes *notes, vb_error *err);

/* ---- runs together ---- */

struct vb_glm_effects {
    char *name;
    vb_nifti_header grid;
    uint8_t *mask; /* [n_vox] */
    size_t n_in, n_contrasts;
    double df;
    double *mean; /* [n_in] */
    /* [n_contrasts], those of the job; NULL where the run has it not.  A t contrast has one
     * row, an F contrast n_of. */
    size_t *n_of;
    double **effect;     /* [n_of x n_in] */
    double **covariance; /* [n_of (n_of + 1) / 2 x n_in] */
    double **voxel_df;   /* [n_in] of t; NULL for F */
    const vb_contrast *contrasts;
    const char *filter;
};

/* Voxels that all runs have: mask [n_vox], made; *n_in counts it. */
vb_status glm_common_mask(size_t n_runs, const vb_nifti_header *const grids[],
                          const uint8_t *const masks[], uint8_t **mask, size_t *n_in,
                          vb_error *err);
/* Voxels of a run's mask that are in common too. */
void glm_gather(size_t n_vox, const uint8_t run_mask[], const uint8_t common[],
                const double from[], double to[]);

/* Whether runs are fitted as one model. */
bool glm_is_joint(const vb_glm_options *options);
/* Whether the noise model has one covariance for all voxels. */
bool glm_is_pooled(const vb_glm_options *options);

/* The runs as one model; see glm_joint.h. */
vb_status glm_concatenate(size_t n_runs, const vb_glm_job jobs[],
                          const vb_glm_place places[], const vb_glm_place *together,
                          const vb_glm_options *options, vb_outputs *outputs,
                          vb_glm_summary *summary, vb_notes *notes, vb_error *err);
void glm_count(const vb_glm_fit *fit, vb_glm_summary *summary);

#endif
