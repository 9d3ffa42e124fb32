/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals of choice and of the trials before; expected values by hand. */
#include "hand_trials.h"

static double onset_s[] = {3, 8, 15, 2, 9}, outcome[] = {1, NAN, 4, 2, 0};
static double rt_s[] = {.5, 0, 2, NAN, 1};
static size_t run_of[] = {0, 0, 0, 1, 1}, choice[] = {0, VB_NONE, 0, 1, 1};
static const double reward[] = {4, 5, 6, 7, 8}, effort[] = {.5, .25, 1, .75, .5};
static const double other[] = {3, 3, 3, 3, 3}, little[] = {.1, .1, .1, .1, .1};

static vb_trials trials_of(void)
{
    vb_trials trials = hand_trials(5, 2);

    trials.n_runs = 2;
    trials.run = run_of;
    trials.onset_s = onset_s;
    trials.choice = choice;
    trials.outcome = outcome;
    trials.response_time_s = rt_s;
    trials.options[0].attribute[VB_REWARD] = reward;
    trials.options[0].attribute[VB_EFFORT] = effort;
    trials.options[1].attribute[VB_REWARD] = other;
    trials.options[1].attribute[VB_EFFORT] = little;
    return trials;
}

Test(signals_more, trials_remember_those_before_in_their_run)
{
    static const struct {
        const char *name;
        double expected[5];
    } cases[] = {{"previous_outcome", {NAN, 1, NAN, NAN, 2}},
                 {"previous_choice", {NAN, 1, NAN, NAN, 0}},
                 {"previous_effort", {NAN, .5, 0, NAN, .1}},
                 {"repetition", {NAN, NAN, NAN, NAN, 1}},
                 {"cumulated_effort", {0, .5, .5, 0, .1}},
                 {"cumulated_outcome", {0, 1, 1, 0, 2}},
                 {"trial_number", {1, 2, 3, 1, 2}},
                 {"time_on_task", {0, 5, 12, 0, 7}},
                 {"log_response_time",
                  {-.69314718055994531, NAN, .69314718055994531, NAN, 0}},
                 {"previous_pe", {NAN, 1, NAN, NAN, 2}}}; /* from 0 in each run */
    const vb_model model =
        hand_model((vb_model_spec){.learning_rule = "rescorla_wagner"});
    vb_trials trials = trials_of();
    const double alpha = .5;
    vb_evaluation *e = hand_run(&model, &trials, &alpha);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double out[5];
        char unit[32];
        vb_error err = {0};

        cr_assert_eq(vb_signal(cases[i].name, &model, &trials, e, NULL, out, unit,
                               sizeof unit, &err),
                     VB_OK, "%s", err.text);
        for (size_t t = 0; t < 5; t++)
            cr_expect((isnan(out[t]) && isnan(cases[i].expected[t])) ||
                          fabs(out[t] - cases[i].expected[t]) < 1e-15,
                      "%s, trial %zu: %g", cases[i].name, t + 1, out[t]);
        cr_expect(!vb_signal_is_usual(cases[i].name));
    }
    cr_expect(vb_signal_is_usual("pe") && vb_signal_is_usual("sv_a"));
    vb_evaluation_free(e);
}

/* Values 1 and 0, beta ln 3: p = 3/4 and 1/4, so 4 p (1 - p) = 3/4. */
Test(signals_more, conflict_and_certainty_follow_the_choice_probabilities)
{
    static const struct {
        const char *name;
        double expected;
    } cases[] = {{"choice_conflict", .75},
                 {"choice_certainty", .75},
                 {"difficulty", -1}};
    const vb_model model = hand_model((vb_model_spec){.choice_rule = "softmax"});
    const double one = 1, zero = 0, beta = log(3);
    vb_trials trials = hand_trials(1, 2);
    vb_evaluation *e;

    trials.options[0].attribute[VB_REWARD] = &one;
    trials.options[1].attribute[VB_REWARD] = &zero;
    e = hand_run(&model, &trials, &beta);
    for (size_t i = 0; i < 3; i++) {
        double out;
        char unit[32];

        cr_assert_eq(vb_signal(cases[i].name, &model, &trials, e, NULL, &out, unit,
                               sizeof unit, NULL),
                     VB_OK);
        cr_expect(fabs(out - cases[i].expected) < 1e-15, "%s: %.17g", cases[i].name,
                  out);
    }
    vb_evaluation_free(e);
}

Test(signals_more, what_they_need_is_said)
{
    static const struct {
        const char *name, *words;
    } cases[] = {{"fatigue", "a fatigue rule"},
                 {"exit_threshold", "the delay term opportunity"},
                 {"effort_pe", "learning about effort"},
                 {"pe_unchosen", "counterfactual learning"},
                 {"net_outcome", "a term for effort"},
                 {"learned_effort_chosen", "learning about effort"}};
    const vb_model model = hand_model((vb_model_spec){0});
    vb_trials trials = trials_of();
    vb_evaluation *e = hand_run(&model, &trials, NULL);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double out[5];
        char unit[32];
        vb_error err = {0};

        cr_expect_eq(vb_signal(cases[i].name, &model, &trials, e, NULL, out, unit,
                               sizeof unit, &err),
                     VB_EINPUT);
        cr_expect(strstr(err.text, cases[i].words), "%s: %s", cases[i].name, err.text);
    }
    vb_evaluation_free(e);
}
