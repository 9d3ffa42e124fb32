/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Indifference points from titrated choices.
 *
 * A staircase offers an option that costs (effort, delay) for a fixed amount against an
 * amount without cost, which rises after the costly option was taken and falls after it was
 * not, each step half of the one before.  Where it ends, both are worth the same:
 *
 *     indifference amount = last offer +- half of the last step
 *     value of the level  = indifference amount / fixed amount
 *
 * (Westbrook et al. 2013, PLoS ONE 8:e68210: cognitive effort discounting.)
 */
#ifndef VALUEBOLD_TITRATION_H
#define VALUEBOLD_TITRATION_H

#include "valuebold/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * One staircase.
 *   offered      [n] amounts without cost, in the order offered; n >= 2
 *   took_cost    [n] the costly option was taken
 *   amount       of indifference
 * VB_EINPUT names the offer that moved the wrong way, or did not move.
 */
VB_API vb_status vb_titration_point(size_t n, const double offered[],
                                    const bool took_cost[], double *amount,
                                    vb_error *err);

/* Area under the curve of values over levels, levels as shares of the highest and value 1 at
 * level 0: 1 without discounting, 0 at most (Myerson et al. 2001, J Exp Anal Behav 76:235).
 * level [n] rises, above 0. */
VB_API double vb_indifference_auc(size_t n, const double level[], const double value[]);

/*
 * Fixes the parameters of a term indifference at the end of the staircases among the choices
 * of one participant: setting[p].fixed of each level.  Trials of one level and fixed amount
 * are a staircase, in their order; several of one level are averaged.  Missed trials are
 * left out.
 * VB_EINPUT: no such term, not two options, a level without choices, a staircase that is
 * none (with its trial).
 */
VB_API vb_status vb_titration_settings(const vb_model *model, size_t n_blocks,
                                       const vb_fit_block blocks[],
                                       vb_fit_setting setting[VB_MAX_PARAMS],
                                       vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
