/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expr_parse.c - text into a tree, by recursive descent.
 *
 * One function a level of precedence.  Depth is limited, so that no input can exhaust
 * the stack.
 */
#include "expr_parser.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 65536 };

static expr_node *pair(expr_parser *p, expr_kind kind, size_t at, expr_node *a,
                       expr_node *b)
{
    return a && b ? expr_with_args(p, kind, at, (expr_node *[]){a, b}, 2) : NULL;
}

static expr_node *unary(expr_parser *p);

static expr_node *power(expr_parser *p)
{
    expr_node *base = expr_primary(p);
    const size_t at = expr_column(p);

    if (base && (expr_take(p, "**") || expr_take(p, "^")))
        return pair(p, EXPR_POWER, at, base, unary(p));
    return base;
}

static expr_node *unary(expr_parser *p)
{
    expr_node *made = NULL;
    size_t at;

    expr_skip_blanks(p);
    at = expr_column(p);
    if (++p->depth > EXPR_MAX_DEPTH)
        return expr_fail(p, at, "nested too deeply");
    if (expr_take(p, "-")) {
        expr_node *operand = unary(p);

        made = operand ? expr_with_args(p, EXPR_NEGATE, at, &operand, 1) : NULL;
    } else if (expr_take(p, "+")) {
        made = unary(p);
    } else {
        made = power(p);
    }
    p->depth--;
    return made;
}

static expr_node *product(expr_parser *p)
{
    expr_node *left = unary(p);

    while (left) {
        const size_t at = (expr_skip_blanks(p), expr_column(p));

        if (expr_take(p, "*"))
            left = pair(p, EXPR_MULTIPLY, at, left, unary(p));
        else if (expr_take(p, "/"))
            left = pair(p, EXPR_DIVIDE, at, left, unary(p));
        else
            break;
    }
    return left;
}

static expr_node *sum(expr_parser *p)
{
    expr_node *left = product(p);

    while (left) {
        const size_t at = (expr_skip_blanks(p), expr_column(p));

        if (expr_take(p, "+"))
            left = pair(p, EXPR_ADD, at, left, product(p));
        else if (expr_take(p, "-"))
            left = pair(p, EXPR_SUBTRACT, at, left, product(p));
        else
            break;
    }
    return left;
}

static expr_node *membership(expr_parser *p, expr_node *left, size_t at)
{
    expr_node *args[EXPR_MAX_ARGS];
    size_t n = 1;
    char close;

    expr_skip_blanks(p);
    if (*p->s != '[' && *p->s != '(')
        return expr_fail(p, expr_column(p), "'in' needs a list: x in [\"a\", \"b\"]");
    close = *p->s++ == '[' ? ']' : ')';
    args[0] = left;
    return expr_arguments(p, close, args, &n) ? expr_with_args(p, EXPR_IN, at, args, n)
                                              : NULL;
}

static expr_node *comparison(expr_parser *p)
{
    static const struct {
        const char *op;
        expr_kind kind;
    } ops[] = {{"==", EXPR_EQUAL},    {"!=", EXPR_UNEQUAL}, {"<=", EXPR_AT_MOST},
               {">=", EXPR_AT_LEAST}, {"<", EXPR_LESS},     {">", EXPR_MORE}};
    expr_node *left = sum(p);
    const size_t at = (expr_skip_blanks(p), expr_column(p));

    if (!left)
        return NULL;
    if (expr_take(p, "in"))
        return membership(p, left, at);
    if (expr_take(p, "not")) {
        expr_node *in;

        if (!expr_take(p, "in"))
            return expr_fail(p, at, "'not' here needs 'in': x not in [\"a\", \"b\"]");
        in = membership(p, left, at);
        return in ? expr_with_args(p, EXPR_NOT, at, &in, 1) : NULL;
    }
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (expr_take(p, ops[i].op))
            return pair(p, ops[i].kind, at, left, sum(p));
    if (*p->s == '=')
        return expr_fail(p, at, "a single '=' (comparing is '==')");
    return left;
}

static expr_node *negation(expr_parser *p)
{
    const size_t at = (expr_skip_blanks(p), expr_column(p));
    expr_node *made = NULL;

    if (++p->depth > EXPR_MAX_DEPTH)
        return expr_fail(p, at, "nested too deeply");
    if (expr_take(p, "not") || (*p->s == '!' && p->s[1] != '=' && expr_take(p, "!"))) {
        expr_node *operand = negation(p);

        made = operand ? expr_with_args(p, EXPR_NOT, at, &operand, 1) : NULL;
    } else {
        made = comparison(p);
    }
    p->depth--;
    return made;
}

static expr_node *parse_and(expr_parser *p)
{
    expr_node *left = negation(p);

    while (left) {
        const size_t at = (expr_skip_blanks(p), expr_column(p));

        if (!expr_take(p, "and") && !expr_take(p, "&&"))
            break;
        left = pair(p, EXPR_AND, at, left, negation(p));
    }
    return left;
}

expr_node *expr_or(expr_parser *p)
{
    expr_node *left;

    if (++p->depth > EXPR_MAX_DEPTH)
        return expr_fail(p, expr_column(p), "nested too deeply");
    left = parse_and(p);
    while (left) {
        const size_t at = (expr_skip_blanks(p), expr_column(p));

        if (!expr_take(p, "or") && !expr_take(p, "||"))
            break;
        left = pair(p, EXPR_OR, at, left, parse_and(p));
    }
    p->depth--;
    return left;
}

vb_status vb_expr_compile(const char *text, vb_expr **expr, vb_error *err)
{
    const size_t n = strlen(text);
    expr_parser p = {.start = text, .s = text, .err = err};
    vb_expr *e;

    if (n > MAX_TEXT)
        return vb_fail(err, VB_EINPUT, "expression of %zu characters; the limit is %d",
                       n, MAX_TEXT);
    e = calloc(1, sizeof *e);
    if (!e)
        return vb_fail_memory(err, sizeof *e);
    e->arena = vb_arena_alloc();
    if (e->arena) {
        e->text = vb_arena_string(e->arena, text);
        e->names = vb_arena_take(e->arena, n + 1, sizeof e->names[0]);
        e->name_column = vb_arena_take(e->arena, n + 1, sizeof e->name_column[0]);
    }
    if (!e->arena || !e->text || !e->names || !e->name_column) {
        vb_expr_free(e);
        return vb_fail_memory(err, n);
    }
    p.expr = e;
    e->root = expr_or(&p);
    expr_skip_blanks(&p);
    if (e->root && *p.s)
        expr_fail(&p, expr_column(&p), "unexpected text");
    if (p.status != VB_OK) {
        vb_expr_free(e);
        return p.status;
    }
    *expr = e;
    return VB_OK;
}

void vb_expr_free(vb_expr *expr)
{
    if (!expr)
        return;
    vb_arena_free(expr->arena);
    free(expr);
}
