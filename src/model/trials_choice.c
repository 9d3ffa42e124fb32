/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials_choice.c - what was chosen in each trial, by the labels of the options. */
#include "trials_internal.h"
#include "valuebold/names.h"

#include <stdio.h>
#include <string.h>

enum { MAX_UNKNOWN = 20 };

/* A cell of the choice column that is no option's label, where it is met first. */
typedef struct unknown {
    const char *cell;
    size_t n, trial, column;
} unknown;

typedef struct choices {
    builder *b;
    const char *labels[VB_MAX_OPTIONS];
    unknown unknown[MAX_UNKNOWN];
    size_t n_unknown;
} choices;

size_t *vb_trials_column(builder *b, const char *name)
{
    const size_t n_runs = b->trials->n_runs;
    size_t *index = vb_arena_take(b->scratch, n_runs, sizeof *index);

    if (!index) {
        vb_fail_memory(b->err, n_runs * sizeof *index);
        return NULL;
    }
    for (size_t r = 0; r < n_runs; r++) {
        if (b->first[r] == b->first[r + 1])
            continue; /* a run without trials may lack their columns */
        if (vb_table_need(b->tables[r], name, &index[r], b->err) != VB_OK)
            return NULL;
    }
    return index;
}

static void note_missed(builder *b)
{
    const vb_trials *trials = b->trials;

    for (size_t r = 0; r < trials->n_runs; r++) {
        const size_t n = b->first[r + 1] - b->first[r];
        size_t n_missed = 0;

        for (size_t t = b->first[r]; t < b->first[r + 1]; t++)
            n_missed += trials->choice[t] == VB_NONE;
        if (n_missed)
            vb_note_add(b->notes, n_missed == n ? VB_WARNING : VB_INFO, "trials-missed",
                        trials->file[r], 0, 0,
                        "%zu of %zu trials missed: no choice in '%s'", n_missed, n,
                        b->spec->choice_column);
    }
}

static void remember(choices *c, const char *cell, size_t trial, size_t column)
{
    size_t i = 0;

    while (i < c->n_unknown && strcmp(c->unknown[i].cell, cell) != 0)
        i++;
    if (i == MAX_UNKNOWN)
        return; /* a column of something else altogether: it is refused anyway */
    if (i == c->n_unknown)
        c->unknown[c->n_unknown++] =
            (unknown){.cell = cell, .trial = trial, .column = column};
    c->unknown[i].n++;
}

static bool are_labels_stated(const vb_trials_spec *spec)
{
    for (size_t o = 0; o < spec->n_options; o++)
        if (spec->choice_label[o])
            return true;
    return false;
}

/* "; when 1 and 0 ...: write choice: {column: accept, labels: {accept: 1, reject: 0}}"
 * where cells are numbers and nobody said what they mean; else nothing. */
static void advise_labels(const choices *c, const unknown *u, char out[], size_t size)
{
    const vb_trials_spec *spec = c->b->spec;
    bool has_zero = false;
    size_t used;
    double x;

    out[0] = '\0';
    if (are_labels_stated(spec) || vb_number_read(u->cell, &x) != VB_NUMBER_OK)
        return;
    for (size_t i = 0; i < c->n_unknown; i++)
        has_zero = has_zero ||
                   (vb_number_read(c->unknown[i].cell, &x) == VB_NUMBER_OK && x == 0);
    has_zero = has_zero || c->n_unknown == 1;
    used = (size_t)snprintf(out, size,
                            "; say which number means which option, as in choice: "
                            "{column: %s, labels: {",
                            spec->choice_column);
    for (size_t o = 0; o < spec->n_options && used < size; o++) {
        const size_t number = spec->n_options == 2 && has_zero ? 1 - o : o + 1;

        used += (size_t)snprintf(out + used, size - used, "%s%s: %zu", o ? ", " : "",
                                 spec->options[o].name, number);
    }
    if (used < size)
        snprintf(out + used, size - used, "}}");
}

/* One message a cell, however many trials have it. */
static void refuse_unknown(const choices *c)
{
    const builder *b = c->b;
    const vb_trials *trials = b->trials;
    const char **names;
    const size_t n_names =
        vb_labels_split(b->scratch, trials->n_options, c->labels, &names);

    for (size_t i = 0; i < c->n_unknown; i++) {
        const unknown *u = &c->unknown[i];
        char quoted[VB_QUOTE_MAX], advice[512], cure[512], count[48] = "";

        advise_labels(c, u, cure, sizeof cure);
        if (u->n > 1)
            snprintf(count, sizeof count, " (%zu trials)", u->n);
        vb_refuse(b->notes, b->err, VB_EINPUT, "choice-unknown",
                  trials->file[trials->run[u->trial]], trials->line[u->trial],
                  u->column + 1,
                  "column '%s': choice '%s' is no option%s%s; a missed trial is n/a%s",
                  b->spec->choice_column, vb_quote(u->cell, quoted), count,
                  vb_suggest(u->cell, names, n_names, advice, sizeof advice), cure);
    }
}

/* The cell of trial t: of its own row, or of the later one row says. */
static const char *choice_cell(const builder *b, const size_t row[], size_t t,
                               size_t column)
{
    const vb_table *table = b->tables[b->trials->run[t]];

    if (!row)
        return vb_table_cell(table, b->trials->row[t], column);
    return row[t] == VB_NONE ? "n/a" : vb_table_cell(table, row[t], column);
}

vb_status vb_fill_choices(builder *b)
{
    vb_trials *trials = b->trials;
    choices c = {.b = b};
    const size_t *column;
    size_t *row = NULL;
    bool **used;

    if (!b->spec->choice_column)
        return VB_OK;
    column = vb_trials_column(b, b->spec->choice_column);
    if (!column)
        return b->err->code;
    trials->choice =
        vb_arena_take(trials->arena, trials->n_trials, sizeof *trials->choice);
    if (!trials->choice)
        return vb_fail_memory(b->err, trials->n_trials * sizeof *trials->choice);
    for (size_t o = 0; o < trials->n_options; o++)
        c.labels[o] = b->spec->choice_label[o] ? b->spec->choice_label[o]
                                               : b->spec->options[o].name;
    if (b->spec->choice_rows &&
        vb_later_rows(b, b->spec->choice_rows, "trials.choice", &row, &used) != VB_OK)
        return b->err->code;
    for (size_t t = 0; t < trials->n_trials; t++) {
        const size_t at = column[trials->run[t]];
        const char *cell = choice_cell(b, row, t, at);

        trials->choice[t] = vb_option_of_cell(cell, trials->n_options, c.labels);
        if (trials->choice[t] == trials->n_options && b->spec->missed_label &&
            vb_option_of_cell(cell, 1, &b->spec->missed_label) == 0)
            trials->choice[t] = VB_NONE;
        trials->n_missed += trials->choice[t] == VB_NONE;
        if (trials->choice[t] == trials->n_options)
            remember(&c, cell, t, at);
    }
    refuse_unknown(&c);
    if (b->err->code == VB_OK)
        note_missed(b);
    return b->err->code;
}
