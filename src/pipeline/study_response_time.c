/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_response_time.c - response times in the design.
 *
 * Brain responses last as long as the decision does, so whatever differs in response time
 * differs in the signal; a modulator that goes with response time takes its effect over
 * unless a column holds it (Mumford et al. 2024, doi:10.1038/s41562-023-01760-0).
 */
#include "study_internal.h"

#include <math.h>
#include <string.h>

static const double WORTH_A_WORD = .3; /* correlation */
static const double THE_SAME = .999;

vb_status study_rt_read(vb_study *study, const vb_study_run *run,
                        const vb_spec_event *spec, const bool in[], double **rt_s,
                        vb_notes *notes, vb_error *err)
{
    const size_t n = run->events->n_rows;
    const size_t column = vb_table_find(run->events, "response_time");
    size_t n_zero = 0;
    vb_status status;

    *rt_s = NULL;
    if (!spec->rt_column && column == VB_NONE)
        return spec->rt == VB_RT_NONE
                   ? VB_OK
                   : vb_fail_at(
                         err, VB_EINPUT, run->events->name, 1, 0,
                         "event '%s': response_time is asked for, but there is no "
                         "column response_time; name one: {column: rt, as: modulator}",
                         spec->name);
    *rt_s = vb_arena_take(study->arena, n, sizeof **rt_s);
    if (!*rt_s)
        return vb_fail_memory(err, n * sizeof **rt_s);
    if (spec->rt_column) {
        status = vb_rows_numbers(spec->rt_column, run->events, "response_time", in,
                                 *rt_s, NULL, notes, err);
    } else {
        vb_error odd = {0}; /* nobody asked: a column of anything else is no fault */

        status = vb_table_numbers(run->events, column, *rt_s, NULL,
                                  spec->rt == VB_RT_NONE ? NULL : notes,
                                  spec->rt == VB_RT_NONE ? &odd : err);
        if (status != VB_OK && spec->rt == VB_RT_NONE) {
            *rt_s = NULL;
            return VB_OK;
        }
    }
    for (size_t i = 0; i < n && status == VB_OK; i++)
        if (in[i] && (*rt_s)[i] <= 0) {
            (*rt_s)[i] = NAN;
            n_zero++;
        }
    if (n_zero && spec->rt != VB_RT_NONE)
        vb_note_add(
            notes, VB_WARNING, "response-time-zero", run->events->name, 0, 0,
            "event '%s': %zu response times are 0 or below; they count as missing",
            spec->name, n_zero);
    return status;
}

void study_rt_durations(const vb_study_run *run, const vb_spec_event *spec,
                        const bool in[], const double rt_s[], double duration_s[],
                        vb_notes *notes)
{
    size_t n = 0, n_missing = 0;

    if (spec->rt != VB_RT_DURATION)
        return;
    for (size_t i = 0; i < run->events->n_rows; i++) {
        if (!in[i])
            continue;
        n++;
        if (isnan(rt_s[i]))
            n_missing++;
        else
            duration_s[i] = rt_s[i];
    }
    if (n_missing)
        vb_note_add(
            notes, VB_WARNING, "response-time-missing", run->events->name, 0, 0,
            "event '%s': %zu of %zu events have no response time; they keep the "
            "event's own duration",
            spec->name, n_missing, n);
}

static vb_status add_event(vb_study *study, vb_study_run *run,
                           const vb_study_event *event, vb_notes *notes, vb_error *err)
{
    vb_study_event own = {.spec_event = event->spec_event, .plain = true};

    own.name = vb_arena_printf(study->arena, "%s_response_time", event->name);
    own.row = vb_arena_take(study->arena, event->n, sizeof *own.row);
    own.trial = vb_arena_take(study->arena, event->n, sizeof *own.trial);
    own.onset_s = vb_arena_take(study->arena, event->n, sizeof(double));
    own.duration_s = vb_arena_take(study->arena, event->n, sizeof(double));
    if (!own.name || !own.row || !own.trial || !own.onset_s || !own.duration_s)
        return vb_fail_memory(err, event->n * sizeof(double));
    for (size_t i = 0; i < event->n; i++) {
        const double rt = event->rt_s[event->row[i]];

        if (isnan(rt))
            continue;
        own.row[own.n] = event->row[i];
        own.trial[own.n] = event->trial[i];
        own.onset_s[own.n] = event->onset_s[i];
        own.duration_s[own.n++] = rt;
    }
    if (own.n < event->n)
        vb_note_add(
            notes, VB_WARNING, "response-time-missing", run->events->name, 0, 0,
            "event '%s': %zu of %zu events have no response time and no row in '%s'",
            event->name, event->n - own.n, event->n, own.name);
    run->event_types[run->n_event_types++] = own;
    return VB_OK;
}

vb_status study_rt_events(vb_study *study, vb_study_run *run, vb_notes *notes,
                          vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t e = 0; e < study->spec->n_events && status == VB_OK; e++)
        if (study->spec->events[e].rt == VB_RT_CONSTANT_PLUS_DURATION)
            status = add_event(study, run, &run->event_types[e], notes, err);
    return status;
}

/* Sums of deviations from the means of each run. */
typedef struct sums {
    double xx, yy, xy;
    size_t n;
} sums;

static void add_run(const vb_study_event *event, const double x[], sums *s)
{
    double mx = 0, my = 0, n = 0;

    for (size_t i = 0; i < event->n; i++) {
        const double y = event->rt_s[event->row[i]];

        if (isnan(x[i]) || isnan(y))
            continue;
        mx += x[i];
        my += y;
        n++;
    }
    for (size_t i = 0; i < event->n; i++) {
        const double y = event->rt_s[event->row[i]];

        if (isnan(x[i]) || isnan(y))
            continue;
        s->xx += (x[i] - mx / n) * (x[i] - mx / n);
        s->yy += (y - my / n) * (y - my / n);
        s->xy += (x[i] - mx / n) * (y - my / n);
        s->n++;
    }
}

/* Over the runs of a subject; modulator k, or durations for k VB_NONE. */
static double correlation(const vb_study *study, const vb_study_subject *subject,
                          size_t e, size_t k)
{
    sums s = {0};

    for (size_t r = 0; r < subject->n_runs; r++) {
        const vb_study_event *event =
            &study->runs[subject->first_run + r].event_types[e];

        if (event->rt_s && event->n)
            add_run(event, k == VB_NONE ? event->duration_s : event->raw[k], &s);
    }
    return s.xx > 0 && s.yy > 0 && s.n > 2 ? s.xy / sqrt(s.xx * s.yy) : 0;
}

/* Whether the event holds response times already: as duration or as a modulator. */
static bool holds_rt(const vb_study *study, const vb_study_subject *subject, size_t e)
{
    const vb_spec_event *spec = &study->spec->events[e];

    if (spec->rt != VB_RT_NONE ||
        fabs(correlation(study, subject, e, VB_NONE)) > THE_SAME)
        return true;
    for (size_t k = 0; k < spec->n_modulators; k++)
        if (fabs(correlation(study, subject, e, k)) > THE_SAME)
            return true;
    return false;
}

void study_rt_warn(const vb_study *study, vb_notes *notes)
{
    for (size_t i = 0; i < study->n_subjects; i++) {
        const vb_study_subject *subject = &study->subjects[i];

        for (size_t e = 0; e < study->spec->n_events && subject->selected; e++) {
            const vb_spec_event *spec = &study->spec->events[e];

            if (!spec->n_modulators || holds_rt(study, subject, e))
                continue;
            for (size_t k = 0; k < spec->n_modulators; k++) {
                const double r = spec->modulators[k].n_interaction
                                     ? 0
                                     : correlation(study, subject, e, k);

                if (fabs(r) > WORTH_A_WORD)
                    vb_note_add(
                        notes, VB_WARNING, "modulator-response-time",
                        study->runs[subject->first_run].events->name, 0, 0,
                        "sub-%s: modulator '%s' of '%s' correlates by %.2f with "
                        "response time (above %g), and no column holds response "
                        "time: its effect may be one of time on task; say "
                        "response_time: modulator or constant_plus_duration",
                        subject->participant, spec->modulators[k].name, spec->name, r,
                        WORTH_A_WORD);
            }
        }
    }
}
