/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hrf_glover.c - Glover's response (1999, NeuroImage 9:416) with the constants nilearn
 * gives it since its version 0.11:
 *
 *     h(t) = g(t; 6/0.9, 0.9 s) - 0.48 g(t; 12/0.9, 0.9 s)
 *
 * Derivatives: onset later by 0.1 s, response dispersion larger by 0.01.
 */
#include "hrf.h"

#define DELAY 6.0
#define UNDERSHOOT_DELAY 12.0
#define DISPERSION 0.9
#define RATIO 0.48
#define LENGTH_S 32.0
#define ONSET_STEP_S 0.1
#define DISPERSION_STEP 0.01

#define GLOVER(onset, dispersion)                                                      \
    {                                                                                  \
        .shape = DELAY / (dispersion), .scale_s = (dispersion),                        \
        .under_shape = UNDERSHOOT_DELAY / DISPERSION, .under_scale_s = DISPERSION,     \
        .under_weight = RATIO, .onset_s = (onset)                                      \
    }

static const vb_hrf_basis basis[] = {
    {"", 1, {{1, GLOVER(0, DISPERSION)}}},
    {"_derivative",
     2,
     {{1 / ONSET_STEP_S, GLOVER(0, DISPERSION)},
      {-1 / ONSET_STEP_S, GLOVER(ONSET_STEP_S, DISPERSION)}}},
    {"_dispersion",
     2,
     {{1 / DISPERSION_STEP, GLOVER(0, DISPERSION)},
      {-1 / DISPERSION_STEP, GLOVER(0, DISPERSION + DISPERSION_STEP)}}},
};

const vb_hrf vb_hrf_glover =
    {.name = "glover",
     .meaning = "Glover's response: gammas of 6 and 12 s, dispersion 0.9, ratio 0.48",
     .length_s = LENGTH_S,
     .n_basis = 1,
     .basis = basis};

const vb_hrf vb_hrf_glover_derivative =
    {.name = "glover + derivative",
     .aliases = {"glover+derivative"},
     .meaning = "the same with its time derivative (0.1 s difference)",
     .length_s = LENGTH_S,
     .n_basis = 2,
     .basis = basis};

const vb_hrf vb_hrf_glover_dispersion =
    {.name = "glover + derivative + dispersion",
     .aliases = {"glover+derivative+dispersion"},
     .meaning = "the same with time and dispersion derivatives",
     .length_s = LENGTH_S,
     .n_basis = 3,
     .basis = basis};
