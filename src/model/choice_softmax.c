/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * choice_softmax.c - choice probabilities that grow with value.
 *
 *     P(o) = exp(beta SV_o) / sum_i exp(beta SV_i)
 *     two options: P(1) = logistic(beta (SV_1 - SV_2))
 *
 * and its relatives: temperature 1/beta, a bias towards the first option, lapses.
 * Everything is made of log P, the largest term taken out first, so that neither
 * overflow nor log(0) can happen at extreme values.
 */
#include "model_internal.h"

/* log P(o) for log-odds beta * (value of o), with bias added to the first value. */
void vb_log_softmax(size_t n, const double sv[], double beta, double bias,
                    double log_p[])
{
    double most = -INFINITY, sum = 0;
    size_t best = 0;

    for (size_t o = 0; o < n; o++) {
        log_p[o] = sv[o] + (o == 0 ? bias : 0);
        if (!(log_p[o] <=
              most)) { /* a missing value becomes the most: all are missing */
            most = log_p[o];
            best = o;
        }
        if (isnan(most))
            break;
    }
    for (size_t o = 0; o < n; o++)
        log_p[o] = isnan(most) ? most : beta * (log_p[o] - most);
    for (size_t o = 0; o < n; o++)
        if (o != best)
            sum += exp(log_p[o]);
    for (size_t o = 0; o < n; o++)
        log_p[o] -= log1p(sum);
}

/* Derivatives of log P(choice) by the values (d_sv), and by beta and bias. */
static void gradient(size_t n, const double sv[], double beta, double bias,
                     size_t choice, double d_sv[], double *by_beta, double *by_bias)
{
    double mean = 0, p[VB_MAX_OPTIONS];

    vb_log_softmax(n, sv, beta, bias, p);
    for (size_t o = 0; o < n; o++) {
        const double share = exp(p[o]);

        d_sv[o] = beta * ((o == choice ? 1 : 0) - share);
        mean += share * (sv[o] + (o == 0 ? bias : 0));
    }
    *by_beta = sv[choice] + (choice == 0 ? bias : 0) - mean;
    *by_bias = d_sv[0];
}

static void exponentiate(size_t n, double p[])
{
    for (size_t o = 0; o < n; o++)
        p[o] = exp(p[o]);
}

static const vb_param inverse_temperature =
    {"inverse_temperature",
     "1/{value}",
     0,
     100,
     1,
     "how strictly choices follow value (beta); 0: chance"};

/* theta: inverse_temperature */
static void log_plain(size_t n, const double sv[], const double theta[], double log_p[])
{
    vb_log_softmax(n, sv, theta[0], 0, log_p);
}

static void plain(size_t n, const double sv[], const double theta[], double p[])
{
    log_plain(n, sv, theta, p);
    exponentiate(n, p);
}

static void gradient_plain(size_t n, const double sv[], const double theta[],
                           size_t choice, double d_sv[], double d_theta[])
{
    double unused;

    gradient(n, sv, theta[0], 0, choice, d_sv, &d_theta[0], &unused);
}

const vb_choice_rule vb_choice_rule_softmax =
    {.name = "softmax",
     .equation =
         "P(o) = exp(beta*SV_o) / sum_i exp(beta*SV_i), beta the inverse_temperature; "
         "two options: P(1) = 1/(1 + exp(-beta*(SV_1 - SV_2)))",
     .n_params = 1,
     .params = &inverse_temperature,
     .probabilities = plain,
     .log_probabilities = log_plain,
     .gradient = gradient_plain,
     .source = "Luce (1959); Sutton & Barto (1998)",
     .evidence = 'A',
     .note = "An offer against a fixed alternative (rest for 1 credit) is a softmax "
             "with that "
             "alternative as the second option."};

/* theta: temperature */
static void log_temperature(size_t n, const double sv[], const double theta[],
                            double log_p[])
{
    vb_log_softmax(n, sv, 1 / theta[0], 0, log_p);
}

static void temperature(size_t n, const double sv[], const double theta[], double p[])
{
    log_temperature(n, sv, theta, p);
    exponentiate(n, p);
}

static void gradient_temperature(size_t n, const double sv[], const double theta[],
                                 size_t choice, double d_sv[], double d_theta[])
{
    double by_beta, unused;

    gradient(n, sv, 1 / theta[0], 0, choice, d_sv, &by_beta, &unused);
    d_theta[0] = -by_beta / (theta[0] * theta[0]);
}

static const vb_param temperature_params[] = {
    {"temperature", "{value}", .001, 1000, 1,
     "randomness of choices (tau); large: chance"}};

const vb_choice_rule vb_choice_rule_softmax_temperature =
    {.name = "softmax_temperature",
     .equation = "P(o) = exp(SV_o/tau) / sum_i exp(SV_i/tau), tau the temperature",
     .n_params = 1,
     .params = temperature_params,
     .probabilities = temperature,
     .log_probabilities = log_temperature,
     .gradient = gradient_temperature,
     .source = "softmax with tau = 1/beta",
     .evidence = 'C',
     .note =
         "Some papers call beta the temperature: here temperature is always tau and "
         "inverse_temperature always beta."};

/* theta: bias */
static void log_bias(size_t n, const double sv[], const double theta[], double log_p[])
{
    vb_log_softmax(n, sv, 1, theta[0], log_p);
}

static void bias(size_t n, const double sv[], const double theta[], double p[])
{
    log_bias(n, sv, theta, p);
    exponentiate(n, p);
}

static void gradient_bias(size_t n, const double sv[], const double theta[],
                          size_t choice, double d_sv[], double d_theta[])
{
    double unused;

    gradient(n, sv, 1, theta[0], choice, d_sv, &unused, &d_theta[0]);
}

static const vb_param bias_params[] = {
    {"bias", "log-odds", -100, 100, .5, "readiness to take the first option (a)"}};

const vb_choice_rule vb_choice_rule_bias =
    {.name = "bias",
     .equation = "P(1) = 1/(1 + exp(-(bias + SV_1 - SV_2)))",
     .n_params = 1,
     .params = bias_params,
     .probabilities = bias,
     .log_probabilities = log_bias,
     .gradient = gradient_bias,
     .source = "Mehrhof et al. (2025), models with kR and kE",
     .evidence = 'A',
     .note = "No inverse temperature: the weights of reward and effort (utility "
             "linear) take "
             "its place.  Not softmax_bias, whose bias is in units of value.  The "
             "first option "
             "is the offer, the second what comes of rejecting it."};

/* theta: inverse_temperature, bias */
static void log_softmax_bias(size_t n, const double sv[], const double theta[],
                             double log_p[])
{
    vb_log_softmax(n, sv, theta[0], theta[1], log_p);
}

static void softmax_bias(size_t n, const double sv[], const double theta[], double p[])
{
    log_softmax_bias(n, sv, theta, p);
    exponentiate(n, p);
}

static void gradient_softmax_bias(size_t n, const double sv[], const double theta[],
                                  size_t choice, double d_sv[], double d_theta[])
{
    gradient(n, sv, theta[0], theta[1], choice, d_sv, &d_theta[0], &d_theta[1]);
}

static const vb_param softmax_bias_params[] =
    {{"inverse_temperature", "1/{value}", 0, 100, 1,
      "how strictly choices follow value (beta); 0: chance"},
     {"bias", "{value}", -100, 100, .5, "value added to the first option (a)"}};

const vb_choice_rule vb_choice_rule_softmax_bias =
    {.name = "softmax_bias",
     .equation = "P(1) = 1/(1 + exp(-beta*(bias + SV_1 - SV_2))), beta the "
                 "inverse_temperature",
     .n_params = 2,
     .params = softmax_bias_params,
     .probabilities = softmax_bias,
     .log_probabilities = log_softmax_bias,
     .gradient = gradient_softmax_bias,
     .source = "Mehrhof et al. (2025), models with an inverse temperature",
     .evidence = 'A',
     .note = "Not bias, whose bias is in log-odds: this one scales with beta."};

/* theta: inverse_temperature, lapse.  A share lapse of choices is made blindly. */
static void softmax_lapse(size_t n, const double sv[], const double theta[], double p[])
{
    plain(n, sv, theta, p);
    for (size_t o = 0; o < n; o++)
        p[o] = theta[1] / (double)n + (1 - theta[1]) * p[o];
}

static void log_softmax_lapse(size_t n, const double sv[], const double theta[],
                              double log_p[])
{
    if (theta[1] == 0) {
        log_plain(n, sv, theta, log_p);
        return;
    }
    softmax_lapse(n, sv, theta, log_p);
    for (size_t o = 0; o < n; o++)
        log_p[o] = log(log_p[o]);
}

static void gradient_lapse(size_t n, const double sv[], const double theta[],
                           size_t choice, double d_sv[], double d_theta[])
{
    const double lapse = theta[1];
    double p[VB_MAX_OPTIONS], unused, share, kept;

    plain(n, sv, theta, p);
    kept = (1 - lapse) * p[choice];
    share = kept / (lapse / (double)n + kept);
    gradient(n, sv, theta[0], 0, choice, d_sv, &d_theta[0], &unused);
    for (size_t o = 0; o < n; o++)
        d_sv[o] *= share;
    d_theta[0] *= share;
    d_theta[1] = (1 / (double)n - p[choice]) / (lapse / (double)n + kept);
}

static const vb_param lapse_params[] =
    {{"inverse_temperature", "1/{value}", 0, 100, 1,
      "how strictly choices follow value (beta); 0: chance"},
     {"lapse", "", 0, 1, .02, "share of choices made without looking at the values"}};

const vb_choice_rule vb_choice_rule_softmax_lapse =
    {.name = "softmax_lapse",
     .equation = "P(o) = lapse/n + (1 - lapse) * softmax(o), n the number of options",
     .n_params = 2,
     .params = lapse_params,
     .probabilities = softmax_lapse,
     .log_probabilities = log_softmax_lapse,
     .gradient = gradient_lapse,
     .source = "Wichmann & Hill (2001) Percept Psychophys 63:1293, for lapses",
     .evidence = 'A',
     .note = "Often fixed at .001 (public effort-choice code); free in 0..0.2."};
