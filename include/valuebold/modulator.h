/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a trial-wise signal to the weights of a modulated regressor: missed trials,
 * centring and scaling over a stated scope, orthogonalisation in a stated order.
 */
#ifndef VALUEBOLD_MODULATOR_H
#define VALUEBOLD_MODULATOR_H

#include "valuebold/notes.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_scope {
    VB_SCOPE_NONE,
    VB_SCOPE_RUN,
    VB_SCOPE_SUBJECT,
    VB_SCOPE_SAMPLE
} vb_scope;

/* What becomes of a trial whose signal is missing. */
typedef enum vb_missed {
    VB_MISSED_DROP, /* not in the modulated column (weight 0 after centring, no row in
                            three-column files); still in the unmodulated event */
    VB_MISSED_OWN_EVENT, /* leaves the event altogether, for an event EVENT_missed */
    VB_MISSED_VALUE,     /* gets missed_value */
    VB_MISSED_MEAN,      /* gets the mean of the others in the run */
} vb_missed;

typedef enum vb_stage { VB_STAGE_SCALED, VB_STAGE_RAW } vb_stage;

typedef enum vb_scale {
    VB_SCALE_RAW,
    VB_SCALE_Z,
    VB_SCALE_MINMAX,
    VB_SCALE_PER_UNIT
} vb_scale;

/*
 * Defaults (all zero but centre): drop, centred over the run, raw scale.
 *
 * weight = (raw - subtracted) / divided + offset.  Centring and scaling are apart: Z
 * divides by the standard deviation (n - 1) over its scope, of the values as they are
 * centred, and takes nothing off by itself; MINMAX maps smallest and largest value over
 * its scope to the targets when centre is NONE, and otherwise only gives the weights
 * the targets' span (noted, "modulator-minmax-centred").
 */
typedef struct vb_modulator_rule {
    vb_missed missed;
    double missed_value;
    vb_stage
        missed_stage; /* RAW: before centring and scaling, so that it counts there */
    vb_scope centre;
    vb_scale scale;
    vb_scope scale_over; /* of Z and MINMAX; NONE means RUN */
    double minmax[2];    /* target of MINMAX */
    double per_unit;     /* of PER_UNIT: weights are divided by this */
} vb_modulator_rule;

/* What was done, for the sidecar: so that raw and scaled effects convert exactly. */
typedef struct vb_modulator_record {
    size_t n, n_missing;                       /* events; of these, signal missing */
    double raw_mean, raw_sd, raw_min, raw_max; /* of the run, non-missing, before all */
    double subtracted, divided; /* weight = (raw - subtracted) / divided [+ offset] */
    double offset;
    double sd;     /* of the final weights of the run; n - 1 */
    bool constant; /* no variance after centring */
} vb_modulator_record;

/*
 * Prepares one modulator over all runs at once.
 *   n_runs, n[r]     events of run r (own-event trials already taken out)
 *   group[r]         participant of run r: SUBJECT scope pools runs of one group
 *   raw[r][i]        signal, NaN when missing
 *   out[r][i]        weight; NaN where the trial has no row (DROP)
 *   record[r]        what was done
 * Missing signals are noted with their count ("modulator-missing").  A run whose
 * signals are all missing has no mean: under MEAN its weights stay NaN.
 * Fails with VB_EDOM when nothing is left to scale by (z or minmax of a constant) or a
 * signal is infinite, VB_EUSAGE when the rule makes no sense.
 */
VB_API vb_status vb_modulator_prepare(const vb_modulator_rule *rule, const char *name,
                                      size_t n_runs, const size_t n[],
                                      const size_t group[], const double *const raw[],
                                      double *const out[], vb_modulator_record record[],
                                      vb_notes *notes, vb_error *err);

/* Serial Gram-Schmidt of weights[m][n] against the constant and the earlier ones, in
 * the order given.  NaN rows count as 0 and stay NaN.  variance_removed[m], in 0..1, is
 * the share of the variance about the mean that went; a modulator that is a sum of
 * earlier ones becomes 0. */
VB_API vb_status vb_modulators_orthogonalise(size_t n, size_t n_modulators,
                                             double *const weights[],
                                             double variance_removed[], vb_error *err);

/*
 * What orthogonalising in a given order does, without doing it: of modulator m (index as
 * handed in) removed[m] is the share of its variance that goes to those before it in
 * order[]; before and after, [n_modulators x n_modulators], are correlations over the events
 * where both have a row, NaN without variance.
 */
typedef struct vb_modulator_ledger {
    double *removed, *before, *after;
} vb_modulator_ledger;

VB_API vb_status vb_modulators_ledger(size_t n, size_t n_modulators,
                                      const double *const weights[],
                                      const size_t order[], vb_modulator_ledger *ledger,
                                      vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
