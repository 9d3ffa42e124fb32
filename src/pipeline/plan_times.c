/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_times.c - who answers after how long, and when the next event comes.  Times are on
 * a grid of 1 ms, as a task program's log has them.
 */
#include "plan_internal.h"

#include <math.h>
#include <string.h>

static double to_ms(double t_s)
{
    return round(t_s * 1000) / 1000;
}

/* log RT = log(draw) + difficulty * entropy of the choice, held between min and max. */
static double response_time(const vb_plan_event *event, double difficulty,
                            vb_random *random)
{
    const vb_distribution *d = &event->response_time_s;
    double t_s = vb_distribution_draw(d, random);

    if (!isnan(difficulty))
        t_s *= exp(event->difficulty * difficulty);
    return to_ms(fmin(fmax(t_s, fmax(d->lower, 0)), d->upper));
}

/* How long the event keeps the next one waiting, before the gap. */
static double busy_s(const vb_plan *plan, const vb_plan_event *event, double response_s)
{
    if (plan->after == VB_AFTER_ONSET)
        return 0;
    if (plan->after == VB_AFTER_EVENT || !event->has_response_time)
        return event->duration_s;
    if (!isnan(response_s))
        return response_s;
    /* no answer: the program waits as long as it would have */
    return isfinite(event->response_time_s.upper) ? event->response_time_s.upper
                                                  : event->duration_s;
}

static vb_status put_number(const plan_job *job, const char **cell, double x,
                            vb_error *err)
{
    char text[VB_NUMBER_MAX];

    *cell = vb_arena_string(job->arena, vb_number_shortest(x, text));
    return *cell ? VB_OK : vb_fail_memory(err, sizeof text);
}

/* Response of row i: missed or not, and after how long. */
static vb_status respond(const plan_job *job, plan_run *run, size_t i,
                         vb_random *random, vb_error *err)
{
    const vb_plan_event *event = &job->plan->events[run->event[i]];
    const char **row = &run->cells[i * job->n_columns];
    const double u = vb_random_uniform(random);
    const bool missed = run->missed ? run->missed[i] : u < event->missed;
    const double t_s = response_time(event, run->difficulty[i], random);

    run->response_time_s[i] = event->has_response_time && !missed ? t_s : (double)NAN;
    if (missed) {
        if (job->response_column != VB_NONE)
            row[job->response_column] = "n/a";
        if (job->outcome_column != VB_NONE)
            row[job->outcome_column] = "n/a";
    }
    if (isnan(run->response_time_s[i]))
        return VB_OK;
    return put_number(job, &row[job->response_time_column], t_s, err);
}

vb_status plan_time_run(plan_job *job, plan_run *run, vb_error *err)
{
    const vb_plan *plan = job->plan;
    double onset_s = to_ms(plan->first_onset_s);
    vb_status status = VB_OK;
    vb_random random;

    vb_random_start(&random, plan->seed, run->participant, run->label, "times");
    for (size_t i = 0; status == VB_OK && i < run->n; i++) {
        const vb_plan_event *event = &plan->events[run->event[i]];
        const char **row = &run->cells[i * job->n_columns];
        double next_s;

        status = respond(job, run, i, &random, err);
        run->onset_s[i] = onset_s;
        if (status == VB_OK)
            status = put_number(job, &row[PLAN_ONSET], onset_s, err);
        if (status == VB_OK)
            status = put_number(job, &row[PLAN_DURATION], event->duration_s, err);
        next_s = to_ms(onset_s + busy_s(plan, event, run->response_time_s[i]) +
                       vb_distribution_draw(&plan->gap_s, &random));
        /* half a millisecond: both ends may have been rounded */
        if (status == VB_OK && i + 1 < run->n &&
            next_s < onset_s + event->duration_s - 0.0005)
            status =
                vb_fail_at(err, VB_EINPUT, plan->file, event->line, event->at,
                           "the event after a '%s' would begin %g s after it, before "
                           "its %g s are over; make gap_s larger (min) or say after: "
                           "event",
                           event->name, next_s - onset_s, event->duration_s);
        onset_s = next_s;
        job->counts.n_trials += run->trial[i];
        job->counts.n_missed += run->trial[i] && job->response_column != VB_NONE &&
                                strcmp(row[job->response_column], "n/a") == 0;
    }
    job->counts.n_rows += run->n;
    job->counts.n_runs++;
    return status;
}
