/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_covariates.c - what is known of participants, for the group mean. */
#include "fit_internal.h"
#include "valuebold/file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *bare(const char *label)
{
    return strncmp(label, "sub-", 4) == 0 ? label + 4 : label;
}

/* The row of a participant; in a table of choices the first of many. */
static size_t row_of(const vb_table *table, size_t column, const char *participant)
{
    for (size_t r = 0; r < table->n_rows; r++)
        if (strcmp(bare(vb_table_cell(table, r, column)), participant) == 0)
            return r;
    return VB_NONE;
}

static vb_status read_cell(const vb_table *table, size_t row, size_t column,
                           const char *name, double *x, vb_error *err)
{
    char quoted[VB_QUOTE_MAX];
    const vb_number_kind kind = vb_number_read(vb_table_cell(table, row, column), x);

    if (kind == VB_NUMBER_OK)
        return VB_OK;
    return vb_fail_at(err, VB_EINPUT, table->name, table->line[row], column + 1,
                      "covariate %s is '%s'; a number is needed (0 and 1 for groups)",
                      name, vb_quote(vb_table_cell(table, row, column), quoted));
}

/* In a table of choices the covariate must be the same in every row of a participant. */
static vb_status check_constant(const vb_table *table, size_t id, size_t column,
                                const char *name, const char *participant, size_t first,
                                vb_error *err)
{
    const char *cell = vb_table_cell(table, first, column);

    for (size_t r = first + 1; r < table->n_rows; r++)
        if (strcmp(bare(vb_table_cell(table, r, id)), participant) == 0 &&
            strcmp(vb_table_cell(table, r, column), cell) != 0)
            return vb_fail_at(err, VB_EINPUT, table->name, table->line[r], column + 1,
                              "covariate %s differs between the rows of sub-%s", name,
                              participant);
    return VB_OK;
}

static void read_unit(vb_fit_study *fits, const vb_table *table, size_t id,
                      const size_t columns[], size_t u, vb_notes *notes)
{
    const vb_spec_fit *fit = &fits->spec->fit;
    vb_fit_unit *unit = &fits->units[u];
    const size_t row = row_of(table, id, unit->participant);
    vb_error this = {0};

    if (row == VB_NONE)
        vb_fail_at(&this, VB_EINPUT, table->name, 0, 0,
                   "no row for the participant, so that covariates are unknown");
    for (size_t k = 0; k < fit->n_covariates && this.code == VB_OK; k++) {
        double *x = &fits->covariates[u * fit->n_covariates + k];

        if (read_cell(table, row, columns[k], fit->covariates[k], x, &this) == VB_OK)
            check_constant(table, id, columns[k], fit->covariates[k], unit->participant,
                           row, &this);
    }
    if (this.code != VB_OK)
        fit_study_fail(unit, &this, notes);
}

static vb_status read_all(vb_fit_study *fits, const vb_table *table, vb_notes *notes,
                          vb_error *err)
{
    const vb_spec_fit *fit = &fits->spec->fit;
    size_t *columns = vb_arena_take(fits->arena, fit->n_covariates, sizeof *columns);
    size_t id;
    vb_status status = vb_table_need(table, "participant_id", &id, err);

    fits->covariates = vb_arena_take(fits->arena, fits->n_units,
                                     fit->n_covariates * sizeof *fits->covariates);
    fits->covariate_mean =
        vb_arena_take(fits->arena, fit->n_covariates, sizeof *fits->covariate_mean);
    if (!columns || !fits->covariates || !fits->covariate_mean)
        return vb_fail_memory(err, fits->n_units * sizeof *fits->covariates);
    for (size_t k = 0; k < fit->n_covariates && status == VB_OK; k++)
        status = vb_table_need(table, fit->covariates[k], &columns[k], err);
    for (size_t u = 0; u < fits->n_units && status == VB_OK; u++)
        if (fits->units[u].failure.code == VB_OK)
            read_unit(fits, table, id, columns, u, notes);
    return status;
}

vb_status fit_study_covariates(vb_fit_study *fits, const vb_fit_source *source,
                               vb_notes *notes, vb_error *err)
{
    const char *path = source->participants;
    char own[VB_PATH_MAX];
    vb_table *table = NULL;
    vb_status status;

    if (!path && fits->choices)
        return read_all(fits, fits->choices, notes, err);
    if (!path && source->study.bids.dir) {
        snprintf(own, sizeof own, "%s/participants.tsv", source->study.bids.dir);
        path = own;
    }
    if (!path)
        return vb_fail_at(
            err, VB_EUSAGE, fits->spec->file, 0, 0,
            "fit.covariates: say which table has them (--covariates FILE)");
    status = vb_file_read_table(path, &table, notes, err);
    if (status == VB_OK)
        status = read_all(fits, table, notes, err);
    vb_table_free(table);
    return status;
}
