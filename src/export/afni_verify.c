/* SPDX-License-Identifier: GPL-3.0-or-later */
/* afni_verify.c - reads AFNI's files back and compares them with the job. */
#include "afni_internal.h"
#include "exporters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double tolerance = 1e-8; /* relative; below 1 absolute */

typedef struct checker {
    const afni_plan *plan;
    const vb_output *file;
    size_t n_values, line;
    vb_error *err;
} checker;

static vb_status check_number(checker *c, const char *cell, size_t n, double wanted)
{
    char text[64];
    double found;

    snprintf(text, sizeof text, "%.*s", (int)n, cell);
    if (vb_number_read(text, &found) != VB_NUMBER_OK ||
        !(fabs(found - wanted) <= tolerance * fmax(1, fabs(wanted))))
        return vb_fail_at(c->err, VB_EINPUT, c->file->path, c->line, 0,
                          "the file has %s, the study %.10g; it was edited, or belongs "
                          "to another study",
                          text, wanted);
    c->n_values++;
    return VB_OK;
}

/* "onset*a,b:duration", n characters. */
static vb_status check_trial(checker *c, const char *s, size_t n, const afni_trials *t,
                             size_t i, bool duration)
{
    const size_t k = t->n_modulators, n_numbers = 1 + k + (duration ? 1 : 0);
    size_t at = 0;
    vb_status status = VB_OK;

    for (size_t m = 0; m < n_numbers && status == VB_OK; m++) {
        const size_t length = strcspn(s + at, "*,: \n");
        const double wanted = m == 0   ? t->onset_s[i]
                              : m <= k ? t->weight[i * k + m - 1]
                                       : t->duration_s[i];

        status = check_number(c, s + at, length, wanted);
        at += length + (m + 1 < n_numbers);
    }
    if (status == VB_OK && at != n)
        status =
            vb_fail_at(c->err, VB_EINPUT, c->file->path, c->line, 0,
                       "event %zu has more or fewer numbers than the study's", i + 1);
    return status;
}

static vb_status check_run(checker *c, size_t stim, size_t r, const char *s, size_t n)
{
    const bool duration = c->plan->stims[stim].durations == AFNI_VARYING;
    const char *end = s + n;
    afni_trials t;
    size_t i = 0;
    vb_status status = afni_trials_of(c->plan, stim, r, &t, c->err);

    while (status == VB_OK && s < end) {
        const size_t length = strcspn(s, " \n");

        if (!length || (length == 1 && *s == '*')) {
            s++;
            continue;
        }
        if (i == t.n_trials)
            return vb_fail_at(c->err, VB_EINPUT, c->file->path, c->line, 0,
                              "this run has more than the study's %zu events",
                              t.n_trials);
        status = check_trial(c, s, length, &t, i++, duration);
        s += length + (s + length < end);
    }
    if (status == VB_OK && i != t.n_trials)
        status = vb_fail_at(c->err, VB_EINPUT, c->file->path, c->line, 0,
                            "this run has %zu events, the study %zu", i, t.n_trials);
    return status;
}

static vb_status check_stim(checker *c, const vb_outputs *outputs, size_t stim)
{
    const size_t n_runs = c->plan->evs.job->n_runs;
    char folder[VB_TEXT_MAX], name[VB_TEXT_MAX];
    const char *s;
    vb_status status;

    export_folder(c->plan->evs.job, "afni", folder, sizeof folder);
    status = export_need(outputs, &c->file, c->err, "%s/%s", folder,
                         afni_file_name(c->plan, stim, name, sizeof name));
    if (status != VB_OK)
        return status;
    s = c->file->bytes.bytes ? c->file->bytes.bytes : "";
    for (size_t r = 0; r < n_runs && status == VB_OK; r++) {
        const size_t n = strcspn(s, "\n");

        c->line = r + 1;
        if (!n)
            return vb_fail_at(c->err, VB_EINPUT, c->file->path, c->line, 0,
                              "there is no row for run %zu", r + 1);
        status = check_run(c, stim, r, s, n);
        s += n + (s[n] == '\n');
    }
    if (status == VB_OK && *s)
        status = vb_fail_at(c->err, VB_EINPUT, c->file->path, n_runs + 1, 0,
                            "there are more rows than the %zu runs", n_runs);
    return status;
}

static vb_status check_matrix(checker *c, const vb_outputs *outputs)
{
    const xmat *wanted = &c->plan->matrix;
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    xmat found;
    vb_status status;

    export_folder(c->plan->evs.job, "afni", folder, sizeof folder);
    vb_export_stem(c->plan->evs.job, VB_NONE, stem, sizeof stem);
    status = export_need(outputs, &c->file, c->err, "%s/%s.xmat.1D", folder, stem);
    if (status == VB_OK)
        status =
            xmat_read(c->file->path, c->file->bytes.bytes ? c->file->bytes.bytes : "",
                      c->plan->evs.arena, &found, c->err);
    if (status != VB_OK)
        return status;
    if (found.n_rows != wanted->n_rows || found.n_cols != wanted->n_cols ||
        found.n_runs != wanted->n_runs)
        return vb_fail_at(c->err, VB_EINPUT, c->file->path, 0, 0,
                          "the matrix is %zu x %zu of %zu runs, the study's %zu x %zu "
                          "of %zu",
                          found.n_rows, found.n_cols, found.n_runs, wanted->n_rows,
                          wanted->n_cols, wanted->n_runs);
    for (size_t i = 0; i < found.n_rows * found.n_cols; i++, c->n_values++)
        if (!(fabs(found.x[i] - wanted->x[i]) <=
              tolerance * fmax(1, fabs(wanted->x[i]))))
            return vb_fail_at(c->err, VB_EINPUT, c->file->path, 0, 0,
                              "row %zu, column %s: the file has %.10g, the study %.10g",
                              i / found.n_cols + 1, found.labels[i % found.n_cols],
                              found.x[i], wanted->x[i]);
    return VB_OK;
}

vb_status vb_afni_verify(const vb_export_job *job, const vb_outputs *outputs,
                         size_t *n_values, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    checker c = {.err = err};
    afni_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = afni_plan_make(job, arena, &plan, err);
    c.plan = &plan;
    for (size_t i = 0; status == VB_OK && i < plan.n_stims; i++)
        status = check_stim(&c, outputs, i);
    if (status == VB_OK)
        status = check_matrix(&c, outputs);
    if (status == VB_OK)
        *n_values = c.n_values;
    vb_arena_free(arena);
    return status;
}
