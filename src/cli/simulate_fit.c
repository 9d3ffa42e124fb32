/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_fit.c - choices of a model on the trials of a study, and their recovery. */
#include "fit_args.h"
#include "glm_args.h"

#include "valuebold/file.h"
#include "valuebold/fit_recovery.h"

#include <math.h>

/* Parameters from a file, or the numbers of the spec; false: they are to be fitted. */
static vb_status given(const simulate_fit_args *args, const vb_spec *spec,
                       vb_parameters_spec *parameters, vb_table **table, bool *is_given,
                       cli_context *context, vb_error *err)
{
    const char *file = args->parameters ? args->parameters : spec->parameters_file;
    vb_status status = VB_OK;

    *parameters = (vb_parameters_spec){.n_fixed = spec->n_parameters,
                                       .fixed_name = spec->parameter_name,
                                       .fixed_value = spec->parameter_value,
                                       .fixed_unit = spec->parameter_unit,
                                       .file = spec->file,
                                       .fixed_line = spec->parameter_line};
    if (file)
        status = vb_file_read_table(file, table, &context->notes, err);
    parameters->table = *table;
    *is_given = file || (!spec->fit.asked && spec->n_parameters);
    return status;
}

static void report(const simulate_fit_args *args, const vb_outputs *outputs,
                   size_t seed, const vb_buffer *text, cli_context *context)
{
    const cli_common *common = context->common;
    vb_json j;

    if (common->json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", common->output_dir);
        vb_json_count(&j, "seed", seed);
        vb_json_count(&j, "repeats", args->repeats ? args->repeats : 1);
        vb_json_count(&j, "files", outputs->n);
        cli_json_end(context, &j);
    } else if (!common->quiet) {
        vb_put(&context->out, text->n ? text->bytes : "", text->n);
        vb_putf(&context->out, "%zu files written below %s; seed %zu\n", outputs->n,
                common->output_dir, seed);
    }
}

static vb_status simulate(const simulate_fit_args *args, bool recovery, vb_spec *spec,
                          vb_fit_study *fits, cli_context *context, vb_error *err)
{
    const vb_provenance provenance = {.version = VB_VERSION,
                                      .command_line = context->command_line};
    vb_simulation simulation = {.seed = (uint64_t)(isnan(args->seed) ? spec->fit.seed
                                                                     : args->seed),
                                .n_repeats = args->repeats ? args->repeats : 1};
    vb_parameters_spec parameters;
    vb_outputs outputs = {0};
    vb_buffer text = {0};
    vb_table *table = NULL;
    bool is_given;
    vb_status status = glm_threads(context->common, &simulation.n_threads, err);

    if (status == VB_OK)
        status = given(args, spec, &parameters, &table, &is_given, context, err);
    if (status == VB_OK && is_given)
        simulation.parameters = &parameters;
    if (status == VB_OK)
        status = vb_fit_study_run(fits, simulation.n_threads, &context->notes, err);
    if (status == VB_OK)
        status = recovery ? vb_fit_study_recover(fits, &simulation, &provenance, &text,
                                                 &outputs, &context->notes, err)
                          : vb_fit_study_simulate(fits, &simulation, &outputs,
                                                  &context->notes, err);
    if (status == VB_OK)
        status = cli_publish(context, &outputs, err);
    if (status == VB_OK)
        report(args, &outputs, (size_t)simulation.seed, &text, context);
    vb_outputs_free(&outputs);
    vb_buffer_free(&text);
    vb_table_free(table);
    return status;
}

vb_status simulate_fit(const simulate_fit_args *args, bool recovery,
                       cli_context *context, vb_error *err)
{
    vb_fit_study *fits = NULL;
    vb_spec *spec = NULL;
    vb_status status = fit_open(&args->inputs, context, &spec, &fits, err);

    if (status == VB_OK)
        status = simulate(args, recovery, spec, fits, context, err);
    if (status == VB_OK) /* who could not be simulated has been named */
        status = vb_fit_study_failure(fits, err);
    vb_fit_study_free(fits);
    vb_spec_free(spec);
    return status;
}
