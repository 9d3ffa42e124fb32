/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_ratio.c - net value as a ratio of benefit to effort.
 *
 *     f = 1 / E^k,    so that SV = R / E^k
 */
#include "model_internal.h"

#include <math.h>

/* theta: k */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++)
        out[t] = vb_power(x[t], -theta[0]);
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++)
        d[t] = -vb_power_log(x[t], -theta[0]);
}

static const char *refuses(double x, const double theta[])
{
    (void)theta;
    return x == 0 ? "a ratio to effort is not defined at effort 0" : NULL;
}

static const vb_param params[] = {
    {"k", "", 0, 10, 1, "weight of effort; 1: the plain ratio"}};

const vb_term vb_term_effort_ratio =
    {.name = "ratio",
     .attributes = OF_EFFORT,
     .kind = VB_FACTOR,
     .equation = "f = 1 / E^k",
     .n_params = 1,
     .params = params,
     .run = run,
     .gradient = gradient,
     .refuses = refuses,
     .source = "Croxson et al. (2009) J Neurosci 29:4531: net value from reward and "
               "effort cues",
     .evidence = 'C',
     .note =
         "Every option needs effort above 0.  The values change their unit with k."};
