/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hierarchical.c - expectation maximisation over participants.
 *
 *     E  the most probable numbers u_i of each participant under N(X_i B, sd^2), with
 *        posterior covariance S_i (Laplace)
 *     M  B by least squares of u on X;  sd^2 = mean((u_i - X_i B)^2 + diag S_i)
 *
 * Plain EM creeps where choices say little, so that every third round is extrapolated from
 * the last two (SQUAREM, Varadhan & Roland 2008 Scand J Stat 35:335), when that does not
 * lower the integrated likelihood.
 */
#include "valuebold/hierarchical.h"
#include "laplace.h"
#include "valuebold/parallel.h"

#include <stdlib.h>
#include <string.h>

static const double SMALLEST_SD = .01, LARGEST_SD = 1e3, SETTLED = 1e-4;
enum { STILL = 5 }; /* rounds in which the likelihood stays where it is */

typedef struct em {
    vb_group *g;
    vb_likelihood *const *likelihoods;
    const vb_group_options *options;
    double *design;   /* [n_units x n_coefficients] */
    double *gram;     /* factor of X'X */
    double *mean;     /* [n_units x n_numbers] X B */
    double *sd;       /* [n_numbers] of this E step */
    bool anew, *lost; /* [n_units] no likelihood */
} em;

static void expect_one(void *context, size_t i, size_t worker)
{
    const em *e = context;
    const size_t n = e->g->n_numbers;
    laplace out = {.nll = NAN, .evidence = -INFINITY};

    (void)worker;
    e->lost[i] = !fit_laplace(e->likelihoods[i], e->mean + i * n, e->sd, e->anew,
                              e->g->u + i * n, e->g->covariance + i * n * n, &out);
    e->g->nll[i] = out.nll;
    e->g->evidence[i] = out.evidence;
}

/* E step at theta: coefficients, then log sds.  Returns the integrated log-likelihood. */
static double expect(em *e, const double theta[])
{
    const size_t n = e->g->n_numbers, c = e->g->n_coefficients;
    double sum = 0;

    for (size_t i = 0; i < e->g->n_units; i++)
        for (size_t j = 0; j < n; j++) {
            e->mean[i * n + j] = 0;
            for (size_t k = 0; k < c; k++)
                e->mean[i * n + j] += e->design[i * c + k] * theta[k * n + j];
        }
    for (size_t j = 0; j < n; j++)
        e->sd[j] = exp(theta[c * n + j]);
    vb_parallel(e->g->n_units, e->options->n_threads ? e->options->n_threads : 1,
                expect_one, e);
    for (size_t i = 0; i < e->g->n_units; i++)
        sum += e->g->evidence[i];
    return sum;
}

/* M step into theta. */
static void maximise(const em *e, double theta[])
{
    const vb_group *g = e->g;
    const size_t n = g->n_numbers, c = g->n_coefficients;

    for (size_t j = 0; j < n; j++) {
        double b[VB_FIT_MAX] = {0}, variance = 0;

        for (size_t i = 0; i < g->n_units; i++)
            for (size_t k = 0; k < c; k++)
                b[k] += e->design[i * c + k] * g->u[i * n + j];
        fit_cholesky_solve(c, e->gram, b);
        for (size_t i = 0; i < g->n_units; i++) {
            double r = g->u[i * n + j];

            for (size_t k = 0; k < c; k++)
                r -= e->design[i * c + k] * b[k];
            variance += r * r + g->covariance[i * n * n + j * n + j];
        }
        for (size_t k = 0; k < c; k++)
            theta[k * n + j] = b[k];
        theta[c * n + j] = log(
            fmin(fmax(sqrt(variance / (double)g->n_units), SMALLEST_SD), LARGEST_SD));
    }
}

/* Largest move, means in units of the sd. */
static double distance(const em *e, const double a[], const double b[])
{
    const size_t n = e->g->n_numbers, c = e->g->n_coefficients;
    double most = 0;

    for (size_t k = 0; k <= c; k++)
        for (size_t j = 0; j < n; j++)
            most = fmax(most, fabs(a[k * n + j] - b[k * n + j]) /
                                  (k < c ? exp(b[c * n + j]) : 1));
    return most;
}

/* Extrapolates from three points in a row; out may be any of them. */
static void extrapolate(size_t n, const double a[], const double b[], const double c[],
                        double out[])
{
    double rr = 0, vv = 0, step;

    for (size_t i = 0; i < n; i++) {
        const double r = b[i] - a[i], v = c[i] - 2 * b[i] + a[i];

        rr += r * r;
        vv += v * v;
    }
    step = vv > 0 ? -fmin(fmax(sqrt(rr / vv), 1), 50) : -1;
    for (size_t i = 0; i < n; i++) {
        const double r = b[i] - a[i], v = c[i] - 2 * b[i] + a[i];

        out[i] = a[i] - 2 * step * r + step * step * v;
    }
}

static bool in_reach(const em *e, const double theta[])
{
    const size_t n = e->g->n_numbers, c = e->g->n_coefficients;

    for (size_t i = 0; i < (c + 1) * n; i++)
        if (!isfinite(theta[i]))
            return false;
    for (size_t j = 0; j < n; j++)
        if (theta[c * n + j] < log(SMALLEST_SD) || theta[c * n + j] > log(LARGEST_SD))
            return false;
    return true;
}

/* Rounds until means and sds stay; theta is [n_coefficients + 1][n_numbers]. */
static void iterate(em *e, double theta[])
{
    vb_group *g = e->g;
    const size_t n = (g->n_coefficients + 1) * g->n_numbers;
    const size_t most = e->options->most_rounds ? e->options->most_rounds : 2000;
    double *one = theta + n, *two = theta + 2 * n, *far = theta + 3 * n;
    double *safe = theta + 4 * n, here = -INFINITY;
    size_t still = 0;

    e->anew = true;
    while (g->n_rounds < most) {
        const double there = expect(e, theta);

        e->anew = g->n_rounds % 20 == 0; /* whether another mode has become better */
        g->n_rounds++;
        if (there < here - 1e-6 * (1 + fabs(here))) { /* extrapolated too far */
            memcpy(theta, safe, n * sizeof *theta);
            here = -INFINITY;
            continue;
        }
        /* a sd that goes to 0 does so without end and without gain */
        still = fabs(there - here) < 1e-6 ? still + 1 : 0;
        here = there;
        maximise(e, one);
        if (distance(e, theta, one) < SETTLED / 10 || still >= STILL) {
            g->converged = true;
            memcpy(theta, one, n * sizeof *theta);
            break;
        }
        here = expect(e, one);
        maximise(e, two);
        g->n_rounds++;
        memcpy(safe, two, n * sizeof *safe);
        extrapolate(n, theta, one, two, far);
        memcpy(theta, in_reach(e, far) ? far : two, n * sizeof *theta);
    }
    g->log_likelihood = expect(e, theta);
}

/* Standard errors of the coefficients: the information of a participant about the mean is
 * V - V S V with V = sd^-2 (Louis 1982 J R Stat Soc B 44:226). */
static void coefficient_errors(const em *e)
{
    vb_group *g = e->g;
    const size_t n = g->n_numbers, c = g->n_coefficients, m = n * c;
    double *information = calloc(2 * m * m + 1, sizeof *information);

    for (size_t k = 0; k < m; k++)
        g->coefficient_se[k] = NAN;
    if (!information || m > VB_FIT_MAX) {
        free(information);
        return;
    }
    for (size_t i = 0; i < g->n_units; i++)
        for (size_t a = 0; a < m; a++)
            for (size_t b = 0; b < m; b++) {
                const size_t p = a % n, q = b % n;
                const double v = e->sd[p] * e->sd[p], w = e->sd[q] * e->sd[q];
                const double one =
                    (p == q ? 1 / v : 0) - g->covariance[(i * n + p) * n + q] / (v * w);

                information[a * m + b] +=
                    e->design[i * c + a / n] * e->design[i * c + b / n] * one;
            }
    if (fit_cholesky(m, information)) {
        fit_cholesky_inverse(m, information, information + m * m);
        for (size_t a = 0; a < m; a++)
            g->coefficient_se[a] = sqrt(information[m * m + a * m + a]);
    }
    free(information);
}

static vb_status make_design(em *e, vb_error *err)
{
    const size_t c = e->g->n_coefficients, n = e->g->n_units;

    for (size_t i = 0; i < n; i++) {
        e->design[i * c] = 1;
        for (size_t k = 1; k < c; k++)
            e->design[i * c + k] = e->options->covariates[i * (c - 1) + k - 1];
        for (size_t a = 0; a < c; a++)
            for (size_t b = 0; b < c; b++)
                e->gram[a * c + b] += e->design[i * c + a] * e->design[i * c + b];
    }
    if (!fit_cholesky(c, e->gram))
        return vb_fail(
            err, VB_EESTIMATE,
            "hierarchical fit: the covariates are not independent of each other "
            "and of the mean over the %zu participants",
            n);
    for (size_t k = 1; k < c; k++) /* Cholesky's diagonal: what is left of a column */
        if (e->gram[k * c + k] * e->gram[k * c + k] < 1e-10 * (double)n * 1e-6)
            return vb_fail(err, VB_EESTIMATE,
                           "hierarchical fit: covariate %zu does not vary", k);
    return VB_OK;
}

static vb_status check(size_t n_units, vb_likelihood *const likelihoods[],
                       const vb_group_options *options, vb_error *err)
{
    if (n_units < 2 + options->n_covariates)
        return vb_fail(
            err, VB_EINPUT,
            "hierarchical fit: %zu participants are too few for a mean, an sd "
            "and %zu covariates",
            n_units, options->n_covariates);
    for (size_t i = 1; i < n_units; i++) {
        bool same = likelihoods[i]->facts.n_numbers == likelihoods[0]->facts.n_numbers;

        for (size_t j = 0; same && j < likelihoods[0]->facts.n_numbers; j++)
            same = strcmp(likelihoods[i]->numbers[j].name,
                          likelihoods[0]->numbers[j].name) == 0;
        if (!same)
            return vb_fail(err, VB_EINPUT,
                           "hierarchical fit: participants differ in the conditions, "
                           "sessions or runs that parameters differ by");
    }
    return VB_OK;
}

static bool take_group(vb_group *g)
{
    const size_t n = g->n_numbers;
    struct {
        double **array;
        size_t size;
    } arrays[] = {{&g->coefficient, g->n_coefficients * n},
                  {&g->coefficient_se, g->n_coefficients * n},
                  {&g->sd, n},
                  {&g->u, g->n_units * n},
                  {&g->covariance, g->n_units * n * n},
                  {&g->nll, g->n_units},
                  {&g->evidence, g->n_units}};

    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (!(*arrays[i].array =
                  vb_arena_take(g->arena, arrays[i].size, sizeof(double))))
            return false;
    return true;
}

static bool take_em(em *e)
{
    vb_arena *arena = e->g->arena;
    const size_t n = e->g->n_numbers, c = e->g->n_coefficients, units = e->g->n_units;

    e->design = vb_arena_take(arena, units * c, sizeof(double));
    e->gram = vb_arena_take(arena, c * c, sizeof(double));
    e->mean = vb_arena_take(arena, units * n, sizeof(double));
    e->sd = vb_arena_take(arena, n, sizeof(double));
    e->lost = vb_arena_take(arena, units, sizeof *e->lost);
    return e->design && e->gram && e->mean && e->sd && e->lost;
}

static vb_status run(em *e, vb_error *err)
{
    vb_group *g = e->g;
    const size_t n = g->n_numbers, c = g->n_coefficients;
    double *theta = vb_arena_take(g->arena, 5 * (c + 1) * n, sizeof *theta);
    double choices = 0;
    vb_status status = make_design(e, err);

    if (!theta)
        return vb_fail_memory(err, 5 * (c + 1) * n * sizeof *theta);
    if (status != VB_OK)
        return status;
    for (size_t j = 0; j < n; j++) {
        const vb_fit_number *number = &e->likelihoods[0]->numbers[j];

        theta[j] = e->options->start_mean ? e->options->start_mean[j] : number->centre;
        theta[c * n + j] =
            log(e->options->start_sd ? e->options->start_sd[j] : number->spread / 2);
    }
    for (size_t i = 0; i < g->n_units; i++)
        memcpy(g->u + i * n, theta, n * sizeof *theta);
    iterate(e, theta);
    for (size_t i = 0; i < g->n_units; i++) {
        choices += (double)e->likelihoods[i]->facts.n_used;
        if (e->lost[i])
            return vb_fail(
                err, VB_EESTIMATE,
                "hierarchical fit: participant %zu has no likelihood under the "
                "group's parameters",
                i + 1);
    }
    memcpy(g->coefficient, theta, c * n * sizeof *theta);
    memcpy(g->sd, e->sd, n * sizeof *theta);
    coefficient_errors(e);
    g->ibic = -2 * g->log_likelihood + (double)((c + 1) * n) * log(choices);
    return VB_OK;
}

vb_status vb_group_fit(size_t n_units, vb_likelihood *const likelihoods[],
                       const vb_group_options *options, vb_group **group, vb_error *err)
{
    static const vb_group_options defaults;
    em e = {.likelihoods = likelihoods, .options = options ? options : &defaults};
    vb_status status = check(n_units, likelihoods, e.options, err);

    if (status != VB_OK)
        return status;
    e.g = calloc(1, sizeof *e.g);
    if (!e.g)
        return vb_fail_memory(err, sizeof *e.g);
    e.g->arena = vb_arena_alloc();
    e.g->n_units = n_units;
    e.g->n_numbers = likelihoods[0]->facts.n_numbers;
    e.g->n_coefficients = 1 + e.options->n_covariates;
    if (!e.g->arena || !take_group(e.g) || !take_em(&e))
        status = vb_fail_memory(err, n_units * sizeof(double));
    else
        status = run(&e, err);
    if (status == VB_OK)
        *group = e.g;
    else
        vb_group_free(e.g);
    return status;
}

void vb_group_free(vb_group *group)
{
    if (!group)
        return;
    vb_arena_free(group->arena);
    free(group);
}
