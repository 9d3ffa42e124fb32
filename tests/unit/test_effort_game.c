/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Public simulations of an accept/reject effort game (Mehrhof et al. 2025): 5 models, 500
 * agents each with their true parameters, and the value of every one of 32000 trials as the
 * authors' code computed it.  Their input is the level divided by its standard deviation
 * over levels 1 to 4, sqrt(1.25); rejecting brings 0 for 0.
 */
#include "hand_trials.h"

#include <zlib.h>

static vb_table *read_table(const char *name)
{
    char path[512], *text;
    size_t n = 0, room = 1 << 23;
    vb_table *table = NULL;
    vb_error err = {0};
    gzFile file;
    int got;

    support_data_path(path, sizeof path, "mehrhof2025/%s", name);
    if (!support_exists(path)) {
        support_skip("%s is not there", path);
        return NULL;
    }
    file = gzopen(path, "rb");
    text = malloc(room);
    cr_assert(file && text);
    while ((got = gzread(file, text + n, (unsigned)(room - n))) > 0)
        n += (size_t)got;
    gzclose(file);
    cr_assert(n < room, "%s is larger than it was", path);
    cr_assert_eq(vb_table_parse(name, text, n, &table, NULL, &err), VB_OK, "%s",
                 err.text);
    free(text);
    return table;
}

typedef struct simulation {
    const char *name, *reward, *effort, *choice_rule;
} simulation;

/* theta of every agent, by the names of the published parameters. */
static double *parameters(const simulation *s, const vb_model *model, vb_table *params)
{
    double *theta = calloc(params->n_rows * model->n_params, sizeof *theta);
    const double *kE = support_column(params, "kE"), *a = support_column(params, "a");
    const double *kR = s->reward ? support_column(params, "kR") : NULL;

    for (size_t i = 0; i < params->n_rows; i++) {
        double *row = theta + i * model->n_params;

        row[vb_model_param(model, "kE")] = kE[i];
        row[vb_model_param(model, "a")] = a[i];
        if (kR)
            row[vb_model_param(model, "kR")] = kR[i];
    }
    return theta;
}

static void compare(const simulation *s, vb_table *params, vb_table *table)
{
    const vb_model model = hand_model(
        (vb_model_spec){.term = {s->reward, s->effort}, .choice_rule = s->choice_rule});
    const double *subject = support_column(table, "subj");
    const double *published = support_column(table, "SV");
    const double *accepted = support_column(table, "choice");
    double *reward = support_column(table, "reward_level");
    double *effort = support_column(table, "effort_level");
    double *theta = parameters(s, &model, params), *zero;
    double worst = 0, expected = 0, variance = 0, observed = 0;
    vb_trials trials = hand_trials(table->n_rows, 2);
    size_t *set = malloc(table->n_rows * sizeof *set);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    zero = calloc(table->n_rows, sizeof *zero);
    cr_assert(set && zero && theta);
    for (size_t t = 0; t < table->n_rows; t++) {
        reward[t] /= sqrt(1.25);
        effort[t] /= sqrt(1.25);
        set[t] = (size_t)subject[t] - 1;
    }
    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.options[1].value = zero;
    cr_assert_eq(vb_model_run(&model, &trials, params->n_rows, theta, set, &e, &err),
                 VB_OK, "%s", err.text);
    for (size_t t = 0; t < trials.n_trials; t++) {
        const double p = e->probability[0][t];

        worst =
            fmax(worst, fabs(e->sv[0][t] - published[t]) / fmax(1, fabs(published[t])));
        expected += p;
        variance += p * (1 - p);
        observed += accepted[t];
    }
    cr_expect(worst <= 1e-12, "%s: %g", s->name, worst);
    cr_expect(trials.n_trials == 32000);
    /* the agents' choices are draws from these probabilities: within 4 standard errors */
    cr_expect(fabs(observed - expected) < 4 * sqrt(variance),
              "%s: %g accepted, %g expected", s->name, observed, expected);
    vb_evaluation_free(e);
    free(theta);
    free(set);
    free(zero);
}

Test(effort_game, published_values_of_every_simulated_trial_are_met)
{
    static const simulation simulations[] = {{"m1_para", NULL, "parabolic", "bias"},
                                             {"m1_exp", NULL, "exponential",
                                              "softmax_bias_5"},
                                             {"m3_lin", "linear", "linear", "bias"},
                                             {"m3_para", "linear", "parabolic", "bias"},
                                             {"m3_exp", "linear", "exponential",
                                              "softmax_bias_5"}};

    for (size_t i = 0; i < sizeof simulations / sizeof simulations[0]; i++) {
        char name[64];
        vb_table *params, *trials;

        snprintf(name, sizeof name, "sim_%s_params.tsv.gz", simulations[i].name);
        params = read_table(name);
        snprintf(name, sizeof name, "sim_%s_trials.tsv.gz", simulations[i].name);
        trials = params ? read_table(name) : NULL;
        if (trials)
            compare(&simulations[i], params, trials);
        vb_table_free(params);
        vb_table_free(trials);
    }
}
