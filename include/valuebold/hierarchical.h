/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hierarchical fits: the numbers of a participant, on their scales, come from a normal
 * distribution over the sample.
 *
 *     vb_group_fit   one model: expectation maximisation with Laplace approximations
 *                    (Huys et al. 2011 PLoS Comput Biol 7:e1002028)
 *     vb_hbi_fit     several models at once: hierarchical Bayesian inference (Piray et al.
 *                    2019 PLoS Comput Biol 15:e1007043)
 */
#ifndef VALUEBOLD_HIERARCHICAL_H
#define VALUEBOLD_HIERARCHICAL_H

#include "valuebold/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_group_options {
    size_t n_covariates;
    const double *covariates; /* [n_units x n_covariates]; centred, their mean is the
                                 intercept's */
    const double *start_mean,
        *start_sd;      /* [n_numbers] on the scale; NULL: of the starts */
    size_t most_rounds; /* 0: 2000 */
    size_t n_threads;   /* 0: 1 */
} vb_group_options;

typedef struct vb_group {
    vb_arena *arena;
    size_t n_units, n_numbers, n_coefficients; /* 1 + n_covariates */
    /* [n_coefficients x n_numbers] intercept, then slopes, on the scale; with standard
     * errors for the given sd */
    double *coefficient, *coefficient_se;
    double *sd;         /* [n_numbers] over participants, about their expected values */
    double *u;          /* [n_units x n_numbers] most probable */
    double *covariance; /* [n_units x n_numbers x n_numbers] posterior */
    double *nll;        /* [n_units] without prior */
    double *evidence; /* [n_units] log of the integral over the group's distribution */
    double log_likelihood; /* their sum: integrated log-likelihood */
    double ibic;           /* -2 log_likelihood + (means and sds) ln(choices of all) */
    size_t n_rounds;
    bool converged; /* means moved by < 1e-4 sd, log sds by < 1e-4 */
} vb_group;

/* likelihoods[n_units] must have the same numbers.  VB_EINPUT where they do not, under two
 * participants, or more covariates than participants. */
VB_API vb_status vb_group_fit(size_t n_units, vb_likelihood *const likelihoods[],
                              const vb_group_options *options, vb_group **group,
                              vb_error *err);
VB_API void vb_group_free(vb_group *group); /* NULL is fine */

/* One model of several. */
typedef struct vb_hbi_model {
    size_t n_numbers;
    double *mean, *mean_se, *sd; /* [n_numbers] of the group, on the scale */
    double *u, *covariance;      /* [n_units x n_numbers (x n_numbers)] */
} vb_hbi_model;

typedef struct vb_hbi {
    vb_arena *arena;
    size_t n_units, n_models;
    vb_hbi_model *models;
    double *responsibility; /* [n_units x n_models] */
    double *alpha, *frequency, *exceedance, *protected_exceedance; /* [n_models] */
    double bor; /* probability that all models are equally frequent */
    size_t n_rounds;
    bool converged;
} vb_hbi;

/* likelihoods[n_models][n_units]; hyperpriors are those of the paper (means N(0, 1/b tau)
 * with b = 1, precisions Gamma(v = 1/2, s = 0.01), frequencies Dirichlet(1)); first fits
 * are under N(0, 6.25). */
VB_API vb_status vb_hbi_fit(size_t n_models, size_t n_units,
                            vb_likelihood *const *const likelihoods[], size_t n_threads,
                            vb_hbi **hbi, vb_error *err);
VB_API void vb_hbi_free(vb_hbi *hbi); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
