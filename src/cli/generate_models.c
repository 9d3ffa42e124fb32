/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generate_models.c - docs/models.md, from the registries of models, response functions,
 * conventions and exporters. */
#include "cli.h"

#include "valuebold/design.h"
#include "valuebold/export.h"
#include "valuebold/model.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static void put_bound(vb_buffer *out, double x)
{
    if (isfinite(x))
        vb_put_number(out, x);
    else
        vb_put_text(out, "any");
}

/* Text of a table cell or paragraph: '|' would end the cell, '*' and '_' be emphasis. */
static void put_cell(vb_buffer *out, const char *s)
{
    for (; *s; s++) {
        if (strchr("|*_<", *s))
            vb_put_char(out, '\\');
        vb_put_char(out, *s);
    }
}

static void put_params(vb_buffer *out, const char *prefix, size_t n,
                       const vb_param params[])
{
    if (!n) {
        vb_put_text(out, "\nNo parameters.\n");
        return;
    }
    vb_put_text(out, "\n| parameter | unit | bounds | usual | meaning |\n"
                     "|---|---|---|---|---|\n");
    for (size_t p = 0; p < n; p++) {
        vb_putf(out, "| `%s%s` | ", prefix, params[p].name);
        put_cell(out, params[p].unit[0] ? params[p].unit : "none");
        vb_put_text(out, " | ");
        put_bound(out, params[p].lower);
        vb_put_text(out, " to ");
        put_bound(out, params[p].upper);
        vb_put_text(out, " | ");
        vb_put_number(out, params[p].typical);
        vb_put_text(out, " | ");
        put_cell(out, params[p].meaning);
        vb_put_text(out, " |\n");
    }
}

static void put_source(vb_buffer *out, const char *source, vb_evidence evidence,
                       const char *note)
{
    vb_put_text(out, "\nSource (");
    vb_put_char(out, evidence);
    vb_put_text(out, "): ");
    put_cell(out, source);
    vb_put_char(out, '\n');
    if (note) {
        vb_put_char(out, '\n');
        put_cell(out, note);
        vb_put_char(out, '\n');
    }
}

static void put_terms(vb_buffer *out, vb_attribute attribute)
{
    static const char *const kinds[] =
        {[VB_UTILITY] = "utility", [VB_FACTOR] = "factor", [VB_COST] = "cost"};
    const char *name = vb_attribute_name(attribute);
    char prefix[64];

    snprintf(prefix, sizeof prefix, "%s_", name);
    vb_putf(out, "\n## Terms for %s\n", name);
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);

        if (!(term->attributes & 1u << attribute))
            continue;
        vb_putf(out, "\n### `%s: %s` (%s)\n\n    %s\n", name, term->name,
                kinds[term->kind], term->equation);
        put_params(out, prefix, term->n_params, term->params);
        put_source(out, term->source, term->evidence, term->note);
    }
}

static void put_rules(vb_buffer *out)
{
    vb_put_text(out, "\n## Choice rules\n");
    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        const vb_choice_rule *rule = vb_choice_rule_at(i);

        vb_putf(out, "\n### `choice_rule: %s`\n\n    %s\n", rule->name, rule->equation);
        put_params(out, "", rule->n_params, rule->params);
        put_source(out, rule->source, rule->evidence, rule->note);
    }
    vb_put_text(out, "\n## Learning rules\n");
    for (size_t i = 0; i < vb_n_learning_rules(); i++) {
        const vb_learning_rule *rule = vb_learning_rule_at(i);

        vb_putf(out, "\n### `learning: %s`\n\n    %s\n", rule->name, rule->equation);
        put_params(out, "", rule->n_params, rule->params);
        put_source(out, rule->source, rule->evidence, rule->note);
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
    (void)err; /* nothing can fail but memory, which the buffer remembers */
    vb_put_text(
        out,
        "# Models\n\nThis page is made from the registries; `make docs` writes it, and "
        "`valuebold models` prints the same.\n\n"
        "The subjective value of an option is\n\n"
        "    SV = U(R) * f_effort * f_probability * f_delay - c_effort - c_delay - "
        "c_loss\n\n"
        "with at most one term for each attribute: a factor f that multiplies the "
        "reward's utility, or a cost c that is subtracted. R is the reward, E the "
        "effort, P the probability of winning, D the delay, L the loss. `{effort}` in "
        "a "
        "unit stands for the task's own unit of effort. The letter behind \"Source\" "
        "says how sure the form is: A read in public code or data, or recomputed; B "
        "read in an abstract, caption or review; C general knowledge of the field.\n");
    for (int a = 0; a < VB_N_ATTRIBUTES; a++)
        put_terms(out, (vb_attribute)a);
    put_rules(out);
    vb_put_text(out, "\n## Response functions\n\nFor `hrf:` in the spec's `design` "
                     "section.\n\n| name | meaning |\n|---|---|\n");
    for (size_t i = 0; i < vb_n_hrfs(); i++)
        put_row(out, vb_hrf_name(i), vb_hrf_meaning(i));
    vb_put_text(out, "\n## Conventions\n\nFor `like:`; see [conventions.md]"
                     "(conventions.md).\n\n| name | meaning |\n|---|---|\n");
    for (size_t i = 0; i < vb_n_dialects(); i++)
        put_row(out, vb_dialect_name(i), vb_dialect_meaning(i));
    vb_put_text(out, "\n## Exporters\n\n| name | meaning |\n|---|---|\n");
    for (size_t i = 0; i < vb_n_exporters(); i++)
        put_row(out, vb_exporter_at(i)->name, vb_exporter_at(i)->meaning);
    return VB_OK;
}
