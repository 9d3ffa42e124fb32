/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hrf_spm.c - SPM's canonical response and its two derivatives, spm_hrf.m with
 * p = [6 16 1 1 6 0 32]:
 *
 *     h(t) = g(t; 6, 1 s) - g(t; 16, 1 s) / 6
 *
 * Derivatives are the finite differences of spm_get_bf.m: onset later by 1 s, and
 * response dispersion larger by 0.01, which makes the first gamma g(t; 6/1.01, 1.01 s).
 */
#include "hrf.h"

#define DELAY 6.0
#define UNDERSHOOT_DELAY 16.0
#define RATIO 6.0
#define LENGTH_S 32.0
#define ONSET_STEP_S 1.0
#define DISPERSION_STEP 0.01

#define CANONICAL(onset, dispersion)                                                   \
    {                                                                                  \
        .shape = DELAY / (dispersion), .scale_s = (dispersion),                        \
        .under_shape = UNDERSHOOT_DELAY, .under_scale_s = 1,                           \
        .under_weight = 1 / RATIO, .onset_s = (onset)                                  \
    }

static const vb_hrf_basis basis[] = {
    {"", 1, {{1, CANONICAL(0, 1)}}},
    {"_derivative",
     2,
     {{1 / ONSET_STEP_S, CANONICAL(0, 1)},
      {-1 / ONSET_STEP_S, CANONICAL(ONSET_STEP_S, 1)}}},
    {"_dispersion",
     2,
     {{1 / DISPERSION_STEP, CANONICAL(0, 1)},
      {-1 / DISPERSION_STEP, CANONICAL(0, 1 + DISPERSION_STEP)}}},
};

const vb_hrf vb_hrf_spm =
    {.name = "spm",
     .aliases = {"hrf", "canonical"},
     .meaning =
         "SPM's canonical response: gammas of 6 and 16 s, ratio 6, 32 s (spm_hrf.m)",
     .length_s = LENGTH_S,
     .n_basis = 1,
     .basis = basis,
     .spm_set = VB_SPM_HRF};

const vb_hrf vb_hrf_spm_derivative =
    {.name = "spm + derivative",
     .aliases = {"hrf (with time derivative)", "spm+derivative"},
     .meaning = "the same with its time derivative (1 s difference, spm_get_bf.m)",
     .length_s = LENGTH_S,
     .n_basis = 2,
     .basis = basis,
     .spm_set = VB_SPM_HRF};

const vb_hrf vb_hrf_spm_dispersion =
    {.name = "spm + derivative + dispersion",
     .aliases = {"hrf (with time and dispersion derivatives)",
                 "spm+derivative+dispersion"},
     .meaning = "the same with time and dispersion derivatives (spm_get_bf.m)",
     .length_s = LENGTH_S,
     .n_basis = 3,
     .basis = basis,
     .spm_set = VB_SPM_HRF};

const vb_hrf vb_hrf_spm_fir = {.name = "fir",
                               .aliases = {"Finite Impulse Response"},
                               .meaning =
                                   "SPM's finite impulse response set (like: spm only)",
                               .length_s = LENGTH_S,
                               .spm_set = VB_SPM_FIR};

const vb_hrf vb_hrf_spm_gamma = {.name = "gamma",
                                 .aliases = {"Gamma functions"},
                                 .meaning =
                                     "SPM's set of gamma functions (like: spm only)",
                                 .length_s = LENGTH_S,
                                 .spm_set = VB_SPM_GAMMA};

const vb_hrf vb_hrf_spm_fourier = {.name = "fourier",
                                   .aliases = {"Fourier set"},
                                   .meaning = "SPM's Fourier set (like: spm only)",
                                   .length_s = LENGTH_S,
                                   .spm_set = VB_SPM_FOURIER};

const vb_hrf vb_hrf_spm_fourier_hanning =
    {.name = "fourier (hanning)",
     .aliases = {"Fourier set (Hanning)"},
     .meaning = "SPM's Fourier set under a Hanning window (like: spm only)",
     .length_s = LENGTH_S,
     .spm_set = VB_SPM_FOURIER_HANNING};
