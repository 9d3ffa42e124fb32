/* SPDX-License-Identifier: GPL-3.0-or-later */
/* history_signals.c - what a trial takes from those before it, from history_signals.def. */
#include "signals_internal.h"

#include <math.h>
#include <stdio.h>

typedef const signal_source *source;

/* First trial of the run of trial t. */
static size_t first_of_run(source s, size_t t)
{
    while (t && (!s->trials->run || s->trials->run[t - 1] == s->trials->run[t]))
        t--;
    return t;
}

static bool is_first(source s, size_t t)
{
    return first_of_run(s, t) == t;
}

static double previous_outcome_at(source s, size_t t)
{
    return is_first(s, t) ? (double)NAN : s->trials->outcome[t - 1];
}

static double previous_pe_at(source s, size_t t)
{
    return is_first(s, t) ? (double)NAN : s->evaluation->pe[t - 1];
}

static double previous_choice_at(source s, size_t t)
{
    if (is_first(s, t) || s->trials->choice[t - 1] == VB_NONE)
        return (double)NAN;
    return s->trials->choice[t - 1] == 0 ? 1 : 0;
}

/* Effort of what was chosen; nothing was made where nothing was chosen. */
static double effort_made(source s, size_t t)
{
    const size_t o = s->trials->choice[t];
    const double *stated;

    if (o == VB_NONE)
        return 0;
    if (s->trials->effort_outcome)
        return s->trials->effort_outcome[t];
    stated = s->trials->options[o].attribute[VB_EFFORT];
    return stated ? stated[t] : 0;
}

static double previous_effort_at(source s, size_t t)
{
    return is_first(s, t) ? (double)NAN : effort_made(s, t - 1);
}

static double repetition_at(source s, size_t t)
{
    const size_t *choice = s->trials->choice;

    if (is_first(s, t) || choice[t] == VB_NONE || choice[t - 1] == VB_NONE)
        return (double)NAN;
    return choice[t] == choice[t - 1] ? 1 : 0;
}

static double cumulated_effort_at(source s, size_t t)
{
    double sum = 0;

    for (size_t k = first_of_run(s, t); k < t; k++)
        sum += effort_made(s, k);
    return sum;
}

/* A trial without an outcome brought nothing. */
static double cumulated_outcome_at(source s, size_t t)
{
    double sum = 0;

    for (size_t k = first_of_run(s, t); k < t; k++)
        sum += isnan(s->trials->outcome[k]) ? 0 : s->trials->outcome[k];
    return sum;
}

static double trial_number_at(source s, size_t t)
{
    return (double)(t - first_of_run(s, t) + 1);
}

static double time_on_task_at(source s, size_t t)
{
    const double *onset_s = s->trials->onset_s;

    return onset_s ? onset_s[t] - onset_s[first_of_run(s, t)] : (double)NAN;
}

static double log_response_time_at(source s, size_t t)
{
    const double rt_s = s->trials->response_time_s[t];

    return rt_s > 0 ? log(rt_s) : (double)NAN;
}

static bool effort_lacks(source s, char why[SIGNAL_WHY])
{
    bool stated = s->trials->effort_outcome != NULL;

    for (size_t o = 0; o < s->trials->n_options; o++)
        stated = stated || s->trials->options[o].attribute[VB_EFFORT];
    if (!stated)
        snprintf(why, SIGNAL_WHY, "no option states its effort");
    return !stated || vb_choice_lacks(s, why);
}

static bool nothing_lacks(source s, char why[SIGNAL_WHY])
{
    (void)s;
    (void)why;
    return false;
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
     .lacks = needs##_lacks,                                                           \
     .on_request = true},
#include "history_signals.def"
#undef VB_SIGNAL
};

size_t vb_n_history_signals(void)
{
    return sizeof signals / sizeof signals[0];
}

const own_signal *vb_history_signal_at(size_t i)
{
    return &signals[i];
}
