/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parameters_table.c - which row of a parameters table applies, and what is in it. */
#include "parameters_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_LISTED = 12, MAX_UNUSED = 256 };

static const struct {
    const char *column,
        *alternative; /* BIDS calls the column of sessions.tsv session_id */
    const char *prefix;
} keys[N_KEYS] = {
    [KEY_PARTICIPANT] = {"participant_id", NULL, "sub-"},
    [KEY_SESSION] = {"session", "session_id", "ses-"},
    [KEY_RUN] = {"run", "run_id", "run-"},
    [KEY_CONDITION] = {"condition", NULL, ""},
};

/* The label itself: without its prefix, a run also without leading zeros. */
static const char *bare(key_kind key, const char *label)
{
    const size_t n = strlen(keys[key].prefix);

    if (strncmp(label, keys[key].prefix, n) == 0)
        label += n;
    while (key == KEY_RUN && label[0] == '0' && label[1])
        label++;
    return label;
}

/* "NA" and "nan" may be labels: only BIDS's own n/a and an empty cell name nobody. */
static bool is_missing(const char *cell)
{
    return !*cell || strcmp(cell, "n/a") == 0;
}

static bool same_label(key_kind key, const char *cell, const char *label)
{
    return strcmp(bare(key, cell), bare(key, label)) == 0;
}

static vb_status find_keys(parameters *p, vb_error *err)
{
    const vb_table *table = p->spec->table;

    for (key_kind key = 0; key < N_KEYS; key++) {
        p->key_column[key] = vb_table_find(table, keys[key].column);
        if (p->key_column[key] == VB_NONE && keys[key].alternative)
            p->key_column[key] = vb_table_find(table, keys[key].alternative);
    }
    if (p->key_column[KEY_PARTICIPANT] == VB_NONE && table->n_rows > 1)
        return vb_fail_at(
            err, VB_EINPUT, table->name, 1, 0,
            "no column 'participant_id', so that nobody can tell whose the "
            "%zu rows are",
            table->n_rows);
    return VB_OK;
}

static bool is_key(const parameters *p, size_t column)
{
    for (key_kind key = 0; key < N_KEYS; key++)
        if (p->key_column[key] == column)
            return true;
    return false;
}

static vb_status find_params(parameters *p, vb_error *err)
{
    const vb_table *table = p->spec->table;

    for (size_t i = 0; i < p->model->n_params; i++) {
        p->column[i] = VB_NONE;
        p->factor[i] = 1;
    }
    for (size_t c = 0; c < table->n_cols; c++) {
        const size_t i = vb_model_param(p->model, table->columns[c]);

        if (i == VB_NONE || is_key(p, c))
            continue;
        if (p->column[i] != VB_NONE)
            return vb_fail_at(err, VB_EINPUT, table->name, 1, c + 1,
                              "columns '%s' and '%s' are both parameter %s",
                              table->columns[p->column[i]], table->columns[c],
                              p->model->params[i].name);
        p->column[i] = c;
    }
    return VB_OK;
}

void vb_parameters_note_fallbacks(const parameters *p, const double fixed[])
{
    const vb_table *table = p->spec->table;
    const char *unused[MAX_UNUSED];
    size_t n = 0;

    for (size_t c = 0; c < table->n_cols && n < MAX_UNUSED; c++)
        if (!is_key(p, c) && vb_model_param(p->model, table->columns[c]) == VB_NONE)
            unused[n++] = table->columns[c];
    for (size_t i = 0; i < p->model->n_params; i++) {
        const char *name = p->model->params[i].name;
        const char *near = vb_nearest(name, unused, n);
        char number[VB_NUMBER_MAX], quoted[VB_QUOTE_MAX];

        if (p->column[i] != VB_NONE || isnan(fixed[i]))
            continue;
        vb_number_shortest(fixed[i], number);
        if (near)
            vb_note_add(
                p->notes, VB_WARNING, "parameter-fallback", table->name, 1, 0,
                "no column is parameter %s, so that everybody has the spec's %s; "
                "column '%s' is not used: if it is %s, correct its name",
                name, number, vb_quote(near, quoted), name);
        else
            vb_note_add(
                p->notes, VB_INFO, "parameter-fixed", table->name, 1, 0,
                "no column is parameter %s, so that everybody has the spec's %s", name,
                number);
    }
}

/* Labels become parts of file names, so every row must have a proper one. */
static vb_status check_labels(parameters *p, vb_error *err)
{
    const vb_table *table = p->spec->table;
    const size_t c = p->key_column[KEY_PARTICIPANT];
    vb_error first = {0};

    for (size_t row = 0; c != VB_NONE && row < table->n_rows; row++) {
        const char *cell = vb_table_cell(table, row, c);
        char quoted[VB_QUOTE_MAX];

        if (!is_missing(cell) && !vb_is_label(bare(KEY_PARTICIPANT, cell)))
            vb_refuse(
                p->notes, &first, VB_EINPUT, "participant-label", table->name,
                table->line[row], c + 1,
                "participant_id '%s' is not a BIDS label: sub- and letters or digits",
                vb_quote(cell, quoted));
    }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}

vb_status vb_parameters_open(parameters *p, vb_error *err)
{
    vb_status status = find_keys(p, err);

    if (status == VB_OK)
        status = check_labels(p, err);
    return status == VB_OK ? find_params(p, err) : status;
}

/* How many keys of the row name a label; VB_NONE when one of them is another label. */
static size_t specificity(const parameters *p, size_t row,
                          const char *const labels[N_KEYS], key_kind last)
{
    size_t n = 0;

    for (key_kind key = 0; key <= last; key++) {
        const char *cell;

        if (p->key_column[key] == VB_NONE)
            continue;
        cell = vb_table_cell(p->spec->table, row, p->key_column[key]);
        if (is_missing(cell))
            continue;
        if (!labels[key] || !same_label(key, cell, labels[key]))
            return VB_NONE;
        n++;
    }
    return n;
}

/* Writes the different values of a key among rows that match all keys before it. */
static void list_labels(const parameters *p, key_kind key,
                        const char *const labels[N_KEYS], char out[], size_t size)
{
    const vb_table *table = p->spec->table;
    size_t used = 0, n = 0;
    const char *previous = "";

    out[0] = '\0';
    for (size_t row = 0; row < table->n_rows && used + 1 < size && n < MAX_LISTED;
         row++) {
        const char *cell = vb_table_cell(table, row, p->key_column[key]);
        char quoted[VB_QUOTE_MAX];

        if ((key > 0 && specificity(p, row, labels, key - 1) == VB_NONE) ||
            strcmp(cell, previous) == 0)
            continue;
        previous = cell;
        n++;
        used += (size_t)snprintf(out + used, size - used, "%s%s", n > 1 ? ", " : "",
                                 n == MAX_LISTED ? "..." : vb_quote(cell, quoted));
    }
}

static vb_status refuse_absent(const parameters *p, const char *const labels[N_KEYS],
                               vb_error *err)
{
    const vb_table *table = p->spec->table;

    for (key_kind key = 0; key < N_KEYS; key++) {
        bool found = false;
        char has[512];

        if (p->key_column[key] == VB_NONE)
            continue;
        for (size_t row = 0; row < table->n_rows && !found; row++)
            found = specificity(p, row, labels, key) != VB_NONE;
        if (found)
            continue;
        list_labels(p, key, labels, has, sizeof has);
        if (key == KEY_CONDITION && !labels[key])
            return vb_fail_at(
                err, VB_EINPUT, table->name, 0, 0,
                "the parameters differ by condition (%s), but the spec does not say "
                "which column of the events holds it; write trials: condition: COLUMN",
                has);
        if (key == KEY_PARTICIPANT)
            return vb_fail_at(err, VB_EINPUT, table->name, 0, 0,
                              "no parameters for sub-%s (has %s)",
                              bare(key, labels[KEY_PARTICIPANT]),
                              *has ? has : "no rows");
        return vb_fail_at(err, VB_EINPUT, table->name, 0, 0,
                          "no parameters for sub-%s, %s '%s' (has %s)",
                          bare(KEY_PARTICIPANT, labels[KEY_PARTICIPANT]),
                          keys[key].column, labels[key] ? labels[key] : "none", has);
    }
    return vb_fail_at(err, VB_EINPUT, table->name, 0, 0, "no parameters for sub-%s",
                      bare(KEY_PARTICIPANT, labels[KEY_PARTICIPANT]));
}

/* Which rows apply equally, and which columns could tell them apart. */
static vb_status refuse_duplicate(const parameters *p, const char *participant,
                                  size_t first, size_t second, vb_error *err)
{
    const vb_table *table = p->spec->table;
    char there[256] = "";
    size_t used = 0;

    for (key_kind key = 0; key < N_KEYS && used < sizeof there; key++)
        if (p->key_column[key] != VB_NONE)
            used +=
                (size_t)snprintf(there + used, sizeof there - used, "%s%s",
                                 used ? ", " : "", table->columns[p->key_column[key]]);
    return vb_fail_at(
        err, VB_EINPUT, table->name, table->line[second], 0,
        "duplicate parameters for sub-%s: lines %zu and %zu apply equally; "
        "participant_id, session, run and condition tell rows apart, of "
        "which the table has %s",
        bare(KEY_PARTICIPANT, participant), table->line[first], table->line[second],
        there);
}

vb_status vb_parameters_row(const parameters *p, const char *const labels[N_KEYS],
                            size_t *found, vb_error *err)
{
    const vb_table *table = p->spec->table;
    size_t best = VB_NONE, rival = VB_NONE, most = 0;

    for (size_t row = 0; row < table->n_rows; row++) {
        const size_t n = specificity(p, row, labels, N_KEYS - 1);

        if (n == VB_NONE || (best != VB_NONE && n < most))
            continue;
        rival = best != VB_NONE && n == most ? best : VB_NONE;
        best = row;
        most = n;
    }
    if (best == VB_NONE)
        return refuse_absent(p, labels, err);
    if (rival != VB_NONE)
        return refuse_duplicate(p, labels[KEY_PARTICIPANT], rival, best, err);
    *found = best;
    return VB_OK;
}

vb_status vb_parameters_read(const parameters *p, size_t row, const char *participant,
                             double theta[], vb_error *err)
{
    const vb_table *table = p->spec->table;
    vb_error first = {0};

    for (size_t i = 0; i < p->model->n_params; i++) {
        const size_t c = p->column[i];
        char quoted[VB_QUOTE_MAX];
        vb_number_kind kind;

        if (c == VB_NONE)
            continue;
        kind = vb_number_read(vb_table_cell(table, row, c), &theta[i]);
        if (kind != VB_NUMBER_OK)
            vb_refuse(p->notes, &first, VB_EINPUT, "parameter-not-a-number",
                      table->name, table->line[row], c + 1,
                      "column '%s' of sub-%s: '%s' %s", table->columns[c],
                      bare(KEY_PARTICIPANT, participant),
                      vb_quote(vb_table_cell(table, row, c), quoted),
                      vb_number_why(kind));
        theta[i] *= p->factor[i];
    }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
