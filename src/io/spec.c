/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec.c - a spec from its text: parse, check against the table, read, check as a whole. */
#include "spec_reader.h"
#include "valuebold/file.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void *vb_spec_take(vb_spec_reader *r, size_t n, size_t size)
{
    void *p = vb_arena_take(r->arena, n, size);

    if (!p)
        r->status = vb_fail_memory(r->first, n * size);
    return p;
}

bool vb_spec_is(const vb_node *scalar, const char *word)
{
    return scalar && scalar->kind == VB_SCALAR && strcmp(scalar->text, word) == 0;
}

const char *vb_spec_text(const vb_node *map, const char *key)
{
    const vb_node *node = vb_node_get(map, key);

    return node && node->kind == VB_SCALAR ? node->text : NULL;
}

double vb_spec_number(const vb_node *map, const char *key, double fallback)
{
    const char *text = vb_spec_text(map, key);
    double x;

    return text && vb_number_read(text, &x) == VB_NUMBER_OK ? x : fallback;
}

size_t vb_spec_count(const vb_node *map, const char *key, size_t fallback)
{
    const double x = vb_spec_number(map, key, -1);

    return x < 0 ? fallback : (size_t)x;
}

bool vb_spec_truth(const vb_node *scalar)
{
    return vb_spec_is(scalar, "true") || vb_spec_is(scalar, "yes");
}

/* The spec frees it later. */
static bool keep_expr(vb_spec_owner *owner, vb_expr *expr)
{
    if (owner->n_exprs == owner->capacity) {
        const size_t capacity = owner->capacity ? 2 * owner->capacity : 16;
        vb_expr **exprs = realloc(owner->exprs, capacity * sizeof *exprs);

        if (!exprs)
            return false;
        owner->exprs = exprs;
        owner->capacity = capacity;
    }
    owner->exprs[owner->n_exprs++] = expr;
    return true;
}

const vb_expr *vb_spec_expr(vb_spec_reader *r, const vb_node *map, const char *key)
{
    const vb_node *node = vb_node_get(map, key);
    vb_expr *expr = node ? vb_spec_compile(r, node, key) : NULL;

    if (expr && !keep_expr(r->owner, expr)) {
        vb_expr_free(expr);
        expr = NULL;
        r->status = vb_fail_memory(r->first, sizeof expr);
    }
    return expr;
}

const char **vb_spec_texts(vb_spec_reader *r, const vb_node *node, size_t *n)
{
    const size_t count = node->kind == VB_LIST ? node->n : 1;
    const char **texts = vb_spec_take(r, count, sizeof *texts);

    *n = 0;
    if (!texts)
        return NULL;
    for (size_t i = 0; i < count; i++)
        texts[i] = node->kind == VB_LIST ? node->items[i]->text : node->text;
    *n = count;
    return texts;
}

static void read_top(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *acquisition = vb_node_get(root, "acquisition");
    vb_spec *spec = r->spec;
    char quoted[VB_QUOTE_MAX];

    spec->task = vb_spec_text(root, "task");
    if (spec->task && !vb_is_label(spec->task))
        VB_SPEC_REFUSE_NODE(
            r, "spec-name", vb_node_get(root, "task"),
            "task '%s' is no BIDS label; it has letters and digits only, "
            "without 'task-'",
            vb_quote(spec->task, quoted));
    spec->acquisition.tr_s = (double)NAN;
    spec->acquisition.slice_time_ref = (double)NAN;
    if (acquisition) {
        spec->acquisition.tr_s = vb_spec_number(acquisition, "tr_s", (double)NAN);
        spec->acquisition.slice_time_ref =
            vb_spec_number(acquisition, "slice_time_ref", (double)NAN);
        spec->acquisition.n_scans = vb_spec_count(acquisition, "n_scans", 0);
        spec->acquisition.n_scans_auto =
            vb_spec_is(vb_node_get(acquisition, "n_scans"), "auto");
    }
    spec->glm = vb_node_get(root, "glm");
    if (spec->glm && vb_spec_is(vb_node_get(spec->glm, "missing"), "skip"))
        spec->missing = VB_MISSING_SKIP;
    if (spec->glm && vb_spec_is(vb_node_get(spec->glm, "missing"), "zero"))
        spec->missing = VB_MISSING_ZERO;
}

static void read_tree(vb_spec_reader *r, const vb_node *root)
{
    vb_spec_check(r, root);
    if (r->status != VB_OK)
        return; /* what follows relies on it */
    read_top(r, root);
    vb_spec_read_trials(r, root);
    vb_spec_read_model(r, root);
    vb_spec_read_fit(r, root);
    vb_spec_read_events(r, root);
    vb_spec_read_design(r, root);
    vb_spec_read_contrasts(r, root);
    vb_spec_read_rois(r, root);
}

vb_status vb_spec_parse(const char *file, const char *text, size_t size, vb_spec **spec,
                        vb_notes *notes, vb_error *err)
{
    vb_error first = {0};
    vb_spec_owner *owner = calloc(1, sizeof *owner);
    vb_spec_reader r = {.notes = notes, .first = &first, .owner = owner};
    vb_node *root = NULL;

    if (owner)
        r.arena = owner->spec.arena = vb_arena_alloc();
    if (!r.arena || !(r.file = vb_arena_string(r.arena, file))) {
        vb_spec_free(owner ? &owner->spec : NULL);
        return vb_fail_memory(err, sizeof *owner + size);
    }
    r.spec = &owner->spec;
    r.spec->file = r.file;
    vb_sha256(text, size, r.spec->sha256);
    r.status = vb_node_parse(r.file, text, size, r.arena, &root, &first);
    if (r.status != VB_OK)
        vb_refuse(notes, NULL, r.status, "spec-syntax", first.file, first.line,
                  first.column, "%s", first.text);
    else
        read_tree(&r, root);
    if (r.status == VB_OK) {
        *spec = r.spec;
        return VB_OK;
    }
    vb_spec_free(r.spec);
    if (err)
        *err = first;
    return first.code;
}

void vb_spec_free(vb_spec *spec)
{
    vb_spec_owner *owner = (vb_spec_owner *)spec;

    if (!spec)
        return;
    for (size_t i = 0; i < owner->n_exprs; i++)
        vb_expr_free(owner->exprs[i]);
    free(owner->exprs);
    vb_arena_free(spec->arena);
    free(owner);
}
