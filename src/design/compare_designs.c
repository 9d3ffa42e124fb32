/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_designs.c - which column of one design is which of another. */
#include "compare_designs.h"

#include <math.h>
#include <string.h>

static const double least_correlation = .5;

static double correlation(const vb_named_matrix *a, size_t i, const vb_named_matrix *b,
                          size_t j)
{
    const size_t n = a->n_rows;
    double ma = 0, mb = 0, ab = 0, aa = 0, bb = 0;

    for (size_t t = 0; t < n; t++) {
        ma += a->x[t * a->n_cols + i] / (double)n;
        mb += b->x[t * b->n_cols + j] / (double)n;
    }
    for (size_t t = 0; t < n; t++) {
        const double x = a->x[t * a->n_cols + i] - ma, y = b->x[t * b->n_cols + j] - mb;

        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    /* rounding leaves a constant about 1e-16 of its square */
    return aa > 1e-20 * ma * ma * (double)n && bb > 1e-20 * mb * mb * (double)n
               ? ab / sqrt(aa * bb)
               : 0;
}

static void match_names(const vb_named_matrix *a, const vb_named_matrix *b,
                        vb_column_match match[], bool taken[])
{
    for (size_t i = 0; i < a->n_cols; i++) {
        char ours[COMPARE_NAME_MAX], theirs[COMPARE_NAME_MAX];

        compare_canonical(a->names[i], ours);
        for (size_t j = 0; j < b->n_cols && match[i].b == VB_NONE; j++) {
            compare_canonical(b->names[j], theirs);
            if (taken[j] || !*ours || strcmp(ours, theirs) != 0)
                continue;
            match[i].b = j;
            match[i].by_name = true;
            taken[j] = true;
        }
    }
}

/* The closest pair first, until none is close. */
static void match_rest(const vb_named_matrix *a, const vb_named_matrix *b,
                       vb_column_match match[], bool taken[], double *r)
{
    for (size_t i = 0; i < a->n_cols; i++)
        for (size_t j = 0; j < b->n_cols; j++)
            r[i * b->n_cols + j] =
                match[i].b == VB_NONE && !taken[j] ? fabs(correlation(a, i, b, j)) : 0;
    for (;;) {
        double best = least_correlation;
        size_t at = VB_NONE;

        for (size_t k = 0; k < a->n_cols * b->n_cols; k++)
            if (r[k] > best && match[k / b->n_cols].b == VB_NONE &&
                !taken[k % b->n_cols]) {
                best = r[k];
                at = k;
            }
        if (at == VB_NONE)
            return;
        match[at / b->n_cols].b = at % b->n_cols;
        taken[at % b->n_cols] = true;
    }
}

static bool is_constant(const vb_named_matrix *m, size_t j)
{
    for (size_t t = 1; t < m->n_rows; t++)
        if (m->x[t * m->n_cols + j] != m->x[j])
            return false;
    return m->x[j] != 0;
}

/* Columns of ones have no correlation. */
static void match_constants(const vb_named_matrix *a, const vb_named_matrix *b,
                            vb_column_match match[], bool taken[])
{
    for (size_t i = 0; i < a->n_cols; i++)
        for (size_t j = 0; j < b->n_cols && match[i].b == VB_NONE; j++)
            if (!taken[j] && is_constant(a, i) && is_constant(b, j)) {
                match[i].b = j;
                taken[j] = true;
            }
}

static void leave(vb_column_match *m, vb_column_relation relation)
{
    m->relation = relation;
    m->reason =
        relation == VB_COLUMNS_ONLY_A ? "B has no such column" : "A has no such column";
    m->largest = m->factor = m->correlation = m->shift_s = m->explained = (double)NAN;
}

static vb_status explain_all(const vb_named_matrix *a, const vb_named_matrix *b,
                             vb_arena *arena, size_t n, vb_column_match match[],
                             vb_error *err)
{
    compare_pair pair = {.a = a, .b = b, .arena = arena};
    const size_t slow = 2 * a->n_rows / 8 + 4;
    vb_status status =
        compare_fit_take(a->n_rows,
                         a->n_cols + slow < a->n_rows ? a->n_cols + slow : a->n_rows,
                         arena, &pair.fit, err);

    pair.x = vb_arena_take(arena, a->n_rows, sizeof *pair.x);
    pair.y = vb_arena_take(arena, a->n_rows, sizeof *pair.y);
    pair.slope = vb_arena_take(arena, a->n_rows, sizeof *pair.slope);
    pair.other = vb_arena_take(arena, a->n_rows, sizeof *pair.other);
    if (status == VB_OK && (!pair.x || !pair.y || !pair.slope || !pair.other))
        status = vb_fail_memory(err, 4 * a->n_rows * sizeof *pair.x);
    for (size_t i = 0; i < n && status == VB_OK; i++) {
        if (match[i].a == VB_NONE)
            leave(&match[i], VB_COLUMNS_ONLY_B);
        else if (match[i].b == VB_NONE)
            leave(&match[i], VB_COLUMNS_ONLY_A);
        else
            status = compare_explain(&pair, &match[i], err);
    }
    return status;
}

vb_status vb_designs_compare(const vb_named_matrix *a, const vb_named_matrix *b,
                             vb_arena *arena, size_t *n, vb_column_match **matches,
                             vb_error *err)
{
    const size_t most = a->n_cols + b->n_cols;
    vb_column_match *match = vb_arena_take(arena, most, sizeof *match);
    bool *taken = vb_arena_take(arena, b->n_cols, sizeof *taken);
    double *r = vb_arena_take(arena, a->n_cols * b->n_cols, sizeof *r);
    size_t k = a->n_cols;

    *n = 0;
    *matches = match;
    if (!match || !taken || !r)
        return vb_fail_memory(err, most * sizeof *match);
    if (a->n_rows != b->n_rows)
        return vb_fail(
            err, VB_EINPUT,
            "the designs have %zu and %zu rows; compare the same run of both",
            a->n_rows, b->n_rows);
    for (size_t i = 0; i < a->n_cols; i++)
        match[i] = (vb_column_match){.a = i, .b = VB_NONE};
    match_names(a, b, match, taken);
    match_rest(a, b, match, taken, r);
    match_constants(a, b, match, taken);
    for (size_t j = 0; j < b->n_cols; j++)
        if (!taken[j])
            match[k++] = (vb_column_match){.a = VB_NONE, .b = j};
    *n = k;
    return explain_all(a, b, arena, k, match, err);
}
