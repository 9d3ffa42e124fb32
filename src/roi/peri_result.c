/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peri_result.c - curves as a result: made, combined over runs, in percent, as rows. */
#include "peri_internal.h"

#include <math.h>
#include <string.h>

static vb_peri *take(size_t n_regions, size_t n_curves, size_t n_times, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_peri *p = arena ? vb_arena_take(arena, 1, sizeof *p) : NULL;
    const size_t n = n_curves * n_times;

    if (!p) {
        vb_arena_free(arena);
        vb_fail_memory(err, sizeof *p);
        return NULL;
    }
    p->arena = arena;
    p->n_regions = n_regions;
    p->n_curves = n_curves;
    p->n_times = n_times;
    p->time_s = vb_arena_take(arena, n_times, sizeof *p->time_s);
    p->curve = vb_arena_take(arena, n_curves, sizeof *p->curve);
    p->is_slope = vb_arena_take(arena, n_curves, sizeof *p->is_slope);
    p->n_events = vb_arena_take(arena, n_curves, sizeof *p->n_events);
    p->mean = vb_arena_take(arena, n_regions, sizeof *p->mean);
    p->at = n && n_regions > (size_t)-1 / n / sizeof *p->at
                ? NULL
                : vb_arena_take(arena, n_regions * n, sizeof *p->at);
    if (!p->time_s || !p->curve || !p->is_slope || !p->n_events || !p->mean || !p->at) {
        vb_arena_free(arena);
        vb_fail_memory(err, n_regions * n * sizeof *p->at);
        return NULL;
    }
    for (size_t i = 0; i < n_regions * n; i++)
        p->at[i] = vb_region_estimate_of(NAN, NAN, NAN, 0.95);
    return p;
}

/* Copies; false without memory. */
static bool name(vb_peri *p, const char **out, const char *text)
{
    *out = vb_arena_string(p->arena, text ? text : "");
    return *out != NULL;
}

vb_status vb_peri_take(const vb_peri_job *job, vb_peri_kind kind, size_t n_regions,
                       size_t n_times, double first_s, double step_s, const double y[],
                       vb_peri **peri, vb_error *err)
{
    const size_t n_groups = job->group ? job->n_groups : 1;
    const size_t n_curves = n_groups + (job->modulator ? 1 : 0);
    vb_peri *p = take(n_regions, n_curves, n_times, err);
    bool ok = p != NULL;

    if (!p)
        return VB_ENOMEM;
    p->kind = kind;
    p->level = vb_peri_level(job);
    ok = name(p, &p->event, job->event);
    for (size_t k = 0; k < n_groups && ok; k++)
        ok = name(p, &p->curve[k], job->group ? job->group_names[k] : job->event);
    if (job->modulator && ok) {
        ok = name(p, &p->curve[n_groups], job->modulator_name);
        p->is_slope[n_groups] = true;
    }
    if (!ok) {
        vb_peri_free(p);
        return vb_fail_memory(err, sizeof *p);
    }
    for (size_t k = 0; k < n_times; k++)
        p->time_s[k] = first_s + (double)k * step_s;
    for (size_t v = 0; v < n_regions; v++) {
        for (size_t s = 0; s < job->n_scans; s++)
            p->mean[v] += y[s * n_regions + v];
        p->mean[v] /= (double)job->n_scans;
    }
    *peri = p;
    return VB_OK;
}

void vb_peri_free(vb_peri *peri)
{
    if (peri)
        vb_arena_free(peri->arena);
}

static bool alike(const vb_peri *a, const vb_peri *b)
{
    if (a->n_regions != b->n_regions || a->n_curves != b->n_curves ||
        a->n_times != b->n_times || a->kind != b->kind)
        return false;
    for (size_t k = 0; k < a->n_curves; k++)
        if (strcmp(a->curve[k], b->curve[k]) != 0)
            return false;
    for (size_t k = 0; k < a->n_times; k++)
        if (fabs(a->time_s[k] - b->time_s[k]) > 1e-9)
            return false;
    return true;
}

/* Sums and means of all runs into p; one [n_runs] is work space. */
static void merge(size_t n_runs, const vb_peri *const runs[], vb_region_estimate one[],
                  vb_peri *p)
{
    for (size_t r = 0; r < n_runs; r++) {
        for (size_t k = 0; k < p->n_curves; k++)
            p->n_events[k] += runs[r]->n_events[k];
        for (size_t v = 0; v < p->n_regions; v++)
            p->mean[v] += runs[r]->mean[v] / (double)n_runs;
    }
    for (size_t i = 0; i < p->n_regions * p->n_curves * p->n_times; i++) {
        for (size_t r = 0; r < n_runs; r++)
            one[r] = runs[r]->at[i];
        p->at[i] = vb_region_over_runs(n_runs, one, VB_FFX_PRECISION, p->level, NULL);
    }
}

vb_status vb_peri_combine(size_t n_runs, const vb_peri *const runs[], vb_peri **peri,
                          vb_error *err)
{
    vb_region_estimate *one;
    vb_peri *p;
    bool ok;

    for (size_t r = 1; r < n_runs; r++)
        if (!alike(runs[0], runs[r]))
            return vb_fail(err, VB_EUSAGE,
                           "curves of run %zu are not those of the first run: other "
                           "regions, groups or times",
                           r + 1);
    if (!n_runs)
        return vb_fail(err, VB_EUSAGE, "curves of no run");
    p = take(runs[0]->n_regions, runs[0]->n_curves, runs[0]->n_times, err);
    if (!p)
        return VB_ENOMEM;
    p->kind = runs[0]->kind;
    p->level = runs[0]->level;
    memcpy(p->time_s, runs[0]->time_s, p->n_times * sizeof *p->time_s);
    memcpy(p->is_slope, runs[0]->is_slope, p->n_curves * sizeof *p->is_slope);
    ok = name(p, &p->event, runs[0]->event);
    for (size_t k = 0; k < p->n_curves && ok; k++)
        ok = name(p, &p->curve[k], runs[0]->curve[k]);
    one = vb_arena_take(p->arena, n_runs, sizeof *one);
    if (!ok || !one) {
        vb_peri_free(p);
        return vb_fail_memory(err, n_runs * sizeof *one);
    }
    merge(n_runs, runs, one, p);
    *peri = p;
    return VB_OK;
}

void vb_peri_percent(vb_peri *peri)
{
    const size_t n = peri->n_curves * peri->n_times;

    for (size_t v = 0; v < peri->n_regions; v++)
        for (size_t i = 0; i < n; i++) {
            const double factor = peri->mean[v] > 0 ? 100 / peri->mean[v] : (double)NAN;
            vb_region_estimate *e = &peri->at[v * n + i];

            e->effect *= factor;
            e->se *= factor;
            e->low *= factor;
            e->high *= factor;
        }
}

/* ---- rows ---- */

/* A name as one cell: what would end it becomes a blank. */
static void put_cell(vb_buffer *out, const char *text)
{
    for (const char *c = text; *c; c++)
        vb_put_char(out, (unsigned char)*c < ' ' ? ' ' : *c);
    vb_put_char(out, '\t');
}

static void put_row(const vb_peri *p, const char *region, size_t k, size_t i,
                    const vb_region_estimate *e, vb_buffer *out)
{
    const double values[] = {e->effect,    e->se, e->low, e->high,
                             e->statistic, e->df, e->p};
    const size_t n = sizeof values / sizeof values[0];

    put_cell(out, region);
    put_cell(out, p->event);
    put_cell(out, p->curve[k]);
    vb_put_digits(out, p->time_s[i], 10);
    vb_putf(out, "\t%zu", p->n_events[k]);
    for (size_t c = 0; c < n; c++) {
        vb_put_char(out, '\t');
        vb_put_number(out, values[c]);
    }
    vb_put_char(out, '\n');
}

void vb_peri_put(const vb_peri *p, const char *const regions[], bool header,
                 vb_buffer *out)
{
    if (header)
        vb_put_text(out,
                    "region\tevent\tcurve\ttime_s\tn_events\teffect\tse\tlow\thigh\t"
                    "t\tdf\tp\n");
    for (size_t v = 0; v < p->n_regions; v++)
        for (size_t k = 0; k < p->n_curves; k++)
            for (size_t i = 0; i < p->n_times; i++)
                put_row(p, regions[v], k, i,
                        &p->at[(v * p->n_curves + k) * p->n_times + i], out);
}
