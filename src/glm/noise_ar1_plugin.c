/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise_ar1_plugin.c - AR(1) as nilearn fits it, for comparison with nilearn.
 *
 *     rho = [sum r_t r_{t-1} / (T - 1)] / [sum r_t^2 / T],  cut to two decimals toward 0
 *
 * r is the OLS residual.  The fit lowers its autocorrelation, rho is too small and t too
 * large: 6-8 % false positives at a nominal 5 %.  The first scan keeps weight 1. */
#include "noise.h"

#include <math.h>

static void estimate(const vb_glm_plan *plan, vb_glm_lanes *l)
{
    const double n = (double)plan->n_scans;

    for (size_t v = 0; v < VB_LANES; v++) {
        const double rho = l->r1[v] / l->r0[v] * n / (n - 1);

        l->rho[v] = fmax(-VB_RHO_MOST, fmin(VB_RHO_MOST, trunc(rho * 100) / 100));
    }
}

const vb_noise vb_noise_ar1_plugin = {
    .name = "ar1-plugin",
    .meaning = "AR(1) from the OLS residuals, in steps of 0.01, as nilearn does; for "
               "comparison, its p-values are too small",
    .source =
        "nilearn 0.10-0.14, glm/first_level/first_level.py: run_glm, _yule_walker",
    .has_lag = true,
    .estimate = estimate,
};
