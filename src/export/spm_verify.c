/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spm_verify.c - reads SPM's files back with matfile_read.c, which shares no code with the
 * writer, and compares them with the job.
 */
#include "exporters.h"
#include "spm_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double onset_tolerance_s = 1e-6;
static const double weight_tolerance = 1e-8; /* relative */

typedef struct checker {
    const char *file;
    size_t n_values;
    vb_error *err;
} checker;

static vb_status differs(const checker *c, const char *what, size_t i, double found,
                         double expected)
{
    return vb_fail_at(
        c->err, VB_EINPUT, c->file, 0, 0,
        "%s, value %zu: the file has %.10g, the study %.10g; it was edited, "
        "or belongs to another study",
        what, i + 1, found, expected);
}

static vb_status compare(checker *c, const char *what, const vb_mat *m, size_t n,
                         const double expected[], bool absolute)
{
    if (!m || (m->kind != VB_MAT_NUMBERS && m->kind != VB_MAT_LOGICAL) ||
        m->rows * m->cols != n)
        return vb_fail_at(c->err, VB_EINPUT, c->file, 0, 0,
                          "%s: %zu numbers were expected, the file has %s of %zu", what,
                          n, m ? m->class_name : "nothing", m ? m->rows * m->cols : 0);
    for (size_t i = 0; i < n; i++) {
        const double x = isnan(expected[i]) ? 0 : expected[i];
        const double most = absolute ? onset_tolerance_s : weight_tolerance * fabs(x);

        if (!(fabs(m->numbers[i] - x) <= most))
            return differs(c, what, i, m->numbers[i], x);
        c->n_values++;
    }
    return VB_OK;
}

static vb_status compare_text(checker *c, const char *what, const vb_mat *m,
                              const char *expected)
{
    if (!m || m->kind != VB_MAT_TEXT || strcmp(m->text, expected) != 0)
        return vb_fail_at(c->err, VB_EINPUT, c->file, 0, 0,
                          "%s: the file has '%s' where '%s' was expected", what,
                          m && m->kind == VB_MAT_TEXT ? m->text : "no text", expected);
    c->n_values++;
    return VB_OK;
}

/* Item i of a cell of at least i + 1. */
static const vb_mat *item(const vb_mat *cell, size_t i)
{
    if (!cell || cell->kind != VB_MAT_CELL || i >= cell->rows * cell->cols)
        return NULL;
    return cell->items[i];
}

static vb_status check_modulators(checker *c, const vb_design_event *event,
                                  const spm_run *s, size_t e, const vb_mat *pmod,
                                  size_t at)
{
    vb_status status = VB_OK;
    size_t k = 0;

    for (size_t i = 0; i < s->n_evs && status == VB_OK; i++) {
        const vb_design_modulator *m;
        double poly;

        if (s->evs[i].event != e || s->evs[i].power != 1 || !s->kept[i] ||
            s->evs[i].modulator == VB_NONE)
            continue;
        m = &event->modulators[s->evs[i].modulator];
        poly = export_n_powers(m);
        if (!pmod)
            return compare_text(c, "pmod", NULL, m->name);
        status = compare_text(c, "pmod.name", item(vb_mat_field(pmod, at, "name"), k),
                              m->name);
        if (status == VB_OK)
            status = compare(c, m->name, item(vb_mat_field(pmod, at, "param"), k),
                             event->n_events, m->weight, false);
        if (status == VB_OK)
            status = compare(c, "pmod.poly", item(vb_mat_field(pmod, at, "poly"), k++),
                             1, &poly, false);
    }
    return status;
}

static vb_status check_conditions(checker *c, const vb_design_run *run,
                                  const spm_run *s, size_t n, vb_mat *const v[])
{
    const vb_mat *names = vb_mat_find(n, v, "names"),
                 *onsets = vb_mat_find(n, v, "onsets"),
                 *durations = vb_mat_find(n, v, "durations"),
                 *orth = vb_mat_find(n, v, "orth"), *pmod = vb_mat_find(n, v, "pmod");
    vb_status status = VB_OK;
    size_t k = 0;

    for (size_t e = 0; e < run->n_events && status == VB_OK; e++) {
        const vb_design_event *event = &run->events[e];
        const double orthogonal = event->orthogonalise;

        if (!event->n_events)
            continue;
        status = compare_text(c, "names", item(names, k), event->name);
        if (status == VB_OK)
            status = compare(c, "onsets", item(onsets, k), event->n_events,
                             event->onset_s, true);
        if (status == VB_OK)
            status = compare(c, "durations", item(durations, k), event->n_events,
                             event->duration_s, true);
        if (status == VB_OK)
            status = compare(c, "orth", item(orth, k), 1, &orthogonal, false);
        if (status == VB_OK)
            status = check_modulators(c, event, s, e, pmod, k);
        k++;
    }
    if (status == VB_OK && item(names, k))
        status =
            vb_fail_at(c->err, VB_EINPUT, c->file, 0, 0,
                       "the file has more than the %zu conditions of the study", k);
    return status;
}

static vb_status check_regressors(checker *c, const vb_design_run *run, vb_arena *arena,
                                  size_t n, vb_mat *const v[])
{
    const size_t rows = run->n_scans, cols = run->n_confounds;
    double *x = vb_arena_take(arena, rows * cols, sizeof *x);
    vb_status status = VB_OK;

    if (!x)
        return vb_fail_memory(c->err, rows * cols * sizeof *x);
    for (size_t i = 0; i < rows * cols; i++)
        x[i] = run->confounds[i % rows * cols + i / rows];
    for (size_t j = 0; j < cols && status == VB_OK; j++)
        status = compare_text(c, "names", item(vb_mat_find(n, v, "names"), j),
                              run->confound_names[j]);
    return status == VB_OK
               ? compare(c, "R", vb_mat_find(n, v, "R"), rows * cols, x, false)
               : status;
}

static vb_status read_file(checker *c, const vb_outputs *outputs, vb_arena *arena,
                           const char *folder, const char *stem, const char *suffix,
                           size_t *n, vb_mat ***v)
{
    const vb_output *found;
    vb_status status =
        export_need(outputs, &found, c->err, "%s/%s_%s.mat", folder, stem, suffix);

    if (status != VB_OK)
        return status;
    c->file = found->path;
    return vb_mat_read(found->path, found->bytes.bytes, found->bytes.n, arena, n, v,
                       c->err);
}

vb_status vb_spm_verify(const vb_export_job *job, const vb_outputs *outputs,
                        size_t *n_values, vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    checker c = {.err = err};
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];
    const vb_output *batch;
    spm_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = spm_plan_make(job, arena, &plan, NULL, err);
    export_folder(job, "spm", folder, sizeof folder);
    for (size_t r = 0; r < job->n_runs && status == VB_OK; r++) {
        vb_mat **v;
        size_t n;

        vb_export_stem(job, r, stem, sizeof stem);
        status = read_file(&c, outputs, arena, folder, stem, "conditions", &n, &v);
        if (status == VB_OK)
            status = check_conditions(&c, &job->runs[r], &plan.runs[r], n, v);
        if (status != VB_OK || !job->runs[r].n_confounds)
            continue;
        status = read_file(&c, outputs, arena, folder, stem, "regressors", &n, &v);
        if (status == VB_OK)
            status = check_regressors(&c, &job->runs[r], arena, n, v);
    }
    vb_export_stem(job, VB_NONE, stem, sizeof stem);
    if (status == VB_OK)
        status = export_need(outputs, &batch, err, "%s/%s_batch.m", folder, stem);
    if (status == VB_OK)
        *n_values = c.n_values;
    vb_arena_free(arena);
    return status;
}
