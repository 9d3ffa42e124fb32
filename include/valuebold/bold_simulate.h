/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BOLD images with effects one knows: a brain-shaped ellipsoid on an MNI-like grid, effects in
 * spheres that follow the trials of a study, and AR(1) or ARMA(1,1) noise in every voxel,
 * smooth in space where that is asked for.
 *
 *     y(v, s) = mean (1 + texture(v)) + sum over effects at v of size * course(s) + e(v, s)
 *     course(s) = sum over events i of weight_i  int_0^duration_i h(t_s - onset_i - u) du
 *
 * h is the SPM response of area 1, summed at each onset in steps of 20 ms: nothing of the
 * design's convolution is used, so that the two can be held against each other.
 */
#ifndef VALUEBOLD_BOLD_SIMULATE_H
#define VALUEBOLD_BOLD_SIMULATE_H

#include "valuebold/study.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_bold_effect {
    const char *name;
    double centre_mm[3], radius_mm;
    const char *column; /* EVENT or EVENT*SIGNAL of the spec */
    double size; /* of the signal per unit of that column, in units of the image */
    size_t line, at;
} vb_bold_effect;

typedef struct vb_bold_plan {
    vb_arena *arena;
    const char *file;
    const char *spec_file, *data; /* relative to the plan's folder */
    uint64_t seed;
    size_t n_participants, n_runs; /* 0: all there are */
    const char **participants, **runs;
    double tr_s, voxel_mm, mean;
    double noise_sd, rho, ma; /* e_t = rho e_{t-1} + n_t + ma n_{t-1}; sd of e */
    double noise_fwhm_mm;     /* smoothness of e in space; 0: each voxel by itself */
    size_t n_effects;
    vb_bold_effect *effects;
} vb_bold_plan;

/* Parses and checks text; all faults found are noted, err has the first.  Unknown keys
 * name line, column and the nearest valid one. */
VB_API vb_status vb_bold_plan_parse(const char *file, const char *text, size_t size,
                                    vb_bold_plan **plan, vb_notes *notes,
                                    vb_error *err);
VB_API void vb_bold_plan_free(vb_bold_plan *plan); /* NULL is fine */

/* Signal of a column of the run at n_scans times s * tr_s + sample_s, per unit of size:
 * course [n_scans].  VB_EINPUT: no such event or modulator (lists what there is). */
VB_API vb_status vb_bold_course(const vb_study *study, const vb_study_run *run,
                                const char *column, size_t n_scans, double tr_s,
                                double sample_s, double course[], vb_error *err);

/*
 * The data set: dataset_description.json, for every run of the study (loaded without
 * acquisition) its events as they are, an image and its sidecar, and
 * derivatives/simulation/bold.json with what was planted where, and the seed.
 * A run lasts to 32 s after its last event.  Each voxel has random numbers of its own: the
 * images do not depend on n_threads.
 * VB_EINPUT: a column no run has, a sphere without a voxel of the brain.
 */
VB_API vb_status vb_bold_simulate(const vb_bold_plan *plan, const vb_study *study,
                                  const char *version, size_t n_threads,
                                  vb_outputs *outputs, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
