/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_delay.c - what only time costs: a price, a rate forgone, and a premium on now.
 *
 *     c = k D,    c = rho D,    f = 1 if D = 0, else beta exp(-k D)
 *
 * rho is the reward rate of the environment, which a learning rule makes: time spent here
 * is time not spent earning elsewhere (marginal value theorem, Charnov 1976).
 */
#include "model_internal.h"

#include <math.h>
#include <string.h>

/* theta: k */
static void run_linear(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = theta[0] * x[t];
}

static void gradient_linear(size_t n, const double x[], const double theta[],
                            double d[])
{
    (void)theta;
    memcpy(d, x, n * sizeof *d);
}

static void run_time(size_t n, const double x[], const double theta[], double out[])
{
    (void)theta;
    memcpy(out, x, n * sizeof *out);
}

/* theta: present, k */
static void run_quasi(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = x[t] == 0 ? 1 : theta[0] * exp(-theta[1] * x[t]);
}

static void gradient_quasi(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++) {
        d[t] = x[t] == 0 ? 0 : exp(-theta[1] * x[t]);
        d[n + t] = x[t] == 0 ? 0 : -theta[0] * x[t] * exp(-theta[1] * x[t]);
    }
}

static const vb_param linear_params[] = {
    {"k", "{value}/{delay}", 0, 100, .1, "value that one unit of time costs"}};

const vb_term vb_term_delay_linear = {.name = "linear",
                                      .attributes = OF_DELAY,
                                      .kind = VB_COST,
                                      .equation = "c = k*D",
                                      .n_params = 1,
                                      .params = linear_params,
                                      .run = run_linear,
                                      .gradient = gradient_linear,
                                      .source = "Additive cost of time; Killeen (2009) "
                                                "Psychol Rev 116:602",
                                      .evidence = 'C'};

const vb_term vb_term_delay_opportunity =
    {.name = "opportunity",
     .attributes = OF_DELAY,
     .kind = VB_COST,
     .equation = "c = rho*D, rho the learned reward rate",
     .run = run_time,
     .uses = VB_USES_RATE,
     .source = "Charnov (1976) Theor Popul Biol 9:129; Constantino & Daw (2015) Cogn "
               "Affect Behav Neurosci 15:837",
     .evidence = 'A',
     .note =
         "Needs learning: {rule: rate, time: COLUMN}.  D is the time the option takes "
         "(that of one more harvest); leaving is the other option, worth 0."};

static const vb_param quasi_params[] =
    {{"present", "", 0, 1, .8, "weight of all that is not now (beta); 1: exponential"},
     {"k", "1/{delay}", 0, 10, .01, "discount rate"}};

const vb_term vb_term_delay_quasi_hyperbolic =
    {.name = "quasi_hyperbolic",
     .attributes = OF_DELAY,
     .kind = VB_FACTOR,
     .equation = "f = 1 if D = 0, else present*exp(-k*D)",
     .n_params = 2,
     .params = quasi_params,
     .run = run_quasi,
     .gradient = gradient_quasi,
     .source = "Laibson (1997) Q J Econ 112:443",
     .evidence = 'C'};
