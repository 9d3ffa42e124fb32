/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_summary.c - what came out, for people. */
#include "fit_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 11 };

static void put_number(vb_buffer *out, double x)
{
    char text[32];

    if (isnan(x))
        snprintf(text, sizeof text, "-");
    else
        snprintf(text, sizeof text, "%.4g", x);
    vb_putf(out, " %*s", WIDTH, text);
}

static size_t column_width(const char *name)
{
    return strlen(name) > WIDTH ? strlen(name) : WIDTH;
}

static void put_fit(const vb_fit_study *fits, size_t m, size_t u, vb_buffer *out)
{
    const vb_fit_result *result = vb_fit_study_result(fits, m, u);
    char name[256];

    fit_unit_name(&fits->units[u], name, sizeof name);
    if (!result->fit) {
        vb_putf(out, "%-16s not fitted: %s\n", name, result->failure.text);
        return;
    }
    for (size_t s = 0; s < vb_likelihood_facts_of(result->likelihood)->n_sets; s++) {
        const vb_likelihood_facts *facts = vb_likelihood_facts_of(result->likelihood);
        const vb_fit_set *set = &facts->sets[s];

        vb_putf(out, "%-16s", name);
        for (size_t f = 1; f < VB_FIT_N_FACTORS; f++)
            if (set->level[f])
                vb_putf(out, " [%s]", set->level[f]);
        for (size_t i = 0; i < fits->models[m].n_params; i++) {
            const size_t k = set->number[i];
            char text[64];

            snprintf(text, sizeof text, "%.4g%s",
                     k == VB_NONE ? result->options.setting[i].fixed
                                  : result->fit->theta[k],
                     k != VB_NONE && result->fit->at_bound[k] ? "!" : "");
            vb_putf(out, " %*s", (int)column_width(fits->models[m].params[i].name),
                    text);
            if (k == VB_NONE || isnan(result->fit->se[k]))
                snprintf(text, sizeof text, "%s", k == VB_NONE ? "(fixed)" : "(-)");
            else
                snprintf(text, sizeof text, "(%.2g)", result->fit->se[k]);
            vb_putf(out, " %-9s", text);
        }
        put_number(out, result->fit->nll);
        put_number(out, result->fit->bic);
        put_number(out, result->fit->pseudo_r2);
        vb_putf(out, " %6zu ", facts->n_used);
        if (result->fit->n_starts)
            vb_putf(out, "%4zu/%zu", result->fit->n_at_best, result->fit->n_starts);
        vb_putf(out, "%s%s\n", result->fit->separated ? " separated" : "",
                result->fit->flat ? " flat" : "");
    }
}

static void put_model(const vb_fit_study *fits, size_t m, vb_buffer *out)
{
    const vb_model *model = &fits->models[m];

    vb_putf(out, "%s%s:", m ? "\n" : "", fits->names[m]);
    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        if (model->term[a])
            vb_putf(out, " %s %s (%s);", vb_attribute_name((vb_attribute)a),
                    model->term[a]->name, model->term[a]->equation);
    vb_putf(out, " %s\n", model->choice_rule->name);
    vb_putf(out, "%-16s", "");
    for (size_t i = 0; i < model->n_params; i++)
        vb_putf(out, " %*s %-9s", (int)column_width(model->params[i].name),
                model->params[i].name, "(SE)");
    vb_putf(out, " %*s %*s %*s %6s %s\n", WIDTH, "NLL", WIDTH, "BIC", WIDTH,
            "pseudo R2", "n", "starts at best");
    for (size_t u = 0; u < fits->n_units; u++)
        put_fit(fits, m, u, out);
    if (fits->groups)
        fit_study_put_group(fits, m, out);
}

void vb_fit_study_summary(const vb_fit_study *fits, vb_buffer *text)
{
    for (size_t m = 0; m < fits->n_models; m++)
        put_model(fits, m, text);
    if (fits->n_models > 1)
        fit_study_put_comparison(fits, text);
    vb_put_text(text,
                "\nNLL: negative log-likelihood in nats.  !: at a bound.  (-): no "
                "standard error.\n");
}
