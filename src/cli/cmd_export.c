/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_export.c - `valuebold export`: the design as files of other programs. */
#include "study_args.h"
#include "valuebold/export.h"

typedef struct export_args {
    study_args study; /* first: the shared options are offsets into it */
    cli_list to;
    bool verify;
} export_args;

static const char *exporter_choice(size_t i)
{
    return i < vb_n_exporters() ? vb_exporter_at(i)->name : NULL;
}

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

static const cli_option own_options[] =
    {{.name = "to",
      .argument = "PROGRAM",
      .type = CLI_LIST,
      .offset = offsetof(export_args, to),
      .choice = exporter_choice,
      .help = "for this program only; repeat it for more; all when not given"},
     {.name = "verify",
      .type = CLI_FLAG,
      .offset = offsetof(export_args, verify),
      .help = "read every written file back with a reader of its own and compare"},
     {0}};

static vb_status export_all(const export_args *args, const study_session *session,
                            cli_context *context, vb_outputs *outputs,
                            size_t *n_verified, vb_error *err)
{
    const size_t n = args->to.n ? args->to.n : vb_n_exporters();
    vb_status status = VB_OK;

    for (size_t i = 0; i < n && status == VB_OK; i++)
        status =
            vb_study_export(session->study,
                            args->to.n ? args->to.items[i] : vb_exporter_at(i)->name,
                            &session->provenance, outputs,
                            args->verify ? n_verified : NULL, &context->notes, err);
    return status;
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const export_args *args = arguments;
    const study_args *study = &args->study;
    vb_outputs outputs = {0};
    study_session session;
    size_t n_verified = 0;
    vb_status status;

    if (!study->common.output_dir)
        return vb_fail(err, VB_EUSAGE, "say where to with --output-dir DIR");
    status = study_open(study, STUDY_DESIGN, context, &session, err);
    if (status == VB_OK)
        status = export_all(args, &session, context, &outputs, &n_verified, err);
    if (status == VB_OK)
        status = cli_publish(context, &outputs, err);
    if (status == VB_OK) {
        if (args->verify)
            vb_note_add(&context->notes, VB_INFO, "export-verified", NULL, 0, 0,
                        "%zu values read back from the exported files agree",
                        n_verified);
        study_report(study, &session, context, outputs.n);
        if (args->verify && !study->common.json && !study->common.quiet)
            vb_putf(&context->out,
                    "%zu values read back from the exported files agree\n", n_verified);
    }
    vb_outputs_free(&outputs);
    study_close(&session);
    return status;
}

const cli_command cli_command_export =
    {.name = "export",
     .summary = "write the design as files of SPM, FSL, AFNI, nilearn and fitlins",
     .description =
         "Writes export/PROGRAM/sub-L/...: for FSL three-column files, design.mat, "
         "design.con and a FEAT setup; for SPM multiple-conditions and regressor files "
         "and "
         "a batch; for AFNI timing files, a script and its matrix; for nilearn events, "
         "designs "
         "and a script; a BIDS Stats Model with its events.  A CONVENTIONS.md beside "
         "them says who centres, who orthogonalises, "
         "which kernel, filter and time reference.",
     .positionals = positionals,
     .options = own_options,
     .shared = study_options,
     .groups = CLI_BIDS | CLI_OUTPUT,
     .args_size = sizeof(export_args),
     .example =
         "valuebold export spec.yaml --bids-dir data --output-dir derivatives --to "
         "fsl",
     .run = run};
