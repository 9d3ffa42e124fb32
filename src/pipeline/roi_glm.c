/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_glm.c - the study's contrasts on the mean series of regions, in units of the image and in
 * percent signal change; the runs of a subject together. */
#include "glm_internal.h"
#include "roi_report.h"
#include "study_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char roi_estimate_columns[] = "effect\tse\tlow\thigh\tstatistic\tdf1\tdf\tp";

const char *roi_unit_name(roi_unit unit)
{
    static const char *const names[] = {"signal", "percent", "percent_per_unit",
                                        "percent_per_sd", "fisher_z"};

    return names[unit];
}

void roi_put_estimate(vb_buffer *out, const vb_region_estimate *e)
{
    const double cells[] = {e->effect,    e->se,  e->low, e->high,
                            e->statistic, e->df1, e->df,  e->p};

    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        vb_put_char(out, '\t');
        vb_put_number(out, cells[i]);
    }
}

/* ---- the model of a run ---- */

vb_status roi_model_make(const vb_roi_report *report, size_t r,
                         const vb_roi_series *series, vb_arena *arena,
                         vb_region_model *model, double **y, vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    const vb_glm_options *glm = report->analysis->glm;
    const size_t n = series->n_scans * series->set->n;
    vb_glm_model wide;
    glm_roles roles;
    vb_status status = glm_model_make(run->design, 0, NULL, 0, NULL, arena, &wide, err);

    if (status == VB_OK)
        status = glm_roles_of(run->design, wide.n_cols, arena, &roles, err);
    if (status != VB_OK)
        return status;
    *y = vb_arena_take(arena, n, sizeof **y);
    if (!*y)
        return vb_fail_memory(err, n * sizeof **y);
    memcpy(*y, series->raw, n * sizeof **y);
    if (glm_needs_line_filter(run->design))
        status = roi_filter_lines(run->design, run->tr_s, series->n_scans,
                                  series->set->n, *y, arena, err);
    *model = (vb_region_model){.n_scans = wide.n_scans,
                               .n_cols = wide.n_cols,
                               .x = wide.x,
                               .noise = glm->noise,
                               .small_sample = glm->small_sample,
                               .is_drift = roles.is_drift,
                               .is_baseline = roles.is_baseline};
    return status;
}

/* ---- contrasts in their units ---- */

typedef struct wanted {
    size_t n;
    vb_contrast *contrasts; /* weights [n_rows x n_cols of the model] */
    size_t *of;             /* [n] contrast of the study */
    roi_unit *unit;
} wanted;

/* Scale of each column of the design: 1 of events, of modulators 1 / what they were divided by, or
 * their standard deviation. */
static void fill_scale(const vb_study_run *run, roi_unit unit, double scale[])
{
    for (size_t c = 0; c < run->design->n_cols; c++) {
        const vb_column *column = &run->design->columns[c];
        const vb_modulator_record *record;

        scale[c] = 1;
        if (column->event == VB_NONE || column->modulator == VB_NONE)
            continue;
        record = &run->event_types[column->event].record[column->modulator];
        if (unit == ROI_PERCENT_UNIT)
            scale[c] = 1 / record->divided;
        if (unit == ROI_PERCENT_SD)
            scale[c] = record->sd;
    }
}

static bool has_modulator(const vb_study_run *run, const vb_contrast *contrast)
{
    for (size_t c = 0; c < run->design->n_cols; c++)
        if (run->design->columns[c].modulator != VB_NONE &&
            fabs(contrast->weights[c]) > 0)
            return true;
    return false;
}

/* Adds a contrast whose weights [n_rows x p] are of the design's columns. */
static vb_status add_wanted(wanted *w, const vb_contrast *contrast,
                            const double weights[], size_t p, size_t n_cols, size_t of,
                            roi_unit unit, vb_arena *arena, vb_error *err)
{
    double *wide = vb_arena_take(arena, contrast->n_rows * n_cols, sizeof *wide);

    if (!wide)
        return vb_fail_memory(err, contrast->n_rows * n_cols * sizeof *wide);
    for (size_t i = 0; i < contrast->n_rows; i++)
        memcpy(wide + i * n_cols, weights + i * p, p * sizeof *wide);
    w->contrasts[w->n] = (vb_contrast){contrast->name, contrast->n_rows, wide};
    w->of[w->n] = of;
    w->unit[w->n++] = unit;
    return VB_OK;
}

static vb_status add_percent(wanted *w, const vb_study_run *run, size_t c,
                             const double height[], size_t n_cols, vb_arena *arena,
                             vb_error *err)
{
    const vb_contrast *contrast = &run->contrasts[c];
    const size_t p = run->design->n_cols;
    const bool modulated = has_modulator(run, contrast);
    double *scale = vb_arena_take(arena, p, sizeof *scale);
    double *weights = vb_arena_take(arena, p, sizeof *weights);
    vb_status status = VB_OK;

    if (!scale || !weights)
        return vb_fail_memory(err, p * sizeof *scale);
    for (roi_unit unit = ROI_PERCENT; unit < ROI_N_UNITS && status == VB_OK; unit++) {
        if (unit != ROI_PERCENT && !modulated)
            continue;
        fill_scale(run, unit, scale);
        if (vb_peak_weights(p, height, scale, contrast, weights))
            status = add_wanted(w, contrast, weights, p, n_cols, c, unit, arena, err);
    }
    return status;
}

static vb_status collect(const vb_roi_report *report, size_t r, size_t n_cols,
                         vb_arena *arena, wanted *w, vb_error *err)
{
    const vb_study *study = report->study;
    const vb_study_run *run = &study->runs[r];
    const size_t most = study->n_contrasts * ROI_N_UNITS, p = run->design->n_cols;
    const vb_design_options options = study_design_options(study, run);
    double *height = vb_arena_take(arena, p, sizeof *height);
    vb_status status;

    *w = (wanted){.contrasts = vb_arena_take(arena, most, sizeof *w->contrasts),
                  .of = vb_arena_take(arena, most, sizeof *w->of),
                  .unit = vb_arena_take(arena, most, sizeof *w->unit)};
    if (!height || !w->contrasts || !w->of || !w->unit)
        return vb_fail_memory(err, most * sizeof *w->contrasts);
    status = vb_peak_heights(report->analysis->peak, run->design, &run->input, &options,
                             NULL, height, err);
    for (size_t c = 0; c < study->n_contrasts && status == VB_OK; c++) {
        const vb_contrast *contrast = &run->contrasts[c];

        if (vb_contrast_is_left_out(contrast, p, run->missing[c], study->spec->missing))
            continue;
        status = add_wanted(w, contrast, contrast->weights, p, n_cols, c, ROI_SIGNAL,
                            arena, err);
        if (status == VB_OK && contrast->n_rows == 1)
            status = add_percent(w, run, c, height, n_cols, arena, err);
    }
    return status;
}

/* ---- rows ---- */

vb_status roi_keep_effect(vb_roi_report *report, const roi_effect *effect,
                          vb_error *err)
{
    if (report->n_effects == report->effects_capacity) {
        const size_t n = report->effects_capacity ? 2 * report->effects_capacity : 1024;
        roi_effect *effects = realloc(report->effects, n * sizeof *effects);

        if (!effects)
            return vb_fail_memory(err, n * sizeof *effects);
        report->effects = effects;
        report->effects_capacity = n;
    }
    report->effects[report->n_effects++] = *effect;
    return VB_OK;
}

static void put_row(vb_roi_report *report, const vb_roi_who *who,
                    const roi_effect *effect, const vb_region_noise *noise)
{
    vb_buffer *out = &report->table[ROI_GLM];

    if (!out->n) {
        roi_put_who_names(who, out);
        vb_putf(out, "region\tcontrast\tunit\t%s\tmean\trho\n", roi_estimate_columns);
    }
    roi_put_who(who, out);
    vb_putf(out, "%s\t%s\t%s", report->regions[effect->region],
            report->study->contrasts[effect->contrast].name,
            roi_unit_name(effect->unit));
    roi_put_estimate(out, &effect->estimate);
    vb_put_char(out, '\t');
    vb_put_number(out, noise ? noise->mean : (double)NAN);
    vb_put_char(out, '\t');
    vb_put_number(out, noise ? noise->rho : (double)NAN);
    vb_put_char(out, '\n');
}

static vb_status take_estimates(vb_roi_report *report, size_t r,
                                const vb_roi_series *series, const wanted *w,
                                vb_region_estimate estimates[],
                                const vb_region_noise noise[], vb_error *err)
{
    vb_roi_place place;
    vb_status status =
        vb_study_roi_place(report->study, r, false, report->provenance, &place, err);

    for (size_t v = 0; v < series->set->n && status == VB_OK; v++)
        for (size_t i = 0; i < w->n && status == VB_OK; i++) {
            roi_effect effect = {.subject = report->study->runs[r].subject,
                                 .run = r,
                                 .region = roi_region_index(report,
                                                            series->set->rois[v].name),
                                 .contrast = w->of[i],
                                 .unit = w->unit[i],
                                 .estimate = estimates[v * w->n + i]};

            if (effect.region == VB_NONE)
                return vb_fail_memory(err, 64);
            if (effect.unit != ROI_SIGNAL)
                vb_region_percent(noise[v].mean, &effect.estimate);
            put_row(report, &place.who, &effect, &noise[v]);
            status = roi_keep_effect(report, &effect, err);
        }
    return status;
}

vb_status roi_run_glm(vb_roi_report *report, size_t r, const vb_roi_series *series,
                      vb_notes *notes, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_region_model model;
    vb_region_estimate *estimates = NULL;
    vb_region_noise *noise = NULL;
    double *y = NULL;
    wanted w = {0};
    vb_status status = arena ? roi_model_make(report, r, series, arena, &model, &y, err)
                             : vb_fail_memory(err, 1);

    (void)notes;
    if (status == VB_OK)
        status = collect(report, r, model.n_cols, arena, &w, err);
    if (status == VB_OK) {
        estimates = vb_arena_take(arena, series->set->n * w.n, sizeof *estimates);
        noise = vb_arena_take(arena, series->set->n, sizeof *noise);
        model.n_contrasts = w.n;
        model.contrasts = w.contrasts;
        status = estimates && noise
                     ? vb_region_glm(&model, series->set->n, y, report->level,
                                     estimates, noise, err)
                     : vb_fail_memory(err, series->set->n * w.n * sizeof *estimates);
    }
    if (status == VB_OK)
        status = take_estimates(report, r, series, &w, estimates, noise, err);
    vb_arena_free(arena);
    return status;
}

/* ---- runs together ---- */

/* Estimates of one region, contrast and unit in the runs of a subject. */
static size_t of_runs(const vb_roi_report *report, size_t s, const roi_effect *like,
                      size_t end, vb_region_estimate out[])
{
    size_t n = 0;

    for (size_t i = 0; i < end; i++) {
        const roi_effect *e = &report->effects[i];

        if (e->subject == s && e->run != VB_NONE && e->region == like->region &&
            e->contrast == like->contrast && e->unit == like->unit)
            out[n++] = e->estimate;
    }
    return n;
}

static bool is_first(const vb_roi_report *report, size_t begin, size_t at)
{
    const roi_effect *like = &report->effects[at];

    for (size_t i = begin; i < at; i++) {
        const roi_effect *e = &report->effects[i];

        if (e->region == like->region && e->contrast == like->contrast &&
            e->unit == like->unit)
            return false;
    }
    return true;
}

vb_status roi_subject_glm(vb_roi_report *report, size_t s, vb_error *err)
{
    const vb_study_subject *subject = &report->study->subjects[s];
    const vb_glm_runs rule = report->analysis->glm->runs;
    const vb_ffx_weight weight =
        rule == VB_GLM_RUNS_MEAN ? VB_FFX_MEAN : VB_FFX_PRECISION;
    vb_region_estimate *runs;
    vb_roi_place place;
    size_t begin = 0, end = report->n_effects;
    vb_status status = vb_study_roi_place(report->study, subject->first_run, true,
                                          report->provenance, &place, err);

    if (status != VB_OK || subject->n_runs < 2 || rule == VB_GLM_RUNS_NONE)
        return status;
    place.who.run = "all";
    runs = calloc(subject->n_runs, sizeof *runs);
    if (!runs)
        return vb_fail_memory(err, subject->n_runs * sizeof *runs);
    while (begin < end && report->effects[begin].subject != s)
        begin++;
    for (size_t i = begin; i < end && status == VB_OK; i++) {
        roi_effect effect = report->effects[i];
        size_t n, n_used;

        if (!is_first(report, begin, i) || roi_effect_rows(report, effect.contrast) > 1)
            continue;
        n = of_runs(report, s, &effect, end, runs);
        effect.run = VB_NONE;
        effect.estimate = vb_region_over_runs(n, runs, weight, report->level, &n_used);
        if (effect.contrast < report->study->n_contrasts)
            put_row(report, &place.who, &effect, NULL);
        else
            roi_put_ppi(report, &place.who, &effect);
        status = roi_keep_effect(report, &effect, err);
    }
    free(runs);
    return status;
}
