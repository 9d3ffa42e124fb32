/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spm_orth.c - spm_orth.m, with its thresholds and with what it does to zero
 * columns. */
#include "spm.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

/* Residuals whose absolute values sum to exp(-32) or less are dropped. */
static const double DROPPED_LOG = -32;

static double eps_of(double x)
{
    return nextafter(x, HUGE_VAL) - x;
}

/* MATLAB's rank: singular values above max(n, p) eps(largest). */
static size_t rank_of(size_t n, size_t p, double *const column[], vb_arena *arena)
{
    const size_t rows = n > p ? n : p, cols = n > p ? p : n;
    double *a = vb_arena_take(arena, rows * cols, sizeof *a);
    double *q = vb_arena_take(arena, cols * cols, sizeof *q);
    double *s = vb_arena_take(arena, cols, sizeof *s);
    gsl_matrix_view a_view, q_view;
    gsl_vector_view s_view;
    size_t rank = 0;

    if (!a || !q || !s)
        return VB_NONE;
    for (size_t j = 0; j < p; j++)
        for (size_t i = 0; i < n; i++)
            a[n > p ? i * cols + j : j * cols + i] = column[j][i];
    a_view = gsl_matrix_view_array(a, rows, cols);
    q_view = gsl_matrix_view_array(q, cols, cols);
    s_view = gsl_vector_view_array(s, cols);
    gsl_linalg_SV_decomp_jacobi(&a_view.matrix, &q_view.matrix, &s_view.vector);
    for (size_t k = 0; k < cols; k++)
        rank += s[k] > (double)rows * eps_of(s[0]) ? 1 : 0;
    return rank;
}

static double dot(size_t n, const double a[], const double b[])
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/*
 * d minus its projection on the kept columns, which are orthogonal.  Columns that are
 * rounding noise beside the largest have no part in it, as in a pseudoinverse.  Taken
 * off twice: kept columns are orthogonal only to rounding.
 */
static void project_off(size_t n, size_t n_kept, double *const kept[], double d[])
{
    double largest = 0, tolerance;

    for (size_t k = 0; k < n_kept; k++)
        largest = fmax(largest, sqrt(dot(n, kept[k], kept[k])));
    tolerance = (double)(n > n_kept ? n : n_kept) * eps_of(largest);
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < n_kept; k++) {
            const double square = dot(n, kept[k], kept[k]);
            const double share =
                sqrt(square) > tolerance ? dot(n, kept[k], d) / square : 0;

            for (size_t i = 0; i < n; i++)
                d[i] -= share * kept[k][i];
        }
}

/* The nonzero columns, made orthogonal in place; place[k] is the index of the k-th kept
 * one among them. */
static size_t orthogonalise(size_t n, size_t q, double *const x[], size_t rank,
                            double *kept[], size_t place[])
{
    size_t n_kept = 1;

    kept[0] = x[0];
    place[0] = 0;
    for (size_t j = 1; j < q; j++) {
        double norm = 0;

        project_off(n, n_kept, kept, x[j]);
        for (size_t i = 0; i < n; i++)
            norm += fabs(x[j][i]);
        if (norm > exp(DROPPED_LOG)) {
            place[n_kept] = j;
            kept[n_kept++] = x[j];
        }
        if (n_kept == rank)
            break;
    }
    return n_kept;
}

static vb_status run(size_t n, size_t p, double *const column[], vb_arena *arena,
                     vb_error *err)
{
    double *copy = vb_arena_take(arena, n * p, sizeof *copy);
    double **x = vb_arena_take(arena, p, sizeof *x);
    double **kept = vb_arena_take(arena, p, sizeof *kept);
    size_t *place = vb_arena_take(arena, p, sizeof *place);
    size_t q = 0, rank, n_kept;

    if (!copy || !x || !kept || !place)
        return vb_fail_memory(err, n * p * sizeof *copy);
    for (size_t j = 0; j < p; j++) {
        bool any = false;

        for (size_t i = 0; i < n; i++)
            any = any || column[j][i] != 0;
        if (any) {
            x[q] = copy + q * n;
            memcpy(x[q++], column[j], n * sizeof *copy);
        }
    }
    if (!q)
        return VB_OK;
    rank = rank_of(n, q, x, arena);
    if (rank == VB_NONE)
        return vb_fail_memory(err, n * p * sizeof *copy);
    n_kept = orthogonalise(n, q, x, rank, kept, place);
    for (size_t j = 0; j < p; j++)
        memset(column[j], 0, n * sizeof *copy);
    for (size_t k = 0; k < n_kept; k++) /* counted without the zero columns */
        memcpy(column[place[k]], kept[k], n * sizeof *copy);
    return VB_OK;
}

vb_status vb_spm_orth(size_t n, size_t p, double *const column[], vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, n * p * sizeof(double));
    status = n && p ? run(n, p, column, arena, err) : VB_OK;
    vb_arena_free(arena);
    return status;
}
