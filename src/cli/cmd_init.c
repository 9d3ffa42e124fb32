/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_init.c - `valuebold init`: a first spec for data one has. */
#include "cli.h"

#include "valuebold/file.h"
#include "valuebold/init.h"
#include "valuebold/tasks.h"

#include <string.h>

struct args {
    cli_common common;
    const char *data, *task, *output, *example;
    bool force, list;
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

static vb_status list_tasks(const struct args *args, cli_context *context)
{
    vb_json j;

    if (!args->common.json) {
        for (size_t i = 0; i < vb_n_tasks(); i++)
            vb_putf(&context->out, "%-24s %s\n", vb_task_at(i).name,
                    vb_task_at(i).title);
        return VB_OK;
    }
    cli_json_begin(context, &j);
    vb_json_open(&j, "tasks", '[');
    for (size_t i = 0; i < vb_n_tasks(); i++) {
        vb_json_open(&j, NULL, '{');
        vb_json_text(&j, "name", vb_task_at(i).name);
        vb_json_text(&j, "title", vb_task_at(i).title);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    cli_json_end(context, &j);
    return VB_OK;
}

/* A preset: its spec alone, or with its example into a folder. */
static vb_status init_task(const struct args *args, cli_context *context,
                           vb_buffer *yaml, vb_error *err)
{
    vb_outputs outputs = {0};
    vb_task task;
    vb_status status = vb_task_need(args->task, &task, err);

    if (status != VB_OK)
        return status;
    vb_put_text(yaml, task.spec);
    status = vb_buffer_ok(yaml, err);
    if (status != VB_OK || !args->example)
        return status;
    status = vb_task_write(&task, &outputs, err);
    if (status == VB_OK)
        status = vb_outputs_publish(&outputs, args->example,
                                    args->force ? VB_REPLACE_OLD : VB_KEEP_OLD, err);
    if (status == VB_OK && !args->common.quiet && !args->common.json)
        vb_putf(&context->out,
                "%s/spec.yaml and an example are written; try: valuebold design "
                "%s/spec.yaml --bids-dir %s/data --output-dir %s/out\n",
                args->example, args->example, args->example, args->example);
    vb_outputs_free(&outputs);
    return status;
}

static vb_status check_usage(const struct args *args, vb_error *err)
{
    if (!args->list && !args->data && !args->task)
        return vb_fail(err, VB_EUSAGE,
                       "say which DATA to look at, or --task NAME for a preset (--list "
                       "shows them)");
    if (args->example && (args->data || args->output || !args->task))
        return vb_fail(
            err, VB_EUSAGE,
            "--example DIR goes with --task NAME, without DATA and --output");
    return VB_OK;
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const struct args *args = arguments;
    vb_buffer yaml = {0};
    vb_status status = check_usage(args, err);

    if (status == VB_OK && args->list)
        return list_tasks(args, context);
    if (status == VB_OK)
        status = args->data
                     ? vb_init_look(args->data, args->task, &yaml, &context->notes, err)
                     : init_task(args, context, &yaml, err);
    if (status == VB_OK && args->example && !args->common.json) {
        vb_buffer_free(&yaml);
        return VB_OK;
    }

    if (status == VB_OK && args->output)
        status = write_file(args, context, &yaml, err);
    if (status == VB_OK)
        report(args, context, &yaml);
    vb_buffer_free(&yaml);
    return status;
}

static const cli_positional positionals[] =
    {{.name = "DATA",
      .offset = offsetof(struct args, data),
      .need = CLI_OPTIONAL,
      .help = "BIDS folder, or one events.tsv; none for a preset"},
     {0}};

static const cli_option options[] = {
    {.name = "task",
     .argument = "LABEL",
     .type = CLI_TEXT,
     .offset = offsetof(struct args, task),
     .help = "with DATA: task of the data set, needed when there are several; without: "
             "a preset's name"},
    {.name = "list",
     .type = CLI_FLAG,
     .offset = offsetof(struct args, list),
     .help = "the presets of tasks"},
    {.name = "example",
     .argument = "DIR",
     .type = CLI_FOLDER,
     .offset = offsetof(struct args, example),
     .help = "write the preset's spec and an example data set to this folder"},
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
    .summary = "write a first spec, for data or from a task's preset",
    .description =
        "Reads the events tables (and, in a BIDS folder, sidecars and confounds) and "
        "writes a spec in YAML: which rows look like decisions, which columns like "
        "rewards, efforts, probabilities and choices, with units where the events' "
        "JSON "
        "file has them.  Every guess stands beside a comment that says why it was made "
        "and what else there is; what nobody can guess is left to fill in.  Without "
        "data, --task "
        "NAME writes a preset: a spec for a task of the field, with comments that "
        "teach.",
    .positionals = positionals,
    .options = options,
    .args_size = sizeof(struct args),
    .example = "valuebold init data --output spec.yaml",
    .run = run};
