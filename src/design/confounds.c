/* SPDX-License-Identifier: GPL-3.0-or-later */
/* confounds.c - differences between volumes, framewise displacement, censoring. */
#include "valuebold/confounds.h"

#include <math.h>

static const double HEAD_RADIUS_MM = 50; /* Power et al. 2012 */

void vb_backward_difference(size_t n, const double x[], double out[])
{
    for (size_t s = n; s-- > 0;)
        out[s] = s ? x[s] - x[s - 1] : (double)NAN;
}

void vb_framewise_displacement(size_t n, const double *const trans_mm[3],
                               const double *const rot_rad[3], double out[])
{
    for (size_t s = 0; s < n; s++) {
        out[s] = s ? 0 : (double)NAN;
        for (size_t k = 0; s && k < 3; k++)
            out[s] += fabs(trans_mm[k][s] - trans_mm[k][s - 1]) +
                      HEAD_RADIUS_MM * fabs(rot_rad[k][s] - rot_rad[k][s - 1]);
    }
}

/* Censors runs of kept volumes that are shorter than segment and end at a censored one or
 * at an end of the series. */
static void censor_segments(size_t segment, size_t n, bool censored[])
{
    size_t first = 0;

    for (size_t s = 0; s <= n; s++) {
        if (s < n && !censored[s])
            continue;
        if (s - first < segment && s - first < n)
            for (size_t k = first; k < s; k++)
                censored[k] = true;
        first = s + 1;
    }
}

size_t vb_censor(const vb_censor_rule *rule, size_t n, const double fd_mm[],
                 const double std_dvars[], bool censored[])
{
    size_t count = 0;

    for (size_t s = 0; s < n; s++) {
        censored[s] = (fd_mm && fd_mm[s] > rule->fd_mm) ||
                      (std_dvars && std_dvars[s] > rule->std_dvars);
        count += censored[s];
    }
    if (count)
        censor_segments(rule->segment, n, censored);
    count = 0;
    for (size_t s = 0; s < n; s++)
        count += censored[s];
    return count;
}
