/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters of a model from choices: maximum likelihood, or maximum a posteriori with
 * normal priors.
 *
 *     vb_likelihood_make   the choices of one participant, made ready
 *     vb_fit_run           from many starts to the best optimum, with its uncertainty
 *
 * Numbers are fitted on a scale without natural bounds:
 *     linear  u = theta                              a bias
 *     log     u = log theta                          what cannot be negative
 *     logit   u = log((theta - L) / (U - theta))     what lies between two ends
 * Standard errors, intervals and priors are normal on that scale.
 */
#ifndef VALUEBOLD_FIT_H
#define VALUEBOLD_FIT_H

#include "valuebold/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vb_fit_scale { VB_FIT_LINEAR, VB_FIT_LOG, VB_FIT_LOGIT } vb_fit_scale;

VB_API const char *vb_fit_scale_name(vb_fit_scale scale); /* "linear" ... */

/* What a parameter may differ by. */
typedef enum vb_fit_factor {
    VB_FIT_SHARED,
    VB_FIT_BY_CONDITION, /* trials.condition */
    VB_FIT_BY_SESSION,
    VB_FIT_BY_RUN,
    VB_FIT_N_FACTORS
} vb_fit_factor;

VB_API const char *vb_fit_factor_name(vb_fit_factor factor); /* "shared", "condition" */

/* How one parameter of the model is treated. */
typedef struct vb_fit_setting {
    double fixed;        /* NaN: it is fitted */
    double lower, upper; /* NaN: the model's bounds */
    vb_fit_factor by;    /* one number for each level */
    /* normal prior on the scale; sd NaN: none; mean NaN: the middle of the starts, which
     * follows from the parameter's unit and what was offered */
    double prior_mean, prior_sd;
} vb_fit_setting;

typedef struct vb_fit_options {
    size_t n_starts; /* 0: 20 */
    vb_fit_setting setting[VB_MAX_PARAMS];
} vb_fit_options;

/* Every parameter fitted, within the model's bounds, shared, without a prior. */
VB_API void vb_fit_defaults(vb_fit_options *options);
/* Priors N(mean, sd) on the scale for all parameters without one.  Published code has
 * N(0, 2.5) (Piray et al. 2019 PLoS Comput Biol 15:e1007043), which supposes parameters
 * around 1; mean NaN as above does not depend on units. */
VB_API void vb_fit_set_priors(const vb_model *model, double mean, double sd,
                              vb_fit_options *options);
/* The scale of a parameter, by the bounds the model gives it: 0..1 logit, from 0 or
 * above log, else linear. */
VB_API vb_fit_scale vb_fit_scale_of(const vb_param *param);
/* theta from u and back on the scale of the parameter. */
VB_API double vb_fit_theta(const vb_param *param, double u);
VB_API double vb_fit_u(const vb_param *param, double theta);

/* Trials that share a session; a participant may have several. */
typedef struct vb_fit_block {
    const vb_trials *trials;
    const char *session;           /* NULL: none */
    const char *const *run_labels; /* [trials->n_runs]; NULL: 1, 2 ... */
    const bool
        *left_out; /* [n_trials] that are not counted, but learned from; or NULL */
} vb_fit_block;

enum { VB_FIT_MAX = 64 }; /* fitted numbers of one participant */

/* One fitted number. */
typedef struct vb_fit_number {
    size_t param; /* of the model */
    vb_fit_factor by;
    const char *level; /* of the factor; NULL: shared */
    vb_fit_scale scale;
    double lower, upper;         /* bounds of theta */
    double low, high;            /* the same on the scale, finite */
    double centre, spread;       /* where starts are: centre +- spread, on the scale */
    double prior_mean, prior_sd; /* sd NaN: none */
    char name[2 * VB_PARAM_NAME];
} vb_fit_number;

/* A combination of levels that trials have, and where its parameters are: index into the
 * numbers, VB_NONE: fixed. */
typedef struct vb_fit_set {
    const char *level[VB_FIT_N_FACTORS]; /* NULL: the factor separates nothing */
    size_t number[VB_MAX_PARAMS];
} vb_fit_set;

typedef struct vb_likelihood vb_likelihood;

/*
 * The choices of one participant under a model.  Everything is borrowed until
 * vb_likelihood_free.  Trials without a choice are left out and counted, so are trials in
 * which a value is missing.  Choices that are equal in what was offered are counted, not
 * repeated, where the model has no memory.
 * VB_EINPUT: no choice rule, nothing to fit, no trial with a choice, unknown fixed value;
 * VB_EDOM: attributes the model refuses (with their place).
 */
VB_API vb_status vb_likelihood_make(const vb_model *model,
                                    const vb_fit_options *options, size_t n_blocks,
                                    const vb_fit_block blocks[],
                                    vb_likelihood **likelihood, vb_error *err);
VB_API void vb_likelihood_free(vb_likelihood *likelihood); /* NULL is fine */

typedef struct vb_likelihood_facts {
    size_t n_numbers;
    const vb_fit_number *numbers;
    size_t n_sets;
    const vb_fit_set *sets;
    size_t n_trials, n_used, n_missed, n_missing;
    size_t n_options;
    bool one_choice; /* every choice used took the same option */
} vb_likelihood_facts;

VB_API const vb_likelihood_facts *vb_likelihood_facts_of(
    const vb_likelihood *likelihood);

/* Negative log-likelihood (natural logarithm) of theta [n_numbers]; INFINITY where the
 * model has no value.  Not from two threads at once. */
VB_API double vb_likelihood_nll(vb_likelihood *likelihood, const double theta[]);
/* The same at u [n_numbers] on the scales, with its gradient (may be NULL) in u:
 * analytic for the choice rule where the rule has it, else by differences of fourth
 * order (error about 1e-11 of the gradient). */
VB_API double vb_likelihood_at(vb_likelihood *likelihood, const double u[],
                               double gradient[]);
/* theta of u, and parameters of the model [n_sets x n_params] from theta. */
VB_API void vb_likelihood_theta(const vb_likelihood *likelihood, const double u[],
                                double theta[]);
VB_API void vb_likelihood_sets(const vb_likelihood *likelihood, const double theta[],
                               double sets[]);

/* Which set each trial of block b uses, [n_trials]. */
VB_API const size_t *vb_likelihood_set_of(const vb_likelihood *likelihood, size_t b);

/* A fit.  Arrays are [n_numbers]. */
typedef struct vb_fit {
    vb_arena *arena;
    size_t n;
    double *theta, *u;
    double *se; /* of theta, from the Hessian; NaN at a bound and where it is flat */
    double *lower95, *upper95; /* normal on the scale, mapped back */
    double *covariance;        /* [n x n] on the scale; 0 at a bound, NaN where flat */
    bool *at_bound;
    double nll;       /* without prior */
    double log_prior; /* 0 without */
    double aic, bic, pseudo_r2;
    double log_evidence; /* Laplace; NaN without priors on all numbers or where flat */
    size_t n_starts, n_at_best; /* starts that ended within 1e-4 nat of the best */
    size_t n_evaluations;
    double gradient; /* largest of the free numbers, on the scale */
    bool converged;  /* a minimum with positive curvature, gradient below 1e-5 */
    bool flat;       /* some direction is not determined by the choices */
    bool separated;  /* choices are predicted without doubt: a number has no limit */
} vb_fit;

/*
 * Minimises from n_starts points (the first at the middle, the others of a Halton sequence,
 * Halton 1960 Numer Math 2:84) by a projected quasi-Newton method that ends with Newton
 * steps.  Starts lie where the units of the parameters put them for what was offered.
 */
VB_API vb_status vb_fit_run(vb_likelihood *likelihood, const vb_fit_options *options,
                            vb_fit **fit, vb_error *err);
/* The same description of numbers found otherwise: u [n_numbers] with covariance [n x n] on
 * the scale (hierarchical fits).  No starts are counted, the gradient is NaN. */
VB_API vb_status vb_fit_at(vb_likelihood *likelihood, const double u[],
                           const double covariance[], double log_evidence,
                           bool converged, vb_fit **fit, vb_error *err);
VB_API void vb_fit_free(vb_fit *fit); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
