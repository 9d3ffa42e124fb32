/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fatigue_work_rest.c - fatigue that work raises and rest lowers.
 *
 *     F = ST + LT, cost' = F * cost
 *     work   ST' = ST + p2 E - .57 p1,  LT' = LT + p3 E
 *     rest   ST' = ST - p1
 *
 * ST never falls below its start.  After the model of Mueller et al. (2021): the short-term
 * part recovers, the long-term part does not.  A trial of work leaves .57 of the time of a
 * trial to recover in.
 */
#include "model_internal.h"

/* State: ST, LT, floor of ST. */
static const double recovery_at_work = .57; /* share of the trial, Mueller et al. */

static void start_both(double state[])
{
    state[0] = state[1] = state[2] = .5;
}

static void start_short(double state[])
{
    state[0] = state[2] = 1;
    state[1] = 0;
}

static void start_long(double state[])
{
    state[0] = state[2] = 0;
    state[1] = 1;
}

static double level(const double state[])
{
    return state[0] + state[1];
}

static void recover(double state[], double by)
{
    state[0] -= by;
    if (state[0] < state[2])
        state[0] = state[2];
}

static void tire_short(double state[], double effort, double recovery, double tiring)
{
    if (effort > 0)
        recover(state, recovery * recovery_at_work - tiring * effort);
    else
        recover(state, recovery);
}

/* theta: recovery, short_term, long_term */
static void update_both(double state[], double effort, const double theta[])
{
    tire_short(state, effort, theta[0], theta[1]);
    state[1] += theta[2] * effort;
}

/* theta: recovery, short_term */
static void update_short(double state[], double effort, const double theta[])
{
    tire_short(state, effort, theta[0], theta[1]);
}

/* theta: long_term */
static void update_long(double state[], double effort, const double theta[])
{
    state[1] += theta[0] * effort;
}

static const vb_param both_params[] =
    {{"fatigue_recovery", "", 0, 3, .1,
      "short-term fatigue that a rest takes away (p1)"},
     {"fatigue_short_term", "1/{effort}", 0, 3, .1,
      "short-term fatigue that one unit of effort adds (p2)"},
     {"fatigue_long_term", "1/{effort}", 0, 3, .01,
      "lasting fatigue that one unit of effort adds (p3)"}};

static const char source[] =
    "Mueller et al. (2021) Nat Commun 12:4593 and its public code";
static const char note[] = "Effort of the chosen option above 0 is work, anything "
                           "else, a missed trial too, is "
                           "rest.  k and inverse_temperature come from a task before "
                           "fatigue, as F starts at 1. "
                           " Published starts of the fits lie in 0..3.";

const vb_fatigue_rule vb_fatigue_rule_short_and_long_term =
    {.name = "short_and_long_term",
     .equation = "F = ST + LT; work: ST' = ST + p2*E - 0.57*p1, LT' = LT + p3*E; rest: "
                 "ST' = ST - p1; ST >= 0.5; at the start ST = LT = 0.5",
     .n_params = 3,
     .params = both_params,
     .start = start_both,
     .level = level,
     .update = update_both,
     .source = source,
     .evidence = 'A',
     .note = note};

const vb_fatigue_rule vb_fatigue_rule_short_term =
    {.name = "short_term",
     .equation =
         "F = ST; work: ST' = ST + p2*E - 0.57*p1; rest: ST' = ST - p1; ST >= 1; "
         "at the start ST = 1",
     .n_params = 2,
     .params = both_params,
     .start = start_short,
     .level = level,
     .update = update_short,
     .source = source,
     .evidence = 'B',
     .note = "That the floor is the start here too is our reading."};

const vb_fatigue_rule vb_fatigue_rule_long_term =
    {.name = "long_term",
     .equation = "F = LT; work: LT' = LT + p3*E; at the start LT = 1",
     .n_params = 1,
     .params = &both_params[2],
     .start = start_long,
     .level = level,
     .update = update_long,
     .source = source,
     .evidence = 'A'};
