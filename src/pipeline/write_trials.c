/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * write_trials.c - the events of a run with every signal of the model as a column.
 *
 * Rows and columns of the source stay as they are.  A signal of the same name as a source
 * column is left out when the numbers are the same, and is model_NAME when they differ.
 * Rows that are no trials have n/a.
 */
#include "study_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct signal_set {
    size_t n;
    const char **signal; /* as the model knows it */
    const char **names;  /* of the column: the same, or model_NAME */
    double **values;     /* [n][n_trials] */
    char (*units)[64];
    size_t n_drawn; /* signals that depend on the parameters */
    const char **drawn;
} signal_set;

/* Sums, absolute differences and differences by side are a few clicks away in any
 * statistics program; of subjective value they are what papers report. */
static bool is_usual(const char *name)
{
    if (!vb_signal_is_usual(name))
        return false;
    return strncmp(name, "sv", 2) == 0 ||
           (!strstr(name, "_sum") && !strstr(name, "_abs_difference") &&
            !strstr(name, "_minus_"));
}

static bool uses(const vb_spec_modulator *m, const char *name)
{
    return m->signal && strcmp(m->signal, name) == 0;
}

static bool is_used(const vb_spec *spec, const char *name)
{
    for (size_t e = 0; e < spec->n_events; e++) {
        if (spec->events[e].n_parts && uses(&spec->events[e].split, name))
            return true;
        for (size_t k = 0; k < spec->events[e].n_modulators; k++)
            if (uses(&spec->events[e].modulators[k], name))
                return true;
    }
    return false;
}

/* True when the source has a column of the signal's name with the same numbers at the
 * run's trials: it then needs no second one. */
static bool column_says_it(const vb_study *study, const vb_study_run *run,
                           const char *name, const double values[])
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const size_t r = (size_t)(run - study->runs) - subject->first_run;
    const size_t column = vb_table_find(run->events, name);

    for (size_t t = 0; column != VB_NONE && t < subject->trials->n_trials; t++) {
        double x;

        if (subject->trials->run[t] != r)
            continue;
        vb_number_read(vb_table_cell(run->events, subject->trials->row[t], column), &x);
        if (!(x == values[t] || (isnan(x) && isnan(values[t]))))
            return false;
    }
    return column != VB_NONE;
}

/* NAME_sd of the signal last taken, when it depends on the parameters. */
static vb_status add_sd(const vb_study *study, const vb_study_subject *subject,
                        signal_set *signals, vb_error *err)
{
    const size_t last = signals->n - 1, at = signals->n;
    bool varies = false;
    vb_status status;

    signals->values[at] =
        vb_arena_take(study->arena, subject->trials->n_trials, sizeof(double));
    if (!signals->values[at])
        return vb_fail_memory(err, subject->trials->n_trials * sizeof(double));
    status = study_signal_sd(study, subject, signals->signal[last],
                             signals->values[last], signals->values[at], &varies, err);
    if (status != VB_OK || !varies)
        return status;
    signals->signal[at] = signals->signal[last];
    signals->names[at] = vb_arena_printf(study->arena, "%s_sd", signals->names[last]);
    memcpy(signals->units[at], signals->units[last], sizeof signals->units[at]);
    signals->drawn[signals->n_drawn++] = signals->signal[last];
    signals->n++;
    return signals->names[at] ? VB_OK : vb_fail_memory(err, 64);
}

static vb_status take_signals(const vb_study *study, const vb_study_run *run, bool all,
                              signal_set *signals, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const char **names;
    size_t n;
    vb_status status =
        vb_signal_names(&study->model, subject->trials, study->arena, &n, &names, err);

    if (status != VB_OK)
        return status;
    *signals = (signal_set){
        .signal = vb_arena_take(study->arena, 2 * n, sizeof *signals->signal),
        .names = vb_arena_take(study->arena, 2 * n, sizeof *signals->names),
        .values = vb_arena_take(study->arena, 2 * n, sizeof *signals->values),
        .units = vb_arena_take(study->arena, 2 * n, sizeof *signals->units),
        .drawn = vb_arena_take(study->arena, n, sizeof *signals->drawn)};
    if (!signals->signal || !signals->names || !signals->values || !signals->units ||
        !signals->drawn)
        return vb_fail_memory(err, n * sizeof *signals->units);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        const size_t at = signals->n;

        if (!all && !is_usual(names[i]) && !is_used(study->spec, names[i]))
            continue;
        signals->signal[at] = signals->names[at] = names[i];
        signals->values[at] =
            vb_arena_take(study->arena, subject->trials->n_trials, sizeof(double));
        if (!signals->values[at])
            return vb_fail_memory(err, subject->trials->n_trials * sizeof(double));
        status =
            vb_signal(names[i], &study->model, subject->trials, subject->evaluation,
                      study->spec->trials.units, signals->values[at],
                      signals->units[at], sizeof signals->units[at], err);
        if (status != VB_OK ||
            column_says_it(study, run, names[i], signals->values[at]))
            continue;
        if (vb_table_find(run->events, names[i]) != VB_NONE)
            signals->names[at] = vb_arena_printf(study->arena, "model_%s", names[i]);
        signals->n++;
        if (subject->n_draws > 1)
            status = add_sd(study, subject, signals, err);
    }
    return status;
}

static void put_cell(vb_buffer *out, const char *cell)
{
    if (!strpbrk(cell, "\t\"")) {
        vb_put_text(out, *cell ? cell : "n/a");
        return;
    }
    vb_put_char(out, '"'); /* BIDS: a field with a tab is quoted */
    for (; *cell; cell++)
        vb_put_text(out, *cell == '"' ? "\"\"" : (char[]){*cell, '\0'});
    vb_put_char(out, '"');
}

static void put_table(vb_buffer *out, const vb_study_run *run, const vb_trials *trials,
                      size_t r, const signal_set *signals, size_t trial_of_row[])
{
    const vb_table *t = run->events;

    for (size_t i = 0; i < t->n_rows; i++)
        trial_of_row[i] = VB_NONE;
    for (size_t k = 0; trials && k < trials->n_trials; k++)
        if (trials->run[k] == r)
            trial_of_row[trials->row[k]] = k;
    for (size_t c = 0; c < t->n_cols; c++) {
        vb_put_text(out, c ? "\t" : "");
        put_cell(out, t->columns[c]);
    }
    for (size_t i = 0; i < signals->n; i++)
        vb_putf(out, "\t%s", signals->names[i]);
    vb_put_char(out, '\n');
    for (size_t row = 0; row < t->n_rows; row++) {
        for (size_t c = 0; c < t->n_cols; c++) {
            if (c)
                vb_put_char(out, '\t');
            put_cell(out, vb_table_cell(t, row, c));
        }
        for (size_t i = 0; i < signals->n; i++) {
            const size_t k = trial_of_row[row];

            vb_put_char(out, '\t');
            vb_put_number(out, k == VB_NONE ? (double)NAN : signals->values[i][k]);
        }
        vb_put_char(out, '\n');
    }
}

static void put_sidecar(vb_buffer *out, const vb_study *study, const vb_study_run *run,
                        const signal_set *signals, const vb_provenance *provenance,
                        const vb_notes *notes)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    for (size_t i = 0; i < signals->n; i++) {
        char meaning[512] = "";

        vb_signal_describe(signals->signal[i], subject->trials, meaning,
                           sizeof meaning);
        vb_json_open(&j, signals->names[i], '{');
        if (i && signals->signal[i] == signals->signal[i - 1])
            snprintf(meaning, sizeof meaning,
                     "standard deviation of %s over %zu draws of the parameters",
                     signals->names[i - 1], subject->n_draws);
        vb_json_text(&j, "Description", meaning);
        vb_json_text(&j, "Units",
                     signals->units[i][0] ? signals->units[i] : "arbitrary");
        vb_json_close(&j);
    }
    study_put_provenance(&j, study, run, provenance);
    study_put_notes(&j, run, notes);
    vb_json_close(&j);
}

static vb_status write_run(const vb_study *study, const vb_study_run *run,
                           const vb_provenance *provenance, bool all,
                           const vb_notes *notes, vb_outputs *outputs, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const size_t r = (size_t)(run - study->runs) - subject->first_run;
    size_t *trial_of_row =
        vb_arena_take(study->arena, run->events->n_rows, sizeof *trial_of_row);
    signal_set signals = {0};
    char stem[512], folder[512];
    vb_buffer *out;
    vb_status status = trial_of_row ? VB_OK : vb_fail_memory(err, run->events->n_rows);

    study_stem(study, run, stem, sizeof stem);
    study_folder(study, run, folder, sizeof folder);
    if (status == VB_OK && subject->trials)
        status = take_signals(study, run, all, &signals, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/%s_desc-trials_events.tsv",
                                folder, stem);
    if (status != VB_OK)
        return status;
    put_table(out, run, subject->trials, r, &signals, trial_of_row);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s/%s_desc-trials_events.json",
                                folder, stem);
    if (status != VB_OK)
        return status;
    put_sidecar(out, study, run, &signals, provenance, notes);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK && signals.n_drawn)
        status = study_write_draws(study, run, signals.n_drawn, signals.drawn, folder,
                                   stem, outputs, err);
    return status;
}

vb_status vb_study_write_trials(const vb_study *study, const vb_provenance *provenance,
                                bool all, const vb_notes *notes, vb_outputs *outputs,
                                vb_error *err)
{
    vb_status status = VB_OK;

    for (size_t r = 0; r < study->n_runs && status == VB_OK; r++)
        if (study->runs[r].selected)
            status =
                write_run(study, &study->runs[r], provenance, all, notes, outputs, err);
    return status;
}
