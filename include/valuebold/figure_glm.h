/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of a voxelwise model: what its residuals look like.
 */
#ifndef VALUEBOLD_FIGURE_GLM_H
#define VALUEBOLD_FIGURE_GLM_H

#include "valuebold/buffer.h"
#include "valuebold/contrast.h"
#include "valuebold/residuals.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Two panels: correlations at lags 1 to 3 of residuals and of whitened residuals, with what the
 * fit leaves in them; mean spectra of both over frequency, in Hz (tr_s NaN: cycles a scan).
 * sentence stands below the title; every text is escaped.
 */
VB_API vb_status vb_figure_residuals(const vb_residual_summary *summary, double tr_s,
                                     const char *title, const char *sentence,
                                     vb_buffer *svg, vb_error *err);

/*
 * The design matrix of one run with the contrasts beneath it: a row of cells for each row of each
 * contrast, a cell for each column, with its weight where there is room.  Columns are named above the matrix.
 */
VB_API vb_status vb_figure_contrasts(const vb_design *design, size_t n_contrasts,
                                     const vb_contrast contrasts[], const char *title,
                                     vb_buffer *svg, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
