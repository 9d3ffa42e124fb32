/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_fit.c - `valuebold fit`: parameters from choices. */
#include "fit_args.h"
#include "glm_args.h"

struct args {
    cli_common common;
    fit_inputs inputs;
};

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
    vb_fit_study *fits = NULL;
    vb_spec *spec = NULL;
    size_t n_threads = 1;
    vb_status status = glm_threads(&args->common, &n_threads, err);

    if (status == VB_OK)
        status = fit_open(&args->inputs, context, &spec, &fits, err);
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
      .offset = offsetof(struct args, inputs.spec),
      .need = CLI_REQUIRED,
      .help = "spec, YAML or JSON: trials, model and fit"},
     {0}};

static const cli_option options[] = {FIT_OPTIONS(struct args, inputs), {0}};

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
