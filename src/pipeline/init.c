/* SPDX-License-Identifier: GPL-3.0-or-later */
/* init.c - a first spec from a BIDS folder or an events file. */
#include "init_internal.h"

#include "valuebold/bids.h"
#include "valuebold/file.h"
#include "valuebold/spec.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_RUNS = 200 };

/* What we write must be what we read; anything else is our fault, not the user's. */
static vb_status check_own_work(const vb_buffer *yaml, vb_error *err)
{
    vb_spec *spec = NULL;
    vb_error fault = {0};
    vb_status status = vb_buffer_ok(yaml, err);

    if (status)
        return status;
    status = vb_spec_parse("first spec", yaml->bytes, yaml->n, &spec, NULL, &fault);
    vb_spec_free(spec);
    if (status)
        return vb_fail(err, VB_EINTERNAL,
                       "the spec made from these data is not valid: "
                       "line %zu: %s",
                       fault.line, fault.text);
    return VB_OK;
}

vb_status vb_init_write(const vb_init_view *view, vb_buffer *yaml, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    init_profile *profile = arena ? vb_arena_take(arena, 1, sizeof *profile) : NULL;
    vb_buffer text = {0};
    init_guess guess;
    vb_status status = profile ? init_profile_columns(view, arena, profile, err)
                               : vb_fail_memory(err, sizeof *profile);

    if (status == VB_OK) {
        init_guess_roles(profile, &guess);
        init_put_head(&text, profile);
        if (guess.n_options) {
            init_put_trials(&text, profile, &guess);
            status = init_put_model(&text, profile, &guess, err);
        }
        init_put_regressors(&text, profile, &guess);
        init_put_design(&text, profile, &guess);
    }
    if (status == VB_OK)
        status = check_own_work(&text, err);
    if (status == VB_OK)
        vb_put(yaml, text.bytes, text.n);
    vb_buffer_free(&text);
    vb_arena_free(arena);
    return status;
}

/* The tables read, freed together. */
typedef struct looked {
    vb_arena *arena;
    vb_bids *bids;
    size_t n_tables;
    vb_table **tables;
    vb_table *confounds;
    vb_init_view view;
} looked;

static bool is_file(const char *path)
{
    struct stat what;

    return path && stat(path, &what) == 0 && S_ISREG(what.st_mode);
}

/* A JSON file as a tree; one that cannot be read as JSON is noted and left alone. */
static vb_status read_columns(looked *at, const char *path, vb_notes *notes,
                              vb_error *err)
{
    vb_buffer bytes = {0};
    vb_error fault = {0};
    vb_node *root = NULL;
    vb_status status = vb_file_read(path, 0, &bytes, err);

    if (status)
        return status;
    if (vb_node_parse(path, bytes.n ? bytes.bytes : "", bytes.n, at->arena, &root,
                      &fault))
        vb_note_add(notes, VB_WARNING, "events-json", path, fault.line, fault.column,
                    "%s", fault.text);
    else if (root->kind == VB_MAP)
        at->view.columns = root;
    vb_buffer_free(&bytes);
    return VB_OK;
}

/* events.json: beside the table, else the task's, in the folders above it (BIDS inherits). */
static vb_status find_columns(looked *at, const char *events, const char *task,
                              vb_notes *notes, vb_error *err)
{
    enum { LEVELS = 4 };
    const size_t n = strlen(events);
    const char *path = NULL;
    const char *slash = strrchr(events, '/');
    size_t folder = slash ? (size_t)(slash - events) : 0;

    if (n > 4 && strcmp(events + n - 4, ".tsv") == 0)
        path = vb_arena_printf(at->arena, "%.*s.json", (int)(n - 4), events);
    for (int level = 0; task && !is_file(path) && level < LEVELS; level++) {
        path = slash ? vb_arena_printf(at->arena, "%.*s/task-%s_events.json",
                                       (int)folder, events, task)
                     : vb_arena_printf(at->arena, "task-%s_events.json", task);
        while (folder && events[--folder] != '/')
            ;
    }
    return is_file(path) ? read_columns(at, path, notes, err) : VB_OK;
}

static vb_status read_tables(looked *at, size_t n, const char *const files[],
                             vb_notes *notes, vb_error *err)
{
    vb_status status = VB_OK;

    at->tables = vb_arena_take(at->arena, n, sizeof *at->tables);
    if (!at->tables)
        return vb_fail_memory(err, n * sizeof *at->tables);
    for (size_t i = 0; status == VB_OK && i < n; i++) {
        status = vb_file_read_table(files[i], &at->tables[i], notes, err);
        at->n_tables += status == VB_OK;
    }
    at->view.n_tables = at->n_tables;
    at->view.tables = at->tables;
    return status;
}

static vb_status look_at_bids(looked *at, const char *path, const char *task,
                              vb_notes *notes, vb_error *err)
{
    const vb_bids_query query = {.dir = path, .task = task};
    const char **files = vb_arena_take(at->arena, MAX_RUNS, sizeof *files);
    vb_status status = vb_bids_find(&query, &at->bids, notes, err);
    size_t n = 0;

    if (status)
        return status;
    if (!files)
        return vb_fail_memory(err, MAX_RUNS);
    for (size_t r = 0; r < at->bids->n_runs && n < MAX_RUNS; r++)
        if (at->bids->runs[r].events)
            files[n++] = at->bids->runs[r].events;
    if (!n)
        return vb_fail(err, VB_EINPUT, "%s: no events.tsv was found", path);
    at->view.n_participants = at->bids->n_participants;
    at->view.task = at->bids->runs[0].task;
    at->view.tr_s = at->bids->runs[0].tr_s;
    at->view.tr_source = at->bids->runs[0].tr_source;
    status = read_tables(at, n, files, notes, err);
    if (status == VB_OK)
        status = find_columns(at, files[0], at->view.task, notes, err);
    if (status == VB_OK && at->bids->runs[0].confounds) {
        status =
            vb_file_read_table(at->bids->runs[0].confounds, &at->confounds, notes, err);
        if (status == VB_OK) {
            at->view.n_confounds = at->confounds->n_cols;
            at->view.confounds = at->confounds->columns;
        }
    }
    return status;
}

/* The label behind task- in a file's name; NULL when there is none. */
static const char *task_in_name(vb_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *entity = strncmp(name, "task-", 5) == 0 ? name : strstr(name, "_task-");
    size_t n;

    if (!entity)
        return NULL;
    entity = strchr(entity, '-') + 1;
    n = strcspn(entity, "_.");
    return n ? vb_arena_substring(arena, entity, n) : NULL;
}

vb_status vb_init_look(const char *path, const char *task, vb_buffer *yaml,
                       vb_notes *notes, vb_error *err)
{
    looked at = {.arena = vb_arena_alloc()};
    vb_status status;
    struct stat what;

    if (!at.arena)
        return vb_fail_memory(err, sizeof at);
    at.view = (vb_init_view){.source = path, .n_participants = 1, .tr_s = NAN};
    if (stat(path, &what) == 0 && S_ISDIR(what.st_mode)) {
        status = look_at_bids(&at, path, task, notes, err);
    } else {
        at.view.task = task ? task : task_in_name(at.arena, path);
        status = read_tables(&at, 1, &path, notes, err);
        if (status == VB_OK)
            status = find_columns(&at, path, at.view.task, notes, err);
    }
    if (status == VB_OK)
        status = vb_init_write(&at.view, yaml, err);
    for (size_t i = 0; i < at.n_tables; i++)
        vb_table_free(at.tables[i]);
    vb_table_free(at.confounds);
    vb_bids_free(at.bids);
    vb_arena_free(at.arena);
    return status;
}
