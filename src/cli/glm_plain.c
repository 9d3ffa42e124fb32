/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glm_plain.c - `valuebold glm` on images and designs, without a spec. */
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
    if (s->bold.n != args->design.n)
        return vb_fail(err, VB_EUSAGE,
                       s->bold.n ? "--design was given %zu times and --bold %zu times; "
                                   "each run has both"
                                 : "--design needs the image it is for: --bold FILE",
                       args->design.n, s->bold.n);
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

/* The runs, their names and places. */
typedef struct plain_runs {
    size_t n, n_contrasts;
    vb_contrast_spec *specs;
    vb_design **designs;
    vb_glm_job *jobs;
    vb_glm_place *places; /* [n] and of the runs together */
} plain_runs;

static vb_status read_run(const glm_args *args, size_t r, plain_runs *runs,
                          cli_context *context, vb_error *err)
{
    const vb_missing_column rule = study_missing(args->study.missing);
    const char *file = args->design.items[r], **missing = NULL;
    vb_contrast *contrasts = NULL;
    vb_table *table = NULL;
    bool *left_out = vb_arena_take(context->arena, runs->n_contrasts, sizeof *left_out);
    vb_status status = left_out ? vb_file_read_table(file, &table, &context->notes, err)
                                : vb_fail_memory(err, runs->n_contrasts);

    if (status == VB_OK)
        status = vb_design_from_table(table, args->study.tr_s, &runs->designs[r],
                                      &context->notes, err);
    if (status == VB_OK)
        status = vb_contrasts_resolve_run(runs->designs[r], runs->n_contrasts,
                                          runs->specs, rule, context->arena, &contrasts,
                                          &missing, &context->notes, err);
    for (size_t c = 0; status == VB_OK && c < runs->n_contrasts; c++)
        left_out[c] = vb_contrast_is_left_out(&contrasts[c], runs->designs[r]->n_cols,
                                              missing[c], rule);
    if (status != VB_OK && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", file);
    vb_table_free(table);
    runs->places[r].design = runs->designs[r];
    runs->jobs[r] = (vb_glm_job){.name = runs->places[r].stem,
                                 .bold = args->study.bold.items[r],
                                 .design = runs->designs[r],
                                 .n_contrasts = runs->n_contrasts,
                                 .contrasts = contrasts,
                                 .left_out = left_out};
    return status;
}

/* A contrast that no run has would have no map at all: a slip, told by the first run. */
static vb_status check_contrasts(const plain_runs *runs, cli_context *context,
                                 vb_error *err)
{
    for (size_t c = 0; c < runs->n_contrasts; c++) {
        bool there = false;
        vb_contrast *made;

        for (size_t r = 0; r < runs->n; r++)
            there = there || !runs->jobs[r].left_out[c];
        if (!there)
            return vb_contrasts_resolve(runs->designs[0], 1, &runs->specs[c],
                                        context->arena, &made, &context->notes, err);
    }
    return VB_OK;
}

/* What the stems of the runs have in common but the run's number, or "runs". */
static const char *stem_together(size_t n, const vb_glm_place places[], vb_arena *arena)
{
    char *stem = vb_arena_string(arena, places[0].stem);
    char *run = stem ? strstr(stem, "_run-") : NULL;

    if (!run)
        return stem ? "runs" : NULL;
    for (size_t r = 1; r < n; r++)
        if (strncmp(places[r].stem, stem, (size_t)(run - stem)) != 0)
            return "runs";
    memmove(run, run + 1 + strcspn(run + 1, "_"),
            strlen(run + 1 + strcspn(run + 1, "_")) + 1);
    return stem;
}

static vb_status name_runs(const glm_args *args, const vb_provenance *provenance,
                           plain_runs *runs, vb_arena *arena, vb_error *err)
{
    for (size_t r = 0; r < runs->n; r++) {
        const char *stem = stem_of(args->study.bold.items[r], arena);

        for (size_t k = 0; stem && k < r; k++)
            if (strcmp(stem, runs->places[k].stem) == 0)
                return vb_fail(err, VB_EUSAGE,
                               "--bold %s and %s have the same name, which their maps "
                               "would be called by",
                               args->study.bold.items[k], args->study.bold.items[r]);
        runs->places[r] = (vb_glm_place){.folder = "",
                                         .stem = stem,
                                         .provenance = provenance,
                                         .design_file = args->design.items[r]};
        if (!stem)
            return vb_fail_memory(err, strlen(args->study.bold.items[r]));
    }
    runs->places[runs->n] =
        (vb_glm_place){.folder = "",
                       .stem = stem_together(runs->n, runs->places, arena),
                       .provenance = provenance};
    return runs->places[runs->n].stem ? VB_OK : vb_fail_memory(err, 1);
}

static vb_status read_runs(const glm_args *args, const vb_provenance *provenance,
                           plain_runs *runs, cli_context *context, vb_error *err)
{
    vb_arena *arena = context->arena;
    const size_t n = args->design.n;
    vb_status status;

    *runs = (plain_runs){.n = n,
                         .designs = vb_arena_take(arena, n, sizeof *runs->designs),
                         .jobs = vb_arena_take(arena, n, sizeof *runs->jobs),
                         .places = vb_arena_take(arena, n + 1, sizeof *runs->places)};
    if (!runs->designs || !runs->jobs || !runs->places) {
        runs->n = 0;
        return vb_fail_memory(err, n * sizeof *runs->jobs);
    }
    status = read_contrasts(&args->study, arena, &runs->n_contrasts, &runs->specs, err);
    if (status == VB_OK)
        status = name_runs(args, provenance, runs, arena, err);
    for (size_t r = 0; r < n && status == VB_OK; r++)
        status = read_run(args, r, runs, context, err);
    return status == VB_OK ? check_contrasts(runs, context, err) : status;
}

static vb_status fit_and_write(const glm_args *args, const vb_glm_options *options,
                               const plain_runs *runs, vb_glm_summary *summary,
                               size_t *n_files, cli_context *context, vb_error *err)
{
    const cli_common *common = &args->study.common;
    vb_outputs outputs = {0};
    vb_status status = vb_glm_plan_runs(runs->n, runs->jobs, runs->places,
                                        &runs->places[runs->n], options, &outputs, err);

    if (status == VB_OK)
        status = vb_outputs_check(&outputs, common->output_dir,
                                  common->force ? VB_REPLACE_OLD : VB_KEEP_OLD, err);
    vb_outputs_free(&outputs);
    outputs = (vb_outputs){0};
    if (status == VB_OK)
        status =
            vb_glm_fit_runs(runs->n, runs->jobs, runs->places, &runs->places[runs->n],
                            options, &outputs, summary, &context->notes, err);
    if (status == VB_OK)
        status = cli_publish(context, &outputs, err);
    *n_files = outputs.n;
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
    plain_runs runs = {0};
    size_t n_files = 0;
    vb_status status = check_usage(args, err);

    options.progress = glm_show_progress;
    options.progress_context = context;
    if (status == VB_OK)
        status = glm_take_options(args, &options, err);
    if (status == VB_OK)
        status = read_runs(args, &provenance, &runs, context, err);
    if (status == VB_OK)
        status = fit_and_write(args, &options, &runs, &summary, &n_files, context, err);
    if (status == VB_OK)
        glm_report(args, &summary, n_files, cli_now_s() - start_s, context);
    for (size_t r = 0; r < runs.n; r++)
        vb_design_free(runs.designs[r]);
    return status;
}
