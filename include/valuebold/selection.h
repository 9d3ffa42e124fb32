/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random-effects comparison of models: how frequent each is in the population that
 * participants come from.
 */
#ifndef VALUEBOLD_SELECTION_H
#define VALUEBOLD_SELECTION_H

#include "valuebold/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* P(r_k > all others) for r ~ Dirichlet(alpha[n]), by quadrature (error below 1e-8). */
VB_API vb_status vb_exceedance(size_t n, const double alpha[], double exceedance[],
                               vb_error *err);

/*
 * Variational Bayes for model frequencies under a flat Dirichlet prior (Stephan et al. 2009
 * NeuroImage 46:1004), with protected exceedance probabilities (Rigoux et al. 2014
 * NeuroImage 84:971).
 *   log_evidence  [n_participants x n_models], natural logarithms; -BIC/2 will do
 *   alpha, frequency, exceedance, protected_exceedance  [n_models]
 *   *bor          Bayesian omnibus risk: probability that all models are equally frequent
 * VB_EINPUT: no participant, under two models, an evidence that is not finite.
 */
VB_API vb_status vb_select_models(size_t n_participants, size_t n_models,
                                  const double log_evidence[], double alpha[],
                                  double frequency[], double exceedance[],
                                  double protected_exceedance[], double *bor,
                                  vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
