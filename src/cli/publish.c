/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish.c - results of a command onto the disk. */
#include "cli.h"

#include "valuebold/file.h"

vb_status cli_publish(cli_context *context, const vb_outputs *outputs, vb_error *err)
{
    const cli_common *common = context->common;
    const vb_status status = cli_strict(context, err);

    if (status)
        return status;
    if (!common->output_dir)
        return vb_fail(err, VB_EUSAGE, "%s needs --output-dir DIR for its results",
                       context->command->name);
    return vb_outputs_publish(outputs, common->output_dir,
                              common->force ? VB_REPLACE_OLD : VB_KEEP_OLD, err);
}
