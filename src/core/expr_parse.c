/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expr_parse.c - text into a tree, by recursive descent.
 *
 * One function a level of precedence.  Depth is limited, so that no input can exhaust the
 * stack.
 */
#include "expr_internal.h"
#include "valuebold/names.h"
#include "valuebold/number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_ARGS = 256, MAX_TEXT = 65536 };

typedef struct parser {
    vb_expr *expr;
    const char *start, *s;
    size_t depth;
    vb_status status;
    vb_error *err;
} parser;

static const struct {
    const char *name;
    expr_function function;
    size_t min_args, max_args;
} functions[] = {
    {"exp", FUNCTION_EXP, 1, 1},   {"log", FUNCTION_LOG, 1, 1},
    {"sqrt", FUNCTION_SQRT, 1, 1}, {"abs", FUNCTION_ABS, 1, 1},
    {"min", FUNCTION_MIN, 2, MAX_ARGS}, {"max", FUNCTION_MAX, 2, MAX_ARGS},
    {"pow", FUNCTION_POW, 2, 2},   {"if", FUNCTION_IF, 3, 3},
    {"isna", FUNCTION_ISNA, 1, 1},
};
enum { N_FUNCTIONS = sizeof functions / sizeof functions[0] };

static expr_node *parse_or(parser *p);

static size_t column(const parser *p)
{
    return (size_t)(p->s - p->start) + 1;
}

static expr_node *fail(parser *p, size_t at, const char *what)
{
    char found[VB_QUOTE_MAX];

    if (p->status == VB_OK)
        p->status = vb_fail_at(p->err, VB_EINPUT, NULL, 0, at, "%s at character %zu of '%s'",
                               what, at, vb_quote(p->start, found));
    return NULL;
}

static expr_node *no_memory(parser *p)
{
    if (p->status == VB_OK)
        p->status = vb_fail_memory(p->err, sizeof(expr_node));
    return NULL;
}

static void skip_blanks(parser *p)
{
    while (*p->s == ' ' || *p->s == '\t' || *p->s == '\n')
        p->s++;
}

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

/* Takes the operator when it stands here; a word must end here too. */
static bool take(parser *p, const char *op)
{
    const size_t n = strlen(op);

    skip_blanks(p);
    if (strncmp(p->s, op, n) != 0)
        return false;
    if (isalpha((unsigned char)op[0]) && is_name_byte(p->s[n]))
        return false;
    p->s += n;
    return true;
}

static expr_node *node(parser *p, expr_kind kind, size_t at)
{
    expr_node *made = vb_arena_take(p->expr->arena, 1, sizeof *made);

    if (!made)
        return no_memory(p);
    made->kind = kind;
    made->column = at;
    return made;
}

static expr_node *with_args(parser *p, expr_kind kind, size_t at, expr_node *const args[],
                            size_t n)
{
    expr_node *made = node(p, kind, at);

    if (!made)
        return NULL;
    made->args = vb_arena_take(p->expr->arena, n, sizeof *made->args);
    if (!made->args)
        return no_memory(p);
    for (size_t i = 0; i < n; i++)
        made->args[i] = args[i];
    made->n_args = n;
    return made;
}

static expr_node *pair(parser *p, expr_kind kind, size_t at, expr_node *a, expr_node *b)
{
    return a && b ? with_args(p, kind, at, (expr_node *[]){a, b}, 2) : NULL;
}

static expr_node *name_node(parser *p, size_t at, const char *s, size_t n)
{
    vb_expr *e = p->expr;
    expr_node *made = node(p, EXPR_NAME, at);
    char *copy = vb_arena_substring(e->arena, s, n);
    size_t i = 0;

    if (!made || !copy)
        return no_memory(p);
    while (i < e->n_names && strcmp(e->names[i], copy) != 0)
        i++;
    if (i == e->n_names) { /* the arrays have room for every character of the text */
        e->names[i] = copy;
        e->name_column[i] = at;
        e->n_names++;
    }
    made->name = i;
    made->text = e->names[i];
    return made;
}

/* "text", 'text' or `name`. */
static expr_node *quoted(parser *p)
{
    const size_t at = column(p);
    const char quote = *p->s++;
    const char *end = strchr(p->s, quote);
    expr_node *made;

    if (!end)
        return fail(p, at, quote == '`' ? "back quote without its end"
                                        : "quote without its end");
    if (quote == '`') {
        made = name_node(p, at, p->s, (size_t)(end - p->s));
    } else {
        made = node(p, EXPR_TEXT, at);
        if (made)
            made->text = vb_arena_substring(p->expr->arena, p->s, (size_t)(end - p->s));
        if (!made || !made->text)
            return no_memory(p);
    }
    p->s = end + 1;
    return made;
}

static expr_node *number(parser *p)
{
    const size_t at = column(p);
    const char *end = p->s;
    expr_node *made = node(p, EXPR_NUMBER, at);
    char *copy;

    while (isdigit((unsigned char)*end) || *end == '.')
        end++;
    if ((*end == 'e' || *end == 'E') &&
        (isdigit((unsigned char)end[1]) ||
         ((end[1] == '-' || end[1] == '+') && isdigit((unsigned char)end[2]))))
        for (end += 2; isdigit((unsigned char)*end);)
            end++;
    copy = vb_arena_substring(p->expr->arena, p->s, (size_t)(end - p->s));
    if (!made || !copy)
        return no_memory(p);
    if (is_name_byte(*end) || vb_number_read(copy, &made->number) != VB_NUMBER_OK)
        return fail(p, at, "not a number");
    p->s = end;
    return made;
}

/* The arguments up to the closing bracket; *n of them. */
static bool arguments(parser *p, char close, expr_node *args[], size_t *n)
{
    const char closing[2] = {close, '\0'};
    const size_t at = column(p);

    if (take(p, closing))
        return true;
    do {
        if (*n == MAX_ARGS)
            return fail(p, column(p), "too many values") != NULL;
        args[*n] = parse_or(p);
        if (!args[*n])
            return false;
        (*n)++;
    } while (take(p, ","));
    if (!take(p, closing))
        return fail(p, at, "bracket without its end") != NULL;
    return true;
}

static expr_node *call(parser *p, size_t at, const char *s, size_t length)
{
    expr_node *args[MAX_ARGS], *made;
    size_t n = 0, f = 0;

    while (f < N_FUNCTIONS && (strlen(functions[f].name) != length ||
                               strncmp(functions[f].name, s, length) != 0))
        f++;
    if (f == N_FUNCTIONS)
        return fail(p, at, "unknown function (there is exp, log, sqrt, abs, min, max, pow, "
                           "if, isna)");
    if (!arguments(p, ')', args, &n))
        return NULL;
    if (n < functions[f].min_args || n > functions[f].max_args)
        return fail(p, at, "wrong number of arguments");
    made = with_args(p, EXPR_CALL, at, args, n);
    if (made)
        made->function = functions[f].function;
    return made;
}

static expr_node *primary(parser *p)
{
    const char *begin;
    size_t at;

    skip_blanks(p);
    at = column(p);
    begin = p->s;
    if (*p->s == '"' || *p->s == '\'' || *p->s == '`')
        return quoted(p);
    if (isdigit((unsigned char)*p->s) || (*p->s == '.' && isdigit((unsigned char)p->s[1])))
        return number(p);
    if (take(p, "(")) {
        expr_node *inside = parse_or(p);

        if (inside && !take(p, ")"))
            return fail(p, at, "bracket without its end");
        return inside;
    }
    if (!is_name_byte(*p->s))
        return fail(p, at, *p->s ? "unexpected character" : "something is missing");
    while (is_name_byte(*p->s))
        p->s++;
    if (*p->s == '(') {
        const size_t length = (size_t)(p->s - begin);

        p->s++;
        return call(p, at, begin, length);
    }
    return name_node(p, at, begin, (size_t)(p->s - begin));
}

static expr_node *unary(parser *p);

static expr_node *power(parser *p)
{
    expr_node *base = primary(p);
    const size_t at = column(p);

    if (base && (take(p, "**") || take(p, "^")))
        return pair(p, EXPR_POWER, at, base, unary(p));
    return base;
}

static expr_node *unary(parser *p)
{
    expr_node *made = NULL;
    size_t at;

    skip_blanks(p);
    at = column(p);
    if (++p->depth > MAX_DEPTH)
        return fail(p, at, "nested too deeply");
    if (take(p, "-")) {
        expr_node *operand = unary(p);

        made = operand ? with_args(p, EXPR_NEGATE, at, &operand, 1) : NULL;
    } else if (take(p, "+")) {
        made = unary(p);
    } else {
        made = power(p);
    }
    p->depth--;
    return made;
}

static expr_node *product(parser *p)
{
    expr_node *left = unary(p);

    while (left) {
        const size_t at = (skip_blanks(p), column(p));

        if (take(p, "*"))
            left = pair(p, EXPR_MULTIPLY, at, left, unary(p));
        else if (take(p, "/"))
            left = pair(p, EXPR_DIVIDE, at, left, unary(p));
        else
            break;
    }
    return left;
}

static expr_node *sum(parser *p)
{
    expr_node *left = product(p);

    while (left) {
        const size_t at = (skip_blanks(p), column(p));

        if (take(p, "+"))
            left = pair(p, EXPR_ADD, at, left, product(p));
        else if (take(p, "-"))
            left = pair(p, EXPR_SUBTRACT, at, left, product(p));
        else
            break;
    }
    return left;
}

static expr_node *membership(parser *p, expr_node *left, size_t at)
{
    expr_node *args[MAX_ARGS];
    size_t n = 1;
    char close;

    skip_blanks(p);
    if (*p->s != '[' && *p->s != '(')
        return fail(p, column(p), "'in' needs a list: x in [\"a\", \"b\"]");
    close = *p->s++ == '[' ? ']' : ')';
    args[0] = left;
    return arguments(p, close, args, &n) ? with_args(p, EXPR_IN, at, args, n) : NULL;
}

static expr_node *comparison(parser *p)
{
    static const struct {
        const char *op;
        expr_kind kind;
    } ops[] = {{"==", EXPR_EQUAL},    {"!=", EXPR_UNEQUAL}, {"<=", EXPR_AT_MOST},
               {">=", EXPR_AT_LEAST}, {"<", EXPR_LESS},     {">", EXPR_MORE}};
    expr_node *left = sum(p);
    const size_t at = (skip_blanks(p), column(p));

    if (!left)
        return NULL;
    if (take(p, "in"))
        return membership(p, left, at);
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (take(p, ops[i].op))
            return pair(p, ops[i].kind, at, left, sum(p));
    if (*p->s == '=')
        return fail(p, at, "a single '=' (comparing is '==')");
    return left;
}

static expr_node *negation(parser *p)
{
    const size_t at = (skip_blanks(p), column(p));
    expr_node *made = NULL;

    if (++p->depth > MAX_DEPTH)
        return fail(p, at, "nested too deeply");
    if (take(p, "not") || (*p->s == '!' && p->s[1] != '=' && take(p, "!"))) {
        expr_node *operand = negation(p);

        made = operand ? with_args(p, EXPR_NOT, at, &operand, 1) : NULL;
    } else {
        made = comparison(p);
    }
    p->depth--;
    return made;
}

static expr_node *parse_and(parser *p)
{
    expr_node *left = negation(p);

    while (left) {
        const size_t at = (skip_blanks(p), column(p));

        if (!take(p, "and") && !take(p, "&&"))
            break;
        left = pair(p, EXPR_AND, at, left, negation(p));
    }
    return left;
}

static expr_node *parse_or(parser *p)
{
    expr_node *left;

    if (++p->depth > MAX_DEPTH)
        return fail(p, column(p), "nested too deeply");
    left = parse_and(p);
    while (left) {
        const size_t at = (skip_blanks(p), column(p));

        if (!take(p, "or") && !take(p, "||"))
            break;
        left = pair(p, EXPR_OR, at, left, parse_and(p));
    }
    p->depth--;
    return left;
}

vb_status vb_expr_compile(const char *text, vb_expr **expr, vb_error *err)
{
    const size_t n = strlen(text);
    parser p = {.start = text, .s = text, .err = err};
    vb_expr *e;

    if (n > MAX_TEXT)
        return vb_fail(err, VB_EINPUT, "expression of %zu characters; the limit is %d", n,
                       MAX_TEXT);
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
    e->root = parse_or(&p);
    skip_blanks(&p);
    if (e->root && *p.s)
        fail(&p, column(&p), "unexpected text");
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
