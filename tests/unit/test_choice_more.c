/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice rules of single papers, response times, lapses of any rule, gradients. */
#include "hand_trials.h"

static const double sv[2] = {4.3, 2.75};

/* Expected: tests/reference/choice.py, 60-digit decimals; 2e-15 is a few last places. */
Test(choice_more, probabilities_are_those_of_the_equations)
{
    static const struct {
        const char *rule;
        double theta[4], first;
    } cases[] = {{"softmax_log_odds_bias", {.735, -.65}, 6.19929735600878939472e-01},
                 {"softmax_bias_5", {-1.2}, 8.51952801968310580172e-01},
                 {"ddm", {.62, 1.85, .43, .285}, 8.06265107641470191169e-01},
                 {"constant", {.3}, .3}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vb_choice_rule *rule = vb_choice_rule_find(cases[i].rule);
        double p[2], log_p[2];

        rule->probabilities(2, sv, cases[i].theta, p);
        rule->log_probabilities(2, sv, cases[i].theta, log_p);
        cr_expect(fabs(p[0] - cases[i].first) < 2e-15, "%s: %.17g", cases[i].rule,
                  p[0]);
        cr_expect(fabs(log_p[1] - log1p(-cases[i].first)) < 1e-14, "%s", cases[i].rule);
    }
}

Test(choice_more, a_high_effort_choice_may_be_taken_back_for_little_reward)
{
    const vb_choice_rule *rule = vb_choice_rule_find("softmax_switch");
    const double theta[] = {.735, .215, 5};
    static const struct {
        double reward[2], effort[2], first;
    } cases[] = {{{4, 1}, {1, .2}, 5.94670400519843656006e-01}, /* choice.py */
                 {{1, 4}, {.2, 1}, 8.09670400519843624920e-01},
                 {{5, 1}, {1, .2}, 7.5754191149024668431e-1}, /* not below: softmax */
                 {{4, 1}, {1, 1}, 7.5754191149024668431e-1},
                 {{4, 1}, {NAN, 1}, 7.5754191149024668431e-1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double log_p[2];

        rule->log_probabilities_of(&(vb_choice_input){.n_options = 2,
                                                      .sv = sv,
                                                      .reward = cases[i].reward,
                                                      .effort = cases[i].effort},
                                   theta, log_p);
        cr_expect(fabs(exp(log_p[0]) - cases[i].first) < 1e-15, "%zu: %.17g", i,
                  exp(log_p[0]));
        cr_expect(fabs(exp(log_p[0]) + exp(log_p[1]) - 1) < 1e-15);
    }
}

/* choice.py sums the series for long times in 60 digits, the code takes the one for short
 * times at the first two; 1e-12 is its stated error through the logarithm. */
Test(choice_more, densities_of_response_times_are_those_of_both_series)
{
    static const struct {
        double rt_s, log_density[2];
    } cases[] = {{.365, {-3.05065924830559742631, -2.11567290044658529169}},
                 {.5, {-2.32080113334531157321e-01, -1.17747614362251651343}},
                 {1.1, {-6.74335193670641763752e-01, -2.40078520486190871708}},
                 {2.9, {-4.07465092813937435068, -5.85247958193983652819}}};
    const vb_choice_rule *rule = vb_choice_rule_find("ddm");
    const double theta[] = {.62, 1.85, .43, .285};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t choice = 0; choice < 2; choice++) {
            const double d =
                rule->log_density(&(vb_choice_input){.n_options = 2,
                                                     .sv = sv,
                                                     .choice = choice,
                                                     .response_time_s = cases[i].rt_s},
                                  theta);

            cr_expect(fabs(d - cases[i].log_density[choice]) < 1e-12, "%g s: %.17g",
                      cases[i].rt_s, d);
        }
}

/* The densities of both choices together are one, each alone its choice probability:
 * trapezoids of 1 ms up to 30 s, when less than 1e-9 is left. */
Test(choice_more, densities_integrate_to_the_choice_probabilities)
{
    const vb_choice_rule *rule = vb_choice_rule_find("ddm");
    const double thetas[3][4] = {{.62, 1.85, .43, .285},
                                 {0, 1.2, .5, 0},
                                 {2.5, .7, .8, .1}};

    for (size_t i = 0; i < 3; i++) {
        double p[2];

        rule->probabilities(2, sv, thetas[i], p);
        for (size_t choice = 0; choice < 2; choice++) {
            double sum = 0;

            for (double rt_s = .001; rt_s < 30; rt_s += .001)
                sum +=
                    .001 *
                    exp(rule->log_density(&(vb_choice_input){.n_options = 2,
                                                             .sv = sv,
                                                             .choice = choice,
                                                             .response_time_s = rt_s},
                                          thetas[i]));
            cr_expect(fabs(sum - p[choice]) < 1e-5, "%zu %zu: %.12g %.12g", i, choice,
                      sum, p[choice]);
        }
    }
}

Test(choice_more, a_model_takes_the_density_where_there_are_response_times)
{
    const vb_model model =
        hand_model((vb_model_spec){.term[VB_EFFORT] = "linear", .choice_rule = "ddm"});
    const double theta[] = {.1, .62, 1.85, .43, .285};
    const double reward[3] = {4.3, 4.3, 4.3}, other[3] = {2.75, 2.75, 2.75};
    vb_trials trials = hand_trials(3, 2);
    double rt_s[3] = {1.1, NAN, .2};
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[1].attribute[VB_REWARD] = other;
    trials.choice = (size_t[]){0, 0, 1};
    e = hand_run(&model, &trials, theta);
    cr_expect(fabs(e->log_likelihood[0] - log(8.06265107641470191169e-01)) < 1e-14);
    vb_evaluation_free(e);
    trials.response_time_s = rt_s;
    e = hand_run(&model, &trials, theta);
    cr_expect(fabs(e->log_likelihood[0] + 6.74335193670641763752e-01) < 1e-12);
    cr_expect(fabs(e->log_likelihood[1] - log(8.06265107641470191169e-01)) < 1e-14);
    cr_expect(e->log_likelihood[2] == -INFINITY, "faster than non_decision");
    vb_evaluation_free(e);
}

/* .02/2 + .98 * .75754191149024668431 by hand. */
Test(choice_more, any_rule_may_have_lapses)
{
    const vb_model model = hand_model(
        (vb_model_spec){.choice_rule = "softmax_temperature", .lapse = true});
    const double theta[] = {1 / .735, .02};
    vb_trials trials = hand_trials(1, 2);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = &sv[0];
    trials.options[1].attribute[VB_REWARD] = &sv[1];
    trials.choice = (size_t[]){1};
    cr_expect_eq(model.n_params, 2);
    cr_expect_str_eq(model.params[1].name, "lapse");
    e = hand_run(&model, &trials, theta);
    cr_expect(fabs(e->probability[0][0] - .75239107326044174) < 1e-15, "%.17g",
              e->probability[0][0]);
    cr_expect(fabs(e->log_likelihood[0] - log(.24760892673955826)) < 1e-14);
    vb_evaluation_free(e);
}

Test(choice_more, what_does_not_go_together_is_refused)
{
    static const struct {
        vb_model_spec spec;
        const char *text;
    } cases[] = {{{.choice_rule = "softmax_lapse", .lapse = true},
                  "has lapses already"},
                 {{.choice_rule = "ddm", .lapse = true}, "response times"},
                 {{.lapse = true}, "lapses need a choice rule"}};
    static const char *const none[VB_N_ATTRIBUTES] = {NULL};
    const vb_model model = hand_model((vb_model_spec){.choice_rule = "ddm"});
    vb_trials trials = hand_trials(1, 3);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vb_model refused;
        vb_error why = {0};

        cr_expect_eq(vb_model_compose(&cases[i].spec, none, &refused, &why), VB_EINPUT);
        cr_expect(strstr(why.text, cases[i].text), "%s", why.text);
    }
    for (size_t o = 0; o < 3; o++)
        trials.options[o].attribute[VB_REWARD] = sv;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){1, 1, .5, 0}, NULL, &e,
                              &err),
                 VB_EINPUT);
    cr_expect_str_eq(err.text,
                     "model: choice rule 'ddm' is for 2 options, and the task has 3");
}

/* Central differences; see test_terms.c for the tolerance. */
Test(choice_more, gradients_are_those_of_differences)
{
    const double h = 1e-5, three[3] = {1.3, .75, -1.2};

    for (size_t i = 0; i < vb_n_choice_rules(); i++) {
        const vb_choice_rule *rule = vb_choice_rule_at(i);
        double theta[4];

        if (!rule->gradient)
            continue;
        for (size_t k = 0; k < rule->n_params; k++)
            theta[k] = rule->params[k].typical * .9;
        for (size_t choice = 0; choice < 3; choice++) {
            double d_sv[3], d_theta[4];

            rule->gradient(3, three, theta, choice, d_sv, d_theta);
            for (size_t k = 0; k < 3 + rule->n_params; k++) {
                double low[3], high[3], tl[4], th[4], a[3], b[3], slope;
                const double got = k < 3 ? d_sv[k] : d_theta[k - 3];

                memcpy(low, three, sizeof low);
                memcpy(high, three, sizeof high);
                memcpy(tl, theta, sizeof tl);
                memcpy(th, theta, sizeof th);
                *(k < 3 ? &low[k] : &tl[k - 3]) -= h;
                *(k < 3 ? &high[k] : &th[k - 3]) += h;
                rule->log_probabilities(3, low, tl, a);
                rule->log_probabilities(3, high, th, b);
                slope = (b[choice] - a[choice]) / (2 * h);
                cr_expect(fabs(got - slope) < 1e-8, "%s: %.12g, differences %.12g",
                          rule->name, got, slope);
            }
        }
    }
}
