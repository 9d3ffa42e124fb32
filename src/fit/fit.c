/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.c - the best optimum from many starts, and how sure it is. */
#include "fit_internal.h"

#include <stdlib.h>
#include <string.h>

static const double TIE = 1e-4, HOPELESS = .01, SAME = 1e-9;

/* Negative log posterior on the scale. */
static double penalised(void *context, const double u[], double gradient[])
{
    vb_likelihood *l = context;
    double f = vb_likelihood_at(l, u, gradient);

    for (size_t i = 0; i < l->facts.n_numbers; i++) {
        const vb_fit_number *n = &l->numbers[i];
        double z;

        if (isnan(n->prior_sd))
            continue;
        z = (u[i] - n->prior_mean) / n->prior_sd;
        f += z * z / 2;
        if (gradient)
            gradient[i] += z / n->prior_sd;
    }
    return f;
}

typedef struct bounds {
    double low[VB_FIT_MAX], high[VB_FIT_MAX], step[VB_FIT_MAX];
} bounds;

static objective objective_of(vb_likelihood *l, bounds *box)
{
    for (size_t i = 0; i < l->facts.n_numbers; i++) {
        const vb_fit_number *n = &l->numbers[i];

        box->low[i] = n->low;
        box->high[i] = n->high;
        box->step[i] = n->scale == VB_FIT_LINEAR ? n->spread / 3 : 1;
    }
    return (objective){.n = l->facts.n_numbers,
                       .context = l,
                       .at = penalised,
                       .low = box->low,
                       .high = box->high,
                       .step = box->step,
                       .abandon = INFINITY};
}

static void place(const vb_likelihood *l, size_t start, double u[])
{
    double point[VB_FIT_MAX];

    fit_halton(start, l->facts.n_numbers, point);
    for (size_t i = 0; i < l->facts.n_numbers; i++) {
        const vb_fit_number *n = &l->numbers[i];
        const double low = fmax(n->low, n->centre - n->spread);
        const double high = fmin(n->high, n->centre + n->spread);

        u[i] = start == 0 ? n->centre : low + point[i] * (high - low);
    }
}

/* All starts; fit gets the best. */
static void run_starts(vb_likelihood *l, objective *o, vb_fit *fit)
{
    double u[VB_FIT_MAX], best = INFINITY;

    for (size_t s = 0; s < fit->n_starts; s++) {
        minimum found;

        place(l, s, u);
        o->abandon = best + HOPELESS;
        fit_minimise(o, u, &found);
        fit->n_evaluations += found.n_evaluations;
        if (found.f < best - TIE)
            fit->n_at_best = 0;
        fit->n_at_best += found.f < best + TIE;
        /* equal but for rounding: the one that is nearer to a zero gradient */
        if (!(found.f < best - SAME ||
              (found.f < best + SAME && found.gradient < fit->gradient)))
            continue;
        best = fmin(best, found.f);
        memcpy(fit->u, u, fit->n * sizeof *u);
        fit->gradient = found.gradient;
        fit->converged = found.converged;
    }
}

/* theta of the best u; exactly the bound where nothing is lost by it. */
static void settle(vb_likelihood *l, const objective *o, vb_fit *fit)
{
    double g[VB_FIT_MAX];
    const double f = o->at(o->context, fit->u, g);

    vb_likelihood_theta(l, fit->u, fit->theta);
    for (size_t i = 0; i < fit->n; i++) {
        const vb_fit_number *n = &l->numbers[i];
        const bool low = fit->u[i] <= n->low + 3, high = fit->u[i] >= n->high - 1e-9;
        const double theta = fit->theta[i];

        fit->at_bound[i] = high || fit->u[i] <= n->low + 1e-9;
        if (!low && !high)
            continue;
        fit->theta[i] = high ? n->upper : n->lower;
        if (vb_likelihood_nll(l, fit->theta) <=
            f + fit->log_prior + 1e-7 + 1e-9 * fabs(f))
            fit->at_bound[i] = true;
        else
            fit->theta[i] = theta;
    }
    fit->gradient = 0; /* on the scale a bound at 0 is never quite reached */
    for (size_t i = 0; i < fit->n; i++)
        if (!fit->at_bound[i])
            fit->gradient = fmax(fit->gradient, fabs(g[i]) * o->step[i]);
}

static double log_prior(const vb_likelihood *l, const double u[])
{
    double sum = 0;

    for (size_t i = 0; i < l->facts.n_numbers; i++) {
        const vb_fit_number *n = &l->numbers[i];
        const double z = (u[i] - n->prior_mean) / n->prior_sd;

        if (!isnan(n->prior_sd))
            sum -= z * z / 2 + log(n->prior_sd) + .5 * log(2 * acos(-1));
    }
    return sum;
}

/* The number that the choices do not determine, if there is one among inside[m]; else
 * inverse[m x m] of their Hessian and the factor in a.  Returns VB_NONE or its place. */
static size_t invert(const objective *o, const double h[], const size_t inside[],
                     size_t m, double a[], double inverse[])
{
    double vector[VB_FIT_MAX] = {0}, value, most = 0;
    size_t worst = 0;

    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            a[i * m + j] = h[inside[i] * o->n + inside[j]];
    if (fit_cholesky(m, a)) {
        fit_cholesky_inverse(m, a, inverse);
        for (size_t i = 0; i < m; i++) {
            const double sd = sqrt(inverse[i * m + i]) / o->step[inside[i]];

            worst = sd > most ? i : worst;
            most = fmax(most, sd);
        }
        return most > 10 ? worst : VB_NONE;
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            a[i * m + j] = h[inside[i] * o->n + inside[j]];
    if (fit_smallest_eigen(m, a, &value, vector, NULL) != VB_OK)
        return 0;
    for (size_t i = 0; i < m; i++) {
        worst = fabs(vector[i]) > most ? i : worst;
        most = fmax(most, fabs(vector[i]));
    }
    return worst;
}

/* Covariance on the scale of the numbers that are not at a bound and are determined; the
 * others count as known to them. */
static void spread(vb_likelihood *l, const objective *o, vb_fit *fit)
{
    const size_t n = fit->n;
    double h[VB_FIT_MAX * VB_FIT_MAX], a[VB_FIT_MAX * VB_FIT_MAX];
    double inverse[VB_FIT_MAX * VB_FIT_MAX];
    size_t inside[VB_FIT_MAX], m = 0, loose;
    bool all_priors = true;

    fit_hessian(o, fit->u, true, h, &fit->n_evaluations);
    for (size_t i = 0; i < n; i++) {
        all_priors = all_priors && !isnan(l->numbers[i].prior_sd);
        if (!fit->at_bound[i])
            inside[m++] = i;
    }
    while (m && (loose = invert(o, h, inside, m, a, inverse)) != VB_NONE) {
        fit->flat = true;
        for (size_t j = 0; j < n; j++)
            fit->covariance[inside[loose] * n + j] =
                fit->covariance[j * n + inside[loose]] = NAN;
        memmove(inside + loose, inside + loose + 1, (--m - loose) * sizeof *inside);
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++)
            fit->covariance[inside[i] * n + inside[j]] = inverse[i * m + j];
    if (all_priors && m == n)
        fit->log_evidence = -fit->nll + fit->log_prior +
                            (double)n / 2 * log(2 * acos(-1)) -
                            fit_cholesky_log_det(n, a) / 2;
}

static void describe(vb_likelihood *l, vb_fit *fit)
{
    const double n = (double)l->facts.n_used, p = (double)fit->n;
    const double chance = n * log((double)l->facts.n_options);

    fit->aic = 2 * fit->nll + 2 * p;
    fit->bic = 2 * fit->nll + p * log(n);
    fit->pseudo_r2 = chance > 0 ? 1 - fit->nll / chance : (double)NAN;
    fit->separated = fit->nll < 1e-3 * n;
    for (size_t i = 0; i < fit->n; i++) {
        const vb_fit_number *number = &l->numbers[i];
        const vb_param *param = l->model->params[number->param].param;
        const double sd =
            fit->at_bound[i] ? (double)NAN : sqrt(fit->covariance[i * fit->n + i]);

        fit->se[i] = sd * fit_slope_of(number->scale, param, fit->theta[i]);
        fit->lower95[i] =
            fit_theta_of(number->scale, param, fit->u[i] - 1.959963984540054 * sd);
        fit->upper95[i] =
            fit_theta_of(number->scale, param, fit->u[i] + 1.959963984540054 * sd);
    }
}

static bool take(vb_fit *fit)
{
    double **const arrays[] = {&fit->theta, &fit->u, &fit->se, &fit->lower95,
                               &fit->upper95};

    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (!(*arrays[i] = vb_arena_take(fit->arena, fit->n, sizeof(double))))
            return false;
    fit->covariance = vb_arena_take(fit->arena, fit->n * fit->n, sizeof(double));
    fit->at_bound = vb_arena_take(fit->arena, fit->n, sizeof *fit->at_bound);
    return fit->covariance && fit->at_bound;
}

static vb_fit *new_fit(size_t n)
{
    vb_fit *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->arena = vb_arena_alloc();
    f->n = n;
    f->log_evidence = NAN;
    if (f->arena && take(f))
        return f;
    vb_fit_free(f);
    return NULL;
}

vb_status vb_fit_at(vb_likelihood *likelihood, const double u[],
                    const double covariance[], double log_evidence, bool converged,
                    vb_fit **fit, vb_error *err)
{
    vb_fit *f = new_fit(likelihood->facts.n_numbers);

    if (!f)
        return vb_fail_memory(err, sizeof *f);
    memcpy(f->u, u, f->n * sizeof *u);
    memcpy(f->covariance, covariance, f->n * f->n * sizeof *covariance);
    vb_likelihood_theta(likelihood, u, f->theta);
    f->nll = vb_likelihood_nll(likelihood, f->theta);
    f->log_evidence = log_evidence;
    f->converged = converged;
    f->gradient = NAN;
    describe(likelihood, f);
    *fit = f;
    return VB_OK;
}

vb_status vb_fit_run(vb_likelihood *likelihood, const vb_fit_options *options,
                     vb_fit **fit, vb_error *err)
{
    vb_fit *f = new_fit(likelihood->facts.n_numbers);
    bounds box;
    objective o;

    if (!f)
        return vb_fail_memory(err, sizeof *f);
    o = objective_of(likelihood, &box);
    f->n_starts = options && options->n_starts ? options->n_starts : 20;
    run_starts(likelihood, &o, f);
    if (f->n_at_best == 0) {
        vb_fit_free(f);
        return vb_fail(
            err, VB_EESTIMATE,
            "fit: the model has no likelihood at any of the %zu starts; check "
            "attributes, bounds and fixed parameters",
            options && options->n_starts ? options->n_starts : (size_t)20);
    }
    f->log_prior = log_prior(likelihood, f->u);
    settle(likelihood, &o, f);
    f->nll = vb_likelihood_nll(likelihood, f->theta);
    spread(likelihood, &o, f);
    describe(likelihood, f);
    *fit = f;
    return VB_OK;
}

void vb_fit_free(vb_fit *fit)
{
    if (!fit)
        return;
    vb_arena_free(fit->arena);
    free(fit);
}
