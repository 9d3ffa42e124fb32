/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two halves of the expression parser share: operators (expr_parse.c) and what
 * they stand between (expr_atoms.c). */
#ifndef VB_EXPR_PARSER_H
#define VB_EXPR_PARSER_H

#include "expr_internal.h"

/* Brackets and signs within each other; levels of the tree (1+1+1... is as deep as
 * it is long, and evaluating recurses); values of a call or list. */
enum { EXPR_MAX_DEPTH = 64, EXPR_MAX_LEVELS = 1000, EXPR_MAX_ARGS = 256 };

typedef struct expr_parser {
    vb_expr *expr;
    const char *start, *s;
    size_t depth;
    vb_status status;
    vb_error *err;
} expr_parser;

/* The 1-based character where the parser stands. */
size_t expr_column(const expr_parser *p);
void expr_skip_blanks(expr_parser *p);
/* Takes the operator when it stands here; a word must end here too. */
bool expr_take(expr_parser *p, const char *op);
/* Notes the first fault; returns NULL. */
expr_node *expr_fail(expr_parser *p, size_t at, const char *what);
expr_node *expr_with_args(expr_parser *p, expr_kind kind, size_t at,
                          expr_node *const args[], size_t n);
/* The arguments up to the closing bracket; *n of them. */
bool expr_arguments(expr_parser *p, char close, expr_node *args[], size_t *n);
/* A number, text, name, call or bracket. */
expr_node *expr_primary(expr_parser *p);
/* A whole expression. */
expr_node *expr_or(expr_parser *p);

#endif
