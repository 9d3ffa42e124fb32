/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * generate.c - `valuebold --generate WHAT [COMMAND]`, for the Makefile: man pages and
 * docs pages, made from the tables.  Shell completion is in completion.c.
 */
#include "cli.h"

#include "valuebold/spec.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* roff text: '-' as a real minus, '\' doubled, a leading '.' or '\'' made harmless */
static void put_roff(vb_buffer *out, const char *s)
{
    bool at_start = true;

    for (; *s; s++) {
        if (at_start && (*s == '.' || *s == '\''))
            vb_put_text(out, "\\&");
        if (*s == '-')
            vb_put_text(out, "\\-");
        else if (*s == '\\')
            vb_put_text(out, "\\\\");
        else if (strncmp(s, "\n\n", 2) == 0) {
            vb_put_text(out, "\n.PP");
            continue;
        } else
            vb_put_char(out, *s);
        at_start = *s == '\n';
    }
}

static void put_title(vb_buffer *out, const char *name, const char *summary)
{
    vb_put_text(out, ".TH \"");
    for (const char *c = name; *c; c++)
        vb_put_char(out, (char)toupper((unsigned char)*c));
    vb_putf(out, "\" 1 \"\" \"valuebold %s\" \"User Commands\"\n.SH NAME\n",
            VB_VERSION);
    put_roff(out, name);
    vb_put_text(out, " \\- ");
    put_roff(out, summary);
    vb_put_char(out, '\n');
}

static void man_option(vb_buffer *out, const cli_option *option)
{
    vb_put_text(out, ".TP\n");
    if (option->letter)
        vb_putf(out, "\\fB\\-%c\\fR, ", option->letter);
    vb_put_text(out, "\\fB\\-\\-");
    put_roff(out, option->name);
    vb_put_text(out, "\\fR");
    if (option->argument)
        vb_putf(out, " \\fI%s\\fR%s", option->argument,
                option->type == CLI_LABELS ? "..." : "");
    vb_put_char(out, '\n');
    put_roff(out, option->help);
    for (size_t i = 0; option->choice && option->choice(i); i++) {
        vb_put_text(out, i ? ", " : ": ");
        put_roff(out, option->choice(i));
    }
    if (option->initial) {
        vb_put_text(out, " (default: ");
        put_roff(out, option->initial);
        vb_put_char(out, ')');
    }
    vb_put_char(out, '\n');
}

static void man_program(vb_buffer *out)
{
    put_title(out, "valuebold", "model-based fMRI of value and effort");
    vb_put_text(out, ".SH SYNOPSIS\n.B valuebold\n.I COMMAND\n[\\fIARGUMENTS\\fR] "
                     "[\\fIOPTIONS\\fR]\n.SH COMMANDS\n");
    for (size_t i = 0; i < cli_n_commands(); i++) {
        vb_putf(out, ".TP\n.BR valuebold\\-%s (1)\n", cli_command_at(i)->name);
        put_roff(out, cli_command_at(i)->summary);
        vb_put_char(out, '\n');
    }
    vb_put_text(out,
                ".SH EXIT STATUS\n"
                ".TP\n0\ndone; warnings are allowed\n"
                ".TP\n1\ninternal fault\n"
                ".TP\n2\nthe command line makes no sense\n"
                ".TP\n3\nan input was refused, or there was a warning under "
                "\\-\\-strict\n"
                ".TP\n4\na model or contrast cannot be estimated\n"
                ".TP\n5\noutput, disk, memory or permission\n"
                ".SH ENVIRONMENT\n.TP\nNO_COLOR\nwhen set, messages have no colour\n");
}

void cli_generate_man(const cli_command *command, vb_buffer *out)
{
    const char *titles[CLI_MAX_TABLES];
    const cli_option *tables[CLI_MAX_TABLES];
    char name[80];

    if (!command) {
        man_program(out);
        return;
    }
    snprintf(name, sizeof name, "valuebold-%s", command->name);
    put_title(out, name, command->summary);
    vb_putf(out, ".SH SYNOPSIS\n.B valuebold %s\n", command->name);
    for (const cli_positional *p = command->positionals; p && p->name; p++)
        vb_putf(out, p->need == CLI_REQUIRED ? "\\fI%s\\fR\n" : "[\\fI%s\\fR]\n",
                p->name);
    vb_put_text(out, "[\\fIOPTIONS\\fR]\n");
    if (command->description) {
        vb_put_text(out, ".SH DESCRIPTION\n");
        put_roff(out, command->description);
        vb_put_char(out, '\n');
    }
    if (command->positionals && command->positionals->name)
        vb_put_text(out, ".SH ARGUMENTS\n");
    for (const cli_positional *p = command->positionals; p && p->name; p++) {
        vb_putf(out, ".TP\n\\fI%s\\fR\n", p->name);
        put_roff(out, p->help);
        vb_put_char(out, '\n');
    }
    for (size_t i = 0, n = cli_tables(command, titles, tables); i < n; i++) {
        vb_putf(out, ".SH \"%s\"\n", titles[i]);
        for (const cli_option *option = tables[i]; option->name; option++)
            man_option(out, option);
    }
    if (command->example) {
        vb_put_text(out, ".SH EXAMPLE\n.nf\n");
        put_roff(out, command->example);
        vb_put_text(out, "\n.fi\n");
    }
    vb_put_text(out, ".SH SEE ALSO\n.BR valuebold (1)\n");
}

static vb_status generate_commands_md(vb_buffer *out, vb_error *err)
{
    (void)err;
    vb_put_text(
        out, "# Commands\n\nThis page is `valuebold --help` and the `--help` of each "
             "command; `make docs` writes it.\n\n```\n");
    cli_help_program(out);
    vb_put_text(out, "```\n");
    for (size_t i = 0; i < cli_n_commands(); i++) {
        vb_putf(out, "\n## %s\n\n```\n", cli_command_at(i)->name);
        cli_help_command(cli_command_at(i), out);
        vb_put_text(out, "```\n");
    }
    return VB_OK;
}

/* What `--generate WHAT` writes.  Names with a '.' are files of docs/. */
static const struct {
    const char *name;
    vb_status (*write)(vb_buffer *out, vb_error *err);
} pages[] = {{"commands.md", generate_commands_md},
             {"models.md", cli_generate_models_md},
             {"tasks.md", cli_generate_tasks_md},
             {"spec.md", vb_spec_reference},
             {"spec.schema.json", vb_spec_schema},
             {"bash", cli_generate_bash},
             {"zsh", cli_generate_zsh}};
enum { N_PAGES = sizeof pages / sizeof pages[0] };

vb_status cli_generate(int argc, char *const argv[], vb_buffer *out, vb_error *err)
{
    const char *what = argc > 0 ? argv[0] : "";
    const cli_command *command = NULL;

    if (strcmp(what, "man") == 0) { /* man [COMMAND] */
        const vb_status status =
            argc > 1 ? cli_command_need(argv[1], &command, err) : VB_OK;

        if (!status)
            cli_generate_man(command, out);
        return status;
    }
    if (strcmp(what, "commands") == 0) { /* names, one a line */
        for (size_t i = 0; i < cli_n_commands(); i++)
            vb_putf(out, "%s\n", cli_command_at(i)->name);
        return VB_OK;
    }
    if (strcmp(what, "pages") == 0) { /* files of docs/, one a line */
        for (size_t i = 0; i < N_PAGES; i++)
            if (strchr(pages[i].name, '.'))
                vb_putf(out, "%s\n", pages[i].name);
        return VB_OK;
    }
    for (size_t i = 0; i < N_PAGES; i++)
        if (strcmp(what, pages[i].name) == 0)
            return pages[i].write(out, err);
    return vb_fail(
        err, VB_EUSAGE,
        "--generate writes man [COMMAND], commands, pages, bash, zsh or a page");
}
