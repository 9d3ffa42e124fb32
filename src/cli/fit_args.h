/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands that fit, or simulate what is fitted, share. */
#ifndef VB_CLI_FIT_ARGS_H
#define VB_CLI_FIT_ARGS_H

#include "cli.h"
#include "valuebold/fit_study.h"

typedef struct fit_inputs {
    const char *spec, *task, *choices, *participants;
    cli_list events;
} fit_inputs;

/* Rows of an option table; member is the fit_inputs in struct args. */
#define FIT_OPTIONS(args, member)                                                      \
    {.name = "choices",                                                                \
     .letter = 'c',                                                                    \
     .argument = "FILE",                                                               \
     .type = CLI_FILE,                                                                 \
     .offset = offsetof(args, member.choices),                                         \
     .help = "table of all participants' choices (TSV with participant_id, perhaps "   \
             "session and run), instead of --bids-dir"},                               \
        {.name = "events",                                                             \
         .letter = 'e',                                                                \
         .argument = "FILE",                                                           \
         .type = CLI_LIST,                                                             \
         .offset = offsetof(args, member.events),                                      \
         .help = "events.tsv of a run of one participant, instead of --bids-dir; "     \
                 "repeat it for more runs"},                                           \
        {.name = "covariates",                                                         \
         .argument = "FILE",                                                           \
         .type = CLI_FILE,                                                             \
         .offset = offsetof(args, member.participants),                                \
         .help =                                                                       \
             "table with participant_id and covariates, instead of the data set's "    \
             "participants.tsv or columns of --choices"},                              \
    {                                                                                  \
        .name = "task", .argument = "LABEL", .type = CLI_TEXT,                         \
        .offset = offsetof(args, member.task),                                         \
        .help = "task of the data set, instead of the spec's"                          \
    }

/* Reads the spec and the choices it names; free both. */
vb_status fit_open(const fit_inputs *inputs, cli_context *context, vb_spec **spec,
                   vb_fit_study **fits, vb_error *err);

/* `simulate choices` and `simulate recovery`. */
typedef struct simulate_fit_args {
    fit_inputs inputs;
    const char *parameters; /* file; NULL: those of the spec */
    double seed;            /* NaN: the spec's */
    size_t repeats;         /* 0: 1 */
} simulate_fit_args;
vb_status simulate_fit(const simulate_fit_args *args, bool recovery,
                       cli_context *context, vb_error *err);

#endif
