/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peri_average.c - event-locked averages of the series, upsampled between scans. */
#include "peri_internal.h"
#include "valuebold/basis.h"
#include "valuebold/single_trial.h"

#include <gsl/gsl_spline.h>
#include <math.h>
#include <string.h>

/* Steps a scan when none are given. */
static const double STEPS_A_SCAN = 4;

typedef struct averaging {
    const vb_peri_job *job;
    const vb_peri_columns *columns;
    vb_arena *arena;
    double *adjusted; /* [n_scans] */
    double *time_s;   /* [n_scans] */
    double *curve;    /* [n_events x n_times] of the region at work */
    vb_peri *peri;
} averaging;

/*
 * What the other columns make of the series: n_scans rows h of h'y, about their mean.  Scan
 * s has the part c'b with c the other columns of s about their means, which needs no constant;
 * c'b = w'Q'y.  hat [n_scans x n_scans]; NULL: nothing to take off.
 */
static vb_status make_hat(const averaging *a, double **hat, vb_error *err)
{
    const vb_peri_columns *c = a->columns;
    const size_t n = a->job->n_scans, first = c->n_cols - a->job->n_others;
    double *row = vb_arena_take(a->arena, c->n_cols, sizeof *row);
    double *mean = vb_arena_take(a->arena, c->n_cols, sizeof *mean);
    double *w = vb_arena_take(a->arena, c->n_cols, sizeof *w);
    vb_basis basis;
    vb_status status;

    *hat = vb_arena_take(a->arena, n * n, sizeof **hat);
    if (!row || !mean || !w || !*hat)
        return vb_fail_memory(err, n * n * sizeof **hat);
    status = vb_basis_make(n, c->n_cols, c->x, a->arena, &basis, err);
    if (status != VB_OK)
        return status;
    for (size_t s = 0; s < n; s++)
        for (size_t j = first; j < c->n_cols; j++)
            mean[j] += c->x[s * c->n_cols + j] / (double)n;
    for (size_t s = 0; s < n; s++) {
        bool any = false;

        for (size_t j = first; j < c->n_cols; j++) {
            row[j] = c->x[s * c->n_cols + j] - mean[j];
            if (fabs(row[j]) <= 1e-12 * fabs(mean[j])) /* a constant */
                row[j] = 0;
            any = any || fabs(row[j]) > 0;
        }
        if (!any)
            continue;
        if (vb_basis_contrast(&basis, row, w, NULL) != VB_OK)
            return vb_fail(err, VB_EESTIMATE,
                           "event '%.60s': the model's other columns cannot be told "
                           "from the curves; make the window shorter",
                           a->job->event);
        for (size_t i = 0; i < basis.rank; i++)
            for (size_t t = 0; t < n; t++)
                (*hat)[s * n + t] += w[i] * basis.q[i * n + t];
    }
    return VB_OK;
}

/* The series of region v as curves of all events; NaN where there are no scans. */
static vb_status cut(averaging *a, size_t v, const double y[], const double *hat,
                     gsl_spline *spline, vb_error *err)
{
    const vb_peri_job *job = a->job;
    const size_t n = job->n_scans, n_regions = a->peri->n_regions;
    const size_t n_times = a->peri->n_times;

    for (size_t s = 0; s < n; s++) {
        a->adjusted[s] = y[s * n_regions + v];
        for (size_t t = 0; hat && t < n; t++)
            a->adjusted[s] -= hat[s * n + t] * y[t * n_regions + v];
    }
    if (gsl_spline_init(spline, a->time_s, a->adjusted, n) != 0)
        return vb_fail(err, VB_EINTERNAL, "no spline through %zu scans", n);
    for (size_t i = 0; i < job->n_events; i++) {
        double *curve = a->curve + i * n_times, base = 0, n_base = 0;

        for (size_t k = 0; k < n_times; k++) {
            const double at = job->onset_s[i] + a->peri->time_s[k];
            const double u = a->peri->time_s[k];

            curve[k] = at >= a->time_s[0] && at <= a->time_s[n - 1]
                           ? gsl_spline_eval(spline, at, NULL)
                           : (double)NAN;
            if (u >= job->baseline_from_s && u <= job->baseline_to_s &&
                !isnan(curve[k])) {
                base += curve[k];
                n_base++;
            }
        }
        if (isnan(job->baseline_from_s) || isnan(job->baseline_to_s))
            continue;
        for (size_t k = 0; k < n_times; k++)
            curve[k] -= base / n_base; /* NaN without one */
    }
    return VB_OK;
}

/* Mean and its standard error over the events of curve k at time i. */
static vb_region_estimate mean_at(const averaging *a, size_t k, size_t i)
{
    const size_t n_times = a->peri->n_times, n_events = a->job->n_events;
    const bool *in = a->columns->in + k * n_events;
    double sum = 0, square = 0, n = 0;

    for (size_t e = 0; e < n_events; e++)
        if (in[e] && !isnan(a->curve[e * n_times + i])) {
            sum += a->curve[e * n_times + i];
            n++;
        }
    for (size_t e = 0; e < n_events; e++)
        if (in[e] && !isnan(a->curve[e * n_times + i])) {
            const double d = a->curve[e * n_times + i] - sum / n;

            square += d * d;
        }
    return n < 2 ? vb_region_estimate_of(NAN, NAN, NAN, 0.95)
                 : vb_region_estimate_of(sum / n, sqrt(square / (n - 1) / n), n - 1,
                                         a->peri->level);
}

/* Slope over the events on the modulator; value, weight [n_events] are work space. */
static vb_region_estimate slope_at(const averaging *a, size_t k, size_t i,
                                   double *value, double *weight)
{
    const size_t n_times = a->peri->n_times, n_events = a->job->n_events;
    vb_slope slope;

    for (size_t e = 0; e < n_events; e++) {
        value[e] = a->curve[e * n_times + i];
        weight[e] = a->columns->in[k * n_events + e]
                        ? a->columns->weight[k * n_events + e]
                        : (double)NAN;
    }
    if (vb_trial_slope(VB_SLOPE_OLS, n_events, weight, value, a->peri->level, &slope,
                       NULL) != VB_OK)
        return vb_region_estimate_of(NAN, NAN, NAN, 0.95);
    return vb_region_estimate_of(slope.slope, slope.se, slope.df, a->peri->level);
}

static vb_status average(averaging *a, const double y[], vb_error *err)
{
    const size_t n = a->job->n_scans, n_events = a->job->n_events;
    const size_t n_times = a->peri->n_times;
    double *value = vb_arena_take(a->arena, 2 * n_events, sizeof *value), *hat = NULL;
    gsl_spline *spline = n > 2 ? gsl_spline_alloc(gsl_interp_cspline, n) : NULL;
    vb_status status = VB_OK;

    a->adjusted = vb_arena_take(a->arena, n, sizeof *a->adjusted);
    a->time_s = vb_arena_take(a->arena, n, sizeof *a->time_s);
    a->curve = vb_arena_take(a->arena, n_events * n_times, sizeof *a->curve);
    if (!value || !spline || !a->adjusted || !a->time_s || !a->curve)
        status = vb_fail_memory(err, n_events * n_times * sizeof *a->curve);
    for (size_t s = 0; s < n && status == VB_OK; s++)
        a->time_s[s] = (double)s * a->job->tr_s + a->job->sample_s;
    if (status == VB_OK && a->job->n_others)
        status = make_hat(a, &hat, err);
    for (size_t v = 0; v < a->peri->n_regions && status == VB_OK; v++) {
        status = cut(a, v, y, hat, spline, err);
        for (size_t k = 0; k < a->peri->n_curves && status == VB_OK; k++)
            for (size_t i = 0; i < n_times; i++)
                a->peri->at[(v * a->peri->n_curves + k) * n_times + i] =
                    a->peri->is_slope[k] ? slope_at(a, k, i, value, value + n_events)
                                         : mean_at(a, k, i);
    }
    memcpy(a->peri->n_events, a->columns->n_events,
           a->peri->n_curves * sizeof *a->peri->n_events);
    gsl_spline_free(spline);
    return status;
}

vb_status vb_peri_average(const vb_peri_job *job, size_t n_regions, const double y[],
                          vb_peri **peri, vb_error *err)
{
    const double step = job->step_s > 0 ? job->step_s : job->tr_s / STEPS_A_SCAN;
    vb_peri_job scans = *job; /* the curves that stand beside the other columns */
    vb_arena *arena = vb_arena_alloc();
    vb_peri_columns columns = {0};
    averaging a = {.job = job, .columns = &columns, .arena = arena};
    vb_status status = arena ? VB_OK : vb_fail_memory(err, sizeof columns);

    scans.step_s = 0;
    scans.shape = VB_PERI_FIR;
    if (status == VB_OK)
        status = vb_peri_columns_make(&scans, arena, &columns, err);
    if (status == VB_OK)
        status = vb_peri_take(job, VB_PERI_AVERAGE, n_regions,
                              (size_t)((job->to_s - job->from_s) / step + 1e-9) + 1,
                              job->from_s, step, y, &a.peri, err);
    if (status == VB_OK)
        status = average(&a, y, err);
    if (status == VB_OK)
        *peri = a.peri;
    else
        vb_peri_free(a.peri);
    vb_arena_free(arena);
    return status;
}
