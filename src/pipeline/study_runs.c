/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_runs.c - which runs there are, and their events tables read and checked. */
#include "study_internal.h"
#include "valuebold/names.h"
#include "valuebold/nifti.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far beyond a run its numbers reach.  What is asked for (--run, --participant-label)
 * selects what is written and must not change it, so all that counts is loaded. */
static vb_scope reach(const vb_spec *spec)
{
    vb_scope widest = VB_SCOPE_RUN;

    if (spec->has_trials &&
        (spec->model.staged ||
         (spec->model.learning_rule && spec->model.learning_carries_over) ||
         (spec->model.fatigue_rule && spec->model.fatigue_carries_over)))
        widest = VB_SCOPE_SUBJECT;
    if (vb_dialect_centres_over_runs(spec->design.like))
        widest = VB_SCOPE_SUBJECT; /* and one response for all runs */
    if (spec->has_trials && spec->fit.asked)
        widest = spec->fit.method == VB_FIT_HIERARCHICAL ? VB_SCOPE_SAMPLE
                                                         : VB_SCOPE_SUBJECT;
    for (size_t e = 0; e < spec->n_events; e++) {
        if (spec->events[e].n_parts && spec->events[e].split_over > widest)
            widest = spec->events[e].split_over;
        for (size_t m = 0; m < spec->events[e].n_modulators; m++) {
            const vb_modulator_rule rule =
                study_rule(spec, &spec->events[e].modulators[m]);
            const bool scaled =
                rule.scale == VB_SCALE_Z || rule.scale == VB_SCALE_MINMAX;

            if (rule.centre > widest)
                widest = rule.centre;
            if (scaled && rule.scale_over > widest)
                widest = rule.scale_over;
        }
    }
    return widest;
}

static const char *after_prefix(const char *label, const char *prefix)
{
    const size_t n = strlen(prefix);

    return strncmp(label, prefix, n) == 0 ? label + n : label;
}

/* TR and scans of a plain image, as vb_bids_find reads them of a data set's. */
static vb_status read_image(const char *path, vb_bids_run *run, vb_notes *notes,
                            vb_error *err)
{
    vb_nifti_header header;
    vb_status status = vb_nifti_header_read(path, &header, notes, err);

    if (status == VB_OK)
        status = vb_nifti_check_bold(&header, err);
    if (status != VB_OK)
        return status;
    run->bold = path;
    run->n_scans = header.n_volumes;
    run->n_scans_source = path;
    if (!isnan(run->tr_s) && !isnan(header.tr_s) &&
        fabs(run->tr_s - header.tr_s) > .001)
        return vb_fail_at(err, VB_EINPUT, path, 0, 0,
                          "the header says TR %g s, %s says %g s; they must not differ "
                          "(give --tr to decide)",
                          header.tr_s, run->tr_source, run->tr_s);
    if (isnan(run->tr_s) && !isnan(header.tr_s)) {
        run->tr_s = header.tr_s;
        run->tr_source = path;
    }
    return VB_OK;
}

/* Plain files: one run a file, of one participant. */
static vb_status plain_runs(vb_study *study, const vb_study_source *source,
                            vb_notes *notes, vb_error *err)
{
    const char *participant = source->participant ? source->participant : "01";
    const size_t n = source->n_events_files;
    vb_bids *bids = calloc(1, sizeof *bids);

    study->bids = bids;
    if (bids)
        bids->arena = vb_arena_alloc();
    if (bids && bids->arena)
        bids->runs = vb_arena_take(bids->arena, n, sizeof *bids->runs);
    if (!bids || !bids->arena || !bids->runs)
        return vb_fail_memory(err, n * sizeof *bids->runs);
    participant = after_prefix(participant, "sub-");
    if (!vb_is_label(participant)) {
        char quoted[VB_QUOTE_MAX];

        return vb_fail(err, VB_EUSAGE,
                       "participant label '%s' is invalid; use letters and digits",
                       vb_quote(participant, quoted));
    }
    for (size_t r = 0; r < n; r++) {
        vb_bids_run *run = &bids->runs[r];
        vb_status status = VB_OK;

        run->participant = participant;
        run->task = study->spec->task ? study->spec->task : "task";
        run->run = n > 1 ? vb_arena_printf(bids->arena, "%zu", r + 1) : NULL;
        run->events = source->events_files[r];
        run->tr_s = run->start_time_s = run->slice_time_mid_s = NAN;
        if (source->sidecar)
            status =
                vb_bids_read_sidecar(source->sidecar, bids->arena, run, notes, err);
        if (status == VB_OK && r < source->n_bold_files)
            status = read_image(source->bold_files[r], run, notes, err);
        if (status != VB_OK)
            return status;
        bids->n_runs++;
    }
    return VB_OK;
}

static bool same_subject(const vb_bids_run *a, const vb_bids_run *b)
{
    const char *sa = a->session ? a->session : "", *sb = b->session ? b->session : "";

    return strcmp(a->participant, b->participant) == 0 && strcmp(sa, sb) == 0;
}

/* asked: the runs that were asked for; NULL: all of them. */
static bool is_asked(const vb_bids *asked, const vb_bids_run *files)
{
    for (size_t r = 0; asked && r < asked->n_runs; r++)
        if (strcmp(asked->runs[r].events ? asked->runs[r].events : "",
                   files->events ? files->events : "") == 0 &&
            same_subject(&asked->runs[r], files))
            return true;
    return !asked;
}

static vb_status group_runs(vb_study *study, const vb_bids *asked, vb_error *err)
{
    const vb_bids *bids = study->bids;

    study->runs = vb_arena_take(study->arena, bids->n_runs, sizeof *study->runs);
    study->subjects =
        vb_arena_take(study->arena, bids->n_runs, sizeof *study->subjects);
    if (!study->runs || !study->subjects)
        return vb_fail_memory(err, bids->n_runs * sizeof *study->runs);
    for (size_t r = 0; r < bids->n_runs; r++) {
        const vb_bids_run *files = &bids->runs[r];

        if (!r || !same_subject(files, &bids->runs[r - 1]))
            study->subjects[study->n_subjects++] =
                (vb_study_subject){.participant = files->participant,
                                   .session = files->session,
                                   .first_run = r};
        study->subjects[study->n_subjects - 1].n_runs++;
        study->runs[r].files = files;
        study->runs[r].subject = study->n_subjects - 1;
        study->runs[r].selected = is_asked(asked, files);
        study->subjects[study->n_subjects - 1].selected |= study->runs[r].selected;
    }
    study->n_runs = bids->n_runs;
    return VB_OK;
}

/* Onsets must be numbers; a negative duration is no duration. */
static vb_status check_events(vb_study *study, vb_study_run *run, vb_notes *notes,
                              vb_error *err)
{
    const vb_table *t = run->events;
    const size_t duration = vb_table_find(t, "duration");
    size_t onset, n_missing = 0, n_negative = 0, n_unsorted = 0;
    vb_error first = {0};
    vb_status status = vb_table_need(t, "onset", &onset, err);

    if (status != VB_OK)
        return status;
    if (!t->n_rows)
        return vb_fail_at(err, VB_EINPUT, t->name, 1, 0,
                          "no events: the table has a header and no rows");
    run->onset_s = vb_arena_take(study->arena, t->n_rows, sizeof(double));
    run->duration_s = vb_arena_take(study->arena, t->n_rows, sizeof(double));
    if (!run->onset_s || !run->duration_s)
        return vb_fail_memory(err, t->n_rows * sizeof(double));
    status = vb_table_numbers(t, onset, run->onset_s, &n_missing, notes, err);
    if (status != VB_OK)
        return status;
    for (size_t i = 0; i < t->n_rows; i++) {
        run->duration_s[i] = NAN;
        if (isnan(run->onset_s[i]))
            vb_refuse(notes, &first, VB_EINPUT, "onset-missing", t->name, t->line[i],
                      onset + 1, "onset is n/a; every event needs an onset in seconds");
        n_negative += run->onset_s[i] < 0;
        n_unsorted += i && run->onset_s[i] < run->onset_s[i - 1];
    }
    if (duration != VB_NONE && first.code == VB_OK)
        vb_table_numbers(t, duration, run->duration_s, NULL, notes, &first);
    for (size_t i = 0; i < t->n_rows; i++)
        if (run->duration_s[i] < 0)
            vb_refuse(notes, &first, VB_EINPUT, "duration-negative", t->name,
                      t->line[i], duration + 1,
                      "duration is %g s; it must not be negative", run->duration_s[i]);
    if (n_negative)
        vb_note_add(notes, VB_WARNING, "events-negative-onset", t->name, 0, 0,
                    "%zu event%s with a negative onset (before the first scan)",
                    n_negative, n_negative == 1 ? "" : "s");
    if (n_unsorted)
        vb_note_add(
            notes, VB_WARNING, "events-unsorted", t->name, 0, 0,
            "rows are not in order of onset (%zu out of order); they are taken in "
            "order of onset",
            n_unsorted);
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}

static vb_status read_events(vb_study *study, vb_study_run *run, vb_notes *notes,
                             vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status;

    if (!run->files->events)
        return vb_fail(err, VB_EINPUT, "%s: no events.tsv found; each run needs one",
                       study_run_name(study, run));
    status = study_read_file(run->files->events, &bytes, run->sha256, err);
    if (status == VB_OK)
        status = vb_table_parse(run->files->events, bytes.bytes, bytes.n, &run->events,
                                notes, err);
    vb_buffer_free(&bytes);
    return status == VB_OK ? check_events(study, run, notes, err) : status;
}

/* Finds the runs asked for and, where their numbers reach further, all those beside. */
static vb_status find_runs(vb_study *study, const vb_study_source *source,
                           vb_bids **asked, vb_notes *notes, vb_error *err)
{
    const vb_scope widest = reach(study->spec);
    vb_bids_query query = source->bids;
    bool wider;
    vb_status status;

    if (!query.task)
        query.task = study->spec->task;
    wider = (widest == VB_SCOPE_SAMPLE && query.n_participants) ||
            (widest >= VB_SCOPE_SUBJECT && (query.n_sessions || query.n_run_labels));
    status = vb_bids_find(&query, &study->bids, notes, err);
    if (status != VB_OK || !wider)
        return status;
    *asked = study->bids; /* the labels were right: now take what counts */
    study->bids = NULL;
    query.n_sessions = query.n_run_labels = 0;
    if (widest == VB_SCOPE_SAMPLE)
        query.n_participants = 0;
    status = vb_bids_find(&query, &study->bids, notes, err);
    if (status == VB_OK)
        vb_note_add(notes, VB_INFO, "runs-beside", NULL, 0, 0,
                    "%zu runs are read beside the %zu asked for: the spec's centring, "
                    "scaling or learning reaches over them",
                    study->bids->n_runs - (*asked)->n_runs, (*asked)->n_runs);
    return status;
}

vb_status study_read_runs(vb_study *study, const vb_study_source *source,
                          vb_notes *notes, vb_error *err)
{
    vb_bids *asked = NULL;
    vb_error first = {0};
    vb_status status = source->bids.dir ? find_runs(study, source, &asked, notes, err)
                                        : plain_runs(study, source, notes, err);

    if (status == VB_OK)
        status = group_runs(study, asked, err);
    vb_bids_free(asked);
    if (status != VB_OK)
        return status;
    for (size_t r = 0; r < study->n_runs; r++) { /* all files, not the first only */
        vb_error this = {0};

        if (read_events(study, &study->runs[r], notes, &this) == VB_OK)
            continue;
        study->runs[r].refused = true;
        study_keep_failure(notes, &this, &first);
    }
    if (source->keep_going)
        return VB_OK;
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
