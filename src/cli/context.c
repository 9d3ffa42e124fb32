/* SPDX-License-Identifier: GPL-3.0-or-later */
/* context.c - what commands share: the JSON around an answer and --strict. */
#include "cli.h"

void cli_json_begin(cli_context *context, vb_json *j)
{
    *j = (vb_json){.out = &context->out};
    vb_json_open(j, NULL, '{');
    vb_json_text(j, "valuebold", VB_VERSION);
    vb_json_text(j, "command", context->command->name);
}

void cli_json_end(cli_context *context, vb_json *j)
{
    vb_json_notes(j, &context->notes);
    vb_json_close(j);
    vb_put_char(&context->out, '\n');
}

vb_status cli_strict(const cli_context *context, vb_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < context->notes.n; i++)
        n += context->notes.items[i].severity == VB_WARNING;
    if (!context->common->strict || !n)
        return VB_OK;
    return vb_fail(err, VB_EINPUT,
                   "%zu warning%s, and --strict was given; no result "
                   "was written",
                   n, n == 1 ? "" : "s");
}
