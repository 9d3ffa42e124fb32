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

Test(model, parts_combine_as_the_equation_says)
{
    static const double reward[] = {12.5}, effort[] = {2.75}, probability[] = {.35},
                        delay[] = {6}, loss[] = {1.2};
    const vb_model model = hand_model((vb_model_spec){
        .term = {"power", "hyperbolic", "power", "exponential", "linear"}});
    const double theta[] = {.9, .13, .8, .02, 1.5};
    vb_trials trials = hand_trials(1, 1);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.options[0].attribute[VB_PROBABILITY] = probability;
    trials.options[0].attribute[VB_DELAY] = delay;
    trials.options[0].attribute[VB_LOSS] = loss;
    e = hand_run(&model, &trials, theta);
    /* 12.5^.9 / (1 + .13*2.75) * .35^.8 * exp(-.12) - 1.8, 40-digit decimals */
    cr_expect(support_near(e->sv[0][0], 9.3916548763209073215e-1, 1e-14), "%.17g",
              e->sv[0][0]);
    cr_expect(support_near(e->benefit[0][0], 4.1925036288755417544e+0, 1e-14));
    cr_expect(e->cost[VB_LOSS][0][0] == 1.2 * 1.5 && e->factor[VB_LOSS][0][0] == 1);
    cr_expect(e->cost[VB_EFFORT][0][0] == 0);
    vb_evaluation_free(e);
}

Test(model, what_the_task_does_not_state_has_its_default)
{
    static const double reward[] = {8, 8};
    const vb_model model = hand_model((vb_model_spec){
        .term = {NULL, "linear", "exponential", "hyperbolic", "power"}});
    const double theta[] = {1, .03, .1, 2, 1};
    vb_trials trials = hand_trials(2, 2);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    e = hand_run(&model, &trials, theta);
    cr_expect(e->sv[0][1] == 8, "no effort, certain, now, no loss");
    cr_expect(isnan(e->sv[1][1]), "no reward: no value");
    vb_evaluation_free(e);
}

Test(model, a_missing_attribute_matters_only_where_the_model_looks)
{
    static const double reward[] = {8, 8}, effort[] = {1, NAN};
    const double k = .5;
    vb_trials trials = hand_trials(2, 1);
    vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "linear"});
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    e = hand_run(&model, &trials, &k);
    cr_expect(e->sv[0][0] == 7.5 && isnan(e->sv[0][1]));
    vb_evaluation_free(e);
    model = hand_model((vb_model_spec){.term[VB_EFFORT] = "none"});
    e = hand_run(&model, &trials, &k);
    cr_expect(e->sv[0][1] == 8);
    vb_evaluation_free(e);
}

Test(model, each_trial_uses_its_own_parameter_set)
{
    static const double reward[] = {8, 8, 8, 8}, effort[] = {1, 1, 2, 2};
    const double theta[] = {.5, 10, 2, 20};
    const size_t set[] = {0, 1, 1, 0}, wrong[] = {0, 2, 0, 0};
    const vb_model model = hand_model(
        (vb_model_spec){.term[VB_EFFORT] = "linear", .choice_rule = "softmax"});
    vb_trials trials = hand_trials(4, 1);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    cr_assert_eq(vb_model_run(&model, &trials, 2, theta, set, &e, &err), VB_OK);
    cr_expect(e->sv[0][0] == 7.5 && e->sv[0][1] == 6 && e->sv[0][2] == 4 &&
              e->sv[0][3] == 7);
    vb_evaluation_free(e);
    cr_expect_eq(vb_model_run(&model, &trials, 2, theta, wrong, &e, &err),
                 VB_EINTERNAL);
}

Test(model, an_infinite_value_is_refused_with_the_trial)
{
    static const double reward[] = {1, 1e308};
    const vb_model model = hand_model((vb_model_spec){.term[VB_REWARD] = "linear"});
    const double weight = 100;
    vb_trials trials = hand_trials(2, 1);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.options[0].attribute[VB_REWARD] = reward;
    cr_expect_eq(vb_model_run(&model, &trials, 1, &weight, NULL, &e, &err), VB_EDOM);
    cr_expect(strstr(err.text, "trial 2: the value of option 'a' is infinite"), "%s",
              err.text);
}

/* exp(100 * 1e4) is infinite, and 0 * inf is NaN, which must not pass as missing; a
 * missing effort does. */
Test(model, a_value_that_is_undefined_is_refused_and_a_missing_one_is_not)
{
    static const double reward[] = {0, 0}, effort[] = {NAN, 1e4};
    const vb_model model =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "exponential"});
    const double theta[] = {-100};
    vb_trials trials = hand_trials(2, 1);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    cr_expect_eq(vb_model_run(&model, &trials, 1, theta, NULL, &e, &err), VB_EDOM);
    cr_expect(strstr(err.text, "trial 2: the value of option 'a' is undefined"), "%s",
              err.text);
    trials.n_trials = 1;
    e = hand_run(&model, &trials, theta);
    cr_expect(isnan(e->sv[0][0]));
    vb_evaluation_free(e);
}

Test(model, a_choice_rule_needs_a_reward_of_every_option)
{
    static const double reward[] = {8};
    const double beta = 1;
    const vb_model model = hand_model((vb_model_spec){.choice_rule = "softmax"});
    vb_trials trials = hand_trials(1, 2);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.options[0].attribute[VB_REWARD] = reward;
    cr_expect_eq(vb_model_run(&model, &trials, 1, &beta, NULL, &e, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "option 'b' states no reward") &&
                  strstr(err.text, "by_option: true"),
              "%s", err.text);
    trials.options[1].attribute[VB_REWARD] = reward;
    vb_evaluation_free(hand_run(&model, &trials, &beta));
}

Test(model, parameters_have_full_names_units_and_aliases)
{
    static const char *const units[VB_N_ATTRIBUTES] =
        {[VB_REWARD] = "EUR", [VB_EFFORT] = "min"};
    const vb_model_spec spec = {.term = {NULL, "parabolic", "exponential",
                                         "hyperbolic"},
                                .choice_rule = "softmax",
                                .learning_rule = "rescorla_wagner"};
    static const char *const expected[][2] = {{"effort_k", "EUR/min^2"},
                                              {"probability_c", "1/percent"},
                                              {"delay_k", "1/delay"},
                                              {"inverse_temperature", "1/EUR"},
                                              {"learning_rate", ""}};
    vb_model model;

    cr_assert_eq(vb_model_compose(&spec, units, &model, NULL), VB_OK);
    cr_assert_eq(model.n_params, 5);
    cr_expect_str_eq(model.value_unit, "EUR");
    for (size_t i = 0; i < 5; i++) {
        cr_expect_str_eq(model.params[i].name, expected[i][0]);
        cr_expect_str_eq(model.params[i].unit, expected[i][1]);
        cr_expect_eq(vb_model_param(&model, expected[i][0]), i);
        cr_expect_eq(model.params[i].unit_known, i != 2, "%s", expected[i][0]);
    }
    cr_expect_eq(vb_model_param(&model, "k"), VB_NONE, "two parameters are called k");
    cr_expect_eq(vb_model_param(&model, "c"), 1);
    cr_expect_eq(vb_model_param(&model, "beta"), 3);
    cr_expect_eq(vb_model_param(&model, "alpha"), 4);
    cr_expect_eq(vb_model_param(&model, "nosuch"), VB_NONE);
}

Test(model, the_unit_of_value_is_that_of_utility)
{
    static const char *const units[VB_N_ATTRIBUTES] =
        {[VB_REWARD] = "EUR", [VB_EFFORT] = "min"};
    vb_model_spec spec = {.term = {"power", "linear"}};
    vb_model model;

    cr_assert_eq(vb_model_compose(&spec, units, &model, NULL), VB_OK);
    cr_expect_str_eq(model.value_unit, "EUR^rho");
    cr_expect_str_eq(model.params[vb_model_param(&model, "k")].unit, "EUR^rho/min");
    spec.term[VB_REWARD] = "linear";
    cr_assert_eq(vb_model_compose(&spec, units, &model, NULL), VB_OK);
    cr_expect_str_eq(model.value_unit, "1");
    cr_expect_eq(vb_model_param(&model, "kR"), 0);
    cr_expect_eq(vb_model_param(&model, "kE"), 1);
}

Test(model, unknown_parts_name_the_nearest_or_what_there_is)
{
    static const struct {
        vb_model_spec spec;
        const char *text;
    } cases[] =
        {{{.term[VB_EFFORT] = "hyperbolc"},
          "model: no effort term 'hyperbolc'; did you mean 'hyperbolic'?"},
         {{.term[VB_LOSS] = "sigmoid"},
          "model: no loss term 'sigmoid'; there is: linear, power, utility, gamble"},
         {{.choice_rule = "sofmax"},
          "model: no choice rule 'sofmax'; did you mean 'softmax'?"},
         {{.learning_rule = "rescorla_wagner_duel"},
          "model: no learning rule 'rescorla_wagner_duel'; did you mean "
          "'rescorla_wagner_dual'?"},
         {{.staged = true},
          "model: a staged prediction error needs to know what the first cue "
          "shows: effort, "
          "reward, or a column that says so"},
         {{.staged = true,
           .staged_first = "effort",
           .staged_history = VB_HISTORY_RW,
           .staged_rate = 1.5},
          "model: the history's rate is 1.5, outside 0..1"},
         {{.learning_initial = INFINITY},
          "model: the initial expectation is not finite"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_model model;
        vb_error err = {0};

        cr_expect_eq(vb_model_compose(&cases[i].spec, none, &model, &err), VB_EINPUT);
        cr_expect_str_eq(err.text, cases[i].text);
    }
}

Test(model, parameters_out_of_bounds_are_all_named_and_at_a_bound_warned_about)
{
    const vb_model model = hand_model(
        (vb_model_spec){.term[VB_EFFORT] = "power", .choice_rule = "softmax"});
    const double bad[] = {-5, 2, NAN}, edge[] = {0, 2, 1};
    vb_notes notes = {0};
    vb_error err = {0};

    cr_expect_eq(vb_model_check(&model, bad, "p.tsv", 2, &notes, &err), VB_EINPUT);
    cr_expect_str_eq(err.text, "parameter effort_k = -5 is outside its bounds 0..100 "
                               "reward/effort^p");
    cr_expect_str_eq(err.file, "p.tsv");
    cr_expect_eq(err.line, 2);
    cr_assert_eq(notes.n, 2);
    cr_expect_str_eq(notes.items[1].where.text,
                     "parameter inverse_temperature is not a finite number");
    vb_notes_free(&notes);
    cr_expect_eq(vb_model_check(&model, edge, NULL, 0, &notes, &err), VB_OK);
    cr_assert_eq(notes.n, 1);
    cr_expect_str_eq(notes.items[0].code, "parameter-at-bound");
    vb_notes_free(&notes);
}

Test(model, the_reference_names_every_entry_of_every_registry)
{
    vb_buffer page = {0}, text = {0};
    vb_json json = {.out = &text};
    char line[128];

    cr_assert_eq(vb_models_reference(&page, NULL), VB_OK);
    vb_models_json(&json);
    cr_assert_eq(vb_buffer_ok(&text, NULL), VB_OK);
    for (size_t i = 0; i < vb_n_terms(); i++) {
        snprintf(line, sizeof line, "    %s\n", vb_term_at(i)->equation);
        cr_expect(strstr(page.bytes, line), "%s", line);
        snprintf(line, sizeof line, "\"name\": \"%s\"", vb_term_at(i)->name);
        cr_expect(strstr(text.bytes, line), "%s", line);
    }
    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        snprintf(line, sizeof line, "### `%s`\n", vb_choice_rule_at(i)->name);
        cr_expect(strstr(page.bytes, line), "%s", line);
    }
    cr_expect(strstr(page.bytes, "### `pearce_hall`\n"));
    cr_expect(strstr(page.bytes, "| `effort_factor` |"));
    cr_expect(strstr(page.bytes, "| `svpe_unsigned` |"));
    cr_expect(strstr(page.bytes, "| `abs_difference` |"));
    cr_expect(strstr(page.bytes, "## Staged prediction error\n"));
    vb_buffer_free(&page);
    vb_buffer_free(&text);
}
