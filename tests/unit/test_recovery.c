/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated choices fitted again; the long version is `make validation-fit`. */
#include "fit_support.h"
#include "valuebold/recovery.h"
#include "valuebold/simulate.h"

enum { N = 100 };

/* Offers of 2 to 10 points at efforts 1 to 5 against 1 point for nothing. */
static vb_trials work_or_rest(vb_arena *arena)
{
    vb_trials trials = hand_trials(N, 2);
    double *x[4];

    for (size_t i = 0; i < 4; i++)
        cr_assert(x[i] = vb_arena_take(arena, N, sizeof **x));
    for (size_t t = 0; t < N; t++) {
        x[0][t] = 2 * (double)(1 + t % 5);
        x[1][t] = (double)(1 + t / 5 % 5);
        x[2][t] = 1;
    }
    trials.options[0].attribute[VB_REWARD] = x[0];
    trials.options[0].attribute[VB_EFFORT] = x[1];
    trials.options[1].attribute[VB_REWARD] = x[2];
    trials.options[1].attribute[VB_EFFORT] = x[3];
    trials.choice = vb_arena_take(arena, N, sizeof *trials.choice);
    trials.run = vb_arena_take(arena, N, sizeof *trials.run);
    return trials;
}

static vb_recovery_unit *make_units(vb_arena *arena, const vb_fit_block *block,
                                    size_t n, double times)
{
    vb_recovery_unit *units = vb_arena_take(arena, n, sizeof *units);
    vb_random random;

    vb_random_start(&random, 9, NULL, NULL, "truth");
    for (size_t i = 0; i < n; i++) {
        double *theta = vb_arena_take(arena, 2, sizeof *theta);

        theta[0] = times * (.1 + .3 * vb_random_uniform(&random));
        theta[1] = .5 + vb_random_uniform(&random);
        units[i] = (vb_recovery_unit){.label = vb_arena_printf(arena, "%zu", i),
                                      .n_blocks = 1,
                                      .blocks = block,
                                      .theta = theta};
    }
    return units;
}

Test(recovery, parameters_come_back_and_threads_do_not_matter)
{
    const vb_model model = hand_model(
        (vb_model_spec){.term = {[VB_EFFORT] = "parabolic"}, .choice_rule = "softmax"});
    vb_arena *arena = vb_arena_alloc();
    const vb_trials trials = work_or_rest(arena);
    const vb_fit_block block = {.trials = &trials};
    const vb_recovery_unit *units = make_units(arena, &block, 100, 1);
    vb_recovery *r[3] = {NULL};
    vb_fit_options options;
    vb_error err = {0};

    vb_fit_defaults(&options);
    options.n_starts = 3;
    for (size_t k = 0; k < 3; k++)
        cr_assert_eq(vb_recover(&model, &options, 100, units, 2, k < 2 ? 5 : 6,
                                1 + 2 * k, &r[k], &err),
                     VB_OK, "%s", err.text);
    cr_expect_eq(r[0]->n_cases, 200);
    for (size_t c = 0; c < 200; c++)
        for (size_t i = 0; i < 2; i++)
            cr_expect(r[0]->cases[c].estimate[i] == r[1]->cases[c].estimate[i],
                      "1 and 3 threads differ");
    cr_expect(r[0]->cases[7].estimate[0] != r[2]->cases[7].estimate[0],
              "two seeds give the same");
    /* 200 cases: a coverage of .95 has a standard error of .015 */
    for (size_t i = 0; i < 2; i++)
        cr_expect(fabs(r[0]->numbers[i].coverage - .95) < .05, "coverage %g",
                  r[0]->numbers[i].coverage);
    cr_expect_gt(r[0]->numbers[0].correlation, .9);
    cr_expect_lt(fabs(r[0]->numbers[0].bias_u), .05);
    cr_expect_leq(r[0]->n_flagged, 2);
    for (size_t c = 0; c < 200; c++)
        cr_expect_leq(r[0]->cases[c].nll, r[0]->cases[c].nll_truth + 1e-9,
                      "the fit is worse than the truth");
    for (size_t k = 0; k < 3; k++)
        vb_recovery_free(r[k]);
    vb_arena_free(arena);
}

Test(recovery, models_are_told_apart)
{
    const vb_model models[2] =
        {hand_model((vb_model_spec){.term = {[VB_EFFORT] = "parabolic"},
                                    .choice_rule = "softmax"}),
         hand_model((vb_model_spec){.term = {[VB_EFFORT] = "hyperbolic"},
                                    .choice_rule = "softmax"})};
    vb_arena *arena = vb_arena_alloc();
    const vb_trials trials = work_or_rest(arena);
    const vb_fit_block block = {.trials = &trials};
    const vb_recovery_unit *units[2] = {make_units(arena, &block, 30, 1),
                                        make_units(arena, &block, 30, 4)};
    vb_fit_options options[2];
    double count[4];
    size_t n_failed;
    vb_error err = {0};

    for (size_t m = 0; m < 2; m++) {
        vb_fit_defaults(&options[m]);
        options[m].n_starts = 3;
    }
    cr_assert_eq(vb_recover_models(2, models, options, 30, units, 1, 3, 2, count,
                                   &n_failed, &err),
                 VB_OK, "%s", err.text);
    cr_expect_eq(count[0] + count[1] + count[2] + count[3] + (double)n_failed, 60);
    cr_expect_gt(count[0], 20, "%g %g", count[0], count[1]);
    cr_expect_gt(count[3], 20, "%g %g", count[2], count[3]);
    vb_arena_free(arena);
}

/* A bandit: what is learned depends on what was chosen. */
Test(recovery, learning_needs_what_the_other_option_would_have_brought)
{
    const vb_model model =
        hand_model((vb_model_spec){.choice_rule = "softmax",
                                   .learning_rule = "rescorla_wagner",
                                   .learning_initial = .5,
                                   .learning_by_option = true});
    vb_trials trials = hand_trials(N, 2);
    double outcome[N], other[N], mine[N];
    size_t run[N] = {0}, recorded[N], choice[N], n_first = 0;
    const double theta[2] = {5, .3};
    vb_error err = {0};

    for (size_t t = 0; t < N; t++) { /* option a pays always, b never */
        recorded[t] = t % 2;
        outcome[t] = t % 2 == 0;
        other[t] = t % 2;
    }
    trials.run = run;
    trials.choice = recorded;
    trials.outcome = outcome;
    cr_expect_eq(vb_simulate_course(&model, &trials, 1, theta, NULL, 1, "x", NULL, true,
                                    choice, mine, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "counterfactual"), "%s", err.text);
    trials.counterfactual = other;
    cr_assert_eq(vb_simulate_course(&model, &trials, 1, theta, NULL, 1, "x", NULL, true,
                                    choice, mine, &err),
                 VB_OK, "%s", err.text);
    for (size_t t = 0; t < N; t++) {
        cr_expect_eq(mine[t], choice[t] == 0, "trial %zu brings what its choice pays",
                     t);
        n_first += t >= 20 && choice[t] == 0;
    }
    /* beta 5 and values of nearly 1 and .5: P(a) > .9 */
    cr_expect_gt(n_first, 65, "option a was taken %zu of 80 times", n_first);
}

Test(recovery, missed_trials_stay_missed)
{
    const vb_model model = hand_model(
        (vb_model_spec){.term = {[VB_EFFORT] = "parabolic"}, .choice_rule = "softmax"});
    vb_arena *arena = vb_arena_alloc();
    const vb_trials trials = work_or_rest(arena);
    size_t choice[N];
    const double theta[2] = {.2, 1};

    trials.choice[3] = VB_NONE;
    cr_assert_eq(vb_simulate_course(&model, &trials, 1, theta, NULL, 1, "x", NULL, true,
                                    choice, NULL, NULL),
                 VB_OK);
    cr_expect_eq(choice[3], VB_NONE);
    cr_assert_eq(vb_simulate_course(&model, &trials, 1, theta, NULL, 1, "x", NULL,
                                    false, choice, NULL, NULL),
                 VB_OK);
    cr_expect_lt(choice[3], 2);
    vb_arena_free(arena);
}
