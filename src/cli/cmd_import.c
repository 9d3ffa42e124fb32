/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_import.c - `valuebold import`: another program's model as a spec and events. */
#include "cli.h"

#include "valuebold/file.h"
#include "valuebold/import.h"

#include <math.h>

struct args {
    cli_common common;
    cli_list sources;
    const char *participant, *task;
    double tr_s;
    bool in_scans;
};

static void report(const struct args *args, cli_context *context,
                   const vb_outputs *outputs)
{
    vb_json j;

    if (args->common.json) {
        cli_json_begin(context, &j);
        vb_json_open(&j, "files", '[');
        for (size_t i = 0; i < outputs->n; i++)
            vb_json_text(&j, NULL, outputs->items[i].path);
        vb_json_close(&j);
        cli_json_end(context, &j);
    } else if (!args->common.quiet) {
        vb_putf(&context->out,
                "%zu files written below %s; read the comments of spec.yaml, then: "
                "valuebold check %s/spec.yaml --bids-dir %s\n",
                outputs->n, args->common.output_dir, args->common.output_dir,
                args->common.output_dir);
    }
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const struct args *args = arguments;
    const vb_import_options options = {args->participant, args->task, args->tr_s,
                                       args->in_scans};
    vb_outputs outputs = {0};
    vb_status status;

    if (!args->common.output_dir)
        return vb_fail(err, VB_EUSAGE, "say where to with --output-dir DIR");
    status = vb_import(args->sources.n, args->sources.items, &options, &outputs,
                       &context->notes, err);
    if (status == VB_OK)
        status = cli_publish(context, &outputs, err);
    if (status == VB_OK)
        report(args, context, &outputs);
    vb_outputs_free(&outputs);
    return status;
}

static const cli_positional positionals[] =
    {{.name = "SOURCE",
      .offset = offsetof(struct args, sources),
      .need = CLI_SEVERAL,
      .help = "one a run: SPM's multiple-conditions .mat files, or folders of FSL's "
              "three-column files; or one BIDS Stats Model .json"},
     {0}};

static const cli_option options[] =
    {{.name = "participant",
      .argument = "LABEL",
      .type = CLI_TEXT,
      .offset = offsetof(struct args, participant),
      .help = "BIDS label of the participant the events are written for; 01 when not "
              "given"},
     {.name = "task",
      .argument = "LABEL",
      .type = CLI_TEXT,
      .offset = offsetof(struct args, task),
      .help = "BIDS label of the task; imported, or a model's own, when not given"},
     {.name = "tr",
      .argument = "SECONDS",
      .type = CLI_NUMBER,
      .offset = offsetof(struct args, tr_s),
      .help = "repetition time, for the spec"},
     {.name = "scans",
      .type = CLI_FLAG,
      .offset = offsetof(struct args, in_scans),
      .help = "onsets and durations of .mat files are in scans (SPM's units 'scans'); "
              "needs --tr"},
     {0}};

const cli_command cli_command_import =
    {.name = "import",
     .summary = "turn a model of SPM, FSL or BIDS into a spec",
     .description =
         "Writes spec.yaml and, but for a BIDS Stats Model, events tables that it "
         "reads, "
         "so that `valuebold design DIR/spec.yaml --bids-dir DIR` builds the design.  "
         "What does not map is a warning and a comment in the spec.",
     .positionals = positionals,
     .options = options,
     .groups = CLI_OUTPUT,
     .args_size = sizeof(struct args),
     .example = "valuebold import run1.mat run2.mat --tr 2 --output-dir imported",
     .run = run};
