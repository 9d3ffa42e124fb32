/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_reference.c - the table of keys as Markdown, for docs/spec.md. */
#include "spec_keys.h"
#include "valuebold/number.h"
#include "valuebold/spec.h"

#include <math.h>
#include <string.h>

static void put_range(vb_buffer *out, const vb_spec_key *key)
{
    const bool low = isfinite(key->low), high = isfinite(key->high);
    const char *above = key->kinds & VB_SPEC_ABOVE ? "> " : ">= ";
    const char *below = key->kinds & VB_SPEC_BELOW ? "< " : "<= ";

    if (!(key->kinds & (VB_SPEC_NUMBER | VB_SPEC_COUNT)) || (!low && !high))
        return;
    vb_put_text(out, " (");
    if (low && high && key->low == key->high) {
        vb_put_number(out, key->low);
    } else {
        if (low) {
            vb_put_text(out, above);
            vb_put_number(out, key->low);
        }
        if (low && high)
            vb_put_text(out, ", ");
        if (high) {
            vb_put_text(out, below);
            vb_put_number(out, key->high);
        }
    }
    vb_put_char(out, ')');
}

/* Cells of a table: a bar would end them, a star would set italics. */
static void put_cell(vb_buffer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|' || *text == '*' || *text == '_' || *text == '<')
            vb_put_char(out, '\\');
        vb_put_char(out, *text);
    }
}

static void put_key(vb_buffer *out, const vb_spec_key *key)
{
    char expected[512];

    vb_putf(out, "| `%s` | ", key->path);
    put_cell(out, key->kinds & VB_SPEC_ANY
                      ? "anything"
                      : vb_spec_expected(key, expected, sizeof expected));
    put_range(out, key);
    vb_putf(out, " | %s | ", key->unit);
    put_cell(out, key->fallback);
    vb_put_text(out, " | ");
    put_cell(out, key->help);
    vb_put_text(out, " |\n");
}

vb_status vb_spec_reference(vb_buffer *markdown, vb_error *err)
{
    static const char intro[] =
        "# The spec\n\n"
        "Every key of the spec, a YAML or JSON file; the program writes this page from "
        "the table it checks specs with (`make docs`).\n"
        "What may stand for `rows`, an attribute, an outcome or a column is an "
        "expression: see [expressions.md](expressions.md).\n"
        "What may stand for a term or a signal is in [models.md](models.md).\n\n";
    static const char head[] = "| key | value | unit | when absent | meaning |\n"
                               "| --- | --- | --- | --- | --- |\n";
    bool section = false;

    vb_put_text(markdown, intro);
    vb_put_text(markdown, head);
    for (size_t i = 0; i < vb_n_spec_keys(); i++) {
        const vb_spec_key *key = vb_spec_key_at(i);
        const bool top = !strchr(key->path, '.');
        const bool has_keys = i + 1 < vb_n_spec_keys() &&
                              strchr(vb_spec_key_at(i + 1)->path, '.') != NULL;

        if (top && has_keys) {
            vb_putf(markdown, "\n## %s\n\n%c%s.\n\n", key->path,
                    key->help[0] >= 'a' && key->help[0] <= 'z'
                        ? key->help[0] - 'a' + 'A'
                        : key->help[0],
                    key->help + 1);
            vb_put_text(markdown, head);
            section = true;
        } else if (top && section) {
            vb_put_text(markdown, "\n## Other sections\n\n");
            vb_put_text(markdown, head);
            section = false;
        }
        put_key(markdown, key);
    }
    return vb_buffer_ok(markdown, err);
}
