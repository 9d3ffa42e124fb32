/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reference.c - docs/models.md, written from the registries. */
#include "model_internal.h"
#include "signals_internal.h"

#include <string.h>

static const char intro[] =
    "# Models and signals\n"
    "\n"
    "This page is written by the program from its registries (`make docs`); `valuebold "
    "models` lists the models.\n"
    "[models/](models/README.md) explains them family by family, with specs that run.\n"
    "\n"
    "The subjective value (SV) of an option is put together from parts:\n"
    "\n"
    "    SV = U(R) * f_effort * f_probability * f_delay - c_effort - c_delay - c_loss\n"
    "\n"
    "R is the reward, E the effort, P the probability of winning, D the delay and L "
    "the loss of the option.\n"
    "Each attribute has at most one term: a factor *f* that multiplies, or a cost *c* "
    "that is subtracted.\n"
    "An attribute without a term does not count; without a utility, U(R) = R.\n"
    "So `effort: hyperbolic` with `probability: exponential` is R / (1 + k\\*E) * "
    "exp(-c\\*100\\*(1 - P)),\n"
    "and `effort: parabolic` alone is R - k\\*E^2.\n"
    "\n"
    "Other ways to a value:\n"
    "\n"
    "- `combine: add`: each factor takes its share of the utility, U(R) * (1 - (1 - "
    "f_effort) - (1 - f_probability) - (1 - f_delay)) - costs;\n"
    "- `combine: net`: factors multiply U(R) - c_loss; with loss `gamble`, whose cost "
    "has "
    "the weight of losing already, those of effort and delay multiply "
    "U(R)\\*f_probability - c_loss;\n"
    "- `value: \"R*P^h - k*E\"`: a formula of your own ([formula]"
    "(models/formula.md));\n"
    "- an option that states its `value` (rest, baseline) has that, whatever the "
    "model.\n"
    "\n"
    "A parameter's full name is ATTRIBUTE_NAME (`effort_k`); its short name (`k`) will "
    "do where only one part has it.\n"
    "`{value}`, `{effort}` and so on stand for the units that the task states; "
    "`{value}` is the unit of SV.\n"
    "A parameter means nothing without the unit it was fitted in: k for minutes is not "
    "k for levels.\n"
    "A unit that is not the task's is refused, or converted where the spec says how.\n"
    "Values outside the bounds are refused, values at a bound are warned about.\n"
    "\n"
    "**How sure the form is**: A, read in public code or data, or recomputed; B, read "
    "in an abstract, caption or review; C, general knowledge of the field.\n";

/* Text outside code: | would end a table's cell, * and _ would set it in italics. */
static void put_prose(vb_buffer *b, const char *s)
{
    for (; *s; s++) {
        if (strchr("|*_<", *s))
            vb_put_char(b, '\\');
        vb_put_char(b, *s);
    }
}

static void put_params(vb_buffer *b, const char *prefix, size_t n,
                       const vb_param params[])
{
    if (!n) {
        vb_put_text(b, "No parameters.\n\n");
        return;
    }
    vb_put_text(b, "| parameter | unit | bounds | typical | meaning |\n"
                   "|---|---|---|---|---|\n");
    for (size_t i = 0; i < n; i++) {
        vb_putf(b, "| `%s%s%s` | ", prefix ? prefix : "", prefix ? "_" : "",
                params[i].name);
        if (*params[i].unit)
            vb_putf(b, "`%s`", params[i].unit);
        vb_put_text(b, " | ");
        vb_put_number(b, params[i].lower);
        vb_put_text(b, " .. ");
        vb_put_number(b, params[i].upper);
        vb_put_text(b, " | ");
        vb_put_number(b, params[i].typical);
        vb_put_text(b, " | ");
        put_prose(b, params[i].meaning);
        vb_put_text(b, " |\n");
    }
    vb_put_char(b, '\n');
}

static void put_head(vb_buffer *b, const char *name, const char *kind,
                     const char *equation)
{
    vb_putf(b, "### `%s`%s\n\n    %s\n\n", name, kind, equation);
}

static void put_source(vb_buffer *b, const char *source, vb_evidence evidence,
                       const char *note)
{
    vb_put_text(b, "Source: ");
    put_prose(b, source);
    vb_putf(b, ". How sure: %c.\n\n", evidence);
    if (!note)
        return;
    vb_put_text(b, "Note: ");
    put_prose(b, note);
    vb_put_text(b, "\n\n");
}

static void put_terms(vb_buffer *b, vb_attribute a)
{
    static const char *const kinds[] =
        {[VB_UTILITY] = " (utility)", [VB_FACTOR] = " (factor)", [VB_COST] = " (cost)"};
    const char *name = vb_attribute_name(a);

    vb_putf(b, "\n## Terms for %s (%c)\n\n", name, vb_attribute_letter(a));
    for (size_t i = 0; i < vb_n_terms(); i++) {
        const vb_term *term = vb_term_at(i);

        if (!(term->attributes & 1u << a))
            continue;
        put_head(b, term->name, kinds[term->kind], term->equation);
        put_params(b, name, term->n_params, term->params);
        put_source(b, term->source, term->evidence, term->note);
    }
}

static void put_rules(vb_buffer *b)
{
    vb_put_text(
        b,
        "\n## Choice rules\n\n"
        "The probability of choosing an option from the values of all options; "
        "SV_1 is the first option of the task, SV_2 the second.\n"
        "`beta` is short for `inverse_temperature`, `tau` for `temperature`, `a` "
        "for `bias`, `eps` for `lapse`.\n"
        "`lapse: true` adds lapses to any of them: P' = lapse/n + (1 - lapse)*P, with "
        "the parameter `lapse` in 0..1.\n\n");
    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        const vb_choice_rule *rule = vb_choice_rule_at(i);

        put_head(b, rule->name, "", rule->equation);
        put_params(b, NULL, rule->n_params, rule->params);
        put_source(b, rule->source, rule->evidence, rule->note);
    }
    vb_put_text(
        b, "\n## Learning rules\n\n"
           "V is the expectation before the outcome of a trial, V' after it, pe the "
           "prediction error.\n"
           "One expectation for all trials, or one for each option (or the cue that "
           "stands for it) of which the chosen one learns; it starts anew in each run "
           "unless told to carry "
           "over.\n"
           "`alpha` is short for `learning_rate`.\n\n");
    for (size_t i = 0; i < vb_n_learning_rules(); i++) {
        const vb_learning_rule *rule = vb_learning_rule_at(i);

        put_head(b, rule->name, "", rule->equation);
        put_params(b, NULL, rule->n_params, rule->params);
        put_source(b, rule->source, rule->evidence, rule->note);
    }
}

static void put_fatigue(vb_buffer *b)
{
    vb_put_text(
        b,
        "\n## Fatigue rules\n\n"
        "Work makes further effort dearer: the cost of effort is multiplied by F, "
        "which is 1 at the start and goes from trial to trial.\n"
        "It needs choices, and an effort term that is a cost; it starts anew in each "
        "run unless told to carry over.\n\n");
    for (size_t i = 0; i < vb_n_fatigue_rules(); i++) {
        const vb_fatigue_rule *rule = vb_fatigue_rule_at(i);

        put_head(b, rule->name, "", rule->equation);
        put_params(b, NULL, rule->n_params, rule->params);
        put_source(b, rule->source, rule->evidence, rule->note);
    }
}

static void put_part(vb_buffer *b, const char *key, const char *word)
{
    if (word)
        vb_putf(b, "%s: `%s` ", key, word);
}

static void put_published(vb_buffer *b)
{
    vb_put_text(
        b,
        "\n## Published models\n\n"
        "`model: {published: NAME}` takes the parts of a model by the name its field "
        "knows it by; parts named beside it replace those.\n"
        "They are the parts above, and have their parameters.\n\n"
        "| name | equation | parts | source | how sure |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < vb_n_published_models(); i++) {
        const vb_published_model *m = vb_published_model_at(i);

        vb_putf(b, "| [`%s`](models/%s) | `%s` | ", m->name, m->page, m->equation);
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
            put_part(b, vb_attribute_name(a), m->spec.term[a]);
        put_part(b, "choice", m->spec.choice_rule);
        put_part(b, "learning", m->spec.learning_rule);
        put_part(b, "fatigue", m->spec.fatigue_rule);
        vb_put_text(b, "| ");
        put_prose(b, m->source);
        if (m->note) {
            vb_put_text(b, ". ");
            put_prose(b, m->note);
        }
        vb_putf(b, " | %c |\n", m->evidence);
    }
}

static const char staged[] =
    "\n## Staged prediction error\n"
    "\n"
    "In a task whose first cue shows effort or reward and whose second cue shows the "
    "other, "
    "the value expected at the\n"
    "first cue is SV with the unseen attribute's term (U(R), or the factor or cost of "
    "effort) "
    "at its expectation;\n"
    "the prediction error at the second cue is svpe = SV - expected_sv (Arulpragasam "
    "et al. "
    "2018, PNAS 115:E5233).\n"
    "It is about the only option that varies (an offer against a constant "
    "alternative); "
    "where several do, it is refused.\n"
    "How the expectation was formed there is not known; there are three ways:\n"
    "\n"
    "- the mean over the previous trials;\n"
    "- a Rescorla-Wagner average of the previous trials with a rate of your choice, "
    "starting "
    "at the first trial;\n"
    "- the mean over all trials of the task (the design).\n"
    "\n"
    "Where the first cue shows `neither`, expected_sv is the expectation of SV itself, "
    "formed in the same way.\n"
    "\n"
    "With the first two the first trial of a run has no expectation and its signals "
    "are "
    "missing;\n"
    "`reset: never` carries the history over from run to run (the reset of learning is "
    "another matter).\n";

static void put_signals(vb_buffer *b)
{
    vb_put_text(
        b,
        "\n## Signals\n\n"
        "A signal is a quantity in a form, QUANTITY_FORM: `sv_difference`, "
        "`effort_cost_chosen`, `sv_left_minus_right`.\n"
        "Where only one option varies (an offer against rest), the quantity alone "
        "is that option's: `sv`.\n"
        "An option varies when the spec makes one of its attributes from a column of "
        "the events; a number alone (`reward: 1`) does not vary.\n"
        "Trials without a choice are missing in forms that need one.\n\n"
        "| quantity | unit | meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < vb_n_quantities(); i++) {
        const quantity *q = vb_quantity_at(i);

        vb_putf(b, "| `%s` | `%s` | ", q->name, q->unit);
        put_prose(b, q->meaning);
        vb_put_text(b, " |\n");
    }
    vb_put_text(b, "\n| form | meaning |\n|---|---|\n");
    for (form_kind f = FORM_OPTION; f < FORM_BARE; f++) {
        vb_putf(b, "| `%s` | ", vb_form_texts[f].name);
        put_prose(b, vb_form_texts[f].meaning);
        vb_put_text(b, " |\n");
    }
    vb_put_text(b, "\nSignals of the trial itself:\n\n"
                   "| signal | unit | meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < vb_n_own_signals(); i++) {
        const own_signal *s = vb_own_signal_at(i);

        vb_putf(b, "| `%s` | `%s` | ", s->name, s->unit);
        put_prose(b, s->meaning);
        vb_put_text(b, " |\n");
    }
}

vb_status vb_models_reference(vb_buffer *markdown, vb_error *err)
{
    vb_put_text(markdown, intro);
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        put_terms(markdown, a);
    put_rules(markdown);
    put_fatigue(markdown);
    put_published(markdown);
    vb_put_text(markdown, staged);
    put_signals(markdown);
    return vb_buffer_ok(markdown, err);
}
