/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_fit.c - `valuebold fit`: parameters from choices. */
#include "cli.h"
#include "glm_args.h"

#include "valuebold/file.h"
#include "valuebold/fit_study.h"

#include <math.h>
#include <string.h>

struct args {
    cli_common common;
    const char *spec, *task, *choices, *participants;
    cli_list events;
};

static vb_status check_usage(const struct args *args, vb_error *err)
{
    const int n = (args->events.n > 0) + (args->common.bids_dir != NULL) +
                  (args->choices != NULL);

    if (n == 0)
        return vb_fail(err, VB_EUSAGE,
                       "no data: give --bids-dir DIR, --events FILE or --choices FILE");
    if (n > 1)
        return vb_fail(err, VB_EUSAGE,
                       "--bids-dir, --events and --choices exclude each other");
    return VB_OK;
}

static vb_fit_source source_of(const struct args *args)
{
    const cli_common *common = &args->common;

    return (
        vb_fit_source){.study = {.bids = {.dir = common->bids_dir,
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
                                 .tr_s = NAN,
                                 .without_acquisition = true},
                       .choices = args->choices,
                       .participants = args->participants};
}

static vb_status read_spec(const struct args *args, cli_context *context,
                           vb_spec **spec, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status = vb_file_read(args->spec, 0, &bytes, err);

    if (status == VB_OK)
        status = vb_spec_parse(args->spec, bytes.n ? bytes.bytes : "", bytes.n, spec,
                               &context->notes, err);
    vb_buffer_free(&bytes);
    if (status == VB_OK && args->task)
        (*spec)->task = args->task;
    return status;
}

static void report(const vb_fit_study *fits, size_t n_files, cli_context *context)
{
    const cli_common *common = context->common;
    vb_json j;

    if (common->json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", n_files ? common->output_dir : NULL);
        vb_json_count(&j, "files", n_files);
        vb_json_open(&j, "fits", '[');
        for (size_t m = 0; m < fits->n_models; m++)
            for (size_t u = 0; u < fits->n_units; u++) {
                const vb_fit_result *result = vb_fit_study_result(fits, m, u);

                vb_json_open(&j, NULL, '{');
                vb_json_text(&j, "model", fits->names[m]);
                vb_json_text(&j, "participant", fits->units[u].participant);
                vb_json_text(&j, "session", fits->units[u].session);
                vb_json_text(&j, "run", fits->units[u].run);
                if (result->fit) {
                    const vb_likelihood_facts *facts =
                        vb_likelihood_facts_of(result->likelihood);

                    vb_json_open(&j, "parameters", '{');
                    for (size_t i = 0; i < result->fit->n; i++)
                        vb_json_number(&j, facts->numbers[i].name,
                                       result->fit->theta[i]);
                    vb_json_close(&j);
                    vb_json_number(&j, "nll", result->fit->nll);
                    vb_json_number(&j, "bic", result->fit->bic);
                    vb_json_bool(&j, "converged", result->fit->converged);
                } else {
                    vb_json_text(&j, "failure", result->failure.text);
                }
                vb_json_close(&j);
            }
        vb_json_close(&j);
        cli_json_end(context, &j);
    } else if (!common->quiet) {
        vb_fit_study_summary(fits, &context->out);
        if (n_files)
            vb_putf(&context->out, "%zu files written below %s\n", n_files,
                    common->output_dir);
    }
}

static vb_status deliver(vb_fit_study *fits, cli_context *context, vb_error *err)
{
    const vb_provenance provenance = {.version = VB_VERSION,
                                      .command_line = context->command_line};
    vb_outputs outputs = {0};
    vb_status status = VB_OK;

    if (context->common->output_dir) {
        status = vb_fit_study_write(fits, &provenance, &context->notes, &outputs, err);
        if (status == VB_OK)
            status = cli_publish(context, &outputs, err);
    } else {
        status = cli_strict(context, err);
    }
    if (status == VB_OK)
        report(fits, outputs.n, context);
    vb_outputs_free(&outputs);
    return status;
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const struct args *args = arguments;
    const vb_fit_source source = source_of(args);
    vb_fit_study *fits = NULL;
    vb_spec *spec = NULL;
    size_t n_threads = 1;
    vb_status status = check_usage(args, err);

    if (status == VB_OK)
        status = glm_threads(&args->common, &n_threads, err);
    if (status == VB_OK)
        status = read_spec(args, context, &spec, err);
    if (status == VB_OK)
        status = vb_fit_study_load(spec, &source, &fits, &context->notes, err);
    if (status == VB_OK)
        status = vb_fit_study_run(fits, n_threads, &context->notes, err);
    if (status == VB_OK)
        status = deliver(fits, context, err);
    if (status == VB_OK) /* what could be fitted is written; who could not is said */
        status = vb_fit_study_failure(fits, err);
    vb_fit_study_free(fits);
    vb_spec_free(spec);
    return status;
}

static const cli_positional positionals[] =
    {{.name = "SPEC",
      .offset = offsetof(struct args, spec),
      .need = CLI_REQUIRED,
      .help = "spec, YAML or JSON: trials, model and fit"},
     {0}};

static const cli_option options[] = {
    {.name = "choices",
     .letter = 'c',
     .argument = "FILE",
     .type = CLI_FILE,
     .offset = offsetof(struct args, choices),
     .help =
         "table of all participants' choices (TSV with participant_id, perhaps session "
         "and run), instead of --bids-dir"},
    {.name = "events",
     .letter = 'e',
     .argument = "FILE",
     .type = CLI_LIST,
     .offset = offsetof(struct args, events),
     .help =
         "events.tsv of a run of one participant, instead of --bids-dir; repeat it for "
         "more runs"},
    {.name = "participants",
     .argument = "FILE",
     .type = CLI_FILE,
     .offset = offsetof(struct args, participants),
     .help = "table with participant_id and covariates, instead of the data set's "
             "participants.tsv or columns of --choices"},
    {.name = "task",
     .argument = "LABEL",
     .type = CLI_TEXT,
     .offset = offsetof(struct args, task),
     .help = "task of the data set, instead of the spec's"},
    {0}};

const cli_command cli_command_fit = {
    .name = "fit",
    .summary = "fit the model's parameters to the choices of every participant",
    .description =
        "Finds the parameters under which each participant's choices are most likely "
        "(section fit of the spec: maximum likelihood, with priors, or hierarchical), "
        "from "
        "many starts, with standard errors and intervals, and compares models.  Writes "
        "parameters.tsv, which trials and design read with --parameters (or the spec's "
        "parameters: fit does both at once), parameters.json and fit.txt.\n\n"
        "A participant whose choices cannot be used is named, the others are fitted, "
        "and "
        "the exit code says that somebody is missing.",
    .positionals = positionals,
    .options = options,
    .groups = CLI_BIDS | CLI_OUTPUT | CLI_THREADS,
    .args_size = sizeof(struct args),
    .example = "valuebold fit spec.yaml --bids-dir data --output-dir fits\n"
               "valuebold fit spec.yaml --choices choices.tsv",
    .run = run};
