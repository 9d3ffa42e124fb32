/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expr_atoms.c - what stands between operators: numbers, text, names, calls,
 * brackets. */
#include "expr_parser.h"

#include "valuebold/number.h"
#include <ctype.h>
#include <string.h>

static const struct {
    const char *name;
    expr_function function;
    size_t min_args, max_args;
} functions[] = {
    {"exp", FUNCTION_EXP, 1, 1},
    {"log", FUNCTION_LOG, 1, 1},
    {"sqrt", FUNCTION_SQRT, 1, 1},
    {"abs", FUNCTION_ABS, 1, 1},
    {"min", FUNCTION_MIN, 2, EXPR_MAX_ARGS},
    {"max", FUNCTION_MAX, 2, EXPR_MAX_ARGS},
    {"pow", FUNCTION_POW, 2, 2},
    {"if", FUNCTION_IF, 3, 3},
    {"isna", FUNCTION_ISNA, 1, 1},
};
enum { N_FUNCTIONS = sizeof functions / sizeof functions[0] };

size_t expr_column(const expr_parser *p)
{
    return (size_t)(p->s - p->start) + 1;
}

expr_node *expr_fail(expr_parser *p, size_t at, const char *what)
{
    char found[VB_QUOTE_MAX];

    if (p->status == VB_OK)
        p->status =
            vb_fail_at(p->err, VB_EINPUT, NULL, 0, at, "%s at character %zu of '%s'",
                       what, at, vb_quote(p->start, found));
    return NULL;
}

static expr_node *no_memory(expr_parser *p)
{
    if (p->status == VB_OK)
        p->status = vb_fail_memory(p->err, sizeof(expr_node));
    return NULL;
}

void expr_skip_blanks(expr_parser *p)
{
    while (*p->s == ' ' || *p->s == '\t' || *p->s == '\n')
        p->s++;
}

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' ||
           (unsigned char)c >= 0x80;
}

bool expr_take(expr_parser *p, const char *op)
{
    const size_t n = strlen(op);

    expr_skip_blanks(p);
    if (strncmp(p->s, op, n) != 0)
        return false;
    if (isalpha((unsigned char)op[0]) && is_name_byte(p->s[n]))
        return false;
    p->s += n;
    return true;
}

static expr_node *node(expr_parser *p, expr_kind kind, size_t at)
{
    expr_node *made = vb_arena_take(p->expr->arena, 1, sizeof *made);

    if (!made)
        return no_memory(p);
    made->kind = kind;
    made->column = at;
    return made;
}

expr_node *expr_with_args(expr_parser *p, expr_kind kind, size_t at,
                          expr_node *const args[], size_t n)
{
    expr_node *made = node(p, kind, at);

    if (!made)
        return NULL;
    made->args = vb_arena_take(p->expr->arena, n, sizeof *made->args);
    if (!made->args)
        return no_memory(p);
    for (size_t i = 0; i < n; i++) {
        made->args[i] = args[i];
        if (args[i]->depth >= made->depth)
            made->depth = args[i]->depth + 1;
    }
    made->n_args = n;
    if (made->depth > EXPR_MAX_LEVELS)
        return expr_fail(p, at, "too many operators");
    return made;
}

static expr_node *name_node(expr_parser *p, size_t at, const char *s, size_t n)
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
static expr_node *quoted(expr_parser *p)
{
    const size_t at = expr_column(p);
    const char quote = *p->s++;
    const char *end = strchr(p->s, quote);
    expr_node *made;

    if (!end)
        return expr_fail(p, at,
                         quote == '`' ? "back quote without its end"
                                      : "quote without its end");
    if (quote == '`' && end == p->s)
        return expr_fail(p, at, "a name in back quotes is empty");
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

static expr_node *number(expr_parser *p)
{
    const size_t at = expr_column(p);
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
        return expr_fail(p, at, "not a number");
    p->s = end;
    return made;
}

bool expr_arguments(expr_parser *p, char close, expr_node *args[], size_t *n)
{
    const char closing[2] = {close, '\0'};
    const size_t at = expr_column(p);

    if (expr_take(p, closing))
        return true;
    do {
        if (*n == EXPR_MAX_ARGS)
            return expr_fail(p, expr_column(p), "too many values") != NULL;
        args[*n] = expr_or(p);
        if (!args[*n])
            return false;
        (*n)++;
    } while (expr_take(p, ","));
    if (!expr_take(p, closing))
        return expr_fail(p, at, "bracket without its end") != NULL;
    return true;
}

static expr_node *call(expr_parser *p, size_t at, const char *s, size_t length)
{
    expr_node *args[EXPR_MAX_ARGS], *made;
    size_t n = 0, f = 0;

    while (f < N_FUNCTIONS && (strlen(functions[f].name) != length ||
                               strncmp(functions[f].name, s, length) != 0))
        f++;
    if (f == N_FUNCTIONS)
        return expr_fail(
            p, at,
            "unknown function (there is exp, log, sqrt, abs, min, max, pow, "
            "if, isna)");
    if (!expr_arguments(p, ')', args, &n))
        return NULL;
    if (n < functions[f].min_args || n > functions[f].max_args)
        return expr_fail(p, at, "wrong number of arguments");
    made = expr_with_args(p, EXPR_CALL, at, args, n);
    if (made)
        made->function = functions[f].function;
    return made;
}

expr_node *expr_primary(expr_parser *p)
{
    const char *begin;
    size_t at;

    expr_skip_blanks(p);
    at = expr_column(p);
    begin = p->s;
    if (*p->s == '"' || *p->s == '\'' || *p->s == '`')
        return quoted(p);
    if (isdigit((unsigned char)*p->s) ||
        (*p->s == '.' && isdigit((unsigned char)p->s[1])))
        return number(p);
    if (expr_take(p, "(")) {
        expr_node *inside = expr_or(p);

        if (inside && !expr_take(p, ")"))
            return expr_fail(p, at, "bracket without its end");
        return inside;
    }
    if (!is_name_byte(*p->s))
        return expr_fail(p, at,
                         *p->s ? "unexpected character" : "something is missing");
    while (is_name_byte(*p->s))
        p->s++;
    if (*p->s == '(') {
        const size_t length = (size_t)(p->s - begin);

        p->s++;
        return call(p, at, begin, length);
    }
    return name_node(p, at, begin, (size_t)(p->s - begin));
}
