/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_double_exponential.c - a fast and a slow system, averaged.
 *
 *     f = (exp(-b E) + exp(-d E)) / 2,    f = w exp(-b E) + (1 - w) exp(-d E)
 *
 * b and d may be exchanged without changing f, and are weakly identified.
 */
#include "model_internal.h"

#include <math.h>

/* theta: b, d */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = (exp(-theta[0] * x[t]) + exp(-theta[1] * x[t])) / 2;
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++) {
        d[t] = -x[t] * exp(-theta[0] * x[t]) / 2;
        d[n + t] = -x[t] * exp(-theta[1] * x[t]) / 2;
    }
}

/* theta: b, d, w */
static void run_weighted(size_t n, const double x[], const double theta[], double out[])
{
    const double w = theta[2];

    for (size_t t = 0; t < n; t++)
        out[t] = w * exp(-theta[0] * x[t]) + (1 - w) * exp(-theta[1] * x[t]);
}

static void gradient_weighted(size_t n, const double x[], const double theta[],
                              double d[])
{
    for (size_t t = 0; t < n; t++) {
        const double fast = exp(-theta[0] * x[t]), slow = exp(-theta[1] * x[t]);

        d[t] = -theta[2] * x[t] * fast;
        d[n + t] = -(1 - theta[2]) * x[t] * slow;
        d[2 * n + t] = fast - slow;
    }
}

static const vb_param params[] = {{"b", "1/{effort}", 0, 10, .12,
                                   "discount rate of one system"},
                                  {"d", "1/{effort}", 0, 50, .04,
                                   "discount rate of the other"}};

const vb_term vb_term_effort_double_exponential = {
    .name = "double_exponential",
    .attributes = OF_EFFORT,
    .kind = VB_FACTOR,
    .equation = "f = (exp(-b*E) + exp(-d*E)) / 2",
    .n_params = 2,
    .params = params,
    .run = run,
    .gradient = gradient,
    .source = "Bernacer et al. (effort discounting), after van den Bos & McClure "
              "(2013) J Exp "
              "Anal Behav 99:58",
    .evidence = 'A',
    .note =
        "Published for the whole sample: b = .1192, d = .0395 for effort in minutes of "
        "running.  About half of the published individual fits are local optima."};

static const vb_param weighted_params[] =
    {{"b", "1/{effort}", 0, 100, .12, "discount rate of the first system"},
     {"d", "1/{effort}", 0, 100, .04, "discount rate of the second"},
     {"w", "", 0, 1, .5, "weight of the first system"}};

const vb_term vb_term_effort_weighted_double_exponential =
    {.name = "weighted_double_exponential",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = w*exp(-b*E) + (1 - w)*exp(-d*E)",
     .n_params = 3,
     .params = weighted_params,
     .run = run_weighted,
     .gradient = gradient_weighted,
     .source = "van den Bos & McClure (2013) J Exp Anal Behav 99:58, for effort",
     .evidence = 'A'};
