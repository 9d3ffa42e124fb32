/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bids_runs.c - which files make one run. */
#include "bids_find.h"

#include <math.h>
#include <string.h>

enum { MOST_RUNS = 200 }; /* of one task in one session */

static vb_status ambiguous(vb_bids_search *s, const vb_bids_name *a,
                           const vb_bids_name *b)
{
    return vb_fail_at(
        s->err, VB_EINPUT, b->path, 0, 0,
        "cannot be told from %s: both are the same task, session and run; "
        "move one of them elsewhere",
        a->path);
}

/* Of several echoes the first stands for the run. */
static bool is_other_echo(const vb_bids_name *a, const vb_bids_name *b)
{
    return vb_bids_entity(a, "echo") && vb_bids_entity(b, "echo") &&
           !vb_same_label(vb_bids_entity(a, "echo"), vb_bids_entity(b, "echo"));
}

static vb_status add_file(vb_bids_search *s, const vb_bids_place *place,
                          const vb_bids_name *name, vb_bids_found found[], size_t *n)
{
    const char *run = vb_bids_entity(name, "run");
    const bool is_events = strcmp(name->suffix, "events") == 0;
    const vb_bids_name **slot;
    size_t i = 0;

    while (i < *n && !vb_same_label(found[i].run, run))
        i++;
    if (i == *n) {
        if (*n == MOST_RUNS)
            return vb_fail_at(s->err, VB_EINPUT, name->path, 0, 0,
                              "more than %d runs of one task in one session",
                              MOST_RUNS);
        found[(*n)++] = (vb_bids_found){.place = place, .run = run};
    }
    slot = is_events ? &found[i].events : &found[i].bold;
    if (!*slot)
        *slot = name;
    else if (is_events || !is_other_echo(*slot, name))
        return ambiguous(s, *slot, name);
    return VB_OK;
}

static bool is_wanted(const vb_bids_search *s, const vb_bids_name *name)
{
    const char *task = vb_bids_entity(name, "task"),
               *part = vb_bids_entity(name, "part");
    const char *run = vb_bids_entity(name, "run");

    if (!task || strcmp(task, s->task) != 0 || (part && strcmp(part, "mag") != 0))
        return false;
    if (!vb_bids_is(name, "events", ".tsv") &&
        !(strcmp(name->suffix, "bold") == 0 && vb_bids_is_image(name)))
        return false;
    return vb_bids_wanted(run, s->query.n_run_labels, s->query.run_labels);
}

/* Events that stand higher up hold for all runs below (the inheritance principle). */
static const vb_bids_name *inherited_events(const vb_bids_search *s,
                                            const vb_bids_place *place,
                                            const vb_bids_name *bold)
{
    const vb_bids_listing *levels[] = {&place->level[1], &place->level[0], &s->top};

    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++)
        for (size_t i = 0; i < levels[l]->n; i++) {
            const vb_bids_name *name = &levels[l]->names[i];

            if (vb_bids_is(name, "events", ".tsv") && vb_bids_applies(name, bold))
                return name;
        }
    return NULL;
}

static vb_bids_run *next_run(vb_bids_search *s, size_t *capacity)
{
    vb_bids *bids = s->bids;

    if (bids->n_runs == *capacity) {
        const size_t more = 2 * *capacity + 16;
        vb_bids_run *runs = vb_arena_take(s->arena, more, sizeof *runs);

        if (!runs)
            return NULL;
        if (bids->n_runs)
            memcpy(runs, bids->runs, bids->n_runs * sizeof *runs);
        bids->runs = runs;
        *capacity = more;
    }
    return &bids->runs[bids->n_runs++];
}

vb_status vb_bids_add_runs(vb_bids_search *s, const vb_bids_place *place,
                           size_t *capacity)
{
    const vb_bids_listing *func = &place->level[2];
    vb_bids_found found[MOST_RUNS];
    vb_status status = VB_OK;
    size_t n = 0;

    for (size_t i = 0; i < func->n && status == VB_OK; i++)
        if (is_wanted(s, &func->names[i]))
            status = add_file(s, place, &func->names[i], found, &n);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        vb_bids_run *run = next_run(s, capacity);

        if (!run)
            return vb_fail_memory(s->err, sizeof *run);
        if (!found[i].events)
            found[i].events = inherited_events(s, place, found[i].bold);
        *run = (vb_bids_run){.participant = place->participant,
                             .session = place->session,
                             .task = s->task,
                             .run = found[i].run,
                             .tr_s = (double)NAN,
                             .start_time_s = (double)NAN,
                             .slice_time_mid_s = (double)NAN};
        run->events = found[i].events ? found[i].events->path : NULL;
        run->bold = found[i].bold ? found[i].bold->path : NULL;
        status = vb_bids_complete(s, &found[i], run);
    }
    return status;
}
