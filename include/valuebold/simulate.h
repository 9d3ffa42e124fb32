/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Simulating behaviour: streams of random numbers that depend on names and not on order,
 * distributions, and the choices a model makes on given trials.
 */
#ifndef VALUEBOLD_SIMULATE_H
#define VALUEBOLD_SIMULATE_H

#include "valuebold/model.h"
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A stream of random numbers: xoshiro256** (Blackman & Vigna 2021, ACM Trans. Math. Softw.
 * 47:36, doi 10.1145/3460772), its state filled by splitmix64 (Steele, Lea & Flood 2014,
 * doi 10.1145/2660193.2660195) from a key made of seed, participant, run and purpose.
 * Every participant, run and purpose so has its own stream: what is drawn for one does not
 * depend on who else is simulated, in which order, or by how many threads.
 */
typedef struct vb_random {
    uint64_t state[4];
} vb_random;

/* Whole numbers up to this are the same in every program that reads a seed as double. */
#define VB_SEED_MAX 9007199254740992.0

/* participant, run and purpose may be NULL (the same as ""). */
VB_API void vb_random_start(vb_random *random, uint64_t seed, const char *participant,
                            const char *run, const char *purpose);
VB_API uint64_t vb_random_bits(vb_random *random);
/* Uniform over the 2^52 midpoints (i + 1/2) / 2^52 of (0, 1); never 0 or 1. */
VB_API double vb_random_uniform(vb_random *random);
/* Uniform over 0 .. n - 1, without bias; n >= 1. */
VB_API size_t vb_random_index(vb_random *random, size_t n);
/* Index i with probability weight[i] / sum; weights >= 0, one of them > 0. */
VB_API size_t vb_random_pick(vb_random *random, size_t n, const double weight[]);

typedef enum vb_shape {
    VB_SHAPE_FIXED,       /* a */
    VB_SHAPE_UNIFORM,     /* from a to b */
    VB_SHAPE_NORMAL,      /* mean a, standard deviation b */
    VB_SHAPE_LOGNORMAL,   /* median a, standard deviation b of the natural logarithm */
    VB_SHAPE_EXPONENTIAL, /* mean a */
} vb_shape;

/* A distribution cut to lower..upper (-INFINITY, INFINITY: not cut): draws beyond do not
 * happen, what lies between keeps its shape. */
typedef struct vb_distribution {
    vb_shape shape;
    double a, b;
    double lower, upper;
} vb_distribution;

/* What is wrong with it, as the end of a sentence; NULL when nothing is. */
VB_API const char *vb_distribution_fault(const vb_distribution *distribution);
/* One draw, by the inverse of the cumulative distribution: takes exactly one number from
 * the stream, so that streams stay in step whatever the distribution. */
VB_API double vb_distribution_draw(const vb_distribution *distribution,
                                   vb_random *random);

/*
 * Choices of one participant on trials by the model's choice rule.
 *   theta, set     as in vb_model_run
 *   seed, participant, run_labels[n_runs]
 *                  name the streams (purpose "choices"); one number a trial is drawn, also
 *                  where there is no choice
 *   choice         [n_trials] option; VB_NONE where an option's value is missing
 *   difficulty     [n_trials] entropy of the choice over that of a coin with n_options
 *                  sides, 0 (certain) .. 1; NaN where there is no choice; may be NULL
 * Choices and outcomes already in trials are not looked at.  VB_EINPUT for a model without
 * a choice rule.
 */
VB_API vb_status vb_simulate_choices(const vb_model *model, const vb_trials *trials,
                                     size_t n_sets, const double theta[],
                                     const size_t set[], uint64_t seed,
                                     const char *participant,
                                     const char *const run_labels[], size_t choice[],
                                     double difficulty[], vb_error *err);

/*
 * The choice of the last of these trials, the choices and outcomes of those before being
 * what trials says: for models that learn or tire, and offers that depend on choices.
 *   trials         as it was, afterwards; the last trial's own choice and outcome do not count
 *   u              uniform number of this trial, 0 <= u < 1
 *   choice, difficulty
 *                  as of one trial of vb_simulate_choices
 */
VB_API vb_status vb_simulate_next_choice(const vb_model *model, vb_trials *trials,
                                         const double theta[], double u, size_t *choice,
                                         double *difficulty, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
