/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_models.c - which models are fitted, and how each of their parameters. */
#include "fit_internal.h"
#include "valuebold/names.h"

#include <math.h>
#include <string.h>

static bool same_part(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_model(const vb_model_spec *a, const vb_model_spec *b)
{
    for (size_t i = 0; i < VB_N_ATTRIBUTES; i++)
        if (!same_part(a->term[i], b->term[i]))
            return false;
    return same_part(a->choice_rule, b->choice_rule) &&
           same_part(a->learning_rule, b->learning_rule);
}

static vb_status compose(vb_fit_study *fits, const char *name,
                         const vb_model_spec *spec, size_t line, size_t at,
                         vb_error *err)
{
    vb_model *model = &fits->models[fits->n_models];
    vb_error this = {0};
    const vb_status status =
        vb_model_compose(spec, fits->spec->trials.units, model, &this);

    if (status != VB_OK)
        return vb_fail_at(err, status, fits->spec->file, line, at, "%s", this.text);
    if (!model->choice_rule)
        return vb_fail_at(
            err, VB_EINPUT, fits->spec->file, line, at,
            "fit: %s has no choice rule, so that choices say nothing about "
            "its parameters; write choice_rule: softmax",
            strcmp(name, "model") == 0 ? "the model" : name);
    fits->names[fits->n_models++] = name;
    return VB_OK;
}

/* Parameters that choices cannot depend on are not fitted: they would count in AIC and BIC. */
static void keep_idle(const vb_model *model, vb_fit_options *options)
{
    const vb_choice_rule *rule = model->choice_rule;

    for (size_t p = 0; rule->no_values && p < model->n_params; p++) {
        const bool own = p >= model->first_choice_param &&
                         p < model->first_choice_param + rule->n_params;

        if (!own && p != model->lapse_param && isnan(options->setting[p].fixed))
            options->setting[p].fixed = model->params[p].param->typical;
    }
}

/* Settings of the spec for one model; *used marks the entries that some model knows. */
static void settle(const vb_fit_study *fits, const vb_model *model, bool used[],
                   vb_fit_options *options)
{
    const vb_spec_fit *fit = &fits->spec->fit;

    vb_fit_defaults(options);
    options->n_starts = fit->n_starts;
    for (size_t i = 0; i < fit->n_parameters; i++) {
        const size_t p = vb_model_param(model, fit->parameters[i].name);

        if (p == VB_NONE)
            continue;
        used[i] = true;
        options->setting[p] = fit->parameters[i].setting;
    }
    keep_idle(model, options);
    if (fit->method == VB_FIT_MAP)
        vb_fit_set_priors(model, NAN, 2.5, options);
    for (size_t i = 0; fit->method != VB_FIT_MAP && i < model->n_params; i++)
        options->setting[i].prior_mean = options->setting[i].prior_sd = NAN;
}

static vb_status refuse_unused(const vb_fit_study *fits, const bool used[],
                               vb_error *err)
{
    const vb_spec_fit *fit = &fits->spec->fit;

    for (size_t i = 0; i < fit->n_parameters; i++) {
        const char *names[VB_MAX_PARAMS];
        char quoted[VB_QUOTE_MAX], advice[512];

        if (used[i])
            continue;
        for (size_t p = 0; p < fits->models[0].n_params; p++)
            names[p] = fits->models[0].params[p].name;
        return vb_fail_at(err, VB_EINPUT, fits->spec->file, fit->parameters[i].line,
                          fit->parameters[i].at, "fit: no model has a parameter '%s'%s",
                          vb_quote(fit->parameters[i].name, quoted),
                          vb_suggest(fit->parameters[i].name, names,
                                     fits->models[0].n_params, advice, sizeof advice));
    }
    return VB_OK;
}

vb_status fit_study_models(vb_fit_study *fits, vb_error *err)
{
    const vb_spec *spec = fits->spec;
    const size_t most = spec->fit.n_models + 1;
    bool *used = vb_arena_take(fits->arena, spec->fit.n_parameters, sizeof *used);
    const char *name = "model";
    vb_status status;

    fits->names = vb_arena_take(fits->arena, most, sizeof *fits->names);
    fits->models = vb_arena_take(fits->arena, most, sizeof *fits->models);
    fits->options = vb_arena_take(fits->arena, most, sizeof *fits->options);
    if (!used || !fits->names || !fits->models || !fits->options)
        return vb_fail_memory(err, most * sizeof *fits->models);
    for (size_t i = 0; i < spec->fit.n_models; i++)
        if (same_model(&spec->fit.models[i].model, &spec->model))
            name = spec->fit.models[i].name;
    status = compose(fits, name, &spec->model, 0, 0, err);
    for (size_t i = 0; i < spec->fit.n_models && status == VB_OK; i++)
        if (strcmp(spec->fit.models[i].name, name) != 0)
            status = compose(fits, spec->fit.models[i].name, &spec->fit.models[i].model,
                             spec->fit.models[i].line, spec->fit.models[i].at, err);
    for (size_t m = 0; m < fits->n_models && status == VB_OK; m++)
        settle(fits, &fits->models[m], used, &fits->options[m]);
    return status == VB_OK ? refuse_unused(fits, used, err) : status;
}
