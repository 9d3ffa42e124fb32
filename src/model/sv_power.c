/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_power.c - terms with a free exponent.
 *
 *     c = k E^p,  f = 1 - k E^p,  U = R^rho,  f = P^h,  c = lambda L^rho
 */
#include "model_internal.h"

#include <math.h>

/* theta: k, p */
static void run_cost(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = theta[0] * vb_power(x[t], theta[1]);
}

static void gradient_cost(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++) {
        d[t] = vb_power(x[t], theta[1]);
        d[n + t] = theta[0] * vb_power_log(x[t], theta[1]);
    }
}

/* theta: k, p */
static void run_factor(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = 1 - theta[0] * vb_power(x[t], theta[1]);
}

static void gradient_factor(size_t n, const double x[], const double theta[],
                            double d[])
{
    for (size_t t = 0; t < n; t++) {
        d[t] = -vb_power(x[t], theta[1]);
        d[n + t] = -theta[0] * vb_power_log(x[t], theta[1]);
    }
}

/* theta: exponent */
static void run_plain(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = vb_power(x[t], theta[0]);
}

static void gradient_plain(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++)
        d[t] = vb_power_log(x[t], theta[0]);
}

static const char *refuses_negative(double x, const double theta[])
{
    (void)theta;
    return x < 0 ? "a power is not defined for a negative reward; use a loss attribute"
                 : NULL;
}

static const vb_param cost_params[] = {{"k", "{value}/{effort}^p", 0, 100, .5,
                                        "value that effort 1 costs"},
                                       {"p", "", 0, 10, 2,
                                        "curvature; 1: linear, 2: parabolic"}};

const vb_term vb_term_effort_power =
    {.name = "power",
     .attributes = OF_EFFORT,
     .kind = VB_COST,
     .equation = "c = k*E^p",
     .n_params = 2,
     .params = cost_params,
     .run = run_cost,
     .gradient = gradient_cost,
     .source = "Yao et al. (2023); Arulpragasam et al. (2018) PNAS 115:E5233 (as "
               "two-parameter "
               "power function)",
     .evidence = 'A',
     .note = "Fitted with k in 0..100 and p in 0..5 for effort as a proportion of the "
             "maximum; "
             "k and p are hard to tell apart when the levels are few."};

static const vb_param factor_params[] =
    {{"k", "1/{effort}^p", 0, 100, .1,
      "share of the reward's value that effort 1 takes"},
     {"p", "", 0, 100, 2, "curvature; 2: parabolic_factor"}};

const vb_term vb_term_effort_power_factor =
    {.name = "power_factor",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = 1 - k*E^p",
     .n_params = 2,
     .params = factor_params,
     .run = run_factor,
     .gradient = gradient_factor,
     .source = "Bialaszek et al. (2017) PLoS ONE 12:e0182353 (power function)",
     .evidence = 'A',
     .note = "Not power.  The factor can be negative."};

static const vb_param utility_params[] = {
    {"rho", "", 0, 2, .8, "curvature of utility; below 1: diminishing"}};

const vb_term vb_term_reward_power =
    {.name = "power",
     .attributes = OF_REWARD,
     .kind = VB_UTILITY,
     .equation = "U = R^rho",
     .unit = "{reward}^rho",
     .n_params = 1,
     .params = utility_params,
     .run = run_plain,
     .gradient = gradient_plain,
     .refuses = refuses_negative,
     .source = "Yao et al. (2023); Sokol-Hessner et al. (2009) PNAS 106:5035",
     .evidence = 'A',
     .note = "Fitted with rho in 0..1."};

static const vb_param probability_params[] = {
    {"h", "", 0, 10, 1, "weight of probability; 1: expected value, 0: ignored"}};

const vb_term vb_term_probability_power =
    {.name = "power",
     .attributes = OF_PROBABILITY,
     .kind = VB_FACTOR,
     .equation = "f = P^h",
     .n_params = 1,
     .params = probability_params,
     .run = run_plain,
     .gradient = gradient_plain,
     .source =
         "Cooper et al. (2019), full subjective-value model of the EEfRT: R*P^h - k*E",
     .evidence = 'C',
     .note = "P = 0 with h = 0 gives 1."};

static const vb_param loss_params[] =
    {{"lambda", "{value}/{loss}^rho", 0, 20, 1.5,
      "weight of a loss; above 1: loss aversion"},
     {"rho", "", 0, 2, .8, "curvature; published models use that of the reward"}};

const vb_term vb_term_loss_power =
    {.name = "power",
     .attributes = OF_LOSS,
     .kind = VB_COST,
     .equation = "c = lambda*L^rho",
     .n_params = 2,
     .params = loss_params,
     .run = run_cost,
     .gradient = gradient_cost,
     .source =
         "Yao et al. (2023): G^rho - lambda*L^rho - effort cost; Sokol-Hessner et al. "
         "(2009) PNAS 106:5035",
     .evidence = 'A',
     .note = "The loss is a positive amount.  For the published form give loss_rho the "
             "value of "
             "reward_rho."};
