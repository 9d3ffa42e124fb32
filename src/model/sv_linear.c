/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_linear.c - terms proportional to an attribute.
 *
 *     c_effort = k E,    c_loss = lambda L,    U = weight R
 *
 * The weight makes value a log-odds of accepting, without an inverse temperature
 * (Mehrhof et al. 2025); with an inverse temperature beta it is redundant.
 */
#include "model_internal.h"

/* theta: k */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = theta[0] * x[t];
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    (void)theta;
    for (size_t t = 0; t < n; t++)
        d[t] = x[t];
}

static const vb_param effort_params[] = {
    {"k", "{value}/{effort}", 0, 100, .5, "value that one unit of effort costs"}};

const vb_term vb_term_effort_linear =
    {.name = "linear",
     .attributes = OF_EFFORT,
     .kind = VB_COST,
     .equation = "c = k*E",
     .n_params = 1,
     .params = effort_params,
     .run = run,
     .gradient = gradient,
     .source = "Yao et al. (2023); Lockwood et al. (2017, 2022); Mehrhof et al. (2025)",
     .evidence = 'A',
     .note =
         "Fitted with k in 0..10 for effort as a proportion of the maximum, 0..1.5 for "
         "effort levels 2 to 6."};

static const vb_param loss_params[] = {
    {"lambda", "{value}/{loss}", 0, 20, 1.5,
     "weight of a loss relative to a gain; above 1: loss aversion"}};

const vb_term vb_term_loss_linear =
    {.name = "linear",
     .attributes = OF_LOSS,
     .kind = VB_COST,
     .equation = "c = lambda*L",
     .n_params = 1,
     .params = loss_params,
     .run = run,
     .gradient = gradient,
     .source = "Tom et al. (2007) Science 315:515; Yao et al. (2023) with rho = 1",
     .evidence = 'A',
     .note = "The loss is a positive amount."};

static const vb_param reward_params[] = {
    {"weight", "1/{reward}", 0, 100, 1, "sensitivity to reward (kR)"}};

const vb_term vb_term_reward_linear =
    {.name = "linear",
     .attributes = OF_REWARD,
     .kind = VB_UTILITY,
     .equation = "U = weight*R",
     .unit = "1",
     .n_params = 1,
     .params = reward_params,
     .run = run,
     .gradient = gradient,
     .source = "Mehrhof et al. (2025): kR*R - kE*E",
     .evidence = 'A',
     .note =
         "Value is then in log-odds when the choice rule is 'bias'.  There reward and "
         "effort were levels divided by their standard deviation, with kR in 0..6."};
