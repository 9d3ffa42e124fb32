/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own_signals.c - what a trial has apart from its options, from signals.def. */
#include "signals_internal.h"

#include <math.h>
#include <stdio.h>

typedef const signal_source *source;

static double choice_probability_at(source s, size_t t)
{
    const size_t o = s->trials->choice[t];

    return o == VB_NONE ? (double)NAN : s->evaluation->probability[o][t];
}

static double choice_log_likelihood_at(source s, size_t t)
{
    return s->evaluation->log_likelihood[t];
}

static double choice_entropy_at(source s, size_t t)
{
    double entropy = 0;

    for (size_t o = 0; o < s->trials->n_options; o++) {
        const double p = s->evaluation->probability[o][t];

        entropy -= p == 0 ? 0 : p * log(p);
    }
    return entropy;
}

static double expectation_at(source s, size_t t)
{
    return s->evaluation->expectation[t];
}

static double outcome_at(source s, size_t t)
{
    return s->trials->outcome[t];
}

static double pe_at(source s, size_t t)
{
    return s->evaluation->pe[t];
}

static double pe_unsigned_at(source s, size_t t)
{
    return fabs(s->evaluation->pe[t]);
}

static double pe_positive_at(source s, size_t t)
{
    const double pe = s->evaluation->pe[t];

    return pe < 0 ? 0 : pe;
}

static double pe_negative_at(source s, size_t t)
{
    const double pe = s->evaluation->pe[t];

    return pe > 0 ? 0 : pe;
}

static double outcome_pe_at(source s, size_t t)
{
    const size_t o = s->trials->choice[t];
    const double *reward, *probability;

    if (o == VB_NONE)
        return (double)NAN;
    reward = s->trials->options[o].attribute[VB_REWARD];
    probability = s->trials->options[o].attribute[VB_PROBABILITY];
    return reward
               ? s->trials->outcome[t] - reward[t] * (probability ? probability[t] : 1)
               : (double)NAN;
}

static double expected_sv_at(source s, size_t t)
{
    return s->evaluation->expected_sv[t];
}

static double svpe_at(source s, size_t t)
{
    return s->evaluation->svpe[t];
}

static double svpe_unsigned_at(source s, size_t t)
{
    return fabs(s->evaluation->svpe[t]);
}

static double response_time_at(source s, size_t t)
{
    return s->trials->response_time_s[t];
}

static double missed_at(source s, size_t t)
{
    return s->trials->choice[t] == VB_NONE ? 1 : 0;
}

static bool lacks(bool there, char why[SIGNAL_WHY], const char *what)
{
    if (!there)
        snprintf(why, SIGNAL_WHY, "it needs %s", what);
    return !there;
}

static bool choice_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->trials->choice != NULL, why, "choices (trials: choice:)");
}

static bool choice_rule_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->choice_rule, why,
                 "a choice rule (choice_rule:)");
}

static bool choice_rule_and_choice_lacks(source s, char why[SIGNAL_WHY])
{
    return choice_rule_lacks(s, why) || choice_lacks(s, why);
}

static bool outcome_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->trials->outcome != NULL, why, "outcomes (trials: outcome:)");
}

static bool outcome_and_choice_lacks(source s, char why[SIGNAL_WHY])
{
    return outcome_lacks(s, why) || choice_lacks(s, why);
}

static bool learning_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->learning_rule, why,
                 "a learning rule (learning_rule:)") ||
           outcome_lacks(s, why);
}

static bool staged_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->spec.staged, why, "a staged model (staged:)");
}

static bool response_time_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->trials->response_time_s != NULL, why, "a column response_time");
}

static const own_signal signals[] = {
#define VB_SIGNAL(id, needs, template, text)                                           \
    {.name = #id,                                                                      \
     .unit = template,                                                                 \
     .meaning = text,                                                                  \
     .at = id##_at,                                                                    \
     .lacks = needs##_lacks},
#include "signals.def"
#undef VB_SIGNAL
};

size_t vb_n_own_signals(void)
{
    return sizeof signals / sizeof signals[0];
}

const own_signal *vb_own_signal_at(size_t i)
{
    return &signals[i];
}
