/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * percent_signal.c - heights of columns, and effects in percent.
 *
 * The response to one event is built by vb_design_build itself, in the design's own
 * convention, at onsets that move in small steps against the scans, so that the peak between
 * scans is seen and every convention's scaling is what it is.
 */
#include "valuebold/percent_signal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The grid of the peak: fine against a response that is some seconds wide (its top is flat:
 * 0.1 s miss at most 0.1 %), and no coarser than a sixteenth of a scan, SPM's bins. */
static const double GRID_S = 0.1;
enum { LEAST_STEPS = 16 };
/* Before the event and after it; the response functions are 32 s long. */
static const double LEAD_S = 8, TAIL_S = 34;

static const struct {
    const char *name, *meaning;
} rules[] = {
    [VB_PEAK_EVENT] = {"event", "peak of the column's response to one event by itself, "
                                "of the median duration"},
    [VB_PEAK_COLUMN] = {"column",
                        "largest minus smallest value of the column (FSL's PPheight)"},
    [VB_PEAK_UNIT] = {"unit", "1: the effect as it is; for long events the plateau"},
};
enum { N_RULES = sizeof rules / sizeof rules[0] };

const char *vb_peak_rule_name(size_t i)
{
    return i < N_RULES ? rules[i].name : NULL;
}

const char *vb_peak_rule_meaning(size_t i)
{
    return i < N_RULES ? rules[i].meaning : NULL;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Lower median, so that it is a duration that occurs. */
static double median(size_t n, const double x[], vb_arena *arena)
{
    double *sorted = vb_arena_take(arena, n, sizeof *sorted);

    if (!sorted || !n)
        return NAN;
    memcpy(sorted, x, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, ascending);
    return sorted[(n - 1) / 2];
}

/* One event alone in a run, and far behind it another one. */
typedef struct lone_event {
    vb_design_options options;
    double tr_s, sample_s;
    double duration_s;
    double later_s; /* duration of the other; NaN: none */
} lone_event;

/* The largest deviation of the first basis function's column from where it begins, for an
 * event at onset_s; *peak keeps the larger one. */
static vb_status look(const lone_event *e, double onset_s, double *peak, vb_error *err)
{
    const double window_s = onset_s + e->duration_s + TAIL_S + e->tr_s;
    const bool has_later = !isnan(e->later_s);
    const double onsets[2] = {onset_s, window_s + LEAD_S + 24};
    const double durations[2] = {e->duration_s, has_later ? e->later_s : 0};
    const double end_s = window_s + (has_later ? 60 : 0);
    const vb_design_event event = {.name = "event",
                                   .n_events = has_later ? 2 : 1,
                                   .onset_s = onsets,
                                   .duration_s = durations};
    const vb_design_run run = {.label = "1",
                               .tr_s = e->tr_s,
                               .n_scans = (size_t)ceil(end_s / e->tr_s) + 1,
                               .sample_s = e->sample_s,
                               .n_events = 1,
                               .events = &event};
    vb_design *design = NULL;
    const vb_status status = vb_design_build(1, &run, &e->options, &design, NULL, err);
    size_t j = 0;

    while (status == VB_OK && j < design->n_cols &&
           (design->columns[j].kind != VB_COLUMN_EVENT || design->columns[j].basis))
        j++; /* AFNI's polynomials come first */
    for (size_t s = 0; status == VB_OK && j < design->n_cols && s < design->n_scans;
         s++) {
        const double d = design->x[s * design->n_cols + j] - design->x[j];

        if ((double)s * e->tr_s < window_s && fabs(d) > fabs(*peak))
            *peak = d;
    }
    vb_design_free(design);
    return status;
}

static vb_status lone_peak(const lone_event *e, double *peak, vb_error *err)
{
    const size_t n = (size_t)fmax(LEAST_STEPS, ceil(e->tr_s / GRID_S));
    const double first_s = ceil(LEAD_S / e->tr_s) * e->tr_s;
    vb_status status = VB_OK;

    *peak = 0;
    for (size_t k = 0; k < n && status == VB_OK; k++)
        status = look(e, first_s + (double)k * e->tr_s / (double)n, peak, err);
    return status;
}

/* SPM scales events by whether all their durations are 0, AFNI takes durations only where they
 * are all the same: where they differ, the event is looked at beside a longer one far behind. */
static vb_status event_peak(const vb_design_run *run, const vb_design *design,
                            const vb_design_options *options, size_t e,
                            const double duration_s[], vb_arena *arena, double *peak,
                            vb_error *err)
{
    const vb_design_event *event = &run->events[e];
    const double unit_s = run->in_scans ? run->tr_s : 1;
    lone_event lone = {.options = options ? *options : (vb_design_options){0},
                       .tr_s = run->tr_s,
                       .sample_s = run->sample_s,
                       .later_s = NAN};

    *peak = NAN;
    lone.options.like = design->like;
    lone.options.drift = NULL;
    lone.options.high_pass_s = HUGE_VAL;
    lone.duration_s = duration_s
                          ? duration_s[e]
                          : unit_s * median(event->n_events, event->duration_s, arena);
    if (!(lone.duration_s >= 0))
        return VB_OK;
    for (size_t i = 0; i < event->n_events; i++) {
        const double other_s = unit_s * event->duration_s[i];

        if (fabs(other_s - lone.duration_s) > 0 && !(lone.later_s > 0))
            lone.later_s = other_s;
    }
    return lone_peak(&lone, peak, err);
}

static double column_height(const vb_design *design, size_t j)
{
    double low = design->x[j], high = low;

    if (design->columns[j].height > 0) /* of the column before a filter */
        return design->columns[j].height;
    for (size_t s = 1; s < design->n_scans; s++) {
        low = fmin(low, design->x[s * design->n_cols + j]);
        high = fmax(high, design->x[s * design->n_cols + j]);
    }
    return high - low;
}

static bool has_height(const vb_column *c)
{
    return (c->kind == VB_COLUMN_EVENT || c->kind == VB_COLUMN_MODULATOR) &&
           c->basis == 0 && c->power <= 1 && c->event != VB_NONE;
}

vb_status vb_peak_heights(vb_peak_rule rule, const vb_design *design,
                          const vb_design_run *run, const vb_design_options *options,
                          const double duration_s[], double height[], vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    double *peak = arena ? vb_arena_take(arena, run->n_events, sizeof *peak) : NULL;
    bool *known = arena ? vb_arena_take(arena, run->n_events, sizeof *known) : NULL;
    vb_status status = VB_OK;

    if (!peak || !known) {
        vb_arena_free(arena);
        return vb_fail_memory(err, run->n_events * sizeof *peak);
    }
    for (size_t j = 0; j < design->n_cols && status == VB_OK; j++) {
        const size_t e = design->columns[j].event;

        height[j] = NAN;
        if (!has_height(&design->columns[j]) || e >= run->n_events)
            continue;
        if (rule == VB_PEAK_EVENT && !known[e]) {
            status =
                event_peak(run, design, options, e, duration_s, arena, &peak[e], err);
            known[e] = true;
        }
        height[j] = rule == VB_PEAK_EVENT    ? peak[e]
                    : rule == VB_PEAK_COLUMN ? column_height(design, j)
                                             : 1;
    }
    vb_arena_free(arena);
    return status;
}

bool vb_peak_weights(size_t n_cols, const double height[], const double scale[],
                     const vb_contrast *contrast, double out[])
{
    if (contrast->n_rows != 1)
        return false;
    for (size_t j = 0; j < n_cols; j++)
        if (fabs(contrast->weights[j]) > 0 &&
            !isfinite(height[j] * (scale ? scale[j] : 1)))
            return false;
    for (size_t j = 0; j < n_cols; j++)
        out[j] = fabs(contrast->weights[j]) > 0
                     ? contrast->weights[j] * height[j] * (scale ? scale[j] : 1)
                     : 0;
    return true;
}

void vb_region_percent(double mean, vb_region_estimate *e)
{
    const double factor = mean > 0 ? 100 / mean : (double)NAN;

    e->effect *= factor;
    e->se *= factor;
    e->low *= factor;
    e->high *= factor;
}
