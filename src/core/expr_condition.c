/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expr_condition.c - the condition of if(condition, then, else): true, false or missing.
 *
 * A filter is two-valued, for a row is in or out: a comparison with a missing cell is
 * false (!= true).  A value chosen by such a comparison would be made up, so here it is
 * missing, and not, and, or follow Kleene's logic (false and missing is false, true or
 * missing is true): S. C. Kleene (1952) Introduction to Metamathematics, section 64; SQL
 * does the same.
 */
#include "expr_internal.h"

#include <math.h>

static vb_value value_of(const expr_node *node, expr_names names)
{
    if (names.cells)
        return expr_value(node, names.cells);
    return (vb_value){.number = expr_number(node, names.numbers),
                      .text = node->kind == EXPR_TEXT ? node->text : NULL};
}

/* x == "n/a" asks whether x is missing and so has an answer. */
static bool asks_for_missing(const expr_node *node)
{
    return node->kind == EXPR_TEXT &&
           expr_is_missing((vb_value){.number = NAN, .text = node->text});
}

static double compare(expr_kind kind, const expr_node *left, const expr_node *right,
                      expr_names names)
{
    const vb_value a = value_of(left, names), b = value_of(right, names);

    if (!asks_for_missing(left) && !asks_for_missing(right) &&
        (expr_is_missing(a) || expr_is_missing(b)))
        return (double)NAN;
    return expr_compare(kind, left, a, right, b);
}

static double is_in(const expr_node *node, expr_names names)
{
    double found = 0;

    for (size_t i = 1; i < node->n_args && found != 1; i++) {
        const double same = compare(EXPR_EQUAL, node->args[0], node->args[i], names);

        found = same == 1 || isnan(same) ? same : found;
    }
    return found;
}

/* The first argument when it settles the matter, else the second unless only the first
 * is open. */
static double both(double settles, const expr_node *node, expr_names names)
{
    const double a = expr_condition(node->args[0], names);
    double b;

    if (a == settles)
        return a;
    b = expr_condition(node->args[1], names);
    return b == settles || !isnan(a) ? b : a;
}

double expr_condition(const expr_node *node, expr_names names)
{
    double x;

    switch (node->kind) {
    case EXPR_NOT:
        x = expr_condition(node->args[0], names);
        return isnan(x) ? x : x == 0;
    case EXPR_AND:
        return both(0, node, names);
    case EXPR_OR:
        return both(1, node, names);
    case EXPR_IN:
        return is_in(node, names);
    case EXPR_EQUAL:
    case EXPR_UNEQUAL:
    case EXPR_LESS:
    case EXPR_AT_MOST:
    case EXPR_MORE:
    case EXPR_AT_LEAST:
        return compare(node->kind, node->args[0], node->args[1], names);
    default:
        x = value_of(node, names).number;
        return isnan(x) ? x : x != 0;
    }
}
