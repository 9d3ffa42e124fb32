/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model_run.c - all quantities of a model on trials, in the order in which one needs
 * another: effort made and fatigue, learning, values, choice probabilities, staged
 * prediction errors.
 */
#include "model_internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

vb_status vb_fail_trial(const vb_trials *trials, size_t t, vb_status code,
                        vb_error *err, const char *format, ...)
{
    const size_t r = trials->run ? trials->run[t] : 0;
    const char *file = trials->file ? trials->file[r] : NULL;
    char text[VB_TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (file && trials->line)
        return vb_fail_at(err, code, file, trials->line[t], 0, "%s", text);
    return vb_fail(err, code, "run %zu, trial %zu: %s", r + 1, t + 1, text);
}

const double *vb_run_theta(const model_run *run, size_t t)
{
    return run->theta + (run->set ? run->set[t] : 0) * run->model->n_params;
}

double *vb_run_array(const model_run *run)
{
    double *x = vb_arena_take(run->out->arena, run->trials->n_trials, sizeof *x);

    if (!x)
        vb_fail_memory(run->err, run->trials->n_trials * sizeof *x);
    return x;
}

double *vb_run_constant(const model_run *run, double value)
{
    double *x = vb_run_array(run);

    for (size_t t = 0; x && t < run->trials->n_trials; t++)
        x[t] = value;
    return x;
}

static vb_status run_all(model_run *run)
{
    vb_status status =
        vb_run_effort(run); /* of what was chosen, before what depends on it */

    if (status == VB_OK && run->model->learning_rule) /* may be a reward or a rate */
        status = vb_run_learning(run);
    if (status == VB_OK)
        status = vb_run_options(run);
    if (status == VB_OK && run->model->choice_rule)
        status = vb_run_choice_rule(run);
    if (status == VB_OK && run->model->spec.staged)
        status = vb_run_staged(run);
    return status;
}

vb_status vb_model_run(const vb_model *model, const vb_trials *trials, size_t n_sets,
                       const double theta[], const size_t set[],
                       vb_evaluation **evaluation, vb_error *err)
{
    vb_evaluation *e = NULL;
    model_run run = {.model = model,
                     .trials = trials,
                     .theta = theta,
                     .set = set,
                     .err = err};
    vb_status status = VB_OK;

    for (size_t t = 0; set && t < trials->n_trials; t++)
        if (set[t] >= n_sets)
            return vb_fail(err, VB_EINTERNAL, "trial %zu uses parameter set %zu of %zu",
                           t + 1, set[t] + 1, n_sets);
    e = calloc(1, sizeof *e);
    if (e)
        e->arena = vb_arena_alloc();
    if (!e || !e->arena) {
        vb_evaluation_free(e);
        return vb_fail_memory(err, sizeof *e);
    }
    e->n_trials = trials->n_trials;
    e->n_options = trials->n_options;
    run.out = e;
    status = run_all(&run);
    if (status != VB_OK) {
        vb_evaluation_free(e);
        return status;
    }
    *evaluation = e;
    return VB_OK;
}

void vb_evaluation_free(vb_evaluation *evaluation)
{
    if (!evaluation)
        return;
    vb_arena_free(evaluation->arena);
    free(evaluation);
}
