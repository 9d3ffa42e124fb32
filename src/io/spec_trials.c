/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_trials.c - the sections trials and model. */
#include "spec_reader.h"

#include <math.h>
#include <string.h>

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

static void read_units(vb_spec_reader *r, const vb_node *units)
{
    vb_trials_spec *trials = &r->spec->trials;
    const vb_node *probability = vb_node_get(units, "probability");
    char quoted[VB_QUOTE_MAX];

    for (vb_attribute a = 0; a < VB_N_ATTRIBUTES; a++)
        trials->units[a] = vb_spec_text(units, vb_attribute_name(a));
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

static void read_learning(vb_spec_reader *r, const vb_node *node)
{
    vb_model_spec *model = &r->spec->model;
    vb_trials_spec *trials = &r->spec->trials;
    const vb_node *outcome = vb_node_get(node, "outcome");

    model->learning_rule =
        node->kind == VB_SCALAR ? node->text : vb_spec_text(node, "rule");
    if (vb_spec_is(node, "none") || vb_spec_is(vb_node_get(node, "rule"), "none")) {
        model->learning_rule = NULL;
        return;
    }
    if (!model->learning_rule) {
        VB_SPEC_REFUSE_NODE(r, "spec-missing", node,
                            "model.learning needs its rule: {rule: NAME, ...}");
        return;
    }
    model->learning_carries_over = vb_spec_is(vb_node_get(node, "reset"), "never");
    model->learning_initial = vb_spec_number(node, "initial", 0);
    model->learning_by_option = vb_spec_truth(vb_node_get(node, "by_option"));
    if (outcome && trials->outcome)
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", outcome,
            "model.learning.outcome and trials.outcome are both stated; "
            "leave one out");
    else if (outcome)
        trials->outcome = vb_spec_expr(r, node, "outcome");
    else if (!trials->outcome)
        VB_SPEC_REFUSE_NODE(r, "spec-missing", node,
                            "model.learning needs outcomes to learn from; state "
                            "trials.outcome (a column)");
}

static void read_staged(vb_spec_reader *r, const vb_node *node)
{
    vb_model_spec *model = &r->spec->model;
    const vb_node *history = vb_node_get(node, "history"),
                  *rate = vb_node_get(node, "rate");

    model->staged = true;
    model->staged_first = vb_spec_text(node, "first");
    model->staged_history = vb_spec_is(history, "rw")       ? VB_HISTORY_RW
                            : vb_spec_is(history, "design") ? VB_HISTORY_DESIGN
                                                            : VB_HISTORY_MEAN;
    model->staged_rate = vb_spec_number(node, "rate", 0);
    model->staged_carries_over = vb_spec_is(vb_node_get(node, "reset"), "never");
    if (model->staged_first && strcmp(model->staged_first, "effort") != 0 &&
        strcmp(model->staged_first, "reward") != 0)
        r->spec->trials.first_cue_column = model->staged_first;
    if (!model->staged_first)
        VB_SPEC_REFUSE_NODE(
            r, "spec-missing", node,
            "model.staged needs first: effort, reward, or a column that "
            "holds one of them");
    if (model->staged_history == VB_HISTORY_RW && !rate)
        VB_SPEC_REFUSE_NODE(
            r, "spec-missing", history,
            "model.staged.history: rw needs rate, a learning rate of 0 to "
            "1");
    if (model->staged_history != VB_HISTORY_RW && rate)
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", rate,
            "model.staged.rate is used with history: rw only; leave it out");
}

static const char *none_is_null(const char *name)
{
    return name && strcmp(name, "none") == 0 ? NULL : name;
}

void vb_spec_read_model(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *section = vb_node_get(root, "model"), *value, *learning, *staged;
    vb_model_spec *model = &r->spec->model;

    if (!section)
        return;
    if (!r->spec->has_trials) {
        VB_SPEC_REFUSE_NODE(r, "spec-missing", section,
                            "model needs a section trials that says what is offered");
        return;
    }
    value = vb_node_get(section, "value");
    for (vb_attribute a = 0; value && a < VB_N_ATTRIBUTES; a++)
        model->term[a] = none_is_null(vb_spec_text(value, vb_attribute_name(a)));
    model->choice_rule = none_is_null(vb_spec_text(section, "choice_rule"));
    learning = vb_node_get(section, "learning");
    if (learning)
        read_learning(r, learning);
    staged = vb_node_get(section, "staged");
    if (staged)
        read_staged(r, staged);
    vb_spec_read_parameters(r, section);
}
