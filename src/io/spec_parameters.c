/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_parameters.c - model.parameters: numbers, or the file that has them. */
#include "spec_reader.h"

#include <math.h>
#include <string.h>

/* name: 0.3, or name: {value: 0.3, unit: 1/min}; the place is the value's. */
static void read_one(vb_spec_reader *r, const char *name, const vb_node *node)
{
    vb_spec *spec = r->spec;
    const size_t i = spec->n_parameters;
    const vb_node *value = node->kind == VB_MAP ? vb_node_get(node, "value") : node;
    char quoted[VB_QUOTE_MAX];

    if (!value) {
        VB_SPEC_REFUSE_NODE(
            r, "spec-missing", node,
            "parameter '%s' needs its value: {value: NUMBER, unit: ...}",
            vb_quote(name, quoted));
        return;
    }
    spec->parameter_name[i] = name;
    vb_number_read(value->text, &spec->parameter_value[i]);
    spec->parameter_unit[i] = node->kind == VB_MAP ? vb_spec_text(node, "unit") : NULL;
    spec->parameter_line[i] = value->line;
    spec->n_parameters++;
}

void vb_spec_read_parameters(vb_spec_reader *r, const vb_node *model)
{
    const vb_node *node = vb_node_get(model, "parameters");
    vb_spec *spec = r->spec;

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
    spec->parameter_name = vb_spec_take(r, node->n, sizeof *spec->parameter_name);
    spec->parameter_value = vb_spec_take(r, node->n, sizeof *spec->parameter_value);
    spec->parameter_unit = vb_spec_take(r, node->n, sizeof *spec->parameter_unit);
    spec->parameter_line = vb_spec_take(r, node->n, sizeof *spec->parameter_line);
    for (size_t i = 0; r->status != VB_ENOMEM && i < node->n; i++)
        if (strcmp(node->keys[i], "file") == 0)
            spec->parameters_file = node->items[i]->text;
        else
            read_one(r, node->keys[i], node->items[i]);
}
