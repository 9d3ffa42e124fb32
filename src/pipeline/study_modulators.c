/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_modulators.c - raw signal of every modulator at every event, missed trials that get
 * an event of their own, and the weights over the scope the spec names.
 */
#include "study_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The name is neither a signal nor a column: say what there is. */
static vb_status unknown_signal(vb_study *study, const vb_study_run *run,
                                const vb_spec_modulator *m, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    const vb_table *table = run->events;
    size_t n = 0;
    const char **signals = NULL, **all;
    char advice[512], quoted[VB_QUOTE_MAX];

    if (subject->trials && vb_signal_names(&study->model, subject->trials, study->arena,
                                           &n, &signals, err) != VB_OK)
        return err ? err->code : VB_ENOMEM;
    all = vb_arena_take(study->arena, n + table->n_cols, sizeof *all);
    if (!all)
        return vb_fail_memory(err, n + table->n_cols);
    for (size_t i = 0; i < n; i++)
        all[i] = signals[i];
    for (size_t c = 0; c < table->n_cols; c++)
        all[n + c] = table->columns[c];
    return vb_fail_at(
        err, VB_EINPUT, study->spec->file, m->line, m->at,
        "modulator '%s' is neither a signal of the model nor a column of %s%s",
        vb_quote(m->signal, quoted), table->name,
        vb_suggest(m->signal, all, n + table->n_cols, advice, sizeof advice));
}

/* values[rows] of a modulator made from a column or an expression. */
static vb_status from_columns(vb_study *study, const vb_study_run *run,
                              const vb_spec_modulator *m, const vb_study_event *event,
                              double raw[], vb_notes *notes, vb_error *err)
{
    const size_t n_rows = run->events->n_rows;
    const size_t column = m->column ? VB_NONE : vb_table_find(run->events, m->signal);
    double *values = vb_arena_take(study->arena, n_rows, sizeof *values);
    bool *wanted = vb_arena_take(study->arena, n_rows, sizeof *wanted);
    vb_status status;

    if (!values || !wanted)
        return vb_fail_memory(err, n_rows * sizeof *values);
    for (size_t i = 0; i < event->n; i++)
        wanted[event->row[i]] = true; /* other rows may hold anything */
    status = m->column
                 ? vb_rows_numbers(m->column, run->events, m->name, wanted, values,
                                   NULL, notes, err)
                 : vb_table_numbers(run->events, column, values, NULL, notes, err);
    for (size_t i = 0; i < event->n && status == VB_OK; i++)
        raw[i] = values[event->row[i]];
    return status;
}

/* values of a modulator made from a signal of the model. */
static vb_status from_signal(vb_study *study, const vb_study_run *run,
                             const vb_spec_modulator *m, const vb_study_event *event,
                             double raw[], vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    double *values =
        vb_arena_take(study->arena, subject->trials->n_trials, sizeof *values);
    char unit[64];
    vb_error why = {0};
    vb_status status;

    if (!values)
        return vb_fail_memory(err, subject->trials->n_trials * sizeof *values);
    status = vb_signal(m->signal, &study->model, subject->trials, subject->evaluation,
                       study->spec->trials.units, values, unit, sizeof unit, &why);
    if (status != VB_OK)
        return vb_fail_at(err, status, study->spec->file, m->line, m->at, "%s",
                          why.text);
    for (size_t i = 0; i < event->n; i++)
        raw[i] = event->trial[i] == VB_NONE ? (double)NAN : values[event->trial[i]];
    return VB_OK;
}

static vb_status raw_signal(vb_study *study, const vb_study_run *run,
                            const vb_spec_modulator *m, const vb_study_event *event,
                            double raw[], vb_notes *notes, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[run->subject];
    char meaning[512];

    if (!m->column && subject->trials &&
        vb_signal_exists(m->signal, &study->model, subject->trials))
        return from_signal(study, run, m, event, raw, err);
    if (m->column || vb_table_find(run->events, m->signal) != VB_NONE)
        return from_columns(study, run, m, event, raw, notes, err);
    if (subject->trials &&
        vb_signal_describe(m->signal, subject->trials, meaning, sizeof meaning))
        return from_signal(study, run, m, event, raw, err); /* says what it lacks */
    return unknown_signal(study, run, m, err);
}

static vb_status take_modulators(vb_study *study, const vb_study_run *run,
                                 vb_study_event *event, vb_notes *notes, vb_error *err)
{
    const vb_spec_event *spec = &study->spec->events[event->spec_event];
    const size_t m = spec->n_modulators;

    event->n_modulators = m;
    event->modulator_names = vb_arena_take(study->arena, m, sizeof(char *));
    event->raw = vb_arena_take(study->arena, m, sizeof(double *));
    event->weight = vb_arena_take(study->arena, m, sizeof(double *));
    event->record = vb_arena_take(study->arena, m, sizeof *event->record);
    event->variance_removed = vb_arena_take(study->arena, m, sizeof(double));
    if (!event->modulator_names || !event->raw || !event->weight || !event->record ||
        !event->variance_removed)
        return vb_fail_memory(err, m * sizeof *event->record);
    for (size_t k = 0; k < m; k++) {
        vb_status status;

        event->modulator_names[k] = spec->modulators[k].name;
        event->raw[k] = vb_arena_take(study->arena, event->n, sizeof(double));
        event->weight[k] = vb_arena_take(study->arena, event->n, sizeof(double));
        if (!event->raw[k] || !event->weight[k])
            return vb_fail_memory(err, event->n * sizeof(double));
        status = raw_signal(study, run, &spec->modulators[k], event, event->raw[k],
                            notes, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
}

/* Whether event i leaves for EVENT_missed: some own-event modulator is missing there. */
static bool leaves(const vb_spec_event *spec, const vb_study_event *event, size_t i)
{
    for (size_t k = 0; k < event->n_modulators; k++)
        if (spec->modulators[k].rule.missed == VB_MISSED_OWN_EVENT &&
            isnan(event->raw[k][i]))
            return true;
    return false;
}

/* Moves missed trials into an event of their own, behind the others of the run. */
static vb_status split_missed(vb_study *study, vb_study_run *run, vb_study_event *event,
                              vb_notes *notes, vb_error *err)
{
    const vb_spec_event *spec = &study->spec->events[event->spec_event];
    vb_study_event missed = {.spec_event = event->spec_event};
    size_t kept = 0;

    missed.name = vb_arena_printf(study->arena, "%s_missed", event->name);
    missed.row = vb_arena_take(study->arena, event->n, sizeof *missed.row);
    missed.trial = vb_arena_take(study->arena, event->n, sizeof *missed.trial);
    missed.onset_s = vb_arena_take(study->arena, event->n, sizeof(double));
    missed.duration_s = vb_arena_take(study->arena, event->n, sizeof(double));
    if (!missed.name || !missed.row || !missed.trial || !missed.onset_s ||
        !missed.duration_s)
        return vb_fail_memory(err, event->n * sizeof(double));
    for (size_t i = 0; i < event->n; i++) {
        const bool out = leaves(spec, event, i);
        vb_study_event *to = out ? &missed : event;
        const size_t at = out ? missed.n++ : kept++;

        to->row[at] = event->row[i];
        to->trial[at] = event->trial[i];
        to->onset_s[at] = event->onset_s[i];
        to->duration_s[at] = event->duration_s[i];
        for (size_t k = 0; k < event->n_modulators && !out; k++)
            event->raw[k][at] = event->raw[k][i];
    }
    event->n = kept;
    if (missed.n) {
        vb_note_add(notes, VB_INFO, "missed-own-event", run->events->name, 0, 0,
                    "%zu missed trial%s of '%s' in an event of their own, '%s'",
                    missed.n, missed.n == 1 ? "" : "s", event->name, missed.name);
        run->event_types[run->n_event_types++] = missed;
    }
    return VB_OK;
}

/* A missing signal because nothing was chosen is what the policy is for: a note.  Any
 * other missing value is worth a warning. */
static void count_missing(const vb_study *study, const vb_study_run *run,
                          const vb_study_event *event, vb_notes *notes)
{
    static const char *const fate[] = {"left out of the modulated column",
                                       "moved to an event of their own",
                                       "given the value the spec says",
                                       "given the mean of the others"};
    const vb_spec_event *spec = &study->spec->events[event->spec_event];
    const vb_trials *trials = study->subjects[run->subject].trials;

    for (size_t k = 0; k < event->n_modulators; k++) {
        size_t n = 0, unchosen = 0;

        for (size_t i = 0; i < event->n; i++) {
            if (!isnan(event->raw[k][i]))
                continue;
            n++;
            unchosen += trials && trials->choice && event->trial[i] != VB_NONE &&
                        trials->choice[event->trial[i]] == VB_NONE;
        }
        if (n)
            vb_note_add(
                notes, n == unchosen ? VB_INFO : VB_WARNING, "modulator-missing",
                run->events->name, 0, 0,
                "modulator '%s' of '%s' is missing (n/a) in %zu of %zu events: %s",
                event->modulator_names[k], event->name, n, event->n,
                fate[spec->modulators[k].rule.missed]);
    }
}

/* The counts of vb_modulator_prepare are over all runs; those above name the file. */
static void keep_other_notes(vb_notes *notes, vb_notes *own)
{
    for (size_t i = 0; i < own->n; i++)
        if (strcmp(own->items[i].code, "modulator-missing") != 0) {
            const vb_notes one = {.items = &own->items[i], .n = 1};

            vb_notes_append(notes, &one);
        }
    vb_notes_free(own);
}

vb_modulator_rule study_rule(const vb_spec *spec, const vb_spec_modulator *m)
{
    vb_modulator_rule rule = m->rule;

    if (!m->centre_stated && vb_dialect_centres_over_runs(spec->design.like))
        rule.centre = VB_SCOPE_SUBJECT;
    return rule;
}

/* The raw signal without events that the package drops before it centres (AFNI: outside 0
 * to the last volume); *n counts them.  NULL: no memory. */
static const double *without_dropped(vb_study *study, const vb_study_run *run,
                                     const vb_study_event *event, const double raw[],
                                     size_t *n)
{
    const double last_s = (double)(run->n_scans - 1) * run->tr_s;
    double *out = vb_arena_take(study->arena, event->n, sizeof *out);

    *n = 0;
    for (size_t i = 0; out && i < event->n; i++) {
        const bool dropped =
            event->onset_s[i] < 0 || (run->n_scans && event->onset_s[i] > last_s);

        out[i] = dropped ? (double)NAN : raw[i];
        *n += dropped && !isnan(raw[i]);
    }
    return out;
}

/* Weights of modulator k of the spec's event e, over all runs. */
static vb_status prepare(vb_study *study, size_t e, size_t k, vb_notes *notes,
                         vb_error *err)
{
    const vb_spec_modulator *m = &study->spec->events[e].modulators[k];
    const size_t n_runs = study->n_runs;
    size_t *n = vb_arena_take(study->arena, n_runs, sizeof *n);
    size_t *group = vb_arena_take(study->arena, n_runs, sizeof *group);
    const double **raw = vb_arena_take(study->arena, n_runs, sizeof *raw);
    double **out = vb_arena_take(study->arena, n_runs, sizeof *out);
    vb_modulator_record *record = vb_arena_take(study->arena, n_runs, sizeof *record);
    char name[256];
    const vb_modulator_rule rule = study_rule(study->spec, m);
    size_t *dropped = vb_arena_take(study->arena, n_runs, sizeof *dropped);
    vb_notes own = {0};
    size_t person = 0;
    vb_status status;

    if (!dropped || !n || !group || !raw || !out || !record)
        return vb_fail_memory(err, n_runs * sizeof *record);
    for (size_t r = 0; r < n_runs; r++) {
        const vb_study_event *event = &study->runs[r].event_types[e];

        if (r && strcmp(study->runs[r].files->participant,
                        study->runs[r - 1].files->participant) != 0)
            person++; /* sessions of one participant are pooled */
        n[r] = event->n;
        group[r] = person;
        raw[r] = event->raw[k];
        if (vb_dialect_centres_over_runs(study->spec->design.like))
            raw[r] = without_dropped(study, &study->runs[r], event, event->raw[k],
                                     &dropped[r]);
        if (!raw[r])
            return vb_fail_memory(err, event->n * sizeof(double));
        out[r] = event->weight[k];
    }
    snprintf(name, sizeof name, "%s*%s", study->spec->events[e].name, m->name);
    status = vb_modulator_prepare(&rule, name, n_runs, n, group, raw, out, record, &own,
                                  err);
    keep_other_notes(notes, &own);
    for (size_t r = 0; r < n_runs && status == VB_OK; r++) {
        record[r].n_missing -= dropped[r];
        study->runs[r].event_types[e].record[k] = record[r];
    }
    return status;
}

/* What orthogonalising in this order takes away, also where the dialect does it itself (SPM
 * by the same rule over trials; FEAT over scans, so that no number is given). */
static vb_status orthogonalise(vb_study *study, vb_study_event *event, vb_error *err)
{
    const char *like = study->spec->design.like;
    const size_t m = event->n_modulators;
    double **weights = vb_arena_take(study->arena, m, sizeof *weights);

    if (!weights)
        return vb_fail_memory(err, m * sizeof *weights);
    if (!vb_dialect_orthogonalises(like))
        return vb_modulators_orthogonalise(event->n, m, event->weight,
                                           event->variance_removed, err);
    for (size_t k = 0; k < m; k++) {
        event->variance_removed[k] = NAN;
        weights[k] = vb_arena_take(study->arena, event->n, sizeof **weights);
        if (!weights[k])
            return vb_fail_memory(err, event->n * sizeof **weights);
        memcpy(weights[k], event->weight[k], event->n * sizeof **weights);
    }
    if (strcmp(like, "spm") != 0)
        return VB_OK;
    return vb_modulators_orthogonalise(event->n, m, weights, event->variance_removed,
                                       err);
}

/* SPM centres what it orthogonalises over all trials of the condition, those without a
 * value too: these get the mean of the others, so that they carry no weight there either.
 * Elsewhere a trial left out of an uncentred modulator counts as 0, which is worth a
 * word. */
static void settle_dropped(const vb_study *study, const vb_study_run *run,
                           vb_study_event *event, vb_notes *notes)
{
    const vb_spec_event *spec = &study->spec->events[event->spec_event];
    const char *like = study->spec->design.like;
    const bool spm_centres = spec->orthogonalise && like && strcmp(like, "spm") == 0;

    for (size_t k = 0; k < event->n_modulators; k++) {
        double sum = 0;
        size_t n = 0;

        for (size_t i = 0; i < event->n; i++)
            if (!isnan(event->weight[k][i])) {
                sum += event->weight[k][i];
                n++;
            }
        if (n == event->n || !n ||
            study_rule(study->spec, &spec->modulators[k]).centre != VB_SCOPE_NONE)
            continue;
        for (size_t i = 0; i < event->n && spm_centres; i++)
            if (isnan(event->weight[k][i]))
                event->weight[k][i] = sum / (double)n;
        if (!spm_centres)
            vb_note_add(
                notes, VB_WARNING, "modulator-drop-uncentred", run->events->name, 0, 0,
                "modulator '%s' of '%s' is not centred: the %zu trials left out of "
                "it count as 0, their mean is %g; say centre: run or missed: mean",
                event->modulator_names[k], event->name, event->n - n, sum / (double)n);
    }
}

vb_status study_modulators(vb_study *study, vb_notes *notes, vb_error *err)
{
    const vb_spec *spec = study->spec;
    vb_status status = VB_OK;

    for (size_t r = 0; r < study->n_runs; r++)
        for (size_t e = 0; e < spec->n_events && status == VB_OK; e++) {
            vb_study_run *run = &study->runs[r];
            vb_study_event *event = &run->event_types[e];

            status = take_modulators(study, run, event, notes, err);
            if (status != VB_OK)
                continue;
            count_missing(study, run, event, notes);
            status = split_missed(study, run, event, notes, err);
        }
    for (size_t e = 0; e < spec->n_events; e++)
        for (size_t k = 0; k < spec->events[e].n_modulators && status == VB_OK; k++)
            status = prepare(study, e, k, notes, err);
    for (size_t r = 0; r < study->n_runs; r++)
        for (size_t e = 0; e < spec->n_events && status == VB_OK; e++) {
            vb_study_event *event = &study->runs[r].event_types[e];

            settle_dropped(study, &study->runs[r], event, notes);
            if (spec->events[e].orthogonalise && event->n)
                status = orthogonalise(study, event, err);
        }
    return status;
}
