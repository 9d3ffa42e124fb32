/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bold_simulate_course.c - the signal of a column, summed event by event.
 *
 *     h(t) = (g(t; 6) - g(t; 16) / 6) / area,   g(t; a) = t^(a-1) exp(-t) / Gamma(a)
 *
 * SPM's response (spm_hrf.m, default parameters) with area 1.  An event of duration 0 adds
 * weight * h(t - onset); another one the midpoint sum of h over its duration.
 */
#include "valuebold/bold_simulate.h"
#include "valuebold/names.h"

#include <math.h>
#include <string.h>

static const double LENGTH_S = 32; /* of SPM's kernel */
/* of the two densities over that length: P(6, 32) - P(16, 32) / 6, by scipy's gammainc */
static const double AREA = 0.8334433170882383;
static const double STEP_S = 0.02;
enum { PEAK_SHAPE = 6, DIP_SHAPE = 16, MOST_COLUMNS = 200 };
static const double DIP_RATIO = 1.0 / 6;

static double gamma_density(double t, int shape)
{
    return exp((shape - 1) * log(t) - t - lgamma(shape));
}

static double response(double t)
{
    if (!(t > 0) || t > LENGTH_S)
        return 0;
    return (gamma_density(t, PEAK_SHAPE) - DIP_RATIO * gamma_density(t, DIP_SHAPE)) /
           AREA;
}

/* int_0^duration h(t - u) du, or h(t) */
static double event_response(double t, double duration_s)
{
    const size_t n = (size_t)ceil(duration_s / STEP_S);
    double sum = 0;

    if (t <= 0 || t > LENGTH_S + duration_s)
        return 0;
    if (!n)
        return response(t);
    for (size_t i = 0; i < n; i++)
        sum += response(t - ((double)i + 0.5) * duration_s / (double)n);
    return sum * duration_s / (double)n;
}

/* The event of a column and its weights (NULL: 1 each). */
static vb_status find(const vb_study *study, const vb_study_run *run,
                      const char *column, const vb_study_event **event,
                      const double **weight, vb_error *err)
{
    const char *names[MOST_COLUMNS];
    char hint[VB_TEXT_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    for (size_t e = 0; e < run->n_event_types; e++) {
        const vb_study_event *type = &run->event_types[e];

        if (strcmp(column, type->name) == 0) {
            *event = type;
            *weight = NULL;
            return VB_OK;
        }
        if (n < MOST_COLUMNS)
            names[n++] = type->name;
        for (size_t k = 0; k < type->n_modulators; k++) {
            const char *title = vb_arena_printf(study->arena, "%s*%s", type->name,
                                                type->modulator_names[k]);

            if (!title)
                return vb_fail_memory(err, 64);
            if (strcmp(column, title) == 0) {
                *event = type;
                *weight = type->weight[k];
                return VB_OK;
            }
            if (n < MOST_COLUMNS)
                names[n++] = title;
        }
    }
    return vb_fail(err, VB_EINPUT, "no column '%s' in %s%s", vb_quote(column, quoted),
                   run->files->events, vb_suggest(column, names, n, hint, sizeof hint));
}

vb_status vb_bold_course(const vb_study *study, const vb_study_run *run,
                         const char *column, size_t n_scans, double tr_s,
                         double sample_s, double course[], vb_error *err)
{
    const vb_study_event *event = NULL;
    const double *weight = NULL;
    const vb_status status = find(study, run, column, &event, &weight, err);

    if (status != VB_OK)
        return status;
    for (size_t s = 0; s < n_scans; s++) {
        course[s] = 0;
        for (size_t i = 0; i < event->n; i++)
            if (!weight || !isnan(weight[i]))
                course[s] +=
                    (weight ? weight[i] : 1) *
                    event_response((double)s * tr_s + sample_s - event->onset_s[i],
                                   event->duration_s[i]);
    }
    return VB_OK;
}
