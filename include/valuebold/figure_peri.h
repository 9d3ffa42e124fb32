/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of peri-stimulus curves.
 */
#ifndef VALUEBOLD_FIGURE_PERI_H
#define VALUEBOLD_FIGURE_PERI_H

#include "valuebold/peristimulus.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One panel a region: curves with bands of one standard error, a line at the onset, and a
 * second panel beside it for the modulator's effect where there is one.
 *
 * regions  [peri->n_regions] names; every name is escaped
 * unit     of the curves: "percent signal change", "signal"
 */
VB_API vb_status vb_figure_peri(const vb_peri *peri, const char *const regions[],
                                const char *title, const char *unit, vb_buffer *svg,
                                vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
