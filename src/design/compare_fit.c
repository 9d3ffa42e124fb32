/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_fit.c - least squares, a column at a time. */
#include "compare_designs.h"
#include "rank_kernel.h"

#include <math.h>
#include <string.h>

/* A column that keeps less than this share of its length is a sum of the others. */
static const double rank_tolerance = 1e-9;

vb_status compare_fit_take(size_t n, size_t most, vb_arena *arena, compare_fit *fit,
                           vb_error *err)
{
    *fit = (compare_fit){.n = n, .most = most};
    fit->q = vb_arena_take(arena, n * most, sizeof *fit->q);
    fit->residual = vb_arena_take(arena, n, sizeof *fit->residual);
    fit->work = vb_arena_take(arena, n, sizeof *fit->work);
    return fit->q && fit->residual && fit->work
               ? VB_OK
               : vb_fail_memory(err, n * most * sizeof *fit->q);
}

void compare_fit_begin(compare_fit *fit, const double target[])
{
    fit->n_q = 0;
    memcpy(fit->residual, target, fit->n * sizeof *target);
}

bool compare_fit_add(compare_fit *fit, const double column[])
{
    double *q = fit->q + fit->n_q * fit->n;
    double length = sqrt(vb_column_dot(fit->n, column, column)), left;

    if (fit->n_q == fit->most || length == 0)
        return false;
    for (size_t i = 0; i < fit->n; i++)
        q[i] = column[i] / length;
    for (int pass = 0; pass < 2; pass++) /* twice is enough (Kahan, Parlett) */
        for (size_t k = 0; k < fit->n_q; k++)
            vb_column_reduce(fit->n, fit->q + k * fit->n, q, &left);
    length = sqrt(vb_column_dot(fit->n, q, q));
    if (length < rank_tolerance)
        return false;
    for (size_t i = 0; i < fit->n; i++)
        q[i] /= length;
    vb_column_reduce(fit->n, q, fit->residual, &left);
    fit->n_q++;
    return true;
}

double compare_fit_rss(const compare_fit *fit)
{
    return vb_column_dot(fit->n, fit->residual, fit->residual);
}

double compare_fit_largest(const compare_fit *fit)
{
    double largest = 0;

    for (size_t i = 0; i < fit->n; i++)
        largest = fmax(largest, fabs(fit->residual[i]));
    return largest;
}
