/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_parts.c - which parts of a model go together. */
#include "model_internal.h"

#include <string.h>

static vb_status check_formula(const vb_model *m, vb_error *err)
{
    const char *what = NULL;

    if (!m->spec.formula)
        return VB_OK;
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        if (m->term[a])
            what = "a term";
    if (m->fatigue_rule)
        what = "fatigue";
    if (m->spec.staged)
        what = "staged";
    if (m->spec.learning_net)
        what = "learning from the outcome less its effort cost (net)";
    return what ? vb_fail(err, VB_EINPUT,
                          "model: %s needs a value made of terms, and value is a "
                          "formula; leave one out",
                          what)
                : VB_OK;
}

static vb_status check_levels(const vb_model *m, const vb_term *term, vb_error *err)
{
    const double *levels = m->spec.levels;

    if (!m->spec.n_levels)
        return vb_fail(err, VB_EINPUT,
                       "model: term '%s' needs the levels its values are given at "
                       "(model: levels: [2, 3, 4])",
                       term->name);
    for (size_t i = 0; i < m->spec.n_levels; i++)
        if (!(levels[i] > (i ? levels[i - 1] : 0)))
            return vb_fail(err, VB_EINPUT,
                           "model: levels must increase and lie above 0, where "
                           "nothing is discounted");
    return VB_OK;
}

static vb_status check_term(const vb_model *m, const vb_term *term, vb_error *err)
{
    if (term->uses & VB_USES_LOSING && !m->term[VB_PROBABILITY])
        return vb_fail(err, VB_EINPUT,
                       "model: term '%s' weighs a loss by the probability of losing; "
                       "it needs a probability term (probability: expected)",
                       term->name);
    if (term->uses & VB_USES_RATE && (!m->learning_rule || m->spec.learning_by_option))
        return vb_fail(err, VB_EINPUT,
                       "model: term '%s' needs a rate that is learned over all trials "
                       "(learning: {rule: rate, time: COLUMN})",
                       term->name);
    return term->uses & VB_USES_LEVELS ? check_levels(m, term, err) : VB_OK;
}

static vb_status check_learning(const vb_model *m, vb_error *err)
{
    const vb_model_spec *spec = &m->spec;

    if (m->effort_learning_rule && (!m->learning_rule || !spec->learning_by_option))
        return vb_fail(err, VB_EINPUT,
                       "model: effort is learned by option, beside reward; say "
                       "learning: {rule: ..., by_option: true}");
    if (m->effort_learning_rule && m->effort_learning_rule->learn)
        return vb_fail(err, VB_EINPUT,
                       "model: effort cannot be learned by rule '%s', which needs more "
                       "than the effort met",
                       m->effort_learning_rule->name);
    if (spec->effort_learning_shared && m->effort_learning_rule != m->learning_rule)
        return vb_fail(err, VB_EINPUT,
                       "model: reward and effort can share parameters of one rule "
                       "only");
    if (spec->learning_net && !m->term[VB_EFFORT])
        return vb_fail(err, VB_EINPUT,
                       "model: learning from the outcome less its effort cost (net) "
                       "needs an effort term");
    if (spec->counterfactual != VB_COUNTERFACTUAL_NONE && !spec->learning_by_option)
        return vb_fail(err, VB_EINPUT,
                       "model: counterfactual learning is by option; say by_option: "
                       "true");
    /* the net outcome is less the chosen option's effort, which is not the other's */
    if (spec->counterfactual == VB_COUNTERFACTUAL_OPPOSITE && spec->learning_net)
        return vb_fail(
            err, VB_EINPUT,
            "model: the opposite of a net outcome would credit the other "
            "option with the effort of the chosen one; give a column of what "
            "the other would have brought, or leave net out");
    return VB_OK;
}

static vb_status check_rules(const vb_model *m, vb_error *err)
{
    const vb_term *effort = m->term[VB_EFFORT];
    const vb_choice_rule *rule = m->choice_rule;

    if (m->fatigue_rule && (!effort || effort->kind != VB_COST))
        return vb_fail(err, VB_EINPUT,
                       "model: fatigue multiplies the cost of effort; it needs an "
                       "effort term that is a cost (effort: parabolic)");
    if (m->spec.lapse && !rule)
        return vb_fail(err, VB_EINPUT, "model: lapses need a choice rule");
    if (m->spec.lapse && rule->log_density)
        return vb_fail(err, VB_EINPUT,
                       "model: rule '%s' gives densities of response times, of which "
                       "lapses have none; leave lapse out",
                       rule->name);
    for (size_t i = 0; m->spec.lapse && i < rule->n_params; i++)
        if (strcmp(rule->params[i].name, "lapse") == 0)
            return vb_fail(err, VB_EINPUT,
                           "model: choice rule '%s' has lapses already; leave lapse "
                           "out",
                           rule->name);
    return VB_OK;
}

vb_status vb_model_check_parts(const vb_model *m, vb_error *err)
{
    vb_status status = check_formula(m, err);

    for (vb_attribute a = VB_REWARD; status == VB_OK && a < VB_N_ATTRIBUTES; a++)
        if (m->term[a])
            status = check_term(m, m->term[a], err);
    if (status == VB_OK)
        status = check_learning(m, err);
    return status == VB_OK ? check_rules(m, err) : status;
}

bool vb_model_is_plain(const vb_model *model, const vb_trials *trials)
{
    const vb_choice_rule *rule = model->choice_rule;

    if (model->spec.formula || model->learning_rule || model->effort_learning_rule ||
        model->fatigue_rule || model->spec.lapse ||
        model->spec.combine != VB_COMBINE_MULTIPLY)
        return false;
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        if (model->term[a] && model->term[a]->uses)
            return false;
    for (size_t o = 0; o < trials->n_options; o++)
        if (trials->options[o].value)
            return false;
    return !rule || (!rule->log_probabilities_of && !rule->log_density);
}
