/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contrast.c - contrasts on column names, checked for estimability.
 *
 * A name counts in every run that has it with weight / number of these runs, so that an
 * effect is the mean over runs.  A row c can be estimated when it lies in the row space
 * of the design: norm(c - c X+ X) <= 1e-6 norm(c).
 */
#include "valuebold/contrast.h"

#include "contrast_match.h"
#include "valuebold/expr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double OUTSIDE = 1e-6; /* share of a contrast outside the row space */
static const double MEMBER = 1e-6;  /* share of a relation's largest weight */

enum { MOST_NAMED = 8, NAMES_SIZE = 600 };

typedef struct job {
    const vb_design *design;
    const vb_contrast_spec *spec;
    const vb_rank *rank;
    vb_arena *arena;
    size_t *columns; /* [n_cols] scratch */
    vb_missing_column rule;
    const char **missing; /* of this contrast */
    vb_notes *notes;
    vb_error *err;
} job;

static vb_status fail(const job *j, vb_status status, const char *what)
{
    return vb_fail_at(j->err, status, j->spec->file, j->spec->line, j->spec->column,
                      "contrast '%.100s': %s", j->spec->name, what);
}

static vb_status add_term(const job *j, const vb_expr_term *term, double weights[])
{
    const vb_design *d = j->design;
    size_t n = 0;
    vb_error why = {0};
    vb_status status;

    if (!isfinite(term->weight))
        return fail(j, VB_EINPUT, "a weight is not a finite number");
    if (!term->name[0])
        return term->weight == 0 ? VB_OK
                                 : fail(j, VB_EINPUT,
                                        "a number stands alone; weights are "
                                        "written NUMBER*NAME");
    status = vb_contrast_match(d, j->spec, term->name, j->columns, &n, &why);
    if (status != VB_OK && !n && j->rule != VB_MISSING_ERROR) {
        *j->missing = term->name;
        return VB_OK;
    }
    if (status != VB_OK) {
        if (j->err)
            *j->err = why;
        return status;
    }
    for (size_t k = 0; k < n; k++)
        weights[j->columns[k]] += term->weight / (double)n;
    if (n < d->n_runs && strcmp(d->columns[j->columns[0]].name, term->name) != 0)
        vb_note_add(
            j->notes, VB_WARNING, "contrast-runs", j->spec->file, j->spec->line,
            j->spec->column,
            "contrast '%.100s': only %zu of %zu runs have '%s'; its effect is the "
            "mean over these",
            j->spec->name, n, d->n_runs, term->name);
    return VB_OK;
}

/* The columns of the relation that the contrast touches most: "'a' and 'b'". */
static size_t name_aliased(const job *j, const double c[], char out[NAMES_SIZE])
{
    const vb_rank *k = j->rank;
    const size_t p = k->n_cols;
    size_t best = 0, n = 0, used = 0;
    double most = -1;

    for (size_t m = 0; m < k->n_null; m++) {
        double touched = 0;

        for (size_t i = 0; i < p; i++)
            if (fabs(k->relation[m * p + i]) > MEMBER)
                touched += fabs(c[i] * k->relation[m * p + i]);
        if (touched > most) {
            most = touched;
            best = m;
        }
    }
    out[0] = '\0';
    for (size_t i = 0; i < p && used < NAMES_SIZE; i++) {
        if (!(fabs(k->relation[best * p + i]) > MEMBER))
            continue;
        if (n < MOST_NAMED)
            used += (size_t)snprintf(out + used, NAMES_SIZE - used, "%s'%.60s'",
                                     n ? ", " : "", j->design->columns[i].name);
        else if (n == MOST_NAMED)
            used += (size_t)snprintf(out + used, NAMES_SIZE - used, ", ...");
        n++;
    }
    return n;
}

static bool has_weight(size_t n, const double c[])
{
    for (size_t i = 0; i < n; i++)
        if (c[i] != 0)
            return true;
    return false;
}

static vb_status check_row(const job *j, size_t row, const double c[])
{
    char names[NAMES_SIZE], text[VB_TEXT_MAX];

    if (!has_weight(j->design->n_cols, c)) {
        snprintf(
            text, sizeof text,
            "all weights of row %zu are zero; a contrast is a weighted sum of column "
            "names, such as task*sv - control, not a vector of weights",
            row + 1);
        return fail(j, VB_EESTIMATE, text);
    }
    if (vb_rank_outside(j->rank, c) <= OUTSIDE)
        return VB_OK;
    if (name_aliased(j, c, names) == 1)
        snprintf(
            text, sizeof text,
            "cannot be estimated: column %s is 0 throughout in the estimated design",
            names);
    else
        snprintf(
            text, sizeof text,
            "cannot be estimated: the columns %s are aliased (each is a sum of the "
            "others), and the contrast needs their difference",
            names);
    return fail(j, VB_EESTIMATE, text);
}

static vb_status resolve_row(const job *j, size_t row, double weights[])
{
    vb_expr *expr = NULL;
    vb_expr_term *terms = NULL;
    size_t n_terms = 0;
    vb_error inner = {0};
    vb_status status = vb_expr_compile(j->spec->rows[row], &expr, &inner);

    if (status == VB_OK)
        status = vb_expr_linear(expr, j->arena, &n_terms, &terms, &inner);
    vb_expr_free(expr);
    if (status != VB_OK)
        return fail(j, status, inner.text);
    for (size_t t = 0; t < n_terms && status == VB_OK; t++)
        status = add_term(j, &terms[t], weights);
    return status == VB_OK && !*j->missing ? check_row(j, row, weights) : status;
}

static vb_status resolve_one(const job *j, vb_contrast *contrast)
{
    const size_t p = j->design->n_cols, n_rows = j->spec->n_rows;
    vb_status status = VB_OK;

    if (!n_rows)
        return fail(j, VB_EINPUT, "it has no rows");
    status = vb_contrast_vector_refuse(j->design, j->spec, j->err);
    if (status != VB_OK)
        return status;
    contrast->name = vb_arena_string(j->arena, j->spec->name);
    contrast->n_rows = n_rows;
    contrast->weights = vb_arena_take(j->arena, n_rows * p, sizeof *contrast->weights);
    if (!contrast->name || !contrast->weights)
        return vb_fail_memory(j->err, n_rows * p * sizeof *contrast->weights);
    for (size_t row = 0; row < n_rows && status == VB_OK; row++)
        status = resolve_row(j, row, contrast->weights + row * p);
    return status;
}

bool vb_contrast_is_left_out(const vb_contrast *contrast, size_t n_cols,
                             const char *missing, vb_missing_column rule)
{
    if (!missing || rule == VB_MISSING_SKIP)
        return missing != NULL;
    return !has_weight(contrast->n_rows * n_cols, contrast->weights);
}

/* A contrast with names that are not there: what is left of it under the rule. */
static vb_status judge_rest(const job *j, const vb_contrast *contrast)
{
    const size_t p = j->design->n_cols;
    const bool out = vb_contrast_is_left_out(contrast, p, *j->missing, j->rule);
    vb_status status = VB_OK;

    vb_note_add(j->notes, VB_WARNING, "contrast-missing", j->spec->file, j->spec->line,
                j->spec->column,
                "contrast '%.100s': this run has no column '%.100s': %s", j->spec->name,
                *j->missing,
                out ? "it is left out here" : "that weight counts as 0 here");
    for (size_t row = 0; !out && row < contrast->n_rows && status == VB_OK; row++)
        if (has_weight(p,
                       contrast->weights + row * p)) /* else F does without that row */
            status = check_row(j, row, contrast->weights + row * p);
    return status;
}

vb_status vb_contrasts_resolve_run(const vb_design *design, size_t n,
                                   const vb_contrast_spec specs[],
                                   vb_missing_column rule, vb_arena *arena,
                                   vb_contrast **contrasts, const char ***missing,
                                   vb_notes *notes, vb_error *err)
{
    vb_contrast *made = vb_arena_take(arena, n, sizeof *made);
    size_t *columns = vb_arena_take(arena, design->n_cols, sizeof *columns);
    const char **lacks = vb_arena_take(arena, n, sizeof *lacks);
    vb_rank rank;
    vb_status status = vb_contrast_names_check(n, specs, err);

    if (status == VB_OK && (!made || !columns || !lacks))
        status = vb_fail_memory(err, n * sizeof *made);
    if (status == VB_OK && n)
        status = vb_design_rank(design, arena, &rank, err);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        const job j = {design, &specs[i], &rank, arena, columns,
                       rule,   &lacks[i], notes, err};

        status = resolve_one(&j, &made[i]);
        if (status == VB_OK && lacks[i])
            status = judge_rest(&j, &made[i]);
    }
    if (status == VB_OK) {
        *contrasts = made;
        *missing = lacks;
    }
    return status;
}

vb_status vb_contrasts_resolve(const vb_design *design, size_t n,
                               const vb_contrast_spec specs[], vb_arena *arena,
                               vb_contrast **contrasts, vb_notes *notes, vb_error *err)
{
    const char **missing;

    return vb_contrasts_resolve_run(design, n, specs, VB_MISSING_ERROR, arena,
                                    contrasts, &missing, notes, err);
}
