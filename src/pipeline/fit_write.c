/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit_write.c - fitted parameters as a table that trials and design read, with a sidecar.
 *
 * A row has one value for every parameter: a participant has as many rows as combinations
 * of levels that parameters differ by.
 */
#include "fit_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const key_columns[VB_FIT_N_FACTORS] = {NULL, "condition", "session",
                                                          "run"};

/* Whether a column for the factor is needed. */
static bool has_key(const vb_fit_study *fits, size_t m, size_t factor)
{
    if (factor == VB_FIT_BY_SESSION && fits->spec->fit.over != VB_FIT_SHARED)
        return true;
    if (factor == VB_FIT_BY_RUN && fits->spec->fit.over == VB_FIT_BY_RUN)
        return true;
    for (size_t i = 0; i < fits->models[m].n_params; i++)
        if (fits->options[m].setting[i].by == (vb_fit_factor)factor &&
            isnan(fits->options[m].setting[i].fixed))
            return true;
    return false;
}

static void put_header(const vb_fit_study *fits, size_t m, vb_buffer *out)
{
    const vb_model *model = &fits->models[m];

    vb_put_text(out, "participant_id");
    for (size_t f = 1; f < VB_FIT_N_FACTORS; f++)
        if (has_key(fits, m, f))
            vb_putf(out, "\t%s", key_columns[f]);
    for (size_t i = 0; i < model->n_params; i++)
        vb_putf(out, "\t%s", model->params[i].name);
    for (size_t i = 0; i < model->n_params; i++)
        vb_putf(out, "\t%s_se\t%s_lower95\t%s_upper95", model->params[i].name,
                model->params[i].name, model->params[i].name);
    for (size_t i = 0; i < model->n_params; i++)
        for (size_t j = 0; j < i; j++)
            vb_putf(out, "\t%s_%s_correlation", model->params[j].name,
                    model->params[i].name);
    vb_put_text(out, "\tnegative_log_likelihood\taic\tbic\tpseudo_r2\tlog_evidence"
                     "\tn_choices\tn_missed\tn_missing\tn_starts\tn_at_best\tgradient"
                     "\tconverged\tat_bound\twarnings\n");
}

static const char *key_of(const vb_fit_unit *unit, const vb_fit_set *set, size_t factor)
{
    if (set->level[factor])
        return set->level[factor];
    return factor == VB_FIT_BY_SESSION ? unit->session
           : factor == VB_FIT_BY_RUN   ? unit->run
                                       : NULL;
}

static void put_estimates(const vb_fit_study *fits, size_t m,
                          const vb_fit_result *result, const vb_fit_set *set,
                          vb_buffer *out)
{
    const vb_fit *fit = result->fit;
    const vb_model *model = &fits->models[m];

    for (size_t i = 0; i < model->n_params; i++) {
        vb_put_char(out, '\t');
        vb_put_number(out, set->number[i] == VB_NONE ? result->options.setting[i].fixed
                                                     : fit->theta[set->number[i]]);
    }
    for (size_t i = 0; i < model->n_params; i++) {
        const size_t k = set->number[i];

        vb_put_char(out, '\t');
        vb_put_number(out, k == VB_NONE ? 0 : fit->se[k]);
        vb_put_char(out, '\t');
        vb_put_number(out, k == VB_NONE ? (double)NAN : fit->lower95[k]);
        vb_put_char(out, '\t');
        vb_put_number(out, k == VB_NONE ? (double)NAN : fit->upper95[k]);
    }
    for (size_t i = 0; i < model->n_params; i++)
        for (size_t j = 0; j < i; j++) {
            const size_t a = set->number[j], b = set->number[i], n = fit->n;
            const double *c = fit->covariance;

            vb_put_char(out, '\t');
            vb_put_number(out, a == VB_NONE || b == VB_NONE
                                   ? (double)NAN
                                   : c[a * n + b] / sqrt(c[a * n + a] * c[b * n + b]));
        }
}

static void put_flags(const vb_fit *fit, const vb_likelihood_facts *facts,
                      const vb_fit_set *set, size_t n_params, vb_buffer *out)
{
    size_t n = 0;

    vb_putf(out, "\t%s\t", fit->converged ? "yes" : "no");
    for (size_t i = 0; i < n_params; i++)
        if (set->number[i] != VB_NONE && fit->at_bound[set->number[i]])
            vb_putf(out, "%s%s", n++ ? "," : "", facts->numbers[set->number[i]].name);
    vb_put_text(out, n ? "\t" : "n/a\t");
    n = 0;
    if (fit->separated)
        vb_putf(out, "%sfit-separated", n++ ? "," : "");
    if (fit->flat)
        vb_putf(out, "%sfit-flat", n++ ? "," : "");
    if (facts->one_choice)
        vb_putf(out, "%sfit-one-choice", n++ ? "," : "");
    vb_put_text(out, n ? "\n" : "n/a\n");
}

static void put_row(const vb_fit_study *fits, size_t m, size_t u, const vb_fit_set *set,
                    vb_buffer *out)
{
    const vb_fit_result *result = vb_fit_study_result(fits, m, u);
    const vb_likelihood_facts *facts = vb_likelihood_facts_of(result->likelihood);
    const vb_fit *fit = result->fit;
    const double numbers[] = {fit->nll, fit->aic, fit->bic, fit->pseudo_r2,
                              fit->log_evidence};
    char gradient[32];

    vb_putf(out, "sub-%s", fits->units[u].participant);
    for (size_t f = 1; f < VB_FIT_N_FACTORS; f++)
        if (has_key(fits, m, f)) {
            const char *key = key_of(&fits->units[u], set, f);

            vb_putf(out, "\t%s", key ? key : "n/a");
        }
    put_estimates(fits, m, result, set, out);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        vb_put_char(out, '\t');
        vb_put_number(out, numbers[i]);
    }
    snprintf(gradient, sizeof gradient, "%.1e", fit->gradient);
    vb_putf(out, "\t%zu\t%zu\t%zu\t%zu\t%zu\t%s", facts->n_used, facts->n_missed,
            facts->n_missing, fit->n_starts, fit->n_at_best, gradient);
    put_flags(fit, facts, set, fits->models[m].n_params, out);
}

void fit_study_put_table(const vb_fit_study *fits, size_t m, vb_buffer *out)
{
    put_header(fits, m, out);
    for (size_t u = 0; u < fits->n_units; u++) {
        const vb_fit_result *result = vb_fit_study_result(fits, m, u);
        const vb_likelihood_facts *facts;

        if (!result->fit)
            continue;
        facts = vb_likelihood_facts_of(result->likelihood);
        for (size_t s = 0; s < facts->n_sets; s++)
            put_row(fits, m, u, &facts->sets[s], out);
    }
}

/* A value of a term indifference, fixed by fit.titration. */
static bool is_titrated(const vb_fit_study *fits, size_t m, size_t i)
{
    const vb_param *levels = fits->models[m].spec.level_params;
    const vb_param *param = fits->models[m].params[i].param;

    return fits->spec->fit.titration && levels && param >= levels &&
           param < levels + fits->models[m].spec.n_levels;
}

/* The mean of the prior: one number, or the lowest and highest where participants' offers
 * lead to several. */
static void put_prior_mean(const vb_fit_study *fits, size_t m, size_t i, vb_json *j)
{
    double range[2] = {INFINITY, -INFINITY};

    for (size_t u = 0; u < fits->n_units; u++) {
        const vb_fit_result *result = vb_fit_study_result(fits, m, u);
        const vb_likelihood_facts *facts =
            result->fit ? vb_likelihood_facts_of(result->likelihood) : NULL;

        for (size_t k = 0; facts && k < facts->n_numbers; k++)
            if (facts->numbers[k].param == i) {
                range[0] = fmin(range[0], facts->numbers[k].prior_mean);
                range[1] = fmax(range[1], facts->numbers[k].prior_mean);
            }
    }
    if (range[0] < range[1])
        vb_json_numbers(j, "PriorMean", 2, range);
    else if (isfinite(range[0]))
        vb_json_number(j, "PriorMean", range[0]);
    if (isnan(fits->options[m].setting[i].prior_mean))
        vb_json_text(j, "PriorMeanFrom", "the middle of the starts");
}

static void put_parameter(const vb_fit_study *fits, size_t m, size_t i, vb_json *j)
{
    static const char *const priors[] = {"none", "normal",
                                         "normal, fitted to the sample"};
    const vb_fit_setting *setting = &fits->options[m].setting[i];
    const vb_param *param = fits->models[m].params[i].param;

    vb_json_open(j, fits->models[m].params[i].name, '{');
    vb_json_text(j, "Description", param->meaning);
    vb_json_text(j, "Units", fits->models[m].params[i].unit);
    if (!isnan(setting->fixed)) {
        vb_json_number(j, "Fixed", setting->fixed);
    } else if (is_titrated(fits, m, i)) {
        vb_json_text(j, "Fixed", "each participant's own staircases");
    } else {
        const double bounds[2] = {isnan(setting->lower) ? param->lower : setting->lower,
                                  isnan(setting->upper) ? param->upper
                                                        : setting->upper};

        vb_json_numbers(j, "Bounds", 2, bounds);
        vb_json_text(j, "Scale", vb_fit_scale_name(vb_fit_scale_of(param)));
        vb_json_text(j, "By", vb_fit_factor_name(setting->by));
        vb_json_text(j, "Prior", priors[fits->spec->fit.method]);
        if (!isnan(setting->prior_sd)) {
            put_prior_mean(fits, m, i, j);
            vb_json_number(j, "PriorSD", setting->prior_sd);
        }
    }
    vb_json_close(j);
}

static void put_column(vb_json *j, const char *name, const char *text)
{
    vb_json_open(j, name, '{');
    vb_json_text(j, "Description", text);
    vb_json_close(j);
}

static void put_columns(const vb_fit_study *fits, size_t m, vb_json *j)
{
    for (size_t i = 0; i < fits->models[m].n_params; i++)
        put_parameter(fits, m, i, j);
    put_column(j, "NAME_se",
               "standard error, from the Hessian at the optimum; n/a at a "
               "bound and where the likelihood is flat");
    put_column(j, "NAME_lower95", "95 % interval: normal on the scale, mapped back");
    put_column(j, "NAME_upper95", "the same");
    put_column(j, "A_B_correlation", "of the two estimates, on their scales");
    put_column(j, "negative_log_likelihood", "natural logarithm, without prior");
    put_column(j, "aic", "2 NLL + 2 p");
    put_column(j, "bic", "2 NLL + p ln(n_choices)");
    put_column(j, "pseudo_r2", "1 - NLL / (n_choices ln(n_options))");
    put_column(j, "log_evidence", "Laplace approximation; n/a without priors");
    put_column(j, "n_choices", "trials that were used");
    put_column(j, "n_missed", "trials without a choice, left out");
    put_column(j, "n_missing", "trials in which a value is missing, left out");
    put_column(j, "n_at_best", "starts that ended within 1e-4 nat of the best");
    put_column(j, "gradient", "largest derivative left, on the scale");
    put_column(j, "converged", "yes: a minimum with positive curvature");
    put_column(j, "at_bound", "numbers that ended at a bound");
}

static void put_failures(const vb_fit_study *fits, vb_json *j)
{
    vb_json_open(j, "NotFitted", '[');
    for (size_t u = 0; u < fits->n_units; u++)
        if (fits->units[u].failure.code != VB_OK) {
            vb_json_open(j, NULL, '{');
            vb_json_text(j, "participant_id", fits->units[u].participant);
            vb_json_text(j, "why", fits->units[u].failure.text);
            vb_json_close(j);
        }
    vb_json_close(j);
}

static void put_model(const vb_model *model, vb_json *j)
{
    vb_json_open(j, "Model", '{');
    for (size_t a = 0; a < VB_N_ATTRIBUTES; a++)
        if (model->term[a])
            vb_json_text(j, vb_attribute_name((vb_attribute)a),
                         model->term[a]->equation);
    vb_json_text(j, "ChoiceRule", model->choice_rule->equation);
    if (model->learning_rule)
        vb_json_text(j, "Learning", model->learning_rule->equation);
    vb_json_close(j);
}

static void put_sidecar(const vb_fit_study *fits, size_t m,
                        const vb_provenance *provenance, const vb_notes *notes,
                        vb_buffer *out)
{
    static const char *const methods[] =
        {"maximum likelihood", "maximum a posteriori",
         "hierarchical: expectation maximisation with Laplace approximations"};
    vb_json j = {.out = out};

    vb_json_open(&j, NULL, '{');
    put_columns(fits, m, &j);
    vb_json_text(&j, "Method", methods[fits->spec->fit.method]);
    put_model(&fits->models[m], &j);
    put_failures(fits, &j);
    vb_json_open(&j, "GeneratedBy", '{');
    vb_json_text(&j, "Name", "valuebold");
    vb_json_text(&j, "Version", provenance->version);
    vb_json_text(&j, "CommandLine", provenance->command_line);
    vb_json_close(&j);
    vb_json_open(&j, "Inputs", '[');
    vb_json_open(&j, NULL, '{');
    vb_json_text(&j, "file", study_shown_path(NULL, fits->spec->file));
    vb_json_text(&j, "sha256", fits->spec->sha256);
    vb_json_close(&j);
    if (fits->choices) {
        vb_json_open(&j, NULL, '{');
        vb_json_text(&j, "file", study_shown_path(NULL, fits->choices->name));
        vb_json_text(&j, "sha256", fits->choices_sha256);
        vb_json_close(&j);
    }
    for (size_t r = 0; fits->study && r < fits->study->n_runs; r++) {
        vb_json_open(&j, NULL, '{');
        vb_json_text(&j, "file",
                     study_shown_path(NULL, fits->study->runs[r].files->events));
        vb_json_text(&j, "sha256", fits->study->runs[r].sha256);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    vb_json_notes(&j, notes);
    vb_json_close(&j);
}

vb_status vb_fit_study_write(const vb_fit_study *fits, const vb_provenance *provenance,
                             const vb_notes *notes, vb_outputs *outputs, vb_error *err)
{
    vb_buffer *out;
    vb_status status = VB_OK;

    for (size_t m = 0; m < fits->n_models && status == VB_OK; m++) {
        const char *prefix = m ? "model-" : "", *name = m ? fits->names[m] : "";

        status = vb_outputs_add(outputs, &out, err, "%s%s%sparameters.tsv", prefix,
                                name, m ? "_" : "");
        if (status != VB_OK)
            return status;
        fit_study_put_table(fits, m, out);
        status = vb_buffer_ok(out, err);
        if (status == VB_OK)
            status = vb_outputs_add(outputs, &out, err, "%s%s%sparameters.json", prefix,
                                    name, m ? "_" : "");
        if (status != VB_OK)
            return status;
        put_sidecar(fits, m, provenance, notes, out);
        status = vb_buffer_ok(out, err);
    }
    if (status == VB_OK)
        status = fit_study_write_picture(fits, outputs, err);
    if (status == VB_OK && fits->groups)
        status = fit_study_write_groups(fits, outputs, err);
    if (status == VB_OK && fits->n_models > 1)
        status = fit_study_write_comparison(fits, outputs, err);
    if (status == VB_OK)
        status = vb_outputs_add(outputs, &out, err, "fit.txt");
    if (status != VB_OK)
        return status;
    vb_fit_study_summary(fits, out);
    return vb_buffer_ok(out, err);
}
