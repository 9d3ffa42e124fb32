/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of nilearn's design that like_nilearn.c puts together.
 */
#ifndef VB_DESIGN_NILEARN_H
#define VB_DESIGN_NILEARN_H

#include "hrf.h"

/* Kernels of a set on nilearn's fine grid: function b at value[b * n]. */
typedef struct vb_nilearn_kernels {
    size_t n, n_functions;
    double *value;
} vb_nilearn_kernels;

/* hrf's kernels for repetition time tr_s and oversampling bins a TR.  n_delays: functions
 * of the FIR set, one a scan. */
vb_status vb_nilearn_kernels_make(const vb_hrf *hrf, double tr_s, unsigned oversampling,
                                  size_t n_delays, vb_arena *arena,
                                  vb_nilearn_kernels *kernels, vb_error *err);

/* Times of the scans and of the fine grid, as numpy's linspace places them. */
typedef struct vb_nilearn_grid {
    size_t n_scans, n_fine;
    double tr_s;   /* smallest distance of two scans */
    double *frame; /* [n_scans] */
    double *fine;  /* [n_fine] */
} vb_nilearn_grid;

vb_status vb_nilearn_grid_make(size_t n_scans, double tr_s, double start_s,
                               unsigned oversampling, vb_arena *arena,
                               vb_nilearn_grid *grid, vb_error *err);

/* Index of the first of n ascending times at or after t; n when there is none. */
size_t vb_nilearn_search(size_t n, const double times[], double t);

/* Stimulus function on the fine grid: boxes of at least one point; weight NaN counts as
 * 0. */
void vb_nilearn_stimulus(const vb_nilearn_grid *grid, size_t n_events,
                         const double onset_s[], const double duration_s[],
                         const double weight[], double u[]);

/* Convolution of u with kernel (skip points later), read at the scans by straight
 * lines. */
void vb_nilearn_sample(const vb_nilearn_grid *grid, const double u[], size_t n_kernel,
                       const double kernel[], size_t skip, double out[]);

#endif
