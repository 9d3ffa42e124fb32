/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_cite.c - `valuebold cite`: how to name the program in a paper, and a paragraph for the
 * methods section.  CITATION.cff says the same for archives. */
#include "cli.h"

struct args {
    cli_common common;
};

static const char bibtex[] =
    "@software{valuebold,\n"
    "  title   = {valuebold: model-based fMRI of value and effort},\n"
    "  author  = {{The valuebold developers}},\n"
    "  version = {" VB_VERSION "},\n"
    "  license = {GPL-3.0-or-later}\n"
    "}\n";

/* Words in capitals are for the author of the paper to fill in. */
static const char methods[] =
    "Trial-wise subjective value and related signals were computed from the trial logs "
    "with "
    "valuebold " VB_VERSION
    ", using the MODEL model with PARAMETERS. The signals entered the "
    "first-level design as parametric modulators of the TASK event, whose unmodulated "
    "regressor stood beside them; modulators were centred over CENTRING and scaled by "
    "SCALING, missed trials were treated by POLICY, and no modulator was "
    "orthogonalised "
    "against another unless stated. Regressors were convolved with the HRF response "
    "function and sampled at SAMPLE TIME after the start of each volume; slow drift "
    "was "
    "modelled by FILTER. The JSON file beside each design (design.json) holds these "
    "settings, the number of trials used, missed and dropped, and the checksums of the "
    "input files.";

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const struct args *args = arguments;

    (void)err; /* nothing here can fail but memory, which the buffer remembers */
    if (args->common.json) {
        vb_json j;

        cli_json_begin(context, &j);
        vb_json_text(&j, "version", VB_VERSION);
        vb_json_text(&j, "bibtex", bibtex);
        vb_json_text(&j, "methods", methods);
        cli_json_end(context, &j);
        return VB_OK;
    }
    vb_putf(&context->out,
            "%s\nFor the methods section (words in capitals are yours to "
            "fill in):\n\n",
            bibtex);
    cli_wrap(&context->out, methods, 0, 0, 80);
    vb_put_text(&context->out, "\nPlease also cite the paper of the model you used: "
                               "'valuebold models' names it.\n");
    return VB_OK;
}

const cli_command cli_command_cite =
    {.name = "cite",
     .summary = "print how to cite valuebold, and a paragraph for the methods section",
     .args_size = sizeof(struct args),
     .run = run,
     .example = "valuebold cite"};
