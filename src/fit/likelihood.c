/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * likelihood.c - how likely a participant's choices are.
 *
 * Trials of a plain model are counted by what they offered (likelihood_cells.c); any other
 * model, such as one that learns, runs over all trials in their order.  The probabilities come as
 * logarithms from the choice rule, so that no extreme value makes log(0).
 */
#include "fit_internal.h"

#include <stdlib.h>
#include <string.h>

void vb_fit_defaults(vb_fit_options *options)
{
    *options = (vb_fit_options){0};
    for (size_t i = 0; i < VB_MAX_PARAMS; i++)
        options->setting[i] = (vb_fit_setting){.fixed = NAN,
                                               .lower = NAN,
                                               .upper = NAN,
                                               .by = VB_FIT_SHARED,
                                               .prior_mean = NAN,
                                               .prior_sd = NAN};
}

void vb_fit_set_priors(const vb_model *model, double mean, double sd,
                       vb_fit_options *options)
{
    for (size_t i = 0; i < model->n_params; i++)
        if (isnan(options->setting[i].prior_sd)) {
            options->setting[i].prior_mean = mean;
            options->setting[i].prior_sd = sd;
        }
}

static vb_status take(vb_likelihood *l, vb_error *err)
{
    size_t n = 0;

    l->set_of = vb_arena_take(l->arena, l->n_blocks, sizeof *l->set_of);
    l->used = vb_arena_take(l->arena, l->n_blocks, sizeof *l->used);
    l->sets = vb_arena_take(l->arena, VB_FIT_MAX, sizeof *l->sets);
    l->theta = vb_arena_take(l->arena, VB_FIT_MAX, VB_MAX_PARAMS * sizeof *l->theta);
    if (!l->set_of || !l->used || !l->sets || !l->theta)
        return vb_fail_memory(err, VB_FIT_MAX * sizeof *l->sets);
    for (size_t b = 0; b < l->n_blocks; b++) {
        n = l->blocks[b].trials->n_trials;
        l->set_of[b] = vb_arena_take(l->arena, n, sizeof **l->set_of);
        l->used[b] = vb_arena_take(l->arena, n, sizeof **l->used);
        if (!l->set_of[b] || !l->used[b])
            return vb_fail_memory(err, n * sizeof **l->set_of);
    }
    return VB_OK;
}

static vb_status check_choices(const vb_likelihood *l, vb_error *err)
{
    for (size_t b = 0; b < l->n_blocks; b++)
        if (!l->blocks[b].trials->choice)
            return vb_fail(err, VB_EINPUT,
                           "fit: there are no choices; say which column holds them "
                           "(trials: choice:)");
    return VB_OK;
}

/* Which trials count, from the likelihood of the model at a usual place. */
static void count(vb_likelihood *l, size_t b, const vb_evaluation *e, size_t *only)
{
    const vb_trials *trials = l->blocks[b].trials;
    vb_likelihood_facts *facts = &l->facts;

    facts->n_options = trials->n_options;
    facts->n_trials += trials->n_trials;
    for (size_t t = 0; t < trials->n_trials; t++) {
        if (l->blocks[b].left_out && l->blocks[b].left_out[t])
            continue;
        l->used[b][t] = trials->choice[t] != VB_NONE && !isnan(e->log_likelihood[t]);
        if (trials->choice[t] == VB_NONE) {
            facts->n_missed++;
        } else if (!l->used[b][t]) {
            facts->n_missing++;
        } else {
            if (!facts->n_used++)
                *only = trials->choice[t];
            facts->one_choice = facts->one_choice && *only == trials->choice[t];
        }
    }
}

/* theta of the centre of the starts into l->theta. */
static void fill_theta(const vb_likelihood *l, const double theta[])
{
    vb_likelihood_sets(l, theta, l->theta);
}

static vb_status refuse_empty(const vb_likelihood *l, vb_error *err)
{
    const vb_trials *trials = l->n_blocks ? l->blocks[0].trials : NULL;

    return vb_fail_at(err, VB_EINPUT, trials && trials->file ? trials->file[0] : NULL,
                      0, 0,
                      "fit: no trial has a choice (%zu trials, %zu missed, %zu with a "
                      "missing value)",
                      l->facts.n_trials, l->facts.n_missed, l->facts.n_missing);
}

/* Runs the model once: it tells what is wrong, with its place, and what is missing. */
static vb_status try_model(vb_likelihood *l, vb_error *err)
{
    double u[VB_FIT_MAX], theta[VB_FIT_MAX];
    vb_status status = VB_OK;
    size_t only = VB_NONE;

    l->facts.one_choice = true;
    for (size_t i = 0; i < l->facts.n_numbers; i++)
        u[i] = l->numbers[i].centre;
    vb_likelihood_theta(l, u, theta);
    fill_theta(l, theta);
    for (size_t b = 0; b < l->n_blocks && status == VB_OK; b++) {
        vb_evaluation *e = NULL;

        status = vb_model_run(l->model, l->blocks[b].trials, l->facts.n_sets, l->theta,
                              l->set_of[b], &e, err);
        if (status == VB_OK)
            count(l, b, e, &only);
        vb_evaluation_free(e);
    }
    return status == VB_OK && !l->facts.n_used ? refuse_empty(l, err) : status;
}

/* Counts of equal trials are enough when nothing goes from trial to trial. */
static bool is_countable(const vb_likelihood *l)
{
    for (size_t b = 0; b < l->n_blocks; b++)
        if (!vb_model_is_plain(l->model, l->blocks[b].trials))
            return false;
    return true;
}

static vb_status make(vb_likelihood *l, const vb_fit_options *options, vb_error *err)
{
    vb_status status;

    if (!l->model->choice_rule)
        return vb_fail(err, VB_EINPUT,
                       "fit: the model has no choice rule; say choice_rule: softmax "
                       "(model:)");
    status = take(l, err);
    if (status == VB_OK)
        status = check_choices(l, err);
    if (status == VB_OK)
        status = fit_numbers_make(l, options, err);
    if (status == VB_OK)
        status = try_model(l, err);
    if (status == VB_OK && is_countable(l))
        status = fit_cells_make(l, err);
    return status;
}

vb_status vb_likelihood_make(const vb_model *model, const vb_fit_options *options,
                             size_t n_blocks, const vb_fit_block blocks[],
                             vb_likelihood **likelihood, vb_error *err)
{
    vb_likelihood *l = calloc(1, sizeof *l);
    vb_status status;

    if (!l)
        return vb_fail_memory(err, sizeof *l);
    l->arena = vb_arena_alloc();
    l->model = model;
    l->n_blocks = n_blocks;
    l->blocks = blocks;
    status = l->arena ? make(l, options, err) : vb_fail_memory(err, sizeof *l);
    if (status == VB_OK)
        *likelihood = l;
    else
        vb_likelihood_free(l);
    return status;
}

void vb_likelihood_free(vb_likelihood *likelihood)
{
    if (!likelihood)
        return;
    vb_arena_free(likelihood->arena);
    free(likelihood);
}

const vb_likelihood_facts *vb_likelihood_facts_of(const vb_likelihood *likelihood)
{
    return &likelihood->facts;
}

const size_t *vb_likelihood_set_of(const vb_likelihood *likelihood, size_t b)
{
    return likelihood->set_of[b];
}

void vb_likelihood_theta(const vb_likelihood *likelihood, const double u[],
                         double theta[])
{
    for (size_t i = 0; i < likelihood->facts.n_numbers; i++) {
        const vb_fit_number *n = &likelihood->numbers[i];

        theta[i] =
            fit_theta_of(n->scale, likelihood->model->params[n->param].param, u[i]);
    }
}

void vb_likelihood_sets(const vb_likelihood *likelihood, const double theta[],
                        double sets[])
{
    const size_t n_params = likelihood->model->n_params;

    for (size_t s = 0; s < likelihood->facts.n_sets; s++)
        for (size_t i = 0; i < n_params; i++) {
            const size_t at = likelihood->sets[s].number[i];

            sets[s * n_params + i] = at == VB_NONE ? likelihood->fixed[i] : theta[at];
        }
}

/* The model run on the trials themselves. */
static double run_nll(const vb_likelihood *l)
{
    double sum = 0;

    for (size_t b = 0; b < l->n_blocks; b++) {
        const vb_trials *trials = l->blocks[b].trials;
        vb_evaluation *e = NULL;

        if (vb_model_run(l->model, trials, l->facts.n_sets, l->theta, l->set_of[b], &e,
                         NULL) != VB_OK)
            return INFINITY;
        for (size_t t = 0; t < trials->n_trials; t++)
            if (l->used[b][t])
                sum -= e->log_likelihood[t];
        vb_evaluation_free(e);
    }
    return isnan(sum) ? (double)INFINITY : sum;
}

static double nll(const vb_likelihood *l, double gradient[])
{
    return l->cells ? fit_cells_nll(l, gradient) : run_nll(l);
}

double vb_likelihood_nll(vb_likelihood *likelihood, const double theta[])
{
    fill_theta(likelihood, theta);
    return nll(likelihood, NULL);
}

static double nll_of_u(vb_likelihood *l, const double u[])
{
    double theta[VB_FIT_MAX];

    vb_likelihood_theta(l, u, theta);
    return vb_likelihood_nll(l, theta);
}

/* Fourth order: the error is h^4/30 of the fifth derivative, 1e-12 at h = .002. */
static void differences(vb_likelihood *l, const double u[], double gradient[])
{
    double v[VB_FIT_MAX];

    memcpy(v, u, l->facts.n_numbers * sizeof *v);
    for (size_t i = 0; i < l->facts.n_numbers; i++) {
        const double h =
            2e-3 * (l->numbers[i].scale == VB_FIT_LINEAR ? l->numbers[i].spread : 1);
        double f[4];

        for (size_t k = 0; k < 4; k++) {
            v[i] = u[i] + (double[]){-2, -1, 1, 2}[k] * h;
            f[k] = nll_of_u(l, v);
        }
        v[i] = u[i];
        gradient[i] = ((f[0] - f[3]) / 12 - (f[1] - f[2]) * 2 / 3) / h;
    }
}

double vb_likelihood_at(vb_likelihood *likelihood, const double u[], double gradient[])
{
    double theta[VB_FIT_MAX];

    if (gradient && !(likelihood->cells && fit_cells_have_gradient(likelihood))) {
        differences(likelihood, u, gradient);
        gradient = NULL;
    }
    vb_likelihood_theta(likelihood, u, theta);
    fill_theta(likelihood, theta);
    return nll(likelihood, gradient);
}
