/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals: every form and every own signal by hand, availability, refusals. */
#include "hand_trials.h"

static const char *const units[VB_N_ATTRIBUTES] =
    {[VB_REWARD] = "EUR", [VB_EFFORT] = "min"};

/* Two options, four trials (the third missed): SV = R - 2 E is 8 4 - 2 for "left" and
 * 5 6 7 8 for "right". */
typedef struct task {
    vb_trials trials;
    vb_model model;
    vb_evaluation *e;
} task;

static double left_reward[] = {10, 8, 6, 4}, left_effort[] = {1, 2, 3, 1};
static double right_reward[] = {5, 6, 7, 8};
static size_t choice[] = {0, 1, VB_NONE, 0};
static double outcome[] = {12, 3, NAN, 4}, response_s[] = {.5, 1.25, NAN, -.1};

static task two_options(vb_model_spec spec, const double theta[])
{
    task t = {.trials = hand_trials(4, 2)};
    vb_error err = {0};

    t.trials.options[0].name = "left";
    t.trials.options[1].name = "right";
    t.trials.options[0].attribute[VB_REWARD] = left_reward;
    t.trials.options[0].attribute[VB_EFFORT] = left_effort;
    t.trials.options[1].attribute[VB_REWARD] = right_reward;
    t.trials.choice = choice;
    t.trials.outcome = outcome;
    t.trials.response_time_s = response_s;
    cr_assert_eq(vb_model_compose(&spec, units, &t.model, &err), VB_OK, "%s", err.text);
    t.e = hand_run(&t.model, &t.trials, theta);
    return t;
}

static void expect(const task *t, const char *name, const double expected[4],
                   const char *unit)
{
    double x[4];
    char found[32];
    vb_error err = {0};

    cr_assert_eq(vb_signal(name, &t->model, &t->trials, t->e, units, x, found,
                           sizeof found, &err),
                 VB_OK, "%s: %s", name, err.text);
    cr_expect_str_eq(found, unit, "%s", name);
    for (size_t i = 0; i < 4; i++)
        cr_expect(support_near(x[i], expected[i], 1e-14), "%s trial %zu: %.17g", name,
                  i, x[i]);
    cr_expect(vb_signal_exists(name, &t->model, &t->trials), "%s", name);
}

Test(signals, every_form_of_a_quantity_is_what_it_says)
{
    const double k = 2;
    task t = two_options((vb_model_spec){.term[VB_EFFORT] = "linear"}, &k);

    expect(&t, "sv_left", (double[]){8, 4, 0, 2}, "EUR");
    expect(&t, "sv_right", (double[]){5, 6, 7, 8}, "EUR");
    expect(&t, "sv_chosen", (double[]){8, 6, NAN, 2}, "EUR");
    expect(&t, "sv_unchosen", (double[]){5, 4, NAN, 8}, "EUR");
    expect(&t, "sv_difference", (double[]){3, 2, NAN, -6}, "EUR");
    expect(&t, "sv_sum", (double[]){13, 10, 7, 10}, "EUR");
    expect(&t, "sv_abs_difference", (double[]){3, 2, 7, 6}, "EUR");
    expect(&t, "sv_left_minus_right", (double[]){3, -2, -7, -6}, "EUR");
    expect(&t, "sv_right_minus_left", (double[]){-3, 2, 7, 6}, "EUR");
    vb_evaluation_free(t.e);
}

Test(signals, every_quantity_is_what_it_says)
{
    const double k = 2, f = .5;
    task t = two_options((vb_model_spec){.term[VB_EFFORT] = "linear"}, &k);

    expect(&t, "effort_cost_left", (double[]){2, 4, 6, 2}, "EUR");
    expect(&t, "cost_left", (double[]){2, 4, 6, 2}, "EUR");
    expect(&t, "utility_left", left_reward, "EUR");
    expect(&t, "benefit_left", left_reward, "EUR");
    expect(&t, "reward_difference", (double[]){5, -2, NAN, -4}, "EUR");
    expect(&t, "effort_chosen", (double[]){1, 0, NAN, 1}, "min");
    expect(&t, "expected_value_left", left_reward, "EUR");
    vb_evaluation_free(t.e);
    t = two_options((vb_model_spec){.term[VB_EFFORT] = "hyperbolic"}, &f);
    expect(&t, "effort_factor_left", (double[]){1 / 1.5, .5, .4, 1 / 1.5}, "1");
    expect(&t, "effort_factor_right", (double[]){1, 1, 1, 1}, "1");
    vb_evaluation_free(t.e);
}

Test(signals, choice_signals_follow_the_rule)
{
    const double theta[] = {2, .5}; /* k, inverse temperature */
    const double z[] = {1.5, -1, -3.5, -3};
    double p[4], chosen[4], log_p[4], entropy[4];
    task t = two_options((vb_model_spec){.term[VB_EFFORT] = "linear",
                                         .choice_rule = "softmax"},
                         theta);

    for (size_t i = 0; i < 4; i++) {
        p[i] = 1 / (1 + exp(-z[i]));
        chosen[i] = choice[i] == VB_NONE ? NAN : choice[i] ? 1 - p[i] : p[i];
        log_p[i] = log(chosen[i]);
        entropy[i] = -p[i] * log(p[i]) - (1 - p[i]) * log(1 - p[i]);
    }
    expect(&t, "choice_probability_left", p, "1");
    expect(&t, "choice_probability", chosen, "1");
    expect(&t, "choice_log_likelihood", log_p, "nat");
    expect(&t, "choice_entropy", entropy, "nat");
    expect(&t, "missed", (double[]){0, 0, 1, 0}, "1");
    expect(&t, "response_time", response_s, "s");
    vb_evaluation_free(t.e);
}

/* Rescorla-Wagner, rate .5 from 0: expectations 0 6 4.5 4.5. */
Test(signals, prediction_errors_come_signed_unsigned_and_split)
{
    const double alpha = .5;
    task t = two_options((vb_model_spec){.learning_rule = "rescorla_wagner"}, &alpha);

    expect(&t, "expectation", (double[]){0, 6, 4.5, 4.5}, "EUR");
    expect(&t, "pe", (double[]){12, -3, NAN, -.5}, "EUR");
    expect(&t, "pe_unsigned", (double[]){12, 3, NAN, .5}, "EUR");
    expect(&t, "pe_positive", (double[]){12, 0, NAN, 0}, "EUR");
    expect(&t, "pe_negative", (double[]){0, -3, NAN, -.5}, "EUR");
    expect(&t, "outcome", outcome, "EUR");
    expect(&t, "outcome_pe", (double[]){2, -3, NAN, 0}, "EUR");
    vb_evaluation_free(t.e);
}

Test(signals, learned_values_have_forms_too)
{
    const double alpha = .5;
    task t = two_options((vb_model_spec){.learning_rule = "rescorla_wagner",
                                         .learning_by_option = true},
                         &alpha);

    expect(&t, "learned_left", (double[]){0, 6, 6, 6}, "EUR");
    expect(&t, "learned_chosen", (double[]){0, 0, NAN, 6}, "EUR");
    vb_evaluation_free(t.e);
}

Test(signals, the_only_option_that_varies_needs_no_form)
{
    const double k = 2;
    static const double rest[] = {1, 1, 1, 1};
    task t = two_options((vb_model_spec){.term[VB_EFFORT] = "linear"}, &k);
    vb_error err = {0};
    double x[4];
    char unit[8];

    cr_expect_eq(vb_signal("sv", &t.model, &t.trials, t.e, units, x, unit, sizeof unit,
                           &err),
                 VB_EINPUT);
    cr_expect_str_eq(err.text,
                     "signal 'sv' does not say of which option: more than one "
                     "varies; write sv_chosen, sv_difference, sv_left ...");
    t.trials.options[1].attribute[VB_REWARD] = rest;
    expect(&t, "sv", (double[]){8, 4, 0, 2}, "EUR");
    expect(&t, "effort", left_effort, "min");
    t.trials.options[0].attribute[VB_REWARD] = rest;
    t.trials.options[0].attribute[VB_EFFORT] = rest;
    cr_expect_eq(vb_signal("sv", &t.model, &t.trials, t.e, units, x, unit, sizeof unit,
                           &err),
                 VB_EINPUT);
    cr_expect_str_eq(
        err.text, "signal 'sv' does not say of which option: the attributes of all "
                  "options are constant; write sv_chosen, sv_difference, sv_left ...");
    vb_evaluation_free(t.e);
}

/* The first participant's payments are all the same, the second's are not: what a name
 * means must not depend on that. */
Test(signals, the_bare_quantity_is_of_the_same_option_in_every_participant)
{
    static const char *const texts[] = {"onset\tgain\tpay\n1\t5\t1\n2\t6\t1\n",
                                        "onset\tgain\tpay\n1\t5\t1\n2\t5\t2\n"};
    vb_expr *gain = NULL, *pay = NULL, *one = NULL;
    vb_trials_spec spec = {.n_options = 2, .options = {{.name = "a"}, {.name = "b"}}};

    cr_assert_eq(vb_expr_compile("gain", &gain, NULL), VB_OK);
    cr_assert_eq(vb_expr_compile("pay", &pay, NULL), VB_OK);
    cr_assert_eq(vb_expr_compile("1", &one, NULL), VB_OK);
    spec.options[0].attribute[VB_REWARD] = gain;
    for (size_t i = 0; i < 4; i++) {
        vb_table *table = support_table_text("e.tsv", texts[i / 2]);
        vb_trials *trials = NULL;
        char is[128] = "";

        spec.options[1].attribute[VB_REWARD] = i % 2 ? pay : one;
        cr_assert_eq(vb_trials_build(&spec, 1, &table, &trials, NULL, NULL), VB_OK);
        cr_expect_eq(vb_signal_describe("reward", trials, is, sizeof is), i % 2 == 0);
        if (i % 2 == 0)
            cr_expect(strstr(is, "of option 'a'"), "%s", is);
        cr_expect_eq(vb_signal_check("reward", NULL, &spec, NULL),
                     i % 2 ? VB_EINPUT : VB_OK);
        vb_trials_free(trials);
        vb_table_free(table);
    }
    vb_expr_free(gain);
    vb_expr_free(pay);
    vb_expr_free(one);
}

/* Values 1, 3, 2: not choosing 1 leaves 2 as the best other, not choosing 0 leaves
 * 1. */
Test(signals, with_three_options_unchosen_is_the_best_of_the_others)
{
    static const double a[] = {1, 1, NAN}, b[] = {3, 3, 3}, c[] = {2, 2, NAN};
    size_t chosen[] = {1, 0, 1};
    vb_trials trials = hand_trials(3, 3);
    const vb_model model = hand_model((vb_model_spec){0});
    vb_evaluation *e;
    double x[3];
    char unit[32];

    trials.options[0].attribute[VB_REWARD] = a;
    trials.options[1].attribute[VB_REWARD] = b;
    trials.options[2].attribute[VB_REWARD] = c;
    trials.choice = chosen;
    e = hand_run(&model, &trials, NULL);
    cr_assert_eq(vb_signal("sv_unchosen", &model, &trials, e, units, x, unit,
                           sizeof unit, NULL),
                 VB_OK);
    cr_expect(x[0] == 2 && x[1] == 3 && isnan(x[2]));
    cr_assert_eq(vb_signal("sv_difference", &model, &trials, e, units, x, unit,
                           sizeof unit, NULL),
                 VB_OK);
    cr_expect(x[0] == 1 && x[1] == -2);
    cr_expect(!vb_signal_exists("sv_unchosen", NULL, &trials));
    vb_evaluation_free(e);
}

Test(signals, attributes_need_no_model)
{
    vb_trials trials = hand_trials(4, 2);
    double x[4];
    char unit[8];

    trials.options[0].attribute[VB_EFFORT] = left_effort;
    cr_assert_eq(vb_signal("effort_a", NULL, &trials, NULL, units, x, unit, 8, NULL),
                 VB_OK);
    cr_expect(x[1] == 2);
    cr_expect(!vb_signal_exists("sv_a", NULL, &trials));
}

Test(signals, what_cannot_be_had_says_what_is_missing)
{
    static const struct {
        const char *name, *text;
    } cases[] = {
        {"pe",
         "signal 'pe' cannot be had here: it needs a learning rule (learning_rule:)"},
        {"choice_entropy", "signal 'choice_entropy' cannot be had here: it needs a "
                           "choice rule (choice_rule:)"},
        {"svpe", "signal 'svpe' cannot be had here: it needs a staged model (staged:)"},
        {"effort_factor_left", "signal 'effort_factor_left' cannot be had here: it "
                               "needs a model whose effort term "
                               "is a factor; 'linear' is a cost (see effort_cost)"},
        {"delay_cost_sum",
         "signal 'delay_cost_sum' cannot be had here: it needs a model with a term for "
         "delay"},
        {"probability_left", "signal 'probability_left' cannot be had here: no option "
                             "states its probability"},
        {"learned_left",
         "signal 'learned_left' cannot be had here: it needs a learning rule "
         "that learns by option"},
        {"sv_differenc", "no signal 'sv_differenc'; did you mean 'sv_difference'?"},
        {"sv_left_minus_left", "no signal 'sv_left_minus_left'; did you mean "
                               "'sv_left_minus_right'?"}};
    const double k = 2;
    task t = two_options((vb_model_spec){.term[VB_EFFORT] = "linear"}, &k);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_error err = {0};
        double x[4];
        char unit[8];

        cr_expect_eq(vb_signal(cases[i].name, &t.model, &t.trials, t.e, units, x, unit,
                               8, &err),
                     VB_EINPUT);
        cr_expect_str_eq(err.text, cases[i].text);
        cr_expect(!vb_signal_exists(cases[i].name, &t.model, &t.trials));
    }
    t.trials.choice = NULL;
    cr_expect(!vb_signal_exists("sv_chosen", &t.model, &t.trials));
    cr_expect(!vb_signal_exists("missed", &t.model, &t.trials));
    cr_expect(vb_signal_exists("sv_left_minus_right", &t.model, &t.trials));
    t.trials.response_time_s = NULL;
    cr_expect(!vb_signal_exists("response_time", &t.model, &t.trials));
    vb_evaluation_free(t.e);
}

Test(signals, every_listed_name_can_be_had_and_none_twice)
{
    const double theta[] = {2, .5, .3};
    task t = two_options((vb_model_spec){.term[VB_EFFORT] = "linear",
                                         .choice_rule = "softmax",
                                         .learning_rule = "rescorla_wagner"},
                         theta);
    vb_arena *arena = vb_arena_alloc();
    const char **names = NULL;
    size_t n = 0;

    cr_assert_eq(vb_signal_names(&t.model, &t.trials, arena, &n, &names, NULL), VB_OK);
    cr_expect_gt(n, 60);
    for (size_t i = 0; i < n; i++) {
        double x[4];
        char unit[32];

        cr_expect_eq(vb_signal(names[i], &t.model, &t.trials, t.e, units, x, unit,
                               sizeof unit, NULL),
                     VB_OK, "%s", names[i]);
        cr_expect(*unit, "%s has a unit", names[i]);
        for (size_t k = 0; k < i; k++)
            cr_expect_str_neq(names[i], names[k]);
    }
    vb_arena_free(arena);
    vb_evaluation_free(t.e);
}

Test(signals, option_names_may_hold_underscores_and_words_of_forms)
{
    static const double x1[] = {1, 2}, x2[] = {5, 5};
    vb_trials trials = hand_trials(2, 2);
    double x[2];
    char unit[8];

    trials.options[0].name = "high_minus_low";
    trials.options[1].name = "cost";
    trials.options[0].attribute[VB_EFFORT] = x1;
    trials.options[1].attribute[VB_EFFORT] = x2;
    cr_assert_eq(vb_signal("effort_high_minus_low", NULL, &trials, NULL, units, x, unit,
                           8, NULL),
                 VB_OK);
    cr_expect(x[1] == 2);
    cr_assert_eq(vb_signal("effort_high_minus_low_minus_cost", NULL, &trials, NULL,
                           units, x, unit, 8, NULL),
                 VB_OK);
    cr_expect(x[1] == -3);
}

Test(signals, a_spec_can_be_checked_before_any_trial_is_read)
{
    vb_expr *reward = NULL;
    vb_trials_spec spec = {.n_options = 2, .options = {{.name = "a"}, {.name = "b"}}};
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "linear"});
    vb_error err = {0};

    cr_assert_eq(vb_expr_compile("gain", &reward, NULL), VB_OK);
    spec.options[0].attribute[VB_REWARD] = reward;
    cr_expect_eq(vb_signal_check("sv", &model, &spec, &err), VB_OK);
    cr_expect_eq(vb_signal_check("reward_a", &model, &spec, &err), VB_OK);
    cr_expect_eq(vb_signal_check("sv_a_minus_b", &model, &spec, &err), VB_OK);
    cr_expect_eq(vb_signal_check("sv_chosen", &model, &spec, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "it needs choices"), "%s", err.text);
    cr_expect_eq(vb_signal_check("sv_c", &model, &spec, &err), VB_EINPUT);
    spec.choice_column = "response";
    cr_expect_eq(vb_signal_check("sv_chosen", &model, &spec, &err), VB_OK);
    vb_expr_free(reward);
}
