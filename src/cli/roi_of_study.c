/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_of_study.c - `valuebold roi` on the runs of a study: files of each run, and one long table
 * of all. */
#include "roi_args.h"
#include "valuebold/file.h"

#include <string.h>

typedef struct working {
    const study_session *session;
    const vb_region_specs *specs;
    const vb_roi_options *options;
    vb_roi_set *set;
    vb_roi_report *report;
    size_t n_runs, n_files;
    cli_context *context;
} working;

static vb_status take_run(working *w, size_t r, vb_outputs *outputs, vb_error *err)
{
    vb_roi_place place;
    vb_nifti_header header;
    vb_roi_series *series = NULL;
    vb_notes *notes = &w->context->notes;
    vb_status status = vb_study_roi_place(w->session->study, r, false,
                                          &w->session->provenance, &place, err);

    if (status == VB_OK)
        status = vb_nifti_header_read(place.job.bold, &header, NULL, err);
    if (status == VB_OK && (!w->set || !vb_roi_set_fits(w->set, &header))) {
        vb_roi_set_free(w->set);
        w->set = NULL;
        status = vb_roi_set_make(w->specs, &header, w->options->space_is_mni, &w->set,
                                 notes, err);
    }
    if (status == VB_OK)
        status =
            vb_roi_extract_run(&place.job, w->set, w->options, &series, notes, err);
    if (status == VB_OK)
        status = vb_roi_report_run(w->report, r, series, outputs, notes, err);
    vb_roi_series_free(series);
    w->n_runs++;
    return status;
}

/* A subject's files are published when they are complete. */
static vb_status take_subject(working *w, size_t s, vb_error *err)
{
    const vb_study_subject *subject = &w->session->study->subjects[s];
    vb_outputs outputs = {0};
    vb_status status = VB_OK;

    for (size_t r = 0; r < subject->n_runs && status == VB_OK; r++)
        if (w->session->study->runs[subject->first_run + r].selected)
            status = take_run(w, subject->first_run + r, &outputs, err);
    if (status == VB_OK)
        status = vb_roi_report_subject(w->report, s, &outputs, &w->context->notes, err);
    if (status == VB_OK)
        status = cli_publish(w->context, &outputs, err);
    w->n_files += outputs.n;
    vb_outputs_free(&outputs);
    return status;
}

static vb_status check(working *w, vb_error *err)
{
    const cli_common *common = w->context->common;
    vb_outputs planned = {0};
    vb_status status =
        vb_study_roi_check(w->session->study, w->specs, w->options,
                           &w->session->provenance, &planned, &w->context->notes, err);

    if (status == VB_OK)
        status = vb_roi_report_names(w->report, &planned, err);
    if (status == VB_OK)
        status = vb_outputs_check(&planned, common->output_dir,
                                  common->force ? VB_REPLACE_OLD : VB_KEEP_OLD, err);
    vb_outputs_free(&planned);
    return status;
}

static void report(const working *w, cli_context *context)
{
    const cli_common *common = context->common;
    vb_json j;

    if (common->json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", common->output_dir);
        vb_json_count(&j, "runs", w->n_runs);
        vb_json_count(&j, "regions", w->set ? w->set->n : 0);
        vb_json_count(&j, "files", w->n_files);
        cli_json_end(context, &j);
    } else if (!common->quiet) {
        vb_putf(&context->out,
                "%zu region%s of %zu run%s; %zu files written below %s\n",
                w->set ? w->set->n : 0, w->set && w->set->n == 1 ? "" : "s", w->n_runs,
                w->n_runs == 1 ? "" : "s", w->n_files, common->output_dir);
    }
}

static vb_status work(working *w, vb_error *err)
{
    const vb_study *study = w->session->study;
    vb_outputs outputs = {0};
    vb_status status = check(w, err);

    for (size_t s = 0; s < study->n_subjects && status == VB_OK; s++)
        if (study->subjects[s].selected)
            status = take_subject(w, s, err);
    if (status == VB_OK)
        status =
            vb_study_write_description(study, &w->session->provenance, &outputs, err);
    if (status == VB_OK)
        status = vb_roi_report_finish(w->report, &outputs, &w->context->notes, err);
    if (status == VB_OK)
        status = cli_publish(w->context, &outputs, err);
    w->n_files += outputs.n;
    vb_outputs_free(&outputs);
    return status;
}

vb_status roi_of_study(const roi_args *args, cli_context *context, vb_error *err)
{
    vb_region_specs specs = {.arena = context->arena};
    vb_roi_options options;
    vb_roi_analysis analysis = {0};
    vb_table *participants = NULL;
    vb_glm_options glm;
    study_session session = {0};
    working w = {.session = &session,
                 .specs = &specs,
                 .options = &options,
                 .context = context};
    vb_status status = VB_OK;

    if (!args->study.common.output_dir)
        return vb_fail(err, VB_EUSAGE, "say where to with --output-dir DIR");
    if (args->design.n || args->map.n)
        return vb_fail(err, VB_EUSAGE,
                       "%s is for plain files, without a spec, --events or --bids-dir",
                       args->design.n ? "--design" : "--map");
    status = roi_take_options(args, context, &options, err);
    if (status == VB_OK)
        status = study_open(&args->study, STUDY_DESIGN, context, &session, err);
    if (status == VB_OK && session.spec->rois.n) {
        specs.items = session.spec->rois.items;
        specs.n = specs.capacity = session.spec->rois.n;
    }
    if (status == VB_OK)
        status = roi_take_regions(args, &specs, context, err);
    vb_glm_options_default(&glm);
    if (status == VB_OK)
        status = roi_take_analysis(args, context, session.spec, &glm, &analysis,
                                   &participants, err);
    if (status == VB_OK)
        status = vb_roi_report_alloc(session.study, &options, &analysis,
                                     &session.provenance, &w.report, err);
    if (status == VB_OK)
        status = work(&w, err);
    if (status == VB_OK)
        report(&w, context);
    vb_roi_report_free(w.report);
    vb_table_free(participants);
    vb_roi_set_free(w.set);
    study_close(&session);
    return status;
}
