/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_study.c - runs of a study: names, jobs, and what can be judged before voxels are read. */
#include "glm_internal.h"
#include "roi_internal.h"
#include "study_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

vb_status vb_study_roi_place(const vb_study *study, size_t r, bool together,
                             const vb_provenance *provenance, vb_roi_place *p,
                             vb_error *err)
{
    const vb_study_run *run = &study->runs[r];
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
    p->who = (vb_roi_who){.participant = files.participant,
                          .session = files.session,
                          .task = files.task,
                          .run = files.run,
                          .folder = p->folder,
                          .stem = p->stem,
                          .provenance = provenance,
                          .study = together ? NULL : study,
                          .of = run};
    p->job = (vb_roi_job){.name = study_run_name(study, run), .tr_s = run->tr_s};
    if (together)
        return VB_OK;
    if (!run->files->bold)
        return vb_fail_at(err, VB_EINPUT, run->files->events, 0, 0,
                          "no image was found for this run (%s): there must be a "
                          "..._bold.nii.gz beside the events or in the derivatives",
                          study_run_name(study, run));
    p->job.bold = run->files->bold;
    p->job.design = run->design;
    p->job.brain_mask = glm_brain_mask_of(run->files->bold, p->brain_mask);
    return VB_OK;
}

static vb_status add_names(const vb_roi_place *p, vb_outputs *outputs, vb_error *err)
{
    static const char *const ends[] = {"_roits.tsv", "_roits.json", "_roi.tsv",
                                       "_roi.json"};
    vb_status status = VB_OK;

    for (size_t i = 0; i < 4 && status == VB_OK; i++) {
        vb_buffer *bytes;

        status = vb_outputs_add(outputs, &bytes, err, "%s/%s%s", p->folder, p->stem,
                                ends[i]);
    }
    return status;
}

/* The regions are made for every grid that differs from the one before. */
static vb_status check_run(const vb_study *study, size_t r,
                           const vb_region_specs *specs, const vb_roi_options *options,
                           const vb_provenance *provenance, vb_roi_set **set,
                           vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    vb_roi_place p;
    vb_nifti_header header = {.n_volumes = 0};
    vb_status status = vb_study_roi_place(study, r, false, provenance, &p, err);

    if (status == VB_OK)
        status = vb_nifti_header_read(p.job.bold, &header, notes, err);
    if (status == VB_OK)
        status = vb_nifti_check_bold(&header, err);
    if (status == VB_OK && p.job.design && header.n_volumes != p.job.design->n_scans)
        status =
            vb_fail_at(err, VB_EINPUT, p.job.bold, 0, 0,
                       "the image has %zu volumes, the design has %zu scans (%s); they "
                       "must be as many",
                       header.n_volumes, p.job.design->n_scans,
                       study->runs[r].n_scans_from);
    if (status == VB_OK && (!*set || !vb_roi_set_fits(*set, &header))) {
        vb_roi_set_free(*set);
        *set = NULL;
        status = vb_roi_set_make(specs, &header, options->space_is_mni, set, NULL, err);
    }
    return status == VB_OK ? add_names(&p, outputs, err) : status;
}

vb_status vb_study_roi_check(const vb_study *study, const vb_region_specs *specs,
                             const vb_roi_options *options,
                             const vb_provenance *provenance, vb_outputs *outputs,
                             vb_notes *notes, vb_error *err)
{
    vb_error first = {0};
    vb_roi_set *set = NULL;

    for (size_t r = 0; r < study->n_runs; r++) {
        vb_error this = {0};

        if (study->runs[r].selected &&
            check_run(study, r, specs, options, provenance, &set, outputs, notes,
                      &this) != VB_OK &&
            first.code == VB_OK)
            first = this;
    }
    vb_roi_set_free(set);
    if (first.code != VB_OK && err)
        *err = first;
    return first.code;
}
