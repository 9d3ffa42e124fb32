/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_weights.c - from raw signals to weights: over the scope the spec names, products of
 * modulators, orthogonalisation in the order named, with its ledger.
 */
#include "study_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static size_t part_of(const vb_spec_event *spec, const char *name)
{
    for (size_t k = 0; k < spec->n_modulators; k++)
        if (strcmp(spec->modulators[k].name, name) == 0)
            return k;
    return VB_NONE;
}

/* A product is missing where one of its parts is. */
void study_missing_parts(const vb_spec_event *spec, vb_study_event *event)
{
    for (size_t k = 0; k < spec->n_modulators; k++)
        for (size_t i = 0; i < spec->modulators[k].n_interaction; i++) {
            const size_t part = part_of(spec, spec->modulators[k].interaction[i]);
            const bool fills = spec->modulators[part].rule.missed == VB_MISSED_VALUE ||
                               spec->modulators[part].rule.missed == VB_MISSED_MEAN;

            for (size_t t = 0; t < event->n && !fills; t++)
                if (isnan(event->raw[part][t]))
                    event->raw[k][t] = NAN;
        }
}

/* Raw values of product k: of its parts' weights, as they are centred and scaled. */
static void multiply(const vb_spec_event *spec, size_t k, vb_study_event *event)
{
    const vb_spec_modulator *m = &spec->modulators[k];

    for (size_t t = 0; t < event->n; t++) {
        event->raw[k][t] = 1;
        for (size_t i = 0; i < m->n_interaction; i++)
            event->raw[k][t] *= event->weight[part_of(spec, m->interaction[i])][t];
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

/* What orthogonalisation does to the modulators, in the order of the spec and in its
 * reverse. */
static vb_status keep_ledger(vb_study *study, vb_study_event *event, vb_error *err)
{
    const size_t m = event->n_modulators;
    size_t *order = vb_arena_take(study->arena, m, sizeof *order);

    for (size_t way = 0; way < 2; way++) {
        vb_modulator_ledger *ledger = &event->ledger[way];
        vb_status status;

        ledger->removed = vb_arena_take(study->arena, m, sizeof(double));
        ledger->before = vb_arena_take(study->arena, m * m, sizeof(double));
        ledger->after = vb_arena_take(study->arena, m * m, sizeof(double));
        if (!order || !ledger->removed || !ledger->before || !ledger->after)
            return vb_fail_memory(err, m * m * sizeof(double));
        for (size_t k = 0; k < m; k++)
            order[k] = way ? m - 1 - k : k;
        status = vb_modulators_ledger(event->n, m, (const double *const *)event->weight,
                                      order, ledger, err);
        if (status != VB_OK)
            return status;
    }
    return VB_OK;
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

static vb_status prepare_all(vb_study *study, size_t e, bool products, vb_notes *notes,
                             vb_error *err)
{
    const vb_spec_event *spec = &study->spec->events[e];
    vb_status status = VB_OK;

    for (size_t k = 0; k < spec->n_modulators && status == VB_OK; k++) {
        if ((spec->modulators[k].n_interaction > 0) != products)
            continue;
        for (size_t r = 0; r < study->n_runs && products; r++)
            multiply(spec, k, &study->runs[r].event_types[e]);
        status = prepare(study, e, k, notes, err);
    }
    return status;
}

vb_status study_weights(vb_study *study, vb_notes *notes, vb_error *err)
{
    const vb_spec *spec = study->spec;
    vb_status status = VB_OK;

    for (size_t e = 0; e < spec->n_events && status == VB_OK; e++) {
        status = prepare_all(study, e, false, notes, err);
        if (status == VB_OK)
            status = prepare_all(study, e, true, notes, err);
    }
    for (size_t r = 0; r < study->n_runs; r++)
        for (size_t e = 0; e < spec->n_events && status == VB_OK; e++) {
            vb_study_event *event = &study->runs[r].event_types[e];

            settle_dropped(study, &study->runs[r], event, notes);
            if (event->n && event->n_modulators > 1)
                status = keep_ledger(study, event, err);
            if (status == VB_OK && spec->events[e].orthogonalise && event->n)
                status = orthogonalise(study, event, err);
        }
    if (status == VB_OK)
        study_note_modulators(study, notes);
    return status;
}
