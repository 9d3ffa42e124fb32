/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_modulators.c - raw signal of every modulator at every event, and missed trials that
 * get an event of their own.
 */
#include "study_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The name is neither a signal nor a column: say what there is. */
static vb_status unknown_signal(vb_study *study, const vb_study_run *run,
                                const vb_spec_modulator *m, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const vb_table *table = run->events;
    size_t n = 0;
    const char **signals = NULL, **all;
    char advice[512], quoted[VB_QUOTE_MAX];

    if (subject->trials && vb_signal_names(&study->model, subject->trials, study->arena,
                                           &n, &signals, err) != VB_OK)
        return err ? err->code : VB_ENOMEM;
    all = vb_arena_take(study->arena, n + table->n_cols, sizeof *all);
    if (!all)
        return vb_fail_memory(err, n + table->n_cols);
    for (size_t i = 0; i < n; i++)
        all[i] = signals[i];
    for (size_t c = 0; c < table->n_cols; c++)
        all[n + c] = table->columns[c];
    return vb_fail_at(
        err, VB_EINPUT, study->spec->file, m->line, m->at,
        "modulator '%s' is neither a signal of the model nor a column of %s%s",
        vb_quote(m->signal, quoted), table->name,
        vb_suggest(m->signal, all, n + table->n_cols, advice, sizeof advice));
}

/* values[rows] of a modulator made from a column or an expression. */
static vb_status from_columns(vb_study *study, const vb_study_run *run,
                              const vb_spec_modulator *m, const vb_study_event *event,
                              double raw[], vb_notes *notes, vb_error *err)
{
    const size_t n_rows = run->events->n_rows;
    const size_t column = m->column ? VB_NONE : vb_table_find(run->events, m->signal);
    double *values = vb_arena_take(study->arena, n_rows, sizeof *values);
    bool *wanted = vb_arena_take(study->arena, n_rows, sizeof *wanted);
    vb_status status;

    if (!values || !wanted)
        return vb_fail_memory(err, n_rows * sizeof *values);
    for (size_t i = 0; i < event->n; i++)
        wanted[event->row[i]] = true; /* other rows may hold anything */
    status = m->column
                 ? vb_rows_numbers(m->column, run->events, m->name, wanted, values,
                                   NULL, notes, err)
                 : vb_table_numbers(run->events, column, values, NULL, notes, err);
    for (size_t i = 0; i < event->n && status == VB_OK; i++)
        raw[i] = values[event->row[i]];
    return status;
}

/* values of a modulator made from a signal of the model. */
static vb_status from_signal(vb_study *study, const vb_study_run *run,
                             const vb_spec_modulator *m, const vb_study_event *event,
                             double raw[], vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    double *values =
        vb_arena_take(study->arena, subject->trials->n_trials, sizeof *values);
    char unit[64];
    vb_error why = {0};
    vb_status status;

    if (!values)
        return vb_fail_memory(err, subject->trials->n_trials * sizeof *values);
    status = vb_signal(m->signal, &study->model, subject->trials, subject->evaluation,
                       study->spec->trials.units, values, unit, sizeof unit, &why);
    if (status != VB_OK)
        return vb_fail_at(err, status, study->spec->file, m->line, m->at, "%s",
                          why.text);
    for (size_t i = 0; i < event->n; i++)
        raw[i] = event->trial[i] == VB_NONE ? (double)NAN : values[event->trial[i]];
    return VB_OK;
}

vb_status study_raw_signal(vb_study *study, const vb_study_run *run,
                           const vb_spec_modulator *m, const vb_study_event *event,
                           double raw[], vb_notes *notes, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    char meaning[512];

    if (m->response_time || m->n_interaction) {
        for (size_t i = 0; i < event->n; i++) /* products come with the weights */
            raw[i] = m->response_time ? event->rt_s[event->row[i]] : 1;
        return VB_OK;
    }
    if (!m->column && subject->trials &&
        vb_signal_exists(m->signal, &study->model, subject->trials))
        return from_signal(study, run, m, event, raw, err);
    if (m->column || vb_table_find(run->events, m->signal) != VB_NONE)
        return from_columns(study, run, m, event, raw, notes, err);
    if (subject->trials &&
        vb_signal_describe(m->signal, subject->trials, meaning, sizeof meaning))
        return from_signal(study, run, m, event, raw, err); /* says what it lacks */
    return unknown_signal(study, run, m, err);
}

static vb_status take_modulators(vb_study *study, const vb_study_run *run,
                                 vb_study_event *event, vb_notes *notes, vb_error *err)
{
    const vb_spec_event *spec = &study->spec->events[event->spec_event];
    const size_t m = spec->n_modulators;

    event->n_modulators = m;
    event->modulator_names = vb_arena_take(study->arena, m, sizeof(char *));
    event->raw = vb_arena_take(study->arena, m, sizeof(double *));
    event->weight = vb_arena_take(study->arena, m, sizeof(double *));
    event->record = vb_arena_take(study->arena, m, sizeof *event->record);
    event->variance_removed = vb_arena_take(study->arena, m, sizeof(double));
    if (!event->modulator_names || !event->raw || !event->weight || !event->record ||
        !event->variance_removed)
        return vb_fail_memory(err, m * sizeof *event->record);
    for (size_t k = 0; k < m; k++) {
        vb_status status;

        event->modulator_names[k] = spec->modulators[k].name;
        event->raw[k] = vb_arena_take(study->arena, event->n, sizeof(double));
        event->weight[k] = vb_arena_take(study->arena, event->n, sizeof(double));
        if (!event->raw[k] || !event->weight[k])
            return vb_fail_memory(err, event->n * sizeof(double));
        status = study_raw_signal(study, run, &spec->modulators[k], event,
                                  event->raw[k], notes, err);
        if (status != VB_OK)
            return status;
    }
    study_missing_parts(spec, event);
    return VB_OK;
}

/* Whether event i leaves for EVENT_missed: some own-event modulator is missing there. */
static bool leaves(const vb_spec_event *spec, const vb_study_event *event, size_t i)
{
    for (size_t k = 0; k < event->n_modulators; k++)
        if (spec->modulators[k].rule.missed == VB_MISSED_OWN_EVENT &&
            isnan(event->raw[k][i]))
            return true;
    return false;
}

/* Moves missed trials into an event of their own, behind the others of the run. */
static vb_status split_missed(vb_study *study, vb_study_run *run, vb_study_event *event,
                              vb_notes *notes, vb_error *err)
{
    const vb_spec_event *spec = &study->spec->events[event->spec_event];
    vb_study_event missed = {.spec_event = event->spec_event};
    size_t kept = 0;

    missed.name = vb_arena_printf(study->arena, "%s_missed", event->name);
    missed.row = vb_arena_take(study->arena, event->n, sizeof *missed.row);
    missed.trial = vb_arena_take(study->arena, event->n, sizeof *missed.trial);
    missed.onset_s = vb_arena_take(study->arena, event->n, sizeof(double));
    missed.duration_s = vb_arena_take(study->arena, event->n, sizeof(double));
    if (!missed.name || !missed.row || !missed.trial || !missed.onset_s ||
        !missed.duration_s)
        return vb_fail_memory(err, event->n * sizeof(double));
    for (size_t i = 0; i < event->n; i++) {
        const bool out = leaves(spec, event, i);
        vb_study_event *to = out ? &missed : event;
        const size_t at = out ? missed.n++ : kept++;

        to->row[at] = event->row[i];
        to->trial[at] = event->trial[i];
        to->onset_s[at] = event->onset_s[i];
        to->duration_s[at] = event->duration_s[i];
        for (size_t k = 0; k < event->n_modulators && !out; k++)
            event->raw[k][at] = event->raw[k][i];
    }
    event->n = kept;
    if (missed.n) {
        vb_note_add(notes, VB_INFO, "missed-own-event", run->events->name, 0, 0,
                    "%zu missed trial%s of '%s' in an event of their own, '%s'",
                    missed.n, missed.n == 1 ? "" : "s", event->name, missed.name);
        run->event_types[run->n_event_types++] = missed;
    }
    return VB_OK;
}

/* A missing signal because nothing was chosen is what the policy is for: a note.  Any
 * other missing value is worth a warning. */
static void count_missing(const vb_study *study, const vb_study_run *run,
                          const vb_study_event *event, vb_notes *notes)
{
    static const char *const fate[] = {"left out of the modulated column",
                                       "moved to an event of their own",
                                       "given the value the spec says",
                                       "given the mean of the others"};
    const vb_spec_event *spec = &study->spec->events[event->spec_event];
    const vb_trials *trials = study->subjects[run->subject].trials;

    for (size_t k = 0; k < event->n_modulators; k++) {
        size_t n = 0, unchosen = 0;

        for (size_t i = 0; i < event->n; i++) {
            if (!isnan(event->raw[k][i]))
                continue;
            n++;
            unchosen += trials && trials->choice && event->trial[i] != VB_NONE &&
                        trials->choice[event->trial[i]] == VB_NONE;
        }
        if (n)
            vb_note_add(
                notes, n == unchosen ? VB_INFO : VB_WARNING, "modulator-missing",
                run->events->name, 0, 0,
                "modulator '%s' of '%s' is missing (n/a) in %zu of %zu events: %s",
                event->modulator_names[k], event->name, n, event->n,
                fate[spec->modulators[k].rule.missed]);
    }
}

vb_status study_modulators(vb_study *study, vb_notes *notes, vb_error *err)
{
    const vb_spec *spec = study->spec;
    vb_status status = VB_OK;

    for (size_t r = 0; r < study->n_runs; r++)
        for (size_t e = 0; e < spec->n_events && status == VB_OK; e++) {
            vb_study_run *run = &study->runs[r];
            vb_study_event *event = &run->event_types[e];

            status = take_modulators(study, run, event, notes, err);
            if (status != VB_OK)
                continue;
            count_missing(study, run, event, notes);
            status = split_missed(study, run, event, notes, err);
        }
    for (size_t r = 0; r < study->n_runs && status == VB_OK; r++)
        status = study_rt_events(study, &study->runs[r], notes, err);
    if (status == VB_OK)
        study_rt_warn(study, notes);
    return status == VB_OK ? study_weights(study, notes, err) : status;
}
