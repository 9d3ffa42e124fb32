/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hand_trials.h - trials and models made by hand, for tests of the model room. */
#ifndef VB_TEST_HAND_TRIALS_H
#define VB_TEST_HAND_TRIALS_H

#include "support.h"
#include "valuebold/model.h"
#include "valuebold/signals.h"

/* n trials of one run with options named a, b, c ...; attributes are set by the
 * test. */
static inline vb_trials hand_trials(size_t n, size_t n_options)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    vb_trials trials = {.n_trials = n, .n_options = n_options, .n_runs = 1};

    for (size_t o = 0; o < n_options; o++)
        trials.options[o].name = names[o];
    return trials;
}

/* A model without units, composed or the test ends. */
static inline vb_model hand_model(vb_model_spec spec)
{
    static const char *const no_units[VB_N_ATTRIBUTES] = {NULL};
    vb_model model;
    vb_error err = {0};

    cr_assert_eq(vb_model_compose(&spec, no_units, &model, &err), VB_OK, "%s",
                 err.text);
    return model;
}

/* The model run with one set of parameters, or the test ends. */
static inline vb_evaluation *hand_run(const vb_model *model, const vb_trials *trials,
                                      const double theta[])
{
    vb_evaluation *evaluation = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_model_run(model, trials, 1, theta, NULL, &evaluation, &err), VB_OK,
                 "%s", err.text);
    return evaluation;
}

#endif
