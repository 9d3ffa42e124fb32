/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * choice_ddm.c - choice and response time from a drift to one of two boundaries.
 *
 *     drift v = drift_rate (SV_1 - SV_2), boundaries 0 and a, start w a, noise 1/sqrt(s)
 *     P(1) = (1 - exp(-2 v a w)) / (1 - exp(-2 v a))
 *     first passage of the upper boundary at t: Wiener density with (-v, 1 - w)
 *
 * The density at the lower boundary is exp(-v a w - v^2 t/2) / a^2 times that of drift 0 at
 * t / a^2, of which there are two series; the one that needs fewer terms for an error
 * below 1e-29 is taken (Navarro & Fuss 2009, J Math Psychol 53:222).
 */
#include "model_internal.h"

#include <math.h>

static const double pi = 3.14159265358979323846;
static const double series_error = 1e-29;

/* Density of the first passage at 0 with drift 0, boundary 1, start w, at time s. */
static double standard_density(double s, double w)
{
    double few = 2, many = 1 / (pi * sqrt(s)), sum = 0;
    const double short_error = 2 * sqrt(2 * pi * s) * series_error;

    if (short_error < 1)
        few = fmax(2 + sqrt(-2 * s * log(short_error)), sqrt(s) + 1);
    if (pi * s * series_error < 1)
        many = fmax(sqrt(-2 * log(pi * s * series_error) / (pi * pi * s)), many);
    if (few < many) { /* series for short times */
        const int reach = (int)ceil(few) / 2 + 1;

        for (int k = -reach; k <= reach; k++)
            sum += (w + 2 * k) * exp(-(w + 2 * k) * (w + 2 * k) / (2 * s));
        return sum / sqrt(2 * pi * s * s * s);
    }
    for (int k = 1; k <= (int)ceil(many); k++)
        sum += k * exp(-k * k * pi * pi * s / 2) * sin(k * pi * w);
    return pi * sum;
}

/* log of the probability of the upper boundary. */
static double log_upper(double v, double a, double w)
{
    const double u = 2 * fabs(v) * a;

    if (u < 1e-12)
        return log(w);
    return log(-expm1(-u * w)) - log(-expm1(-u)) - (v < 0 ? u * (1 - w) : 0);
}

/* theta: drift_rate, boundary, start, non_decision */
static void log_ddm(size_t n, const double sv[], const double theta[], double log_p[])
{
    const double v = theta[0] * (sv[0] - sv[n - 1]);

    log_p[0] = n == 1 ? 0 : log_upper(v, theta[1], theta[2]);
    if (n > 1)
        log_p[1] = log_upper(-v, theta[1], 1 - theta[2]);
    for (size_t o = 0; o < n; o++)
        if (isnan(v))
            log_p[o] = v;
}

static void ddm(size_t n, const double sv[], const double theta[], double p[])
{
    log_ddm(n, sv, theta, p);
    for (size_t o = 0; o < n; o++)
        p[o] = exp(p[o]);
}

static double log_density(const vb_choice_input *in, const double theta[])
{
    const double a = theta[1], t_s = in->response_time_s - theta[3];
    double v = theta[0] * (in->sv[0] - in->sv[1]), w = theta[2];

    if (in->choice ==
        0) { /* the upper boundary is the lower one of the mirrored walk */
        v = -v;
        w = 1 - w;
    }
    if (t_s <= 0)
        return -INFINITY;
    return log(standard_density(t_s / (a * a), w)) - v * a * w - v * v * t_s / 2 -
           2 * log(a);
}

static const vb_param params[] =
    {{"drift_rate", "1/{value}/s", 0, 100, 1, "drift for one unit of value"},
     {"boundary", "", .01, 20, 2, "distance of the boundaries: caution (a)"},
     {"start", "", .001, .999, .5, "where it starts, as a share of the boundary (w)"},
     {"non_decision", "s", 0, 5, .3, "time that is not deciding: seeing, pressing"}};

const vb_choice_rule vb_choice_rule_ddm = {
    .name = "ddm",
    .equation = "drift v = drift_rate*(SV_1 - SV_2); P(1) = (1 - exp(-2*v*a*w)) / (1 - "
                "exp(-2*v*a)); response times: Wiener first-passage density after "
                "non_decision",
    .n_params = 4,
    .params = params,
    .n_options = 2,
    .probabilities = ddm,
    .log_probabilities = log_ddm,
    .log_density = log_density,
    .source =
        "Berwian et al. (2020) JAMA Psychiatry 77:513; density: Navarro & Fuss (2009) "
        "J Math Psychol 53:222",
    .evidence = 'A',
    .note =
        "The first option is the upper boundary.  Where trials have response times the "
        "log-likelihood is that of choice and time, per second; a time below "
        "non_decision is impossible (-inf).  Published: boundary = exp(x), start and "
        "non_decision = 0.7 s times logistic(x)."};
