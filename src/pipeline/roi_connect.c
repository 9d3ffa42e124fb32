/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_connect.c - regions with each other: interactions (roi_ppi.c), and correlations of what the
 * design leaves. */
#include "roi_report.h"
#include "study_internal.h"
#include "valuebold/connectivity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* Fisher's z of the partial correlations r [n x n], for tests over participants: atanh of it has
 * variance 1 / (f - 1), f the degrees of freedom of its t. */
static vb_status keep_pairs(vb_roi_report *report, size_t run,
                            const vb_roi_series *series, double df, const double r[],
                            vb_error *err)
{
    const size_t n = series->set->n;
    double used = 0, f;
    vb_status status = VB_OK;

    for (size_t v = 0; v < n; v++)
        used += !isnan(r[v * n + v]);
    f = df - 1 - fmax(used - 2, 0);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n && status == VB_OK; b++) {
            const double z = atanh(r[a * n + b]);
            const roi_effect effect =
                {.subject = report->study->runs[run].subject,
                 .run = run,
                 .region = roi_region_index(report, series->set->rois[b].name),
                 .contrast = roi_ppi_index(report, series->set->rois[a].name, NULL),
                 .unit = ROI_FISHER_Z,
                 .estimate = vb_region_estimate_of(z, 1 / sqrt(f - 1), HUGE_VAL,
                                                   report->level)};

            if (a == b)
                continue;
            if (effect.region == VB_NONE || effect.contrast == VB_NONE)
                return vb_fail_memory(err, 64);
            status = roi_keep_effect(report, &effect, err);
        }
    return status;
}

static vb_status correlate(vb_roi_report *report, size_t run,
                           const vb_roi_series *series, const vb_roi_who *who,
                           const vb_region_model *model, const double y[],
                           vb_arena *arena, vb_notes *notes, vb_error *err)
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
    return keep_pairs(report, run, series, df, m + 2 * n * n, err);
}

vb_status roi_run_connect(vb_roi_report *report, size_t r, const vb_roi_series *series,
                          vb_outputs *outputs, vb_notes *notes, vb_error *err)
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

        status = roi_run_seed(report, r, series, a->seeds[i], &place, &model, y,
                              outputs, &why);
        if (status == VB_EESTIMATE) {
            vb_note_add(notes, VB_WARNING, "roi-ppi", series->image.path, 0, 0,
                        "seed '%s': no interactions: %s", a->seeds[i], why.text);
            status = VB_OK;
        } else if (status != VB_OK && err) {
            *err = why;
        }
    }
    if (status == VB_OK && a->correlation && series->set->n > 1)
        status = correlate(report, r, series, &place.who, &model, y, arena, notes, err);
    vb_arena_free(arena);
    return status;
}
