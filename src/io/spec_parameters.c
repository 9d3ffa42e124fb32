/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_parameters.c - model.parameters: numbers, or the file that has them. */
#include "spec_reader.h"

#include <math.h>
#include <string.h>

/* One number of a parameter, for everybody or in one condition. */
static void add(vb_spec_reader *r, const char *name, const vb_node *value,
                const char *unit, const char *condition)
{
    vb_spec *spec = r->spec;
    const size_t i = spec->n_parameters++;

    spec->parameter_name[i] = name;
    vb_number_read(value->text, &spec->parameter_value[i]);
    spec->parameter_unit[i] = unit;
    spec->parameter_line[i] = value->line;
    spec->parameter_condition[i] = condition;
}

/* name: 0.3, or name: {value: 0.3, unit: 1/min}, or name: {by_condition: {self: 0.3}}; the
 * place is the value's. */
static void read_one(vb_spec_reader *r, const char *name, const vb_node *node)
{
    const vb_node *value = node->kind == VB_MAP ? vb_node_get(node, "value") : node;
    const vb_node *each = vb_node_get(node, "by_condition");
    const char *unit = vb_spec_text(node, "unit");
    char quoted[VB_QUOTE_MAX];

    if (value && each)
        VB_SPEC_REFUSE_NODE(r, "spec-value", each,
                            "parameter '%s' has a value and values by condition; leave "
                            "one out",
                            vb_quote(name, quoted));
    else if (value)
        add(r, name, value, unit, NULL);
    else if (!each || !each->n)
        VB_SPEC_REFUSE_NODE(
            r, "spec-missing", node,
            "parameter '%s' needs its value: {value: NUMBER, unit: ...}",
            vb_quote(name, quoted));
    else if (!r->spec->trials.condition_column)
        VB_SPEC_REFUSE_NODE(r, "spec-missing", each,
                            "parameter '%s' is given by condition, but no column says "
                            "which condition a trial has (trials: condition: COLUMN)",
                            vb_quote(name, quoted));
    for (size_t c = 0; !value && each && c < each->n; c++)
        add(r, name, each->items[c], unit, each->keys[c]);
}

/* Numbers that the section holds at most. */
static size_t count_numbers(const vb_node *node)
{
    size_t n = 0;

    for (size_t i = 0; i < node->n; i++) {
        const vb_node *each = vb_node_get(node->items[i], "by_condition");

        n += each ? each->n + 1 : 1;
    }
    return n;
}

void vb_spec_read_parameters(vb_spec_reader *r, const vb_node *model)
{
    const vb_node *node = vb_node_get(model, "parameters");
    vb_spec *spec = r->spec;
    size_t n;

    if (!node)
        return;
    if (vb_spec_is(node, "fit")) {
        spec->fit.asked = true;
        return;
    }
    if (node->kind == VB_SCALAR) {
        spec->parameters_file = node->text;
        return;
    }
    n = count_numbers(node);
    spec->parameter_name = vb_spec_take(r, n, sizeof *spec->parameter_name);
    spec->parameter_value = vb_spec_take(r, n, sizeof *spec->parameter_value);
    spec->parameter_unit = vb_spec_take(r, n, sizeof *spec->parameter_unit);
    spec->parameter_line = vb_spec_take(r, n, sizeof *spec->parameter_line);
    spec->parameter_condition = vb_spec_take(r, n, sizeof *spec->parameter_condition);
    for (size_t i = 0; r->status != VB_ENOMEM && i < node->n; i++)
        if (strcmp(node->keys[i], "file") == 0)
            spec->parameters_file = node->items[i]->text;
        else
            read_one(r, node->keys[i], node->items[i]);
}
