/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maximum likelihood against reference fits and published ones. */
#include "fit_support.h"

#include <jansson.h>

static json_t *read_json(const char *path)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);

    cr_assert(root, "%s: %s", path, error.text);
    return root;
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static vb_trials golden_trials(vb_table *table)
{
    vb_trials trials = hand_trials(table->n_rows, 2);

    trials.options[0].attribute[VB_REWARD] = support_column(table, "reward1");
    trials.options[1].attribute[VB_REWARD] = support_column(table, "reward2");
    trials.options[0].attribute[VB_EFFORT] = support_column(table, "cost1");
    trials.options[1].attribute[VB_EFFORT] = support_column(table, "cost2");
    trials.choice = fit_choices(table, "chose1");
    return trials;
}

/* One of the 16 fits of softmax_fits.json; tolerances are those of the README beside it. */
static void check_golden_fit(const json_t *expected)
{
    const char *name = json_string_value(json_object_get(expected, "fitted_model"));
    const vb_model model = hand_model(
        (vb_model_spec){.term = {[VB_EFFORT] = name}, .choice_rule = "softmax"});
    const double k = number(expected, "k"), beta = number(expected, "beta");
    vb_likelihood *likelihood = NULL;
    vb_fit_options options;
    char path[256];
    vb_table *table;
    vb_trials trials;
    vb_fit *fit;

    vb_fit_defaults(&options);
    snprintf(path, sizeof path, "tests/data/golden/behaviour/%s",
             json_string_value(json_object_get(expected, "data")));
    table = support_table(path);
    trials = golden_trials(table);
    fit = fit_hand(&model, &options, &trials, &likelihood);
    cr_expect(support_near(fit->nll, number(expected, "nll"), 1e-9), "%s %s nll %.15g",
              path, name, fit->nll);
    cr_expect(support_near(fit->theta[0], k, 1e-5), "%s %s k %.15g", path, name,
              fit->theta[0]);
    cr_expect(support_near(fit->theta[1], beta, 1e-5), "%s %s beta %.15g", path, name,
              fit->theta[1]);
    cr_expect(support_near(fit->se[0], number(expected, "se_k"), 1e-4),
              "%s %s se %.15g", path, name, fit->se[0]);
    cr_expect(support_near(fit->se[1], number(expected, "se_beta"), 1e-4),
              "%s %s se %.15g", path, name, fit->se[1]);
    cr_expect(support_near(fit->aic, number(expected, "aic"), 1e-9));
    cr_expect(support_near(fit->bic, number(expected, "bic"), 1e-9));
    cr_expect(support_near(fit->pseudo_r2, number(expected, "pseudo_r2"), 1e-8));
    cr_expect(fit->converged && !fit->flat && !fit->separated);
    cr_expect(fit->gradient < 1e-8, "%s %s gradient %g", path, name, fit->gradient);
    cr_expect_geq(fit->n_at_best, 15, "%s %s: %zu starts", path, name, fit->n_at_best);
    /* the covariance on log scales, as theta C theta */
    cr_expect(
        support_near(fit->covariance[1] * k * beta,
                     json_number_value(json_array_get(
                         json_array_get(json_object_get(expected, "covariance"), 0),
                         1)),
                     1e-3));
    vb_fit_free(fit);
    vb_likelihood_free(likelihood);
    vb_table_free(table);
}

Test(fit, the_16_reference_softmax_fits_are_met)
{
    json_t *root = read_json("tests/data/golden/behaviour/softmax_fits.json");
    const json_t *fits = json_object_get(root, "fits");
    size_t i;
    json_t *expected;

    cr_assert_eq(json_array_size(fits), 16);
    json_array_foreach(fits, i, expected) check_golden_fit(expected);
    json_decref(root);
}

Test(fit, the_2_reference_bandit_fits_are_met)
{
    static const char *const rules[] = {"rescorla_wagner", "rescorla_wagner_dual"};
    json_t *root = read_json("tests/data/golden/behaviour/bandit_fits.json");
    vb_table *table = support_table("tests/data/golden/behaviour/bandit.tsv");

    for (size_t i = 0; i < 2; i++) {
        const json_t *expected = json_object_get(root, i ? "dual" : "single");
        const json_t *estimate = json_object_get(expected, "estimate");
        const json_t *se = json_object_get(expected, "se");
        const size_t n = json_array_size(estimate);
        const vb_model model = hand_model((vb_model_spec){.choice_rule = "softmax",
                                                          .learning_rule = rules[i],
                                                          .learning_initial = .5,
                                                          .learning_by_option = true});
        const double *choice = support_column(table, "choice");
        vb_trials trials = hand_trials(table->n_rows, 2);
        vb_likelihood *likelihood = NULL;
        vb_fit_options options;
        vb_fit *fit;

        trials.outcome = support_column(table, "reward");
        trials.choice = fit_take(table, table->n_rows, sizeof *trials.choice);
        for (size_t t = 0; t < trials.n_trials; t++)
            trials.choice[t] = choice[t] > 1;
        vb_fit_defaults(&options);
        options.n_starts = 6;
        if (i) /* beyond lies a better optimum, see the next test */
            options.setting[1].lower = .05;
        fit = fit_hand(&model, &options, &trials, &likelihood);
        cr_expect(support_near(fit->nll, number(expected, "nll"), 1e-9));
        cr_expect(support_near(fit->aic, number(expected, "aic"), 1e-9));
        cr_expect(support_near(fit->bic, number(expected, "bic"), 1e-9));
        for (size_t p = 0; p < n; p++) { /* theirs: rates first, beta last */
            const size_t theirs = p == 0 ? n - 1 : p - 1;

            cr_expect(support_near(fit->theta[p],
                                   json_number_value(json_array_get(estimate, theirs)),
                                   1e-5),
                      "%s: %.12g", rules[i], fit->theta[p]);
            cr_expect(support_near(fit->se[p],
                                   json_number_value(json_array_get(se, theirs)), 1e-4),
                      "%s: se %.12g", rules[i], fit->se[p]);
        }
        cr_expect(fit->converged);
        vb_fit_free(fit);
        vb_likelihood_free(likelihood);
    }
    vb_table_free(table);
    json_decref(root);
}

/* The reference fit of two rates is a local optimum: 93.83829 is at a rate of .0095 for
 * gains and beta 22.85, within the reference's bounds (found by scipy 1.10.1 L-BFGS-B from
 * 60 random starts with the likelihood written in numpy). */
Test(fit, many_starts_find_the_better_optimum_of_the_bandit)
{
    vb_table *table = support_table("tests/data/golden/behaviour/bandit.tsv");
    const vb_model model =
        hand_model((vb_model_spec){.choice_rule = "softmax",
                                   .learning_rule = "rescorla_wagner_dual",
                                   .learning_initial = .5,
                                   .learning_by_option = true});
    const double *choice = support_column(table, "choice");
    vb_trials trials = hand_trials(table->n_rows, 2);
    vb_likelihood *likelihood = NULL;
    vb_fit_options options;
    vb_fit *fit;

    trials.outcome = support_column(table, "reward");
    trials.choice = fit_take(table, table->n_rows, sizeof *trials.choice);
    for (size_t t = 0; t < trials.n_trials; t++)
        trials.choice[t] = choice[t] > 1;
    vb_fit_defaults(&options);
    fit = fit_hand(&model, &options, &trials, &likelihood);
    cr_expect(support_near(fit->nll, 93.838286, 1e-7), "%.9g", fit->nll);
    cr_expect(fit->converged && fit->n_at_best >= 2, "%zu starts", fit->n_at_best);
    vb_fit_free(fit);
    vb_likelihood_free(likelihood);
    vb_table_free(table);
}

/* --- the published fits of Bernacer et al. --- */

typedef struct published {
    const char *task, *attribute;
    size_t n, n_gained, n_flat;
    double most;
} published;

/* For risk the models see 100 (1 - p) where for effort they see minutes. */
static vb_trials bernacer_trials(vb_table *table, const published *study)
{
    vb_trials trials = hand_trials(table->n_rows, 2);
    double *x = support_column(table, study->attribute);

    if (strcmp(study->task, "risk") == 0)
        for (size_t t = 0; t < table->n_rows; t++)
            x[t] = 100 * (1 - x[t]);
    trials.options[0].attribute[VB_REWARD] = support_column(table, "reward");
    trials.options[0].attribute[VB_EFFORT] = x;
    trials.options[1].attribute[VB_REWARD] = support_column(table, "reference_reward");
    trials.options[1].attribute[VB_EFFORT] = fit_constant(table, 0);
    trials.choice = fit_choices(table, "response_alternative");
    return trials;
}

static void sort2(double x[2])
{
    const double low = fmin(x[0], x[1]), high = fmax(x[0], x[1]);

    x[0] = low;
    x[1] = high;
}

/* Their bounds: constants 0..10, of the second exponential 0..50, beta 0..100. */
static void check_published(published *study, const vb_table *fits, size_t row,
                            const vb_trials *trials)
{
    const char *name = vb_table_cell(fits, row, 1);
    const bool two = strcmp(name, "double_exponential") == 0;
    const vb_model model =
        hand_model((vb_model_spec){.term = {[VB_EFFORT] = strcmp(name, "parabolic") == 0
                                                              ? "parabolic_factor"
                                                              : name},
                                   .choice_rule = "softmax"});
    vb_likelihood *likelihood = NULL;
    double theta[3], nll;
    vb_fit_options options;
    vb_fit *fit;

    vb_fit_defaults(&options);
    options.setting[0].upper = 10;
    vb_number_read(vb_table_cell(fits, row, 2), &theta[0]);
    vb_number_read(vb_table_cell(fits, row, 3), &theta[1]);
    vb_number_read(vb_table_cell(fits, row, 4), &theta[two ? 2 : 1]);
    vb_number_read(vb_table_cell(fits, row, 5), &nll);
    fit = fit_hand(&model, &options, trials, &likelihood);
    cr_expect(fabs(vb_likelihood_nll(likelihood, theta) - nll) < 1e-6,
              "%s %s %s: %.9g at the published constants, published %.9g", study->task,
              vb_table_cell(fits, row, 0), name, vb_likelihood_nll(likelihood, theta),
              nll);
    cr_expect(fit->nll <= nll + 1e-6, "%s %s %s: %.9g, published %.9g", study->task,
              vb_table_cell(fits, row, 0), name, fit->nll, nll);
    if (two) {
        sort2(theta); /* exchanging them changes nothing */
        sort2(fit->theta);
    }
    /* exp(-b E) is 0 for b of 5 and of 10: that constant has no value to compare */
    study->n_flat += fit->flat && fabs(fit->nll - nll) <= 1e-5;
    for (size_t i = 0; i < fit->n && !fit->flat && fabs(fit->nll - nll) <= 1e-5; i++)
        cr_expect(support_near(fit->theta[i], theta[i], 1e-3), "%s %s %s: %.9g, %.9g",
                  study->task, vb_table_cell(fits, row, 0), name, fit->theta[i],
                  theta[i]);
    study->n++;
    if (nll - fit->nll > 1e-5) {
        study->n_gained++;
        study->most = fmax(study->most, nll - fit->nll);
        printf("%s %s %s: %.6f nats better than published\n", study->task,
               vb_table_cell(fits, row, 0), name, nll - fit->nll);
    }
    vb_fit_free(fit);
    vb_likelihood_free(likelihood);
}

static void check_study(published *study)
{
    char path[1024];
    vb_table *choices, *fits;
    vb_trials all;

    support_data_path(path, sizeof path, "bernacer/behaviour/%s_choices.tsv",
                      study->task);
    if (!support_exists(path)) {
        support_skip("no %s", path);
        return;
    }
    choices = support_table(path);
    support_data_path(path, sizeof path, "bernacer/behaviour/%s_published_fits.tsv",
                      study->task);
    fits = support_table(path);
    all = bernacer_trials(choices, study);
    for (size_t row = 0; row < fits->n_rows; row++) {
        size_t from = 0, n = 0;
        vb_trials trials;

        while (from < choices->n_rows && strcmp(vb_table_cell(choices, from, 0),
                                                vb_table_cell(fits, row, 0)) != 0)
            from++;
        while (from + n < choices->n_rows && strcmp(vb_table_cell(choices, from + n, 0),
                                                    vb_table_cell(fits, row, 0)) == 0)
            n++;
        if (!n)
            continue; /* published, but without choices */
        trials = fit_slice(&all, from, n);
        check_published(study, fits, row, &trials);
    }
    printf(
        "%s: %zu published fits, %zu improved, by at most %.3f nats; %zu equal with a "
        "constant that has no finite value\n",
        study->task, study->n, study->n_gained, study->most, study->n_flat);
    vb_table_free(fits);
    vb_table_free(choices);
}

Test(fit, no_published_effort_fit_is_better)
{
    published study = {.task = "effort", .attribute = "effort"};

    check_study(&study);
    cr_expect(study.n == 0 || study.n == 76, "%zu fits", study.n);
}

Test(fit, no_published_risk_fit_is_better)
{
    published study = {.task = "risk", .attribute = "probability"};

    check_study(&study);
    cr_expect(study.n == 0 || study.n == 72, "%zu fits", study.n);
}
