/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_ar1.c - AR(1) by restricted maximum likelihood, each voxel its own.
 *
 *     F(rho) = (T - P) log SS(rho) + log|Q'KQ| - log(1 - rho^2),   minimised
 *
 * Newton's method on F, 32 voxels at a time, from the corrected moment estimate, which lies
 * within some hundredths.  A voxel stops by itself, so its
 * result does not depend on its neighbours.  What does not settle (a boundary, a second
 * valley) is searched on a grid and by golden section.
 * Reference: Patterson & Thompson (1971) Biometrika 58:545. */
#include "noise.h"

#include <math.h>

enum { MOST_STEPS = 8, GRID = 40, GOLDEN_STEPS = 44 };

/* Newton's method squares the error: after a step s1 the next one, s2, leaves s2 (s2 / s1)^2, and
 * s1 alone some s1^2 / 2.  The search ends below these. */
static const double settled_error = 1e-8, settled_step = 1e-4;
static const double longest_step = 0.15;

static double within(double rho)
{
    return fmax(-VB_RHO_MOST, fmin(VB_RHO_MOST, rho));
}

static void evaluate(const vb_glm_plan *plan, const vb_glm_lanes *l, const double *rho,
                     double *f)
{
    plan->kernels->likelihood(&plan->shape, l, rho, f);
}

/* One Newton step of every voxel that has not settled, before: the last one of each; returns how
 * many go on. */
static size_t newton(const vb_glm_plan *plan, vb_glm_lanes *l, double before[],
                     bool settled[])
{
    double slope[VB_LANES], bend[VB_LANES];
    size_t n_open = 0;

    plan->kernels->slopes(&plan->shape, l, l->rho, slope, bend);
    for (size_t v = 0; v < VB_LANES; v++) {
        double step = bend[v] > 0    ? -slope[v] / bend[v]
                      : slope[v] < 0 ? longest_step
                                     : -longest_step;

        if (settled[v])
            continue;
        step = fmax(-longest_step, fmin(longest_step, step));
        l->rho[v] = within(l->rho[v] + step);
        settled[v] = bend[v] > 0 &&
                     (fabs(step) < settled_step ||
                      fabs(step * step * step) < settled_error * before[v] * before[v]);
        before[v] = step;
        n_open += !settled[v];
    }
    return n_open;
}

/* The lowest point of a grid, then golden section between its neighbours. */
static void search(const vb_glm_plan *plan, vb_glm_lanes *l, const bool settled[])
{
    const double ratio = 0.61803398874989484820, step = 2 * VB_RHO_MOST / GRID;
    double at[VB_LANES], f[VB_LANES], low[VB_LANES] = {0}, high[VB_LANES] = {0};
    double best[VB_LANES] = {0};
    double x[2][VB_LANES], fx[2][VB_LANES];

    for (size_t i = 0; i <= GRID; i++) {
        for (size_t v = 0; v < VB_LANES; v++)
            at[v] = -VB_RHO_MOST + (double)i * step;
        evaluate(plan, l, at, f);
        for (size_t v = 0; v < VB_LANES; v++)
            if (i == 0 || f[v] < best[v]) {
                best[v] = f[v];
                low[v] = within(at[v] - step);
                high[v] = within(at[v] + step);
            }
    }
    for (int i = 0; i < GOLDEN_STEPS; i++) {
        for (size_t v = 0; v < VB_LANES; v++) {
            x[0][v] = high[v] - ratio * (high[v] - low[v]);
            x[1][v] = low[v] + ratio * (high[v] - low[v]);
        }
        evaluate(plan, l, x[0], fx[0]);
        evaluate(plan, l, x[1], fx[1]);
        for (size_t v = 0; v < VB_LANES; v++)
            if (fx[0][v] < fx[1][v])
                high[v] = x[1][v];
            else
                low[v] = x[0][v];
    }
    for (size_t v = 0; v < VB_LANES; v++)
        if (!settled[v])
            l->rho[v] = 0.5 * (low[v] + high[v]);
}

static void estimate(const vb_glm_plan *plan, vb_glm_lanes *l)
{
    bool settled[VB_LANES] = {false};
    double before[VB_LANES] = {0};
    size_t n_open = VB_LANES;

    vb_ar1_moment(plan, l);
    for (int i = 0; i < MOST_STEPS && n_open; i++)
        n_open = newton(plan, l, before, settled);
    if (n_open)
        search(plan, l, settled);
}

const vb_noise vb_noise_ar1 = {
    .name = "ar1",
    .meaning =
        "AR(1) by exact restricted maximum likelihood, each voxel its own (default)",
    .source = "Patterson & Thompson (1971) Biometrika 58:545",
    .small_sample = VB_SMALL_SAMPLE_KENWARD_ROGER,
    .has_lag = true,
    .exact_start = true,
    .has_bias = true,
    .has_curves = true,
    .estimate = estimate,
};
