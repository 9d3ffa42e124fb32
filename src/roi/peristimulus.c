/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * peristimulus.c - finite impulse responses: one column for each time of each curve.
 *
 * FIR:  a scan counts for the time whose interval it lies in, so that every scan counts once
 *       an event (Dale 1999 Hum Brain Mapp 8:109)
 * tent: a scan counts for the two times around it, by its nearness (AFNI's TENT)
 */
#include "peri_internal.h"
#include "valuebold/basis.h"

#include <math.h>
#include <string.h>

/* Rounding of onsets and scan times must not move a scan into the next interval. */
static const double same_time = 1e-9;
enum { MOST_TIMES = 10000 };

double vb_peri_level(const vb_peri_job *job)
{
    return job->level > 0 ? job->level : 0.95;
}

static bool is_of(const vb_peri_job *job, size_t curve, size_t n_groups, size_t event)
{
    if (!isfinite(job->onset_s[event]))
        return false;
    if (curve == VB_NONE) /* of no group */
        return job->group && job->group[event] >= n_groups;
    if (curve == n_groups) /* the modulator's */
        return true;
    return !job->group || job->group[event] == curve;
}

/* The weights of scan time u (seconds after the onset) for up to two times. */
static size_t weights_at(const vb_peri_job *job, const vb_peri_columns *c, double u,
                         size_t at[2], double weight[2])
{
    const double k = (u - job->from_s) / c->step_s;
    const double low = floor(k + same_time);

    if (low < 0 || low > (double)c->n_times - 1 + same_time)
        return 0;
    at[0] = (size_t)low;
    weight[0] = 1;
    if (job->shape == VB_PERI_FIR)
        return 1;
    weight[0] = 1 - fmax(k - low, 0);
    if (at[0] + 1 == c->n_times)
        return k - low <= same_time ? 1 : 0;
    at[1] = at[0] + 1;
    weight[1] = 1 - weight[0];
    return 2;
}

/* Event i into the times of curve c; true when it leaves something. */
static bool add_event(const vb_peri_job *job, const vb_peri_columns *c, size_t curve,
                      size_t i, double height)
{
    bool any = false;

    for (size_t s = 0; s < job->n_scans; s++) {
        const double u = (double)s * job->tr_s + job->sample_s - job->onset_s[i];
        size_t at[2];
        double weight[2];
        const size_t n = weights_at(job, c, u, at, weight);

        for (size_t k = 0; k < n; k++)
            c->x[s * c->n_cols + curve * c->n_times + at[k]] += height * weight[k];
        any = any || n;
    }
    return any;
}

static double centre_of(const vb_peri_job *job)
{
    double sum = 0, n = 0;

    for (size_t i = 0; i < job->n_events; i++)
        if (isfinite(job->modulator[i]) && isfinite(job->onset_s[i])) {
            sum += job->modulator[i];
            n++;
        }
    return n > 0 ? sum / n : 0;
}

static void fill(const vb_peri_job *job, vb_peri_columns *c)
{
    const size_t n_groups = job->group ? job->n_groups : 1, n = job->n_events;
    const double centre = job->modulator ? centre_of(job) : 0;

    for (size_t k = 0; k < c->n_all; k++)
        for (size_t i = 0; i < n; i++) {
            const bool slope = k == n_groups && k < c->n_curves;
            double height = 1;

            c->in[k * n + i] = is_of(job, k < c->n_curves ? k : VB_NONE, n_groups, i);
            if (slope)
                height = isfinite(job->modulator[i]) ? job->modulator[i] - centre : 0;
            if (k < c->n_curves)
                c->weight[k * n + i] = height;
            if (slope && !isfinite(job->modulator[i]))
                c->in[k * n + i] = false;
            if (c->in[k * n + i] && add_event(job, c, k, i, height) && k < c->n_curves)
                c->n_events[k]++;
        }
    for (size_t s = 0; s < job->n_scans && job->n_others; s++)
        memcpy(c->x + s * c->n_cols + c->n_all * c->n_times,
               job->others + s * job->n_others, job->n_others * sizeof *c->x);
}

vb_status vb_peri_columns_make(const vb_peri_job *job, vb_arena *arena,
                               vb_peri_columns *c, vb_error *err)
{
    const double step = job->step_s > 0 ? job->step_s : job->tr_s;
    const double n = floor((job->to_s - job->from_s) / step + same_time);
    const size_t n_groups = job->group ? job->n_groups : 1;
    bool loose = false;

    if (!(n >= 1 && n < MOST_TIMES) || !(job->tr_s > 0))
        return vb_fail(err, VB_EUSAGE,
                       "a window from %g to %g s in steps of %g s; it takes 1 to %d "
                       "steps",
                       job->from_s, job->to_s, step, MOST_TIMES);
    for (size_t i = 0; i < job->n_events; i++)
        loose = loose || is_of(job, VB_NONE, n_groups, i);
    c->step_s = step;
    c->n_times = (size_t)n + (job->shape == VB_PERI_TENT ? 1 : 0);
    c->n_curves = n_groups + (job->modulator ? 1 : 0);
    c->n_all = c->n_curves + (loose ? 1 : 0);
    c->n_cols = c->n_all * c->n_times + job->n_others;
    c->x = vb_arena_take(arena, job->n_scans * c->n_cols, sizeof *c->x);
    c->in = vb_arena_take(arena, c->n_all * job->n_events, sizeof *c->in);
    c->weight = vb_arena_take(arena, c->n_curves * job->n_events, sizeof *c->weight);
    c->n_events = vb_arena_take(arena, c->n_curves, sizeof *c->n_events);
    if (!c->x || !c->in || !c->weight || !c->n_events)
        return vb_fail_memory(err, job->n_scans * c->n_cols * sizeof *c->x);
    fill(job, c);
    return VB_OK;
}

/* ---- the fit ---- */

/* Contrasts of the columns that can be estimated; which [n] their indices among the curves. */
static vb_status find_estimable(const vb_peri_job *job, const vb_peri_columns *c,
                                vb_arena *arena, vb_contrast **contrasts,
                                size_t **which, size_t *n, size_t *n_aliased,
                                vb_error *err)
{
    const size_t n_wanted = c->n_curves * c->n_times;
    double *weights = vb_arena_take(arena, n_wanted * c->n_cols, sizeof *weights);
    double *w = vb_arena_take(arena, c->n_cols, sizeof *w);
    vb_basis basis;
    vb_status status;

    *n = *n_aliased = 0;
    *contrasts = vb_arena_take(arena, n_wanted, sizeof **contrasts);
    *which = vb_arena_take(arena, n_wanted, sizeof **which);
    if (!weights || !w || !*contrasts || !*which)
        return vb_fail_memory(err, n_wanted * c->n_cols * sizeof *weights);
    status = vb_basis_make(job->n_scans, c->n_cols, c->x, arena, &basis, err);
    for (size_t j = 0; j < n_wanted && status == VB_OK; j++) {
        double *one = weights + *n * c->n_cols;

        if (!(basis.norm[j] > 0))
            continue;
        one[j] = 1;
        if (vb_basis_contrast(&basis, one, w, NULL) == VB_OK) {
            (*contrasts)[*n] = (vb_contrast){"time", 1, one};
            (*which)[(*n)++] = j;
            continue;
        }
        one[j] = 0;
        ++*n_aliased;
    }
    if (status == VB_OK && !*n)
        return vb_fail(err, VB_EESTIMATE,
                       "event '%.60s': no time of %g to %g s can be estimated: %s",
                       job->event, job->from_s, job->to_s,
                       *n_aliased
                           ? "the curves add up to other columns, as those of regular "
                             "events add up to the constant; make the window shorter"
                           : "no event has a scan in the window");
    return status;
}

static vb_status fit(const vb_peri_job *job, const vb_peri_columns *c, vb_arena *arena,
                     size_t n_regions, const double y[], vb_peri *peri,
                     size_t *n_aliased, vb_error *err)
{
    const size_t n_wanted = c->n_curves * c->n_times;
    vb_region_model model = {.n_scans = job->n_scans,
                             .n_cols = c->n_cols,
                             .x = c->x,
                             .noise = job->noise,
                             .small_sample = job->small_sample};
    vb_contrast *contrasts;
    vb_region_estimate *estimates;
    size_t *which, n;
    vb_status status =
        find_estimable(job, c, arena, &contrasts, &which, &n, n_aliased, err);

    if (status != VB_OK)
        return status;
    estimates = vb_arena_take(arena, n_regions * n, sizeof *estimates);
    if (!estimates)
        return vb_fail_memory(err, n_regions * n * sizeof *estimates);
    model.n_contrasts = n;
    model.contrasts = contrasts;
    status =
        vb_region_glm(&model, n_regions, y, vb_peri_level(job), estimates, NULL, err);
    for (size_t v = 0; v < n_regions && status == VB_OK; v++)
        for (size_t i = 0; i < n; i++)
            peri->at[v * n_wanted + which[i]] = estimates[v * n + i];
    memcpy(peri->n_events, c->n_events, c->n_curves * sizeof *peri->n_events);
    return status;
}

vb_status vb_peri_fit(const vb_peri_job *job, size_t n_regions, const double y[],
                      vb_peri **out, size_t *n_aliased, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_peri_columns c = {0};
    vb_peri *peri = NULL;
    size_t aliased = 0;
    vb_status status = arena ? vb_peri_columns_make(job, arena, &c, err)
                             : vb_fail_memory(err, sizeof *peri);

    if (status == VB_OK)
        status =
            vb_peri_take(job, VB_PERI_RESPONSE, n_regions, c.n_times,
                         job->from_s + (job->shape == VB_PERI_FIR ? c.step_s / 2 : 0),
                         c.step_s, y, &peri, err);
    if (status == VB_OK)
        status = fit(job, &c, arena, n_regions, y, peri, &aliased, err);
    if (status == VB_OK) {
        *out = peri;
        if (n_aliased)
            *n_aliased = aliased;
    } else {
        vb_peri_free(peri);
    }
    vb_arena_free(arena);
    return status;
}
