/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_model.c - the section model: terms or a formula, rules, what is learned. */
#include "spec_reader.h"

#include <math.h>
#include <string.h>

/* What is learned about effort beside reward. */
static void read_effort(vb_spec_reader *r, const vb_node *node)
{
    vb_model_spec *model = &r->spec->model;
    const char *rule = vb_spec_text(node, "rule");

    model->effort_learning_shared = !rule || strcmp(rule, "shared") == 0;
    model->effort_learning_rule =
        model->effort_learning_shared ? model->learning_rule : rule;
    model->effort_learning_initial = vb_spec_number(node, "initial", 0);
    r->spec->trials.effort_outcome = vb_spec_expr(r, node, "outcome");
    if (!vb_node_get(node, "outcome"))
        VB_SPEC_REFUSE_NODE(r, "spec-missing", node,
                            "model.learning.effort needs outcome: the column of the "
                            "effort met");
}

static void read_counterfactual(vb_spec_reader *r, const vb_node *node)
{
    vb_model_spec *model = &r->spec->model;
    const vb_node *what = vb_node_get(node, "counterfactual");

    if (!what || vb_spec_is(what, "none"))
        return;
    model->counterfactual = vb_spec_is(what, "opposite") ? VB_COUNTERFACTUAL_OPPOSITE
                                                         : VB_COUNTERFACTUAL_STATED;
    if (model->counterfactual == VB_COUNTERFACTUAL_STATED)
        r->spec->trials.counterfactual = vb_spec_expr(r, node, "counterfactual");
}

static void read_learning(vb_spec_reader *r, const vb_node *node)
{
    vb_model_spec *model = &r->spec->model;
    vb_trials_spec *trials = &r->spec->trials;
    const vb_node *outcome = vb_node_get(node, "outcome");

    if (node->kind == VB_SCALAR || vb_node_get(node, "rule"))
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
    if (vb_node_get(node, "by_option"))
        model->learning_by_option = vb_spec_truth(vb_node_get(node, "by_option"));
    model->learning_net = vb_spec_truth(vb_node_get(node, "net"));
    trials->learning_time_s = vb_spec_expr(r, node, "time");
    read_counterfactual(r, node);
    if (vb_node_get(node, "effort"))
        read_effort(r, vb_node_get(node, "effort"));
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
        strcmp(model->staged_first, "reward") != 0 &&
        strcmp(model->staged_first, "neither") != 0)
        r->spec->trials.first_cue_column = model->staged_first;
    if (!model->staged_first)
        VB_SPEC_REFUSE_NODE(
            r, "spec-missing", node,
            "model.staged needs first: effort, reward, neither, or a column "
            "that holds one of the first two");
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

static void read_fatigue(vb_spec_reader *r, const vb_node *node)
{
    vb_model_spec *model = &r->spec->model;

    model->fatigue_rule =
        none_is_null(node->kind == VB_SCALAR ? node->text : vb_spec_text(node, "rule"));
    model->fatigue_carries_over = vb_spec_is(vb_node_get(node, "reset"), "never");
    if (node->kind == VB_MAP && !vb_node_get(node, "rule"))
        VB_SPEC_REFUSE_NODE(r, "spec-missing", node,
                            "model.fatigue needs its rule: {rule: NAME, ...}");
}

/* The value of each level is a parameter: ip_2, ip_3 ... */
static void read_levels(vb_spec_reader *r, const vb_node *node)
{
    vb_model_spec *model = &r->spec->model;
    const size_t n = node->n;
    double *levels = vb_spec_take(r, n, sizeof *levels);
    vb_param *params = vb_spec_take(r, n, sizeof *params);

    if (!levels || !params)
        return;
    for (size_t i = 0; i < n; i++) {
        const vb_node *item = node->items[i];
        char number[VB_NUMBER_MAX], quoted[VB_QUOTE_MAX];

        if (vb_number_read(item->text, &levels[i]) != VB_NUMBER_OK || levels[i] <= 0 ||
            (i && levels[i] <= levels[i - 1])) {
            VB_SPEC_REFUSE_NODE(
                r, "spec-value", item,
                "model.levels: '%s'; expected numbers above 0 that rise",
                vb_quote(item->text, quoted));
            return;
        }
        vb_number_shortest(levels[i], number);
        params[i] =
            (vb_param){.name = vb_arena_printf(r->arena, "ip_%s", number),
                       .unit = "",
                       .lower = 0,
                       .upper = 2,
                       .typical = .5,
                       .meaning =
                           "indifference point at this level: share of the value left"};
    }
    model->n_levels = n;
    model->levels = levels;
    model->level_params = params;
}

static void read_value(vb_spec_reader *r, const vb_node *section)
{
    const vb_node *value = vb_node_get(section, "value");
    const vb_node *combine = vb_node_get(section, "combine");
    vb_model_spec *model = &r->spec->model;

    if (value && value->kind == VB_SCALAR)
        vb_spec_read_formula(r, section, value);
    else
        vb_spec_refuse_bounds(r, section);
    for (vb_attribute a = 0; value && a < VB_N_ATTRIBUTES; a++)
        if (value->kind != VB_MAP)
            model->term[a] = NULL; /* of a published model: the formula replaces it */
        else if (vb_node_get(value, vb_attribute_name(a)))
            model->term[a] = none_is_null(vb_spec_text(value, vb_attribute_name(a)));
    if (combine)
        model->combine = vb_spec_is(combine, "add")   ? VB_COMBINE_ADD
                         : vb_spec_is(combine, "net") ? VB_COMBINE_NET
                                                      : VB_COMBINE_MULTIPLY;
    if (vb_node_get(section, "levels"))
        read_levels(r, vb_node_get(section, "levels"));
}

/* Levels are for a term that has its values at them, here or in a model to compare. */
static void check_levels(vb_spec_reader *r, const vb_node *root, const vb_node *section)
{
    const vb_model_spec *model = &r->spec->model;
    const vb_node *fit = vb_node_get(root, "fit");
    bool used = fit && vb_node_get(fit, "models");

    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
        const vb_term *term = model->term[a] ? vb_term_find(a, model->term[a]) : NULL;

        used = used || (term && term->uses & VB_USES_LEVELS);
    }
    if (model->n_levels && !used)
        VB_SPEC_REFUSE_NODE(
            r, "spec-value", vb_node_get(section, "levels"),
            "model.levels is for a term indifference, and there is none; "
            "leave levels out");
}

void vb_spec_read_model(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *section = vb_node_get(root, "model"), *learning, *staged, *fatigue;
    vb_model_spec *model = &r->spec->model;
    const char *published;

    if (!section)
        return;
    if (!r->spec->has_trials) {
        VB_SPEC_REFUSE_NODE(r, "spec-missing", section,
                            "model needs a section trials that says what is offered");
        return;
    }
    vb_spec_read_parameters(r, section);
    published = none_is_null(vb_spec_text(section, "published"));
    if (published) {
        *model = vb_published_model_find(published)->spec;
        model->published = published;
    }
    read_value(r, section);
    check_levels(r, root, section);
    if (vb_node_get(section, "choice_rule"))
        model->choice_rule = none_is_null(vb_spec_text(section, "choice_rule"));
    model->lapse = vb_spec_truth(vb_node_get(section, "lapse"));
    learning = vb_node_get(section, "learning");
    if (learning)
        read_learning(r, learning);
    staged = vb_node_get(section, "staged");
    if (staged)
        read_staged(r, staged);
    fatigue = vb_node_get(section, "fatigue");
    if (fatigue)
        read_fatigue(r, fatigue);
}
