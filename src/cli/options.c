/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - the registry of commands and the options they share. */
#include "cli.h"

#include "valuebold/names.h"
#include <string.h>

#define CLI_COMMAND(id) extern const cli_command cli_command_##id;
#include "commands.def"
#undef CLI_COMMAND

#define CLI_COMMAND(id) &cli_command_##id,
static const cli_command *const commands[] = {
#include "commands.def"
};
#undef CLI_COMMAND

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

#define COMMON(member) offsetof(cli_common, member)

static const cli_option bids_options[] =
    {{.name = "bids-dir",
      .letter = 'b',
      .argument = "DIR",
      .type = CLI_FOLDER,
      .offset = COMMON(bids_dir),
      .help = "BIDS data set with the events"},
     {.name = "derivatives",
      .letter = 'd',
      .argument = "DIR",
      .type = CLI_FOLDER,
      .offset = COMMON(derivatives),
      .help = "fMRIPrep folder with confounds and preprocessed images; "
              "BIDS-DIR/derivatives/fmriprep when that is there"},
     {.name = "space",
      .argument = "LABEL",
      .type = CLI_TEXT,
      .offset = COMMON(space),
      .help = "space of the preprocessed images, as in their names"},
     {.name = "participant-label",
      .letter = 'p',
      .argument = "LABEL",
      .type = CLI_LABELS,
      .offset = COMMON(participants),
      .help = "these participants only, with or without sub-; all when not given"},
     {.name = "session-label",
      .argument = "LABEL",
      .type = CLI_LABELS,
      .offset = COMMON(sessions),
      .help = "these sessions only, with or without ses-"},
     {.name = "run",
      .argument = "LABEL",
      .type = CLI_LABELS,
      .offset = COMMON(runs),
      .help = "these runs only; 1 is also run-01"},
     {0}};

static const cli_option output_options[] =
    {{.name = "output-dir",
      .letter = 'o',
      .argument = "DIR",
      .type = CLI_FOLDER,
      .offset = COMMON(output_dir),
      .help = "folder the results are written to, made when it is not there"},
     {.name = "force",
      .letter = 'f',
      .type = CLI_FLAG,
      .offset = COMMON(force),
      .help = "replace results that are there already; without it they are kept and "
              "the command refuses"},
     {0}};

static const cli_option thread_options[] =
    {{.name = "n-procs",
      .letter = 'n',
      .argument = "N",
      .type = CLI_COUNT,
      .offset = COMMON(n_procs),
      .help =
          "processors to keep busy, from 1; never more than SLURM or the affinity mask "
          "allow, and all of those when not given.  Results do not depend on it"},
     {0}};

static const cli_option message_options[] =
    {{.name = "json",
      .type = CLI_FLAG,
      .offset = COMMON(json),
      .help = "answer on standard output as JSON"},
     {.name = "strict",
      .type = CLI_FLAG,
      .offset = COMMON(strict),
      .help = "treat warnings as errors: nothing is written, exit code 3"},
     {.name = "quiet",
      .letter = 'q',
      .type = CLI_FLAG,
      .offset = COMMON(quiet),
      .help = "print errors only"},
     {.name = "verbose",
      .letter = 'v',
      .type = CLI_LEVEL,
      .offset = COMMON(verbose),
      .help = "print every warning and note, not the first 5 of each kind"},
     {.name = "help",
      .letter = 'h',
      .type = CLI_FLAG,
      .offset = COMMON(help),
      .help = "print this help"},
     {0}};

size_t cli_n_commands(void)
{
    return N_COMMANDS;
}

const cli_command *cli_command_at(size_t i)
{
    return commands[i];
}

const char *cli_command_choice(size_t i)
{
    return i < N_COMMANDS ? commands[i]->name : NULL;
}

const cli_command *cli_command_find(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

vb_status cli_command_need(const char *name, const cli_command **command, vb_error *err)
{
    const char *names[N_COMMANDS];
    char quoted[VB_QUOTE_MAX], hint[VB_TEXT_MAX];
    const cli_command *found = cli_command_find(name);

    if (found) {
        *command = found;
        return VB_OK;
    }
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i]->name;
    return vb_fail(err, VB_EUSAGE, "there is no command '%s'%s", vb_quote(name, quoted),
                   vb_suggest(name, names, N_COMMANDS, hint, sizeof hint));
}

size_t cli_tables(const cli_command *command, const char *titles[CLI_MAX_TABLES],
                  const cli_option *tables[CLI_MAX_TABLES])
{
    const struct {
        bool there;
        const char *title;
        const cli_option *table;
    } all[CLI_MAX_TABLES] = {
        {command->options && command->options->name, "Options", command->options},
        {command->shared, "Study", command->shared},
        {command->groups & CLI_BIDS, "Which data", bids_options},
        {command->groups & CLI_OUTPUT, "Results", output_options},
        {command->groups & CLI_THREADS, "Work", thread_options},
        {true, "Messages", message_options},
    };
    size_t n = 0;

    for (size_t i = 0; i < CLI_MAX_TABLES; i++) {
        if (!all[i].there)
            continue;
        titles[n] = all[i].title;
        tables[n++] = all[i].table;
    }
    return n;
}
