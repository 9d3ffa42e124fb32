/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * study_draws.c - the uncertainty of fitted parameters, carried on to the trials.
 *
 * Parameters are drawn from the normal distribution that a fit left (its columns NAME_se and
 * A_B_correlation, on the scale of each parameter), and the model is run with each draw.
 */
#include "study_internal.h"
#include "valuebold/fit.h"
#include "valuebold/simulate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is known of one set of parameters. */
typedef struct spread {
    double u[VB_MAX_PARAMS],
        factor[VB_MAX_PARAMS * VB_MAX_PARAMS]; /* Cholesky, lower */
    bool varies[VB_MAX_PARAMS];
} spread;

static double cell(const vb_table *table, size_t row, const char *column)
{
    const size_t c = vb_table_find(table, column);
    double x = NAN;

    if (c != VB_NONE &&
        vb_number_read(vb_table_cell(table, row, c), &x) != VB_NUMBER_OK)
        x = NAN;
    return x;
}

/* The row the set was read from: of the participant, with these very numbers. */
static size_t row_of(const vb_table *table, const vb_model *model,
                     const char *participant, const double theta[])
{
    const size_t id = vb_table_find(table, "participant_id");

    for (size_t r = 0; id != VB_NONE && r < table->n_rows; r++) {
        const char *who = vb_table_cell(table, r, id);
        bool same =
            strcmp(strncmp(who, "sub-", 4) == 0 ? who + 4 : who, participant) == 0;

        for (size_t p = 0; same && p < model->n_params; p++) {
            const double x = cell(table, r, model->params[p].name);

            same = isnan(x) || !(x < theta[p] || x > theta[p]);
        }
        if (same)
            return r;
    }
    return VB_NONE;
}

/* Lower Cholesky factor of a correlation matrix that may be short of positive definite by
 * rounding: correlations are then left out. */
static void factorise(size_t n, const double sd[], const double r[], double factor[])
{
    memset(factor, 0, n * n * sizeof *factor);
    for (size_t j = 0; j < n; j++) {
        double d = 1;

        for (size_t k = 0; k < j; k++)
            d -= factor[j * n + k] * factor[j * n + k];
        if (!(d > 1e-12)) {
            memset(factor, 0, n * n * sizeof *factor);
            for (size_t i = 0; i < n; i++)
                factor[i * n + i] = sd[i];
            return;
        }
        factor[j * n + j] = sqrt(d);
        for (size_t i = j + 1; i < n; i++) {
            double s = r[i * n + j];

            for (size_t k = 0; k < j; k++)
                s -= factor[i * n + k] * factor[j * n + k];
            factor[i * n + j] = s / factor[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k <= i; k++)
            factor[i * n + k] *= sd[i];
}

static vb_status read_spread(const vb_model *model, const vb_table *table,
                             const char *participant, const double theta[], spread *s,
                             vb_notes *notes, vb_error *err)
{
    const size_t n = model->n_params;
    const size_t row = table ? row_of(table, model, participant, theta) : VB_NONE;
    double sd[VB_MAX_PARAMS], r[VB_MAX_PARAMS * VB_MAX_PARAMS];
    bool any = false;

    for (size_t p = 0; row != VB_NONE && p < n; p++) {
        const vb_param *param = model->params[p].param;
        char name[3 * VB_PARAM_NAME];
        double se, step;

        snprintf(name, sizeof name, "%s_se", model->params[p].name);
        se = cell(table, row, name);
        s->u[p] = vb_fit_u(param, theta[p]);
        /* d theta / d u by the scale itself */
        step = (vb_fit_theta(param, s->u[p] + 1e-6) -
                vb_fit_theta(param, s->u[p] - 1e-6)) /
               2e-6;
        s->varies[p] = se > 0 && isfinite(s->u[p]) && step > 0;
        sd[p] = s->varies[p] ? se / step : 0;
        any = any || s->varies[p];
        if (isnan(se))
            vb_note_add(notes, VB_WARNING, "draws-known", table->name, table->line[row],
                        0, "sub-%s: %s has no standard error; draws take it as known",
                        participant, model->params[p].name);
        for (size_t q = 0; q < p; q++) {
            snprintf(name, sizeof name, "%s_%s_correlation", model->params[q].name,
                     model->params[p].name);
            r[p * n + q] = cell(table, row, name);
            if (isnan(r[p * n + q]))
                r[p * n + q] = 0;
        }
    }
    if (!any)
        return vb_fail_at(
            err, VB_EINPUT, table ? table->name : NULL, 0, 0,
            "draws: no standard errors for sub-%s; parameters must come from "
            "a fit (parameters: fit, or parameters.tsv of the command fit)",
            participant);
    factorise(n, sd, r, s->factor);
    return VB_OK;
}

static void draw_set(const vb_model *model, const spread *s, vb_random *random,
                     double theta[])
{
    const vb_distribution normal = {.shape = VB_SHAPE_NORMAL,
                                    .b = 1,
                                    .lower = -INFINITY,
                                    .upper = INFINITY};
    const size_t n = model->n_params;
    double z[VB_MAX_PARAMS];

    for (size_t p = 0; p < n; p++)
        z[p] = vb_distribution_draw(&normal, random);
    for (size_t p = 0; p < n; p++) {
        const vb_param *param = model->params[p].param;
        double u = s->u[p];

        if (!s->varies[p])
            continue;
        for (size_t q = 0; q <= p; q++)
            u += s->factor[p * n + q] * z[q];
        theta[p] = fmin(fmax(vb_fit_theta(param, u), param->lower), param->upper);
    }
}

vb_status study_draw(vb_study *study, vb_study_subject *subject, const vb_table *table,
                     size_t n_draws, double seed, vb_notes *notes, vb_error *err)
{
    const size_t n = study->model.n_params;
    spread *spreads = vb_arena_take(study->arena, subject->n_sets, sizeof *spreads);
    double *theta = vb_arena_take(study->arena, subject->n_sets, n * sizeof *theta);
    vb_random random;
    vb_status status = VB_OK;

    subject->draws = vb_arena_take(study->arena, n_draws, sizeof(vb_evaluation *));
    if (!spreads || !theta || !subject->draws)
        return vb_fail_memory(err, subject->n_sets * sizeof *spreads);
    for (size_t s = 0; s < subject->n_sets && status == VB_OK; s++)
        status = read_spread(&study->model, table, subject->participant,
                             subject->theta + s * n, &spreads[s], notes, err);
    vb_random_start(&random, (uint64_t)seed, subject->participant, subject->session,
                    "draws");
    for (size_t d = 0; d < n_draws && status == VB_OK; d++) {
        memcpy(theta, subject->theta, subject->n_sets * n * sizeof *theta);
        for (size_t s = 0; s < subject->n_sets; s++)
            draw_set(&study->model, &spreads[s], &random, theta + s * n);
        status = vb_model_run(&study->model, subject->trials, subject->n_sets, theta,
                              subject->set, &subject->draws[d], err);
        subject->n_draws += status == VB_OK;
    }
    return status;
}
