/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_trials.c - the section trials. */
#include "spec_reader.h"

#include <math.h>
#include <string.h>

/* attributes: {load: load_left} */
static void read_own(vb_spec_reader *r, const vb_node *node, vb_option_spec *option)
{
    const char **names = vb_spec_take(r, node->n + 1, sizeof *names);
    const vb_expr **exprs = vb_spec_take(r, node->n + 1, sizeof *exprs);

    if (!names || !exprs)
        return;
    for (size_t i = 0; i < node->n; i++) {
        const char *name = node->keys[i];
        char quoted[VB_QUOTE_MAX];

        names[i] = name;
        exprs[i] = vb_spec_expr(r, node, name);
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
            if (strcmp(name, vb_attribute_name(a)) == 0 ||
                (name[0] == vb_attribute_letter(a) && !name[1]))
                VB_SPEC_REFUSE(r, "spec-value", node->key_line[i], node->key_column[i],
                               "'%s' is an attribute of every option; write it beside "
                               "attributes, or give this one another name",
                               vb_quote(name, quoted));
    }
    option->n_own = node->n;
    option->own_names = names;
    option->own = exprs;
}

static void read_options(vb_spec_reader *r, const vb_node *options)
{
    vb_trials_spec *trials = &r->spec->trials;

    if (options->n > VB_MAX_OPTIONS) {
        VB_SPEC_REFUSE(r, "spec-value", options->key_line[VB_MAX_OPTIONS],
                       options->key_column[VB_MAX_OPTIONS],
                       "trials.options has %zu options; at most %d are possible",
                       options->n, VB_MAX_OPTIONS);
        return;
    }
    for (size_t o = 0; o < options->n; o++) {
        trials->options[o].name = options->keys[o];
        for (vb_attribute a = 0; a < VB_N_ATTRIBUTES; a++)
            trials->options[o].attribute[a] =
                vb_spec_expr(r, options->items[o], vb_attribute_name(a));
        trials->options[o].value = vb_spec_expr(r, options->items[o], "value");
        trials->options[o].cue_column = vb_spec_text(options->items[o], "cue");
        if (vb_node_get(options->items[o], "attributes"))
            read_own(r, vb_node_get(options->items[o], "attributes"),
                     &trials->options[o]);
        if (trials->options[o].value && options->items[o]->n > 1)
            VB_SPEC_REFUSE_NODE(r, "spec-value", options->items[o],
                                "an option whose value is stated has no attributes; "
                                "leave them out, or value");
    }
    trials->n_options = options->n;
}

static size_t find_option(const vb_trials_spec *trials, const char *name)
{
    for (size_t o = 0; o < trials->n_options; o++)
        if (strcmp(trials->options[o].name, name) == 0)
            return o;
    return VB_NONE;
}

/* Several labels of one option stand in one string, separated by tabs: no cell of a table
 * holds one unquoted. */
static const char *join_labels(vb_spec_reader *r, const vb_node *node)
{
    size_t n = 0, size = 1, used = 0;
    const char **labels = vb_spec_texts(r, node, &n);
    char *joined;

    for (size_t i = 0; i < n; i++)
        size += strlen(labels[i]) + 1;
    joined = vb_spec_take(r, size, 1);
    for (size_t i = 0; joined && i < n; i++) {
        if (i)
            joined[used++] = '\t';
        memcpy(joined + used, labels[i], strlen(labels[i]));
        used += strlen(labels[i]);
    }
    return joined;
}

static void read_labels(vb_spec_reader *r, const vb_node *labels)
{
    vb_trials_spec *trials = &r->spec->trials;

    for (size_t i = 0; i < labels->n; i++) {
        const size_t o = find_option(trials, labels->keys[i]);
        char quoted[VB_QUOTE_MAX];

        if (o == VB_NONE)
            VB_SPEC_REFUSE(r, "spec-value", labels->key_line[i], labels->key_column[i],
                           "trials.choice.labels names '%s', which is none of "
                           "trials.options",
                           vb_quote(labels->keys[i], quoted));
        else if (labels->items[i]->kind == VB_LIST && !labels->items[i]->n)
            VB_SPEC_REFUSE_NODE(r, "spec-value", labels->items[i],
                                "the list of labels of option '%s' is empty",
                                vb_quote(labels->keys[i], quoted));
        else
            trials->choice_label[o] = join_labels(r, labels->items[i]);
    }
}

static void read_choice(vb_spec_reader *r, const vb_node *choice)
{
    vb_trials_spec *trials = &r->spec->trials;
    const vb_node *labels = vb_node_get(choice, "labels");

    trials->choice_column =
        choice->kind == VB_SCALAR ? choice->text : vb_spec_text(choice, "column");
    if (!trials->choice_column)
        VB_SPEC_REFUSE_NODE(
            r, "spec-missing", choice,
            "trials.choice needs its column: {column: response, labels: "
            "...}");
    if (choice->kind == VB_MAP)
        trials->choice_rows = vb_spec_expr(r, choice, "rows");
    if (vb_node_get(choice, "missed"))
        trials->missed_label = join_labels(r, vb_node_get(choice, "missed"));
    if (labels && trials->n_options)
        read_labels(r, labels);
}

/* `outcome: EXPR`, or `outcome: {value: EXPR, rows: EXPR}`. */
static void read_outcome(vb_spec_reader *r, const vb_node *section)
{
    vb_trials_spec *trials = &r->spec->trials;
    const vb_node *outcome = vb_node_get(section, "outcome");

    if (!outcome || outcome->kind != VB_MAP) {
        trials->outcome = vb_spec_expr(r, section, "outcome");
        return;
    }
    trials->outcome = vb_spec_expr(r, outcome, "value");
    trials->outcome_rows = vb_spec_expr(r, outcome, "rows");
    if (!vb_node_get(outcome, "value"))
        VB_SPEC_REFUSE_NODE(r, "spec-missing", outcome,
                            "trials.outcome needs its value: {value: COLUMN, rows: "
                            "...}");
}

/* min: 60 s */
static void read_conversions(vb_spec_reader *r, const vb_node *node)
{
    vb_unit_conversion *conversions = vb_spec_take(r, node->n, sizeof *conversions);

    for (size_t i = 0; conversions && i < node->n; i++) {
        const char *text = node->items[i]->text, *blank = strchr(text, ' ');
        char quoted[VB_QUOTE_MAX];
        vb_unit_conversion *c = &conversions[i];
        const char *number =
            blank ? vb_arena_substring(r->arena, text, (size_t)(blank - text)) : NULL;

        if (number && vb_number_read(number, &c->number) == VB_NUMBER_OK &&
            c->number > 0 && blank[1]) {
            c->from = node->keys[i];
            c->to = blank + 1;
            continue;
        }
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", node->items[i],
            "trials.units.conversions: '%s' is not a number above 0 and a "
            "unit, as in min: 60 s",
            vb_quote(text, quoted));
        return;
    }
    r->spec->n_conversions = node->n;
    r->spec->conversions = conversions;
}

static void read_units(vb_spec_reader *r, const vb_node *units)
{
    vb_trials_spec *trials = &r->spec->trials;
    const vb_node *probability = vb_node_get(units, "probability");
    char quoted[VB_QUOTE_MAX];

    for (vb_attribute a = 0; a < VB_N_ATTRIBUTES; a++)
        trials->units[a] = vb_spec_text(units, vb_attribute_name(a));
    if (vb_node_get(units, "conversions"))
        read_conversions(r, vb_node_get(units, "conversions"));
    if (probability && probability->null)
        trials->units[VB_PROBABILITY] = NULL;
    else if (probability && !vb_spec_is(probability, "fraction"))
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", probability,
            "trials.units.probability is '%s', but probabilities are fractions, 0 to "
            "1; "
            "write fraction, and of a column in per cent probability: COLUMN/100",
            vb_quote(probability->text, quoted));
}

void vb_spec_read_trials(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *section = vb_node_get(root, "trials"), *units, *choice, *options;
    vb_trials_spec *trials = &r->spec->trials;

    if (!section)
        return;
    r->spec->has_trials = true;
    trials->rows = vb_spec_expr(r, section, "rows");
    read_outcome(r, section);
    trials->condition_column = vb_spec_text(section, "condition");
    options = vb_node_get(section, "options");
    if (options && options->n)
        read_options(r, options);
    else
        VB_SPEC_REFUSE_NODE(
            r, "spec-missing", section,
            "trials needs its options: {NAME: {reward: ..., effort: ...}, "
            "...}");
    choice = vb_node_get(section, "choice");
    if (choice)
        read_choice(r, choice);
    units = vb_node_get(section, "units");
    if (units)
        read_units(r, units);
}
