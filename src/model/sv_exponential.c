/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_exponential.c - exponential discounting: equal steps take equal shares.
 *
 *     f = exp(-k x),    f = exp(-(k x)^s),    f = exp(-c 100 (1 - P))
 */
#include "model_internal.h"

#include <math.h>

/* theta: k */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = exp(-theta[0] * x[t]);
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++)
        d[t] = -x[t] * exp(-theta[0] * x[t]);
}

/* theta: k, s */
static void run_sensitivity(size_t n, const double x[], const double theta[],
                            double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = exp(-vb_power(theta[0] * x[t], theta[1]));
}

static void gradient_sensitivity(size_t n, const double x[], const double theta[],
                                 double d[])
{
    const double k = theta[0], s = theta[1];

    for (size_t t = 0; t < n; t++) {
        const double u = vb_power(k * x[t], s), f = exp(-u);

        d[t] = x[t] == 0 ? 0 : -f * s * x[t] * vb_power(k * x[t], s - 1);
        d[n + t] = -f * vb_power_log(k * x[t], s);
    }
}

/* theta: c.  The published constant counts per cent of risk. */
static void run_risk(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = exp(-theta[0] * 100 * (1 - x[t]));
}

static void gradient_risk(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++)
        d[t] = -100 * (1 - x[t]) * exp(-theta[0] * 100 * (1 - x[t]));
}

static const vb_param effort_params[] = {
    {"k", "1/{effort}", 0, 10, .057, "share of value lost by a small unit of effort"}};

const vb_term vb_term_effort_exponential =
    {.name = "exponential",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = exp(-k*E)",
     .n_params = 1,
     .params = effort_params,
     .run = run,
     .gradient = gradient,
     .source = "Bernacer et al. (effort discounting); Mehrhof et al. (2025)",
     .evidence = 'A',
     .note = "Published k: .022, .057, .100 (10th, 50th, 90th percentile) for effort "
             "in minutes "
             "of running."};

static const vb_param effort_sensitivity_params[] =
    {{"k", "1/{effort}", 0, 100, .06, "steepness"},
     {"s", "", 0, 100, 1, "sensitivity to effort; 1: exponential"}};

const vb_term vb_term_effort_constant_sensitivity =
    {.name = "constant_sensitivity",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = exp(-(k*E)^s)",
     .n_params = 2,
     .params = effort_sensitivity_params,
     .run = run_sensitivity,
     .gradient = gradient_sensitivity,
     .source = "Ebert & Prelec (2007) Manage Sci 53:1423, for effort",
     .evidence = 'A'};

static const vb_param delay_params[] = {
    {"k", "1/{delay}", 0, 10, .01, "discount rate"}};

const vb_term vb_term_delay_exponential = {.name = "exponential",
                                           .attributes = OF_DELAY,
                                           .kind = VB_FACTOR,
                                           .equation = "f = exp(-k*D)",
                                           .n_params = 1,
                                           .params = delay_params,
                                           .run = run,
                                           .gradient = gradient,
                                           .source =
                                               "Samuelson (1937) Rev Econ Stud 4:155",
                                           .evidence = 'C'};

static const vb_param delay_sensitivity_params[] =
    {{"k", "1/{delay}", 0, 100, .01, "impatience"},
     {"s", "", 0, 100, 1, "sensitivity to time; 1: exponential"}};

const vb_term vb_term_delay_constant_sensitivity =
    {.name = "constant_sensitivity",
     .attributes = OF_DELAY,
     .kind = VB_FACTOR,
     .equation = "f = exp(-(k*D)^s)",
     .n_params = 2,
     .params = delay_sensitivity_params,
     .run = run_sensitivity,
     .gradient = gradient_sensitivity,
     .source = "Ebert & Prelec (2007) Manage Sci 53:1423",
     .evidence = 'A'};

static const vb_param probability_params[] = {
    {"c", "1/percent", 0, 10, .0279, "share of value lost by one per cent of risk"}};

const vb_term vb_term_probability_exponential =
    {.name = "exponential",
     .attributes = OF_PROBABILITY,
     .kind = VB_FACTOR,
     .equation = "f = exp(-c*100*(1 - P))",
     .n_params = 1,
     .params = probability_params,
     .run = run_risk,
     .gradient = gradient_risk,
     .source = "Bernacer et al. (risk discounting)",
     .evidence = 'A',
     .note = "P is a fraction, c counts per cent.  Published c: .022, .027, .038 "
             "(10th, 50th, "
             "90th percentile)."};
