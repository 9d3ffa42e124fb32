/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bids_model.c - a BIDS Stats Model and the events it needs.
 *
 * pybids takes each numeric column of an events file for a variable with that amplitude: a
 * modulator is a column of weights, convolved like the event.  Rows that are none of its
 * trials have 0, which adds nothing; n/a would make the whole column n/a there.
 * Format: BIDS Stats Models 1.0.0.
 */
#include "bids_model_internal.h"
#include "exporters.h"
#include "valuebold/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

vb_status bids_variables(const export_plan *plan, const char ***names, vb_error *err)
{
    /* entities of BIDS and columns of events files: pybids has variables of these names */
    static const char *const taken[] =
        {"subject",     "session",    "sample",      "task",      "tracksys",
         "acquisition", "ceagent",    "staining",    "tracer",    "reconstruction",
         "direction",   "run",        "proc",        "modality",  "echo",
         "flip",        "inv",        "mt",          "part",      "recording",
         "space",       "chunk",      "atlas",       "split",     "resolution",
         "density",     "label",      "description", "suffix",    "scans",
         "fmap",        "datatype",   "extension",   "amplitude", "onset",
         "duration",    "trial_type", "contrast"};
    vb_status status = export_identifiers(plan, names, err);

    for (size_t i = 0; status == VB_OK && i < plan->n_evs; i++)
        for (size_t k = 0; k < sizeof taken / sizeof *taken; k++)
            if (strcmp((*names)[i], taken[k]) == 0) {
                (*names)[i] = vb_arena_printf(plan->arena, "%s_event", taken[k]);
                if (!(*names)[i])
                    return vb_fail_memory(err, VB_TEXT_MAX);
                break;
            }
    return status;
}

vb_status bids_rows(const export_plan *plan, size_t r, size_t *n, bids_row **rows,
                    vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    bids_row *all;
    size_t most = 0, k = 0;

    for (size_t e = 0; e < run->n_events; e++)
        most += run->events[e].n_events;
    *n = 0;
    *rows = all = vb_arena_take(plan->arena, most, sizeof *all);
    if (!all)
        return vb_fail_memory(err, most * sizeof *all);
    for (size_t e = 0; e < run->n_events; e++)
        for (size_t i = 0; i < run->events[e].n_events; i++)
            all[k++] =
                (bids_row){export_seconds(run, run->events[e].onset_s[i]),
                           export_seconds(run, run->events[e].duration_s[i]), e, i};
    for (size_t i = 1; i < k; i++) { /* by time; rows of one time stay in their order */
        const bids_row row = all[i];
        size_t at = i;

        for (; at && all[at - 1].onset_s > row.onset_s; at--)
            all[at] = all[at - 1];
        all[at] = row;
    }
    *n = k;
    return VB_OK;
}

vb_status bids_weights(const export_plan *plan, size_t r, size_t ev, size_t n,
                       const bids_row rows[], double out[], vb_error *err)
{
    const export_ev *of = plan->evs[ev].of[r];
    const vb_design_run *run = &plan->job->runs[r];
    double *w;

    for (size_t i = 0; i < n; i++)
        out[i] = 0;
    if (!of || of->empty)
        return VB_OK;
    w = vb_arena_take(plan->arena, run->events[of->event].n_events, sizeof *w);
    if (!w)
        return vb_fail_memory(err, run->events[of->event].n_events * sizeof *w);
    export_weights(run, of, run->events[of->event].n_events, w);
    for (size_t i = 0; i < n; i++)
        if (rows[i].event == of->event && !isnan(w[rows[i].trial]))
            out[i] = w[rows[i].trial];
    return VB_OK;
}

static vb_status write_events(const export_plan *plan, const char *const names[],
                              size_t r, vb_outputs *outputs, vb_error *err)
{
    const vb_design_run *run = &plan->job->runs[r];
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    bids_row *rows;
    double *w;
    vb_buffer *out;
    size_t n;
    vb_status status = bids_rows(plan, r, &n, &rows, err);

    w = vb_arena_take(plan->arena, n * plan->n_evs, sizeof *w);
    if (status == VB_OK && !w)
        status = vb_fail_memory(err, n * plan->n_evs * sizeof *w);
    for (size_t k = 0; k < plan->n_evs && status == VB_OK; k++)
        status = bids_weights(plan, r, k, n, rows, w + k * n, err);
    export_folder(plan->job, "bids-model", folder, sizeof folder);
    vb_export_stem(plan->job, r, stem, sizeof stem);
    if (status == VB_OK)
        status =
            vb_outputs_add(outputs, &out, err, "%s/func/%s_events.tsv", folder, stem);
    if (status != VB_OK)
        return status;
    vb_put_text(out, "onset\tduration\ttrial_type");
    for (size_t k = 0; k < plan->n_evs; k++)
        vb_putf(out, "\t%s", names[k]);
    for (size_t i = 0; i < n; i++) {
        vb_put_char(out, '\n');
        vb_put_number(out, rows[i].onset_s);
        vb_put_char(out, '\t');
        vb_put_number(out, rows[i].duration_s);
        vb_putf(out, "\t%s", run->events[rows[i].event].name);
        for (size_t k = 0; k < plan->n_evs; k++) {
            vb_put_char(out, '\t');
            vb_put_number(out, w[k * n + i]);
        }
    }
    vb_put_char(out, '\n');
    return vb_buffer_ok(out, err);
}

/* One file for all participants; one that would differ is worth a word. */
static vb_status add_shared(vb_buffer *text, const char *name, const char *participant,
                            vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    char path[VB_TEXT_MAX];
    const vb_output *there;
    vb_buffer *out;
    vb_status status = vb_buffer_ok(text, err);

    snprintf(path, sizeof path, "export/bids-model/%s", name);
    there = vb_outputs_find(outputs, path);
    if (status == VB_OK && !there) {
        status = vb_outputs_add(outputs, &out, err, "%s", path);
        if (status == VB_OK) {
            vb_put(out, text->bytes, text->n);
            status = vb_buffer_ok(out, err);
        }
    } else if (status == VB_OK && (there->bytes.n != text->n ||
                                   memcmp(there->bytes.bytes, text->bytes, text->n))) {
        vb_note_add(notes, VB_WARNING, "export-model-differs", NULL, 0, 0,
                    "the model of sub-%s differs from that in %s, which an earlier "
                    "participant's runs made (other events, confounds or contrasts): "
                    "export participants with other columns to a folder of their own",
                    participant, name);
    }
    vb_buffer_free(text);
    return status;
}

static void put_description(const vb_export_job *job, vb_buffer *out)
{
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", "events with the variables of a model");
    vb_json_text(&j, "BIDSVersion", "1.9.0");
    vb_json_text(&j, "DatasetType", "raw");
    vb_json_open(&j, "GeneratedBy", '[');
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version",
                 strncmp(job->version, "valuebold ", 10) == 0 ? job->version + 10
                                                              : job->version);
    vb_json_close(&j);
    vb_json_close(&j);
    vb_json_close(&j);
    vb_put_char(out, '\n');
}

vb_status vb_bids_model_write(const vb_export_job *job, vb_outputs *outputs,
                              vb_notes *notes, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer model = {0}, description = {0}, conventions = {0};
    char name[VB_TEXT_MAX];
    const char **names = NULL;
    export_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = export_plan_make(job, arena, &plan, err);
    if (status == VB_OK)
        status = bids_variables(&plan, &names, err);
    for (size_t r = 0; status == VB_OK && r < job->n_runs; r++)
        status = write_events(&plan, names, r, outputs, err);
    if (status == VB_OK)
        status = bids_put_model(&plan, names, &model, notes, err);
    if (status == VB_OK)
        status = bids_note(&plan, &conventions, err);
    snprintf(name, sizeof name, "model-%s_smdl.json", job->task);
    if (status == VB_OK)
        status = add_shared(&model, name, job->participant, outputs, notes, err);
    put_description(job, &description);
    if (status == VB_OK)
        status = add_shared(&description, "dataset_description.json", job->participant,
                            outputs, notes, err);
    if (status == VB_OK)
        status = add_shared(&conventions, "CONVENTIONS.md", job->participant, outputs,
                            NULL, err);
    vb_buffer_free(&model);
    vb_buffer_free(&description);
    vb_buffer_free(&conventions);
    vb_arena_free(arena);
    return status;
}
