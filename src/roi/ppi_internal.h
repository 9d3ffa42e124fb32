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
    /* A A' = Q T Q': the reflections that make Q, as gsl_linalg_symmtd_decomp leaves them
     * [n_scans x n_scans], and T's two diagonals */
    double *reflection, *tau, *diagonal, *beside;
    double mean_eigenvalue; /* of the n_scans - n_q that are not 0 */
};

/* Bins [n_bins] to scans [n_scans]. */
void vb_ppi_convolve(const vb_ppi *ppi, const double bins[], double out[]);
/* ppi_kernel.c: square [n x n] = a a', a [n x q], across [q x n] its transpose. */
void vb_ppi_square(size_t n, size_t q, const double *restrict a,
                   const double *restrict across, double *restrict square);
/* Takes the confounds off x [n_scans x n]. */
void vb_ppi_clear(const vb_ppi *ppi, size_t n, double x[]);

#endif
