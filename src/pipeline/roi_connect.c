/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_connect.c - regions with each other: interactions of a seed with the events, and
 * correlations of what the design leaves. */
#include "glm_internal.h"
#include "roi_report.h"
#include "study_internal.h"
#include "valuebold/connectivity.h"
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

/* ---- psycho-physiological interactions ---- */

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
    size_t n;
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

static void put_interactions(vb_roi_report *report, const vb_roi_who *who,
                             const vb_roi_series *series, size_t seed,
                             const interaction *in,
                             const vb_region_estimate estimates[])
{
    vb_buffer *out = &report->table[ROI_PPI];

    if (!out->n) {
        roi_put_who_names(who, out);
        vb_putf(out, "seed\tregion\tcondition\t%s\n", roi_estimate_columns);
    }
    for (size_t v = 0; v < series->set->n; v++)
        for (size_t i = 0; i < in->n && v != seed; i++) {
            roi_put_who(who, out);
            vb_putf(out, "%s\t%s\t%s", series->set->rois[seed].name,
                    series->set->rois[v].name, in->conditions[i].name);
            roi_put_estimate(out, &estimates[v * in->n + i]);
            vb_put_char(out, '\n');
        }
}

static vb_status one_seed(vb_roi_report *report, size_t r, const vb_roi_series *series,
                          const char *name, const vb_roi_who *who,
                          const vb_region_model *base, const double y[],
                          vb_arena *arena, vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    const size_t n = series->set->n;
    double *seed = vb_arena_take(arena, base->n_scans, sizeof *seed);
    vb_region_estimate *estimates = NULL;
    interaction in = {0};
    size_t at = 0;
    vb_status status = find_seed(series, name, &at, err);

    if (status == VB_OK && !seed)
        status = vb_fail_memory(err, base->n_scans * sizeof *seed);
    for (size_t t = 0; status == VB_OK && t < base->n_scans; t++)
        seed[t] = y[t * n + at];
    if (status == VB_OK)
        status = make_interaction(run, base, seed, arena, &in, err);
    if (status == VB_OK) {
        estimates = vb_arena_take(arena, n * in.n, sizeof *estimates);
        status = estimates ? vb_region_glm(&in.model, n, y, report->level, estimates,
                                           NULL, err)
                           : vb_fail_memory(err, n * in.n * sizeof *estimates);
    }
    if (status == VB_OK)
        put_interactions(report, who, series, at, &in, estimates);
    return status;
}

/* ---- correlations ---- */

/* r and p [2 x n x n]; n/a, with a word, where regions hold the same voxels. */
static vb_status partial(const vb_roi_series *series, size_t n_scans, const double e[],
                         double df, double r[], vb_notes *notes, vb_error *err)
{
    const size_t n = series->set->n;
    vb_error why = {0};
    const vb_status status =
        vb_region_correlation(n_scans, n, e, df, true, r, r + n * n, &why);

    if (status == VB_EESTIMATE) {
        for (size_t i = 0; i < 2 * n * n; i++)
            r[i] = (double)NAN;
        vb_note_add(notes, VB_WARNING, "roi-partial", series->image.path, 0, 0,
                    "no partial correlations: %s", why.text);
        return VB_OK;
    }
    if (status != VB_OK && err)
        *err = why;
    return status;
}

static vb_status correlate(vb_roi_report *report, const vb_roi_series *series,
                           const vb_roi_who *who, const vb_region_model *model,
                           const double y[], vb_arena *arena, vb_notes *notes,
                           vb_error *err)
{
    const size_t n = series->set->n;
    double *e = vb_arena_take(arena, model->n_scans * n, sizeof *e), df = 0;
    double *m = vb_arena_take(arena, 4 * n * n, sizeof *m);
    vb_buffer *out = &report->table[ROI_CORRELATION];
    vb_status status;

    if (!e || !m)
        return vb_fail_memory(err, model->n_scans * n * sizeof *e);
    status = vb_region_residuals(model->n_scans, model->n_cols, model->x, "ar1", n, y,
                                 e, NULL, &df, err);
    if (status == VB_OK)
        status =
            vb_region_correlation(model->n_scans, n, e, df, false, m, m + n * n, err);
    if (status == VB_OK)
        status = partial(series, model->n_scans, e, df, m + 2 * n * n, notes, err);
    if (status != VB_OK)
        return status;
    if (!out->n) {
        roi_put_who_names(who, out);
        vb_put_text(out, "region_a\tregion_b\tr\tp\tr_partial\tp_partial\n");
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++) {
            roi_put_who(who, out);
            vb_putf(out, "%s\t%s", series->set->rois[a].name,
                    series->set->rois[b].name);
            for (size_t k = 0; k < 4; k++) {
                vb_put_char(out, '\t');
                vb_put_number(out, m[k * n * n + a * n + b]);
            }
            vb_put_char(out, '\n');
        }
    return VB_OK;
}

vb_status roi_run_connect(vb_roi_report *report, size_t r, const vb_roi_series *series,
                          vb_notes *notes, vb_error *err)
{
    const vb_roi_analysis *a = report->analysis;
    vb_arena *arena = vb_arena_alloc();
    vb_region_model model;
    vb_roi_place place;
    double *y = NULL;
    vb_status status = arena ? roi_model_make(report, r, series, arena, &model, &y, err)
                             : vb_fail_memory(err, 1);

    if (status == VB_OK)
        status = vb_study_roi_place(report->study, r, false, report->provenance, &place,
                                    err);
    for (size_t i = 0; i < a->n_seeds && status == VB_OK; i++) {
        vb_error why = {0};

        status = one_seed(report, r, series, a->seeds[i], &place.who, &model, y, arena,
                          &why);
        if (status == VB_EESTIMATE) {
            vb_note_add(notes, VB_WARNING, "roi-ppi", series->image.path, 0, 0,
                        "seed '%s': no interactions: %s", a->seeds[i], why.text);
            status = VB_OK;
        } else if (status != VB_OK && err) {
            *err = why;
        }
    }
    if (status == VB_OK && a->correlation && series->set->n > 1)
        status = correlate(report, series, &place.who, &model, y, arena, notes, err);
    vb_arena_free(arena);
    return status;
}
