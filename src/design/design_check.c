/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * design_check.c - what is refused before a design is built, and what the events leave
 * to say: outside the run, twice the same, mixed durations.
 */
#include "draft.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A repetition time of 100 s or more is one in milliseconds. */
static const double MOST_TR_S = 100;
/* Nobody lies in a scanner for 6 hours; a run that long has its times in milliseconds, and
 * its drift columns would fill the memory. */
static const double LONGEST_RUN_S = 6 * 3600;

static vb_status check_event(vb_draft *d, const vb_design_run *run,
                             const vb_design_event *event)
{
    for (size_t i = 0; i < event->n_events; i++) {
        const double onset = event->onset_s[i], duration = event->duration_s[i];

        if (!isfinite(onset))
            return vb_fail(d->err, VB_EINPUT,
                           "run %s, event '%s', row %zu: the onset is %g, "
                           "not a number",
                           run->label, event->name, i + 1, onset);
        if (!isfinite(duration) || duration < 0)
            return vb_fail(
                d->err, VB_EINPUT,
                "run %s, event '%s', row %zu: the duration is "
                "%g s; it must be 0 or more (negative or missing durations are "
                "refused)",
                run->label, event->name, i + 1, duration);
        for (size_t k = 0; k < event->n_modulators; k++)
            if (isinf(event->modulators[k].weight[i]))
                return vb_fail(d->err, VB_EINPUT,
                               "run %s, modulator '%s*%s', row %zu: the "
                               "weight is infinite",
                               run->label, event->name, event->modulators[k].name,
                               i + 1);
    }
    return VB_OK;
}

static vb_status check_run(vb_draft *d, const vb_design_run *run)
{
    const char *label = run->label;

    if (!(run->tr_s > 0 && run->tr_s < MOST_TR_S))
        return vb_fail(d->err, VB_EINPUT,
                       "run %s: the repetition time is %g s; it must be "
                       "above 0 and below %g (is it in milliseconds?)",
                       label, run->tr_s, MOST_TR_S);
    if (!run->n_scans)
        return vb_fail(d->err, VB_EINPUT, "run %s has 0 scans", label);
    if ((double)run->n_scans * run->tr_s > LONGEST_RUN_S)
        return vb_fail(d->err, VB_EINPUT,
                       "run %s: %zu scans of %g s last %.1f h; the limit is %g h (are "
                       "onsets in milliseconds?)",
                       label, run->n_scans, run->tr_s,
                       (double)run->n_scans * run->tr_s / 3600, LONGEST_RUN_S / 3600);
    if (d->options.high_pass_s < 2 * run->tr_s)
        return vb_fail(
            d->err, VB_EUSAGE,
            "the high-pass cut-off is %g s, below two scans of %g s; it is a "
            "period in seconds, such as 128 (is it in Hz?)",
            d->options.high_pass_s, run->tr_s);
    if (!(run->sample_s >= 0 && run->sample_s <= run->tr_s))
        return vb_fail(d->err, VB_EINPUT,
                       "run %s: scans are sampled %g s after they begin; "
                       "it must lie between 0 and the repetition time, %g s",
                       label, run->sample_s, run->tr_s);
    if (run->in_scans && !d->dialect->in_scans)
        return vb_fail(d->err, VB_EUSAGE,
                       "run %s: onsets in scans exist only under "
                       "like: spm; give seconds",
                       label);
    for (size_t e = 0; e < run->n_events; e++) {
        const vb_status status = check_event(d, run, &run->events[e]);

        if (status != VB_OK)
            return status;
    }
    for (size_t j = 0; j < run->n_confounds; j++)
        for (size_t s = 0; s < run->n_scans; s++)
            if (!isfinite(run->confounds[s * run->n_confounds + j]))
                return vb_fail(d->err, VB_EINPUT,
                               "run %s, confound '%s', scan %zu: the value "
                               "is %g, not a number",
                               label, run->confound_names[j], s + 1,
                               run->confounds[s * run->n_confounds + j]);
    return VB_OK;
}

vb_status vb_draft_check(vb_draft *d)
{
    const vb_design_options *o = &d->options;

    if (!d->n_runs)
        return vb_fail(d->err, VB_EUSAGE, "a design needs at least one run");
    if (!(o->high_pass_s > 0))
        return vb_fail(d->err, VB_EUSAGE,
                       "the high-pass cut-off is %g s; it must be above 0 "
                       "(infinite or drift: none for none)",
                       o->high_pass_s);
    if (!(o->hrf_length_s >= 0 && isfinite(o->hrf_length_s)))
        return vb_fail(d->err, VB_EUSAGE, "the length of the response set is %g s",
                       o->hrf_length_s);
    for (size_t r = 0; r < d->n_runs; r++) {
        const vb_status status = check_run(d, &d->runs[r]);

        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

typedef struct row {
    double onset, duration;
    size_t index;
} row;

static int by_time(const void *a, const void *b)
{
    const row *x = a, *y = b;

    if (x->onset != y->onset)
        return x->onset < y->onset ? -1 : 1;
    if (x->duration != y->duration)
        return x->duration < y->duration ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

size_t *vb_event_order(const vb_design_event *event, vb_arena *arena)
{
    row *rows = vb_arena_take(arena, event->n_events, sizeof *rows);
    size_t *order = vb_arena_take(arena, event->n_events, sizeof *order);

    if (!rows || !order)
        return NULL;
    for (size_t i = 0; i < event->n_events; i++)
        rows[i] = (row){event->onset_s[i], event->duration_s[i], i};
    qsort(rows, event->n_events, sizeof *rows, by_time);
    for (size_t i = 0; i < event->n_events; i++)
        order[i] = rows[i].index;
    return order;
}

/* Counts of one event's rows by where they lie. */
typedef struct placing {
    size_t before, early, late, duplicate, impulses, overlaps;
    double first, first_early,
        last;       /* earliest of all, of early ones; latest onset, s */
    double longest; /* duration, s */
} placing;

static vb_status place(vb_draft *d, size_t r, const vb_design_event *event, placing *p)
{
    const vb_design_run *run = &d->runs[r];
    const double unit_s = run->in_scans ? run->tr_s : 1;
    const double end_s = (double)run->n_scans * run->tr_s;
    const size_t *order = vb_event_order(event, d->scratch);

    if (!order)
        return vb_fail_memory(d->err, event->n_events * sizeof *order);
    *p = (placing){.first = HUGE_VAL, .first_early = HUGE_VAL, .last = -HUGE_VAL};
    for (size_t k = 0; k < event->n_events; k++) {
        const size_t i = order[k], before = k ? order[k - 1] : i;
        const double onset = event->onset_s[i] * unit_s;
        const double duration = event->duration_s[i] * unit_s;

        p->first = fmin(p->first, onset);
        p->last = fmax(p->last, onset);
        p->longest = fmax(p->longest, duration);
        p->impulses += duration > 0 ? 0 : 1;
        if (onset + duration < VB_EARLIEST_END_S) {
            p->before++;
        } else if (onset < 0) {
            p->early++;
            p->first_early = fmin(p->first_early, onset);
        } else if (onset >= end_s) {
            p->late++;
        }
        if (k && event->onset_s[before] == event->onset_s[i] &&
            event->duration_s[before] == event->duration_s[i])
            p->duplicate++;
        else if (k &&
                 event->onset_s[i] < event->onset_s[before] + event->duration_s[before])
            p->overlaps++;
    }
    return VB_OK;
}

static void note_placing(vb_draft *d, const vb_design_run *run,
                         const vb_design_event *event, const placing *p)
{
    const double end_s = (double)run->n_scans * run->tr_s;
    const size_t n = event->n_events;

    if (p->before)
        vb_note_add(
            d->notes, VB_WARNING, "events-before-run", NULL, 0, 0,
            "run %s: %zu of %zu events '%s' end more than %g s before the first scan "
            "(earliest onset %g s); %s",
            run->label, p->before, n, event->name, -VB_EARLIEST_END_S, p->first,
            d->dialect->before);
    if (p->early)
        vb_note_add(
            d->notes, VB_WARNING, "events-negative-onset", NULL, 0, 0,
            "run %s: %zu of %zu events '%s' begin before the first scan (negative "
            "onset, earliest %g s); %s",
            run->label, p->early, n, event->name, p->first_early, d->dialect->early);
    if (p->late)
        vb_note_add(
            d->notes, VB_WARNING, "events-after-run", NULL, 0, 0,
            "run %s: %zu of %zu events '%s' begin after the end of the last scan, at "
            "%g s (latest onset %g s); %s",
            run->label, p->late, n, event->name, end_s, p->last, d->dialect->late);
    if (p->duplicate)
        vb_note_add(
            d->notes, VB_WARNING, "events-duplicate", NULL, 0, 0,
            "run %s: %zu rows of event '%s' repeat onset and duration of another "
            "(duplicate rows); %s",
            run->label, p->duplicate, event->name, d->dialect->duplicate);
    /* one or two may be meant; most are a slip, such as response times in ms */
    if (n > 2 && 2 * p->overlaps > n)
        vb_note_add(
            d->notes, VB_WARNING, "events-overlap", NULL, 0, 0,
            "run %s: %zu of %zu events '%s' begin before the one before them ended "
            "(the longest lasts %g s); are durations in milliseconds?",
            run->label, p->overlaps, n, event->name, p->longest);
    if (p->impulses && p->impulses < n)
        vb_note_add(
            d->notes, VB_WARNING, "durations-mixed", NULL, 0, 0,
            "run %s: %zu of %zu events '%s' have duration 0 and the others do not; "
            "%s",
            run->label, p->impulses, n, event->name, d->dialect->mixed);
}

vb_status vb_draft_check_events(vb_draft *d, size_t r)
{
    const vb_design_run *run = &d->runs[r];
    const double end_s = (double)run->n_scans * run->tr_s;
    size_t n = 0, late = 0, before = 0;
    placing *places = vb_arena_take(d->scratch, run->n_events, sizeof *places);

    if (!places)
        return vb_fail_memory(d->err, run->n_events * sizeof *places);
    for (size_t e = 0; e < run->n_events; e++) {
        const vb_design_event *event = &run->events[e];
        const vb_status status = place(d, r, event, &places[e]);

        if (status != VB_OK)
            return status;
        if (places[e].longest > 2 * end_s)
            return vb_fail(
                d->err, VB_EINPUT,
                "run %s: an event '%s' lasts %g s, the run %g s; are durations "
                "in milliseconds?",
                run->label, event->name, places[e].longest, end_s);
        n += event->n_events;
        late += places[e].late;
        before += places[e].before;
    }
    if (n && late == n)
        return vb_fail(
            d->err, VB_EINPUT,
            "run %s: all %zu onsets lie beyond the end of the "
            "last scan, at %g s (the first is %g s); are they in milliseconds?",
            run->label, n, end_s, places[0].first);
    if (n && before == n)
        return vb_fail(
            d->err, VB_EINPUT,
            "run %s: all %zu events end more than %g s before "
            "the first scan (the first begins at %g s); onsets are counted from "
            "the first scan",
            run->label, n, -VB_EARLIEST_END_S, places[0].first);
    for (size_t e = 0; e < run->n_events; e++) {
        if (run->events[e].n_events)
            note_placing(d, run, &run->events[e], &places[e]);
        else
            vb_note_add(d->notes, VB_WARNING, "event-empty", NULL, 0, 0,
                        "run %s: event '%s' has no rows; it has no column in this run",
                        run->label, run->events[e].name);
    }
    return VB_OK;
}
