/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roi_plain.c - `valuebold roi` on one image, or on maps, without a spec. */
#include "roi_args.h"
#include "valuebold/file.h"
#include "valuebold/glm_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LEVEL = 0.95; /* of intervals */

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

static vb_status check_usage(const roi_args *args, vb_error *err)
{
    const study_args *s = &args->study;

    if (!s->bold.n && !args->map.n)
        return vb_fail(
            err, VB_EUSAGE,
            "no image: give --bold FILE, --map FILE, or a spec with --bids-dir");
    if (s->bold.n && args->map.n)
        return vb_fail(err, VB_EUSAGE,
                       "--bold and --map make different tables: one at a time");
    if (args->design.n && args->design.n != s->bold.n)
        return vb_fail(
            err, VB_EUSAGE,
            "--design was given %zu times and --bold %zu times; each image has "
            "one, in the same order",
            args->design.n, s->bold.n);
    if (s->contrast.n && !args->design.n)
        return vb_fail(
            err, VB_EUSAGE,
            "--contrast needs the columns it is of: --design FILE, or a spec");
    if (s->bold.n > 1 && !s->common.output_dir)
        return vb_fail(err, VB_EUSAGE,
                       "more than one image: say where to with --output-dir DIR");
    if (!isnan(s->tr_s) && !(s->tr_s > 0 && s->tr_s < 100))
        return vb_fail(err, VB_EUSAGE,
                       "--tr %g: a repetition time in seconds, above 0 and below 100",
                       s->tr_s);
    if (!isnan(s->high_pass_s) && !(s->high_pass_s > 0))
        return vb_fail(err, VB_EUSAGE, "--high-pass %g: a cut-off in seconds, above 0",
                       s->high_pass_s);
    return VB_OK;
}

/* Publishes outputs, or prints the one whose name ends in suffix. */
static vb_status deliver(const roi_args *args, const vb_outputs *outputs,
                         const char *suffix, cli_context *context, vb_error *err)
{
    const cli_common *common = &args->study.common;
    const size_t end = strlen(suffix);
    vb_json j;

    if (common->output_dir) {
        const vb_status status = cli_publish(context, outputs, err);

        if (status != VB_OK)
            return status;
    } else if (cli_strict(context, err) != VB_OK) {
        return VB_EINPUT;
    }
    if (common->json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", common->output_dir);
        vb_json_count(&j, "files", common->output_dir ? outputs->n : 0);
        cli_json_end(context, &j);
        return VB_OK;
    }
    for (size_t i = 0; !common->output_dir && i < outputs->n; i++) {
        const vb_output *o = &outputs->items[i];
        const size_t n = strlen(o->path);

        if (n >= end && strcmp(o->path + n - end, suffix) == 0)
            vb_put(&context->out, o->bytes.bytes, o->bytes.n);
    }
    if (common->output_dir && !common->quiet)
        vb_putf(&context->out, "%zu files written below %s\n", outputs->n,
                common->output_dir);
    return VB_OK;
}

/* --tr, else the sidecar, else the header; the latter two may not differ. */
static vb_status find_tr(const study_args *s, const vb_nifti_header *header,
                         cli_context *context, double *tr_s, vb_error *err)
{
    vb_bids_run run = {.tr_s = NAN, .start_time_s = NAN, .slice_time_mid_s = NAN};
    vb_status status = VB_OK;

    if (s->sidecar)
        status = vb_bids_read_sidecar(s->sidecar, context->arena, &run, &context->notes,
                                      err);
    if (status != VB_OK)
        return status;
    *tr_s = !isnan(s->tr_s) ? s->tr_s : !isnan(run.tr_s) ? run.tr_s : header->tr_s;
    if (isnan(s->tr_s) && fabs(run.tr_s - header->tr_s) > 0.001)
        return vb_fail_at(err, VB_EINPUT, s->sidecar, 0, 0,
                          "RepetitionTime is %g s, the header of %s says %g s: they "
                          "differ; say which is right with --tr",
                          run.tr_s, header->path, header->tr_s);
    return VB_OK;
}

static vb_status read_design(const char *path, double tr_s, cli_context *context,
                             vb_design **design, vb_error *err)
{
    vb_table *table = NULL;
    vb_status status = vb_file_read_table(path, &table, &context->notes, err);

    if (status == VB_OK)
        status = vb_design_from_table(table, tr_s, design, &context->notes, err);
    vb_table_free(table);
    return status;
}

/* The contrasts of --contrast on the series: a table and its sidecar. */
static vb_status fit_contrasts(const roi_args *args, const vb_roi_series *series,
                               const vb_design *design, const vb_roi_who *who,
                               cli_context *context, vb_outputs *outputs, vb_error *err)
{
    const char *noise = args->noise ? args->noise : "ar1";
    vb_contrast_spec *specs = NULL;
    vb_contrast *contrasts = NULL;
    vb_buffer *out;
    vb_json j = {0};
    vb_status status =
        study_contrasts(&args->study.contrast, context->arena, &specs, err);

    if (status == VB_OK)
        status = vb_contrasts_resolve(design, args->study.contrast.n, specs,
                                      context->arena, &contrasts, &context->notes, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s_desc-glm_roi.tsv", who->stem);
    if (status == VB_OK)
        status = vb_roi_put_models(series, design, args->study.contrast.n, contrasts,
                                   noise, LEVEL, out, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "%s_desc-glm_roi.json", who->stem);
    if (status != VB_OK)
        return status;
    j.out = out;
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "Description", "Contrasts on the mean series of each region");
    vb_json_text(&j, "NoiseModel", noise);
    vb_json_number(&j, "ConfidenceLevel", LEVEL);
    vb_json_open(&j, "GeneratedBy", '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version", who->provenance->version);
    vb_json_text(&j, "CommandLine", who->provenance->command_line);
    vb_json_close(&j);
    vb_json_close(&j);
    return vb_buffer_ok(out, err);
}

static vb_status read_bold(const roi_args *args, size_t i, const vb_region_specs *specs,
                           vb_roi_options *options, const vb_roi_who *who,
                           cli_context *context, vb_outputs *outputs, vb_error *err)
{
    const study_args *s = &args->study;
    vb_roi_job job = {.name = who->stem, .bold = s->bold.items[i]};
    vb_design *design = NULL;
    vb_nifti_header header;
    vb_roi_set *set = NULL;
    vb_roi_series *series = NULL;
    vb_status status = vb_nifti_header_read(job.bold, &header, NULL, err);

    if (status == VB_OK)
        status = vb_nifti_check_bold(&header, err);
    if (status == VB_OK)
        status = find_tr(s, &header, context, &job.tr_s, err);
    if (status == VB_OK && !isnan(s->high_pass_s) && isnan(job.tr_s))
        status =
            vb_fail(err, VB_EUSAGE,
                    "--high-pass needs the repetition time, which %s does not have: "
                    "--tr SECONDS",
                    job.bold);
    options->high_pass_s = s->high_pass_s;
    if (status == VB_OK && args->design.n)
        status = read_design(args->design.items[i], job.tr_s, context, &design, err);
    job.design = design;
    if (status == VB_OK)
        status = vb_roi_set_make(specs, &header, options->space_is_mni, &set,
                                 &context->notes, err);
    if (status == VB_OK)
        status = vb_roi_extract_run(&job, set, options, &series, &context->notes, err);
    if (status == VB_OK)
        status = vb_roi_write_series(series, options, who, outputs, err);
    if (status == VB_OK && options->write_regions)
        status = vb_roi_write_regions(set, &header, who, outputs, &context->notes, err);
    if (status == VB_OK && s->contrast.n)
        status = fit_contrasts(args, series, design, who, context, outputs, err);
    vb_roi_series_free(series);
    vb_roi_set_free(set);
    vb_design_free(design);
    return status;
}

static vb_status read_map(const char *path, const vb_region_specs *specs,
                          const vb_roi_options *options, const vb_roi_who *who,
                          vb_buffer *table, cli_context *context, vb_error *err)
{
    vb_nifti_header header;
    vb_roi_set *set = NULL;
    vb_roi_value *values = NULL;
    const char *slash = strrchr(path, '/');
    vb_status status = vb_nifti_header_read(path, &header, &context->notes, err);

    if (status == VB_OK)
        status = vb_roi_set_make(specs, &header, options->space_is_mni, &set,
                                 &context->notes, err);
    if (status == VB_OK) {
        values = calloc(set->n + 1, sizeof *values);
        status = values ? vb_roi_map_read(&header, set, values, &context->notes, err)
                        : vb_fail_memory(err, set->n * sizeof *values);
    }
    if (status == VB_OK)
        status =
            vb_roi_put_values(set, values, slash ? slash + 1 : path, who, table, err);
    free(values);
    vb_roi_set_free(set);
    return status;
}

static vb_status read_maps(const roi_args *args, const vb_region_specs *specs,
                           const vb_roi_options *options,
                           const vb_provenance *provenance, cli_context *context,
                           vb_outputs *outputs, vb_error *err)
{
    const vb_roi_who who = {.folder = "", .stem = "maps", .provenance = provenance};
    vb_buffer *table;
    vb_status status = vb_outputs_add(outputs, &table, err, "maps_roi.tsv");

    for (size_t i = 0; i < args->map.n && status == VB_OK; i++)
        status =
            read_map(args->map.items[i], specs, options, &who, table, context, err);
    return status;
}

static vb_status read_images(const roi_args *args, const vb_region_specs *specs,
                             vb_roi_options *options, const vb_provenance *provenance,
                             cli_context *context, vb_outputs *outputs, vb_error *err)
{
    const cli_list *bold = &args->study.bold;
    vb_status status = VB_OK;

    for (size_t i = 0; i < bold->n && status == VB_OK; i++) {
        const vb_roi_who who = {.folder = "",
                                .stem = stem_of(bold->items[i], context->arena),
                                .provenance = provenance};

        if (!who.stem)
            return vb_fail_memory(err, strlen(bold->items[i]));
        for (size_t k = 0; k < i; k++)
            if (strcmp(who.stem, stem_of(bold->items[k], context->arena)) == 0)
                return vb_fail(
                    err, VB_EUSAGE,
                    "--bold %s and %s have the same name, which their tables "
                    "would share",
                    bold->items[k], bold->items[i]);
        status = read_bold(args, i, specs, options, &who, context, outputs, err);
    }
    return status;
}

vb_status roi_plain(const roi_args *args, cli_context *context, vb_error *err)
{
    const bool images = args->study.bold.n > 0;
    const vb_provenance provenance = {VB_VERSION, context->command_line};
    vb_region_specs specs = {.arena = context->arena};
    vb_outputs outputs = {0};
    vb_roi_options options;
    vb_status status = check_usage(args, err);

    if (status == VB_OK)
        status = roi_take_options(args, context, &options, err);
    if (status == VB_OK)
        status = roi_take_regions(args, &specs, context, err);
    if (status == VB_OK)
        status = images ? read_images(args, &specs, &options, &provenance, context,
                                      &outputs, err)
                        : read_maps(args, &specs, &options, &provenance, context,
                                    &outputs, err);
    if (status == VB_OK)
        status = deliver(args, &outputs,
                         !images                  ? "maps_roi.tsv"
                         : args->study.contrast.n ? "_desc-glm_roi.tsv"
                                                  : "_roits.tsv",
                         context, err);
    vb_outputs_free(&outputs);
    return status;
}
