/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * diagnosis.c - what the columns of a design share.
 *
 *     VIF_j = SS_j / RSS_j
 *
 * with SS_j the squares of column j about its mean in its run and RSS_j those left
 * beside all other columns, constants, confounds and drift among them: the factor by
 * which sharing widens the variance of an effect.  Under spm the columns are judged
 * after the high-pass filter, as they are estimated.  Correlations and standard
 * deviations are of the sampled columns, over the scans of their run; columns of
 * different runs do not correlate.
 */
#include "filter.h"
#include "rank_kernel.h"
#include "valuebold/design.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double VIF_HIGH = 5; /* Mumford et al. 2015, PLoS ONE 10:e0126255 */
static const double CORRELATION_HIGH = .8;
static const double MEMBER = 1e-6;       /* share of a relation's largest weight */
static const double NO_VARIANCE = 1e-12; /* of a column's largest value */

enum { MOST_NAMED = 8, NAMES_SIZE = 600 };

typedef struct job {
    const vb_design *design;
    vb_diagnosis *out;
    vb_rank rank;
    double
        *z; /* [n_cols x n_scans of run] centred, length 1; one column after another */
    double *squares; /* [n_cols] about the mean, of the columns as estimated */
} job;

static size_t scans_of(const vb_design *d, size_t r)
{
    return d->first_scan[r + 1] - d->first_scan[r];
}

/* Column j of x over its run into out, about its mean; returns the sum of squares. */
static double centred(const vb_design *d, const double x[], size_t j, double out[])
{
    const size_t first = d->first_scan[d->columns[j].run];
    const size_t n = scans_of(d, d->columns[j].run);
    double mean = 0, largest = 0, square;

    for (size_t s = 0; s < n; s++) {
        out[s] = x[(first + s) * d->n_cols + j];
        mean += out[s] / (double)n;
        largest = fmax(largest, fabs(out[s]));
    }
    for (size_t s = 0; s < n; s++)
        out[s] -= mean;
    square = vb_column_dot(n, out, out);
    return square > NO_VARIANCE * NO_VARIANCE * largest * largest * (double)n ? square
                                                                              : 0;
}

static void correlate(const job *j)
{
    const vb_design *d = j->design;
    const size_t p = d->n_cols, stride = d->n_scans;

    for (size_t a = 0; a < p; a++) {
        double *own = j->z + a * stride;
        const size_t n = scans_of(d, d->columns[a].run);
        const double square = centred(d, d->x, a, own);

        j->out->sd[a] = n > 1 ? sqrt(square / (double)(n - 1)) : 0;
        for (size_t s = 0; s < n && square > 0; s++)
            own[s] /= sqrt(square);
        for (size_t b = 0; b <= a; b++) {
            double r = 0;

            if (!(square > 0) || !(j->out->sd[b] > 0))
                r = (double)NAN;
            else if (a == b)
                r = 1;
            else if (d->columns[a].run == d->columns[b].run)
                r = vb_column_dot(n, own, j->z + b * stride);
            j->out->correlation[a * p + b] = j->out->correlation[b * p + a] = r;
        }
    }
}

static bool in_relation(const vb_rank *rank, size_t m, size_t column)
{
    return fabs(rank->relation[m * rank->n_cols + column]) > MEMBER;
}

static bool is_aliased(const vb_rank *rank, size_t column)
{
    for (size_t m = 0; m < rank->n_null; m++)
        if (in_relation(rank, m, column))
            return true;
    return false;
}

/* 1 / RSS of the scaled independent columns: squared lengths of the rows of R^-1. */
static void inverse_rows(const vb_rank *k, double column[], double square[])
{
    const size_t p = k->n_cols;

    for (size_t j = 0; j < k->rank; j++) { /* column j of the inverse */
        for (size_t i = j + 1; i-- > 0;) {
            double z = i == j ? 1 : 0;

            for (size_t l = i + 1; l <= j; l++)
                z -= k->r[i * p + l] * column[l];
            column[i] = z / k->r[i * p + i];
            square[i] += column[i] * column[i];
        }
    }
}

static void inflate(const job *j, double column[], double square[])
{
    const vb_rank *k = &j->rank;

    inverse_rows(k, column, square);
    for (size_t i = 0; i < k->n_cols; i++) {
        const size_t c = k->pivot[i];
        const double length = k->length[c];

        if (j->design->columns[c].kind == VB_COLUMN_CONSTANT || !(j->out->sd[c] > 0))
            j->out->vif[c] = (double)NAN;
        else if (i >= k->rank || !(j->squares[c] > 0) || is_aliased(k, c))
            j->out->vif[c] = HUGE_VAL;
        else
            j->out->vif[c] = fmax(j->squares[c] / (length * length) * square[i], 1);
    }
}

/* Names of the columns in relation m: "'a', 'b' and 'c'". */
static void name_members(const job *j, size_t m, char out[NAMES_SIZE])
{
    const vb_design *d = j->design;
    size_t n = 0, done = 0, used = 0;

    for (size_t c = 0; c < d->n_cols; c++)
        n += in_relation(&j->rank, m, c) ? 1 : 0;
    out[0] = '\0';
    for (size_t c = 0; c < d->n_cols && used < NAMES_SIZE; c++) {
        if (!in_relation(&j->rank, m, c))
            continue;
        if (done == MOST_NAMED) {
            snprintf(out + used, NAMES_SIZE - used, " and %zu more", n - done);
            return;
        }
        used += (size_t)snprintf(out + used, NAMES_SIZE - used, "%s'%.60s'",
                                 !done           ? ""
                                 : done + 1 == n ? " and "
                                                 : ", ",
                                 d->columns[c].name);
        done++;
    }
}

static void note_rank(const job *j, vb_notes *notes)
{
    const vb_design *d = j->design;
    char names[NAMES_SIZE];
    size_t lost = 0;

    for (size_t m = 0; m < j->rank.n_null; m++) {
        size_t n = 0;

        for (size_t c = 0; c < d->n_cols; c++)
            n += in_relation(&j->rank, m, c) ? 1 : 0;
        name_members(j, m, names);
        if (n > 1)
            vb_note_add(
                notes, VB_WARNING, "design-rank", NULL, 0, 0,
                "the design has rank %zu but %zu columns: %s are aliased (collinear: "
                "each is a sum of the others), so no effect of one of them alone "
                "can be estimated",
                j->rank.rank, d->n_cols, names);
        else
            vb_note_add(notes, VB_WARNING, "design-rank", NULL, 0, 0,
                        "the design has rank %zu but %zu columns: %s is 0 throughout%s",
                        j->rank.rank, d->n_cols, names,
                        d->n_filter[0] ? " after the high-pass" : "");
    }
    for (size_t r = 0; r < d->n_runs; r++)
        lost += d->n_filter[r];
    if (j->rank.rank + lost >= d->n_scans)
        vb_note_add(
            notes, VB_WARNING, "design-dof", NULL, 0, 0,
            "%zu scans, rank %zu%s: no degrees of freedom are left for the error",
            d->n_scans, j->rank.rank + lost, lost ? " with the high-pass" : "");
}

static bool of_interest(const vb_column *column)
{
    return column->kind == VB_COLUMN_EVENT || column->kind == VB_COLUMN_MODULATOR;
}

static void note_columns(const job *j, vb_notes *notes)
{
    const vb_design *d = j->design;
    const size_t p = d->n_cols;

    for (size_t a = 0; a < p; a++) {
        const vb_column *column = &d->columns[a];

        if (column->kind == VB_COLUMN_CONFOUND && !(j->out->sd[a] > 0))
            vb_note_add(notes, VB_WARNING, "confound-constant", NULL, 0, 0,
                        "confound '%s' is constant in its run; it repeats the constant "
                        "column",
                        column->name);
        if (!of_interest(column))
            continue;
        if (j->out->vif[a] > VIF_HIGH && isfinite(j->out->vif[a]))
            vb_note_add(
                notes, VB_WARNING, "design-vif", NULL, 0, 0,
                "column '%s' has a variance inflation factor of %.3g (above %g): "
                "its effect is estimated with %.3g times the variance it would have "
                "alone",
                column->name, j->out->vif[a], VIF_HIGH, j->out->vif[a]);
        for (size_t b = 0; b < p; b++) {
            const double r = j->out->correlation[a * p + b];
            const bool once = !of_interest(&d->columns[b]) || b < a;

            if (once && b != a && fabs(r) > CORRELATION_HIGH)
                vb_note_add(notes, VB_WARNING, "design-correlation", NULL, 0, 0,
                            "columns '%s' and '%s' correlate by %.3f (above %g)",
                            d->columns[b].name, column->name, r, CORRELATION_HIGH);
        }
    }
}

static vb_status find_rank(job *j, vb_arena *scratch, vb_error *err)
{
    const vb_design *d = j->design;
    const size_t size = d->n_scans * d->n_cols;
    double *x = vb_arena_take(scratch, size, sizeof *x);
    const vb_status status =
        x ? vb_design_estimated(d, x, err) : vb_fail_memory(err, size * sizeof *x);

    for (size_t c = 0; c < d->n_cols && status == VB_OK; c++)
        j->squares[c] = centred(d, x, c, j->z);
    return status == VB_OK
               ? vb_rank_find(d->n_scans, d->n_cols, x, scratch, &j->rank, err)
               : status;
}

static vb_status diagnose(job *j, vb_arena *scratch, vb_notes *notes, vb_error *err)
{
    const size_t p = j->design->n_cols;
    vb_diagnosis *out = j->out;
    double *column = vb_arena_take(scratch, p, sizeof *column);
    double *square = vb_arena_take(scratch, p, sizeof *square);
    vb_status status;

    j->squares = vb_arena_take(scratch, p, sizeof *j->squares);
    j->z = vb_arena_take(scratch, p * j->design->n_scans, sizeof *j->z);
    out->vif = vb_arena_take(out->arena, p, sizeof *out->vif);
    out->sd = vb_arena_take(out->arena, p, sizeof *out->sd);
    out->aliased = vb_arena_take(out->arena, p, sizeof *out->aliased);
    out->correlation = vb_arena_take(out->arena, p * p, sizeof *out->correlation);
    if (!column || !square || !j->squares || !j->z || !out->vif || !out->sd ||
        !out->aliased || !out->correlation)
        return vb_fail_memory(err, p * j->design->n_scans * sizeof *j->z);
    status = find_rank(j, scratch, err);
    if (status != VB_OK)
        return status;
    correlate(j);
    inflate(j, column, square);
    out->rank = j->rank.rank;
    out->condition = j->rank.condition;
    for (size_t c = 0; c < p; c++)
        if (is_aliased(&j->rank, c))
            out->aliased[out->n_aliased++] = c;
    note_rank(j, notes);
    note_columns(j, notes);
    return VB_OK;
}

vb_status vb_design_diagnose(const vb_design *design, vb_diagnosis **diagnosis,
                             vb_notes *notes, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc(), *scratch = vb_arena_alloc();
    vb_diagnosis *out = arena ? vb_arena_take(arena, 1, sizeof *out) : NULL;
    job j = {.design = design, .out = out};
    vb_status status;

    if (!out || !scratch) {
        status = vb_fail_memory(err, sizeof *out);
    } else {
        out->arena = arena;
        status = diagnose(&j, scratch, notes, err);
    }
    vb_arena_free(scratch);
    if (status != VB_OK) {
        vb_arena_free(arena);
        return status;
    }
    *diagnosis = out;
    return VB_OK;
}

void vb_diagnosis_free(vb_diagnosis *diagnosis)
{
    if (diagnosis)
        vb_arena_free(diagnosis->arena);
}
