/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_check.c - `valuebold check`: everything the other commands would say, no output. */
#include "study_args.h"

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

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
    const study_args *args = arguments;
    study_session session;
    vb_status status = study_open(args, STUDY_DESIGN_IF_KNOWN, context, &session, err);

    if (status == VB_OK)
        status = cli_strict(context, err);
    if (status == VB_OK) {
        study_report(args, &session, context, 0);
        if (!args->common.json && !args->common.quiet)
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
     .shared = study_options,
     .groups = CLI_BIDS,
     .args_size = sizeof(study_args),
     .example = "valuebold check spec.yaml --bids-dir data",
     .run = run};
