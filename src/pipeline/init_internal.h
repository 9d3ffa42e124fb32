/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of vb_init_write: profile of the columns, their roles, the text. */
#ifndef VB_INIT_INTERNAL_H
#define VB_INIT_INTERNAL_H

#include "valuebold/init.h"
#include "valuebold/model.h"

enum { INIT_MAX_COLUMNS = 200, INIT_MAX_VALUES = 24 };

/* One column over all tables. */
typedef struct init_column {
    const char *name;
    size_t n_rows, n_missing, n_numeric;
    double min, max;
    size_t
        n_values; /* distinct ones kept, in order of appearance; missing ones are not */
    const char *values[INIT_MAX_VALUES];
    size_t counts[INIT_MAX_VALUES];
    bool more_values; /* there are more than were kept */
    bool unusable;    /* its name or a value cannot be written in an expression */
} init_column;

typedef struct init_profile {
    const vb_init_view *view;
    vb_arena *arena;
    size_t n_rows, n_columns;
    init_column columns[INIT_MAX_COLUMNS];
} init_profile;

vb_status init_profile_columns(const vb_init_view *view, vb_arena *arena,
                               init_profile *profile, vb_error *err);
size_t init_find(const init_profile *profile, const char *name);

/* What the columns are taken for. */
typedef struct init_guess {
    size_t n_options;
    const char *option[VB_MAX_OPTIONS];
    size_t column[VB_MAX_OPTIONS][VB_N_ATTRIBUTES]; /* VB_NONE: none */
    bool one_offer;     /* columns name no option: an offer, taken or not */
    size_t type_column; /* VB_NONE: none */
    bool trial_level[INIT_MAX_VALUES]; /* value of type_column whose rows are trials */
    size_t choice_column;
    size_t label[VB_MAX_OPTIONS]; /* value of choice_column; VB_NONE: not known */
    bool labels_by_order; /* nothing in the labels says which option they mean */
    size_t missed_label;  /* value that stands for no response; VB_NONE: none */
} init_guess;

void init_guess_roles(const init_profile *profile, init_guess *guess);

/* The attribute a column's name speaks of and, in side, the rest of its name ("" when
 * nothing is left); VB_N_ATTRIBUTES: none. */
vb_attribute init_attribute_of(const char *name, char side[], size_t size);
/* How sure a name is to mean the choice, 0: not. */
unsigned init_choice_rank(const char *name);
/* What a label says about a choice. */
typedef enum init_meaning { INIT_UNKNOWN, INIT_YES, INIT_NO, INIT_MISSED } init_meaning;
init_meaning init_label_meaning(const char *label);
bool init_same_word(const char *a, const char *b); /* case of letters ignored */

/* The text (init_text.c, init_sections.c). */
void init_put_head(vb_buffer *out, const init_profile *profile);
void init_put_trials(vb_buffer *out, const init_profile *p, const init_guess *guess);
vb_status init_put_model(vb_buffer *out, const init_profile *p, const init_guess *guess,
                         vb_error *err);
void init_put_regressors(vb_buffer *out, const init_profile *p,
                         const init_guess *guess);
void init_put_design(vb_buffer *out, const init_profile *p, const init_guess *guess);
/* A name in an expression, in back quotes where it needs them. */
void init_put_name(vb_buffer *out, const char *name);
/* A text as a YAML scalar, quoted where it needs quotes. */
void init_put_scalar(vb_buffer *out, const char *text);
/* An expression as a YAML scalar; the buffer is freed. */
void init_put_expression(vb_buffer *out, vb_buffer *expression);
/* trial_type == "a", or trial_type in ["a", "b"]: rows of these values. */
void init_put_levels(vb_buffer *out, const init_column *column, const bool chosen[]);

#endif
