/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * choice_more.c - rules that single papers use: a bias in log-odds beside an inverse
 * temperature, a fixed inverse temperature, a constant, a change of mind.
 */
#include "model_internal.h"

#include <math.h>

static void exponentiate(size_t n, double p[])
{
    for (size_t o = 0; o < n; o++)
        p[o] = exp(p[o]);
}

/* theta: inverse_temperature, bias.  The bias is added after scaling. */
static void log_odds_bias(size_t n, const double sv[], const double theta[],
                          double log_p[])
{
    double scaled[VB_MAX_OPTIONS] = {0};

    for (size_t o = 0; o < n; o++)
        scaled[o] = theta[0] * sv[o];
    vb_log_softmax(n, scaled, 1, theta[1], log_p);
}

static void odds_bias(size_t n, const double sv[], const double theta[], double p[])
{
    log_odds_bias(n, sv, theta, p);
    exponentiate(n, p);
}

static void gradient_odds_bias(size_t n, const double sv[], const double theta[],
                               size_t choice, double d_sv[], double d_theta[])
{
    double p[VB_MAX_OPTIONS], mean = 0;

    odds_bias(n, sv, theta, p);
    for (size_t o = 0; o < n; o++) {
        d_sv[o] = theta[0] * ((o == choice ? 1 : 0) - p[o]);
        mean += p[o] * sv[o];
    }
    d_theta[0] = sv[choice] - mean;
    d_theta[1] = (choice == 0 ? 1 : 0) - p[0];
}

static const vb_param odds_bias_params[] =
    {{"inverse_temperature", "1/{value}", 0, 100, 1,
      "how strictly choices follow value (beta); 0: bias alone"},
     {"bias", "log-odds", -100, 100, .5, "readiness to take the first option (c)"}};

const vb_choice_rule vb_choice_rule_softmax_log_odds_bias =
    {.name = "softmax_log_odds_bias",
     .equation = "P(1) = 1/(1 + exp(-(bias + beta*(SV_1 - SV_2)))), beta the "
                 "inverse_temperature",
     .n_params = 2,
     .params = odds_bias_params,
     .probabilities = odds_bias,
     .log_probabilities = log_odds_bias,
     .gradient = gradient_odds_bias,
     .source =
         "Constantino & Daw (2015) Cogn Affect Behav Neurosci 15:837: stay or leave "
         "a patch",
     .evidence = 'A',
     .note =
         "Not softmax_bias: this bias does not scale with beta.  For foraging the "
         "first option is to harvest, with delay: opportunity, the second to leave, "
         "worth 0."};

/* theta: bias */
static void log_bias_5(size_t n, const double sv[], const double theta[],
                       double log_p[])
{
    vb_log_softmax(n, sv, 5, theta[0], log_p);
}

static void bias_5(size_t n, const double sv[], const double theta[], double p[])
{
    log_bias_5(n, sv, theta, p);
    exponentiate(n, p);
}

static void gradient_bias_5(size_t n, const double sv[], const double theta[],
                            size_t choice, double d_sv[], double d_theta[])
{
    double p[VB_MAX_OPTIONS];

    bias_5(n, sv, theta, p);
    for (size_t o = 0; o < n; o++)
        d_sv[o] = 5 * ((o == choice ? 1 : 0) - p[o]);
    d_theta[0] = d_sv[0];
}

static const vb_param bias_5_params[] = {
    {"bias", "{value}", -100, 100, .5, "value added to the first option (a)"}};

const vb_choice_rule vb_choice_rule_softmax_bias_5 =
    {.name = "softmax_bias_5",
     .equation = "P(1) = 1/(1 + exp(-5*(bias + SV_1 - SV_2)))",
     .n_params = 1,
     .params = bias_5_params,
     .probabilities = bias_5,
     .log_probabilities = log_bias_5,
     .gradient = gradient_bias_5,
     .source = "Mehrhof et al. (2025), models with exponential effort discounting",
     .evidence = 'A',
     .note =
         "softmax_bias with the inverse temperature at 5, as in the public code; the "
         "weights of reward and effort are meant to be small."};

/* theta: share.  The rest is shared by the other options. */
static void constant(size_t n, const double sv[], const double theta[], double p[])
{
    double missing = 0; /* NaN when a value is */

    for (size_t o = 0; o < n; o++)
        missing += isnan(sv[o]) ? sv[o] : 0;
    for (size_t o = 0; o < n; o++)
        p[o] = missing + (n == 1   ? 1
                          : o == 0 ? theta[0]
                                   : (1 - theta[0]) / (double)(n - 1));
}

static void log_constant(size_t n, const double sv[], const double theta[],
                         double log_p[])
{
    constant(n, sv, theta, log_p);
    for (size_t o = 0; o < n; o++)
        log_p[o] = log(log_p[o]);
}

static void gradient_constant(size_t n, const double sv[], const double theta[],
                              size_t choice, double d_sv[], double d_theta[])
{
    (void)sv;
    for (size_t o = 0; o < n; o++)
        d_sv[o] = 0;
    d_theta[0] = n == 1 ? 0 : choice == 0 ? 1 / theta[0] : -1 / (1 - theta[0]);
}

static const vb_param constant_params[] = {
    {"share", "", 0, 1, .5,
     "probability of the first option, whatever is offered (b)"}};

const vb_choice_rule vb_choice_rule_constant =
    {.name = "constant",
     .equation = "P(1) = share",
     .n_params = 1,
     .params = constant_params,
     .no_values = true,
     .probabilities = constant,
     .log_probabilities = log_constant,
     .gradient = gradient_constant,
     .source = "Cooper et al. (2019): bias model of the EEfRT, for comparison",
     .evidence = 'B',
     .note =
         "Values do not count, but are still computed; a fit keeps their parameters at "
         "usual values and does not count them."};

/* theta: inverse_temperature, switch, switch_below */
static void log_switch(const vb_choice_input *in, const double theta[], double log_p[])
{
    const double *effort = in->effort;
    const size_t high = effort[1] > effort[0] ? 1 : 0;
    const bool told_apart = effort[0] < effort[1] || effort[0] > effort[1];

    vb_log_softmax(in->n_options, in->sv, theta[0], 0, log_p);
    if (!told_apart || !(in->reward[high] < theta[2]))
        return;
    log_p[1 - high] = log(exp(log_p[1 - high]) + theta[1] * exp(log_p[high]));
    log_p[high] += log1p(-theta[1]);
}

static const vb_param switch_params[] =
    {{"inverse_temperature", "1/{value}", 0, 100, 1,
      "how strictly choices follow value (beta); 0: chance"},
     {"switch", "", 0, 1, .1, "share of high-effort choices that are taken back (s)"},
     {"switch_below", "{reward}", 0, 1000, 5, "reward below which that happens"}};

const vb_choice_rule vb_choice_rule_softmax_switch =
    {.name = "softmax_switch",
     .equation =
         "P(high) = (1 - switch)*softmax(high) where the reward of the option of "
         "higher effort is below switch_below, else softmax",
     .n_params = 3,
     .params = switch_params,
     .n_options = 2,
     .log_probabilities_of = log_switch,
     .source =
         "Berwian et al. (2020) JAMA Psychiatry 77:513, a variant in the public code",
     .evidence = 'A',
     .note = "switch_below is 5 points there; hold it fixed in fits."};
