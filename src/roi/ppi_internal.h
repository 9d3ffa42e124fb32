/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ppi_internal.h - a run made ready for interactions. */
#ifndef VB_ROI_PPI_INTERNAL_H
#define VB_ROI_PPI_INTERNAL_H

#include "valuebold/ppi.h"

struct vb_ppi {
    vb_arena *arena;
    size_t n_scans, n_conditions, microtime;
    double bin_s;
    size_t n_before, n_bins; /* bins before the run; all */
    size_t first_bin;        /* of a scan in which it is sampled */
    size_t n_kernel;
    double *kernel; /* [n_kernel] response to a bin of height 1 */
    size_t n_basis;
    double *response;      /* [n_scans x n_basis] H D */
    double *psychological; /* [n_conditions x n_bins], mean 0 over the run */
    size_t n_q;
    double *q; /* [n_q x n_scans] orthonormal basis of the confounds and 1 */
    size_t n_eigen;
    double *eigenvalue, *eigenvector; /* [n_eigen], [n_eigen x n_scans] of A A' */
    double mean_eigenvalue;
};

/* Bins [n_bins] to scans [n_scans]. */
void vb_ppi_convolve(const vb_ppi *ppi, const double bins[], double out[]);
/* Takes the confounds off x [n_scans x n]. */
void vb_ppi_clear(const vb_ppi *ppi, size_t n, double x[]);

#endif
