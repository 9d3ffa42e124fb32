/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conventions.c - one run's events under every convention. */
#include "valuebold/conventions.h"
#include "draft.h"

#include <math.h>
#include <string.h>

typedef struct job {
    vb_conventions *out;
    const vb_design_run *run;
    double *a, *b; /* [n_scans] scratch */
    vb_error *err;
} job;

/* A copy of the run in seconds, every onset later by shift_s, without confounds. */
static vb_status copy_run(const job *j, double shift_s, double sample_s,
                          vb_design_run *copy)
{
    const vb_design_run *run = j->run;
    const double unit_s = run->in_scans ? run->tr_s : 1;
    vb_design_event *events =
        vb_arena_take(j->out->arena, run->n_events, sizeof *events);

    if (!events)
        return vb_fail_memory(j->err, run->n_events * sizeof *events);
    *copy = *run;
    copy->in_scans = false;
    copy->sample_s = sample_s;
    copy->n_confounds = 0;
    copy->events = events;
    for (size_t e = 0; e < run->n_events; e++) {
        const size_t n = run->events[e].n_events;
        double *onset = vb_arena_take(j->out->arena, n, sizeof *onset);
        double *duration = vb_arena_take(j->out->arena, n, sizeof *duration);

        if (!onset || !duration)
            return vb_fail_memory(j->err, n * sizeof *onset);
        events[e] = run->events[e];
        for (size_t i = 0; i < n; i++) {
            onset[i] = run->events[e].onset_s[i] * unit_s + shift_s;
            duration[i] = run->events[e].duration_s[i] * unit_s;
        }
        events[e].onset_s = onset;
        events[e].duration_s = duration;
    }
    return VB_OK;
}

static vb_status build(const job *j, const vb_design_options *options, double shift_s,
                       double sample_s, vb_design **design)
{
    vb_design_run run;
    vb_status status = copy_run(j, shift_s, sample_s, &run);

    return status == VB_OK ? vb_design_build(1, &run, options, design, NULL, j->err)
                           : status;
}

/* Column of this title in a design of one run, about its mean, into x; false: none, or
 * without variance. */
static bool take(const vb_design *d, const char *title, double x[])
{
    double mean = 0, low = HUGE_VAL, high = -HUGE_VAL;
    size_t c = 0;

    while (c < d->n_cols &&
           (d->columns[c].basis || strcmp(d->columns[c].title, title) != 0))
        c++;
    if (c == d->n_cols)
        return false;
    for (size_t s = 0; s < d->n_scans; s++) {
        x[s] = d->x[s * d->n_cols + c];
        mean += x[s] / (double)d->n_scans;
        low = fmin(low, x[s]);
        high = fmax(high, x[s]);
    }
    for (size_t s = 0; s < d->n_scans; s++)
        x[s] -= mean;
    return high > low;
}

/* Slope of b on a, and their correlation. */
static double slope(size_t n, const double a[], const double b[], double *r)
{
    double aa = 0, bb = 0, ab = 0;

    for (size_t s = 0; s < n; s++) {
        aa += a[s] * a[s];
        bb += b[s] * b[s];
        ab += a[s] * b[s];
    }
    *r = ab / sqrt(aa * bb);
    return ab / aa;
}

static void compare_column(const job *j, const char *title, const vb_design *theirs,
                           const vb_design *aligned, vb_convention_column *out)
{
    const size_t n = j->run->n_scans;
    double most = 0, off = 0;

    *out = (vb_convention_column){NAN, NAN, NAN, NAN};
    if (!take(j->out->own, title, j->a) || !take(aligned, title, j->b))
        return;
    out->beta = slope(n, j->b, j->a, &out->r_aligned);
    if (!take(theirs, title, j->b))
        return;
    slope(n, j->a, j->b, &out->r);
    for (size_t s = 0; s < n; s++) {
        most = fmax(most, fabs(j->a[s]));
        off = fmax(off, fabs(j->b[s] * out->beta - j->a[s]));
    }
    out->off = off / most;
}

static vb_status compare(const job *j, const vb_dialect *dialect)
{
    const vb_design_options options = {.like = dialect->name, .drift = "none"};
    const double ref = dialect->sample_ref;
    const double own_s = isnan(ref) ? j->run->sample_s : ref * j->run->tr_s;
    vb_convention *item = &j->out->item[j->out->n];
    vb_design *theirs = NULL, *aligned = NULL;
    double shift_s;
    vb_status status = build(j, &options, 0, own_s, &theirs);

    if (status != VB_OK)
        return status == VB_ENOMEM ? status : VB_OK; /* left out */
    shift_s = theirs->sample_s[0] - j->out->own->sample_s[0];
    status = build(j, &options, shift_s, own_s, &aligned);
    if (status != VB_OK) {
        vb_design_free(theirs);
        return status == VB_ENOMEM ? status : VB_OK;
    }
    *item = (vb_convention){.like = dialect->name,
                            .hrf = theirs->hrf,
                            .sample_s = theirs->sample_s[0],
                            .design = theirs};
    j->out->n++; /* owns theirs from here on */
    item->column =
        vb_arena_take(j->out->arena, j->out->n_columns, sizeof *item->column);
    for (size_t k = 0; item->column && k < j->out->n_columns; k++)
        compare_column(j, j->out->own->columns[j->out->column[k]].title, theirs,
                       aligned, &item->column[k]);
    vb_design_free(aligned);
    return item->column ? VB_OK : vb_fail_memory(j->err, sizeof *item->column);
}

static vb_status find_columns(job *j)
{
    const vb_design *own = j->out->own;

    j->a = vb_arena_take(j->out->arena, own->n_scans, sizeof *j->a);
    j->b = vb_arena_take(j->out->arena, own->n_scans, sizeof *j->b);
    j->out->column = vb_arena_take(j->out->arena, own->n_cols, sizeof *j->out->column);
    if (!j->a || !j->b || !j->out->column)
        return vb_fail_memory(j->err, own->n_cols * sizeof *j->out->column);
    for (size_t c = 0; c < own->n_cols; c++)
        if (own->columns[c].kind <= VB_COLUMN_MODULATOR && !own->columns[c].basis)
            j->out->column[j->out->n_columns++] = c;
    return VB_OK;
}

vb_status vb_conventions_compare(const vb_design_run *run,
                                 const vb_design_options *options,
                                 vb_conventions **conventions, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_conventions *out = arena ? vb_arena_take(arena, 1, sizeof *out) : NULL;
    job j = {.out = out, .run = run, .err = err};
    vb_design_options own = {0};
    vb_design *design = NULL;
    vb_status status;

    if (out)
        out->item = vb_arena_take(arena, vb_dialect_count(), sizeof *out->item);
    if (!out || !out->item) {
        vb_arena_free(arena);
        return vb_fail_memory(err, sizeof *out);
    }
    out->arena = arena;
    if (options)
        own = *options;
    own.drift = "none";
    own.high_pass_s = 0;
    status = build(&j, &own, 0, run->sample_s, &design);
    out->own = design;
    if (status == VB_OK)
        status = find_columns(&j);
    for (size_t i = 0; i < vb_dialect_count() && status == VB_OK; i++)
        if (strcmp(vb_dialect_at(i)->name, out->own->like) != 0)
            status = compare(&j, vb_dialect_at(i));
    if (status != VB_OK) {
        vb_conventions_free(out);
        return status;
    }
    *conventions = out;
    return VB_OK;
}

void vb_conventions_free(vb_conventions *conventions)
{
    if (!conventions)
        return;
    for (size_t i = 0; i < conventions->n; i++)
        vb_design_free(conventions->item[i].design);
    vb_design_free(conventions->own);
    vb_arena_free(conventions->arena);
}
