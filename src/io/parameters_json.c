/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parameters_json.c - parameters from JSON as the table a TSV would give.
 *
 * {"sub-01": {"k": 1}, ...} has a row a participant, {"k": 1} one row for all.  Cells keep
 * the number's own digits; a participant without a parameter gets n/a.
 */
#include "spec_reader.h"
#include "valuebold/names.h"

#include <stdlib.h>
#include <string.h>

static const char FORM[] =
    "expected {\"sub-01\": {\"k\": 1}, ...}, or {\"k\": 1} for everybody";

enum { MOST_COLUMNS = 200, MOST_CELLS = 10000000 };

typedef struct maker {
    const char *file;
    vb_error *err;
    vb_table *table;
    size_t capacity; /* of columns */
} maker;

static vb_status refuse(maker *m, size_t line, size_t column, const char *what)
{
    return vb_fail_at(m->err, VB_EINPUT, m->file, line, column, "%s; %s", what, FORM);
}

static bool is_key_column(const char *name)
{
    return strcmp(name, "session") == 0 || strcmp(name, "run") == 0 ||
           strcmp(name, "condition") == 0;
}

static vb_status check_cell(maker *m, const vb_node *row, size_t i, const char *who)
{
    const vb_node *cell = row->items[i];
    char quoted[VB_QUOTE_MAX], whose[VB_QUOTE_MAX];
    double x;

    if (cell->kind == VB_SCALAR &&
        (cell->null || is_key_column(row->keys[i]) ||
         (!cell->quoted && vb_number_read(cell->text, &x) == VB_NUMBER_OK)))
        return VB_OK;
    return vb_fail_at(
        m->err, VB_EINPUT, m->file, cell->line, cell->column,
        "parameter '%s' of %s is %s%s%s; a number without quotes is expected",
        vb_quote(row->keys[i], quoted), vb_quote(who, whose),
        cell->kind == VB_SCALAR ? "'" : "",
        cell->kind == VB_SCALAR ? cell->text
        : cell->kind == VB_LIST ? "a list"
                                : "a map",
        cell->kind == VB_SCALAR ? "'" : "");
}

/* Adds the names of a row to the columns. */
static vb_status add_columns(maker *m, const vb_node *row, const char *who)
{
    vb_table *t = m->table;
    vb_status status = VB_OK;

    for (size_t i = 0; i < row->n && status == VB_OK; i++) {
        if (!*row->keys[i] || strcmp(row->keys[i], "participant_id") == 0)
            return refuse(m, row->key_line[i], row->key_column[i],
                          "this cannot be a parameter's name");
        status = check_cell(m, row, i, who);
        if (vb_table_find(t, row->keys[i]) != VB_NONE)
            continue;
        if (t->n_cols == m->capacity)
            return refuse(m, row->key_line[i], row->key_column[i],
                          "too many different parameters");
        t->columns[t->n_cols++] = row->keys[i];
    }
    return status;
}

static void fill_row(maker *m, size_t r, const vb_node *row, const char *who,
                     size_t line)
{
    vb_table *t = m->table;
    const char **cells = t->cells + r * t->n_cols;

    t->line[r] = line;
    cells[0] = who;
    for (size_t c = 1; c < t->n_cols; c++) {
        const vb_node *cell = vb_node_get(row, t->columns[c]);

        cells[c] = cell && !cell->null ? cell->text : "n/a";
    }
}

static vb_status make(maker *m, const vb_node *root)
{
    vb_table *t = m->table;
    const bool one = root->items[0]->kind != VB_MAP; /* {"k": 1} */
    vb_status status = VB_OK;

    t->n_rows = one ? 1 : root->n;
    m->capacity = MOST_COLUMNS;
    t->columns = vb_arena_take(t->arena, m->capacity, sizeof *t->columns);
    t->line = vb_arena_take(t->arena, t->n_rows, sizeof *t->line);
    if (!t->columns || !t->line)
        return vb_fail_memory(m->err, t->n_rows * sizeof *t->line);
    t->columns[t->n_cols++] = "participant_id";
    if (one)
        status = add_columns(m, root, "everybody");
    for (size_t r = 0; !one && r < root->n && status == VB_OK; r++)
        status = root->items[r]->kind == VB_MAP
                     ? add_columns(m, root->items[r], root->keys[r])
                     : refuse(m, root->key_line[r], root->key_column[r],
                              "participants and parameters are mixed");
    if (status != VB_OK)
        return status;
    if (t->n_rows > MOST_CELLS / t->n_cols)
        return refuse(m, root->line, root->column,
                      "too many participants and parameters");
    t->cells = vb_arena_take(t->arena, t->n_rows, t->n_cols * sizeof *t->cells);
    if (!t->cells)
        return vb_fail_memory(m->err, t->n_rows * t->n_cols * sizeof *t->cells);
    if (one)
        fill_row(m, 0, root, "n/a", root->line);
    for (size_t r = 0; !one && r < root->n; r++)
        fill_row(m, r, root->items[r], root->keys[r], root->key_line[r]);
    return VB_OK;
}

vb_status vb_parameters_parse_json(const char *file, const char *text, size_t size,
                                   vb_table **table, vb_error *err)
{
    maker m = {.file = file, .err = err, .table = calloc(1, sizeof(vb_table))};
    vb_node *root = NULL;
    vb_status status;

    if (m.table)
        m.table->arena = vb_arena_alloc();
    if (!m.table || !m.table->arena ||
        !(m.table->name = vb_arena_string(m.table->arena, file))) {
        vb_table_free(m.table);
        return vb_fail_memory(err, sizeof(vb_table));
    }
    status = vb_node_parse(file, text, size, m.table->arena, &root, err);
    if (status == VB_OK && (root->kind != VB_MAP || !root->n))
        status = refuse(&m, root->line, root->column, "no map of parameters");
    if (status == VB_OK)
        status = make(&m, root);
    if (status == VB_OK)
        *table = m.table;
    else
        vb_table_free(m.table);
    return status;
}
