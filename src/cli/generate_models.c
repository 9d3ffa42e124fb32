/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generate_models.c - docs/models.md: the model room's page, and the registries of
 * response functions, conventions and exporters, which the model room does not know. */
#include "cli.h"

#include "valuebold/design.h"
#include "valuebold/export.h"
#include "valuebold/model.h"
#include <string.h>

/* Text of a table cell: '|' would end it, '*' and '_' be emphasis. */
static void put_cell(vb_buffer *out, const char *s)
{
    for (; *s; s++) {
        if (strchr("|*_<", *s))
            vb_put_char(out, '\\');
        vb_put_char(out, *s);
    }
}

static void put_row(vb_buffer *out, const char *name, const char *meaning)
{
    vb_putf(out, "| `%s` | ", name);
    put_cell(out, meaning);
    vb_put_text(out, " |\n");
}

vb_status cli_generate_models_md(vb_buffer *out, vb_error *err)
{
    const vb_status status = vb_models_reference(out, err);

    if (status != VB_OK)
        return status;
    vb_put_text(out,
                "\n## Response functions\n\nFor `hrf:` in the spec's `design` "
                "section, parameters in brackets by place or name: `GAM(8.6,0.547)`, "
                "`spm(delay=5)`.\n\n| name | meaning | parameters |\n|---|---|---|\n");
    for (size_t i = 0; i < vb_n_hrfs(); i++) {
        char parameters[400];

        vb_putf(out, "| `%s` | ", vb_hrf_name(i));
        put_cell(out, vb_hrf_meaning(i));
        vb_put_text(out, " | ");
        put_cell(out, vb_hrf_parameters(i, parameters, sizeof parameters));
        vb_put_text(out, " |\n");
    }
    vb_put_text(out, "\n## Conventions\n\nFor `like:`; see [conventions.md]"
                     "(conventions.md).\n\n| name | meaning |\n|---|---|\n");
    for (size_t i = 0; i < vb_n_dialects(); i++)
        put_row(out, vb_dialect_name(i), vb_dialect_meaning(i));
    vb_put_text(out, "\n## Exporters\n\n| name | meaning |\n|---|---|\n");
    for (size_t i = 0; i < vb_n_exporters(); i++)
        put_row(out, vb_exporter_at(i)->name, vb_exporter_at(i)->meaning);
    return VB_OK;
}
