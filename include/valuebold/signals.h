/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trial-wise signals by name, what modulators are made of.
 *
 * A signal is QUANTITY_FORM:
 *   quantity  sv, utility, benefit, effort_cost, delay_cost, loss_cost, cost (all of them),
 *             effort_factor, probability_factor, delay_factor, and the attributes reward,
 *             effort, probability, delay, loss, and expected_value (R*P)
 *   form      an option's name, chosen, unchosen, difference (chosen - unchosen), sum,
 *             abs_difference (of the first two options), A_minus_B (of two options)
 * or one of the trial's own: choice_probability, choice_entropy, choice_log_likelihood,
 * expectation, pe, pe_unsigned, pe_positive, pe_negative, expected_sv, svpe,
 * svpe_unsigned, response_time, missed.
 * With one option, or one besides options that are constant, the bare quantity is that
 * option's.  The registry is src/model/signals.def and quantities.def.
 */
#ifndef VALUEBOLD_SIGNALS_H
#define VALUEBOLD_SIGNALS_H

#include "valuebold/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Signal `name` into out[n_trials].  unit[size] gets its unit ("EUR", "1", ...).
 * Trials without a choice are NaN for forms that need one (chosen, unchosen, difference).
 * With more than two options, unchosen is the best of the others.
 * Unknown: VB_EINPUT naming the nearest signal; known but not to be had with this model or
 * task (pe without a learning rule): VB_EINPUT saying what is missing.
 */
VB_API vb_status vb_signal(const char *name, const vb_model *model, const vb_trials *trials,
                           const vb_evaluation *evaluation,
                           const char *const units[VB_N_ATTRIBUTES], double out[],
                           char unit[], size_t size, vb_error *err);

/* True when vb_signal would know the name for this model and these options. */
VB_API bool vb_signal_exists(const char *name, const vb_model *model,
                             const vb_trials *trials);

/* All signal names this model and task can give, for messages, `trials` (which writes them
 * all) and docs; owned by arena. */
VB_API vb_status vb_signal_names(const vb_model *model, const vb_trials *trials,
                                 vb_arena *arena, size_t *n, const char ***names,
                                 vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
