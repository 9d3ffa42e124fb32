/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_models.c - trials, parameters and model of each subject. */
#include "study_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool looks_like_json(const vb_buffer *bytes)
{
    size_t i = 0;

    while (i < bytes->n && isspace((unsigned char)bytes->bytes[i]))
        i++;
    return i < bytes->n && (bytes->bytes[i] == '{' || bytes->bytes[i] == '[');
}

/* Units of parameters from the JSON sidecar of their table, if there is one:
 * {"effort_k": {"Units": "1/min"}}. */
static vb_status read_units(vb_study *study, const char *table_path,
                            vb_parameters_spec *parameters, vb_error *err)
{
    char path[VB_PATH_MAX];
    const size_t n = strlen(table_path);
    vb_buffer bytes = {0};
    vb_node *root = NULL;
    vb_error absent = {0};
    vb_status status;

    if (n < 4 || n + 2 > sizeof path || strcmp(table_path + n - 4, ".tsv") != 0)
        return VB_OK;
    snprintf(path, sizeof path, "%.*s.json", (int)(n - 4), table_path);
    if (study_read_file(path, &bytes, study->units_sha256, &absent) != VB_OK)
        return VB_OK; /* a sidecar is welcome, not required */
    study->units_file = vb_arena_string(study->arena, path);
    status = vb_node_parse(path, bytes.bytes, bytes.n, study->arena, &root, err);
    vb_buffer_free(&bytes);
    if (status != VB_OK || root->kind != VB_MAP)
        return status;
    parameters->table_unit_name =
        vb_arena_take(study->arena, root->n, sizeof *parameters->table_unit_name);
    parameters->table_unit =
        vb_arena_take(study->arena, root->n, sizeof *parameters->table_unit);
    if (!parameters->table_unit_name || !parameters->table_unit)
        return vb_fail_memory(err, root->n);
    for (size_t i = 0; i < root->n; i++) {
        const vb_node *unit = root->items[i]->kind == VB_MAP
                                  ? vb_node_get(root->items[i], "Units")
                                  : NULL;

        if (!unit || unit->kind != VB_SCALAR)
            continue;
        parameters->table_unit_name[parameters->n_table_units] = root->keys[i];
        parameters->table_unit[parameters->n_table_units++] = unit->text;
    }
    return VB_OK;
}

/* The file given on the command line, or the spec's, relative to the spec's folder. */
static const char *parameters_path(vb_study *study, const vb_study_source *source)
{
    return source->parameters ? source->parameters
                              : study_spec_path(study, study->spec->parameters_file);
}

static vb_status read_parameters(vb_study *study, const char *path, vb_table **table,
                                 vb_parameters_spec *parameters, vb_notes *notes,
                                 vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status = study_read_file(path, &bytes, study->parameters_sha256, err);

    if (status == VB_OK)
        status = looks_like_json(&bytes)
                     ? vb_parameters_parse_json(path, bytes.bytes, bytes.n, table, err)
                     : vb_table_parse(path, bytes.bytes, bytes.n, table, notes, err);
    vb_buffer_free(&bytes);
    if (status == VB_OK)
        status = read_units(study, path, parameters, err);
    parameters->table = *table;
    return status;
}

vb_status study_build_trials(vb_study *study, size_t first_run, size_t n_runs,
                             vb_trials **trials, const char ***labels, vb_notes *notes,
                             vb_error *err)
{
    vb_table **tables = vb_arena_take(study->arena, n_runs, sizeof *tables);

    *labels = vb_arena_take(study->arena, n_runs, sizeof **labels);
    if (!tables || !*labels)
        return vb_fail_memory(err, n_runs * sizeof *tables);
    for (size_t r = 0; r < n_runs; r++) {
        const vb_study_run *run = &study->runs[first_run + r];

        tables[r] = run->events;
        (*labels)[r] = run->files->run ? run->files->run : "1";
    }
    return vb_trials_build(&study->spec->trials, n_runs, tables, trials, notes, err);
}

static vb_status run_model(vb_study *study, vb_study_subject *subject,
                           const vb_parameters_spec *parameters, vb_notes *notes,
                           vb_error *err)
{
    const char **labels = NULL;
    vb_status status = study_build_trials(study, subject->first_run, subject->n_runs,
                                          &subject->trials, &labels, notes, err);

    if (status == VB_OK)
        status = vb_parameters_resolve(parameters, &study->model, subject->participant,
                                       subject->session, labels, subject->trials,
                                       study->arena, &subject->n_sets, &subject->theta,
                                       &subject->set, notes, err);
    if (status == VB_OK)
        status = vb_model_run(&study->model, subject->trials, subject->n_sets,
                              subject->theta, subject->set, &subject->evaluation, err);
    return status;
}

vb_status study_run_models(vb_study *study, const vb_study_source *source,
                           vb_notes *notes, vb_error *err)
{
    const vb_spec *spec = study->spec;
    vb_parameters_spec parameters = {.n_fixed = spec->n_parameters,
                                     .fixed_name = spec->parameter_name,
                                     .fixed_value = spec->parameter_value,
                                     .fixed_unit = spec->parameter_unit,
                                     .fixed_condition = spec->parameter_condition,
                                     .n_conversions = spec->n_conversions,
                                     .conversions = spec->conversions,
                                     .file = spec->file,
                                     .fixed_line = spec->parameter_line};
    const char *path = parameters_path(study, source);
    vb_table *table = NULL;
    vb_error first = {0};
    vb_status status = VB_OK;

    study->parameters_file = path;
    if (path)
        status = read_parameters(study, path, &table, &parameters, notes, err);
    else if (spec->fit.asked) {
        status = fit_study_of(study, source, &table, notes, err);
        parameters.table = table;
    }
    for (size_t i = 0; i < study->n_subjects && status == VB_OK; i++) {
        vb_error this = {0};

        run_model(study, &study->subjects[i], &parameters, notes, &this);
        if (this.code == VB_OK && source->n_draws)
            study_draw(study, &study->subjects[i], table, source->n_draws,
                       source->draw_seed, notes, &this);
        if (this.code != VB_OK)
            study_keep_failure(notes, &this, &first);
    }
    vb_table_free(table);
    if (status != VB_OK)
        return status;
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
