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
#include "hrf_adjust.h"

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
    {.suffix = "", .n_parts = 1, .part = {{1, CANONICAL(0, 1)}}},
    {.suffix = "_derivative",
     .n_parts = 2,
     .part = {{1 / ONSET_STEP_S, CANONICAL(0, 1)},
              {-1 / ONSET_STEP_S, CANONICAL(ONSET_STEP_S, 1)}}},
    {.suffix = "_dispersion",
     .n_parts = 2,
     .part = {{1 / DISPERSION_STEP, CANONICAL(0, 1)},
              {-1 / DISPERSION_STEP, CANONICAL(0, 1 + DISPERSION_STEP)}}},
};

static const vb_hrf_parameter parameters[] =
    VB_DOUBLE_GAMMA_PARAMETERS(DELAY, UNDERSHOOT_DELAY, 1, 1, "ratio", RATIO, 1e6,
                               LENGTH_S);

static vb_status make(vb_hrf *own, const vb_hrf_request *request, vb_arena *arena,
                      vb_error *err)
{
    (void)request;
    if (!(own->p[VB_RATIO] > 0))
        return vb_fail(err, VB_EUSAGE, "hrf %s: ratio is 0; it divides the undershoot",
                       own->name);
    return vb_hrf_adjust(own, 1 / own->p[VB_RATIO], ONSET_STEP_S, DISPERSION_STEP,
                         arena, err);
}

#define ADJUSTABLE                                                                     \
    .n_parameters = VB_HRF_PARAMETERS, .parameters = parameters, .make = make

const vb_hrf vb_hrf_spm =
    {.name = "spm",
     .aliases = {"hrf", "canonical"},
     .meaning =
         "SPM's canonical response: gammas of 6 and 16 s, ratio 6, 32 s (spm_hrf.m)",
     .length_s = LENGTH_S,
     .n_basis = 1,
     .basis = basis,
     .spm_set = VB_SPM_HRF,
     .nilearn = VB_NILEARN_SPM,
     ADJUSTABLE};

const vb_hrf vb_hrf_spm_derivative =
    {.name = "spm + derivative",
     .aliases = {"hrf (with time derivative)", "spm+derivative"},
     .meaning = "the same with its time derivative (1 s difference, spm_get_bf.m)",
     .length_s = LENGTH_S,
     .n_basis = 2,
     .basis = basis,
     .spm_set = VB_SPM_HRF,
     .nilearn = VB_NILEARN_SPM,
     ADJUSTABLE};

const vb_hrf vb_hrf_spm_dispersion =
    {.name = "spm + derivative + dispersion",
     .aliases = {"hrf (with time and dispersion derivatives)",
                 "spm+derivative+dispersion"},
     .meaning = "the same with time and dispersion derivatives (spm_get_bf.m)",
     .length_s = LENGTH_S,
     .n_basis = 3,
     .basis = basis,
     .spm_set = VB_SPM_HRF,
     .nilearn = VB_NILEARN_SPM,
     ADJUSTABLE};

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
