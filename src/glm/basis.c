/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * basis.c - orthonormal basis of a design, rotated to make the AR(1) precision diagonal.
 *
 * Columns are scaled to unit length and orthogonalised in their order by Gram-Schmidt,
 * twice ("twice is enough": Giraud, Langou & Rozloznik 2005, Comput Math Appl 50:1069), so
 * that a column that is a sum of those before it is known by what is left of it.  An SVD
 * would do as well and cost ten times as much for long runs.
 * Then Q'(L + L')Q = U diag(lambda) U' and Q becomes QU.
 */
#include "valuebold/basis.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* What is left of a unit column that is a sum of others: rounding, some 1e-15 times the
 * condition number of those.  Real columns, even badly collinear ones, leave more. */
static const double least_left = 1e-10;

/* Estimable: norm(c - c X^+ X) <= 1e-6 norm(c). */
static const double estimable = 1e-6;

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Column j into q0 [rank so far x n_scans] and r_j; true when it adds a dimension. */
static bool add_column(vb_basis *b, double *q0, double *column, size_t j)
{
    const size_t n = b->n_scans;
    double *r = b->r + j * b->n_cols; /* rank is not known yet: rows of n_cols */
    double left;

    b->norm[j] = sqrt(dot(n, column, column));
    if (b->norm[j] <= 0)
        return false;
    for (size_t t = 0; t < n; t++)
        column[t] /= b->norm[j];
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < b->rank; i++) {
            const double d = dot(n, q0 + i * n, column);

            for (size_t t = 0; t < n; t++)
                column[t] -= d * q0[i * n + t];
            r[i] += d;
        }
    left = sqrt(dot(n, column, column));
    if (left <= least_left || b->rank == n)
        return false;
    for (size_t t = 0; t < n; t++)
        q0[b->rank * n + t] = column[t] / left;
    r[b->rank] = left;
    b->pivot[b->rank++] = j;
    return true;
}

/* (L + L')q for one column */
static void shift_sum(size_t n, const double *q, double *out)
{
    for (size_t t = 0; t < n; t++)
        out[t] = (t ? q[t - 1] : 0) + (t + 1 < n ? q[t + 1] : 0);
}

/* Eigenvectors of the symmetric g [rank x rank] into the rows-by-columns u. */
static vb_status decompose(size_t rank, double *g, double *lambda, double *u,
                           vb_error *err)
{
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(rank);
    gsl_matrix_view gm = gsl_matrix_view_array(g, rank, rank);
    gsl_matrix_view um = gsl_matrix_view_array(u, rank, rank);
    gsl_vector_view lv = gsl_vector_view_array(lambda, rank);
    vb_status status = VB_OK;

    if (!work)
        return vb_fail_memory(err, 4 * rank * sizeof(double));
    if (gsl_eigen_symmv(&gm.matrix, &lv.vector, &um.matrix, work) != 0)
        status =
            vb_fail(err, VB_EINTERNAL, "eigenvectors of the design were not found");
    gsl_eigen_symmv_free(work);
    return status;
}

static vb_status rotate(vb_basis *b, const double *q0, vb_arena *arena, vb_error *err)
{
    const size_t n = b->n_scans, p = b->rank;
    double *shifted = vb_arena_take(arena, n, sizeof *shifted);
    double *g = vb_arena_take(arena, p * p, sizeof *g);
    vb_status status;

    b->q = vb_arena_take(arena, p * n, sizeof *b->q);
    b->u = vb_arena_take(arena, p * p, sizeof *b->u);
    b->lambda = vb_arena_take(arena, p, sizeof *b->lambda);
    b->work = vb_arena_take(arena, p, sizeof *b->work);
    if (!shifted || !g || !b->q || !b->u || !b->lambda || !b->work)
        return vb_fail_memory(err, (p * n + 2 * p * p + n) * sizeof(double));
    for (size_t i = 0; i < p; i++) {
        shift_sum(n, q0 + i * n, shifted);
        for (size_t j = 0; j <= i; j++)
            g[i * p + j] = g[j * p + i] = dot(n, q0 + j * n, shifted);
    }
    status = decompose(p, g, b->lambda, b->u, err);
    if (status != VB_OK)
        return status;
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            for (size_t t = 0; t < n; t++)
                b->q[i * n + t] += b->u[j * p + i] * q0[j * n + t];
    return VB_OK;
}

vb_status vb_basis_make(size_t n_scans, size_t n_cols, const double *x, vb_arena *arena,
                        vb_basis *b, vb_error *err)
{
    const size_t most = n_cols < n_scans ? n_cols : n_scans;
    double *q0 = vb_arena_take(arena, most * n_scans, sizeof *q0);
    double *column = vb_arena_take(arena, n_scans, sizeof *column);

    memset(b, 0, sizeof *b);
    b->n_scans = n_scans;
    b->n_cols = n_cols;
    b->r = vb_arena_take(arena, n_cols * n_cols, sizeof *b->r);
    b->norm = vb_arena_take(arena, n_cols, sizeof *b->norm);
    b->pivot = vb_arena_take(arena, most, sizeof *b->pivot);
    if (!q0 || !column || !b->r || !b->norm || !b->pivot)
        return vb_fail_memory(err, (most * n_scans + n_cols * n_cols) * sizeof(double));
    for (size_t j = 0; j < n_cols; j++) {
        for (size_t t = 0; t < n_scans; t++) {
            column[t] = x[t * n_cols + j];
            if (!isfinite(column[t]))
                return vb_fail(
                    err, VB_EINPUT,
                    "design: column %zu of scan %zu is %g, expected a finite "
                    "number",
                    j + 1, t + 1, column[t]);
        }
        add_column(b, q0, column, j);
    }
    if (b->rank == 0)
        return vb_fail(err, VB_EESTIMATE, "design: all columns are zero");
    return rotate(b, q0, arena, err);
}

/* x_j / norm_j = Q0 r_j, so c'b = a'Q0'y with r_j'a = c_j / norm_j for every column: the
 * pivots give a, the other columns must agree; then w = U'a. */
vb_status vb_basis_contrast(const vb_basis *b, const double *c, double *w,
                            vb_error *err)
{
    const size_t p = b->rank, stride = b->n_cols;
    double *a = b->work, largest = 0, miss = 0;

    for (size_t i = 0; i < p; i++) {
        const size_t j = b->pivot[i];
        const double *r = b->r + j * stride;

        a[i] = (c[j] / b->norm[j] - dot(i, r, a)) / r[i];
    }
    for (size_t j = 0; j < b->n_cols; j++) {
        const bool empty = b->norm[j] <= 0;
        const double cj = empty ? c[j] : c[j] / b->norm[j];
        const double d = empty ? cj : cj - dot(p, b->r + j * stride, a);

        largest = fmax(largest, fabs(cj));
        miss = fmax(miss, fabs(d));
    }
    if (!isfinite(largest) || largest <= 0)
        return vb_fail(err, VB_EESTIMATE, "has no finite weight other than 0");
    if (miss > estimable * largest)
        return vb_fail(
            err, VB_EESTIMATE,
            "cannot be estimated: it needs columns that are aliased with each "
            "other or zero");
    for (size_t j = 0; j < p; j++) {
        w[j] = 0;
        for (size_t i = 0; i < p; i++)
            w[j] += b->u[i * p + j] * a[i];
    }
    return VB_OK;
}
