/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of SPM12's design that like_spm.c puts together.
 */
#ifndef VB_DESIGN_SPM_H
#define VB_DESIGN_SPM_H

#include "hrf.h"

/* Basis functions on bins of dt_s: column b at value[b * n_bins]. */
typedef struct vb_spm_basis {
    size_t n_functions, n_bins;
    double *value;
} vb_spm_basis;

/*
 * The set of hrf as spm_get_bf.m makes it, orthogonalised by spm_orth.
 * length_s and order (0: 32 s, and 3, or for FIR one function a scan) are those of the
 * FIR, gamma and Fourier sets.
 */
vb_status vb_spm_basis_build(const vb_hrf *hrf, double dt_s, double tr_s,
                             double length_s, unsigned order, vb_arena *arena,
                             vb_spm_basis *basis, vb_error *err);

/*
 * spm_orth.m in its 'pad' form, in place on p columns of n: serial Gram-Schmidt;
 * residuals with a 1-norm of exp(-32) or less become zero columns.
 *
 * A column that is zero on entry is taken out before columns are counted and is not put
 * back, so that the columns behind it end one place to the left.  That is what SPM
 * does.
 */
vb_status vb_spm_orth(size_t n, size_t p, double *const column[], vb_error *err);

/*
 * Stimulus functions on bins (spm_get_ons.m): adds weight over the bins of each event.
 *   n_bins  bins of the run with SPM's 32-bin pad in front
 *   onset, duration   in bins, not rounded
 */
void vb_spm_stimulus(size_t n_events, const double onset[], const double duration[],
                     const double weight[], size_t n_bins, double u[]);

enum { VB_SPM_PAD_BINS = 32 };

/*
 * Samples the convolution of u with a basis function at first_bin + s * step_bins.
 *   u         [lead + n_bins], lead = n_kernel - 1 zeros in front of bin 0
 *   reversed  [n_kernel] the basis function backwards
 */
void vb_spm_sample(size_t n_scans, size_t step_bins, size_t first_bin, size_t n_kernel,
                   const double *restrict u, const double *restrict reversed,
                   double *restrict out);

#endif
