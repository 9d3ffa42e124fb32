/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selection.c - frequencies of models in a population. */
#include "valuebold/selection.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdlib.h>

typedef struct race {
    size_t n, k;
    const double *alpha;
} race;

/* r ~ Dirichlet is gammas over their sum: given the quantile p of the k-th, the probability
 * that the others are below. */
static double others_below(double p, void *params)
{
    const race *r = params;
    const double x = gsl_cdf_gamma_Pinv(p, r->alpha[r->k], 1);
    double product = 1;

    for (size_t j = 0; j < r->n; j++)
        if (j != r->k)
            product *= gsl_cdf_gamma_P(x, r->alpha[j], 1);
    return product;
}

vb_status vb_exceedance(size_t n, const double alpha[], double exceedance[],
                        vb_error *err)
{
    enum { INTERVALS = 500 };
    gsl_integration_workspace *w;

    if (n == 2) { /* a beta distribution */
        exceedance[0] = gsl_cdf_beta_Q(.5, alpha[0], alpha[1]);
        exceedance[1] = gsl_cdf_beta_P(.5, alpha[0], alpha[1]);
        return VB_OK;
    }
    w = gsl_integration_workspace_alloc(INTERVALS);
    if (!w)
        return vb_fail_memory(err, INTERVALS * sizeof(double));
    for (size_t k = 0; k < n; k++) {
        race r = {.n = n, .k = k, .alpha = alpha};
        gsl_function f = {.function = others_below, .params = &r};
        double error;

        exceedance[k] = 1;
        if (n > 1)
            gsl_integration_qag(&f, 0, 1, 1e-9, 1e-9, INTERVALS, GSL_INTEG_GAUSS31, w,
                                &exceedance[k], &error);
    }
    gsl_integration_workspace_free(w);
    return VB_OK;
}

/* Responsibilities of the models for one participant, and their log normaliser. */
static double respond(size_t n, const double log_evidence[], const double log_r[],
                      double g[])
{
    double most = -INFINITY, sum = 0;

    for (size_t k = 0; k < n; k++) {
        g[k] = log_evidence[k] + log_r[k];
        most = fmax(most, g[k]);
    }
    for (size_t k = 0; k < n; k++) {
        g[k] = exp(g[k] - most);
        sum += g[k];
    }
    for (size_t k = 0; k < n; k++)
        g[k] /= sum;
    return most + log(sum);
}

/* E[log r] under Dirichlet(alpha). */
static void expect_log(size_t n, const double alpha[], double log_r[])
{
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += alpha[k];
    for (size_t k = 0; k < n; k++)
        log_r[k] = gsl_sf_psi(alpha[k]) - gsl_sf_psi(sum);
}

/* One round; returns the largest change of alpha. */
static double iterate(size_t n_participants, size_t n, const double log_evidence[],
                      double alpha[], double log_r[], double g[], double next[])
{
    double change = 0;

    expect_log(n, alpha, log_r);
    for (size_t k = 0; k < n; k++)
        next[k] = 1;
    for (size_t i = 0; i < n_participants; i++) {
        respond(n, log_evidence + i * n, log_r, g);
        for (size_t k = 0; k < n; k++)
            next[k] += g[k];
    }
    for (size_t k = 0; k < n; k++) {
        change = fmax(change, fabs(next[k] - alpha[k]));
        alpha[k] = next[k];
    }
    return change;
}

/* Free energy with frequencies that differ, less that with equal ones.  The bound over
 * assignments at their optimum is the sum of log normalisers. */
static double free_energy_gain(size_t n_participants, size_t n,
                               const double log_evidence[], const double alpha[],
                               double log_r[], double g[])
{
    double gain = gsl_sf_lngamma((double)n), sum = 0;

    expect_log(n, alpha, log_r);
    for (size_t i = 0; i < n_participants; i++)
        gain += respond(n, log_evidence + i * n, log_r, g);
    for (size_t k = 0; k < n; k++) { /* minus the divergence of alpha from the prior */
        sum += alpha[k];
        gain += gsl_sf_lngamma(alpha[k]) - (alpha[k] - 1) * log_r[k];
    }
    gain -= gsl_sf_lngamma(sum);
    for (size_t k = 0; k < n; k++)
        log_r[k] = -log((double)n);
    for (size_t i = 0; i < n_participants; i++)
        gain -= respond(n, log_evidence + i * n, log_r, g);
    return gain;
}

vb_status vb_select_models(size_t n_participants, size_t n_models,
                           const double log_evidence[], double alpha[],
                           double frequency[], double exceedance[],
                           double protected_exceedance[], double *bor, vb_error *err)
{
    double *scratch, sum = 0;
    vb_status status;

    if (n_participants < 1 || n_models < 2)
        return vb_fail(err, VB_EINPUT,
                       "models are compared over at least 1 participant and 2 models");
    for (size_t i = 0; i < n_participants * n_models; i++)
        if (!isfinite(log_evidence[i]))
            return vb_fail(err, VB_EINPUT, "a log evidence is not finite");
    scratch = malloc(3 * n_models * sizeof *scratch);
    if (!scratch)
        return vb_fail_memory(err, 3 * n_models * sizeof *scratch);
    for (size_t k = 0; k < n_models; k++)
        alpha[k] = 1 + (double)n_participants / (double)n_models;
    for (size_t round = 0; round < 10000; round++)
        if (iterate(n_participants, n_models, log_evidence, alpha, scratch,
                    scratch + n_models, scratch + 2 * n_models) < 1e-10)
            break;
    *bor = 1 / (1 + exp(free_energy_gain(n_participants, n_models, log_evidence, alpha,
                                         scratch, scratch + n_models)));
    free(scratch);
    status = vb_exceedance(n_models, alpha, exceedance, err);
    for (size_t k = 0; k < n_models; k++)
        sum += alpha[k];
    for (size_t k = 0; k < n_models && status == VB_OK; k++) {
        frequency[k] = alpha[k] / sum;
        protected_exceedance[k] = (1 - *bor) * exceedance[k] + *bor / (double)n_models;
    }
    return status;
}
