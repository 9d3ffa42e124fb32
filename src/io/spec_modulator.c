/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_modulator.c - one parametric modulator: its source, missed trials, scale. */
#include "spec_reader.h"

#include <string.h>

static vb_scope scope(const vb_node *node, vb_scope fallback)
{
    if (vb_spec_is(node, "none"))
        return VB_SCOPE_NONE;
    if (vb_spec_is(node, "run") || vb_spec_is(node, "trials"))
        return VB_SCOPE_RUN;
    if (vb_spec_is(node, "subject") || vb_spec_is(node, "runs"))
        return VB_SCOPE_SUBJECT;
    if (vb_spec_is(node, "sample"))
        return VB_SCOPE_SAMPLE;
    return fallback;
}

static void read_missed(vb_spec_reader *r, const vb_node *node, vb_modulator_rule *rule)
{
    const vb_node *value = node->kind == VB_MAP ? vb_node_get(node, "value") : node;

    if (vb_spec_is(vb_node_get(node, "stage"), "raw"))
        rule->missed_stage = VB_STAGE_RAW;
    if (!value)
        VB_SPEC_REFUSE_NODE(r, "spec-missing", node,
                            "missed needs its value: {value: 0, stage: raw}");
    else if (vb_spec_is(value, "drop"))
        rule->missed = VB_MISSED_DROP;
    else if (vb_spec_is(value, "own-event"))
        rule->missed = VB_MISSED_OWN_EVENT;
    else if (vb_spec_is(value, "mean"))
        rule->missed = VB_MISSED_MEAN;
    else {
        rule->missed = VB_MISSED_VALUE;
        vb_number_read(value->text, &rule->missed_value);
    }
}

static void read_centre(vb_spec_reader *r, const vb_node *node, vb_modulator_rule *rule)
{
    const vb_node *british = vb_node_get(node, "centre");
    const vb_node *american = vb_node_get(node, "center");

    if (british && american)
        VB_SPEC_REFUSE_NODE(r, "spec-value", american,
                            "centre is stated in both spellings; leave one out");
    rule->centre = scope(british ? british : american, VB_SCOPE_RUN);
}

static void read_scale_map(vb_spec_reader *r, const vb_node *node,
                           vb_modulator_rule *rule)
{
    const vb_node *z = vb_node_get(node, "z"), *minmax = vb_node_get(node, "minmax");
    const vb_node *per_unit = vb_node_get(node, "per_unit");
    const vb_node *over = vb_node_get(node, "over");

    if ((z != NULL) + (minmax != NULL) + (per_unit != NULL) != 1) {
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", node,
            "scale needs one of z, minmax and per_unit: {minmax: [-1, 1], "
            "over: run}");
        return;
    }
    rule->scale_over = scope(over, VB_SCOPE_RUN);
    if (z) {
        rule->scale = VB_SCALE_Z;
        rule->scale_over = scope(z, rule->scale_over);
        if (over && !vb_spec_is(z, "true"))
            VB_SPEC_REFUSE_NODE(
                r, "spec-value", over,
                "scale states twice over what z is taken; leave over out");
    } else if (minmax) {
        rule->scale = VB_SCALE_MINMAX;
        for (size_t i = 0; i < 2; i++)
            vb_number_read(minmax->items[i]->text, &rule->minmax[i]);
    } else {
        rule->scale = VB_SCALE_PER_UNIT;
        rule->scale_over = VB_SCOPE_NONE;
        rule->per_unit = vb_spec_number(node, "per_unit", 1);
        if (over)
            VB_SPEC_REFUSE_NODE(
                r, "spec-value", over,
                "scale: per_unit divides by a fixed number; leave over out");
    }
}

void vb_spec_read_modulator(vb_spec_reader *r, const vb_node *node,
                            vb_spec_modulator *m)
{
    const vb_node *missed = vb_node_get(node, "missed"),
                  *scale = vb_node_get(node, "scale");
    const vb_node *signal = vb_node_get(node, "signal");

    m->column = vb_spec_expr(r, node, "column");
    if (vb_node_get(node, "interaction"))
        m->interaction =
            vb_spec_texts(r, vb_node_get(node, "interaction"), &m->n_interaction);
    if (m->n_interaction && (signal || m->column))
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", vb_node_get(node, "interaction"),
            "an interaction is made of modulators; leave signal and column "
            "out");
    if (vb_node_get(node, "interaction") && m->n_interaction < 2)
        VB_SPEC_REFUSE_NODE(r, "spec-value", vb_node_get(node, "interaction"),
                            "an interaction needs two modulators or more");
    m->signal = signal ? signal->text : m->column ? NULL : m->name;
    if (signal && m->column)
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", signal,
            "signal and column are both stated; a modulator is made of one "
            "of them");
    m->polynomial = (unsigned)vb_spec_count(node, "polynomial", 1);
    read_centre(r, node, &m->rule);
    m->centre_stated = vb_node_get(node, "centre") || vb_node_get(node, "center");
    if (missed)
        read_missed(r, missed, &m->rule);
    if (scale && scale->kind == VB_MAP)
        read_scale_map(r, scale, &m->rule);
    else if (vb_spec_is(scale, "z")) {
        m->rule.scale = VB_SCALE_Z;
        m->rule.scale_over = VB_SCOPE_RUN;
    }
}
