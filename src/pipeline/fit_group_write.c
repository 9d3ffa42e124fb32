/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit_group_write.c - group means, covariates and spreads of hierarchical fits. */
#include "fit_internal.h"

#include <math.h>
#include <stdio.h>

static const vb_fit_number *number_of(const vb_fit_study *fits, size_t m, size_t j)
{
    const vb_fit_result *result = vb_fit_study_result(fits, m, fits->members[0]);

    return &vb_likelihood_facts_of(result->likelihood)->numbers[j];
}

static const char *coefficient_name(const vb_fit_study *fits, size_t k)
{
    return k ? fits->spec->fit.covariates[k - 1] : "mean";
}

static void put(vb_buffer *out, double x)
{
    vb_put_char(out, '\t');
    vb_put_number(out, x);
}

static void put_table(const vb_fit_study *fits, vb_buffer *out)
{
    vb_put_text(out, "model\tparameter\tscale\tcoefficient\testimate\tse\tz\tlower95"
                     "\tupper95\tparameter_at_mean\tsd\n");
    for (size_t m = 0; m < fits->n_models; m++) {
        const vb_group *g = fits->groups[m];

        for (size_t j = 0; j < g->n_numbers; j++)
            for (size_t k = 0; k < g->n_coefficients; k++) {
                const vb_fit_number *number = number_of(fits, m, j);
                const vb_param *param = fits->models[m].params[number->param].param;
                const double b = g->coefficient[k * g->n_numbers + j];
                const double se = g->coefficient_se[k * g->n_numbers + j];

                vb_putf(out, "%s\t%s\t%s\t%s", fits->names[m], number->name,
                        vb_fit_scale_name(number->scale), coefficient_name(fits, k));
                put(out, b);
                put(out, se);
                put(out, b / se);
                put(out, b - 1.959963984540054 * se);
                put(out, b + 1.959963984540054 * se);
                put(out, k ? (double)NAN : vb_fit_theta(param, b));
                put(out, k ? (double)NAN : g->sd[j]);
                vb_put_char(out, '\n');
            }
    }
}

static void put_models(const vb_fit_study *fits, vb_buffer *out)
{
    vb_put_text(out, "participant_id");
    for (size_t m = 0; m < fits->n_models; m++)
        vb_putf(out, "\t%s", fits->names[m]);
    vb_put_char(out, '\n');
    for (size_t i = 0; i < fits->n_members; i++) {
        vb_putf(out, "sub-%s", fits->units[fits->members[i]].participant);
        for (size_t m = 0; m < fits->n_models; m++)
            put(out, fits->hbi->responsibility[i * fits->n_models + m]);
        vb_put_char(out, '\n');
    }
}

vb_status fit_study_write_groups(const vb_fit_study *fits, vb_outputs *outputs,
                                 vb_error *err)
{
    vb_buffer *out;
    vb_status status = vb_outputs_add(outputs, &out, err, "group.tsv");

    if (status != VB_OK)
        return status;
    put_table(fits, out);
    status = vb_buffer_ok(out, err);
    if (status != VB_OK || !fits->hbi)
        return status;
    status = vb_outputs_add(outputs, &out, err, "model_responsibilities.tsv");
    if (status != VB_OK)
        return status;
    put_models(fits, out);
    return vb_buffer_ok(out, err);
}

void fit_study_put_group(const vb_fit_study *fits, size_t m, vb_buffer *text)
{
    const vb_group *g = fits->groups[m];

    vb_putf(text,
            "group of %zu, on the scale of each parameter: integrated log-likelihood "
            "%.3f, iBIC %.3f, %zu rounds%s\n",
            g->n_units, g->log_likelihood, g->ibic, g->n_rounds,
            g->converged ? "" : ", not converged");
    for (size_t j = 0; j < g->n_numbers; j++)
        for (size_t k = 0; k < g->n_coefficients; k++) {
            const vb_fit_number *number = number_of(fits, m, j);
            const vb_param *param = fits->models[m].params[number->param].param;
            const double b = g->coefficient[k * g->n_numbers + j];
            const double se = g->coefficient_se[k * g->n_numbers + j];

            if (k)
                vb_putf(text, "    %-24s by %-14s %9.4f (SE %.4f, z %.2f)\n", "",
                        coefficient_name(fits, k), b, se, b / se);
            else
                vb_putf(text,
                        "    %-24s %-17s %9.4f (SE %.4f), sd %.4f; at the mean %.4g\n",
                        number->name, vb_fit_scale_name(number->scale), b, se, g->sd[j],
                        vb_fit_theta(param, b));
        }
}
