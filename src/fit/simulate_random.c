/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simulate_random.c - streams of random numbers and draws from distributions.
 *
 * xoshiro256** and splitmix64 after the papers named in simulate.h.  Distributions are drawn
 * by inversion, x = F^-1(F(lower) + u (F(upper) - F(lower))): no rejection, hence one number
 * a draw.  The tail of the normal far above the mean is taken from its mirror image, where
 * F does not round to 1.
 */
#include "valuebold/simulate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static uint64_t rotate(uint64_t x, unsigned k)
{
    return (x << k) | (x >> (64 - k));
}

/* One step of splitmix64: *key moves on, the result is a hash of it. */
static uint64_t split_mix(uint64_t *key)
{
    uint64_t z = *key += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The end of each text counts too: "1", "2" is another key than "12", "". */
static uint64_t hash_text(uint64_t key, const char *text)
{
    for (const char *c = text ? text : ""; *c; c++) {
        key ^= (unsigned char)*c;
        key = split_mix(&key);
    }
    key ^= 0x100;
    return split_mix(&key);
}

void vb_random_start(vb_random *random, uint64_t seed, const char *participant,
                     const char *run, const char *purpose)
{
    uint64_t key = split_mix(&seed);

    key = hash_text(key, participant);
    key = hash_text(key, run);
    key = hash_text(key, purpose);
    for (size_t i = 0; i < 4; i++)
        random->state[i] = split_mix(&key);
}

uint64_t vb_random_bits(vb_random *random)
{
    uint64_t *s = random->state;
    const uint64_t result = rotate(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

double vb_random_uniform(vb_random *random)
{
    /* 52 bits and a half: with 53 the last midpoint would round to 1 */
    return ((double)(vb_random_bits(random) >> 12) + 0.5) * 0x1p-52;
}

size_t vb_random_index(vb_random *random, size_t n)
{
    const uint64_t top = UINT64_MAX - UINT64_MAX % n; /* a multiple of n */
    uint64_t bits;

    do
        bits = vb_random_bits(random);
    while (bits >= top);
    return (size_t)(bits % n);
}

size_t vb_random_pick(vb_random *random, size_t n, const double weight[])
{
    double sum = 0, at = 0, u;
    size_t last = 0;

    for (size_t i = 0; i < n; i++)
        sum += weight[i];
    u = vb_random_uniform(random) * sum;
    for (size_t i = 0; i < n; i++) {
        if (!(weight[i] > 0))
            continue;
        last = i;
        at += weight[i];
        if (u < at)
            break;
    }
    return last; /* also when rounding let u pass the last sum */
}

/* lower and upper as standard normal deviates. */
static void normal_cuts(const vb_distribution *d, double cut[2])
{
    const double ends[2] = {d->lower, d->upper};

    for (size_t i = 0; i < 2; i++)
        if (d->shape == VB_SHAPE_NORMAL)
            cut[i] = (ends[i] - d->a) / d->b;
        else
            cut[i] = ends[i] > 0 ? log(ends[i] / d->a) / d->b : (double)-INFINITY;
}

/* NULL, or that nothing lies between the cuts as far as doubles can tell. */
static const char *normal_fault(const vb_distribution *d)
{
    double cut[2], held;

    normal_cuts(d, cut);
    held = cut[0] > 0 ? gsl_cdf_ugaussian_Q(cut[0]) - gsl_cdf_ugaussian_Q(cut[1])
                      : gsl_cdf_ugaussian_P(cut[1]) - gsl_cdf_ugaussian_P(cut[0]);
    return held > 0 ? NULL : "has nothing between min and max";
}

const char *vb_distribution_fault(const vb_distribution *d)
{
    if (!isfinite(d->a) || !isfinite(d->b) || isnan(d->lower) || isnan(d->upper))
        return "needs finite numbers";
    if (!(d->lower < d->upper) && d->shape != VB_SHAPE_FIXED)
        return "has a min that is not below its max";
    switch (d->shape) {
    case VB_SHAPE_FIXED:
        return d->a < d->lower || d->a > d->upper ? "lies outside min and max" : NULL;
    case VB_SHAPE_UNIFORM:
        if (!(d->a < d->b))
            return "needs two numbers, the smaller one first";
        return d->upper <= d->a || d->lower >= d->b ? "lies outside min and max" : NULL;
    case VB_SHAPE_NORMAL:
        if (!(d->b > 0))
            return "needs a standard deviation above 0";
        return normal_fault(d);
    case VB_SHAPE_LOGNORMAL:
        if (!(d->a > 0) || !(d->b > 0))
            return "needs a median and a standard deviation of the logarithm above 0";
        return normal_fault(d);
    case VB_SHAPE_EXPONENTIAL:
        if (!(d->a > 0))
            return "needs a mean above 0";
        return d->upper <= 0 ? "is above 0, and max is not" : NULL;
    }
    return "has an unknown shape";
}

/* Standard normal cut to lower..upper. */
static double cut_normal(double lower, double upper, double u)
{
    double p, q;

    if (lower > 0)
        return -cut_normal(-upper, -lower, 1 - u);
    p = gsl_cdf_ugaussian_P(lower); /* 0 and 1 at infinity */
    q = gsl_cdf_ugaussian_P(upper);
    return gsl_cdf_ugaussian_Pinv(p + u * (q - p));
}

/* Exponential of mean 1 cut to lower..upper, lower >= 0. */
static double cut_exponential(double lower, double upper, double u)
{
    /* P(x - lower > t) = exp(-t), also where exp(-lower) is tiny */
    const double room = isinf(upper) ? 1 : -expm1(lower - upper);

    return lower - log1p(-u * room);
}

double vb_distribution_draw(const vb_distribution *d, vb_random *random)
{
    const double u = vb_random_uniform(random);
    double x, cut[2];

    switch (d->shape) {
    case VB_SHAPE_UNIFORM: {
        const double from = fmax(d->a, d->lower), to = fmin(d->b, d->upper);

        return from + u * (to - from);
    }
    case VB_SHAPE_NORMAL:
        normal_cuts(d, cut);
        x = d->a + d->b * cut_normal(cut[0], cut[1], u);
        break;
    case VB_SHAPE_LOGNORMAL:
        normal_cuts(d, cut);
        x = d->a * exp(d->b * cut_normal(cut[0], cut[1], u));
        break;
    case VB_SHAPE_EXPONENTIAL:
        x = d->a * cut_exponential(fmax(d->lower, 0) / d->a, d->upper / d->a, u);
        break;
    case VB_SHAPE_FIXED:
    default:
        return d->a;
    }
    return fmin(fmax(x, d->lower), d->upper); /* rounding only */
}
