/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_of_study.c - `valuebold glm` on the runs of a study, a subject at a time. */
#include "glm_args.h"
#include "valuebold/file.h"

static vb_overwrite overwrite_of(const cli_common *common)
{
    return common->force ? VB_REPLACE_OLD : VB_KEEP_OLD;
}

/* Everything that can be refused before voxels are read. */
static vb_status check(const study_session *session, const vb_glm_options *options,
                       vb_outputs *designs, cli_context *context, vb_error *err)
{
    const cli_common *common = context->common;
    vb_outputs planned = {0};
    vb_status status = vb_study_glm_check(session->study, options, &session->provenance,
                                          &planned, &context->notes, err);

    if (status == VB_OK)
        status = vb_study_write_description(session->study, &session->provenance,
                                            designs, err);
    if (status == VB_OK)
        status = vb_study_write_designs(session->study, &session->provenance, true,
                                        &context->notes, designs, err);
    if (status == VB_OK)
        status =
            vb_outputs_check(designs, common->output_dir, overwrite_of(common), err);
    if (status == VB_OK)
        status =
            vb_outputs_check(&planned, common->output_dir, overwrite_of(common), err);
    vb_outputs_free(&planned);
    return status;
}

static void add(vb_glm_summary *total, const vb_glm_summary *one)
{
    total->n_runs += one->n_runs;
    total->n_volumes += one->n_volumes;
    total->n_voxels += one->n_voxels;
    total->counts.n_fitted += one->counts.n_fitted;
    total->counts.n_nonfinite += one->counts.n_nonfinite;
    total->counts.n_constant += one->counts.n_constant;
}

/* A subject's maps are published when they are complete, so that memory does not grow with
 * the study; outputs holds the designs of all before the first. */
static vb_status fit_subjects(const study_session *session,
                              const vb_glm_options *options, vb_outputs *outputs,
                              vb_glm_summary *total, size_t *n_files,
                              cli_context *context, vb_error *err)
{
    const vb_study *study = session->study;
    vb_status status = VB_OK;

    for (size_t s = 0; s < study->n_subjects && status == VB_OK; s++) {
        vb_glm_summary summary;

        if (!study->subjects[s].selected)
            continue;
        status = vb_study_glm_subject(study, s, options, &session->provenance, outputs,
                                      &summary, &context->notes, err);
        if (status == VB_OK)
            status = cli_publish(context, outputs, err);
        if (status != VB_OK)
            break;
        add(total, &summary);
        *n_files += outputs->n;
        vb_outputs_free(outputs);
        *outputs = (vb_outputs){0};
    }
    return status;
}

vb_status glm_of_study(const glm_args *args, vb_glm_options *options,
                       cli_context *context, vb_error *err)
{
    const double start_s = cli_now_s();
    vb_outputs outputs = {0};
    vb_glm_summary total = {0};
    study_session session;
    size_t n_files = 0;
    vb_status status = study_open(&args->study, STUDY_DESIGN, context, &session, err);

    options->progress = glm_show_progress;
    options->progress_context = context;
    if (status == VB_OK)
        status = vb_glm_options_read(session.spec, options, &context->notes, err);
    if (status == VB_OK)
        status = glm_take_options(args, options, err);
    if (status == VB_OK)
        status = check(&session, options, &outputs, context, err);
    if (status == VB_OK)
        status =
            fit_subjects(&session, options, &outputs, &total, &n_files, context, err);
    if (status == VB_OK)
        glm_report(args, &total, n_files, cli_now_s() - start_s, context);
    vb_outputs_free(&outputs);
    study_close(&session);
    return status;
}
