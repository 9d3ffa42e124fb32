/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice rules: values, extremes, what they have in common, missing values. */
#include "hand_trials.h"

/* Expected: 40-digit decimals from the equations in choice_softmax.c, for values
 * 4.3, 2.75 (and -1.2); 1e-15 is a few units in the last place. */
Test(choice, probabilities_are_those_of_the_equations)
{
    static const struct {
        const char *rule;
        double theta[2];
        size_t n;
        double p[3];
    } cases[] = {
        {"softmax", {0.735}, 2, {7.5754191149024668431e-1, 2.4245808850975331569e-1}},
        {"softmax",
         {0.735},
         3,
         {7.4760066366156052814e-1, 2.3927630290900241389e-1,
          1.3123033429437057966e-2}},
        {"softmax_temperature",
         {1.735},
         2,
         {7.0958549464608235665e-1, 2.9041450535391764335e-1}},
        {"softmax_temperature",
         {1.735},
         3,
         {6.8904888537712130835e-1, 2.8200941637240356612e-1,
          2.8941698250475125527e-2}},
        {"bias", {-0.65}, 2, {7.1094950262500396346e-1, 2.8905049737499603654e-1}},
        {"bias",
         {-0.65},
         3,
         {7.0701455575838697864e-1, 2.8745066736633823238e-1,
          5.5347768752747889849e-3}},
        {"softmax_bias",
         {0.735, -0.65},
         2,
         {6.5959726210528361546e-1, 3.4040273789471638454e-1}},
        {"softmax_bias",
         {0.735, -0.65},
         3,
         {6.4750873956880114067e-1, 3.3416413381775799177e-1,
          1.8327126613440867558e-2}},
        {"softmax_lapse",
         {0.735, 0.0215},
         2,
         {7.5200476039320638060e-1, 2.4799523960679361940e-1}},
        {"softmax_lapse",
         {0.735, 0.0215},
         3,
         {7.3869391605950364345e-1, 2.4129852906312552866e-1,
          2.0007554877370827886e-2}},
    };
    const double sv[3] = {4.3, 2.75, -1.2};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vb_choice_rule *rule = vb_choice_rule_find(cases[i].rule);
        double p[3], log_p[3];

        rule->probabilities(cases[i].n, sv, cases[i].theta, p);
        rule->log_probabilities(cases[i].n, sv, cases[i].theta, log_p);
        for (size_t o = 0; o < cases[i].n; o++) {
            cr_expect(fabs(p[o] - cases[i].p[o]) < 1e-15, "%s: %.17g", cases[i].rule,
                      p[o]);
            cr_expect(fabs(log_p[o] - log(cases[i].p[o])) < 1e-14, "%s: %.17g",
                      cases[i].rule, log_p[o]);
        }
    }
}

static void typical(const vb_choice_rule *rule, double theta[])
{
    for (size_t i = 0; i < rule->n_params; i++)
        theta[i] = rule->params[i].typical;
}

/* Probabilities of any rule; offers of 4 and 3 for efforts of 2 and 1 where it looks. */
static void probabilities(const vb_choice_rule *rule, size_t n, const double sv[],
                          const double theta[], double p[])
{
    const double reward[8] = {4, 3}, effort[8] = {2, 1};

    if (rule->probabilities) {
        rule->probabilities(n, sv, theta, p);
        return;
    }
    rule->log_probabilities_of(&(vb_choice_input){.n_options = n,
                                                  .sv = sv,
                                                  .reward = reward,
                                                  .effort = effort},
                               theta, p);
    for (size_t o = 0; o < n; o++)
        p[o] = exp(p[o]);
}

/* 0: whatever number. */
static bool takes(const vb_choice_rule *rule, size_t n)
{
    return !rule->n_options || rule->n_options == n;
}

Test(choice, probabilities_sum_to_one_for_any_number_of_options)
{
    const double sv[8] = {4.3, -2.75, 0, 17.3, 17.2, 1e-9, -30, 5.5};

    for (size_t i = 0; i < vb_n_choice_rules(); i++)
        for (size_t n = 1; n <= 8; n++) {
            double theta[4], p[8], sum = 0;

            if (!takes(vb_choice_rule_at(i), n))
                continue;
            typical(vb_choice_rule_at(i), theta);
            probabilities(vb_choice_rule_at(i), n, sv, theta, p);
            for (size_t o = 0; o < n; o++) {
                cr_expect(p[o] >= 0 && p[o] <= 1);
                sum += p[o];
            }
            cr_expect(fabs(sum - 1) < 4e-15, "%s of %zu: %.17g",
                      vb_choice_rule_at(i)->name, n, sum);
        }
}

/* A value added to all options changes nothing: only differences count. */
Test(choice, only_differences_of_value_count)
{
    const double sv[3] = {4.5, 2.75, -1.25}, shifted[3] = {1004.5, 1002.75, 998.75};

    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        const size_t n = takes(vb_choice_rule_at(i), 3) ? 3 : 2;
        double theta[4], p[3], q[3];

        typical(vb_choice_rule_at(i), theta);
        probabilities(vb_choice_rule_at(i), n, sv, theta, p);
        probabilities(vb_choice_rule_at(i), n, shifted, theta, q);
        for (size_t o = 0; o < n; o++)
            cr_expect(fabs(p[o] - q[o]) < 1e-13, "%s", vb_choice_rule_at(i)->name);
    }
}

/* log P of the worse option is -beta * difference to all digits where P itself is 0. */
Test(choice, extreme_values_have_finite_log_probabilities)
{
    const double sv[2] = {1e6, -1e6}, theta[] = {100, 0};
    double p[2], log_p[2];

    vb_choice_rule_find("softmax")->probabilities(2, sv, theta, p);
    vb_choice_rule_find("softmax")->log_probabilities(2, sv, theta, log_p);
    cr_expect(p[0] == 1 && p[1] == 0);
    cr_expect(log_p[0] == 0 && log_p[1] == -2e8, "%g %g", log_p[0], log_p[1]);
    vb_choice_rule_find("softmax_lapse")->log_probabilities(2, sv, theta, log_p);
    cr_expect(log_p[1] == -2e8);
}

Test(choice, a_small_probability_keeps_its_relative_precision)
{
    const double sv[2] = {50, 0}, theta[] = {1};
    double p[2];

    vb_choice_rule_find("softmax")->probabilities(2, sv, theta, p);
    /* exp(-50) / (1 + exp(-50)) in 40-digit decimals */
    cr_expect(support_near(p[1], 1.9287498479639177830e-22, 1e-14), "%.17g", p[1]);
}

Test(choice, temperature_is_one_over_inverse_temperature)
{
    const double sv[3] = {4.3, 2.75, -1.2}, beta = .8, tau = 1.25;
    double p[3], q[3];

    vb_choice_rule_find("softmax")->probabilities(3, sv, &beta, p);
    vb_choice_rule_find("softmax_temperature")->probabilities(3, sv, &tau, q);
    for (size_t o = 0; o < 3; o++)
        cr_expect(fabs(p[o] - q[o]) < 1e-15);
}

Test(choice, the_two_biases_agree_only_when_beta_is_one)
{
    const double sv[2] = {1.3, 2.75}, log_odds = .65;
    double p[2], q[2];

    vb_choice_rule_find("bias")->probabilities(2, sv, &log_odds, p);
    vb_choice_rule_find("softmax_bias")->probabilities(2, sv, (double[]){1, .65}, q);
    cr_expect(fabs(p[0] - q[0]) < 1e-15);
    vb_choice_rule_find("softmax_bias")->probabilities(2, sv, (double[]){2, .65}, q);
    cr_expect(fabs(p[0] - q[0]) > .05);
}

Test(choice, one_missing_value_makes_every_probability_missing)
{
    for (size_t i = 0; i < vb_n_choice_rules(); i++)
        for (size_t missing = 0; missing < 3; missing++) {
            const size_t n = takes(vb_choice_rule_at(i), 3) ? 3 : 2;
            double theta[4], p[3] = {NAN, NAN, NAN}, sv[3] = {1, 2, 3};

            if (missing == n)
                continue;
            sv[missing] = NAN;
            typical(vb_choice_rule_at(i), theta);
            probabilities(vb_choice_rule_at(i), n, sv, theta, p);
            cr_expect(isnan(p[0]) && isnan(p[1]) && isnan(p[2]), "%s",
                      vb_choice_rule_at(i)->name);
        }
}

Test(choice, entries_are_complete)
{
    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        const vb_choice_rule *rule = vb_choice_rule_at(i);

        cr_expect(rule->equation && rule->source && strchr("ABC", rule->evidence));
        cr_expect((rule->probabilities && rule->log_probabilities) ||
                  rule->log_probabilities_of);
        cr_expect(vb_choice_rule_find(rule->name) == rule);
        for (size_t k = 0; k < rule->n_params; k++)
            cr_expect(rule->params[k].lower < rule->params[k].typical &&
                      rule->params[k].typical < rule->params[k].upper);
    }
    cr_expect_null(vb_choice_rule_at(vb_n_choice_rules()));
    cr_expect_null(vb_choice_rule_find("argmax"));
}
