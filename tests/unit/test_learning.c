/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learning rules, learning by option, and the staged prediction error. */
#include "hand_trials.h"

/* golden/behaviour/rw_sequences.tsv (numpy); parameters from rw_parameters.json;
 * 1e-13 relative is the README's tolerance.  A PE that is a difference of nearly
 * equal numbers keeps only absolute precision, hence 1e-15 beside it. */
static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-15 + 1e-13 * fabs(b);
}

Test(learning, reference_sequences_are_met)
{
    static const struct {
        const char *rule, *outcome, *suffix;
        double initial, theta[2];
    } cases[] = {{"rescorla_wagner", "reward", "single", 0, {.2}},
                 {"rescorla_wagner", "reward", "single_v05", .5, {.35}},
                 {"rescorla_wagner_dual", "reward", "dual", 0, {.3, .1}},
                 {"rescorla_wagner_dual", "magnitude", "dual_mag", 0, {.15, .4}}};
    vb_table *table = support_table("tests/data/golden/behaviour/rw_sequences.tsv");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const vb_model model =
            hand_model((vb_model_spec){.learning_rule = cases[i].rule,
                                       .learning_initial = cases[i].initial});
        vb_trials trials = hand_trials(table->n_rows, 1);
        char name[32];
        const double *v, *pe;
        vb_evaluation *e;

        trials.outcome = support_column(table, cases[i].outcome);
        e = hand_run(&model, &trials, cases[i].theta);
        snprintf(name, sizeof name, "V_%s", cases[i].suffix);
        v = support_column(table, name);
        snprintf(name, sizeof name, "PE_%s", cases[i].suffix);
        pe = support_column(table, name);
        for (size_t t = 0; t < trials.n_trials; t++) {
            cr_expect(near(e->expectation[t], v[t]), "%s trial %zu", name, t);
            cr_expect(near(e->pe[t], pe[t]), "%s trial %zu", name, t);
        }
        vb_evaluation_free(e);
    }
    vb_table_free(table);
}

/* golden/behaviour/bandit.tsv: values and choice probabilities at the fitted
 * parameters of bandit_fits.json.  The rewards are learned, so the options state
 * none. */
Test(learning, a_reference_bandit_learns_by_option)
{
    static const struct {
        const char *rule, *suffix;
        double theta[3];
    } cases[] = {{"rescorla_wagner", "single", {2.9533153213615755, .3253018231828323}},
                 {"rescorla_wagner_dual",
                  "dual",
                  {2.9616141628348447, .31195203750820094, .33261425080589163}}};
    vb_table *table = support_table("tests/data/golden/behaviour/bandit.tsv");
    const double *choice = support_column(table, "choice");
    size_t chosen[200];

    cr_assert_eq(table->n_rows, 200);
    for (size_t t = 0; t < 200; t++)
        chosen[t] = (size_t)choice[t] - 1;
    for (size_t i = 0; i < 2; i++) {
        const vb_model model =
            hand_model((vb_model_spec){.learning_rule = cases[i].rule,
                                       .learning_initial = .5,
                                       .learning_by_option = true,
                                       .choice_rule = "softmax"});
        static const char *const columns[] = {"Q1", "Q2", "PE", "p_chosen"};
        vb_trials trials = hand_trials(200, 2);
        vb_evaluation *e;

        trials.outcome = support_column(table, "reward");
        trials.choice = chosen;
        e = hand_run(&model, &trials, cases[i].theta);
        for (size_t k = 0; k < 4; k++) {
            const double *expected;
            char name[32];

            snprintf(name, sizeof name, "%s_%s", columns[k], cases[i].suffix);
            expected = support_column(table, name);
            for (size_t t = 0; t < 200; t++) {
                const double x = k < 2    ? e->learned[k][t]
                                 : k == 2 ? e->pe[t]
                                          : e->probability[chosen[t]][t];

                cr_expect(near(x, expected[t]), "%s trial %zu: %.17g", name, t, x);
                cr_expect(e->sv[0][t] == e->learned[0][t]);
            }
        }
        vb_evaluation_free(e);
    }
    vb_table_free(table);
}

/* By hand, scale .5, g .3, alpha0 .8, V0 0: pe 1, V .4, alpha .3 + .56 = .86; pe -.4,
 * V .4 - .5*.86*.4 = .228, alpha .12 + .602 = .722; pe .772, V .228 + .361*.772. */
Test(learning, pearce_hall_follows_surprise)
{
    const vb_model model = hand_model((vb_model_spec){.learning_rule = "pearce_hall"});
    const double theta[] = {.5, .3, .8};
    double outcome[] = {1, 0, 1, 0};
    vb_trials trials = hand_trials(4, 1);
    vb_evaluation *e;

    trials.outcome = outcome;
    e = hand_run(&model, &trials, theta);
    cr_expect(near(e->expectation[1], .4));
    cr_expect(near(e->pe[1], -.4));
    cr_expect(near(e->expectation[2], .228));
    cr_expect(near(e->expectation[3], .506692), "%.17g", e->expectation[3]);
    vb_evaluation_free(e);
}

Test(learning, a_prediction_error_of_zero_counts_as_positive)
{
    const vb_learning_rule *rule = vb_learning_rule_find("rescorla_wagner_dual");
    double state[VB_MAX_STATE] = {.5}, pe;

    rule->update(state, .5, (double[]){NAN, .1}, &pe);
    cr_expect(pe == 0 && isnan(state[0]), "the positive rate was used");
}

Test(learning, each_run_starts_anew_unless_it_carries_over)
{
    double outcome[] = {1, 1, 0, 1};
    size_t run[] = {0, 0, 1, 1};
    const double alpha = .5;
    vb_model_spec spec = {.learning_rule = "rescorla_wagner", .learning_initial = .25};
    vb_trials trials = hand_trials(4, 1);
    vb_model model = hand_model(spec);
    vb_evaluation *e;

    trials.outcome = outcome;
    trials.run = run;
    trials.n_runs = 2;
    e = hand_run(&model, &trials, &alpha);
    cr_expect(e->expectation[2] == .25 && e->expectation[3] == .125);
    vb_evaluation_free(e);
    spec.learning_carries_over = true;
    model = hand_model(spec);
    e = hand_run(&model, &trials, &alpha);
    cr_expect(e->expectation[2] == .8125 && e->expectation[3] == .40625);
    vb_evaluation_free(e);
}

Test(learning, nothing_is_learned_without_outcome_or_choice)
{
    double outcome[] = {1, NAN, 1, 0};
    size_t choice[] = {0, 0, VB_NONE, 0};
    const double alpha = .5;
    const vb_model model = hand_model((
        vb_model_spec){.learning_rule = "rescorla_wagner", .learning_by_option = true});
    vb_trials trials = hand_trials(4, 2);
    vb_evaluation *e;

    trials.outcome = outcome;
    trials.choice = choice;
    e = hand_run(&model, &trials, &alpha);
    cr_expect(e->pe[0] == 1 && isnan(e->pe[1]) && isnan(e->pe[2]) && e->pe[3] == -.5);
    cr_expect(e->expectation[1] == .5 && isnan(e->expectation[2]));
    cr_expect(e->learned[0][2] == .5 && e->learned[1][3] == 0);
    vb_evaluation_free(e);
}

Test(learning, what_is_missing_for_learning_is_said)
{
    const double alpha = .5;
    double outcome[] = {1};
    vb_model_spec spec = {.learning_rule = "rescorla_wagner",
                          .learning_by_option = true};
    const vb_model model = hand_model(spec);
    vb_trials trials = hand_trials(1, 2);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    cr_expect_eq(vb_model_run(&model, &trials, 1, &alpha, NULL, &e, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "'rescorla_wagner' needs outcomes"), "%s", err.text);
    trials.outcome = outcome;
    cr_expect_eq(vb_model_run(&model, &trials, 1, &alpha, NULL, &e, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "by option needs choices"), "%s", err.text);
}

Test(learning, without_one_outcome_there_is_nothing_to_learn)
{
    const double alpha = .5;
    double none[] = {NAN, NAN}, one[] = {1, NAN};
    size_t missed[] = {VB_NONE, 0};
    vb_model_spec spec = {.learning_rule = "rescorla_wagner"};
    vb_model model = hand_model(spec);
    vb_trials trials = hand_trials(2, 2);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.outcome = none;
    cr_expect_eq(vb_model_run(&model, &trials, 1, &alpha, NULL, &e, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "no trial has an outcome") &&
                  strstr(err.text, "outcome: {value: COLUMN, rows: EXPR}"),
              "%s", err.text);
    trials.outcome = one;
    trials.choice = missed;
    vb_evaluation_free(hand_run(&model, &trials, &alpha));
    spec.learning_by_option = true;
    model = hand_model(spec);
    cr_expect_eq(vb_model_run(&model, &trials, 1, &alpha, NULL, &e, &err), VB_EINPUT);
    cr_expect(strstr(err.text, "no trial has both a choice and an outcome"), "%s",
              err.text);
}

/* Four offers of R - k E^2 with k = .5 and a fixed alternative; all numbers by hand:
 * utilities 4 2 6 8 (means before: - 4 3 4), costs .5 2 4.5 8 (means before: - .5 1.25
 * 7/3). */
static vb_evaluation *run_staged(vb_model_spec spec, vb_attribute first_cue[])
{
    static const double one[] = {1, 1, 1, 1}, reward[] = {4, 2, 6, 8};
    static const double effort[] = {1, 2, 3, 4}, theta[] = {.5};
    vb_trials trials = hand_trials(4, 2);
    vb_model model;

    spec.staged = true;
    spec.term[VB_EFFORT] = "parabolic";
    model = hand_model(spec);
    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.options[1].attribute[VB_REWARD] = one;
    trials.first_cue = first_cue;
    return hand_run(&model, &trials, theta);
}

Test(learning, a_staged_error_is_value_minus_what_history_promised)
{
    vb_evaluation *e = run_staged((vb_model_spec){.staged_first = "effort"}, NULL);

    cr_expect(isnan(e->expected_sv[0]) && isnan(e->svpe[0]));
    cr_expect(near(e->expected_sv[1], 4 - 2) && near(e->svpe[1], -2));
    cr_expect(near(e->expected_sv[2], 3 - 4.5) && near(e->svpe[2], 3));
    cr_expect(near(e->expected_sv[3], 4 - 8) && near(e->svpe[3], 4));
    vb_evaluation_free(e);
    e = run_staged((vb_model_spec){.staged_first = "reward"}, NULL);
    cr_expect(near(e->expected_sv[1], 2 - .5) && near(e->svpe[1], -1.5));
    cr_expect(near(e->expected_sv[3], 8 - 7. / 3) && near(e->svpe[3], 7. / 3 - 8));
    vb_evaluation_free(e);
}

Test(learning, a_staged_history_may_be_an_average_or_the_design)
{
    vb_evaluation *e = run_staged((vb_model_spec){.staged_first = "effort",
                                                  .staged_history = VB_HISTORY_RW,
                                                  .staged_rate = .25},
                                  NULL);

    /* 4, then 4 + .25 (2 - 4) = 3.5, then 3.5 + .25 (6 - 3.5) = 4.125 */
    cr_expect(isnan(e->expected_sv[0]) && near(e->expected_sv[1], 4 - 2));
    cr_expect(near(e->expected_sv[2], 3.5 - 4.5) && near(e->expected_sv[3], 4.125 - 8));
    vb_evaluation_free(e);
    e = run_staged((vb_model_spec){.staged_first = "reward",
                                   .staged_history = VB_HISTORY_DESIGN},
                   NULL);
    cr_expect(near(e->expected_sv[0], 4 - 3.75) && near(e->svpe[0], 3.25));
    vb_evaluation_free(e);
}

Test(learning, the_first_cue_may_differ_from_trial_to_trial)
{
    vb_attribute first[] = {VB_EFFORT, VB_REWARD, VB_EFFORT, VB_N_ATTRIBUTES};
    vb_evaluation *e = run_staged((vb_model_spec){.staged_first = "first_cue"}, first);
    vb_error err = {0};
    vb_evaluation *none = NULL;
    const vb_model model =
        hand_model((vb_model_spec){.staged = true, .staged_first = "first_cue"});
    const vb_trials trials = hand_trials(1, 1);

    cr_expect(near(e->expected_sv[1], 1.5) && near(e->expected_sv[2], -1.5));
    cr_expect(isnan(e->expected_sv[3]) && isnan(e->svpe[3]));
    vb_evaluation_free(e);
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){0}, NULL, &none, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "'first_cue', which is neither effort nor reward"), "%s",
              err.text);
}

/* Utilities 4 2 | 6 8: anew the third has no history, else the mean of 4 and 2. */
Test(learning, a_staged_history_starts_anew_in_each_run_unless_it_carries_over)
{
    static const double reward[] = {4, 2, 6, 8};
    size_t run[] = {0, 0, 1, 1};
    vb_model_spec spec = {.staged = true,
                          .staged_first = "effort",
                          .learning_carries_over = true};
    vb_trials trials = hand_trials(4, 1);
    vb_model model = hand_model(spec);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.run = run;
    trials.n_runs = 2;
    e = hand_run(&model, &trials, (double[]){0});
    cr_expect(isnan(e->expected_sv[2]), "the reset of learning is another matter");
    vb_evaluation_free(e);
    spec.staged_carries_over = true;
    model = hand_model(spec);
    e = hand_run(&model, &trials, (double[]){0});
    cr_expect(near(e->expected_sv[2], 3) && near(e->expected_sv[3], 4));
    vb_evaluation_free(e);
}

Test(learning, a_staged_error_needs_to_know_whose_it_is)
{
    static const double reward[] = {4, 2}, other[] = {1, 3}, same[] = {1, 1};
    const vb_model model =
        hand_model((vb_model_spec){.staged = true, .staged_first = "effort"});
    vb_trials trials = hand_trials(2, 2);
    vb_evaluation *e = NULL;
    vb_error err = {0};

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[1].attribute[VB_REWARD] = other;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){0}, NULL, &e, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "more than one option has"), "%s", err.text);
    trials.options[0].attribute[VB_REWARD] = same;
    trials.options[1].attribute[VB_REWARD] = same;
    cr_expect_eq(vb_model_run(&model, &trials, 1, (double[]){0}, NULL, &e, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "no option has"), "%s", err.text);
}

/* With factors: expected SV is the mean SV over remembered trials, U mean(f). */
Test(learning, a_multiplicative_model_expects_the_mean_over_the_remembered_trials)
{
    static const double reward[] = {10, 20, 40}, effort[] = {0, 1, 3}, k[] = {1};
    const vb_model model = hand_model((vb_model_spec){.term[VB_EFFORT] = "hyperbolic",
                                                      .staged = true,
                                                      .staged_first = "reward"});
    vb_trials trials = hand_trials(3, 1);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    e = hand_run(&model, &trials, k);
    cr_expect(near(e->expected_sv[1], 20 * 1));
    cr_expect(near(e->expected_sv[2], 40 * (1 + .5) / 2));
    cr_expect(near(e->svpe[2], 10 - 30));
    vb_evaluation_free(e);
}

/* SV 8, 2, 11, 5 (reward alone): the mean of those before, or half-way to each. */
Test(learning, a_first_cue_that_shows_neither_leaves_the_history_of_value)
{
    static const double reward[] = {8, 2, 11, 5}, zero[] = {0, 0, 0, 0};
    vb_model_spec spec = {.staged = true, .staged_first = "neither"};
    const double mean[] = {NAN, 8, 5, 7}, rw[] = {NAN, 8, 5, 8};
    vb_trials trials = hand_trials(4, 1);

    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = zero;
    for (int k = 0; k < 2; k++) {
        vb_model model;
        vb_evaluation *e;

        spec.staged_history = k ? VB_HISTORY_RW : VB_HISTORY_MEAN;
        spec.staged_rate = .5;
        model = hand_model(spec);
        e = hand_run(&model, &trials, (double[]){0});
        for (size_t t = 0; t < 4; t++) {
            const double expected = k ? rw[t] : mean[t];

            cr_expect((t == 0 && isnan(e->expected_sv[t])) ||
                      near(e->expected_sv[t], expected));
            cr_expect(t == 0 || near(e->svpe[t], reward[t] - expected));
        }
        vb_evaluation_free(e);
    }
}

Test(learning, entries_are_complete)
{
    for (size_t i = 0; i < vb_n_learning_rules(); i++) {
        const vb_learning_rule *rule = vb_learning_rule_at(i);

        cr_expect(rule->equation && rule->source && strchr("ABC", rule->evidence));
        cr_expect(rule->start && (rule->update || rule->learn) && rule->n_state >= 1 &&
                  rule->n_state <= VB_MAX_STATE);
        cr_expect(vb_learning_rule_find(rule->name) == rule);
    }
    cr_expect_null(vb_learning_rule_at(vb_n_learning_rules()));
}
