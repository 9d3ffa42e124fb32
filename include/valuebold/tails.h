/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tails of the normal, t and F distributions, as natural logarithms, so that they stay
 * exact where p itself underflows (t = 100 with 1000 df has p = 3e-523), and the signed z
 * with the same tail.
 *
 * NaN goes in, NaN comes out; so do degrees of freedom that are not positive.  df of t and
 * df2 of F may be fractional; df = INFINITY of t is the normal distribution.
 * Accuracy, measured against 60-digit values: 1e-12 of p, 1e-13 of z (see test_tails.c).
 */
#ifndef VALUEBOLD_TAILS_H
#define VALUEBOLD_TAILS_H

#include "valuebold/status.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ln P(X > x) and ln P(X <= x): the smaller one is exact to the last digits. */
typedef struct vb_tails {
    double log_upper, log_lower;
} vb_tails;

VB_API vb_tails vb_tails_z(double z);
VB_API vb_tails vb_tails_t(double t, double df);
VB_API vb_tails vb_tails_F(double f, double df1, double df2); /* finite df; f >= 0 */

/* P of a deviation as large in either direction: twice the smaller tail. */
VB_API double vb_p_two_sided(vb_tails tails);

/* The z with these tails; its sign is that of t, and for F it is positive when p < 0.5. */
VB_API double vb_z_from_tails(vb_tails tails);
VB_API double vb_z_from_t(double t, double df);
/* The same with an error below 3e-8, many times as fast: for maps whose degrees of freedom
 * differ from voxel to voxel. */
VB_API double vb_z_from_t_fast(double t, double df);
VB_API double vb_z_from_F(double f, double df1, double df2);

/* The value whose upper tail has this logarithm: log_p <= 0, e.g. log(0.001). */
VB_API double vb_z_from_log_p(double log_p);
VB_API double vb_t_from_log_p(double log_p, double df);
VB_API double vb_F_from_log_p(double log_p, double df1, double df2);

/* ---- whole maps with the same degrees of freedom ---- */

/*
 * Polynomials that stand for vb_z_from_t or vb_z_from_F at fixed degrees of freedom, some
 * 20 times as fast.  Made by halving pieces until each agrees with the direct value, at
 * points between its nodes, to 1e-11 of z (F: 1e-11 of max(1, |z|)); what no polynomial
 * covers (z beyond about 40) is computed directly.
 */
typedef struct vb_z_table vb_z_table;

VB_API vb_status vb_z_table_t(double df, vb_z_table **table, vb_error *err);
VB_API vb_status vb_z_table_F(double df1, double df2, vb_z_table **table,
                              vb_error *err);
VB_API void vb_z_table_free(vb_z_table *table);

/* z [n] of statistic [n]; the two may be the same array.  Any number of threads may use
 * one table. */
VB_API void vb_z_table_apply(const vb_z_table *table, size_t n,
                             const double statistic[], double z[]);

/* p [n] of z [n], upper tail or two-sided; below 1e-308 p fades to 0 although z is exact.
 * The arrays may be the same. */
VB_API void vb_p_from_z(size_t n, const double z[], bool two_sided, double p[]);

#ifdef __cplusplus
}
#endif
#endif
