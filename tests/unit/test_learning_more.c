/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates, gains, effort learned beside reward, cues, counterfactuals, net outcomes, fatigue.
 * Expected values: tests/reference/trial_models.py, exact fractions; 1e-15 is a few last
 * places of sums of a handful of numbers. */
#include "hand_trials.h"

static bool near(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-15 * fmax(1, fabs(b)) * 4;
}

static void compare(const char *what, size_t n, const double got[],
                    const double wanted[])
{
    for (size_t t = 0; t < n; t++)
        cr_expect(near(got[t], wanted[t]), "%s, trial %zu: %.17g instead of %.17g",
                  what, t + 1, got[t], wanted[t]);
}

/* A signal of a model that has been run. */
static const double *signal_of(const char *name, const vb_model *model,
                               const vb_trials *trials, const vb_evaluation *e)
{
    static double out[32];
    char unit[64];
    vb_error err = {0};

    cr_assert_eq(vb_signal(name, model, trials, e, NULL, out, unit, sizeof unit, &err),
                 VB_OK, "%s", err.text);
    return out;
}

Test(learning_more, a_reward_rate_is_learned_by_the_time_trials_take)
{
    const vb_model model =
        hand_model((vb_model_spec){.learning_rule = "rate", .learning_initial = .5});
    vb_trials trials = hand_trials(4, 1);
    vb_evaluation *e;
    vb_error err = {0};

    trials.outcome = (double[]){3, 2, 0, 2.5};
    trials.learning_time_s = (double[]){2, 1, 4, 3};
    e = hand_run(&model, &trials, (double[]){.125});
    compare("rho", 4, e->expectation,
            (double[]){0.5, 0.734375, 0.892578125, 0.52321290969848633});
    compare("pe", 4, e->pe, (double[]){1, 1.265625, -0.892578125, 0.31012042363484699});
    vb_evaluation_free(e);
    e = NULL;
    trials.learning_time_s[2] = 0;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){.125}, NULL, &e, &err),
                 VB_EDOM);
    cr_expect(strstr(err.text, "trial 3: the trial took no time"), "%s", err.text);
    trials.learning_time_s = NULL;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){.125}, NULL, &e, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "needs the time each trial took"), "%s", err.text);
}

Test(learning_more, a_kalman_gain_is_the_learning_rate)
{
    const vb_model model =
        hand_model((vb_model_spec){.learning_rule = "kalman", .learning_initial = 1});
    const double gain[] = {0.69230769230769229, 0.43013698630136987,
                           0.33004474016290009, 0.28189021784462032};
    const double pe[] = {3, -1.0769230769230769, 2.3863013698630136,
                         -2.4012848457037972};
    vb_trials trials = hand_trials(4, 1);
    double weighted[4];
    vb_evaluation *e;

    trials.outcome = (double[]){4, 2, 5, 1};
    e = hand_run(&model, &trials, (double[]){2, .5, 3});
    compare("V", 4, e->expectation,
            (double[]){1, 3.0769230769230771, 2.6136986301369864, 3.4012848457037972});
    compare("pe", 4, e->pe, pe);
    compare("gain", 4, e->learning_rate, gain);
    for (size_t t = 0; t < 4; t++)
        weighted[t] = gain[t] * pe[t];
    compare("weighted", 4, signal_of("pe_weighted", &model, &trials, e), weighted);
    vb_evaluation_free(e);
}

/* The share of the prediction error that moves the expectation, whatever the rule. */
Test(learning_more, the_learning_rate_of_every_rule_is_the_share_that_was_learned)
{
    for (size_t i = 0; i < vb_n_learning_rules(); i++) {
        const vb_learning_rule *rule = vb_learning_rule_at(i);
        const vb_model model = hand_model((vb_model_spec){.learning_rule = rule->name});
        vb_trials trials = hand_trials(5, 1);
        double theta[4];
        vb_evaluation *e;

        for (size_t k = 0; k < rule->n_params; k++)
            theta[k] = rule->params[k].typical;
        trials.outcome = (double[]){.9, .2, .7, .1, .4};
        trials.learning_time_s = (double[]){1, 2, 1, 3, 1};
        trials.choice = (size_t[]){0, 0, 0, 0, 0};
        e = hand_run(&model, &trials, theta);
        for (size_t t = 0; t < 4; t++)
            cr_expect(fabs(e->expectation[t] + e->learning_rate[t] * e->pe[t] -
                           e->expectation[t + 1]) < 1e-15,
                      "%s, trial %zu", rule->name, t + 1);
        vb_evaluation_free(e);
    }
}

/* Two cues change sides; both dimensions are learned about the cue, whatever its side. */
static vb_trials cue_trials(void)
{
    static size_t left[] = {0, 1, 0, 1, 0, 0}, right[] = {1, 0, 1, 0, 1, 1};
    static size_t choice[] = {0, 0, 0, 1, VB_NONE, 1};
    static double reward[] = {3, 1, 5, 2, 9, 4}, effort[] = {2, 4, 2, 1, 9, 3};
    vb_trials trials = hand_trials(6, 2);

    trials.n_cues = 2;
    trials.options[0].cue = left;
    trials.options[1].cue = right;
    trials.choice = choice;
    trials.outcome = reward;
    trials.effort_outcome = effort;
    return trials;
}

Test(learning_more, reward_and_effort_are_learned_about_cues)
{
    const vb_model model =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "linear",
                                   .choice_rule = "softmax",
                                   .learning_rule = "rescorla_wagner",
                                   .learning_by_option = true,
                                   .effort_learning_rule = "rescorla_wagner",
                                   .effort_learning_initial = 1});
    vb_trials trials = cue_trials();
    double theta[4];
    vb_evaluation *e;

    cr_assert_eq(model.n_params, 4);
    cr_expect_str_eq(model.params[3].name, "effort_learning_rate");
    theta[vb_model_param(&model, "effort_k")] = .5;
    theta[vb_model_param(&model, "inverse_temperature")] = 2;
    theta[vb_model_param(&model, "learning_rate")] = .25;
    theta[vb_model_param(&model, "effort_learning_rate")] = .5;
    e = hand_run(&model, &trials, theta);
    compare("left", 6, e->learned[0], (double[]){0, 0, 0.75, 0.25, 1.859375, 1.859375});
    compare("right", 6, e->learned[1], (double[]){0, 0.75, 0.25, 1.8125, 0.25, 0.25});
    compare("effort left", 6, e->learned_effort[0],
            (double[]){1, 1, 1.5, 2.5, 1.375, 1.375});
    compare("effort right", 6, e->learned_effort[1],
            (double[]){1, 1.5, 2.5, 1.75, 2.5, 2.5});
    compare("pe", 6, e->pe, (double[]){3, 1, 4.25, 0.1875, NAN, 3.75});
    compare("effort pe", 6, e->effort_pe, (double[]){1, 3, 0.5, -0.75, NAN, 0.5});
    /* net value of the left cue in trial 3: .75 - .5 * 1.5 */
    cr_expect(near(e->sv[0][2], 0) && near(e->sv[1][2], .25 - .5 * 2.5));
    compare("signal", 6, signal_of("effort_pe_negative", &model, &trials, e),
            (double[]){0, 0, 0, -0.75, NAN, 0});
    compare("quantity", 6, signal_of("learned_effort_b", &model, &trials, e),
            (double[]){1, 1.5, 2.5, 1.75, 2.5, 2.5});
    vb_evaluation_free(e);
}

/* QR / (1 + k QE): the hyperbolic net value of Skvortsova et al. needs nothing more. */
Test(learning_more, one_learning_rate_may_serve_reward_and_effort)
{
    const vb_model model =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "hyperbolic",
                                   .learning_rule = "rescorla_wagner",
                                   .learning_by_option = true,
                                   .effort_learning_rule = "rescorla_wagner",
                                   .effort_learning_shared = true});
    vb_trials trials = cue_trials();
    vb_evaluation *e;

    cr_assert_eq(model.n_params, 2);
    e = hand_run(&model, &trials, (double[]){.5, .25});
    cr_expect(
        near(e->sv[0][2], .75 / (1 + .5 * .5))); /* cue a after one trial: .75, .5 */
    vb_evaluation_free(e);
}

Test(learning_more, what_was_not_chosen_may_be_learned_too)
{
    vb_model_spec spec = {.learning_rule = "rescorla_wagner",
                          .learning_by_option = true,
                          .counterfactual = VB_COUNTERFACTUAL_OPPOSITE};
    vb_model model = hand_model(spec);
    vb_trials trials = hand_trials(4, 2);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.choice = (size_t[]){0, 1, 0, 1};
    trials.outcome = (double[]){4, -2, 1, 3};
    e = hand_run(&model, &trials, (double[]){.25});
    compare("V0", 4, e->learned[0], (double[]){0, 1, 1.25, 1.1875});
    compare("V1", 4, e->learned[1], (double[]){0, -1, -1.25, -1.1875});
    compare("pe", 4, e->pe, (double[]){4, -1, -0.25, 4.1875});
    compare("other", 4, signal_of("pe_unchosen", &model, &trials, e),
            (double[]){-4, 1, 0.25, -4.1875});
    vb_evaluation_free(e);
    spec.counterfactual = VB_COUNTERFACTUAL_STATED;
    model = hand_model(spec);
    e = NULL;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){.25}, NULL, &e, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "what the other option would have brought"), "%s",
              err.text);
    trials.counterfactual = (double[]){2, 0, 1, 3};
    e = hand_run(&model, &trials, (double[]){.25});
    compare("V0", 4, e->learned[0], (double[]){0, 1, 0.75, 0.8125});
    compare("V1", 4, e->learned[1], (double[]){0, 0.5, -0.125, 0.15625});
    compare("other", 4, e->pe_unchosen, (double[]){2, -1, 1.125, 2.1875});
    vb_evaluation_free(e);
}

/* The same by a rule of its own, and by an effort term with outcomes taken net of it. */
Test(learning_more, effort_is_invested_where_its_learned_net_value_is_high)
{
    const double one[] = {1, 1, 1, 1}, none[] = {0, 0, 0, 0};
    const vb_model rule = hand_model((vb_model_spec){.learning_rule = "adaptive_effort",
                                                     .learning_by_option = true});
    const vb_model net = hand_model((vb_model_spec){.term[VB_EFFORT] = "linear",
                                                    .learning_rule = "rescorla_wagner",
                                                    .learning_by_option = true,
                                                    .learning_net = true});
    vb_trials trials = hand_trials(4, 2);
    vb_evaluation *e;

    trials.options[0].attribute[VB_EFFORT] = one;
    trials.options[1].attribute[VB_EFFORT] = none;
    trials.choice = (size_t[]){0, 0, 1, 0};
    trials.outcome = (double[]){2, 1, 1, 3};
    e = hand_run(&rule, &trials, (double[]){.25, .5});
    compare("boost", 4, e->learned[0], (double[]){0, 0.375, 0.40625, 0.40625});
    compare("no boost", 4, e->learned[1], (double[]){0, 0, 0, 0.25});
    compare("pe", 4, e->pe, (double[]){1.5, 0.125, 1, 2.09375});
    compare("sv", 4, e->sv[0], e->learned[0]);
    vb_evaluation_free(e);
    e = hand_run(&net, &trials, (double[]){.5, .25});
    compare("pe, net", 4, e->pe, (double[]){1.5, 0.125, 1, 2.09375});
    compare("net outcome", 4, signal_of("net_outcome", &net, &trials, e),
            (double[]){1.5, .5, 1, 2.5});
    vb_evaluation_free(e);
}

/* Payoff less the effort it took, less the value that was chosen: by hand, k = .5. */
Test(learning_more, outcomes_are_discounted_by_the_effort_made)
{
    const double reward[] = {4, 3}, effort[] = {2, 1};
    const vb_model cost = hand_model((vb_model_spec){.term[VB_EFFORT] = "parabolic"});
    const vb_model factor =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "hyperbolic"});
    vb_trials trials = hand_trials(2, 1);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.choice = (size_t[]){0, VB_NONE};
    trials.outcome = (double[]){5, 5};
    e = hand_run(&cost, &trials, (double[]){.5});
    compare("net", 2, signal_of("net_outcome", &cost, &trials, e), (double[]){3, NAN});
    compare("pe", 2, signal_of("net_outcome_pe", &cost, &trials, e),
            (double[]){3 - (4 - .5 * 4), NAN});
    vb_evaluation_free(e);
    e = hand_run(&factor, &trials, (double[]){.5});
    compare("net", 2, signal_of("net_outcome", &factor, &trials, e),
            (double[]){2.5, NAN});
    vb_evaluation_free(e);
}

Test(learning_more, learning_that_makes_no_sense_is_refused)
{
    static const struct {
        vb_model_spec spec;
        const char *text;
    } cases[] = {
        {{.effort_learning_rule = "rescorla_wagner"}, "effort is learned by option"},
        {{.learning_rule = "rescorla_wagner",
          .learning_by_option = true,
          .effort_learning_rule = "rate"},
         "effort cannot be learned by rule 'rate'"},
        {{.learning_rule = "rescorla_wagner", .learning_net = true},
         "needs an effort term"},
        {{.learning_rule = "rescorla_wagner",
          .counterfactual = VB_COUNTERFACTUAL_OPPOSITE},
         "counterfactual learning is by option"},
        {{.fatigue_rule = "short_term"}, "needs an effort term that is a cost"},
        {{.fatigue_rule = "short"}, "there is: short_and_long_term, short_term"},
    };
    static const char *const none[VB_N_ATTRIBUTES] = {NULL};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_model model;
        vb_error err = {0};

        cr_expect_eq(vb_model_compose(&cases[i].spec, none, &model, &err), VB_EINPUT);
        cr_expect(strstr(err.text, cases[i].text), "%s", err.text);
    }
}

/* --- fatigue */

static vb_trials tiring_trials(void)
{
    static double offered[] = {.5, .3, .6, .6, .8, .8, .8, .3}, five[8];
    static const double zero[8];
    static size_t choice[] = {0, 0, 1, 1, 0, VB_NONE, 1, 0};
    vb_trials trials = hand_trials(8, 2);

    for (size_t t = 0; t < 8; t++)
        five[t] = 5;
    trials.options[0].attribute[VB_REWARD] = five;
    trials.options[0].attribute[VB_EFFORT] = offered;
    trials.options[1].attribute[VB_REWARD] = zero;
    trials.choice = choice;
    return trials;
}

Test(fatigue, work_raises_and_rest_lowers_it)
{
    static const struct {
        const char *rule;
        double theta[4], level[8];
    } cases[] =
        {{"short_and_long_term",
          {2, .15, .4, .05},
          {1, 1.1395, 1.189, 1.04, 1.04, 1.3145, 1.1645, 1.08}},
         {"short_term", {2, .15, .4}, {1, 1.1145, 1.149, 1, 1, 1.2345, 1.0845, 1}},
         {"long_term", {2, .05}, {1, 1.025, 1.04, 1.04, 1.04, 1.08, 1.08, 1.08}}};
    vb_trials trials = tiring_trials();

    for (size_t i = 0; i < 3; i++) {
        const vb_model model =
            hand_model((vb_model_spec){.term[VB_EFFORT] = "parabolic",
                                       .fatigue_rule = cases[i].rule});
        vb_evaluation *e = hand_run(&model, &trials, cases[i].theta);

        compare(cases[i].rule, 8, signal_of("fatigue", &model, &trials, e),
                cases[i].level);
        for (size_t t = 0; t < 8; t++) {
            const double offered = trials.options[0].attribute[VB_EFFORT][t];

            cr_expect(fabs(e->sv[0][t] -
                           (5 - cases[i].level[t] * 2 * offered * offered)) < 1e-14);
        }
        vb_evaluation_free(e);
    }
}

Test(fatigue, it_starts_anew_in_a_run_unless_it_carries_over)
{
    vb_model_spec spec = {.term[VB_EFFORT] = "parabolic", .fatigue_rule = "long_term"};
    vb_model model = hand_model(spec);
    vb_trials trials = tiring_trials();
    vb_evaluation *e;

    trials.n_runs = 2;
    trials.run = (size_t[]){0, 0, 0, 0, 1, 1, 1, 1};
    e = hand_run(&model, &trials, (double[]){2, .05});
    compare("anew", 8, e->fatigue,
            (double[]){1, 1.025, 1.04, 1.04, 1, 1.04, 1.04, 1.04});
    vb_evaluation_free(e);
    spec.fatigue_carries_over = true;
    model = hand_model(spec);
    e = hand_run(&model, &trials, (double[]){2, .05});
    compare("on", 8, e->fatigue,
            (double[]){1, 1.025, 1.04, 1.04, 1.04, 1.08, 1.08, 1.08});
    vb_evaluation_free(e);
}

Test(fatigue, without_tiring_there_is_none_and_without_choices_nobody_knows)
{
    const vb_model model =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "linear",
                                   .fatigue_rule = "short_and_long_term"});
    vb_trials trials = tiring_trials();
    vb_evaluation *e = hand_run(&model, &trials, (double[]){2, .15, 0, 0});
    vb_error err = {0};

    for (size_t t = 0; t < 8; t++)
        cr_expect(e->fatigue[t] == 1);
    vb_evaluation_free(e);
    e = NULL;
    trials.choice = NULL;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){2, .15, 0, 0}, NULL, &e,
                              &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "needs choices"), "%s", err.text);
}

/* Its net outcome is less the effort of the option that was chosen. */
Test(learning_more, the_opposite_of_a_net_outcome_is_refused)
{
    static const char *const units[VB_N_ATTRIBUTES] = {NULL};
    vb_model_spec spec = {.term = {[VB_EFFORT] = "linear"},
                          .learning_rule = "rescorla_wagner",
                          .learning_by_option = true,
                          .learning_net = true,
                          .counterfactual = VB_COUNTERFACTUAL_OPPOSITE};
    vb_model model;
    vb_error err = {0};

    cr_expect_eq(vb_model_compose(&spec, units, &model, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "opposite of a net outcome"), "%s", err.text);
    spec.learning_net = false;
    cr_expect_eq(vb_model_compose(&spec, units, &model, &err), VB_OK, "%s", err.text);
}
