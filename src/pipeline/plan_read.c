/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_read.c - texts, numbers and distributions of a plan, each fault with its place. */
#include "plan_internal.h"

#include "valuebold/names.h"
#include <math.h>
#include <string.h>

void *plan_take(plan_reader *r, size_t n, size_t size)
{
    void *memory = vb_arena_take(r->arena, n, size);

    if (!memory)
        r->status = vb_fail_memory(r->err, size);
    return memory;
}

bool plan_keys(plan_reader *r, const vb_node *map, const char *what,
               const char *const names[], size_t n)
{
    char quoted[VB_QUOTE_MAX], hint[VB_TEXT_MAX];

    if (map->kind != VB_MAP) {
        PLAN_REFUSE(r, map, "%s: a map of keys and values is expected", what);
        return false;
    }
    for (size_t i = 0; i < map->n; i++) {
        size_t k = 0;

        while (k < n && strcmp(map->keys[i], names[k]) != 0)
            k++;
        if (k == n)
            r->status =
                vb_refuse(r->notes, r->err, VB_EINPUT, "plan-key", r->file,
                          map->key_line[i], map->key_column[i],
                          "%s: unknown key '%s'%s", what,
                          vb_quote(map->keys[i], quoted),
                          vb_suggest(map->keys[i], names, n, hint, sizeof hint));
    }
    return true;
}

const char *plan_text(plan_reader *r, const vb_node *node, const char *what,
                      const char *otherwise)
{
    if (!node)
        return otherwise;
    if (node->kind != VB_SCALAR || node->null || !node->text[0]) {
        PLAN_REFUSE(r, node, "%s: a text is expected", what);
        return otherwise;
    }
    return node->text;
}

double plan_number(plan_reader *r, const vb_node *node, const char *what, double lower,
                   double upper, double otherwise)
{
    char quoted[VB_QUOTE_MAX];
    double x = NAN;
    vb_number_kind kind;

    if (!node)
        return otherwise;
    if (node->kind != VB_SCALAR || node->null) {
        PLAN_REFUSE(r, node, "%s: a number is expected", what);
        return otherwise;
    }
    kind = vb_number_read(node->text, &x);
    if (kind != VB_NUMBER_OK) {
        PLAN_REFUSE(r, node, "%s: '%s' %s", what, vb_quote(node->text, quoted),
                    vb_number_why(kind));
        return otherwise;
    }
    if (x < lower || x > upper) {
        PLAN_REFUSE(r, node, "%s: %g is outside %g to %g", what, x, lower, upper);
        return otherwise;
    }
    return x;
}

size_t plan_count(plan_reader *r, const vb_node *node, const char *what, double lower,
                  double upper, size_t otherwise)
{
    const double x = plan_number(r, node, what, lower, upper, (double)otherwise);

    if (floor(x) < x) {
        PLAN_REFUSE(r, node, "%s: %g is not a whole number", what, x);
        return otherwise;
    }
    return (size_t)x;
}

/* The shapes and the keys of their two numbers; uniform has a list instead. */
static const struct {
    const char *name, *a, *b;
    vb_shape shape;
} shapes[] = {{"uniform", NULL, NULL, VB_SHAPE_UNIFORM},
              {"normal", "mean", "sd", VB_SHAPE_NORMAL},
              {"lognormal", "median", "sd_log", VB_SHAPE_LOGNORMAL},
              {"exponential", "mean", NULL, VB_SHAPE_EXPONENTIAL}};

enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

static void read_shape(plan_reader *r, const vb_node *node, size_t s, const char *what,
                       vb_distribution *d)
{
    const char *keys[2];
    size_t n = 0;

    d->shape = shapes[s].shape;
    if (d->shape == VB_SHAPE_UNIFORM) {
        if (node->kind != VB_LIST || node->n != 2) {
            PLAN_REFUSE(r, node, "%s: uniform needs a list of two numbers", what);
            return;
        }
        d->a = plan_number(r, node->items[0], what, -INFINITY, INFINITY, 0);
        d->b = plan_number(r, node->items[1], what, -INFINITY, INFINITY, 1);
        return;
    }
    keys[n++] = shapes[s].a;
    if (shapes[s].b)
        keys[n++] = shapes[s].b;
    if (!plan_keys(r, node, what, keys, n))
        return;
    for (size_t k = 0; k < n; k++) {
        const vb_node *value = vb_node_get(node, keys[k]);

        if (!value)
            PLAN_REFUSE(r, node, "%s: %s needs %s", what, shapes[s].name, keys[k]);
        *(k ? &d->b : &d->a) = plan_number(r, value, keys[k], -INFINITY, INFINITY, 1);
    }
}

vb_distribution plan_distribution(plan_reader *r, const vb_node *node, const char *what,
                                  double otherwise)
{
    static const char *const keys[] = {"uniform",     "normal", "lognormal",
                                       "exponential", "min",    "max"};
    vb_distribution d = {.a = otherwise, .lower = -INFINITY, .upper = INFINITY};
    const size_t before = r->notes ? r->notes->n_refusals : 0;
    const char *fault;
    size_t n_shapes = 0;

    if (!node)
        return d;
    if (node->kind == VB_SCALAR) {
        d.a = plan_number(r, node, what, -INFINITY, INFINITY, otherwise);
        return d;
    }
    if (!plan_keys(r, node, what, keys, sizeof keys / sizeof keys[0]))
        return d;
    for (size_t s = 0; s < N_SHAPES; s++) {
        const vb_node *shape = vb_node_get(node, shapes[s].name);

        if (!shape)
            continue;
        n_shapes++;
        read_shape(r, shape, s, what, &d);
    }
    d.lower =
        plan_number(r, vb_node_get(node, "min"), "min", -INFINITY, INFINITY, d.lower);
    d.upper =
        plan_number(r, vb_node_get(node, "max"), "max", -INFINITY, INFINITY, d.upper);
    if (n_shapes != 1)
        PLAN_REFUSE(
            r, node,
            "%s: one of uniform, normal, lognormal and exponential is expected, "
            "or a number",
            what);
    fault = vb_distribution_fault(&d);
    if (fault && n_shapes == 1 && (!r->notes || r->notes->n_refusals == before))
        PLAN_REFUSE(r, node, "%s: the distribution %s", what, fault);
    return d;
}
