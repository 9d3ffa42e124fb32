/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * laplace.c - the most probable numbers of a participant under a normal prior, and the
 * curvature there.
 *
 * Called thousands of times with priors that change little, it begins at the last answer
 * with Newton's method; only when that fails is the slower search asked.
 */
#include "laplace.h"

#include <string.h>

typedef struct posterior {
    vb_likelihood *l;
    const double *mean, *sd;
} posterior;

static double at(void *context, const double u[], double gradient[])
{
    const posterior *p = context;
    double f = vb_likelihood_at(p->l, u, gradient);

    for (size_t i = 0; i < p->l->facts.n_numbers; i++) {
        const double z = (u[i] - p->mean[i]) / p->sd[i];

        f += z * z / 2;
        if (gradient)
            gradient[i] += z / p->sd[i];
    }
    return f;
}

static objective objective_of(posterior *p, double low[], double high[], double step[])
{
    const size_t n = p->l->facts.n_numbers;

    for (size_t i = 0; i < n; i++) {
        const vb_fit_number *number = &p->l->numbers[i];

        low[i] = number->low;
        high[i] = number->high;
        step[i] =
            fmin(number->scale == VB_FIT_LINEAR ? number->spread / 3 : 1, 3 * p->sd[i]);
    }
    return (objective){.n = n,
                       .context = p,
                       .at = at,
                       .low = low,
                       .high = high,
                       .step = step,
                       .abandon = INFINITY};
}

/* Newton steps from u; false when one does not go down or the curvature is not positive. */
static bool newton(const objective *o, double u[], double *f, double factor[])
{
    const size_t n = o->n;
    double g[VB_FIT_MAX], y[VB_FIT_MAX], last = INFINITY;
    size_t n_evaluations = 0;

    for (size_t k = 0; k < 25; k++) {
        double step = 0, down = 0;

        *f = o->at(o->context, u, g);
        if (!(*f <= last + 1e-10 * (1 + fabs(last))))
            return false;
        fit_hessian(o, u, false, factor, &n_evaluations);
        if (!fit_cholesky(n, factor))
            return false;
        memcpy(y, g, n * sizeof *y);
        fit_cholesky_solve(n, factor, y);
        for (size_t i = 0; i < n; i++) {
            step = fmax(step, fabs(y[i]) / o->step[i]);
            down += y[i] * g[i];
        }
        if (step < 1e-7 || down < 1e-12)
            return true;
        if (step > 3)
            return false;
        for (size_t i = 0; i < n; i++) {
            u[i] -= y[i];
            if (u[i] <= o->low[i] || u[i] >= o->high[i])
                return false;
        }
        last = *f;
    }
    return false;
}

/* The slower way, from u and from the mean of the prior. */
static bool search_all(const objective *o, const double mean[], double u[], double *f,
                       double factor[])
{
    double v[VB_FIT_MAX];
    minimum one, two;
    size_t n_evaluations = 0;

    memcpy(v, mean, o->n * sizeof *v);
    fit_minimise(o, u, &one);
    fit_minimise(o, v, &two);
    if (!(one.f <= two.f))
        memcpy(u, v, o->n * sizeof *v);
    *f = fmin(one.f, two.f);
    fit_hessian(o, u, false, factor, &n_evaluations);
    return isfinite(*f);
}

/* A number at a bound, or a saddle in the last digits: the prior's curvature stands in. */
static void force_factor(size_t n, const double sd[], double factor[])
{
    double original[VB_FIT_MAX * VB_FIT_MAX];

    memcpy(original, factor, n * n * sizeof *original);
    if (fit_cholesky(n, factor))
        return;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            factor[i * n + j] =
                i == j ? fmax(original[i * n + i], 1 / (sd[i] * sd[i])) : 0;
    fit_cholesky(n, factor);
}

bool fit_laplace(vb_likelihood *l, const double mean[], const double sd[], bool anew,
                 double u[], double covariance[], laplace *out)
{
    const size_t n = l->facts.n_numbers;
    posterior p = {.l = l, .mean = mean, .sd = sd};
    double low[VB_FIT_MAX], high[VB_FIT_MAX], step[VB_FIT_MAX], v[VB_FIT_MAX];
    double factor[VB_FIT_MAX * VB_FIT_MAX], f = INFINITY;
    const objective o = objective_of(&p, low, high, step);

    memcpy(v, u, n * sizeof *v);
    if (anew || !newton(&o, v, &f, factor)) {
        memcpy(v, u, n * sizeof *v);
        if (!search_all(&o, mean, v, &f, factor))
            return false;
        force_factor(n, sd, factor);
    }
    memcpy(u, v, n * sizeof *v);
    fit_cholesky_inverse(n, factor, covariance);
    out->nll = f;
    out->log_joint = -f;
    for (size_t i = 0; i < n; i++) {
        const double z = (u[i] - mean[i]) / sd[i];

        out->nll -= z * z / 2;
        out->log_joint -= log(sd[i]) + .5 * log(2 * acos(-1));
    }
    out->evidence = out->log_joint + (double)n / 2 * log(2 * acos(-1)) -
                    fit_cholesky_log_det(n, factor) / 2;
    return true;
}
