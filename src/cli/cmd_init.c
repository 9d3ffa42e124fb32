/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_init.c - `valuebold init`: a first spec for data one has. */
#include "cli.h"

#include "valuebold/file.h"
#include "valuebold/init.h"

#include <string.h>

struct args {
    cli_common common;
    const char *data, *task, *output;
    bool force;
};

static vb_status write_file(const struct args *args, cli_context *context,
                            const vb_buffer *yaml, vb_error *err)
{
    const char *slash = strrchr(args->output, '/');
    const char *name = slash ? slash + 1 : args->output;
    const char *folder = slash ? vb_arena_substring(context->arena, args->output,
                                                    (size_t)(slash - args->output) + 1)
                               : ".";
    vb_outputs outputs = {0};
    vb_buffer *out;
    vb_status status;

    if (!name[0] || name[0] == '.')
        return vb_fail(err, VB_EUSAGE, "--output '%s': the name of a file is expected",
                       args->output);
    if (!folder)
        return vb_fail_memory(err, strlen(args->output));
    status = vb_outputs_add(&outputs, &out, err, "%s", name);
    if (status == VB_OK) {
        vb_put(out, yaml->bytes, yaml->n);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = cli_strict(context, err);
    if (status == VB_OK)
        status = vb_outputs_publish(&outputs, folder,
                                    args->force ? VB_REPLACE_OLD : VB_KEEP_OLD, err);
    vb_outputs_free(&outputs);
    return status;
}

static void report(const struct args *args, cli_context *context, const vb_buffer *yaml)
{
    vb_json j;

    if (args->common.json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output", args->output);
        vb_json_text(&j, "spec", yaml->bytes);
        cli_json_end(context, &j);
    } else if (!args->output) {
        vb_put(&context->out, yaml->bytes, yaml->n);
    } else if (!args->common.quiet) {
        vb_putf(&context->out, "%s: judge its guesses, then run valuebold check\n",
                args->output);
    }
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const struct args *args = arguments;
    vb_buffer yaml = {0};
    vb_status status =
        vb_init_look(args->data, args->task, &yaml, &context->notes, err);

    if (status == VB_OK && args->output)
        status = write_file(args, context, &yaml, err);
    if (status == VB_OK)
        report(args, context, &yaml);
    vb_buffer_free(&yaml);
    return status;
}

static const cli_positional positionals[] = {{.name = "DATA",
                                              .offset = offsetof(struct args, data),
                                              .need = CLI_REQUIRED,
                                              .help = "BIDS folder, or one events.tsv"},
                                             {0}};

static const cli_option options[] =
    {{.name = "task",
      .argument = "LABEL",
      .type = CLI_TEXT,
      .offset = offsetof(struct args, task),
      .help = "task of the data set; needed when there are several"},
     {.name = "output",
      .letter = 'o',
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = offsetof(struct args, output),
      .help = "the spec; standard output when not given"},
     {.name = "force",
      .letter = 'f',
      .type = CLI_FLAG,
      .offset = offsetof(struct args, force),
      .help = "replace the file when it is there already"},
     {0}};

const cli_command cli_command_init = {
    .name = "init",
    .summary = "look at data and write a first spec for them",
    .description =
        "Reads the events tables (and, in a BIDS folder, sidecars and confounds) and "
        "writes a spec in YAML: which rows look like decisions, which columns like "
        "rewards, efforts, probabilities and choices, with units where the events' "
        "JSON "
        "file has them.  Every guess stands beside a comment that says why it was made "
        "and what else there is; what nobody can guess is left to fill in.",
    .positionals = positionals,
    .options = options,
    .args_size = sizeof(struct args),
    .example = "valuebold init data --output spec.yaml",
    .run = run};
