/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_levels.c - a discount factor measured at each level instead of a curve.
 *
 *     f(level i) = indifference amount / base amount, straight lines between levels,
 *     f(0) = 1
 *
 * The amounts come from titration (titration.h).  The levels are those of the spec, so that
 * vb_model_run, which knows them, does the interpolation; run is for no level.
 */
#include "model_internal.h"

static void run(size_t n, const double x[], const double theta[], double out[])
{
    (void)theta;
    for (size_t t = 0; t < n; t++)
        out[t] = isnan(x[t]) ? x[t] : 1;
}

#define NOTE                                                                           \
    "Give model: levels: [2, 3, 4]; the parameters are then called after them "        \
    "(ip_2, ip_3, ip_4), each usually between 0 and 1.  Beyond the highest "           \
    "level nothing is known and trials are refused.  `valuebold models` "              \
    "cannot list the parameters, as the levels are the task's."

const vb_term vb_term_effort_indifference =
    {.name = "indifference",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = ip_i at level i, linear between levels, 1 at E = 0",
     .run = run,
     .uses = VB_USES_LEVELS,
     .source =
         "Westbrook et al. (2013) PLoS ONE 8:e68210 (cognitive effort discounting)",
     .evidence = 'C',
     .note = NOTE};

const vb_term vb_term_delay_indifference =
    {.name = "indifference",
     .attributes = OF_DELAY,
     .kind = VB_FACTOR,
     .equation = "f = ip_i at delay i, linear between delays, 1 at D = 0",
     .run = run,
     .uses = VB_USES_LEVELS,
     .source = "Myerson et al. (2001) J Exp Anal Behav 76:235 (area under the curve)",
     .evidence = 'C',
     .note = NOTE};
