/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_dual_power.c - effort that may add value as well as take it.
 *
 *     f = 1 + w k1 E^p1 - (1 - w) k2 E^p2
 */
#include "model_internal.h"

#include <math.h>

/* theta: k1, p1, k2, p2, w */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    const double w = theta[4];

    for (size_t t = 0; t < n; t++) {
        const double gain = w * theta[0] * vb_power(x[t], theta[1]);
        const double cost = (1 - w) * theta[2] * vb_power(x[t], theta[3]);

        out[t] = 1 + gain - cost;
    }
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    const double w = theta[4];

    for (size_t t = 0; t < n; t++) {
        d[t] = w * vb_power(x[t], theta[1]);
        d[n + t] = w * theta[0] * vb_power_log(x[t], theta[1]);
        d[2 * n + t] = -(1 - w) * vb_power(x[t], theta[3]);
        d[3 * n + t] = -(1 - w) * theta[2] * vb_power_log(x[t], theta[3]);
        d[4 * n + t] =
            theta[0] * vb_power(x[t], theta[1]) + theta[2] * vb_power(x[t], theta[3]);
    }
}

static const vb_param params[] = {{"k1", "1/{effort}^p1", 0, 100, .1,
                                   "share of value that effort 1 adds"},
                                  {"p1", "", 0, 100, 1, "curvature of what is added"},
                                  {"k2", "1/{effort}^p2", 0, 100, .1,
                                   "share of value that effort 1 takes"},
                                  {"p2", "", 0, 100, 2, "curvature of what is taken"},
                                  {"w", "", 0, 1, .5, "weight of what is added"}};

const vb_term vb_term_effort_dual_power =
    {.name = "dual_power",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = 1 + w*k1*E^p1 - (1 - w)*k2*E^p2",
     .n_params = 5,
     .params = params,
     .run = run,
     .gradient = gradient,
     .source = "Marcowski, effort-choice models (public code), dual power function",
     .evidence = 'A',
     .note = "w and the two k are not identified apart from each other in one sample: "
             "only w*k1 "
             "and (1 - w)*k2 are."};
