/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The design as it is estimated.
 */
#ifndef VB_DESIGN_FILTER_H
#define VB_DESIGN_FILTER_H

#include "valuebold/design.h"

/* x [n_scans x n_cols]: a copy of the design's columns after its filter, if it has one;
 * columns the filter takes away are 0. */
vb_status vb_design_estimated(const vb_design *design, double x[], vb_error *err);

#endif
