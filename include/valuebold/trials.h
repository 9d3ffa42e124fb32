/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trial table: the decisions of one participant, what each option offered, and what
 * was chosen.  Made from events tables by vb_trials_build, or by hand in tests.
 */
#ifndef VALUEBOLD_TRIALS_H
#define VALUEBOLD_TRIALS_H

#include "valuebold/expr.h"
#include "valuebold/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an option may offer or cost.  Names and units in vb_attribute_name. */
typedef enum vb_attribute {
    VB_REWARD,      /* money, points: what is won; >= 0 */
    VB_EFFORT,      /* level, proportion of MVC, minutes ...; >= 0 */
    VB_PROBABILITY, /* of winning, 0..1 */
    VB_DELAY,       /* time until it is paid; >= 0 */
    VB_LOSS,        /* what is lost otherwise, as a positive amount; >= 0 */
    VB_N_ATTRIBUTES
} vb_attribute;

VB_API const char *vb_attribute_name(vb_attribute a);    /* "reward" ... */
VB_API vb_attribute vb_attribute_find(const char *name); /* VB_N_ATTRIBUTES: none */
VB_API char vb_attribute_letter(vb_attribute a); /* R E P D L, as in equations */
/* Why x cannot be that attribute ("is negative", "is outside 0..1 ..."), or NULL.
 * NaN is a missing value and fine. */
VB_API const char *vb_attribute_refuses(vb_attribute a, double x);

enum { VB_MAX_OPTIONS = 8 };

/* attribute[a] is [n_trials], or NULL when the task does not state it (then reward is
 * missing, effort, delay and loss are 0, probability is 1).  A missing value is NaN. */
typedef struct vb_option {
    const char *name;
    const double *attribute[VB_N_ATTRIBUTES];
    /* [n_trials] value as it stands, whatever the model (a rest or baseline option);
     * NULL: the model says */
    const double *value;
    /* [n_trials] index into cues of what stands for the option, which is what is learned
     * about, VB_NONE where n/a; NULL: the option itself */
    const size_t *cue;
    /* attributes of the task's own, for formulas */
    size_t n_own;
    const char **own_names;
    double **own; /* [n_own][n_trials] */
    bool varies;  /* some attribute is made from a column; see varies_known */
} vb_option;

/* Trials of all runs of one participant in one session, in time order within each
 * run. */
typedef struct vb_trials {
    vb_arena *arena;
    size_t n_trials, n_options, n_runs;
    vb_option options[VB_MAX_OPTIONS];
    /* the options' varies is what the spec says, the same for every participant; false
     * for trials made by hand, of which the numbers tell */
    bool varies_known;
    size_t *run;        /* [n_trials] index of the run, non-decreasing */
    size_t *row;        /* [n_trials] row in that run's events table */
    const char **file;  /* [n_runs] name of that table, for messages; NULL: none */
    size_t *line;       /* [n_trials] line in it; NULL: not known */
    double *onset_s;    /* [n_trials] */
    double *duration_s; /* [n_trials] NaN where n/a */
    size_t *choice;     /* [n_trials] option index, VB_NONE: missed; NULL: no choices */
    double *outcome;    /* [n_trials] NaN where there is none; NULL: no outcomes */
    double *response_time_s; /* [n_trials] NaN where n/a; NULL: not recorded */
    size_t *condition;       /* [n_trials] index into conditions; NULL: one condition */
    size_t n_conditions;
    const char **conditions; /* values of the column, in order of appearance */
    /* [n_trials] attribute the first cue shows (staged tasks), VB_N_ATTRIBUTES where
     * n/a; NULL: no such column */
    vb_attribute *first_cue;
    size_t n_missed; /* trials without a choice */
    size_t n_cues;
    const char **cues; /* names of what is learned about, in order of appearance */
    /* [n_trials], NaN where n/a; NULL: not stated */
    double *effort_outcome;  /* effort that the chosen option turned out to ask for */
    double *counterfactual;  /* what the option not chosen would have brought */
    double *learning_time_s; /* time the trial took, for learning a rate */
    size_t n_columns;        /* columns that a formula uses */
    const char **column_names;
    double **columns; /* [n_columns][n_trials] */
} vb_trials;

/* How rows become trials.  Every expression is over the columns of the events table;
 * a number stands for itself.  Expressions are borrowed. */
typedef struct vb_option_spec {
    const char *name;
    const vb_expr *attribute[VB_N_ATTRIBUTES]; /* NULL: not stated */
    const vb_expr *value;                      /* NULL: what the model says */
    const char *cue_column;                    /* NULL: none */
    size_t n_own; /* attributes of the task's own, for formulas */
    const char *const *own_names;
    const vb_expr *const *own;
} vb_option_spec;

/* Numeric columns that a formula of the model names. */
typedef struct vb_column_use {
    size_t n;
    const char *const *names;
    const size_t *at; /* place of each in text, from 1 */
    const char *text; /* the formula */
    const char *file; /* where it stands; NULL: unknown */
    size_t line, column;
    size_t n_known; /* names that are no columns, for advice on typing errors */
    const char *const *known;
} vb_column_use;

typedef struct vb_trials_spec {
    const vb_expr *rows; /* NULL: all rows */
    size_t n_options;
    vb_option_spec options[VB_MAX_OPTIONS];
    const char *choice_column; /* NULL: no choices */
    /* cell that means option o; NULL: its name; "1" also matches 1.0; several that mean
     * the same are separated by tabs */
    const char *choice_label[VB_MAX_OPTIONS];
    const char
        *missed_label;      /* cells that mean a missed trial beside n/a; NULL: none */
    const vb_expr *outcome; /* NULL: no outcomes */
    /* Rows that hold the choice and the outcome when they are not the trial's own: the
     * first such row from the trial on and before the next trial.  NULL: its own row */
    const vb_expr *choice_rows, *outcome_rows;
    const char *condition_column; /* NULL: none; for parameters by condition */
    /* NULL: none; cells "effort" or "reward", for staged tasks in which both orders
     * occur */
    const char *first_cue_column;
    const char *units[VB_N_ATTRIBUTES]; /* NULL: not stated */
    const vb_expr *effort_outcome, *counterfactual, *learning_time_s; /* NULL: none */
    vb_column_use columns;
} vb_trials_spec;

/*
 * One trial for each row of tables[r] (one a run) that passes spec->rows, in order of
 * onset (rows of one onset in the order of the file).
 *
 * Refused, naming file, line and column: an unknown column, an onset that is no number,
 * a choice label that is no option, an attribute that is no finite number, a
 * probability outside 0..1, a negative effort, delay or loss.  A missing attribute is
 * NaN and noted ("trials-missing-attribute"); missing choices count as missed trials
 * and are noted ("trials-missed").  No trial at all in all runs is refused.
 *
 * Also refused: options of one name or one choice label, and options called like a form
 * of a signal (chosen, unchosen, difference, sum, abs_difference).  Noted: rows not in
 * order of onset ("events-unsorted"), negative response times
 * ("response-time-negative"), a run without any outcome ("trials-no-outcome"), an
 * effort above 1 whose unit is a fraction or proportion ("attribute-unit").
 *
 * Columns taken by name: onset (required), duration and response_time (NaN or NULL
 * where there is none).  Nothing of the spec or the tables is kept.
 */
VB_API vb_status vb_trials_build(const vb_trials_spec *spec, size_t n_runs,
                                 vb_table *const tables[], vb_trials **trials,
                                 vb_notes *notes, vb_error *err);
VB_API void vb_trials_free(vb_trials *trials); /* NULL is fine */

/* True when an attribute of the option is an expression that names a column. */
VB_API bool vb_option_spec_varies(const vb_option_spec *option);
/* The same of option o of trials; of trials made by hand: some stated attribute differs
 * between trials (missing ones aside). */
VB_API bool vb_trials_option_varies(const vb_trials *trials, size_t o);
/* The only option, or the only one that varies; VB_NONE when none or several do.
 * *n_varying (may be NULL) is how many do. */
VB_API size_t vb_trials_varying_option(const vb_trials *trials, size_t *n_varying);

/* Evaluates expr on every row of table: out[n_rows] numbers, or truths for a filter.
 * Unknown names are refused with the nearest column. what names the place in the spec.
 * A cell that is missing or no number counts as NaN. */
VB_API vb_status vb_rows_evaluate(const vb_expr *expr, const vb_table *table,
                                  const char *what, double out[], vb_error *err);
VB_API vb_status vb_rows_filter(const vb_expr *expr, const vb_table *table,
                                const char *what, bool out[], vb_error *err);

/* As vb_rows_evaluate, for rows with keep[row] only (NULL: all; the others get NaN),
 * and strict: a missing cell makes NaN and counts in *n_missing (may be NULL), a
 * cell that is no finite decimal number, or a result that is none, is refused with
 * line and column. */
VB_API vb_status vb_rows_numbers(const vb_expr *expr, const vb_table *table,
                                 const char *what, const bool keep[], double out[],
                                 size_t *n_missing, vb_notes *notes, vb_error *err);

#ifdef __cplusplus
}
#endif
#endif
