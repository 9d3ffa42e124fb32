/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glm_study.c - the runs of a study: each fitted on its image, the runs of a subject (in one
 * session) put together.
 */
#include "glm_internal.h"
#include "study_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEM_MAX = 512 };

typedef struct run_place {
    vb_glm_place place;
    char folder[STEM_MAX], stem[STEM_MAX];
    char brain_mask[VB_PATH_MAX];
    vb_glm_job job;
} run_place;

/* fMRIPrep names both after the run: ..._desc-preproc_bold.nii.gz, ..._desc-brain_mask... */
static const char *brain_mask_of(const char *bold, char out[VB_PATH_MAX])
{
    static const char tail[] = "_desc-preproc_bold";
    const char *at = strstr(bold, tail);

    if (!at)
        return NULL;
    snprintf(out, VB_PATH_MAX, "%.*s_desc-brain_mask%s", (int)(at - bold), bold,
             at + sizeof tail - 1);
    return out;
}

/* NULL run: the runs of the subject together. */
static void name_place(const vb_study *study, const vb_study_run *run, bool together,
                       const vb_provenance *provenance, run_place *p)
{
    vb_study_run alone = *run;
    vb_bids_run files = *run->files;
    char *func;

    if (together)
        files.run = NULL;
    alone.files = &files;
    study_stem(study, &alone, p->stem, sizeof p->stem);
    study_folder(study, &alone, p->folder, sizeof p->folder);
    func = strstr(p->folder, "/func");
    if (func)
        *func = '\0';
    p->place = (vb_glm_place){.folder = p->folder,
                              .stem = p->stem,
                              .provenance = provenance,
                              .study = study,
                              .run = together ? NULL : run};
}

static vb_status describe_run(const vb_study *study, const vb_study_run *run,
                              const vb_provenance *provenance, run_place *p,
                              vb_error *err)
{
    name_place(study, run, false, provenance, p);
    if (!run->files->bold)
        return vb_fail_at(err, VB_EINPUT, run->files->events, 0, 0,
                          "no image was found for this run (%s): there must be a "
                          "..._bold.nii.gz beside the events or in the derivatives",
                          study_run_name(study, run));
    if (!study->n_contrasts)
        return vb_fail_at(
            err, VB_EINPUT, study->spec->file, 0, 0,
            "there are no contrasts, so there would be no maps; add a "
            "contrasts section, --contrasts FILE or --contrast EXPRESSION");
    p->job = (vb_glm_job){.name = study_run_name(study, run),
                          .bold = run->files->bold,
                          .design = run->design,
                          .n_contrasts = study->n_contrasts,
                          .contrasts = run->contrasts,
                          .brain_mask = brain_mask_of(run->files->bold, p->brain_mask)};
    return VB_OK;
}

static bool puts_together(const vb_study_subject *subject,
                          const vb_glm_options *options)
{
    return subject->n_runs > 1 && options->runs != VB_GLM_RUNS_NONE;
}

static vb_status check_run(const vb_study *study, const vb_study_run *run,
                           const vb_glm_options *options,
                           const vb_provenance *provenance, vb_outputs *outputs,
                           vb_notes *notes, vb_error *err)
{
    run_place p;
    vb_nifti_header header = {.n_volumes = 0};
    vb_status status = describe_run(study, run, provenance, &p, err);

    if (status == VB_OK)
        status = vb_nifti_header_read(p.job.bold, &header, notes, err);
    if (status == VB_OK)
        status = vb_nifti_check_bold(&header, err);
    if (status == VB_OK && header.n_volumes != run->design->n_scans)
        status = vb_fail_at(err, VB_EINPUT, p.job.bold, 0, 0,
                            "the image has %zu volumes, the design has %zu scans (%s); "
                            "they must be as many",
                            header.n_volumes, run->design->n_scans, run->n_scans_from);
    if (status == VB_OK)
        status = vb_glm_plan_names(study->n_contrasts, run->contrasts, options,
                                   &p.place, false, outputs, err);
    return status;
}

vb_status vb_study_glm_check(const vb_study *study, const vb_glm_options *options,
                             const vb_provenance *provenance, vb_outputs *outputs,
                             vb_notes *notes, vb_error *err)
{
    vb_error first = {0};

    for (size_t s = 0; s < study->n_subjects; s++) {
        const vb_study_subject *subject = &study->subjects[s];
        const vb_study_run *runs = study->runs + subject->first_run;
        run_place p;

        for (size_t r = 0; subject->selected && r < subject->n_runs; r++) {
            vb_error this = {0};

            if (check_run(study, &runs[r], options, provenance, outputs, notes,
                          &this) != VB_OK &&
                first.code == VB_OK)
                first = this;
        }
        if (!subject->selected || !puts_together(subject, options) ||
            first.code != VB_OK)
            continue;
        name_place(study, runs, true, provenance, &p);
        vb_glm_plan_names(study->n_contrasts, runs->contrasts, options, &p.place, true,
                          outputs, &first);
    }
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}

static void add_counts(const vb_glm_fit *fit, vb_glm_summary *summary)
{
    summary->n_runs++;
    summary->n_volumes += fit->grid.n_volumes;
    summary->n_voxels += fit->n_in;
    summary->counts.n_fitted += fit->counts.n_fitted;
    summary->counts.n_nonfinite += fit->counts.n_nonfinite;
    summary->counts.n_constant += fit->counts.n_constant;
}

static vb_status fit_run(const vb_study *study, const vb_study_run *run,
                         const vb_glm_options *options, const vb_provenance *provenance,
                         vb_glm_effects **effects, vb_outputs *outputs,
                         vb_glm_summary *summary, vb_notes *notes, vb_error *err)
{
    run_place p;
    vb_glm_fit *fit = NULL;
    vb_status status = describe_run(study, run, provenance, &p, err);

    if (status == VB_OK)
        status = vb_glm_fit_run(&p.job, options, &fit, notes, err);
    if (status == VB_OK)
        status = vb_glm_write_run(fit, options, &p.place, outputs, notes, err);
    if (status == VB_OK && effects)
        status = vb_glm_effects_take(fit, p.job.name, effects, err);
    if (status == VB_OK)
        add_counts(fit, summary);
    vb_glm_fit_free(fit);
    return status;
}

vb_status vb_study_glm_subject(const vb_study *study, size_t s,
                               const vb_glm_options *options,
                               const vb_provenance *provenance, vb_outputs *outputs,
                               vb_glm_summary *summary, vb_notes *notes, vb_error *err)
{
    const vb_study_subject *subject = &study->subjects[s];
    const bool together = puts_together(subject, options);
    vb_glm_effects **effects = calloc(subject->n_runs, sizeof *effects);
    const vb_study_run *runs = study->runs + subject->first_run;
    vb_status status = VB_OK;

    *summary = (vb_glm_summary){0};
    if (!effects)
        return vb_fail_memory(err, subject->n_runs * sizeof *effects);
    for (size_t r = 0; r < subject->n_runs && status == VB_OK; r++)
        status = fit_run(study, &runs[r], options, provenance,
                         together ? &effects[r] : NULL, outputs, summary, notes, err);
    if (status == VB_OK && together) {
        run_place p;

        name_place(study, runs, true, provenance, &p);
        status = vb_glm_write_runs(subject->n_runs, effects, options, &p.place, outputs,
                                   notes, err);
    }
    for (size_t r = 0; r < subject->n_runs; r++)
        vb_glm_effects_free(effects[r]);
    free(effects);
    return status;
}
