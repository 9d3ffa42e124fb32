/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec_fit.c - the section fit: which parameters, how, and which models beside. */
#include "spec_reader.h"

#include <math.h>
#include <string.h>

/* The entry of a parameter; a new one when the section has not named it yet. */
static vb_spec_fit_parameter *parameter(vb_spec_fit *fit, const vb_node *map, size_t i)
{
    vb_spec_fit_parameter *p = fit->parameters;

    for (size_t k = 0; k < fit->n_parameters; k++, p++)
        if (strcmp(p->name, map->keys[i]) == 0)
            return p;
    fit->n_parameters++;
    *p = (vb_spec_fit_parameter){.name = map->keys[i],
                                 .setting = {.fixed = NAN,
                                             .lower = NAN,
                                             .upper = NAN,
                                             .prior_mean = NAN,
                                             .prior_sd = NAN},
                                 .line = map->key_line[i],
                                 .at = map->key_column[i]};
    return p;
}

static double number(const vb_node *node)
{
    double x = NAN;

    vb_number_read(node->text, &x);
    return x;
}

static vb_fit_factor factor(const vb_node *node)
{
    for (vb_fit_factor f = VB_FIT_BY_CONDITION; f < VB_FIT_N_FACTORS; f++)
        if (node && vb_spec_is(node, vb_fit_factor_name(f)))
            return f;
    return VB_FIT_SHARED;
}

static void read_parameters(vb_spec_reader *r, const vb_node *section)
{
    static const char *const keys[] = {"fixed", "bounds", "separate", "priors"};
    vb_spec_fit *fit = &r->spec->fit;
    size_t n = 0;

    for (size_t k = 0; k < 4; k++)
        n += vb_node_get(section, keys[k]) ? vb_node_get(section, keys[k])->n : 0;
    fit->parameters = vb_spec_take(r, n, sizeof *fit->parameters);
    for (size_t k = 0; fit->parameters && k < 4; k++) {
        const vb_node *map = vb_node_get(section, keys[k]);

        for (size_t i = 0; map && i < map->n; i++) {
            const vb_node *value = map->items[i];
            vb_fit_setting *setting = &parameter(fit, map, i)->setting;

            if (k == 0) {
                setting->fixed = number(value);
            } else if (k == 1) {
                setting->lower = number(value->items[0]);
                setting->upper = number(value->items[1]);
            } else if (k == 2) {
                setting->by = factor(value);
            } else {
                setting->prior_mean = vb_spec_number(value, "mean", (double)NAN);
                setting->prior_sd = vb_spec_number(value, "sd", 2.5);
            }
        }
    }
}

static void read_model(vb_spec_reader *r, const char *name, const vb_node *node,
                       vb_spec_fit_model *out)
{
    const vb_node *part;

    *out = (vb_spec_fit_model){.name = name,
                               .model = r->spec->model,
                               .line = node->line,
                               .at = node->column};
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++)
        if ((part = vb_node_get(node, vb_attribute_name(a))))
            out->model.term[a] = vb_spec_is(part, "none") ? NULL : part->text;
    if ((part = vb_node_get(node, "choice_rule")))
        out->model.choice_rule = vb_spec_is(part, "none") ? NULL : part->text;
    if ((part = vb_node_get(node, "learning")))
        out->model.learning_rule = vb_spec_is(part, "none") ? NULL : part->text;
}

static void read_models(vb_spec_reader *r, const vb_node *models)
{
    vb_spec_fit *fit = &r->spec->fit;

    fit->models = vb_spec_take(r, models->n, sizeof *fit->models);
    for (size_t i = 0; fit->models && i < models->n; i++) {
        const char *name = models->keys[i];

        if (!*name ||
            strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789_-") != strlen(name))
            VB_SPEC_REFUSE(
                r, "spec-name", models->key_line[i], models->key_column[i],
                "the name of a model to compare has letters, digits, _ and - "
                "only, as it becomes part of a file name");
        read_model(r, name, models->items[i], &fit->models[fit->n_models++]);
    }
}

void vb_spec_read_fit(vb_spec_reader *r, const vb_node *root)
{
    const vb_node *section = vb_node_get(root, "fit"), *node;
    vb_spec_fit *fit = &r->spec->fit;

    fit->n_starts = 20;
    fit->seed = 1;
    if (!section || section->kind != VB_MAP)
        return;
    if (!r->spec->has_trials) {
        VB_SPEC_REFUSE_NODE(r, "spec-missing", section,
                            "fit needs sections trials and model");
        return;
    }
    node = vb_node_get(section, "method");
    fit->method = vb_spec_is(node, "map")            ? VB_FIT_MAP
                  : vb_spec_is(node, "hierarchical") ? VB_FIT_HIERARCHICAL
                                                     : VB_FIT_ML;
    fit->over = factor(vb_node_get(section, "over"));
    fit->cross_validate = factor(vb_node_get(section, "cross_validate"));
    fit->titration = vb_spec_truth(vb_node_get(section, "titration"));
    if (fit->method == VB_FIT_HIERARCHICAL && fit->cross_validate != VB_FIT_SHARED)
        VB_SPEC_REFUSE_NODE(r, "spec-value", vb_node_get(section, "cross_validate"),
                            "fit.cross_validate goes with method: ml and map");
    fit->n_starts = vb_spec_count(section, "starts", 20);
    fit->seed = vb_spec_number(section, "seed", 1);
    read_parameters(r, section);
    if ((node = vb_node_get(section, "models")))
        read_models(r, node);
    if ((node = vb_node_get(section, "covariates"))) {
        fit->covariates = vb_spec_texts(r, node, &fit->n_covariates);
        if (fit->method != VB_FIT_HIERARCHICAL)
            VB_SPEC_REFUSE_NODE(
                r, "spec-value", node,
                "fit.covariates are of the group mean, which only method: "
                "hierarchical has");
    }
}
