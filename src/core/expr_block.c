/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expr_block.c - a formula over a block of rows, step by step.
 *
 * Walking the tree once a row costs more than the arithmetic; here each node is walked once
 * a block and works on arrays that stay in the cache.  Conditions, comparisons and lists
 * choose row by row, so these are left to the evaluator of single rows: same meaning,
 * and few formulas have them.
 */
#include "expr_internal.h"

#include <math.h>
#include <string.h>

typedef struct block {
    size_t n;
    const double *const *names;
    const bool *constant;
    double *row; /* [n_names] values of one row */
    size_t n_names;
} block;

/* A node's values: x[i * step]. */
typedef struct operand {
    const double *x;
    size_t step; /* 0: the same in all rows */
} operand;

static bool is_by_row(const expr_node *node)
{
    switch (node->kind) {
    case EXPR_NUMBER:
    case EXPR_NAME:
    case EXPR_NEGATE:
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_POWER:
        return false;
    case EXPR_CALL:
        return node->function == FUNCTION_IF || node->function == FUNCTION_ISNA;
    default:
        return true;
    }
}

static void by_row(const block *b, const expr_node *node, double out[])
{
    for (size_t i = 0; i < b->n; i++) {
        for (size_t k = 0; k < b->n_names; k++)
            b->row[k] = b->names[k][b->constant[k] ? 0 : i];
        out[i] = expr_number(node, b->row);
    }
}

static void power(size_t n, operand a, operand p, double out[])
{
    if (!p.step && *p.x == 2) {
        for (size_t i = 0; i < n; i++)
            out[i] = a.x[i * a.step] * a.x[i * a.step];
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const double x = a.x[i * a.step], y = p.x[i * p.step];

        out[i] = isnan(x) || isnan(y) ? (double)NAN : y == 2 ? x * x : pow(x, y);
    }
}

static void arithmetic(expr_kind kind, size_t n, operand a, operand c, double out[])
{
    switch (kind) {
    case EXPR_ADD:
        for (size_t i = 0; i < n; i++)
            out[i] = a.x[i * a.step] + c.x[i * c.step];
        break;
    case EXPR_SUBTRACT:
        for (size_t i = 0; i < n; i++)
            out[i] = a.x[i * a.step] - c.x[i * c.step];
        break;
    case EXPR_MULTIPLY:
        for (size_t i = 0; i < n; i++)
            out[i] = a.x[i * a.step] * c.x[i * c.step];
        break;
    case EXPR_DIVIDE:
        for (size_t i = 0; i < n; i++)
            out[i] = a.x[i * a.step] / c.x[i * c.step];
        break;
    default:
        power(n, a, c, out);
    }
}

/* Functions of one number; min, max and pow are made pair by pair. */
static void function(expr_function which, size_t n, operand a, operand c, double out[])
{
    for (size_t i = 0; i < n; i++) {
        const double x = a.x[i * a.step], y = c.x[i * c.step];

        switch (which) {
        case FUNCTION_EXP:
            out[i] = exp(x);
            break;
        case FUNCTION_LOG:
            out[i] = log(x);
            break;
        case FUNCTION_SQRT:
            out[i] = sqrt(x);
            break;
        case FUNCTION_ABS:
            out[i] = fabs(x);
            break;
        case FUNCTION_MIN:
            out[i] = isnan(y) || y < x ? y : x;
            break;
        case FUNCTION_MAX:
            out[i] = isnan(y) || y > x ? y : x;
            break;
        default:
            out[i] = NAN;
        }
    }
}

/* scratch: the result, then the left operand and what it needs, then the right one: two
 * blocks a level are enough. */
static operand value(const block *b, const expr_node *node, double *scratch)
{
    double *out = scratch, *below = scratch + VB_EXPR_BLOCK;
    operand left = {0}, right = {0};

    if (node->kind == EXPR_NUMBER)
        return (operand){&node->number, 0};
    if (node->kind == EXPR_NAME)
        return (operand){b->names[node->name], b->constant[node->name] ? 0 : 1};
    if (is_by_row(node)) {
        by_row(b, node, out);
        return (operand){out, 1};
    }
    /* the left operand stays in its place while the right one is worked out beyond it */
    left = value(b, node->args[0], below);
    if (node->kind == EXPR_NEGATE) {
        for (size_t i = 0; i < b->n; i++)
            out[i] = -left.x[i * left.step];
        return (operand){out, 1};
    }
    if (node->n_args == 1) {
        function(node->function, b->n, left, left, out);
        return (operand){out, 1};
    }
    for (size_t k = 1; k < node->n_args; k++) {
        right = value(b, node->args[k], below + VB_EXPR_BLOCK);
        if (node->kind != EXPR_CALL)
            arithmetic(node->kind, b->n, left, right, out);
        else if (node->function == FUNCTION_POW)
            power(b->n, left, right, out);
        else
            function(node->function, b->n, left, right, out);
        left = (operand){out, 1};
    }
    return left;
}

size_t vb_expr_block_room(const vb_expr *expr)
{
    /* two blocks a level, and one row */
    return (2 * (expr->root->depth + 2)) * VB_EXPR_BLOCK + expr->n_names + 1;
}

void vb_expr_block(const vb_expr *expr, size_t n, const double *const names[],
                   const bool constant[], double scratch[], double out[])
{
    const block b = {.n = n,
                     .names = names,
                     .constant = constant,
                     .row = scratch,
                     .n_names = expr->n_names};
    const operand v = value(&b, expr->root, scratch + expr->n_names + 1);

    for (size_t i = 0; i < n; i++)
        out[i] = v.x[i * v.step];
}
