/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * likelihood_cells.c - the likelihood of a model without memory, from counts.
 *
 * Tasks repeat what they offer.  A term is run once for each different value of its
 * attribute, a choice rule once for each different trial; how often each option was taken
 * there is all that counts.
 */
#include "fit_internal.h"

#include <stdlib.h>
#include <string.h>

/* Different values of one attribute, over all options. */
typedef struct axis {
    size_t n;
    double *x; /* [n] */
    double *f; /* [n_sets][n] what the term makes of them; x itself without a term */
    double *d; /* [n_sets][n_params of the term][n] by u; NULL without a gradient */
} axis;

typedef struct cell {
    size_t set;
    size_t at[VB_MAX_OPTIONS][VB_N_ATTRIBUTES]; /* on the axes */
    double count[VB_MAX_OPTIONS];
} cell;

struct fit_cells {
    axis axes[VB_N_ATTRIBUTES];
    bool used[VB_N_ATTRIBUTES];
    size_t n;
    cell *cells;
    double *by_theta; /* [n_sets x n_params] scratch */
};

/* Default of an attribute that the task does not state. */
static double attribute_of(const vb_trials *trials, size_t o, vb_attribute a, size_t t)
{
    const double *x = trials->options[o].attribute[a];

    return x ? x[t] : a == VB_PROBABILITY ? 1 : 0;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static vb_status make_axis(vb_likelihood *l, vb_attribute a, vb_error *err)
{
    axis *ax = &l->cells->axes[a];
    const size_t n_params = l->model->term[a] ? l->model->term[a]->n_params : 0;
    const size_t most = l->facts.n_used * l->facts.n_options;
    double *all = malloc(most * sizeof *all);
    size_t n = 0;

    if (!all)
        return vb_fail_memory(err, most * sizeof *all);
    for (size_t b = 0; b < l->n_blocks; b++)
        for (size_t t = 0; t < l->blocks[b].trials->n_trials; t++)
            for (size_t o = 0; l->used[b][t] && o < l->facts.n_options; o++)
                all[n++] = attribute_of(l->blocks[b].trials, o, a, t);
    qsort(all, n, sizeof *all, compare_doubles);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || all[i] != all[i - 1])
            all[ax->n++] = all[i];
    ax->x = vb_arena_take(l->arena, ax->n, sizeof *ax->x);
    ax->f = vb_arena_take(l->arena, l->facts.n_sets * ax->n, sizeof *ax->f);
    ax->d = vb_arena_take(l->arena, l->facts.n_sets * ax->n * (n_params + 1),
                          sizeof *ax->d);
    if (!ax->x || !ax->f || !ax->d) {
        free(all);
        return vb_fail_memory(err, l->facts.n_sets * ax->n * sizeof *ax->f);
    }
    memcpy(ax->x, all, ax->n * sizeof *ax->x);
    free(all);
    return VB_OK;
}

static size_t place_on(const axis *ax, double x)
{
    const double *found = bsearch(&x, ax->x, ax->n, sizeof x, compare_doubles);

    return (size_t)(found - ax->x);
}

static void make_cell(const vb_likelihood *l, size_t b, size_t t, cell *c)
{
    const vb_trials *trials = l->blocks[b].trials;

    memset(c, 0, sizeof *c);
    c->set = l->set_of[b][t];
    for (size_t o = 0; o < l->facts.n_options; o++)
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
            if (l->cells->used[a])
                c->at[o][a] =
                    place_on(&l->cells->axes[a], attribute_of(trials, o, a, t));
    c->count[trials->choice[t]] = 1;
}

static int compare_cells(const void *a, const void *b)
{
    const cell *x = a, *y = b;

    if (x->set != y->set)
        return x->set < y->set ? -1 : 1;
    return memcmp(x->at, y->at, sizeof x->at);
}

static vb_status make_cells(vb_likelihood *l, vb_error *err)
{
    fit_cells *c = l->cells;
    cell *all = malloc(l->facts.n_used * sizeof *all);
    size_t n = 0;

    if (!all)
        return vb_fail_memory(err, l->facts.n_used * sizeof *all);
    for (size_t b = 0; b < l->n_blocks; b++)
        for (size_t t = 0; t < l->blocks[b].trials->n_trials; t++)
            if (l->used[b][t])
                make_cell(l, b, t, &all[n++]);
    qsort(all, n, sizeof *all, compare_cells);
    for (size_t i = 0; i < n; i++)
        if (i && compare_cells(&all[i], &all[c->n - 1]) == 0)
            for (size_t o = 0; o < l->facts.n_options; o++)
                all[c->n - 1].count[o] += all[i].count[o];
        else
            all[c->n++] = all[i];
    c->cells = vb_arena_take(l->arena, c->n, sizeof *c->cells);
    if (c->cells)
        memcpy(c->cells, all, c->n * sizeof *all);
    free(all);
    return c->cells ? VB_OK : vb_fail_memory(err, c->n * sizeof *all);
}

vb_status fit_cells_make(vb_likelihood *l, vb_error *err)
{
    vb_status status = VB_OK;

    l->cells = vb_arena_take(l->arena, 1, sizeof *l->cells);
    if (!l->cells)
        return vb_fail_memory(err, sizeof *l->cells);
    l->cells->by_theta =
        vb_arena_take(l->arena, l->facts.n_sets, l->model->n_params * sizeof(double));
    if (!l->cells->by_theta)
        return vb_fail_memory(err, l->facts.n_sets * sizeof(double));
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES && status == VB_OK; a++) {
        l->cells->used[a] = a == VB_REWARD || l->model->term[a];
        if (l->cells->used[a])
            status = make_axis(l, a, err);
    }
    return status == VB_OK ? make_cells(l, err) : status;
}

static void run_axes(const vb_likelihood *l)
{
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
        const axis *ax = &l->cells->axes[a];

        for (size_t s = 0; l->cells->used[a] && s < l->facts.n_sets; s++) {
            const double *theta =
                l->theta + s * l->model->n_params + l->model->first_param[a];

            if (l->model->term[a])
                l->model->term[a]->run(ax->n, ax->x, theta, ax->f + s * ax->n);
            else
                memcpy(ax->f + s * ax->n, ax->x, ax->n * sizeof *ax->x);
        }
    }
}

/* Values of the options of a cell. */
static void values_of(const vb_likelihood *l, const cell *c, double sv[])
{
    const fit_cells *cells = l->cells;

    for (size_t o = 0; o < l->facts.n_options; o++) {
        double cost = 0;

        sv[o] = cells->axes[VB_REWARD]
                    .f[c->set * cells->axes[VB_REWARD].n + c->at[o][VB_REWARD]];
        for (vb_attribute a = VB_EFFORT; a < VB_N_ATTRIBUTES; a++) {
            double f;

            if (!cells->used[a])
                continue;
            f = cells->axes[a].f[c->set * cells->axes[a].n + c->at[o][a]];
            if (l->model->term[a]->kind == VB_FACTOR)
                sv[o] *= f;
            else
                cost += f;
        }
        sv[o] -= cost;
    }
}

/* Derivatives of the axes by the parameters of their terms. */
static void derive_axes(const vb_likelihood *l)
{
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
        const vb_term *term = l->model->term[a];
        const axis *ax = &l->cells->axes[a];

        for (size_t s = 0; term && s < l->facts.n_sets; s++)
            term->gradient(ax->n, ax->x,
                           l->theta + s * l->model->n_params + l->model->first_param[a],
                           ax->d + s * ax->n * term->n_params);
    }
}

/* What the value of option o loses or gains by a change of term a: the product of all
 * other factors. */
static double others(const vb_likelihood *l, const cell *c, size_t o, vb_attribute a)
{
    const fit_cells *cells = l->cells;
    double product = 1;

    if (a != VB_REWARD && l->model->term[a]->kind == VB_COST)
        return -1;
    for (vb_attribute b = VB_REWARD; b < VB_N_ATTRIBUTES; b++)
        if (b != a && cells->used[b] &&
            (b == VB_REWARD || l->model->term[b]->kind == VB_FACTOR))
            product *= cells->axes[b].f[c->set * cells->axes[b].n + c->at[o][b]];
    return product;
}

/* Adds the derivatives of the log-likelihood of a cell by theta of its set. */
static void add_gradient(const vb_likelihood *l, const cell *c, const double sv[],
                         double by_theta[])
{
    const vb_model *model = l->model;
    const size_t n = l->facts.n_options;
    double weight[VB_MAX_OPTIONS] = {0}, d_sv[VB_MAX_OPTIONS];
    double d_theta[VB_MAX_PARAMS];

    for (size_t o = 0; o < n; o++) {
        if (!(c->count[o] > 0))
            continue;
        model->choice_rule->gradient(n, sv,
                                     l->theta + c->set * model->n_params +
                                         model->first_choice_param,
                                     o, d_sv, d_theta);
        for (size_t i = 0; i < n; i++)
            weight[i] += c->count[o] * d_sv[i];
        for (size_t p = 0; p < model->choice_rule->n_params; p++)
            by_theta[model->first_choice_param + p] += c->count[o] * d_theta[p];
    }
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
        const axis *ax = &l->cells->axes[a];
        const vb_term *term = model->term[a];

        for (size_t o = 0; term && o < n; o++) {
            const double w = weight[o] * others(l, c, o, a);
            const double *d = ax->d + c->set * ax->n * term->n_params + c->at[o][a];

            for (size_t p = 0; p < term->n_params; p++)
                by_theta[model->first_param[a] + p] += w * d[p * ax->n];
        }
    }
}

/* Gradient of the negative log-likelihood by u from that of the log-likelihood by theta
 * of each set. */
static void collect(const vb_likelihood *l, const double by_theta[], double gradient[])
{
    const size_t n_params = l->model->n_params;

    memset(gradient, 0, l->facts.n_numbers * sizeof *gradient);
    for (size_t s = 0; s < l->facts.n_sets; s++)
        for (size_t p = 0; p < n_params; p++) {
            const size_t k = l->sets[s].number[p];

            if (k != VB_NONE)
                gradient[k] -=
                    by_theta[s * n_params + p] *
                    fit_slope_of(l->numbers[k].scale, l->model->params[p].param,
                                 l->theta[s * n_params + p]);
        }
}

double fit_cells_nll(const vb_likelihood *l, double gradient[])
{
    const vb_choice_rule *rule = l->model->choice_rule;
    const size_t n_params = l->model->n_params;
    double *by_theta = l->cells->by_theta;
    double sum = 0;

    run_axes(l);
    if (gradient) {
        derive_axes(l);
        memset(by_theta, 0, l->facts.n_sets * n_params * sizeof *by_theta);
    }
    for (size_t i = 0; i < l->cells->n; i++) {
        const cell *c = &l->cells->cells[i];
        double sv[VB_MAX_OPTIONS], log_p[VB_MAX_OPTIONS];

        values_of(l, c, sv);
        rule->log_probabilities(l->facts.n_options, sv,
                                l->theta + c->set * n_params +
                                    l->model->first_choice_param,
                                log_p);
        for (size_t o = 0; o < l->facts.n_options; o++)
            if (c->count[o] > 0)
                sum -= c->count[o] * log_p[o];
        if (gradient)
            add_gradient(l, c, sv, by_theta + c->set * n_params);
    }
    if (gradient)
        collect(l, by_theta, gradient);
    return isnan(sum) ? (double)INFINITY : sum;
}

bool fit_cells_have_gradient(const vb_likelihood *l)
{
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        if (l->model->term[a] && !l->model->term[a]->gradient)
            return false;
    return l->model->choice_rule->gradient != NULL;
}
