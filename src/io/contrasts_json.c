/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contrasts_json.c - contrasts from a file of their own.
 *
 * Weights by column become an expression, so that only one way of naming columns exists
 * further on; names stand in back quotes there and may be anything.
 */
#include "spec_reader.h"

#include <stdlib.h>
#include <string.h>

static const char FORM[] = "expected {\"contrasts\": [{\"name\": \"a\", \"weights\": "
                           "{\"column\": 1}}, {\"name\": "
                           "\"b\", \"expression\": \"x - y\"}]}";

typedef struct reader {
    const char *file;
    vb_arena *arena;
    vb_error *err;
} reader;

static vb_status refuse(reader *r, const vb_node *node, const char *what)
{
    return vb_fail_at(r->err, VB_EINPUT, r->file, node->line, node->column, "%s; %s",
                      what, FORM);
}

/* {"sv": 1, "odd name": -0.5} as "1*`sv` - 0.5*`odd name`". */
static vb_status from_weights(reader *r, const vb_node *weights, const char **row)
{
    vb_buffer text = {0};
    vb_status status;

    if (weights->kind != VB_MAP || !weights->n)
        return refuse(r, weights, "weights must be a map of column to number");
    for (size_t i = 0; i < weights->n; i++) {
        const vb_node *node = weights->items[i];
        const char *name = weights->keys[i], *digits = node->text;
        double weight;

        if (node->kind != VB_SCALAR || node->quoted ||
            vb_number_read(node->text, &weight) != VB_NUMBER_OK) {
            vb_buffer_free(&text);
            return refuse(r, node, "a weight is no number");
        }
        if (!*name || strchr(name, '`')) {
            vb_buffer_free(&text);
            return refuse(r, node, "a column name is empty or holds a back quote");
        }
        if (*digits == '-' || *digits == '+')
            digits++;
        vb_putf(&text, "%s%s*`%s`", weight < 0 ? " - " : i ? " + " : "", digits, name);
    }
    status = vb_buffer_ok(&text, r->err);
    if (status == VB_OK) {
        *row = vb_arena_string(r->arena, text.bytes);
        status = *row ? VB_OK : vb_fail_memory(r->err, text.n);
    }
    vb_buffer_free(&text);
    return status;
}

static vb_status check_row(reader *r, const vb_node *node, const char *row)
{
    vb_expr *expr = NULL;
    vb_expr_term *terms;
    vb_error why = {0};
    size_t n;
    vb_status status = vb_expr_compile(row, &expr, &why);

    if (status == VB_OK)
        status = vb_expr_linear(expr, r->arena, &n, &terms, &why);
    vb_expr_free(expr);
    if (status == VB_OK)
        return VB_OK;
    return vb_fail_at(r->err, status, r->file, node->line,
                      node->column + (node->quoted && why.column ? why.column : 0),
                      "%s", why.text);
}

/* "weights" is a map or a list of maps, "expression" a text or a list of texts. */
static vb_status read_rows(reader *r, const vb_node *node, bool weights,
                           vb_contrast_spec *contrast)
{
    const size_t n = node->kind == VB_LIST ? node->n : 1;
    const char **rows = vb_arena_take(r->arena, n, sizeof *rows);
    vb_status status = VB_OK;

    if (!rows)
        return vb_fail_memory(r->err, n * sizeof *rows);
    if (!n)
        return refuse(r, node, "a contrast without rows");
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        const vb_node *row = node->kind == VB_LIST ? node->items[i] : node;

        if (weights)
            status = from_weights(r, row, &rows[i]);
        else if (row->kind != VB_SCALAR || row->null)
            status = refuse(r, row, "an expression must be a text");
        else
            rows[i] = row->text;
        if (status == VB_OK)
            status = check_row(r, row, rows[i]);
    }
    contrast->rows = rows;
    contrast->n_rows = n;
    return status;
}

static vb_status read_one(reader *r, const vb_node *node, vb_contrast_spec *contrast)
{
    const vb_node *name = vb_node_get(node, "name");
    const vb_node *weights = vb_node_get(node, "weights");
    const vb_node *expression = vb_node_get(node, "expression");
    char quoted[VB_QUOTE_MAX];

    if (node->kind != VB_MAP)
        return refuse(r, node, "a contrast is no map");
    for (size_t i = 0; i < node->n; i++)
        if (node->items[i] != name && node->items[i] != weights &&
            node->items[i] != expression)
            return vb_fail_at(r->err, VB_EINPUT, r->file, node->key_line[i],
                              node->key_column[i], "unknown key '%s' in a contrast; %s",
                              vb_quote(node->keys[i], quoted), FORM);
    if (!name || name->kind != VB_SCALAR || name->null)
        return refuse(r, node, "a contrast without a name");
    if (!weights == !expression)
        return refuse(r, node, "a contrast needs either weights or an expression");
    contrast->name = name->text;
    contrast->file = r->file;
    contrast->line = name->line;
    contrast->column = name->column;
    return read_rows(r, weights ? weights : expression, weights != NULL, contrast);
}

vb_status vb_contrasts_parse(const char *file, const char *text, size_t size,
                             vb_arena *arena, size_t *n, vb_contrast_spec **contrasts,
                             vb_error *err)
{
    reader r = {vb_arena_string(arena, file), arena, err};
    const vb_node *list;
    vb_node *root = NULL;
    vb_contrast_spec *specs;
    vb_error first = {0};
    vb_status status =
        r.file ? vb_node_parse(r.file, text, size, arena, &root, err) : VB_ENOMEM;

    if (!r.file)
        return vb_fail_memory(err, strlen(file));
    if (status != VB_OK)
        return status;
    list = root->kind == VB_MAP ? vb_node_get(root, "contrasts") : root;
    if (!list || list->kind != VB_LIST || (root->kind == VB_MAP && root->n != 1))
        return refuse(&r, root, "no list of contrasts");
    if (!list->n)
        return refuse(&r, list, "the list of contrasts is empty");
    specs = vb_arena_take(arena, list->n, sizeof *specs);
    if (!specs)
        return vb_fail_memory(err, list->n * sizeof *specs);
    for (size_t i = 0; i < list->n && status == VB_OK; i++)
        status = read_one(&r, list->items[i], &specs[i]);
    if (status == VB_OK) {
        status = vb_contrast_name_check(specs, list->n, NULL, &first);
        if (status != VB_OK && err)
            *err = first;
    }
    if (status == VB_OK) {
        *n = list->n;
        *contrasts = specs;
    }
    return status;
}
