/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids.c - the runs of a task in a data set; only folders that can hold some are read. */
#include "bids_find.h"
#include "valuebold/names.h"

#include <stdlib.h>
#include <string.h>

static int by_run(const void *a, const void *b)
{
    const vb_bids_run *x = a, *y = b;
    int order = vb_natural_order(x->participant, y->participant);

    if (!order)
        order = vb_natural_order(x->session, y->session);
    return order ? order : vb_natural_order(x->run, y->run);
}

static vb_status find_derivatives(vb_bids_search *s)
{
    const char *folder = s->query.derivatives, **labels;
    bool found = false;
    size_t n;
    vb_status status;

    if (!folder)
        folder = vb_arena_printf(s->arena, "%s/derivatives/fmriprep", s->query.dir);
    if (!folder)
        return vb_fail_memory(s->err, strlen(s->query.dir));
    status = vb_bids_folders(s->arena, folder, "sub-", &n, &labels, &found, s->err);
    if (status == VB_OK && found)
        s->derivatives = folder;
    if (status == VB_OK && s->query.derivatives && (!found || !n))
        return vb_fail_at(s->err, VB_EINPUT, folder, 0, 0,
                          found
                              ? "no sub-* folders here; fMRIPrep's derivatives are "
                                "expected"
                              : "is no folder that can be read; fMRIPrep's derivatives "
                                "are expected here");
    return status;
}

static bool has_runs(const vb_bids *bids, const char *participant)
{
    for (size_t r = 0; r < bids->n_runs; r++)
        if (strcmp(bids->runs[r].participant, participant) == 0)
            return true;
    return false;
}

/* Every run label asked for must have been found in somebody. */
static vb_status check_run_labels(vb_bids_search *s)
{
    for (size_t i = 0; i < s->query.n_run_labels; i++) {
        bool found = false;

        for (size_t r = 0; r < s->bids->n_runs; r++)
            found =
                found || vb_same_label(s->bids->runs[r].run, s->query.run_labels[i]);
        if (!found)
            return vb_fail_at(s->err, VB_EINPUT, s->query.dir, 0, 0,
                              "no run-%s of task-%s in these participants",
                              s->query.run_labels[i], s->task);
    }
    return VB_OK;
}

/* Participants with runs; one asked for by name must be among them. */
static vb_status list_participants(vb_bids_search *s)
{
    vb_bids *bids = s->bids;

    bids->participants =
        vb_arena_take(s->arena, s->n_places, sizeof *bids->participants);
    if (!bids->participants)
        return vb_fail_memory(s->err, s->n_places * sizeof *bids->participants);
    for (size_t p = 0; p < s->n_places; p++) {
        const char *participant = s->places[p].participant;
        const size_t n = bids->n_participants;

        if (n && strcmp(bids->participants[n - 1], participant) == 0)
            continue;
        if (has_runs(bids, participant))
            bids->participants[bids->n_participants++] = participant;
        else if (s->query.n_participants)
            return vb_fail_at(s->err, VB_EINPUT, s->query.dir, 0, 0,
                              "sub-%s has no run of task-%s%s", participant, s->task,
                              s->query.n_sessions || s->query.n_run_labels
                                  ? " with these labels"
                                  : "");
        else
            vb_note_add(s->notes, VB_INFO, "bids-no-runs", s->query.dir, 0, 0,
                        "sub-%s has no run of task-%s", participant, s->task);
    }
    return VB_OK;
}

static vb_status search(vb_bids_search *s)
{
    size_t capacity = 0;
    vb_status status = vb_bids_check_query(s);

    if (status == VB_OK)
        status = find_derivatives(s);
    if (status == VB_OK)
        status = vb_bids_read_folders(s);
    if (status == VB_OK)
        status = vb_bids_decide_task(s);
    for (size_t p = 0; p < s->n_places && status == VB_OK; p++)
        status = vb_bids_add_runs(s, &s->places[p], &capacity);
    if (status == VB_OK)
        status = check_run_labels(s);
    if (status == VB_OK)
        status = list_participants(s);
    if (status == VB_OK && s->bids->n_runs > 1)
        qsort(s->bids->runs, s->bids->n_runs, sizeof *s->bids->runs, by_run);
    return status;
}

/* "data///" as "data": the folder stands in every path that is shown. */
static const char *without_slashes(vb_arena *arena, const char *dir)
{
    size_t n = strlen(dir);

    while (n > 1 && dir[n - 1] == '/')
        n--;
    return vb_arena_substring(arena, n ? dir : ".", n ? n : 1);
}

vb_status vb_bids_find(const vb_bids_query *query, vb_bids **bids, vb_notes *notes,
                       vb_error *err)
{
    vb_bids_search s = {.query = *query, .notes = notes, .err = err};
    vb_status status;

    s.bids = calloc(1, sizeof *s.bids);
    if (s.bids)
        s.arena = s.bids->arena = vb_arena_alloc();
    if (s.arena)
        s.query.dir = without_slashes(s.arena, query->dir);
    if (s.arena && query->derivatives)
        s.query.derivatives = without_slashes(s.arena, query->derivatives);
    if (!s.arena || !s.query.dir || (query->derivatives && !s.query.derivatives)) {
        vb_bids_free(s.bids);
        return vb_fail_memory(err, sizeof *s.bids);
    }
    status = search(&s);
    if (status == VB_OK)
        *bids = s.bids;
    else
        vb_bids_free(s.bids);
    return status;
}

void vb_bids_free(vb_bids *bids)
{
    if (!bids)
        return;
    vb_arena_free(bids->arena);
    free(bids);
}
