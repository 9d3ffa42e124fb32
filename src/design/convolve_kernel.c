/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * convolve_kernel.c - quintic Hermite look-up in a response table.
 *
 *   node    [n_nodes x 4]  {H, h, h', h''} every 1/32 s from 0
 *   first_s time of the first sample after the event's onset; may be negative
 *   out     [n]            sample i lies at first_s + i * tr_s
 *
 * On each interval with u in 0..1 and step w the six Hermite polynomials are written
 * out in powers of u; the error is w^6 f^(6) / 46080 < 1e-14 for the responses used.
 */
#include "convolve.h"

#include <math.h>

static const double STEP_S = 1.0 / VB_CURVE_NODES_PER_S;

/* f points at {f, f', f''} of the node before, stride VB_CURVE_ROW to the next. */
static inline double hermite(const double *restrict f, double u)
{
    const double *g = f + VB_CURVE_ROW;
    const double f0 = f[0], f1 = g[0];
    const double d0 = f[1] * STEP_S, d1 = g[1] * STEP_S;
    const double s0 = f[2] * STEP_S * STEP_S / 2, s1 = g[2] * STEP_S * STEP_S / 2;
    const double rise = f1 - f0 - d0 - s0, slope = d1 - d0 - 2 * s0, bend = s1 - s0;
    const double c3 = 10 * rise - 4 * slope + bend;
    const double c4 = -15 * rise + 7 * slope - 2 * bend;
    const double c5 = 6 * rise - 3 * slope + bend;

    return f0 + u * (d0 + u * (s0 + u * (c3 + u * (c4 + u * c5))));
}

void vb_curve_impulse(size_t n_nodes, const double *restrict node, double first_s,
                      double tr_s, size_t n, double *restrict out)
{
    const double last = (double)(n_nodes - 1);

    for (size_t i = 0; i < n; i++) {
        const double x = (first_s + (double)i * tr_s) * VB_CURVE_NODES_PER_S;
        const bool inside = x > 0 && x <= last;
        const double at = inside ? fmin(floor(x), last - 1) : 0;
        const double h = hermite(node + VB_CURVE_ROW * (size_t)at + 1, x - at);

        out[i] = inside ? h : 0;
    }
}

/* H, constant beyond both ends. */
static inline double integral(const double *restrict node, double last, double t_s)
{
    const double x = fmin(fmax(t_s * VB_CURVE_NODES_PER_S, 0), last);
    const double at = fmin(floor(x), last - 1);

    return hermite(node + VB_CURVE_ROW * (size_t)at, x - at);
}

void vb_curve_box(size_t n_nodes, const double *restrict node, double first_s,
                  double duration_s, double tr_s, size_t n, double *restrict out)
{
    const double last = (double)(n_nodes - 1);

    for (size_t i = 0; i < n; i++) {
        const double t = first_s + (double)i * tr_s;

        out[i] = integral(node, last, t) - integral(node, last, t - duration_s);
    }
}
