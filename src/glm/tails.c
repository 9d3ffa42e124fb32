/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tails.c - tails of z, t and F in logarithms.
 *
 *     P(F > f) = I_x(df2/2, df1/2),  x = df2 / (df2 + df1 f),     P(|T| > t) with f = t^2
 *
 * I_x by its continued fraction on the side where it converges fast.  The
 * factor before it,
 *
 *     ln[x^a y^b / B(a,b)] = a ln(x/x0) + b ln(y/y0) + ln[ab / (2 pi (a+b))] / 2
 *                            - d(a) - d(b) + d(a+b),      x0 = a/(a+b), y0 = b/(a+b),
 *
 * d(a) = ln Gamma(a) - Stirling's formula, has no large terms that cancel: with lgamma
 * (which is not reentrant besides) 1e6 degrees of freedom would cost 7 digits.
 */
#include "valuebold/tails.h"
#include "tails_internal.h"

#include <float.h>
#include <math.h>

static const double ln2 = 0.693147180559945309417;
static const double ln_2pi = 1.837877066409345483561;
static const double sqrt2 = 1.414213562373095048802;
static const double half_sqrt_pi = 0.886226925452758013649;

/* ln(1 - exp(l)) for l <= 0, without loss at either end. */
static double log_complement(double l)
{
    return l > -ln2 ? log(-expm1(l)) : log1p(-exp(l));
}

double vb_stirling_excess(double a)
{
    /* 1/(12 a) - 1/(360 a^3) + ...: below 1e-16 with five terms from a = 16 on */
    static const double c[] = {1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680,
                               1.0 / 1188};
    double below = 0, r;

    while (a < 16) {
        below += (a + 0.5) * log1p(1 / a) - 1;
        a++;
    }
    r = 1 / (a * a);
    return below + (c[0] + r * (c[1] + r * (c[2] + r * (c[3] + r * c[4])))) / a;
}

/*
 * B(a,b) I_x(a,b) / (x^a y^b): the even part of the continued fraction (Didonato and Morris
 * 1992, ACM TOMS 18:360, eq. 9), by Lentz's method.  lambda = a - (a + b) x comes from the
 * caller: formed here it would cancel when x is near 1, as it is for t with a large df.
 */
static double beta_fraction(double a, double b, double x, double y, double lambda)
{
    const double tiny = 1e-300;
    const size_t most = 100000;
    double c, d = 0, f = a / (a + 1) * (lambda + 1);

    f = fabs(f) < tiny ? tiny : f;
    c = f;
    for (size_t step = 1; step <= most; step++) {
        const double n = (double)step, a2 = a + 2 * n - 1;
        const double w = n * (b - n) * x / a2;
        const double alpha = (a + n - 1) / a2 * (a + b + n - 1) * w * x;
        const double beta = n + w + (a + n) / (a2 + 2) * (lambda + 1 + n * (1 + y));
        double change;

        d = beta + alpha * d;
        c = beta + alpha / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        change = c * d;
        f *= change;
        if (fabs(change - 1) <= DBL_EPSILON)
            break;
    }
    return 1 / f;
}

/* ln I_x(a, b) as upper and the log of the rest as lower.  x + y = 1, lambda = a y - b x,
 * lx = ln(x/x0), ly = ln(y/y0): all from the caller, who has them without cancellation.
 * The fraction is used on the side where it converges, x < (a + 1) / (a + b + 2). */
static vb_tails beta_tails(double a, double b, double x, double y, double lambda,
                           double lx, double ly)
{
    const double front =
        a * lx + b * ly + 0.5 * (log(a) + log(b) - log(a + b) - ln_2pi) -
        vb_stirling_excess(a) - vb_stirling_excess(b) + vb_stirling_excess(a + b);
    vb_tails tails;

    if (lambda + y - x > 0) {
        tails.log_upper = fmin(0, front + log(beta_fraction(a, b, x, y, lambda)));
        tails.log_lower = log_complement(tails.log_upper);
    } else {
        tails.log_lower = fmin(0, front + log(beta_fraction(b, a, y, x, -lambda)));
        tails.log_upper = log_complement(tails.log_lower);
    }
    return tails;
}

/* ln(p / q) where p - q is known better than from their quotient. */
static double log_ratio(double p, double q, double difference)
{
    const double r = p / q;

    return r > 0.5 && r < 2 ? log1p(difference / q) : log(r);
}

static const vb_tails no_tails = {NAN, NAN};

vb_tails vb_tails_F(double f, double df1, double df2)
{
    const double whole = df2 + df1 * f, sum = df1 + df2;
    double lx, ly;

    if (!(f >= 0) || !(df1 > 0) || !(df2 > 0) || isinf(df1) || isinf(df2))
        return no_tails;
    if (f <= 0)
        return (vb_tails){0, -INFINITY};
    if (isinf(whole))
        return (vb_tails){-INFINITY, 0};
    lx = log_ratio(sum, whole, df1 * (1 - f));
    ly = log_ratio(f * sum, whole, df2 * (f - 1));
    return beta_tails(df2 / 2, df1 / 2, df2 / whole, df1 * f / whole,
                      df1 * df2 * (f - 1) / whole / 2, lx, ly);
}

/* Both tails of |t|: upper is P(|T| > |t|). */
static vb_tails tails_of_size(double t, double df)
{
    const double far = 1e100; /* beyond, t^2 might overflow, and df + t^2 = t^2 */

    t = fabs(t);
    if (isinf(t))
        return (vb_tails){-INFINITY, 0};
    if (t > far && t > far * df)
        return beta_tails(df / 2, 0.5, df / t / t, 1, df / 2, log(df + 1) - 2 * log(t),
                          log1p(df));
    return vb_tails_F(t * t, 1, df);
}

vb_tails vb_tails_t(double t, double df)
{
    vb_tails size, tails;

    if (isnan(t) || !(df > 0))
        return no_tails;
    if (isinf(df))
        return vb_tails_z(t);
    size = tails_of_size(t, df);
    tails.log_upper = size.log_upper - ln2;
    tails.log_lower = log_complement(tails.log_upper);
    return t >= 0 ? tails : (vb_tails){tails.log_lower, tails.log_upper};
}

/* ln P(Z > z), z >= 0. */
static double log_normal(double z)
{
    const double asymptotic = 20; /* from here 20 terms of the fraction give 1e-16 */
    double fraction = z;

    if (z < asymptotic)
        return log(0.5 * erfc(z / sqrt2));
    if (isinf(z))
        return -INFINITY;
    for (int k = 20; k > 0; k--) /* Mills' ratio, DLMF 7.9.2 */
        fraction = z + k / fraction;
    return -0.5 * z * z - 0.5 * ln_2pi - log(fraction);
}

vb_tails vb_tails_z(double z)
{
    vb_tails tails;

    if (isnan(z))
        return no_tails;
    tails.log_upper = log_normal(fabs(z));
    tails.log_lower = log_complement(tails.log_upper);
    return z >= 0 ? tails : (vb_tails){tails.log_lower, tails.log_upper};
}

double vb_p_two_sided(vb_tails tails)
{
    return fmin(1, 2 * exp(fmin(tails.log_upper, tails.log_lower)));
}

/* z with P(|Z| < z) = c, for c up to 0.7: Halley steps on erf. */
static double central_z(double c)
{
    double u = half_sqrt_pi * c * (1 + 0.2617993877991494 * c * c); /* pi/12 */

    for (int i = 0; i < 8; i++) {
        const double step = (erf(u) - c) * half_sqrt_pi * exp(u * u);

        u -= step / (1 + u * step);
        if (fabs(step) <= 1e-9 * u) /* the next would be below 1e-27 */
            break;
    }
    return sqrt2 * u;
}

/* z >= 0 with this ln P(Z > z) <= ln 0.15: Halley steps on the logarithm. */
static double far_z(double l)
{
    double z = sqrt(-2 * l - ln_2pi > 1 ? -2 * l - ln_2pi : 1);

    if (isinf(l))
        return INFINITY;
    for (int i = 0; i < 30; i++) {
        const double at = log_normal(z);
        /* hazard = pdf / tail; d ln(tail) = -hazard, d hazard = hazard (hazard - z) */
        const double hazard = exp(-0.5 * z * z - 0.5 * ln_2pi - at);
        const double newton = (at - l) / hazard;
        const double step = newton / (1 + 0.5 * newton * (hazard - z));

        z += step;
        if (fabs(step) <= 1e-7 * z) /* cubic: the next would be below 1e-16 */
            break;
    }
    return z;
}

double vb_z_from_tails(vb_tails tails)
{
    const bool positive = tails.log_upper <= tails.log_lower;
    const double l = positive ? tails.log_upper : tails.log_lower;
    double z;

    if (isnan(tails.log_upper) || isnan(tails.log_lower))
        return NAN;
    z = l > log(0.15) ? central_z(fmax(0, -expm1(l + ln2))) : far_z(l);
    return positive ? z : -z;
}

double vb_z_from_t(double t, double df)
{
    const double linear = 1e-8; /* below, z is proportional to t within t^2 */
    vb_tails size;
    double z;

    if (isnan(t) || !(df > 0))
        return NAN;
    if (isinf(df))
        return t;
    if (fabs(t) < linear)
        return t / linear * vb_z_from_t(linear, df);
    size = tails_of_size(t, df);
    /* near 0 the middle has the digits that the tails have lost */
    z = size.log_upper > log(0.3) ? central_z(exp(size.log_lower))
                                  : far_z(size.log_upper - ln2);
    return copysign(z, t);
}

double vb_z_from_F(double f, double df1, double df2)
{
    return vb_z_from_tails(vb_tails_F(f, df1, df2));
}
