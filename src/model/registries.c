/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registries.c - the lists of terms, choice rules and learning rules, from the .def
 * files. */
#include "model_internal.h"

#include <string.h>

#define VB_TERM(id) extern const vb_term vb_term_##id;
#include "terms.def"
#undef VB_TERM
#define VB_TERM(id) &vb_term_##id,
static const vb_term *const terms[] = {
#include "terms.def"
};
#undef VB_TERM

#define VB_CHOICE_RULE(id) extern const vb_choice_rule vb_choice_rule_##id;
#include "choice_rules.def"
#undef VB_CHOICE_RULE
#define VB_CHOICE_RULE(id) &vb_choice_rule_##id,
static const vb_choice_rule *const choice_rules[] = {
#include "choice_rules.def"
};
#undef VB_CHOICE_RULE

#define VB_LEARNING_RULE(id) extern const vb_learning_rule vb_learning_rule_##id;
#include "learning_rules.def"
#undef VB_LEARNING_RULE
#define VB_LEARNING_RULE(id) &vb_learning_rule_##id,
static const vb_learning_rule *const learning_rules[] = {
#include "learning_rules.def"
};
#undef VB_LEARNING_RULE

#define VB_FATIGUE_RULE(id) extern const vb_fatigue_rule vb_fatigue_rule_##id;
#include "fatigue_rules.def"
#undef VB_FATIGUE_RULE
#define VB_FATIGUE_RULE(id) &vb_fatigue_rule_##id,
static const vb_fatigue_rule *const fatigue_rules[] = {
#include "fatigue_rules.def"
};
#undef VB_FATIGUE_RULE

enum {
    N_TERMS = sizeof terms / sizeof terms[0],
    N_CHOICE_RULES = sizeof choice_rules / sizeof choice_rules[0],
    N_LEARNING_RULES = sizeof learning_rules / sizeof learning_rules[0],
    N_FATIGUE_RULES = sizeof fatigue_rules / sizeof fatigue_rules[0]
};

size_t vb_n_terms(void)
{
    return N_TERMS;
}

const vb_term *vb_term_at(size_t i)
{
    return i < N_TERMS ? terms[i] : NULL;
}

const vb_term *vb_term_find(vb_attribute attribute, const char *name)
{
    for (size_t i = 0; i < N_TERMS; i++)
        if (terms[i]->attributes & 1u << attribute && strcmp(terms[i]->name, name) == 0)
            return terms[i];
    return NULL;
}

size_t vb_n_choice_rules(void)
{
    return N_CHOICE_RULES;
}

const vb_choice_rule *vb_choice_rule_at(size_t i)
{
    return i < N_CHOICE_RULES ? choice_rules[i] : NULL;
}

const vb_choice_rule *vb_choice_rule_find(const char *name)
{
    for (size_t i = 0; i < N_CHOICE_RULES; i++)
        if (strcmp(choice_rules[i]->name, name) == 0)
            return choice_rules[i];
    return NULL;
}

size_t vb_n_learning_rules(void)
{
    return N_LEARNING_RULES;
}

const vb_learning_rule *vb_learning_rule_at(size_t i)
{
    return i < N_LEARNING_RULES ? learning_rules[i] : NULL;
}

const vb_learning_rule *vb_learning_rule_find(const char *name)
{
    for (size_t i = 0; i < N_LEARNING_RULES; i++)
        if (strcmp(learning_rules[i]->name, name) == 0)
            return learning_rules[i];
    return NULL;
}

size_t vb_n_fatigue_rules(void)
{
    return N_FATIGUE_RULES;
}

const vb_fatigue_rule *vb_fatigue_rule_at(size_t i)
{
    return i < N_FATIGUE_RULES ? fatigue_rules[i] : NULL;
}

const vb_fatigue_rule *vb_fatigue_rule_find(const char *name)
{
    for (size_t i = 0; i < N_FATIGUE_RULES; i++)
        if (strcmp(fatigue_rules[i]->name, name) == 0)
            return fatigue_rules[i];
    return NULL;
}
