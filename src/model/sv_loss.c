/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_loss.c - losses with the curvature of rewards.
 *
 *     c = lambda U(L),    c = f_P(1 - P) lambda U(L)
 *
 * With utility power, probability expected and P = .5 the second is the prospect-theory
 * value of a mixed gamble, SV = .5 (G^rho - lambda L^rho); one rho serves both sides, as in
 * the published models.
 */
#include "model_internal.h"

/* theta: lambda; x is U(L) */
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

static const vb_param params[] = {
    {"lambda", "", 0, 20, 1.5, "weight of a loss relative to a gain; above 1: averse"}};

const vb_term vb_term_loss_utility =
    {.name = "utility",
     .attributes = OF_LOSS,
     .kind = VB_COST,
     .equation = "c = lambda*U(L)",
     .n_params = 1,
     .params = params,
     .run = run,
     .gradient = gradient,
     .uses = VB_USES_UTILITY,
     .source = "Yao et al. (2023): G^rho - lambda*L^rho - effort cost, one rho",
     .evidence = 'A',
     .note = "The loss is a positive amount; U is the utility of the reward, U(L) = L "
             "without one.  Fitted with lambda in 0..5.  With combine: net the effort "
             "factor takes its share of gain and loss alike."};

const vb_term vb_term_loss_gamble =
    {.name = "gamble",
     .attributes = OF_LOSS,
     .kind = VB_COST,
     .equation = "c = f_P(1 - P)*lambda*U(L)",
     .n_params = 1,
     .params = params,
     .run = run,
     .gradient = gradient,
     .uses = VB_USES_UTILITY | VB_USES_LOSING,
     .source = "Sokol-Hessner et al. (2009) PNAS 106:5035; Tom et al. (2007) Science "
               "315:515",
     .evidence = 'A',
     .note = "With probability: expected and P = .5, SV = .5*(G^rho - lambda*L^rho).  "
             "Fitted with rho in 0..2 and lambda in 0..10."};
