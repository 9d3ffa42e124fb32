/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures as SVG text.
 */
#ifndef VALUEBOLD_FIGURE_H
#define VALUEBOLD_FIGURE_H

#include "valuebold/buffer.h"
#include "valuebold/design.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The design of one run: a grey-scale matrix (scans down, in s and scans; columns named
 * above), the time courses of event and modulator columns with event onsets below them,
 * and the correlation matrix with its values.  title is escaped.
 */
VB_API vb_status vb_figure_design(const vb_design *design, const vb_diagnosis *diagnosis,
                                  const char *title, vb_buffer *svg, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
