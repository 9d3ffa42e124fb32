/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers of head motion: differences between volumes, framewise displacement, volumes to
 * be censored.
 */
#ifndef VALUEBOLD_CONFOUNDS_H
#define VALUEBOLD_CONFOUNDS_H

#include "valuebold/status.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* out[s] = x[s] - x[s - 1]; out[0] is NaN. */
VB_API void vb_backward_difference(size_t n, const double x[], double out[]);

/*
 * Framewise displacement of Power et al. (2012, NeuroImage 59:2142), mm: the sum of the
 * absolute differences to the volume before of three translations (mm) and, as arcs on a
 * sphere of 50 mm, three rotations (rad).  out[0] is NaN.
 */
VB_API void vb_framewise_displacement(size_t n, const double *const trans_mm[3],
                                      const double *const rot_rad[3], double out[]);

/*
 * Volumes to censor: FD above fd_mm, standardised DVARS above std_dvars (a NaN threshold or
 * a NULL series does not count), and then runs of fewer than segment volumes between
 * censored ones or an end of the run.  censored[n]; returns how many.
 */
typedef struct vb_censor_rule {
    double fd_mm, std_dvars;
    size_t segment;
} vb_censor_rule;

VB_API size_t vb_censor(const vb_censor_rule *rule, size_t n, const double fd_mm[],
                        const double std_dvars[], bool censored[]);

#ifdef __cplusplus
}
#endif
#endif
