/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regions of images: from a list of regions and NIfTI files to series and tables.
 *
 *     vb_roi_set_make      the voxels of the regions on the grid of an image
 *     vb_roi_extract_run   their series in one run, one pass over the image
 *     vb_roi_map_read      what they hold of a statistical map
 *     vb_roi_write_*       tables and sidecars, still in memory (outputs.h)
 */
#ifndef VALUEBOLD_ROI_RUN_H
#define VALUEBOLD_ROI_RUN_H

#include "valuebold/json.h"
#include "valuebold/nifti.h"
#include "valuebold/region_series.h"
#include "valuebold/region_spec.h"
#include "valuebold/study.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- regions on a grid ---- */

typedef struct vb_roi {
    const char *name, *text;    /* column, and as it was written */
    const vb_region_node *node; /* of an atlas without a label: of all its regions */
    const char *label;          /* of such a region; NULL */
} vb_roi;

typedef struct vb_roi_set {
    vb_arena *arena;
    vb_grid grid;
    const char *space; /* of the image, with what says so */
    size_t n;
    vb_roi *rois;       /* [n] */
    vb_region *regions; /* [n] */
} vb_roi_set;

/*
 * The space of an image: its BIDS entity space-LABEL, else the code of the form that is used
 * (4: MNI152, 3: Talairach).  Writes a phrase that says which and why to out.
 */
typedef enum vb_roi_space {
    VB_ROI_SPACE_MNI,
    VB_ROI_SPACE_OTHER,
    VB_ROI_SPACE_UNKNOWN,
} vb_roi_space;
VB_API vb_roi_space vb_roi_space_of(const vb_nifti_header *image, char out[],
                                    size_t size);

/*
 * The voxels of specs on the grid of image.  Masks and atlases are read here, and resampled by
 * the affines.
 * VB_EINPUT, the region named: a preset on an image that is not in MNI space or says not
 * (unless space_is_mni), a region outside the field of view or between the voxels, an image
 * that is damaged, has several volumes, not the label, labels that are not whole, two
 * regions of one name.
 * Noted: roi-coverage (part of it is outside), roi-label (labels of an atlas that are not
 * there), mask-nonfinite, mask-values, roi-space.
 */
VB_API vb_status vb_roi_set_make(const vb_region_specs *specs,
                                 const vb_nifti_header *image, bool space_is_mni,
                                 vb_roi_set **set, vb_notes *notes, vb_error *err);
VB_API void vb_roi_set_free(vb_roi_set *set); /* NULL is fine */
/* True when the set was made for this grid and space. */
VB_API bool vb_roi_set_fits(const vb_roi_set *set, const vb_nifti_header *image);

/* Regions of a table with columns name, x, y, z, radius (mm), each a sphere.  VB_EINPUT with
 * the line. */
VB_API vb_status vb_roi_specs_from_table(const vb_table *table, vb_region_specs *specs,
                                         vb_error *err);

/* ---- series ---- */

typedef enum vb_roi_statistic {
    VB_ROI_MEAN,
    VB_ROI_MEDIAN,
    VB_ROI_WEIGHTED,
    VB_ROI_EIGENVARIATE,
    VB_ROI_N_STATISTICS,
} vb_roi_statistic;

/* "mean", "median", "weighted_mean", "eigenvariate"; NULL past the last. */
VB_API const char *vb_roi_statistic_name(size_t i);

typedef struct vb_roi_options {
    bool space_is_mni;
    unsigned statistics; /* bit 1 << vb_roi_statistic */
    const char
        *mask; /* file, "auto" (fMRIPrep's brain mask where there is one), "none" */
    /* what is taken out of the series: "none", "drift", "confounds" (drift as well), "all"
     * (every column), or names of columns with commas, * and ? allowed */
    const char *adjust;
    double high_pass_s; /* cosines up to this period are taken out as well; NaN: none */
    bool write_regions; /* see vb_roi_write_regions */
    bool whiten;        /* by the AR(1) coefficient of each region's mean series */
    size_t keep_bytes;  /* most that voxels' series may take; 0: 96 MiB */
    void (*progress)(void *context, const char *what, size_t done, size_t total);
    void *progress_context;
} vb_roi_options;

VB_API void vb_roi_options_default(vb_roi_options *options);
/* "mean,median" into statistics.  VB_EUSAGE with what there is. */
VB_API vb_status vb_roi_statistics_read(const char *list, unsigned *statistics,
                                        vb_error *err);

/* One run; borrowed for the call. */
typedef struct vb_roi_job {
    const char *name; /* for messages */
    const char *bold;
    const char *brain_mask;  /* file mask "auto" takes; NULL: none */
    const vb_design *design; /* of this run; NULL: none */
    double tr_s;             /* NaN: the header's */
} vb_roi_job;

/* Series of all regions of a run. */
typedef struct vb_roi_series {
    vb_nifti_header image;
    const vb_roi_set *set; /* borrowed */
    double tr_s;           /* NaN: nobody says */
    size_t n_scans, n_out; /* n_out: columns taken out, by rank */
    vb_region_extract *extract;
    /* [n_scans x set->n] as asked for, processed; NULL where not asked */
    double *series[VB_ROI_N_STATISTICS];
    double *raw;   /* [n_scans x set->n] mean, unprocessed */
    double *share; /* [set->n] variance the eigenvariate has; NaN */
    double *rho;   /* [set->n] of the whitening; NaN */
    char mask_from[VB_PATH_MAX];
} vb_roi_series;

/*
 * Reads one run.  set must fit its image.
 * VB_EINPUT: no 4D image, another number of volumes than the design has scans, a mask on
 * another grid, an empty mask; VB_EESTIMATE: no region has a voxel with signal; VB_ENOMEM: the
 * eigenvariate's voxels do not fit into keep_bytes.
 * Noted: roi-no-signal (voxels left out; a region without any is n/a).
 */
VB_API vb_status vb_roi_extract_run(const vb_roi_job *job, const vb_roi_set *set,
                                    const vb_roi_options *options,
                                    vb_roi_series **series, vb_notes *notes,
                                    vb_error *err);
VB_API void vb_roi_series_free(vb_roi_series *series); /* NULL is fine */

/* ---- statistical maps ---- */

/* A map in one region: over its voxels that are finite there. */
typedef struct vb_roi_value {
    size_t n_voxels, n_used;
    double mean, median, weighted;
    double peak, peak_mm[3];     /* largest */
    double lowest, lowest_mm[3]; /* smallest */
} vb_roi_value;

/* values [set->n].  VB_EINPUT: several volumes, another grid than the set's. */
VB_API vb_status vb_roi_map_read(const vb_nifti_header *map, const vb_roi_set *set,
                                 vb_roi_value values[], vb_notes *notes, vb_error *err);

/* ---- tables ---- */

/* Whose run a row is of; NULL where it does not apply. */
typedef struct vb_roi_who {
    const char *participant, *session, *task, *run;
    const char *folder, *stem; /* of its files */
    const vb_provenance *provenance;
    const vb_study *study; /* with its run: sidecars have inputs and counts; NULL */
    const vb_study_run *of;
} vb_roi_who;

/* FOLDER/STEM_roits.tsv and .json (BIDS timeseries style), FOLDER/STEM_roi.tsv and .json. */
VB_API vb_status vb_roi_write_series(const vb_roi_series *series,
                                     const vb_roi_options *options,
                                     const vb_roi_who *who, vb_outputs *outputs,
                                     vb_error *err);

/* FOLDER/STEM_desc-regions_dseg.nii.gz with .tsv (index, name) and .json: the regions as labels on
 * the grid of image, and _mosaic.png: on its first volume. */
VB_API vb_status vb_roi_write_regions(const vb_roi_set *set,
                                      const vb_nifti_header *image,
                                      const vb_roi_who *who, vb_outputs *outputs,
                                      vb_notes *notes, vb_error *err);

/* Rows of the coverage table of a run behind those that table has (with a header when it is
 * empty); `who` as columns in front when it has a participant. */
VB_API vb_status vb_roi_put_coverage(const vb_roi_series *series, const vb_roi_who *who,
                                     vb_buffer *table, vb_error *err);
/* The same of a map. */
VB_API vb_status vb_roi_put_values(const vb_roi_set *set, const vb_roi_value values[],
                                   const char *map, const vb_roi_who *who,
                                   vb_buffer *table, vb_error *err);

/* Contrasts of a design on the mean series: rows region, contrast, unit, effect ... as of
 * docs/file-formats.md, behind those that table has.  noise NULL: ar1.  Errors as vb_region_glm. */
VB_API vb_status vb_roi_put_models(const vb_roi_series *series, const vb_design *design,
                                   size_t n_contrasts, const vb_contrast contrasts[],
                                   const char *noise, double level, vb_buffer *table,
                                   vb_error *err);

/* ---- a study ---- */

/* What a run of the study has to do with regions. */
typedef struct vb_roi_place {
    vb_roi_who who;
    vb_roi_job job;
    char folder[512], stem[512], brain_mask[VB_PATH_MAX];
} vb_roi_place;

/* Fills place for run r of the study; together: for all runs of its subject (no job).
 * VB_EINPUT: the run has no image. */
VB_API vb_status vb_study_roi_place(const vb_study *study, size_t r, bool together,
                                    const vb_provenance *provenance,
                                    vb_roi_place *place, vb_error *err);

/* Judges images, regions and names of all selected runs without reading the images' voxels:
 * names [outputs] of the files to come. */
VB_API vb_status vb_study_roi_check(const vb_study *study, const vb_region_specs *specs,
                                    const vb_roi_options *options,
                                    const vb_provenance *provenance,
                                    vb_outputs *outputs, vb_notes *notes,
                                    vb_error *err);

/* The presets as a table of text for people, or JSON. */
VB_API void vb_roi_list_text(vb_buffer *out);
VB_API void vb_roi_list_json(vb_json *j);

#ifdef __cplusplus
}
#endif
#endif
