/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registries of quantities, forms and own signals; shared by signals.c and the
 * reference. */
#ifndef VB_SIGNALS_INTERNAL_H
#define VB_SIGNALS_INTERNAL_H

#include "valuebold/signals.h"

/* Where a signal comes from.  model and evaluation may be NULL. */
typedef struct signal_source {
    const vb_model *model;
    const vb_trials *trials;
    const vb_evaluation *evaluation;
} signal_source;

enum { SIGNAL_WHY = 256 };

/* Something every option has. */
typedef struct quantity {
    const char *name;
    vb_attribute attribute; /* VB_N_ATTRIBUTES: of none in particular */
    const char *unit;       /* template */
    const char *meaning;
    /* Value of option o in trial t. */
    double (*at)(const signal_source *source, vb_attribute a, size_t o, size_t t);
    /* What is missing for it, as "it needs ..." in why; false when nothing is. */
    bool (*lacks)(const signal_source *source, vb_attribute a, char why[SIGNAL_WHY]);
} quantity;

/* Something the trial has. */
typedef struct own_signal {
    const char *name;
    const char *unit;
    const char *meaning;
    double (*at)(const signal_source *source, size_t t);
    bool (*lacks)(const signal_source *source, char why[SIGNAL_WHY]);
    bool on_request; /* not written by `trials` unless asked for or used */
} own_signal;

typedef enum form_kind {
    FORM_OPTION,
    FORM_CHOSEN,
    FORM_UNCHOSEN,
    FORM_DIFFERENCE,
    FORM_MINUS,
    FORM_SUM,
    FORM_ABS_DIFFERENCE,
    FORM_BARE,
    N_FORMS
} form_kind;

typedef struct form_text {
    const char *name; /* as it stands in a signal's name */
    const char *meaning;
} form_text;

size_t vb_n_quantities(void);
const quantity *vb_quantity_at(size_t i);
size_t vb_n_own_signals(void);
const own_signal *vb_own_signal_at(size_t i);
/* The later ones of these; own_signals.c puts them behind its own. */
size_t vb_n_history_signals(void);
const own_signal *vb_history_signal_at(size_t i);
/* What is missing for a signal about choices and so on; false when nothing is. */
bool vb_choice_lacks(const signal_source *source, char why[SIGNAL_WHY]);
bool vb_outcome_lacks(const signal_source *source, char why[SIGNAL_WHY]);
bool vb_learning_lacks(const signal_source *source, char why[SIGNAL_WHY]);
bool vb_response_time_lacks(const signal_source *source, char why[SIGNAL_WHY]);
extern const form_text vb_form_texts[N_FORMS];

#endif
