/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roi_trials.c - an estimate a trial and region, beside the trial's signals, and its slope on
 * them.
 */
#include "roi_report.h"
#include "study_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The trials of a run: all events of the types that were asked for. */
typedef struct trials {
    size_t n, n_types;
    size_t *type;  /* [n_types] event type of the run */
    size_t *which; /* [n] index into type: the condition */
    size_t *event; /* [n] index within its type */
    bool *
        part; /* [event types of the run] its columns are what the trials' are made of */
    double *onset_s, *duration_s;
    double *estimate, *se; /* [n x n_regions] */
} trials;

static size_t trial_of(const vb_study_run *run, const trials *t, size_t i)
{
    return run->event_types[t->type[t->which[i]]].trial[t->event[i]];
}

/* From the first onset among all events of a trial to their last end.  Of two events asked for
 * that are of one trial the first stands for it, the other has no estimate. */
static void make_whole(const vb_study_run *run, trials *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const size_t trial = trial_of(run, t, i);
        double end_s = t->onset_s[i] + t->duration_s[i];

        if (trial == VB_NONE)
            continue;
        for (size_t e = 0; e < run->n_event_types; e++)
            for (size_t k = 0; k < run->event_types[e].n; k++) {
                const vb_study_event *event = &run->event_types[e];

                if (event->trial[k] != trial)
                    continue;
                t->part[e] = true;
                t->onset_s[i] = fmin(t->onset_s[i], event->onset_s[k]);
                end_s = fmax(end_s, event->onset_s[k] + event->duration_s[k]);
            }
        t->duration_s[i] = end_s - t->onset_s[i];
        for (size_t k = 0; k < i; k++)
            if (trial_of(run, t, k) == trial)
                t->onset_s[i] = NAN;
    }
}

static vb_status list_trials(const vb_roi_report *report, const vb_study_run *run,
                             size_t n_regions, vb_arena *arena, trials *t,
                             vb_error *err)
{
    const vb_roi_analysis *a = report->analysis;
    size_t n = 0;

    *t = (trials){.type = vb_arena_take(arena, a->n_trial_events, sizeof *t->type),
                  .part = vb_arena_take(arena, run->n_event_types, sizeof *t->part)};
    if (!t->type || !t->part)
        return vb_fail_memory(err, 64);
    for (size_t i = 0; i < a->n_trial_events; i++) {
        const size_t e = roi_event_find(run, a->trial_events[i]);

        if (e == VB_NONE || !run->event_types[e].n || t->part[e])
            continue;
        t->part[e] = true;
        t->type[t->n_types++] = e;
        t->n += run->event_types[e].n;
    }
    t->which = vb_arena_take(arena, t->n, sizeof *t->which);
    t->event = vb_arena_take(arena, t->n, sizeof *t->event);
    t->onset_s = vb_arena_take(arena, t->n, sizeof *t->onset_s);
    t->duration_s = vb_arena_take(arena, t->n, sizeof *t->duration_s);
    t->estimate = vb_arena_take(arena, t->n * n_regions, sizeof *t->estimate);
    t->se = vb_arena_take(arena, t->n * n_regions, sizeof *t->se);
    if (!t->which || !t->event || !t->onset_s || !t->duration_s || !t->estimate ||
        !t->se)
        return vb_fail_memory(err, t->n * n_regions * sizeof *t->estimate);
    for (size_t i = 0; i < t->n_types; i++) {
        const vb_study_event *event = &run->event_types[t->type[i]];

        for (size_t k = 0; k < event->n; k++, n++) {
            t->which[n] = i;
            t->event[n] = k;
            t->onset_s[n] = event->onset_s[k];
            t->duration_s[n] = event->duration_s[k];
        }
    }
    if (a->whole_trials)
        make_whole(run, t);
    return VB_OK;
}

static bool *columns_of(const vb_study_run *run, const vb_region_model *model,
                        const trials *t, vb_arena *arena)
{
    bool *drop = vb_arena_take(arena, model->n_cols, sizeof *drop);

    for (size_t c = 0; drop && c < run->design->n_cols; c++)
        drop[c] = run->design->columns[c].event != VB_NONE &&
                  t->part[run->design->columns[c].event];
    return drop;
}

static vb_status fit(const vb_roi_report *report, size_t r, const vb_roi_series *series,
                     vb_arena *arena, trials *t, vb_outputs *outputs, vb_notes *notes,
                     vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    const vb_design_options options = study_design_options(report->study, run);
    const bool ols = strcmp(report->analysis->glm->noise, "ols") == 0;
    vb_region_model model;
    vb_trial_plan *plan = NULL;
    double *y = NULL, *others = NULL, *z = NULL;
    size_t n_others = 0;
    bool *drop = NULL;
    vb_status status = roi_model_make(report, r, series, arena, &model, &y, err);

    if (status == VB_OK) {
        drop = columns_of(run, &model, t, arena);
        z = vb_arena_take(arena, model.n_scans * t->n, sizeof *z);
        status = drop && z
                     ? roi_others_make(&model, drop, arena, &n_others, &others, err)
                     : vb_fail_memory(err, model.n_scans * t->n * sizeof *z);
    }
    if (status == VB_OK)
        status = vb_trial_columns(&run->input, &options, t->n, t->onset_s,
                                  t->duration_s, z, err);
    if (status == VB_OK) {
        const vb_trial_model trial = {.method = report->analysis->trial_method,
                                      .noise = ols ? "ols" : "ar1",
                                      .n_scans = model.n_scans,
                                      .n_trials = t->n,
                                      .z = z,
                                      .n_conditions = t->n_types,
                                      .condition = t->which,
                                      .n_others = n_others,
                                      .others = others};

        status = vb_trial_plan_alloc(&trial, &plan, err);
    }
    if (status == VB_OK)
        status = vb_trial_fit(plan, series->set->n, y, series->set->n, NULL, 1,
                              t->estimate, t->se, NULL, err);
    if (status == VB_OK && report->analysis->trial_maps)
        status = roi_write_trial_maps(report, r, plan, t->n, outputs, notes, err);
    vb_trial_plan_free(plan);
    return status;
}

/* ---- the table of a run ---- */

/* The run's events with all signals of the model, as `trials` writes them; NULL when there are
 * no signals. */
static vb_status read_signals(vb_roi_report *report, size_t r, vb_table **table,
                              vb_error *err)
{
    vb_notes notes = {0};
    char path[VB_PATH_MAX], stem[512], folder[512];
    const vb_output *file;
    vb_status status = VB_OK;

    *table = NULL;
    if (!report->signals.n)
        status = vb_study_write_trials(report->study, report->provenance, false, &notes,
                                       &report->signals, err);
    study_stem(report->study, &report->study->runs[r], stem, sizeof stem);
    study_folder(report->study, &report->study->runs[r], folder, sizeof folder);
    snprintf(path, sizeof path, "%.490s/%.490s_desc-trials_events.tsv", folder, stem);
    file = status == VB_OK ? vb_outputs_find(&report->signals, path) : NULL;
    if (file)
        status =
            vb_table_parse(path, file->bytes.bytes, file->bytes.n, table, &notes, err);
    vb_notes_free(&notes);
    return status;
}

static void put_header(const vb_roi_series *series, const vb_table *signals,
                       vb_buffer *out)
{
    vb_put_text(out, "event");
    for (size_t c = 0; signals && c < signals->n_cols; c++)
        vb_putf(out, "\t%s", signals->columns[c]);
    for (size_t v = 0; v < series->set->n; v++)
        vb_putf(out, "\t%s\t%s_se", series->set->rois[v].name,
                series->set->rois[v].name);
    vb_put_char(out, '\n');
}

static vb_status write_table(vb_roi_report *report, size_t r,
                             const vb_roi_series *series, const trials *t,
                             vb_outputs *outputs, vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    vb_table *signals = NULL;
    vb_roi_place place;
    vb_buffer *out;
    vb_status status =
        vb_study_roi_place(report->study, r, false, report->provenance, &place, err);

    if (status == VB_OK)
        status = read_signals(report, r, &signals, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/%s_desc-trials_roi.tsv",
                                place.folder, place.stem);
    if (status == VB_OK) {
        put_header(series, signals, out);
        for (size_t i = 0; i < t->n; i++) {
            const vb_study_event *event = &run->event_types[t->type[t->which[i]]];

            vb_put_text(out, event->name);
            for (size_t c = 0; signals && c < signals->n_cols; c++)
                vb_putf(out, "\t%s",
                        vb_table_cell(signals, event->row[t->event[i]], c));
            for (size_t v = 0; v < series->set->n; v++) {
                vb_put_char(out, '\t');
                vb_put_number(out, t->estimate[i * series->set->n + v]);
                vb_put_char(out, '\t');
                vb_put_number(out, t->se[i * series->set->n + v]);
            }
            vb_put_char(out, '\n');
        }
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = roi_write_trial_sidecar(report, &place, outputs, err);
    vb_table_free(signals);
    return status;
}

/* ---- slopes ---- */

static void put_slope(vb_roi_report *report, const vb_roi_who *who, const char *region,
                      const char *event, const char *signal, const vb_slope *s)
{
    vb_buffer *out = &report->table[ROI_SLOPES];
    const double cells[] = {s->slope, s->se, s->low,       s->high,  s->t,
                            s->df,    s->p,  s->intercept, s->scale, s->least_weight};

    if (!out->n) {
        roi_put_who_names(who, out);
        vb_put_text(out, "region\tevent\tsignal\tn\tslope\tse\tlow\thigh\tt\tdf\tp\t"
                         "intercept\tresidual_scale\tleast_weight\n");
    }
    roi_put_who(who, out);
    vb_putf(out, "%s\t%s\t%s\t%zu", region, event, signal, s->n);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        vb_put_char(out, '\t');
        vb_put_number(out, cells[i]);
    }
    vb_put_char(out, '\n');
}

/* Slopes of the estimates of event type i on all its modulators. */
static vb_status slopes_of(vb_roi_report *report, size_t r, const vb_roi_series *series,
                           const trials *t, size_t i, vb_notes *notes, vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    const vb_study_event *event = &run->event_types[t->type[i]];
    double *one = vb_arena_take(report->arena, event->n, sizeof *one);
    vb_roi_place place;
    vb_status status =
        vb_study_roi_place(report->study, r, false, report->provenance, &place, err);

    if (status == VB_OK && !one)
        status = vb_fail_memory(err, event->n * sizeof *one);
    for (size_t v = 0; v < series->set->n && status == VB_OK; v++)
        for (size_t m = 0; m < event->n_modulators && status == VB_OK; m++) {
            vb_slope slope;
            vb_error why = {0};

            for (size_t k = 0, at = 0; k < t->n; k++)
                if (t->which[k] == i)
                    one[at++] = t->estimate[k * series->set->n + v];
            status = vb_trial_slope(report->analysis->slope, event->n, event->raw[m],
                                    one, report->level, &slope, &why);
            if (status == VB_OK)
                put_slope(report, &place.who, series->set->rois[v].name, event->name,
                          event->modulator_names[m], &slope);
            else if (status == VB_EESTIMATE) {
                vb_note_add(notes, VB_WARNING, "roi-slope", run->files->events, 0, 0,
                            "region '%s', signal '%s': %s", series->set->rois[v].name,
                            event->modulator_names[m], why.text);
                status = VB_OK;
            } else if (err) {
                *err = why;
            }
        }
    return status;
}

vb_status roi_run_trials(vb_roi_report *report, size_t r, const vb_roi_series *series,
                         vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    vb_arena *arena = vb_arena_alloc();
    trials t;
    vb_status status = arena ? list_trials(report, run, series->set->n, arena, &t, err)
                             : vb_fail_memory(err, 1);

    if (status == VB_OK && t.n) {
        status = fit(report, r, series, arena, &t, outputs, notes, err);
        if (status == VB_OK)
            status = write_table(report, r, series, &t, outputs, err);
        for (size_t i = 0; i < t.n_types && status == VB_OK; i++)
            status = slopes_of(report, r, series, &t, i, notes, err);
    }
    vb_arena_free(arena);
    return status;
}
