/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter.c - the cosine set that SPM keeps apart from the design. */
#include "filter.h"

#include <math.h>
#include <string.h>

vb_status vb_design_filter(const vb_design *design, size_t r, size_t n_cols, double y[],
                           vb_error *err)
{
    const size_t n = design->first_scan[r + 1] - design->first_scan[r],
                 k = design->n_filter[r];
    const double *c = design->filter[r];
    vb_arena *arena = k ? vb_arena_alloc() : NULL;
    double *share = arena ? vb_arena_take(arena, k * n_cols, sizeof *share) : NULL;

    if (k && !share) {
        vb_arena_free(arena);
        return vb_fail_memory(err, k * n_cols * sizeof *share);
    }
    for (size_t s = 0; s < n; s++)
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < n_cols; j++)
                share[i * n_cols + j] += c[s * k + i] * y[s * n_cols + j];
    for (size_t s = 0; s < n; s++)
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < n_cols; j++)
                y[s * n_cols + j] -= c[s * k + i] * share[i * n_cols + j];
    vb_arena_free(arena);
    return VB_OK;
}

/* A column the filter takes away leaves rounding noise, which has to count as
 * nothing. */
static void clear_filtered(const vb_design *d, size_t column, double x[])
{
    double before = 0, after = 0;

    for (size_t i = column; i < d->n_scans * d->n_cols; i += d->n_cols) {
        before = fmax(before, fabs(d->x[i]));
        after = fmax(after, fabs(x[i]));
    }
    for (size_t i = column; i < d->n_scans * d->n_cols; i += d->n_cols)
        if (after <= VB_RANK_TOLERANCE * before)
            x[i] = 0;
}

vb_status vb_design_estimated(const vb_design *design, double x[], vb_error *err)
{
    const size_t p = design->n_cols;
    vb_status status = VB_OK;

    memcpy(x, design->x, design->n_scans * p * sizeof *x);
    for (size_t r = 0; r < design->n_runs && status == VB_OK; r++)
        status = vb_design_filter(design, r, p, x + design->first_scan[r] * p, err);
    for (size_t j = 0; j < p; j++)
        clear_filtered(design, j, x);
    return status;
}

vb_status vb_design_rank(const vb_design *design, vb_arena *arena, vb_rank *rank,
                         vb_error *err)
{
    const size_t size = design->n_scans * design->n_cols;
    vb_arena *scratch = vb_arena_alloc();
    double *x = scratch ? vb_arena_take(scratch, size, sizeof *x) : NULL;
    vb_status status =
        x ? vb_design_estimated(design, x, err) : vb_fail_memory(err, size * sizeof *x);

    if (status == VB_OK)
        status = vb_rank_find(design->n_scans, design->n_cols, x, arena, rank, err);
    vb_arena_free(scratch);
    return status;
}
