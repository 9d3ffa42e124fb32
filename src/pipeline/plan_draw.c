/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_draw.c - which events a run has, in which order, and what they offer.
 *
 * The order is drawn place by place, each event type with the weight of what is left of it,
 * leaving out the type that has stood max_repeats times; a draw that ends in a dead end
 * starts again.  Orders that keep the constraint are so not all equally likely, as in most
 * task programs; without a constraint they are.
 */
#include "plan_internal.h"

#include <math.h>
#include <string.h>

enum { ORDER_TRIES = 1000, ROW_TRIES = 100000 };

/* One attempt; false at a dead end.  left and weight are [n_events] scratch. */
static bool draw_order(const vb_plan *plan, vb_random *random, plan_run *run,
                       size_t left[], double weight[])
{
    size_t repeats = 0;

    for (size_t e = 0; e < plan->n_events; e++)
        left[e] = plan->events[e].n_a_run;
    for (size_t i = 0; i < run->n; i++) {
        double sum = 0;
        size_t e;

        for (e = 0; e < plan->n_events; e++) {
            const bool full = plan->max_repeats && i && repeats == plan->max_repeats &&
                              run->event[i - 1] == e;
            const bool late = i == 0 && plan->first_event &&
                              strcmp(plan->first_event, plan->events[e].name) != 0;

            weight[e] = full || late ? 0 : (double)left[e];
            sum += weight[e];
        }
        if (!(sum > 0))
            return false;
        e = vb_random_pick(random, plan->n_events, weight);
        repeats = i && run->event[i - 1] == e ? repeats + 1 : 1;
        run->event[i] = e;
        left[e]--;
    }
    return true;
}

static vb_status order_events(const plan_job *job, plan_run *run, vb_error *err)
{
    const vb_plan *plan = job->plan;
    size_t *left = vb_arena_take(job->arena, plan->n_events, sizeof *left);
    double *weight = vb_arena_take(job->arena, plan->n_events, sizeof *weight);
    vb_random random;

    if (!left || !weight)
        return vb_fail_memory(err, plan->n_events);
    vb_random_start(&random, plan->seed, run->participant, run->label, "order");
    for (size_t tries = 0; tries < ORDER_TRIES; tries++)
        if (draw_order(plan, &random, run, left, weight))
            return VB_OK;
    return vb_fail_at(
        err, VB_EINPUT, plan->file, 0, 0,
        "order: in %d attempts no order was found in which no event stands "
        "more than %zu times in a row; raise max_repeats",
        ORDER_TRIES, plan->max_repeats);
}

static size_t find_column(const plan_job *job, const char *name)
{
    size_t c = 0;

    while (strcmp(job->columns[c], name) != 0) /* plan_columns put them all there */
        c++;
    return c;
}

static vb_value cell_value(const char *text)
{
    vb_value value = {.text = text};

    if (vb_number_read(text, &value.number) != VB_NUMBER_OK)
        value.number = NAN;
    return value;
}

/* Draws cells[0 .. n_columns) of an event's own columns until `where` holds. */
static bool draw_columns(const vb_plan_event *event, vb_random *random,
                         const char *cells[], vb_value names[])
{
    for (size_t tries = 0; tries < ROW_TRIES; tries++) {
        for (size_t c = 0; c < event->n_columns; c++)
            cells[c] = event->columns[c]
                           .values[vb_random_index(random, event->columns[c].n_values)];
        if (!event->where)
            return true;
        for (size_t i = 0; i < vb_expr_n_names(event->where); i++)
            for (size_t c = 0; c < event->n_columns; c++)
                if (strcmp(vb_expr_name(event->where, i), event->columns[c].name) == 0)
                    names[i] = cell_value(cells[c]);
        if (vb_value_true(vb_expr_eval(event->where, names)))
            return true;
    }
    return false;
}

static vb_status draw_row(const plan_job *job, plan_run *run, size_t i,
                          vb_random *random, const char *drawn[], vb_value names[],
                          vb_error *err)
{
    const vb_plan_event *event = &job->plan->events[run->event[i]];
    const char **row = &run->cells[i * job->n_columns];

    for (size_t c = 0; c < job->n_columns; c++)
        row[c] = "n/a";
    row[PLAN_TYPE] = event->name;
    if (!draw_columns(event, random, drawn, names))
        return vb_fail_at(err, VB_EINPUT, job->plan->file, event->line, event->at,
                          "event '%s': in %d attempts no values of its columns met "
                          "`where: %s`",
                          event->name, ROW_TRIES, vb_expr_text(event->where));
    for (size_t c = 0; c < event->n_columns; c++)
        row[find_column(job, event->columns[c].name)] = drawn[c];
    if (event->n_variants) {
        const size_t v = vb_random_index(random, event->n_variants);

        for (size_t c = 0; c < event->variant_n[v]; c++)
            row[find_column(job, event->variants[v][c].name)] =
                event->variants[v][c].values[0];
    }
    return VB_OK;
}

static vb_status allocate(const plan_job *job, plan_run *run, vb_error *err)
{
    run->event = vb_arena_take(job->arena, run->n, sizeof *run->event);
    run->cells = vb_arena_take(job->arena, run->n, job->n_columns * sizeof *run->cells);
    run->onset_s = vb_arena_take(job->arena, run->n, sizeof *run->onset_s);
    run->response_time_s =
        vb_arena_take(job->arena, run->n, sizeof *run->response_time_s);
    run->difficulty = vb_arena_take(job->arena, run->n, sizeof *run->difficulty);
    run->trial = vb_arena_take(job->arena, run->n, sizeof *run->trial);
    if (!run->event || !run->cells || !run->onset_s || !run->response_time_s ||
        !run->difficulty || !run->trial)
        return vb_fail_memory(err, run->n * job->n_columns * sizeof *run->cells);
    return VB_OK;
}

vb_status plan_draw_run(const plan_job *job, plan_run *run, vb_error *err)
{
    const vb_plan *plan = job->plan;
    const char **drawn = vb_arena_take(job->arena, job->n_columns, sizeof *drawn);
    vb_value *names = vb_arena_take(job->arena, job->n_columns, sizeof *names);
    vb_random random;
    vb_status status;

    if (!drawn || !names)
        return vb_fail_memory(err, job->n_columns);
    for (size_t e = 0; e < plan->n_events; e++)
        run->n += plan->events[e].n_a_run;
    status = allocate(job, run, err);
    if (status == VB_OK)
        status = order_events(job, run, err);
    vb_random_start(&random, plan->seed, run->participant, run->label, "rows");
    for (size_t i = 0; status == VB_OK && i < run->n; i++) {
        run->difficulty[i] = NAN;
        status = draw_row(job, run, i, &random, drawn, names, err);
    }
    return status;
}
