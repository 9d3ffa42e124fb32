/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_diagnosis.c - what can be said of a design before there are data: _diagnosis.json, a
 * table of columns and contrasts, and the conventions over each other as a picture.
 */
#include "study_internal.h"
#include "valuebold/conventions.h"
#include "valuebold/figure.h"

#include <math.h>
#include <string.h>

/* The other column that correlates most with c, VB_NONE without one. */
static size_t nearest(const vb_design *d, const vb_diagnosis *g, size_t c)
{
    size_t found = VB_NONE;

    for (size_t k = 0; k < d->n_cols; k++) {
        const double r = fabs(g->correlation[c * d->n_cols + k]);

        if (k != c && !isnan(r) &&
            (found == VB_NONE || r > fabs(g->correlation[c * d->n_cols + found])))
            found = k;
    }
    return found;
}

static bool of_interest(const vb_column *column)
{
    return column->kind == VB_COLUMN_EVENT || column->kind == VB_COLUMN_MODULATOR;
}

/* Index of design column c among the compared ones, by title; VB_NONE. */
static size_t compared(const vb_conventions *v, const vb_column *column)
{
    for (size_t k = 0; k < v->n_columns && !column->basis; k++)
        if (strcmp(v->own->columns[v->column[k]].title, column->title) == 0)
            return k;
    return VB_NONE;
}

static void put_cell(vb_buffer *out, double x)
{
    vb_put_char(out, '\t');
    if (isinf(x))
        vb_put_text(out, x > 0 ? "inf" : "-inf");
    else
        vb_put_number(out, x);
}

static void put_convention(vb_buffer *out, const vb_convention_column *c)
{
    put_cell(out, c ? c->beta : (double)NAN);
    put_cell(out, c ? c->r : (double)NAN);
    put_cell(out, c ? c->r_aligned : (double)NAN);
    put_cell(out, c ? c->off : (double)NAN);
}

static void put_table(vb_buffer *out, const vb_study *study, const vb_study_run *run,
                      const vb_conventions *v)
{
    const vb_design *d = run->design;
    const vb_diagnosis *g = run->diagnosis;

    vb_put_text(out, "name\tkind\tsd\tvif\tlargest_correlation\twith\tefficiency\t"
                     "detectable_effect");
    for (size_t i = 0; i < v->n; i++)
        vb_putf(out, "\tbeta_%s\tr_%s\tr_alike_%s\toff_%s", v->item[i].like,
                v->item[i].like, v->item[i].like, v->item[i].like);
    vb_put_char(out, '\n');
    for (size_t c = 0; c < d->n_cols; c++) {
        const size_t other = nearest(d, g, c), k = compared(v, &d->columns[c]);

        if (!of_interest(&d->columns[c]))
            continue;
        vb_putf(out, "%s\t%s", d->columns[c].name,
                d->columns[c].kind == VB_COLUMN_EVENT ? "event" : "modulator");
        put_cell(out, g->sd[c]);
        put_cell(out, g->vif[c]);
        put_cell(out, other == VB_NONE ? (double)NAN
                                       : g->correlation[c * d->n_cols + other]);
        vb_putf(out, "\t%s\tn/a\tn/a",
                other == VB_NONE ? "n/a" : d->columns[other].name);
        for (size_t i = 0; i < v->n; i++)
            put_convention(out, k == VB_NONE ? NULL : &v->item[i].column[k]);
        vb_put_char(out, '\n');
    }
    for (size_t i = 0; i < study->n_contrasts; i++) {
        const vb_contrast_diagnosis *judged = &run->judged[i];

        if (!(judged->variance > 0)) /* the run lacks its columns */
            continue;
        vb_putf(out, "%s\tcontrast\tn/a", run->contrasts[i].name);
        put_cell(out, judged->vif);
        vb_put_text(out, "\tn/a\tn/a");
        put_cell(out, judged->efficiency);
        put_cell(out, judged->detectable);
        for (size_t k = 0; k < v->n; k++)
            put_convention(out, NULL);
        vb_put_char(out, '\n');
    }
}

static void put_event(vb_json *j, const vb_study_run *run, const vb_study_event *event)
{
    const double end_s = (double)run->n_scans * run->tr_s;
    size_t before = 0, after = 0, repeated = 0, impulses = 0;

    for (size_t i = 0; i < event->n; i++) {
        before += event->onset_s[i] < 0;
        after += event->onset_s[i] >= end_s;
        impulses += event->duration_s[i] == 0;
        repeated += i && event->onset_s[i] == event->onset_s[i - 1] &&
                    event->duration_s[i] == event->duration_s[i - 1];
    }
    vb_json_open(j, event->name, '{');
    vb_json_count(j, "Events", event->n);
    vb_json_count(j, "BeforeRun", before);
    vb_json_count(j, "AfterRun", after);
    vb_json_count(j, "Repeated", repeated);
    vb_json_count(j, "ZeroDuration", impulses);
    vb_json_open(j, "Modulators", '{');
    for (size_t k = 0; k < event->n_modulators; k++) {
        vb_json_open(j, event->modulator_names[k], '{');
        vb_json_number(j, "RawSD", event->record[k].raw_sd);
        vb_json_number(j, "WeightSD", event->record[k].sd);
        vb_json_count(j, "DistinctValues", study_distinct(event->n, event->raw[k]));
        if (event->ledger[0].before) {
            vb_json_open(j, "CorrelationOfWeights", '{');
            for (size_t m = 0; m < event->n_modulators; m++)
                if (m != k)
                    vb_json_number(j, event->modulator_names[m],
                                   event->ledger[0]
                                       .before[k * event->n_modulators + m]);
            vb_json_close(j);
        }
        vb_json_close(j);
    }
    vb_json_close(j);
    vb_json_close(j);
}

static void put_conventions(vb_json *j, const vb_conventions *v)
{
    vb_json_open(j, "Conventions", '{');
    for (size_t i = 0; i < v->n; i++) {
        const vb_convention *item = &v->item[i];

        vb_json_open(j, item->like, '{');
        vb_json_text(j, "HRF", item->hrf);
        vb_json_number(j, "SampleTime", item->sample_s);
        vb_json_open(j, "Columns", '{');
        for (size_t k = 0; k < v->n_columns; k++) {
            vb_json_open(j, v->own->columns[v->column[k]].title, '{');
            vb_json_number(j, "BetaFactor", item->column[k].beta);
            vb_json_number(j, "Correlation", item->column[k].r);
            vb_json_number(j, "CorrelationSampledAlike", item->column[k].r_aligned);
            vb_json_number(j, "LargestDifference", item->column[k].off);
            vb_json_close(j);
        }
        vb_json_close(j);
        vb_json_close(j);
    }
    vb_json_close(j);
}

/* Correlations of event and modulator columns with each other. */
static void put_correlations(vb_json *j, const vb_design *d, const vb_diagnosis *g)
{
    vb_json_open(j, "Correlations", '{');
    for (size_t a = 0; a < d->n_cols; a++) {
        if (!of_interest(&d->columns[a]))
            continue;
        vb_json_open(j, d->columns[a].name, '{');
        for (size_t b = 0; b < d->n_cols; b++)
            if (b != a && of_interest(&d->columns[b]))
                vb_json_number(j, d->columns[b].name,
                               g->correlation[a * d->n_cols + b]);
        vb_json_close(j);
    }
    vb_json_close(j);
}

void study_put_judged(vb_json *j, const vb_study *study, const vb_study_run *run)
{
    vb_json_open(j, "ContrastDiagnosis", '{');
    for (size_t i = 0; i < study->n_contrasts; i++) {
        const vb_contrast_diagnosis *judged = &run->judged[i];

        if (!(judged->variance > 0)) /* the run lacks its columns */
            continue;
        vb_json_open(j, run->contrasts[i].name, '{');
        vb_json_number(j, "Variance", judged->variance);
        vb_json_number(j, "Efficiency", judged->efficiency);
        vb_json_number(j, "VIF", judged->vif);
        vb_json_number(j, "DetectableEffect", judged->detectable);
        vb_json_number(j, "DegreesOfFreedom", judged->df);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_sidecar(vb_buffer *out, const vb_study *study, const vb_study_run *run,
                        const vb_provenance *provenance, const vb_conventions *v)
{
    const vb_design *d = run->design;
    const vb_diagnosis *g = run->diagnosis;
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Like", d->like);
    vb_json_count(&j, "Rank", g->rank);
    vb_json_count(&j, "NumberOfColumns", d->n_cols);
    vb_json_number(&j, "ConditionNumber", g->condition);
    vb_json_open(&j, "AliasedColumns", '[');
    for (size_t i = 0; i < g->n_aliased; i++)
        vb_json_text(&j, NULL, d->columns[g->aliased[i]].name);
    vb_json_close(&j);
    vb_json_open(&j, "VIF", '{');
    for (size_t c = 0; c < d->n_cols; c++)
        if (of_interest(&d->columns[c]))
            vb_json_number(&j, d->columns[c].name, g->vif[c]);
    vb_json_close(&j);
    put_correlations(&j, d, g);
    study_put_judged(&j, study, run);
    vb_json_open(&j, "Events", '{');
    for (size_t e = 0; e < run->n_event_types; e++)
        put_event(&j, run, &run->event_types[e]);
    vb_json_close(&j);
    put_conventions(&j, v);
    study_put_provenance(&j, study, run, provenance);
    vb_json_close(&j);
}

static vb_status write_run(vb_study *study, const vb_study_run *run,
                           const vb_provenance *provenance, vb_outputs *outputs,
                           vb_error *err)
{
    const vb_design_options options = study_design_options(study, run);
    char stem[512], folder[512];
    vb_conventions *v = NULL;
    vb_buffer *out;
    vb_status status = vb_conventions_compare(&run->input, &options, &v, err);

    study_stem(study, run, stem, sizeof stem);
    study_folder(study, run, folder, sizeof folder);
    if (status == VB_OK)
        status =
            vb_outputs_add(outputs, &out, err, "%s/%s_diagnosis.json", folder, stem);
    if (status == VB_OK) {
        put_sidecar(out, study, run, provenance, v);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status =
            vb_outputs_add(outputs, &out, err, "%s/%s_diagnosis.tsv", folder, stem);
    if (status == VB_OK) {
        put_table(out, study, run, v);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status =
            vb_outputs_add(outputs, &out, err, "%s/%s_diagnosis.svg", folder, stem);
    if (status == VB_OK)
        status = vb_figure_conventions(v, stem, out, err);
    vb_conventions_free(v);
    return status;
}

vb_status vb_study_write_diagnoses(vb_study *study, const vb_provenance *provenance,
                                   vb_outputs *outputs, vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < study->n_runs && status == VB_OK; r++)
        if (study->runs[r].design)
            status = write_run(study, &study->runs[r], provenance, outputs, err);
    return status;
}
