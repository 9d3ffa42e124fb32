/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate_bold.c - `valuebold simulate bold PLAN`: images with effects one knows. */
#include "simulate_bold.h"
#include "glm_args.h"
#include "valuebold/bold_simulate.h"
#include "valuebold/file.h"

#include <math.h>
#include <string.h>

static vb_status read_plan(const char *file, cli_context *context, vb_bold_plan **plan,
                           vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status = vb_file_read(file, 0, &bytes, err);

    if (status == VB_OK)
        status = vb_bold_plan_parse(file, bytes.n ? bytes.bytes : "", bytes.n, plan,
                                    &context->notes, err);
    vb_buffer_free(&bytes);
    return status;
}

static vb_status load(const vb_bold_plan *plan, cli_context *context, vb_spec **spec,
                      vb_study **study, vb_error *err)
{
    const char *file = vb_path_beside(plan->file, plan->spec_file, context->arena);
    const char *data = vb_path_beside(plan->file, plan->data, context->arena);
    vb_study_source source = {.bids = {.dir = data,
                                       .n_participants = plan->n_participants,
                                       .participants = plan->participants,
                                       .n_run_labels = plan->n_runs,
                                       .run_labels = plan->runs},
                              .tr_s = NAN,
                              .without_acquisition = true};
    vb_buffer bytes = {0};
    vb_status status;

    if (!file || !data)
        return vb_fail_memory(err, strlen(plan->file));
    status = vb_file_read(file, 0, &bytes, err);
    if (status == VB_OK)
        status = vb_spec_parse(file, bytes.n ? bytes.bytes : "", bytes.n, spec,
                               &context->notes, err);
    vb_buffer_free(&bytes);
    return status == VB_OK ? vb_study_load(*spec, &source, study, &context->notes, err)
                           : status;
}

static void report(const vb_bold_plan *plan, const vb_outputs *outputs,
                   cli_context *context)
{
    const cli_common *common = context->common;
    vb_json j;

    if (common->json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", common->output_dir);
        vb_json_number(&j, "seed", (double)plan->seed);
        vb_json_count(&j, "effects", plan->n_effects);
        vb_json_count(&j, "files", outputs->n);
        cli_json_end(context, &j);
    } else if (!common->quiet) {
        vb_putf(&context->out, "%zu effects planted; seed %llu\n%zu files in %s\n",
                plan->n_effects, (unsigned long long)plan->seed, outputs->n,
                common->output_dir);
    }
}

vb_status simulate_bold(const char *file, double seed, cli_context *context,
                        vb_error *err)
{
    vb_bold_plan *plan = NULL;
    vb_spec *spec = NULL;
    vb_study *study = NULL;
    vb_outputs outputs = {0};
    size_t n_threads = 1;
    vb_status status = glm_threads(context->common, &n_threads, err);

    if (status == VB_OK)
        status = read_plan(file, context, &plan, err);
    if (status == VB_OK && !isnan(seed))
        plan->seed = (uint64_t)seed;
    if (status == VB_OK)
        status = load(plan, context, &spec, &study, err);
    if (status == VB_OK)
        status = vb_bold_simulate(plan, study, VB_VERSION, n_threads, &outputs, err);
    if (status == VB_OK)
        status = cli_publish(context, &outputs, err);
    if (status == VB_OK)
        report(plan, &outputs, context);
    vb_outputs_free(&outputs);
    vb_study_free(study);
    vb_spec_free(spec);
    vb_bold_plan_free(plan);
    return status;
}
