/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.c - composing a model of its parts, and its parameters by name. */
#include "model_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NAMES = 64 };

bool vb_part_is_none(const char *name)
{
    return !name || !*name || strcmp(name, "none") == 0;
}

/* Other usual names of parameters, mostly those of papers. */
static const struct {
    const char *alias, *name;
} aliases[] = {
    {"beta", "inverse_temperature"},
    {"tau", "temperature"},
    {"a", "bias"},
    {"eps", "lapse"},
    {"epsilon", "lapse"},
    {"alpha", "learning_rate"},
    {"alpha_positive", "learning_rate_positive"},
    {"alpha_negative", "learning_rate_negative"},
    {"kE", "effort_k"},
    {"kR", "reward_weight"},
};

static vb_status refuse_part(const char *what, const char *name,
                             const char *const names[], size_t n, vb_error *err)
{
    char quoted[VB_QUOTE_MAX], advice[640];

    return vb_fail(err, VB_EINPUT, "model: no %s '%s'%s", what, vb_quote(name, quoted),
                   vb_suggest(name, names, n, advice, sizeof advice));
}

static vb_status find_term(const vb_model_spec *spec, vb_attribute a, vb_model *model,
                           vb_error *err)
{
    const char *names[MAX_NAMES];
    char what[64];
    size_t n = 0;

    if (vb_part_is_none(spec->term[a]))
        return VB_OK;
    model->term[a] = vb_term_find(a, spec->term[a]);
    if (model->term[a])
        return VB_OK;
    for (size_t i = 0; i < vb_n_terms() && n < MAX_NAMES; i++)
        if (vb_term_at(i)->attributes & 1u << a)
            names[n++] = vb_term_at(i)->name;
    snprintf(what, sizeof what, "%s term", vb_attribute_name(a));
    return refuse_part(what, spec->term[a], names, n, err);
}

static vb_status find_learning_rule(const char *name, const char *what,
                                    const vb_learning_rule **rule, vb_error *err)
{
    const char *names[MAX_NAMES];
    size_t n = 0;

    if (vb_part_is_none(name))
        return VB_OK;
    *rule = vb_learning_rule_find(name);
    for (size_t i = 0; i < vb_n_learning_rules() && n < MAX_NAMES; i++)
        names[n++] = vb_learning_rule_at(i)->name;
    return *rule ? VB_OK : refuse_part(what, name, names, n, err);
}

static vb_status find_rules(const vb_model_spec *spec, vb_model *model, vb_error *err)
{
    const char *names[MAX_NAMES];
    size_t n = 0;
    vb_status status;

    if (!vb_part_is_none(spec->choice_rule)) {
        model->choice_rule = vb_choice_rule_find(spec->choice_rule);
        for (size_t i = 0; i < vb_n_choice_rules() && n < MAX_NAMES; i++)
            names[n++] = vb_choice_rule_at(i)->name;
        if (!model->choice_rule)
            return refuse_part("choice rule", spec->choice_rule, names, n, err);
    }
    status = find_learning_rule(spec->learning_rule, "learning rule",
                                &model->learning_rule, err);
    if (status == VB_OK)
        status = find_learning_rule(spec->effort_learning_rule, "effort learning rule",
                                    &model->effort_learning_rule, err);
    if (status != VB_OK || vb_part_is_none(spec->fatigue_rule))
        return status;
    n = 0;
    model->fatigue_rule = vb_fatigue_rule_find(spec->fatigue_rule);
    for (size_t i = 0; i < vb_n_fatigue_rules() && n < MAX_NAMES; i++)
        names[n++] = vb_fatigue_rule_at(i)->name;
    return model->fatigue_rule
               ? VB_OK
               : refuse_part("fatigue rule", spec->fatigue_rule, names, n, err);
}

static vb_status check_spec(const vb_model_spec *spec, vb_error *err)
{
    char number[VB_NUMBER_MAX];

    if (!isfinite(spec->learning_initial) || !isfinite(spec->effort_learning_initial))
        return vb_fail(err, VB_EINPUT, "model: the initial expectation is not finite");
    if (!spec->staged)
        return VB_OK;
    if (vb_part_is_none(spec->staged_first))
        return vb_fail(
            err, VB_EINPUT,
            "model: a staged prediction error needs to know what the first cue "
            "shows: effort, reward, or a column that says so");
    if (spec->staged_history == VB_HISTORY_RW &&
        !(spec->staged_rate >= 0 && spec->staged_rate <= 1))
        return vb_fail(err, VB_EINPUT, "model: the history's rate is %s, outside 0..1",
                       vb_number_shortest(spec->staged_rate, number));
    return VB_OK;
}

vb_status vb_model_compose(const vb_model_spec *spec,
                           const char *const units[VB_N_ATTRIBUTES], vb_model *model,
                           vb_error *err)
{
    vb_model m = {.spec = *spec};
    const vb_term *utility;
    vb_status status = check_spec(spec, err);

    for (vb_attribute a = VB_REWARD; status == VB_OK && a < VB_N_ATTRIBUTES; a++)
        status = find_term(spec, a, &m, err);
    if (status == VB_OK)
        status = find_rules(spec, &m, err);
    if (status == VB_OK)
        status = vb_model_check_parts(&m, err);
    if (status != VB_OK)
        return status;
    utility = m.term[VB_REWARD];
    vb_unit_fill(spec->formula ? "value"
                 : utility     ? utility->unit
                               : "{reward}",
                 units, "", m.value_unit, sizeof m.value_unit, NULL);
    status = vb_model_add_params(&m, units, err);
    if (status == VB_OK)
        *model = m;
    return status;
}

size_t vb_model_param(const vb_model *model, const char *name)
{
    size_t found = VB_NONE, n = 0;

    for (size_t i = 0; i < model->n_params; i++)
        if (strcmp(model->params[i].name, name) == 0)
            return i;
    for (size_t i = 0; i < model->n_params; i++)
        if (strcmp(model->params[i].param->name, name) == 0) {
            found = i;
            n++;
        }
    if (n)
        return n == 1 ? found : VB_NONE;
    for (size_t k = 0; k < sizeof aliases / sizeof aliases[0]; k++)
        for (size_t i = 0; i < model->n_params; i++)
            if (strcmp(aliases[k].alias, name) == 0 &&
                strcmp(aliases[k].name, model->params[i].name) == 0)
                return i;
    return VB_NONE;
}

vb_status vb_model_check(const vb_model *model, const double theta[], const char *file,
                         size_t line, vb_notes *notes, vb_error *err)
{
    vb_error first = {0};

    for (size_t i = 0; i < model->n_params; i++) {
        const double low = model->params[i].param->lower;
        const double high = model->params[i].param->upper;
        const char *unit = model->params[i].unit;
        char value[VB_NUMBER_MAX], lower[VB_NUMBER_MAX], upper[VB_NUMBER_MAX];

        vb_number_shortest(theta[i], value);
        vb_number_shortest(low, lower);
        vb_number_shortest(high, upper);
        if (!isfinite(theta[i]))
            vb_refuse(notes, &first, VB_EINPUT, "parameter-not-finite", file, line, 0,
                      "parameter %s is not a finite number", model->params[i].name);
        else if (theta[i] < low || theta[i] > high)
            vb_refuse(notes, &first, VB_EINPUT, "parameter-out-of-bounds", file, line,
                      0, "parameter %s = %s is outside its bounds %s..%s%s%s",
                      model->params[i].name, value, lower, upper, *unit ? " " : "",
                      unit);
        else if (theta[i] == low || theta[i] == high)
            vb_note_add(notes, VB_WARNING, "parameter-at-bound", file, line, 0,
                        "parameter %s = %s is at a bound (%s..%s)",
                        model->params[i].name, value, lower, upper);
    }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
