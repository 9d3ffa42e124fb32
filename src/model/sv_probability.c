/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_probability.c - expected value, and probability weighting.
 *
 *     f = P,    f = d P^g / (d P^g + (1 - P)^g),    f = exp(-d (-ln P)^g)
 */
#include "model_internal.h"

#include <math.h>

#include <string.h>

static void run_expected(size_t n, const double x[], const double theta[], double out[])
{
    (void)theta;
    memcpy(out, x, n * sizeof *out);
}

/* theta: d, g */
static void run_weighting(size_t n, const double x[], const double theta[],
                          double out[])
{
    for (size_t t = 0; t < n; t++) {
        const double for_it = theta[0] * vb_power(x[t], theta[1]);
        const double against = vb_power(1 - x[t], theta[1]);

        /* d = 0 gives 0 everywhere, also at P = 1 */
        out[t] = for_it == 0 ? 0 : for_it / (for_it + against);
    }
}

static void gradient_weighting(size_t n, const double x[], const double theta[],
                               double d[])
{
    for (size_t t = 0; t < n; t++) {
        const double a = vb_power(x[t], theta[1]), b = vb_power(1 - x[t], theta[1]);
        const double all = theta[0] * a + b, f = theta[0] * a / all;
        const bool certain = x[t] == 0 || x[t] == 1;

        d[t] = a * b / (all * all);
        d[n + t] = certain ? 0 : f * (1 - f) * (log(x[t]) - log1p(-x[t]));
    }
}

/* theta: d, g */
static void run_prelec(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] =
            x[t] == 0 ? theta[0] == 0 : exp(-theta[0] * vb_power(-log(x[t]), theta[1]));
}

static void gradient_prelec(size_t n, const double x[], const double theta[],
                            double d[])
{
    for (size_t t = 0; t < n; t++) {
        const double nats = -log(x[t]), u = vb_power(nats, theta[1]);
        const double f = exp(-theta[0] * u);

        d[t] = x[t] == 0 ? 0 : -u * f;
        d[n + t] = x[t] == 0 ? 0 : -theta[0] * vb_power_log(nats, theta[1]) * f;
    }
}

const vb_term vb_term_probability_expected =
    {.name = "expected",
     .attributes = OF_PROBABILITY,
     .kind = VB_FACTOR,
     .equation = "f = P",
     .run = run_expected,
     .source = "Expected value; Treadway et al. (2009) PLoS ONE 4:e6598 as covariate",
     .evidence = 'C'};

static const vb_param weighting_params[] =
    {{"d", "", 0, 5, 1, "elevation: optimism"},
     {"g", "", 0, 2, .7, "curvature; below 1: small probabilities count too much"}};

const vb_term vb_term_probability_weighting =
    {.name = "weighting",
     .attributes = OF_PROBABILITY,
     .kind = VB_FACTOR,
     .equation = "f = d*P^g / (d*P^g + (1 - P)^g)",
     .n_params = 2,
     .params = weighting_params,
     .run = run_weighting,
     .gradient = gradient_weighting,
     .source = "Goldstein & Einhorn (1987) Psychol Rev 94:236; Yao et al. (2023)",
     .evidence = 'A',
     .note = "Fitted with d in 0..5 and g in 0..1."};

static const vb_param prelec_params[] =
    {{"d", "", 0, 5, 1, "elevation; above 1: pessimism"},
     {"g", "", 0, 2, .7, "curvature; below 1: small probabilities count too much"}};

const vb_term vb_term_probability_prelec = {.name = "prelec",
                                            .attributes = OF_PROBABILITY,
                                            .kind = VB_FACTOR,
                                            .equation = "f = exp(-d*(-ln P)^g)",
                                            .n_params = 2,
                                            .params = prelec_params,
                                            .run = run_prelec,
                                            .gradient = gradient_prelec,
                                            .source =
                                                "Prelec (1998) Econometrica 66:497",
                                            .evidence = 'C',
                                            .note = "P = 0 gives 0, the limit."};
