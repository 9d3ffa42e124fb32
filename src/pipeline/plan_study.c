/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_study.c - a whole simulated study: columns, model, then participant by participant. */
#include "plan_internal.h"

#include "valuebold/names.h"
#include <math.h>
#include <string.h>

static size_t column_index(const plan_job *job, const char *name)
{
    for (size_t c = 0; c < job->n_columns; c++)
        if (strcmp(job->columns[c], name) == 0)
            return c;
    return VB_NONE;
}

static void add_column(plan_job *job, const char *name)
{
    if (column_index(job, name) == VB_NONE)
        job->columns[job->n_columns++] = name;
}

static bool event_has(const vb_plan_event *event, const char *name)
{
    for (size_t c = 0; c < event->n_columns; c++)
        if (strcmp(event->columns[c].name, name) == 0)
            return true;
    for (size_t v = 0; v < event->n_variants; v++)
        for (size_t c = 0; c < event->variant_n[v]; c++)
            if (strcmp(event->variants[v][c].name, name) == 0)
                return true;
    return false;
}

/* Whether a row of the table could have something there. */
static bool some_event_has(const plan_job *job, const char *name)
{
    for (size_t e = 0; e < job->plan->n_events; e++)
        if (event_has(&job->plan->events[e], name))
            return true;
    return false;
}

static void add_event_columns(plan_job *job, const vb_plan_event *event,
                              const char *response)
{
    for (size_t c = 0; c < event->n_columns; c++)
        if (strcmp(event->columns[c].name, response) != 0)
            add_column(job, event->columns[c].name);
    for (size_t v = 0; v < event->n_variants; v++)
        for (size_t c = 0; c < event->variant_n[v]; c++)
            if (strcmp(event->variants[v][c].name, response) != 0)
                add_column(job, event->variants[v][c].name);
}

/* A column the plan describes and nobody fills is a slip of the pen. */
static vb_status check_described(const plan_job *job, vb_error *err)
{
    const vb_plan *plan = job->plan;
    char hint[VB_TEXT_MAX];

    for (size_t i = 0; i < plan->n_columns; i++)
        if (column_index(job, plan->column_name[i]) == VB_NONE)
            return vb_fail_at(err, VB_EINPUT, plan->file, 0, 0,
                              "columns: no event has a column '%s'%s",
                              plan->column_name[i],
                              vb_suggest(plan->column_name[i], job->columns,
                                         job->n_columns, hint, sizeof hint));
    return VB_OK;
}

/*
 * onset, duration, trial_type, then the columns of the events: first those described, in
 * that order, then the others as they come; the response, its time and the outcome last.
 */
static vb_status lay_out_columns(plan_job *job, vb_error *err)
{
    const vb_plan *plan = job->plan;
    const char *response = "response";
    bool timed = false;
    size_t room = 6 + plan->n_columns;

    if (job->spec && job->spec->trials.choice_column)
        response = job->spec->trials.choice_column;
    for (size_t e = 0; e < plan->n_events; e++) {
        room += plan->events[e].n_columns;
        for (size_t v = 0; v < plan->events[e].n_variants; v++)
            room += plan->events[e].variant_n[v];
        timed = timed || plan->events[e].has_response_time;
    }
    job->columns = vb_arena_take(job->arena, room, sizeof *job->columns);
    if (!job->columns)
        return vb_fail_memory(err, room * sizeof *job->columns);
    add_column(job, "onset");
    add_column(job, "duration");
    add_column(job, "trial_type");
    for (size_t i = 0; i < plan->n_columns; i++)
        if (some_event_has(job, plan->column_name[i]) &&
            strcmp(plan->column_name[i], response) != 0)
            add_column(job, plan->column_name[i]);
    for (size_t e = 0; e < plan->n_events; e++)
        add_event_columns(job, &plan->events[e], response);
    if ((job->spec && job->spec->trials.choice_column) || some_event_has(job, response))
        add_column(job, response);
    if (timed)
        add_column(job, "response_time");
    if (plan->outcome_column)
        add_column(job, plan->outcome_column);
    job->response_column = column_index(job, response);
    job->response_time_column = timed ? column_index(job, "response_time") : VB_NONE;
    job->outcome_column =
        plan->outcome_column ? column_index(job, plan->outcome_column) : VB_NONE;
    return check_described(job, err);
}

/* A slip in per_run or runs should not fill the memory. */
static vb_status check_size(const vb_plan *plan, vb_error *err)
{
    const double most_runs = 1e5, most_rows = 1e7;
    const double n_runs = (double)plan->n_participants * (double)plan->n_runs;
    double n_a_run = 0;

    for (size_t e = 0; e < plan->n_events; e++)
        n_a_run += (double)plan->events[e].n_a_run;
    if (n_runs > most_runs || n_runs * n_a_run > most_rows)
        return vb_fail_at(err, VB_EINPUT, plan->file, 0, 0,
                          "%.0f runs with %.0f events each; at most %.0f runs and %.0f "
                          "events can be made at once",
                          n_runs, n_a_run, most_runs, most_rows);
    return VB_OK;
}

static vb_status compose(plan_job *job, vb_error *err)
{
    const vb_plan *plan = job->plan;
    vb_model_spec model;
    vb_status status;

    if (!job->spec)
        return plan->n_parameters || plan->choice_rule || plan->outcome_column ||
                       plan_has_next(plan)
                   ? vb_fail_at(err, VB_EINPUT, plan->file, 0, 0,
                                "parameters, choice_rule, outcome_column and `next` "
                                "need `spec`, "
                                "the spec file whose model makes the choices")
                   : VB_OK;
    if (!job->spec->has_trials || !job->spec->trials.choice_column)
        return vb_fail_at(err, VB_EINPUT, job->spec->file, 0, 0,
                          "to simulate choices the spec needs a trials section with "
                          "`choice`");
    if (job->spec->task && strcmp(job->spec->task, plan->task) != 0)
        return vb_fail_at(err, VB_EINPUT, plan->file, 0, 0,
                          "the plan's task is '%s', that of %s is '%s'", plan->task,
                          job->spec->file, job->spec->task);
    model = job->spec->model;
    if (plan->choice_rule)
        model.choice_rule = plan->choice_rule;
    status = vb_model_compose(&model, job->spec->trials.units, &job->model, err);
    if (status == VB_OK && !job->model.choice_rule)
        return vb_fail_at(
            err, VB_EINPUT, plan->file, 0, 0,
            "%s has no choice rule to make choices with; say choice_rule: "
            "softmax in the plan",
            job->spec->file);
    return status;
}

static vb_status simulate_participant(plan_job *job, size_t s, vb_outputs *outputs,
                                      vb_error *err)
{
    const vb_plan *plan = job->plan;
    plan_run *runs = vb_arena_take(job->arena, plan->n_runs, sizeof *runs);
    vb_status status = VB_OK;

    if (!runs)
        return vb_fail_memory(err, plan->n_runs * sizeof *runs);
    for (size_t r = 0; status == VB_OK && r < plan->n_runs; r++) {
        runs[r].participant = plan->participants[s];
        runs[r].label = plan->runs[r];
        status = plan_draw_run(job, &runs[r], err);
    }
    if (status == VB_OK && job->spec)
        status = plan_takes_turns(job) ? plan_choose_in_turn(job, s, runs, err)
                                       : plan_choose(job, s, runs, err);
    for (size_t r = 0; status == VB_OK && r < plan->n_runs; r++) {
        status = plan_time_run(job, &runs[r], err);
        if (status == VB_OK)
            status = plan_write_run(job, &runs[r], outputs, err);
    }
    return status;
}

vb_status vb_plan_simulate(const vb_plan *plan, const vb_spec *spec,
                           const char *version, vb_outputs *outputs,
                           vb_plan_counts *counts, vb_notes *notes, vb_error *err)
{
    plan_job job = {.plan = plan, .spec = spec, .version = version, .notes = notes};
    vb_arena *all = vb_arena_alloc();
    vb_status status = all ? VB_OK : vb_fail_memory(err, sizeof job);

    job.arena = all;
    job.counts.n_participants = plan->n_participants;
    if (status == VB_OK)
        status = check_size(plan, err);
    if (status == VB_OK)
        status = lay_out_columns(&job, err);
    if (status == VB_OK)
        status = compose(&job, err);
    if (status == VB_OK && spec)
        status = plan_draw_parameters(&job, err);
    for (size_t s = 0; status == VB_OK && s < plan->n_participants; s++) {
        job.arena = vb_arena_alloc(); /* one participant's rows at a time */
        status = job.arena ? simulate_participant(&job, s, outputs, err)
                           : vb_fail_memory(err, 1);
        vb_arena_free(job.arena);
    }
    job.arena = all;
    if (status == VB_OK)
        status = plan_write_study(&job, outputs, err);
    if (status == VB_OK)
        *counts = job.counts;
    vb_arena_free(all);
    return status;
}
