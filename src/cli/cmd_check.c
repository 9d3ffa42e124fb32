/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_check.c - `valuebold check`: everything the other commands would say, no output. */
#include "study_args.h"
#include "valuebold/nifti.h"

#include <math.h>

typedef struct check_args {
    study_args study; /* first: the shared options are offsets into it */
    const char *oracle;
} check_args;

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

static const cli_option own_options[] = {
    {.name = "oracle",
     .argument = "FILE",
     .type = CLI_FILE,
     .offset = offsetof(check_args, oracle),
     .help = "read this image whole and print mean= (of all finite voxels and volumes, "
             "scaled) and tr= (s; of --tr, --sidecar or the header), nothing else"},
    {0}};

/* An image as it is read, to be held against other programs. */
static vb_status print_oracle(const check_args *args, cli_context *context,
                              vb_error *err)
{
    const char *sidecar = args->study.sidecar;
    vb_bids_run run = {.tr_s = args->study.tr_s,
                       .start_time_s = NAN,
                       .slice_time_mid_s = NAN};
    vb_nifti_header header;
    vb_nifti_survey survey;
    vb_status status =
        vb_nifti_header_read(args->oracle, &header, &context->notes, err);

    if (status == VB_OK && sidecar && isnan(run.tr_s))
        status =
            vb_bids_read_sidecar(sidecar, context->arena, &run, &context->notes, err);
    if (status == VB_OK)
        status = vb_nifti_survey_read(&header, &survey, &context->notes, err);
    if (status != VB_OK)
        return status;
    vb_put_text(&context->out, "mean=");
    vb_put_number(&context->out, survey.mean);
    vb_put_text(&context->out, "\ntr=");
    vb_put_number(&context->out, isnan(run.tr_s) ? header.tr_s : run.tr_s);
    vb_put_char(&context->out, '\n');
    return VB_OK;
}

static void put_verdict(cli_context *context)
{
    size_t n = 0;

    for (size_t i = 0; i < context->notes.n; i++)
        n += context->notes.items[i].severity == VB_WARNING ? 1 : 0;
    if (n)
        vb_putf(&context->out, "nothing refused, %zu warning%s\n", n,
                n == 1 ? "" : "s");
    else
        vb_put_text(&context->out, "no problem found\n");
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const check_args *args = arguments;
    study_session session;
    vb_status status;

    if (args->oracle)
        return print_oracle(args, context, err);
    status = study_open(&args->study, STUDY_DESIGN_IF_KNOWN, context, &session, err);
    if (status == VB_OK)
        status = cli_strict(context, err);
    if (status == VB_OK) {
        study_report(&args->study, &session, context, 0);
        if (!args->study.common.json && !args->study.common.quiet)
            put_verdict(context);
    }
    study_close(&session);
    return status;
}

const cli_command cli_command_check =
    {.name = "check",
     .summary = "judge a spec and its data, and list every problem at once",
     .description =
         "Reads the spec, the events, the parameters and what is known of the "
         "images, runs the model and builds the designs in memory, and writes "
         "nothing.  Every problem found is listed with file, line and column.",
     .positionals = positionals,
     .options = own_options,
     .shared = study_options,
     .groups = CLI_BIDS,
     .args_size = sizeof(check_args),
     .example = "valuebold check spec.yaml --bids-dir data",
     .run = run};
