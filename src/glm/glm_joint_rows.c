/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_joint_rows.c - what a run can say about effects it shares with others.
 *
 * Z = S without its part along the run's own columns: c'b can be estimated when c is in the
 * row space of Z.  With Z = QT (Gram-Schmidt, twice) the rows of T span it; where all columns
 * of Z are independent, single effects do as well and are better to read.
 */
#include "valuebold/glm_joint.h"

#include <math.h>
#include <string.h>

/* Norm of what is left of a column below which it is a sum of others, as contrast.c. */
static const double ALIASED = 1e-6;

static double norm(size_t n, const double *x)
{
    double s = 0;

    for (size_t t = 0; t < n; t++)
        s += x[t] * x[t];
    return sqrt(s);
}

/* Takes off x its part along the n_q rows of q, adding it to along [n_q] (NULL: nobody asks),
 * twice; returns what is left of its norm. */
static double reduce(size_t n, size_t n_q, const double *q, double *x, double *along)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < n_q; k++) {
            double d = 0;

            for (size_t t = 0; t < n; t++)
                d += q[k * n + t] * x[t];
            for (size_t t = 0; t < n; t++)
                x[t] -= d * q[k * n + t];
            if (along)
                along[k] += d;
        }
    return norm(n, x);
}

/* Orthonormal rows q of the columns of own [n x n_own]; returns how many. */
static size_t own_basis(size_t n, size_t n_own, const double *own, double *q)
{
    size_t n_q = 0;

    for (size_t j = 0; j < n_own; j++) {
        double *x = q + n_q * n, before, left;

        for (size_t t = 0; t < n; t++)
            x[t] = own[t * n_own + j];
        before = norm(n, x);
        left = reduce(n, n_q, q, x, NULL);
        if (!(left > ALIASED * before))
            continue;
        for (size_t t = 0; t < n; t++)
            x[t] /= left;
        n_q++;
    }
    return n_q;
}

vb_status vb_joint_rows(size_t n, size_t n_shared, const double *shared, size_t n_own,
                        const double *own, vb_arena *arena, size_t *n_rows,
                        double **rows, vb_error *err)
{
    double *q = vb_arena_take(arena, (n_own + n_shared + 1) * n, sizeof *q);
    double *t = vb_arena_take(arena, n_shared * n_shared, sizeof *t);
    double *along = vb_arena_take(arena, n_shared, sizeof *along);
    size_t n_q, k = 0, n_there = 0;

    if (!q || !t || !along)
        return vb_fail_memory(err, (n_own + n_shared) * n * sizeof *q);
    n_q = own_basis(n, n_own, own, q);
    for (size_t j = 0; j < n_shared; j++) {
        double *z = q + (n_q + k) * n, before, left;

        for (size_t s = 0; s < n; s++)
            z[s] = shared[s * n_shared + j];
        before = norm(n, z);
        n_there += before > 0;
        reduce(n, n_q, q, z, NULL);
        memset(along, 0, n_shared * sizeof *along);
        left = reduce(n, k, q + n_q * n, z, along);
        for (size_t i = 0; i < k; i++)
            t[i * n_shared + j] = along[i];
        if (!(left > ALIASED * before))
            continue;
        for (size_t s = 0; s < n; s++)
            z[s] /= left;
        t[k++ * n_shared + j] = left;
    }
    if (k == n_there) {
        memset(t, 0, n_shared * n_shared * sizeof *t);
        k = 0;
        for (size_t j = 0; j < n_shared; j++) {
            bool there = false;

            for (size_t s = 0; s < n; s++)
                there = there || fabs(shared[s * n_shared + j]) > 0;
            if (there)
                t[k++ * n_shared + j] = 1;
        }
    }
    *n_rows = k;
    *rows = t;
    return VB_OK;
}
