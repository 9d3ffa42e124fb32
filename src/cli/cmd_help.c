/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_help.c - `valuebold help [COMMAND]`. */
#include "cli.h"

struct args {
    cli_common common;
    const char *name;
};

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const struct args *args = arguments;
    const cli_command *command = NULL;
    vb_status status;

    if (!args->name) {
        cli_help_program(&context->out);
        return VB_OK;
    }
    status = cli_command_need(args->name, &command, err);
    if (!status)
        cli_help_command(command, &context->out);
    return status;
}

static const cli_positional positionals[] = {{"COMMAND", offsetof(struct args, name),
                                              CLI_OPTIONAL, "the command to describe",
                                              cli_command_choice},
                                             {0}};

const cli_command cli_command_help = {.name = "help",
                                      .summary = "describe a command",
                                      .positionals = positionals,
                                      .args_size = sizeof(struct args),
                                      .run = run,
                                      .example = "valuebold help cite"};
