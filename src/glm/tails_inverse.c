/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tails_inverse.c - the statistic that has a given tail, for thresholds: roots found
 * between brackets (regula falsi with the Illinois rule), on a scale on which far tails
 * are near: asinh of t, ln of F.
 */
#include "tails_internal.h"
#include "valuebold/tails.h"

#include <math.h>

typedef struct target {
    double df1, df2; /* df1 0: t with df2 */
    double log_p;
} target;

/* How much the log tail at u is above the one wanted; falls with u. */
static double excess(const target *goal, double u)
{
    const vb_tails tails = goal->df1 > 0 ? vb_tails_F(exp(u), goal->df1, goal->df2)
                                         : vb_tails_t(sinh(u), goal->df2);

    /* whichever tail is the smaller has the digits */
    if (goal->log_p > -0.69)
        return log(-expm1(goal->log_p)) - tails.log_lower;
    return tails.log_upper - goal->log_p;
}

static double root(const target *goal, double low, double high)
{
    const double widest = 700; /* exp and sinh stay finite */
    double at_low, at_high;
    int last = 0;

    while ((at_low = excess(goal, low)) < 0 && low > -widest)
        low -= fmax(1, fabs(low));
    while ((at_high = excess(goal, high)) > 0 && high < widest)
        high += fmax(1, fabs(high));
    if (at_low < 0)
        return -INFINITY;
    if (at_high > 0)
        return INFINITY;
    for (int i = 0; i < 200 && high - low > 2e-16 * (fabs(low) + fabs(high)); i++) {
        /* an infinite end has no slope: halve */
        const bool slope = isfinite(at_low) && isfinite(at_high);
        double u = slope ? high - at_high * (high - low) / (at_high - at_low)
                         : 0.5 * (low + high);
        double at;

        if (!(u > low && u < high))
            u = 0.5 * (low + high);
        at = excess(goal, u);
        if (fabs(at) <= 0 || !(u > low && u < high))
            return u;
        if (at > 0) {
            low = u;
            at_low = at;
            at_high *= last == 1 ? 0.5 : 1; /* an end that stays twice is pulled in */
            last = 1;
        } else {
            high = u;
            at_high = at;
            at_low *= last == -1 ? 0.5 : 1;
            last = -1;
        }
    }
    return 0.5 * (low + high);
}

double vb_log_gamma(double a)
{
    const double half_ln_2pi = 0.918938533204672741780;

    return (a - 0.5) * log(a) - a + half_ln_2pi + vb_stirling_excess(a);
}

double vb_z_from_log_p(double log_p)
{
    if (!(log_p <= 0))
        return NAN;
    return vb_z_from_tails(
        (vb_tails){log_p, log_p > -0.5 ? log(-expm1(log_p)) : log1p(-exp(log_p))});
}

double vb_t_from_log_p(double log_p, double df)
{
    const target goal = {0, df, log_p};

    if (!(log_p <= 0) || !(df > 0))
        return NAN;
    if (isinf(df))
        return vb_z_from_log_p(log_p);
    return sinh(root(&goal, -1, 1));
}

double vb_F_from_log_p(double log_p, double df1, double df2)
{
    const target goal = {df1, df2, log_p};

    if (!(log_p <= 0) || !(df1 > 0) || !(df2 > 0) || isinf(df1) || isinf(df2))
        return NAN;
    return exp(root(&goal, -1, 1));
}

/* Hill (1970) CACM 13:617, algorithm 395 */
double vb_z_from_t_fast(double t, double df)
{
    const double a = df - 0.5, b = 48 * a * a, w2 = a * log1p(t * t / df), w = sqrt(w2);
    double z;

    if (!(df >= 20 && fabs(t) <= 6)) /* Hill's series ends too early there */
        return vb_z_from_t(t, df);
    z = w + w * (w2 + 3) / b -
        w * (((4 * w2 + 33) * w2 + 240) * w2 + 855) /
            (10 * b * (b + 0.8 * w2 * w2 + 100));
    return t < 0 ? -z : z;
}
