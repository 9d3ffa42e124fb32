/* SPDX-License-Identifier: GPL-3.0-or-later */
/* init_sections.c - what the trials offer, and a model to start from. */
#include "init_internal.h"

#include <string.h>

static const init_column *attribute_column(const init_profile *p,
                                           const init_guess *guess, size_t o,
                                           vb_attribute a)
{
    const size_t c = guess->column[o][a];

    return c == VB_NONE ? NULL : &p->columns[c];
}

static bool some_option_has(const init_guess *guess, vb_attribute a)
{
    for (size_t o = 0; o < guess->n_options; o++)
        if (guess->column[o][a] != VB_NONE)
            return true;
    return false;
}

/* Percentages and losses written with their sign are turned into what the spec wants. */
static void put_attribute(vb_buffer *out, const init_profile *p,
                          const init_guess *guess, size_t o, vb_attribute a)
{
    const init_column *column = attribute_column(p, guess, o, a);
    vb_buffer text = {0};

    if (!column)
        return;
    vb_putf(out, ", %s: ", vb_attribute_name(a));
    if (a == VB_LOSS && column->min < 0 && column->max <= 0)
        vb_put_char(&text, '-');
    init_put_name(&text, column->name);
    if (a == VB_PROBABILITY && column->max > 1 && column->max <= 100)
        vb_put_text(&text, " / 100");
    init_put_expression(out, &text);
}

static void put_option(vb_buffer *out, const init_profile *p, const init_guess *guess,
                       size_t o)
{
    const init_column *reward = attribute_column(p, guess, o, VB_REWARD);
    const bool refuse = guess->one_offer && o == 1;
    vb_buffer text = {0};

    vb_put_text(out, "    ");
    init_put_scalar(out, guess->option[o]);
    vb_put_text(out, ": {reward: ");
    if (reward)
        init_put_name(&text, reward->name);
    else
        vb_put_text(&text, refuse ? "0" : "1");
    init_put_expression(out, &text);
    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        if (a != VB_REWARD)
            put_attribute(out, p, guess, o, (vb_attribute)a);
    vb_put_char(out, '}');
    if (refuse)
        vb_put_text(out, "   # fill in what saying no brings");
    else if (!reward)
        vb_put_text(out, "   # fill in the reward: no column names it");
    vb_put_char(out, '\n');
}

static void put_rows(vb_buffer *out, const init_profile *p, const init_guess *guess)
{
    const bool typed = guess->type_column != VB_NONE;
    const bool missed =
        guess->choice_column != VB_NONE && guess->missed_label != VB_NONE;
    const init_column *type = typed ? &p->columns[guess->type_column] : NULL;
    vb_buffer text = {0};
    size_t n = 0;

    for (size_t v = 0; typed && v < type->n_values; v++)
        n += guess->trial_level[v];
    if (typed && n)
        vb_put_text(out,
                    "  # guess: the rows whose offers differ most are the decisions\n");
    if (missed)
        vb_putf(out,
                "  # guess: '%s' means no response; were it n/a, these trials would be "
                "counted as missed\n",
                p->columns[guess->choice_column].values[guess->missed_label]);
    if (!(typed && n) && !missed) {
        vb_put_text(out, "  # rows: EXPRESSION      # all rows are decisions\n");
        return;
    }
    vb_put_text(out, "  rows: ");
    if (typed && n)
        init_put_levels(&text, type, guess->trial_level);
    if (missed) {
        bool only[INIT_MAX_VALUES] = {false};

        only[guess->missed_label] = true;
        vb_put_text(&text, typed && n ? " and not " : "not ");
        init_put_levels(&text, &p->columns[guess->choice_column], only);
    }
    init_put_expression(out, &text);
    vb_put_char(out, '\n');
}

static void put_choice(vb_buffer *out, const init_profile *p, const init_guess *guess)
{
    const init_column *column;
    bool own_names = true;

    if (guess->choice_column == VB_NONE) {
        vb_put_text(
            out,
            "  # choice: COLUMN        # fill in the column that says which option "
            "was taken; when its\n"
            "  #                       # labels are not the options' names: "
            "{column: C, labels: {left: 1, right: 2}}\n");
        return;
    }
    column = &p->columns[guess->choice_column];
    for (size_t o = 0; o < guess->n_options; o++)
        own_names =
            own_names && strcmp(guess->option[o], column->values[guess->label[o]]) == 0;
    if (own_names) {
        vb_put_text(out, "  choice: ");
        init_put_scalar(out, column->name);
        vb_put_text(out,
                    "   # guess: its labels are the options' names; n/a is a missed "
                    "trial\n");
        return;
    }
    vb_putf(
        out, "  # guess: %s\n  choice: {column: ",
        guess->labels_by_order
            ? "NOTHING says which label means which option; this is only their order"
            : "what the labels mean");
    init_put_scalar(out, column->name);
    vb_put_text(out, ", labels: {");
    for (size_t o = 0; o < guess->n_options; o++) {
        vb_put_text(out, o ? ", " : "");
        init_put_scalar(out, guess->option[o]);
        vb_put_text(out, ": ");
        init_put_scalar(out, column->values[guess->label[o]]);
    }
    vb_put_text(out, "}}\n");
}

/* Units of the first option's column, from events.json. */
static const char *unit_of(const init_profile *p, const init_guess *guess,
                           vb_attribute a)
{
    for (size_t o = 0; o < guess->n_options; o++) {
        const init_column *column = attribute_column(p, guess, o, a);
        const vb_node *entry = column && p->view->columns
                                   ? vb_node_get(p->view->columns, column->name)
                                   : NULL;
        const vb_node *units =
            entry && entry->kind == VB_MAP ? vb_node_get(entry, "Units") : NULL;

        if (units && units->kind == VB_SCALAR && units->text[0] && !units->null)
            return units->text;
    }
    return NULL;
}

static void put_units(vb_buffer *out, const init_profile *p, const init_guess *guess)
{
    size_t n = 0;

    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++) {
        const char *unit = unit_of(p, guess, (vb_attribute)a);

        /* a probability has been made a fraction above */
        if (!unit || (vb_attribute)a == VB_PROBABILITY)
            continue;
        vb_put_text(out, n++ ? ", " : "  units: {");
        vb_putf(out, "%s: ", vb_attribute_name((vb_attribute)a));
        init_put_scalar(out, unit);
    }
    if (n)
        vb_put_text(out, "}   # as the events' JSON file says\n");
    else
        vb_put_text(out,
                    "  # units: {reward: EUR, effort: min}   # fill in: parameters "
                    "mean nothing without them\n");
}

void init_put_trials(vb_buffer *out, const init_profile *p, const init_guess *guess)
{
    vb_put_text(out,
                "\ntrials:                 # which rows are decisions and what they "
                "offer\n");
    put_rows(out, p, guess);
    vb_putf(out, "  options:                # guess: %s\n",
            guess->one_offer
                ? "no column names an option, so this is one offer, taken or not"
                : "columns whose names differ in this word");
    for (size_t o = 0; o < guess->n_options; o++)
        put_option(out, p, guess, o);
    put_choice(out, p, guess);
    put_units(out, p, guess);
}

/* A term that keeps its meaning whatever the units are; others stand in the comment. */
static const char *first_term(vb_attribute a)
{
    static const char *const terms[VB_N_ATTRIBUTES] = {[VB_EFFORT] = "hyperbolic",
                                                       [VB_PROBABILITY] = "expected",
                                                       [VB_DELAY] = "hyperbolic",
                                                       [VB_LOSS] = "linear"};

    return terms[a];
}

static void put_other_terms(vb_buffer *out, vb_attribute a)
{
    enum { WIDTH = 84 };
    size_t n = 0, at;

    vb_putf(out, "  #   %s:", vb_attribute_name(a));
    at = 7 + strlen(vb_attribute_name(a));
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);

        if (!(term->attributes & 1u << a))
            continue;
        vb_put_text(out, n++ ? "," : "");
        at += strlen(term->name) + 2;
        if (at > WIDTH) {
            vb_put_text(out, "\n  #    ");
            at = 9 + strlen(term->name);
        }
        vb_putf(out, " %s", term->name);
    }
    vb_put_char(out, '\n');
}

vb_status init_put_model(vb_buffer *out, const init_profile *p, const init_guess *guess,
                         vb_error *err)
{
    const char *units[VB_N_ATTRIBUTES] = {NULL};
    vb_model_spec spec = {0};
    vb_model model;
    vb_status status;
    size_t n = 0;

    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        if (some_option_has(guess, (vb_attribute)a)) {
            spec.term[a] = first_term((vb_attribute)a);
            units[a] = unit_of(p, guess, (vb_attribute)a);
        }
    status = vb_model_compose(&spec, units, &model, err);
    if (status)
        return status;
    vb_put_text(out,
                "\nmodel:                  # `valuebold models` explains all of them\n"
                "  # guess: the simplest terms; there are\n");
    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        if (spec.term[a])
            put_other_terms(out, (vb_attribute)a);
    vb_put_text(out, "  value: {");
    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        if (spec.term[a])
            vb_putf(out, "%s%s: %s", n++ ? ", " : "",
                    vb_attribute_name((vb_attribute)a), spec.term[a]);
    vb_put_text(out,
                "}\n  choice_rule: none       # softmax gives choice probabilities and "
                "needs an inverse_temperature\n");
    if (!model.n_params)
        return VB_OK;
    vb_put_text(out,
                "  # fill in: these are the registry's example values, NOT fitted to "
                "your data; or a table\n"
                "  # by participant: {file: parameters.tsv}\n  parameters: {");
    for (size_t i = 0; i < model.n_params; i++) {
        vb_putf(out, "%s%s: ", i ? ", " : "", model.params[i].name);
        vb_put_number(out, model.params[i].param->typical);
    }
    vb_put_text(out, "}\n");
    return VB_OK;
}
