/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.c - completion for bash and zsh, made from the tables. */
#include "cli.h"

#include <string.h>

static const cli_option *next_option(const cli_command *command, size_t i)
{
    const char *titles[CLI_MAX_TABLES];
    const cli_option *tables[CLI_MAX_TABLES];
    const size_t n = cli_tables(command, titles, tables);

    for (size_t t = 0; t < n; t++)
        for (const cli_option *option = tables[t]; option->name; option++)
            if (i-- == 0)
                return option;
    return NULL;
}

/* Values of several words are left out: both shells take this list for single words. */
static void put_choices(vb_buffer *out, const char *(*choice)(size_t))
{
    const char *blank = "";

    for (size_t i = 0; choice(i); i++) {
        if (strpbrk(choice(i), " ()'"))
            continue;
        vb_putf(out, "%s%s", blank, choice(i));
        blank = " ";
    }
}

/* one case for an option that takes a value: what may follow it */
static void bash_value(vb_buffer *out, const cli_command *command,
                       const cli_option *option)
{
    if (!option->argument)
        return;
    vb_putf(out, "    %s:--%s", command->name, option->name);
    if (option->letter)
        vb_putf(out, "|%s:-%c", command->name, option->letter);
    vb_put_text(out, ") ");
    if (option->choice) {
        vb_put_text(out, "COMPREPLY=($(compgen -W '");
        put_choices(out, option->choice);
        vb_put_text(out, "' -- \"$word\"))");
    } else if (option->type == CLI_FILE) {
        vb_put_text(out, "COMPREPLY=($(compgen -f -- \"$word\"))");
    } else if (option->type == CLI_FOLDER) {
        vb_put_text(out, "COMPREPLY=($(compgen -d -- \"$word\"))");
    } else {
        vb_put_text(out, "COMPREPLY=()");
    }
    vb_put_text(out, "; return ;;\n");
}

vb_status cli_generate_bash(vb_buffer *out, vb_error *err)
{
    (void)err;
    vb_put_text(out,
                "# bash completion for valuebold; made by valuebold --generate bash\n"
                "# shellcheck shell=bash disable=SC2207\n"
                "_valuebold() {\n"
                "  local word=${COMP_WORDS[COMP_CWORD]} "
                "before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
                "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                "    COMPREPLY=($(compgen -W '--help --version");
    for (size_t i = 0; i < cli_n_commands(); i++)
        vb_putf(out, " %s", cli_command_at(i)->name);
    vb_put_text(out, "' -- \"$word\"))\n    return\n  fi\n"
                     "  case $command:$before in\n");
    for (size_t i = 0; i < cli_n_commands(); i++)
        for (size_t k = 0; next_option(cli_command_at(i), k); k++)
            bash_value(out, cli_command_at(i), next_option(cli_command_at(i), k));
    vb_put_text(out, "  esac\n  if [[ $word != -* ]]; then\n    case $command in\n");
    for (size_t i = 0; i < cli_n_commands(); i++) {
        const cli_positional *p = cli_command_at(i)->positionals;

        if (!p || !p->choice)
            continue;
        vb_putf(out, "    %s) COMPREPLY=($(compgen -W '", cli_command_at(i)->name);
        put_choices(out, p->choice);
        vb_put_text(out, "' -- \"$word\")); return ;;\n");
    }
    vb_put_text(out,
                "    esac\n    COMPREPLY=($(compgen -f -- \"$word\"))\n    return\n"
                "  fi\n  case $command in\n");
    for (size_t i = 0; i < cli_n_commands(); i++) {
        vb_putf(out, "    %s) COMPREPLY=($(compgen -W '", cli_command_at(i)->name);
        for (size_t k = 0; next_option(cli_command_at(i), k); k++)
            vb_putf(out, "%s--%s", k ? " " : "",
                    next_option(cli_command_at(i), k)->name);
        vb_put_text(out, "' -- \"$word\")) ;;\n");
    }
    vb_put_text(out, "  esac\n}\ncomplete -o filenames -F _valuebold valuebold\n");
    return VB_OK;
}

/* text inside '...[...]' of _arguments: quotes and brackets must not end it */
static void put_zsh_text(vb_buffer *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\'')
            vb_put_text(out, "'\\''");
        else if (strchr("[]:\\", *s))
            vb_putf(out, "\\%c", *s);
        else
            vb_put_char(out, *s);
    }
}

static void zsh_option(vb_buffer *out, const cli_option *option)
{
    vb_putf(out, "        '*--%s%s[", option->name, option->argument ? "=" : "");
    put_zsh_text(out, option->help);
    vb_put_char(out, ']');
    if (option->argument) {
        vb_putf(out, ":%s:", option->argument);
        if (option->choice) {
            vb_put_char(out, '(');
            put_choices(out, option->choice);
            vb_put_char(out, ')');
        } else if (option->type == CLI_FOLDER) {
            vb_put_text(out, "_files -/");
        } else if (option->type == CLI_FILE) {
            vb_put_text(out, "_files");
        }
    }
    vb_put_text(out, "' \\\n");
}

vb_status cli_generate_zsh(vb_buffer *out, vb_error *err)
{
    (void)err;
    vb_put_text(out,
                "#compdef valuebold\n"
                "# zsh completion for valuebold; made by valuebold --generate zsh\n"
                "_valuebold() {\n"
                "  local -a commands\n  commands=(\n");
    for (size_t i = 0; i < cli_n_commands(); i++) {
        vb_putf(out, "    '%s:", cli_command_at(i)->name);
        put_zsh_text(out, cli_command_at(i)->summary);
        vb_put_text(out, "'\n");
    }
    vb_put_text(out, "  )\n"
                     "  if (( CURRENT == 2 )); then\n"
                     "    _describe command commands\n    return\n  fi\n"
                     "  local command=$words[2]\n"
                     "  shift words; (( CURRENT-- ))\n"
                     "  case $command in\n");
    for (size_t i = 0; i < cli_n_commands(); i++) {
        const cli_positional *p = cli_command_at(i)->positionals;

        vb_putf(out, "    %s)\n      _arguments \\\n", cli_command_at(i)->name);
        for (size_t k = 0; next_option(cli_command_at(i), k); k++)
            zsh_option(out, next_option(cli_command_at(i), k));
        if (p && p->choice) {
            vb_put_text(out, "        '*:argument:(");
            put_choices(out, p->choice);
            vb_put_text(out, ")' ;;\n");
        } else {
            vb_put_text(out, "        '*:file:_files' ;;\n");
        }
    }
    vb_put_text(out, "  esac\n}\n_valuebold \"$@\"\n");
    return VB_OK;
}
