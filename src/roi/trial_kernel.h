/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trial_kernel.h - the loops over series of single-trial estimates, VB_TRIAL_LANES series at a
 * time.
 *
 * Q [n_scans x rank] is the rotated basis of the common model (basis.h), D = L + L' the sum of
 * the two shifts by one scan, K(rho) = (1 + rho^2) I - rho D - rho^2 (e_1 e_1' + e_n e_n') the
 * precision of AR(1) noise with innovations of variance 1.  r = y - QQ'y, so Q'r = 0.
 */
#ifndef VB_ROI_TRIAL_KERNEL_H
#define VB_ROI_TRIAL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum { VB_TRIAL_LANES = 8 };

/* What all series share. */
typedef struct vb_trial_shape {
    size_t n_scans, rank, n_trials, n_weights;
    const double *q, *dq;                /* [rank x n_scans] Q', (DQ)' */
    const double *lambda, *first, *last; /* [rank] Q'DQ; first and last rows of Q */
    const double *w; /* [n_weights x rank]: of the trials (LSA) or conditions (LSS) */
    const double *z, *dz;   /* [n_trials x n_scans] columns of the trials; LSS only */
    const double *qz, *dqz; /* [n_trials x rank] Q'z, (DQ)'z */
    const double *z_first, *z_last, *z_square, *z_lag; /* [n_trials]; z_lag = z'Dz */
} vb_trial_shape;

/* VB_TRIAL_LANES series under way; L stands for that number. */
typedef struct vb_trial_lanes {
    double *y;                     /* [n_scans x L] in: series, then r */
    double *base;                  /* [rank x L] Q'y */
    double *lag;                   /* [rank x L] (DQ)'r */
    double *zr;                    /* [n_trials x L] z'r */
    double *dzr;                   /* [n_trials x L] (Dz)'r */
    double *inv;                   /* [rank x L] inverse of the diagonal of Q'KQ */
    double *beta;                  /* [rank x L] generalised least squares of r */
    double *value;                 /* [n_weights x L] w'b */
    double *var;                   /* [n_weights x L] w'(Q'KQ)^-1 w */
    double *end;                   /* [2 n_weights x L] F'inv w, F = (first, last) */
    double square[VB_TRIAL_LANES]; /* y'y */
    double r0[VB_TRIAL_LANES], r1[VB_TRIAL_LANES]; /* r'r, sum of r_t r_{t-1} */
    double rho[VB_TRIAL_LANES];
    double ss[VB_TRIAL_LANES];        /* r'Kr at the estimate */
    double corner[3][VB_TRIAL_LANES]; /* of the 2 x 2 matrix that finishes a solution */
} vb_trial_lanes;

/* base, r, and the sums over the scans. */
void vb_trial_sums(const vb_trial_shape *shape, vb_trial_lanes *lanes);

/* The common model at rho: inv, corner, beta, ss, and value, var, end of all weights. */
void vb_trial_solve(const vb_trial_shape *shape, vb_trial_lanes *lanes);

/* Trial t of LSS, whose condition has weights c: estimate and, over the error variance, its
 * variance; ss of its model. */
void vb_trial_update(const vb_trial_shape *shape, const vb_trial_lanes *lanes, size_t t,
                     size_t c, double estimate[VB_TRIAL_LANES],
                     double variance[VB_TRIAL_LANES], double ss[VB_TRIAL_LANES]);

#endif
