/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fixed_effects.c - runs of one subject together, the runs taken as all there are.
 *
 *   mean:       e = sum e_r / n,            var = sum var_r / n^2
 *   precision:  e = sum (e_r / var_r) var,  var = 1 / sum (1 / var_r)
 *
 * The second has the smaller variance when the runs' variances are known; they are
 * estimated, so the first is the safer choice for few scans.
 */
#include "valuebold/glm.h"

#include <math.h>

static bool usable(double effect, double variance)
{
    return isfinite(effect) && isfinite(variance) && variance > 0;
}

void vb_glm_fixed_effects(size_t n_runs, size_t n_voxels, const double *const effects[],
                          const double *const variances[], vb_ffx_weight weight,
                          double effect[], double variance[])
{
    const double n = (double)n_runs;

    for (size_t v = 0; v < n_voxels; v++) {
        double sum = 0, spread = 0;
        bool good = n_runs > 0;

        for (size_t r = 0; r < n_runs; r++) {
            const double e = effects[r][v], var = variances[r][v];

            good = good && usable(e, var);
            sum += weight == VB_FFX_PRECISION ? e / var : e;
            spread += weight == VB_FFX_PRECISION ? 1 / var : var;
        }
        if (!good) {
            effect[v] = variance[v] = (double)NAN;
        } else if (weight == VB_FFX_PRECISION) {
            effect[v] = sum / spread;
            variance[v] = 1 / spread;
        } else {
            effect[v] = sum / n;
            variance[v] = spread / (n * n);
        }
    }
}
