/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expressions a user writes: row filters (trial_type == "task" and effort > 0.2), contrasts
 * (2*a - b) and value formulas (R*P^h - k*E).  One parser for all three; compiled once,
 * then evaluated for each row without allocation.
 *
 *   names       letters, digits, _ and . (not starting with a digit), or `odd names`
 *   numbers     1  .5  2e-3          text   "task" or 'task'
 *   operators   or ||   and &&   not !   == != < <= > >= in   + -   * /   - (sign)   ^
 *               from loosest to tightest; ^ binds to the right, and -a^b is -(a^b)
 *   lists       x in ["a", "b"] or ("a", "b"); x not in [...]
 *   functions   exp log sqrt abs min max pow if(condition, then, else) isna
 *
 * Comparing with text compares text; comparing with a number compares numbers, and a cell
 * that is missing or no number is neither equal nor smaller nor larger (!= is true).
 * Two cells compare as numbers, or as text when one is a word; a missing one as above.
 * x in [a, b] is x == a or x == b.
 *
 * What is missing stays missing: in arithmetic, in functions, and in if(), which is
 * missing when its condition is.  There, other than in a filter, a comparison with
 * something missing is missing, not false (x == "n/a" and isna(x) have an answer); not,
 * and, or leave it so unless the other side settles the matter (false and ..., true
 * or ...).  docs/expressions.md is the user's page.
 */
#ifndef VALUEBOLD_EXPR_H
#define VALUEBOLD_EXPR_H

#include "valuebold/arena.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vb_expr vb_expr;

/* A value: text is NULL for a number; a table cell has both. */
typedef struct vb_value {
    double number;
    const char *text;
} vb_value;

/* Compiles text.  On failure err->column is the 1-based place in text.  Free with
 * vb_expr_free. */
VB_API vb_status vb_expr_compile(const char *text, vb_expr **expr, vb_error *err);
VB_API void vb_expr_free(vb_expr *expr); /* NULL is fine */

VB_API const char *vb_expr_text(const vb_expr *expr);
/* The names in it, each once, in order of first appearance, with the place of that. */
VB_API size_t vb_expr_n_names(const vb_expr *expr);
VB_API const char *vb_expr_name(const vb_expr *expr, size_t i);
VB_API size_t vb_expr_name_column(const vb_expr *expr, size_t i);

/* Value for names[i] = the value of name i.  Arithmetic on text gives NaN. */
VB_API vb_value vb_expr_eval(const vb_expr *expr, const vb_value names[]);
/* The same when every name is a number (value formulas): no text is looked at. */
VB_API double vb_expr_number(const vb_expr *expr, const double names[]);
/* The same for a block of n <= VB_EXPR_BLOCK rows: names[i][k] is name i in row k, or
 * names[i][0] in all rows where constant[i].  scratch has vb_expr_block_room numbers;
 * out[n] may be none of the others. */
enum { VB_EXPR_BLOCK = 256 };
VB_API size_t vb_expr_block_room(const vb_expr *expr);
VB_API void vb_expr_block(const vb_expr *expr, size_t n, const double *const names[],
                          const bool constant[], double scratch[], double out[]);
/* Place of the first text ("task") in it, from 1; 0: it has none. */
VB_API size_t vb_expr_text_column(const vb_expr *expr);
/* Truth of a value: a number that is neither 0 nor NaN. */
VB_API bool vb_value_true(vb_value value);

/* One term of a linear expression: weight times a product of names, those joined by '*'
 * in the order written ("task*sv_difference"); name "" is the constant. */
typedef struct vb_expr_term {
    double weight;
    const char *name; /* in the arena given */
} vb_expr_term;

/* Expands expr into terms, equal names added up (a term that cancels stays, weight 0).
 * Fails with VB_EINPUT when it is not a sum of products (say exp(a) or a/b). */
VB_API vb_status vb_expr_linear(const vb_expr *expr, vb_arena *arena, size_t *n_terms,
                                vb_expr_term **terms, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
