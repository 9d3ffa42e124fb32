/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hrf_glover.c - Glover's response (1999, NeuroImage 9:416) with the constants nilearn
 * gives it since its version 0.11:
 *
 *     h(t) = g(t; 6/0.9, 0.9 s) - 0.48 g(t; 12/0.9, 0.9 s)
 *
 * Up to 0.10.4 the 0.48 was 0.35: glover(undershoot_ratio=0.35).
 * Derivatives: onset later by 0.1 s, response dispersion larger by 0.01.
 */
#include "hrf_adjust.h"

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
    {.suffix = "", .n_parts = 1, .part = {{1, GLOVER(0, DISPERSION)}}},
    {.suffix = "_derivative",
     .n_parts = 2,
     .part = {{1 / ONSET_STEP_S, GLOVER(0, DISPERSION)},
              {-1 / ONSET_STEP_S, GLOVER(ONSET_STEP_S, DISPERSION)}}},
    {.suffix = "_dispersion",
     .n_parts = 2,
     .part = {{1 / DISPERSION_STEP, GLOVER(0, DISPERSION)},
              {-1 / DISPERSION_STEP, GLOVER(0, DISPERSION + DISPERSION_STEP)}}},
};

static const vb_hrf_parameter parameters[] =
    VB_DOUBLE_GAMMA_PARAMETERS(DELAY, UNDERSHOOT_DELAY, DISPERSION, DISPERSION,
                               "undershoot_ratio", RATIO, 1, LENGTH_S);

static vb_status make(vb_hrf *own, const vb_hrf_request *request, vb_arena *arena,
                      vb_error *err)
{
    (void)request;
    return vb_hrf_adjust(own, own->p[VB_RATIO], ONSET_STEP_S, DISPERSION_STEP, arena,
                         err);
}

#define ADJUSTABLE                                                                     \
    .n_parameters = VB_HRF_PARAMETERS, .parameters = parameters, .make = make

const vb_hrf vb_hrf_glover =
    {.name = "glover",
     .meaning = "Glover's response: gammas of 6 and 12 s, dispersion 0.9, ratio 0.48",
     .length_s = LENGTH_S,
     .n_basis = 1,
     .basis = basis,
     .nilearn = VB_NILEARN_GLOVER,
     ADJUSTABLE};

const vb_hrf vb_hrf_glover_derivative =
    {.name = "glover + derivative",
     .aliases = {"glover+derivative"},
     .meaning = "the same with its time derivative (0.1 s difference)",
     .length_s = LENGTH_S,
     .n_basis = 2,
     .basis = basis,
     .nilearn = VB_NILEARN_GLOVER,
     ADJUSTABLE};

const vb_hrf vb_hrf_glover_dispersion =
    {.name = "glover + derivative + dispersion",
     .aliases = {"glover+derivative+dispersion"},
     .meaning = "the same with time and dispersion derivatives",
     .length_s = LENGTH_S,
     .n_basis = 3,
     .basis = basis,
     .nilearn = VB_NILEARN_GLOVER,
     ADJUSTABLE};
