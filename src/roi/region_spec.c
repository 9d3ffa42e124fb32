/* SPDX-License-Identifier: GPL-3.0-or-later */
/* region_spec.c - regions as users write them, read into trees. */
#include "region_spec_internal.h"
#include "valuebold/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_ARGUMENTS = 7, MOST_DEPTH = 64 };

typedef struct reader {
    vb_region_specs *specs;
    const char *text, *at;
    const char *base;
    size_t depth;
    vb_error *err;
} reader;

/* Words of a region: what each takes. */
typedef struct word {
    const char *name;
    vb_region_kind kind;
    size_t fewest, most;
    const char *takes;
} word;

static const word words[] = {
    {"sphere", VB_REGION_SPHERE, 4, 4, "sphere(x, y, z, radius)"},
    {"box", VB_REGION_BOX, 4, 6, "box(x, y, z, edge) or box(x, y, z, ex, ey, ez)"},
    {"point", VB_REGION_POINT, 3, 3, "point(x, y, z)"},
    {"mask", VB_REGION_MASK, 1, 1, "mask(FILE)"},
    {"prob", VB_REGION_PROBABILITY, 1, 2, "prob(FILE, threshold)"},
    {"atlas", VB_REGION_ATLAS, 1, 3, "atlas(FILE, LABEL, TABLE)"},
};
enum { N_WORDS = sizeof words / sizeof words[0] };

static vb_status read_either(reader *r, const vb_region_node **node);

static void skip_blanks(reader *r)
{
    while (*r->at == ' ')
        r->at++;
}

static vb_status fail_here(reader *r, const char *what)
{
    char quoted[VB_QUOTE_MAX];

    return vb_fail(r->err, VB_EUSAGE, "%s at character %zu of '%s'", what,
                   (size_t)(r->at - r->text) + 1, vb_quote(r->text, quoted));
}

static vb_region_node *new_node(reader *r, vb_region_kind kind)
{
    vb_region_node *node = vb_arena_take(r->specs->arena, 1, sizeof *node);

    if (!node) {
        vb_fail_memory(r->err, sizeof *node);
        return NULL;
    }
    node->kind = kind;
    node->base = r->base;
    node->threshold = (double)NAN;
    return node;
}

/* One argument of a call, trimmed; a quoted one may hold anything but quotes. */
static vb_status read_argument(reader *r, const char **argument)
{
    const char *start, *end;

    skip_blanks(r);
    if (*r->at == '"') {
        start = ++r->at;
        end = strchr(start, '"');
        if (!end)
            return fail_here(r, "a quote is not closed");
        r->at = end + 1;
        skip_blanks(r);
    } else {
        start = r->at;
        r->at += strcspn(r->at, ",)");
        end = r->at;
        while (end > start && end[-1] == ' ')
            end--;
    }
    if (end == start)
        return fail_here(r, "an argument is empty");
    *argument = vb_arena_substring(r->specs->arena, start, (size_t)(end - start));
    return *argument ? VB_OK : vb_fail_memory(r->err, (size_t)(end - start));
}

static vb_status read_arguments(reader *r, const word *w, const char *arguments[],
                                size_t *n)
{
    vb_status status = VB_OK;

    *n = 0;
    r->at++; /* the bracket */
    for (;;) {
        if (*n == MOST_ARGUMENTS)
            break;
        status = read_argument(r, &arguments[*n]);
        if (status != VB_OK)
            return status;
        ++*n;
        if (*r->at != ',')
            break;
        r->at++;
    }
    if (*r->at != ')')
        return fail_here(r, "')' is missing");
    r->at++;
    if (*n < w->fewest || *n > w->most || (w->kind == VB_REGION_BOX && *n == 5))
        return vb_fail(r->err, VB_EUSAGE, "%s has %zu argument%s; write %s", w->name,
                       *n, *n == 1 ? "" : "s", w->takes);
    return VB_OK;
}

static vb_status to_number(reader *r, const word *w, const char *text, double *x)
{
    char quoted[VB_QUOTE_MAX];
    const vb_number_kind kind = vb_number_read(text, x);

    if (kind == VB_NUMBER_OK)
        return VB_OK;
    return vb_fail(r->err, VB_EUSAGE, "'%s' %s; write %s, with coordinates in mm",
                   vb_quote(text, quoted), vb_number_why(kind), w->takes);
}

static vb_status read_shape(reader *r, const word *w, const char *const arguments[],
                            size_t n, vb_region_node *node)
{
    double x[MOST_ARGUMENTS] = {0};

    for (size_t i = 0; i < n; i++) {
        const vb_status status = to_number(r, w, arguments[i], &x[i]);

        if (status != VB_OK)
            return status;
    }
    memcpy(node->centre_mm, x, sizeof node->centre_mm);
    for (size_t a = 0; a < 3 && n > 3; a++)
        node->size_mm[a] = n == 6 ? x[3 + a] : x[3];
    return VB_OK;
}

static vb_status read_call(reader *r, const word *w, const vb_region_node **out)
{
    const char *arguments[MOST_ARGUMENTS];
    vb_region_node *node = new_node(r, w->kind);
    size_t n = 0;
    vb_status status;

    r->at += strlen(w->name);
    status = node ? read_arguments(r, w, arguments, &n) : VB_ENOMEM;

    if (status != VB_OK)
        return status;
    *out = node;
    if (w->kind <= VB_REGION_POINT)
        return read_shape(r, w, arguments, n, node);
    node->image = arguments[0];
    if (w->kind == VB_REGION_PROBABILITY && n > 1)
        return to_number(r, w, arguments[1], &node->threshold);
    node->label = n > 1 ? arguments[1] : NULL;
    node->table = n > 2 ? arguments[2] : NULL;
    return VB_OK;
}

/* ---- names ---- */

static vb_region_node *pair_of(reader *r, vb_region_kind kind,
                               const vb_region_node *left, const vb_region_node *right)
{
    vb_region_node *node = new_node(r, kind);

    if (node) {
        node->left = left;
        node->right = right;
    }
    return node;
}

static vb_status read_preset(reader *r, const char *name, double radius_mm,
                             const vb_region_node **out)
{
    const vb_preset *found[2];
    const vb_region_node *nodes[2];
    size_t n = 0;
    const vb_status status = vb_preset_find(name, found, &n, r->err);

    if (status != VB_OK)
        return status;
    for (size_t i = 0; i < n; i++) {
        vb_region_node *node = new_node(r, VB_REGION_SPHERE);

        if (!node)
            return VB_ENOMEM;
        node->preset = found[i];
        memcpy(node->centre_mm, found[i]->centre_mm, sizeof node->centre_mm);
        node->size_mm[0] = isnan(radius_mm) ? found[i]->radius_mm : radius_mm;
        nodes[i] = node;
    }
    *out = n == 1 ? nodes[0] : pair_of(r, VB_REGION_UNION, nodes[0], nodes[1]);
    return *out ? VB_OK : VB_ENOMEM;
}

static vb_status read_name(reader *r, const vb_region_node **out)
{
    const size_t length = strcspn(r->at, "|&() ");
    char *name = vb_arena_substring(r->specs->arena, r->at, length), *colon;
    double radius_mm = (double)NAN;
    char quoted[VB_QUOTE_MAX];

    if (!name)
        return vb_fail_memory(r->err, length);
    for (size_t i = 0; i < r->specs->n; i++)
        if (strcmp(r->specs->items[i].name, name) == 0) {
            *out = r->specs->items[i].node;
            r->at += length;
            if ((*out)->kind == VB_REGION_ATLAS && !(*out)->label)
                return vb_fail(r->err, VB_EUSAGE, "'%s' is all labels of an atlas",
                               name);
            return VB_OK;
        }
    colon = strchr(name, ':');
    if (colon) {
        *colon = '\0';
        if (vb_number_read(colon + 1, &radius_mm) != VB_NUMBER_OK || !(radius_mm > 0))
            return vb_fail(r->err, VB_EUSAGE,
                           "'%s' behind %s: a radius in mm above 0 is expected, as in "
                           "vmpfc:8",
                           vb_quote(colon + 1, quoted), name);
    }
    r->at += length;
    return read_preset(r, name, radius_mm, out);
}

static const word *find_word(const char *at)
{
    for (size_t i = 0; i < N_WORDS; i++) {
        const size_t n = strlen(words[i].name);

        if (strncmp(at, words[i].name, n) == 0 && at[n] == '(')
            return &words[i];
    }
    return NULL;
}

static vb_status read_one(reader *r, const vb_region_node **out)
{
    const word *w;
    vb_status status;

    skip_blanks(r);
    if (*r->at == '(') {
        if (++r->depth > MOST_DEPTH)
            return fail_here(r, "brackets are nested too deeply");
        r->at++;
        status = read_either(r, out);
        r->depth--;
        if (status != VB_OK)
            return status;
        if (*r->at != ')')
            return fail_here(r, "')' is missing");
        r->at++;
    } else if ((w = find_word(r->at)) != NULL) {
        status = read_call(r, w, out);
    } else if (!*r->at || strchr("|&)", *r->at)) {
        status = fail_here(r, "a region is missing");
    } else if (r->at[strcspn(r->at, "|&() ")] == '(') {
        status = fail_here(r, "there are sphere, box, point, mask, prob and atlas; "
                              "something else");
    } else {
        status = read_name(r, out);
    }
    skip_blanks(r);
    return status;
}

static vb_status chain(reader *r, char sign, vb_region_kind kind,
                       vb_status (*next)(reader *, const vb_region_node **),
                       const vb_region_node **out)
{
    vb_status status = next(r, out);

    while (status == VB_OK && *r->at == sign) {
        const vb_region_node *right;

        r->at++;
        status = next(r, &right);
        if (status == VB_OK && !(*out = pair_of(r, kind, *out, right)))
            status = VB_ENOMEM;
    }
    return status;
}

static vb_status read_both(reader *r, const vb_region_node **out)
{
    return chain(r, '&', VB_REGION_INTERSECTION, read_one, out);
}

static vb_status read_either(reader *r, const vb_region_node **out)
{
    return chain(r, '|', VB_REGION_UNION, read_both, out);
}

/* An atlas without a label is many regions and cannot be joined with others. */
static bool has_all_labels(const vb_region_node *node)
{
    if (node->left)
        return has_all_labels(node->left) || has_all_labels(node->right);
    return node->kind == VB_REGION_ATLAS && !node->label;
}

vb_status vb_region_specs_add(vb_region_specs *specs, const char *name,
                              const char *text, vb_region_place place, vb_error *err)
{
    const vb_region_node *node = NULL;
    reader r = {.specs = specs,
                .text = text,
                .at = text,
                .base = place.file,
                .err = err};
    vb_status status = read_either(&r, &node);

    if (status == VB_OK && *r.at)
        status = fail_here(&r, "something is left over");
    if (status == VB_OK && node->left && has_all_labels(node))
        status =
            vb_fail(err, VB_EUSAGE,
                    "atlas(FILE) is all its labels, a region each; in | and & name "
                    "one: atlas(FILE, LABEL)");
    if (status == VB_OK)
        status = region_spec_add(specs, name ? name : text, text, node, place, err);
    return region_set_place(status, place, err);
}
