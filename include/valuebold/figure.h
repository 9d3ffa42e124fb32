/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures as SVG text.
 */
#ifndef VALUEBOLD_FIGURE_H
#define VALUEBOLD_FIGURE_H

#include "valuebold/buffer.h"
#include "valuebold/conventions.h"
#include "valuebold/design.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The design of one run: the matrix (scans down, in scans and seconds; columns named above;
 * each column scaled to its largest value, grey above 0 and blue below), correlations with
 * their values, and the time courses of event and modulator columns with the events below
 * them, as high as their weights.
 *
 * run        its events, for the marks below the courses; NULL: no marks
 * diagnosis  NULL: no correlations and variance inflation
 * title      and every name is escaped
 *
 * The picture grows with the columns; nothing in it is smaller than 9 px.
 */
VB_API vb_status vb_figure_design(const vb_design *design, const vb_design_run *run,
                                  const vb_diagnosis *diagnosis, const char *title,
                                  vb_buffer *svg, vb_error *err);

/* The columns of one run under every convention over each other, with a table of beta factors
 * and correlations beside them. */
VB_API vb_status vb_figure_conventions(const vb_conventions *conventions,
                                       const char *title, vb_buffer *svg,
                                       vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
