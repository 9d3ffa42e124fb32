/* SPDX-License-Identifier: GPL-3.0-or-later */
/* titration.c - where staircases end. */
#include "valuebold/titration.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdlib.h>

vb_status vb_titration_point(size_t n, const double offered[], const bool took_cost[],
                             double *amount, vb_error *err)
{
    double step;

    if (n < 2)
        return vb_fail(err, VB_EINPUT,
                       "titration: %zu choice%s; a staircase has two or more", n,
                       n == 1 ? "" : "s");
    for (size_t i = 1; i < n; i++) {
        char before[VB_NUMBER_MAX], now[VB_NUMBER_MAX];
        const bool rose = offered[i] > offered[i - 1];

        if (offered[i] < offered[i - 1] || rose)
            if (rose == took_cost[i - 1])
                continue;
        return vb_fail(err, VB_EINPUT,
                       "titration: offer %zu is %s after %s, but the costly option was "
                       "%s there, so that it should have %s",
                       i + 1, vb_number_shortest(offered[i], now),
                       vb_number_shortest(offered[i - 1], before),
                       took_cost[i - 1] ? "taken" : "not taken",
                       took_cost[i - 1] ? "risen" : "fallen");
    }
    step = fabs(offered[n - 1] - offered[n - 2]);
    *amount = offered[n - 1] + (took_cost[n - 1] ? .5 : -.5) * step;
    return VB_OK;
}

double vb_indifference_auc(size_t n, const double level[], const double value[])
{
    double area = 0, from = 0, before = 1;

    for (size_t i = 0; i < n; i++) {
        area += (level[i] - from) / level[n - 1] * (before + value[i]) / 2;
        from = level[i];
        before = value[i];
    }
    return area;
}

/* The attribute whose term has its values at levels; VB_N_ATTRIBUTES: none. */
static vb_attribute levelled(const vb_model *model)
{
    vb_attribute a = VB_EFFORT;

    while (a < VB_N_ATTRIBUTES &&
           !(model->term[a] && model->term[a]->uses & VB_USES_LEVELS))
        a++;
    return a;
}

static double at(const vb_trials *trials, size_t o, vb_attribute a, size_t t)
{
    const double *x = trials->options[o].attribute[a];

    return x ? x[t] : a == VB_REWARD ? (double)NAN : 0;
}

/* The titrated choices of a participant, one after the other. */
typedef struct choices {
    size_t n;
    double *level, *base, *offered;
    bool *took_cost, *done;
} choices;

static vb_status gather(const vb_model *model, size_t n_blocks,
                        const vb_fit_block blocks[], vb_arena *arena, choices *c,
                        vb_error *err)
{
    const vb_attribute a = levelled(model);
    size_t most = 0;

    for (size_t b = 0; b < n_blocks; b++)
        most += blocks[b].trials->n_trials;
    c->level = vb_arena_take(arena, most, sizeof *c->level);
    c->base = vb_arena_take(arena, most, sizeof *c->base);
    c->offered = vb_arena_take(arena, most, sizeof *c->offered);
    c->took_cost = vb_arena_take(arena, most, sizeof *c->took_cost);
    c->done = vb_arena_take(arena, most, sizeof *c->done);
    if (!c->level || !c->base || !c->offered || !c->took_cost || !c->done)
        return vb_fail_memory(err, most * sizeof *c->level);
    for (size_t b = 0; b < n_blocks; b++) {
        const vb_trials *trials = blocks[b].trials;

        if (trials->n_options != 2)
            return vb_fail(
                err, VB_EINPUT,
                "titration: the task has %zu options; it needs two, one that "
                "costs and one that does not",
                trials->n_options);
        for (size_t t = 0; trials->choice && t < trials->n_trials; t++) {
            const size_t cost = at(trials, 0, a, t) > at(trials, 1, a, t) ? 0 : 1;

            if (trials->choice[t] == VB_NONE || !(at(trials, cost, a, t) > 0))
                continue;
            c->level[c->n] = at(trials, cost, a, t);
            c->base[c->n] = at(trials, cost, VB_REWARD, t);
            c->offered[c->n] = at(trials, 1 - cost, VB_REWARD, t);
            c->took_cost[c->n++] = trials->choice[t] == cost;
        }
    }
    return VB_OK;
}

/* Value of one level: the mean of its staircases, one a fixed amount. */
static vb_status value_of(choices *c, double level, double offered[], bool took_cost[],
                          double *value, vb_error *err)
{
    double sum = 0;
    size_t n_stairs = 0;

    for (size_t i = 0; i < c->n; i++) {
        size_t n = 0;
        double amount;
        vb_error why = {0};

        if (c->done[i] || c->level[i] != level)
            continue;
        for (size_t k = i; k < c->n; k++)
            if (!c->done[k] && c->level[k] == level && c->base[k] == c->base[i]) {
                offered[n] = c->offered[k];
                took_cost[n++] = c->took_cost[k];
                c->done[k] = true;
            }
        if (vb_titration_point(n, offered, took_cost, &amount, &why) != VB_OK)
            return vb_fail(err, VB_EINPUT, "level %g, amount %g: %s", level, c->base[i],
                           why.text);
        sum += amount / c->base[i];
        n_stairs++;
    }
    if (!n_stairs)
        return vb_fail(err, VB_EINPUT, "titration: no choice at level %g", level);
    *value = sum / (double)n_stairs;
    return VB_OK;
}

vb_status vb_titration_settings(const vb_model *model, size_t n_blocks,
                                const vb_fit_block blocks[],
                                vb_fit_setting setting[VB_MAX_PARAMS], vb_error *err)
{
    const vb_attribute a = levelled(model);
    vb_arena *arena;
    choices c = {0};
    double *offered;
    bool *took_cost;
    vb_status status;

    if (a == VB_N_ATTRIBUTES)
        return vb_fail(
            err, VB_EINPUT,
            "titration gives the values of a term indifference, and the model "
            "has none (model: value: {effort: indifference}, levels: [...])");
    arena = vb_arena_alloc();
    if (!arena)
        return vb_fail_memory(err, sizeof c);
    status = gather(model, n_blocks, blocks, arena, &c, err);
    offered = vb_arena_take(arena, c.n + 1, sizeof *offered);
    took_cost = vb_arena_take(arena, c.n + 1, sizeof *took_cost);
    if (status == VB_OK && (!offered || !took_cost))
        status = vb_fail_memory(err, c.n * sizeof *offered);
    for (size_t i = 0; i < model->spec.n_levels && status == VB_OK; i++)
        status = value_of(&c, model->spec.levels[i], offered, took_cost,
                          &setting[model->first_param[a] + i].fixed, err);
    vb_arena_free(arena);
    return status;
}
