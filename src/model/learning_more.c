/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * learning_more.c - rules that learn from more than an outcome's size: how long it took,
 * what effort it cost, how sure one is.
 *
 *     rate             pe = r/tau - rho,  rho' = rho + [1 - (1 - alpha)^tau] pe
 *     adaptive_effort  pe = r - c E - V,  V' = V + alpha pe
 *     kalman           gain = s2/(s2 + noise^2),  m' = m + gain pe,
 *                      s2' = (1 - gain) s2 + drift^2
 */
#include "model_internal.h"

#include <math.h>

static void start(double initial, const double theta[], double state[])
{
    (void)theta;
    state[0] = initial;
    state[1] = 0;
}

/* theta: learning_rate; state: rho, tau of the last trial */
static void learn_rate(double state[], const vb_learning_input *in,
                       const double theta[], double *pe)
{
    *pe = in->outcome / in->time_s - state[0];
    state[0] += (1 - pow(1 - theta[0], in->time_s)) * *pe;
}

static const vb_param rate_params[] = {
    {"learning_rate", "", 0, 1, .1, "share of the prediction error learned in 1 s"}};

const vb_learning_rule vb_learning_rule_rate =
    {.name = "rate",
     .equation = "pe = outcome/time - rho; rho' = rho + (1 - (1 - "
                 "learning_rate)^time)*pe",
     .n_params = 1,
     .params = rate_params,
     .n_state = 1,
     .start = start,
     .learn = learn_rate,
     .needs = VB_NEEDS_TIME,
     .source = "Constantino & Daw (2015) Cogn Affect Behav Neurosci 15:837",
     .evidence = 'A',
     .note =
         "V is the reward rate of the environment, rho.  time is what the trial took, "
         "travel included, in seconds (or in the unit that delays are in).  Every "
         "event counts: a travel is a trial of outcome 0."};

/* theta: learning_rate, effort_price */
static void learn_effort(double state[], const vb_learning_input *in,
                         const double theta[], double *pe)
{
    *pe = in->outcome - theta[1] * in->effort - state[0];
    state[0] += theta[0] * *pe;
}

static double rate_of_effort(const double state[], double pe, const double theta[])
{
    (void)state;
    (void)pe;
    return theta[0];
}

static const vb_param effort_params[] =
    {{"learning_rate", "", 0, 1, .3,
      "share of the prediction error that is learned (alpha)"},
     {"effort_price", "{reward}/{effort}", 0, 100, .1,
      "what a unit of effort takes from the outcome (c)"}};

const vb_learning_rule vb_learning_rule_adaptive_effort =
    {.name = "adaptive_effort",
     .equation = "pe = outcome - effort_price*E - V; V' = V + learning_rate*pe, E the "
                 "effort of the chosen option",
     .n_params = 2,
     .params = effort_params,
     .n_state = 1,
     .start = start,
     .learn = learn_effort,
     .rate = rate_of_effort,
     .needs = VB_NEEDS_EFFORT,
     .source = "Verguts, Vassena & Silvetti (2015) Front Behav Neurosci 9:57, adaptive "
               "effort investment",
     .evidence = 'C',
     .note =
         "By option, with options that state their effort and no reward: V is the "
         "learned net value of making (boost: 1) or not making the effort.  The paper "
         "models the control of effort; this is its learning part."};

/* theta: kalman_noise, kalman_drift, kalman_initial; state: m, s2 */
static void start_kalman(double initial, const double theta[], double state[])
{
    state[0] = initial;
    state[1] = theta[2] * theta[2];
}

static double gain(const double state[], double pe, const double theta[])
{
    (void)pe;
    return state[1] == 0 ? 0 : state[1] / (state[1] + theta[0] * theta[0]);
}

static void update_kalman(double state[], double outcome, const double theta[],
                          double *pe)
{
    const double k = gain(state, 0, theta);

    *pe = outcome - state[0];
    state[0] += k * *pe;
    state[1] = (1 - k) * state[1] + theta[1] * theta[1];
}

static const vb_param kalman_params[] =
    {{"kalman_noise", "{reward}", 0, 1000, 1, "standard deviation of outcomes"},
     {"kalman_drift", "{reward}", 0, 1000, .1, "by which the mean wanders in a trial"},
     {"kalman_initial", "{reward}", 0, 1000, 1,
      "uncertainty before the first outcome, as a standard deviation"}};

const vb_learning_rule vb_learning_rule_kalman =
    {.name = "kalman",
     .equation =
         "pe = outcome - V; gain = s2/(s2 + noise^2); V' = V + gain*pe; s2' = (1 "
         "- gain)*s2 + drift^2; s2 = initial^2 at the start",
     .n_params = 3,
     .params = kalman_params,
     .n_state = 2,
     .start = start_kalman,
     .update = update_kalman,
     .rate = gain,
     .source = "Kalman (1960); Daw et al. (2006) Nature 441:876",
     .evidence = 'C',
     .note =
         "The learning rate is the precision of the expectation relative to that of "
         "outcomes; pe_weighted is then the precision-weighted prediction error."};
