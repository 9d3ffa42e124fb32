/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_simulate.c - `valuebold simulate`: a study made from a plan. */
#include "fit_args.h"
#include "simulate_bold.h"

#include "valuebold/file.h"
#include "valuebold/plan.h"

#include <math.h>
#include <string.h>

struct args {
    cli_common common;
    const char *plan, *images;
    double seed, n_participants;
    simulate_fit_args fit;
};

/* Plan, spec and what came of them. */
struct session {
    vb_plan *plan;
    vb_spec *spec;
    vb_outputs outputs;
    vb_plan_counts counts;
};

/* file as seen from the folder of base. */
static const char *beside(vb_arena *arena, const char *base, const char *file)
{
    const char *slash = strrchr(base, '/');

    if (!slash || file[0] == '/')
        return file;
    return vb_arena_printf(arena, "%.*s/%s", (int)(slash - base), base, file);
}

static vb_status read_plan(const struct args *args, cli_context *context,
                           struct session *s, vb_error *err)
{
    vb_buffer bytes = {0};
    vb_status status = vb_file_read(args->plan, 0, &bytes, err);

    if (status == VB_OK)
        status = vb_plan_parse(args->plan, bytes.n ? bytes.bytes : "", bytes.n,
                               &s->plan, &context->notes, err);
    vb_buffer_free(&bytes);
    return status;
}

static vb_status read_spec(const struct args *args, cli_context *context,
                           struct session *s, vb_error *err)
{
    const char *file = beside(context->arena, args->plan, s->plan->spec_file);
    vb_buffer bytes = {0};
    vb_status status;

    if (!file)
        return vb_fail_memory(err, strlen(args->plan));
    status = vb_file_read(file, 0, &bytes, err);
    if (status == VB_OK)
        status = vb_spec_parse(file, bytes.n ? bytes.bytes : "", bytes.n, &s->spec,
                               &context->notes, err);
    vb_buffer_free(&bytes);
    return status;
}

static vb_status check_seed(const struct args *args, vb_error *err)
{
    if (!isnan(args->seed) &&
        (args->seed < 0 || args->seed > VB_SEED_MAX || floor(args->seed) < args->seed))
        return vb_fail(err, VB_EUSAGE, "--seed %g: a whole number from 0 to %.0f",
                       args->seed, VB_SEED_MAX);
    return VB_OK;
}

static vb_status override_plan(const struct args *args, vb_plan *plan, vb_error *err)
{
    if (!isnan(args->seed))
        plan->seed = (uint64_t)args->seed;
    if (!isnan(args->n_participants)) {
        if (args->n_participants < 1 || args->n_participants > 1e6 ||
            floor(args->n_participants) < args->n_participants)
            return vb_fail(err, VB_EUSAGE, "--participants %g: a whole number from 1",
                           args->n_participants);
        return vb_plan_set_participants(plan, (size_t)args->n_participants, err);
    }
    return VB_OK;
}

static void report(const struct session *s, cli_context *context)
{
    const vb_plan_counts *n = &s->counts;
    const cli_common *common = context->common;
    vb_json j;

    if (common->json) {
        cli_json_begin(context, &j);
        vb_json_text(&j, "output_dir", common->output_dir);
        vb_json_number(&j, "seed", (double)s->plan->seed);
        vb_json_count(&j, "participants", n->n_participants);
        vb_json_count(&j, "runs", n->n_runs);
        vb_json_count(&j, "events", n->n_rows);
        vb_json_count(&j, "trials", n->n_trials);
        vb_json_count(&j, "missed", n->n_missed);
        vb_json_count(&j, "files", s->outputs.n);
        cli_json_end(context, &j);
    } else if (!common->quiet) {
        vb_putf(
            &context->out,
            "%zu participants, %zu runs, %zu events, %zu choices of which %zu missed; "
            "seed %llu\n%zu files in %s\n",
            n->n_participants, n->n_runs, n->n_rows, n->n_trials, n->n_missed,
            (unsigned long long)s->plan->seed, s->outputs.n, common->output_dir);
    }
}

static bool is_of_fit(const char *plan)
{
    return strcmp(plan, "choices") == 0 || strcmp(plan, "recovery") == 0;
}

static vb_status run_fit(const struct args *args, cli_context *context, vb_error *err)
{
    simulate_fit_args fit = args->fit;

    if (!args->images)
        return vb_fail(err, VB_EUSAGE, "simulate %s needs the spec: simulate %s SPEC",
                       args->plan, args->plan);
    if (!isnan(args->n_participants))
        return vb_fail(
            err, VB_EUSAGE,
            "--participants is for studies made from a plan; choices are made of "
            "the participants the data have");
    fit.inputs.spec = args->images;
    fit.seed = args->seed;
    return simulate_fit(&fit, strcmp(args->plan, "recovery") == 0, context, err);
}

/* Options that a plan has no use for. */
static vb_status refuse_fit_options(const struct args *args, vb_error *err)
{
    const simulate_fit_args *fit = &args->fit;

    if (fit->inputs.choices || fit->inputs.events.n || fit->inputs.participants ||
        fit->inputs.task || fit->parameters || fit->repeats || args->common.bids_dir)
        return vb_fail(
            err, VB_EUSAGE,
            "--bids-dir, --choices, --events, --covariates, --task, "
            "--parameters and --repeats are for simulate choices and simulate "
            "recovery");
    return VB_OK;
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const struct args *args = arguments;
    struct session s = {0};
    char quoted[VB_QUOTE_MAX];
    vb_status status;

    if (!args->common.output_dir)
        return vb_fail(err, VB_EUSAGE, "simulate needs --output-dir DIR");
    status = check_seed(args, err);
    if (status == VB_OK && is_of_fit(args->plan))
        return run_fit(args, context, err);
    if (status == VB_OK)
        status = refuse_fit_options(args, err);
    if (status == VB_OK && args->images && strcmp(args->plan, "bold") != 0)
        status = vb_fail(err, VB_EUSAGE, "unexpected argument '%s'",
                         vb_quote(args->images, quoted));
    if (status == VB_OK && args->images && !isnan(args->n_participants))
        status = vb_fail(err, VB_EUSAGE,
                         "--participants is for studies; images are made of the "
                         "participants that the plan's data have");
    if (status != VB_OK || args->images)
        return status != VB_OK ? status
                               : simulate_bold(args->images, args->seed, context, err);
    status = read_plan(args, context, &s, err);
    if (status == VB_OK)
        status = override_plan(args, s.plan, err);
    if (status == VB_OK && s.plan->spec_file)
        status = read_spec(args, context, &s, err);
    if (status == VB_OK)
        status = vb_plan_simulate(s.plan, s.spec, VB_VERSION, &s.outputs, &s.counts,
                                  &context->notes, err);
    if (status == VB_OK)
        status = cli_publish(context, &s.outputs, err);
    if (status == VB_OK)
        report(&s, context);
    vb_outputs_free(&s.outputs);
    vb_spec_free(s.spec);
    vb_plan_free(s.plan);
    return status;
}

static const cli_positional positionals[] =
    {{.name = "PLAN",
      .offset = offsetof(struct args, plan),
      .need = CLI_REQUIRED,
      .help = "plan of the study, YAML or JSON; or "
              "one of the words bold, choices, "
              "recovery"},
     {.name = "IMAGES",
      .offset = offsetof(struct args, images),
      .need = CLI_OPTIONAL,
      .help = "after bold: plan of the images; after "
              "choices and recovery: spec"},
     {0}};

static const cli_option options[] =
    {{.name = "seed",
      .argument = "N",
      .type = CLI_NUMBER,
      .offset = offsetof(struct args, seed),
      .help = "seed of the random numbers, instead of the plan's"},
     {.name = "participants",
      .argument = "N",
      .type = CLI_NUMBER,
      .offset = offsetof(struct args, n_participants),
      .help = "number of participants, instead of the plan's"},
     {.name = "parameters",
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = offsetof(struct args, fit.parameters),
      .help = "choices, recovery: true parameters (TSV), instead of the spec's"},
     {.name = "repeats",
      .argument = "N",
      .type = CLI_COUNT,
      .offset = offsetof(struct args, fit.repeats),
      .help = "recovery: data sets of each participant; 1"},
     FIT_OPTIONS(struct args, fit.inputs),
     {0}};

const cli_command cli_command_simulate =
    {.name = "simulate",
     .summary = "make a BIDS data set: events with a model's choices, or images",
     .description =
         "Draws the events of every run (order, times, what is offered) as the plan "
         "says, "
         "lets the model of the plan's spec choose with each participant's own "
         "parameters, and writes a BIDS data set whose events look like a scanner's "
         "log; "
         "the true parameters go to derivatives/simulation/parameters.tsv.\n\n"
         "The same plan and seed give the same files.  Each participant and run has "
         "random numbers of its own, so that more participants leave the first ones as "
         "they were.\n\n"
         "simulate bold IMAGES makes images of a data set's runs instead: effects of "
         "the "
         "columns of a spec in spheres, AR(1) or ARMA(1,1) noise, on an MNI-like grid, "
         "with the truth in derivatives/simulation/bold.json.\n\n"
         "simulate choices SPEC lets the spec's model choose on the trials of a study, "
         "with "
         "the spec's parameters, those of --parameters, or (parameters: fit) those "
         "fitted "
         "to its choices.  simulate recovery SPEC fits such choices again and says how "
         "well parameters, and models (fit: models), are recovered.",
     .positionals = positionals,
     .options = options,
     .groups = CLI_BIDS | CLI_OUTPUT | CLI_THREADS,
     .args_size = sizeof(struct args),
     .example =
         "valuebold simulate examples/effort-risk/plan.yaml --output-dir simulated\n"
         "valuebold simulate bold examples/quick-map/images.yaml --output-dir bids\n"
         "valuebold simulate recovery spec.yaml --choices choices.tsv "
         "-o recovery",
     .run = run};
