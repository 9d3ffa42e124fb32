/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_plain.c - `valuebold glm` on one image and one design. */
#include "glm_args.h"
#include "valuebold/file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "sub-01_task-x" of ".../sub-01_task-x_bold.nii.gz". */
static const char *stem_of(const char *path, vb_arena *arena)
{
    static const char *const ends[] = {".gz", ".nii", ".hdr", ".img", "_bold"};
    const char *slash = strrchr(path, '/');
    char *stem = vb_arena_string(arena, slash ? slash + 1 : path);

    for (size_t i = 0; stem && i < sizeof ends / sizeof ends[0]; i++) {
        const size_t n = strlen(stem), end = strlen(ends[i]);

        if (n > end && strcmp(stem + n - end, ends[i]) == 0)
            stem[n - end] = '\0';
    }
    return stem;
}

static vb_status check_usage(const glm_args *args, vb_error *err)
{
    const study_args *s = &args->study;

    if (s->spec || s->events.n || s->common.bids_dir)
        return vb_fail(err, VB_EUSAGE,
                       "--design is for --bold without a spec, --events or --bids-dir: "
                       "these make designs of their own");
    if (!s->bold)
        return vb_fail(err, VB_EUSAGE,
                       "--design needs the image it is for: --bold FILE");
    if (!s->contrast.n && !s->contrasts)
        return vb_fail(
            err, VB_EUSAGE,
            "no contrast: give --contrast 'EXPRESSION on the design's columns'");
    if (s->contrast.n && s->contrasts)
        return vb_fail(err, VB_EUSAGE, "--contrast and --contrasts exclude each other");
    if (!isnan(s->tr_s) && !(s->tr_s > 0 && s->tr_s < 100))
        return vb_fail(err, VB_EUSAGE,
                       "--tr %g: a repetition time in seconds, above 0 and below 100",
                       s->tr_s);
    return VB_OK;
}

static vb_status read_contrasts(const study_args *s, vb_arena *arena, size_t *n,
                                vb_contrast_spec **specs, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status;

    *n = s->contrast.n;
    if (*n)
        return study_contrasts(&s->contrast, arena, specs, err);
    status = vb_file_read(s->contrasts, 0, &bytes, err);
    if (status == VB_OK)
        status = vb_contrasts_parse(s->contrasts, bytes.n ? bytes.bytes : "", bytes.n,
                                    arena, n, specs, err);
    vb_buffer_free(&bytes);
    return status;
}

static vb_status read_design(const glm_args *args, cli_context *context,
                             vb_design **design, size_t *n, vb_contrast **contrasts,
                             vb_error *err)
{
    vb_table *table = NULL;
    vb_contrast_spec *specs = NULL;
    vb_status status = vb_file_read_table(args->design, &table, &context->notes, err);

    if (status == VB_OK)
        status =
            vb_design_from_table(table, args->study.tr_s, design, &context->notes, err);
    if (status == VB_OK)
        status = read_contrasts(&args->study, context->arena, n, &specs, err);
    if (status == VB_OK)
        status = vb_contrasts_resolve(*design, *n, specs, context->arena, contrasts,
                                      &context->notes, err);
    if (status != VB_OK && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", args->design);
    vb_table_free(table);
    return status;
}

static vb_status fit_and_write(const glm_args *args, const vb_glm_options *options,
                               const vb_glm_job *job, const vb_glm_place *place,
                               vb_glm_summary *summary, size_t *n_files,
                               cli_context *context, vb_error *err)
{
    const cli_common *common = &args->study.common;
    vb_outputs outputs = {0};
    vb_glm_fit *fit = NULL;
    vb_status status = vb_glm_plan_names(job->n_contrasts, job->contrasts, options,
                                         place, false, &outputs, err);

    if (status == VB_OK)
        status = vb_outputs_check(&outputs, common->output_dir,
                                  common->force ? VB_REPLACE_OLD : VB_KEEP_OLD, err);
    vb_outputs_free(&outputs);
    outputs = (vb_outputs){0};
    if (status == VB_OK)
        status = vb_glm_fit_run(job, options, &fit, &context->notes, err);
    if (status == VB_OK)
        status = vb_glm_write_run(fit, options, place, &outputs, &context->notes, err);
    if (status == VB_OK)
        status = cli_publish(context, &outputs, err);
    if (status == VB_OK) {
        *summary = (vb_glm_summary){.n_runs = 1,
                                    .n_volumes = fit->grid.n_volumes,
                                    .n_voxels = fit->n_in,
                                    .counts = fit->counts};
        *n_files = outputs.n;
    }
    vb_glm_fit_free(fit);
    vb_outputs_free(&outputs);
    return status;
}

vb_status glm_plain(const glm_args *args, const vb_glm_options *defaults,
                    cli_context *context, vb_error *err)
{
    const double start_s = cli_now_s();
    const vb_provenance provenance = {VB_VERSION, context->command_line};
    vb_glm_options options = *defaults;
    vb_glm_summary summary;
    vb_design *design = NULL;
    vb_contrast *contrasts = NULL;
    size_t n = 0, n_files = 0;
    vb_status status = check_usage(args, err);

    options.progress = glm_show_progress;
    options.progress_context = context;
    if (status == VB_OK)
        status = glm_take_options(args, &options, err);
    if (status == VB_OK)
        status = read_design(args, context, &design, &n, &contrasts, err);
    if (status == VB_OK) {
        const char *stem = stem_of(args->study.bold, context->arena);
        const vb_glm_job job = {.name = stem,
                                .bold = args->study.bold,
                                .design = design,
                                .n_contrasts = n,
                                .contrasts = contrasts};
        const vb_glm_place place = {.folder = "",
                                    .stem = stem,
                                    .provenance = &provenance,
                                    .design_file = args->design};

        status = stem ? fit_and_write(args, &options, &job, &place, &summary, &n_files,
                                      context, err)
                      : vb_fail_memory(err, strlen(args->study.bold));
    }
    if (status == VB_OK)
        glm_report(args, &summary, n_files, cli_now_s() - start_s, context);
    vb_design_free(design);
    return status;
}
