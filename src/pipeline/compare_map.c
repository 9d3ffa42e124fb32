/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_map.c - which of our files has its counterpart where, by patterns. */
#include "valuebold/compare.h"
#include "valuebold/file.h"
#include "valuebold/names.h"
#include "valuebold/node.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_PLACES = 8, MAX_LABEL = 100 };

/* What each {name} of a pattern stands for. */
typedef struct places {
    size_t n;
    char name[MAX_PLACES][MAX_LABEL], value[MAX_PLACES][MAX_LABEL];
} places;

/* Length of "{name}" at s, or 0. */
static size_t placeholder(const char *s, char name[MAX_LABEL])
{
    const char *end = *s == '{' ? strchr(s, '}') : NULL;

    if (!end || end - s - 1 >= MAX_LABEL)
        return 0;
    snprintf(name, MAX_LABEL, "%.*s", (int)(end - s - 1), s + 1);
    return (size_t)(end - s) + 1;
}

static const char *value_of(const places *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->name[i], name) == 0)
            return p->value[i];
    return NULL;
}

/* Does path fit pattern?  Fills p with what the names stand for. */
static bool fits(const char *pattern, const char *path, places *p)
{
    char name[MAX_LABEL];

    while (*pattern) {
        const size_t n = placeholder(pattern, name);
        const char *known = n ? value_of(p, name) : NULL;

        if (!n) {
            if (*pattern++ != *path++)
                return false;
        } else if (known) {
            if (strncmp(path, known, strlen(known)) != 0)
                return false;
            path += strlen(known);
            pattern += n;
        } else {
            size_t length = 0;

            while (isalnum((unsigned char)path[length]) && length + 1 < MAX_LABEL)
                length++;
            if (!length || p->n == MAX_PLACES)
                return false;
            snprintf(p->name[p->n], MAX_LABEL, "%s", name);
            snprintf(p->value[p->n++], MAX_LABEL, "%.*s", (int)length, path);
            path += length;
            pattern += n;
        }
    }
    return !*path;
}

/* The pattern with values put in; with p NULL every {name} becomes '*' for glob. */
static char *fill(vb_arena *arena, const char *folder, const char *pattern,
                  const places *p)
{
    vb_buffer out = {0};
    char name[MAX_LABEL], *path;

    vb_putf(&out, "%s/", folder);
    while (*pattern) {
        const size_t n = placeholder(pattern, name);
        const char *value = n && p ? value_of(p, name) : NULL;

        if (!n)
            vb_put_char(&out, *pattern++);
        else
            vb_put_text(&out, value ? value : "*");
        pattern += n;
    }
    path = out.lost ? NULL : vb_arena_string(arena, out.bytes);
    vb_buffer_free(&out);
    return path;
}

static vb_status fault(const char *file, const vb_node *node, const char *what,
                       vb_error *err)
{
    return vb_fail_at(err, VB_EINPUT, file, node->line, node->column, "%s", what);
}

typedef struct entry {
    const char *label, *ours, *theirs;
    vb_compare_rule rule;
} entry;

static vb_status read_entry(const char *file, const vb_node *node, vb_arena *arena,
                            entry *e, vb_error *err)
{
    static const char *const keys[] = {"label", "ours",    "theirs",
                                       "key",   "columns", "tolerance"};
    const vb_node *columns, *tolerance, *key;

    if (node->kind != VB_MAP)
        return fault(file, node, "each entry must be a map with ours and theirs", err);
    for (size_t i = 0; i < node->n; i++) {
        char advice[256];
        bool known = false;

        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            known |= strcmp(node->keys[i], keys[k]) == 0;
        if (!known)
            return vb_fail_at(err, VB_EINPUT, file, node->key_line[i],
                              node->key_column[i], "unknown key '%.60s'%s",
                              node->keys[i],
                              vb_suggest(node->keys[i], keys,
                                         sizeof keys / sizeof keys[0], advice,
                                         sizeof advice));
        if (node->items[i]->kind != VB_SCALAR && strcmp(node->keys[i], "columns") != 0)
            return fault(file, node->items[i], "a text is expected here", err);
    }
    if (!vb_node_get(node, "ours") || !vb_node_get(node, "theirs"))
        return fault(file, node, "ours and theirs are both needed", err);
    e->ours = vb_node_get(node, "ours")->text;
    e->theirs = vb_node_get(node, "theirs")->text;
    e->label =
        vb_node_get(node, "label") ? vb_node_get(node, "label")->text : e->theirs;
    key = vb_node_get(node, "key");
    e->rule.key = key ? key->text : NULL;
    tolerance = vb_node_get(node, "tolerance");
    if (tolerance &&
        (vb_number_read(tolerance->text, &e->rule.tolerance) != VB_NUMBER_OK ||
         e->rule.tolerance <= 0))
        return fault(file, tolerance, "tolerance must be a number above 0", err);
    columns = vb_node_get(node, "columns");
    if (columns && columns->kind == VB_MAP) {
        const char **theirs = vb_arena_take(arena, columns->n, sizeof *theirs);

        if (!theirs)
            return vb_fail_memory(err, columns->n * sizeof *theirs);
        for (size_t i = 0; i < columns->n; i++)
            theirs[i] = columns->items[i]->text;
        e->rule.n_pairs = columns->n;
        e->rule.ours = columns->keys;
        e->rule.theirs = theirs;
    }
    return VB_OK;
}

static vb_status run_entry(const entry *e, const char *ours_folder,
                           const char *theirs_folder, vb_arena *arena,
                           vb_comparison *result, vb_error *err)
{
    const char *pattern = fill(arena, theirs_folder, e->theirs, NULL);
    const size_t skip = strlen(theirs_folder) + 1;
    glob_t found;
    vb_status status = VB_OK;

    result->label = e->label;
    if (!pattern)
        return vb_fail_memory(err, strlen(e->theirs));
    if (glob(pattern, 0, NULL, &found) != 0)
        return VB_OK; /* the reference does not have these: zero files, seen by the caller */
    for (size_t i = 0; i < found.gl_pathc && status == VB_OK; i++) {
        places p = {0};
        struct stat there;
        const char *ours;

        if (!fits(e->theirs, found.gl_pathv[i] + skip, &p))
            continue;
        ours = fill(arena, ours_folder, e->ours, &p);
        if (!ours) {
            status = vb_fail_memory(err, strlen(e->ours));
        } else if (stat(ours, &there) != 0) {
            result->n_files++;
            result->n_missing_files++;
            if (result->first.code == VB_OK)
                vb_fail_at(&result->first, VB_EINPUT, found.gl_pathv[i], 0, 0,
                           "no counterpart '%s'", ours);
        } else {
            status = vb_compare_files(ours, found.gl_pathv[i], &e->rule, result, err);
        }
    }
    globfree(&found);
    return status;
}

vb_status vb_compare_map(const char *map_file, const char *ours_folder,
                         const char *theirs_folder, vb_arena *arena, size_t *n,
                         vb_comparison **results, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_node *root = NULL;
    vb_status status = vb_file_read(map_file, 0, &bytes, err);

    if (status == VB_OK)
        status = vb_node_parse(map_file, bytes.bytes, bytes.n, arena, &root, err);
    vb_buffer_free(&bytes);
    if (status != VB_OK)
        return status;
    if (root->kind != VB_LIST || !root->n)
        return fault(map_file, root, "a list of {ours, theirs} is expected", err);
    *results = vb_arena_take(arena, root->n, sizeof **results);
    if (!*results)
        return vb_fail_memory(err, root->n * sizeof **results);
    for (size_t i = 0; i < root->n && status == VB_OK; i++) {
        entry e = {0};

        status = read_entry(map_file, root->items[i], arena, &e, err);
        if (status == VB_OK)
            status =
                run_entry(&e, ours_folder, theirs_folder, arena, &(*results)[i], err);
    }
    *n = root->n;
    return status;
}
