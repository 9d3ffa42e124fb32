/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_confounds.c - confound columns by name or wildcard from a run's table.
 *
 * fMRIPrep writes n/a in the first row of everything that needs the volume before:
 * derivatives and framewise displacement become 0 there (nothing is known to have moved),
 * DVARS the value of the second row (a 0 would be an outlier).  Any other n/a is refused.
 */
#include "study_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <string.h>

/* Shell-like match with '*' only. */
static bool matches(const char *pattern, const char *name)
{
    const char *star = strchr(pattern, '*');

    if (!star)
        return strcmp(pattern, name) == 0;
    if (strncmp(pattern, name, (size_t)(star - pattern)) != 0)
        return false;
    for (const char *rest = name + (star - pattern);; rest++) {
        if (matches(star + 1, rest))
            return true;
        if (!*rest)
            return false;
    }
}

static vb_status pick_columns(vb_study *study, const vb_table *table, size_t column[],
                              size_t *n, vb_error *err)
{
    const vb_spec *spec = study->spec;

    for (size_t i = 0; i < spec->n_confounds; i++) {
        size_t found = 0;

        for (size_t c = 0; c < table->n_cols; c++) {
            bool taken = false;

            if (!matches(spec->confounds[i], table->columns[c]))
                continue;
            found++;
            for (size_t k = 0; k < *n; k++)
                taken |= column[k] == c;
            if (!taken)
                column[(*n)++] = c;
        }
        if (!found) {
            char advice[512], quoted[VB_QUOTE_MAX];

            return vb_fail_at(err, VB_EINPUT, table->name, 1, 0,
                              "no confound column '%s'%s",
                              vb_quote(spec->confounds[i], quoted),
                              vb_suggest(spec->confounds[i], table->columns,
                                         table->n_cols, advice, sizeof advice));
        }
    }
    return VB_OK;
}

static vb_status fill_first_row(const vb_table *table, size_t c, double x[],
                                vb_notes *notes, vb_error *err)
{
    const char *name = table->columns[c];
    const bool dvars = strstr(name, "dvars") || strstr(name, "DVARS");

    for (size_t s = 1; s < table->n_rows; s++)
        if (isnan(x[s]))
            return vb_fail_at(err, VB_EINPUT, table->name, table->line[s], c + 1,
                              "confound '%s' is n/a; only the first row may be", name);
    if (!isnan(x[0]))
        return VB_OK;
    if (table->n_rows < 2)
        return vb_fail_at(err, VB_EINPUT, table->name, table->line[0], c + 1,
                          "confound '%s' has no value", name);
    x[0] = dvars ? x[1] : 0;
    vb_note_add(notes, VB_WARNING, "confound-first-row", table->name, table->line[0],
                c + 1, "confound '%s' is n/a in the first row: %s used", name,
                dvars ? "the second row's value" : "0");
    return VB_OK;
}

static vb_status take_columns(vb_study *study, vb_study_run *run, const vb_table *table,
                              vb_notes *notes, vb_error *err)
{
    size_t *column = vb_arena_take(study->arena, table->n_cols, sizeof *column);
    double *x = vb_arena_take(study->arena, table->n_rows, sizeof *x);
    size_t n = 0;
    vb_status status;

    if (!column || !x)
        return vb_fail_memory(err, table->n_cols * sizeof *column);
    if (table->n_rows != run->n_scans)
        return vb_fail_at(
            err, VB_EINPUT, table->name, 0, 0,
            "%zu rows of confounds for %zu scans; there must be one row a scan",
            table->n_rows, run->n_scans);
    status = pick_columns(study, table, column, &n, err);
    if (status != VB_OK)
        return status;
    run->confound_names = vb_arena_take(study->arena, n, sizeof(char *));
    run->confounds = vb_arena_take(study->arena, n * run->n_scans, sizeof(double));
    if (!run->confound_names || !run->confounds)
        return vb_fail_memory(err, n * run->n_scans * sizeof(double));
    for (size_t k = 0; k < n; k++) {
        status = vb_table_numbers(table, column[k], x, NULL, notes, err);
        if (status == VB_OK)
            status = fill_first_row(table, column[k], x, notes, err);
        run->confound_names[k] =
            vb_arena_string(study->arena, table->columns[column[k]]);
        if (status == VB_OK && !run->confound_names[k])
            status = vb_fail_memory(err, 64);
        if (status != VB_OK)
            return status;
        for (size_t s = 0; s < run->n_scans; s++)
            run->confounds[s * n + k] = x[s];
    }
    run->n_confounds = n;
    return VB_OK;
}

vb_status study_confounds(vb_study *study, vb_study_run *run, const char *path,
                          vb_notes *notes, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_table *table = NULL;
    vb_status status;

    if (!path)
        return vb_fail(
            err, VB_EINPUT,
            "%s: no confounds table found, but the spec names confounds; give "
            "--confounds or the derivatives folder",
            study_run_name(study, run));
    run->confounds_file = path;
    status = study_read_file(path, &bytes, run->confounds_sha256, err);
    if (status == VB_OK)
        status = vb_table_parse(path, bytes.bytes, bytes.n, &table, notes, err);
    vb_buffer_free(&bytes);
    if (status == VB_OK)
        status = take_columns(study, run, table, notes, err);
    vb_table_free(table);
    return status;
}
