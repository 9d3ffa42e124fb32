/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_models.c - `valuebold models`: what the registries hold. */
#include "cli.h"
#include "valuebold/model.h"
#include "valuebold/names.h"

#include <math.h>
#include <string.h>

typedef struct args {
    cli_common common;
    const char *name;
} args;

static const cli_positional positionals[] = {{"NAME", offsetof(args, name),
                                              CLI_OPTIONAL,
                                              "only the parts of this name", NULL},
                                             {0}};

static void put_params(vb_buffer *out, size_t n, const vb_param params[])
{
    for (size_t p = 0; p < n; p++) {
        vb_putf(out, "      %-14s %s; ", params[p].name, params[p].meaning);
        vb_put_text(out, "from ");
        vb_put_number(out, params[p].lower);
        vb_put_text(out, " to ");
        if (isfinite(params[p].upper))
            vb_put_number(out, params[p].upper);
        else
            vb_put_text(out, "any");
        if (params[p].unit[0])
            vb_putf(out, " %s", params[p].unit);
        vb_put_text(out, ", usually ");
        vb_put_number(out, params[p].typical);
        vb_put_char(out, '\n');
    }
}

static void put_part(vb_buffer *out, const char *name, const char *equation, size_t n,
                     const vb_param params[], const char *source, const char *note)
{
    vb_putf(out, "  %s\n      %s\n", name, equation);
    put_params(out, n, params);
    vb_put_text(out, "      ");
    cli_wrap(out, source, 6, 6, 80);
    if (note) {
        vb_put_text(out, "      ");
        cli_wrap(out, note, 6, 6, 80);
    }
}

static bool wanted(const char *name, const char *part)
{
    return !name || strcmp(name, part) == 0;
}

static size_t put_terms(vb_buffer *out, const char *name)
{
    size_t n = 0;

    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++) {
        bool titled = false;

        for (size_t i = 0; i < vb_n_terms(); i++) {
            const vb_term *t = vb_term_at(i);

            if (!(t->attributes & (1u << a)) || !wanted(name, t->name))
                continue;
            if (!titled)
                vb_putf(out, "%svalue, %s:\n", n ? "\n" : "",
                        vb_attribute_name((vb_attribute)a));
            titled = true;
            n++;
            put_part(out, t->name, t->equation, t->n_params, t->params, t->source,
                     t->note);
        }
    }
    return n;
}

static size_t put_rules(vb_buffer *out, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        const vb_choice_rule *r = vb_choice_rule_at(i);

        if (wanted(name, r->name)) {
            vb_put_text(out, n++ ? "" : "\nchoice rules:\n");
            put_part(out, r->name, r->equation, r->n_params, r->params, r->source,
                     r->note);
        }
    }
    for (size_t i = 0, k = 0; i < vb_n_learning_rules(); i++) {
        const vb_learning_rule *r = vb_learning_rule_at(i);

        if (wanted(name, r->name)) {
            vb_put_text(out, k++ ? "" : "\nlearning rules:\n");
            n++;
            put_part(out, r->name, r->equation, r->n_params, r->params, r->source,
                     r->note);
        }
    }
    for (size_t i = 0, k = 0; i < vb_n_fatigue_rules(); i++) {
        const vb_fatigue_rule *r = vb_fatigue_rule_at(i);

        if (wanted(name, r->name)) {
            vb_put_text(out, k++ ? "" : "\nfatigue rules:\n");
            n++;
            put_part(out, r->name, r->equation, r->n_params, r->params, r->source,
                     r->note);
        }
    }
    return n;
}

static void put_word(vb_buffer *out, const char *key, const char *word)
{
    if (word)
        vb_putf(out, "      %s: %s\n", key, word);
}

static size_t put_published(vb_buffer *out, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < vb_n_published_models(); i++) {
        const vb_published_model *m = vb_published_model_at(i);

        if (!wanted(name, m->name))
            continue;
        vb_put_text(out, n++ ? "" : "\npublished models (model: published: NAME):\n");
        vb_putf(out, "  %s\n      %s\n", m->name, m->equation);
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
            put_word(out, vb_attribute_name(a), m->spec.term[a]);
        put_word(out, "choice_rule", m->spec.choice_rule);
        put_word(out, "learning", m->spec.learning_rule);
        put_word(out, "fatigue", m->spec.fatigue_rule);
        vb_put_text(out, "      ");
        cli_wrap(out, m->source, 6, 6, 80);
        if (m->note) {
            vb_put_text(out, "      ");
            cli_wrap(out, m->note, 6, 6, 80);
        }
    }
    return n;
}

/* The nearest of all names, for a typo. */
static vb_status unknown(const char *name, vb_arena *arena, vb_error *err)
{
    const size_t most = vb_n_terms() + vb_n_choice_rules() + vb_n_learning_rules() +
                        vb_n_fatigue_rules() + vb_n_published_models();
    const char **names = vb_arena_take(arena, most, sizeof *names);
    char advice[512], quoted[VB_QUOTE_MAX];
    size_t n = 0;

    if (!names)
        return vb_fail_memory(err, most * sizeof *names);
    for (size_t i = 0; i < vb_n_terms(); i++)
        names[n++] = vb_term_at(i)->name;
    for (size_t i = 0; i < vb_n_choice_rules(); i++)
        names[n++] = vb_choice_rule_at(i)->name;
    for (size_t i = 0; i < vb_n_learning_rules(); i++)
        names[n++] = vb_learning_rule_at(i)->name;
    for (size_t i = 0; i < vb_n_fatigue_rules(); i++)
        names[n++] = vb_fatigue_rule_at(i)->name;
    for (size_t i = 0; i < vb_n_published_models(); i++)
        names[n++] = vb_published_model_at(i)->name;
    return vb_fail(err, VB_EUSAGE, "no model part '%s'%s", vb_quote(name, quoted),
                   vb_suggest(name, names, n, advice, sizeof advice));
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const args *a = arguments;
    size_t n;

    if (a->common.json) {
        vb_json j;

        cli_json_begin(context, &j);
        vb_models_json(&j);
        cli_json_end(context, &j);
        return VB_OK;
    }
    if (!a->name)
        vb_put_text(
            &context->out,
            "SV = U(R) * f_effort * f_probability * f_delay - costs; each attribute "
            "has at most one\nof the parts below, named in the spec as `model: "
            "{value: {effort: NAME, ...}}`.\nA formula of your own does as well: "
            "`value: \"R*P^h - k*E\"`.\n\n");
    n = put_terms(&context->out, a->name);
    n += put_rules(&context->out, a->name);
    n += put_published(&context->out, a->name);
    return n ? VB_OK : unknown(a->name, context->arena, err);
}

const cli_command cli_command_models =
    {.name = "models",
     .summary =
         "list the model parts with equation, parameters, units, bounds and source",
     .positionals = positionals,
     .args_size = sizeof(args),
     .example = "valuebold models double_exponential",
     .run = run};
