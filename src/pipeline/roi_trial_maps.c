/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_trial_maps.c - what is said of single trials beside their table, and the image of them. */
#include "roi_report.h"
#include "study_internal.h"
#include "valuebold/json.h"
#include "valuebold/trial_maps.h"

#include <string.h>

static void put_common(const vb_roi_report *report, vb_json *j)
{
    const vb_roi_analysis *a = report->analysis;
    const bool lsa = a->trial_method == VB_TRIAL_LSA;

    vb_json_text(
        j, "Method",
        lsa ? "LSA: all trials in one model"
            : "LSS: each trial beside the sum of the others of its event and the "
              "sums of the other events asked for");
    vb_json_text(j, "Response",
                 a->whole_trials
                     ? "from the first onset of the trial to the end of its last event"
                     : "of the event alone");
    vb_json_text(j, "NoiseModel", strcmp(a->glm->noise, "ols") == 0 ? "ols" : "ar1");
    if (strcmp(a->glm->noise, "ols") != 0)
        vb_json_text(
            j, "NoiseModelMeaning",
            "AR(1), its coefficient held at that of the model with all trials");
}

static void put_generated_by(const vb_roi_report *report, vb_json *j)
{
    vb_json_open(j, "GeneratedBy", '{');
    vb_json_text(j, "Name", "valuebold");
    vb_json_text(j, "Version", report->provenance->version);
    vb_json_text(j, "CommandLine", report->provenance->command_line);
    vb_json_close(j);
}

vb_status roi_write_trial_sidecar(const vb_roi_report *report,
                                  const vb_roi_place *place, vb_outputs *outputs,
                                  vb_error *err)
{
    vb_buffer *out;
    const vb_status status =
        vb_outputs_add(outputs, &out, err, "%s/%s_desc-trials_roi.json", place->folder,
                       place->stem);
    vb_json j = {0};

    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    vb_json_text(
        &j, "Description",
        "a row a trial: signals of the model, and for each region the estimate of "
        "the trial and its standard error, in units of the image per unit of the "
        "trial's response; n/a where the trial cannot be estimated");
    put_common(report, &j);
    put_generated_by(report, &j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status put_image(const vb_roi_report *report, const vb_roi_place *place,
                           const vb_trial_maps *maps, vb_outputs *outputs,
                           vb_error *err)
{
    const bool percent = report->analysis->glm->scaling == VB_GLM_SCALING_PERCENT;
    vb_buffer *out;
    vb_json j = {0};
    vb_status status = vb_outputs_add(outputs, &out, err,
                                      "%s/%s_desc-trials_stat-effect_statmap.nii.gz",
                                      place->folder, place->stem);

    if (status == VB_OK)
        status = vb_trial_maps_put(maps, "single-trial estimates", out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err,
                                "%s/%s_desc-trials_stat-effect_statmap.json",
                                place->folder, place->stem);
    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description",
                 "single-trial estimates: a volume for each row of the table "
                 "desc-trials_roi.tsv, in its order; NaN where there is none");
    vb_json_text(&j, "Units",
                 percent ? "percent of each voxel's mean, per unit of the response"
                         : "of the image, per unit of the response");
    put_common(report, &j);
    vb_json_number(&j, "SmoothedByFWHM", report->analysis->glm->fwhm_mm);
    vb_json_text(&j, "Mask", maps->mask_from);
    vb_json_count(&j, "VoxelsInMask", maps->n_in);
    vb_json_count(&j, "VoxelsFitted", maps->n_fitted);
    put_generated_by(report, &j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

vb_status roi_write_trial_maps(const vb_roi_report *report, size_t r,
                               const vb_trial_plan *plan, size_t n_trials,
                               vb_outputs *outputs, vb_notes *notes, vb_error *err)
{
    const vb_study_run *run = &report->study->runs[r];
    vb_roi_place place;
    vb_trial_maps *maps = NULL;
    vb_status status =
        vb_study_roi_place(report->study, r, false, report->provenance, &place, err);

    if (status == VB_OK)
        status =
            vb_trial_maps_fit(&(vb_trial_maps_job){.name = study_run_name(report->study,
                                                                          run),
                                                   .bold = place.job.bold,
                                                   .brain_mask = place.job.brain_mask,
                                                   .design = run->design,
                                                   .plan = plan,
                                                   .n_trials = n_trials},
                              report->analysis->glm, &maps, notes, err);
    if (status == VB_OK)
        status = put_image(report, &place, maps, outputs, err);
    vb_trial_maps_free(maps);
    return status;
}
