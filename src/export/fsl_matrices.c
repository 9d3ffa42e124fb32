/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_matrices.c - our design and contrasts as FSL's design.mat, .con, .fts and .grp. */
#include "effect.h"
#include "fsl_internal.h"
#include "vest.h"

#include <string.h>

static vb_status add(const export_plan *plan, size_t r, const char *suffix,
                     vb_outputs *outputs, vb_buffer **out, vb_error *err)
{
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];

    export_folder(plan->job, "fsl", folder, sizeof folder);
    vb_export_stem(plan->job, r, stem, sizeof stem);
    return vb_outputs_add(outputs, out, err, "%s/%s_design.%s", folder, stem, suffix);
}

static vb_status add_design(const export_plan *plan, size_t r, vb_outputs *outputs,
                            vb_error *err)
{
    const vb_design *d = plan->job->designs[r];
    double *heights = vb_arena_take(plan->arena, d->n_cols, sizeof *heights);
    vb_buffer *out;
    vb_status status;

    if (!heights)
        return vb_fail_memory(err, d->n_cols * sizeof *heights);
    for (size_t j = 0; j < d->n_cols; j++)
        heights[j] = d->columns[j].height;
    status = add(plan, r, "mat", outputs, &out, err);
    if (status != VB_OK)
        return status;
    vest_put_design(out, d->n_scans, d->n_cols, heights, d->x);
    return vb_buffer_ok(out, err);
}

static vb_status add_contrasts(const export_plan *plan, size_t r, size_t n,
                               const fsl_row rows[], vb_outputs *outputs, vb_error *err)
{
    const vb_design *d = plan->job->designs[r];
    double *x = vb_arena_take(plan->arena, n * d->n_cols, sizeof *x);
    double *heights = vb_arena_take(plan->arena, n, sizeof *heights);
    double *effects = vb_arena_take(plan->arena, n, sizeof *effects);
    const char **names = vb_arena_take(plan->arena, n, sizeof *names);
    effect_solver solver;
    vb_buffer *out;
    vb_status status;

    if (!x || !heights || !effects || !names)
        return vb_fail_memory(err, n * d->n_cols * sizeof *x);
    status = effect_prepare(d->x, d->n_scans, d->n_cols, plan->arena, &solver, err);
    if (status == VB_OK)
        status = add(plan, r, "con", outputs, &out, err);
    if (status != VB_OK)
        return status;
    for (size_t i = 0; i < n; i++) {
        const vb_contrast *contrast = &plan->job->contrasts[r][rows[i].contrast];

        memcpy(x + i * d->n_cols, contrast->weights + rows[i].row * d->n_cols,
               d->n_cols * sizeof *x);
        effect_of(&solver, x + i * d->n_cols, &heights[i], &effects[i]);
        names[i] = rows[i].name;
    }
    vest_put_contrasts(out, n, d->n_cols, names, heights, effects, x);
    return vb_buffer_ok(out, err);
}

vb_status fsl_add_matrices(const export_plan *plan, size_t r, vb_outputs *outputs,
                           vb_error *err)
{
    bool *keep = vb_arena_take(plan->arena, plan->job->n_contrasts, sizeof *keep);
    vb_status status = add_design(plan, r, outputs, err);
    size_t n_rows, n_f;
    fsl_row *rows;
    double *f_matrix;
    vb_buffer *out;

    if (status != VB_OK || !plan->job->n_contrasts)
        return status;
    if (!keep)
        return vb_fail_memory(err, plan->job->n_contrasts);
    memset(keep, 1, plan->job->n_contrasts); /* our matrix has every column */
    status = fsl_contrast_rows(plan, keep, &n_rows, &rows, &n_f, &f_matrix, err);
    if (status == VB_OK)
        status = add_contrasts(plan, r, n_rows, rows, outputs, err);
    if (status != VB_OK || !n_f)
        return status;
    status = add(plan, r, "fts", outputs, &out, err);
    if (status != VB_OK)
        return status;
    vest_put_f_tests(out, n_f, n_rows, f_matrix);
    status = vb_buffer_ok(out, err);
    if (status == VB_OK)
        status = add(plan, r, "grp", outputs, &out, err);
    if (status != VB_OK)
        return status;
    vest_put_group(out, plan->job->designs[r]->n_scans);
    return vb_buffer_ok(out, err);
}
