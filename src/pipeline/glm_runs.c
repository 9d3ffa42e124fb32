/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_runs.c - runs fitted one after another, and what becomes of them together. */
#include "glm_internal.h"

#include <stdlib.h>
#include <string.h>

void glm_count(const vb_glm_fit *fit, vb_glm_summary *summary)
{
    summary->n_runs++;
    summary->n_volumes += fit->grid.n_volumes;
    summary->n_voxels += fit->n_in;
    summary->counts.n_fitted += fit->counts.n_fitted;
    summary->counts.n_nonfinite += fit->counts.n_nonfinite;
    summary->counts.n_constant += fit->counts.n_constant;
}

bool glm_is_joint(const vb_glm_options *options)
{
    return options->runs == VB_GLM_RUNS_CONCATENATE ||
           options->runs == VB_GLM_RUNS_STACK;
}

bool glm_is_pooled(const vb_glm_options *options)
{
    return strncmp(options->noise, "spm-", 4) == 0;
}

static bool concatenates(size_t n_runs, const vb_glm_place *together,
                         const vb_glm_options *options)
{
    return n_runs > 1 && together && glm_is_joint(options);
}

static bool combines(size_t n_runs, const vb_glm_place *together,
                     const vb_glm_options *options)
{
    return n_runs > 1 && together && options->runs != VB_GLM_RUNS_NONE;
}

vb_status vb_glm_plan_runs(size_t n_runs, const vb_glm_job jobs[],
                           const vb_glm_place places[], const vb_glm_place *together,
                           const vb_glm_options *options, vb_outputs *outputs,
                           vb_error *err)
{
    const bool joint = concatenates(n_runs, together, options);
    vb_status status = VB_OK;

    for (size_t r = 0; r < n_runs && status == VB_OK; r++)
        if (!joint || !glm_is_pooled(options))
            status = vb_glm_plan_names(joint ? 0 : jobs[r].n_contrasts,
                                       jobs[r].contrasts, jobs[r].left_out, options,
                                       &places[r], false, outputs, err);
    if (status == VB_OK && combines(n_runs, together, options))
        status = vb_glm_plan_names(jobs[0].n_contrasts, jobs[0].contrasts, NULL,
                                   options, together, true, outputs, err);
    return status;
}

static vb_status fit_one(const vb_glm_job *job, const vb_glm_place *place,
                         const vb_glm_options *options, vb_glm_effects **effects,
                         vb_outputs *outputs, vb_glm_summary *summary, vb_notes *notes,
                         vb_error *err)
{
    vb_glm_fit *fit = NULL;
    vb_status status = vb_glm_fit_run(job, options, &fit, notes, err);

    if (status == VB_OK)
        status = vb_glm_write_run(fit, options, place, outputs, notes, err);
    if (status == VB_OK && effects)
        status = vb_glm_effects_take(fit, job, effects, err);
    if (status == VB_OK)
        glm_count(fit, summary);
    vb_glm_fit_free(fit);
    return status;
}

vb_status vb_glm_fit_runs(size_t n_runs, const vb_glm_job jobs[],
                          const vb_glm_place places[], const vb_glm_place *together,
                          const vb_glm_options *options, vb_outputs *outputs,
                          vb_glm_summary *summary, vb_notes *notes, vb_error *err)
{
    const bool combine = combines(n_runs, together, options);
    vb_glm_effects **effects;
    vb_status status = VB_OK;

    *summary = (vb_glm_summary){0};
    if (concatenates(n_runs, together, options))
        return glm_concatenate(n_runs, jobs, places, together, options, outputs,
                               summary, notes, err);
    effects = calloc(n_runs, sizeof(vb_glm_effects *));
    if (!effects)
        return vb_fail_memory(err, n_runs * sizeof *effects);
    for (size_t r = 0; r < n_runs && status == VB_OK; r++) {
        vb_glm_job job = jobs[r];

        job.keeps_rows = combine;
        status = fit_one(&job, &places[r], options, combine ? &effects[r] : NULL,
                         outputs, summary, notes, err);
    }
    if (status == VB_OK && combine)
        status =
            vb_glm_write_runs(n_runs, effects, options, together, outputs, notes, err);
    for (size_t r = 0; r < n_runs; r++)
        vb_glm_effects_free(effects[r]);
    free(effects);
    return status;
}
