/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_events.c - which rows of a run belong to which event, and the trial each takes its
 * signals from.
 *
 * A row that is a trial itself takes that trial's signals.  Any other row (an outcome or
 * feedback row of its own) takes those of the latest trial that began at or before it, or,
 * where the spec says signals_of: next, of the first one that begins at or after it.  How
 * many rows do is said aloud, and two rows that take the same trial's are a warning: one of
 * them probably belongs to something that is no trial.
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

/* The trial of run r nearest to onset_s on the side asked for, or VB_NONE. */
static size_t trial_beside(const vb_trials *trials, size_t r, double onset_s, bool next)
{
    size_t found = VB_NONE;

    for (size_t t = 0; t < trials->n_trials; t++) {
        const double at_s = trials->onset_s[t];

        if (trials->run[t] != r || (next ? at_s < onset_s : at_s > onset_s))
            continue;
        if (found == VB_NONE ||
            (next ? at_s < trials->onset_s[found] : at_s >= trials->onset_s[found]))
            found = t;
    }
    return found;
}

/* Not so where columns of the event's own rows are all it is modulated by. */
static bool needs_signals(const vb_spec_event *spec)
{
    for (size_t m = 0; m < spec->n_modulators; m++)
        if (!spec->modulators[m].column && !spec->modulators[m].n_interaction)
            return true;
    return spec->n_parts > 0;
}

/* Signals for rows that are no trials, and a word about them. */
static void borrow_trials(const vb_study_run *run, const vb_trials *trials, size_t r,
                          const vb_spec_event *spec, vb_study_event *event,
                          vb_notes *notes)
{
    size_t n_borrowed = 0, n_shared = 0;
    double farthest_s = 0;

    for (size_t i = 0; i < event->n; i++) {
        if (event->trial[i] != VB_NONE)
            continue;
        event->trial[i] =
            trial_beside(trials, r, event->onset_s[i], spec->signals_of_next);
        if (event->trial[i] == VB_NONE)
            continue;
        n_borrowed++;
        farthest_s = fmax(farthest_s,
                          fabs(event->onset_s[i] - trials->onset_s[event->trial[i]]));
        n_shared += i && event->trial[i - 1] == event->trial[i] ? 1 : 0;
    }
    if (n_borrowed)
        vb_note_add(notes, VB_INFO, "event-signals-of-trial", run->events->name, 0, 0,
                    "event '%s': %zu of %zu rows are no trials and take the signals of "
                    "the trial %s, at most %g s away",
                    event->name, n_borrowed, event->n,
                    spec->signals_of_next ? "after" : "before", farthest_s);
    if (n_shared)
        vb_note_add(
            notes, VB_WARNING, "event-shares-trial", run->events->name, 0, 0,
            "event '%s': %zu rows take the signals of a trial that another row has "
            "taken too; does `rows` hold rows that belong to no trial?",
            event->name, n_shared);
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

/* Onset and duration of the rows that are in, as this event wants them. */
static vb_status event_times(const vb_study_run *run, const vb_spec_event *spec,
                             const bool in[], double onset_s[], double duration_s[],
                             vb_notes *notes, vb_error *err)
{
    const size_t n = run->events->n_rows;
    vb_status status = VB_OK;

    memcpy(onset_s, run->onset_s, n * sizeof onset_s[0]);
    memcpy(duration_s, run->duration_s, n * sizeof duration_s[0]);
    if (spec->onset)
        status = vb_rows_numbers(spec->onset, run->events, "onset", in, onset_s, NULL,
                                 notes, err);
    if (status == VB_OK && spec->duration)
        status = vb_rows_numbers(spec->duration, run->events, "duration", in,
                                 duration_s, NULL, notes, err);
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
    status = event_times(run, spec, in, onset_s, duration_s, notes, err);
    if (status == VB_OK)
        status = study_rt_read(study, run, spec, in, &event->rt_s, notes, err);
    if (status != VB_OK)
        return status;
    study_rt_durations(run, spec, in, event->rt_s, duration_s, notes);
    for (size_t i = 0; i < n; i++) {
        if (!in[i])
            continue;
        event->row[event->n] = i;
        event->onset_s[event->n] = onset_s[i];
        event->duration_s[event->n++] = duration_s[i];
    }
    sort_rows(event);
    for (size_t i = 0; i < event->n; i++)
        event->trial[i] = trial_of_row[event->row[i]];
    if (subject->trials && needs_signals(spec))
        borrow_trials(run, subject->trials, r, spec, event, notes);
    return check_times(run, event, notes, err);
}

static vb_status run_events(vb_study *study, const vb_study_subject *subject, size_t r,
                            vb_notes *notes, vb_error *err)
{
    const vb_spec *spec = study->spec;
    vb_study_run *run = &study->runs[subject->first_run + r];
    size_t *trial_of_row = trials_of_rows(study, subject, r);
    vb_error first = {0};

    /* room for an EVENT_missed and an EVENT_response_time beside each, and one EVENT_missed
     * of each event that is split */
    run->event_types =
        vb_arena_take(study->arena, 4 * spec->n_events, sizeof *run->event_types);
    if (!trial_of_row || !run->event_types)
        return vb_fail_memory(err, run->events->n_rows * sizeof *trial_of_row);
    for (size_t e = 0; e < spec->n_events; e++) {
        vb_study_event *event = &run->event_types[e];
        vb_error this = {0};

        event->name = spec->events[e].name;
        event->spec_event = e;
        if (take_rows(study, r, run, trial_of_row, &spec->events[e], event, notes,
                      &this) != VB_OK)
            study_keep_failure(notes, &this, &first);
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

            if (run_events(study, &study->subjects[i], r, notes, &this) != VB_OK)
                study_keep_failure(notes, &this, &first);
        }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
