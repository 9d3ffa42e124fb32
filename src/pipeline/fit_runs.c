/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_runs.c - choices from the events of runs, put together as fit.over says. */
#include "fit_internal.h"

#include <stdio.h>
#include <string.h>

char *fit_unit_name(const vb_fit_unit *unit, char out[], size_t size)
{
    snprintf(out, size, "sub-%s%s%s%s%s", unit->participant,
             unit->session ? " ses-" : "", unit->session ? unit->session : "",
             unit->run ? " run " : "", unit->run ? unit->run : "");
    return out;
}

void fit_study_fail(vb_fit_unit *unit, const vb_error *why, vb_notes *notes)
{
    char name[256];
    vb_error error = *why;

    fit_unit_name(unit, name, sizeof name);
    if (strncmp(why->text, "sub-", 4) != 0)
        snprintf(error.text, sizeof error.text, "%s: %.700s", name, why->text);
    if (!error.file[0] && unit->file) {
        snprintf(error.file, sizeof error.file, "%s", unit->file);
        error.line = unit->line;
    }
    if (unit->failure.code == VB_OK)
        unit->failure = error;
    vb_refuse(notes, NULL, error.code, "fit-refused", error.file[0] ? error.file : NULL,
              error.line, error.column, "%s", error.text);
}

void fit_study_pass_notes(const char *participant, const vb_notes *from, vb_notes *to)
{
    for (size_t i = 0; i < from->n; i++) {
        const vb_note *note = &from->items[i];

        if (note->severity != VB_REFUSAL) {
            const vb_notes one = {.items = &from->items[i], .n = 1};

            vb_notes_append(to, &one);
            continue;
        }
        vb_refuse(to, NULL, note->where.code, note->code,
                  note->where.file[0] ? note->where.file : NULL, note->where.line,
                  note->where.column, "sub-%s: %.700s", participant, note->where.text);
    }
}

/* Where the first trial stands. */
static void locate(vb_fit_unit *unit, const vb_trials *trials)
{
    if (unit->file || !trials->n_trials || !trials->file || !trials->line)
        return;
    unit->file = trials->file[trials->run[0]];
    unit->line = trials->line[0];
}

/* Adds the trials of some runs of a subject to a unit. */
static void add_block(vb_fit_study *fits, vb_fit_unit *unit, const char *session,
                      size_t first_run, size_t n_runs, vb_notes *notes)
{
    vb_study *study = fits->study;
    vb_trials **trials = &fits->trials[fits->n_trials];
    const char **labels = NULL;
    vb_error this = {0};
    vb_notes own = {0};

    for (size_t r = 0; r < n_runs; r++)
        if (study->runs[first_run + r].refused && unit->failure.code == VB_OK) {
            vb_fail_at(&this, VB_EINPUT, study->runs[first_run + r].files->events, 0, 0,
                       "its events are refused, so that it is not fitted");
            fit_study_fail(unit, &this, notes);
        }
    if (unit->failure.code != VB_OK)
        return;
    study_build_trials(study, first_run, n_runs, trials, &labels, &own, &this);
    fit_study_pass_notes(unit->participant, &own, notes);
    if (this.code != VB_OK) /* refusals of its own have been passed on */
        fit_study_fail(unit, &this, own.n_refusals ? NULL : notes);
    vb_notes_free(&own);
    if (this.code != VB_OK)
        return;
    fits->n_trials++;
    locate(unit, *trials);
    unit->blocks[unit->n_blocks++] =
        (vb_fit_block){.trials = *trials, .session = session, .run_labels = labels};
}

/* The unit that a subject or run belongs to: the last one, or a new one. */
static vb_fit_unit *unit_for(vb_fit_study *fits, const vb_study_subject *subject,
                             const char *run)
{
    const vb_fit_factor over = fits->spec->fit.over;
    vb_fit_unit *last = fits->n_units ? &fits->units[fits->n_units - 1] : NULL;

    if (last && over == VB_FIT_SHARED &&
        strcmp(last->participant, subject->participant) == 0)
        return last;
    last = &fits->units[fits->n_units++];
    *last = (vb_fit_unit){.participant = subject->participant,
                          .session = over == VB_FIT_SHARED ? NULL : subject->session,
                          .run = over == VB_FIT_BY_RUN ? run : NULL};
    last->blocks =
        vb_arena_take(fits->arena, fits->study->n_subjects, sizeof *last->blocks);
    return last->blocks ? last : NULL;
}

vb_status fit_study_runs(vb_fit_study *fits, vb_notes *notes, vb_error *err)
{
    vb_study *study = fits->study;
    const bool each = fits->spec->fit.over == VB_FIT_BY_RUN;

    fits->units = vb_arena_take(fits->arena, study->n_runs, sizeof *fits->units);
    fits->trials = vb_arena_take(fits->arena, study->n_runs, sizeof *fits->trials);
    if (!fits->units || !fits->trials)
        return vb_fail_memory(err, study->n_runs * sizeof *fits->units);
    for (size_t i = 0; i < study->n_subjects; i++) {
        const vb_study_subject *subject = &study->subjects[i];

        for (size_t r = 0; r < (each ? subject->n_runs : 1); r++) {
            const size_t first = subject->first_run + r;
            const char *label = study->runs[first].files->run;
            vb_fit_unit *unit = unit_for(fits, subject, label ? label : "1");

            if (!unit)
                return vb_fail_memory(err, sizeof *unit);
            add_block(fits, unit, subject->session, first, each ? 1 : subject->n_runs,
                      notes);
        }
    }
    return VB_OK;
}

vb_status fit_study_units(vb_fit_study *fits, const vb_study_source *source,
                          vb_notes *notes, vb_error *err)
{
    vb_study_source own = *source;
    vb_status status;

    own.keep_going = true;
    status = study_read(fits->spec, &own, &fits->study, notes, err);
    return status == VB_OK ? fit_study_runs(fits, notes, err) : status;
}
