/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expr.c - evaluating a compiled expression, for table cells and for plain numbers. */
#include "expr_internal.h"
#include "valuebold/number.h"

#include <math.h>
#include <string.h>

const char *vb_expr_text(const vb_expr *expr)
{
    return expr->text;
}

size_t vb_expr_n_names(const vb_expr *expr)
{
    return expr->n_names;
}

const char *vb_expr_name(const vb_expr *expr, size_t i)
{
    return expr->names[i];
}

size_t vb_expr_name_column(const vb_expr *expr, size_t i)
{
    return expr->name_column[i];
}

bool vb_value_true(vb_value value)
{
    return !isnan(value.number) && value.number != 0;
}

/* pow(NAN, 0) and pow(1, NAN) are 1 in C, but what is missing stays missing. */
static double power(double a, double b)
{
    return isnan(a) || isnan(b) ? (double)NAN : pow(a, b);
}

static double function_value(expr_function function, size_t n, const double x[])
{
    double best = x[0];

    switch (function) {
    case FUNCTION_EXP:
        return exp(x[0]);
    case FUNCTION_LOG:
        return log(x[0]);
    case FUNCTION_SQRT:
        return sqrt(x[0]);
    case FUNCTION_ABS:
        return fabs(x[0]);
    case FUNCTION_POW:
        return power(x[0], x[1]);
    case FUNCTION_MIN:
    case FUNCTION_MAX: /* unlike fmin, a missing value makes the result missing */
        for (size_t i = 1; i < n; i++)
            if (isnan(x[i]) || (function == FUNCTION_MIN ? x[i] < best : x[i] > best))
                best = x[i];
        return best;
    case FUNCTION_IF:
    case FUNCTION_ISNA:
        break; /* the caller's: their arguments are not all needed */
    }
    return NAN;
}

static double arithmetic(expr_kind kind, double a, double b)
{
    switch (kind) {
    case EXPR_ADD:
        return a + b;
    case EXPR_SUBTRACT:
        return a - b;
    case EXPR_MULTIPLY:
        return a * b;
    case EXPR_DIVIDE:
        return a / b;
    case EXPR_POWER: /* the square is by far the most used power in value functions */
        return b == 2 ? a * a : power(a, b);
    default:
        return NAN;
    }
}

static bool compare_numbers(expr_kind kind, double a, double b)
{
    switch (kind) {
    case EXPR_EQUAL:
        return a == b;
    case EXPR_UNEQUAL:
        return a != b;
    case EXPR_LESS:
        return a < b;
    case EXPR_AT_MOST:
        return a <= b;
    case EXPR_MORE:
        return a > b;
    case EXPR_AT_LEAST:
        return a >= b;
    default:
        return false;
    }
}

bool expr_is_missing(vb_value v)
{
    double ignored;

    if (!v.text)
        return isnan(v.number);
    return isnan(v.number) && vb_number_read(v.text, &ignored) == VB_NUMBER_MISSING;
}

/* A literal text, or two cells of which one is a word, are compared as text.  A missing
 * cell equals only a literal ("n/a"), and is never before or behind another cell. */
bool expr_compare(expr_kind kind, const expr_node *left, vb_value a,
                  const expr_node *right, vb_value b)
{
    const bool literal = left->kind == EXPR_TEXT || right->kind == EXPR_TEXT;

    if (a.text && b.text &&
        (literal || ((isnan(a.number) || isnan(b.number)) && !expr_is_missing(a) &&
                     !expr_is_missing(b))))
        return compare_numbers(kind, (double)strcmp(a.text, b.text), 0);
    return compare_numbers(kind, a.number, b.number);
}

static vb_value from_number(double x)
{
    return (vb_value){.number = x, .text = NULL};
}

static vb_value from_truth(bool truth)
{
    return from_number(truth ? 1 : 0);
}

static vb_value eval(const expr_node *node, const vb_value names[]);

vb_value expr_value(const expr_node *node, const vb_value names[])
{
    return eval(node, names);
}

static vb_value eval_call(const expr_node *node, const vb_value names[])
{
    double x[256];

    if (node->function == FUNCTION_IF) {
        const double condition =
            expr_condition(node->args[0], (expr_names){.cells = names});

        return isnan(condition) ? from_number(NAN)
                                : eval(node->args[condition != 0 ? 1 : 2], names);
    }
    if (node->function == FUNCTION_ISNA)
        return from_truth(expr_is_missing(eval(node->args[0], names)));
    x[0] = x[1] = NAN; /* no function is without arguments, but only the parser knows */
    for (size_t i = 0; i < node->n_args; i++)
        x[i] = eval(node->args[i], names).number;
    return from_number(function_value(node->function, node->n_args, x));
}

static vb_value eval_in(const expr_node *node, const vb_value names[])
{
    const vb_value a = eval(node->args[0], names);

    for (size_t i = 1; i < node->n_args; i++)
        if (expr_compare(EXPR_EQUAL, node->args[0], a, node->args[i],
                         eval(node->args[i], names)))
            return from_truth(true);
    return from_truth(false);
}

static vb_value eval(const expr_node *node, const vb_value names[])
{
    switch (node->kind) {
    case EXPR_NUMBER:
        return from_number(node->number);
    case EXPR_TEXT:
        return (vb_value){.number = NAN, .text = node->text};
    case EXPR_NAME:
        return names[node->name];
    case EXPR_CALL:
        return eval_call(node, names);
    case EXPR_NEGATE:
        return from_number(-eval(node->args[0], names).number);
    case EXPR_NOT:
        return from_truth(!vb_value_true(eval(node->args[0], names)));
    case EXPR_OR:
        return from_truth(vb_value_true(eval(node->args[0], names)) ||
                          vb_value_true(eval(node->args[1], names)));
    case EXPR_AND:
        return from_truth(vb_value_true(eval(node->args[0], names)) &&
                          vb_value_true(eval(node->args[1], names)));
    case EXPR_IN:
        return eval_in(node, names);
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_POWER:
        return from_number(arithmetic(node->kind, eval(node->args[0], names).number,
                                      eval(node->args[1], names).number));
    case EXPR_EQUAL:
    case EXPR_UNEQUAL:
    case EXPR_LESS:
    case EXPR_AT_MOST:
    case EXPR_MORE:
    case EXPR_AT_LEAST:
        return from_truth(expr_compare(node->kind, node->args[0],
                                       eval(node->args[0], names), node->args[1],
                                       eval(node->args[1], names)));
    }
    return from_number(NAN);
}

vb_value vb_expr_eval(const vb_expr *expr, const vb_value names[])
{
    return eval(expr->root, names);
}

/* The formula's path: same meaning, without carrying texts along. */
static double number_of(const expr_node *node, const double names[]);

double expr_number(const expr_node *node, const double names[])
{
    return number_of(node, names);
}

static bool truth_of(const expr_node *node, const double names[])
{
    return vb_value_true(from_number(number_of(node, names)));
}

/* Apart from number_of, whose frame must stay small: it is one a level of the tree. */
static double number_of_call(const expr_node *node, const double names[])
{
    double x[256];

    if (node->function == FUNCTION_IF) {
        const double condition =
            expr_condition(node->args[0], (expr_names){.numbers = names});

        return isnan(condition) ? condition
                                : number_of(node->args[condition != 0 ? 1 : 2], names);
    }
    if (node->function == FUNCTION_ISNA)
        return isnan(number_of(node->args[0], names));
    x[0] = x[1] = NAN;
    for (size_t i = 0; i < node->n_args; i++)
        x[i] = number_of(node->args[i], names);
    return function_value(node->function, node->n_args, x);
}

static double number_of(const expr_node *node, const double names[])
{
    switch (node->kind) {
    case EXPR_NUMBER:
        return node->number;
    case EXPR_NAME:
        return names[node->name];
    case EXPR_NEGATE:
        return -number_of(node->args[0], names);
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_POWER:
        return arithmetic(node->kind, number_of(node->args[0], names),
                          number_of(node->args[1], names));
    case EXPR_NOT:
        return !truth_of(node->args[0], names);
    case EXPR_AND:
        return truth_of(node->args[0], names) && truth_of(node->args[1], names);
    case EXPR_OR:
        return truth_of(node->args[0], names) || truth_of(node->args[1], names);
    case EXPR_CALL:
        return number_of_call(node, names);
    case EXPR_IN: {
        const double a = number_of(node->args[0], names);

        for (size_t i = 1; i < node->n_args; i++)
            if (a == number_of(node->args[i], names))
                return 1;
        return 0;
    }
    case EXPR_TEXT:
        return NAN;
    default:
        return compare_numbers(node->kind, number_of(node->args[0], names),
                               number_of(node->args[1], names));
    }
}

double vb_expr_number(const vb_expr *expr, const double names[])
{
    return number_of(expr->root, names);
}

static size_t text_column(const expr_node *node)
{
    size_t found = node->kind == EXPR_TEXT ? node->column : 0;

    for (size_t i = 0; !found && i < node->n_args; i++)
        found = text_column(node->args[i]);
    return found;
}

size_t vb_expr_text_column(const vb_expr *expr)
{
    return text_column(expr->root);
}
