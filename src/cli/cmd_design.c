/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_design.c - `valuebold design`: the design matrix of every run. */
#include "study_args.h"

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

static const cli_option options[] =
    {{.name = "diagnosis",
      .type = CLI_FLAG,
      .offset = offsetof(study_args, diagnosis),
      .help =
          "also ..._diagnosis.json, .tsv and .svg: VIF of columns and contrasts, "
          "efficiency, events outside the run, and this design under every convention"},
     {0}};

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const study_args *args = arguments;
    vb_outputs outputs = {0};
    study_session session;
    vb_status status = study_open(args, STUDY_DESIGN, context, &session, err);

    if (status == VB_OK)
        status = vb_study_write_description(session.study, &session.provenance,
                                            &outputs, err);
    if (status == VB_OK)
        status = vb_study_write_designs(session.study, &session.provenance,
                                        args->common.output_dir != NULL,
                                        &context->notes, &outputs, err);
    if (status == VB_OK && args->diagnosis)
        status =
            vb_study_write_diagnoses(session.study, &session.provenance, &outputs, err);
    if (status == VB_OK)
        status = study_deliver(args, &session, &outputs, "_design.tsv", context, err);
    vb_outputs_free(&outputs);
    study_close(&session);
    return status;
}

const cli_command cli_command_design =
    {.name = "design",
     .summary = "build the design matrix of every run",
     .description =
         "Writes sub-L/func/sub-L_task-T[_run-R]_design.tsv (one row a scan, named "
         "columns), "
         ".json (acquisition, conventions, rank, VIF, what was done to each modulator, "
         "counts, contrasts) and .svg (picture) for every run.  Without --output-dir, "
         "and "
         "for one run, the matrix goes to standard output.",
     .positionals = positionals,
     .options = options,
     .shared = study_options,
     .groups = CLI_BIDS | CLI_OUTPUT,
     .args_size = sizeof(study_args),
     .example = "valuebold design spec.yaml --bids-dir data --output-dir derivatives\n"
                "valuebold design --events sub-01_events.tsv --tr 2 --n-scans 300",
     .run = run};
