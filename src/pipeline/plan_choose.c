/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_choose.c - the participants' parameters, and the choices the spec's model makes with
 * them on the events drawn.
 */
#include "plan_internal.h"

#include "valuebold/names.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Digits a drawn parameter keeps: the table then holds exactly what was used, and does not
 * show the last bit of this machine's log and exp. */
enum { PARAMETER_DIGITS = 6 };

static vb_status check_names(const plan_job *job, vb_error *err)
{
    const vb_plan *plan = job->plan;
    const vb_model *model = &job->model;
    const char *names[VB_MAX_PARAMS];
    bool given[VB_MAX_PARAMS] = {false};
    char hint[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];

    for (size_t p = 0; p < model->n_params; p++)
        names[p] = model->params[p].name;
    for (size_t i = 0; i < plan->n_parameters; i++) {
        const size_t p = vb_model_param(model, plan->parameter_name[i]);

        if (p == VB_NONE)
            return vb_fail_at(err, VB_EINPUT, plan->file, plan->parameter_line[i], 0,
                              "parameters: the model has no '%s'%s",
                              vb_quote(plan->parameter_name[i], quoted),
                              vb_suggest(plan->parameter_name[i], names,
                                         model->n_params, hint, sizeof hint));
        if (given[p])
            return vb_fail_at(err, VB_EINPUT, plan->file, plan->parameter_line[i], 0,
                              "parameters: %s is given twice", names[p]);
        given[p] = true;
    }
    for (size_t p = 0; p < model->n_params; p++)
        if (!given[p])
            return vb_fail_at(
                err, VB_EINPUT, plan->file, 0, 0,
                "parameters: the model needs %s, and the plan does not say "
                "how it is distributed",
                names[p]);
    return VB_OK;
}

static double rounded(double x)
{
    char text[VB_NUMBER_MAX];
    double y = x;

    vb_number_read(vb_number_write(x, PARAMETER_DIGITS, text), &y);
    return y;
}

vb_status plan_draw_parameters(plan_job *job, vb_error *err)
{
    const vb_plan *plan = job->plan;
    const size_t n_params = job->model.n_params;
    vb_status status = check_names(job, err);

    if (status)
        return status;
    job->theta =
        vb_arena_take(job->arena, plan->n_participants, n_params * sizeof *job->theta);
    if (!job->theta)
        return vb_fail_memory(err, plan->n_participants * n_params * sizeof(double));
    for (size_t s = 0; status == VB_OK && s < plan->n_participants; s++) {
        double *theta = &job->theta[s * n_params];

        for (size_t i = 0; i < plan->n_parameters; i++) {
            const size_t p = vb_model_param(&job->model, plan->parameter_name[i]);
            char purpose[VB_PARAM_NAME + 16];
            vb_random random;

            /* a stream each: further parameters do not change the others */
            snprintf(purpose, sizeof purpose, "parameter %s",
                     job->model.params[p].name);
            vb_random_start(&random, plan->seed, plan->participants[s], NULL, purpose);
            theta[p] = rounded(vb_distribution_draw(&plan->parameter[i], &random));
        }
        status = vb_model_check(&job->model, theta, plan->file,
                                plan->n_parameters ? plan->parameter_line[0] : 0,
                                job->notes, err);
    }
    return status;
}

vb_status plan_table(const plan_job *job, plan_run *run, vb_table *table, vb_error *err)
{
    *table = (vb_table){.arena = job->arena,
                        .name = job->plan->file,
                        .n_rows = run->n,
                        .n_cols = job->n_columns,
                        .columns = job->columns,
                        .cells = run->cells};
    table->line = vb_arena_take(job->arena, run->n, sizeof *table->line);
    for (size_t i = 0; table->line && i < run->n; i++) {
        const char **row = &run->cells[i * job->n_columns];

        table->line[i] = i + 2;
        row[PLAN_ONSET] = vb_arena_printf(job->arena, "%zu", i);
        row[PLAN_DURATION] = "0";
        if (!row[PLAN_ONSET])
            return vb_fail_memory(err, 1);
    }
    return table->line ? VB_OK : vb_fail_memory(err, run->n);
}

/* The cell that means an option; of several spellings (split by tabs) the first. */
const char *plan_choice_label(const vb_trials_spec *spec, size_t option,
                              vb_arena *arena)
{
    const char *label = spec->choice_label[option];

    return label ? vb_arena_substring(arena, label, strcspn(label, "\t"))
                 : spec->options[option].name;
}

static double attribute(const vb_option *option, vb_attribute a, size_t t,
                        double otherwise)
{
    return option->attribute[a] ? option->attribute[a][t] : otherwise;
}

/* The chosen option pays its reward with its probability, else takes its loss. */
static double draw_outcome(const vb_option *option, size_t t, double u)
{
    if (u < attribute(option, VB_PROBABILITY, t, 1))
        return attribute(option, VB_REWARD, t, 0);
    return 0 - attribute(option, VB_LOSS, t, 0); /* not -0 */
}

vb_status plan_write_choice(plan_job *job, const vb_trials *trials, size_t t,
                            size_t choice, double difficulty, double u, plan_run *run,
                            vb_error *err)
{
    const size_t i = trials->row[t];
    const char **row = &run->cells[i * job->n_columns];
    const vb_plan_event *event = &job->plan->events[run->event[i]];
    char text[VB_NUMBER_MAX];

    run->trial[i] = true;
    run->difficulty[i] = difficulty;
    if (strcmp(row[job->response_column], "n/a") != 0)
        return vb_fail_at(err, VB_EINPUT, job->plan->file, event->line, event->at,
                          "event '%s' gives column '%s' a value, and the spec says "
                          "that its model makes the choices there",
                          event->name, job->columns[job->response_column]);
    if (choice == VB_NONE)
        return VB_OK;
    row[job->response_column] =
        plan_choice_label(&job->spec->trials, choice, job->arena);
    if (!row[job->response_column])
        return vb_fail_memory(err, 1);
    if (job->outcome_column == VB_NONE)
        return VB_OK;
    vb_number_shortest(draw_outcome(&trials->options[choice], t, u), text);
    row[job->outcome_column] = vb_arena_string(job->arena, text);
    return row[job->outcome_column] ? VB_OK : vb_fail_memory(err, sizeof text);
}

static vb_status write_choices(plan_job *job, const vb_trials *trials,
                               const size_t choice[], const double difficulty[],
                               plan_run runs[], vb_error *err)
{
    vb_random random = {{0}};
    vb_status status = VB_OK;

    for (size_t t = 0; status == VB_OK && t < trials->n_trials; t++) {
        plan_run *run = &runs[trials->run[t]];

        if (t == 0 || trials->run[t] != trials->run[t - 1])
            vb_random_start(&random, job->plan->seed, run->participant, run->label,
                            "outcomes");
        status = plan_write_choice(job, trials, t, choice[t], difficulty[t],
                                   vb_random_uniform(&random), run, err);
    }
    return status;
}

static vb_status choose_on(plan_job *job, size_t participant, const vb_trials *trials,
                           plan_run runs[], vb_error *err)
{
    const vb_plan *plan = job->plan;
    size_t *choice = vb_arena_take(job->arena, trials->n_trials, sizeof *choice);
    double *difficulty =
        vb_arena_take(job->arena, trials->n_trials, sizeof *difficulty);
    vb_status status;

    if (!choice || !difficulty)
        return vb_fail_memory(err, trials->n_trials * sizeof *choice);
    status = vb_simulate_choices(&job->model, trials, 1,
                                 &job->theta[participant * job->model.n_params], NULL,
                                 plan->seed, plan->participants[participant],
                                 plan->runs, choice, difficulty, err);
    if (status)
        return status;
    return write_choices(job, trials, choice, difficulty, runs, err);
}

vb_status plan_choose(plan_job *job, size_t participant, plan_run runs[], vb_error *err)
{
    const size_t n_runs = job->plan->n_runs;
    vb_table *tables = vb_arena_take(job->arena, n_runs, sizeof *tables);
    vb_table **list = vb_arena_take(job->arena, n_runs, sizeof *list);
    vb_trials *trials = NULL;
    vb_status status = VB_OK;

    if (!tables || !list)
        return vb_fail_memory(err, n_runs * sizeof *tables);
    for (size_t r = 0; status == VB_OK && r < n_runs; r++) {
        list[r] = &tables[r];
        status = plan_table(job, &runs[r], &tables[r], err);
    }
    if (status == VB_OK) /* "missed" would be said of every trial here: no notes */
        status = vb_trials_build(&job->spec->trials, n_runs, list, &trials, NULL, err);
    if (status == VB_OK)
        status = choose_on(job, participant, trials, runs, err);
    vb_trials_free(trials);
    return status;
}
