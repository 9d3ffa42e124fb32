/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_split.c - events split by the rank of a signal: EVENT_low and EVENT_high by its
 * median, or more parts by its quantiles.
 *
 * The cuts are taken over the run, the participant or the sample, as linear interpolations
 * between ranks (R's type 7); a value at a cut belongs below it.  Rows without the signal
 * become an event of their own, EVENT_missed.
 */
#include "study_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 64 };

/* One split of the spec, its parts being events first .. first + n_parts - 1. */
typedef struct splitting {
    vb_study *study;
    const vb_spec_event *spec;
    size_t first;
    size_t *n;    /* [n_runs] rows of the whole event */
    double **raw; /* [n_runs][n[r]] */
    vb_notes *notes;
} splitting;

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Whether two runs share their cuts. */
static bool are_together(const splitting *s, size_t a, size_t b)
{
    const vb_study_run *runs = s->study->runs;

    if (s->spec->split_over == VB_SCOPE_SAMPLE || a == b)
        return true;
    return s->spec->split_over == VB_SCOPE_SUBJECT &&
           strcmp(runs[a].files->participant, runs[b].files->participant) == 0;
}

/* The cuts of all runs that go together with run r; *n values they are taken from. */
static vb_status find_cuts(const splitting *s, size_t r, double cuts[], size_t *n,
                           vb_error *err)
{
    size_t most = 0;
    double *all;

    for (size_t k = 0; k < s->study->n_runs; k++)
        most += s->n[k];
    all = vb_arena_take(s->study->arena, most, sizeof *all);
    if (!all)
        return vb_fail_memory(err, most * sizeof *all);
    *n = 0;
    for (size_t k = 0; k < s->study->n_runs; k++)
        for (size_t i = 0; are_together(s, r, k) && i < s->n[k]; i++)
            if (!isnan(s->raw[k][i]))
                all[(*n)++] = s->raw[k][i];
    qsort(all, *n, sizeof *all, by_size);
    for (size_t p = 1; p < s->spec->n_parts && *n; p++) {
        const double at = (double)(*n - 1) * (double)p / (double)s->spec->n_parts;
        const size_t below = (size_t)at;
        const double above = all[below + (below + 1 < *n ? 1 : 0)];

        cuts[p - 1] = all[below] + (at - (double)below) * (above - all[below]);
    }
    return VB_OK;
}

/* Takes the rows of one part out of a copy of the whole. */
static size_t keep_part(vb_study_event *to, const vb_study_event *whole,
                        const size_t part_of[], size_t part)
{
    size_t n = 0;

    for (size_t i = 0; i < whole->n; i++) {
        if (part_of[i] != part)
            continue;
        to->row[n] = whole->row[i];
        to->trial[n] = whole->trial[i];
        to->onset_s[n] = whole->onset_s[i];
        to->duration_s[n++] = whole->duration_s[i];
    }
    return to->n = n;
}

static vb_status copy_event(const splitting *s, const vb_study_event *from,
                            vb_study_event *to, vb_error *err)
{
    *to = *from;
    to->row = vb_arena_take(s->study->arena, from->n, sizeof *to->row);
    to->trial = vb_arena_take(s->study->arena, from->n, sizeof *to->trial);
    to->onset_s = vb_arena_take(s->study->arena, from->n, sizeof(double));
    to->duration_s = vb_arena_take(s->study->arena, from->n, sizeof(double));
    if (!to->row || !to->trial || !to->onset_s || !to->duration_s)
        return vb_fail_memory(err, from->n * sizeof(double));
    memcpy(to->row, from->row, from->n * sizeof *to->row);
    memcpy(to->trial, from->trial, from->n * sizeof *to->trial);
    memcpy(to->onset_s, from->onset_s, from->n * sizeof(double));
    memcpy(to->duration_s, from->duration_s, from->n * sizeof(double));
    return VB_OK;
}

/* EVENT_missed, if the signal is missing somewhere in the run. */
static vb_status add_missed(const splitting *s, vb_study_run *run,
                            const vb_study_event *whole, const size_t part_of[],
                            vb_error *err)
{
    vb_study_event missed = {0};
    vb_status status = copy_event(s, whole, &missed, err);

    if (status != VB_OK || !keep_part(&missed, whole, part_of, VB_NONE))
        return status;
    missed.name = vb_arena_printf(s->study->arena, "%s_missed", s->spec->split_name);
    missed.plain = true;
    if (!missed.name)
        return vb_fail_memory(err, strlen(s->spec->split_name));
    vb_note_add(s->notes, VB_INFO, "event-split-missing", run->events->name, 0, 0,
                "%zu row%s of '%s' have no signal to be split by and are an event of "
                "their own, '%s'",
                missed.n, missed.n == 1 ? "" : "s", s->spec->split_name, missed.name);
    run->event_types[run->n_event_types++] = missed;
    return VB_OK;
}

static void note_parts(const splitting *s, const vb_study_run *run, size_t n_values,
                       const double cuts[])
{
    for (size_t p = 0; p < s->spec->n_parts; p++)
        if (!run->event_types[s->first + p].n)
            vb_note_add(s->notes, VB_WARNING, "event-split-empty", run->events->name, 0,
                        0, "event '%s' has no row in this run: the cut is at %g",
                        run->event_types[s->first + p].name, cuts[p ? p - 1 : 0]);
    vb_note_add(s->notes, VB_INFO, "event-split", run->events->name, 0, 0,
                "event '%s' is split at %g (of %zu values)%s", s->spec->split_name,
                cuts[0], n_values, s->spec->n_parts > 2 ? " and higher" : "");
}

static vb_status split_run(const splitting *s, size_t r, vb_error *err)
{
    vb_study_run *run = &s->study->runs[r];
    vb_study_event whole;
    size_t n_values = 0, *part_of;
    double cuts[MAX_PARTS] = {0};
    vb_status status = find_cuts(s, r, cuts, &n_values, err);

    if (status == VB_OK)
        status = copy_event(s, &run->event_types[s->first], &whole, err);
    if (status != VB_OK)
        return status;
    part_of = vb_arena_take(s->study->arena, whole.n, sizeof *part_of);
    if (!part_of)
        return vb_fail_memory(err, whole.n * sizeof *part_of);
    for (size_t i = 0; i < whole.n; i++) {
        const double x = s->raw[r][i];

        part_of[i] = 0;
        while (part_of[i] + 1 < s->spec->n_parts && x > cuts[part_of[i]])
            part_of[i]++;
        if (isnan(x))
            part_of[i] = VB_NONE;
    }
    status = add_missed(s, run, &whole, part_of, err);
    for (size_t p = 0; p < s->spec->n_parts && status == VB_OK; p++)
        keep_part(&run->event_types[s->first + p], &whole, part_of, p);
    if (status == VB_OK)
        note_parts(s, run, n_values, cuts);
    return status;
}

static vb_status split_event(const splitting *s, vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < s->study->n_runs && status == VB_OK; r++) {
        const vb_study_run *run = &s->study->runs[r];
        const vb_study_event *event = &run->event_types[s->first];

        s->n[r] = event->n;
        s->raw[r] = vb_arena_take(s->study->arena, event->n, sizeof(double));
        status = s->raw[r] ? study_raw_signal(s->study, run, &s->spec->split, event,
                                              s->raw[r], s->notes, err)
                           : vb_fail_memory(err, event->n * sizeof(double));
    }
    for (size_t r = 0; r < s->study->n_runs && status == VB_OK; r++)
        status = split_run(s, r, err);
    return status;
}

vb_status study_split(vb_study *study, vb_notes *notes, vb_error *err)
{
    const vb_spec *spec = study->spec;
    vb_status status = VB_OK;

    for (size_t e = 0; e < spec->n_events && status == VB_OK; e++) {
        splitting s = {.study = study,
                       .spec = &spec->events[e],
                       .first = e,
                       .notes = notes};

        if (!spec->events[e].n_parts || spec->events[e].split_part)
            continue;
        s.n = vb_arena_take(study->arena, study->n_runs, sizeof *s.n);
        s.raw = vb_arena_take(study->arena, study->n_runs, sizeof *s.raw);
        status = s.n && s.raw ? split_event(&s, err)
                              : vb_fail_memory(err, study->n_runs * sizeof *s.raw);
    }
    return status;
}
