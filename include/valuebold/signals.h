/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trial-wise signals by name, what modulators are made of.
 *
 * A signal is QUANTITY_FORM, say sv_difference:
 *
 *   quantity  (src/model/quantities.def)
 *     sv                  subjective value
 *     utility             U(R)
 *     benefit             U(R) times the probability factor: before effort and delay
 *     effort_cost, delay_cost, loss_cost   what is subtracted, as a positive amount
 *     cost                all that is subtracted
 *     effort_factor, probability_factor, delay_factor   what multiplies; 1: no discount
 *     expected_value      R times P, without a model
 *     reward, effort, probability, delay, loss   as offered
 *     choice_probability  of choosing the option
 *     learned             expectation of the option's outcome (learning by option)
 *     learned_effort      expectation of its effort (learning about effort)
 *   form
 *     OPTION              of the option of that name
 *     chosen, unchosen    of the option taken and of the other one; with more than two
 *                         options, unchosen is the other of highest sv
 *     difference          chosen - unchosen
 *     A_minus_B           option A - option B, whatever was chosen
 *     sum                 over all options
 *     abs_difference      |first option - second option|: small for difficult choices
 *
 * or one of the trial's own (src/model/signals.def):
 *
 *     choice_probability     that the rule gives to the choice made
 *     choice_log_likelihood  its natural logarithm
 *     choice_entropy         -sum p ln p over the options, in nats; most when undecided
 *     choice_conflict        0 when one option is sure, 1 when all are as likely
 *     choice_certainty       probability of the likeliest option
 *     difficulty             -|SV of the first option - SV of the second|
 *     expectation            of the outcome, before it (by option: of the chosen one)
 *     outcome                as in the table
 *     pe                     outcome - expectation
 *     pe_unsigned            |pe|
 *     pe_positive            pe where it is above 0, else 0
 *     pe_negative            pe where it is below 0 (a negative number), else 0
 *     outcome_pe             outcome - R*P of the chosen option: no learning
 *     learning_rate          share of pe that was learned
 *     pe_weighted            pe times learning_rate; rule kalman: precision-weighted
 *     pe_unchosen            of the option not chosen (counterfactual learning)
 *     effort_expectation, effort_pe, effort_pe_unsigned, effort_pe_positive,
 *     effort_pe_negative     the same about effort
 *     net_outcome            outcome less the effort cost of the chosen option
 *     net_outcome_pe         net_outcome - SV of the chosen option
 *     fatigue                what effort costs are multiplied by
 *     exit_threshold         reward rate times the time of one more harvest (foraging)
 *     expected_sv            staged tasks: SV expected at the first cue
 *     svpe, svpe_unsigned    staged tasks: SV - expected_sv, and its absolute value
 *     response_time          seconds
 *     missed                 1 for a trial without a choice, else 0
 *
 * or, from the trials before in the run (src/model/history_signals.def): previous_outcome,
 * previous_pe, previous_choice, previous_effort, repetition, cumulated_effort,
 * cumulated_outcome, trial_number, time_on_task, and log_response_time.
 *
 * With one option, or only one that varies, the bare quantity is that option's: sv for
 * sv_accept when rejecting is always worth the same.  An option varies when the spec
 * makes one of its attributes from a column, whatever stands in that column, so that a
 * name means the same in every participant.
 */
#ifndef VALUEBOLD_SIGNALS_H
#define VALUEBOLD_SIGNALS_H

#include "valuebold/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Signal `name` into out[n_trials].  unit[size] gets its unit ("EUR", "1", ...).
 * Trials without a choice are NaN for forms that need one (chosen, unchosen,
 * difference).
 * Unknown: VB_EINPUT naming the nearest signal; known but not to be had with this model
 * or task (pe without a learning rule): VB_EINPUT saying what is missing.
 * model and evaluation may be NULL for signals that need no model (effort_chosen).
 */
VB_API vb_status vb_signal(const char *name, const vb_model *model,
                           const vb_trials *trials, const vb_evaluation *evaluation,
                           const char *const units[VB_N_ATTRIBUTES], double out[],
                           char unit[], size_t size, vb_error *err);

/* True when vb_signal would know the name for this model and these options. */
VB_API bool vb_signal_exists(const char *name, const vb_model *model,
                             const vb_trials *trials);

/* The same without trials at hand: checks the name against what the spec says.  Refused
 * as by vb_signal. */
VB_API vb_status vb_signal_check(const char *name, const vb_model *model,
                                 const vb_trials_spec *spec, vb_error *err);

/* What a signal is, as a phrase for a sidecar: "subjective value; chosen minus unchosen".
 * False for a name nobody knows; out is then left as it is. */
VB_API bool vb_signal_describe(const char *name, const vb_trials *trials, char out[],
                               size_t size);

/* False for signals of the trials before, which `trials` leaves out unless asked for all. */
VB_API bool vb_signal_is_usual(const char *name);

/* All signal names this model and task can give, for messages, `trials` (which
 * writes them all) and docs; owned by arena. */
VB_API vb_status vb_signal_names(const vb_model *model, const vb_trials *trials,
                                 vb_arena *arena, size_t *n, const char ***names,
                                 vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
