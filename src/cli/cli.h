/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frame every command stands in: option tables, from which parsing, --help, man pages
 * and shell completion are all made; messages; what main does before and after a command.
 *
 * A command is one file cmd_NAME.c that defines `const cli_command cli_command_NAME`, and
 * one line in commands.def.  Its arguments are a struct whose first member is cli_common;
 * the tables say where in it each value goes.
 *
 *     struct args { cli_common common; const char *spec; double tr_s; };
 *     static const cli_positional positionals[] = {
 *         {"SPEC", offsetof(struct args, spec), CLI_OPTIONAL, "spec, YAML or JSON"}, {0}};
 *     static const cli_option options[] = {
 *         {.name = "tr", .argument = "SECONDS", .type = CLI_NUMBER,
 *          .offset = offsetof(struct args, tr_s), .help = "repetition time, s"}, {0}};
 */
#ifndef VALUEBOLD_CLI_H
#define VALUEBOLD_CLI_H

#include "valuebold/arena.h"
#include "valuebold/buffer.h"
#include "valuebold/json.h"
#include "valuebold/notes.h"
#include "valuebold/outputs.h"
#include <stdbool.h>

/* What an option takes, and the member of the args struct it fills. */
typedef enum cli_type {
    CLI_FLAG,   /* bool: true when given */
    CLI_LEVEL,  /* unsigned: how often it was given (-vv is 2) */
    CLI_TEXT,   /* const char *; NULL when not given */
    CLI_FILE,   /* the same, a file (shells complete file names) */
    CLI_FOLDER, /* the same, a folder */
    CLI_NUMBER, /* double, finite; NaN when not given */
    CLI_COUNT,  /* size_t, a whole number from 1; 0 when not given */
    CLI_LIST,   /* cli_list: the option may be repeated, one value each time */
    CLI_LABELS, /* cli_list: several BIDS labels at once and repeats; the prefix (sub-,
                   ses-, run-) may be there or not, and is taken off */
} cli_type;

typedef struct cli_list {
    size_t n;
    const char **items;
} cli_list;

/* One option.  A table ends with a zero entry. */
typedef struct cli_option {
    const char *name;     /* long name, words joined by '-' */
    char letter;          /* short name; 0: none */
    const char *argument; /* "FILE", "SECONDS" in help; NULL for flags and levels */
    cli_type type;
    size_t offset;       /* of the member of the args struct */
    const char *initial; /* default, read as if it had been typed; NULL: see cli_type */
    const char *help;    /* with the unit */
    const char *(*choice)(size_t i); /* allowed values, NULL past the last; NULL: any */
} cli_option;

typedef enum cli_need { CLI_REQUIRED, CLI_OPTIONAL, CLI_SEVERAL } cli_need;

/* One argument without a name: const char * (CLI_SEVERAL, the last one only: cli_list).
 * A table ends with a zero entry. */
typedef struct cli_positional {
    const char *name; /* upper case: "SPEC" */
    size_t offset;
    cli_need need;
    const char *help;
    const char *(*choice)(size_t i);
} cli_positional;

/* Options commands share, by group; messages (help, json, quiet, verbose, strict) are in
 * every command. */
enum cli_group {
    CLI_BIDS = 1u << 0,   /* bids-dir, derivatives, space, *-label, run */
    CLI_OUTPUT = 1u << 1, /* output-dir, force */
    CLI_THREADS = 1u << 2 /* n-procs */
};

typedef struct cli_common {
    const char *bids_dir, *derivatives, *space;
    cli_list participants, sessions, runs; /* without sub-, ses-, run- */
    const char *output_dir;
    size_t n_procs; /* 0: not given */
    bool force, json, quiet, strict, help;
    unsigned verbose;
} cli_common;

struct cli_command;

/* What a command is given beside its arguments.  It writes what goes to standard output
 * into out (printed when it returns, also after a refusal) and warnings into notes. */
typedef struct cli_context {
    const struct cli_command *command;
    const cli_common *common;
    vb_arena *arena; /* freed when the program ends */
    vb_buffer out;
    vb_notes notes;
    const char *command_line; /* for sidecars: quoted, absolute paths cut to .../x */
    size_t n_notes_shown;     /* notes before this one have been printed */
} cli_context;

typedef struct cli_command {
    const char *name;
    const char *summary;     /* one line without a full stop */
    const char *description; /* a paragraph or more (blank line between); may be NULL */
    const cli_positional *positionals;
    const cli_option *options;
    const cli_option *shared; /* a table several commands have; may be NULL */
    unsigned groups;          /* of enum cli_group */
    size_t args_size;         /* sizeof(struct args) */
    const char *example;
    vb_status (*run)(const void *args, cli_context *context, vb_error *err);
} cli_command;

/* --- registry and tables (options.c) --- */
size_t cli_n_commands(void);
const cli_command *cli_command_at(size_t i);
const cli_command *cli_command_find(const char *name);
/* VB_EUSAGE with the nearest name. */
vb_status cli_command_need(const char *name, const cli_command **command,
                           vb_error *err);
const char *cli_command_choice(size_t i); /* name of command i, NULL past the last */

/* The tables of a command, its own first: titles[i] and tables[i], i < the result. */
enum { CLI_MAX_TABLES = 6, CLI_MAX_OPTIONS = 80 };
size_t cli_tables(const cli_command *command, const char *titles[CLI_MAX_TABLES],
                  const cli_option *tables[CLI_MAX_TABLES]);

/* --- parsing (parse.c) --- */
/* Reads argv[1..argc) into args (zeroed here, [args_size]).  --participant_label is the
 * same as --participant-label.  When --help is among the arguments nothing else is
 * demanded.  VB_EUSAGE with the nearest option. */
vb_status cli_parse(const cli_command *command, int argc, char *const argv[],
                    vb_arena *arena, void *args, vb_error *err);

/* --- help and what is generated from the tables (help.c, generate*.c) --- */
void cli_help_program(vb_buffer *out);
void cli_help_command(const cli_command *command, vb_buffer *out);
/* text wrapped at width columns, lines after the first indented; *at is where the cursor
 * stands on the first line. */
void cli_wrap(vb_buffer *out, const char *text, size_t at, size_t indent, size_t width);
/* `valuebold --generate WHAT [NAME]`: see the table in generate.c. */
vb_status cli_generate(int argc, char *const argv[], vb_buffer *out, vb_error *err);
void cli_generate_man(const cli_command *command, vb_buffer *out); /* NULL: program */
vb_status cli_generate_bash(vb_buffer *out, vb_error *err);
vb_status cli_generate_zsh(vb_buffer *out, vb_error *err);
vb_status cli_generate_models_md(vb_buffer *out, vb_error *err);
vb_status cli_generate_tasks_md(vb_buffer *out, vb_error *err);

/* --- messages (messages.c), all to standard error --- */
/* Prints the notes not yet printed: refusals all of them; warnings and notes at most 5
 * lines a code and then how many more (all of them with --verbose); only refusals with
 * --quiet. */
void cli_print_notes(cli_context *context);
/* "valuebold: error: ...", unless a refusal already printed says the same. */
void cli_print_error(const cli_context *context, const vb_error *err);
/* A line "what [####....] NN %, 310 UNIT/s" that replaces itself, on a terminal only, not under
 * --quiet or --json; done == total ends it. */
void cli_progress(const cli_context *context, const char *what, const char *unit,
                  size_t done, size_t total);
/* Seconds of a clock that only goes forward. */
double cli_now_s(void);
/* bytes to standard output; VB_EIO when they did not all arrive. */
vb_status cli_write_stdout(const vb_buffer *bytes, vb_error *err);

/* --- for commands (context.c) --- */
/* Opens {"valuebold": VERSION, "command": NAME in context->out; end adds warnings and
 * notes and closes it. */
void cli_json_begin(cli_context *context, vb_json *j);
void cli_json_end(cli_context *context, vb_json *j);
/* VB_OK, or under --strict VB_EINPUT when there were warnings.  To be asked before outputs
 * are made; cli_publish does. */
vb_status cli_strict(const cli_context *context, vb_error *err);
/* Publishes outputs below --output-dir (whole or not at all), honouring --force and
 * --strict. */
vb_status cli_publish(cli_context *context, const vb_outputs *outputs, vb_error *err);

#endif
