/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_peri.c - time courses about events, split by a modulator where one is named. */
#include "roi_report.h"
#include "study_internal.h"
#include "valuebold/figure_peri.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_DRAWN = 40 };

/* ---- a run ---- */

vb_status roi_others_make(const vb_region_model *model, const bool drop[],
                          vb_arena *arena, size_t *n, double **others, vb_error *err)
{
    size_t n_kept = 0;

    for (size_t c = 0; c < model->n_cols; c++)
        n_kept += !drop[c];
    *others = vb_arena_take(arena, model->n_scans * n_kept, sizeof **others);
    if (!*others)
        return vb_fail_memory(err, model->n_scans * n_kept * sizeof **others);
    for (size_t t = 0; t < model->n_scans; t++)
        for (size_t c = 0, k = 0; c < model->n_cols; c++)
            if (!drop[c])
                (*others)[t * n_kept + k++] = model->x[t * model->n_cols + c];
    *n = n_kept;
    return VB_OK;
}

/* Runs of other repetition times are put together on the grid of the slowest. */
static double longest_tr(const vb_study *study, const vb_study_run *run)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    double tr_s = run->tr_s;

    for (size_t r = 0; r < subject->n_runs; r++)
        if (study->runs[subject->first_run + r].selected)
            tr_s = fmax(tr_s, study->runs[subject->first_run + r].tr_s);
    return tr_s;
}

static vb_status fill_job(const vb_roi_report *report, const vb_roi_peri *p, size_t r,
                          size_t e, const vb_region_model *model, vb_arena *arena,
                          vb_peri_job *job, vb_error *err)
{
    const vb_roi_analysis *a = report->analysis;
    const vb_study_run *run = &report->study->runs[r];
    const vb_study_event *event = &run->event_types[e];
    const size_t m = p->modulator ? roi_modulator_find(event, p->modulator) : VB_NONE;
    bool *drop = vb_arena_take(arena, model->n_cols, sizeof *drop);
    double *others = NULL;
    size_t n_others = 0;
    roi_groups g;
    vb_status status;

    if (!drop)
        return vb_fail_memory(err, model->n_cols);
    for (size_t c = 0; c < run->design->n_cols; c++)
        drop[c] = run->design->columns[c].event == e;
    status = roi_others_make(model, drop, arena, &n_others, &others, err);
    if (status == VB_OK)
        status = roi_peri_groups(report, p, r, arena, &g, err);
    if (status != VB_OK)
        return status;
    *job =
        (vb_peri_job){.event = p->event,
                      .n_events = event->n,
                      .onset_s = event->onset_s,
                      .group = g.group,
                      .n_groups = g.n,
                      .group_names = g.name,
                      .modulator = m == VB_NONE ? NULL : event->raw[m],
                      .modulator_name = m == VB_NONE ? NULL : p->modulator,
                      .from_s = a->from_s,
                      .to_s = a->to_s,
                      .step_s = longest_tr(report->study, run) / (a->average ? 4 : 1),
                      .n_scans = model->n_scans,
                      .tr_s = run->tr_s,
                      .sample_s = run->design->sample_s[0],
                      .n_others = n_others,
                      .others = others,
                      .noise = model->noise,
                      .small_sample = model->small_sample,
                      .level = report->level,
                      .baseline_from_s = a->from_s < 0 ? a->from_s : (double)NAN,
                      .baseline_to_s = 0};
    return VB_OK;
}

/* ---- groups and slope ---- */

/* The last curve of slope behind those of peri. */
static vb_status add_slope(vb_peri *peri, const vb_peri *slope, vb_error *err)
{
    const size_t n = peri->n_curves, wide = n + 1, t = peri->n_times;
    const size_t from = slope->n_curves - 1;
    const char **curve = vb_arena_take(peri->arena, wide, sizeof *curve);
    bool *is_slope = vb_arena_take(peri->arena, wide, sizeof *is_slope);
    size_t *n_events = vb_arena_take(peri->arena, wide, sizeof *n_events);
    vb_region_estimate *at =
        vb_arena_take(peri->arena, peri->n_regions * wide * t, sizeof *at);

    if (!curve || !is_slope || !n_events || !at)
        return vb_fail_memory(err, peri->n_regions * wide * t * sizeof *at);
    memcpy(curve, peri->curve, n * sizeof *curve);
    memcpy(is_slope, peri->is_slope, n * sizeof *is_slope);
    memcpy(n_events, peri->n_events, n * sizeof *n_events);
    curve[n] = vb_arena_string(peri->arena, slope->curve[from]);
    is_slope[n] = true;
    n_events[n] = slope->n_events[from];
    for (size_t v = 0; v < peri->n_regions; v++) {
        memcpy(at + v * wide * t, peri->at + v * n * t, n * t * sizeof *at);
        memcpy(at + (v * wide + n) * t, slope->at + (v * slope->n_curves + from) * t,
               t * sizeof *at);
    }
    peri->curve = curve;
    peri->is_slope = is_slope;
    peri->n_events = n_events;
    peri->at = at;
    peri->n_curves = wide;
    return curve[n] ? VB_OK : vb_fail_memory(err, 64);
}

static vb_status fit_curves(const vb_roi_report *report, const vb_peri_job *job,
                            size_t n, const double y[], vb_peri **peri,
                            size_t *n_aliased, vb_error *err)
{
    return report->analysis->average ? vb_peri_average(job, n, y, peri, err)
                                     : vb_peri_fit(job, n, y, peri, n_aliased, err);
}

/* Groups and slope are two models: beside a slope, groups would show what it leaves of them. */
static vb_status fit_both(const vb_roi_report *report, const vb_peri_job *job, size_t n,
                          const double y[], vb_peri **peri, size_t *n_aliased,
                          vb_error *err)
{
    vb_peri_job groups = *job, slope = *job;
    vb_peri *one = NULL, *two = NULL;
    vb_status status;

    if (!job->group || !job->modulator)
        return fit_curves(report, job, n, y, peri, n_aliased, err);
    groups.modulator = NULL;
    groups.modulator_name = NULL;
    slope.group = NULL;
    slope.n_groups = 0;
    slope.group_names = NULL;
    status = fit_curves(report, &groups, n, y, &one, n_aliased, err);
    if (status == VB_OK)
        status = fit_curves(report, &slope, n, y, &two, n_aliased, err);
    if (status == VB_OK)
        status = add_slope(one, two, err);
    vb_peri_free(two);
    if (status == VB_OK)
        *peri = one;
    else
        vb_peri_free(one);
    return status;
}

static vb_status one_event(vb_roi_report *report, size_t i, size_t r,
                           const vb_roi_series *series, vb_notes *notes, vb_error *err)
{
    const vb_roi_peri *p = &report->analysis->peri[i];
    const vb_study_run *run = &report->study->runs[r];
    const size_t e = roi_event_find(run, p->event);
    vb_arena *arena;
    vb_region_model model;
    vb_peri_job job;
    vb_peri *peri = NULL;
    double *y = NULL;
    size_t n_aliased = 0;
    vb_status status;

    if (e == VB_NONE || !run->event_types[e].n)
        return VB_OK; /* not in this run */
    arena = vb_arena_alloc();
    status = arena ? roi_model_make(report, r, series, arena, &model, &y, err)
                   : vb_fail_memory(err, 1);
    if (status == VB_OK)
        status = fill_job(report, p, r, e, &model, arena, &job, err);
    if (status == VB_OK)
        status = fit_both(report, &job, series->set->n, y, &peri, &n_aliased, err);
    if (status == VB_OK) {
        vb_peri_percent(peri);
        report->peri[i * report->study->n_runs + r] = peri;
    }
    if (n_aliased)
        vb_note_add(notes, VB_WARNING, "roi-peri-aliased", run->files->events, 0, 0,
                    "event '%s': %zu times of its curves cannot be told from other "
                    "columns and are n/a",
                    p->event, n_aliased);
    vb_arena_free(arena);
    return status;
}

vb_status roi_run_peri(vb_roi_report *report, size_t r, const vb_roi_series *series,
                       vb_notes *notes, vb_error *err)
{
    const size_t n = series->set->n;
    const char **names = vb_arena_take(report->arena, n, sizeof *names);
    vb_status status = VB_OK;

    if (!names)
        return vb_fail_memory(err, n * sizeof *names);
    for (size_t v = 0; v < n; v++) {
        const size_t at = roi_region_index(report, series->set->rois[v].name);

        if (at == VB_NONE)
            return vb_fail_memory(err, 64);
        names[v] = report->regions[at];
    }
    report->peri_region = names;
    report->n_peri_regions = n;
    for (size_t i = 0; i < report->analysis->n_peri && status == VB_OK; i++)
        status = one_event(report, i, r, series, notes, err);
    return status;
}

/* ---- a subject ---- */

/* Rows with who they are of in front of each. */
static void put_rows(vb_roi_report *report, const vb_roi_who *who, const vb_peri *peri)
{
    vb_buffer rows = {0}, *out = &report->table[ROI_PERI];
    const bool header = !out->n;
    const char *at;
    bool first = header;

    vb_peri_put(peri, report->peri_region, header, &rows);
    for (at = rows.bytes; at && *at; first = false) {
        const size_t n = strcspn(at, "\n") + 1;

        if (first)
            roi_put_who_names(who, out);
        else
            roi_put_who(who, out);
        vb_put(out, at, n);
        at += n;
    }
    out->lost = out->lost || rows.lost;
    vb_buffer_free(&rows);
}

static vb_status draw(const vb_roi_report *report, const vb_roi_place *place,
                      const vb_roi_peri *p, const vb_peri *peri, vb_outputs *outputs,
                      vb_notes *notes, vb_error *err)
{
    char label[128], title[256], both[128];
    vb_buffer *svg;
    vb_status status;

    if (peri->n_regions > MOST_DRAWN) {
        vb_note_add(notes, VB_INFO, "roi-picture", NULL, 0, 0,
                    "time courses of %zu regions are not drawn (up to %d are)",
                    peri->n_regions, MOST_DRAWN);
        return VB_OK;
    }
    snprintf(both, sizeof both, "%.60s%s%.60s", p->event, p->modulator ? "*" : "",
             p->modulator ? p->modulator : "");
    snprintf(title, sizeof title, "sub-%.60s: %s", place->who.participant, both);
    status =
        vb_outputs_add(outputs, &svg, err, "%s/%s_desc-peri_event-%s_roi.svg",
                       place->folder, place->stem, vb_camel(both, label, sizeof label));
    return status == VB_OK ? vb_figure_peri(peri, report->peri_region, title,
                                            "percent signal change", svg, err)
                           : status;
}

static vb_status one_subject(vb_roi_report *report, size_t i, size_t s,
                             vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    const vb_study *study = report->study;
    const vb_study_subject *subject = &study->subjects[s];
    vb_peri **runs = report->peri + i * study->n_runs + subject->first_run;
    const vb_peri *there[256];
    vb_peri *together = NULL;
    vb_roi_place place;
    size_t n = 0, last = 0;
    vb_status status;

    for (size_t r = 0; r < subject->n_runs && n < 256; r++)
        if (runs[r]) {
            there[n++] = runs[r];
            last = r;
        }
    if (!n)
        return VB_OK;
    status = vb_study_roi_place(study, subject->first_run + last, subject->n_runs > 1,
                                report->provenance, &place, err);
    if (status != VB_OK)
        return status;
    if (subject->n_runs > 1)
        place.who.run = "all";
    status = n > 1 ? vb_peri_combine(n, there, &together, err) : VB_OK;
    if (status == VB_OK) {
        put_rows(report, &place.who, n > 1 ? together : there[0]);
        status = draw(report, &place, &report->analysis->peri[i],
                      n > 1 ? together : there[0], outputs, notes, err);
    }
    vb_peri_free(together);
    for (size_t r = 0; r < subject->n_runs; r++) {
        vb_peri_free(runs[r]);
        runs[r] = NULL;
    }
    return status;
}

vb_status roi_subject_peri(vb_roi_report *report, size_t s, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t i = 0; i < report->analysis->n_peri && status == VB_OK; i++)
        status = one_subject(report, i, s, outputs, notes, err);
    return status;
}
