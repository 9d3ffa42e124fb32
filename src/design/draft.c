/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft.c - columns of a design while it is built. */
#include "draft.h"

#include <math.h>
#include <string.h>

static vb_status grow(vb_draft *d)
{
    const size_t capacity = d->capacity ? 2 * d->capacity : 64;
    vb_column *columns = vb_arena_take(d->scratch, capacity, sizeof *columns);
    double **values = vb_arena_take(d->scratch, capacity, sizeof *values);

    if (!columns || !values)
        return vb_fail_memory(d->err, capacity * sizeof *columns);
    if (d->n_cols) {
        memcpy(columns, d->columns, d->n_cols * sizeof *columns);
        memcpy(values, d->values, d->n_cols * sizeof *values);
    }
    d->columns = columns;
    d->values = values;
    d->capacity = capacity;
    return VB_OK;
}

vb_status vb_draft_add(vb_draft *d, const vb_column *what, double **values)
{
    vb_column column = *what;
    double *x = vb_arena_take(d->scratch, d->runs[what->run].n_scans, sizeof *x);

    if (d->n_cols == d->capacity && grow(d) != VB_OK)
        return VB_ENOMEM;
    if (!column.name)
        column.name = d->n_runs > 1
                          ? vb_arena_printf(d->arena, "run-%s_%s",
                                            d->runs[what->run].label, column.title)
                          : column.title;
    if (!column.name || !x)
        return vb_fail_memory(d->err, d->runs[what->run].n_scans * sizeof *x);
    d->columns[d->n_cols] = column;
    d->values[d->n_cols++] = x;
    *values = x;
    return VB_OK;
}

vb_status vb_draft_add_term(vb_draft *d, size_t r, size_t e, const vb_term *term,
                            const char *suffix, size_t basis, const char *name,
                            double **values)
{
    const vb_column column = {.name = name,
                              .title = vb_arena_printf(d->arena, "%s%s", term->title,
                                                       suffix),
                              .kind = term->kind,
                              .run = r,
                              .event = e,
                              .modulator = term->modulator,
                              .power = term->power,
                              .basis = basis};

    return column.title ? vb_draft_add(d, &column, values)
                        : vb_fail_memory(d->err, strlen(term->title));
}

double vb_column_height(size_t n, const double x[])
{
    double low = 0, high = 0;

    for (size_t s = 0; s < n; s++) {
        low = fmin(low, x[s]);
        high = fmax(high, x[s]);
    }
    return high - low;
}

vb_status vb_draft_confounds(vb_draft *d, size_t r, bool centre, bool spm_names)
{
    const vb_design_run *run = &d->runs[r];

    for (size_t j = 0; j < run->n_confounds; j++) {
        vb_column column = {.title = vb_arena_string(d->arena, run->confound_names[j]),
                            .kind = VB_COLUMN_CONFOUND,
                            .run = r,
                            .event = VB_NONE,
                            .modulator = VB_NONE};
        double *x, mean = 0;
        vb_status status;

        if (spm_names)
            column.name =
                vb_arena_printf(d->arena, "Sn(%zu) %s", r + 1, run->confound_names[j]);
        if (!column.title || (spm_names && !column.name))
            return vb_fail_memory(d->err, strlen(run->confound_names[j]));
        status = vb_draft_add(d, &column, &x);
        if (status != VB_OK)
            return status;
        for (size_t s = 0; s < run->n_scans; s++) {
            x[s] = run->confounds[s * run->n_confounds + j];
            mean += x[s] / (double)run->n_scans;
        }
        for (size_t s = 0; centre && s < run->n_scans; s++)
            x[s] -= mean;
    }
    return VB_OK;
}
