/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of fits as SVG text: choices under the fitted curve, recovered parameters,
 * confusion of models.
 */
#ifndef VALUEBOLD_FIGURE_FIT_H
#define VALUEBOLD_FIGURE_FIT_H

#include "valuebold/buffer.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Trials of one participant (or of the sample): x is what the choice depends on, p the
 * model's probability of taking the first option, taken whether it was. */
typedef struct vb_choice_panel {
    const char *title;
    size_t n;
    const double *x, *p;
    const bool *taken;
} vb_choice_panel;

/* A panel each: the curve p(x), and shares of choices in up to 8 bins of equal counts at
 * their mean x, with 95 % intervals (Wilson 1927).  The first panel is drawn larger, with
 * x_name of its own; names and titles are escaped. */
VB_API vb_status vb_figure_choices(const char *title, const char *y_name,
                                   const char *first_x_name, const char *x_name,
                                   size_t n, const vb_choice_panel panels[],
                                   vb_buffer *svg, vb_error *err);

/* One parameter: truth and estimate of n cases. */
typedef struct vb_recovery_panel {
    const char *title; /* name and unit */
    const char *fact;  /* below the title: correlation, coverage */
    size_t n;
    const double *truth, *estimate;
    const bool *flagged; /* drawn hollow */
    bool log_axes;
} vb_recovery_panel;

VB_API vb_status vb_figure_recovery(const char *title, size_t n,
                                    const vb_recovery_panel panels[], vb_buffer *svg,
                                    vb_error *err);

/* count[n x n]: rows the models that made the choices, columns those that explain them best;
 * shares of rows are shown as colours and per cent. */
VB_API vb_status vb_figure_confusion(const char *title, size_t n,
                                     const char *const names[], const double count[],
                                     vb_buffer *svg, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
