/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hbi.c - hierarchical Bayesian inference over models and parameters at once.
 *
 * Each participant uses model k with responsibility r; each model has a normal-gamma group
 * distribution, learned from participants as far as they use it (variational Bayes, Piray
 * et al. 2019).  The prior mean of the group is where fits begin, not 0, so that results do
 * not depend on the units of the task.
 */
#include "laplace.h"
#include "valuebold/hierarchical.h"
#include "valuebold/parallel.h"
#include "valuebold/selection.h"

#include <gsl/gsl_sf_psi.h>
#include <stdlib.h>
#include <string.h>

/* Hyperpriors of the paper. */
static const double B = 1, V = .5, S = .01, FIRST_SD = 2.5;
enum { MOST_ROUNDS = 500 };

/* Group distribution of one model. */
typedef struct side {
    vb_hbi_model *model;
    vb_likelihood *const *likelihoods;
    double *sd;     /* [n_numbers] of the prior of the E step */
    double beta;    /* confidence in the means, in participants */
    double lambda;  /* what uncertainty about the group costs */
    double used_by; /* sum of responsibilities */
} side;

typedef struct inference {
    vb_hbi *h;
    side *sides;
    double *evidence; /* [n_units x n_models] */
    bool anew;
} inference;

static void expect_one(void *context, size_t item, size_t worker)
{
    const inference *x = context;
    const size_t k = item % x->h->n_models, i = item / x->h->n_models;
    const side *s = &x->sides[k];
    const size_t n = s->model->n_numbers;
    laplace out = {.evidence = -INFINITY};

    (void)worker;
    fit_laplace(s->likelihoods[i], s->model->mean, s->sd, x->anew, s->model->u + i * n,
                s->model->covariance + i * n * n, &out);
    x->evidence[item] = out.evidence;
}

/* Responsibilities from evidences; returns their largest change. */
static double respond(inference *x)
{
    const vb_hbi *h = x->h;
    const size_t m = h->n_models;
    double sum_alpha = 0, change = 0;

    for (size_t k = 0; k < m; k++)
        sum_alpha += h->alpha[k];
    for (size_t i = 0; i < h->n_units; i++) {
        double most = -INFINITY, sum = 0, g[VB_FIT_MAX];

        for (size_t k = 0; k < m; k++) {
            g[k] = x->evidence[i * m + k] + x->sides[k].lambda +
                   gsl_sf_psi(h->alpha[k]) - gsl_sf_psi(sum_alpha);
            most = fmax(most, g[k]);
        }
        for (size_t k = 0; k < m; k++)
            sum += g[k] = exp(g[k] - most);
        for (size_t k = 0; k < m; k++) {
            change = fmax(change, fabs(h->responsibility[i * m + k] - g[k] / sum));
            h->responsibility[i * m + k] = g[k] / sum;
        }
    }
    return change;
}

/* Group distribution of model k; returns the largest move of a mean, in sds. */
static double learn(inference *x, size_t k)
{
    const vb_hbi *h = x->h;
    side *s = &x->sides[k];
    const size_t n = s->model->n_numbers;
    double used_by = 0, nu, change = 0;

    for (size_t i = 0; i < h->n_units; i++)
        used_by += h->responsibility[i * h->n_models + k];
    s->used_by = used_by;
    s->beta = B + used_by;
    nu = V + used_by / 2;
    s->lambda = (double)n / 2 * (gsl_sf_psi(nu) - log(nu)) - (double)n / (2 * s->beta);
    for (size_t j = 0; j < n; j++) {
        const double prior = s->likelihoods[0]->numbers[j].centre;
        double sum = 0, squares = 0, mean, sigma;

        for (size_t i = 0; i < h->n_units; i++) {
            const double r = h->responsibility[i * h->n_models + k];
            const double u = s->model->u[i * n + j] - prior;

            sum += r * u;
            squares += r * (u * u + s->model->covariance[(i * n + j) * n + j]);
        }
        mean = sum / fmax(used_by, 1e-10);
        sigma = S + (squares - used_by * mean * mean) / 2 +
                used_by * B / (used_by + B) * mean * mean / 2;
        s->sd[j] = sqrt(sigma / nu);
        change =
            fmax(change, fabs(prior + sum / s->beta - s->model->mean[j]) / s->sd[j]);
        s->model->mean[j] = prior + sum / s->beta;
        s->model->sd[j] = s->sd[j];
        s->model->mean_se[j] = s->sd[j] / sqrt(s->beta);
    }
    h->alpha[k] = 1 + used_by;
    return change;
}

static void iterate(inference *x, size_t n_threads)
{
    vb_hbi *h = x->h;

    while (h->n_rounds < MOST_ROUNDS && !h->converged) {
        double change = 0;

        x->anew = h->n_rounds % 20 == 0;
        vb_parallel(h->n_units * h->n_models, n_threads, expect_one, x);
        if (h->n_rounds++ > 0) /* first, all models count the same */
            change = respond(x);
        for (size_t k = 0; k < h->n_models; k++)
            change = fmax(change, learn(x, k));
        h->converged = h->n_rounds > 2 && change < 1e-4;
    }
    vb_parallel(h->n_units * h->n_models, n_threads, expect_one, x);
    respond(x);
}

static vb_status finish(inference *x, vb_error *err)
{
    vb_hbi *h = x->h;
    const size_t m = h->n_models;
    double *evidence = vb_arena_take(h->arena, h->n_units * m, sizeof *evidence);
    double *alpha = vb_arena_take(h->arena, m, sizeof *alpha);
    vb_status status;

    if (!evidence || !alpha)
        return vb_fail_memory(err, h->n_units * m * sizeof *evidence);
    for (size_t i = 0; i < h->n_units * m; i++)
        evidence[i] = x->evidence[i] + x->sides[i % m].lambda;
    status = vb_select_models(h->n_units, m, evidence, alpha, h->frequency,
                              h->exceedance, h->protected_exceedance, &h->bor, err);
    memcpy(h->alpha, alpha, m * sizeof *alpha);
    return status;
}

static bool take_model(vb_hbi *h, const inference *x, size_t k)
{
    vb_hbi_model *model = &h->models[k];
    const size_t n = model->n_numbers;

    model->mean = vb_arena_take(h->arena, n, sizeof(double));
    model->mean_se = vb_arena_take(h->arena, n, sizeof(double));
    model->sd = vb_arena_take(h->arena, n, sizeof(double));
    model->u = vb_arena_take(h->arena, h->n_units * n, sizeof(double));
    model->covariance = vb_arena_take(h->arena, h->n_units * n * n, sizeof(double));
    x->sides[k].sd = vb_arena_take(h->arena, n, sizeof(double));
    if (!model->mean || !model->mean_se || !model->sd || !model->u ||
        !model->covariance || !x->sides[k].sd)
        return false;
    for (size_t j = 0; j < n; j++) {
        model->mean[j] = x->sides[k].likelihoods[0]->numbers[j].centre;
        x->sides[k].sd[j] = FIRST_SD;
        for (size_t i = 0; i < h->n_units; i++)
            model->u[i * n + j] = model->mean[j];
    }
    return true;
}

static bool take(vb_hbi *h, inference *x, vb_likelihood *const *const likelihoods[])
{
    const size_t m = h->n_models;

    h->models = vb_arena_take(h->arena, m, sizeof *h->models);
    h->responsibility = vb_arena_take(h->arena, h->n_units * m, sizeof(double));
    h->alpha = vb_arena_take(h->arena, m, sizeof(double));
    h->frequency = vb_arena_take(h->arena, m, sizeof(double));
    h->exceedance = vb_arena_take(h->arena, m, sizeof(double));
    h->protected_exceedance = vb_arena_take(h->arena, m, sizeof(double));
    x->sides = vb_arena_take(h->arena, m, sizeof *x->sides);
    x->evidence = vb_arena_take(h->arena, h->n_units * m, sizeof(double));
    if (!h->models || !h->responsibility || !h->alpha || !h->frequency ||
        !h->exceedance || !h->protected_exceedance || !x->sides || !x->evidence)
        return false;
    for (size_t i = 0; i < h->n_units * m; i++)
        h->responsibility[i] = 1 / (double)m;
    for (size_t k = 0; k < m; k++) {
        h->models[k].n_numbers = likelihoods[k][0]->facts.n_numbers;
        x->sides[k].model = &h->models[k];
        x->sides[k].likelihoods = likelihoods[k];
        if (!take_model(h, x, k))
            return false;
    }
    return true;
}

vb_status vb_hbi_fit(size_t n_models, size_t n_units,
                     vb_likelihood *const *const likelihoods[], size_t n_threads,
                     vb_hbi **hbi, vb_error *err)
{
    inference x = {0};
    vb_hbi *h;
    vb_status status;

    if (n_models < 2 || n_models > VB_FIT_MAX || n_units < 2)
        return vb_fail(err, VB_EINPUT,
                       "hierarchical inference over models needs 2 to %d models and at "
                       "least 2 participants",
                       VB_FIT_MAX);
    h = calloc(1, sizeof *h);
    if (!h)
        return vb_fail_memory(err, sizeof *h);
    h->arena = vb_arena_alloc();
    h->n_models = n_models;
    h->n_units = n_units;
    x.h = h;
    if (!h->arena || !take(h, &x, likelihoods)) {
        vb_hbi_free(h);
        return vb_fail_memory(err, n_units * n_models * sizeof(double));
    }
    iterate(&x, n_threads);
    status = finish(&x, err);
    if (status == VB_OK)
        *hbi = h;
    else
        vb_hbi_free(h);
    return status;
}

void vb_hbi_free(vb_hbi *hbi)
{
    if (!hbi)
        return;
    vb_arena_free(hbi->arena);
    free(hbi);
}
