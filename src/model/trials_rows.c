/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials_rows.c - an expression over the columns of a table, row by row. */
#include "valuebold/names.h"
#include "valuebold/trials.h"

#include <math.h>
#include <string.h>

/* An expression whose names have been found among the columns. */
typedef struct bound {
    const vb_expr *expr;
    const vb_table *table;
    vb_arena *arena;
    size_t n;             /* names */
    size_t *column;       /* [n] */
    vb_value *value;      /* [n] of the row at hand */
    vb_number_kind *kind; /* [n] */
} bound;

static bool is_a_cell(const vb_table *table, const char *text)
{
    for (size_t i = 0; i < table->n_rows * table->n_cols; i++)
        if (strcmp(table->cells[i], text) == 0)
            return true;
    return false;
}

static vb_status refuse_name(const vb_expr *expr, const vb_table *table,
                             const char *what, const char *name, vb_error *err)
{
    char quoted[VB_QUOTE_MAX], text[VB_QUOTE_MAX], advice[512];

    if (is_a_cell(table, name))
        return vb_fail_at(err, VB_EINPUT, table->name, 1, 0,
                          "%s: no column '%s' for '%s'; text is written in quotes: "
                          "\"%s\"",
                          what, vb_quote(name, quoted),
                          vb_quote(vb_expr_text(expr), text), quoted);
    return vb_fail_at(err, VB_EINPUT, table->name, 1, 0, "%s: no column '%s'%s", what,
                      vb_quote(name, quoted),
                      vb_suggest(name, table->columns, table->n_cols, advice,
                                 sizeof advice));
}

static vb_status bind(bound *b, const vb_expr *expr, const vb_table *table,
                      const char *what, vb_error *err)
{
    *b = (bound){.expr = expr, .table = table, .n = vb_expr_n_names(expr)};
    b->arena = vb_arena_alloc();
    if (b->arena) {
        b->column = vb_arena_take(b->arena, b->n, sizeof *b->column);
        b->value = vb_arena_take(b->arena, b->n, sizeof *b->value);
        b->kind = vb_arena_take(b->arena, b->n, sizeof *b->kind);
    }
    if (!b->arena || !b->column || !b->value || !b->kind)
        return vb_fail_memory(err, b->n * sizeof *b->value);
    for (size_t i = 0; i < b->n; i++) {
        b->column[i] = vb_table_find(table, vb_expr_name(expr, i));
        if (b->column[i] == VB_NONE)
            return refuse_name(expr, table, what, vb_expr_name(expr, i), err);
    }
    return VB_OK;
}

static vb_value value_of_row(bound *b, size_t row)
{
    for (size_t i = 0; i < b->n; i++) {
        b->value[i].text = vb_table_cell(b->table, row, b->column[i]);
        b->kind[i] = vb_number_read(b->value[i].text, &b->value[i].number);
    }
    return vb_expr_eval(b->expr, b->value);
}

vb_status vb_rows_evaluate(const vb_expr *expr, const vb_table *table, const char *what,
                           double out[], vb_error *err)
{
    bound b;
    const vb_status status = bind(&b, expr, table, what, err);

    for (size_t r = 0; status == VB_OK && r < table->n_rows; r++)
        out[r] = value_of_row(&b, r).number;
    vb_arena_free(b.arena);
    return status;
}

vb_status vb_rows_filter(const vb_expr *expr, const vb_table *table, const char *what,
                         bool out[], vb_error *err)
{
    bound b;
    const vb_status status = bind(&b, expr, table, what, err);

    for (size_t r = 0; status == VB_OK && r < table->n_rows; r++)
        out[r] = vb_value_true(value_of_row(&b, r));
    vb_arena_free(b.arena);
    return status;
}

/* The cell to blame for a result that is no number, VB_NONE when there is none.  A
 * missing cell excuses words (if(trial_type == "task", effort, 0)), but no malformed
 * numbers. */
static size_t culprit(const bound *b, bool *missing)
{
    size_t word = VB_NONE;

    *missing = false;
    for (size_t i = 0; i < b->n; i++) {
        if (b->kind[i] == VB_NUMBER_INFINITE || b->kind[i] == VB_NUMBER_COMMA)
            return i;
        if (b->kind[i] == VB_NUMBER_MISSING)
            *missing = true;
        else if (b->kind[i] == VB_NUMBER_BAD && word == VB_NONE)
            word = i;
    }
    return *missing ? VB_NONE : word;
}

/* Judges the result of a row that is no finite number; true when it is merely
 * missing. */
static bool is_missing(const bound *b, size_t row, double x, const char *what,
                       vb_notes *notes, vb_error *first)
{
    const size_t line = b->table->line[row];
    char quoted[VB_QUOTE_MAX];
    bool missing;
    const size_t i = culprit(b, &missing);

    if (i != VB_NONE) {
        vb_refuse(notes, first, VB_EINPUT, "not-a-number", b->table->name, line,
                  b->column[i] + 1, "column '%s' (%s): '%s' %s",
                  vb_expr_name(b->expr, i), what, vb_quote(b->value[i].text, quoted),
                  vb_number_why(b->kind[i]));
        return false;
    }
    if (missing && isnan(x))
        return true;
    vb_refuse(notes, first, VB_EINPUT, "not-a-number", b->table->name, line, 0,
              "%s: '%s' gives no finite number here", what,
              vb_quote(vb_expr_text(b->expr), quoted));
    return false;
}

vb_status vb_rows_numbers(const vb_expr *expr, const vb_table *table, const char *what,
                          const bool keep[], double out[], size_t *n_missing,
                          vb_notes *notes, vb_error *err)
{
    vb_error first = {0};
    size_t missing = 0;
    bound b;
    vb_status status = bind(&b, expr, table, what, err);

    for (size_t r = 0; status == VB_OK && r < table->n_rows; r++) {
        out[r] = NAN;
        if (keep && !keep[r])
            continue;
        out[r] = value_of_row(&b, r).number;
        if (!isfinite(out[r]))
            missing += is_missing(&b, r, out[r], what, notes, &first);
    }
    if (status == VB_OK && first.code != VB_OK) {
        status = first.code;
        if (err)
            *err = first;
    }
    if (status == VB_OK && n_missing)
        *n_missing = missing;
    vb_arena_free(b.arena);
    return status;
}
