/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_design.c - design.tsv, its JSON sidecar and its picture. */
#include "study_internal.h"
#include "valuebold/figure.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_name[] = {"event", "modulator", "confound", "drift",
                                        "constant"};
static const char *const scope_name[] = {"none", "run", "subject", "sample"};
static const char *const missed_name[] = {"drop", "own-event", "value", "mean"};
static const char *const scale_name[] = {"raw", "z", "minmax", "per_unit"};

static void put_matrix(vb_buffer *out, const vb_design *design)
{
    for (size_t c = 0; c < design->n_cols; c++)
        vb_putf(out, "%s%s", c ? "\t" : "", design->columns[c].name);
    vb_put_char(out, '\n');
    for (size_t s = 0; s < design->n_scans; s++) {
        for (size_t c = 0; c < design->n_cols; c++) {
            if (c)
                vb_put_char(out, '\t');
            vb_put_number(out, design->x[s * design->n_cols + c]);
        }
        vb_put_char(out, '\n');
    }
}

/* What was done to one modulator: with it, an effect per weight converts to an effect per
 * raw unit exactly. */
static void put_modulator(vb_json *j, const vb_study *study,
                          const vb_study_event *event, size_t k)
{
    const vb_modulator_record *record = &event->record[k];
    const vb_spec_modulator *m = &study->spec->events[event->spec_event].modulators[k];

    vb_json_open(j, event->modulator_names[k], '{');
    vb_json_text(j, "Signal", m->column ? vb_expr_text(m->column) : m->signal);
    vb_json_text(j, "Centre", scope_name[study_rule(study->spec, m).centre]);
    vb_json_text(j, "Scale", scale_name[m->rule.scale]);
    vb_json_text(j, "Missed", missed_name[m->rule.missed]);
    vb_json_count(j, "Events", record->n);
    vb_json_count(j, "Missing", record->n_missing);
    vb_json_number(j, "RawMean", record->raw_mean);
    vb_json_number(j, "RawSD", record->raw_sd);
    vb_json_number(j, "RawMin", record->raw_min);
    vb_json_number(j, "RawMax", record->raw_max);
    vb_json_number(j, "Subtracted", record->subtracted);
    vb_json_number(j, "Divided", record->divided);
    vb_json_number(j, "Offset", record->offset);
    vb_json_number(j, "WeightSD", record->sd);
    vb_json_bool(j, "Constant", record->constant);
    vb_json_number(j, "VarianceRemovedByOrthogonalisation", event->variance_removed[k]);
    vb_json_close(j);
}

/* Of the order in the spec or its reverse: what each modulator loses to those before it, and
 * its correlations with them. */
static void put_ledger(vb_json *j, const char *name, const vb_study_event *event,
                       bool reverse)
{
    const size_t m = event->n_modulators;
    const vb_modulator_ledger *ledger = &event->ledger[reverse];

    vb_json_open(j, name, '{');
    for (size_t at = 0; at < m; at++) {
        const size_t k = reverse ? m - 1 - at : at;

        vb_json_open(j, event->modulator_names[k], '{');
        vb_json_number(j, "VarianceRemoved", ledger->removed[k]);
        for (size_t way = 0; way < 2; way++) {
            const double *r = way ? ledger->after : ledger->before;

            vb_json_open(j, way ? "CorrelationAfter" : "CorrelationBefore", '{');
            for (size_t other = 0; other < m; other++)
                if (other != k)
                    vb_json_number(j, event->modulator_names[other], r[k * m + other]);
            vb_json_close(j);
        }
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_ledgers(vb_json *j, const vb_study *study, const vb_study_run *run)
{
    vb_json_open(j, "Orthogonalisation", '{');
    for (size_t e = 0; e < run->n_event_types; e++) {
        const vb_study_event *event = &run->event_types[e];

        if (!event->ledger[0].removed)
            continue;
        vb_json_open(j, event->name, '{');
        vb_json_bool(j, "Applied",
                     study->spec->events[event->spec_event].orthogonalise);
        put_ledger(j, "Order", event, false);
        put_ledger(j, "Reverse", event, true);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_columns(vb_json *j, const vb_design *design,
                        const vb_diagnosis *diagnosis)
{
    vb_json_open(j, "Columns", '{');
    for (size_t c = 0; c < design->n_cols; c++) {
        const vb_column *column = &design->columns[c];

        vb_json_open(j, column->name, '{');
        vb_json_text(j, "Kind", kind_name[column->kind]);
        vb_json_text(j, "Title", column->title);
        vb_json_number(j, "PeakHeight", column->height);
        vb_json_number(j, "SD", diagnosis->sd[c]);
        vb_json_number(j, "VIF", diagnosis->vif[c]);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_confounds(vb_json *j, const vb_study_run *run)
{
    vb_json_open(j, "Confounds", '{');
    for (size_t k = 0; k < run->n_confounds; k++) {
        const vb_study_confound *c = &run->confound[k];

        vb_json_open(j, c->name, '{');
        vb_json_text(j, "From", c->from);
        if (c->unit)
            vb_json_text(j, "Units", c->unit);
        vb_json_count(j, "FilledIn", c->n_filled);
        vb_json_close(j);
    }
    vb_json_close(j);
    vb_json_open(j, "CensoredVolumes", '[');
    for (size_t k = 0; k < run->n_censored; k++)
        vb_json_count(j, NULL, run->censored[k]);
    vb_json_close(j);
}

static void put_acquisition(vb_json *j, const vb_study_run *run)
{
    vb_json_number(j, "RepetitionTime", run->tr_s);
    vb_json_text(j, "RepetitionTimeFrom", run->tr_from);
    vb_json_count(j, "NumberOfScans", run->n_scans);
    vb_json_text(j, "NumberOfScansFrom", run->n_scans_from);
    vb_json_number(j, "SampleTime", run->design->sample_s[0]);
    vb_json_text(j, "SampleTimeFrom",
                 run->design->sample_s[0] == run->sample_s
                     ? run->sample_from
                     : "the convention (like) fixes it");
}

static void put_sidecar(vb_buffer *out, const vb_study *study, const vb_study_run *run,
                        const vb_provenance *provenance, const vb_notes *notes)
{
    const vb_design *design = run->design;
    const vb_diagnosis *diagnosis = run->diagnosis;
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    put_acquisition(&j, run);
    vb_json_text(&j, "Like", design->like);
    vb_json_text(&j, "HRF", design->hrf);
    vb_json_text(&j, "Drift", design->drift);
    vb_json_number(&j, "HighPassSeconds", design->high_pass_s);
    vb_json_text(&j, "Convention", design->convention);
    vb_json_count(&j, "Rank", diagnosis->rank);
    vb_json_count(&j, "NumberOfColumns", design->n_cols);
    vb_json_number(&j, "ConditionNumber", diagnosis->condition);
    vb_json_open(&j, "AliasedColumns", '[');
    for (size_t i = 0; i < diagnosis->n_aliased; i++)
        vb_json_text(&j, NULL, design->columns[diagnosis->aliased[i]].name);
    vb_json_close(&j);
    put_columns(&j, design, diagnosis);
    put_confounds(&j, run);
    vb_json_open(&j, "Modulators", '{');
    for (size_t e = 0; e < run->n_event_types; e++) {
        if (!run->event_types[e].n_modulators)
            continue;
        vb_json_open(&j, run->event_types[e].name, '{');
        for (size_t k = 0; k < run->event_types[e].n_modulators; k++)
            put_modulator(&j, study, &run->event_types[e], k);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    put_ledgers(&j, study, run);
    vb_json_open(&j, "Contrasts", '{');
    for (size_t i = 0; i < study->n_contrasts; i++) {
        const vb_contrast *contrast = &run->contrasts[i];

        vb_json_open(&j, contrast->name, '[');
        for (size_t row = 0; row < contrast->n_rows; row++)
            vb_json_numbers(&j, NULL, design->n_cols,
                            contrast->weights + row * design->n_cols);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    study_put_judged(&j, study, run);
    study_put_provenance(&j, study, run, provenance);
    study_put_notes(&j, run, notes);
    vb_json_close(&j);
}

static vb_status write_run(const vb_study *study, const vb_study_run *run,
                           const vb_provenance *provenance, bool pictures,
                           const vb_notes *notes, vb_outputs *outputs, vb_error *err)
{
    char stem[512], folder[512];
    vb_buffer *out;
    vb_status status;

    study_stem(study, run, stem, sizeof stem);
    study_folder(study, run, folder, sizeof folder);
    status = vb_outputs_add(outputs, &out, err, "%s/%s_design.tsv", folder, stem);
    if (status == VB_OK) {
        put_matrix(out, run->design);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/%s_design.json", folder, stem);
    if (status == VB_OK) {
        put_sidecar(out, study, run, provenance, notes);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK && pictures)
        status = vb_outputs_add(outputs, &out, err, "%s/%s_design.svg", folder, stem);
    if (status == VB_OK && pictures)
        status =
            vb_figure_design(run->design, &run->input, run->diagnosis, stem, out, err);
    return status;
}

vb_status vb_study_write_designs(const vb_study *study, const vb_provenance *provenance,
                                 bool pictures, const vb_notes *notes,
                                 vb_outputs *outputs, vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < study->n_runs && status == VB_OK; r++)
        if (study->runs[r].design)
            status = write_run(study, &study->runs[r], provenance, pictures, notes,
                               outputs, err);
    return status;
}
