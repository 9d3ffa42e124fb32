/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a design can identify parameters and models: choices are simulated on the trials
 * as they are and fitted again.
 */
#ifndef VALUEBOLD_RECOVERY_H
#define VALUEBOLD_RECOVERY_H

#include "valuebold/fit.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A simulated participant.  Borrowed. */
typedef struct vb_recovery_unit {
    const char *label; /* names the random numbers, with the seed and the repeat */
    size_t n_blocks;
    const vb_fit_block *blocks; /* trials without a recorded choice stay without one */
    const double *theta;        /* true numbers, in the order of vb_likelihood_facts */
} vb_recovery_unit;

/* One simulated data set under the generating model; arrays are [n_numbers]. */
typedef struct vb_recovery_case {
    size_t unit, repeat;
    bool fitted;  /* false: choices could not be fitted (all alike and the like) */
    bool flagged; /* at a bound, separated or flat */
    double nll, nll_truth;
    double *estimate, *lower95, *upper95; /* NaN where there is none */
} vb_recovery_case;

/* How well one number is recovered, over cases that were fitted. */
typedef struct vb_recovery_summary {
    size_t n;                          /* cases fitted */
    double correlation;                /* of estimate with truth */
    double correlation_u;              /* on the scale */
    double bias, rmse, bias_u, rmse_u; /* of estimate - truth; on the scale */
    double coverage;                   /* share of all cases whose interval has the
                                               truth; no interval counts as a miss */
} vb_recovery_summary;

typedef struct vb_recovery {
    vb_arena *arena;
    size_t n_numbers, n_cases, n_fitted, n_flagged;
    vb_recovery_case *cases;      /* by unit, then repeat */
    vb_recovery_summary *numbers; /* [n_numbers] */
} vb_recovery;

/*
 * Choices of a model, trial by trial where values depend on earlier choices (learning by
 * option, fatigue).
 *   sets, set   as in vb_model_run;  recorded: trials without a choice stay so (else all
 *               trials get one)
 * VB_EINPUT where it is not known what the option taken brings: learning by option needs
 * counterfactual outcomes.
 */
VB_API vb_status vb_simulate_course(const vb_model *model, const vb_trials *trials,
                                    size_t n_sets, const double sets[],
                                    const size_t set[], uint64_t seed,
                                    const char *label, const char *const run_labels[],
                                    bool recorded, size_t choice[], double outcome[],
                                    vb_error *err);

/* n_repeats data sets of each unit, simulated and fitted; the same for any number of
 * threads. */
VB_API vb_status vb_recover(const vb_model *model, const vb_fit_options *options,
                            size_t n_units, const vb_recovery_unit units[],
                            size_t n_repeats, uint64_t seed, size_t n_threads,
                            vb_recovery **recovery, vb_error *err);
VB_API void vb_recovery_free(vb_recovery *recovery); /* NULL is fine */

/*
 * How often choices made by model g (row) are best explained by model m (column), by BIC, or
 * by the Laplace evidence when all numbers have priors.
 *   units  [n_models][n_units], each with theta of its model
 *   count  [n_models x n_models]; *n_failed data sets that some model could not be fitted to
 */
VB_API vb_status vb_recover_models(size_t n_models, const vb_model models[],
                                   const vb_fit_options options[], size_t n_units,
                                   const vb_recovery_unit *const units[],
                                   size_t n_repeats, uint64_t seed, size_t n_threads,
                                   double count[], size_t *n_failed, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
