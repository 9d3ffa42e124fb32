/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_hyperbolic.c - hyperbolic discounting, steep first and flatter later.
 *
 *     f = 1 / (1 + k x),    f = 1 / (1 + k x)^s,    f = 1 / (1 + h (1 - P) / P)
 */
#include "model_internal.h"

#include <math.h>

/* theta: k */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = 1 / (1 + theta[0] * x[t]);
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++) {
        const double f = 1 / (1 + theta[0] * x[t]);

        d[t] = -x[t] * f * f;
    }
}

/* theta: k, s */
static void run_myerson(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = vb_power(1 + theta[0] * x[t], -theta[1]);
}

static void gradient_myerson(size_t n, const double x[], const double theta[],
                             double d[])
{
    for (size_t t = 0; t < n; t++) {
        const double base = 1 + theta[0] * x[t], f = vb_power(base, -theta[1]);

        d[t] = -theta[1] * x[t] * f / base;
        d[n + t] = -log(base) * f;
    }
}

/* theta: h.  Multiplied out by P, so that P = 0 gives the limit 0. */
static void run_odds(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] =
            theta[0] == 0 && !isnan(x[t]) ? 1 : x[t] / (x[t] + theta[0] * (1 - x[t]));
}

static void gradient_odds(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++) {
        const double all = x[t] + theta[0] * (1 - x[t]);

        d[t] = x[t] == 0 ? 0 : -x[t] * (1 - x[t]) / (all * all);
    }
}

static const vb_param effort_params[] = {
    {"k", "1/{effort}", 0, 100, .13, "steepness: half the value is lost at E = 1/k"}};

const vb_term vb_term_effort_hyperbolic = {
    .name = "hyperbolic",
    .attributes = OF_EFFORT,
    .kind = VB_FACTOR,
    .equation = "f = 1 / (1 + k*E)",
    .n_params = 1,
    .params = effort_params,
    .run = run,
    .gradient = gradient,
    .source =
        "Prevost et al. (2010) J Neurosci 30:14080; Yao et al. (2023); Bernacer et al.",
    .evidence = 'A',
    .note = "Published k: .029, .131, .285 (10th, 50th, 90th percentile) for effort in "
            "minutes "
            "of running; fitted in 0..50 for effort as a proportion of the maximum."};

static const vb_param effort_myerson_params[] =
    {{"k", "1/{effort}", 0, 100, .13, "steepness"},
     {"s", "", 0, 100, 1, "scaling of the attribute; 1: hyperbolic"}};

const vb_term vb_term_effort_myerson =
    {.name = "myerson",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = 1 / (1 + k*E)^s",
     .n_params = 2,
     .params = effort_myerson_params,
     .run = run_myerson,
     .gradient = gradient_myerson,
     .source = "Myerson & Green (1995) J Exp Anal Behav 64:263, for effort",
     .evidence = 'A',
     .note = "k and s are hard to tell apart."};

static const vb_param delay_params[] = {
    {"k", "1/{delay}", 0, 10, .01, "steepness: half the value is lost at D = 1/k"}};

const vb_term vb_term_delay_hyperbolic =
    {.name = "hyperbolic",
     .attributes = OF_DELAY,
     .kind = VB_FACTOR,
     .equation = "f = 1 / (1 + k*D)",
     .n_params = 1,
     .params = delay_params,
     .run = run,
     .gradient = gradient,
     .source = "Mazur (1987); Peters & Buechel (2009) J Neurosci 29:15727",
     .evidence = 'A',
     .note = "k is .0001 to 1 for delays in days."};

static const vb_param delay_myerson_params[] =
    {{"k", "1/{delay}", 0, 100, .01, "steepness"},
     {"s", "", 0, 100, 1, "scaling of the delay; 1: hyperbolic"}};

const vb_term vb_term_delay_myerson =
    {.name = "myerson",
     .attributes = OF_DELAY,
     .kind = VB_FACTOR,
     .equation = "f = 1 / (1 + k*D)^s",
     .n_params = 2,
     .params = delay_myerson_params,
     .run = run_myerson,
     .gradient = gradient_myerson,
     .source = "Myerson & Green (1995) J Exp Anal Behav 64:263",
     .evidence = 'C',
     .note = "k and s are hard to tell apart."};

static const vb_param probability_params[] = {
    {"h", "", 0, 100, 1, "weight of the odds against winning; 1: expected value"}};

const vb_term vb_term_probability_hyperbolic =
    {.name = "hyperbolic",
     .attributes = OF_PROBABILITY,
     .kind = VB_FACTOR,
     .equation = "f = 1 / (1 + h*(1 - P)/P)",
     .n_params = 1,
     .params = probability_params,
     .run = run_odds,
     .gradient = gradient_odds,
     .source =
         "Rachlin et al. (1991) J Exp Anal Behav 55:233; Peters & Buechel (2009) J "
         "Neurosci 29:15727",
     .evidence = 'B',
     .note = "P = 0 gives 0, the limit.  Above h = 1: averse to risk."};
