/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_simulate.c - tables of a study with simulated choices in place of those made. */
#include "fit_recovery_internal.h"

#include <stdio.h>
#include <string.h>

/* Simulated choices of one block. */
static vb_status simulate(const vb_fit_study *fits, const vb_simulation *simulation,
                          const vb_recovery_unit *one, const vb_fit_result *result,
                          size_t b, size_t **choice, vb_error *err)
{
    const vb_trials *trials = one->blocks[b].trials;
    const vb_likelihood_facts *facts = vb_likelihood_facts_of(result->likelihood);
    double *sets = vb_arena_take(fits->arena, facts->n_sets,
                                 fits->models[0].n_params * sizeof *sets);
    double *outcome = vb_arena_take(fits->arena, trials->n_trials, sizeof *outcome);
    const char *session = one->blocks[b].session;
    const char *label =
        vb_arena_printf(fits->arena, "%s/%s/0", one->label, session ? session : "");

    *choice = vb_arena_take(fits->arena, trials->n_trials, sizeof **choice);
    if (!sets || !outcome || !label || !*choice)
        return vb_fail_memory(err, trials->n_trials * sizeof **choice);
    vb_likelihood_sets(result->likelihood, one->theta, sets);
    return vb_simulate_course(&fits->models[0], trials, facts->n_sets, sets,
                              vb_likelihood_set_of(result->likelihood, b),
                              simulation->seed, label, one->blocks[b].run_labels, true,
                              *choice, outcome, err);
}

/* The cell that means option o. */
static void put_label(vb_buffer *out, const vb_trials_spec *spec, size_t o)
{
    const char *label =
        spec->choice_label[o] ? spec->choice_label[o] : spec->options[o].name;

    vb_put(out, label, strcspn(label, "\t")); /* the first of several */
}

/* Rows of one table with the choices of its trials; the column onset that stands for the
 * order of rows is left out. */
static void put_rows(const vb_fit_study *fits, const vb_table *table, size_t n_cols,
                     const vb_trials *trials, size_t run, const size_t choice[],
                     vb_buffer *out)
{
    const vb_trials_spec *spec = &fits->spec->trials;
    const size_t column = vb_table_find(table, spec->choice_column);

    for (size_t r = 0; r < table->n_rows; r++) {
        size_t t = 0;

        while (t < trials->n_trials && !(trials->run[t] == run && trials->row[t] == r))
            t++;
        for (size_t c = 0; c < n_cols; c++) {
            vb_put_text(out, c ? "\t" : "");
            if (c == column && t < trials->n_trials && choice[t] != VB_NONE)
                put_label(out, spec, choice[t]);
            else
                vb_put_text(out, vb_table_cell(table, r, c));
        }
        vb_put_char(out, '\n');
    }
}

static void put_header(const vb_table *table, size_t n_cols, vb_buffer *out)
{
    for (size_t c = 0; c < n_cols; c++)
        vb_putf(out, "%s%s", c ? "\t" : "", table->columns[c]);
    vb_put_char(out, '\n');
}

/* Tables of the block's runs, found by the lines of its trials. */
static const vb_table *table_of(const vb_fit_study *fits, const vb_trials *trials,
                                size_t run, size_t *study_run)
{
    size_t t = 0;

    while (t < trials->n_trials && trials->run[t] != run)
        t++;
    *study_run = VB_NONE;
    for (size_t i = 0; t < trials->n_trials && i < fits->n_trials_tables; i++)
        if (trials->row[t] < fits->tables[i]->n_rows &&
            fits->tables[i]->line[trials->row[t]] == trials->line[t])
            return fits->tables[i];
    for (size_t r = 0; fits->study && t < trials->n_trials && r < fits->study->n_runs;
         r++)
        if (!fits->study->runs[r].refused &&
            strcmp(fits->study->runs[r].events->name, trials->file[run]) == 0) {
            *study_run = r;
            return fits->study->runs[r].events;
        }
    return NULL;
}

static vb_status put_block(const vb_fit_study *fits, const vb_trials *trials,
                           const size_t choice[], vb_buffer *all, vb_outputs *outputs,
                           vb_error *err)
{
    for (size_t run = 0; run < trials->n_runs; run++) {
        size_t at;
        const vb_table *table = table_of(fits, trials, run, &at);
        vb_buffer *out = all;
        vb_status status = VB_OK;

        if (!table)
            continue;
        if (!fits->choices) {
            char stem[512], folder[512];

            study_stem(fits->study, &fits->study->runs[at], stem, sizeof stem);
            study_folder(fits->study, &fits->study->runs[at], folder, sizeof folder);
            status =
                vb_outputs_add(outputs, &out, err, "%s/%s_events.tsv", folder, stem);
            if (status != VB_OK)
                return status;
            put_header(table, table->n_cols, out);
        }
        put_rows(fits, table, fits->choices ? fits->choices->n_cols : table->n_cols,
                 trials, run, choice, out);
        status = vb_buffer_ok(out, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

/* The true numbers, as trials and design read them. */
static void put_truth(const vb_fit_study *fits, size_t n,
                      const vb_recovery_unit units[], const size_t members[],
                      vb_buffer *out)
{
    const vb_model *model = &fits->models[0];

    vb_put_text(out, "participant_id\tcondition\tsession\trun");
    for (size_t p = 0; p < model->n_params; p++)
        vb_putf(out, "\t%s", model->params[p].name);
    vb_put_char(out, '\n');
    for (size_t i = 0; i < n; i++) {
        const vb_likelihood_facts *facts = vb_likelihood_facts_of(
            vb_fit_study_result(fits, 0, members[i])->likelihood);

        for (size_t s = 0; s < facts->n_sets; s++) {
            const vb_fit_unit *unit = &fits->units[members[i]];
            const char *const *level = facts->sets[s].level;

            vb_putf(out, "sub-%s\t%s\t%s\t%s", unit->participant,
                    level[VB_FIT_BY_CONDITION] ? level[VB_FIT_BY_CONDITION] : "n/a",
                    level[VB_FIT_BY_SESSION] ? level[VB_FIT_BY_SESSION]
                    : unit->session          ? unit->session
                                             : "n/a",
                    level[VB_FIT_BY_RUN] ? level[VB_FIT_BY_RUN]
                    : unit->run          ? unit->run
                                         : "n/a");
            for (size_t p = 0; p < model->n_params; p++) {
                const size_t k = facts->sets[s].number[p];

                vb_put_char(out, '\t');
                vb_put_number(out, k == VB_NONE ? fits->options[0].setting[p].fixed
                                                : units[i].theta[k]);
            }
            vb_put_char(out, '\n');
        }
    }
}

vb_status vb_fit_study_simulate(vb_fit_study *fits, const vb_simulation *simulation,
                                vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    vb_recovery_unit *units;
    vb_buffer all = {0}, *out;
    size_t *members, n;
    vb_status status =
        fit_recovery_units(fits, 0, simulation, &units, &members, &n, notes, err);

    if (status == VB_OK && fits->choices)
        put_header(fits->choices, fits->choices->n_cols, &all);
    for (size_t i = 0; i < n && status == VB_OK; i++)
        for (size_t b = 0; b < units[i].n_blocks && status == VB_OK; b++) {
            size_t *choice;

            status =
                simulate(fits, simulation, &units[i],
                         vb_fit_study_result(fits, 0, members[i]), b, &choice, err);
            if (status == VB_OK)
                status = put_block(fits, units[i].blocks[b].trials, choice, &all,
                                   outputs, err);
        }
    if (status == VB_OK && fits->choices) {
        status = vb_outputs_add(outputs, &out, err, "choices.tsv");
        if (status == VB_OK)
            vb_put(out, all.bytes, all.n);
    }
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "simulated_parameters.tsv");
    if (status == VB_OK)
        put_truth(fits, n, units, members, out);
    vb_buffer_free(&all);
    return status;
}
