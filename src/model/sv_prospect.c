/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sv_prospect.c - effort as a gain or a loss against a reference.
 *
 *     c = k lambda (E - reference)^g where more effort than the reference is asked for,
 *     c = -k (reference - E)^g       where less is, a relief
 *
 * O'Brien & Ahmed (2019) offered lotteries of efforts without reward: there k = 1, as only
 * the inverse temperature scales values, and a lottery is worth sum p V, which a formula
 * can say (docs/models.md).
 */
#include "model_internal.h"

/* theta: k, lambda, g, reference */
static void run(size_t n, const double x[], const double theta[], double out[])
{
    for (size_t t = 0; t < n; t++) {
        const double more = x[t] - theta[3];

        out[t] = more < 0 ? -theta[0] * vb_power(-more, theta[2])
                          : theta[0] * theta[1] * vb_power(more, theta[2]);
    }
}

static void gradient(size_t n, const double x[], const double theta[], double d[])
{
    for (size_t t = 0; t < n; t++) {
        const double more = x[t] - theta[3], size = fabs(more);
        const double sign = more < 0 ? -1 : theta[1];
        const double v = vb_power(size, theta[2]);

        d[t] = sign * v;
        d[n + t] = more < 0 ? 0 : theta[0] * v;
        d[2 * n + t] = size == 0 ? 0 : theta[0] * sign * v * log(size);
        /* the same on both sides but for lambda; at the reference it has a corner */
        d[3 * n + t] = -theta[0] * fabs(sign) * theta[2] * vb_power(size, theta[2] - 1);
    }
}

static const vb_param params[] =
    {{"k", "{value}/{effort}^g", 0, 100, 1, "value of one unit of effort spared"},
     {"lambda", "", 0, 10, 1, "weight of effort above the reference; above 1: averse"},
     {"g", "", 0, 5, 1.5, "curvature; above 1: sensitivity grows with effort"},
     {"reference", "{effort}", 0, 1000, .1, "effort that counts as neither"}};

const vb_term vb_term_effort_prospect =
    {.name = "prospect",
     .attributes = OF_EFFORT,
     .kind = VB_COST,
     .equation =
         "c = k*lambda*(E - reference)^g if E >= reference, else -k*(reference - "
         "E)^g",
     .n_params = 4,
     .params = params,
     .run = run,
     .gradient = gradient,
     .source = "O'Brien & Ahmed (2019), prospects of effort",
     .evidence = 'B',
     .note =
         "Found: g about 1 to 2, lambda about 1 (no aversion to more effort).  Without "
         "rewards fix k = 1."};
