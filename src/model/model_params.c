/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model_params.c - the parameters of a composed model: those of its parts in order. */
#include "model_internal.h"

#include <stdio.h>
#include <string.h>

static const vb_param lapse_param =
    {"lapse", "",  0,
     1,       .02, "share of choices made without looking at the values (eps)"};

/* Adds the n parameters of one part; prefix NULL: their names stand alone. */
static vb_status add_params(vb_model *model, const char *prefix, size_t n,
                            const vb_param params[],
                            const char *const units[VB_N_ATTRIBUTES], vb_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const size_t at = model->n_params;

        if (at == VB_MAX_PARAMS)
            return vb_fail(err, VB_EINPUT, "model: over %d parameters", VB_MAX_PARAMS);
        snprintf(model->params[at].name, VB_PARAM_NAME, "%s%s%s", prefix ? prefix : "",
                 prefix ? "_" : "", params[i].name);
        vb_unit_fill(params[i].unit, units, model->value_unit, model->params[at].unit,
                     VB_PARAM_NAME, &model->params[at].unit_known);
        model->params[at].param = &params[i];
        model->n_params++;
    }
    return VB_OK;
}

static vb_status add_terms(vb_model *m, const char *const units[VB_N_ATTRIBUTES],
                           vb_error *err)
{
    vb_status status = VB_OK;

    for (vb_attribute a = VB_REWARD; status == VB_OK && a < VB_N_ATTRIBUTES; a++) {
        const vb_term *term = m->term[a];
        const bool levels = term && term->uses & VB_USES_LEVELS;

        m->first_param[a] = m->n_params;
        if (term)
            status =
                add_params(m, vb_attribute_name(a),
                           levels ? m->spec.n_levels : term->n_params,
                           levels ? m->spec.level_params : term->params, units, err);
    }
    m->first_formula_param = m->n_params;
    if (status == VB_OK && m->spec.formula)
        status = add_params(m, NULL, m->spec.formula->n_params, m->spec.formula->params,
                            units, err);
    return status;
}

static vb_status add_rules(vb_model *m, const char *const units[VB_N_ATTRIBUTES],
                           vb_error *err)
{
    vb_status status = VB_OK;

    m->first_choice_param = m->n_params;
    if (m->choice_rule)
        status = add_params(m, NULL, m->choice_rule->n_params, m->choice_rule->params,
                            units, err);
    m->lapse_param = VB_NONE;
    if (status == VB_OK && m->spec.lapse) {
        m->lapse_param = m->n_params;
        status = add_params(m, NULL, 1, &lapse_param, units, err);
    }
    m->first_learning_param = m->n_params;
    if (status == VB_OK && m->learning_rule)
        status = add_params(m, NULL, m->learning_rule->n_params,
                            m->learning_rule->params, units, err);
    m->first_effort_learning_param = m->n_params;
    if (m->spec.effort_learning_shared)
        m->first_effort_learning_param = m->first_learning_param;
    else if (status == VB_OK && m->effort_learning_rule)
        status = add_params(m, "effort", m->effort_learning_rule->n_params,
                            m->effort_learning_rule->params, units, err);
    m->first_fatigue_param = m->n_params;
    if (status == VB_OK && m->fatigue_rule)
        status = add_params(m, NULL, m->fatigue_rule->n_params, m->fatigue_rule->params,
                            units, err);
    return status;
}

/* A formula may declare a parameter that a rule has too. */
static vb_status check_unique(const vb_model *m, vb_error *err)
{
    for (size_t i = 0; i < m->n_params; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(m->params[i].name, m->params[k].name) == 0)
                return vb_fail(err, VB_EINPUT,
                               "model: two parts have a parameter '%s'; give the "
                               "formula's another name",
                               m->params[i].name);
    return VB_OK;
}

vb_status vb_model_add_params(vb_model *m, const char *const units[VB_N_ATTRIBUTES],
                              vb_error *err)
{
    vb_status status = add_terms(m, units, err);

    if (status == VB_OK)
        status = add_rules(m, units, err);
    return status == VB_OK ? check_unique(m, err) : status;
}
