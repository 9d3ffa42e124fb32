/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_probability.c - expected value, and probability weighting.
 *
 *     f = P,    f = d P^g / (d P^g + (1 - P)^g)
 */
#include "model_internal.h"

#include <string.h>

static void run_expected(size_t n, const double x[], const double theta[], double out[])
{
    (void)theta;
    memcpy(out, x, n * sizeof *out);
}

/* theta: d, g */
static void run_weighting(size_t n, const double x[], const double theta[],
                          double out[])
{
    for (size_t t = 0; t < n; t++) {
        const double for_it = theta[0] * vb_power(x[t], theta[1]);
        const double against = vb_power(1 - x[t], theta[1]);

        /* d = 0 gives 0 everywhere, also at P = 1 */
        out[t] = for_it == 0 ? 0 : for_it / (for_it + against);
    }
}

const vb_term vb_term_probability_expected =
    {.name = "expected",
     .attributes = OF_PROBABILITY,
     .kind = VB_FACTOR,
     .equation = "f = P",
     .run = run_expected,
     .source = "Expected value; Treadway et al. (2009) PLoS ONE 4:e6598 as covariate",
     .evidence = 'C'};

static const vb_param weighting_params[] =
    {{"d", "", 0, 5, 1, "elevation: optimism"},
     {"g", "", 0, 2, .7, "curvature; below 1: small probabilities count too much"}};

const vb_term vb_term_probability_weighting =
    {.name = "weighting",
     .attributes = OF_PROBABILITY,
     .kind = VB_FACTOR,
     .equation = "f = d*P^g / (d*P^g + (1 - P)^g)",
     .n_params = 2,
     .params = weighting_params,
     .run = run_weighting,
     .source = "Goldstein & Einhorn (1987) Psychol Rev 94:236; Yao et al. (2023)",
     .evidence = 'A',
     .note = "Fitted with d in 0..5 and g in 0..1."};
