/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_response.c - a response function from a table: time, then a column a function. */
#include "study_internal.h"

#include <math.h>
#include <strings.h>

static vb_status take_columns(vb_study *study, const vb_table *table, vb_notes *notes,
                              vb_error *err)
{
    const size_t n = table->n_rows, n_functions = table->n_cols - 1;
    double *time_s = vb_arena_take(study->arena, n, sizeof *time_s);
    double *column = vb_arena_take(study->arena, n, sizeof *column);
    double *value = vb_arena_take(study->arena, n * n_functions, sizeof *value);
    vb_status status;

    if (!time_s || !column || !value)
        return vb_fail_memory(err, n * n_functions * sizeof *value);
    status = vb_table_numbers(table, 0, time_s, NULL, notes, err);
    for (size_t b = 0; b < n_functions && status == VB_OK; b++) {
        status = vb_table_numbers(table, b + 1, column, NULL, notes, err);
        for (size_t i = 0; i < n && status == VB_OK; i++)
            value[i * n_functions + b] = column[i];
    }
    study->response = (vb_response_file){.name = study->hrf_file,
                                         .n = n,
                                         .n_functions = n_functions,
                                         .time_s = time_s,
                                         .value = value};
    return status;
}

vb_status study_response(vb_study *study, vb_notes *notes, vb_error *err)
{
    const char *hrf = study->spec->design.hrf;
    vb_buffer bytes = {0};
    vb_table *table = NULL;
    vb_status status;

    if (!study->spec->hrf_file)
        return VB_OK;
    if (!hrf || strcasecmp(hrf, "file") != 0)
        return vb_fail_at(err, VB_EINPUT, study->spec->file, 0, 0,
                          "design.hrf_file is given, but hrf is not file");
    study->hrf_file = study_spec_path(study, study->spec->hrf_file);
    if (!study->hrf_file)
        return vb_fail_memory(err, VB_PATH_MAX);
    status = study_read_file(study->hrf_file, &bytes, study->hrf_sha256, err);
    if (status == VB_OK)
        status =
            vb_table_parse(study->hrf_file, bytes.bytes, bytes.n, &table, notes, err);
    vb_buffer_free(&bytes);
    if (status == VB_OK && (table->n_cols < 2 || table->n_rows < 2))
        status =
            vb_fail_at(err, VB_EINPUT, study->hrf_file, 1, 0,
                       "%zu columns and %zu rows; a response needs a column of times "
                       "in s, at least one of values, and two rows",
                       table->n_cols, table->n_rows);
    if (status == VB_OK)
        status = take_columns(study, table, notes, err);
    vb_table_free(table);
    return status;
}
