/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expr_linear.c - an expression as a weighted sum of products of names, for contrasts.
 */
#include "expr_internal.h"

#include <string.h>

enum { MAX_TERMS = 4096 };

typedef struct sum {
    vb_expr_term *terms;
    size_t n;
} sum;

typedef struct expander {
    const vb_expr *expr;
    vb_arena *arena;
    vb_error *err;
    vb_status status;
} expander;

static sum refuse(expander *x, const expr_node *node, const char *what)
{
    char quoted[VB_QUOTE_MAX];

    if (x->status == VB_OK)
        x->status =
            vb_fail_at(x->err, VB_EINPUT, NULL, 0, node->column,
                       "%s at character %zu of '%s'; write a sum of NUMBER*NAME", what,
                       node->column, vb_quote(x->expr->text, quoted));
    return (sum){0};
}

static sum single(expander *x, double weight, const char *name)
{
    sum s = {.terms = vb_arena_take(x->arena, 1, sizeof *s.terms), .n = 1};

    if (!s.terms) {
        x->status = vb_fail_memory(x->err, sizeof *s.terms);
        return (sum){0};
    }
    s.terms[0] = (vb_expr_term){.weight = weight, .name = name};
    return s;
}

/* Adds weight to the term of that name, a new one when there is none; terms has room. */
static void collect(sum *s, double weight, const char *name)
{
    size_t k = 0;

    while (k < s->n && strcmp(s->terms[k].name, name) != 0)
        k++;
    if (k == s->n)
        s->terms[s->n++] = (vb_expr_term){.weight = 0, .name = name};
    s->terms[k].weight += weight;
}

static sum add(expander *x, sum a, sum b, double sign)
{
    sum s = {.terms = vb_arena_take(x->arena, a.n + b.n, sizeof *s.terms)};

    if (!s.terms) {
        x->status = vb_fail_memory(x->err, (a.n + b.n) * sizeof *s.terms);
        return (sum){0};
    }
    for (size_t i = 0; i < a.n + b.n; i++) {
        const vb_expr_term *term = i < a.n ? &a.terms[i] : &b.terms[i - a.n];

        collect(&s, i < a.n ? term->weight : sign * term->weight, term->name);
    }
    return s;
}

static sum multiply(expander *x, const expr_node *node, sum a, sum b)
{
    sum total = {0};

    if (a.n * b.n > MAX_TERMS)
        return refuse(x, node, "too many terms");
    total.terms = vb_arena_take(x->arena, a.n * b.n, sizeof *total.terms);
    for (size_t i = 0; total.terms && i < a.n; i++)
        for (size_t k = 0; k < b.n; k++) {
            const char *left = a.terms[i].name, *right = b.terms[k].name;
            const char *name = !*left ? right
                               : !*right
                                   ? left
                                   : vb_arena_printf(x->arena, "%s*%s", left, right);

            if (!name) {
                x->status = vb_fail_memory(x->err, strlen(left) + strlen(right));
                return (sum){0};
            }
            collect(&total, a.terms[i].weight * b.terms[k].weight, name);
        }
    if (!total.terms)
        x->status = vb_fail_memory(x->err, a.n * b.n * sizeof *total.terms);
    return total;
}

static sum expand(expander *x, const expr_node *node)
{
    sum a, b;

    if (x->status != VB_OK)
        return (sum){0};
    switch (node->kind) {
    case EXPR_NUMBER:
        return single(x, node->number, "");
    case EXPR_NAME:
        return single(x, 1, node->text);
    case EXPR_NEGATE:
        a = expand(x, node->args[0]);
        return x->status == VB_OK ? add(x, (sum){0}, a, -1) : (sum){0};
    case EXPR_ADD:
    case EXPR_SUBTRACT:
        a = expand(x, node->args[0]);
        b = expand(x, node->args[1]);
        return x->status == VB_OK ? add(x, a, b, node->kind == EXPR_ADD ? 1 : -1)
                                  : (sum){0};
    case EXPR_MULTIPLY:
        a = expand(x, node->args[0]);
        b = expand(x, node->args[1]);
        return x->status == VB_OK ? multiply(x, node, a, b) : (sum){0};
    case EXPR_DIVIDE: /* by a number: (a + b)/2 */
        a = expand(x, node->args[0]);
        b = expand(x, node->args[1]);
        if (x->status != VB_OK)
            return (sum){0};
        if (b.n != 1 || b.terms[0].name[0] || b.terms[0].weight == 0)
            return refuse(x, node, "division by something that is not a number");
        return multiply(x, node, a, single(x, 1 / b.terms[0].weight, ""));
    default:
        return refuse(x, node, "not a weighted sum of names");
    }
}

vb_status vb_expr_linear(const vb_expr *expr, vb_arena *arena, size_t *n_terms,
                         vb_expr_term **terms, vb_error *err)
{
    expander x = {.expr = expr, .arena = arena, .err = err};
    const sum s = expand(&x, expr->root);

    if (x.status != VB_OK)
        return x.status;
    for (size_t i = 0; i < s.n; i++) {
        s.terms[i].name = vb_arena_string(arena, s.terms[i].name); /* outlives expr */
        if (!s.terms[i].name)
            return vb_fail_memory(err, 1);
    }
    *n_terms = s.n;
    *terms = s.terms;
    return VB_OK;
}
