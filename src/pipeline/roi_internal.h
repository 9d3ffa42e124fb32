/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_internal.h - steps from regions as written to tables, one file each. */
#ifndef VB_PIPELINE_ROI_INTERNAL_H
#define VB_PIPELINE_ROI_INTERNAL_H

#include "valuebold/roi_run.h"

/* Images of masks and atlases; the last one is kept. */
typedef struct roi_images {
    const vb_nifti_header *target; /* whose grid the regions are wanted on */
    vb_roi_space target_space;
    vb_notes *notes;
    vb_arena *arena;
    char path[VB_PATH_MAX]; /* of the image that is loaded; "": none */
    vb_nifti_header header;
    vb_volume volume;
    void *values;
    double label; /* that was looked up last */
} roi_images;

/* A vb_region_get; context is a roi_images. */
vb_status roi_images_get(void *context, const vb_region_node *node,
                         vb_region_source *source, vb_error *err);
void roi_images_free(roi_images *images);

/* All labels of an atlas: ascending values and their names, in the arena. */
vb_status roi_labels_all(roi_images *images, const vb_region_node *node, size_t *n,
                         double **labels, const char ***names, vb_error *err);
/* The value of one label, by name or number. */
vb_status roi_label_find(const vb_region_node *node, vb_arena *arena, vb_notes *notes,
                         double *label, vb_error *err);
/* Loads node's image when it is not the one in memory. */
vb_status roi_images_load(roi_images *images, const vb_region_node *node,
                          vb_error *err);

/* Takes out of y [n_scans x n_series] what the options say; *n_out is the rank. */
vb_status roi_process(const vb_roi_job *job, const vb_roi_options *options, double tr_s,
                      size_t n_scans, size_t n_series, double y[], size_t *n_out,
                      vb_error *err);
/* FSL's high-pass of a design on y [n_scans x n_series]; the means stay. */
vb_status roi_filter_lines(const vb_design *design, double tr_s, size_t n_scans,
                           size_t n_series, double y[], vb_arena *arena, vb_error *err);
/* AR(1) coefficients of series y [n_scans x n_series] under the design. */
vb_status roi_find_rho(const vb_roi_job *job, const vb_roi_options *options,
                       double tr_s, size_t n_scans, size_t n_series, const double y[],
                       double rho[], vb_error *err);

/* Mean position of voxels in mm; NaN when there is none. */
void roi_centre_mm(const vb_grid *grid, size_t n, const size_t voxel[], double mm[3]);
void roi_voxel_mm(const vb_grid *grid, size_t voxel, double mm[3]);

/* participant_id, session, task, run: those that are known, with a tab behind each. */
void roi_put_who_names(const vb_roi_who *who, vb_buffer *out);
void roi_put_who(const vb_roi_who *who, vb_buffer *out);
/* What a region is: definition, source, coordinates; into an open object. */
void roi_put_definition(vb_json *j, const vb_roi_set *set, size_t r);

#endif
