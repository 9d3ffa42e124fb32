/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_support.h - choices between offers from tables, as trials made by hand. */
#ifndef VB_TEST_FIT_SUPPORT_H
#define VB_TEST_FIT_SUPPORT_H

#include "hand_trials.h"
#include "valuebold/fit.h"

/* Memory of the table's arena, or the test ends. */
static inline void *fit_take(vb_table *table, size_t n, size_t size)
{
    void *p = vb_arena_take(table->arena, n, size);

    cr_assert(p);
    return p;
}

/* Choices of a table: option a when the column is 1, b when it is 0, missed when n/a. */
static inline size_t *fit_choices(vb_table *table, const char *column)
{
    const double *x = support_column(table, column);
    size_t *choice = fit_take(table, table->n_rows, sizeof *choice);

    for (size_t t = 0; t < table->n_rows; t++)
        choice[t] = isnan(x[t]) ? VB_NONE : x[t] > 0 ? 0 : 1;
    return choice;
}

static inline double *fit_constant(vb_table *table, double value)
{
    double *x = fit_take(table, table->n_rows, sizeof *x);

    for (size_t t = 0; t < table->n_rows; t++)
        x[t] = value;
    return x;
}

static inline vb_fit *fit_hand(const vb_model *model, const vb_fit_options *options,
                               const vb_trials *trials, vb_likelihood **likelihood)
{
    static vb_fit_block block; /* tests are processes of their own */
    vb_fit *fit = NULL;
    vb_error err = {0};

    block = (vb_fit_block){.trials = trials};
    cr_assert_eq(vb_likelihood_make(model, options, 1, &block, likelihood, &err), VB_OK,
                 "%s", err.text);
    cr_assert_eq(vb_fit_run(*likelihood, options, &fit, &err), VB_OK, "%s", err.text);
    return fit;
}

/* Trials [from, from + n) of others; arrays are shared. */
static inline vb_trials fit_slice(const vb_trials *trials, size_t from, size_t n)
{
    vb_trials slice = *trials;

    slice.n_trials = n;
    slice.choice = trials->choice + from;
    for (size_t o = 0; o < trials->n_options; o++)
        for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
            if (trials->options[o].attribute[a])
                slice.options[o].attribute[a] = trials->options[o].attribute[a] + from;
    return slice;
}

#endif
