/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study.c - from a spec and a source to weights: the order of the steps. */
#include "study_internal.h"
#include "valuebold/file.h"
#include "valuebold/fit_study.h"

#include <stdlib.h>
#include <string.h>

vb_status study_read_file(const char *path, vb_buffer *bytes, char sha256[65],
                          vb_error *err)
{
    const vb_status status = vb_file_read(path, 0, bytes, err);

    if (status == VB_OK && sha256)
        vb_sha256(bytes->bytes, bytes->n, sha256);
    return status;
}

void study_keep_failure(vb_notes *notes, const vb_error *failure, vb_error *first)
{
    if (first->code == VB_OK)
        *first = *failure;
    for (size_t i = 0; i < notes->n; i++)
        if (notes->items[i].severity == VB_REFUSAL &&
            strcmp(notes->items[i].where.text, failure->text) == 0 &&
            strcmp(notes->items[i].where.file, failure->file) == 0)
            return;
    vb_refuse(notes, NULL, failure->code, "refused",
              failure->file[0] ? failure->file : NULL, failure->line, failure->column,
              "%s", failure->text);
}

const char *study_run_name(const vb_study *study, const vb_study_run *run)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const char *name =
        run->files->run ? vb_arena_printf(study->arena, "sub-%s run %s",
                                          subject->participant, run->files->run)
                        : vb_arena_printf(study->arena, "sub-%s", subject->participant);

    return name ? name : subject->participant;
}

const char *study_spec_path(vb_study *study, const char *file)
{
    const char *slash = strrchr(study->spec->file, '/');

    if (!file || file[0] == '/' || !slash)
        return file;
    return vb_arena_printf(study->arena, "%.*s%s", (int)(slash + 1 - study->spec->file),
                           study->spec->file, file);
}

/* Contrasts of the spec, or of the file that replaces them. */
static vb_status take_contrasts(vb_study *study, const char *path, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_contrast_spec *contrasts = NULL;
    vb_status status;

    study->n_contrasts = study->spec->n_contrasts;
    study->contrasts = study->spec->contrasts;
    if (!path)
        return VB_OK;
    study->contrasts_file = path;
    status = study_read_file(path, &bytes, study->contrasts_sha256, err);
    if (status == VB_OK)
        status = vb_contrasts_parse(path, bytes.bytes, bytes.n, study->arena,
                                    &study->n_contrasts, &contrasts, err);
    study->contrasts = contrasts;
    vb_buffer_free(&bytes);
    return status;
}

static vb_status load(vb_study *study, const vb_study_source *source, vb_notes *notes,
                      vb_error *err)
{
    vb_status status = take_contrasts(study, source->contrasts, err);

    if (status == VB_OK && study->spec->has_trials)
        status = vb_model_compose(&study->spec->model, study->spec->trials.units,
                                  &study->model, err);
    if (status == VB_OK)
        status = study_response(study, notes, err);
    if (status == VB_OK)
        status = study_read_runs(study, source, notes, err);
    if (status == VB_OK && study->spec->has_trials)
        status = study_run_models(study, source, notes, err);
    if (status == VB_OK)
        status = study_events(study, notes, err);
    if (status == VB_OK)
        status = study_split(study, notes, err);
    if (status == VB_OK)
        status = study_acquisition(study, source, notes, err);
    if (status == VB_OK)
        status = study_modulators(study, notes, err);
    if (status != VB_OK || !study->spec->n_confounds)
        return status;
    for (size_t r = 0; r < study->n_runs; r++) {
        vb_study_run *run = &study->runs[r];
        const char *path =
            source->confounds ? source->confounds : run->files->confounds;

        if (!run->selected || source->without_acquisition)
            continue;
        status = study_confounds(study, run, path, notes, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

vb_status vb_study_load(const vb_spec *spec, const vb_study_source *source,
                        vb_study **study, vb_notes *notes, vb_error *err)
{
    vb_study *s = calloc(1, sizeof *s);
    vb_status status;

    if (!s)
        return vb_fail_memory(err, sizeof *s);
    s->spec = spec;
    s->arena = vb_arena_alloc();
    status = s->arena ? load(s, source, notes, err) : vb_fail_memory(err, sizeof *s);
    if (status != VB_OK) {
        vb_study_free(s);
        return status;
    }
    *study = s;
    return VB_OK;
}

vb_status study_read(const vb_spec *spec, const vb_study_source *source,
                     vb_study **study, vb_notes *notes, vb_error *err)
{
    vb_study *s = calloc(1, sizeof *s);
    vb_status status;

    if (!s)
        return vb_fail_memory(err, sizeof *s);
    s->spec = spec;
    s->arena = vb_arena_alloc();
    status = s->arena ? study_read_runs(s, source, notes, err)
                      : vb_fail_memory(err, sizeof *s);
    if (status == VB_OK)
        *study = s;
    else
        vb_study_free(s);
    return status;
}

void vb_study_free(vb_study *study)
{
    if (!study)
        return;
    for (size_t r = 0; r < study->n_runs; r++) {
        vb_table_free(study->runs[r].events);
        vb_design_free(study->runs[r].design);
        vb_diagnosis_free(study->runs[r].diagnosis);
    }
    for (size_t i = 0; i < study->n_subjects; i++) {
        vb_trials_free(study->subjects[i].trials);
        vb_evaluation_free(study->subjects[i].evaluation);
        for (size_t d = 0; d < study->subjects[i].n_draws; d++)
            vb_evaluation_free(study->subjects[i].draws[d]);
    }
    vb_fit_study_free(study->fits);
    vb_bids_free(study->bids);
    vb_arena_free(study->arena);
    free(study);
}
