/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rank.c - pivoted modified Gram-Schmidt, singular values of R, null space.
 *
 * Columns are scaled first, so that a confound in millimetres and one in radians count
 * alike; the null space is scaled back, since contrasts weigh the columns as given.
 */
#include "valuebold/rank.h"
#include "rank_kernel.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static vb_status no_memory(const vb_rank *k, vb_error *err)
{
    return vb_fail_memory(err, k->n_rows * k->n_cols * sizeof(double));
}

static void swap(size_t a[], double left[], size_t i, size_t j)
{
    const size_t index = a[i];
    const double square = left[i];

    a[i] = a[j];
    a[j] = index;
    left[i] = left[j];
    left[j] = square;
}

/* Column j of the matrix at q + j * n, scaled to length 1 (or 0). */
static void scale_columns(const double x[], vb_rank *k, double q[], double left[])
{
    const size_t n = k->n_rows, p = k->n_cols;

    for (size_t s = 0; s < n; s++)
        for (size_t j = 0; j < p; j++)
            q[j * n + s] = x[s * p + j];
    for (size_t j = 0; j < p; j++) {
        double *column = q + j * n, largest = 0;

        for (size_t s = 0; s < n; s++)
            largest = fmax(largest, fabs(column[s]));
        for (size_t s = 0; s < n && largest > 0; s++)
            column[s] /= largest; /* against overflow of the squares */
        k->length[j] = sqrt(vb_column_dot(n, column, column));
        for (size_t s = 0; s < n && largest > 0; s++)
            column[s] /= k->length[j];
        k->length[j] *= largest;
        left[j] = largest > 0 ? 1 : 0;
        k->pivot[j] = j;
    }
}

/* q: scaled columns, replaced.  row[k][j] of R is kept by column until the order is
 * final. */
static void factor(vb_rank *k, double q[], double left[], double by_column[])
{
    const size_t n = k->n_rows, p = k->n_cols;

    for (size_t i = 0; i < p && i < n; i++) {
        size_t best = i;
        double *own, length;

        for (size_t j = i + 1; j < p; j++)
            if (left[j] > left[best])
                best = j;
        swap(k->pivot, left, i, best);
        own = q + k->pivot[i] * n;
        length = sqrt(vb_column_dot(n, own, own));
        if (length <= VB_RANK_TOLERANCE)
            break;
        for (size_t s = 0; s < n; s++)
            own[s] /= length;
        by_column[k->pivot[i] * p + i] = length;
        for (size_t j = i + 1; j < p; j++)
            if (left[j] > 0)
                by_column[k->pivot[j] * p + i] =
                    vb_column_reduce(n, own, q + k->pivot[j] * n, &left[j]);
        k->rank = i + 1;
    }
    for (size_t i = 0; i < k->rank; i++)
        for (size_t j = i; j < p; j++)
            k->r[i * p + j] = by_column[k->pivot[j] * p + i];
}

/* Condition of R when it is square: GSL's singular values. */
static vb_status find_condition(vb_rank *k, vb_arena *arena, vb_error *err)
{
    const size_t p = k->n_cols;
    double *a = vb_arena_take(arena, p * p, sizeof *a);
    double *v = vb_arena_take(arena, p * p, sizeof *v);
    double *s = vb_arena_take(arena, 2 * p, sizeof *s);
    gsl_matrix_view a_view, v_view;
    gsl_vector_view s_view, work;

    k->condition = p && k->rank == p ? 1 : HUGE_VAL;
    if (!a || !v || !s)
        return no_memory(k, err);
    if (k->rank < p || p < 2)
        return VB_OK;
    memcpy(a, k->r, p * p * sizeof *a);
    a_view = gsl_matrix_view_array(a, p, p);
    v_view = gsl_matrix_view_array(v, p, p);
    s_view = gsl_vector_view_array(s, p);
    work = gsl_vector_view_array(s + p, p);
    gsl_linalg_SV_decomp(&a_view.matrix, &v_view.matrix, &s_view.vector, &work.vector);
    k->condition = s[p - 1] > 0 ? s[0] / s[p - 1] : HUGE_VAL;
    return VB_OK;
}

/* Relation m: dependent column as a sum of the first rank ones, R11 z = R12. */
static void find_relation(vb_rank *k, size_t m)
{
    const size_t p = k->n_cols, own = k->rank + m;
    double *w = k->relation + m * p, largest = 1;

    w[k->pivot[own]] = -1;
    for (size_t i = k->rank; i-- > 0;) {
        double z = k->r[i * p + own];

        for (size_t j = i + 1; j < k->rank; j++)
            z -= k->r[i * p + j] * w[k->pivot[j]];
        w[k->pivot[i]] = z / k->r[i * p + i];
    }
    for (size_t j = 0; j < p; j++)
        largest = fmax(largest, fabs(w[j]));
    for (size_t j = 0; j < p; j++)
        w[j] /= largest;
}

/* Relations in the scale of the given columns, orthonormal. */
static void find_null(vb_rank *k)
{
    const size_t p = k->n_cols;

    for (size_t m = 0; m < k->n_null; m++) {
        double *v = k->null + m * p, left = 0, largest = 0;

        for (size_t j = 0; j < p; j++) {
            const double w = k->relation[m * p + j];

            v[j] = k->length[j] > 0 ? w / k->length[j] : w;
            largest = fmax(largest, fabs(v[j]));
        }
        for (size_t j = 0; j < p; j++)
            v[j] /= largest;
        for (size_t pass = 0; pass < 2; pass++) /* twice, against cancellation */
            for (size_t i = 0; i < m; i++)
                vb_column_reduce(p, k->null + i * p, v, &left);
        left = sqrt(vb_column_dot(p, v, v));
        for (size_t j = 0; j < p && left > 0; j++)
            v[j] /= left;
    }
}

static bool take_memory(vb_rank *k, vb_arena *arena)
{
    const size_t p = k->n_cols;

    k->pivot = vb_arena_take(arena, p, sizeof *k->pivot);
    k->length = vb_arena_take(arena, p, sizeof *k->length);
    k->r = vb_arena_take(arena, p * p, sizeof *k->r);
    return k->pivot && k->length && k->r;
}

vb_status vb_rank_find(size_t n_rows, size_t n_cols, const double x[], vb_arena *arena,
                       vb_rank *rank, vb_error *err)
{
    vb_rank k = {.n_rows = n_rows, .n_cols = n_cols};
    vb_arena *scratch = vb_arena_alloc();
    double *q = scratch ? vb_arena_take(scratch, n_rows * n_cols, sizeof *q) : NULL;
    double *left = scratch ? vb_arena_take(scratch, n_cols, sizeof *left) : NULL;
    double *r = scratch ? vb_arena_take(scratch, n_cols * n_cols, sizeof *r) : NULL;
    vb_status status = VB_OK;

    if (!q || !left || !r || !take_memory(&k, arena)) {
        status = no_memory(&k, err);
        goto done;
    }
    scale_columns(x, &k, q, left);
    factor(&k, q, left, r);
    status = find_condition(&k, scratch, err);
    k.n_null = n_cols - k.rank;
    k.relation = vb_arena_take(arena, k.n_null * n_cols, sizeof *k.relation);
    k.null = vb_arena_take(arena, k.n_null * n_cols, sizeof *k.null);
    if (status == VB_OK && (!k.relation || !k.null))
        status = no_memory(&k, err);
    if (status != VB_OK)
        goto done;
    for (size_t m = 0; m < k.n_null; m++)
        find_relation(&k, m);
    find_null(&k);
    *rank = k;
done:
    vb_arena_free(scratch);
    return status;
}

double vb_rank_outside(const vb_rank *rank, const double c[])
{
    const size_t p = rank->n_cols;
    const double square = vb_column_dot(p, c, c);
    double outside = 0;

    for (size_t m = 0; m < rank->n_null; m++) {
        const double part = vb_column_dot(p, rank->null + m * p, c);

        outside += part * part;
    }
    return square > 0 ? sqrt(outside / square) : 0;
}
