/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_query.c - what is asked for, held against what is there. */
#include "bids_find.h"
#include "valuebold/names.h"

#include <stdio.h>
#include <string.h>

bool vb_bids_wanted(const char *label, size_t n, const char *const labels[])
{
    for (size_t i = 0; i < n; i++)
        if (vb_same_label(label, labels[i]))
            return true;
    return n == 0;
}

void vb_bids_collect(const char *s, size_t *n, const char *set[])
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(set[i], s) == 0)
            return;
    if (*n < VB_BIDS_LISTED)
        set[(*n)++] = s;
}

char *vb_bids_join(size_t n, const char *const set[], char out[VB_BIDS_ADVICE])
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < n && used < VB_BIDS_ADVICE; i++)
        used += (size_t)snprintf(out + used, VB_BIDS_ADVICE - used, "%s%s",
                                 i ? ", " : "", set[i]);
    return out;
}

static vb_status check_labels(vb_bids_search *s, const char *prefix, const char *what,
                              size_t n, const char *const **labels)
{
    const char **bare = vb_arena_take(s->arena, n, sizeof *bare);

    if (!bare)
        return vb_fail_memory(s->err, n * sizeof *bare);
    for (size_t i = 0; i < n; i++) {
        const char *label = (*labels)[i];
        char quoted[VB_QUOTE_MAX];

        if (strncmp(label, prefix, strlen(prefix)) == 0)
            label += strlen(prefix);
        if (!vb_is_label(label))
            return vb_fail(
                s->err, VB_EINPUT,
                "%s label '%s' is invalid; BIDS labels have letters and digits", what,
                vb_quote((*labels)[i], quoted));
        bare[i] = vb_arena_string(s->arena, label);
        if (!bare[i])
            return vb_fail_memory(s->err, strlen(label));
    }
    *labels = bare;
    return VB_OK;
}

vb_status vb_bids_check_query(vb_bids_search *s)
{
    vb_bids_query *q = &s->query;
    vb_status status =
        check_labels(s, "sub-", "participant", q->n_participants, &q->participants);

    if (status == VB_OK)
        status = check_labels(s, "ses-", "session", q->n_sessions, &q->sessions);
    if (status == VB_OK)
        status = check_labels(s, "run-", "run", q->n_run_labels, &q->run_labels);
    if (q->space && strncmp(q->space, "space-", 6) == 0)
        q->space += 6;
    if (status == VB_OK && q->task) {
        const char *const *task = &q->task;

        status = check_labels(s, "task-", "task", 1, &task);
        q->task = status == VB_OK ? *task : q->task;
    }
    return status;
}

static vb_status add_place(vb_bids_search *s, const char *participant,
                           const char *session)
{
    vb_bids_place place = {.participant = participant, .session = session};
    const char *below =
        session ? vb_arena_printf(s->arena, "sub-%s/ses-%s", participant, session)
                : vb_arena_printf(s->arena, "sub-%s", participant);
    const char *dir = s->query.dir, *func, *more;
    vb_status status = VB_OK;

    if (!below)
        return vb_fail_memory(s->err, strlen(dir));
    func = vb_arena_printf(s->arena, "%s/%s/func", dir, below);
    more = vb_arena_printf(s->arena, "%s/%s", dir, below);
    if (!func || !more)
        return vb_fail_memory(s->err, strlen(dir));
    if (session) {
        const char *above = vb_arena_printf(s->arena, "%s/sub-%s", dir, participant);

        status = above ? vb_bids_list(s->arena, above, &place.level[0], s->err)
                       : vb_fail_memory(s->err, strlen(dir));
    }
    if (status == VB_OK)
        status = vb_bids_list(s->arena, more, &place.level[1], s->err);
    if (status == VB_OK)
        status = vb_bids_list(s->arena, func, &place.level[2], s->err);
    if (status == VB_OK && s->derivatives) {
        func = vb_arena_printf(s->arena, "%s/%s/func", s->derivatives, below);
        status = func ? vb_bids_list(s->arena, func, &place.derivatives, s->err)
                      : vb_fail_memory(s->err, strlen(dir));
    }
    if (status != VB_OK)
        return status;
    if (s->n_places == s->capacity) {
        const size_t capacity = 2 * s->capacity + 16;
        vb_bids_place *places = vb_arena_take(s->arena, capacity, sizeof *places);

        if (!places)
            return vb_fail_memory(s->err, capacity * sizeof *places);
        if (s->n_places)
            memcpy(places, s->places, s->n_places * sizeof *places);
        s->places = places;
        s->capacity = capacity;
    }
    s->places[s->n_places++] = place;
    return VB_OK;
}

static vb_status add_participant(vb_bids_search *s, const char *participant)
{
    const char *folder =
        vb_arena_printf(s->arena, "%s/sub-%s", s->query.dir, participant);
    const char **sessions;
    size_t n = 0;
    vb_status status =
        folder ? vb_bids_folders(s->arena, folder, "ses-", &n, &sessions, NULL, s->err)
               : vb_fail_memory(s->err, strlen(s->query.dir));

    if (status == VB_OK && !n)
        return s->query.n_sessions ? VB_OK : add_place(s, participant, NULL);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        vb_bids_collect(sessions[i], &s->n_sessions, s->sessions);
        if (vb_bids_wanted(sessions[i], s->query.n_sessions, s->query.sessions))
            status = add_place(s, participant, sessions[i]);
    }
    return status;
}

/* Each participant asked for must be there. */
static vb_status check_participants(vb_bids_search *s, size_t n,
                                    const char *const there[])
{
    for (size_t i = 0; i < s->query.n_participants; i++) {
        const char *label = s->query.participants[i];
        char advice[VB_BIDS_ADVICE];
        size_t k = 0;

        while (k < n && strcmp(there[k], label) != 0)
            k++;
        if (k == n)
            return vb_fail(s->err, VB_EINPUT, "no participant sub-%s in %s%s", label,
                           s->query.dir,
                           vb_suggest(label, there, n, advice, sizeof advice));
    }
    return VB_OK;
}

static vb_status check_sessions(vb_bids_search *s)
{
    for (size_t i = 0; i < s->query.n_sessions; i++) {
        bool found = false;
        char advice[VB_BIDS_ADVICE];

        for (size_t k = 0; k < s->n_places; k++)
            found = found || vb_same_label(s->places[k].session, s->query.sessions[i]);
        if (!found)
            return vb_fail_at(s->err, VB_EINPUT, s->query.dir, 0, 0,
                              "no session ses-%s of these participants%s",
                              s->query.sessions[i],
                              vb_suggest(s->query.sessions[i], s->sessions,
                                         s->n_sessions, advice, sizeof advice));
    }
    return VB_OK;
}

vb_status vb_bids_read_folders(vb_bids_search *s)
{
    const char **there;
    size_t n;
    bool found;
    vb_status status =
        vb_bids_folders(s->arena, s->query.dir, "sub-", &n, &there, &found, s->err);

    if (status == VB_OK && !found)
        return vb_fail_at(
            s->err, VB_EINPUT, s->query.dir, 0, 0,
            "is no folder that can be read; the BIDS data set is expected "
            "here");
    if (status == VB_OK && !n)
        return vb_fail_at(s->err, VB_EINPUT, s->query.dir, 0, 0,
                          "no sub-* folders here; is this a BIDS data set?");
    if (status == VB_OK)
        status = check_participants(s, n, there);
    if (status == VB_OK)
        status = vb_bids_list(s->arena, s->query.dir, &s->top, s->err);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        bool wanted = s->query.n_participants == 0;

        for (size_t k = 0; k < s->query.n_participants; k++)
            wanted = wanted || strcmp(there[i], s->query.participants[k]) == 0;
        if (wanted)
            status = add_participant(s, there[i]);
    }
    return status == VB_OK ? check_sessions(s) : status;
}

/* Tasks with events, or with images when none has events. */
static size_t collect_tasks(const vb_bids_search *s, const char *tasks[])
{
    for (size_t pass = 0; pass < 2; pass++) {
        size_t n = 0;

        for (size_t p = 0; p < s->n_places; p++)
            for (size_t i = 0; i < s->places[p].level[2].n; i++) {
                const vb_bids_name *name = &s->places[p].level[2].names[i];
                const char *task = vb_bids_entity(name, "task");

                if (task &&
                    (pass ? strcmp(name->suffix, "bold") == 0 && vb_bids_is_image(name)
                          : vb_bids_is(name, "events", ".tsv")))
                    vb_bids_collect(task, &n, tasks);
            }
        if (n)
            return n;
    }
    return 0;
}

vb_status vb_bids_decide_task(vb_bids_search *s)
{
    const char *tasks[VB_BIDS_LISTED];
    const size_t n = collect_tasks(s, tasks);
    char advice[VB_BIDS_ADVICE];

    if (!n)
        return vb_fail_at(
            s->err, VB_EINPUT, s->query.dir, 0, 0,
            "no *_task-*_events.tsv and no *_task-*_bold.nii.gz in the func "
            "folders of %zu participants or sessions",
            s->n_places);
    if (!s->query.task && n > 1)
        return vb_fail_at(s->err, VB_EINPUT, s->query.dir, 0, 0,
                          "several tasks; say which one: %s",
                          vb_bids_join(n, tasks, advice));
    s->task = s->query.task ? s->query.task : tasks[0];
    for (size_t i = 0; i < n; i++)
        if (strcmp(tasks[i], s->task) == 0)
            return VB_OK;
    return vb_fail_at(s->err, VB_EINPUT, s->query.dir, 0, 0, "no files of task-%s%s",
                      s->task, vb_suggest(s->task, tasks, n, advice, sizeof advice));
}
