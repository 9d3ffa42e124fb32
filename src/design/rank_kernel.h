/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One step of modified Gram-Schmidt on contiguous columns.
 */
#ifndef VB_DESIGN_RANK_KERNEL_H
#define VB_DESIGN_RANK_KERNEL_H

#include <stddef.h>

double vb_column_dot(size_t n, const double *restrict a, const double *restrict b);

/* Takes the part along unit vector q off x; returns its length along q, and the square
 * of what is left in *left. */
double vb_column_reduce(size_t n, const double *restrict q, double *restrict x,
                        double *left);

#endif
