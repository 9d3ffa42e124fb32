/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reference_json.c - the registries as JSON, for other programs. */
#include "model_internal.h"
#include "signals_internal.h"

#include <stdio.h>

static void put_params(vb_json *j, const char *prefix, size_t n,
                       const vb_param params[])
{
    vb_json_open(j, "parameters", '[');
    for (size_t i = 0; i < n; i++) {
        char name[VB_PARAM_NAME];

        snprintf(name, sizeof name, "%s%s%s", prefix ? prefix : "", prefix ? "_" : "",
                 params[i].name);
        vb_json_open(j, NULL, '{');
        vb_json_text(j, "name", name);
        vb_json_text(j, "unit", params[i].unit);
        vb_json_number(j, "lower", params[i].lower);
        vb_json_number(j, "upper", params[i].upper);
        vb_json_number(j, "typical", params[i].typical);
        vb_json_text(j, "meaning", params[i].meaning);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_source(vb_json *j, const char *source, vb_evidence evidence,
                       const char *note)
{
    const char letter[2] = {evidence, '\0'};

    vb_json_text(j, "source", source);
    vb_json_text(j, "evidence", letter);
    vb_json_text(j, "note", note);
}

static void put_terms(vb_json *j)
{
    static const char *const kinds[] =
        {[VB_UTILITY] = "utility", [VB_FACTOR] = "factor", [VB_COST] = "cost"};

    vb_json_open(j, "terms", '[');
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);
        vb_attribute a = VB_REWARD;

        while (!(term->attributes & 1u << a))
            a++;
        vb_json_open(j, NULL, '{');
        vb_json_text(j, "attribute", vb_attribute_name(a));
        vb_json_text(j, "name", term->name);
        vb_json_text(j, "kind", kinds[term->kind]);
        vb_json_text(j, "equation", term->equation);
        put_params(j, vb_attribute_name(a), term->n_params, term->params);
        put_source(j, term->source, term->evidence, term->note);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_rules(vb_json *j)
{
    vb_json_open(j, "choice_rules", '[');
    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        const vb_choice_rule *rule = vb_choice_rule_at(i);

        vb_json_open(j, NULL, '{');
        vb_json_text(j, "name", rule->name);
        vb_json_text(j, "equation", rule->equation);
        put_params(j, NULL, rule->n_params, rule->params);
        put_source(j, rule->source, rule->evidence, rule->note);
        vb_json_close(j);
    }
    vb_json_close(j);
    vb_json_open(j, "learning_rules", '[');
    for (size_t i = 0; i < vb_n_learning_rules(); i++) {
        const vb_learning_rule *rule = vb_learning_rule_at(i);

        vb_json_open(j, NULL, '{');
        vb_json_text(j, "name", rule->name);
        vb_json_text(j, "equation", rule->equation);
        put_params(j, NULL, rule->n_params, rule->params);
        put_source(j, rule->source, rule->evidence, rule->note);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_fatigue(vb_json *j)
{
    vb_json_open(j, "fatigue_rules", '[');
    for (size_t i = 0; i < vb_n_fatigue_rules(); i++) {
        const vb_fatigue_rule *rule = vb_fatigue_rule_at(i);

        vb_json_open(j, NULL, '{');
        vb_json_text(j, "name", rule->name);
        vb_json_text(j, "equation", rule->equation);
        put_params(j, NULL, rule->n_params, rule->params);
        put_source(j, rule->source, rule->evidence, rule->note);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_published(vb_json *j)
{
    vb_json_open(j, "published_models", '[');
    for (size_t i = 0; i < vb_n_published_models(); i++) {
        const vb_published_model *m = vb_published_model_at(i);

        vb_json_open(j, NULL, '{');
        vb_json_text(j, "name", m->name);
        vb_json_text(j, "equation", m->equation);
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
            if (m->spec.term[a])
                vb_json_text(j, vb_attribute_name(a), m->spec.term[a]);
        if (m->spec.choice_rule)
            vb_json_text(j, "choice_rule", m->spec.choice_rule);
        if (m->spec.learning_rule)
            vb_json_text(j, "learning_rule", m->spec.learning_rule);
        if (m->spec.fatigue_rule)
            vb_json_text(j, "fatigue_rule", m->spec.fatigue_rule);
        put_source(j, m->source, m->evidence, m->note);
        vb_json_close(j);
    }
    vb_json_close(j);
}

static void put_named(vb_json *j, const char *name, const char *unit,
                      const char *meaning)
{
    vb_json_open(j, NULL, '{');
    vb_json_text(j, "name", name);
    if (unit)
        vb_json_text(j, "unit", unit);
    vb_json_text(j, "meaning", meaning);
    vb_json_close(j);
}

void vb_models_json(vb_json *json)
{
    vb_json_open(json, NULL, '{');
    put_terms(json);
    put_rules(json);
    put_fatigue(json);
    put_published(json);
    vb_json_open(json, "quantities", '[');
    for (size_t i = 0; i < vb_n_quantities(); i++)
        put_named(json, vb_quantity_at(i)->name, vb_quantity_at(i)->unit,
                  vb_quantity_at(i)->meaning);
    vb_json_close(json);
    vb_json_open(json, "forms", '[');
    for (form_kind f = FORM_OPTION; f < FORM_BARE; f++)
        put_named(json, vb_form_texts[f].name, NULL, vb_form_texts[f].meaning);
    vb_json_close(json);
    vb_json_open(json, "signals", '[');
    for (size_t i = 0; i < vb_n_own_signals(); i++)
        put_named(json, vb_own_signal_at(i)->name, vb_own_signal_at(i)->unit,
                  vb_own_signal_at(i)->meaning);
    vb_json_close(json);
    vb_json_close(json);
}
