/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trial_slope.c - a straight line through single-trial estimates, robust if wanted.
 *
 * Huber:    psi(u) = u within k, k sign(u) beyond             k = 1.345
 * bisquare: psi(u) = u (1 - (u/c)^2)^2 within c, 0 beyond      c = 4.685
 * (95 % efficient for normal errors; Holland & Welsch 1977 Commun Stat A6:813.)
 */
#include "valuebold/region_glm.h"
#include "valuebold/single_trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 200 };
static const double settled = 1e-10;
static const double huber_k = 1.345, bisquare_c = 4.685;
/* median of |x| of a standard normal variable */
static const double normal_mad = 0.67448975019608174;

static const char *const names[] = {"ols", "huber", "bisquare"};

const char *vb_slope_method_name(size_t i)
{
    return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

typedef struct line {
    size_t n;
    double *x, *y, *w,
        *r;      /* [n] signal about its mean, estimates, weights, residuals */
    double mean; /* of the signal */
    double a, b; /* y = a + b x */
    double scale;
    size_t n_steps;
    bool converged;
} line;

static double weight_of(vb_slope_method method, double u)
{
    const double part = u / bisquare_c;

    if (method == VB_SLOPE_BISQUARE)
        return fabs(part) < 1 ? (1 - part * part) * (1 - part * part) : 0;
    return fabs(u) <= huber_k ? 1 : huber_k / fabs(u);
}

static double psi_slope(vb_slope_method method, double u)
{
    const double q = u / bisquare_c * (u / bisquare_c);

    if (method == VB_SLOPE_BISQUARE)
        return q < 1 ? (1 - q) * (1 - 5 * q) : 0;
    return fabs(u) <= huber_k ? 1 : 0;
}

/* Weighted least squares; returns the change of the coefficients. */
static double solve(line *l)
{
    double w = 0, wx = 0, wy = 0, xx = 0, xy = 0, b, a, change;

    for (size_t i = 0; i < l->n; i++) {
        w += l->w[i];
        wx += l->w[i] * l->x[i];
        wy += l->w[i] * l->y[i];
    }
    for (size_t i = 0; i < l->n; i++) {
        const double x = l->x[i] - wx / w;

        xx += l->w[i] * x * x;
        xy += l->w[i] * x * l->y[i];
    }
    b = xy / xx;
    a = wy / w - b * wx / w;
    change = fmax(fabs(a - l->a), fabs(b - l->b) * sqrt(xx / w));
    l->a = a;
    l->b = b;
    for (size_t i = 0; i < l->n; i++)
        l->r[i] = l->y[i] - a - b * l->x[i];
    return change;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Median of |r| over that of a normal variable; work [n]. */
static double mad(const line *l, double *work)
{
    const size_t n = l->n;

    for (size_t i = 0; i < n; i++)
        work[i] = fabs(l->r[i]);
    qsort(work, n, sizeof *work, ascending);
    return (n % 2 ? work[n / 2] : (work[n / 2 - 1] + work[n / 2]) / 2) / normal_mad;
}

static void reweight(line *l, vb_slope_method method, double *work)
{
    for (l->converged = false; l->n_steps < MOST_STEPS && !l->converged; l->n_steps++) {
        l->scale = mad(l, work);
        if (!(l->scale > 0)) { /* half of the points lie on the line */
            l->converged = true;
            break;
        }
        for (size_t i = 0; i < l->n; i++)
            l->w[i] = weight_of(method, l->r[i] / l->scale);
        l->converged = solve(l) < settled * l->scale;
    }
}

/* Huber's (1981) eq. 6.7: K^2 s^2 sum psi^2 / (n - 2) / mean(psi')^2 (X'X)^-1, with
 * K = 1 + 2 / n var(psi') / mean(psi')^2. */
static double robust_variance(const line *l, vb_slope_method method)
{
    const double n = (double)l->n;
    double psi2 = 0, slope = 0, slope2 = 0, xx = 0, k, var;

    for (size_t i = 0; i < l->n; i++) {
        const double u = l->r[i] / l->scale, d = psi_slope(method, u);
        const double psi = u * weight_of(method, u);

        psi2 += psi * psi;
        slope += d;
        slope2 += d * d;
        xx += l->x[i] * l->x[i];
    }
    slope /= n;
    var = slope2 / n - slope * slope;
    k = 1 + 2 / n * var / (slope * slope);
    return k * k * l->scale * l->scale * psi2 / (n - 2) / (slope * slope) / xx;
}

static double plain_variance(line *l)
{
    double rr = 0, xx = 0;

    for (size_t i = 0; i < l->n; i++) {
        rr += l->r[i] * l->r[i];
        xx += l->x[i] * l->x[i];
    }
    l->scale = sqrt(rr / ((double)l->n - 2));
    return l->scale * l->scale / xx;
}

static bool varies(line *l)
{
    double mean = 0, square = 0, size = 0;

    for (size_t i = 0; i < l->n; i++)
        mean += l->x[i] / (double)l->n;
    for (size_t i = 0; i < l->n; i++) {
        size += l->x[i] * l->x[i];
        l->x[i] -= mean;
        square += l->x[i] * l->x[i];
    }
    l->mean = mean;
    return square > 1e-24 * size;
}

static void finish(line *l, vb_slope_method method, double level, vb_slope *out)
{
    const double variance = method == VB_SLOPE_OLS || !(l->scale > 0)
                                ? plain_variance(l)
                                : robust_variance(l, method);
    const vb_region_estimate e =
        vb_region_estimate_of(l->b, sqrt(variance), (double)l->n - 2, level);

    *out = (vb_slope){.n = l->n,
                      .intercept = l->a - l->b * l->mean,
                      .slope = l->b,
                      .se = sqrt(variance),
                      .t = e.statistic,
                      .df = (double)l->n - 2,
                      .p = e.p,
                      .low = e.low,
                      .high = e.high,
                      .scale = l->scale,
                      .least_weight = 1,
                      .n_steps = l->n_steps,
                      .converged = l->converged};
    for (size_t i = 0; i < l->n; i++)
        out->least_weight = fmin(out->least_weight, l->w[i]);
}

vb_status vb_trial_slope(vb_slope_method method, size_t n, const double signal[],
                         const double estimate[], double level, vb_slope *slope,
                         vb_error *err)
{
    double *all = calloc(n + 1, 5 * sizeof *all);
    line l = {.x = all, .converged = true};
    vb_status status = VB_OK;

    if (!all)
        return vb_fail_memory(err, n * 5 * sizeof *all);
    l.y = all + n;
    l.w = all + 2 * n;
    l.r = all + 3 * n;
    for (size_t i = 0; i < n; i++)
        if (isfinite(signal[i]) && isfinite(estimate[i])) {
            l.x[l.n] = signal[i];
            l.y[l.n] = estimate[i];
            l.w[l.n++] = 1;
        }
    if (l.n < 3)
        status =
            vb_fail(err, VB_EESTIMATE,
                    "a slope over trials: %zu of %zu have both an estimate and the "
                    "signal; it takes 3",
                    l.n, n);
    else if (!varies(&l))
        status = vb_fail(err, VB_EESTIMATE,
                         "a slope over trials: the signal is the same in all %zu", l.n);
    if (status == VB_OK) {
        solve(&l);
        if (method != VB_SLOPE_OLS)
            reweight(&l, VB_SLOPE_HUBER, all + 4 * n);
        if (method == VB_SLOPE_BISQUARE)
            reweight(&l, VB_SLOPE_BISQUARE, all + 4 * n);
        finish(&l, method, level, slope);
    }
    free(all);
    return status;
}
