/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quantities.c - what every option has, from quantities.def. */
#include "signals_internal.h"

#include <math.h>
#include <stdio.h>

typedef const signal_source *source;

static bool lacks(char why[SIGNAL_WHY], const char *what)
{
    snprintf(why, SIGNAL_WHY, "it needs %s", what);
    return true;
}

static double stated_or(source s, vb_attribute a, size_t o, size_t t, double unstated)
{
    const double *x = s->trials->options[o].attribute[a];

    return x ? x[t] : unstated;
}

static double sv_at(source s, vb_attribute a, size_t o, size_t t)
{
    (void)a;
    return s->evaluation->sv[o][t];
}

static bool sv_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    (void)a;
    return s->model ? false : lacks(why, "a model");
}

static double utility_at(source s, vb_attribute a, size_t o, size_t t)
{
    (void)a;
    return s->evaluation->utility[o][t];
}

static double benefit_at(source s, vb_attribute a, size_t o, size_t t)
{
    (void)a;
    return s->evaluation->benefit[o][t];
}

static bool utility_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    if (s->model && s->model->spec.formula)
        return lacks(why, "a value made of terms; a formula has no parts");
    return sv_lacks(s, a, why);
}

#define benefit_lacks utility_lacks

/* A term of the kind asked for. */
static bool term_lacks(source s, vb_attribute a, vb_term_kind kind,
                       char why[SIGNAL_WHY])
{
    const char *attribute = vb_attribute_name(a);
    const char *wanted = kind == VB_COST ? "cost" : "factor";
    const char *other = kind == VB_COST ? "factor" : "cost";
    const vb_term *term = s->model ? s->model->term[a] : NULL;

    if (term && term->kind == kind)
        return false;
    if (term)
        snprintf(why, SIGNAL_WHY,
                 "it needs a model whose %s term is a %s; '%s' is a %s (see %s_%s)",
                 attribute, wanted, term->name, other, attribute, other);
    else
        snprintf(why, SIGNAL_WHY, "it needs a model with a term for %s", attribute);
    return true;
}

static double cost_at(source s, vb_attribute a, size_t o, size_t t)
{
    return s->evaluation->cost[a][o][t];
}

static bool cost_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    return term_lacks(s, a, VB_COST, why);
}

static double factor_at(source s, vb_attribute a, size_t o, size_t t)
{
    return s->evaluation->factor[a][o][t];
}

static bool factor_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    return term_lacks(s, a, VB_FACTOR, why);
}

static double total_cost_at(source s, vb_attribute a, size_t o, size_t t)
{
    double sum = 0;

    for (a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        sum += s->evaluation->cost[a][o][t];
    return sum;
}

static bool total_cost_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    for (a = VB_REWARD; s->model && a < VB_N_ATTRIBUTES; a++)
        if (s->model->term[a] && s->model->term[a]->kind == VB_COST)
            return false;
    return lacks(why, "a model with a cost term");
}

static double attribute_at(source s, vb_attribute a, size_t o, size_t t)
{
    const double unstated = a == VB_REWARD ? (double)NAN : a == VB_PROBABILITY ? 1 : 0;

    return stated_or(s, a, o, t, unstated);
}

static bool attribute_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    for (size_t o = 0; o < s->trials->n_options; o++)
        if (s->trials->options[o].attribute[a])
            return false;
    snprintf(why, SIGNAL_WHY, "no option states its %s", vb_attribute_name(a));
    return true;
}

static double expected_value_at(source s, vb_attribute a, size_t o, size_t t)
{
    (void)a;
    return stated_or(s, VB_REWARD, o, t, (double)NAN) *
           stated_or(s, VB_PROBABILITY, o, t, 1);
}

static bool expected_value_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    (void)a;
    return attribute_lacks(s, VB_REWARD, why);
}

static double choice_probability_at(source s, vb_attribute a, size_t o, size_t t)
{
    (void)a;
    return s->evaluation->probability[o][t];
}

static bool choice_probability_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    (void)a;
    return s->model && s->model->choice_rule
               ? false
               : lacks(why, "a choice rule (choice_rule:)");
}

static double learned_at(source s, vb_attribute a, size_t o, size_t t)
{
    (void)a;
    return s->evaluation->learned[o][t];
}

static bool learned_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    (void)a;
    if (s->model && s->model->learning_rule && s->model->spec.learning_by_option)
        return false;
    return lacks(why, "a learning rule that learns by option");
}

static double learned_effort_at(source s, vb_attribute a, size_t o, size_t t)
{
    (void)a;
    return s->evaluation->learned_effort[o][t];
}

static bool learned_effort_lacks(source s, vb_attribute a, char why[SIGNAL_WHY])
{
    (void)a;
    return s->model && s->model->effort_learning_rule
               ? false
               : lacks(why, "learning about effort (learning: effort:)");
}

static const quantity quantities[] = {
#define VB_QUANTITY(id, how, of, template, text)                                       \
    {.name = #id,                                                                      \
     .attribute = of,                                                                  \
     .unit = template,                                                                 \
     .meaning = text,                                                                  \
     .at = how##_at,                                                                   \
     .lacks = how##_lacks},
#include "quantities.def"
#undef VB_QUANTITY
};

size_t vb_n_quantities(void)
{
    return sizeof quantities / sizeof quantities[0];
}

const quantity *vb_quantity_at(size_t i)
{
    return &quantities[i];
}
