/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models of value, choice and learning, as parts that combine:
 *
 *     SV = U(R) * f_effort * f_probability * f_delay - c_effort - c_delay - c_loss
 *
 * where each attribute has at most one term, either a factor f or a cost c, from the
 * registry (src/model/terms.def).  A choice rule (choice_rules.def) turns values into
 * choice probabilities; a learning rule (learning_rules.def) turns choices and outcomes
 * into expectations and prediction errors.  A new part is one file and one line.
 */
#ifndef VALUEBOLD_MODEL_H
#define VALUEBOLD_MODEL_H

#include "valuebold/trials.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A parameter.  unit is a template over the task's units: "1/{effort}",
 * "{reward}/{effort}^2", "" for none.  lower and upper are the bounds outside which a
 * value is refused; both are allowed. */
typedef struct vb_param {
    const char *name; /* within its part: "k" */
    const char *unit;
    double lower, upper;
    double typical; /* a usual value: start of fits, documentation, examples */
    const char *meaning;
} vb_param;

typedef enum vb_term_kind {
    VB_UTILITY, /* of the reward: replaces R */
    VB_FACTOR,  /* multiplies the reward's utility */
    VB_COST,    /* is subtracted */
} vb_term_kind;

/* One term of a value function. */
typedef struct vb_term {
    const char *name;       /* "double_exponential" */
    unsigned attributes;    /* bits 1u << vb_attribute it may be used for */
    vb_term_kind kind;
    const char *equation;   /* "f = (exp(-b*E) + exp(-d*E)) / 2", x the attribute's letter */
    size_t n_params;
    const vb_param *params;
    /* out[t] of x[t] for n trials; theta [n_params].  NaN in, NaN out. */
    void (*run)(size_t n, const double x[], const double theta[], double out[]);
    /* A value of x the term is not defined on (P = 0 under a ratio); NULL: all are fine. */
    const char *(*refuses)(double x, const double theta[]);
    const char *source; /* paper, and how sure the form is */
    const char *note;   /* unit it was fitted in, traps; may be NULL */
} vb_term;

/* A rule that gives choice probabilities from values. */
typedef struct vb_choice_rule {
    const char *name;
    const char *equation;
    size_t n_params;
    const vb_param *params;
    /* Probabilities p[n_options] of choosing each option with values sv[n_options]; sums
     * to 1; safe at extreme values. */
    void (*probabilities)(size_t n_options, const double sv[], const double theta[],
                          double p[]);
    const char *source, *note;
} vb_choice_rule;

/* A rule that learns from outcomes, trial by trial.  state is [n_state]. */
typedef struct vb_learning_rule {
    const char *name;
    const char *equation;
    size_t n_params;
    const vb_param *params;
    /* expectation before the outcome, given and returned; writes the prediction error and
     * updates *expectation.  outcome is finite. */
    void (*update)(double *expectation, double outcome, const double theta[], double *pe);
    const char *source, *note;
} vb_learning_rule;

/* Registries: n entries, entry i. */
VB_API size_t vb_n_terms(void);
VB_API const vb_term *vb_term_at(size_t i);
/* The term of that name for that attribute, or NULL. */
VB_API const vb_term *vb_term_find(vb_attribute attribute, const char *name);
VB_API size_t vb_n_choice_rules(void);
VB_API const vb_choice_rule *vb_choice_rule_at(size_t i);
VB_API const vb_choice_rule *vb_choice_rule_find(const char *name);
VB_API size_t vb_n_learning_rules(void);
VB_API const vb_learning_rule *vb_learning_rule_at(size_t i);
VB_API const vb_learning_rule *vb_learning_rule_find(const char *name);

/* How the expectation of the unseen attribute is formed for the staged SV prediction
 * error (cue 1 shows one attribute, cue 2 the other). */
typedef enum vb_history {
    VB_HISTORY_MEAN,  /* running mean over previous trials */
    VB_HISTORY_RW,    /* Rescorla-Wagner with rate history_rate */
    VB_HISTORY_DESIGN /* mean over all trials of the table */
} vb_history;

/* Which parts, by name; what the spec's `model:` says.  NULL or "none": no such part. */
typedef struct vb_model_spec {
    const char *term[VB_N_ATTRIBUTES]; /* for VB_REWARD a utility */
    const char *choice_rule;
    const char *learning_rule;
    bool learning_carries_over; /* over runs; default: the expectation starts anew */
    double learning_initial;    /* expectation before the first outcome */
    bool learning_by_option;    /* one expectation an option, the chosen one is updated */
    bool staged;                /* compute the staged prediction error */
    const char *staged_first;   /* "effort" or "reward", or a column holding one of them */
    vb_history staged_history;
    double staged_rate; /* of VB_HISTORY_RW, 0..1 */
} vb_model_spec;

enum { VB_MAX_PARAMS = 32, VB_PARAM_NAME = 64 };

/* A composed model.  theta of every call is [n_params] in this order. */
typedef struct vb_model {
    vb_model_spec spec;
    const vb_term *term[VB_N_ATTRIBUTES];
    const vb_choice_rule *choice_rule;
    const vb_learning_rule *learning_rule;
    size_t n_params;
    struct {
        char name[VB_PARAM_NAME]; /* full: effort_k, inverse_temperature, learning_rate */
        char unit[VB_PARAM_NAME]; /* with the task's units filled in: "1/min" */
        const vb_param *param;
    } params[VB_MAX_PARAMS];
    size_t first_param[VB_N_ATTRIBUTES]; /* of each term in theta */
    size_t first_choice_param, first_learning_param;
} vb_model;

/* Looks the parts up; an unknown name is refused with the nearest.  units[a] may be
 * NULL.  The spec's strings are borrowed. */
VB_API vb_status vb_model_compose(const vb_model_spec *spec,
                                  const char *const units[VB_N_ATTRIBUTES], vb_model *model,
                                  vb_error *err);

/* Index in theta of a parameter by full name ("effort_k"), or by its short name ("k",
 * also the aliases beta = inverse_temperature, alpha = learning_rate) when only one
 * parameter has it; VB_NONE when there is none or it is ambiguous. */
VB_API size_t vb_model_param(const vb_model *model, const char *name);

/* theta[n_params] within bounds; all faults are noted.  who names the source
 * ("params.tsv:3 (sub-01)").  At a bound exactly: a warning ("parameter-at-bound"). */
VB_API vb_status vb_model_check(const vb_model *model, const double theta[],
                                const char *file, size_t line, vb_notes *notes,
                                vb_error *err);

/*
 * All quantities of a model on trials; arrays are [n_trials], NaN where missing.
 * factor[a][o] is 1 and cost[a][o] is 0 throughout when the term is absent or of the
 * other kind.
 */
typedef struct vb_evaluation {
    vb_arena *arena;
    size_t n_trials, n_options;
    double *utility[VB_MAX_OPTIONS]; /* U(R) */
    double *factor[VB_N_ATTRIBUTES][VB_MAX_OPTIONS];
    double *cost[VB_N_ATTRIBUTES][VB_MAX_OPTIONS];
    double *benefit[VB_MAX_OPTIONS]; /* U(R) times the probability factor */
    double *sv[VB_MAX_OPTIONS];
    double *probability[VB_MAX_OPTIONS]; /* of choosing o; NULL without a choice rule */
    double *expectation; /* of the learning rule before the outcome; NULL without one */
    double *pe;          /* prediction error; NULL without a learning rule */
    double *expected_sv; /* staged: at the first cue; NULL if not staged */
    double *svpe;        /* staged: SV - expected_sv */
} vb_evaluation;

/*
 * Runs the model.  theta [n_sets x n_params]; set[t] says which row of theta trial t
 * uses (NULL: row 0 for all).  The option staged and learned about is the last one that
 * is not constant over trials (or the only one).
 * Fails with VB_EDOM naming the trial's row when a term refuses a value.
 */
VB_API vb_status vb_model_run(const vb_model *model, const vb_trials *trials,
                              size_t n_sets, const double theta[], const size_t set[],
                              vb_evaluation **evaluation, vb_error *err);
VB_API void vb_evaluation_free(vb_evaluation *evaluation); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
