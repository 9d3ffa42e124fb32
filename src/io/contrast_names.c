/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contrast_names.c - contrasts become files: what they may be called. */
#include "spec_reader.h"
#include "valuebold/names.h"

#include <string.h>

enum { LONGEST = 100, LABEL_MAX = 128 };

/* Names go into file names as labels and into reports as they are; what a shell, a path
 * or a page could take for its own is left out of both. */
static const char *why_not(const char *name)
{
    char label[LABEL_MAX];

    if (strlen(name) > LONGEST)
        return "is longer than 100 characters";
    if (name[0] == '.' || name[0] == '-')
        return "starts with '.' or '-'";
    for (const char *s = name; *s; s++)
        if ((unsigned char)*s < 0x20 || strchr("/\\<\"`|$\x7f", *s))
            return "holds a character that cannot be in a file name or page: one of / "
                   "\\ < "
                   "\" ` | $ or a control character";
    if (!*vb_camel(name, label, sizeof label))
        return "has no letter or digit";
    return NULL;
}

vb_status vb_contrast_name_check(const vb_contrast_spec specs[], size_t n,
                                 vb_notes *notes, vb_error *first)
{
    vb_status status = VB_OK;
    char quoted[VB_QUOTE_MAX], other[VB_QUOTE_MAX];
    char a[LABEL_MAX], b[LABEL_MAX];

    for (size_t i = 0; i < n; i++) {
        const vb_contrast_spec *c = &specs[i];
        const char *why = why_not(c->name);

        if (why)
            status = vb_refuse(notes, first, VB_EINPUT, "contrast-name", c->file,
                               c->line, c->column, "contrast name '%s' %s",
                               vb_quote(c->name, quoted), why);
        vb_camel(c->name, a, sizeof a);
        for (size_t k = 0; !why && k < i; k++)
            if (strcmp(vb_camel(specs[k].name, b, sizeof b), a) == 0)
                status = vb_refuse(notes, first, VB_EINPUT, "contrast-name", c->file,
                                   c->line, c->column,
                                   "contrast names '%s' and '%s' would give one file "
                                   "(contrast-%s)",
                                   vb_quote(specs[k].name, other),
                                   vb_quote(c->name, quoted), a);
    }
    return status;
}
