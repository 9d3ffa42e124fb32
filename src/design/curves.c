/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curves.c - response functions tabulated with their derivatives.
 *
 * Why tables: a box needs H at (scan - onset) and (scan - onset - duration) for every
 * scan within 32 s of every event; an incomplete gamma function for each would cost
 * more than the rest of the design.  Derivatives of a gamma density are exact:
 *
 *     g' = g ((a-1)/t - 1/s),    g'' = g (((a-1)/t - 1/s)^2 - (a-1)/t^2)
 *
 * and H grows from node to node by the Hermite rule with f = h, step w,
 *
 *     w/2 (f0 + f1) + w^2/10 (f0' - f1') + w^3/120 (f0'' + f1''),
 *
 * whose error, w^7 f^(6) / 100800, is below rounding for w = 1/32 s.  All shapes are
 * above 3, so g, g' and g'' are 0 at t = 0.
 */
#include "hrf.h"

#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <string.h>

static const double STEP_S = 1.0 / VB_CURVE_NODES_PER_S;

/* {value, first, second derivative} of weight * g(t; shape, scale), added to f[3]. */
static void add_gamma(double t_s, double shape, double scale_s, double log_norm,
                      double weight, double f[3])
{
    const double x = t_s / scale_s, k = shape - 1;
    double g, slope;

    if (x <= 0)
        return;
    g = weight * exp(k * log(x) - x - log_norm) / scale_s;
    slope = k / t_s - 1 / scale_s;
    f[0] += g;
    f[1] += g * slope;
    f[2] += g * (slope * slope - k / (t_s * t_s));
}

static double hermite_area(const double f0[3], const double f1[3])
{
    return STEP_S / 2 * (f0[0] + f1[0]) + STEP_S * STEP_S / 10 * (f0[1] - f1[1]) +
           STEP_S * STEP_S * STEP_S / 120 * (f0[2] + f1[2]);
}

/* Adds coefficient * (double gamma scaled to area 1) to node[n_nodes x ROW].
 * part[n_nodes x 3] is scratch. */
static void add_part(double coefficient, const vb_double_gamma *g, size_t n_nodes,
                     double part[], double node[])
{
    const double log_norm = gsl_sf_lngamma(g->shape);
    const double under_norm = gsl_sf_lngamma(g->under_shape);
    double area = 0;

    memset(part, 0, n_nodes * 3 * sizeof *part);
    for (size_t i = 0; i < n_nodes; i++) {
        const double t = (double)i * STEP_S - g->onset_s;

        add_gamma(t, g->shape, g->scale_s, log_norm, 1, part + 3 * i);
        if (g->under_weight != 0)
            add_gamma(t, g->under_shape, g->under_scale_s, under_norm, -g->under_weight,
                      part + 3 * i);
        if (i)
            area += hermite_area(part + 3 * (i - 1), part + 3 * i);
    }
    for (size_t i = 0; i < n_nodes; i++)
        for (size_t k = 0; k < 3; k++)
            node[VB_CURVE_ROW * i + 1 + k] += coefficient / area * part[3 * i + k];
}

/* Integral of a b over the table; a, b are rows {H, h, h', h''}. */
static double inner_product(const double a[], const double b[], size_t n_nodes)
{
    double sum = 0, before[3] = {0};

    for (size_t i = 0; i < n_nodes; i++, a += VB_CURVE_ROW, b += VB_CURVE_ROW) {
        const double f[3] = {a[1] * b[1], a[2] * b[1] + a[1] * b[2],
                             a[3] * b[1] + 2 * a[2] * b[2] + a[1] * b[3]};

        if (i)
            sum += hermite_area(before, f);
        memcpy(before, f, sizeof f);
    }
    return sum;
}

static void remove_earlier(vb_curves *curves, size_t b)
{
    const size_t size = curves->n_nodes * VB_CURVE_ROW;
    double *own = curves->node + b * size;

    for (size_t k = 0; k < b; k++) {
        const double *other = curves->node + k * size;
        const double share = inner_product(own, other, curves->n_nodes) /
                             inner_product(other, other, curves->n_nodes);

        for (size_t i = 0; i < size; i++)
            own[i] -= share * other[i];
    }
}

vb_status vb_curves_build(const vb_hrf *hrf, vb_arena *arena, vb_curves *curves,
                          vb_error *err)
{
    const size_t n_nodes = (size_t)(hrf->length_s * VB_CURVE_NODES_PER_S) + 1;
    const size_t size = n_nodes * VB_CURVE_ROW;
    double *node, *part;

    *curves = (vb_curves){.length_s = hrf->length_s, .n_basis = hrf->n_basis};
    if (hrf->basis[0].n_knots) {
        curves->knots = hrf->basis;
        curves->start_s = fmin(hrf->basis[0].knot_s[0], 0);
        return VB_OK;
    }
    node = vb_arena_take(arena, hrf->n_basis * size, sizeof *node);
    part = vb_arena_take(arena, n_nodes * 3, sizeof *part);
    if (!node || !part)
        return vb_fail_memory(err, hrf->n_basis * size * sizeof *node);
    curves->n_nodes = n_nodes;
    curves->node = node;
    for (size_t b = 0; b < hrf->n_basis; b++) {
        double *own = node + b * size;

        for (size_t k = 0; k < hrf->basis[b].n_parts; k++)
            add_part(hrf->basis[b].part[k].coefficient, &hrf->basis[b].part[k].gamma,
                     n_nodes, part, own);
        for (size_t i = 1; i < n_nodes; i++)
            own[VB_CURVE_ROW * i] = own[VB_CURVE_ROW * (i - 1)] +
                                    hermite_area(own + VB_CURVE_ROW * (i - 1) + 1,
                                                 own + VB_CURVE_ROW * i + 1);
        remove_earlier(curves, b);
    }
    return VB_OK;
}
