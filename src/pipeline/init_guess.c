/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * init_guess.c - which columns are options' attributes, event types and choices.
 *
 * Columns that differ in one word (effort_left, effort_right) are attributes of the options
 * named by that word; when no two options come out, columns that are nothing but an
 * attribute's name (gain, loss) make an offer that is taken or not.
 */
#include "init_internal.h"

#include <string.h>

/* Rows whose offers differ in fewer ways than this are conditions, not choices to learn a
 * model from. */
enum { MIN_OFFERS = 5 };

static bool is_numeric(const init_column *column)
{
    return !column->unusable && column->n_numeric &&
           column->n_numeric + column->n_missing == column->n_rows;
}

static size_t find_option(const init_guess *guess, const char *side)
{
    size_t o = 0;

    while (o < guess->n_options && strcmp(guess->option[o], side) != 0)
        o++;
    return o;
}

static void add_option(init_guess *guess, const char *name)
{
    guess->option[guess->n_options] = name;
    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        guess->column[guess->n_options][a] = VB_NONE;
    guess->n_options++;
}

static void collect_options(const init_profile *p, init_guess *guess, bool sided)
{
    guess->n_options = 0;
    for (size_t c = 0; c < p->n_columns; c++) {
        char side[64];
        const vb_attribute a = init_attribute_of(p->columns[c].name, side, sizeof side);
        size_t o;

        if (a == VB_N_ATTRIBUTES || !is_numeric(&p->columns[c]) ||
            (side[0] != '\0') != sided)
            continue;
        o = find_option(guess, sided ? side : "offer");
        if (o == guess->n_options) {
            const char *name = vb_arena_string(p->arena, sided ? side : "offer");

            if (o == VB_MAX_OPTIONS || !name)
                continue;
            add_option(guess, name);
        }
        if (guess->column[o][a] == VB_NONE)
            guess->column[o][a] = c;
    }
}

/* Options have the same attributes, or they are no options of one choice: "reward_left"
 * and "cost_of_living".  Those that differ from the most common set are dropped. */
static void keep_alike(init_guess *guess)
{
    unsigned set[VB_MAX_OPTIONS] = {0}, best = 0;
    size_t most = 0, kept = 0;

    for (size_t o = 0; o < guess->n_options; o++)
        for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
            set[o] |= guess->column[o][a] != VB_NONE ? 1u << a : 0;
    for (size_t o = 0; o < guess->n_options; o++) {
        size_t n = 0;

        for (size_t k = 0; k < guess->n_options; k++)
            n += set[k] == set[o];
        if (n > most) {
            most = n;
            best = set[o];
        }
    }
    for (size_t o = 0; o < guess->n_options; o++)
        if (set[o] == best) {
            guess->option[kept] = guess->option[o];
            memcpy(guess->column[kept++], guess->column[o], sizeof guess->column[o]);
        }
    guess->n_options = kept;
}

static void guess_options(const init_profile *p, init_guess *guess)
{
    collect_options(p, guess, true);
    keep_alike(guess);
    if (guess->n_options >= 2)
        return;
    collect_options(p, guess, false);
    if (guess->n_options == 1) {
        guess->one_offer = true;
        add_option(guess, "refuse");
    }
}

static void guess_type(const init_profile *p, init_guess *guess)
{
    static const char *const names[] = {"trial_type", "event_type", "condition",
                                        "event",      "type",       "stim_type"};

    guess->type_column = VB_NONE;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const size_t c = init_find(p, names[i]);

        if (c != VB_NONE && p->columns[c].n_values && !p->columns[c].unusable &&
            !p->columns[c].more_values) {
            guess->type_column = c;
            return;
        }
    }
}

/* FNV-1a of the row's offers; 0 when one of them is missing. */
static unsigned long long offer_hash(const init_profile *p, const init_guess *guess,
                                     const vb_table *table, size_t row)
{
    unsigned long long hash = 14695981039346656037ULL;

    for (size_t o = 0; o < guess->n_options; o++)
        for (size_t a = 0; a < VB_N_ATTRIBUTES; a++) {
            const char *cell;
            size_t c;
            double x;

            if (guess->column[o][a] == VB_NONE)
                continue;
            c = vb_table_find(table, p->columns[guess->column[o][a]].name);
            cell = c == VB_NONE ? "n/a" : vb_table_cell(table, row, c);
            if (vb_number_read(cell, &x) != VB_NUMBER_OK)
                return 0;
            for (; *cell; cell++)
                hash = (hash ^ (unsigned char)*cell) * 1099511628211ULL;
            hash = (hash ^ 9) * 1099511628211ULL;
        }
    return hash;
}

/* Different offers of each event type, counted up to MIN_OFFERS. */
static void guess_levels(const init_profile *p, init_guess *guess)
{
    const init_column *type = &p->columns[guess->type_column];
    unsigned long long seen[INIT_MAX_VALUES][MIN_OFFERS] = {{0}};
    size_t n[INIT_MAX_VALUES] = {0}, most = 0;

    for (size_t t = 0; t < p->view->n_tables; t++) {
        const vb_table *table = p->view->tables[t];
        const size_t c = vb_table_find(table, type->name);

        for (size_t r = 0; c != VB_NONE && r < table->n_rows; r++) {
            const unsigned long long hash = offer_hash(p, guess, table, r);
            size_t v = 0, k = 0;

            while (v < type->n_values &&
                   strcmp(type->values[v], vb_table_cell(table, r, c)) != 0)
                v++;
            while (v < type->n_values && k < n[v] && seen[v][k] != hash)
                k++;
            if (hash && v < type->n_values && k == n[v] && n[v] < MIN_OFFERS)
                seen[v][n[v]++] = hash;
        }
    }
    for (size_t v = 0; v < type->n_values; v++)
        most = n[v] > most ? n[v] : most;
    for (size_t v = 0; v < type->n_values; v++)
        guess->trial_level[v] = most && n[v] == most;
}

static void guess_label(const init_guess *guess, const init_column *column, size_t v,
                        size_t label[], size_t *missed)
{
    const init_meaning meaning = init_label_meaning(column->values[v]);

    for (size_t o = 0; o < guess->n_options; o++)
        if (init_same_word(guess->option[o], column->values[v])) {
            label[o] = v;
            return;
        }
    if (meaning == INIT_MISSED)
        *missed = v;
    else if (guess->one_offer && meaning == INIT_YES)
        label[0] = v;
    else if (guess->one_offer && meaning == INIT_NO)
        label[1] = v;
}

static void guess_choice(const init_profile *p, init_guess *guess)
{
    unsigned best = 0;
    size_t n_known = 0, next = 0;
    const init_column *column;

    guess->choice_column = guess->missed_label = VB_NONE;
    for (size_t c = 0; c < p->n_columns; c++) {
        const unsigned rank = init_choice_rank(p->columns[c].name);
        const size_t n = p->columns[c].n_values;

        if (rank > best && n >= 2 && n <= guess->n_options + 1 &&
            !p->columns[c].more_values && !p->columns[c].unusable) {
            best = rank;
            guess->choice_column = c;
        }
    }
    if (!best)
        return;
    column = &p->columns[guess->choice_column];
    for (size_t o = 0; o < guess->n_options; o++)
        guess->label[o] = VB_NONE;
    for (size_t v = 0; v < column->n_values; v++)
        guess_label(guess, column, v, guess->label, &guess->missed_label);
    for (size_t o = 0; o < guess->n_options; o++)
        n_known += guess->label[o] != VB_NONE;
    guess->labels_by_order = n_known == 0;
    for (size_t v = 0; guess->labels_by_order && v < column->n_values; v++)
        if (v != guess->missed_label && next < guess->n_options)
            guess->label[next++] = v;
    for (size_t v = 0; v < column->n_values; v++) {
        bool means = v == guess->missed_label;

        for (size_t o = 0; o < guess->n_options; o++)
            means = means || guess->label[o] == v;
        if (!means) /* a label that is no option is for the user to explain */
            guess->choice_column = VB_NONE;
    }
    for (size_t o = 0; o < guess->n_options; o++)
        if (guess->label[o] == VB_NONE) /* a label too few to tell them apart */
            guess->choice_column = VB_NONE;
}

void init_guess_roles(const init_profile *profile, init_guess *guess)
{
    *guess = (init_guess){.choice_column = VB_NONE, .missed_label = VB_NONE};
    guess_options(profile, guess);
    guess_type(profile, guess);
    if (!guess->n_options)
        return;
    if (guess->type_column != VB_NONE)
        guess_levels(profile, guess);
    guess_choice(profile, guess);
}
