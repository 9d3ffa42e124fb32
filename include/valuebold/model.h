/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models of value, choice and learning, as parts that combine:
 *
 *     SV = U(R) * f_effort * f_probability * f_delay - c_effort - c_delay - c_loss
 *
 * where each attribute has at most one term, either a factor f or a cost c, from the
 * registry (src/model/terms.def), or of a formula of the user's.  A choice rule
 * (choice_rules.def) turns values into choice probabilities; a learning rule
 * (learning_rules.def) turns choices and outcomes into expectations and prediction
 * errors; a fatigue rule (fatigue_rules.def) makes effort dearer with the work done.  A
 * new part is one file and one line.
 */
#ifndef VALUEBOLD_MODEL_H
#define VALUEBOLD_MODEL_H

#include "valuebold/json.h"
#include "valuebold/trials.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A parameter.  unit is a template over the task's units: "1/{effort}", "" for none;
 * {value} is the unit of subjective value, that of the utility of the reward.  lower
 * and upper are the bounds outside which a value is refused; both are allowed. */
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

/* How sure the form of a part is: 'A' read in public code or data, or recomputed;
 * 'B' read in an abstract, caption or review; 'C' general knowledge of the field. */
typedef char vb_evidence;

/* What a term needs besides its attribute; bits of vb_term.uses. */
enum {
    VB_USES_UTILITY = 1, /* x is U(L), the utility of the reward applied to the loss */
    VB_USES_LOSING = 2,  /* the result counts with the weight of losing, f_P(1 - P) */
    VB_USES_RATE = 4,    /* the result is multiplied by what is learned, a rate */
    VB_USES_LEVELS = 8,  /* parameters are values at the levels of vb_model_spec */
};

/* One term of a value function.  With uses != 0 it is for vb_model_run alone. */
typedef struct vb_term {
    const char *name;    /* "double_exponential" */
    unsigned attributes; /* bits 1u << vb_attribute it may be used for */
    vb_term_kind kind;
    const char *equation; /* "f = (exp(-b*E) + exp(-d*E)) / 2" */
    const char *unit;     /* of a utility, as a template; NULL for other kinds */
    size_t n_params;
    const vb_param *params;
    /* out[t] of x[t] for n trials; theta [n_params].  NaN in, NaN out. */
    void (*run)(size_t n, const double x[], const double theta[], double out[]);
    /* A value of x the term is not defined on (P = 0 under a ratio); NULL: all are
     * fine. */
    const char *(*refuses)(double x, const double theta[]);
    /* Optional: d[i * n + t], the derivative of out[t] by parameter i. */
    void (*gradient)(size_t n, const double x[], const double theta[], double d[]);
    unsigned uses;
    const char *source; /* papers */
    vb_evidence evidence;
    const char *note; /* unit it was fitted in, traps; may be NULL */
} vb_term;

/* What a rule may look at besides values: attributes as offered, NaN where not stated. */
typedef struct vb_choice_input {
    size_t n_options;
    const double *sv, *reward, *effort; /* [n_options] */
    size_t choice;                      /* of log_density */
    double response_time_s;
} vb_choice_input;

/* A rule that gives choice probabilities from values. */
typedef struct vb_choice_rule {
    const char *name;
    const char *equation;
    size_t n_params;
    const vb_param *params;
    size_t n_options; /* it is defined for; 0: any number */
    bool
        no_values; /* choices do not depend on values: a fit leaves their parameters alone */
    /* Probabilities p[n_options] of choosing each option with values sv[n_options];
     * sums to 1; safe at extreme values. */
    void (*probabilities)(size_t n_options, const double sv[], const double theta[],
                          double p[]);
    /* Their natural logarithms, finite where the probabilities underflow. */
    void (*log_probabilities)(size_t n_options, const double sv[], const double theta[],
                              double log_p[]);
    /* Used instead of both when the rule looks at the offers too; they are then NULL. */
    void (*log_probabilities_of)(const vb_choice_input *in, const double theta[],
                                 double log_p[]);
    /* Optional: natural log of the joint density, per second, of in->choice after
     * in->response_time_s; what the rule says where response times are known. */
    double (*log_density)(const vb_choice_input *in, const double theta[]);
    /* Optional: derivatives of log P(choice) by each value, d_sv[n_options], and each
     * parameter, d_theta[n_params]. */
    void (*gradient)(size_t n_options, const double sv[], const double theta[],
                     size_t choice, double d_sv[], double d_theta[]);
    const char *source;
    vb_evidence evidence;
    const char *note; /* may be NULL */
} vb_choice_rule;

/* What there is to learn from in a trial; NaN where it is not stated. */
typedef struct vb_learning_input {
    double outcome; /* finite */
    double effort;  /* of the chosen option as offered */
    double time_s;  /* that the trial took */
} vb_learning_input;

/* A rule that learns from outcomes, trial by trial.  Its memory is state[n_state], of
 * which state[0] is the expectation. */
enum { VB_MAX_STATE = 4 };
typedef struct vb_learning_rule {
    const char *name;
    const char *equation;
    size_t n_params;
    const vb_param *params;
    size_t n_state; /* <= VB_MAX_STATE */
    /* Memory before the first outcome; state[0] is initial. */
    void (*start)(double initial, const double theta[], double state[]);
    /* Writes the prediction error of a finite outcome and updates the memory. */
    void (*update)(double state[], double outcome, const double theta[], double *pe);
    /* Used instead when the rule needs more than the outcome; update is then NULL. */
    void (*learn)(double state[], const vb_learning_input *in, const double theta[],
                  double *pe);
    /* Optional: share of a prediction error pe that is learned in this state. */
    double (*rate)(const double state[], double pe, const double theta[]);
    unsigned needs; /* bits VB_NEEDS_EFFORT, VB_NEEDS_TIME */
    const char *source;
    vb_evidence evidence;
    const char *note; /* may be NULL */
} vb_learning_rule;

/* Bits of vb_learning_rule.needs. */
enum { VB_NEEDS_EFFORT = 1, VB_NEEDS_TIME = 2 };

/* A rule by which work makes further effort dearer: the effort cost is multiplied by the
 * fatigue, 1 at the start.  state[VB_MAX_STATE] is carried over the trials. */
typedef struct vb_fatigue_rule {
    const char *name;
    const char *equation;
    size_t n_params;
    const vb_param *params;
    void (*start)(double state[]);
    double (*level)(const double state[]); /* what multiplies the cost */
    /* After a trial in which the chosen option asked for effort (0: rest). */
    void (*update)(double state[], double effort, const double theta[]);
    const char *source;
    vb_evidence evidence;
    const char *note; /* may be NULL */
} vb_fatigue_rule;

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
VB_API size_t vb_n_fatigue_rules(void);
VB_API const vb_fatigue_rule *vb_fatigue_rule_at(size_t i);
VB_API const vb_fatigue_rule *vb_fatigue_rule_find(const char *name);

/*
 * How the expectation of the unseen attribute is formed for the staged SV prediction
 * error (cue 1 shows one attribute, cue 2 the other; Arulpragasam et al. 2018):
 *
 *     expected_sv = SV with the unseen attribute's term replaced by its expectation
 *     svpe        = SV - expected_sv
 *
 * Effort first: U(R) is replaced by the expectation of U(R); reward first: the effort
 * factor or cost by its expectation.  SV is linear in each term, so this is the mean SV
 * over the remembered trials.  All other attributes count as known at the first cue,
 * missed trials as seen.  The first trial (of each run, unless the history carries over)
 * has no history: its expected_sv is NaN, but with VB_HISTORY_DESIGN.  VB_HISTORY_RW
 * starts at the first trial's value.
 */
typedef enum vb_history {
    VB_HISTORY_MEAN,  /* running mean over previous trials */
    VB_HISTORY_RW,    /* Rescorla-Wagner with rate staged_rate */
    VB_HISTORY_DESIGN /* mean over all trials of the table */
} vb_history;

/* How factors meet the reward: U the utility, c the costs. */
typedef enum vb_combine {
    VB_COMBINE_MULTIPLY, /* U * f_effort * f_probability * f_delay - c */
    VB_COMBINE_ADD,      /* U * (1 - sum (1 - f)) - c: each takes its share of U */
    /* (U - c_loss) * f_effort * f_probability * f_delay - c_other; with a loss that has the
     * weight of losing already (U * f_probability - c_loss) * f_effort * f_delay - c_other */
    VB_COMBINE_NET,
} vb_combine;

/* What is learned about options that were not chosen. */
typedef enum vb_counterfactual {
    VB_COUNTERFACTUAL_NONE,
    VB_COUNTERFACTUAL_OPPOSITE, /* they would have brought minus the outcome */
    VB_COUNTERFACTUAL_STATED    /* trials->counterfactual */
} vb_counterfactual;

/* A value function of the user's: value of each option from its attributes (reward,
 * effort, probability, delay, loss, or R E P D L), columns and parameters. */
typedef struct vb_formula {
    const vb_expr *expr;
    size_t n_params;
    const vb_param *params; /* [n_params] */
    const char *file;       /* where it stands; NULL: unknown */
    size_t line, column;    /* of its first character */
} vb_formula;

/* Which parts, by name; what the spec's `model:` says.  NULL or "none": no such
 * part. */
typedef struct vb_model_spec {
    const char *published; /* name of the published model it began as; NULL: none */
    const char *term[VB_N_ATTRIBUTES]; /* for VB_REWARD a utility */
    const char *choice_rule;
    const char *learning_rule;
    bool learning_carries_over; /* over runs; default: it starts anew */
    double learning_initial;    /* expectation before the first outcome */
    /* one expectation an option, the chosen one is updated; it is the reward of options
     * whose reward is not stated */
    bool learning_by_option;
    bool staged; /* compute the staged prediction error */
    /* "effort" or "reward", or a column holding one of them (which is also the trials'
     * first_cue_column) */
    const char *staged_first;
    vb_history staged_history;
    double staged_rate;        /* of VB_HISTORY_RW, 0..1 */
    bool staged_carries_over;  /* the history over runs; default: it starts anew */
    const vb_formula *formula; /* NULL: terms; else there are none */
    vb_combine combine;
    bool lapse; /* a parameter lapse: P' = lapse/n + (1 - lapse) P */
    /* of effort, from trials->effort_outcome: the expectation is the effort of options
     * whose effort is not stated */
    const char *effort_learning_rule;
    double effort_learning_initial;
    bool effort_learning_shared; /* with the parameters of learning_rule */
    bool learning_net; /* outcomes count less the chosen option's effort cost */
    vb_counterfactual counterfactual;
    const char *fatigue_rule;
    bool fatigue_carries_over; /* over runs; default: it starts anew */
    /* of a term that uses levels: attribute values, increasing, and the values there */
    size_t n_levels;
    const double *levels;
    const vb_param *level_params;
} vb_model_spec;

/* A model by the name its field knows it by: which parts it is made of. */
typedef struct vb_published_model {
    const char *name;
    const char *equation;
    vb_model_spec spec;
    const char *source;
    vb_evidence evidence;
    const char *note; /* may be NULL */
    const char *page; /* in docs/models/ */
} vb_published_model;
VB_API size_t vb_n_published_models(void);
VB_API const vb_published_model *vb_published_model_at(size_t i);
VB_API const vb_published_model *vb_published_model_find(const char *name);

enum { VB_MAX_PARAMS = 32, VB_PARAM_NAME = 64 };

/* A composed model.  theta of every call is [n_params] in this order. */
typedef struct vb_model {
    vb_model_spec spec;
    const vb_term *term[VB_N_ATTRIBUTES];
    const vb_choice_rule *choice_rule;
    const vb_learning_rule *learning_rule;
    char value_unit[VB_PARAM_NAME]; /* of SV: "EUR", "EUR^rho", "1" */
    size_t n_params;
    struct {
        char name[VB_PARAM_NAME]; /* full: effort_k, inverse_temperature */
        char unit[VB_PARAM_NAME]; /* with the task's units filled in: "1/min" */
        bool unit_known; /* false: the task does not state a unit this one is made of */
        const vb_param *param;
    } params[VB_MAX_PARAMS];
    size_t first_param[VB_N_ATTRIBUTES]; /* of each term in theta */
    size_t first_choice_param, first_learning_param;
    size_t first_effort_learning_param, first_fatigue_param, first_formula_param;
    size_t lapse_param; /* VB_NONE: no lapses */
    const vb_learning_rule *effort_learning_rule;
    const vb_fatigue_rule *fatigue_rule;
} vb_model;

/* True when the value of an option follows from its own attributes by terms that use
 * nothing else (no formula, learning, fatigue or levels; factors multiplied;
 * no value stated by the task) and choice from values alone, without lapses: what a fast
 * path may rely on. */
VB_API bool vb_model_is_plain(const vb_model *model, const vb_trials *trials);

/* Looks the parts up; an unknown name is refused with the nearest.  units[a] may be
 * NULL.  The spec's strings are borrowed. */
VB_API vb_status vb_model_compose(const vb_model_spec *spec,
                                  const char *const units[VB_N_ATTRIBUTES],
                                  vb_model *model, vb_error *err);

/* Index in theta of a parameter by full name ("effort_k"), or by its short name ("k",
 * also the aliases beta = inverse_temperature, alpha = learning_rate) when only one
 * parameter has it; VB_NONE when there is none or it is ambiguous. */
VB_API size_t vb_model_param(const vb_model *model, const char *name);

/* theta[n_params] finite and within bounds; all faults are noted.  file (may be
 * NULL) and line are where the numbers come from.  At a bound exactly: a warning
 * ("parameter-at-bound"). */
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
    /* natural log of the probability of the choice made (with a rule for response times
     * that are known: of the density of both); NULL without a choice rule or choices */
    double *log_likelihood;
    /* expectation of each option before the outcome; NULL unless by option */
    double *learned[VB_MAX_OPTIONS];
    /* of the learning rule before the outcome (by option: of the chosen one), and
     * outcome - expectation, NaN without an outcome; NULL without a rule */
    double *expectation, *pe;
    double *expected_sv;   /* staged: at the first cue; NULL if not staged */
    double *svpe;          /* staged: SV - expected_sv */
    double *learning_rate; /* share of pe that was learned; NULL without a rule */
    double *pe_unchosen;   /* counterfactual: of the other option; else NULL */
    /* the same for effort, NULL without an effort learning rule */
    double *learned_effort[VB_MAX_OPTIONS];
    double *effort_expectation, *effort_pe;
    double *fatigue;     /* what multiplies effort costs; NULL without a fatigue rule */
    double *net_outcome; /* outcome less the effort cost of the chosen option; NULL
                            without outcomes or choices */
} vb_evaluation;

/*
 * Runs the model.  theta [n_sets x n_params]; set[t] says which row of theta trial t
 * uses (NULL: row 0 for all).  A learning rule learns from all trials, whatever was
 * offered, or by option from those in which the option was chosen; a staged model is
 * about the only option that varies (vb_trials_varying_option).
 * Fails with VB_EDOM naming the trial's place when a term refuses a value, or a value is
 * infinite or undefined (infinity times zero) though nothing it is made of is missing.
 * Fails with VB_EINPUT when a learning rule lacks outcomes (or choices, by option) in
 * all trials, a choice rule the reward of an option, stated or learned, or a staged
 * model the first cue or the option.
 */
VB_API vb_status vb_model_run(const vb_model *model, const vb_trials *trials,
                              size_t n_sets, const double theta[], const size_t set[],
                              vb_evaluation **evaluation, vb_error *err);
VB_API void vb_evaluation_free(vb_evaluation *evaluation); /* NULL is fine */

/* The registries, signals and forms as docs/models.md. */
VB_API vb_status vb_models_reference(vb_buffer *markdown, vb_error *err);
/* The same as one JSON object without a key, for `valuebold models --json`. */
VB_API void vb_models_json(vb_json *json);

#ifdef __cplusplus
}
#endif
#endif
