/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_common.c - names, provenance and notes that all outputs share. */
#include "study_internal.h"
#include "valuebold/fit_study.h"

#include <stdio.h>
#include <string.h>

void study_stem(const vb_study *study, const vb_study_run *run, char stem[],
                size_t size)
{
    const vb_bids_run *files = run->files;

    (void)study;
    snprintf(stem, size, "sub-%s%s%s_task-%s%s%s", files->participant,
             files->session ? "_ses-" : "", files->session ? files->session : "",
             files->task, files->run ? "_run-" : "", files->run ? files->run : "");
}

void study_folder(const vb_study *study, const vb_study_run *run, char folder[],
                  size_t size)
{
    const vb_bids_run *files = run->files;

    (void)study;
    snprintf(folder, size, "sub-%s%s%s/func", files->participant,
             files->session ? "/ses-" : "", files->session ? files->session : "");
}

/* Where an output lies says nothing about the machine it was made on. */
const char *study_shown_path(const vb_study *study, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *sub = strstr(path, "/sub-");

    (void)study;
    if (sub)
        return sub + 1;
    return slash ? slash + 1 : path;
}

static void put_counts(vb_json *j, const vb_study *study, const vb_study_run *run)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const size_t r = (size_t)(run - study->runs) - subject->first_run;
    size_t n = 0, missed = 0;

    vb_json_open(j, "Counts", '{');
    vb_json_count(j, "Rows", run->events->n_rows);
    if (subject->trials) {
        for (size_t t = 0; t < subject->trials->n_trials; t++) {
            if (subject->trials->run[t] != r)
                continue;
            n++;
            missed += subject->trials->choice && subject->trials->choice[t] == VB_NONE;
        }
        vb_json_count(j, "Trials", n);
        vb_json_count(j, "MissedTrials", missed);
    }
    vb_json_open(j, "Events", '{');
    for (size_t e = 0; e < run->n_event_types; e++)
        vb_json_count(j, run->event_types[e].name, run->event_types[e].n);
    vb_json_close(j);
    vb_json_close(j);
}

void study_put_provenance(vb_json *j, const vb_study *study, const vb_study_run *run,
                          const vb_provenance *provenance)
{
    vb_json_open(j, "GeneratedBy", '{');
    vb_json_text(j, "Name", "valuebold");
    vb_json_text(j, "Version", provenance->version);
    vb_json_text(j, "CommandLine", provenance->command_line);
    vb_json_close(j);
    study_put_inputs(j, study, run);
    if (study->spec->has_trials) {
        study_put_model(j, study);
        study_put_parameters(j, study, run);
    }
    put_counts(j, study, run);
}

void study_put_notes(vb_json *j, const vb_study_run *run, const vb_notes *notes)
{
    vb_notes own = {0};

    for (size_t i = 0; i < notes->n; i++)
        if (!notes->items[i].where.file[0] ||
            strcmp(notes->items[i].where.file, run->files->events) == 0 ||
            (run->files->confounds &&
             strcmp(notes->items[i].where.file, run->files->confounds) == 0)) {
            const vb_notes one = {.items = &notes->items[i], .n = 1};

            vb_notes_append(&own, &one);
        }
    for (size_t i = 0; i < own.n; i++) {
        const char *slash = strrchr(own.items[i].where.file, '/');

        if (slash)
            memmove(own.items[i].where.file, slash + 1, strlen(slash));
    }
    vb_json_notes(j, &own);
    vb_notes_free(&own);
}

vb_status vb_study_write_description(const vb_study *study,
                                     const vb_provenance *provenance,
                                     vb_outputs *outputs, vb_error *err)
{
    vb_buffer *out;
    vb_json j = {0};
    const vb_status status =
        vb_outputs_add(outputs, &out, err, "dataset_description.json");

    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", "valuebold derivatives");
    vb_json_text(&j, "BIDSVersion", "1.9.0");
    vb_json_text(&j, "DatasetType", "derivative");
    vb_json_open(&j, "GeneratedBy", '[');
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version", provenance->version);
    vb_json_close(&j);
    vb_json_close(&j);
    vb_json_close(&j);
    if (vb_buffer_ok(out, err) != VB_OK || !study->fits)
        return vb_buffer_ok(out, err);
    return vb_fit_study_write(study->fits, provenance, &(vb_notes){0}, outputs, err);
}
