/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts that use more than their attribute, and how parts combine.  Expected values by hand
 * unless said otherwise. */
#include "hand_trials.h"

static bool near(double a, double b)
{
    return fabs(a - b) <= 4e-15 * fmax(1, fabs(b));
}

static const double gain[3] = {12, 30, 7.5}, loss[3] = {8, 5, 7.5},
                    half[3] = {.5, .5, .5};

static vb_trials gambles(void)
{
    vb_trials trials = hand_trials(3, 1);

    trials.options[0].attribute[VB_REWARD] = gain;
    trials.options[0].attribute[VB_LOSS] = loss;
    trials.options[0].attribute[VB_PROBABILITY] = half;
    return trials;
}

/* .5 (G^rho - lambda L^rho), rho .88, lambda 2.25; pow is the C library's. */
Test(parts, a_mixed_gamble_has_its_prospect_theory_value)
{
    const vb_model model =
        hand_model((vb_model_spec){.term = {[VB_REWARD] = "power",
                                            [VB_PROBABILITY] = "expected",
                                            [VB_LOSS] = "gamble"}});
    vb_trials trials = gambles();
    vb_evaluation *e = hand_run(&model, &trials, (double[]){.88, 2.25});

    cr_assert_eq(model.n_params, 2);
    for (size_t t = 0; t < 3; t++)
        cr_expect(
            near(e->sv[0][t], .5 * (pow(gain[t], .88) - 2.25 * pow(loss[t], .88))));
    vb_evaluation_free(e);
}

/* With rho = 1 and lambda = 2: (12 - 16)/2, (30 - 10)/2, (7.5 - 15)/2. */
Test(parts, a_gamble_of_unequal_chances_weighs_both_sides)
{
    const vb_model model = hand_model(
        (vb_model_spec){.term = {[VB_PROBABILITY] = "expected", [VB_LOSS] = "gamble"}});
    const double p[3] = {.5, .25, 1};
    vb_trials trials = gambles();
    vb_evaluation *e;
    vb_error err = {0};

    trials.options[0].attribute[VB_PROBABILITY] = p;
    e = hand_run(&model, &trials, (double[]){2});
    cr_expect(near(e->sv[0][0], -2) && near(e->sv[0][1], 7.5 - 7.5));
    cr_expect(near(e->sv[0][2], 7.5), "nothing can be lost for sure");
    vb_evaluation_free(e);
    e = NULL;
    trials.options[0].attribute[VB_PROBABILITY] = NULL;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){2}, NULL, &e, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "states no probability (0.5 in most mixed gambles)"));
}

/* Yao et al.: G^rho - lambda L^rho - k c^p, and w(c) (G^rho - lambda L^rho). */
Test(parts, a_gamble_for_effort_has_a_cost_or_a_factor_on_both_sides)
{
    const double effort[3] = {.3, .5, .7};
    const vb_model cost =
        hand_model((vb_model_spec){.term = {"power", "power", NULL, NULL, "utility"}});
    const vb_model net = hand_model(
        (vb_model_spec){.term = {"power", "hyperbolic", NULL, NULL, "utility"},
                        .combine = VB_COMBINE_NET});
    vb_trials trials = gambles();
    vb_evaluation *e;

    trials.options[0].attribute[VB_EFFORT] = effort;
    e = hand_run(&cost, &trials, (double[]){.8, 3, 1.5, 1.2});
    for (size_t t = 0; t < 3; t++)
        cr_expect(near(e->sv[0][t], pow(gain[t], .8) - 3 * pow(effort[t], 1.5) -
                                        1.2 * pow(loss[t], .8)));
    vb_evaluation_free(e);
    e = hand_run(&net, &trials, (double[]){.8, 3, 1.2});
    for (size_t t = 0; t < 3; t++)
        cr_expect(near(e->sv[0][t], (pow(gain[t], .8) - 1.2 * pow(loss[t], .8)) /
                                        (1 + 3 * effort[t])));
    vb_evaluation_free(e);
}

/* (P G^rho - (1 - P) lambda L^rho) / (1 + k E): the chance of winning weighs the gain alone, as
 * that of losing weighs the loss. */
Test(parts, a_gamble_discounted_by_effort_has_each_chance_once)
{
    const double p[3] = {.5, .25, 1}, effort[3] = {.3, .5, .7};
    const vb_model net = hand_model(
        (vb_model_spec){.term = {"power", "hyperbolic", "expected", NULL, "gamble"},
                        .combine = VB_COMBINE_NET});
    vb_trials trials = gambles();
    vb_evaluation *e;

    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.options[0].attribute[VB_PROBABILITY] = p;
    e = hand_run(&net, &trials, (double[]){.8, 3, 1.2});
    for (size_t t = 0; t < 3; t++)
        cr_expect(near(e->sv[0][t],
                       (p[t] * pow(gain[t], .8) - (1 - p[t]) * 1.2 * pow(loss[t], .8)) /
                           (1 + 3 * effort[t])));
    vb_evaluation_free(e);
}

/* 10 * (1 - (1 - 1/1.5) - (1 - .5)) = 10 (2/3 + 1/2 - 1) */
Test(parts, discounts_may_add_up_instead_of_multiplying)
{
    vb_model_spec spec = {.term = {NULL, "hyperbolic", "expected"}};
    vb_model model = hand_model(spec);
    const double reward = 10, effort = .5, p = .5;
    vb_trials trials = hand_trials(1, 1);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = &reward;
    trials.options[0].attribute[VB_EFFORT] = &effort;
    trials.options[0].attribute[VB_PROBABILITY] = &p;
    e = hand_run(&model, &trials, (double[]){1});
    cr_expect(near(e->sv[0][0], 10 / 1.5 * .5));
    vb_evaluation_free(e);
    spec.combine = VB_COMBINE_ADD;
    model = hand_model(spec);
    e = hand_run(&model, &trials, (double[]){1});
    cr_expect(near(e->sv[0][0], 10 * (1 / 1.5 + .5 - 1)), "%.17g", e->sv[0][0]);
    vb_evaluation_free(e);
}

Test(parts, an_option_may_state_its_value)
{
    const vb_model model = hand_model(
        (vb_model_spec){.term = {"linear", "parabolic"}, .choice_rule = "softmax"});
    const double reward[2] = {6, 8}, effort[2] = {.3, .5}, rest[2] = {1, NAN};
    vb_trials trials = hand_trials(2, 2);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.options[1].value = rest;
    e = hand_run(&model, &trials, (double[]){2, 4, .5});
    cr_expect(near(e->sv[0][0], 12 - 4 * .09) && e->sv[1][0] == 1);
    cr_expect(near(e->probability[0][0], 1 / (1 + exp(-.5 * (12 - .36 - 1)))));
    cr_expect(isnan(e->sv[1][1]) && isnan(e->probability[0][1]),
              "missing stays missing");
    cr_expect(e->cost[VB_EFFORT][1][0] == 0 && e->factor[VB_EFFORT][1][0] == 1);
    vb_evaluation_free(e);
}

/* Levels 2, 4, 5 with .9, .6, .5: at 1 halfway from 1, at 3 halfway between. */
Test(parts, indifference_points_are_joined_by_straight_lines)
{
    const double levels[3] = {2, 4, 5}, reward[6] = {10, 10, 10, 10, 10, 10};
    const double load[6] = {0, 1, 2, 3, 4.5, 5};
    const double expected[6] = {10, 9.5, 9, 7.5, 5.5, 5};
    const vb_param params[3] = {{"ip_2", "", 0, 2, .5, ""},
                                {"ip_4", "", 0, 2, .5, ""},
                                {"ip_5", "", 0, 2, .5, ""}};
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "indifference",
                                                      .n_levels = 3,
                                                      .levels = levels,
                                                      .level_params = params});
    vb_trials trials = hand_trials(6, 1);
    double beyond[6] = {5.5};
    vb_evaluation *e = NULL;
    vb_error err = {0};

    cr_expect_str_eq(model.params[1].name, "effort_ip_4");
    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = load;
    e = hand_run(&model, &trials, (double[]){.9, .6, .5});
    for (size_t t = 0; t < 6; t++)
        cr_expect(near(e->sv[0][t], expected[t]), "%g: %.17g", load[t], e->sv[0][t]);
    vb_evaluation_free(e);
    e = NULL;
    trials.options[0].attribute[VB_EFFORT] = beyond;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){.9, .6, .5}, NULL, &e,
                              &err),
                 VB_EDOM);
    cr_expect(strstr(err.text, "effort of option 'a' is 5.5: beyond the highest of "
                               "model.levels"),
              "%s", err.text);
}

/*
 * Marginal value theorem by hand: rho starts at 1 and learns 1 - (1/2)^tau of r/tau - rho;
 * P(harvest) = logistic(c + beta (kappa s - rho h)), c = .5, beta = 2, kappa = 1.5.
 */
Test(parts, a_patch_is_left_when_its_rate_falls_below_that_of_the_environment)
{
    const vb_model model = hand_model(
        (vb_model_spec){.term = {[VB_REWARD] = "linear", [VB_DELAY] = "opportunity"},
                        .choice_rule = "softmax_log_odds_bias",
                        .learning_rule = "rate",
                        .learning_initial = 1});
    const double s[3] = {6, 5, 4}, h[3] = {2, 2, 2}, leave[3] = {0};
    vb_trials trials = hand_trials(3, 2);
    double theta[4], out[3], rho = 1;
    char unit[64];
    vb_evaluation *e;

    theta[vb_model_param(&model, "reward_weight")] = 1.5;
    theta[vb_model_param(&model, "inverse_temperature")] = 2;
    theta[vb_model_param(&model, "bias")] = .5;
    theta[vb_model_param(&model, "learning_rate")] = .5;
    trials.options[0].attribute[VB_REWARD] = s;
    trials.options[0].attribute[VB_DELAY] = h;
    trials.options[1].value = leave;
    trials.choice = (size_t[]){0, 0, 1};
    trials.outcome = (double[]){6, 5, 0};
    trials.learning_time_s = (double[]){2, 2, 8};
    e = hand_run(&model, &trials, theta);
    cr_assert_eq(vb_signal("exit_threshold", &model, &trials, e, NULL, out, unit,
                           sizeof unit, NULL),
                 VB_OK);
    for (size_t t = 0; t < 3; t++) {
        const double sv = 1.5 * s[t] - rho * 2;

        cr_expect(near(out[t], rho * 2), "trial %zu: %.17g", t + 1, out[t]);
        cr_expect(near(e->sv[0][t], sv));
        cr_expect(near(e->probability[0][t], 1 / (1 + exp(-(.5 + 2 * sv)))));
        rho += .75 * (trials.outcome[t] / 2 - rho); /* 1 - (1/2)^2 */
    }
    vb_evaluation_free(e);
}

Test(parts, what_a_part_needs_is_said_when_it_is_not_there)
{
    static const double down[2] = {3, 2};
    static const struct {
        vb_model_spec spec;
        const char *text;
    } cases[] = {{{.term[VB_LOSS] = "gamble"}, "needs a probability term"},
                 {{.term[VB_DELAY] = "opportunity"}, "needs a rate that is learned"},
                 {{.term[VB_EFFORT] = "indifference"}, "needs the levels"},
                 {{.term[VB_EFFORT] = "indifference", .n_levels = 2, .levels = down},
                  "levels must increase"}};
    static const char *const none[VB_N_ATTRIBUTES] = {NULL};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_model model;
        vb_error err = {0};

        cr_expect_eq(vb_model_compose(&cases[i].spec, none, &model, &err), VB_EINPUT);
        cr_expect(strstr(err.text, cases[i].text), "%s", err.text);
    }
}

/* Effort at 4 units with a reference of 3: .5 * 2 * 1^1.5 dearer; at 2 it is a relief. */
Test(parts, effort_below_the_reference_is_a_relief)
{
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "prospect"});
    const double reward[3] = {1, 1, 1}, effort[3] = {4, 3, 2};
    vb_trials trials = hand_trials(3, 1);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    e = hand_run(&model, &trials, (double[]){.5, 2, 1.5, 3});
    cr_expect(e->sv[0][0] == 0 && e->sv[0][1] == 1 && e->sv[0][2] == 1.5);
    vb_evaluation_free(e);
}

Test(parts, a_fast_path_knows_which_models_are_plain)
{
    vb_trials trials = gambles(), valued = gambles();
    vb_model_spec spec = {.term = {"power", "linear"}, .choice_rule = "softmax"};
    vb_model model = hand_model(spec);

    valued.options[0].value = gain;
    cr_expect(vb_model_is_plain(&model, &trials));
    cr_expect(!vb_model_is_plain(&model, &valued));
    spec.lapse = true;
    model = hand_model(spec);
    cr_expect(!vb_model_is_plain(&model, &trials));
    model = hand_model((vb_model_spec){.choice_rule = "softmax_switch"});
    cr_expect(!vb_model_is_plain(&model, &trials));
    model = hand_model((vb_model_spec){.learning_rule = "kalman"});
    cr_expect(!vb_model_is_plain(&model, &trials));
}
