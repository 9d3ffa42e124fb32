/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_turns.c - choices made one after the other: by models that learn or tire, and where
 * what is offered depends on what was chosen (staircases, patches that run dry).  Each trial
 * is run with the table as it stands then, again from the first row, as tasks have some
 * hundred trials.  Missed responses are drawn first: nothing is learned from them.
 */
#include "plan_internal.h"

#include "valuebold/names.h"
#include <math.h>
#include <string.h>

enum { NEXT_DIGITS = 6 };

bool plan_has_next(const vb_plan *plan)
{
    for (size_t e = 0; e < plan->n_events; e++)
        for (size_t c = 0; c < plan->events[e].n_columns; c++)
            if (plan->events[e].columns[c].next)
                return true;
    return false;
}

bool plan_takes_turns(const plan_job *job)
{
    return job->model.learning_rule || job->model.fatigue_rule ||
           plan_has_next(job->plan);
}

static size_t column_of(const plan_job *job, const char *name)
{
    for (size_t c = 0; c < job->n_columns; c++)
        if (strcmp(job->columns[c], name) == 0)
            return c;
    return VB_NONE;
}

static vb_status refuse_name(const plan_job *job, const vb_plan_event *event,
                             const char *name, vb_error *err)
{
    char hint[VB_TEXT_MAX];

    return vb_fail_at(err, VB_EINPUT, job->plan->file, event->line, event->at,
                      "event '%s': next: the table has no column '%s'%s", event->name,
                      name,
                      vb_suggest(name, job->columns, job->n_columns, hint,
                                 sizeof hint));
}

/* The value of a cell that follows from row before. */
static vb_status next_cell(const plan_job *job, const vb_plan_event *event,
                           const vb_expr *next, const char *const before[],
                           const char **cell, vb_error *err)
{
    vb_value *names =
        vb_arena_take(job->arena, vb_expr_n_names(next) + 1, sizeof *names);
    char text[VB_NUMBER_MAX];
    vb_value value;

    if (!names)
        return vb_fail_memory(err, sizeof *names);
    for (size_t i = 0; i < vb_expr_n_names(next); i++) {
        const size_t c = column_of(job, vb_expr_name(next, i));

        if (c == PLAN_ONSET || (c != VB_NONE && c == job->response_time_column))
            return vb_fail_at(
                err, VB_EINPUT, job->plan->file, event->line, event->at,
                "event '%s': next: '%s' is not known when offers are made; "
                "times are drawn afterwards",
                event->name, vb_expr_name(next, i));
        if (c == VB_NONE)
            return refuse_name(job, event, vb_expr_name(next, i), err);
        names[i].text = before[c];
        if (vb_number_read(before[c], &names[i].number) != VB_NUMBER_OK)
            names[i].number = NAN;
    }
    value = vb_expr_eval(next, names);
    if (value.text)
        *cell = value.text;
    else if (isfinite(value.number))
        *cell = vb_arena_string(job->arena,
                                vb_number_write(value.number, NEXT_DIGITS, text));
    else
        *cell = "n/a";
    return *cell ? VB_OK : vb_fail_memory(err, sizeof text);
}

/* Cells of row i that follow from the row before of its event type, if there is one. */
static vb_status follow(const plan_job *job, plan_run *run, size_t i, vb_error *err)
{
    const vb_plan_event *event = &job->plan->events[run->event[i]];
    const char **row = &run->cells[i * job->n_columns];
    vb_status status = VB_OK;
    size_t b = i;

    while (b > 0 && (b == i || run->event[b] != run->event[i]))
        b--;
    if (b == i || run->event[b] != run->event[i])
        return VB_OK;
    for (size_t c = 0; status == VB_OK && c < event->n_columns; c++)
        if (event->columns[c].next)
            status = next_cell(job, event, event->columns[c].next,
                               &run->cells[b * job->n_columns],
                               &row[column_of(job, event->columns[c].name)], err);
    return status;
}

static vb_status draw_missed(const plan_job *job, plan_run *run, vb_error *err)
{
    vb_random random;

    run->missed = vb_arena_take(job->arena, run->n, sizeof *run->missed);
    if (!run->missed)
        return vb_fail_memory(err, run->n);
    vb_random_start(&random, job->plan->seed, run->participant, run->label, "missed");
    for (size_t i = 0; i < run->n; i++)
        run->missed[i] =
            vb_random_uniform(&random) < job->plan->events[run->event[i]].missed;
    return VB_OK;
}

/* What one participant's turns share. */
typedef struct turn_taking {
    plan_job *job;
    const double *theta;
    vb_table *tables, **list; /* [n_runs]; list points to tables */
    vb_random choices, outcomes;
} turn_taking;

/* Row i of run r, all rows before it being done. */
static vb_status take_turn(turn_taking *turns, plan_run runs[], size_t r, size_t i,
                           vb_error *err)
{
    plan_job *job = turns->job;
    vb_trials *trials = NULL;
    size_t choice = VB_NONE, last;
    double difficulty = NAN;
    vb_status status = follow(job, &runs[r], i, err);

    turns->tables[r].n_rows = i + 1;
    if (status == VB_OK)
        status =
            vb_trials_build(&job->spec->trials, r + 1, turns->list, &trials, NULL, err);
    if (status != VB_OK)
        return status;
    last = trials->n_trials - 1;
    if (trials->n_trials && trials->run[last] == r && trials->row[last] == i) {
        const double u = vb_random_uniform(&turns->choices);
        const double v = vb_random_uniform(&turns->outcomes);

        status = vb_simulate_next_choice(&job->model, trials, turns->theta, u, &choice,
                                         &difficulty, err);
        if (status == VB_OK)
            status = plan_write_choice(job, trials, last,
                                       runs[r].missed[i] ? VB_NONE : choice, difficulty,
                                       v, &runs[r], err);
    }
    vb_trials_free(trials);
    return status;
}

vb_status plan_choose_in_turn(plan_job *job, size_t participant, plan_run runs[],
                              vb_error *err)
{
    const vb_plan *plan = job->plan;
    turn_taking turns = {.job = job,
                         .theta = &job->theta[participant * job->model.n_params]};
    vb_status status = VB_OK;

    turns.tables = vb_arena_take(job->arena, plan->n_runs, sizeof *turns.tables);
    turns.list = vb_arena_take(job->arena, plan->n_runs, sizeof *turns.list);
    if (!turns.tables || !turns.list)
        return vb_fail_memory(err, plan->n_runs * sizeof *turns.tables);
    for (size_t r = 0; status == VB_OK && r < plan->n_runs; r++) {
        plan_run *run = &runs[r];

        turns.list[r] = &turns.tables[r];
        vb_random_start(&turns.choices, plan->seed, run->participant, run->label,
                        "choices");
        vb_random_start(&turns.outcomes, plan->seed, run->participant, run->label,
                        "outcomes");
        status = draw_missed(job, run, err);
        if (status == VB_OK)
            status = plan_table(job, run, &turns.tables[r], err);
        for (size_t i = 0; status == VB_OK && i < run->n; i++)
            status = take_turn(&turns, runs, r, i, err);
    }
    return status;
}
