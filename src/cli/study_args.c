/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study_args.c - from options to a loaded study. */
#include "study_args.h"
#include "valuebold/file.h"

#include <math.h>
#include <string.h>

static const char *like_choice(size_t i)
{
    return i < vb_n_dialects() ? vb_dialect_name(i) : NULL;
}

static const char *hrf_choice(size_t i)
{
    return i < vb_n_hrfs() ? vb_hrf_name(i) : NULL;
}

#define AT(member) offsetof(study_args, member)

const cli_option study_options[] =
    {{.name = "events",
      .letter = 'e',
      .argument = "FILE",
      .type = CLI_LIST,
      .offset = AT(events),
      .help = "events.tsv of a run, instead of --bids-dir; repeat it for more runs"},
     {.name = "task",
      .argument = "LABEL",
      .type = CLI_TEXT,
      .offset = AT(task),
      .help = "task of the data set, instead of the spec's"},
     {.name = "tr",
      .letter = 't',
      .argument = "SECONDS",
      .type = CLI_NUMBER,
      .offset = AT(tr_s),
      .help = "repetition time, s; wins over sidecar, image and spec"},
     {.name = "n-scans",
      .argument = "N",
      .type = CLI_COUNT,
      .offset = AT(n_scans),
      .help = "scans a run; wins over image and spec"},
     {.name = "bold",
      .argument = "FILE",
      .type = CLI_LIST,
      .offset = AT(bold),
      .help = "image of the run in --events: its header gives TR and scans; repeat it "
              "for more runs, in the same order"},
     {.name = "sidecar",
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = AT(sidecar),
      .help = "JSON sidecar of the run in --events: RepetitionTime, StartTime"},
     {.name = "confounds",
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = AT(confounds),
      .help = "confounds table of the run in --events"},
     {.name = "parameters",
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = AT(parameters),
      .help =
          "model parameters (TSV with participant_id, or JSON), instead of the spec's"},
     {.name = "contrasts",
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = AT(contrasts),
      .help = "contrasts (JSON), instead of the spec's"},
     {.name = "contrast",
      .argument = "[NAME=]EXPRESSION",
      .type = CLI_LIST,
      .offset = AT(contrast),
      .help = "a contrast on column names, instead of the spec's; repeat it for more; "
              "';' between the rows of an F contrast"},
     {.name = "modulator",
      .letter = 'm',
      .argument = "EVENT*COLUMN",
      .type = CLI_LIST,
      .offset = AT(modulators),
      .help = "without a spec: a column of --events that modulates an event"},
     {.name = "like",
      .argument = "PROGRAM",
      .type = CLI_TEXT,
      .offset = AT(like),
      .choice = like_choice,
      .help = "whose conventions the design follows, instead of the spec's"},
     {.name = "hrf",
      .argument = "NAME",
      .type = CLI_TEXT,
      .offset = AT(hrf),
      .choice = hrf_choice,
      .help = "response function, instead of the spec's"},
     {.name = "high-pass",
      .argument = "SECONDS",
      .type = CLI_NUMBER,
      .offset = AT(high_pass_s),
      .help = "cut-off of the drift filter, s; 0 is none"},
     {0}};

static vb_status read_spec(const study_args *args, cli_context *context, vb_spec **spec,
                           vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status;

    if (args->spec) {
        status = vb_file_read(args->spec, 0, &bytes, err);
        if (status == VB_OK)
            status = vb_spec_parse(args->spec, bytes.n ? bytes.bytes : "", bytes.n,
                                   spec, &context->notes, err);
        vb_buffer_free(&bytes);
    } else {
        const char *text;

        status = study_spec_from_options(args, context, &text, err);
        if (status == VB_OK)
            status = vb_spec_parse("command line", text, strlen(text), spec,
                                   &context->notes, err);
    }
    return status;
}

vb_missing_column study_missing(const char *word)
{
    return word && strcmp(word, "skip") == 0   ? VB_MISSING_SKIP
           : word && strcmp(word, "zero") == 0 ? VB_MISSING_ZERO
                                               : VB_MISSING_ERROR;
}

static void override_design(const study_args *args, vb_spec *spec)
{
    if (args->like)
        spec->design.like = args->like;
    if (args->hrf)
        spec->design.hrf = args->hrf;
    if (!isnan(args->high_pass_s))
        spec->design.high_pass_s =
            args->high_pass_s > 0 ? args->high_pass_s : (double)INFINITY;
    if (args->task)
        spec->task = args->task;
    if (args->missing)
        spec->missing = study_missing(args->missing);
}

static vb_status check_usage(const study_args *args, vb_error *err)
{
    if (!args->spec && !args->events.n)
        return vb_fail(
            err, VB_EUSAGE,
            "a spec or --events FILE is needed; 'valuebold init' writes a spec");
    if (args->contrast.n && args->contrasts)
        return vb_fail(err, VB_EUSAGE, "--contrast and --contrasts exclude each other");
    if (args->events.n && args->common.bids_dir)
        return vb_fail(err, VB_EUSAGE, "--events and --bids-dir exclude each other");
    if (!args->events.n && !args->common.bids_dir)
        return vb_fail(err, VB_EUSAGE, "no data: give --bids-dir DIR or --events FILE");
    if (args->events.n != 1 && args->confounds)
        return vb_fail(err, VB_EUSAGE,
                       "--confounds belongs to exactly one --events file");
    if (args->bold.n && args->bold.n != args->events.n)
        return vb_fail(
            err, VB_EUSAGE,
            "--bold was given %zu times and --events %zu times; each run has "
            "both",
            args->bold.n, args->events.n);
    if (!isnan(args->tr_s) && !(args->tr_s > 0 && args->tr_s < 100))
        return vb_fail(err, VB_EUSAGE,
                       "--tr %g: a repetition time in seconds, above 0 and "
                       "below 100%s",
                       args->tr_s, args->tr_s >= 100 ? " (milliseconds?)" : "");
    if (args->hrf && vb_hrf_check(args->hrf, err) != VB_OK)
        return VB_EUSAGE;
    if (!isnan(args->high_pass_s) && args->high_pass_s < 0)
        return vb_fail(err, VB_EUSAGE,
                       "--high-pass %g: a cut-off in seconds, or 0 for none",
                       args->high_pass_s);
    return VB_OK;
}

static vb_study_source source_of(const study_args *args)
{
    const cli_common *common = &args->common;

    return (vb_study_source){.bids = {.dir = common->bids_dir,
                                      .derivatives = common->derivatives,
                                      .space = common->space,
                                      .task = args->task,
                                      .n_participants = common->participants.n,
                                      .participants = common->participants.items,
                                      .n_sessions = common->sessions.n,
                                      .sessions = common->sessions.items,
                                      .n_run_labels = common->runs.n,
                                      .run_labels = common->runs.items},
                             .n_events_files = args->events.n,
                             .events_files = args->events.items,
                             .participant = common->participants.n
                                                ? common->participants.items[0]
                                                : NULL,
                             .n_bold_files = args->bold.n,
                             .bold_files = args->bold.items,
                             .sidecar = args->sidecar,
                             .confounds = args->confounds,
                             .tr_s = args->tr_s,
                             .n_scans = args->n_scans,
                             .n_draws = args->n_draws,
                             .draw_seed = args->n_draws ? args->draw_seed : 0,
                             .parameters = args->parameters,
                             .contrasts = args->contrasts};
}

/* Whether anything could say TR and scans, for `check`. */
static bool acquisition_is_known(const study_args *args, const vb_spec *spec)
{
    const bool tr = !isnan(args->tr_s) || !isnan(spec->acquisition.tr_s) ||
                    args->bold.n || args->sidecar || args->common.bids_dir;
    const bool scans = args->n_scans || spec->acquisition.n_scans ||
                       spec->acquisition.n_scans_auto || args->bold.n;

    return tr && scans;
}

vb_status study_open(const study_args *args, study_depth depth, cli_context *context,
                     study_session *session, vb_error *err)
{
    vb_study_source source = source_of(args);
    vb_status status = check_usage(args, err);

    *session = (study_session){0};
    session->provenance.version = VB_VERSION;
    session->provenance.command_line = context->command_line;
    if (status == VB_OK)
        status = read_spec(args, context, &session->spec, err);
    if (status != VB_OK)
        return status;
    override_design(args, session->spec);
    if (args->contrast.n) {
        status = study_contrasts(&args->contrast, context->arena,
                                 &session->spec->contrasts, err);
        if (status != VB_OK)
            return status;
        session->spec->n_contrasts = args->contrast.n;
    }
    source.without_acquisition =
        depth == STUDY_TRIALS ||
        (depth == STUDY_DESIGN_IF_KNOWN && !acquisition_is_known(args, session->spec));
    status =
        vb_study_load(session->spec, &source, &session->study, &context->notes, err);
    if (status == VB_OK && !source.without_acquisition)
        status = vb_study_designs(session->study, &context->notes, err);
    return status;
}

void study_close(study_session *session)
{
    vb_study_free(session->study);
    vb_spec_free(session->spec);
}
