/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_table.c - choices of all participants from one table.
 *
 * The table is taken apart into one of each participant, session and run, whose rows keep
 * their lines, so that every complaint names the place in the file.
 */
#include "fit_internal.h"
#include "valuebold/file.h"
#include "valuebold/names.h"

#include <stdlib.h>
#include <string.h>

typedef struct keys {
    size_t participant, session, run, onset; /* columns; VB_NONE: not there */
} keys;

/* Rows of one participant, session and run. */
typedef struct part {
    const char *participant, *session, *run;
    size_t n, *rows;
} part;

typedef struct parts {
    size_t n, capacity;
    part *items;
} parts;

static const char *bare(const char *label, const char *prefix)
{
    const size_t n = strlen(prefix);

    return strncmp(label, prefix, n) == 0 ? label + n : label;
}

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static const char *label_at(const vb_table *table, size_t row, size_t column,
                            const char *prefix)
{
    const char *cell = column == VB_NONE ? "" : vb_table_cell(table, row, column);

    return !*cell || strcmp(cell, "n/a") == 0 ? NULL : bare(cell, prefix);
}

static size_t first_of(const vb_table *table, const char *a, const char *b)
{
    const size_t c = vb_table_find(table, a);

    return c == VB_NONE ? vb_table_find(table, b) : c;
}

/* The part of a row: mostly that of the row before. */
static part *part_of(parts *list, const char *participant, const char *session,
                     const char *run)
{
    for (size_t back = 0; back < list->n; back++) {
        part *p = &list->items[list->n - 1 - back];

        if (strcmp(p->participant, participant) == 0 && same(p->session, session) &&
            same(p->run, run))
            return p;
    }
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 64;
        part *items = realloc(list->items, capacity * sizeof *items);

        if (!items)
            return NULL;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->n] =
        (part){.participant = participant, .session = session, .run = run};
    return &list->items[list->n++];
}

static vb_status split(vb_fit_study *fits, const keys *k, parts *list, vb_notes *notes,
                       vb_error *err)
{
    const vb_table *table = fits->choices;
    size_t *of = vb_arena_take(fits->arena, table->n_rows, sizeof *of);

    if (!of)
        return vb_fail_memory(err, table->n_rows * sizeof *of);
    for (size_t r = 0; r < table->n_rows; r++) {
        const char *who = label_at(table, r, k->participant, "sub-");
        char quoted[VB_QUOTE_MAX];
        part *p;

        of[r] = VB_NONE;
        if (!who || !vb_is_label(who)) {
            vb_refuse(notes, err, VB_EINPUT, "participant-label", table->name,
                      table->line[r], k->participant + 1,
                      "participant_id '%s' is not a BIDS label: sub- and letters or "
                      "digits",
                      vb_quote(vb_table_cell(table, r, k->participant), quoted));
            return VB_EINPUT;
        }
        p = part_of(list, who, label_at(table, r, k->session, "ses-"),
                    label_at(table, r, k->run, "run-"));
        if (!p)
            return vb_fail_memory(err, sizeof *p);
        p->n++;
        of[r] = (size_t)(p - list->items);
    }
    for (size_t i = 0; i < list->n; i++) {
        list->items[i].rows =
            vb_arena_take(fits->arena, list->items[i].n, sizeof *list->items[i].rows);
        if (!list->items[i].rows)
            return vb_fail_memory(err, list->items[i].n);
        list->items[i].n = 0;
    }
    for (size_t r = 0; r < table->n_rows; r++)
        list->items[of[r]].rows[list->items[of[r]].n++] = r;
    return VB_OK;
}

/* The rows of a part as a table, with their order as onset where there is none. */
static vb_status make_table(const vb_fit_study *fits, const keys *k, const part *p,
                            vb_table **out, vb_error *err)
{
    const vb_table *table = fits->choices;
    vb_table *t = calloc(1, sizeof *t);
    const size_t extra = k->onset == VB_NONE, n_cols = table->n_cols + extra;

    if (t)
        t->arena = vb_arena_alloc();
    if (!t || !t->arena) {
        vb_table_free(t);
        return vb_fail_memory(err, sizeof *t);
    }
    *out = t;
    t->name = table->name;
    t->n_rows = p->n;
    t->n_cols = n_cols;
    t->columns = vb_arena_take(t->arena, n_cols, sizeof *t->columns);
    t->cells = vb_arena_take(t->arena, p->n, n_cols * sizeof *t->cells);
    t->line = vb_arena_take(t->arena, p->n, sizeof *t->line);
    if (!t->columns || !t->cells || !t->line)
        return vb_fail_memory(err, p->n * n_cols * sizeof *t->cells);
    memcpy(t->columns, table->columns, table->n_cols * sizeof *t->columns);
    if (extra)
        t->columns[table->n_cols] = "onset";
    for (size_t i = 0; i < p->n; i++) {
        memcpy(t->cells + i * n_cols, table->cells + p->rows[i] * table->n_cols,
               table->n_cols * sizeof *t->cells);
        if (extra && !(t->cells[i * n_cols + table->n_cols] =
                           vb_arena_printf(t->arena, "%zu", i)))
            return vb_fail_memory(err, 32);
        t->line[i] = table->line[p->rows[i]];
    }
    return VB_OK;
}

static bool same_unit(const part *a, const part *b, vb_fit_factor over)
{
    return strcmp(a->participant, b->participant) == 0 &&
           (over == VB_FIT_SHARED || same(a->session, b->session)) &&
           (over != VB_FIT_BY_RUN || same(a->run, b->run));
}

/* Trials of the parts of one session of a unit: one run a part. */
static vb_status add_session(vb_fit_study *fits, const keys *k, vb_fit_unit *unit,
                             const parts *list, const size_t members[], size_t n,
                             vb_notes *notes, vb_error *err)
{
    const char **labels = vb_arena_take(fits->arena, n, sizeof *labels);
    vb_table **tables = fits->tables + fits->n_trials_tables;
    vb_trials **trials = &fits->trials[fits->n_trials];
    vb_error this = {0};
    vb_notes own = {0};

    if (!labels)
        return vb_fail_memory(err, n * sizeof *labels);
    for (size_t i = 0; i < n; i++) {
        const part *p = &list->items[members[i]];
        const vb_status status =
            make_table(fits, k, p, &fits->tables[fits->n_trials_tables], err);

        fits->n_trials_tables += fits->tables[fits->n_trials_tables] != NULL;
        if (status != VB_OK)
            return status;
        labels[i] = p->run ? p->run : "1";
    }
    vb_trials_build(&fits->spec->trials, n, tables, trials, &own, &this);
    fit_study_pass_notes(unit->participant, &own, notes);
    if (this.code != VB_OK) /* refusals of its own have been passed on */
        fit_study_fail(unit, &this, own.n_refusals ? NULL : notes);
    vb_notes_free(&own);
    if (this.code != VB_OK)
        return VB_OK;
    fits->n_trials++;
    unit->blocks[unit->n_blocks++] =
        (vb_fit_block){.trials = *trials,
                       .session = list->items[members[0]].session,
                       .run_labels = labels};
    return VB_OK;
}

/* The unit that part `first` begins, with every later part of it; done marks them. */
static vb_status add_unit(vb_fit_study *fits, const keys *k, const parts *list,
                          size_t first, bool done[], vb_notes *notes, vb_error *err)
{
    const vb_fit_factor over = fits->spec->fit.over;
    const part *p = &list->items[first];
    vb_fit_unit *unit = &fits->units[fits->n_units++];
    size_t *members = vb_arena_take(fits->arena, list->n, sizeof *members);
    vb_status status = VB_OK;

    *unit = (vb_fit_unit){.participant = p->participant,
                          .session = over == VB_FIT_SHARED ? NULL : p->session,
                          .run = over == VB_FIT_BY_RUN ? p->run : NULL,
                          .file = fits->choices->name,
                          .line = fits->choices->line[p->rows[0]]};
    unit->blocks = vb_arena_take(fits->arena, list->n - first, sizeof *unit->blocks);
    if (!members || !unit->blocks)
        return vb_fail_memory(err, list->n * sizeof *members);
    for (size_t i = first; i < list->n && status == VB_OK; i++) {
        size_t n = 0;

        if (done[i] || !same_unit(p, &list->items[i], over))
            continue;
        for (size_t j = i; j < list->n; j++)
            if (!done[j] && same_unit(p, &list->items[j], over) &&
                same(list->items[j].session, list->items[i].session)) {
                members[n++] = j;
                done[j] = true;
            }
        if (unit->failure.code == VB_OK)
            status = add_session(fits, k, unit, list, members, n, notes, err);
    }
    return status;
}

static bool is_asked(const vb_bids_query *query, const char *participant)
{
    for (size_t i = 0; i < query->n_participants; i++)
        if (strcmp(bare(query->participants[i], "sub-"), participant) == 0)
            return true;
    return query->n_participants == 0;
}

static vb_status check_asked(const vb_fit_study *fits, const vb_bids_query *query,
                             vb_error *err)
{
    for (size_t i = 0; i < query->n_participants; i++) {
        const char *label = bare(query->participants[i], "sub-");
        bool found = false;
        char quoted[VB_QUOTE_MAX];

        for (size_t u = 0; u < fits->n_units && !found; u++)
            found = strcmp(fits->units[u].participant, label) == 0;
        if (!found)
            return vb_fail_at(err, VB_EINPUT, fits->choices->name, 0, 0,
                              "there are no choices of sub-%s",
                              vb_quote(label, quoted));
    }
    return VB_OK;
}

static vb_status make_units(vb_fit_study *fits, const keys *k,
                            const vb_bids_query *query, vb_notes *notes, vb_error *err)
{
    parts list = {0};
    bool *done = NULL;
    vb_status status = split(fits, k, &list, notes, err);

    if (status == VB_OK) {
        fits->units = vb_arena_take(fits->arena, list.n, sizeof *fits->units);
        fits->trials = vb_arena_take(fits->arena, list.n, sizeof *fits->trials);
        fits->tables = vb_arena_take(fits->arena, list.n, sizeof *fits->tables);
        done = vb_arena_take(fits->arena, list.n, sizeof *done);
        if (!fits->units || !fits->trials || !fits->tables || !done)
            status = vb_fail_memory(err, list.n * sizeof *fits->units);
    }
    for (size_t i = 0; i < list.n && status == VB_OK; i++)
        if (!done[i] && is_asked(query, list.items[i].participant))
            status = add_unit(fits, k, &list, i, done, notes, err);
    free(list.items);
    return status == VB_OK ? check_asked(fits, query, err) : status;
}

vb_status fit_study_table(vb_fit_study *fits, const char *path,
                          const vb_study_source *source, vb_notes *notes, vb_error *err)
{
    vb_buffer bytes = {0};
    keys k;
    vb_status status = study_read_file(path, &bytes, fits->choices_sha256, err);

    if (status == VB_OK)
        status = vb_table_parse(path, bytes.bytes, bytes.n, &fits->choices, notes, err);
    vb_buffer_free(&bytes);
    if (status == VB_OK)
        status = vb_table_need(fits->choices, "participant_id", &k.participant, err);
    if (status != VB_OK)
        return status;
    if (!fits->choices->n_rows)
        return vb_fail_at(err, VB_EINPUT, path, 1, 0,
                          "no choices: the table has a header and no rows");
    k.session = first_of(fits->choices, "session", "session_id");
    k.run = first_of(fits->choices, "run", "run_id");
    k.onset = vb_table_find(fits->choices, "onset");
    if (k.onset == VB_NONE)
        vb_note_add(notes, VB_INFO, "choices-order", path, 0, 0,
                    "there is no column onset; rows are taken in their order");
    return make_units(fits, &k, &source->bids, notes, err);
}
