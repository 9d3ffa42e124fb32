/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c - usage and --help, made from the tables. */
#include "cli.h"

#include <string.h>

enum { WIDTH = 80, TEXT_COLUMN = 30, SUMMARY_COLUMN = 14 };

static void pad(vb_buffer *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        vb_put_char(out, ' ');
}

void cli_wrap(vb_buffer *out, const char *text, size_t at, size_t indent, size_t width)
{
    bool fresh = true; /* nothing yet on this line */

    while (*text) {
        const size_t n = strcspn(text, " \n");

        if (!fresh && at + 1 + n > width) {
            vb_put_char(out, '\n');
            pad(out, indent);
            at = indent;
            fresh = true;
        }
        if (!fresh)
            vb_put_char(out, ' ');
        vb_put(out, text, n);
        at += n + !fresh;
        fresh = false;
        text += n;
        if (strncmp(text, "\n\n", 2) == 0) { /* paragraph */
            vb_put_text(out, "\n\n");
            pad(out, indent);
            at = indent;
            fresh = true;
        }
        text += strspn(text, " \n");
    }
    vb_put_char(out, '\n');
}

void cli_help_program(vb_buffer *out)
{
    vb_put_text(out, "Usage: valuebold COMMAND [ARGUMENTS] [OPTIONS]\n\n"
                     "Model-based fMRI of value and effort: from trial logs and model\n"
                     "parameters to trial-wise signals, designs and exports.\n\n"
                     "Commands:\n");
    for (size_t i = 0; i < cli_n_commands(); i++) {
        const cli_command *command = cli_command_at(i);

        vb_putf(out, "  %-11s ", command->name);
        cli_wrap(out, command->summary, SUMMARY_COLUMN, SUMMARY_COLUMN, WIDTH);
    }
    vb_put_text(out,
                "\nOptions:\n"
                "  -h, --help  print this help\n"
                "  --version   print the version\n"
                "\n'valuebold help COMMAND' describes a command.\n"
                "\nExit codes: 0 done (warnings allowed), 1 internal fault, 2 usage,\n"
                "3 input refused, 4 not estimable, 5 output, disk or memory.\n"
                "\nExample:\n"
                "  valuebold design spec.yaml --bids-dir BIDS --output-dir out\n");
}

static void put_usage(vb_buffer *out, const cli_command *command)
{
    vb_putf(out, "Usage: valuebold %s", command->name);
    for (const cli_positional *p = command->positionals; p && p->name; p++)
        vb_putf(out, p->need == CLI_REQUIRED ? " %s" : " [%s]", p->name);
    vb_put_text(out, " [OPTIONS]\n");
}

/* "  -t, --tr SECONDS" and the help text beside it, or below when there is no room */
static void put_entry(vb_buffer *out, const cli_option *option)
{
    vb_buffer text = {0};
    const size_t before = out->n;
    size_t at;

    if (option->letter)
        vb_putf(out, "  -%c, --%s", option->letter, option->name);
    else
        vb_putf(out, "      --%s", option->name);
    if (option->argument)
        vb_putf(out, option->type == CLI_LABELS ? " %s..." : " %s", option->argument);
    at = out->n - before;
    if (at + 2 > TEXT_COLUMN) {
        vb_put_char(out, '\n');
        at = 0;
    }
    pad(out, TEXT_COLUMN - at);
    vb_put_text(&text, option->help);
    if (option->type == CLI_LIST)
        vb_put_text(&text, " (may be repeated)");
    if (option->choice) {
        vb_put_text(&text, ":");
        for (size_t i = 0; option->choice(i); i++)
            vb_putf(&text, "%s %s", i ? "," : "", option->choice(i));
    }
    if (option->initial)
        vb_putf(&text, " (default: %s)", option->initial);
    cli_wrap(out, text.n ? text.bytes : option->help, TEXT_COLUMN, TEXT_COLUMN, WIDTH);
    out->lost = out->lost || text.lost;
    vb_buffer_free(&text);
}

void cli_help_command(const cli_command *command, vb_buffer *out)
{
    const char *titles[CLI_MAX_TABLES];
    const cli_option *tables[CLI_MAX_TABLES];
    const size_t n = cli_tables(command, titles, tables);

    put_usage(out, command);
    vb_put_text(out, "\n  ");
    cli_wrap(out, command->summary, 2, 2, WIDTH);
    if (command->description) {
        vb_put_text(out, "\n  ");
        cli_wrap(out, command->description, 2, 2, WIDTH);
    }
    if (command->positionals && command->positionals->name)
        vb_put_text(out, "\nArguments:\n");
    for (const cli_positional *p = command->positionals; p && p->name; p++) {
        vb_putf(out, "  %-*s", TEXT_COLUMN - 2, p->name);
        cli_wrap(out, p->help, TEXT_COLUMN, TEXT_COLUMN, WIDTH);
    }
    for (size_t i = 0; i < n; i++) {
        vb_putf(out, "\n%s:\n", titles[i]);
        for (const cli_option *option = tables[i]; option->name; option++)
            put_entry(out, option);
    }
    if (command->example)
        vb_putf(out, "\nExample:\n  %s\n", command->example);
}
