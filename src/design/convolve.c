/* SPDX-License-Identifier: GPL-3.0-or-later */
/* convolve.c - one event into the columns of its weights. */
#include "convolve.h"

#include <math.h>

/* First scan at or after t_s, clamped to 0..n_scans. */
static size_t scan_from(const vb_sampling *at, double t_s)
{
    const double s = ceil((t_s - at->sample_s) / at->tr_s);

    if (!(s > 0))
        return 0;
    return s < (double)at->n_scans ? (size_t)s : at->n_scans;
}

/* Differences of times, such as 12 - 10.8, miss a knot by rounding: what lies this close
 * to one counts as on it, or jumps would fall to either side by chance. */
static const double SAME_S = 1e-9;

static double snapped(const vb_hrf_basis *f, double t_s)
{
    for (size_t k = 0; k < f->n_knots; k++)
        if (fabs(f->knot_s[k] - t_s) < SAME_S)
            return f->knot_s[k];
    return t_s;
}

static void follow_knots(const vb_hrf_basis *f, double first_s, double duration_s,
                         double tr_s, size_t n, double out[])
{
    for (size_t i = 0; i < n; i++) {
        const double t = first_s + (double)i * tr_s;

        out[i] = duration_s > 0
                     ? vb_knots_integral(f, t) - vb_knots_integral(f, t - duration_s)
                     : vb_knots_response(f, snapped(f, t));
    }
}

void vb_convolve_event(const vb_curves *curves, const vb_sampling *at, double onset_s,
                       double duration_s, size_t n_weights, const double weight[],
                       double *const column[], double scratch[])
{
    const size_t first = scan_from(at, onset_s + curves->start_s);
    const double end_s = onset_s + duration_s + curves->length_s;
    size_t end = scan_from(at, end_s);
    double first_s;

    if (end < at->n_scans)
        end++; /* a sample just at the end still counts */
    if (first >= end)
        return;
    first_s = (double)first * at->tr_s + at->sample_s - onset_s;
    for (size_t b = 0; b < curves->n_basis; b++) {
        const double *node = curves->node + b * curves->n_nodes * VB_CURVE_ROW;

        if (curves->knots)
            follow_knots(&curves->knots[b], first_s, duration_s, at->tr_s, end - first,
                         scratch);
        else if (duration_s > 0)
            vb_curve_box(curves->n_nodes, node, first_s, duration_s, at->tr_s,
                         end - first, scratch);
        else
            vb_curve_impulse(curves->n_nodes, node, first_s, at->tr_s, end - first,
                             scratch);
        for (size_t w = 0; w < n_weights; w++) {
            double *out = column[w * curves->n_basis + b] + first;

            if (weight[w] == 0)
                continue;
            for (size_t i = 0; i < end - first; i++)
                out[i] += weight[w] * scratch[i];
        }
    }
}
