/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_sigmoid.c - effort that costs little up to a turning point and much beyond it.
 *
 *     f = 1 - [1/(1 + exp(-k (E - p))) - 1/(1 + exp(k p))] (1 + exp(-k p))
 *
 * The bracket is a logistic shifted to 0 at E = 0 and the last part stretches it to
 * reach 1, so that f(0) = 1 and f falls to 0.
 */
#include "model_internal.h"

#include <math.h>

/* theta: k, p */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    const double k = theta[0], p = theta[1];
    const double at_zero = 1 / (1 + exp(k * p)), stretch = 1 + exp(-k * p);

    for (size_t t = 0; t < n; t++)
        out[t] = 1 - (1 / (1 + exp(-k * (x[t] - p))) - at_zero) * stretch;
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    const double k = theta[0], p = theta[1];
    const double at_zero = 1 / (1 + exp(k * p)), over = exp(-k * p);

    for (size_t t = 0; t < n; t++) {
        const double at_x = 1 / (1 + exp(-k * (x[t] - p)));
        const double slope = at_x * (1 - at_x), slope_zero = at_zero * (1 - at_zero);
        const double by_k = slope * (x[t] - p) + slope_zero * p;
        const double by_p = k * (slope_zero - slope);

        d[t] = -by_k * (1 + over) + (at_x - at_zero) * p * over;
        d[n + t] = -by_p * (1 + over) + (at_x - at_zero) * k * over;
    }
}

static const vb_param params[] =
    {{"k", "1/{effort}", 0, 100, 10, "steepness at the turning point"},
     {"p", "{effort}", 0, 100, .5,
      "turning point: the effort at which discounting is steepest"}};

const vb_term vb_term_effort_sigmoid =
    {.name = "sigmoid",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation =
         "f = 1 - [1/(1 + exp(-k*(E - p))) - 1/(1 + exp(k*p))] * (1 + exp(-k*p))",
     .n_params = 2,
     .params = params,
     .run = run,
     .gradient = gradient,
     .source = "Klein-Fluegge et al. (2015) PLoS Comput Biol 11:e1004116; "
               "Klein-Fluegge et al. "
               "(2016) J Neurosci 36:10002; Yao et al. (2023)",
     .evidence = 'A',
     .note = "Fitted with p in 0..1 for effort as a proportion of the maximum; with "
             "other units "
             "p is in those units."};
