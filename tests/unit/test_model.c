/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole models: reference tables, published values, composition, parameters,
 * refusals. */
#include "hand_trials.h"

static const char *const none[VB_N_ATTRIBUTES] = {NULL};

/* golden/behaviour/sv_trials.tsv: numpy, from the README's formulas; parameters are the
 * generating ones of softmax_fits.json.  1e-13 relative is the README's tolerance. */
Test(model, reference_values_and_probabilities_are_met)
{
    static const struct {
        const char *name, *term;
        double k, beta;
    } cases[] = {{"linear", "linear", .9, .8},
                 {"parabolic", "parabolic", .16, .7},
                 {"hyperbolic", "hyperbolic", .35, 1.1},
                 {"exponential", "exponential", .18, 1}};
    vb_table *table = support_table("tests/data/golden/behaviour/sv_trials.tsv");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vb_model_spec spec = {.term[VB_EFFORT] = cases[i].term,
                                    .choice_rule = "softmax"};
        const vb_model model = hand_model(spec);
        vb_trials trials = hand_trials(table->n_rows, 2);
        const double theta[] = {cases[i].k, cases[i].beta};
        vb_evaluation *e;
        char name[64];

        trials.options[0].attribute[VB_REWARD] = support_column(table, "reward1");
        trials.options[0].attribute[VB_EFFORT] = support_column(table, "cost1");
        trials.options[1].attribute[VB_REWARD] = support_column(table, "reward2");
        trials.options[1].attribute[VB_EFFORT] = support_column(table, "cost2");
        e = hand_run(&model, &trials, theta);
        for (size_t o = 0; o < 2; o++) {
            const double *sv;

            snprintf(name, sizeof name, "SV%zu_%s", o + 1, cases[i].name);
            sv = support_column(table, name);
            for (size_t t = 0; t < trials.n_trials; t++)
                cr_expect(support_near(e->sv[o][t], sv[t], 1e-13),
                          "%s trial %zu: %.17g", name, t, e->sv[o][t]);
        }
        snprintf(name, sizeof name, "p1_%s", cases[i].name);
        for (size_t t = 0; t < trials.n_trials; t++)
            cr_expect(support_near(e->probability[0][t], support_column(table, name)[t],
                                   1e-13),
                      "%s trial %zu: %.17g", name, t, e->probability[0][t]);
        vb_evaluation_free(e);
    }
    vb_table_free(table);
}

/* The trials of one run of the public effort-risk data. */
static vb_trials *effort_risk_trials(const char *path)
{
    static const char *const text[2][3] = {{"30", "effort_left", "probability_left"},
                                           {"30", "effort_right", "probability_right"}};
    static const vb_attribute attribute[] = {VB_REWARD, VB_EFFORT, VB_PROBABILITY};
    vb_trials_spec spec = {.n_options = 2, .choice_column = "response"};
    vb_table *table = support_table(path);
    vb_expr *rows, *expr[2][3];
    vb_trials *trials = NULL;
    vb_error err = {0};

    cr_assert_eq(vb_expr_compile("trial_type == \"task\"", &rows, &err), VB_OK);
    spec.rows = rows;
    spec.options[0].name = "left";
    spec.options[1].name = "right";
    for (size_t o = 0; o < 2; o++)
        for (size_t i = 0; i < 3; i++) {
            cr_assert_eq(vb_expr_compile(text[o][i], &expr[o][i], &err), VB_OK);
            spec.options[o].attribute[attribute[i]] = expr[o][i];
        }
    cr_assert_eq(vb_trials_build(&spec, 1, &table, &trials, NULL, &err), VB_OK,
                 "%s:%zu: %s", err.file, err.line, err.text);
    for (size_t o = 0; o < 2; o++)
        for (size_t i = 0; i < 3; i++)
            vb_expr_free(expr[o][i]);
    vb_expr_free(rows);
    vb_table_free(table);
    return trials;
}

/* Compares six signals with the published table, answered trials only, in order.  1e-8
 * relative: the files give 10 significant digits. */
static size_t compare_published(const vb_model *model, const double theta[],
                                const char *events, const char *values)
{
    static const char *const names[][2] =
        {{"sv_chosen", "sv_chosen"},
         {"effort_factor_chosen", "effort_factor_chosen"},
         {"probability_factor_chosen", "risk_factor_chosen"},
         {"sv_unchosen", "sv_unchosen"},
         {"effort_factor_unchosen", "effort_factor_unchosen"},
         {"probability_factor_unchosen", "risk_factor_unchosen"}};
    vb_trials *trials = effort_risk_trials(events);
    vb_table *published = support_table(values);
    vb_evaluation *e = hand_run(model, trials, theta);
    double *x = vb_arena_take(published->arena, trials->n_trials, sizeof *x);
    size_t n = 0;

    cr_assert_eq(trials->n_trials - trials->n_missed, published->n_rows, "%s", values);
    for (size_t i = 0; i < 6; i++) {
        const double *expected = support_column(published, names[i][1]);
        size_t row = 0;
        char unit[32];

        cr_assert_eq(vb_signal(names[i][0], model, trials, e, none, x, unit,
                               sizeof unit, NULL),
                     VB_OK);
        for (size_t t = 0; t < trials->n_trials; t++) {
            if (trials->choice[t] == VB_NONE) {
                cr_expect(isnan(x[t]));
                continue;
            }
            cr_expect(fabs(x[t] - expected[row]) <= 1e-8, "%s line %zu: %.12g", values,
                      published->line[row], x[t]);
            row++;
            n++;
        }
    }
    vb_evaluation_free(e);
    vb_table_free(published);
    vb_trials_free(trials);
    return n;
}

static size_t compare_all_runs(const vb_model *model, const double theta[],
                               size_t subject, const char *kind)
{
    size_t n = 0;

    for (size_t run = 1; run <= 3; run++) {
        char events[VB_PATH_MAX], values[VB_PATH_MAX];

        support_data_path(
            events, sizeof events,
            "bernacer/sub-%02zu/func/sub-%02zu_task-effort_run-%zu_events.tsv", subject,
            subject, run);
        support_data_path(values, sizeof values,
                          "bernacer/derivatives/published_sv/sub-%02zu/func/"
                          "sub-%02zu_task-effort_run-%zu_desc-%s_values.tsv",
                          subject, subject, run, kind);
        n += compare_published(model, theta, events, values);
    }
    return n;
}

static bool no_effort_risk_data(void)
{
    char path[VB_PATH_MAX];

    support_data_path(path, sizeof path,
                      "bernacer/behaviour/effort_published_fits.tsv");
    if (support_exists(path))
        return false;
    support_skip("published values: no %s", path);
    return true;
}

/* Whole-sample parameters: README of the public data. */
Test(model, published_whole_sample_values_are_reproduced)
{
    const vb_model model =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "double_exponential",
                                   .term[VB_PROBABILITY] = "exponential"});
    const double theta[] = {.1192, .0395, .0279};
    size_t n = 0;

    if (no_effort_risk_data())
        return;
    for (size_t subject = 1; subject <= 10; subject++)
        n += compare_all_runs(&model, theta, subject, "wholesample");
    cr_expect_gt(n, 9000);
}

/* The constant of one subject and model in a table of published fits. */
static double published_constant(const char *file, size_t subject, const char *model)
{
    char path[VB_PATH_MAX], label[16];
    vb_table *fits;
    double found = NAN;

    support_data_path(path, sizeof path, "bernacer/behaviour/%s", file);
    snprintf(label, sizeof label, "sub-%02zu", subject);
    fits = support_table(path);
    for (size_t r = 0; r < fits->n_rows; r++)
        if (strcmp(vb_table_cell(fits, r, vb_table_find(fits, "participant_id")),
                   label) == 0 &&
            strcmp(vb_table_cell(fits, r, vb_table_find(fits, "model")), model) == 0)
            found = support_column(fits, "parameter_1")[r];
    vb_table_free(fits);
    return found;
}

Test(model, published_individual_values_are_reproduced)
{
    const vb_model model =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "hyperbolic",
                                   .term[VB_PROBABILITY] = "exponential"});
    size_t n = 0;

    if (no_effort_risk_data())
        return;
    for (size_t subject = 1; subject <= 10; subject++) {
        const double theta[] = {published_constant("effort_published_fits.tsv", subject,
                                                   "hyperbolic"),
                                published_constant("risk_published_fits.tsv", subject,
                                                   "exponential")};

        n += compare_all_runs(&model, theta, subject, "individual");
    }
    cr_expect_gt(n, 9000);
}
