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
#include "small_matrix.h"
#include "valuebold/glm.h"

#include <stdlib.h>
#include <string.h>

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

/* One run's C^-1 into precision [m x m] and C^-1 e into g [m]; e, c, l, x are work space. */
static void add_precision(size_t m, const double *upper, double *e, double *l,
                          double *x, double *precision, double *g)
{
    vb_small_unpack(m, upper, l);
    vb_small_cholesky(m, l);
    vb_small_forward(m, l, e, 1);
    memset(x, 0, m * m * sizeof *x);
    for (size_t i = 0; i < m; i++)
        x[i * m + i] = 1;
    for (size_t i = 0; i < m; i++)
        vb_small_forward(m, l, x + i, m); /* column i of L^-1 */
    for (size_t i = 0; i < m; i++)
        for (size_t r = 0; r < m; r++) {
            g[i] += x[r * m + i] * e[r];
            for (size_t k = 0; k < m; k++)
                precision[i * m + k] += x[r * m + i] * x[r * m + k];
        }
}

/* b'C^-1 b, C [m x m] in its lower triangle; both are used up */
static double wald(size_t m, double *c, double *b)
{
    double sum = 0;

    vb_small_cholesky(m, c);
    vb_small_forward(m, c, b, 1);
    for (size_t i = 0; i < m; i++)
        sum += b[i] * b[i];
    return sum;
}

/* precision: F = g'P^-1 g / m with P = sum C_r^-1, g = sum C_r^-1 e_r, for b = P^-1 g has
 * covariance P^-1.  mean: F = e'C^-1 e / m of the sums, the 1/n of both cancel. */
vb_status vb_glm_fixed_effects_f(size_t n_runs, size_t n_voxels, size_t m,
                                 const double *const effects[],
                                 const double *const covariances[],
                                 vb_ffx_weight weight, double f[], vb_error *err)
{
    const size_t n_pairs = m * (m + 1) / 2;
    double *work = malloc((3 * m * m + 2 * m + n_pairs + 1) * sizeof *work);
    double *sum = work, *l = sum + m * m, *x = l + m * m, *g = x + m * m, *e = g + m;
    double *upper = e + m;

    if (!work)
        return vb_fail_memory(err, 3 * m * m * sizeof *work);
    for (size_t v = 0; v < n_voxels; v++) {
        memset(sum, 0, m * m * sizeof *sum);
        memset(g, 0, m * sizeof *g);
        for (size_t r = 0; r < n_runs; r++) {
            for (size_t i = 0; i < n_pairs; i++)
                upper[i] = covariances[r][i * n_voxels + v];
            for (size_t i = 0; i < m; i++)
                e[i] = effects[r][i * n_voxels + v];
            if (weight == VB_FFX_PRECISION) {
                add_precision(m, upper, e, l, x, sum, g);
                continue;
            }
            vb_small_unpack(m, upper, l);
            for (size_t i = 0; i < m * m; i++)
                sum[i] += i % m <= i / m ? l[i] : 0;
            for (size_t i = 0; i < m; i++)
                g[i] += e[i];
        }
        f[v] = wald(m, sum, g) / (double)m;
        if (!isfinite(f[v]))
            f[v] = (double)NAN;
    }
    free(work);
    return VB_OK;
}
