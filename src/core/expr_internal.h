/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree an expression is compiled into; shared by the parser and the evaluators. */
#ifndef VB_EXPR_INTERNAL_H
#define VB_EXPR_INTERNAL_H

#include "valuebold/expr.h"

typedef enum expr_kind {
    EXPR_NUMBER,
    EXPR_TEXT,
    EXPR_NAME,
    EXPR_CALL, /* function, arguments in args */
    EXPR_NEGATE,
    EXPR_NOT,
    EXPR_ADD,
    EXPR_SUBTRACT,
    EXPR_MULTIPLY,
    EXPR_DIVIDE,
    EXPR_POWER,
    EXPR_OR,
    EXPR_AND,
    EXPR_EQUAL,
    EXPR_UNEQUAL,
    EXPR_LESS,
    EXPR_AT_MOST,
    EXPR_MORE,
    EXPR_AT_LEAST,
    EXPR_IN, /* args[0] in args[1..] */
} expr_kind;

typedef enum expr_function {
    FUNCTION_EXP,
    FUNCTION_LOG,
    FUNCTION_SQRT,
    FUNCTION_ABS,
    FUNCTION_MIN,
    FUNCTION_MAX,
    FUNCTION_POW,
    FUNCTION_IF,
    FUNCTION_ISNA,
} expr_function;

typedef struct expr_node {
    expr_kind kind;
    expr_function function;
    size_t column; /* 1-based place in the text */
    double number;
    const char *text;
    size_t name;  /* index into names */
    size_t depth; /* levels below this node */
    size_t n_args;
    struct expr_node **args;
} expr_node;

struct vb_expr {
    vb_arena *arena;
    const char *text;
    expr_node *root;
    size_t n_names;
    const char **names;
    size_t *name_column;
};

/* What names stand for: cells of a table, or numbers alone (then cells is NULL). */
typedef struct expr_names {
    const vb_value *cells;
    const double *numbers;
} expr_names;

vb_value expr_value(const expr_node *node, const vb_value names[]);
double expr_number(const expr_node *node, const double names[]);
/* A number that is none and stands for no word. */
bool expr_is_missing(vb_value v);
/* a and b are what left and right gave. */
bool expr_compare(expr_kind kind, const expr_node *left, vb_value a,
                  const expr_node *right, vb_value b);
/* A condition of if(): 1, 0, or NaN where what is missing could make it either. */
double expr_condition(const expr_node *node, expr_names names);

#endif
