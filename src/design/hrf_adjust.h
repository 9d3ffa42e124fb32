/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hrf_adjust.h - responses with parameters other than their usual ones. */
#ifndef VB_DESIGN_HRF_ADJUST_H
#define VB_DESIGN_HRF_ADJUST_H

#include "hrf.h"

/* Parameters of SPM's and Glover's double gamma, in this order: time to peak and spread of
 * both gammas, size of the undershoot, onset and length of the kernel. */
enum {
    VB_PEAK_DELAY,
    VB_UNDER_DELAY,
    VB_PEAK_DISPERSION,
    VB_UNDER_DISPERSION,
    VB_RATIO,
    VB_ONSET,
    VB_LENGTH,
};

#define VB_DOUBLE_GAMMA_PARAMETERS(delay, under, dispersion, under_dispersion,         \
                                   ratio_name, ratio, ratio_high, length)              \
    {                                                                                  \
        {"delay", "s", delay, .5, 30}, {"undershoot", "s", under, .5, 60},             \
            {"dispersion", "", dispersion, .05, 10},                                   \
            {"undershoot_dispersion", "", under_dispersion, .05, 10},                  \
            {ratio_name, "", ratio, 0, ratio_high}, {"onset", "s", 0, 0, 20},          \
        {                                                                              \
            "length", "s", length, 5, 120                                              \
        }                                                                              \
    }

/* Any parameter was given. */
bool vb_hrf_adjusted(const vb_hrf *hrf);

/* Every gamma of the basis is steep enough for a table of the curve. */
vb_status vb_hrf_check_shapes(const vb_hrf *hrf, vb_error *err);

/* The basis of own from its parameters, if any was given: canonical, difference to an
 * onset later by onset_step_s, difference to a larger dispersion.  weight: of the
 * undershoot. */
vb_status vb_hrf_adjust(vb_hrf *own, double weight, double onset_step_s,
                        double dispersion_step, vb_arena *arena, vb_error *err);

#endif
