/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_trials.c - `valuebold trials`: the events with every signal of the model. */
#include "study_args.h"

#include <math.h>

typedef struct trials_args {
    study_args study; /* first: the shared options are offsets into it */
    bool all_signals;
} trials_args;

static const cli_option own_options[] = {
    {.name = "all-signals",
     .type = CLI_FLAG,
     .offset = offsetof(trials_args, all_signals),
     .help = "every signal there is, not the usual ones and those the regressors use"},
    {.name = "draws",
     .argument = "N",
     .type = CLI_COUNT,
     .offset = offsetof(trials_args, study.n_draws),
     .help = "draws of fitted parameters: adds NAME_sd to each signal they change, and "
             "desc-draws_trials.tsv with every draw"},
    {.name = "seed",
     .argument = "N",
     .type = CLI_NUMBER,
     .initial = "1",
     .offset = offsetof(trials_args, study.draw_seed),
     .help = "seed of the draws"},
    {0}};

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

static vb_status check_draws(const study_args *args, vb_error *err)
{
    if (args->n_draws == 1 || args->n_draws > 100000)
        return vb_fail(err, VB_EUSAGE, "--draws %zu: from 2 to 100000", args->n_draws);
    if (!(args->draw_seed >= 0 && args->draw_seed <= 9007199254740992.0 &&
          floor(args->draw_seed) >= args->draw_seed))
        return vb_fail(err, VB_EUSAGE, "--seed %g: a whole number from 0 to 2^53",
                       args->draw_seed);
    return VB_OK;
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const trials_args *own = arguments;
    const study_args *args = &own->study;
    vb_outputs outputs = {0};
    study_session session;
    vb_status status = check_draws(args, err);

    session = (study_session){0};
    if (status == VB_OK)
        status = study_open(args, STUDY_TRIALS, context, &session, err);

    if (status == VB_OK)
        status = vb_study_write_description(session.study, &session.provenance,
                                            &outputs, err);
    if (status == VB_OK)
        status =
            vb_study_write_trials(session.study, &session.provenance, own->all_signals,
                                  &context->notes, &outputs, err);
    if (status == VB_OK)
        status = study_deliver(args, &session, &outputs, "_events.tsv", context, err);
    vb_outputs_free(&outputs);
    study_close(&session);
    return status;
}

const cli_command cli_command_trials =
    {.name = "trials",
     .summary = "compute trial-wise value, cost, prediction errors and other signals",
     .description = "Writes sub-L/func/sub-L_task-T[_run-R]_desc-trials_events.tsv for "
                    "every run: the "
                    "events as they are, and each signal of the model as a further "
                    "column (n/a where "
                    "a row is no trial or the signal needs a choice that was missed); "
                    "and a JSON file "
                    "with units, parameters and counts.  Without --output-dir, and for "
                    "one run, the "
                    "table goes to standard output.",
     .positionals = positionals,
     .options = own_options,
     .shared = study_options,
     .groups = CLI_BIDS | CLI_OUTPUT,
     .args_size = sizeof(trials_args),
     .example = "valuebold trials spec.yaml --bids-dir data --output-dir derivatives",
     .run = run};
