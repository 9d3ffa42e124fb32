/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_modulator_notes.c - modulators that can hardly say what they are meant to. */
#include "study_internal.h"

#include <math.h>
#include <stdlib.h>

enum { FEW = 2 };
static const double MUCH = 4; /* times the standard deviation of another run */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

size_t study_distinct(size_t n, const double x[])
{
    double *sorted = malloc((n ? n : 1) * sizeof *sorted);
    size_t m = 0, count = 0;

    if (!sorted)
        return n; /* a note less is no fault */
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            sorted[m++] = x[i];
    qsort(sorted, m, sizeof *sorted, by_value);
    for (size_t i = 0; i < m; i++)
        count += !i || sorted[i] != sorted[i - 1];
    free(sorted);
    return count;
}

/* The largest number of different values in a run of the subject. */
static size_t most_values(const vb_study *study, const vb_study_subject *subject,
                          size_t e, size_t k)
{
    size_t most = 0;

    for (size_t r = 0; r < subject->n_runs; r++) {
        const vb_study_event *event =
            &study->runs[subject->first_run + r].event_types[e];
        const size_t n = study_distinct(event->n, event->raw[k]);

        most = n > most ? n : most;
    }
    return most;
}

static void note_one(const vb_study *study, const vb_study_subject *subject, size_t e,
                     size_t k, vb_notes *notes)
{
    const vb_spec_event *spec = &study->spec->events[e];
    const char *file = study->runs[subject->first_run].events->name;
    const size_t values = most_values(study, subject, e, k);
    double low = HUGE_VAL, high = 0;

    if (values == FEW)
        vb_note_add(
            notes, VB_INFO, "modulator-few-values", file, 0, 0,
            "sub-%s: modulator '%s' of '%s' has only %zu values: two events would "
            "say the same without assuming a straight line",
            subject->participant, spec->modulators[k].name, spec->name, values);
    for (size_t r = 0; r < subject->n_runs; r++) {
        const double sd =
            study->runs[subject->first_run + r].event_types[e].record[k].raw_sd;

        if (sd > 0) {
            low = fmin(low, sd);
            high = fmax(high, sd);
        }
    }
    if (high > MUCH * low)
        vb_note_add(
            notes, VB_WARNING, "modulator-sd", file, 0, 0,
            "sub-%s: the standard deviation of modulator '%s' of '%s' is %.3g in one "
            "run and %.3g in another: runs weigh very differently in its effect, or "
            "their units differ",
            subject->participant, spec->modulators[k].name, spec->name, high, low);
}

void study_note_modulators(const vb_study *study, vb_notes *notes)
{
    for (size_t i = 0; i < study->n_subjects; i++)
        for (size_t e = 0; e < study->spec->n_events && study->subjects[i].selected;
             e++)
            for (size_t k = 0; k < study->spec->events[e].n_modulators; k++)
                note_one(study, &study->subjects[i], e, k, notes);
}
