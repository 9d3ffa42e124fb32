/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_design.c - design, diagnosis and contrasts of each run. */
#include "study_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Whether an event's rows last differently long in the runs of its participant. */
static bool durations_vary(const vb_study *study, const vb_study_run *run,
                           const vb_study_event *event)
{
    const vb_study_subject *subject = &study->subjects[run->subject];

    for (size_t r = 0; r < subject->n_runs; r++) {
        const vb_study_run *other = &study->runs[subject->first_run + r];

        for (size_t e = 0; e < other->n_event_types; e++)
            for (size_t i = 0; i < other->event_types[e].n &&
                               strcmp(other->event_types[e].name, event->name) == 0;
                 i++)
                if (event->n &&
                    other->event_types[e].duration_s[i] != event->duration_s[0])
                    return true;
    }
    return false;
}

/* What the design room takes, made of the study's arrays without copying them. */
static vb_status describe_run(vb_study *study, vb_study_run *run, vb_error *err)
{
    const vb_spec *spec = study->spec;
    const bool there = vb_dialect_orthogonalises(spec->design.like);
    const double ref = vb_dialect_sample_ref(spec->design.like);
    vb_design_event *events =
        vb_arena_take(study->arena, run->n_event_types, sizeof *events);

    if (!events)
        return vb_fail_memory(err, run->n_event_types * sizeof *events);
    for (size_t e = 0; e < run->n_event_types; e++) {
        const vb_study_event *from = &run->event_types[e];
        const vb_spec_event *rule = &spec->events[from->spec_event];
        vb_design_modulator *modulators =
            vb_arena_take(study->arena, from->n_modulators, sizeof *modulators);

        if (!modulators)
            return vb_fail_memory(err, from->n_modulators * sizeof *modulators);
        for (size_t k = 0; k < from->n_modulators; k++)
            modulators[k] =
                (vb_design_modulator){.name = from->modulator_names[k],
                                      .weight = from->weight[k],
                                      .polynomial = rule->modulators[k].polynomial};
        events[e] =
            (vb_design_event){.name = from->name,
                              .n_events = from->n,
                              .onset_s = from->onset_s,
                              .duration_s = from->duration_s,
                              .n_modulators = from->n_modulators,
                              .modulators = modulators,
                              .durations_vary = durations_vary(study, run, from),
                              .orthogonalise = there && rule->orthogonalise,
                              .time_modulation =
                                  from->plain ? 0 : rule->time_modulation};
    }
    if (!run->sample_stated && !isnan(ref)) { /* what the package takes by itself */
        run->sample_s = ref * run->tr_s;
        run->sample_from = "default of like: neither spec nor sidecar says";
    }
    run->input = (vb_design_run){.label = run->files->run ? run->files->run : "1",
                                 .tr_s = run->tr_s,
                                 .n_scans = run->n_scans,
                                 .sample_s = run->sample_s,
                                 .n_events = run->n_event_types,
                                 .events = events,
                                 .n_confounds = run->n_confounds,
                                 .confound_names = run->confound_names,
                                 .confounds = run->confounds};
    return VB_OK;
}

/* Notes and errors of the design room know no files: give them the run's. */
static void place_notes(vb_notes *into, vb_notes *from, const char *file)
{
    for (size_t i = 0; i < from->n; i++)
        if (!from->items[i].where.file[0])
            snprintf(from->items[i].where.file, sizeof from->items[i].where.file, "%s",
                     file);
    vb_notes_append(into, from);
    vb_notes_free(from);
}

/* SPM's microtime onset is a setting that must follow the slices' reference: it is taken
 * from there when the spec or a sidecar states one and the spec does not set it. */
vb_design_options study_design_options(const vb_study *study, const vb_study_run *run)
{
    vb_design_options options = study->spec->design;
    const unsigned bins = options.microtime ? options.microtime : 16;

    if (study->response.n)
        options.hrf_file = &study->response;
    if (run->sample_stated && !options.microtime_onset) {
        const double bin = floor(run->sample_s / run->tr_s * bins + .5);

        options.microtime_onset = (unsigned)fmin(fmax(bin, 0), bins - 1) + 1;
    }
    return options;
}

/* What the convention fixes may not be what the data were referred to. */
static void note_sample_time(const vb_study_run *run, vb_notes *notes)
{
    const double off_s = run->design->sample_s[0] - run->sample_s;

    if (run->sample_stated && fabs(off_s) > 1e-6)
        vb_note_add(
            notes, VB_WARNING, "sample-time", NULL, 0, 0,
            "like: %s samples %g s into each scan; the data stand for %g s (%s): "
            "regressors are %+.3f s off",
            run->design->like, run->design->sample_s[0], run->sample_s,
            run->sample_from, off_s);
}

static vb_status judge_contrasts(vb_study *study, vb_study_run *run, vb_error *err)
{
    const size_t n = study->n_contrasts;
    vb_status status = VB_OK;

    run->judged = vb_arena_take(study->arena, n, sizeof *run->judged);
    if (!run->judged)
        return vb_fail_memory(err, n * sizeof *run->judged);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        const vb_contrast *contrast = &run->contrasts[i];
        const double *weights = contrast->weights;

        if (!run->missing || !run->missing[i]) /* else it lacks columns */
            status = vb_design_judge_contrasts(run->design, 1, &contrast->n_rows,
                                               &weights, &run->judged[i], err);
    }
    return status;
}

/* The place of such a refusal is the contrast in the spec; which run it is in is worth as
 * much. */
static void name_run(const vb_study_run *run, vb_error *err)
{
    const size_t used = strlen(err->text);

    snprintf(err->text + used, sizeof err->text - used, " (%s)", run->files->events);
}

/* A fault at a place of the spec that not all runs have says which have it: a contrast on an
 * event that somebody does not have. */
static void name_some(const vb_study *study, vb_error failed[])
{
    const size_t n = study->n_runs;
    size_t selected = 0;

    for (size_t r = 0; r < n; r++)
        selected += study->runs[r].selected ? 1 : 0;
    for (size_t r = n; r-- > 0;) {
        size_t same = 0;

        if (failed[r].code != VB_EINPUT ||
            strcmp(failed[r].file, study->runs[r].files->events) == 0)
            continue;
        for (size_t q = 0; q < n; q++)
            same += failed[q].code != VB_OK && failed[q].line == failed[r].line &&
                            strcmp(failed[q].file, failed[r].file) == 0
                        ? 1
                        : 0;
        if (same < selected)
            name_run(&study->runs[r], &failed[r]);
    }
}

static vb_status design_run(vb_study *study, vb_study_run *run, vb_notes *notes,
                            vb_error *err)
{
    vb_notes own = {0};
    vb_status status = describe_run(study, run, err);

    if (status == VB_OK) {
        const vb_design_options options = study_design_options(study, run);

        status = vb_design_build(1, &run->input, &options, &run->design, &own, err);
    }
    if (status == VB_OK)
        status = vb_design_diagnose(run->design, &run->diagnosis, &own, err);
    if (status == VB_OK)
        status =
            vb_contrasts_resolve_run(run->design, study->n_contrasts, study->contrasts,
                                     study->spec->missing, study->arena,
                                     &run->contrasts, &run->missing, &own, err);
    if (status == VB_OK)
        status = judge_contrasts(study, run, err);
    if (status == VB_OK)
        note_sample_time(run, &own);
    place_notes(notes, &own, run->files->events);
    if (status != VB_OK && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", run->files->events);
    else if (status == VB_EESTIMATE && err)
        name_run(run, err);
    return status;
}

/* The contrast lacks the same column in all runs: then it is a slip, and the first run says
 * what there is. */
static vb_status check_missing(const vb_study *study, vb_notes *notes, vb_error *err)
{
    for (size_t c = 0; c < study->n_contrasts; c++) {
        const vb_study_run *first = NULL;
        bool everywhere = true;

        for (size_t r = 0; r < study->n_runs; r++) {
            const vb_study_run *run = &study->runs[r];

            if (!run->selected)
                continue;
            if (!first)
                first = run;
            everywhere = everywhere && run->missing[c] && first->missing[c] &&
                         strcmp(run->missing[c], first->missing[c]) == 0;
        }
        if (first && everywhere) {
            vb_contrast *made;

            return vb_contrasts_resolve(first->design, 1, &study->contrasts[c],
                                        study->arena, &made, notes, err);
        }
    }
    return VB_OK;
}

vb_status vb_study_designs(vb_study *study, vb_notes *notes, vb_error *err)
{
    vb_error first = {0};
    vb_error *failed = vb_arena_take(study->arena, study->n_runs, sizeof *failed);

    if (!failed)
        return vb_fail_memory(err, study->n_runs * sizeof *failed);
    for (size_t r = 0; r < study->n_runs; r++) {
        failed[r] = (vb_error){0};
        if (study->runs[r].selected)
            design_run(study, &study->runs[r], notes, &failed[r]);
    }
    name_some(study, failed);
    for (size_t r = 0; r < study->n_runs; r++)
        if (failed[r].code != VB_OK)
            study_keep_failure(notes, &failed[r], &first);
    if (first.code == VB_OK && study->spec->missing != VB_MISSING_ERROR)
        check_missing(study, notes, &first);
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
