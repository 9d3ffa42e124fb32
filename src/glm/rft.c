/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rft.c - random fields: Euler characteristic densities of Gaussian, t and F fields (Worsley
 * et al. 1996, table II), p of peaks, heights for a p, p of cluster sizes.
 *
 *     P(peak > x) = 1 - exp(-sum_d R_d rho_d(x))
 *     P(n >= k)   = exp(-beta k^(2/3)), beta = (Gamma(5/2) / E[n])^(2/3), k in resels
 */
#include "tails_internal.h"
#include "valuebold/smoothness.h"

#include <float.h>
#include <math.h>

static const double pi = 3.141592653589793238463;
static const double four_ln2 = 2.772588722239781237669;

/* Times a common factor, dimensions 1, 2 and 3 are polynomials in x. */
static void gaussian(double x, double density[4])
{
    const double e = exp(-0.5 * x * x);

    density[1] = sqrt(four_ln2) / (2 * pi) * e;
    density[2] = four_ln2 / pow(2 * pi, 1.5) * e * x;
    density[3] = pow(four_ln2, 1.5) / (4 * pi * pi) * e * (x * x - 1);
}

static void student(double x, double df, double density[4])
{
    const double e = exp(-0.5 * (df - 1) * log1p(x * x / df));
    const double g =
        exp(vb_log_gamma((df + 1) / 2) - vb_log_gamma(df / 2)) / sqrt(df / 2);

    density[1] = sqrt(four_ln2) / (2 * pi) * e;
    density[2] = four_ln2 / pow(2 * pi, 1.5) * e * g * x;
    density[3] = pow(four_ln2, 1.5) / (4 * pi * pi) * e * ((df - 1) / df * x * x - 1);
}

static void fisher(double x, double k, double df, double density[4])
{
    const double a = k * x / df, b = vb_log_gamma(df / 2) + vb_log_gamma(k / 2);
    const double e = -0.5 * (df + k - 2) * log1p(a) - b;
    const double unit = sqrt(four_ln2 / (2 * pi));
    double power[4];

    for (int d = 1; d < 4; d++)
        power[d] = exp(vb_log_gamma((df + k - d) / 2) + 0.5 * (k - d) * log(a) + e);
    density[1] = unit * sqrt(2) * power[1];
    density[2] = unit * unit * power[2] * ((df - 1) * a - (k - 1));
    density[3] = unit * unit * unit / sqrt(2) * power[3] *
                 ((df - 1) * (df - 2) * a * a - (2 * df * k - df - k - 1) * a +
                  (k - 1) * (k - 2));
}

void vb_rft_densities(const vb_statistic *s, double x, double density[4])
{
    density[0] = exp(vb_statistic_tails(s, x).log_upper);
    if (s->kind == VB_STATISTIC_T && !isinf(s->df2))
        student(x, s->df2, density);
    else if (s->kind == VB_STATISTIC_F)
        fisher(x, s->df1, s->df2, density);
    else
        gaussian(x, density);
}

/* Expected Euler characteristic of the search volume above x. */
static double expected(const vb_statistic *s, double x, const double resels[4])
{
    double density[4], sum = 0;

    vb_rft_densities(s, x, density);
    for (size_t d = 0; d < 4; d++)
        sum += resels[d] * density[d];
    return sum;
}

double vb_rft_peak_p(const vb_statistic *s, double x, const vb_smoothness *smoothness)
{
    const double field = -expm1(-fmax(0, expected(s, x, smoothness->resels)));
    const double bonferroni =
        (double)smoothness->n_voxels * exp(vb_statistic_tails(s, x).log_upper);

    /* well below the bulk the expectation turns: there p is 1 */
    if (vb_statistic_tails(s, x).log_upper > log(0.1))
        return fmin(1, bonferroni);
    return fmin(1, fmin(field, bonferroni));
}

vb_status vb_rft_height(const vb_statistic *s, double alpha,
                        const vb_smoothness *smoothness, double *height, vb_error *err)
{
    const double n_voxels = (double)smoothness->n_voxels;
    const double bonferroni = vb_statistic_from_log_p(s, log(alpha / n_voxels));
    /* the expectation falls with x from p = 0.01 on, whatever the resels */
    double low = vb_statistic_from_log_p(s, log(0.01)), high = bonferroni;

    if (!(alpha > 0 && alpha < 1) || !smoothness->n_voxels)
        return vb_fail(
            err, VB_EDOM,
            "family-wise error: alpha is %g over %zu voxels, expected between 0 "
            "and 1 and some voxels",
            alpha, smoothness->n_voxels);
    if (s->kind != VB_STATISTIC_Z && !(s->df2 >= 3))
        return vb_fail(
            err, VB_EESTIMATE,
            "random fields need at least 3 residual degrees of freedom, found %g",
            s->df2);
    if (low >= high || -expm1(-expected(s, low, smoothness->resels)) <= alpha ||
        -expm1(-expected(s, high, smoothness->resels)) >= alpha) {
        *height = bonferroni;
        return VB_OK;
    }
    for (int i = 0; i < 200 && high - low > 4 * DBL_EPSILON * high; i++) {
        const double middle = 0.5 * (low + high);

        if (-expm1(-expected(s, middle, smoothness->resels)) > alpha)
            low = middle;
        else
            high = middle;
    }
    *height = high;
    return VB_OK;
}

void vb_rft_cluster_p(const vb_statistic *s, double height, size_t n_voxels,
                      const vb_smoothness *smoothness, double *uncorrected,
                      double *corrected)
{
    const double gamma_5_2 = 1.329340388179137020474; /* Gamma(5/2) */
    const double *fwhm = smoothness->fwhm_voxels, *resels = smoothness->resels;
    const double k = (double)n_voxels / (fwhm[0] * fwhm[1] * fwhm[2]);
    double density[4], clusters = 0, mean_size;

    vb_rft_densities(s, height, density);
    for (size_t d = 0; d < 4; d++) { /* a negative density means there are no more */
        density[d] = fmax(density[d], DBL_EPSILON);
        clusters += resels[d] * density[d];
    }
    mean_size = density[0] / density[3]; /* resels above height over clusters of full
                                            dimension: R3 cancels */
    *uncorrected = exp(-pow(gamma_5_2 * k / mean_size, 2.0 / 3));
    *corrected = -expm1(-clusters * *uncorrected);
}
