/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c - one process, one command: set up, parse, run, say what there is to say.
 *
 * The locale is left at "C" on purpose: a decimal comma would break every table.
 */
#include "cli.h"

#include "valuebold/file.h"
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Temporaries go, then the process dies of the signal, so that a shell sees why. */
static void on_signal(int number)
{
    vb_file_cleanup();
    signal(number, SIG_DFL);
    raise(number);
}

static void set_up(void)
{
    static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};

    for (int fd = 0; fd < 3; fd++) /* else a result file could become descriptor 1 */
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
            _exit(vb_exit_code(VB_EIO));
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        struct sigaction old;

        if (sigaction(deadly[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(deadly[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN); /* write errors are looked at where they happen */
    signal(SIGXFSZ, SIG_IGN);
    gsl_set_error_handler_off(); /* GSL aborts otherwise; every status is tested */
}

/* One argument, quoted for a shell where it must be.  Of an absolute path only the last
 * part is kept: outputs travel, and where things lie on this machine is nobody's affair. */
static void put_argument(vb_buffer *line, const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-+=./:,@%";
    const char *equals = argument[0] == '-' ? strchr(argument, '=') : NULL;
    const char *value = equals ? equals + 1 : argument;
    const char *last = value[0] == '/' ? strrchr(value, '/') : NULL;
    const bool quoted = !argument[0] || strspn(argument, plain) != strlen(argument);

    vb_put_text(line, quoted ? " '" : " ");
    if (last) {
        vb_put(line, argument, (size_t)(value - argument));
        vb_put_text(line, "...");
        argument = last;
    }
    for (const char *c = argument; *c; c++)
        if (*c == '\'')
            vb_put_text(line, "'\\''");
        else
            vb_put_char(line, *c);
    if (quoted)
        vb_put_char(line, '\'');
}

/* The command line for the provenance of outputs. */
static const char *quote_command_line(vb_arena *arena, int argc, char *const argv[])
{
    vb_buffer line = {0};
    const char *copy = "valuebold";

    vb_put_text(&line, "valuebold");
    for (int i = 1; i < argc; i++)
        put_argument(&line, argv[i]);
    if (!line.lost && line.bytes)
        copy = vb_arena_string(arena, line.bytes);
    vb_buffer_free(&line);
    return copy;
}

/* A refused command under --json still answers in JSON. */
static void put_json_error(cli_context *context, const vb_error *err)
{
    vb_json j;

    if (context->out.n)
        return;
    cli_json_begin(context, &j);
    vb_json_count(&j, "exit_code", (size_t)vb_exit_code(err->code));
    vb_json_open(&j, "error", '{');
    vb_json_text(&j, "text", err->text);
    vb_json_text(&j, "file", err->file[0] ? err->file : NULL);
    vb_json_count(&j, "line", err->line);
    vb_json_count(&j, "column", err->column);
    vb_json_close(&j);
    vb_json_open(&j, "refusals", '[');
    for (size_t i = 0; i < context->notes.n; i++) {
        const vb_note *note = &context->notes.items[i];

        if (note->severity != VB_REFUSAL)
            continue;
        vb_json_open(&j, NULL, '{');
        vb_json_text(&j, "code", note->code);
        vb_json_text(&j, "text", note->where.text);
        vb_json_text(&j, "file", note->where.file[0] ? note->where.file : NULL);
        vb_json_count(&j, "line", note->where.line);
        vb_json_count(&j, "column", note->where.column);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    cli_json_end(context, &j);
}

/* argv[0] is the command's name. */
static vb_status run_command(const cli_command *command, cli_context *context, int argc,
                             char *const argv[], vb_error *err)
{
    static const cli_common nothing;
    void *args = vb_arena_take(context->arena, 1, command->args_size);
    vb_status status;

    context->command = command;
    context->common = &nothing;
    if (!args)
        return vb_fail_memory(err, command->args_size);
    status = cli_parse(command, argc, argv, context->arena, args, err);
    if (status)
        return status;
    context->common = args;
    if (context->common->help) {
        cli_help_command(command, &context->out);
        return VB_OK;
    }
    status = command->run(args, context, err);
    if (!status)
        status = cli_strict(context, err);
    if (status)
        err->code = status;
    cli_print_notes(context);
    if (status && context->common->json)
        put_json_error(context, err);
    return status;
}

static vb_status dispatch(cli_context *context, int argc, char *argv[], vb_error *err)
{
    const char *first = argc > 1 ? argv[1] : "--help";
    const cli_command *command = NULL;
    vb_status status;

    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0) {
        cli_help_program(&context->out);
        return VB_OK;
    }
    if (strcmp(first, "--version") == 0) {
        vb_put_text(&context->out, "valuebold " VB_VERSION "\n");
        return VB_OK;
    }
    if (strcmp(first, "--generate") == 0)
        return cli_generate(argc - 2, argv + 2, &context->out, err);
    if (first[0] == '-')
        return vb_fail(err, VB_EUSAGE,
                       "the command comes first: valuebold COMMAND [OPTIONS]; see "
                       "'valuebold --help'");
    status = cli_command_need(first, &command, err);
    return status ? status : run_command(command, context, argc - 1, argv + 1, err);
}

int main(int argc, char *argv[])
{
    cli_context context = {.arena = vb_arena_alloc()};
    vb_error err = {0}, lost = {0};
    vb_status status, written;

    set_up();
    if (context.arena) {
        context.command_line = quote_command_line(context.arena, argc, argv);
        status = dispatch(&context, argc, argv, &err);
    } else {
        status = vb_fail_memory(&err, sizeof context);
    }
    written = cli_write_stdout(&context.out, &lost);
    if (status)
        cli_print_error(&context, &err);
    if (written)
        cli_print_error(NULL, &lost);
    vb_notes_free(&context.notes);
    vb_buffer_free(&context.out);
    vb_arena_free(context.arena);
    return vb_exit_code(status ? status : written);
}
