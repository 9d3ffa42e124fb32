/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options and loading shared by the commands that carry out a spec on data. */
#ifndef VB_CLI_STUDY_ARGS_H
#define VB_CLI_STUDY_ARGS_H

#include "cli.h"
#include "valuebold/study.h"

typedef struct study_args {
    cli_common common;
    const char *spec;
    cli_list events, bold;
    const char *task, *sidecar, *confounds, *parameters, *contrasts, *like, *hrf;
    cli_list modulators, contrast;
    double tr_s, high_pass_s;
    size_t n_scans;
    bool diagnosis;      /* design only */
    const char *missing; /* glm only: error, skip, zero; NULL: as the spec says */
    size_t n_draws;      /* trials only */
    double draw_seed;
} study_args;

/* Rows of a command's table; the last row of a table is {0}. */
#define STUDY_POSITIONALS                                                              \
    {                                                                                  \
        .name = "SPEC", .offset = offsetof(study_args, spec), .need = CLI_OPTIONAL,    \
        .help = "spec, YAML or JSON (docs/spec.md); without it every trial_type of "   \
                "--events is an event"                                                 \
    }

extern const cli_option study_options[];

/* A spec and a study; free with study_close. */
typedef struct study_session {
    vb_spec *spec;
    vb_study *study;
    vb_provenance provenance;
} study_session;

typedef enum study_depth {
    STUDY_TRIALS,          /* TR and scans are not needed */
    STUDY_DESIGN,          /* designs are built */
    STUDY_DESIGN_IF_KNOWN, /* designs when TR and scans are known, else trials only */
} study_depth;

vb_status study_open(const study_args *args, study_depth depth, cli_context *context,
                     study_session *session, vb_error *err);
void study_close(study_session *session);

/* A contrast written as [NAME=]EXPRESSION, rows of an F contrast with ';' between them; a
 * name is the expression itself when none is given.  Everything in the arena. */
vb_status study_contrasts(const cli_list *texts, vb_arena *arena,
                          vb_contrast_spec **contrasts, vb_error *err);

/* The rule that --missing names. */
vb_missing_column study_missing(const char *word);

/* What was done, for people, or as JSON under --json; n_files 0: nothing was written. */
void study_report(const study_args *args, const study_session *session,
                  cli_context *context, size_t n_files);

/* Publishes outputs, or, without --output-dir, prints the only table whose name ends in
 * suffix; more than one is a usage error. */
vb_status study_deliver(const study_args *args, const study_session *session,
                        const vb_outputs *outputs, const char *suffix,
                        cli_context *context, vb_error *err);

/* A spec made of options alone: every trial_type of the events files is an event, with
 * --modulator EVENT*COLUMN.  Text (JSON) in the arena. */
vb_status study_spec_from_options(const study_args *args, cli_context *context,
                                  const char **text, vb_error *err);

#endif
