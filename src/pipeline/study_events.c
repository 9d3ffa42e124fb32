/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_events.c - which rows of a run belong to which event, and the trial each takes its
 * signals from.
 *
 * A row that is a trial itself takes that trial's signals.  Any other row (an outcome or
 * feedback row of its own) takes those of the latest trial that began at or before it.
 */
#include "study_internal.h"

#include <math.h>
#include <string.h>

/* Trial of each row of run r of a subject, or VB_NONE. */
static size_t *trials_of_rows(vb_study *study, const vb_study_subject *subject,
                              size_t r)
{
    const vb_study_run *run = &study->runs[subject->first_run + r];
    const vb_trials *trials = subject->trials;
    size_t *trial = vb_arena_take(study->arena, run->events->n_rows, sizeof *trial);

    for (size_t i = 0; trial && i < run->events->n_rows; i++)
        trial[i] = VB_NONE;
    for (size_t t = 0; trial && trials && t < trials->n_trials; t++)
        if (trials->run[t] == r)
            trial[trials->row[t]] = t;
    return trial;
}

static size_t latest_trial(const vb_trials *trials, size_t r, double onset_s)
{
    size_t found = VB_NONE;

    for (size_t t = 0; t < trials->n_trials; t++)
        if (trials->run[t] == r && trials->onset_s[t] <= onset_s &&
            (found == VB_NONE || trials->onset_s[t] >= trials->onset_s[found]))
            found = t;
    return found;
}

/* Stable sort by onset: insertion, as rows are nearly always in order already. */
static void sort_rows(vb_study_event *event)
{
    for (size_t i = 1; i < event->n; i++) {
        const double onset_s = event->onset_s[i], duration_s = event->duration_s[i];
        const size_t row = event->row[i];
        size_t k = i;

        for (; k && event->onset_s[k - 1] > onset_s; k--) {
            event->onset_s[k] = event->onset_s[k - 1];
            event->duration_s[k] = event->duration_s[k - 1];
            event->row[k] = event->row[k - 1];
        }
        event->onset_s[k] = onset_s;
        event->duration_s[k] = duration_s;
        event->row[k] = row;
    }
}

/* Onset and duration of every row as this event wants them. */
static vb_status event_times(const vb_study_run *run, const vb_spec_event *spec,
                             double onset_s[], double duration_s[], vb_error *err)
{
    const size_t n = run->events->n_rows;
    vb_status status = VB_OK;

    memcpy(onset_s, run->onset_s, n * sizeof onset_s[0]);
    memcpy(duration_s, run->duration_s, n * sizeof duration_s[0]);
    if (spec->onset)
        status = vb_rows_evaluate(spec->onset, run->events, "onset", onset_s, err);
    if (status == VB_OK && spec->duration)
        status =
            vb_rows_evaluate(spec->duration, run->events, "duration", duration_s, err);
    return status;
}

static vb_status check_times(const vb_study_run *run, const vb_study_event *event,
                             vb_notes *notes, vb_error *err)
{
    const vb_table *t = run->events;
    vb_error first = {0};

    for (size_t i = 0; i < event->n; i++) {
        const size_t line = t->line[event->row[i]];

        if (!isfinite(event->onset_s[i]))
            vb_refuse(notes, &first, VB_EINPUT, "onset-missing", t->name, line, 0,
                      "event '%s': onset is missing", event->name);
        if (!isfinite(event->duration_s[i]))
            vb_refuse(
                notes, &first, VB_EINPUT, "duration-missing", t->name, line, 0,
                "event '%s': duration is n/a; give `duration: SECONDS` for this event "
                "in the spec",
                event->name);
        if (event->duration_s[i] < 0)
            vb_refuse(notes, &first, VB_EINPUT, "duration-negative", t->name, line, 0,
                      "event '%s': duration is %g s; it must not be negative",
                      event->name, event->duration_s[i]);
    }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}

static vb_status take_rows(vb_study *study, size_t r, const vb_study_run *run,
                           const size_t trial_of_row[], const vb_spec_event *spec,
                           vb_study_event *event, vb_notes *notes, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const size_t n = run->events->n_rows;
    double *onset_s = vb_arena_take(study->arena, n, sizeof *onset_s);
    double *duration_s = vb_arena_take(study->arena, n, sizeof *duration_s);
    bool *in = vb_arena_take(study->arena, n, sizeof *in);
    vb_status status;

    event->row = vb_arena_take(study->arena, n, sizeof *event->row);
    event->trial = vb_arena_take(study->arena, n, sizeof *event->trial);
    event->onset_s = vb_arena_take(study->arena, n, sizeof(double));
    event->duration_s = vb_arena_take(study->arena, n, sizeof(double));
    if (!onset_s || !duration_s || !in || !event->row || !event->trial ||
        !event->onset_s || !event->duration_s)
        return vb_fail_memory(err, n * sizeof *onset_s);
    if (spec->rows) {
        status = vb_rows_filter(spec->rows, run->events, spec->name, in, err);
        if (status != VB_OK)
            return status;
    } else {
        for (size_t i = 0; i < n; i++)
            in[i] = !subject->trials || trial_of_row[i] != VB_NONE;
    }
    status = event_times(run, spec, onset_s, duration_s, err);
    if (status != VB_OK)
        return status;
    for (size_t i = 0; i < n; i++) {
        if (!in[i])
            continue;
        event->row[event->n] = i;
        event->onset_s[event->n] = onset_s[i];
        event->duration_s[event->n++] = duration_s[i];
    }
    sort_rows(event);
    for (size_t i = 0; i < event->n; i++) {
        event->trial[i] = trial_of_row[event->row[i]];
        if (event->trial[i] == VB_NONE && subject->trials && spec->n_modulators)
            event->trial[i] = latest_trial(subject->trials, r, event->onset_s[i]);
    }
    return check_times(run, event, notes, err);
}

static vb_status run_events(vb_study *study, const vb_study_subject *subject, size_t r,
                            vb_notes *notes, vb_error *err)
{
    const vb_spec *spec = study->spec;
    vb_study_run *run = &study->runs[subject->first_run + r];
    size_t *trial_of_row = trials_of_rows(study, subject, r);
    vb_error first = {0};

    /* room for an EVENT_missed beside each */
    run->event_types =
        vb_arena_take(study->arena, 2 * spec->n_events, sizeof *run->event_types);
    if (!trial_of_row || !run->event_types)
        return vb_fail_memory(err, run->events->n_rows * sizeof *trial_of_row);
    for (size_t e = 0; e < spec->n_events; e++) {
        vb_study_event *event = &run->event_types[e];
        vb_error this = {0};

        event->name = spec->events[e].name;
        event->spec_event = e;
        if (take_rows(study, r, run, trial_of_row, &spec->events[e], event, notes,
                      &this) != VB_OK &&
            first.code == VB_OK)
            first = this;
    }
    run->n_event_types = spec->n_events;
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}

vb_status study_events(vb_study *study, vb_notes *notes, vb_error *err)
{
    vb_error first = {0};

    for (size_t i = 0; i < study->n_subjects; i++)
        for (size_t r = 0; r < study->subjects[i].n_runs; r++) {
            vb_error this = {0};

            if (run_events(study, &study->subjects[i], r, notes, &this) != VB_OK &&
                first.code == VB_OK)
                first = this;
        }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
