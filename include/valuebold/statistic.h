/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which distribution a statistic has under the null hypothesis.
 */
#ifndef VALUEBOLD_STATISTIC_H
#define VALUEBOLD_STATISTIC_H

#include "valuebold/tails.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_statistic_kind {
    VB_STATISTIC_Z,
    VB_STATISTIC_T,
    VB_STATISTIC_F
} vb_statistic_kind;

typedef struct vb_statistic {
    vb_statistic_kind kind;
    double df1; /* F only */
    double df2; /* of the residuals: t and F */
} vb_statistic;

VB_API const char *vb_statistic_name(const vb_statistic *statistic); /* "z", "t", "F" */
VB_API vb_tails vb_statistic_tails(const vb_statistic *statistic, double x);
VB_API double vb_statistic_z(const vb_statistic *statistic, double x);
/* The value whose upper tail is exp(log_p). */
VB_API double vb_statistic_from_log_p(const vb_statistic *statistic, double log_p);
/* p values [n] of x [n]: upper tail, or two-sided (never for F, whose upper tail it is). */
VB_API vb_status vb_statistic_p(const vb_statistic *statistic, size_t n,
                                const double x[], bool two_sided, double p[],
                                vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
