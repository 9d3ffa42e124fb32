/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What recovery of parameters and of models share. */
#ifndef VB_FIT_RECOVERY_INTERNAL_H
#define VB_FIT_RECOVERY_INTERNAL_H

#include "valuebold/recovery.h"

/* Blocks of a unit with choices (and outcomes) of their own. */
typedef struct fit_copy {
    vb_arena *arena;
    vb_trials *trials;
    vb_fit_block *blocks;
} fit_copy;

/* Simulates unit under model; the caller frees the arena of the copy. */
vb_status fit_simulate_unit(const vb_model *model, const vb_fit_options *options,
                            const vb_recovery_unit *unit, size_t repeat, uint64_t seed,
                            fit_copy *c, vb_error *err);

/* The first of n errors that is one. */
vb_status fit_first_error(const vb_error errors[], size_t n, vb_error *err);

#endif
