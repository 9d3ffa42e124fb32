/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * learning_rescorla_wagner.c - expectations that move a share of the prediction error.
 *
 *     pe = outcome - V,    V' = V + alpha pe
 *
 * with one rate, two rates by the sign of pe (pe = 0 counts as positive), or a rate
 * that follows surprise (Pearce & Hall): V' = V + scale alpha pe, alpha' = g |pe| + (1
 * - g) alpha.
 */
#include "model_internal.h"

static void start(double initial, const double theta[], double state[])
{
    (void)theta;
    state[0] = initial;
}

/* theta: learning_rate */
static void update_single(double state[], double outcome, const double theta[],
                          double *pe)
{
    *pe = outcome - state[0];
    state[0] += theta[0] * *pe;
}

static double rate_single(const double state[], double pe, const double theta[])
{
    (void)state;
    (void)pe;
    return theta[0];
}

static const vb_param single_params[] = {
    {"learning_rate", "", 0, 1, .3,
     "share of the prediction error that is learned (alpha)"}};

const vb_learning_rule vb_learning_rule_rescorla_wagner =
    {.name = "rescorla_wagner",
     .equation = "pe = outcome - V; V' = V + learning_rate*pe",
     .n_params = 1,
     .params = single_params,
     .n_state = 1,
     .start = start,
     .update = update_single,
     .rate = rate_single,
     .source = "Rescorla & Wagner (1972)",
     .evidence = 'A'};

/* theta: learning_rate_positive, learning_rate_negative */
static void update_dual(double state[], double outcome, const double theta[],
                        double *pe)
{
    *pe = outcome - state[0];
    state[0] += theta[*pe >= 0 ? 0 : 1] * *pe;
}

static double rate_dual(const double state[], double pe, const double theta[])
{
    (void)state;
    return theta[pe >= 0 ? 0 : 1];
}

static const vb_param dual_params[] =
    {{"learning_rate_positive", "", 0, 1, .3,
      "share learned when the outcome is better or as "
      "expected"},
     {"learning_rate_negative", "", 0, 1, .3, "share learned when it is worse"}};

const vb_learning_rule vb_learning_rule_rescorla_wagner_dual =
    {.name = "rescorla_wagner_dual",
     .equation =
         "pe = outcome - V; V' = V + learning_rate_positive*pe if pe >= 0, else V + "
         "learning_rate_negative*pe",
     .n_params = 2,
     .params = dual_params,
     .n_state = 1,
     .start = start,
     .update = update_dual,
     .rate = rate_dual,
     .source = "Frank et al. (2007) PNAS 104:16311; Piray et al. (2019), public code",
     .evidence = 'A'};

/* theta: learning_scale, learning_decay, learning_rate_initial; state: V, alpha */
static void start_pearce_hall(double initial, const double theta[], double state[])
{
    state[0] = initial;
    state[1] = theta[2];
}

static void update_pearce_hall(double state[], double outcome, const double theta[],
                               double *pe)
{
    *pe = outcome - state[0];
    state[0] += theta[0] * state[1] * *pe;
    state[1] = theta[1] * fabs(*pe) + (1 - theta[1]) * state[1];
}

static double rate_pearce_hall(const double state[], double pe, const double theta[])
{
    (void)pe;
    return theta[0] * state[1];
}

static const vb_param pearce_hall_params[] = {
    {"learning_scale", "", 0, 1, .5, "share learned at full associability"},
    {"learning_decay", "", 0, 1, .3, "how fast the associability follows surprise (g)"},
    {"learning_rate_initial", "", 0, 1, .5, "associability before the first outcome"}};

const vb_learning_rule vb_learning_rule_pearce_hall =
    {.name = "pearce_hall",
     .equation = "pe = outcome - V; V' = V + learning_scale*alpha*pe; alpha' = "
                 "learning_decay*|pe| + (1 - learning_decay)*alpha",
     .n_params = 3,
     .params = pearce_hall_params,
     .n_state = 2,
     .start = start_pearce_hall,
     .update = update_pearce_hall,
     .rate = rate_pearce_hall,
     .source = "Pearce & Hall (1980) Psychol Rev 87:532; Li et al. (2011) Nat Neurosci "
               "14:1250",
     .evidence = 'C',
     .note =
         "Outcomes should lie in 0..1: the associability follows |pe|, and learning "
         "overshoots when it exceeds 1/learning_scale."};
