/* SPDX-License-Identifier: GPL-3.0-or-later */
/* afni.c - timing files, matrix and script for AFNI. */
#include "afni_internal.h"
#include "exporters.h"

#include <math.h>
#include <string.h>

static vb_status add(const afni_plan *plan, const char *name, vb_outputs *outputs,
                     vb_buffer **out, vb_error *err)
{
    char folder[VB_TEXT_MAX];

    export_folder(plan->evs.job, "afni", folder, sizeof folder);
    return vb_outputs_add(outputs, out, err, "%s/%s", folder, name);
}

static vb_status add_stem(const afni_plan *plan, const char *suffix,
                          vb_outputs *outputs, vb_buffer **out, vb_error *err)
{
    char folder[VB_TEXT_MAX], stem[VB_TEXT_MAX];

    export_folder(plan->evs.job, "afni", folder, sizeof folder);
    vb_export_stem(plan->evs.job, VB_NONE, stem, sizeof stem);
    return vb_outputs_add(outputs, out, err, "%s/%s%s", folder, stem, suffix);
}

/* "1.25*0.5,2:3": AFNI separates amplitudes by commas (or stars) and the duration by a
 * colon. */
static void put_trial(const afni_trials *t, size_t i, bool duration, vb_buffer *out)
{
    vb_put_number(out, t->onset_s[i]);
    for (size_t m = 0; m < t->n_modulators; m++) {
        vb_put_char(out, m ? ',' : '*');
        vb_put_number(out, t->weight[i * t->n_modulators + m]);
    }
    if (duration) {
        vb_put_char(out, ':');
        vb_put_number(out, t->duration_s[i]);
    }
}

/* A run without events is "* *"; a lone event gets a "*" beside it, so that no row count
 * makes AFNI take the times for global ones. */
static vb_status write_stim(const afni_plan *plan, size_t stim, vb_outputs *outputs,
                            vb_error *err)
{
    const bool duration = plan->stims[stim].durations == AFNI_VARYING;
    char name[VB_TEXT_MAX];
    vb_buffer *out;
    vb_status status =
        add(plan, afni_file_name(plan, stim, name, sizeof name), outputs, &out, err);

    for (size_t r = 0; r < plan->evs.job->n_runs && status == VB_OK; r++) {
        afni_trials t;

        status = afni_trials_of(plan, stim, r, &t, err);
        for (size_t i = 0; status == VB_OK && i < t.n_trials; i++) {
            vb_put_text(out, i ? " " : "");
            put_trial(&t, i, duration, out);
        }
        if (status == VB_OK)
            vb_put_text(out, t.n_trials == 0   ? "* *\n"
                             : t.n_trials == 1 ? " *\n"
                                               : "\n");
    }
    return status == VB_OK ? vb_buffer_ok(out, err) : status;
}

static bool is_regressor(const afni_plan *plan, size_t j)
{
    const vb_design *design = plan->evs.job->designs[0];
    const bool legendre = design->drift && strcmp(design->drift, "legendre") == 0;

    /* the baseline: constants are -polort's, and Legendre polynomials too */
    if (plan->matrix.groups[j] == 0)
        return true;
    return plan->matrix.groups[j] < 0 && !legendre &&
           !strstr(plan->matrix.labels[j], "_constant");
}

size_t afni_n_regressors(const afni_plan *plan)
{
    size_t n = 0;

    for (size_t j = 0; j < plan->matrix.n_cols; j++)
        n += is_regressor(plan, j);
    return n;
}

/* Drift and confounds of all runs, zeros in the other runs, for -ortvec. */
static vb_status write_regressors(const afni_plan *plan, vb_outputs *outputs,
                                  vb_error *err)
{
    const xmat *m = &plan->matrix;
    vb_buffer *out;
    vb_status status;

    if (!afni_n_regressors(plan))
        return VB_OK;
    status = add_stem(plan, "_regressors.1D", outputs, &out, err);
    for (size_t i = 0; i < m->n_rows && status == VB_OK; i++) {
        size_t k = 0;

        for (size_t j = 0; j < m->n_cols; j++)
            if (is_regressor(plan, j)) {
                vb_put_text(out, k++ ? " " : "");
                vb_put_number(out, m->x[i * m->n_cols + j]);
            }
        vb_put_char(out, '\n');
    }
    return status == VB_OK ? vb_buffer_ok(out, err) : status;
}

static void note_differences(const afni_plan *plan, vb_notes *notes)
{
    const vb_export_job *job = plan->evs.job;
    const vb_design *design = job->designs[0];

    for (size_t i = 0; i < plan->n_stims; i++)
        if (!plan->stims[i].same)
            vb_note_add(notes, VB_WARNING, "export-afni-kernel", NULL, 0, 0,
                        "AFNI has no response function like `%s`: 3dDeconvolve gets %s "
                        "for '%s'; the .xmat.1D keeps ours",
                        design->hrf ? design->hrf : "spm", plan->stims[i].model,
                        plan->stims[i].label);
    if (fabs(design->sample_s[0]) > 1e-9)
        vb_note_add(notes, VB_WARNING, "export-sample-time", NULL, 0, 0,
                    "the design samples %g s into each scan, 3dDeconvolve the start of "
                    "each: shift times by that (-stim_times_subtract %g), or use the "
                    ".xmat.1D",
                    design->sample_s[0], design->sample_s[0]);
    for (size_t c = 0; c < plan->matrix.n_contrasts; c++) {
        vb_buffer unused = {0};

        if (!afni_put_contrast(plan, c, &unused))
            vb_note_add(notes, VB_WARNING, "export-contrast-skipped", NULL, 0, 0,
                        "contrast '%s' weighs confounds or drift: 3dDeconvolve's "
                        "script leaves it out, the .xmat.1D has it",
                        plan->matrix.contrasts[c].name);
        vb_buffer_free(&unused);
    }
}

vb_status vb_afni_write(const vb_export_job *job, vb_outputs *outputs, vb_notes *notes,
                        vb_error *err)
{
    vb_arena *arena = vb_arena_alloc();
    vb_buffer *out;
    afni_plan plan;
    vb_status status;

    if (!arena)
        return vb_fail_memory(err, sizeof plan);
    status = afni_plan_make(job, arena, &plan, err);
    for (size_t i = 0; status == VB_OK && i < plan.n_stims; i++)
        status = write_stim(&plan, i, outputs, err);
    if (status == VB_OK)
        status = write_regressors(&plan, outputs, err);
    if (status == VB_OK)
        status = add_stem(&plan, ".xmat.1D", outputs, &out, err);
    if (status == VB_OK) {
        xmat_put(out, &plan.matrix, job->version);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = add_stem(&plan, "_afni.sh", outputs, &out, err);
    if (status == VB_OK)
        status = afni_put_script(&plan, out, err);
    if (status == VB_OK)
        status = add(&plan, "CONVENTIONS.md", outputs, &out, err);
    if (status == VB_OK)
        status = afni_note(&plan, out, err);
    if (status == VB_OK) {
        export_note_filter(job, "AFNI", notes);
        note_differences(&plan, notes);
    }
    vb_arena_free(arena);
    return status;
}
