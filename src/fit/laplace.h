/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laplace.h - the posterior of one participant as a normal distribution. */
#ifndef VB_FIT_LAPLACE_H
#define VB_FIT_LAPLACE_H

#include "fit_internal.h"

typedef struct laplace {
    double nll;       /* without prior */
    double log_joint; /* log likelihood plus log prior */
    double evidence;  /* log of the integral of that */
} laplace;

/*
 * Most probable numbers under N(mean, sd^2), from u (moved), and the inverse of the Hessian
 * of minus log_joint, covariance[n x n].  anew: by the slow search, from u and from the
 * mean.  False when there is no likelihood.
 */
bool fit_laplace(vb_likelihood *l, const double mean[], const double sd[], bool anew,
                 double u[], double covariance[], laplace *out);

#endif
