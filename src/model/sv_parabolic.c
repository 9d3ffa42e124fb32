/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_parabolic.c - effort that counts with its square.
 *
 *     c = k E^2,    f = 1 - k E^2,    c = k1 E + k2 E^2
 *
 * The square makes equal steps of effort dearer near the maximum.  Papers call both of
 * the first two "parabolic"; their k have different units and cannot be exchanged, so
 * they are different terms here.
 */
#include "model_internal.h"

/* theta: k */
static void run_cost(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = theta[0] * (x[t] * x[t]);
}

static void gradient_cost(size_t n, const double x[], const double theta[], double d[])
{
    (void)theta;
    for (size_t t = 0; t < n; t++)
        d[t] = x[t] * x[t];
}

/* theta: k */
static void run_factor(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = 1 - theta[0] * (x[t] * x[t]);
}

static void gradient_factor(size_t n, const double x[], const double theta[],
                            double d[])
{
    (void)theta;
    for (size_t t = 0; t < n; t++)
        d[t] = -(x[t] * x[t]);
}

/* theta: linear, quadratic */
static void run_quadratic(size_t n, const double x[], const double theta[],
                          double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = theta[0] * x[t] + theta[1] * (x[t] * x[t]);
}

static void gradient_quadratic(size_t n, const double x[], const double theta[],
                               double d[])
{
    (void)theta;
    for (size_t t = 0; t < n; t++) {
        d[t] = x[t];
        d[n + t] = x[t] * x[t];
    }
}

static const vb_param cost_params[] = {
    {"k", "{value}/{effort}^2", 0, 100, .5, "value that effort 1 costs"}};

const vb_term vb_term_effort_parabolic =
    {.name = "parabolic",
     .attributes = OF_EFFORT,
     .kind = VB_COST,
     .equation = "c = k*E^2",
     .n_params = 1,
     .params = cost_params,
     .run = run_cost,
     .gradient = gradient_cost,
     .source =
         "Chong et al. (2017) PLoS Biol 15:e1002598; Lockwood et al. (2017) Nat Hum "
         "Behav 1:0131; Bialaszek et al. (2017) PLoS ONE 12:e0182353",
     .evidence = 'A',
     .note = "Not parabolic_factor.  Fitted with k in 0..1.5 for effort levels 2 to 6, "
             "0..100 "
             "for effort as a proportion of the maximum."};

static const vb_param factor_params[] = {
    {"k", "1/{effort}^2", 0, 10, .0009,
     "share of the reward's value that effort 1 takes"}};

const vb_term vb_term_effort_parabolic_factor =
    {.name = "parabolic_factor",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = 1 - k*E^2",
     .n_params = 1,
     .params = factor_params,
     .run = run_factor,
     .gradient = gradient_factor,
     .source = "Bernacer et al. (effort discounting, minutes of running)",
     .evidence = 'A',
     .note =
         "Not parabolic.  The factor is negative for E above 1/sqrt(k).  Published k: "
         ".0006, .0009, .0023 (10th, 50th, 90th percentile) for effort in minutes."};

static const vb_param quadratic_params[] = {{"linear", "{value}/{effort}", -100, 100,
                                             .5, "sensitivity to effort"},
                                            {"quadratic", "{value}/{effort}^2", -100,
                                             100, .5, "sensitivity to effort squared"}};

const vb_term vb_term_effort_quadratic =
    {.name = "quadratic",
     .attributes = OF_EFFORT,
     .kind = VB_COST,
     .equation = "c = linear*E + quadratic*E^2",
     .n_params = 2,
     .params = quadratic_params,
     .run = run_quadratic,
     .gradient = gradient_quadratic,
     .source =
         "Valton et al. (2025): acceptance bias, reward, linear and quadratic effort "
         "sensitivity",
     .evidence = 'B',
     .note =
         "With utility linear and choice rule bias this is the four-parameter model of "
         "the "
         "apple-gathering task; how the published one scaled R and E is not known."};
