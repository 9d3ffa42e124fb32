/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drift_columns.c - columns of slow drift, for the conventions that model it. */
#include "draft.h"
#include "valuebold/drift.h"

#include <math.h>
#include <string.h>

/* 3dDeconvolve's rule for -polort A: 1 + floor(run length / 150 s). */
static const double SECONDS_AN_ORDER = 150;

static vb_status add(vb_draft *d, size_t r, size_t j, double **values)
{
    const vb_column column = {.title = vb_arena_printf(d->arena, "drift_%zu", j),
                              .kind = VB_COLUMN_DRIFT,
                              .run = r,
                              .event = VB_NONE,
                              .modulator = VB_NONE};

    return column.title ? vb_draft_add(d, &column, values)
                        : vb_fail_memory(d->err, sizeof "drift_");
}

unsigned vb_draft_drift_order(const vb_draft *d, size_t r)
{
    const vb_design_run *run = &d->runs[r];

    if (d->options.drift_order)
        return d->options.drift_order;
    return 1 + (unsigned)floor((double)run->n_scans * run->tr_s / SECONDS_AN_ORDER);
}

vb_status vb_draft_drift(vb_draft *d, size_t r)
{
    const vb_design_run *run = &d->runs[r];
    const bool cosine = strcmp(d->options.drift, "cosine") == 0,
               polynomial = strcmp(d->options.drift, "polynomial") == 0,
               legendre = strcmp(d->options.drift, "legendre") == 0;
    const size_t n =
        cosine ? vb_cosine_count(run->n_scans, run->tr_s, d->options.high_pass_s)
               : vb_draft_drift_order(d, r);
    double *values;

    if (!cosine && !polynomial && !legendre)
        return VB_OK;
    if (!cosine && n >= run->n_scans)
        return vb_fail(d->err, VB_EUSAGE,
                       "drift_order is %zu: a run of %zu scans has no such polynomial",
                       n, run->n_scans);
    for (size_t j = 1; j <= n; j++) {
        const vb_status status = add(d, r, j, &values);

        if (status != VB_OK)
            return status;
        if (cosine)
            vb_cosine_fill(run->n_scans, j, values);
        else if (legendre)
            vb_legendre_fill(run->n_scans, (unsigned)j, values);
    }
    return polynomial ? vb_polynomial_fill(run->n_scans, run->tr_s, d->sample_s[r], n,
                                           d->values + d->n_cols - n, d->err)
                      : VB_OK;
}

const char *vb_draft_drift_sentence(const vb_draft *d)
{
    if (strcmp(d->options.drift, "cosine") == 0)
        return vb_arena_printf(d->arena,
                               "Drifts slower than %g s are modelled by SPM's cosines "
                               "as columns of the matrix.",
                               d->options.high_pass_s);
    if (strcmp(d->options.drift, "polynomial") == 0)
        return vb_arena_printf(
            d->arena,
            "Slow drift is modelled by orthogonal polynomials of time "
            "up to order %u (of the first run) as columns of the "
            "matrix.",
            vb_draft_drift_order(d, 0));
    if (strcmp(d->options.drift, "legendre") == 0)
        return vb_arena_printf(
            d->arena,
            "Slow drift is modelled by Legendre polynomials up to order "
            "%u (of the first run) as columns of the matrix.",
            vb_draft_drift_order(d, 0));
    return "No high-pass is part of the matrix.";
}
