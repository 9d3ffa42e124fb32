/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fsl_verify.c - reads FSL's files back and compares them with the job. */
#include "exporters.h"
#include "fsl_internal.h"
#include "vest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double onset_tolerance_s = 1e-6;
static const double weight_tolerance = 1e-8; /* relative */
static const double design_tolerance = 1e-6; /* of the column's largest value: %e has 7
                                                digits */

typedef struct checker {
    const export_plan *plan;
    const vb_outputs *outputs;
    size_t n_values;
    vb_error *err;
} checker;

static vb_status differs(const checker *c, const char *file, size_t row, size_t col,
                         double found, double expected)
{
    return vb_fail_at(
        c->err, VB_EINPUT, file, 0, 0,
        "row %zu, column %zu: the file has %.10g, the study %.10g; it was "
        "edited, or belongs to another study",
        row + 1, col + 1, found, expected);
}

static vb_status need_rows(const checker *c, const char *file, size_t rows, size_t cols,
                           size_t expected_rows, size_t expected_cols)
{
    if (rows == expected_rows && (cols == expected_cols || !rows))
        return VB_OK;
    return vb_fail_at(c->err, VB_EINPUT, file, 0, 0,
                      "the file has %zu rows of %zu numbers, the study %zu of %zu",
                      rows, cols, expected_rows, expected_cols);
}

static vb_status find(const checker *c, size_t r, const char *suffix,
                      const vb_output **found)
{
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];

    export_folder(c->plan->job, "fsl", folder, sizeof folder);
    vb_export_stem(c->plan->job, r, stem, sizeof stem);
    return export_need(c->outputs, found, c->err, "%s/%s_%s", folder, stem, suffix);
}

static const char *text_of(const vb_output *o)
{
    return o->bytes.bytes ? o->bytes.bytes : "";
}

static vb_status check_ev(checker *c, size_t ev, size_t r)
{
    static const double zeros[3];
    char suffix[EXPORT_NAME_MAX + 16];
    const vb_output *file;
    const double *expected = zeros;
    double *rows, *x;
    size_t n, n_rows, n_cols;
    vb_status status = export_rows(c->plan, ev, r, &n, &rows, c->err);

    snprintf(suffix, sizeof suffix, "ev-%s.txt", c->plan->evs[ev].name);
    if (status == VB_OK)
        status = find(c, r, suffix, &file);
    if (status == VB_OK)
        status = vest_read_rows(file->path, text_of(file), c->plan->arena, &n_rows,
                                &n_cols, &x, c->err);
    if (status == VB_OK)
        status = need_rows(c, file->path, n_rows, n_cols, n ? n : 1, 3);
    if (status != VB_OK)
        return status;
    if (n)
        expected = rows;
    for (size_t i = 0; i < 3 * n_rows; i++) {
        const double most =
            i % 3 == 2 ? weight_tolerance * fabs(expected[i]) : onset_tolerance_s;

        if (!(fabs(x[i] - expected[i]) <= most))
            return differs(c, file->path, i / 3, i % 3, x[i], expected[i]);
        c->n_values++;
    }
    return VB_OK;
}

static vb_status check_confounds(checker *c, size_t r)
{
    const vb_design_run *run = &c->plan->job->runs[r];
    const vb_output *file;
    double *x;
    size_t n_rows, n_cols;
    vb_status status;

    if (!run->n_confounds)
        return VB_OK;
    status = find(c, r, "confounds.txt", &file);
    if (status == VB_OK)
        status = vest_read_rows(file->path, text_of(file), c->plan->arena, &n_rows,
                                &n_cols, &x, c->err);
    if (status == VB_OK)
        status =
            need_rows(c, file->path, n_rows, n_cols, run->n_scans, run->n_confounds);
    for (size_t i = 0; status == VB_OK && i < n_rows * n_cols; i++) {
        if (!(fabs(x[i] - run->confounds[i]) <=
              weight_tolerance * fabs(run->confounds[i])))
            return differs(c, file->path, i / n_cols, i % n_cols, x[i],
                           run->confounds[i]);
        c->n_values++;
    }
    return status;
}

static vb_status check_design(checker *c, size_t r)
{
    const vb_design *d = c->plan->job->designs[r];
    const vb_output *file;
    vest v = {0};
    vb_status status = find(c, r, "design.mat", &file);

    if (status == VB_OK)
        status = vest_read(file->path, text_of(file), c->plan->arena, &v, c->err);
    if (status == VB_OK)
        status = need_rows(c, file->path, v.n_rows, v.n_cols, d->n_scans, d->n_cols);
    for (size_t j = 0; status == VB_OK && j < d->n_cols; j++) {
        double most = 0;

        for (size_t i = 0; i < d->n_scans; i++)
            most = fmax(most, fabs(d->x[i * d->n_cols + j]));
        for (size_t i = 0; i < d->n_scans; i++) {
            const size_t k = i * d->n_cols + j;

            if (!(fabs(v.x[k] - d->x[k]) <= design_tolerance * most))
                return differs(c, file->path, i, j, v.x[k], d->x[k]);
            c->n_values++;
        }
    }
    return status;
}

static vb_status check_contrasts(checker *c, size_t r)
{
    const vb_export_job *job = c->plan->job;
    const size_t n_cols = job->designs[r]->n_cols;
    const vb_output *file;
    size_t row = 0, n = 0;
    vest v = {0};
    vb_status status;

    for (size_t k = 0; k < job->n_contrasts; k++)
        n += job->contrasts[r][k].n_rows;
    if (!n)
        return VB_OK;
    status = find(c, r, "design.con", &file);
    if (status == VB_OK)
        status = vest_read(file->path, text_of(file), c->plan->arena, &v, c->err);
    if (status == VB_OK)
        status = need_rows(c, file->path, v.n_rows, v.n_cols, n, n_cols);
    for (size_t k = 0; status == VB_OK && k < job->n_contrasts; k++) {
        const vb_contrast *contrast = &job->contrasts[r][k];

        for (size_t i = 0; i < contrast->n_rows * n_cols; i++) {
            const double w = contrast->weights[i], found = v.x[row * n_cols + i];

            if (!(fabs(found - w) <= design_tolerance * fmax(1, fabs(w))))
                return differs(c, file->path, row + i / n_cols, i % n_cols, found, w);
            c->n_values++;
        }
        row += contrast->n_rows;
    }
    return status;
}

vb_status vb_fsl_verify(const vb_export_job *job, const vb_outputs *outputs,
                        size_t *n_values, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    checker c = {.outputs = outputs, .err = err};
    const vb_output *fsf;
    export_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = fsl_plan_make(job, arena, &plan, NULL, err);
    c.plan = &plan;
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++) {
        for (size_t i = 0; i < plan.n_evs && status == VB_OK; i++)
            status = check_ev(&c, i, r);
        if (status == VB_OK)
            status = check_confounds(&c, r);
        if (status == VB_OK)
            status = check_design(&c, r);
        if (status == VB_OK)
            status = check_contrasts(&c, r);
        if (status == VB_OK)
            status = find(&c, r, "design.fsf", &fsf);
    }
    if (status == VB_OK)
        *n_values = c.n_values;
    vb_arena_free(arena);
    return status;
}
