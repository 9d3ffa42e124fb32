/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_ppi.c - interactions of a seed region with the events: effects on the other regions, and
 * the design for maps of them. */
#include "glm_internal.h"
#include "roi_report.h"
#include "study_internal.h"
#include "valuebold/names.h"
#include "valuebold/ppi.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ADVICE_MAX = 600 };

static vb_status find_seed(const vb_roi_series *series, const char *name, size_t *seed,
                           vb_error *err)
{
    const char *names[64];
    char advice[ADVICE_MAX], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    for (size_t v = 0; v < series->set->n; v++) {
        if (strcmp(series->set->rois[v].name, name) == 0) {
            *seed = v;
            return VB_OK;
        }
        if (n < 64)
            names[n++] = series->set->rois[v].name;
    }
    return vb_fail(err, VB_EUSAGE, "the seed '%s' is none of the regions%s",
                   vb_quote(name, quoted),
                   vb_suggest(name, names, n, advice, sizeof advice));
}

/* Every event of the run, and every modulator with its weights. */
static vb_status list_conditions(const vb_study_run *run, vb_arena *arena, size_t *n,
                                 vb_ppi_condition **out, vb_error *err)
{
    size_t most = 0;

    for (size_t e = 0; e < run->n_event_types; e++)
        most += 1 + run->event_types[e].n_modulators;
    *n = 0;
    *out = vb_arena_take(arena, most, sizeof **out);
    if (!*out)
        return vb_fail_memory(err, most * sizeof **out);
    for (size_t e = 0; e < run->n_event_types; e++) {
        const vb_study_event *event = &run->event_types[e];

        for (size_t m = 0; event->n && m <= event->n_modulators; m++) {
            if (m && event->record[m - 1].constant)
                continue;
            (*out)[*n] = (vb_ppi_condition){
                .name = m ? vb_arena_printf(arena, "%s*%s", event->name,
                                            event->modulator_names[m - 1])
                          : event->name,
                .n_events = event->n,
                .onset_s = event->onset_s,
                .duration_s = event->duration_s,
                .weight = m ? event->weight[m - 1] : NULL};
            if (!(*out)[(*n)++].name)
                return vb_fail_memory(err, 64);
        }
    }
    return VB_OK;
}

/* The model with the seed and its interactions behind it, and a contrast for each. */
typedef struct interaction {
    size_t n, n_before; /* columns before the seed's */
    vb_ppi_condition *conditions;
    vb_region_model model;
    vb_contrast *contrasts;
} interaction;

static vb_status widen(const vb_region_model *base, const double physiological[],
                       const double columns[], vb_arena *arena, interaction *in,
                       vb_error *err)
{
    const size_t p = base->n_cols, wide = p + 1 + in->n;
    double *x = vb_arena_take(arena, base->n_scans * wide, sizeof *x);

    in->n_before = p;
    in->contrasts = vb_arena_take(arena, in->n, sizeof *in->contrasts);
    if (!x || !in->contrasts)
        return vb_fail_memory(err, base->n_scans * wide * sizeof *x);
    for (size_t t = 0; t < base->n_scans; t++) {
        memcpy(x + t * wide, base->x + t * p, p * sizeof *x);
        x[t * wide + p] = physiological[t];
        memcpy(x + t * wide + p + 1, columns + t * in->n, in->n * sizeof *x);
    }
    for (size_t i = 0; i < in->n; i++) {
        double *weights = vb_arena_take(arena, wide, sizeof *weights);

        if (!weights)
            return vb_fail_memory(err, wide * sizeof *weights);
        weights[p + 1 + i] = 1;
        in->contrasts[i] = (vb_contrast){in->conditions[i].name, 1, weights};
    }
    in->model = *base;
    in->model.n_cols = wide;
    in->model.x = x;
    in->model.is_drift = in->model.is_baseline = NULL;
    in->model.n_contrasts = in->n;
    in->model.contrasts = in->contrasts;
    return VB_OK;
}

static vb_status make_interaction(const vb_study_run *run, const vb_region_model *base,
                                  const double seed[], vb_arena *arena, interaction *in,
                                  vb_error *err)
{
    bool *drop = vb_arena_take(arena, base->n_cols, sizeof *drop);
    double *others = NULL, *physiological, *columns;
    size_t n_others = 0;
    vb_ppi *ppi = NULL;
    vb_status status;

    if (!drop)
        return vb_fail_memory(err, base->n_cols);
    for (size_t c = 0; c < run->design->n_cols; c++)
        drop[c] = run->design->columns[c].event != VB_NONE;
    status = roi_others_make(base, drop, arena, &n_others, &others, err);
    if (status == VB_OK)
        status = list_conditions(run, arena, &in->n, &in->conditions, err);
    if (status != VB_OK)
        return status;
    physiological = vb_arena_take(arena, base->n_scans, sizeof *physiological);
    columns = vb_arena_take(arena, base->n_scans * in->n, sizeof *columns);
    if (physiological && columns) {
        const vb_ppi_model model = {.n_scans = base->n_scans,
                                    .tr_s = run->tr_s,
                                    .sample_s = run->design->sample_s[0],
                                    .hrf = strcmp(run->design->like, "valuebold") == 0
                                               ? run->design->hrf
                                               : NULL,
                                    .n_confounds = n_others,
                                    .confounds = others,
                                    .n_conditions = in->n,
                                    .conditions = in->conditions};

        status = vb_ppi_alloc(&model, &ppi, err);
    } else {
        status = vb_fail_memory(err, base->n_scans * in->n * sizeof *columns);
    }
    if (status == VB_OK)
        status = vb_ppi_columns(ppi, seed, physiological, columns, NULL, NULL, err);
    if (status == VB_OK && glm_needs_line_filter(run->design)) /* as data and design */
        status = roi_filter_lines(run->design, run->tr_s, base->n_scans, in->n, columns,
                                  arena, err);
    if (status == VB_OK)
        status = widen(base, physiological, columns, arena, in, err);
    vb_ppi_free(ppi);
    return status;
}

/* ---- what comes of it ---- */

/* "ppi_task_x_sv" of "task*sv": contrasts on columns then need no quotes. */
static void put_ppi_name(const char *condition, vb_buffer *out)
{
    vb_put_text(out, "ppi_");
    for (const char *c = condition; *c; c++)
        if (*c == '*')
            vb_put_text(out, "_x_");
        else
            vb_put_char(out, *c);
}

/* The whole design as a table that `glm --design` takes, for maps of the interactions. */
static vb_status write_design(const vb_study_run *run, const interaction *in,
                              const char *seed, const vb_roi_place *place,
                              vb_outputs *outputs, vb_error *err)
{
    const vb_design *d = run->design;
    char label[128];
    vb_buffer *out;
    const vb_status status =
        vb_outputs_add(outputs, &out, err, "%s/%s_desc-ppi_seed-%s_design.tsv",
                       place->folder, place->stem, vb_camel(seed, label, sizeof label));

    if (status != VB_OK)
        return status;
    for (size_t c = 0; c < in->n_before; c++)
        if (c < d->n_cols)
            vb_putf(out, "%s\t", d->columns[c].name);
        else /* what the convention takes out of the data instead */
            vb_putf(out, "drift_filter_%zu\t", c - d->n_cols + 1);
    vb_put_text(out, "seed");
    for (size_t i = 0; i < in->n; i++) {
        vb_put_char(out, '\t');
        put_ppi_name(in->conditions[i].name, out);
    }
    vb_put_char(out, '\n');
    for (size_t t = 0; t < in->model.n_scans; t++)
        for (size_t c = 0; c < in->model.n_cols; c++) {
            vb_put_number(out, in->model.x[t * in->model.n_cols + c]);
            vb_put_char(out, c + 1 < in->model.n_cols ? '\t' : '\n');
        }
    return vb_buffer_ok(out, err);
}

void roi_put_ppi(vb_roi_report *report, const vb_roi_who *who, const roi_effect *effect)
{
    const roi_ppi *ppi = &report->ppi[effect->contrast - report->study->n_contrasts];
    vb_buffer *out = &report->table[ROI_PPI];

    if (!ppi->condition)
        return;
    if (!out->n) {
        roi_put_who_names(who, out);
        vb_putf(out, "seed\tregion\tcondition\t%s\n", roi_estimate_columns);
    }
    roi_put_who(who, out);
    vb_putf(out, "%s\t%s\t%s", ppi->seed, report->regions[effect->region],
            ppi->condition);
    roi_put_estimate(out, &effect->estimate);
    vb_put_char(out, '\n');
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : !a && !b;
}

size_t roi_ppi_index(vb_roi_report *report, const char *seed, const char *condition)
{
    const size_t first = report->study->n_contrasts;
    roi_ppi *ppi;

    for (size_t i = 0; i < report->n_ppi; i++)
        if (same(report->ppi[i].seed, seed) &&
            same(report->ppi[i].condition, condition))
            return first + i;
    if (report->n_ppi == report->ppi_capacity) {
        const size_t n = report->ppi_capacity ? 2 * report->ppi_capacity : 32;

        ppi = vb_arena_take(report->arena, n, sizeof *ppi);
        if (!ppi)
            return VB_NONE;
        if (report->n_ppi)
            memcpy(ppi, report->ppi, report->n_ppi * sizeof *ppi);
        report->ppi = ppi;
        report->ppi_capacity = n;
    }
    ppi = &report->ppi[report->n_ppi];
    ppi->seed = vb_arena_string(report->arena, seed);
    ppi->condition = condition ? vb_arena_string(report->arena, condition) : NULL;
    ppi->name = condition
                    ? vb_arena_printf(report->arena, "ppi %s: %s", seed, condition)
                    : vb_arena_printf(report->arena, "partial correlation %s", seed);
    if (!ppi->seed || !ppi->name || (condition && !ppi->condition))
        return VB_NONE;
    return first + report->n_ppi++;
}

static vb_status take_effects(vb_roi_report *report, size_t r,
                              const vb_roi_series *series, const vb_roi_who *who,
                              size_t seed, const interaction *in,
                              const vb_region_estimate estimates[], vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t v = 0; v < series->set->n; v++)
        for (size_t i = 0; i < in->n && v != seed && status == VB_OK; i++) {
            const roi_effect effect =
                {.subject = report->study->runs[r].subject,
                 .run = r,
                 .region = roi_region_index(report, series->set->rois[v].name),
                 .contrast = roi_ppi_index(report, series->set->rois[seed].name,
                                           in->conditions[i].name),
                 .unit = ROI_SIGNAL,
                 .estimate = estimates[v * in->n + i]};

            if (effect.region == VB_NONE || effect.contrast == VB_NONE)
                return vb_fail_memory(err, 64);
            roi_put_ppi(report, who, &effect);
            status = roi_keep_effect(report, &effect, err);
        }
    return status;
}

static vb_status fit_seed(vb_roi_report *report, size_t r, const vb_roi_series *series,
                          size_t at, const vb_roi_place *place,
                          const vb_region_model *base, const double y[],
                          vb_arena *arena, vb_outputs *outputs, vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    const size_t n = series->set->n;
    double *seed = vb_arena_take(arena, base->n_scans, sizeof *seed);
    vb_region_estimate *estimates = NULL;
    interaction in = {0};
    vb_status status;

    if (!seed)
        return vb_fail_memory(err, base->n_scans * sizeof *seed);
    for (size_t t = 0; t < base->n_scans; t++)
        seed[t] = y[t * n + at];
    status = make_interaction(run, base, seed, arena, &in, err);
    if (status == VB_OK) {
        estimates = vb_arena_take(arena, n * in.n, sizeof *estimates);
        status = estimates ? vb_region_glm(&in.model, n, y, report->level, estimates,
                                           NULL, err)
                           : vb_fail_memory(err, n * in.n * sizeof *estimates);
    }
    if (status == VB_OK)
        status = take_effects(report, r, series, &place->who, at, &in, estimates, err);
    if (status == VB_OK)
        status =
            write_design(run, &in, series->set->rois[at].name, place, outputs, err);
    return status;
}

vb_status roi_run_seed(vb_roi_report *report, size_t r, const vb_roi_series *series,
                       const char *name, const vb_roi_place *place,
                       const vb_region_model *base, const double y[],
                       vb_outputs *outputs, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    size_t at = 0;
    vb_status status =
        arena ? find_seed(series, name, &at, err) : vb_fail_memory(err, 1);

    if (status == VB_OK)
        status = fit_seed(report, r, series, at, place, base, y, arena, outputs, err);
    vb_arena_free(arena);
    return status;
}
