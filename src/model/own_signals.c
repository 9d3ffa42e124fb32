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

/* 0 when one option is sure, 1 when all are as likely: 4 p (1 - p) for two. */
static double choice_conflict_at(source s, size_t t)
{
    const double n = (double)s->trials->n_options;
    double same = 0;

    for (size_t o = 0; o < s->trials->n_options; o++)
        same += s->evaluation->probability[o][t] * s->evaluation->probability[o][t];
    return n > 1 ? (1 - same) * n / (n - 1) : 0;
}

static double choice_certainty_at(source s, size_t t)
{
    double most = 0;

    for (size_t o = 0; o < s->trials->n_options; o++) {
        const double p = s->evaluation->probability[o][t];

        most = p <= most ? most : p; /* a missing one is the most */
    }
    return most;
}

static double difficulty_at(source s, size_t t)
{
    return -fabs(s->evaluation->sv[0][t] - s->evaluation->sv[1][t]);
}

static double learning_rate_at(source s, size_t t)
{
    return s->evaluation->learning_rate[t];
}

static double pe_weighted_at(source s, size_t t)
{
    return s->evaluation->learning_rate[t] * s->evaluation->pe[t];
}

static double pe_unchosen_at(source s, size_t t)
{
    return s->evaluation->pe_unchosen[t];
}

static double effort_expectation_at(source s, size_t t)
{
    return s->evaluation->effort_expectation[t];
}

static double effort_pe_at(source s, size_t t)
{
    return s->evaluation->effort_pe[t];
}

static double effort_pe_unsigned_at(source s, size_t t)
{
    return fabs(s->evaluation->effort_pe[t]);
}

static double effort_pe_positive_at(source s, size_t t)
{
    const double pe = s->evaluation->effort_pe[t];

    return pe < 0 ? 0 : pe;
}

static double effort_pe_negative_at(source s, size_t t)
{
    const double pe = s->evaluation->effort_pe[t];

    return pe > 0 ? 0 : pe;
}

static double net_outcome_at(source s, size_t t)
{
    return s->evaluation->net_outcome[t];
}

static double net_outcome_pe_at(source s, size_t t)
{
    const size_t o = s->trials->choice[t];

    return o == VB_NONE ? (double)NAN
                        : s->evaluation->net_outcome[t] - s->evaluation->sv[o][t];
}

static double fatigue_at(source s, size_t t)
{
    return s->evaluation->fatigue[t];
}

/* rho h of the first option that takes time. */
static double exit_threshold_at(source s, size_t t)
{
    size_t o = 0;

    while (o + 1 < s->trials->n_options && !s->trials->options[o].attribute[VB_DELAY])
        o++;
    return s->evaluation->cost[VB_DELAY][o][t];
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

bool vb_choice_lacks(source s, char why[SIGNAL_WHY])
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
    return choice_rule_lacks(s, why) || vb_choice_lacks(s, why);
}

bool vb_outcome_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->trials->outcome != NULL, why, "outcomes (trials: outcome:)");
}

static bool outcome_and_choice_lacks(source s, char why[SIGNAL_WHY])
{
    return vb_outcome_lacks(s, why) || vb_choice_lacks(s, why);
}

bool vb_learning_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->learning_rule, why,
                 "a learning rule (learning_rule:)") ||
           vb_outcome_lacks(s, why);
}

static bool staged_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->spec.staged, why, "a staged model (staged:)");
}

bool vb_response_time_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->trials->response_time_s != NULL, why, "a column response_time");
}

static bool two_values_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model, why, "a model") ||
           lacks(s->trials->n_options > 1, why, "two options");
}

static bool counterfactual_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->spec.counterfactual != VB_COUNTERFACTUAL_NONE,
                 why, "counterfactual learning (learning: counterfactual:)");
}

static bool effort_learning_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->effort_learning_rule, why,
                 "learning about effort (learning: effort:)");
}

static bool net_outcome_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->term[VB_EFFORT], why,
                 "a model with a term for effort") ||
           outcome_and_choice_lacks(s, why);
}

static bool fatigue_lacks(source s, char why[SIGNAL_WHY])
{
    return lacks(s->model && s->model->fatigue_rule, why, "a fatigue rule (fatigue:)");
}

static bool opportunity_lacks(source s, char why[SIGNAL_WHY])
{
    const vb_term *term = s->model ? s->model->term[VB_DELAY] : NULL;

    return lacks(term && term->uses & VB_USES_RATE, why, "the delay term opportunity");
}

#define outcome_lacks vb_outcome_lacks
#define choice_lacks vb_choice_lacks
#define learning_lacks vb_learning_lacks
#define response_time_lacks vb_response_time_lacks

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

enum { N_OWN = sizeof signals / sizeof signals[0] };

size_t vb_n_own_signals(void)
{
    return N_OWN + vb_n_history_signals();
}

const own_signal *vb_own_signal_at(size_t i)
{
    return i < N_OWN ? &signals[i] : vb_history_signal_at(i - N_OWN);
}
